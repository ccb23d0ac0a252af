"""What handover must be told beside what every room is told."""

from shared.settings import RoomSettings


class HandoverSettings(RoomSettings):
    """Hold the settings of this room."""

    # Under which organisation Veilig Thuis stands in the timeline of sight of safety.
    vt_organisatie_id: str = "vtrr"
    # Whether who works elsewhere only comes in for an organisation that is enrolled; without, one that is not enrolled
    # may what the policy allows its role.
    partners_verplicht: bool = False
