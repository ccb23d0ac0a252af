"""What the triage room must be told from outside: nothing beside what every room needs."""

from shared.settings import RoomSettings


class TriageSettings(RoomSettings):
    """Hold the settings of triage."""
