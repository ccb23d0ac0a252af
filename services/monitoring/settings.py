"""What monitoring must be told from outside, beside what every room needs: where alerts and pages go."""

from pydantic import PositiveFloat, SecretStr

from shared.settings import Omgeving, RoomSettings


class MonitoringSettings(RoomSettings):
    """Hold the settings of monitoring."""

    smtp_url: str = "smtp://127.0.0.1:25"
    smtp_from: str = "ketenradar@voorbeeld.invalid"
    alert_to: str = ""
    dashboard_open: bool = False
    celery_broker_url: SecretStr | None = None
    sweep_seconds: float = 60.0
    sweep_batch_max: int = 500
    webhook_timeout_seconds: PositiveFloat = 15.0

    def model_post_init(self, context: object) -> None:
        """Refuse a dashboard without a token outside a local run: it shows figures to whoever finds it."""
        super().model_post_init(context)
        if self.dashboard_open and self.omgeving is not Omgeving.LOKAAL:
            raise ValueError("KETENRADAR_DASHBOARD_OPEN is alleen toegestaan als KETENRADAR_OMGEVING=lokaal")
