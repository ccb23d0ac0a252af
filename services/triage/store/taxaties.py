"""How the taxaties of persons are kept; what was replaced stays, for the file."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dossier import Dossier
from services.triage.domain.taxatie import Taxatie, TaxatieOpgave
from services.triage.store.values import AnyRow, opened, seal
from services.triage.tables.core import dossier as dossier_table
from services.triage.tables.instrumenten import veiligheidstaxatie
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.behandelcodes import GezienWijze, NietGezienReden


async def save_taxatie(
    conn: AsyncConnection, vault: Vault, opgave: TaxatieOpgave, *, dossier: Dossier, now: datetime
) -> None:
    """Keep the taxatie of a person in a dossier that was locked; what held until now stays beside it."""
    c = veiligheidstaxatie.c
    holds = (c.dossier_id == dossier.id, c.persoon_nr == opgave.persoon_nr, c.vervangen_op.is_(None))
    await conn.execute(update(veiligheidstaxatie).where(*holds).values(vervangen_op=now))
    row_id, key = new_id(), await key_of(conn, vault, dossier.casus_id)
    await conn.execute(
        insert(veiligheidstaxatie).values(
            id=row_id,
            dossier_id=dossier.id,
            persoon_nr=opgave.persoon_nr,
            cijfer=opgave.cijfer,
            acuut_onveilig=opgave.acuut_onveilig,
            structureel_onveilig=opgave.structureel_onveilig,
            getaxeerd_op=opgave.getaxeerd_op,
            gezien=opgave.gezien,
            gezien_op=opgave.gezien_op,
            gezien_wijze=opgave.gezien_wijze,
            niet_gezien_reden=opgave.niet_gezien_reden,
            tekst=seal(key, [opgave.toelichting, opgave.gezien_toelichting], _place(row_id)),
            vastgelegd_op=now,
        )
    )


async def taxatie_rows(conn: AsyncConnection, dossier_id: UUID) -> Sequence[AnyRow]:
    """Return the taxaties of a dossier that hold, by person."""
    c = veiligheidstaxatie.c
    query = select(veiligheidstaxatie).where(c.dossier_id == dossier_id, c.vervangen_op.is_(None))
    return (await conn.execute(query.order_by(c.persoon_nr))).all()


async def taxaties_of_casus(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Taxatie]:
    """Return all taxaties of a casus, also those that were replaced, in the order in which they were kept."""
    c = veiligheidstaxatie.c
    query = select(veiligheidstaxatie).join(dossier_table).where(dossier_table.c.casus_id == casus_id)
    rows = (await conn.execute(query.order_by(c.vastgelegd_op, c.id))).all()
    keys = await keyring_for(conn, vault, [row.tekst for row in rows])
    return [taxatie_of(row, keys) for row in rows]


def taxatie_of(row: AnyRow, keys: Keyring) -> Taxatie:
    """Return a taxatie from its row."""
    toelichting, gezien_toelichting = opened(keys, row.tekst, _place(row.id))
    opgave = TaxatieOpgave(
        persoon_nr=row.persoon_nr,
        cijfer=row.cijfer,
        acuut_onveilig=row.acuut_onveilig,
        structureel_onveilig=row.structureel_onveilig,
        getaxeerd_op=row.getaxeerd_op,
        toelichting=toelichting,
        gezien=row.gezien,
        gezien_op=row.gezien_op,
        gezien_wijze=GezienWijze(row.gezien_wijze) if row.gezien_wijze else None,
        niet_gezien_reden=NietGezienReden(row.niet_gezien_reden) if row.niet_gezien_reden else None,
        gezien_toelichting=gezien_toelichting,
    )
    return Taxatie(row.id, opgave, row.vastgelegd_op, row.vervangen_op)


def _place(row_id: UUID) -> str:
    return f"veiligheidstaxatie:tekst:{row_id}"
