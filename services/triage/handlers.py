"""What triage does with what comes in: load, decide, save, append, each time in one transaction."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage import store
from services.triage.domain import dienst as diensten
from services.triage.domain import dossier as dossiers
from services.triage.domain.dienst import (
    ConclusieOpgave,
    Contact,
    ContactMet,
    ContactSoort,
    Dienst,
    Veiligheidsvoorwaarde,
)
from services.triage.domain.dossier import AcuutcheckOpgave, BesluitOpgave, Dossier, Handeling
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.voorraad import Stap, WerkItem
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError
from shared.events.envelope import Event
from shared.events.payloads import (
    CasusSamengevoegd,
    Fact,
    HandelingVastgelegd,
    MeldingOntvangen,
    MonitormomentAfgerond,
)
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.messaging.codec import type_of
from shared.messaging.outbox import NewFact, append
from shared.rules.codes import HandelingSoort, MonitorVervolg
from shared.rules.routing import RoutingError
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

T = TypeVar("T")
Render = Callable[[T], dict[str, Any]]

YEAR_MIN = 1900
# Clocks of those who send us times need not be ours to the minute.
_AHEAD_MAX = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DossierView:
    """A dossier with what is read together with it."""

    dossier: Dossier
    handelingen: tuple[Handeling, ...]
    eerdere: tuple[Dossier, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class DienstView:
    """A dienst with what is read together with it."""

    dienst: Dienst
    contacten: tuple[Contact, ...]
    voorwaarden: tuple[Veiligheidsvoorwaarde, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Once(Generic[T]):
    """How a creating request that may be a repetition is answered: whose attempt, and how its answer is written."""

    attempt: Attempt | None
    render: Render[T]


@dataclass(frozen=True, slots=True)
class ContactOpgave:
    """A contact, as the professional gave it."""

    soort: ContactSoort
    met: ContactMet
    tijdstip: datetime
    verslag: str | None


@dataclass(frozen=True, slots=True)
class VoorwaardeOpgave:
    """A veiligheidsvoorwaarde, as the professional gave it."""

    omschrijving: str
    eigenaar: str
    controle: str
    controle_op: date
    instemming: bool | None


@dataclass(frozen=True, slots=True)
class HandelingOpgave:
    """A handeling, as the professional gave it."""

    soort: HandelingSoort
    tijdstip: datetime
    toelichting: str | None


# --- reading -----------------------------------------------------------------------------------------------------


async def list_werkvoorraad(
    made: Resources, *, gemeente_code: str | None, stap: Stap | None, after: store.Place | None, limit: int
) -> list[WerkItem]:
    """Return open work, the most urgent first: ids, codes and times, so it leaves no audit row."""
    async with in_transaction(made.engine) as conn:
        return await store.work_list(conn, gemeente_code=gemeente_code, stap=stap, after=after, limit=limit)


async def read_dossier(made: Resources, caller: Caller, melding_id: UUID, *, doel: str) -> DossierView:
    """Return the newest dossier of a melding."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        view = await _dossier_view(conn, made, await _dossier(conn, made, melding_id), now)
        await record(conn, caller, Act("gelezen", "veiligheidsbeoordeling", view.dossier.id, doel), now=now)
    return view


async def read_dienst(made: Resources, caller: Caller, dienst_id: UUID, *, doel: str) -> DienstView:
    """Return a dienst with its contacten and veiligheidsvoorwaarden."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        view = await _dienst_view(conn, made, await _dienst(conn, made, dienst_id), now)
        await record(conn, caller, Act("gelezen", "dienst", dienst_id, doel), now=now)
    return view


async def list_diensten(  # noqa: PLR0913, a list of personal data is asked for by whom and why
    made: Resources,
    caller: Caller,
    *,
    casus_id: UUID | None,
    after: store.Place | None,
    limit: int,
    doel: str,
) -> list[Dienst]:
    """Return diensten of a casus, or of all, in the order in which they started."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        here = await store.current_casus(conn, casus_id) if casus_id else None
        found = await store.diensten_page(conn, made.vault, casus_id=here, after=after, limit=limit)
        if here:
            await record(conn, caller, Act("gelezen", "casus", here, doel), now=now)
    return found


# --- the dossier -------------------------------------------------------------------------------------------------


async def record_acuutcheck(
    made: Resources, caller: Caller, melding_id: UUID, opgave: AcuutcheckOpgave, *, seen: int
) -> DossierView:
    """Answer the acute question of a melding, or mend the answer before the besluit."""
    now = made.clock()
    for number, interventie in enumerate(opgave.interventies):
        if interventie.tijdstip:
            _check_moment(interventie.tijdstip, f"/interventies/{number}/tijdstip", now)

    async def work() -> DossierView:
        async with in_transaction(made.engine) as conn:
            before = await _dossier(conn, made, melding_id, lock=True)
            check_version(seen, before.versie)
            with _told():
                after, facts = dossiers.answer_acuutcheck(before, opgave, now=now, rules=made.rules)
            if after is not before:
                await store.save_acuutcheck(conn, made.vault, after)
                # An answer that is mended is a fact of its own: the version tells the two apart.
                await _append(conn, after.casus_id, facts, about=(after.id, after.versie), now=now)
            view = await _dossier_view(conn, made, after, now)
            await record(conn, caller, Act("acuutcheck", "veiligheidsbeoordeling", after.id, "acuutcheck"), now=now)
            return view

    view = await retry_conflicts(work)
    log.info("acuutcheck_recorded", melding_id=str(melding_id), dossier_id=str(view.dossier.id))
    return view


async def record_besluit(
    made: Resources, caller: Caller, melding_id: UUID, opgave: BesluitOpgave, *, seen: int
) -> DossierView:
    """Take the besluit on the veiligheidsbeoordeling, start the dienst that follows, and announce both."""
    now = made.clock()

    async def work() -> DossierView:
        async with in_transaction(made.engine) as conn:
            before = await _dossier(conn, made, melding_id, lock=True)
            check_version(seen, before.versie)
            dienst_id = derived_id(before.id, "dienst")
            with _told():
                after, dienst, facts = dossiers.take_besluit(
                    before, opgave, dienst_id=dienst_id, now=now, rules=made.rules
                )
            if after is not before:
                await store.save_besluit(conn, made.vault, after)
                if dienst is not None:
                    await store.insert_dienst(conn, dienst)
                await _append(conn, after.casus_id, facts, about=(after.id,), now=now)
            view = await _dossier_view(conn, made, after, now)
            await record(conn, caller, Act("besluit", "veiligheidsbeoordeling", after.id, "besluit"), now=now)
            return view

    view = await retry_conflicts(work)
    log.info("besluit_recorded", melding_id=str(melding_id), dossier_id=str(view.dossier.id))
    return view


async def record_handeling(
    made: Resources, caller: Caller, melding_id: UUID, opgave: HandelingOpgave, once: Once[Handeling]
) -> Answer:
    """Note an act that stops a clock; the same act at the same moment is one, however often it is sent."""
    now = made.clock()
    _check_moment(opgave.tijdstip, "/tijdstip", now)
    handeling_id = derived_id("handeling", melding_id, opgave.soort, opgave.tijdstip.isoformat())

    async def work(conn: AsyncConnection) -> Handeling:
        dossier = await _dossier(conn, made, melding_id, lock=True)
        with _told():
            dossiers.next_status(dossier.status, dossiers.DossierActie.HANDELING)
        handeling = Handeling(handeling_id, opgave.soort, opgave.tijdstip, opgave.toelichting)
        if await store.insert_handeling(conn, made.vault, melding_id, handeling):
            fact = HandelingVastgelegd(melding_id=melding_id, soort=opgave.soort, tijdstip=opgave.tijdstip)
            await _append(conn, dossier.casus_id, (fact,), about=(handeling_id,), now=now)
        else:
            known = await store.handelingen_of(conn, made.vault, melding_id)
            handeling = next(one for one in known if one.id == handeling_id)
        await record(conn, caller, Act("vastgelegd", "handeling", handeling_id, "handeling"), now=now)
        return handeling

    return await _create(made, once, work, now=now)


# --- the dienst --------------------------------------------------------------------------------------------------


async def record_contact(
    made: Resources, caller: Caller, dienst_id: UUID, opgave: ContactOpgave, once: Once[Contact]
) -> Answer:
    """Note a talk in a dienst, or an attempt."""
    now = made.clock()
    _check_moment(opgave.tijdstip, "/tijdstip", now)

    async def work(conn: AsyncConnection) -> Contact:
        before = await _dienst(conn, made, dienst_id, lock=True)
        with _told():
            diensten.add_contact(before)
        contact = Contact(new_id(), opgave.soort, opgave.met, opgave.tijdstip, opgave.verslag)
        await store.insert_contact(conn, made.vault, dienst_id, contact)
        await record(conn, caller, Act("vastgelegd", "contact", contact.id, "dienst"), now=now)
        return contact

    return await _create(made, once, work, now=now)


async def record_voorwaarde(
    made: Resources,
    caller: Caller,
    dienst_id: UUID,
    opgave: VoorwaardeOpgave,
    once: Once[Veiligheidsvoorwaarde],
) -> Answer:
    """Set a veiligheidsvoorwaarde in a dienst."""
    now = made.clock()

    async def work(conn: AsyncConnection) -> Veiligheidsvoorwaarde:
        before = await _dienst(conn, made, dienst_id, lock=True)
        with _told():
            after = diensten.add_voorwaarde(before)
        voorwaarde = Veiligheidsvoorwaarde(
            new_id(), opgave.omschrijving, opgave.eigenaar, opgave.controle, opgave.controle_op, opgave.instemming
        )
        await store.insert_voorwaarde(conn, made.vault, dienst_id, voorwaarde)
        await store.save_versie(conn, after)
        act = Act("vastgelegd", "veiligheidsvoorwaarde", voorwaarde.id, "dienst")
        await record(conn, caller, act, now=now)
        return voorwaarde

    return await _create(made, once, work, now=now)


async def record_conclusie(
    made: Resources, caller: Caller, dienst_id: UUID, opgave: ConclusieOpgave, *, seen: int
) -> DienstView:
    """End a dienst with its conclusie and announce it."""
    now = made.clock()

    async def work() -> DienstView:
        async with in_transaction(made.engine) as conn:
            before = await _dienst(conn, made, dienst_id, lock=True)
            check_version(seen, before.versie)
            count = await store.count_voorwaarden(conn, dienst_id)
            with _told():
                after, facts = diensten.conclude(before, opgave, aantal_voorwaarden=count, now=now)
            if after is not before:
                await store.save_conclusie(conn, made.vault, after)
                await store.end_work(conn, after.dossier_id)
                await _append(conn, after.casus_id, facts, about=(after.id,), now=now)
            view = await _dienst_view(conn, made, after, now)
            await record(conn, caller, Act("conclusie", "dienst", dienst_id, "dienst"), now=now)
            return view

    view = await retry_conflicts(work)
    log.info("conclusie_recorded", dienst_id=str(dienst_id))
    return view


# --- facts of other rooms ----------------------------------------------------------------------------------------


async def on_melding_ontvangen(
    conn: AsyncConnection, event: Event, melding: MeldingOntvangen, rules: RuleSettings
) -> None:
    """Open the dossier of a new melding; a fact that comes again finds it there."""
    await store.lock_casussen(conn, event.casus_id)
    new = dossiers.open_dossier(
        dossier_id=derived_id("dossier", melding.melding_id),
        melding_id=melding.melding_id,
        casus_id=await store.current_casus(conn, event.casus_id),
        gemeente_code=melding.gemeente_code,
        ontvangen_op=melding.ontvangen_op,
        hermelding=melding.hermelding,
        rules=rules,
    )
    if await store.insert_dossier(conn, new):
        log.info("dossier_opened", melding_id=str(new.melding_id), dossier_id=str(new.id))


async def on_casus_samengevoegd(conn: AsyncConnection, event: Event, samengevoegd: CasusSamengevoegd) -> None:
    """Move what we hold of the vanished casus to the one that stays, and what still comes for it."""
    verdwenen = samengevoegd.verdwenen_casus_id
    await store.lock_casussen(conn, verdwenen, event.casus_id)
    blijft = await store.current_casus(conn, event.casus_id)
    if blijft == verdwenen:
        return
    await store.merge_casus(conn, verdwenen=verdwenen, blijft=blijft, now=samengevoegd.samengevoegd_op)
    log.info("casus_merged", casus_id=str(blijft))


async def on_monitormoment_afgerond(
    conn: AsyncConnection, event: Event, moment: MonitormomentAfgerond, made: Resources
) -> None:
    """Open a new dossier when the radar sends a melding back; one that is being judged already stays as it is."""
    dossier_id = derived_id("dossier", event.id)
    if moment.vervolg is not MonitorVervolg.HEROPENEN or await store.has_dossier(conn, dossier_id):
        return
    before = await store.latest_dossier(conn, made.vault, moment.melding_id, lock=True)
    if before is None:
        # The radar follows only what we decided ourselves: a melding that we do not know is a fault, for a person.
        raise LookupError("monitormoment of an unknown melding")
    reopened = dossiers.reopen(before, dossier_id=dossier_id, now=moment.afgerond_op, rules=made.rules)
    if reopened is None:
        log.info("already_open", melding_id=str(moment.melding_id), dossier_id=str(before.id))
        return
    after, facts = reopened
    await store.insert_dossier(conn, after)
    await _append(conn, after.casus_id, facts, about=(after.id,), now=made.clock(), cause=event.id)
    log.info("dossier_reopened", melding_id=str(after.melding_id), dossier_id=str(after.id))


# --- what they have in common ------------------------------------------------------------------------------------


@contextmanager
def _told() -> Iterator[None]:
    """Turn a refusal of the domain into the problem that the caller gets."""
    try:
        yield
    except OutOfOrderError as error:
        raise ConflictError(error.reden_nl) from error
    except RoutingError as error:
        fault = Fault("body", "/bestemmingen", error.reden_nl)
        raise InvalidInputError(error.reden_nl, faults=(fault,)) from error


def _check_moment(moment: datetime, pointer: str, now: datetime) -> None:
    """Refuse what cannot have happened yet, or before there were files: clocks are started and stopped by it."""
    if moment.year < YEAR_MIN or moment > now + _AHEAD_MAX:
        detail = f"een tijdstip vanaf {YEAR_MIN} dat niet in de toekomst ligt"
        raise InvalidInputError("Het tijdstip kan niet kloppen.", faults=(Fault("body", pointer, detail),))


async def _dossier(conn: AsyncConnection, made: Resources, melding_id: UUID, *, lock: bool = False) -> Dossier:
    found = await store.latest_dossier(conn, made.vault, melding_id, lock=lock)
    if found is None:
        raise NotFoundError("Van deze melding is er geen dossier.")
    return found


async def _dienst(conn: AsyncConnection, made: Resources, dienst_id: UUID, *, lock: bool = False) -> Dienst:
    found = await store.find_dienst(conn, made.vault, dienst_id, lock=lock)
    if found is None:
        raise NotFoundError("Deze dienst is er niet.")
    return found


async def _dossier_view(conn: AsyncConnection, made: Resources, dossier: Dossier, now: datetime) -> DossierView:
    handelingen = await store.handelingen_of(conn, made.vault, dossier.melding_id)
    eerdere = await store.earlier_dossiers(conn, made.vault, dossier)
    return DossierView(dossier, handelingen, eerdere, now)


async def _dienst_view(conn: AsyncConnection, made: Resources, dienst: Dienst, now: datetime) -> DienstView:
    contacten = await store.contacten_of(conn, made.vault, dienst.id)
    voorwaarden = await store.voorwaarden_of(conn, made.vault, dienst.id)
    return DienstView(dienst, contacten, voorwaarden, now)


async def _append(  # noqa: PLR0913, keyword only after the facts
    conn: AsyncConnection,
    casus_id: UUID,
    facts: Sequence[Fact],
    *,
    about: tuple[object, ...],
    now: datetime,
    cause: UUID | None = None,
) -> None:
    """Tell facts; their ids follow from what they are about, so that deciding twice cannot tell twice."""
    new = [NewFact(derived_id(*about, type_of(fact)), casus_id, fact, cause) for fact in facts]
    await append(conn, new, now=now)


async def _create(
    made: Resources, once: Once[T], work: Callable[[AsyncConnection], Awaitable[T]], *, now: datetime
) -> Answer:
    """Do ``work`` once, also when it is asked for twice under one key."""

    async def attempt() -> Answer:
        async with in_transaction(made.engine) as conn:
            known = await first_answer(conn, made.vault, once.attempt, now=now)
            if known is not None:
                return known
            answer = Answer(201, once.render(await work(conn)))
            await keep_answer(conn, made.vault, once.attempt, answer)
            return answer

    return await retry_conflicts(attempt)
