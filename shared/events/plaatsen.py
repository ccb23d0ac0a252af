"""In which casus a thing is, by what was told of merges and splits: the same in whatever order that was heard.

Two kinds of register are kept. A casus stands, or went up in another. What facts are about (a melding, a
dossierverzoek) has a home: the casus under which it was received, or to which it was split off. Intake numbers each
merge, split and destruction (``volgorde``); in a register the highest number counts, so that facts that cross end in
one state (docs/adr/0016). A thing is where its home stands: merges move casussen and leave homes alone, so that
undoing a merge only has to let a casus stand again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from shared.events.envelope import Event
from shared.events.payloads import (
    AdviesGegeven,
    AdviesOmgezet,
    CasusGesplitst,
    CasusSamengevoegd,
    CasusVernietigd,
    DossierverzoekOntvangen,
    Fact,
    MeldingOntvangen,
    TermijnDreigend,
    TermijnVerstreken,
)
from shared.rules.codes import TermijnSoort

# How sure a home is that no merge or split told. The place from which another room told of a thing may be out of date,
# and what a restored casus brought along is a home only of things whose receipt was never heard here.
GENOEMD, MEEGEKOMEN, ONTVANGEN = -2, -1, 0

_CHAIN_MAX = 10_000
_OF_VERZOEK = frozenset({TermijnSoort.DOSSIERVERZOEK, TermijnSoort.VERNIETIGINGSVERZOEK})


@dataclass(frozen=True, slots=True)
class Verwijzing:
    """Where a casus went up; None: it stands (again)."""

    in_casus_id: UUID | None
    volgorde: int
    sinds: datetime


@dataclass(frozen=True, slots=True)
class Thuis:
    """The casus in which something belongs."""

    casus_id: UUID
    volgorde: int


R = TypeVar("R", Verwijzing, Thuis)


@dataclass(frozen=True, slots=True)
class Wijziging:
    """What facts set in the registers."""

    casussen: Mapping[UUID, Verwijzing] = field(default_factory=dict)
    onderwerpen: Mapping[UUID, Thuis] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verhuizing:
    """What goes from one casus that stood to one that stands: things, and what was told of casussen as a whole."""

    van: UUID
    naar: UUID
    casus_ids: frozenset[UUID]
    onderwerp_ids: frozenset[UUID]
    alles: bool  # ``van`` does not stand any more: nothing stays behind


def onderwerp_of(payload: Fact) -> UUID | None:
    """Return what a fact is about within its casus; None when it is about the casus as a whole, or about no casus.

    The clock of a dossierverzoek is about that request, and is known by its own id.
    """
    match payload:
        case AdviesGegeven() | AdviesOmgezet():
            return None  # the subject is the advies, and never moves
        case TermijnDreigend() | TermijnVerstreken() if payload.soort in _OF_VERZOEK:
            return payload.termijn_id
        case _:
            found = getattr(payload, "verzoek_id", None) or getattr(payload, "melding_id", None)
            return found if isinstance(found, UUID) else None


def wijziging_of(event: Event) -> Wijziging:
    """Return what one fact says of where things are."""
    payload, here = event.payload, event.casus_id
    match payload:
        case CasusSamengevoegd():
            gone = Verwijzing(here, payload.volgorde, payload.samengevoegd_op)
            return Wijziging({payload.verdwenen_casus_id: gone})
        case CasusGesplitst():
            return _split(payload)
        case CasusVernietigd():
            return _destroyed(payload, here)
        case MeldingOntvangen() | DossierverzoekOntvangen():
            onderwerp = onderwerp_of(payload)
            return Wijziging({}, {onderwerp: Thuis(here, ONTVANGEN)} if onderwerp else {})
        case _:
            onderwerp = onderwerp_of(payload)
            return Wijziging({}, {onderwerp: Thuis(here, GENOEMD)} if onderwerp else {})


def _split(payload: CasusGesplitst) -> Wijziging:
    naar, volgorde = payload.nieuwe_casus_id, payload.volgorde
    # A restored casus brings home what is at home in it or below it; that needs no telling.
    of_melding = MEEGEKOMEN if payload.herstelt_samenvoeging else volgorde
    homes = {melding_id: Thuis(naar, of_melding) for melding_id in payload.melding_ids}
    homes |= {verzoek_id: Thuis(naar, volgorde) for verzoek_id in payload.verzoek_ids}
    stands = {naar: Verwijzing(None, volgorde, payload.gesplitst_op)} if payload.herstelt_samenvoeging else {}
    return Wijziging(stands, homes)


def _destroyed(payload: CasusVernietigd, here: UUID) -> Wijziging:
    """Let what was in a destroyed casus be in it for good, also when the merge by which it came is heard later."""
    if not payload.volgorde:
        return Wijziging()
    volgorde, op = payload.volgorde, payload.vernietigd_op
    gone = {casus_id: Verwijzing(here, volgorde, op) for casus_id in payload.verdwenen_casus_ids}
    homes = {melding_id: Thuis(here, volgorde) for melding_id in payload.melding_ids}
    return Wijziging({here: Verwijzing(None, volgorde, op), **gone}, homes)


def joined(changes: Iterable[Wijziging]) -> Wijziging:
    """Return several changes as one; their order makes no difference."""
    casussen: dict[UUID, Verwijzing] = {}
    onderwerpen: dict[UUID, Thuis] = {}
    for change in changes:
        _merge(casussen, change.casussen)
        _merge(onderwerpen, change.onderwerpen)
    return Wijziging(casussen, onderwerpen)


def _merge(into: dict[UUID, R], change: Mapping[UUID, R]) -> None:
    for key, new in change.items():
        known = into.get(key)
        if known is None or supersedes(new.volgorde, known.volgorde):
            into[key] = new


def supersedes(new: int, known: int) -> bool:
    """Say whether a register takes a new value; of what came along the last heard counts, until the receipt is."""
    return new > known or new == known == MEEGEKOMEN


@dataclass(frozen=True, slots=True)
class Plaatsen:
    """The registers, or as much of them as is looked at."""

    casussen: Mapping[UUID, Verwijzing] = field(default_factory=dict)
    onderwerpen: Mapping[UUID, Thuis] = field(default_factory=dict)

    def standing(self, casus_id: UUID) -> UUID:
        """Return the casus in which this one lives now: itself, unless it went up in another."""
        here = casus_id
        for _ in range(_CHAIN_MAX):
            up = self.casussen.get(here)
            if up is None or up.in_casus_id is None:
                return here
            here = up.in_casus_id
        raise ValueError("casussen that went up in each other")

    def place(self, onderwerp_id: UUID) -> UUID | None:
        """Return the casus in which something is now; None when it was never heard of."""
        home = self.onderwerpen.get(onderwerp_id)
        return None if home is None else self.standing(home.casus_id)

    def changed(self, change: Wijziging) -> "Plaatsen":
        """Return the registers after a change."""
        casussen, onderwerpen = dict(self.casussen), dict(self.onderwerpen)
        _merge(casussen, change.casussen)
        _merge(onderwerpen, change.onderwerpen)
        return Plaatsen(casussen, onderwerpen)


def verhuizingen(before: Plaatsen, after: Plaatsen) -> tuple[Verhuizing, ...]:
    """Return what must be moved, in this order, so that everything stands where the registers say.

    What leaves a casus by itself goes before the rest of that casus goes elsewhere: it would be taken along.
    """
    casussen: dict[tuple[UUID, UUID], set[UUID]] = {}
    onderwerpen: dict[tuple[UUID, UUID], set[UUID]] = {}
    named = before.casussen.keys() | after.casussen.keys()
    for casus_id in named | {up.in_casus_id for up in after.casussen.values() if up.in_casus_id}:
        step = before.standing(casus_id), after.standing(casus_id)
        if step[0] != step[1]:
            casussen.setdefault(step, set()).add(casus_id)
    for onderwerp_id in before.onderwerpen:
        there, here = before.place(onderwerp_id), after.place(onderwerp_id)
        if there and here and there != here:
            onderwerpen.setdefault((there, here), set()).add(onderwerp_id)
    steps = (
        Verhuizing(
            van,
            naar,
            frozenset(casussen.get((van, naar), ())),
            frozenset(onderwerpen.get((van, naar), ())),
            alles=after.standing(van) == naar,
        )
        for van, naar in casussen.keys() | onderwerpen.keys()
    )
    return tuple(sorted(steps, key=lambda step: (step.alles, step.van, step.naar)))
