"""The doors of raad."""

from shared.web.app import room_router

router = room_router("Raad en consulten")
