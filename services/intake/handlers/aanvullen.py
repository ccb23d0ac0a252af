"""How something is added to a melding afterwards: kept beside what was said first, and told to whoever judges it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.aanvulling import Aanvulling
from services.intake.store import bijlagen as store
from services.intake.store.bijlagen import MeldingKop
from services.intake.store.dossierverzoeken import load_rechten
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError, NotAllowedError, NotFoundError
from shared.events.payloads import MeldingAangevuld
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact, append
from shared.rules.access import Betrekking
from shared.rules.codes import AanvullingSoort, Rol
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

_GONE = "Deze melding is er niet."
_CREATED = 201
_OK = 200


async def add_aanvulling(  # noqa: PLR0913, keyword only after the melding
    made: Resources,
    caller: Caller,
    melding_id: UUID,
    *,
    tekst: str,
    toegevoegd_door: str | None,
    attempt: Attempt | None,
    now: datetime,
) -> tuple[Aanvulling, bool]:
    """Add a text to a melding and tell that it was; return it, and whether it is new.

    The same text of the same organisation is the same aanvulling, sent again.
    """
    new = Aanvulling(
        id=new_id(),
        melding_id=melding_id,
        organisatie_id=caller.organisatie_id,
        toegevoegd_op=now,
        tekst=tekst,
        toegevoegd_door=toegevoegd_door,
    )
    async with in_transaction(made.engine) as conn:
        kop = await enter_melding(conn, caller, melding_id, hold=True)
        earlier = await first_answer(conn, made.vault, attempt, now=now)
        kept, is_new = await _kept(conn, made, new, kop, earlier)
        if earlier is None:
            await keep_answer(conn, made.vault, attempt, Answer(_CREATED if is_new else _OK, {"id": str(kept.id)}))
        if is_new:
            await tell_addition(conn, kop, melding_id, AanvullingSoort.AANVULLING, kept.id, now=now)
        act = f"aanvulling-{'toegevoegd' if is_new else 'herhaald'}"
        await record(conn, caller, Act(act, "aanvulling", kept.id, casus_id=kop.casus_id), now=now)
    log.info("addition_received", melding_id=str(melding_id), soort=AanvullingSoort.AANVULLING)
    return kept, is_new or (earlier is not None and earlier.status == _CREATED)


async def _kept(
    conn: AsyncConnection, made: Resources, new: Aanvulling, kop: MeldingKop, earlier: Answer | None
) -> tuple[Aanvulling, bool]:
    if earlier is None:
        return await store.add_aanvulling(conn, made.vault, new, casus_id=kop.casus_id)
    found = await store.load_aanvulling(conn, made.vault, new.melding_id, UUID(earlier.body["id"]))
    if found is None:
        raise ConflictError("Deze Idempotency-Key is al gebruikt voor een andere melding.")
    return found, False


async def read_aanvulling(
    made: Resources, caller: Caller, melding_id: UUID, aanvulling_id: UUID, *, now: datetime
) -> Aanvulling:
    """Return one aanvulling; a ketenpartner reads what his own organisation added."""
    async with in_transaction(made.engine) as conn:
        kop = await enter_melding(conn, caller, melding_id)
        found = await store.load_aanvulling(conn, made.vault, melding_id, aanvulling_id)
        if found is None or not may_read(caller, found.organisatie_id):
            raise NotFoundError("Deze aanvulling is er niet.")
        await record(conn, caller, Act("aanvulling-gelezen", "aanvulling", found.id, casus_id=kop.casus_id), now=now)
    return found


def may_read(caller: Caller, organisatie_id: str) -> bool:
    """Say whether a caller may read what an organisation added to a melding that he may read himself."""
    return toegang_of(caller).betrekking is Betrekking.ALLES or caller.organisatie_id == organisatie_id


async def enter_melding(conn: AsyncConnection, caller: Caller, melding_id: UUID, *, hold: bool = False) -> MeldingKop:
    """Return the head of a melding that the caller may reach.

    Raises ``NotFoundError`` when he may not know of it, ``NotAllowedError`` for a worker when its casus is limited
    (AVG art. 18).
    """
    kop = await store.load_kop(conn, melding_id, hold=hold)
    ties = {Betrekking.EIGEN_MELDING} if kop and kop.organisatie_id == caller.organisatie_id else set()
    if kop is None or not toegang_of(caller).permits(ties):
        raise NotFoundError(_GONE)
    if caller.rol is Rol.VT_MEDEWERKER and (await load_rechten(conn, kop.casus_id)).beperkt_op is not None:
        raise NotAllowedError("De verwerking van deze casus is beperkt; een teamleider kan haar lezen.")
    return kop


async def tell_addition(  # noqa: PLR0913, keyword only at the end
    conn: AsyncConnection,
    kop: MeldingKop,
    melding_id: UUID,
    soort: AanvullingSoort,
    added_id: UUID,
    *,
    now: datetime,
) -> None:
    """Announce that something was added to a melding."""
    payload = MeldingAangevuld(melding_id=melding_id, soort=soort, aangevuld_op=now)
    fact = NewFact(event_id=derived_id("melding-aangevuld", added_id), casus_id=kop.casus_id, payload=payload)
    await append(conn, [fact], now=now)
