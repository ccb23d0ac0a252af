"""What triage does with the facts of other rooms; a fact that comes twice changes nothing."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import dossier as dossier_rules
from services.triage.handlers.common import append_facts
from services.triage.handlers.plaatsen import place_of
from services.triage.store import betrokkenen, dossiers
from shared.events.envelope import Event
from shared.events.payloads import MeldingAangevuld, MeldingOntvangen, MonitormomentAfgerond
from shared.ids import derived_id
from shared.log import get_logger
from shared.rules.codes import MonitorVervolg
from shared.web.app import Resources

log = get_logger()


async def on_melding_ontvangen(conn: AsyncConnection, event: Event, melding: MeldingOntvangen, made: Resources) -> None:
    """Open the dossier of a new melding; a fact that comes again finds it there, one of a destroyed file is late."""
    casus_id = await place_of(conn, event, made)
    if casus_id is None:
        return
    new = dossier_rules.open_dossier(
        dossier_id=derived_id("dossier", melding.melding_id),
        melding_id=melding.melding_id,
        casus_id=casus_id,
        gemeente_code=melding.gemeente_code,
        ontvangen_op=melding.ontvangen_op,
        hermelding=melding.hermelding,
        rules=made.rules,
    )
    if await dossiers.insert_dossier(conn, new):
        await betrokkenen.insert_betrokkenen(
            conn, melding.directbetrokkenen, melding_id=melding.melding_id, casus_id=casus_id
        )
        log.info("dossier_opened", melding_id=str(new.melding_id), dossier_id=str(new.id))


async def on_melding_aangevuld(conn: AsyncConnection, aangevuld: MeldingAangevuld) -> None:
    """Show on the newest dossier of a melding that there is more to read; its version changes with what it shows."""
    if await dossiers.note_addition(conn, aangevuld.melding_id, aangevuld.aangevuld_op):
        log.info("addition_noted", melding_id=str(aangevuld.melding_id))


async def on_monitormoment_afgerond(
    conn: AsyncConnection, event: Event, moment: MonitormomentAfgerond, made: Resources
) -> None:
    """Open a new dossier when the radar sends a melding back; one that is being judged already stays as it is."""
    dossier_id = derived_id("dossier", event.id)
    if moment.vervolg is not MonitorVervolg.HEROPENEN or await dossiers.has_dossier(conn, dossier_id):
        return
    if await place_of(conn, event, made) is None:
        return
    before = await dossiers.latest_dossier(conn, made.vault, moment.melding_id, lock=True)
    if before is None:
        # The radar follows only what we decided ourselves: a melding that we do not know is a fault, for a person.
        raise LookupError("monitormoment of an unknown melding")
    reopened = dossier_rules.reopen(before, dossier_id=dossier_id, now=moment.afgerond_op, rules=made.rules)
    if reopened is None:
        log.info("already_open", melding_id=str(moment.melding_id), dossier_id=str(before.id))
        return
    after, facts = reopened
    await dossiers.insert_dossier(conn, after)
    await append_facts(conn, after.casus_id, facts, about=(after.id,), now=made.clock(), cause=event.id)
    log.info("dossier_reopened", melding_id=str(after.melding_id), dossier_id=str(after.id))
