"""The doors of informeren."""

from shared.web.app import room_router

router = room_router("Informeren")
