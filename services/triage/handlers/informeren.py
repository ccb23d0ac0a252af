"""What a professional records of telling the directbetrokkenen, and when that stops the clock."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import informeren as rules
from services.triage.domain.dossier import Handeling
from services.triage.domain.informeren import Boek, InformeerActie, Informering, Uitstel
from services.triage.handlers.common import NO_DOSSIER, Creation, Once, append_facts, check_moment, create, told
from services.triage.handlers.dossier import note_handeling
from services.triage.store import dossiers
from services.triage.store.brieven import withdraw_ready
from services.triage.store.dossierdeel import meldingen_of
from services.triage.store.informeren import insert_informering, insert_uitstel, load_boek
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import Fault, InvalidInputError, NotFoundError
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.rules.behandelcodes import InformeerWijze, NietInformerenReden, UitstelReden
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import HandelingSoort
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel
from shared.web.idempotency import Answer

log = get_logger()

_TOLD = HandelingSoort.BETROKKENEN_GEINFORMEERD


@dataclass(frozen=True, slots=True, kw_only=True)
class InformeringOpgave:
    """What was done for a person, as the professional gave it; a reason without a moment is of now."""

    persoon_nr: int
    tijdstip: datetime | None = None
    wijze: InformeerWijze | None = None
    reden: NietInformerenReden | None = None
    gezag_nr: int | None = None
    toelichting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UitstelOpgave:
    """A postponement, as the professional gave it."""

    reden: UitstelReden
    motivering: str


@dataclass(frozen=True, slots=True)
class BoekView:
    """Everything about the telling of a melding, at some moment."""

    boek: Boek
    now: datetime
    made: Resources


@dataclass(frozen=True, slots=True)
class UitstelView:
    """A postponement, with the telling that it belongs to."""

    uitstel: Uitstel
    view: BoekView


async def read_boek(made: Resources, caller: Caller, melding_id: UUID) -> BoekView:
    """Return what was done for each directbetrokkene, and what is still to do."""
    async with in_transaction(made.engine) as conn:
        boek = await _load(conn, made, melding_id)
        act = Act("informeren-gelezen", "melding", melding_id, casus_id=boek.casus_id)
        await record(conn, caller, act, now=made.clock())
    return BoekView(boek, made.clock(), made)


async def read_informering(
    made: Resources, caller: Caller, melding_id: UUID, informering_id: UUID, *, actie: InformeerActie
) -> Informering:
    """Return one record of a person that was told, or was not."""
    async with in_transaction(made.engine) as conn:
        boek = await _load(conn, made, melding_id)
        every = (one for one in boek.informeringen if one.actie is actie)
        found = next((one for one in every if one.id == informering_id), None)
        if found is None:
            raise NotFoundError("Deze informering is er niet.")
        await record(conn, caller, _act("gelezen", "informering", found.id, boek), now=made.clock())
    return found


async def read_uitstel(made: Resources, caller: Caller, melding_id: UUID, uitstel_id: UUID) -> UitstelView:
    """Return one postponement."""
    async with in_transaction(made.engine) as conn:
        boek = await _load(conn, made, melding_id)
        found = next((one for one in boek.uitstellen if one.id == uitstel_id), None)
        if found is None:
            raise NotFoundError("Dit uitstel is er niet.")
        await record(conn, caller, _act("gelezen", "uitstel", found.id, boek), now=made.clock())
    return UitstelView(found, BoekView(boek, made.clock(), made))


async def record_informering(
    made: Resources, caller: Caller, melding_id: UUID, opgave: InformeringOpgave, once: Once[Informering]
) -> Answer:
    """Record that a person was told, or why not; when that was the last, the clock stops."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> Informering:
        boek = await _load(conn, made, melding_id, lock=True)
        _check(boek, opgave, now)
        kept = await note_informering(conn, made, caller, boek, opgave, now=now)
        await record(conn, caller, _act("vastgelegd", "informering", kept.id, boek), now=now)
        return kept

    answer = await create(made, caller, once, Creation("informering", make, _casus_of(melding_id)), now=now)
    log.info("informering_recorded", melding_id=str(melding_id))
    return answer


async def note_informering(  # noqa: PLR0913, keyword only
    conn: AsyncConnection, made: Resources, caller: Caller, boek: Boek, opgave: InformeringOpgave, *, now: datetime
) -> Informering:
    """Keep what was done for a person of a locked melding, and stop the clock when nothing is missing any more."""
    new = Informering(
        id=new_id(),
        nummer=len(boek.informeringen) + 1,
        persoon_nr=opgave.persoon_nr,
        actie=InformeerActie.INFORMEREN if opgave.reden is None else InformeerActie.NIET_INFORMEREN,
        tijdstip=opgave.tijdstip or now,
        door=caller.subject,
        wijze=opgave.wijze,
        reden=opgave.reden,
        gezag_nr=opgave.gezag_nr,
        toelichting=opgave.toelichting,
    )
    with told():
        after, kept = rules.add(boek, new)
    if after is boek:
        return kept
    await insert_informering(conn, made.vault, after, kept)
    if kept.reden is NietInformerenReden.VEILIGHEID:
        # A letter that lies ready would do what must not happen.
        await withdraw_ready(conn, boek.melding_id, kept.persoon_nr)
    moment = rules.completed_at(after)
    if moment is not None:
        await _stop_clock(conn, made, after, moment, now=now)
    return kept


async def _stop_clock(conn: AsyncConnection, made: Resources, boek: Boek, moment: datetime, *, now: datetime) -> None:
    """Note the act by which monitoring knows that they were told; the door of handelingen makes the same one."""
    done = Handeling(derived_id("handeling", boek.melding_id, _TOLD, moment.isoformat()), _TOLD, moment, None)
    await note_handeling(conn, made, done, casus_id=boek.casus_id, melding_id=boek.melding_id, now=now)


async def record_uitstel(
    made: Resources, caller: Caller, melding_id: UUID, opgave: UitstelOpgave, once: Once[UitstelView]
) -> Answer:
    """Postpone once more, with a reason and a motivation of its own."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> UitstelView:
        boek = await _load(conn, made, melding_id, lock=True)
        known = rules.repeated(boek, opgave.reden, opgave.motivering)
        if known is None:
            boek, known = await _postpone(conn, made, boek, opgave, now=now)
        await record(conn, caller, _act("vastgelegd", "uitstel", known.id, boek), now=now)
        return UitstelView(known, BoekView(boek, now, made))

    answer = await create(made, caller, once, Creation("uitstel", make, _casus_of(melding_id)), now=now)
    log.info("informeren_postponed", melding_id=str(melding_id))
    return answer


async def _postpone(
    conn: AsyncConnection, made: Resources, boek: Boek, opgave: UitstelOpgave, *, now: datetime
) -> tuple[Boek, Uitstel]:
    nummer = len(boek.uitstellen) + 1
    new = Uitstel(
        id=derived_id("informeren-uitstel", boek.melding_id, nummer),
        nummer=nummer,
        reden=opgave.reden,
        motivering=opgave.motivering,
        uitgesteld_op=now,
    )
    with told():
        after, fact = rules.postpone(boek, new, made.rules)
    if rules.is_used(boek, opgave.motivering):
        fault = Fault("body", "/motivering", rules.SAME_MOTIVERING)
        raise InvalidInputError("Elk uitstel heeft een eigen motivering.", faults=(fault,))
    await insert_uitstel(conn, made.vault, after, new)
    await append_facts(conn, boek.casus_id, (fact,), about=(new.id,), now=now)
    return after, new


def _check(boek: Boek, opgave: InformeringOpgave, now: datetime) -> None:
    """Refuse, all faults at once, what cannot be: a person who is not there, a moment before the melding or to come."""
    faults = [*_faulty_persons(boek, opgave)]
    # By the day: what people note of a call is not to the minute.
    if opgave.tijdstip is not None and amsterdam_day(opgave.tijdstip) < amsterdam_day(boek.ontvangen_op):
        faults.append(Fault("body", "/tijdstip", "een tijdstip na de ontvangst van de melding"))
    try:
        if opgave.tijdstip is not None:
            check_moment(opgave.tijdstip, "/tijdstip", now)
    except InvalidInputError as error:
        faults += error.faults
    if faults:
        raise InvalidInputError("De opgave klopt niet.", faults=tuple(faults))


def _faulty_persons(boek: Boek, opgave: InformeringOpgave) -> list[Fault]:
    faults = []
    if not rules.is_person(boek, opgave.persoon_nr):
        faults.append(Fault("body", "/persoonNr", "een persoon van deze melding"))
    gezag = opgave.gezag_nr
    if gezag is None:
        return faults
    if opgave.reden is not NietInformerenReden.TE_JONG:
        faults.append(Fault("body", "/gezagNr", "alleen bij reden 'te-jong'"))
    elif gezag == opgave.persoon_nr or not rules.is_person(boek, gezag):
        faults.append(Fault("body", "/gezagNr", "een andere persoon van deze melding"))
    return faults


def _casus_of(melding_id: UUID) -> Callable[[AsyncConnection], Awaitable[UUID | None]]:
    async def casus_of(conn: AsyncConnection) -> UUID | None:
        head = await dossiers.load_head(conn, melding_id)
        return head.casus_id if head else None

    return casus_of


async def _load(conn: AsyncConnection, made: Resources, melding_id: UUID, *, lock: bool = False) -> Boek:
    boek = await load_boek(conn, made.vault, melding_id, lock=lock)
    if boek is None:
        raise NotFoundError(NO_DOSSIER)
    return boek


def _act(actie: str, soort: str, object_id: UUID, boek: Boek) -> Act:
    return Act(actie, soort, object_id, casus_id=boek.casus_id)


async def load_informeren_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return who was told, why not and what was postponed in a casus, for a file that somebody may read."""
    found: list[Dossierdeel] = []
    for melding_id in await meldingen_of(conn, casus_id):
        boek = await load_boek(conn, vault, melding_id)
        if boek is not None:
            found += [_told(boek, one) for one in boek.informeringen] + [_postponed(one) for one in boek.uitstellen]
    return found


def _told(boek: Boek, one: Informering) -> Dossierdeel:
    who = {"meldingId": str(boek.melding_id), "persoonNr": one.persoon_nr, "gezagNr": one.gezag_nr}
    how = {"actie": one.actie, "wijze": one.wijze, "reden": one.reden}
    return deel("informering", one.tijdstip, {**who, **how}, one.toelichting)


def _postponed(one: Uitstel) -> Dossierdeel:
    return deel("uitstel-informeren", one.uitgesteld_op, {"nummer": one.nummer, "reden": one.reden}, one.motivering)
