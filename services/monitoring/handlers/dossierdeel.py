"""What monitoring holds of a casus, for a file that somebody may read: how the family was looked at again."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.handlers.monitormomenten import opened_moment
from services.monitoring.store import facts
from services.monitoring.store import monitormomenten as store
from shared.crypto import Vault
from shared.web.dossierdeel import Dossierdeel, deel

_MOMENTEN_MAX = 1_000  # a casus has a handful


async def load_dossierdelen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return the moments of a casus with their explanation, also under an id that vanished."""
    here = (await facts.find_standing(conn, [casus_id]))[casus_id]
    rows = await store.list_momenten(conn, casus_id=here, gemeente_codes=None, after=None, limiet=_MOMENTEN_MAX)
    views = [await opened_moment(conn, vault, row) for row in rows]
    return [
        deel(
            "monitormoment",
            view.moment.afgerond_op or view.moment.gepland_op,
            {
                "maand": view.moment.maand,
                "status": view.moment.status,
                "geplandOp": view.moment.gepland_op,
                "naleving": view.moment.naleving,
                "directeVeiligheid": view.moment.directe_veiligheid,
                "stabieleVeiligheid": view.moment.stabiele_veiligheid,
                "vervolg": view.moment.vervolg,
                "contactMet": list(view.moment.contact_met) or None,
            },
            view.toelichting,
        )
        for view in views
    ]
