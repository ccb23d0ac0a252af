"""What a melder hears: noted when other rooms tell what became of a melding, read by who sent it, added to by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import terugkoppeling as rules
from services.intake.domain.melding import Ontvangst
from services.intake.domain.terugkoppeling import Terugkoppeling, TerugkoppelingSoort
from services.intake.store import terugkoppeling as store
from services.intake.store.dossierverzoeken import load_rechten
from services.intake.store.terugkoppeling import Hoofd
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import InvalidInputError, NotAllowedError, NotFoundError
from shared.events.envelope import Event
from shared.events.overdragen import ZichtOvergegaan
from shared.events.payloads import (
    DienstAfgerond,
    OverdrachtGeaccepteerd,
    TerugkoppelingGegeven,
    VeiligheidsbeoordelingAfgerond,
)
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact, append
from shared.rules.access import Betrekking
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Rol
from shared.rules.gemeenten import adressering_of
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

_CREATED = 201
_GONE = "Deze melding is er niet."
_NO_LINE = "Deze terugkoppeling is er niet."


# --- heard from other rooms ------------------------------------------------------------------------------------------


async def on_veiligheidsbeoordeling_afgerond(conn: AsyncConnection, event: Event, _: Resources) -> None:
    """Note what the melder hears of a besluit."""
    besluit = event.payload
    assert isinstance(besluit, VeiligheidsbeoordelingAfgerond)  # noqa: S101, registered for this payload
    hoofd = await store.load_hoofd(conn, besluit.melding_id, lock=True)
    if hoofd is not None:
        elsewhere = await store.is_taken_over(conn, hoofd.casus_id, op=besluit.besloten_op)
        await _note(conn, rules.after_besluit(besluit, held_elsewhere=elsewhere))


async def on_dienst_afgerond(conn: AsyncConnection, event: Event, _: Resources) -> None:
    """Note what the melder hears at the end of a dienst."""
    dienst = event.payload
    assert isinstance(dienst, DienstAfgerond)  # noqa: S101, registered for this payload
    hoofd = await store.load_hoofd(conn, dienst.melding_id, lock=True)
    if hoofd is not None:
        elsewhere = await store.is_taken_over(conn, hoofd.casus_id, op=dienst.afgerond_op)
        await _note(conn, rules.after_dienst(dienst, held_elsewhere=elsewhere))


async def on_overdracht_geaccepteerd(conn: AsyncConnection, event: Event, made: Resources) -> None:
    """Note what the melder hears when a receiver takes over."""
    accepted = event.payload
    assert isinstance(accepted, OverdrachtGeaccepteerd)  # noqa: S101, registered for this payload
    if await store.load_hoofd(conn, accepted.melding_id, lock=True) is not None:
        before = await store.load_lines(conn, made.vault, accepted.melding_id)
        await _note(conn, rules.after_acceptatie(accepted, before))


async def on_zicht_overgegaan(conn: AsyncConnection, event: Event, _: Resources) -> None:
    """Note what the melder hears when sight of safety changes hands after a receiver took over."""
    passed = event.payload
    assert isinstance(passed, ZichtOvergegaan)  # noqa: S101, registered for this payload
    if await store.load_hoofd(conn, passed.melding_id, lock=True) is not None:
        await _note(conn, rules.after_overgang(passed, event.id))


async def _note(conn: AsyncConnection, line: Terugkoppeling) -> None:
    if await store.add_line(conn, line):
        log.info("terugkoppeling_noted", melding_id=str(line.melding_id))


async def note_misaddressed(conn: AsyncConnection, ontvangst: Ontvangst) -> None:
    """Keep what the sender of a melding for another Veilig Thuis was told at once; of any other nothing is written.

    The table of municipalities may become wiser later; what was told stays what it was.
    """
    adressering = adressering_of(ontvangst.gemeente_code, amsterdam_day(ontvangst.ontvangen_op))
    if not adressering.juist:
        await store.add_line(conn, rules.on_receipt(ontvangst.id, ontvangst.ontvangen_op, adressering))


# --- read ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Regel:
    """One line as it is read; ``voor_melder`` is what the melder may hear of it.

    ``rol_in_vervolg`` says whether the organisation of the melder has a part in what follows.
    """

    line: Terugkoppeling
    voor_melder: Terugkoppeling | None
    rol_in_vervolg: bool


async def list_terugkoppelingen(  # noqa: PLR0913, keyword only after the melding
    made: Resources, caller: Caller, melding_id: UUID, *, na: UUID | None, limiet: int, now: datetime
) -> tuple[list[Regel], bool]:
    """Return what there is to hear of a melding, from first to last, and whether there is more.

    Raises ``NotFoundError`` when the melding is not his.

    When a professional sender reads what became of his melding, that is the proof that he heard it: it is told, and
    the clock of the feedback stops.
    """
    async with in_transaction(made.engine) as conn:
        hoofd = await _visible(conn, caller, melding_id)
        every = _after(_shown(caller, hoofd, await _all_lines(conn, made, hoofd)), na)
        shown = every[:limiet]
        if not toegang_of(caller).sees_all:
            await _give(conn, hoofd, [regel.line for regel in shown], now=now)
        act = Act("terugkoppelingen-gelezen", "melding", melding_id, casus_id=hoofd.casus_id)
        await record(conn, caller, act, now=now)
    return shown, len(every) > limiet


def _after(lines: list[Regel], na: UUID | None) -> list[Regel]:
    if na is None:
        return lines
    ids = [regel.line.id for regel in lines]
    if na not in ids:
        raise InvalidInputError("`na` is geen plaats in deze lijst.")
    return lines[ids.index(na) + 1 :]


async def read_terugkoppeling(
    made: Resources, caller: Caller, melding_id: UUID, terugkoppeling_id: UUID, *, now: datetime
) -> Regel:
    """Return one line; raises ``NotFoundError`` when it is not there for this caller."""
    async with in_transaction(made.engine) as conn:
        hoofd = await _visible(conn, caller, melding_id)
        lines = _shown(caller, hoofd, await _all_lines(conn, made, hoofd))
        found = next((regel for regel in lines if regel.line.id == terugkoppeling_id), None)
        if found is None:
            raise NotFoundError(_NO_LINE)
        if not toegang_of(caller).sees_all:
            await _give(conn, hoofd, [found.line], now=now)
        act = Act("terugkoppeling-gelezen", "terugkoppeling", terugkoppeling_id, casus_id=hoofd.casus_id)
        await record(conn, caller, act, now=now)
    return found


async def _visible(conn: AsyncConnection, caller: Caller, melding_id: UUID) -> Hoofd:
    hoofd = await store.load_hoofd(conn, melding_id)
    if hoofd is None or not toegang_of(caller).permits(_ties(caller, hoofd)):
        raise NotFoundError(_GONE)
    if caller.rol is Rol.VT_MEDEWERKER and (await load_rechten(conn, hoofd.casus_id)).beperkt_op is not None:
        raise NotAllowedError("De verwerking van deze casus is beperkt; een teamleider kan haar lezen.")
    return hoofd


def _ties(caller: Caller, hoofd: Hoofd) -> frozenset[Betrekking]:
    return frozenset({Betrekking.EIGEN_MELDING}) if hoofd.organisatie_id == caller.organisatie_id else frozenset()


async def _all_lines(conn: AsyncConnection, made: Resources, hoofd: Hoofd) -> list[Terugkoppeling]:
    """Return every line; the receipt of a melding that is ours is no row, for it says nothing that she does not."""
    kept = await store.load_lines(conn, made.vault, hoofd.melding_id)
    if any(line.soort is TerugkoppelingSoort.ONTVANGST for line in kept):
        return kept
    adressering = adressering_of(hoofd.gemeente_code, amsterdam_day(hoofd.ontvangen_op))
    return [rules.on_receipt(hoofd.melding_id, hoofd.ontvangen_op, adressering), *kept]


def _shown(caller: Caller, hoofd: Hoofd, lines: Iterable[Terugkoppeling]) -> list[Regel]:
    """Return lines as the caller may see them: Veilig Thuis all, with what it may tell; the sender what he may hear."""
    judged = [_judged(hoofd, line) for line in lines]
    if toegang_of(caller).sees_all:
        return judged
    return [replace(regel, line=regel.voor_melder) for regel in judged if regel.voor_melder is not None]


def _judged(hoofd: Hoofd, line: Terugkoppeling) -> Regel:
    heard = rules.heard_by(hoofd.melder_soort, line)
    return Regel(line, heard, rules.has_part(heard, hoofd.organisatie_id))


async def _give(conn: AsyncConnection, hoofd: Hoofd, lines: Iterable[Terugkoppeling], *, now: datetime) -> None:
    """Note and tell of which lines the sender now knows."""
    asked = {line.id: line for line in lines if rules.is_delivered_by_reading(hoofd.melder_soort, line)}
    if not asked:
        return
    fresh = await store.mark_given(conn, asked, op=now)
    facts = [_given(hoofd.casus_id, line, now) for line in asked.values() if line.id in fresh]
    await append(conn, facts, now=now)


def _given(casus_id: UUID, line: Terugkoppeling, now: datetime) -> NewFact:
    if line.bron_id is None:
        raise ValueError("what is watched over tells of a dossier or a dienst")
    fact = TerugkoppelingGegeven(
        terugkoppeling_id=line.id, melding_id=line.melding_id, bron_id=line.bron_id, gegeven_op=now
    )
    return NewFact(derived_id("terugkoppeling-gegeven", line.id), casus_id, fact)


async def with_statuscodes(conn: AsyncConnection, caller: Caller, found: Iterable[Ontvangst]) -> tuple[Ontvangst, ...]:
    """Return meldingen with where each stands; a sender hears no more of it than the melder may."""
    shown = tuple(found)
    as_melder = caller.rol is Rol.KETENPARTNER
    codes = await store.statuscodes_of(conn, [one.id for one in shown], as_melder=as_melder) if shown else {}
    return tuple(replace(one, statuscode=codes.get(one.id)) for one in shown)


# --- by hand ---------------------------------------------------------------------------------------------------------


async def add_toelichting(  # noqa: PLR0913, keyword only after the melding
    made: Resources, caller: Caller, melding_id: UUID, *, toelichting: str, attempt: Attempt | None, now: datetime
) -> tuple[int, Regel]:
    """Add a line in the words of Veilig Thuis; the same Idempotency-Key gives the first again."""
    async with in_transaction(made.engine) as conn:
        earlier = await first_answer(conn, made.vault, attempt, now=now)
        hoofd = await _visible(conn, caller, melding_id)
        if earlier is not None:
            lines = _shown(caller, hoofd, await store.load_lines(conn, made.vault, melding_id))
            known = next((regel for regel in lines if str(regel.line.id) == earlier.body["id"]), None)
            if known is None:
                raise NotFoundError(_NO_LINE)
            await record(conn, caller, _added(hoofd, known.line.id, "herhaald"), now=now)
            return earlier.status, known
        locked = await store.load_hoofd(conn, melding_id, lock=True)
        key = await store.key_of_melding(conn, made.vault, locked) if locked else None
        if key is None:
            raise NotFoundError(_GONE)
        line = rules.by_hand(new_id(), melding_id, toelichting, now)
        await store.add_line(conn, line, key=key)
        body = {"id": str(line.id), "meldingId": str(melding_id)}
        await keep_answer(conn, made.vault, attempt, Answer(_CREATED, body))
        await record(conn, caller, _added(hoofd, line.id, "vastgelegd"), now=now)
    log.info("terugkoppeling_noted", melding_id=str(melding_id))
    return _CREATED, _judged(hoofd, line)


def _added(hoofd: Hoofd, line_id: UUID, what: str) -> Act:
    return Act(f"terugkoppeling-{what}", "terugkoppeling", line_id, casus_id=hoofd.casus_id)
