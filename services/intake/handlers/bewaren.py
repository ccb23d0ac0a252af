"""How long a file is kept: counted when its casus closes, moved by a measure, and what happens when the day comes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.bewaren import youngest_birth_date
from services.intake.domain.casus import Casus, CasusStatus
from services.intake.domain.dossierverzoek import propose
from services.intake.handlers import gathering
from services.intake.handlers.dossierverzoeken import received
from services.intake.store import bewaren as store
from services.intake.store import casussen, dossierverzoeken, meldingen
from services.intake.store.bewaren import Bewaring
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.events.envelope import Event
from shared.events.payloads import BewaartermijnVastgesteld, BewaartermijnVerstreken
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact, append
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import DossierverzoekSoort
from shared.rules.retention import retention_until
from shared.rules.settings import RuleSettings
from shared.vernietigen import is_destroyed
from shared.web.app import Resources
from shared.web.auth import Caller

log = get_logger()


async def on_casus_afgesloten(conn: AsyncConnection, event: Event, made: Resources) -> None:
    """Mark a casus as closed by monitoring, and tell until when its file is kept."""
    if await is_destroyed(conn, event.casus_id):
        return
    await gathering.close_casus(conn, event)
    casus = await casussen.load_casus(conn, event.casus_id)
    if casus is None or casus.id != event.casus_id or casus.status is not CasusStatus.AFGESLOTEN:
        return  # it crossed with a melding or a merge, and will be closed again
    known = await store.load_bewaring(conn, casus.id)
    until = await _bewaren_tot(conn, made.vault, made.rules, casus, maatregel_tot=known.beschermingsmaatregel_tot)
    await store.save_bewaren_tot(conn, casus.id, until)
    event_id = derived_id("bewaartermijn-vastgesteld", event.id)
    await append(conn, [_settled(event_id, casus, until)], now=made.clock())


async def _bewaren_tot(
    conn: AsyncConnection, vault: Vault, rules: RuleSettings, casus: Casus, *, maatregel_tot: date | None
) -> date:
    kept = await meldingen.load_meldingen(conn, vault, casus_id=casus.id)
    people = [persoon for melding in kept for persoon in melding.dossier.personen]
    return retention_until(
        amsterdam_day(_closed_on(casus)),
        youngest_birth_date(_text(persoon.gegevens.get("geboortedatum")) for persoon in people),
        rules,
        beschermingsmaatregel_tot=maatregel_tot,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _settled(event_id: UUID, casus: Casus, bewaren_tot: date) -> NewFact:
    payload = BewaartermijnVastgesteld(bewaren_tot=bewaren_tot, afgesloten_op=_closed_on(casus))
    return NewFact(event_id=event_id, casus_id=casus.id, payload=payload)


def _closed_on(casus: Casus) -> datetime:
    if casus.afgesloten_op is None:
        raise ValueError("the term of a file begins when its casus is closed")
    return casus.afgesloten_op


async def on_bewaartermijn_verstreken(conn: AsyncConnection, event: Event, made: Resources) -> None:
    """Ask two people to destroy a file whose term has come; one that was opened again, or is kept longer, stays."""
    payload = event.payload
    assert isinstance(payload, BewaartermijnVerstreken)  # noqa: S101, registered for this payload
    casus = (await casussen.lock_casussen(conn, (event.casus_id,))).get(event.casus_id)
    if casus is None or casus.status is not CasusStatus.AFGESLOTEN:
        return
    if (await store.load_bewaring(conn, casus.id)).bewaren_tot != payload.bewaren_tot:
        return
    waiting = await dossierverzoeken.open_verzoeken_of(conn, made.vault, casus.id)
    if any(verzoek.soort is DossierverzoekSoort.VERNIETIGING for verzoek in waiting):
        return
    now = made.clock()
    verzoek = propose(verzoek_id=derived_id("dossierverzoek", event.id), casus_id=casus.id, now=now)
    kept = await meldingen.load_meldingen(conn, made.vault, casus_id=casus.id)
    await dossierverzoeken.save_verzoek(conn, made.vault, verzoek)
    await append(conn, [received(verzoek, kept[-1].dossier.ontvangst.gemeente_code)], now=now)
    log.info("vernietiging_proposed", verzoek_id=str(verzoek.id), casus_id=str(casus.id))


async def read_bewaring(made: Resources, caller: Caller, casus_id: UUID, *, now: datetime) -> tuple[Casus, Bewaring]:
    """Return until when the file of a casus is kept; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        casus = await _standing(conn, casus_id)
        found = await store.load_bewaring(conn, casus.id)
        await record(conn, caller, Act("bewaring-gelezen", "casus", casus.id, casus_id=casus.id), now=now)
    return casus, found


async def put_bewaring(  # noqa: PLR0913, keyword only after the casus
    made: Resources, caller: Caller, casus_id: UUID, *, tot: date | None, motivering: str, now: datetime
) -> tuple[Casus, Bewaring]:
    """Note until when a measure of child protection needs the file, and tell it when that moves the term.

    The same again is harmless; a casus that is open has no term yet, and gets it when it is closed.
    """
    async with in_transaction(made.engine) as conn:
        casus = await _standing(conn, casus_id)
        casus = (await casussen.lock_casussen(conn, (casus.id,))).get(casus.id) or casus
        before = await store.load_bewaring(conn, casus.id)
        await store.save_maatregel(conn, made.vault, casus.id, tot=tot, motivering=motivering)
        after = before.bewaren_tot
        if casus.status is CasusStatus.AFGESLOTEN:
            after = await _bewaren_tot(conn, made.vault, made.rules, casus, maatregel_tot=tot)
        if after is not None and after != before.bewaren_tot:
            await store.save_bewaren_tot(conn, casus.id, after)
            await append(conn, [_settled(new_id(), casus, after)], now=now)
        await record(conn, caller, Act("bewaring-vastgelegd", "casus", casus.id, casus_id=casus.id), now=now)
    log.info("bewaring_recorded", casus_id=str(casus.id))
    return casus, Bewaring(after, tot)


async def _standing(conn: AsyncConnection, casus_id: UUID) -> Casus:
    casus = await casussen.load_casus(conn, casus_id)
    if casus is None:
        raise NotFoundError("Deze casus is er niet.")
    return casus
