"""A table as an organisation sees it that sits there: its agenda, what was decided, and what it must do itself.

What it sees is what its participants may see together (``beeld``); after the table has ended only what it must still
do. Which others sit there, which casus it is and who reported is no part of it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.triage.domain.actie import Actie, ActieStatus
from services.triage.domain.beeld import Getoond
from services.triage.domain.opschaling import Deelnemer, Opschaling, OpschalingStatus, TekstDeel
from services.triage.domain.overleg import Overleg, OverlegStatus
from shared.rules.behandelcodes import OpschalingSoort
from shared.rules.opschaling import Onderdeel


@dataclass(frozen=True, slots=True)
class TafelOverleg:
    """A meeting, with what this organisation may read of its agenda and notes."""

    id: UUID
    status: OverlegStatus
    gepland_op: datetime
    gehouden_op: datetime | None
    agenda: tuple[TekstDeel, ...]
    verslag: tuple[TekstDeel, ...]


@dataclass(frozen=True, slots=True)
class TafelActie:
    """What was decided, by which day, and whether this organisation does it; who else does it is not told."""

    id: UUID
    eigen: bool
    status: ActieStatus
    versie: int
    besluit: str
    uiterlijk_dag: date
    afgerond_op: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tafel:
    opschaling_id: UUID
    soort: OpschalingSoort
    status: OpschalingStatus
    gestart_op: datetime
    onderdelen: frozenset[Onderdeel]
    teksten: tuple[Getoond, ...]
    overleggen: tuple[TafelOverleg, ...]
    acties: tuple[TafelActie, ...]


def seats_of(opschaling: Opschaling, organisatie_id: str) -> tuple[Deelnemer, ...]:
    """Return who takes part for an organisation now: who has left sits there no more."""
    return tuple(
        one for one in opschaling.deelnemers if one.organisatie_id == organisatie_id and one.vertrokken_op is None
    )


def tafel_of(
    opschaling: Opschaling, organisatie_id: str, *, overleggen: Sequence[Overleg], acties: Sequence[Actie]
) -> Tafel:
    """Return a table as an organisation that sits there sees it."""
    ended = opschaling.status is OpschalingStatus.AFGESCHAALD
    seats = () if ended else seats_of(opschaling, organisatie_id)
    ziet = frozenset[Onderdeel]().union(*(one.ziet for one in seats))
    first = TekstDeel(Onderdeel.GEBEURTENIS, opschaling.aanleiding)
    return Tafel(
        opschaling_id=opschaling.id,
        soort=opschaling.soort,
        status=opschaling.status,
        gestart_op=opschaling.gestart_op,
        onderdelen=ziet,
        teksten=tuple(Getoond(opschaling.gestart_op, one) for one in _seen((first, *opschaling.inhoud), ziet)),
        overleggen=() if ended else tuple(_overleg(one, ziet) for one in overleggen),
        acties=tuple(
            actie_of(one, organisatie_id)
            for one in acties
            if is_own(one, organisatie_id) or Onderdeel.BESLUITEN in ziet
        ),
    )


def is_own(actie: Actie, organisatie_id: str) -> bool:
    """Say whether an organisation must do this itself."""
    return actie.eigenaar.organisatie_id == organisatie_id


def actie_of(actie: Actie, organisatie_id: str) -> TafelActie:
    """Return what was decided as an organisation at the table sees it."""
    return TafelActie(
        id=actie.id,
        eigen=is_own(actie, organisatie_id),
        status=actie.status,
        versie=actie.versie,
        besluit=actie.besluit,
        uiterlijk_dag=actie.uiterlijk_dag,
        afgerond_op=actie.afgerond_op,
    )


def _overleg(of: Overleg, ziet: Collection[Onderdeel]) -> TafelOverleg:
    verslag = of.verslag
    return TafelOverleg(
        id=of.id,
        status=of.status,
        gepland_op=of.gepland_op,
        gehouden_op=verslag.gehouden_op if verslag else None,
        agenda=_seen(of.agenda, ziet),
        verslag=_seen(verslag.teksten, ziet) if verslag else (),
    )


def _seen(delen: Sequence[TekstDeel], ziet: Collection[Onderdeel]) -> tuple[TekstDeel, ...]:
    return tuple(one for one in delen if one.onderdeel in ziet)


# --- cutting ---------------------------------------------------------------------------------------------------------


def written_in(tafel: Tafel) -> tuple[str, ...]:
    """Return every text of a table, in the order in which ``with_texts`` takes them."""
    return tuple(_texts(tafel))


def _texts(tafel: Tafel) -> Iterator[str]:
    yield from (one.deel.tekst for one in tafel.teksten)
    for overleg in tafel.overleggen:
        yield from (one.tekst for one in (*overleg.agenda, *overleg.verslag))
    yield from (one.besluit for one in tafel.acties)


def with_texts(tafel: Tafel, teksten: Sequence[str]) -> Tafel:
    """Return a table with these texts instead of its own; raises ``ValueError`` when there are more or fewer."""
    if len(teksten) != len(written_in(tafel)):
        raise ValueError("not every text was given back")
    following = iter(teksten)

    def cut(delen: Sequence[TekstDeel]) -> tuple[TekstDeel, ...]:
        return tuple(TekstDeel(one.onderdeel, next(following)) for one in delen)

    shown = tuple(Getoond(one.tijdstip, cut((one.deel,))[0]) for one in tafel.teksten)
    meetings = tuple(replace(one, agenda=cut(one.agenda), verslag=cut(one.verslag)) for one in tafel.overleggen)
    acties = tuple(replace(one, besluit=next(following)) for one in tafel.acties)
    return replace(tafel, teksten=shown, overleggen=meetings, acties=acties)
