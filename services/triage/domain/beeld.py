"""What one participant of a table would get: the parts that he may see, and nothing of the rest.

Who made the melding is no part of it. The texts leave Veilig Thuis only after intake has cut from them what tells it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.triage.domain.actie import Actie
from services.triage.domain.opschaling import Deelnemer, Opschaling, TekstDeel
from services.triage.domain.overleg import Overleg
from shared.rules.opschaling import Onderdeel


@dataclass(frozen=True, slots=True)
class Getoond:
    """A text that a participant sees, and of which moment it is."""

    tijdstip: datetime
    deel: TekstDeel


@dataclass(frozen=True, slots=True)
class Beeld:
    onderdelen: frozenset[Onderdeel]
    personen: tuple[int, ...]  # their places in the melding
    teksten: tuple[Getoond, ...]
    acties: tuple[Actie, ...]


def beeld_of(
    deelnemer: Deelnemer,
    opschaling: Opschaling,
    *,
    overleggen: Sequence[Overleg],
    acties: Sequence[Actie],
    personen: Sequence[int],
) -> Beeld:
    """Return what a participant sees of a table."""
    ziet = deelnemer.ziet
    return Beeld(
        onderdelen=ziet,
        personen=tuple(personen) if Onderdeel.PERSONEN in ziet else (),
        teksten=tuple(one for one in _teksten(opschaling, overleggen) if one.deel.onderdeel in ziet),
        acties=tuple(acties) if Onderdeel.BESLUITEN in ziet else (),
    )


def _teksten(opschaling: Opschaling, overleggen: Sequence[Overleg]) -> Iterator[Getoond]:
    moment = opschaling.gestart_op
    yield Getoond(moment, TekstDeel(Onderdeel.GEBEURTENIS, opschaling.aanleiding))
    yield from (Getoond(moment, one) for one in opschaling.inhoud)
    for overleg in overleggen:
        yield from (Getoond(overleg.gepland_op, one) for one in overleg.agenda)
        if overleg.verslag is not None:
            yield from (Getoond(overleg.verslag.gehouden_op, one) for one in overleg.verslag.teksten)
