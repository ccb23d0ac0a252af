"""How signals of unknown melders are read and decided on; what becomes a melding is announced then, and not before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import dubbel_anoniem as rules
from services.intake.domain.dubbel_anoniem import Besluit, DubbelAnoniem, DubbelAnoniemStatus, NieuweMelder
from services.intake.domain.matching import DOES_NOT_MATCH
from services.intake.domain.melding import MeldingDossier
from services.intake.handlers.bescherming import announce_change
from services.intake.store import dubbel_anoniem as store
from services.intake.store import meldingen
from services.intake.store.bescherming import next_versie
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, NotAllowedError, NotFoundError
from shared.events.payloads import DubbelAnoniemBesloten
from shared.ids import derived_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact, append
from shared.rules.codes import DubbelAnoniemKeuze, Rol, TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version

log = get_logger()

_GONE = "Deze dubbel anonieme melding is er niet."


async def list_entries(  # noqa: PLR0913, keyword only
    made: Resources,
    caller: Caller,
    *,
    status: DubbelAnoniemStatus | None,
    limiet: int,
    na: UUID | None,
    now: datetime,
) -> Sequence[DubbelAnoniem]:
    """Return signals, the oldest first."""
    async with in_transaction(made.engine) as conn:
        found = await store.list_entries(conn, made.vault, status=status, na=na, limiet=limiet)
        act = Act("dubbel-anonieme-meldingen-gelezen", "meldingen", None, reden=f"{len(found)} gevonden")
        await record(conn, caller, act, now=now)
    return found


async def read_entry(made: Resources, caller: Caller, melding_id: UUID, *, now: datetime) -> DubbelAnoniem:
    """Return one signal; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        found = await _load(conn, made, melding_id)
        await record(conn, caller, _act("gelezen", found), now=now)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Opgave:
    """What somebody decides on a signal, and which version he had before him."""

    keuze: DubbelAnoniemKeuze
    motivering: str
    melder: NieuweMelder | None
    gezien: int


async def record_besluit(
    made: Resources, caller: Caller, melding_id: UUID, told: Opgave, *, now: datetime
) -> DubbelAnoniem:
    """Decide on a signal; what becomes a melding by it is announced in the same transaction.

    Repeating the same besluit is harmless. Raises ``NotAllowedError`` for a worker who would take up what only a team
    lead may, and ``ConflictError`` for a besluit out of order.
    """

    async def work() -> DubbelAnoniem:
        async with in_transaction(made.engine) as conn:
            before = await _load(conn, made, melding_id, lock=True)
            if rules.is_repetition(before, told.keuze, told.motivering):
                await record(conn, caller, _act("herhaald", before), now=now)
                return before
            if told.keuze is DubbelAnoniemKeuze.IN_BEHANDELING and caller.rol is not Rol.VT_TEAMLEIDER:
                raise NotAllowedError("Alleen een teamleider neemt een dubbel anonieme melding in behandeling.")
            dossier = await _dossier(conn, made, melding_id)
            after = _decided(before, told, dossier, caller, now)
            await _save(conn, made, before=before, after=after, melder=told.melder, dossier=dossier, now=now)
            await record(conn, caller, _act(after.status, after), now=now)
        log.info("dubbel_anoniem_decided", melding_id=str(melding_id), status=after.status.value)
        return after

    return await retry_conflicts(work)


def _decided(
    before: DubbelAnoniem, told: Opgave, dossier: MeldingDossier, caller: Caller, now: datetime
) -> DubbelAnoniem:
    besluit = Besluit(
        keuze=told.keuze,
        motivering=told.motivering,
        besloten_op=now,
        door=caller.subject,
        rol=caller.rol.value,
        melder_voorheen=dossier.melder if told.melder else None,
    )
    try:
        after = rules.decide(before, besluit, told.melder)
    except rules.RefusedError:
        raise ConflictError(f"Op deze melding is al besloten: {before.status}.") from None
    check_version(told.gezien, before.versie)
    return after


async def _save(  # noqa: PLR0913, keyword only
    conn: AsyncConnection,
    made: Resources,
    *,
    before: DubbelAnoniem,
    after: DubbelAnoniem,
    melder: NieuweMelder | None,
    dossier: MeldingDossier,
    now: datetime,
) -> None:
    await store.save_entry(conn, made.vault, after)
    facts = [_decided_fact(after)]
    if after.announced and not before.announced:
        uiterlijk = compute_termijn(TermijnSoort.VEILIGHEIDSBEOORDELING, now, made.rules).uiterlijk
        await store.start_melding(conn, after, uiterlijk=uiterlijk, never_ties=sorted(DOES_NOT_MATCH))
        event_id = derived_id("melding-ontvangen", after.melding_id)
        facts.append(NewFact(event_id=event_id, casus_id=after.casus_id, payload=after.aankondiging))
    await append(conn, facts, now=now)
    if melder is not None:
        await store.save_melder(conn, made.vault, after, melder)
        await announce_change(conn, dossier, await next_versie(conn, after.melding_id), now=now)


def _decided_fact(after: DubbelAnoniem) -> NewFact:
    last = after.besluiten[-1]
    payload = DubbelAnoniemBesloten(melding_id=after.melding_id, besluit=last.keuze, besloten_op=last.besloten_op)
    event_id = derived_id("dubbel-anoniem-besloten", after.melding_id, after.versie)
    return NewFact(event_id=event_id, casus_id=after.casus_id, payload=payload)


async def _load(conn: AsyncConnection, made: Resources, melding_id: UUID, *, lock: bool = False) -> DubbelAnoniem:
    found = await store.load_entry(conn, made.vault, melding_id, lock=lock)
    if found is None:
        raise NotFoundError(_GONE)
    return found


async def _dossier(conn: AsyncConnection, made: Resources, melding_id: UUID) -> MeldingDossier:
    (kept,) = await meldingen.load_meldingen(conn, made.vault, melding_id=melding_id)
    return kept.dossier


def _act(what: str, entry: DubbelAnoniem) -> Act:
    return Act(f"dubbel-anoniem-{what}", "melding", entry.melding_id, casus_id=entry.casus_id)
