"""How a delivery goes with its offer: begun, proven and ended with it; every step is saved and told in one place."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain import leverstappen as domain
from services.handover.domain.levering import Bewijs, Levering
from services.handover.domain.leverstappen import Aanbod, Step
from services.handover.domain.overdracht import Overdracht, Status
from services.handover.store import leveradressen, leveringen, overdrachten
from shared.crypto import Vault
from shared.errors import NotFoundError
from shared.events.payloads import Fact
from shared.ids import derived_id
from shared.messaging.codec import type_of
from shared.messaging.outbox import NewFact, append
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.settings import RuleSettings

NIET_GELEVERD = "Deze levering is er niet."
# By whose deed the receiver shows that he knows of the offer; every other end leaves nothing to deliver.
_KNOWS = frozenset({Status.GEACCEPTEERD, Status.GEWEIGERD})


async def begin_levering(
    conn: AsyncConnection, vault: Vault, rules: RuleSettings, offer: Overdracht, *, now: datetime
) -> None:
    """Let the receiver of an offer be told; the same offer again is one delivery."""
    adres = await leveradressen.adres_for(
        conn, vault, organisatie_id=offer.organisatie_id, gemeente_code=offer.gemeente_code, soort=offer.soort
    )
    aanbod = Aanbod(
        overdracht_id=offer.id,
        melding_id=offer.melding_id,
        gemeente_code=offer.gemeente_code,
        soort=offer.soort,
        organisatie_id=offer.organisatie_id,
    )
    wijze = adres.opgave.wijze if adres else None
    levering_id, uiterlijk = derived_id("levering", offer.id), tell_before(now, rules)
    new, facts = domain.begin(aanbod, wijze, levering_id=levering_id, uiterlijk=uiterlijk, now=now)
    if await leveringen.add_levering(conn, new):
        await tell(conn, new, facts, casus_id=offer.casus_id, now=now)


def tell_before(now: datetime, rules: RuleSettings) -> datetime:
    """Return the first moment at which a person is late with what is laid before him now."""
    return compute_termijn(TermijnSoort.LEVERING, now, rules).uiterlijk


async def end_leveringen(conn: AsyncConnection, offer: Overdracht, *, now: datetime) -> None:
    """End what is still to be delivered of an offer that ended; its casus must be locked.

    Who accepts or refuses shows that he knows; of an offer that ended otherwise nothing need be told any more.
    """
    for one in await leveringen.leveringen_of(conn, [offer.id], lock=True):
        knows = offer.status in _KNOWS
        step = domain.prove(one, Bewijs.BESLISSING, now=now) if knows else domain.lapse(one, now=now)
        await keep(conn, one, step, casus_id=offer.casus_id, now=now)


async def keep(conn: AsyncConnection, before: Levering, step: Step, *, casus_id: UUID, now: datetime) -> Levering:
    """Save what a step made of a delivery, and tell of it."""
    after, facts = step
    if after != before:
        await leveringen.save_levering(conn, after)
    await tell(conn, after, facts, casus_id=casus_id, now=now)
    return after


async def tell(
    conn: AsyncConnection, levering: Levering, facts: Sequence[Fact], *, casus_id: UUID, now: datetime
) -> None:
    """Tell facts of a delivery; what can happen again to one is told apart by when, after which attempt and how."""
    when = (now.isoformat(), levering.pogingen, levering.status)
    new = [NewFact(derived_id(levering.id, type_of(fact), *when), casus_id, fact) for fact in facts]
    await append(conn, new, now=now)


async def lock_levering(conn: AsyncConnection, levering_id: UUID) -> tuple[UUID, Levering] | None:
    """Lock the casus of a delivery and then the delivery, as everyone does; None when it is not there (any more)."""
    found = await leveringen.find_levering(conn, levering_id)
    casus_id = await overdrachten.lock_casus_of(conn, found.overdracht_id) if found else None
    locked = await leveringen.find_levering(conn, levering_id, lock=True) if casus_id else None
    return (casus_id, locked) if casus_id and locked else None


async def prove_read(conn: AsyncConnection, overdracht_id: UUID, *, now: datetime) -> None:
    """Keep that the receiver read the package: he knows then, however he was told."""
    if await leveringen.has_unproven(conn, overdracht_id):
        await prove_receipt(conn, overdracht_id, Bewijs.GELEZEN, now=now)


async def prove_receipt(conn: AsyncConnection, overdracht_id: UUID, bewijs: Bewijs, *, now: datetime) -> list[Levering]:
    """Keep by what a receiver showed that he knows, and return the deliveries of his overdracht."""
    casus_id = await overdrachten.lock_casus_of(conn, overdracht_id)
    if casus_id is None:
        raise NotFoundError(NIET_GELEVERD)
    found = await leveringen.leveringen_of(conn, [overdracht_id], lock=True)
    return [await keep(conn, one, domain.prove(one, bewijs, now=now), casus_id=casus_id, now=now) for one in found]
