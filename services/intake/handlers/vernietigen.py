"""How a file is destroyed: here at once, and in the other rooms when they hear of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import dossierverzoek as rules
from services.intake.store import casussen, dossierverzoeken, splitsen
from services.intake.store import vernietigen as store
from shared.audit import Act, record
from shared.errors import NotFoundError
from shared.events.payloads import CasusVernietigd, DossierverzoekAfgehandeld
from shared.ids import derived_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact, append
from shared.rules.codes import VernietigingReden
from shared.web.app import Resources
from shared.web.auth import Caller

log = get_logger()


async def destroy_casus(  # noqa: PLR0913, keyword only after the casus
    conn: AsyncConnection,
    made: Resources,
    caller: Caller,
    casus_id: UUID,
    *,
    reden: VernietigingReden,
    verzoek_id: UUID,
    now: datetime,
) -> None:
    """Destroy everything of a casus in the running transaction, and tell the other rooms to do the same.

    The besluit on ``verzoek_id`` must have been saved: whatever else was asked about this file lapses. Raises
    ``NotFoundError`` when the casus is not there (any more).
    """
    casus = await casussen.load_casus(conn, casus_id)
    if casus is None:
        raise NotFoundError("Deze casus is er niet.")
    vanished = await casussen.load_vanished_ids(conn, casus.id)
    locked = await casussen.lock_casussen(conn, (casus.id, *vanished))
    if casus.id not in locked or locked[casus.id].opgegaan_in is not None:
        raise NotFoundError("Deze casus is er niet.")
    event = CasusVernietigd(
        vernietiging_id=derived_id("vernietiging", casus.id),
        reden=reden,
        vernietigd_op=now,
        volgorde=await splitsen.next_volgorde(conn),
        verdwenen_casus_ids=tuple(sorted(vanished)),
        melding_ids=await casussen.load_melding_ids(conn, casus.id),
    )
    facts = [*await _lapse_others(conn, made, casus.id, verzoek_id, now=now), _destroyed(event, casus.id)]
    await store.destroy_casus(conn, made.vault, event, casus.id, vanished=vanished)
    await append(conn, facts, now=now)
    await record(conn, caller, Act("casus-vernietigd", "casus", casus.id, casus_id=casus.id, reden=reden), now=now)
    log.info("casus_destroyed", casus_id=str(casus.id), verzoek_id=str(verzoek_id))


def _destroyed(event: CasusVernietigd, casus_id: UUID) -> NewFact:
    return NewFact(event_id=event.vernietiging_id, casus_id=casus_id, payload=event)


async def _lapse_others(
    conn: AsyncConnection, made: Resources, casus_id: UUID, verzoek_id: UUID, *, now: datetime
) -> list[NewFact]:
    """Let every other request on the file lapse: there is nothing left to decide on."""
    facts = []
    for verzoek in await dossierverzoeken.open_verzoeken_of(conn, made.vault, casus_id):
        if verzoek.id == verzoek_id:
            continue
        await dossierverzoeken.save_verzoek(conn, made.vault, rules.lapse(verzoek, now=now))
        done = DossierverzoekAfgehandeld(verzoek_id=verzoek.id, soort=verzoek.soort, afgehandeld_op=now)
        event_id = derived_id("dossierverzoek-afgehandeld", verzoek.id)
        facts.append(NewFact(event_id=event_id, casus_id=casus_id, payload=done))
    return facts
