"""The doors of instrumenten."""

from shared.web.app import room_router

router = room_router("Veiligheidsbeoordelingen")
