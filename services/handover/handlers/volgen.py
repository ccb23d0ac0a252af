"""What a receiver tells beside a plan: attempts at contact, and whether the veiligheidsvoorwaarden are kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain import volgen as domain
from services.handover.domain.overdracht import Overdracht
from services.handover.domain.pakket import Voorwaarde as Voorwaardetekst
from services.handover.domain.volgen import Contactpoging, Controle, Voorwaarde
from services.handover.handlers.common import Kamer, load_visible
from services.handover.handlers.planwerk import check_day, told
from services.handover.store import volgen as store
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import Fault, InvalidInputError, NotFoundError, OperationalError
from shared.events.payloads import Fact
from shared.ids import derived_id, new_id
from shared.messaging.codec import type_of
from shared.messaging.outbox import NewFact, append
from shared.rules.access import Doel
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.codes import Rol
from shared.rules.volgcodes import ContactWijze, PogingUitkomst
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

# Clocks of organisations differ a little; what lies further ahead did not happen yet.
_CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)
_KNOWS_THE_MELDER = frozenset({Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER})
_DOEL = Doel.OVERDRACHT.value


@dataclass(frozen=True, slots=True)
class Once:
    """How a request that makes something and may be a repetition is answered."""

    attempt: Attempt | None
    render: Callable[[UUID], dict[str, object]]


@dataclass(frozen=True, slots=True)
class PogingOpgave:
    """An attempt at contact, as the receiver gave it."""

    wijze: ContactWijze
    uitkomst: PogingUitkomst
    tijdstip: datetime
    toelichting: str | None


@dataclass(frozen=True, slots=True)
class ControleOpgave:
    """How a voorwaarde is kept, as the receiver gave it."""

    status: VoorwaardeStatus
    uitkomst: str
    nagegaan_op: datetime
    volgende_dag: date | None


@dataclass(frozen=True, slots=True)
class GevolgdeVoorwaarde:
    """A voorwaarde with what it says, and what this receiver found of it."""

    voorwaarde: Voorwaarde
    tekst: Voorwaardetekst
    controles: tuple[Controle, ...]


# --- attempts at contact -----------------------------------------------------------------------------------------


async def create_poging(
    kamer: Kamer,
    caller: Caller,
    overdracht_id: UUID,
    opgave: PogingOpgave,
    once: Once,
) -> Answer:
    """Note that the receiver tried to reach a family, once."""
    made = kamer.made
    now = made.clock()
    _check_moment(opgave.tijdstip, "/tijdstip", now)

    async def work() -> Answer:
        async with in_transaction(made.engine) as conn:
            overdracht = await load_visible(conn, caller, overdracht_id, lock=True)
            known = await first_answer(conn, made.vault, once.attempt, now=now)
            if known is not None:
                await record(conn, caller, _act("herhaald", overdracht), now=now)
                return known
            poging = Contactpoging(
                id=new_id(),
                overdracht_id=overdracht_id,
                wijze=opgave.wijze,
                uitkomst=opgave.uitkomst,
                tijdstip=opgave.tijdstip,
                toelichting=opgave.toelichting,
            )
            with told():
                facts = domain.try_contact(overdracht, poging)
            await store.add_poging(conn, made.vault, poging, casus_id=overdracht.casus_id)
            await _append(conn, overdracht, poging.id, facts, now=now)
            await record(conn, caller, _act("contactpoging", overdracht), now=now)
            answer = Answer(201, once.render(poging.id))
            await keep_answer(conn, made.vault, once.attempt, answer)
            return answer

    return await retry_conflicts(work)


async def list_pogingen(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Contactpoging]:
    """Return the attempts under an overdracht; for who may not know a melder without what would name one."""
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        overdracht = await load_visible(conn, caller, overdracht_id)
        found = await store.list_pogingen(conn, made.vault, overdracht_id, after=after, limit=limit)
        await record(conn, caller, _act("contactpogingen-gelezen", overdracht), now=made.clock())
    written = [one.toelichting for one in found if one.toelichting]
    following = iter(await _cut(kamer, caller, overdracht, written))
    return [replace(one, toelichting=next(following)) if one.toelichting else one for one in found]


# --- veiligheidsvoorwaarden --------------------------------------------------------------------------------------


async def list_voorwaarden(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[GevolgdeVoorwaarde]:
    """Return the voorwaarden about the melding of an overdracht, with what they say and how they are kept.

    Raises ``OperationalError`` when triage or intake does not answer: nothing is given that was not cut.
    """
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        overdracht = await load_visible(conn, caller, overdracht_id)
        found = await store.list_voorwaarden(conn, overdracht.melding_id, after=after, limit=limit)
        controles = await store.controles_of(conn, made.vault, overdracht_id)
        await record(conn, caller, _act("voorwaarden-gelezen", overdracht), now=made.clock())
    teksten = await _teksten(kamer, {one.dienst_id for one in found})
    shown = [_gevolgd(one, teksten, controles) for one in found]
    following = iter(await _cut(kamer, caller, overdracht, [text for one in shown for text in _written(one)]))
    return [_with(one, following) for one in shown]


async def _teksten(kamer: Kamer, dienst_ids: set[UUID]) -> Mapping[UUID, Voorwaardetekst]:
    found: dict[UUID, Voorwaardetekst] = {}
    for dienst_id in sorted(dienst_ids):
        found |= await kamer.beoordeling.read_voorwaarden(dienst_id, purpose=_DOEL)
    return found


def _gevolgd(
    one: Voorwaarde, teksten: Mapping[UUID, Voorwaardetekst], controles: Mapping[UUID, Sequence[Controle]]
) -> GevolgdeVoorwaarde:
    tekst = teksten.get(one.id)
    if tekst is None:
        raise OperationalError("Een ander deel van de keten kent een voorwaarde nog niet; probeer het zo weer.")
    return GevolgdeVoorwaarde(one, tekst, tuple(controles.get(one.id, ())))


def _written(one: GevolgdeVoorwaarde) -> list[str]:
    tekst = one.tekst
    own = [tekst.omschrijving, *(text for text in (tekst.eigenaar, tekst.controle) if text)]
    return [*own, *(look.uitkomst for look in one.controles)]


def _with(one: GevolgdeVoorwaarde, following: Iterator[str]) -> GevolgdeVoorwaarde:
    """Return a voorwaarde with other texts in the places of ``_written``."""
    tekst = replace(
        one.tekst,
        omschrijving=next(following),
        eigenaar=next(following) if one.tekst.eigenaar else None,
        controle=next(following) if one.tekst.controle else None,
    )
    controles = tuple(replace(look, uitkomst=next(following)) for look in one.controles)
    return replace(one, tekst=tekst, controles=controles)


async def create_controle(  # noqa: PLR0913, PLR0917, of which voorwaarde under which overdracht
    kamer: Kamer, caller: Caller, overdracht_id: UUID, voorwaarde_id: UUID, opgave: ControleOpgave, once: Once
) -> Answer:
    """Note whether a voorwaarde is kept, once."""
    made = kamer.made
    now = made.clock()
    _check_moment(opgave.nagegaan_op, "/nagegaanOp", now)
    check_day(opgave.volgende_dag, "/volgendeDag", now)

    async def work() -> Answer:
        async with in_transaction(made.engine) as conn:
            overdracht = await load_visible(conn, caller, overdracht_id, lock=True)
            voorwaarde = await store.find_voorwaarde(conn, voorwaarde_id)
            if voorwaarde is None or voorwaarde.melding_id != overdracht.melding_id:
                raise NotFoundError("Deze veiligheidsvoorwaarde is er niet.")
            known = await first_answer(conn, made.vault, once.attempt, now=now)
            if known is not None:
                await record(conn, caller, _act("herhaald", overdracht), now=now)
                return known
            controle = Controle(
                id=new_id(),
                voorwaarde_id=voorwaarde_id,
                overdracht_id=overdracht_id,
                organisatie_id=caller.organisatie_id,
                status=opgave.status,
                nagegaan_op=opgave.nagegaan_op,
                volgende_dag=opgave.volgende_dag,
                uitkomst=opgave.uitkomst,
            )
            with told():
                after, facts = domain.follow(overdracht, voorwaarde, controle)
            await store.note_voorwaarde(conn, after)
            await store.add_controle(conn, made.vault, controle, casus_id=overdracht.casus_id)
            await _append(conn, overdracht, controle.id, facts, now=now)
            await record(conn, caller, _act("voorwaarde-nagegaan", overdracht), now=now)
            answer = Answer(201, once.render(controle.id))
            await keep_answer(conn, made.vault, once.attempt, answer)
            return answer

    return await retry_conflicts(work)


# --- what both share ---------------------------------------------------------------------------------------------


async def _cut(kamer: Kamer, caller: Caller, overdracht: Overdracht, teksten: Sequence[str]) -> Sequence[str]:
    if caller.rol in _KNOWS_THE_MELDER:
        return teksten
    return (await kamer.casus.cut_teksten(overdracht.casus_id, teksten, purpose=_DOEL)).teksten


def _check_moment(moment: datetime, plaats: str, now: datetime) -> None:
    if moment > now + _CLOCK_DIFFERENCE_MAX:
        raise InvalidInputError("De invoer klopt niet.", faults=(Fault("body", plaats, "ligt in de toekomst"),))


async def _append(
    conn: AsyncConnection, overdracht: Overdracht, about: UUID, facts: Sequence[Fact], *, now: datetime
) -> None:
    new = [NewFact(derived_id(about, type_of(fact)), overdracht.casus_id, fact) for fact in facts]
    await append(conn, new, now=now)


def _act(actie: str, overdracht: Overdracht) -> Act:
    return Act(actie, "overdracht", overdracht.id, casus_id=overdracht.casus_id)
