"""How publications are kept: once each, with the counts that they were worked out from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.kpis import months_between
from services.monitoring.domain.perioden import Publicatie
from services.monitoring.domain.publicatie import Gepubliceerd, Tabel
from services.monitoring.domain.rapportsoorten import DuePeriod, afterwards
from services.monitoring.domain.tegenbeelden import Months

_WITHIN = text("SELECT van, tot, gemeente_codes, tabellen FROM publicatie WHERE van >= :van AND tot <= :tot")
_FIND = text("SELECT van, tot, gemeente_codes, tabellen FROM publicatie WHERE van = :van AND tot = :tot")
_MADE = text("SELECT van, tot FROM publicatie WHERE tot >= :sinds")
_ALL_MADE = text("SELECT van, tot, peildatum, vastgesteld_op FROM publicatie ORDER BY tot DESC, van")
_ASK = text("""
INSERT INTO publicatie_verzoek (id, van, tot, bekend_vanaf, reden, gevraagd_door, gevraagd_op)
VALUES (:id, :van, :tot, :bekend_vanaf, :reden, :gevraagd_door, :gevraagd_op)
ON CONFLICT (van, tot, bekend_vanaf) DO NOTHING
""")
_ASKED = text("""
SELECT id, van, tot, bekend_vanaf, reden, gevraagd_door, gevraagd_op FROM publicatie_verzoek ORDER BY gevraagd_op, id
""")
_ADD = text("""
INSERT INTO publicatie (van, tot, peildatum, vastgesteld_op, gemeente_codes, tabellen)
VALUES (:van, :tot, :peildatum, :vastgesteld_op, CAST(:gemeente_codes AS jsonb), CAST(:tabellen AS jsonb))
""")


@dataclass(frozen=True, slots=True)
class Verzoek:
    """That some months are published afterwards, from the first day of the first to that of the last."""

    id: UUID
    van: date
    tot: date
    bekend_vanaf: date  # the first month of which anything was known when it was asked
    reden: str
    gevraagd_door: str
    gevraagd_op: datetime

    @property
    def perioden(self) -> tuple[DuePeriod, ...]:
        """What is published because of it."""
        return tuple(one for one in afterwards(self.van, self.tot) if one.months[-1] >= self.bekend_vanaf)


@dataclass(frozen=True, slots=True)
class Bekendgemaakt:
    """That a period was published, of what was known on a day."""

    van: date
    tot: date
    peildatum: date
    vastgesteld_op: datetime


async def ask(conn: AsyncConnection, one: Verzoek) -> bool:
    """Keep what is asked, and say whether it is new: the same months are asked once."""
    return bool((await conn.execute(_ASK, asdict(one))).rowcount)


async def asked(conn: AsyncConnection) -> Sequence[Verzoek]:
    """Return everything that was asked, the first first."""
    return [Verzoek(**row) for row in (await conn.execute(_ASKED)).mappings()]


async def all_made(conn: AsyncConnection) -> Sequence[Bekendgemaakt]:
    """Return every publication, the newest months first and of those the longest."""
    return [Bekendgemaakt(**row) for row in (await conn.execute(_ALL_MADE)).mappings()]


async def add(conn: AsyncConnection, one: Publicatie, *, peildatum: date, now: datetime) -> None:
    """Keep a publication."""
    values = {
        "van": one.months[0],
        "tot": one.months[-1],
        "peildatum": peildatum,
        "vastgesteld_op": now,
        "gemeente_codes": orjson.dumps(one.gemeente_codes).decode(),
        "tabellen": orjson.dumps({naam: _kept(tabel) for naam, tabel in one.tabellen.items()}).decode(),
    }
    await conn.execute(_ADD, values)


async def find(conn: AsyncConnection, months: Months) -> Publicatie | None:
    """Return what was published of a period."""
    row = (await conn.execute(_FIND, {"van": months[0], "tot": months[-1]})).one_or_none()
    return _read(row) if row else None


async def within(conn: AsyncConnection, van: date, tot: date) -> Mapping[Months, Publicatie]:
    """Return what was published of all periods within some months, given by their first days."""
    rows = (await conn.execute(_WITHIN, {"van": van, "tot": tot})).all()
    return {found.months: found for found in map(_read, rows)}


async def made(conn: AsyncConnection, sinds: date) -> frozenset[Months]:
    """Return of which periods that ended in or after a month there is a publication."""
    rows = (await conn.execute(_MADE, {"sinds": sinds})).all()
    return frozenset(months_between(row.van, row.tot) for row in rows)


def _kept(tabel: Gepubliceerd) -> Mapping[str, Sequence[Any]]:
    return {
        "aantallen": [[*plaats, aantal] for plaats, aantal in tabel.tabel.aantallen.items()],
        "onbekend": sorted(tabel.tabel.onbekend),
        "afronding": [[*plaats, op] for plaats, op in tabel.afronding.items()],
    }


def _read(row: Row[Any]) -> Publicatie:
    tabellen = {
        naam: Gepubliceerd(
            Tabel(
                {(gemeente, soort): aantal for gemeente, soort, aantal in kept["aantallen"]},
                frozenset(kept["onbekend"]),
            ),
            {(gemeente, soort): op for gemeente, soort, op in kept["afronding"]},
        )
        for naam, kept in row.tabellen.items()
    }
    return Publicatie(months_between(row.van, row.tot), tuple(row.gemeente_codes), tabellen)
