"""What handover must be told beside what every room is told."""

from pathlib import Path

from pydantic import PositiveFloat, PositiveInt

from shared.settings import Omgeving, RoomSettings


class HandoverSettings(RoomSettings):
    """Hold the settings of this room."""

    # Under which organisation Veilig Thuis stands in the timeline of sight of safety.
    vt_organisatie_id: str = "vtrr"
    # How the local fields of the region are organised (docs/routering.md); empty: as in Rotterdam-Rijnmond.
    lokaal_veld_bestand: Path | None = None
    # Whether who works elsewhere only comes in for an organisation that is enrolled; without, one that is not enrolled
    # may what the policy allows its role.
    partners_verplicht: bool = False

    # How receivers are told of overdrachten: where mail goes in, and where they find the door of this room themselves.
    smtp_url: str = "smtp://127.0.0.1:25"
    smtp_from: str = "ketenradar@voorbeeld.invalid"
    levering_deur_url: str = ""  # empty: where the other rooms find it
    levering_timeout_seconds: PositiveFloat = 12.0
    # How many notices are under way at once: to one receiver (of all workers together), and of one worker.
    levering_per_ontvanger: PositiveInt = 2
    levering_tegelijk: PositiveInt = 64
    # The certificate, with its key, that is shown to receivers who ask for one.
    levering_certificaat_file: Path | None = None
    levering_certificaat_sleutel_file: Path | None = None

    def model_post_init(self, context: object) -> None:
        """Refuse half a certificate, and a door that receivers would come to over a line that others can read."""
        super().model_post_init(context)
        if (self.levering_certificaat_file is None) != (self.levering_certificaat_sleutel_file is None):
            raise ValueError("KETENRADAR_LEVERING_CERTIFICAAT_FILE en …_SLEUTEL_FILE horen bij elkaar")
        away = self.levering_deur_url and not self.levering_deur_url.startswith("https://")
        if away and self.omgeving is not Omgeving.LOKAAL:
            raise ValueError("KETENRADAR_LEVERING_DEUR_URL begint met https://")

    @property
    def deur_url(self) -> str:
        """Where a receiver finds the door of this room."""
        return self.levering_deur_url or self.handover_url
