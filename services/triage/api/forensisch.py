"""The doors of forensisch."""

from shared.web.app import room_router

router = room_router("Forensisch onderzoek")
