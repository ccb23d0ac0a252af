"""How everything that intake holds of a casus is destroyed: people, meldingen, what was asked about them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.tables.core import (
    advies,
    casus,
    correctie,
    dossierverzoek,
    koppelvoorstel,
    melding,
    metadata,
    persoon,
    persoon_sleutel,
)
from shared.crypto import Vault
from shared.events.payloads import CasusVernietigd
from shared.vernietigen import Shredder
from shared.web.idempotency import forget_answers_about

# That something was asked, what was decided, by whom and when; who asked and why is taken out.
STAYING = frozenset({"dossierverzoek"})
_ASKED_BY = {"persoon_id": None, "hoedanigheid": None, "waarschuwing": None, "gegevens": None}


async def destroy_casus(
    conn: AsyncConnection, vault: Vault, event: CasusVernietigd, casus_id: UUID, *, vanished: Collection[UUID]
) -> None:
    """Destroy what is held of a locked casus; raises ``NotDestroyedError`` when something would be left.

    An advies stays: it holds nothing of a family and has a term of its own. Only its link to a melding goes.
    """
    shredder = Shredder(conn, metadata)
    casus_ids = (casus_id, *vanished)
    shredder.told(*casus_ids)
    meldingen = select(melding.c.id).where(melding.c.casus_id == casus_id)
    personen = select(persoon.c.id).where(persoon.c.melding_id.in_(meldingen))
    verzoeken = select(dossierverzoek.c.id).where(dossierverzoek.c.casus_id.in_(casus_ids))
    await shredder.delete(correctie, correctie.c.verzoek_id.in_(verzoeken))
    await shredder.empty(dossierverzoek, dossierverzoek.c.casus_id.in_(casus_ids), _ASKED_BY)
    await shredder.delete(persoon_sleutel, persoon_sleutel.c.persoon_id.in_(personen))
    await shredder.delete(persoon, persoon.c.melding_id.in_(meldingen))
    await conn.execute(update(advies).where(advies.c.melding_id.in_(meldingen)).values(melding_id=None))
    beside = or_(koppelvoorstel.c.casus_id.in_(casus_ids), koppelvoorstel.c.andere_casus_id.in_(casus_ids))
    await shredder.delete(koppelvoorstel, beside)
    await shredder.delete(melding, melding.c.casus_id == casus_id, told=True, words=("kenmerk",))
    await shredder.delete(casus, casus.c.id.in_(casus_ids), told=True)
    await shredder.forget_messages(casus_ids)
    await shredder.destroy_keys(*casus_ids)
    shredder.count(await forget_answers_about(conn, vault, shredder.names()))
    await shredder.record(event, casus_id, vanished=vanished, staying=STAYING)
