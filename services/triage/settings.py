"""What the triage room must be told from outside: what every room needs, and where more instruments lie."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.settings import RoomSettings


class TriageSettings(RoomSettings):
    """Hold the settings of triage."""


class InstrumentenSettings(BaseSettings):
    """Where a region keeps instruments of its own, one file per name and version, beside those that come with this."""

    model_config = SettingsConfigDict(env_prefix="KETENRADAR_", frozen=True, extra="ignore")

    instrumenten_map: Path | None = None
