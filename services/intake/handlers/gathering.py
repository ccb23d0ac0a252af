"""How casussen become one when a worker says so, and end when monitoring does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import casus as casus_rules
from services.intake.domain import koppelvoorstel as voorstel_rules
from services.intake.domain.casus import Casus
from services.intake.domain.koppelvoorstel import Keuze, Koppelvoorstel, KoppelvoorstelStatus
from services.intake.store import bewaren, casussen, dossierverzoeken
from services.intake.store import koppelvoorstellen as store
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, NotFoundError
from shared.events.envelope import Event
from shared.events.payloads import CasusAfgesloten, CasusSamengevoegd
from shared.ids import derived_id
from shared.log import get_logger
from shared.messaging import outbox
from shared.messaging.outbox import NewFact
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version

log = get_logger()

_GONE = "Dit koppelvoorstel is er niet."


async def list_voorstellen(  # noqa: PLR0913, keyword only
    made: Resources,
    caller: Caller,
    *,
    status: KoppelvoorstelStatus | None,
    limiet: int,
    na: UUID | None,
    now: datetime,
) -> Sequence[Koppelvoorstel]:
    """Return koppelvoorstellen, the oldest first."""
    async with in_transaction(made.engine) as conn:
        found = await store.list_voorstellen(conn, made.vault, status=status, na=na, limiet=limiet)
        act = Act("koppelvoorstellen-gelezen", "koppelvoorstellen", None, reden=f"{len(found)} gevonden")
        await record(conn, caller, act, now=now)
    return found


async def read_voorstel(made: Resources, caller: Caller, voorstel_id: UUID, *, now: datetime) -> Koppelvoorstel:
    """Return one koppelvoorstel; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        found = await store.load_voorstel(conn, made.vault, voorstel_id)
        if found is None:
            raise NotFoundError(_GONE)
        await record(conn, caller, _act("gelezen", found), now=now)
    return found


def _act(what: str, voorstel: Koppelvoorstel) -> Act:
    return Act(f"koppelvoorstel-{what}", "koppelvoorstel", voorstel.id, casus_id=voorstel.casus_id)


@dataclass(frozen=True, slots=True)
class KoppelBesluit:
    """What a worker decides on a koppelvoorstel, on which version, and why."""

    keuze: Keuze
    motivering: str
    gezien: int


async def record_koppel_besluit(
    made: Resources, caller: Caller, voorstel_id: UUID, besluit: KoppelBesluit, *, now: datetime
) -> Koppelvoorstel:
    """Decide on a koppelvoorstel; ``bevestigd`` makes one casus of two and announces it.

    Repeating the same besluit is harmless: it changes nothing and announces nothing.
    """

    async def work() -> Koppelvoorstel:
        async with in_transaction(made.engine) as conn:
            voorstel = await store.load_voorstel(conn, made.vault, voorstel_id, lock=True)
            if voorstel is None:
                raise NotFoundError(_GONE)
            if voorstel_rules.is_repetition(voorstel, besluit.keuze, besluit.motivering):
                await record(conn, caller, _act("herhaald", voorstel), now=now)
                return voorstel
            after = _decided(voorstel, besluit, now)
            await store.save_besluit(conn, made.vault, after)
            if after.status is KoppelvoorstelStatus.BEVESTIGD:
                await _merge(conn, made, after, now=now)
            await record(conn, caller, _act(after.status, after), now=now)
            return after

    return await retry_conflicts(work)


def _decided(voorstel: Koppelvoorstel, besluit: KoppelBesluit, now: datetime) -> Koppelvoorstel:
    try:
        status = voorstel_rules.status_after(voorstel, besluit.keuze)
    except voorstel_rules.RefusedError:
        raise ConflictError(f"Dit voorstel is al {voorstel.status}; er is niets meer te besluiten.") from None
    check_version(besluit.gezien, voorstel.versie)
    return replace(voorstel, status=status, versie=voorstel.versie + 1, besloten_op=now, motivering=besluit.motivering)


async def _merge(conn: AsyncConnection, made: Resources, voorstel: Koppelvoorstel, *, now: datetime) -> None:
    locked = await casussen.lock_casussen(conn, (voorstel.casus_id, voorstel.andere_casus_id))
    try:
        stays, vanished = casus_rules.merge(locked[voorstel.casus_id], locked[voorstel.andere_casus_id])
    except casus_rules.RefusedError:
        raise ConflictError("Een van deze casussen is al in een andere opgegaan.") from None
    await casussen.save_casus(conn, stays)
    await casussen.save_casus(conn, vanished)
    moved = await casussen.move_meldingen(conn, source=vanished.id, target=stays.id)
    await bewaren.move_maatregel(conn, source=vanished.id, target=stays.id)
    await dossierverzoeken.move_verzoeken(conn, source=vanished.id, target=stays.id)
    await _redirect_voorstellen(conn, made, stays, vanished, now=now)
    payload = CasusSamengevoegd(verdwenen_casus_id=vanished.id, melding_ids=moved, samengevoegd_op=now)
    event_id = derived_id("casus-samengevoegd", stays.id, vanished.id)
    await outbox.append(conn, [NewFact(event_id=event_id, casus_id=stays.id, payload=payload)], now=now)
    log.info("casus_merged", casus_id=str(stays.id), voorstel_id=str(voorstel.id))


async def _redirect_voorstellen(
    conn: AsyncConnection, made: Resources, stays: Casus, vanished: Casus, *, now: datetime
) -> None:
    """Let what was proposed with the vanished casus stand with the one that stays, each pair once."""
    for voorstel in await store.open_voorstellen_of(conn, made.vault, vanished.id):
        other = voorstel.andere_casus_id if voorstel.casus_id == vanished.id else voorstel.casus_id
        third = await casussen.load_casus(conn, other)
        after = voorstel_rules.expire(voorstel, now)
        if third is not None and third.id != stays.id:
            older, younger = sorted((stays, third), key=lambda casus: casus.age_key)
            if not await store.pair_exists(conn, older.id, younger.id):
                after = voorstel_rules.redirect(voorstel, older=older.id, younger=younger.id)
        await store.save_besluit(conn, made.vault, after)


# --- closing ---------------------------------------------------------------------------------------------------


async def close_casus(conn: AsyncConnection, event: Event) -> None:
    """Mark a casus as closed by monitoring; a closure that crossed with a new melding or a merge changes nothing."""
    assert isinstance(event.payload, CasusAfgesloten)  # noqa: S101, registered for this payload
    casus = (await casussen.lock_casussen(conn, (event.casus_id,))).get(event.casus_id)
    if casus is None:
        raise LookupError("a closure of a casus that was never here")
    last = await casussen.last_melding_op(conn, casus.id) or casus.aangemaakt_op
    after = casus_rules.close(casus, event.payload.afgesloten_op, last)
    if after != casus:
        await casussen.save_casus(conn, after)
