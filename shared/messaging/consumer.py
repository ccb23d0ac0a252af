"""How a room reads the facts of the others: in order within a casus, each one once, whatever dies meanwhile.

A batch is handled in one transaction: positions are locked in a fixed order, what is already handled is passed
over, what comes too early is kept until its gap fills, the rest goes to the handlers. Only after the commit is
the batch acknowledged. A batch that fails is done again one message at a time, so that one bad message never
holds up its neighbours; that message is tried a few times and then set aside (docs/adr/0003).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import Clock
from shared.db import in_transaction, is_passing, retry_conflicts
from shared.errors import OperationalError
from shared.events.catalogue import Room, sources_of, stream_of
from shared.events.envelope import Event
from shared.events.payloads import Fact
from shared.log import get_logger, where
from shared.messaging import quarantine
from shared.messaging.codec import UnreadableEventError, decode, type_of
from shared.telemetry import continue_trace

log = get_logger()

Handler = Callable[[AsyncConnection, Sequence[Event]], Awaitable[None]]
"""Handles facts in the order given; gets whole batches, so that it can load and save together."""

_BACKOFF_SECONDS = 1.0
_BLOCK_MS = 500


@dataclass(frozen=True, slots=True)
class _Message:
    stream: str
    entry_id: str
    raw: bytes
    event: Event | None
    fault: str | None


class Consumer:
    """Read the streams that one room follows, as one worker of its group."""

    def __init__(  # noqa: PLR0913, wiring, keyword only
        self,
        engine: AsyncEngine,
        redis: Redis,
        room: Room,
        handle: Handler,
        *,
        clock: Clock,
        worker: str,
        batch_max: int = 100,
        claim_idle_seconds: float = 30.0,
        attempts_max: int = 5,
    ) -> None:
        self._engine = engine
        self._redis = redis
        self._room = room
        self._handle = handle
        self._clock = clock
        self._worker = worker
        self._batch_max = batch_max
        self._claim_idle_ms = int(claim_idle_seconds * 1000)
        self._attempts_max = attempts_max
        self._streams = tuple(stream_of(source) for source in sources_of(room))

    async def run(self, stop: asyncio.Event) -> None:
        """Read until ``stop`` is set; whatever was being handled is finished first."""
        loop = asyncio.get_running_loop()
        claim_at = loop.time()
        ready = False
        while not stop.is_set():
            try:
                if not ready:
                    await self.ensure_groups()
                    await self._resume()
                    ready = True
                if loop.time() >= claim_at:
                    await self._claim_abandoned()
                    claim_at = loop.time() + self._claim_idle_ms / 1000
                await self.take_released()
                await self.read_once()
            except ResponseError as error:
                # NOGROUP: the stream was emptied under us. Anything else of this kind is a fault of ours.
                ready = False
                log.warning("consumer_waits", worker=self._worker, error_type=type(error).__name__)
                await asyncio.sleep(0.1 if "NOGROUP" in str(error) else _BACKOFF_SECONDS)
            except (RedisError, OperationalError, OSError) as error:
                ready = False
                log.warning("consumer_waits", worker=self._worker, error_type=type(error).__name__)
                await asyncio.sleep(_BACKOFF_SECONDS)

    async def ensure_groups(self) -> None:
        """Make the group of this room on each stream, from its very first entry: one made at ``$`` would lose."""
        for stream in self._streams:
            try:
                await self._redis.xgroup_create(stream, self._room, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def read_once(self, *, block_ms: int = _BLOCK_MS) -> int:
        """Handle what is new, one batch over all streams; return how many messages."""
        answer = await self._redis.xreadgroup(
            self._room, self._worker, dict.fromkeys(self._streams, ">"), count=self._batch_max, block=block_ms
        )
        return await self._take(_entries(answer))

    async def _resume(self) -> None:
        """Handle first what this worker had in hand when it died."""
        while True:
            answer = await self._redis.xreadgroup(
                self._room, self._worker, dict.fromkeys(self._streams, "0"), count=self._batch_max
            )
            if not await self._take(_entries(answer)):
                return

    async def _claim_abandoned(self) -> None:
        """Take over what another worker has had in hand for too long; it may be dead."""
        for stream in self._streams:
            cursor = "0-0"
            while True:
                cursor_raw, entries, *_ = await self._redis.xautoclaim(
                    stream,
                    self._room,
                    self._worker,
                    self._claim_idle_ms,
                    start_id=cursor,
                    count=self._batch_max,
                )
                await self._take([(stream, entry_id, fields) for entry_id, fields in entries if fields])
                cursor = cursor_raw.decode() if isinstance(cursor_raw, bytes) else cursor_raw
                if cursor == "0-0":
                    break

    async def take_released(self) -> int:
        """Handle what a person released from the quarantine; return how many messages."""
        count = 0
        while await self._take_one_released():
            count += 1
        return count

    async def _take_one_released(self) -> bool:
        message: _Message | None = None
        try:
            async with in_transaction(self._engine) as conn:
                row = await quarantine.claim_released(conn)
                if row is None:
                    return False
                message = _read(row.stream, row.entry_id.encode(), {b"ce": row.bericht})
                decode(message.raw)  # still unreadable: back to where it came from
                due = await self._in_order(conn, [message])
                if due:
                    await self._handle(conn, due)
                await quarantine.close(conn, row.id, now=self._clock())
        except OperationalError:
            raise
        except Exception as error:
            if message is None or is_passing(error):
                raise
            async with in_transaction(self._engine) as conn:
                await self._set_aside(conn, message, type(error).__name__, 1)
        return True

    async def _take(self, entries: list[tuple[str, bytes, Mapping[bytes, bytes]]]) -> int:
        messages = [_read(stream, entry_id, fields) for stream, entry_id, fields in entries]
        if not messages:
            return 0
        try:
            await retry_conflicts(lambda: self._handle_in_one_transaction(messages))
        except OperationalError:
            raise
        except Exception as error:
            if is_passing(error):
                raise OperationalError("De gegevensopslag is even niet bereikbaar.") from error
            for message in messages:
                await self._handle_alone(message)
        for stream in {message.stream for message in messages}:
            await self._redis.xack(
                stream, self._room, *(message.entry_id for message in messages if message.stream == stream)
            )
        return len(messages)

    async def _handle_alone(self, message: _Message) -> None:
        for attempt in range(1, self._attempts_max + 1):
            try:
                await self._handle_in_one_transaction([message])
            except OperationalError:
                raise
            except Exception as error:
                if is_passing(error):
                    raise OperationalError("De gegevensopslag is even niet bereikbaar.") from error
                log.warning(
                    "message_failed",
                    stream=message.stream,
                    entry_id=message.entry_id,
                    attempt=attempt,
                    error_type=type(error).__name__,
                    error_place=where(error),
                )
                reason = type(error).__name__
                await asyncio.sleep(0.05 * 2**attempt)
            else:
                return
        async with in_transaction(self._engine) as conn:
            await self._set_aside(conn, message, reason, self._attempts_max)

    async def _handle_in_one_transaction(self, messages: Sequence[_Message]) -> None:
        async with in_transaction(self._engine) as conn:
            for message in messages:
                if message.fault:
                    await self._set_aside(conn, message, message.fault, 1)
            readable = [message for message in messages if message.event]
            if readable:
                due = await self._in_order(conn, readable)
                if due:
                    continue_trace(due[0].traceparent)
                    await self._handle(conn, due)

    async def _in_order(self, conn: AsyncConnection, messages: Sequence[_Message]) -> list[Event]:
        """Lock the positions of these casussen, and return the facts whose turn it is, each once."""
        casussen = sorted({(m.event.room.value, m.event.casus_id) for m in messages if m.event}, key=str)
        last = await _lock_positions(conn, casussen)
        waiting = await _waiting(conn, casussen)
        for message in messages:
            if message.event:
                key = (message.event.room.value, message.event.casus_id)
                if message.event.sequence > last[key]:
                    waiting.setdefault(key, {}).setdefault(message.event.sequence, message.raw)
        due: list[Event] = []
        kept: list[dict[str, object]] = []
        # Sources in the order of the chain: within a batch a room hears the melding before what was decided on it.
        for key in sorted(waiting, key=lambda key: list(Room).index(Room(key[0]))):
            by_sequence = waiting[key]
            while (raw := by_sequence.pop(last[key] + 1, None)) is not None:
                last[key] += 1
                due.append(decode(raw))
            kept += [
                {
                    "bron": key[0],
                    "casus_id": key[1],
                    "volgnummer": sequence,
                    "bericht": raw,
                    "sinds": self._clock(),
                }
                for sequence, raw in by_sequence.items()
                if sequence > last[key]
            ]
        await _save_positions(conn, {key: last[key] for key in casussen}, kept)
        return due

    async def _set_aside(self, conn: AsyncConnection, message: _Message, reason: str, attempts: int) -> None:
        await quarantine.put(
            conn,
            stream=message.stream,
            entry_id=message.entry_id,
            raw=message.raw,
            event=message.event,
            reason=reason,
            attempts=attempts,
            now=self._clock(),
        )
        log.error(
            "message_in_quarantine",
            stream=message.stream,
            entry_id=message.entry_id,
            event_id=str(message.event.id) if message.event else None,
            event_type=type_of(message.event.payload) if message.event else None,
            reason=reason,
            attempts=attempts,
        )


Key = tuple[str, UUID]

_LOCK = text("""
INSERT INTO inbox_stand AS s (bron, casus_id, laatste)
SELECT k.bron, k.casus_id, 0 FROM unnest(CAST(:bronnen AS text[]), CAST(:casussen AS uuid[])) WITH ORDINALITY
    AS k(bron, casus_id, nr) ORDER BY k.nr
ON CONFLICT (bron, casus_id) DO UPDATE SET laatste = s.laatste
RETURNING bron, casus_id, laatste
""")
_WAITING = text("""
SELECT w.bron, w.casus_id, w.volgnummer, w.bericht FROM inbox_wachtend w
JOIN unnest(CAST(:bronnen AS text[]), CAST(:casussen AS uuid[])) AS k(bron, casus_id)
    ON k.bron = w.bron AND k.casus_id = w.casus_id
""")
_ADVANCE = text("""
UPDATE inbox_stand s SET laatste = k.laatste
FROM unnest(CAST(:bronnen AS text[]), CAST(:casussen AS uuid[]), CAST(:laatsten AS bigint[]))
    AS k(bron, casus_id, laatste)
WHERE s.bron = k.bron AND s.casus_id = k.casus_id AND s.laatste <> k.laatste
""")
_HANDLED = text("""
DELETE FROM inbox_wachtend w
USING unnest(CAST(:bronnen AS text[]), CAST(:casussen AS uuid[]), CAST(:laatsten AS bigint[]))
    AS k(bron, casus_id, laatste)
WHERE w.bron = k.bron AND w.casus_id = k.casus_id AND w.volgnummer <= k.laatste
""")
_KEEP = text("""
INSERT INTO inbox_wachtend (bron, casus_id, volgnummer, bericht, sinds)
VALUES (:bron, :casus_id, :volgnummer, :bericht, :sinds) ON CONFLICT DO NOTHING
""")


def _columns(keys: Sequence[Key]) -> dict[str, object]:
    return {"bronnen": [bron for bron, _ in keys], "casussen": [casus_id for _, casus_id in keys]}


async def _lock_positions(conn: AsyncConnection, keys: Sequence[Key]) -> dict[Key, int]:
    rows = (await conn.execute(_LOCK, _columns(keys))).all()
    return {(row.bron, row.casus_id): row.laatste for row in rows}


async def _waiting(conn: AsyncConnection, keys: Sequence[Key]) -> dict[Key, dict[int, bytes]]:
    found: dict[Key, dict[int, bytes]] = {}
    for row in (await conn.execute(_WAITING, _columns(keys))).all():
        found.setdefault((row.bron, row.casus_id), {})[row.volgnummer] = row.bericht
    return found


async def _save_positions(conn: AsyncConnection, last: Mapping[Key, int], kept: list[dict[str, object]]) -> None:
    columns = {**_columns(list(last)), "laatsten": list(last.values())}
    await conn.execute(_ADVANCE, columns)
    await conn.execute(_HANDLED, columns)
    if kept:
        await conn.execute(_KEEP, kept)


def _entries(answer: Any) -> list[tuple[str, bytes, Mapping[bytes, bytes]]]:
    """Return the entries of an XREADGROUP answer, which is a list (RESP2) or a mapping (RESP3)."""
    if not answer:
        return []
    found: list[tuple[str, bytes, Mapping[bytes, bytes]]] = []
    pairs = answer.items() if isinstance(answer, dict) else answer
    for stream, entries in pairs:
        groups = entries if entries and isinstance(entries[0], list) else [entries]
        for group in groups:
            found += [(stream.decode(), entry_id, fields) for entry_id, fields in group if fields]
    return found


def _read(stream: str, entry_id: bytes, fields: Mapping[bytes, bytes]) -> _Message:
    raw = fields.get(b"ce", b"")
    try:
        return _Message(stream, entry_id.decode(), raw, decode(raw), None)
    except UnreadableEventError as error:
        return _Message(stream, entry_id.decode(), raw, None, error.detail)


def by_type(handlers: Mapping[type[Fact], Callable[[AsyncConnection, Event], Awaitable[None]]]) -> Handler:
    """Return a handler that hands each fact to the function of its payload and passes over the others."""

    async def handle(conn: AsyncConnection, events: Sequence[Event]) -> None:
        for event in events:
            handler = handlers.get(type(event.payload))
            if handler:
                await handler(conn, event)

    return handle
