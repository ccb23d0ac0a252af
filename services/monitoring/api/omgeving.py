"""What the doors of monitoring must know of their surroundings: whether this is a local run, and what that opens."""

from functools import cache

from pydantic_settings import BaseSettings, SettingsConfigDict

from services.monitoring.partners.aanmelddienst import Aanmelddienst
from services.monitoring.partners.webhook import WebhookRules
from shared.settings import Omgeving
from shared.web.jwks import jwks_over_http


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


async def webhook_rules() -> WebhookRules:
    """Return which addresses a subscriber may give (a dependency): locally also this machine."""
    return WebhookRules(allow_private=door_settings().is_local)


class AanmeldSettings(BaseSettings):
    """Where people log in; without ``aanmelden_url`` nobody does, and the page asks for a token."""

    model_config = SettingsConfigDict(env_prefix="KETENRADAR_", frozen=True, extra="ignore")

    issuer: str = ""
    jwks_url: str = ""
    token_url: str = ""
    aanmelden_url: str = ""
    afmelden_url: str = ""
    aanmelden_client_id: str = "ketenradar-dashboard"
    dashboard_url: str = ""


@cache
def aanmelddienst() -> Aanmelddienst | None:
    """Return the identity provider of the page (a dependency), None where nobody can log in."""
    told = AanmeldSettings()
    if not told.aanmelden_url:
        return None
    return Aanmelddienst(
        issuer=told.issuer,
        authorize_url=told.aanmelden_url,
        token_url=told.token_url,
        client_id=told.aanmelden_client_id,
        home=told.dashboard_url,
        jwks=jwks_over_http(told.jwks_url),
        end_url=told.afmelden_url,
    )
