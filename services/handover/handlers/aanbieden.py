"""How an offer begins: by a besluit or a conclusie, or because Veilig Thuis offers again what nobody took."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.heraanbod import NieuwAanbod, offer_again
from services.handover.domain.overdracht import Overdracht, offered
from services.handover.domain.routering import find_ander
from services.handover.domain.zichtaanbod import without_second
from services.handover.handlers.common import (
    Kamer,
    accept_before,
    betrokken,
    load_visible,
    note_zicht,
    overdracht_id_of,
    returns_at,
)
from services.handover.handlers.levergang import begin_levering
from services.handover.handlers.planovergang import pass_plannen
from services.handover.handlers.routering import load_omstandigheden
from services.handover.handlers.terugkeer import TERUGKEER
from services.handover.handlers.voortgang import Genomen, act, as_conflict, note, took
from services.handover.store import overdrachten
from services.handover.store.overdrachten import Teksten
from shared.audit import record
from shared.crypto import Vault
from shared.errors import Fault, InvalidInputError
from shared.messaging.tasks import plan_task
from shared.rules.codes import BestemmingSoort
from shared.rules.overdrachtcodes import OverdrachtStap
from shared.rules.settings import RuleSettings
from shared.web.auth import Caller


@dataclass(frozen=True, slots=True)
class Heraanbod:
    """To whom Veilig Thuis offers again what nobody took, and why."""

    vervangt_id: UUID
    soort: BestemmingSoort
    organisatie_id: str | None
    motivering: str


async def begin(
    conn: AsyncConnection, vault: Vault, rules: RuleSettings, wanted: Overdracht, genomen: Genomen
) -> Overdracht | None:
    """Begin an offer in a locked casus, and return it as it was made; None when it was there. Every offer begins here.

    It does not carry sight of safety while another open one of the casus does. When nobody answers, a task lets it go
    back.
    """
    new = without_second(wanted, await overdrachten.overdrachten_in(conn, wanted.casus_id))
    if not await overdrachten.add_overdracht(conn, vault, new, Teksten(motivering=genomen.tekst)):
        return None
    # What is written at an offer stands with the overdracht itself.
    await took(conn, vault, new, offered(new), replace(genomen, tekst=None))
    await begin_levering(conn, vault, rules, new, now=genomen.now)
    await plan_task(conn, TERUGKEER, new.id, casus_id=None, now=genomen.now, niet_voor=new.keert_terug_op)
    return new


async def begin_again(
    conn: AsyncConnection, kamer: Kamer, caller: Caller, aanbod: Heraanbod, *, now: datetime
) -> Overdracht:
    """Offer what nobody took to a receiver; the new overdracht replaces the one that ended.

    The same offer again gives the same overdracht. Raises ``ConflictError`` when the old one did not end that way.
    """
    before = await load_visible(conn, caller, aanbod.vervangt_id, lock=True)
    om = await load_omstandigheden(conn, before.casus_id, before.gemeente_code, None, now=now)
    ander = find_ander(
        kamer.veld,
        om,
        soort=aanbod.soort,
        genoemd=aanbod.organisatie_id,
        van=before.organisatie_id,
        onderdeel=before.onderdeel,
    )
    if ander is None:
        fault = Fault("body", "/bestemming/organisatieId", "dit veld is verplicht voor deze soort")
        raise InvalidInputError("Noem de organisatie: voor deze soort is er geen standaard.", faults=(fault,))
    new_id = overdracht_id_of(before.id, aanbod.soort, ander.organisatie_id)
    known = await overdrachten.find_overdracht(conn, new_id)
    if known is None:
        rules = kamer.made.rules
        offer = NieuwAanbod(
            new_id,
            aanbod.soort,
            ander.organisatie_id,
            accept_before(now, rules),
            returns_at(now, rules),
            onderdeel=ander.onderdeel,
            routering=ander.routering,
        )
        genomen = Genomen(now=now, door=caller.organisatie_id, tekst=aanbod.motivering)
        known = await _replace(conn, kamer, before, offer, genomen)
    await record(conn, caller, act("aanbieden", known), now=now)
    return known


async def _replace(
    conn: AsyncConnection, kamer: Kamer, before: Overdracht, offer: NieuwAanbod, genomen: Genomen
) -> Overdracht:
    vault = kamer.made.vault
    with as_conflict():
        replaced, new = offer_again(before, offer, now=genomen.now)
    new = await begin(conn, vault, kamer.made.rules, new, genomen) or new
    await overdrachten.save_overdracht(conn, vault, replaced)
    await pass_plannen(conn, van=replaced.id, naar=new.id)
    # What was written stands with the new one.
    await note(conn, vault, replaced, OverdrachtStap.VERVANGEN, replace(genomen, tekst=None))
    feit = betrokken(new.casus_id, genomen.now, new.melding_id)
    await note_zicht(conn, kamer.veilig_thuis, new.casus_id, feit, bron_id=new.id)
    return new


async def record_repeat(conn: AsyncConnection, caller: Caller, overdracht_id: UUID, *, now: datetime) -> None:
    """Record that somebody was given the answer to his offer once more."""
    again = await load_visible(conn, caller, overdracht_id)
    await record(conn, caller, act("aanbieden", again), now=now)
