"""Why a step is late, or will be: the reason that was given, in words, and the clock to which it belongs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from services.monitoring.domain.behandeling import newest_vertragingen
from services.monitoring.domain.casus import Heard
from services.monitoring.domain.klokken import Vertraging
from services.monitoring.domain.termijnen import Termijn
from services.monitoring.domain.werk import ref_of
from shared.events.behandeling import VertragingVerklaard
from shared.rules.behandelcodes import VertragingReden
from shared.rules.deadlines import format_moment

REDENEN: Mapping[VertragingReden, str] = MappingProxyType(
    {
        VertragingReden.WACHT_OP_INFORMATIE: "er wordt gewacht op informatie",
        VertragingReden.BETROKKENEN_ONBEREIKBAAR: "de betrokkenen zijn niet te bereiken",
        VertragingReden.WACHT_OP_PARTNER: "er wordt gewacht op een andere organisatie",
        VertragingReden.CAPACITEIT: "er zijn te weinig mensen",
        VertragingReden.VEILIGHEID_GAAT_VOOR: "de veiligheid ging voor",
        VertragingReden.COMPLEXITEIT: "het is ingewikkeld",
        VertragingReden.STRAFRECHTELIJK_ONDERZOEK: "er loopt een strafrechtelijk onderzoek",
        VertragingReden.ANDERS: "een andere reden",
    }
)


def sentence_of(vertraging: Vertraging, *, uiterlijk: datetime) -> str:
    """Return what the uitleg of a clock says of its delay: why, and whether that was said in time."""
    wanneer = "voor" if vertraging.verklaard_op < uiterlijk else "na"
    return (
        f"Vertraging verklaard op {format_moment(vertraging.verklaard_op)}, {wanneer} het einde van de termijn: "
        f"{REDENEN[vertraging.reden]}. De termijn loopt door."
    )


def explained(heard: Heard, clocks: tuple[Termijn, ...]) -> tuple[Termijn, ...]:
    """Return the clocks, those of which was said why they are late with that reason."""
    found = {clock.id: clock for clock in clocks}
    for told in newest_vertragingen(heard.behandeling):
        clock = _clock_of(heard, clocks, told)
        if clock is not None:
            found[clock.id] = replace(clock, vertraging=Vertraging(told.reden, told.verklaard_op))
    return tuple(found.values())


def _clock_of(heard: Heard, clocks: tuple[Termijn, ...], told: VertragingVerklaard) -> Termijn | None:
    """Return the clock that an explanation is about: of several stretches, the one that ran when it was given."""
    refs = {told.ref_id, ref_of(heard, told.melding_id, told.ref_id)}
    mine = [
        clock
        for clock in clocks
        if clock.soort is told.soort and clock.ref_id in refs and clock.melding_id == told.melding_id
    ]
    began = [clock for clock in mine if clock.start <= told.verklaard_op] or mine
    return max(began, key=lambda clock: (clock.start, clock.id), default=None)
