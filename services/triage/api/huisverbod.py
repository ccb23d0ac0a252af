"""The doors of huisverbod."""

from shared.web.app import room_router

router = room_router("Huisverbod")
