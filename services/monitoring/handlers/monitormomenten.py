"""How the moments of the radar are read, and how a professional records what came out of one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.monitormomenten import (
    TRANSITIONS,
    MonitormomentActie,
    MonitormomentStatus,
    earliest_and_latest_day,
)
from services.monitoring.handlers.access import gemeenten_of, ties
from services.monitoring.handlers.facts import tell
from services.monitoring.handlers.places import instant_and_id
from services.monitoring.store import facts
from services.monitoring.store import monitormomenten as store
from services.monitoring.store.monitormomenten import StoredMoment
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, InvalidInputError, NotFoundError
from shared.events.payloads import MonitormomentAfgerond, MonitormomentVerplaatst
from shared.ids import derived_id
from shared.keyring import DestroyedError, key_of, keyring_for
from shared.messaging.outbox import NewFact
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import MonitorVervolg, Naleving, Rol, VerplaatsingReden
from shared.rules.deadlines import format_day
from shared.rules.settings import RuleSettings
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.pages import Page

# What a professional wrote is for Veilig Thuis alone; who else may see the moment sees its codes.
_READS_TOELICHTING = frozenset({Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER})


@dataclass(frozen=True, slots=True)
class UitkomstOpgave:
    """What a professional found at a moment."""

    naleving: Naleving
    directe_veiligheid: bool
    stabiele_veiligheid: bool
    vervolg: MonitorVervolg
    contact_met: tuple[str, ...]
    toelichting: str | None


@dataclass(frozen=True, slots=True)
class MomentView:
    """A moment as its reader may see it."""

    moment: StoredMoment
    toelichting: str | None


@dataclass(frozen=True, slots=True)
class Verplaatsing:
    """To which day somebody puts a moment, and why."""

    dag: date
    reden: VerplaatsingReden


@dataclass(frozen=True, slots=True)
class MomentFilter:
    """Which moments are asked for; None is all of them."""

    casus_id: UUID | None = None
    status: MonitormomentStatus | None = None
    gemist: bool = False


async def list_momenten(
    made: Resources, caller: Caller, page: Page, asked: MomentFilter, *, now: datetime
) -> list[StoredMoment]:
    """Return one more moment than fits on the page; without their explanations, which are read one by one."""
    casus_id = asked.casus_id
    after = instant_and_id(page)
    async with in_transaction(made.engine) as conn:
        if casus_id is not None:
            casus_id = (await facts.find_standing(conn, [casus_id]))[casus_id]
        return await store.list_momenten(
            conn,
            casus_id=casus_id,
            gemeente_codes=gemeenten_of(caller, None),
            status=asked.status,
            gemist_op=now if asked.gemist else None,
            after=after,
            limiet=page.limiet + 1,
        )


async def read_moment(made: Resources, caller: Caller, moment_id: UUID, *, now: datetime) -> MomentView:
    """Return one moment; only Veilig Thuis reads the explanation."""
    async with in_transaction(made.engine) as conn:
        moment = await _visible(conn, caller, moment_id)
        reads = caller.rol in _READS_TOELICHTING
        view = await opened_moment(conn, made.vault, moment) if reads else MomentView(moment, None)
        await record(conn, caller, _act("monitormoment-gelezen", moment), now=now)
        return view


async def record_uitkomst(  # noqa: PLR0913, keyword only after the first four
    made: Resources, caller: Caller, moment_id: UUID, opgave: UitkomstOpgave, *, seen: int, now: datetime
) -> MomentView:
    """Record what came out of a moment, and tell it; the same uitkomst twice is recorded once.

    Raises ``ConflictError`` for a moment that was done otherwise or was cancelled, ``StaleError`` when it changed.
    """

    async def work() -> MomentView:
        async with in_transaction(made.engine) as conn:
            moment = await _lock(conn, caller, moment_id)
            known = await opened_moment(conn, made.vault, moment)
            if _is_repeated(known, opgave):
                await record(conn, caller, _act("monitormoment-afgerond", moment), now=now)
                return known
            if TRANSITIONS[moment.status, MonitormomentActie.AFRONDEN] is None:
                raise ConflictError(_REFUSED[moment.status])
            check_version(seen, moment.versie)
            await _save(conn, made, moment, opgave, now)
            view = await opened_moment(conn, made.vault, await _visible(conn, caller, moment_id))
            await record(conn, caller, _act("monitormoment-afgerond", moment), now=now)
            return view

    return await retry_conflicts(work)


async def move_moment(  # noqa: PLR0913, keyword only after the first four
    made: Resources, caller: Caller, moment_id: UUID, wish: Verplaatsing, *, seen: int, now: datetime
) -> MomentView:
    """Put a planned moment on another day, and tell it; its clock follows. The same day and reason change nothing.

    Raises ``ConflictError`` for a moment that is not planned any more, ``InvalidInputError`` for a day on which it
    cannot be, ``StaleError`` when it changed.
    """

    async def work() -> MomentView:
        async with in_transaction(made.engine) as conn:
            moment = await _lock(conn, caller, moment_id)
            await record(conn, caller, _act("monitormoment-verplaatst", moment), now=now)
            planned = amsterdam_day(moment.uiterlijk - timedelta(microseconds=1))
            if (planned, moment.verplaatsing_reden) == (wish.dag, wish.reden):
                return await opened_moment(conn, made.vault, moment)
            if moment.status is not MonitormomentStatus.GEPLAND:
                raise ConflictError(_REFUSED[moment.status])
            check_version(seen, moment.versie)
            _check_day(moment, wish.dag, rules=made.rules, now=now)
            fact = MonitormomentVerplaatst(
                monitormoment_id=moment.id,
                melding_id=moment.melding_id,
                maand=moment.maand,
                dag=wish.dag,
                reden=wish.reden,
                verplaatst_op=now,
            )
            event_id = derived_id("monitormoment-verplaatst", moment.id, moment.versie)
            await tell(conn, [NewFact(event_id, moment.casus_id, fact)], rules=made.rules, now=now)
            return await opened_moment(conn, made.vault, await _visible(conn, caller, moment_id))

    return await retry_conflicts(work)


def _check_day(moment: StoredMoment, dag: date, *, rules: RuleSettings, now: datetime) -> None:
    planned = moment.oorspronkelijk_uiterlijk or moment.uiterlijk
    first, last = earliest_and_latest_day(planned, now=now, settings=rules)
    if not first <= dag <= last:
        raise InvalidInputError(
            f"Verplaats naar een dag van {format_day(first)} tot en met {format_day(last)}."
            if first <= last
            else "Dit moment is te lang geleden om te verplaatsen; rond het af, ook als het te laat is."
        )


_ABSENT = "Dit monitormoment is er niet."
_REFUSED = {
    MonitormomentStatus.GEPLAND: "",
    MonitormomentStatus.AFGEROND: "Dit monitormoment is al afgerond met een andere uitkomst; die staat vast.",
    MonitormomentStatus.GEANNULEERD: "Dit monitormoment is geannuleerd; ga verder met een gepland monitormoment.",
    MonitormomentStatus.GEMIST: "Dit monitormoment is gemist; ga verder met een gepland monitormoment.",
}


async def _visible(conn: AsyncConnection, caller: Caller, moment_id: UUID) -> StoredMoment:
    moment = await store.find_moment(conn, moment_id)
    if moment is None or not toegang_of(caller).permits(ties(caller, moment.gemeente_code)):
        raise NotFoundError(_ABSENT)
    return moment


async def _lock(conn: AsyncConnection, caller: Caller, moment_id: UUID) -> StoredMoment:
    """Hold the casus of a moment, and return the moment as it is then."""
    moment = await _visible(conn, caller, moment_id)
    await facts.lock_casussen(conn, [moment.casus_id])
    return await _visible(conn, caller, moment_id)


async def _save(
    conn: AsyncConnection, made: Resources, moment: StoredMoment, opgave: UitkomstOpgave, now: datetime
) -> None:
    sealed = None
    if opgave.toelichting:
        key = await key_of(conn, made.vault, moment.casus_id)
        sealed = key.seal(opgave.toelichting.encode(), place=_place(moment.id))
    await store.explain_moment(conn, moment.id, contact_met=opgave.contact_met, toelichting=sealed)
    fact = MonitormomentAfgerond(
        monitormoment_id=moment.id,
        melding_id=moment.melding_id,
        maand=moment.maand,
        naleving=opgave.naleving,
        directe_veiligheid=opgave.directe_veiligheid,
        stabiele_veiligheid=opgave.stabiele_veiligheid,
        vervolg=opgave.vervolg,
        afgerond_op=now,
    )
    new = NewFact(derived_id("monitormoment-afgerond", moment.id), moment.casus_id, fact)
    await tell(conn, [new], rules=made.rules, now=now)


async def opened_moment(conn: AsyncConnection, vault: Vault, moment: StoredMoment) -> MomentView:
    """Return a moment with its explanation; one whose keys were destroyed in this moment is not there any more."""
    if moment.toelichting is None:
        return MomentView(moment, None)
    keys = await keyring_for(conn, vault, [moment.toelichting])
    try:
        return MomentView(moment, keys.open(moment.toelichting, place=_place(moment.id)).decode())
    except DestroyedError:
        raise NotFoundError(_ABSENT) from None


def _act(actie: str, moment: StoredMoment) -> Act:
    return Act(actie, "monitormoment", moment.id, casus_id=moment.casus_id)


def _place(moment_id: UUID) -> str:
    return f"monitormoment:toelichting:{moment_id}"


def _is_repeated(view: MomentView, opgave: UitkomstOpgave) -> bool:
    moment = view.moment
    return moment.status is MonitormomentStatus.AFGEROND and opgave == UitkomstOpgave(
        naleving=moment.naleving or opgave.naleving,
        directe_veiligheid=bool(moment.directe_veiligheid),
        stabiele_veiligheid=bool(moment.stabiele_veiligheid),
        vervolg=moment.vervolg or opgave.vervolg,
        contact_met=moment.contact_met,
        toelichting=view.toelichting,
    )
