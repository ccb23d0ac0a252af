"""How checks on families that wait are kept."""

from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.toewijzing import Werkstuk
from services.triage.domain.veiligheidscheck import Veiligheidscheck
from services.triage.store.values import AnyRow, Place, beyond, opened, seal
from services.triage.tables.core import dossier
from services.triage.tables.toewijzing import veiligheidscheck
from shared.crypto import Vault
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.behandelcodes import VeiligheidscheckUitkomst

_C = veiligheidscheck.c


async def insert_check(conn: AsyncConnection, vault: Vault, of: Werkstuk, new: Veiligheidscheck) -> None:
    """Add a check to work that was locked."""
    key = await key_of(conn, vault, of.casus_id)
    await conn.execute(
        insert(veiligheidscheck).values(
            id=new.id,
            dossier_id=of.dossier_id,
            uitkomst=new.uitkomst,
            gedaan_op=new.gedaan_op,
            volgende_dag=new.volgende_dag,
            door=new.door,
            notitie=seal(key, new.notitie, f"veiligheidscheck:notitie:{new.id}"),
        )
    )


async def find_check(conn: AsyncConnection, vault: Vault, dossier_id: UUID, check_id: UUID) -> Veiligheidscheck | None:
    """Return one check of a dossier."""
    query = select(veiligheidscheck).where(_C.dossier_id == dossier_id, _C.id == check_id)
    row = (await conn.execute(query)).one_or_none()
    return _check(row, await keyring_for(conn, vault, [row.notitie])) if row else None


async def checks_page(
    conn: AsyncConnection, vault: Vault, dossier_id: UUID, *, after: Place | None = None, limit: int | None = None
) -> list[Veiligheidscheck]:
    """Return the checks of a dossier in the order in which they were done; without a limit all of them."""
    query = select(veiligheidscheck).where(_C.dossier_id == dossier_id).order_by(_C.gedaan_op, _C.id).limit(limit)
    if after is not None:
        query = query.where(beyond(_C.gedaan_op, _C.id, after))
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [row.notitie for row in rows])
    return [_check(row, keys) for row in rows]


async def casus_of(conn: AsyncConnection, dossier_id: UUID) -> UUID | None:
    """Return the casus of a dossier."""
    found: UUID | None = await conn.scalar(select(dossier.c.casus_id).where(dossier.c.id == dossier_id))
    return found


async def dossiers_of(conn: AsyncConnection, casus_id: UUID) -> list[UUID]:
    """Return the dossiers of a casus, in the order in which they were opened."""
    query = select(dossier.c.id).where(dossier.c.casus_id == casus_id).order_by(dossier.c.geopend_op, dossier.c.id)
    return list(await conn.scalars(query))


def _check(row: AnyRow, keys: Keyring) -> Veiligheidscheck:
    return Veiligheidscheck(
        row.id,
        VeiligheidscheckUitkomst(row.uitkomst),
        row.gedaan_op,
        opened(keys, row.notitie, f"veiligheidscheck:notitie:{row.id}"),
        row.volgende_dag,
        row.door,
    )
