"""What the doors of monitoring must know of their surroundings: whether this is a local run, and what that opens."""

from functools import cache

from pydantic_settings import BaseSettings, SettingsConfigDict

from services.monitoring.partners.webhook import WebhookRules
from shared.settings import Omgeving


class DoorSettings(BaseSettings):
    """The few settings that a door reads; everything stays shut when nothing is said."""

    model_config = SettingsConfigDict(env_prefix="KETENRADAR_", frozen=True, extra="ignore")

    omgeving: Omgeving = Omgeving.PRODUCTIE
    dashboard_open: bool = False
    clock_file: str = ""

    @property
    def is_local(self) -> bool:
        """Say whether this is a run on one machine, for trying out."""
        return self.omgeving is Omgeving.LOKAAL


@cache
def door_settings() -> DoorSettings:
    """Return what the environment says (a dependency), read once."""
    return DoorSettings()


def webhook_rules() -> WebhookRules:
    """Return which addresses a subscriber may give (a dependency): locally also this machine."""
    return WebhookRules(allow_private=door_settings().is_local)
