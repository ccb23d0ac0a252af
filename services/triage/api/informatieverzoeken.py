"""The doors of informatieverzoeken."""

from shared.web.app import room_router

router = room_router("Informatieverzoeken")
