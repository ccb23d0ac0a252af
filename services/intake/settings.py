"""What intake must be told from outside, beside what every room is told."""

from pathlib import Path

from pydantic import PositiveInt

from shared.settings import Omgeving, RoomSettings


class IntakeSettings(RoomSettings):
    """Hold the settings of intake."""

    # How large a file with a melding, and a file with many meldingen, may be.
    bijlage_bytes_max: PositiveInt = 10_485_760
    import_bytes_max: PositiveInt = 26_214_400
    # Where clamd listens, as tcp://host:3310 or unix:///run/clamav/clamd.ctl; without it files stay "niet-gescand".
    virusscanner_url: str = ""
    # How long the report of an import is kept: what became of each row, without the row.
    import_rapport_dagen: PositiveInt = 30

    # The reference indexes: where each is asked, as which organisation we stand in it, and the file with the key that
    # its keeper gave us. An index without an address is one that we are not connected to.
    sisa_url: str = ""
    sluis_url: str = ""
    vt_register_url: str = ""
    index_organisatie_id: str = "veilig-thuis-rotterdam-rijnmond"
    index_organisatie: str = "Veilig Thuis Rotterdam-Rijnmond"
    multisignaal_sleutel_file: Path | None = None
    vt_register_sleutel_file: Path | None = None
    matches_ophalen_minuten: PositiveInt = 15
    signaal_opgeven_dagen: PositiveInt = 3  # an index that is away for a day is waited for

    # Handle with Care: where the school attendance office is asked, below which address the schools take signals, and
    # the files with the keys by which we are known there. Without an address a person must call.
    leerplicht_url: str = ""
    scholen_url: str = ""
    leerplicht_sleutel_file: Path | None = None
    scholen_sleutel_file: Path | None = None

    def model_post_init(self, context: object) -> None:
        """Refuse an index over a line that others can read, and one that is asked by itself while it is not there."""
        super().model_post_init(context)
        urls = (self.sisa_url, self.sluis_url, self.vt_register_url)
        if self.omgeving is not Omgeving.LOKAAL and any(url and not url.startswith("https://") for url in urls):
            raise ValueError("het adres van een verwijsindex begint met https://")
        schools = (self.leerplicht_url, self.scholen_url)
        if self.omgeving is not Omgeving.LOKAAL and any(url and not url.startswith("https://") for url in schools):
            raise ValueError("het adres van leerplicht en van de scholen begint met https://")
        if self.vt_register_automatisch and not self.vt_register_url:
            raise ValueError("KETENRADAR_VT_REGISTER_AUTOMATISCH vraagt KETENRADAR_VT_REGISTER_URL")
