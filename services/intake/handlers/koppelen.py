"""How the worker looks, after a melding was received, whether its people are known in another casus.

It hears what this room itself told. So the door need not wait, whoever sends a melding makes nobody's file open at
his door, and what a process that dies had in hand is done by the next one. Hearing it twice changes nothing.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import koppelen as rules
from services.intake.domain.correctie import persoon_of
from services.intake.domain.koppelen import Gevonden, Kandidaat
from services.intake.domain.matching import DOES_NOT_MATCH
from services.intake.domain.vergelijken import kenmerken_of
from services.intake.domain.zoeksleutels import KANDIDATEN_MAX
from services.intake.handlers import gathering
from services.intake.handlers.keys import blind_search_keys
from services.intake.store import koppelen as store
from services.intake.store import koppelvoorstellen
from shared.events.envelope import Event
from shared.events.payloads import MeldingOntvangen
from shared.log import get_logger
from shared.web.app import Resources

log = get_logger()


async def on_melding_ontvangen(conn: AsyncConnection, event: Event, made: Resources) -> None:
    """Put before a worker who may be known elsewhere; join the other casus when that is sure and this one is new."""
    melding = event.payload
    assert isinstance(melding, MeldingOntvangen)  # noqa: S101, registered for this payload
    await store.wait_for_others(conn)
    casus_id, found = await _look(conn, made, melding.melding_id)
    if casus_id is None or not found.voorstellen:
        return
    now = made.clock()
    await koppelvoorstellen.add_voorstellen(conn, casus_id, found.voorstellen, now=now)
    log.info("koppelvoorstellen_made", melding_id=str(melding.melding_id), casus_id=str(casus_id))
    if found.zeker is not None and not melding.hermelding:
        await gathering.join_surely(conn, made, casus_id, found.zeker, now=now)


async def _look(conn: AsyncConnection, made: Resources, melding_id: UUID) -> tuple[UUID | None, Gevonden]:
    """Keep by which keys the people of a melding are found, and weigh them against who is found by the same."""
    casus_id, people = await store.load_mensen(conn, made.vault, melding_id)
    mensen = [(one.id, kenmerken_of(persoon_of(one))) for one in people if one.rol not in DOES_NOT_MATCH]
    if casus_id is None or not mensen:
        return None, rules.judge(())
    keys = [(persoon_id, blind_search_keys(made.vault, kenmerken)) for persoon_id, kenmerken in mensen]
    await store.add_keys(conn, keys)
    asked = [(place, key) for place, (_, own) in enumerate(keys) for key in own]
    bekenden, left_out = await store.find_bekenden(conn, made.vault, casus_id, asked, meeste=KANDIDATEN_MAX)
    found = rules.judge(
        (mensen[one.plaats][1], Kandidaat(one.casus_id, kenmerken_of(persoon_of(one.persoon)))) for one in bekenden
    )
    if left_out or found.verzwegen:
        log.warning("koppelen_bounded", melding_id=str(melding_id), count=left_out + found.verzwegen)
    return casus_id, found
