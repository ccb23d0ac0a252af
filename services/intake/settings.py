"""What intake must be told from outside, beside what every room is told."""

from shared.settings import RoomSettings


class IntakeSettings(RoomSettings):
    """Hold the settings of intake."""
