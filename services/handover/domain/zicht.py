"""Who holds sight of safety (zicht op veiligheid) of a casus: one party at every moment, worked out from facts.

Facts of different rooms can cross on their way. So nothing is decided on arrival: the timeline is a function of
the set of facts, each with its own moment, and comes out the same in whatever order they are heard.

- Veilig Thuis holds from the first fact about a casus that nobody holds.
- A receiver gets it by accepting an overdracht that carries it, or by accepting it on one that he had.
- Veilig Thuis gets it back by taking back an overdracht, or by asking and getting the sight of safety itself. Who
  holds by another overdracht too keeps it when one is taken back.
- Closing ends it where Veilig Thuis holds; a receiver who holds keeps it.
- When a casus goes up in another, the holder of the casus that stays, stays; only when it has none, the holder
  of the vanished casus goes on. The history of the vanished casus fills the time in which the staying one had
  no holder, up to the moment of merging; where both had one, the staying casus wins. What happened to the
  vanished casus after that moment counts for the staying one, except its closing: that says nothing of the whole.
- When meldingen are split off, both casussen are worked out anew, each from the facts of its own meldingen: what was
  accepted for them goes along, and where nothing was accepted Veilig Thuis holds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import assert_never
from uuid import UUID

from shared.rules.codes import BestemmingSoort, Rol
from shared.rules.opvang import AFGESCHERMD, sees_shelter

VEILIG_THUIS = "veilig-thuis"


class FeitSoort(StrEnum):
    """What can bear on who holds sight of safety, in the order that holds at one and the same moment."""

    BETROKKEN = "betrokken"  # Veilig Thuis has to do with the casus
    OVERNAME = "overname"  # the holder of a casus that went up in this one
    GEACCEPTEERD = "geaccepteerd"  # a receiver accepted
    TERUGGENOMEN = "teruggenomen"  # Veilig Thuis took back what a receiver held, by one overdracht or (none) by all
    AFGESLOTEN = "afgesloten"  # the involvement of Veilig Thuis ended
    HEROPEND = "heropend"  # a melding that came after a closing of the same moment


_RANK = {soort: rank for rank, soort in enumerate(FeitSoort)}


@dataclass(frozen=True, slots=True)
class Houder:
    """Who holds, in which quality, and by which overdracht (none: Veilig Thuis)."""

    organisatie_id: str
    soort: str
    overdracht_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Periode:
    """One holder from a moment until, not including, another; still holding when ``tot`` is None."""

    houder: Houder
    vanaf: datetime
    tot: datetime | None


@dataclass(frozen=True, slots=True)
class ZichtFeit:
    """One fact about the casus that it named; ``nr`` orders what was recorded at the same moment.

    What is about a melding counts for the casus in which that melding is at home.
    """

    soort: FeitSoort
    moment: datetime
    casus_id: UUID
    nr: int = 0
    houder: Houder | None = None
    melding_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Samenvoeging:
    """One casus that went up in another."""

    verdwenen_id: UUID
    casus_id: UUID
    moment: datetime


@dataclass(frozen=True, slots=True)
class Zichtboek:
    """All that is known about a casus and the casussen that went up in it."""

    veilig_thuis: Houder
    feiten: tuple[ZichtFeit, ...] = ()
    samenvoegingen: tuple[Samenvoeging, ...] = ()


def timeline(boek: Zichtboek, casus_id: UUID) -> tuple[Periode, ...]:
    """Return who held sight of safety of a casus, from first to last, without overlap."""
    children = sorted(
        (row for row in boek.samenvoegingen if row.casus_id == casus_id),
        key=lambda row: (row.moment, row.verdwenen_id),
    )
    layers = [(row.moment, timeline(boek, row.verdwenen_id)) for row in children]
    feiten = [feit for feit in boek.feiten if _home(boek, feit) == casus_id]
    for moment, layer in layers:
        heir = holder_at(layer, moment)
        if heir:
            feiten.append(ZichtFeit(FeitSoort.OVERNAME, moment, casus_id, houder=heir))
    perioden = tuple(_sweep(feiten, boek.veilig_thuis))
    for moment, layer in layers:
        perioden = _filled(perioden, _until(layer, moment))
    return tuple(_joined(perioden))


def current(perioden: Iterable[Periode]) -> Periode | None:
    """Return the period that is still running, or None."""
    return next((periode for periode in perioden if periode.tot is None), None)


def holder_at(perioden: Iterable[Periode], moment: datetime) -> Houder | None:
    """Return who held just before or at ``moment``: a period that ends there has ended."""
    for periode in perioden:
        if periode.vanaf <= moment and (periode.tot is None or moment < periode.tot):
            return periode.houder
    return None


def shielded(perioden: Iterable[Periode], rol: Rol, organisatie_id: str) -> tuple[Periode, ...]:
    """Return periods as somebody may read them: a shelter as holder stands there by name only for who may know of it.

    From one shelter to another is one period: that she moved tells too.
    """
    return tuple(_joined(tuple(_shown(one, rol, organisatie_id) for one in perioden)))


def _shown(periode: Periode, rol: Rol, organisatie_id: str) -> Periode:
    own = rol is Rol.KETENPARTNER and periode.houder.organisatie_id == organisatie_id
    if periode.houder.soort != BestemmingSoort.OPVANG or sees_shelter(rol, own=own):
        return periode
    return replace(periode, houder=Houder(AFGESCHERMD, AFGESCHERMD))


def _home(boek: Zichtboek, feit: ZichtFeit) -> UUID:
    """Return the casus for which a fact counts: what follows a merge counts for the casus that stayed."""
    by_vanished = {row.verdwenen_id: row for row in boek.samenvoegingen}
    home = feit.casus_id
    if feit.soort is FeitSoort.AFGESLOTEN:
        return home
    for _ in boek.samenvoegingen:
        row = by_vanished.get(home)
        if row is None or feit.moment < row.moment:
            break
        home = row.casus_id
    return home


@dataclass(frozen=True, slots=True)
class _Stand:
    """Who holds, and by which overdrachten he does."""

    houder: Houder | None = None
    door: frozenset[UUID | None] = frozenset()


def _sweep(feiten: Iterable[ZichtFeit], veilig_thuis: Houder) -> Iterator[Periode]:
    """Walk the facts of one casus in time and yield its periods; one of no length is no period."""
    running: Periode | None = None
    stand = _Stand()
    for feit in sorted(feiten, key=lambda feit: (feit.moment, _RANK[feit.soort], feit.nr)):
        before, stand = stand, _stand_after(stand, feit, veilig_thuis)
        if stand.houder == before.houder:
            continue
        if running and running.vanaf < feit.moment:
            yield replace(running, tot=feit.moment)
        running = Periode(stand.houder, feit.moment, None) if stand.houder else None
    if running:
        yield running


def _stand_after(stand: _Stand, feit: ZichtFeit, veilig_thuis: Houder) -> _Stand:
    holder = stand.houder
    match feit.soort:
        case FeitSoort.GEACCEPTEERD:
            return _accepted(stand, feit)
        case FeitSoort.TERUGGENOMEN:
            return _taken_back(stand, feit, veilig_thuis)
        case FeitSoort.AFGESLOTEN:
            return _Stand() if holder == veilig_thuis else stand
        case FeitSoort.BETROKKEN | FeitSoort.HEROPEND | FeitSoort.OVERNAME:
            if holder is not None:
                return stand
            heir = feit.houder if feit.soort is FeitSoort.OVERNAME else veilig_thuis
            return _Stand(heir, frozenset({heir.overdracht_id})) if heir else stand
        case _:
            assert_never(feit.soort)


def _accepted(stand: _Stand, feit: ZichtFeit) -> _Stand:
    if feit.houder is None:
        return stand
    by = feit.houder.overdracht_id
    if stand.houder is not None and stand.houder.organisatie_id == feit.houder.organisatie_id:
        return _Stand(stand.houder, stand.door | {by})
    return _Stand(feit.houder, frozenset({by}))


def _taken_back(stand: _Stand, feit: ZichtFeit, veilig_thuis: Houder) -> _Stand:
    """Let Veilig Thuis hold what nobody holds by anything else; who took over in the meantime keeps it."""
    back = _Stand(veilig_thuis, frozenset({None}))
    if stand.houder is None:
        return back
    if feit.houder is None or stand.houder.organisatie_id != feit.houder.organisatie_id:
        return stand
    by = feit.houder.overdracht_id
    left = frozenset() if by is None else stand.door - {by}
    return _Stand(stand.houder, left) if left else back


def _until(perioden: Iterable[Periode], moment: datetime) -> Iterator[Periode]:
    for periode in perioden:
        if periode.vanaf < moment:
            tot = moment if periode.tot is None else min(periode.tot, moment)
            yield replace(periode, tot=tot)


def _filled(upper: tuple[Periode, ...], lower: Iterable[Periode]) -> tuple[Periode, ...]:
    """Return ``upper`` with the parts of ``lower`` that fall where it has no holder."""
    found = list(upper)
    for periode in lower:
        found += _free_parts(periode, upper)
    return tuple(sorted(found, key=lambda periode: periode.vanaf))


def _free_parts(periode: Periode, taken: Iterable[Periode]) -> Iterator[Periode]:
    start, end = periode.vanaf, periode.tot
    for other in taken:
        if end is None or other.vanaf >= end:
            break
        if start < other.vanaf:
            yield replace(periode, vanaf=start, tot=other.vanaf)
        start = max(start, other.tot or end)
    if end is not None and start < end:
        yield replace(periode, vanaf=start)


def _joined(perioden: tuple[Periode, ...]) -> Iterator[Periode]:
    """Yield the periods with two of one holder that touch made into one."""
    if not perioden:
        return
    running = perioden[0]
    for _, following in pairwise(perioden):
        if running.houder == following.houder and running.tot == following.vanaf:
            running = replace(running, tot=following.tot)
        else:
            yield running
            running = following
    yield running
