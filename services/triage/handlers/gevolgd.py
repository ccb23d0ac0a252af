"""What triage does with what a receiver of an overdracht found: whether veiligheidsvoorwaarden are kept."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import voorwaarden as rules
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.voorwaarden import ControleOpgave
from services.triage.handlers.common import append_facts
from services.triage.handlers.plaatsen import place_of
from services.triage.store import diensten
from services.triage.store import voorwaarden as store
from shared.events.envelope import Event
from shared.events.volgen import VoorwaardeGevolgd
from shared.log import get_logger
from shared.web.app import Resources

log = get_logger()

# What he wrote stays in handover.
_UITKOMST = "Nagegaan door de ontvanger van de overdracht; wat hij vond staat bij die overdracht."


async def on_voorwaarde_gevolgd(
    conn: AsyncConnection, event: Event, gevolgd: VoorwaardeGevolgd, made: Resources
) -> None:
    """Note a check of a receiver as one of our own: its outcome, and when it is looked at again.

    What was found before the newest check that is known, or of a voorwaarde that was given up meanwhile, changes
    nothing: it stays readable at the overdracht.
    """
    if await place_of(conn, event, made) is None:
        return
    dienst = await diensten.lock_dienst(conn, made.vault, gevolgd.dienst_id)
    before = await store.find_voorwaarde(conn, made.vault, gevolgd.voorwaarde_id)
    if dienst is None or before is None or before.dienst_id != dienst.id:
        # A receiver follows only what we set ourselves: one that we do not know is a fault, for a person.
        raise LookupError("check of an unknown voorwaarde")
    if before.controles and before.controles[-1].opgave.nagegaan_op > gevolgd.nagegaan_op:
        log.info("voorwaarde_checked_since", voorwaarde_id=str(before.id))
        return
    opgave = ControleOpgave(gevolgd.status, _UITKOMST, gevolgd.nagegaan_op, gevolgd.controle_dag)
    try:
        after, facts = rules.check(before, opgave, dienst, made.rules)
    except OutOfOrderError:
        log.info("voorwaarde_given_up", voorwaarde_id=str(before.id))
        return
    if after is before:
        return
    await store.save_controle(conn, made.vault, dienst, after)
    await diensten.touch(conn, dienst)
    about = (after.id, after.versie)
    await append_facts(conn, dienst.casus_id, facts, about=about, now=made.clock(), cause=event.id)
