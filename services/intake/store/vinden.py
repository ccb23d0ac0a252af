"""How casussen are found in which somebody is known: by blind indexes, and without opening anything."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.matching import SleutelSoort
from services.intake.domain.vinden import Bekende

CASUSSEN_MAX = 50

# Of a casus of which somebody had the use limited (AVG art. 18) nothing is told, not even that it is there.
_FIND = text("""
SELECT DISTINCT m.casus_id, s.soort
FROM persoon_sleutel s
JOIN persoon p ON p.id = s.persoon_id
JOIN melding m ON m.id = p.melding_id
JOIN casus c ON c.id = m.casus_id
WHERE s.koppelt AND s.sleutel = ANY(CAST(:sleutels AS bytea[])) AND c.beperkt_op IS NULL
ORDER BY m.casus_id, s.soort LIMIT :meeste
""")


async def find_bekenden(conn: AsyncConnection, sleutels: Collection[bytes]) -> list[Bekende]:
    """Return in which casussen somebody shares one of these keys."""
    rows = await conn.execute(_FIND, {"sleutels": list(sleutels), "meeste": CASUSSEN_MAX})
    return [Bekende(row.casus_id, SleutelSoort(row.soort)) for row in rows]
