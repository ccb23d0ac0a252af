"""The doors of onderzoek."""

from shared.web.app import room_router

router = room_router("Diensten")
