"""How everything that intake holds of a casus is destroyed: people, meldingen, what was asked about them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.store import splitsen
from services.intake.store.handle_with_care import destroy_signalen as destroy_handle_with_care
from services.intake.store.indexen import destroy_signalen
from services.intake.tables.bescherming import bekendmaking_wijziging, bescherming, dubbel_anoniem
from services.intake.tables.bijlagen import aanvulling, bijlage, bijlage_stuk
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
    taak,
)
from services.intake.tables.handle_with_care import handle_with_care
from services.intake.tables.importen import import_rij
from services.intake.tables.indexen import signaal
from services.intake.tables.koppelen import persoon_zoeksleutel
from services.intake.tables.splitsen import koppelbesluit, thuis, verplaatsing
from services.intake.tables.terugkoppeling import terugkoppeling
from shared.crypto import Vault
from shared.events.payloads import CasusVernietigd
from shared.vernietigen import Shredder
from shared.web.idempotency import forget_answers_about

# That something was asked, what was decided, by whom and when; who asked and why is taken out.
# And that casussen were joined and split, for the one that is still there; why is taken out.
STAYING = frozenset({"dossierverzoek", "verplaatsing", "thuis"})
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
    await splitsen.gather_strays(conn, vault, casus_id)
    # What was corrected of somebody may have been asked in a casus from which he was split off since.
    await shredder.delete(correctie, or_(correctie.c.verzoek_id.in_(verzoeken), correctie.c.persoon_id.in_(personen)))
    await shredder.empty(dossierverzoek, dossierverzoek.c.casus_id.in_(casus_ids), _ASKED_BY)
    await shredder.delete(terugkoppeling, terugkoppeling.c.melding_id.in_(meldingen))
    await shredder.delete(bekendmaking_wijziging, bekendmaking_wijziging.c.melding_id.in_(meldingen))
    for table in (bescherming, dubbel_anoniem):
        await shredder.delete(table, table.c.melding_id.in_(meldingen), told=True)
    await destroy_signalen(conn, shredder, signaal.c.melding_id.in_(meldingen), now=event.vernietigd_op)
    await _destroy_added(conn, shredder, meldingen)
    await destroy_handle_with_care(shredder, handle_with_care.c.melding_id.in_(meldingen))
    await shredder.delete(persoon_sleutel, persoon_sleutel.c.persoon_id.in_(personen))
    await shredder.delete(persoon_zoeksleutel, persoon_zoeksleutel.c.persoon_id.in_(personen))
    await shredder.delete(persoon, persoon.c.melding_id.in_(meldingen))
    await conn.execute(update(advies).where(advies.c.melding_id.in_(meldingen)).values(melding_id=None))
    beside = or_(koppelvoorstel.c.casus_id.in_(casus_ids), koppelvoorstel.c.andere_casus_id.in_(casus_ids))
    besluiten = koppelbesluit.c.voorstel_id.in_(select(koppelvoorstel.c.id).where(beside))
    await shredder.delete(koppelbesluit, besluiten)
    by_voorstel = verplaatsing.c.voorstel_id.in_(select(koppelvoorstel.c.id).where(beside))
    await shredder.empty(verplaatsing, by_voorstel, {"voorstel_id": None})
    moved = or_(verplaatsing.c.casus_id.in_(casus_ids), verplaatsing.c.andere_casus_id.in_(casus_ids))
    await shredder.empty(verplaatsing, moved, {"motivering": None})
    await shredder.delete(koppelvoorstel, beside)
    about = or_(thuis.c.onderwerp_id.in_(meldingen), thuis.c.onderwerp_id.in_(verzoeken))
    await shredder.delete(thuis, about, told=True)
    await shredder.delete(melding, melding.c.casus_id == casus_id, told=True, words=("kenmerk",))
    await shredder.delete(casus, casus.c.id.in_(casus_ids), told=True)
    standing = select(casus.c.id)
    of_nobody = (verplaatsing.c.casus_id.not_in(standing), verplaatsing.c.andere_casus_id.not_in(standing))
    await shredder.delete(verplaatsing, and_(moved, *of_nobody))
    await shredder.forget_messages(casus_ids)
    await shredder.destroy_keys(*casus_ids)
    shredder.count(await forget_answers_about(conn, vault, shredder.names()))
    await shredder.record(event, casus_id, vanished=vanished, staying=STAYING)


async def _destroy_added(conn: AsyncConnection, shredder: Shredder, meldingen: Select[tuple[UUID]]) -> None:
    """Destroy what was added to some meldingen, and take their ids out of the reports of imports.

    The pieces of files are not brought here to be remembered: they are searched for by the id of their file and by
    the id of the key that sealed them.
    """
    bijlagen = select(bijlage.c.id).where(bijlage.c.melding_id.in_(meldingen))
    await shredder.delete(taak, taak.c.object_id.in_(bijlagen))
    gone = await conn.execute(delete(bijlage_stuk).where(bijlage_stuk.c.bijlage_id.in_(bijlagen)))
    shredder.count(gone.rowcount)
    await shredder.delete(bijlage, bijlage.c.melding_id.in_(meldingen))
    await shredder.delete(aanvulling, aanvulling.c.melding_id.in_(meldingen))
    await shredder.empty(import_rij, import_rij.c.melding_id.in_(meldingen), {"melding_id": None})
