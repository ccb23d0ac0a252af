"""The doors of opschaling."""

from shared.web.app import room_router

router = room_router("Opschaling")
