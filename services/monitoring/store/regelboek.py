"""By which rulebook the clocks were counted last, as it is stored: one row."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_READ = text("SELECT vingerafdruk FROM regelboek WHERE id = 1")
_KEEP = text("""
INSERT INTO regelboek (id, vingerafdruk, geteld_op) VALUES (1, :vingerafdruk, :now)
ON CONFLICT (id) DO UPDATE SET vingerafdruk = excluded.vingerafdruk, geteld_op = excluded.geteld_op
""")


async def read(conn: AsyncConnection) -> str | None:
    """Return the fingerprint of the rulebook of the last count; None when there was none."""
    found: str | None = (await conn.execute(_READ)).scalar_one_or_none()
    return found


async def keep(conn: AsyncConnection, vingerafdruk: str, *, now: datetime) -> None:
    """Note that everything was counted by this rulebook."""
    await conn.execute(_KEEP, {"vingerafdruk": vingerafdruk, "now": now})
