"""How a signal is brought to a school after the commit: the school is found and told, again until it answers."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import handle_with_care as rules
from services.intake.domain.handle_with_care import UNDER_WAY, Bewijs, HandleWithCare
from services.intake.domain.schooltoets import Leerling, School, SchoolBron, leerling_of, school_in_melding
from services.intake.handlers.handle_with_care import announce, lock_casus_of, term_of
from services.intake.partners.leerplicht import Leerplicht, PartnerFaultError
from services.intake.partners.scholen import Scholen
from services.intake.settings import IntakeSettings
from services.intake.store import handle_with_care as store
from services.intake.store.handle_with_care import Poging
from shared.clock import Clock
from shared.db import in_transaction
from shared.events.payloads import HandleWithCareNietAfgeleverd
from shared.ids import derived_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact, append
from shared.messaging.tasks import Again, Done, Outcome, Task
from shared.rules.codes import HandleWithCareReden
from shared.web.app import Resources
from shared.web.client import http_client

log = get_logger()

ZOEKEN, AFLEVEREN = "school-zoeken", "afleveren"
_GEVONDEN, _ONBEKEND, _ONTVANGEN = "gevonden", "onbekend", "ontvangen"
_ONVOLLEDIG = "onvolledige-gegevens"


@dataclass(frozen=True, slots=True)
class Partners:
    """Whom a signal needs outside."""

    leerplicht: Leerplicht
    scholen: Scholen


@dataclass(frozen=True, slots=True)
class _ToSend:
    """A signal with the child as it is known now."""

    signaal: HandleWithCare
    leerling: Leerling | None
    school_in_melding: School | None


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What came of trying: the proof, or why there is none."""

    pogingen: tuple[Poging, ...]
    school: School | None
    bewijs: Bewijs | None = None
    reden: HandleWithCareReden = HandleWithCareReden.NIET_BEVESTIGD


async def deliver_signaal(task: Task, made: Resources, told: IntakeSettings) -> Outcome:
    """Find the school of a signal and tell it, as the task of the worker."""
    async with http_client() as http:
        partners = Partners(
            Leerplicht(told.leerplicht_url, http, told.leerplicht_sleutel_file),
            Scholen(told.scholen_url, http, told.scholen_sleutel_file),
        )
        return await try_to_deliver(made, partners, task.object_id)


async def try_to_deliver(made: Resources, partners: Partners, signaal_id: UUID) -> Outcome:
    """Try once to bring a signal to its school, note each step, and say whether and when to try again.

    When the lessons have begun it is told that no school answered, and no longer tried: then a person must call.
    """
    async with in_transaction(made.engine) as conn:
        to_send = await _to_send(conn, made, signaal_id)
    if to_send is None:
        return Done()
    attempt = await _attempt(partners, to_send, made.clock)
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        await lock_casus_of(conn, to_send.signaal.melding_id)
        before = await store.load_signaal(conn, made.vault, signaal_id, lock=True)
        if before is None:
            return Done()  # destroyed meanwhile
        after = _after(before, attempt, now=now)
        if after != before:
            await store.save_signaal(conn, made.vault, after)
        await store.add_pogingen(conn, signaal_id, attempt.pogingen)
        await announce(conn, before, after, now=now)
        outcome = await _go_on(conn, made, after, attempt, now=now)
    log.info("handle_with_care_tried", melding_id=str(after.melding_id), status=after.status.value)
    return outcome


async def _to_send(conn: AsyncConnection, made: Resources, signaal_id: UUID) -> _ToSend | None:
    signaal = await store.load_signaal(conn, made.vault, signaal_id)
    if signaal is None or signaal.status not in UNDER_WAY:
        return None
    child = (await store.load_kinderen(conn, made.vault, (signaal.persoon_id,)))[signaal.persoon_id]
    return _ToSend(signaal, leerling_of(child), school_in_melding(child))


def _after(before: HandleWithCare, attempt: _Attempt, *, now: datetime) -> HandleWithCare:
    if attempt.bewijs is not None and attempt.school is not None:
        return rules.deliver(before, attempt.school, attempt.bewijs, now=now)
    return rules.miss(before, attempt.reden, attempt.school)


async def _go_on(
    conn: AsyncConnection, made: Resources, signaal: HandleWithCare, attempt: _Attempt, *, now: datetime
) -> Outcome:
    if signaal.status not in UNDER_WAY:
        return Done()
    uiterlijk = term_of(signaal, made.rules).uiterlijk
    if now >= uiterlijk:
        await append(conn, [_lost(signaal, now)], now=now)
        log.warning("handle_with_care_not_delivered", melding_id=str(signaal.melding_id), status=signaal.status.value)
        return Done()
    tried = signaal.pogingen + len(attempt.pogingen)
    wait = min(rules.wait_after(tried, uiterlijk=uiterlijk, now=now), uiterlijk - now)
    return Again(attempt.pogingen[-1].code, wait=wait)


def _lost(signaal: HandleWithCare, now: datetime) -> NewFact:
    payload = HandleWithCareNietAfgeleverd(
        signaal_id=signaal.id,
        melding_id=signaal.melding_id,
        reden=rules.reden_of(signaal.status),
        vastgesteld_op=now,
    )
    return NewFact(derived_id("handle-with-care-niet-afgeleverd", signaal.id), signaal.casus_id, payload)


# --- one attempt -----------------------------------------------------------------------------------------------


async def _attempt(partners: Partners, to_send: _ToSend, clock: Clock) -> _Attempt:
    """Tell the school that is known, or else the one that the office names.

    A school that says that the child is no pupil there is not the one, whoever named it; what a melding says of the
    school is given up as soon as that school does not answer well.
    """
    leerling, sleutel = to_send.leerling, to_send.signaal.id
    if leerling is None:
        return _Attempt((Poging(clock(), ZOEKEN, _ONVOLLEDIG),), None, reden=HandleWithCareReden.GEEN_SCHOOL)
    notes: list[Poging] = []
    known = to_send.signaal.school or to_send.school_in_melding
    told = await _tell(partners, known, leerling, sleutel, clock, notes) if known else None
    if told and known and (told.bewijs or known.bron is SchoolBron.LEERPLICHT):
        return told
    school = await _found(partners, leerling, clock, notes)
    if school is not None:
        told = await _tell(partners, school, leerling, sleutel, clock, notes) or told
    if told is not None:
        return replace(told, pogingen=tuple(notes))
    return _Attempt(tuple(notes), None, reden=HandleWithCareReden.GEEN_SCHOOL)


async def _found(partners: Partners, leerling: Leerling, clock: Clock, notes: list[Poging]) -> School | None:
    try:
        school = await partners.leerplicht.find_school(leerling)
    except PartnerFaultError as error:
        notes.append(Poging(clock(), ZOEKEN, error.code))
        return None
    notes.append(Poging(clock(), ZOEKEN, _GEVONDEN if school else _ONBEKEND))
    return school


async def _tell(  # noqa: PLR0913, PLR0917, one step of an attempt
    partners: Partners, school: School, leerling: Leerling, sleutel: UUID, clock: Clock, notes: list[Poging]
) -> _Attempt | None:
    """Tell one school; None when the child is no pupil of it."""
    try:
        bewijs = await partners.scholen.deliver(school, leerling, sleutel=sleutel)
    except PartnerFaultError as error:
        notes.append(Poging(clock(), AFLEVEREN, error.code))
        return _Attempt(tuple(notes), school)
    notes.append(Poging(clock(), AFLEVEREN, _ONTVANGEN if bewijs else _ONBEKEND))
    return _Attempt(tuple(notes), school, bewijs) if bewijs else None
