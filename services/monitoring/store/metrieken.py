"""How much waits in this room and since when: read along the indexes of what is open, never over what is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_WAITING = text("""
SELECT 'stappen', NULL, count(*), min(volgende_op) FROM termijn WHERE volgende_op <= :now
UNION ALL
SELECT 'outbox', NULL, count(*), min(tijdstip) FROM outbox WHERE stream_ms IS NULL
UNION ALL
SELECT 'berichten', kanaal, count(*), min(aangemaakt_op) FROM bericht WHERE status = 'wachtend' GROUP BY kanaal
UNION ALL
SELECT 'quarantaine', NULL, count(*), min(sinds) FROM quarantaine WHERE vrijgegeven_op IS NULL
""")
_CLOCKS = text("""
SELECT soort, count(*) FILTER (WHERE uiterlijk > :now AND waarschuwen_op > :now) AS lopend,
       count(*) FILTER (WHERE uiterlijk > :now AND waarschuwen_op <= :now) AS dreigend,
       count(*) FILTER (WHERE uiterlijk <= :now) AS verstreken
FROM termijn WHERE gestopt_op IS NULL GROUP BY soort ORDER BY soort
""")


@dataclass(frozen=True, slots=True)
class OpenTermijnen:
    """How many terms of one phase run, threaten to pass, and have passed without being met."""

    fase: str
    lopend: int
    dreigend: int
    verstreken: int


@dataclass(frozen=True, slots=True)
class Wachtend:
    """How many of a kind wait, and since when the oldest does."""

    soort: str
    kanaal: str | None
    aantal: int
    sinds: datetime | None


async def waiting(conn: AsyncConnection, *, now: datetime) -> Sequence[Wachtend]:
    """Return what waits in this room, by kind."""
    return [Wachtend(*row) for row in (await conn.execute(_WAITING, {"now": now})).all()]


async def open_terms(conn: AsyncConnection, *, now: datetime) -> Sequence[OpenTermijnen]:
    """Return how the open terms of the whole region stand, by phase."""
    return [OpenTermijnen(*row) for row in (await conn.execute(_CLOCKS, {"now": now})).all()]
