"""How receivers were told of overdrachten: what waits for a person and since when, and how each delivery ended.

A delivery can be laid before a person, be tried again and come back; each stretch has a clock of its own, so that one
that was missed stays missed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from services.monitoring.domain.klokken import Klok, ended_at, klok_of, moment_key
from shared.events.levering import (
    LeveringAfgerond,
    LeveringHervat,
    LeveringVoorgelegd,
    NavraagAfgerond,
    NavraagGesteld,
)
from shared.events.payloads import Fact
from shared.rules.codes import TermijnSoort
from shared.rules.leveringcodes import LeveringEinde, NavraagEinde


@dataclass(frozen=True, slots=True)
class Leveringen:
    """All that is known of the deliveries of one casus; whoever reads it sorts by the moment that a fact tells of."""

    voorgelegd: list[LeveringVoorgelegd] = field(default_factory=list)
    hervat: list[LeveringHervat] = field(default_factory=list)
    afgerond: list[LeveringAfgerond] = field(default_factory=list)
    navragen: list[NavraagGesteld] = field(default_factory=list)
    navraag_afgerond: list[NavraagAfgerond] = field(default_factory=list)


_ALL: Mapping[type[Fact], str] = MappingProxyType(
    {
        LeveringVoorgelegd: "voorgelegd",
        LeveringHervat: "hervat",
        LeveringAfgerond: "afgerond",
        NavraagGesteld: "navragen",
        NavraagAfgerond: "navraag_afgerond",
    }
)


def take_levering(leveringen: Leveringen, payload: Fact) -> bool:
    """Keep a fact of a delivery; say whether it was one."""
    name = _ALL.get(type(payload))
    if name is None:
        return False
    getattr(leveringen, name).append(payload)
    return True


def levering_klokken(leveringen: Leveringen) -> Iterator[Klok]:
    """Give the term within which a person tells the receiver, for each time that it was laid before one."""
    for asked in leveringen.voorgelegd:
        end = _end_of(leveringen, asked)
        vervallen = isinstance(end, LeveringAfgerond) and end.einde is LeveringEinde.VERVALLEN
        clock = klok_of(
            TermijnSoort.LEVERING,
            asked,
            ref_id=asked.levering_id,
            start=asked.voorgelegd_op,
            end=ended_at(asked.voorgelegd_op, _moment(end) if end else None, vervallen=vervallen),
        )
        yield replace(clock, sleutel=(moment_key(asked.voorgelegd_op),), extra=(f"Waarom: {asked.reden.value}.",))


def _end_of(leveringen: Leveringen, asked: LeveringVoorgelegd) -> LeveringHervat | LeveringAfgerond | None:
    """Return what was done first after a delivery was laid before a person."""
    told: tuple[LeveringHervat | LeveringAfgerond, ...] = (*leveringen.hervat, *leveringen.afgerond)
    later = [fact for fact in told if fact.levering_id == asked.levering_id and _moment(fact) >= asked.voorgelegd_op]
    return min(later, key=_moment, default=None)


def _moment(fact: LeveringHervat | LeveringAfgerond) -> datetime:
    return fact.hervat_op if isinstance(fact, LeveringHervat) else fact.afgerond_op


def navraag_klokken(leveringen: Leveringen) -> Iterator[Klok]:
    """Give the term within which Veilig Thuis answers each question of a receiver."""
    for asked in leveringen.navragen:
        ended = _end_of_navraag(leveringen, asked.navraag_id)
        vervallen = ended is not None and ended.einde is NavraagEinde.VERVALLEN
        end = ended_at(asked.gesteld_op, ended.afgerond_op if ended else None, vervallen=vervallen)
        yield klok_of(TermijnSoort.NAVRAAG, asked, ref_id=asked.navraag_id, start=asked.gesteld_op, end=end)


def _end_of_navraag(leveringen: Leveringen, navraag_id: UUID) -> NavraagAfgerond | None:
    mine = [told for told in leveringen.navraag_afgerond if told.navraag_id == navraag_id]
    return min(mine, key=lambda told: told.afgerond_op, default=None)


def leveringtellingen(leveringen: Leveringen) -> Iterator[tuple[str, datetime, str, str]]:
    """Count how each delivery ended, as far as it did, and each time that a person had to take one over."""
    for asked in leveringen.voorgelegd:
        yield asked.gemeente_code, asked.voorgelegd_op, "leveringenVoorgelegd", asked.reden.value
    for question in leveringen.navragen:
        yield question.gemeente_code, question.gesteld_op, "navragenGesteld", ""
    for answered in leveringen.navraag_afgerond:
        yield answered.gemeente_code, answered.afgerond_op, "navragenPerEinde", answered.einde.value
    for told in _last_ends(leveringen).values():
        yield told.gemeente_code, told.afgerond_op, "leveringenPerEinde", told.einde.value


def _last_ends(leveringen: Leveringen) -> dict[UUID, LeveringAfgerond]:
    """Return how each delivery stands that ended, without those that were taken up again since."""
    ends: dict[UUID, LeveringAfgerond] = {}
    for told in sorted(leveringen.afgerond, key=lambda one: one.afgerond_op):  # stable: of one moment the last counts
        ends[told.levering_id] = told
    again = [(one.levering_id, one.voorgelegd_op) for one in leveringen.voorgelegd]
    again += [(one.levering_id, one.hervat_op) for one in leveringen.hervat]
    for levering_id, moment in again:
        if levering_id in ends and ends[levering_id].afgerond_op < moment:
            del ends[levering_id]
    return ends
