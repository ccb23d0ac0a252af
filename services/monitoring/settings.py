"""What monitoring must be told from outside, beside what every room needs: where alerts and pages go."""

from dataclasses import replace
from datetime import time
from pathlib import Path

from pydantic import PositiveFloat, SecretStr

from shared.rules.rust import Rust
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings
from shared.settings import Omgeving, RoomSettings


class MonitoringSettings(RoomSettings):
    """Hold the settings of monitoring."""

    smtp_url: str = "smtp://127.0.0.1:25"
    smtp_from: str = "ketenradar@voorbeeld.invalid"
    alert_to: str = ""
    dashboard_open: bool = False
    # Where people log in for the page: the authorization endpoint of the provider, where they log out of it, the
    # client as which the page asks, and the page's own address as browsers know it. Empty: the page asks for a token.
    aanmelden_url: str = ""
    afmelden_url: str = ""
    aanmelden_client_id: str = "ketenradar-dashboard"
    dashboard_url: str = ""
    celery_broker_url: SecretStr | None = None
    sweep_seconds: float = 60.0
    sweep_batch_max: int = 500
    webhook_timeout_seconds: PositiveFloat = 15.0
    # How a delivery to the CBS is laid out (docs/cbs.md); nothing: the CSV that comes with the project.
    cbs_layout_bestand: Path | None = None
    # From when until when nobody is mailed about what is not acute, in Dutch time; a free day is quiet as a whole.
    rust_van: time = time(18)
    rust_tot: time = time(8)

    # What the source of the risk score leaves open (shared/rules/settings.py).
    risico_tegen_regiogemiddelde: bool = DEFAULT_SETTINGS.risico_tegen_regiogemiddelde
    risico_spreiding_steekproef: bool = DEFAULT_SETTINGS.risico_spreiding_steekproef
    risico_woz_omgekeerd: bool = DEFAULT_SETTINGS.risico_woz_omgekeerd
    risico_hoog_boven: float = DEFAULT_SETTINGS.risico_hoog_boven
    risico_laag_onder: float = DEFAULT_SETTINGS.risico_laag_onder
    risico_minder_tot: float = DEFAULT_SETTINGS.risico_minder_tot
    risico_meer_vanaf: float = DEFAULT_SETTINGS.risico_meer_vanaf

    @property
    def rules(self) -> RuleSettings:
        """The rulebook's settings, with what this installation says otherwise of the risk score too."""
        return replace(
            super().rules,
            risico_tegen_regiogemiddelde=self.risico_tegen_regiogemiddelde,
            risico_spreiding_steekproef=self.risico_spreiding_steekproef,
            risico_woz_omgekeerd=self.risico_woz_omgekeerd,
            risico_hoog_boven=self.risico_hoog_boven,
            risico_laag_onder=self.risico_laag_onder,
            risico_minder_tot=self.risico_minder_tot,
            risico_meer_vanaf=self.risico_meer_vanaf,
        )

    @property
    def rust(self) -> Rust:
        """The quiet hours of whoever has none of his own."""
        return Rust(self.rust_van, self.rust_tot)

    def model_post_init(self, context: object) -> None:
        """Refuse a dashboard without a token outside a local run: it shows figures to whoever finds it."""
        super().model_post_init(context)
        if self.dashboard_open and self.omgeving is not Omgeving.LOKAAL:
            raise ValueError("KETENRADAR_DASHBOARD_OPEN is alleen toegestaan als KETENRADAR_OMGEVING=lokaal")
        if self.aanmelden_url and not self.dashboard_url:
            raise ValueError("KETENRADAR_AANMELDEN_URL vraagt ook om KETENRADAR_DASHBOARD_URL")
