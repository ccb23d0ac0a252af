"""The doors of aware."""

from shared.web.app import room_router

router = room_router("AWARE")
