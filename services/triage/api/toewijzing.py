"""The doors of toewijzing."""

from shared.web.app import room_router

router = room_router("Werkvoorraad")
