"""The moments at which a family is looked at again: when they are planned, and what an uitkomst does to the others."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

from services.monitoring.domain.casus import Heard
from shared.events.payloads import MeldingOntvangen, MonitormomentAfgerond, OverdrachtGeaccepteerd
from shared.ids import derived_id
from shared.rules.calendar import amsterdam_day, midnight_before
from shared.rules.codes import MonitorVervolg, TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.routing import BESTEMMINGEN, vt_monitors
from shared.rules.settings import RuleSettings


class MonitormomentStatus(StrEnum):
    GEPLAND = "gepland"
    AFGEROND = "afgerond"
    GEANNULEERD = "geannuleerd"


class MonitormomentActie(StrEnum):
    AFRONDEN = "afronden"
    ANNULEREN = "annuleren"


_S, _A = MonitormomentStatus, MonitormomentActie

TRANSITIONS: Mapping[tuple[MonitormomentStatus, MonitormomentActie], MonitormomentStatus | None] = MappingProxyType(
    {
        (_S.GEPLAND, _A.AFRONDEN): _S.AFGEROND,
        (_S.GEPLAND, _A.ANNULEREN): _S.GEANNULEERD,
        (_S.AFGEROND, _A.AFRONDEN): None,
        (_S.AFGEROND, _A.ANNULEREN): None,
        (_S.GEANNULEERD, _A.AFRONDEN): None,
        (_S.GEANNULEERD, _A.ANNULEREN): None,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitormoment:
    id: UUID
    melding_id: UUID
    overdracht_id: UUID
    gemeente_code: str
    maand: int
    start: datetime
    maanden: int  # after the start; an extra moment starts at the one that asked for it
    gepland_op: datetime  # the first moment of its day
    uiterlijk: datetime
    status: MonitormomentStatus = MonitormomentStatus.GEPLAND
    uitkomst: MonitormomentAfgerond | None = None
    geannuleerd_op: datetime | None = None


def plan_momenten(heard: Heard, settings: RuleSettings) -> tuple[Monitormoment, ...]:
    """Return the moments of every overdracht after which Veilig Thuis monitors, as their outcomes left them.

    They are planned when the receiver who holds sight of safety accepts, and where veiligheidsvoorwaarden were set;
    never after a gecertificeerde instelling (``shared.rules.routing.vt_monitors``). When he gives back, those that are
    to come end: they are planned anew when the next receiver accepts.
    """
    planned = (
        moment
        for overdracht in heard.geaccepteerd.values()
        if _is_monitored(heard, overdracht, settings)
        for moment in _momenten_of(overdracht, heard, settings)
    )
    destroyed = heard.vernietigd_op
    return tuple(planned) if destroyed is None else tuple(_cancelled(moment, destroyed) for moment in planned)


def _is_monitored(heard: Heard, overdracht: OverdrachtGeaccepteerd, settings: RuleSettings) -> bool:
    if not overdracht.draagt_zicht and not _stands_in(heard, overdracht):
        return False
    if overdracht.dienst_id is None:
        return vt_monitors(overdracht.soort, None, settings)
    dienst = heard.diensten.get(overdracht.dienst_id) or heard.conclusies.get(overdracht.dienst_id)
    return dienst is not None and vt_monitors(overdracht.soort, dienst.soort, settings)


def _stands_in(heard: Heard, overdracht: OverdrachtGeaccepteerd) -> bool:
    """Say whether an overdracht stands for one that carries sight of safety, because none of its besluit does.

    While an offer of another besluit in the casus carries it, those of this one do not; the family is looked at again
    after this one all the same: after the first that was accepted.
    """
    bron = (overdracht.melding_id, overdracht.dienst_id)
    offered = [one for one in heard.aangeboden.values() if (one.melding_id, one.dienst_id) == bron]
    mine = [one for one in heard.geaccepteerd.values() if (one.melding_id, one.dienst_id) == bron]
    if any(one.draagt_zicht for one in offered) or any(one.draagt_zicht for one in mine):
        return False
    first = min(mine, key=lambda one: (BESTEMMINGEN[one.soort].rang, one.geaccepteerd_op, one.overdracht_id))
    return first.overdracht_id == overdracht.overdracht_id


def _momenten_of(overdracht: OverdrachtGeaccepteerd, heard: Heard, settings: RuleSettings) -> Iterator[Monitormoment]:
    momenten = {
        moment.id: moment
        for moment in (_planned(overdracht, maand, settings) for maand in _maanden(overdracht, heard, settings))
    }
    for uitkomst in sorted(heard.momenten.values(), key=lambda done: (done.afgerond_op, done.maand)):
        if uitkomst.monitormoment_id in momenten:
            momenten = _after(momenten, uitkomst, settings)
    back = heard.teruggegeven.get(overdracht.overdracht_id)
    yield from (_cancelled(one, back.teruggegeven_op) if back else one for one in momenten.values())


def _maanden(overdracht: OverdrachtGeaccepteerd, heard: Heard, settings: RuleSettings) -> list[int]:
    """Return the months of the region, and those of moments that were done when the region planned otherwise."""
    done = {
        uitkomst.maand
        for uitkomst in heard.momenten.values()
        if uitkomst.monitormoment_id == moment_id(overdracht.overdracht_id, uitkomst.maand)
    }
    return sorted({*settings.monitor_offsets_months, *done})


def moment_id(overdracht_id: UUID, maand: int) -> UUID:
    """Return the id of the moment that is planned so many months after an overdracht."""
    return derived_id("monitormoment", overdracht_id, maand)


def _planned(overdracht: OverdrachtGeaccepteerd, maand: int, settings: RuleSettings) -> Monitormoment:
    uiterlijk = due_of_moment(overdracht.geaccepteerd_op, maand, settings)
    return Monitormoment(
        id=moment_id(overdracht.overdracht_id, maand),
        melding_id=overdracht.melding_id,
        overdracht_id=overdracht.overdracht_id,
        gemeente_code=overdracht.gemeente_code,
        maand=maand,
        start=overdracht.geaccepteerd_op,
        maanden=maand,
        gepland_op=_day_of(uiterlijk),
        uiterlijk=uiterlijk,
    )


def due_of_moment(start: datetime, maanden: int, settings: RuleSettings) -> datetime:
    """Return the first moment at which a look after so many months is too late."""
    return compute_termijn(TermijnSoort.MONITORMOMENT, start, settings, maanden=maanden).uiterlijk


def _day_of(uiterlijk: datetime) -> datetime:
    return midnight_before(amsterdam_day(uiterlijk - timedelta(microseconds=1)))


def _after(
    momenten: dict[UUID, Monitormoment], uitkomst: MonitormomentAfgerond, settings: RuleSettings
) -> dict[UUID, Monitormoment]:
    moment = momenten[uitkomst.monitormoment_id]
    status = TRANSITIONS[moment.status, MonitormomentActie.AFRONDEN]
    if status is None:
        return momenten
    momenten = {**momenten, moment.id: replace(moment, status=status, uitkomst=uitkomst)}
    match uitkomst.vervolg:
        case MonitorVervolg.DOORGAAN:
            return momenten
        case MonitorVervolg.INTENSIVEREN:
            extra = _extra(moment, uitkomst, settings)
            return {**momenten, extra.id: extra}
        case MonitorVervolg.HEROPENEN | MonitorVervolg.AFSLUITEN:
            # A moment of which the day has passed undone ends as well: there is nothing left to look at.
            return {key: _cancelled(other, uitkomst.afgerond_op) for key, other in momenten.items()}
        case _:
            assert_never(uitkomst.vervolg)


def _extra(moment: Monitormoment, uitkomst: MonitormomentAfgerond, settings: RuleSettings) -> Monitormoment:
    uiterlijk = due_of_moment(uitkomst.afgerond_op, 1, settings)
    return Monitormoment(
        id=derived_id("monitormoment", moment.overdracht_id, "extra", moment.id),
        melding_id=moment.melding_id,
        overdracht_id=moment.overdracht_id,
        gemeente_code=moment.gemeente_code,
        maand=moment.maand + 1,
        start=uitkomst.afgerond_op,
        maanden=1,
        gepland_op=_day_of(uiterlijk),
        uiterlijk=uiterlijk,
    )


def _cancelled(moment: Monitormoment, op: datetime) -> Monitormoment:
    status = TRANSITIONS[moment.status, MonitormomentActie.ANNULEREN]
    return moment if status is None else replace(moment, status=status, geannuleerd_op=op)


def during_monitoring(heard: Heard, momenten: Iterable[Monitormoment]) -> Iterator[MeldingOntvangen]:
    """Give the meldingen that came in while a moment of another melding of the same casus was still to come."""
    planned = tuple(momenten)
    for melding in heard.meldingen.values():
        if any(_was_open(moment, melding) for moment in planned):
            yield melding


def _was_open(moment: Monitormoment, melding: MeldingOntvangen) -> bool:
    if moment.melding_id == melding.melding_id or melding.ontvangen_op < moment.start:
        return False
    ended = moment.uitkomst.afgerond_op if moment.uitkomst else moment.geannuleerd_op
    return ended is None or melding.ontvangen_op < ended
