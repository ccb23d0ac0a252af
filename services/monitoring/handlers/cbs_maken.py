"""How a delivery to the CBS that was asked is made: read at one moment, written in pieces, hashed, with its report.

The worker makes it and no door: a half-year of a large region takes longer than anybody waits. All of it is one
transaction, so that a delivery that was broken off is made again from the start and nothing of it is left.
"""

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain.alerts import AlarmSoort
from services.monitoring.domain.casus import hear
from services.monitoring.domain.cbs import CbsRecord, Sleutel, records_of
from services.monitoring.domain.cbs_kwaliteit import Kwaliteit, impossible
from services.monitoring.domain.cbs_layout import BestandLayout, Layout, LayoutError, heading, write
from services.monitoring.domain.cbs_levering import (
    TRANSITIONS,
    CbsActie,
    CbsBestand,
    CbsLevering,
    CbsStatus,
    period_of,
    report,
)
from services.monitoring.handlers.alarms import raise_alarm
from services.monitoring.store import alerts
from services.monitoring.store import cbs as store
from services.monitoring.store.kpis import snapshot, stand_still
from shared.db import in_transaction
from shared.errors import KetenError, OperationalError
from shared.log import get_logger, where
from shared.parts import pause
from shared.web.app import Resources

log = get_logger()

_PIECE_BYTES = 262_144
_KEYS_KEPT = 256  # a casus and its meldingen are named in many of its rows
_NEVER = asyncio.Event()
_ALARM_AFTER = 3
_WAIT_MAX_SECONDS = 600.0
_ONDERWERP = "cbs-levering"
# What a fact that nobody thought of can break in what is worked out of it.
_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_NOT_MADE = "De levering kon niet worden gemaakt; het logboek van de werker zegt waar het misging."


async def run_making(
    made: Resources, stop: asyncio.Event, *, layout_file: Path | None, mail_to: str = "", every_seconds: float = 10.0
) -> None:
    """Make every delivery that is asked, until told to stop; one that is under way then is made again later.

    What fails is tried again, at longer and longer intervals, and somebody is told of it: a file of half a year that is
    begun anew every ten seconds is all that a database would do.
    """
    failed = 0
    while not stop.is_set():
        found = False
        try:
            found = await make_asked(made, layout_file=layout_file, now=made.clock(), stop=stop)
            if found:
                await _end_alarm(made)
            failed = 0
        except (KetenError, DBAPIError) as error:
            failed += 0 if stop.is_set() else 1
            log.warning("cbs_levering_not_made", error_type=type(error).__name__, attempt=failed)
            if failed >= _ALARM_AFTER:
                await _alarm(made, mail_to)
        if not found:
            await pause(stop, min(every_seconds * 2**failed, _WAIT_MAX_SECONDS))


async def _alarm(made: Resources, mail_to: str) -> None:
    try:
        async with in_transaction(made.engine) as conn:
            await raise_alarm(
                conn, AlarmSoort.CBS, onderwerp=_ONDERWERP, stap="lukt-niet", mail_to=mail_to, now=made.clock()
            )
    except (KetenError, DBAPIError) as error:
        # The database is away: of that the house hears by itself.
        log.warning("cbs_alarm_not_raised", error_type=type(error).__name__)


async def _end_alarm(made: Resources) -> None:
    async with in_transaction(made.engine) as conn:
        await alerts.resolve_condition(conn, soort=AlarmSoort.CBS, onderwerp=_ONDERWERP, now=made.clock())


@dataclass(slots=True)
class _Bestand:
    """A file that is being written: what is not kept yet, and what was hashed."""

    layout: BestandLayout
    pending: bytearray = field(default_factory=bytearray)
    hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    pieces: int = 0
    regels: int = 0
    size: int = 0

    def add(self, line: bytes) -> None:
        self.pending += line
        self.hash.update(line)
        self.size += len(line)


async def make_asked(made: Resources, *, layout_file: Path | None, now: datetime, stop: asyncio.Event = _NEVER) -> bool:
    """Make the oldest delivery that was asked; say whether there was one.

    Raises ``OperationalError`` when it is told to stop meanwhile: nothing of it is kept.
    """
    async with in_transaction(made.engine) as conn:
        levering = await store.take_asked(conn)
        if levering is None:
            return False
        # Reading takes longer than a transaction may otherwise stand still.
        await stand_still(conn)
        try:
            layout = store.load_layout(layout_file)
        except LayoutError as error:
            failed = replace(
                levering, status=_after(levering, CbsActie.OPGEVEN), reden=f"De layout deugt niet: {error}."
            )
            await store.save(conn, failed)
            return True

        @lru_cache(_KEYS_KEPT)
        def sleutel(thing_id: UUID) -> str:
            return made.vault.blind("cbs", str(thing_id)).hex()

        try:
            async with conn.begin_nested():
                concept = await _concept(_Making(made.engine, conn, levering, layout, sleutel, stop))
        except _FAULTS as error:
            # What cannot be made now cannot be made in ten seconds: tried again for good, it would keep the worker from
            # all its other work.
            log.error("cbs_levering_failed", error_type=type(error).__name__, error_place=where(error))
            concept = replace(levering, status=_after(levering, CbsActie.OPGEVEN), reden=_NOT_MADE)
        await store.save(conn, replace(concept, gemaakt_op=now))
    return True


def _after(levering: CbsLevering, actie: CbsActie) -> CbsStatus:
    status = TRANSITIONS[levering.status, actie]
    assert status is not None  # noqa: S101, it was taken as one that was asked
    return status


@dataclass(frozen=True, slots=True)
class _Making:
    """What one delivery is made with."""

    engine: AsyncEngine
    conn: AsyncConnection
    levering: CbsLevering
    layout: Layout
    sleutel: Sleutel
    stop: asyncio.Event


async def _concept(making: _Making) -> CbsLevering:
    levering, layout = making.levering, making.layout
    periode = period_of(levering.halfjaar, peilmoment=levering.peilmoment)
    kwaliteit = Kwaliteit()
    bestanden = [_Bestand(one) for one in layout.bestanden]
    for bestand in bestanden:
        bestand.add(heading(layout, bestand.layout))
    async with snapshot(making.engine) as reading:
        async for casus_id, facts in store.stream_casussen(reading, van=periode.van, peilmoment=periode.peilmoment):
            if making.stop.is_set():
                raise OperationalError("De werker stopt; de levering wordt later opnieuw gemaakt.")
            heard = hear(facts)
            for record in records_of(casus_id, heard, periode):
                kwaliteit.add(record)
                _write(making, bestanden, record, kwaliteit)
            for bevinding, thing_id in impossible(heard, periode):
                kwaliteit.note(bevinding, thing_id)
            for bestand in bestanden:
                if len(bestand.pending) >= _PIECE_BYTES:
                    await _flush(making.conn, levering.id, bestand)
    for bestand in bestanden:
        await _flush(making.conn, levering.id, bestand)
    return replace(
        levering,
        status=_after(levering, CbsActie.MAKEN),
        layout=f"{layout.naam} {layout.versie}",
        rapport=report(kwaliteit),
        bestanden=tuple(
            CbsBestand(naam=one.layout.naam, regels=one.regels, bytes=one.size, sha256=one.hash.hexdigest())
            for one in bestanden
        ),
    )


def _write(making: _Making, bestanden: list[_Bestand], record: CbsRecord, kwaliteit: Kwaliteit) -> None:
    for bestand in bestanden:
        if bestand.layout.record is record.soort:
            written = write(making.layout, bestand.layout, record, making.sleutel)
            bestand.add(written.regel)
            bestand.regels += 1
            for gebrek, kolom in written.gebreken:
                kwaliteit.note(f"{gebrek}:{bestand.layout.naam}.{kolom}", record.id)


async def _flush(conn: AsyncConnection, levering_id: UUID, bestand: _Bestand) -> None:
    if bestand.pending:
        await store.keep_piece(conn, levering_id, bestand.layout.naam, bestand.pieces, bytes(bestand.pending))
        bestand.pieces += 1
        bestand.pending.clear()
