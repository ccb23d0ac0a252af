"""What handover must be told beside what every room is told."""

from pathlib import Path

from shared.settings import RoomSettings


class HandoverSettings(RoomSettings):
    """Hold the settings of this room."""

    # Under which organisation Veilig Thuis stands in the timeline of sight of safety.
    vt_organisatie_id: str = "vtrr"
    # How the local fields of the region are organised (docs/routering.md); empty: as in Rotterdam-Rijnmond.
    lokaal_veld_bestand: Path | None = None
    # Whether who works elsewhere only comes in for an organisation that is enrolled; without, one that is not enrolled
    # may what the policy allows its role.
    partners_verplicht: bool = False
