"""How casussen become one when a worker says so, are two again when he undoes it, and end when monitoring says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import casus as casus_rules
from services.intake.domain import koppelvoorstel as voorstel_rules
from services.intake.domain.casus import Casus
from services.intake.domain.koppelvoorstel import Keuze, Koppelbesluit, Koppelvoorstel, KoppelvoorstelStatus
from services.intake.domain.splitsen import Verplaatsing, VerplaatsingSoort
from services.intake.handlers.splitsen import Wie, undo_merge, with_besluiten
from services.intake.store import bewaren, casussen, dossierverzoeken
from services.intake.store import koppelvoorstellen as store
from services.intake.store import splitsen as splitsingen
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, NotFoundError
from shared.events.envelope import Event
from shared.events.payloads import CasusAfgesloten, CasusSamengevoegd
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.messaging import outbox
from shared.messaging.outbox import NewFact
from shared.rules.codes import Rol
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version

log = get_logger()

_GONE = "Dit koppelvoorstel is er niet."
_NO_DOUBT = "De vergelijking van de personen liet geen twijfel."


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
        return await with_besluiten(conn, made, found)


async def read_voorstel(made: Resources, caller: Caller, voorstel_id: UUID, *, now: datetime) -> Koppelvoorstel:
    """Return one koppelvoorstel with everything that was decided on it; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        found = await _load(conn, made, voorstel_id)
        await record(conn, caller, _act("gelezen", found), now=now)
    return found


async def _load(conn: AsyncConnection, made: Resources, voorstel_id: UUID, *, lock: bool = False) -> Koppelvoorstel:
    found = await store.load_voorstel(conn, made.vault, voorstel_id, lock=lock)
    if found is None:
        raise NotFoundError(_GONE)
    (voorstel,) = await with_besluiten(conn, made, (found,))
    return voorstel


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
    """Decide on a koppelvoorstel: make one casus of two, leave them, or undo what was decided before.

    Repeating the same besluit is harmless: it changes nothing and announces nothing.
    """

    async def work() -> Koppelvoorstel:
        async with in_transaction(made.engine) as conn:
            voorstel = await _load(conn, made, voorstel_id, lock=True)
            if voorstel_rules.is_repetition(voorstel, besluit.keuze, besluit.motivering):
                await record(conn, caller, _act("herhaald", voorstel), now=now)
                return voorstel
            after = _decided(voorstel, besluit, now)
            after = await _carry_out(conn, made, voorstel, after, besluit, wie=Wie.of(caller), now=now)
            await record(conn, caller, _act(besluit.keuze, after), now=now)
            return after

    return await retry_conflicts(work)


def _decided(voorstel: Koppelvoorstel, besluit: KoppelBesluit, now: datetime) -> Koppelvoorstel:
    try:
        after = voorstel_rules.decide(voorstel, besluit.keuze, besluit.motivering, now=now)
    except voorstel_rules.RefusedError as error:
        raise ConflictError(str(error)) from None
    check_version(besluit.gezien, voorstel.versie)
    return after


async def _carry_out(  # noqa: PLR0913, before and after, keyword only behind the besluit
    conn: AsyncConnection,
    made: Resources,
    before: Koppelvoorstel,
    after: Koppelvoorstel,
    besluit: KoppelBesluit,
    *,
    wie: Wie,
    now: datetime,
) -> Koppelvoorstel:
    """Keep a besluit with its history, and do what it says with the casussen."""
    taken = Koppelbesluit(
        id=new_id(),
        voorstel_id=after.id,
        keuze=besluit.keuze,
        rol=wie.rol,
        door=wie.door,
        tijdstip=now,
        motivering=besluit.motivering,
    )
    await splitsingen.add_besluit(conn, made.vault, taken, casus_id=after.casus_id)
    await store.save_besluit(conn, made.vault, after)
    if after.status is KoppelvoorstelStatus.BEVESTIGD:
        await _merge(conn, made, after, wie=wie, now=now)
    elif before.status is KoppelvoorstelStatus.BEVESTIGD:
        await undo_merge(conn, made, after, wie=wie, now=now)
    return replace(after, besluiten=(*before.besluiten, taken))


async def join_surely(conn: AsyncConnection, made: Resources, nieuw: UUID, bekend: UUID, *, now: datetime) -> None:
    """Make one casus of a new one and one that is known, without a worker: comparing their people left no doubt.

    Only of what was just proposed, and only while the new casus holds one melding: two that have grown are for a
    person. He can undo it as if he had confirmed it himself.
    """
    voorstel = await store.load_pair(conn, made.vault, nieuw, bekend)
    casus = await casussen.load_casus(conn, nieuw)
    if voorstel is None or voorstel.status is not KoppelvoorstelStatus.OPEN or casus is None:
        return
    if casus.id != nieuw or casus.aantal_meldingen != 1:
        return
    besluit = KoppelBesluit(Keuze.BEVESTIGD, _NO_DOUBT, voorstel.versie)
    wie = Wie(Rol.SYSTEEM.value, "koppelen")
    await _carry_out(conn, made, voorstel, _decided(voorstel, besluit, now), besluit, wie=wie, now=now)


async def _merge(conn: AsyncConnection, made: Resources, voorstel: Koppelvoorstel, *, wie: Wie, now: datetime) -> None:
    """Make one casus of the two in which the casussen of a voorstel live now."""
    found = [await casussen.load_casus(conn, casus_id) for casus_id in (voorstel.casus_id, voorstel.andere_casus_id)]
    here = {casus.id for casus in found if casus is not None}
    if len(here) != len(found):
        raise ConflictError("Deze casussen zijn al één; er is niets meer samen te voegen.")
    locked = await casussen.lock_casussen(conn, tuple(here))
    try:
        stays, vanished = casus_rules.merge(*locked.values())
    except casus_rules.RefusedError:
        raise ConflictError("Een van deze casussen is al in een andere opgegaan.") from None
    await splitsingen.note_homes(conn, vanished.id)
    await casussen.save_casus(conn, stays)
    await casussen.save_casus(conn, vanished)
    moved = await casussen.move_meldingen(conn, source=vanished.id, target=stays.id)
    await bewaren.move_maatregel(conn, source=vanished.id, target=stays.id)
    await dossierverzoeken.move_verzoeken(conn, source=vanished.id, target=stays.id)
    await _redirect_voorstellen(conn, made, stays, vanished, now=now)
    new = Verplaatsing(
        id=new_id(),
        soort=VerplaatsingSoort.SAMENVOEGING,
        volgorde=await splitsingen.next_volgorde(conn),
        casus_id=stays.id,
        andere_casus_id=vanished.id,
        melding_ids=moved,
        tijdstip=now,
        rol=wie.rol,
        door=wie.door,
        voorstel_id=voorstel.id,
    )
    await splitsingen.add_verplaatsing(conn, made.vault, new)
    payload = CasusSamengevoegd(
        verdwenen_casus_id=vanished.id, melding_ids=moved, samengevoegd_op=now, volgorde=new.volgorde
    )
    # Of the merge and not of the pair: what was undone can be merged again.
    event_id = derived_id("casus-samengevoegd", new.id)
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
