"""The moments at which a family is looked at again: when they are planned, and what an uitkomst does to the others."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

from services.monitoring.domain.casus import Heard
from shared.events.payloads import (
    MatchOntvangen,
    MeldingOntvangen,
    MonitormomentAfgerond,
    MonitormomentVerplaatst,
    OverdrachtGeaccepteerd,
)
from shared.ids import derived_id
from shared.rules.calendar import amsterdam_day, midnight_after, midnight_before
from shared.rules.codes import DienstSoort, MonitorVervolg, TermijnSoort, VerplaatsingReden
from shared.rules.deadlines import compute_termijn, format_day, format_moment
from shared.rules.routing import BESTEMMINGEN, monitor_maanden, vt_monitors
from shared.rules.settings import RuleSettings


class MonitormomentStatus(StrEnum):
    GEPLAND = "gepland"
    AFGEROND = "afgerond"
    GEANNULEERD = "geannuleerd"
    GEMIST = "gemist"  # its day passed undone, and there is nothing left of it to do


class MonitormomentActie(StrEnum):
    AFRONDEN = "afronden"
    ANNULEREN = "annuleren"
    MISSEN = "missen"


_S, _A = MonitormomentStatus, MonitormomentActie

TRANSITIONS: Mapping[tuple[MonitormomentStatus, MonitormomentActie], MonitormomentStatus | None] = MappingProxyType(
    {
        (_S.GEPLAND, _A.AFRONDEN): _S.AFGEROND,
        (_S.GEPLAND, _A.ANNULEREN): _S.GEANNULEERD,
        (_S.GEPLAND, _A.MISSEN): _S.GEMIST,
        (_S.AFGEROND, _A.AFRONDEN): None,
        (_S.AFGEROND, _A.ANNULEREN): None,
        (_S.AFGEROND, _A.MISSEN): None,
        (_S.GEANNULEERD, _A.AFRONDEN): None,
        (_S.GEANNULEERD, _A.ANNULEREN): None,
        (_S.GEANNULEERD, _A.MISSEN): None,
        (_S.GEMIST, _A.AFRONDEN): None,
        (_S.GEMIST, _A.ANNULEREN): None,
        (_S.GEMIST, _A.MISSEN): None,
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
    geannuleerd_op: datetime | None = None  # when it ended undone, also when its day had passed
    verplaatsing: MonitormomentVerplaatst | None = None
    oorspronkelijk: datetime | None = None  # what ``uiterlijk`` was before it was moved


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
    dienst = _dienst_of(overdracht, heard)
    known = overdracht.dienst_id is None or dienst is not None
    return known and vt_monitors(overdracht.soort, dienst, settings)


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
    moved = {told.monitormoment_id: told for told in sorted(heard.verplaatst, key=lambda one: one.verplaatst_op)}
    momenten = {
        moment.id: moment
        for moment in (
            _moved(_planned(overdracht, maand, settings), moved) for maand in _maanden(overdracht, heard, settings)
        )
    }
    for uitkomst in sorted(heard.momenten.values(), key=lambda done: (done.afgerond_op, done.maand)):
        if uitkomst.monitormoment_id in momenten:
            momenten = {key: _moved(one, moved) for key, one in _after(momenten, uitkomst, settings).items()}
    back = heard.teruggegeven.get(overdracht.overdracht_id)
    yield from (_cancelled(one, back.teruggegeven_op) if back else one for one in momenten.values())


def _moved(moment: Monitormoment, moved: Mapping[UUID, MonitormomentVerplaatst]) -> Monitormoment:
    """Return a planned moment on the day on which it was put last."""
    told = moved.get(moment.id)
    if told is None or moment.verplaatsing is not None:
        return moment
    return replace(
        moment,
        uiterlijk=midnight_after(told.dag),
        gepland_op=midnight_before(told.dag),
        verplaatsing=told,
        oorspronkelijk=moment.uiterlijk,
    )


def _maanden(overdracht: OverdrachtGeaccepteerd, heard: Heard, settings: RuleSettings) -> list[int]:
    """Return the months of this dienst in the region, and those of moments that were done when it planned otherwise."""
    done = {
        uitkomst.maand
        for uitkomst in heard.momenten.values()
        if uitkomst.monitormoment_id == moment_id(overdracht.overdracht_id, uitkomst.maand)
    }
    dienst = _dienst_of(overdracht, heard)
    return sorted({*monitor_maanden(dienst, settings), *done})


def _dienst_of(overdracht: OverdrachtGeaccepteerd, heard: Heard) -> DienstSoort | None:
    if overdracht.dienst_id is None:
        return None
    dienst = heard.diensten.get(overdracht.dienst_id) or heard.conclusies.get(overdracht.dienst_id)
    return dienst.soort if dienst else None


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
    momenten = {**_missed(momenten, moment, uitkomst), moment.id: replace(moment, status=status, uitkomst=uitkomst)}
    match uitkomst.vervolg:
        case MonitorVervolg.DOORGAAN:
            return momenten
        case MonitorVervolg.INTENSIVEREN:
            extra = _extra(moment, uitkomst, settings)
            return {**momenten, extra.id: extra}
        case MonitorVervolg.HEROPENEN | MonitorVervolg.AFSLUITEN:
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
    """Return a moment that ends undone: missed when its day had passed, for then nobody called it off."""
    actie = MonitormomentActie.MISSEN if moment.uiterlijk <= op else MonitormomentActie.ANNULEREN
    status = TRANSITIONS[moment.status, actie]
    return moment if status is None else replace(moment, status=status, geannuleerd_op=op)


def _missed(
    momenten: Mapping[UUID, Monitormoment], done: Monitormoment, uitkomst: MonitormomentAfgerond
) -> dict[UUID, Monitormoment]:
    """Return the moments, those missed of which the day had passed when a later one was done.

    What it would have found is known from the later one; it stays late, and no longer keeps the casus open.
    """
    return {
        key: _cancelled(one, uitkomst.afgerond_op)
        if one.uiterlijk <= uitkomst.afgerond_op and one.uiterlijk < done.uiterlijk
        else one
        for key, one in momenten.items()
    }


def earliest_and_latest_day(uiterlijk: datetime, *, now: datetime, settings: RuleSettings) -> tuple[date, date]:
    """Return between which days a moment can be put that was planned until ``uiterlijk``: from today on."""
    planned = amsterdam_day(uiterlijk - timedelta(microseconds=1))
    return amsterdam_day(now), planned + timedelta(days=settings.monitormoment_later_dagen_max)


def is_gemist(status: MonitormomentStatus, uiterlijk: datetime, *, now: datetime) -> bool:
    """Say whether the day of a moment passed undone: also while it can still be done, late."""
    return status is MonitormomentStatus.GEMIST or (status is MonitormomentStatus.GEPLAND and uiterlijk <= now)


REDENEN: Mapping[VerplaatsingReden, str] = MappingProxyType(
    {
        VerplaatsingReden.BETROKKENEN_NIET_BEREIKT: "de betrokkenen zijn niet bereikt",
        VerplaatsingReden.OP_VERZOEK_BETROKKENEN: "de betrokkenen vroegen erom",
        VerplaatsingReden.PROFESSIONAL_NIET_BESCHIKBAAR: "een professional is er niet",
        VerplaatsingReden.ZORGEN: "er zijn zorgen",
        VerplaatsingReden.SAMEN_MET_ANDER_MOMENT: "het gaat samen met een ander moment",
        VerplaatsingReden.CAPACITEIT: "er zijn te weinig mensen",
        VerplaatsingReden.ANDERS: "een andere reden",
    }
)


def sentence_of(moment: Monitormoment) -> str | None:
    """Return what the uitleg of its clock says of a moment that was moved: from which day, when and why."""
    if moment.verplaatsing is None or moment.oorspronkelijk is None:
        return None
    planned = amsterdam_day(moment.oorspronkelijk - timedelta(microseconds=1))
    return (
        f"Gepland was {format_day(planned)}; verplaatst op {format_moment(moment.verplaatsing.verplaatst_op)}: "
        f"{REDENEN[moment.verplaatsing.reden]}."
    )


def during_monitoring(heard: Heard, momenten: Iterable[Monitormoment]) -> Iterator[MeldingOntvangen]:
    """Give the meldingen that came in while a moment of another melding of the same casus was still to come."""
    planned = tuple(momenten)
    for melding in heard.meldingen.values():
        if any(_was_open(moment, melding) for moment in planned):
            yield melding


def matches_during_monitoring(heard: Heard, momenten: Iterable[Monitormoment]) -> Iterator[MatchOntvangen]:
    """Give the signals of others in a reference index that came while a moment of the casus was still to come."""
    planned = tuple(momenten)
    for match in heard.matches.values():
        if any(_ran_at(moment, match.ontvangen_op) for moment in planned):
            yield match


def _was_open(moment: Monitormoment, melding: MeldingOntvangen) -> bool:
    return moment.melding_id != melding.melding_id and _ran_at(moment, melding.ontvangen_op)


def _ran_at(moment: Monitormoment, op: datetime) -> bool:
    ended = moment.uitkomst.afgerond_op if moment.uitkomst else moment.geannuleerd_op
    return moment.start <= op and (ended is None or op < ended)
