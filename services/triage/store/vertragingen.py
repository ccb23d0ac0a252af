"""How is kept why a step is late, of a dossier or of its dienst."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.onderzoek import Vertraging
from services.triage.store.values import AnyRow, opened, seal
from services.triage.tables.core import dossier
from services.triage.tables.onderzoek import vertraging
from shared.crypto import Vault
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.behandelcodes import VertragingReden
from shared.rules.codes import TermijnSoort


async def insert_vertraging(
    conn: AsyncConnection, vault: Vault, new: Vertraging, *, casus_id: UUID, dossier_id: UUID
) -> None:
    """Add why a step is late; the dossier was locked."""
    key = await key_of(conn, vault, casus_id)
    await conn.execute(
        insert(vertraging).values(
            id=new.id,
            dossier_id=dossier_id,
            dienst_id=None if new.ref_id == dossier_id else new.ref_id,
            soort=new.soort,
            reden=new.reden,
            verklaard_op=new.verklaard_op,
            toelichting=seal(key, new.toelichting, f"vertraging:toelichting:{new.id}"),
        )
    )


async def vertragingen_of_dienst(conn: AsyncConnection, vault: Vault, dienst_id: UUID) -> tuple[Vertraging, ...]:
    """Return why a dienst is late, as it was told; the newest, which counts, last."""
    return await _find(conn, vault, vertraging.c.dienst_id == dienst_id)


async def vertragingen_of_dossier(conn: AsyncConnection, vault: Vault, dossier_id: UUID) -> tuple[Vertraging, ...]:
    """Return why a veiligheidsbeoordeling is late, as it was told; the newest, which counts, last."""
    c = vertraging.c
    return await _find(conn, vault, (c.dossier_id == dossier_id) & c.dienst_id.is_(None))


async def vertragingen_of_casus(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> tuple[Vertraging, ...]:
    """Return everything that was told of why something in a casus is late."""
    dossiers = select(dossier.c.id).where(dossier.c.casus_id == casus_id)
    return await _find(conn, vault, vertraging.c.dossier_id.in_(dossiers))


async def find_vertraging(conn: AsyncConnection, vault: Vault, vertraging_id: UUID) -> Vertraging | None:
    """Return one explanation."""
    found = await _find(conn, vault, vertraging.c.id == vertraging_id)
    return found[0] if found else None


async def casus_of(conn: AsyncConnection, vertraging_id: UUID) -> UUID | None:
    """Return the casus of what an explanation is about."""
    query = select(dossier.c.casus_id).join(vertraging, vertraging.c.dossier_id == dossier.c.id)
    found: UUID | None = await conn.scalar(query.where(vertraging.c.id == vertraging_id))
    return found


async def _find(conn: AsyncConnection, vault: Vault, where: ColumnElement[bool]) -> tuple[Vertraging, ...]:
    query = select(vertraging).where(where).order_by(vertraging.c.verklaard_op, vertraging.c.id)
    rows: Sequence[AnyRow] = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [row.toelichting for row in rows])
    return tuple(_vertraging(row, keys) for row in rows)


def _vertraging(row: AnyRow, keys: Keyring) -> Vertraging:
    return Vertraging(
        row.id,
        row.dienst_id or row.dossier_id,
        TermijnSoort(row.soort),
        VertragingReden(row.reden),
        opened(keys, row.toelichting, f"vertraging:toelichting:{row.id}"),
        row.verklaard_op,
    )
