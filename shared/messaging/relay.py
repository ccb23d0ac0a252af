"""How facts get from the outbox to the stream of their room, in order, and again when the stream was lost.

One relay of a room works at a time (an advisory lock in its transaction); others wait their turn, so killing
one costs a moment. Every publication goes through a script that first compares the last id of the stream with
the last id that we published: a stream that was emptied, restored from an old copy or lost its tail is seen
before anything is added, and is filled again with what not every reader has confirmed (docs/adr/0003).

A relay sleeps until a fact is recorded (``shared.messaging.bell``), and looks once a second whatever rang or did not.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db import in_transaction, read_alone
from shared.errors import OperationalError
from shared.events.catalogue import CATALOGUE, Room, stream_of
from shared.events.envelope import source_of
from shared.log import get_logger
from shared.messaging.bell import Bell
from shared.messaging.codec import encode_parts
from shared.parts import pause

log = get_logger()

BATCH_MAX = 500
_LOCK = 4_711_001
_BACKOFF_SECONDS = 1.0
_TIDY_SECONDS = 5.0
# How long a fact of which nothing rang, and an emptied stream, can stay unseen.
_CHECK_SECONDS = 1.0
# Above so many facts between two checks it looks by itself and lets nobody ring.
_BUSY = 200

_ZERO = (0, 0)

# KEYS: stream; ARGV: last id that we published (ms, nr), then the bodies. Answers the ids, or LOST and the id found.
_PUBLISH = """
local ms, nr = 0, 0
if redis.call('EXISTS', KEYS[1]) == 1 then
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      ms, nr = string.match(info[i + 1], '(%d+)-(%d+)')
      ms, nr = tonumber(ms), tonumber(nr)
    end
  end
end
local want_ms, want_nr = tonumber(ARGV[1]), tonumber(ARGV[2])
if ms < want_ms or (ms == want_ms and nr < want_nr) then
  return {'LOST', tostring(ms) .. '-' .. tostring(nr)}
end
local ids = {'OK'}
for i = 3, #ARGV do
  ids[#ids + 1] = redis.call('XADD', KEYS[1], '*', 'ce', ARGV[i])
end
return ids
"""


@dataclass(frozen=True, slots=True)
class _Position:
    last: tuple[int, int]
    confirmed: tuple[int, int]


class Relay:
    """Publish the facts of one room."""

    def __init__(self, engine: AsyncEngine, redis: Redis, room: Room, *, poll_seconds: float = 0.05) -> None:
        self._engine = engine
        self._redis = redis
        self._room = room
        self._stream = stream_of(room)
        self._readers = sorted(
            {reader for row in CATALOGUE.values() if row.publisher is room for reader in row.readers}
        )
        self._poll_seconds = poll_seconds
        self._script = redis.register_script(_PUBLISH)
        self._bell = Bell(engine)

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until ``stop`` is set; a database or Redis that is away only costs time."""
        try:
            await self._run(stop)
        finally:
            await self._bell.close()

    async def _run(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        tidy_at = check_at = loop.time()
        armed, lately = False, 0
        while not stop.is_set():
            try:
                if loop.time() >= check_at:
                    # First the bell and then the look: what is recorded after the look rings.
                    armed, lately, check_at = await self._armed(lately), 0, loop.time() + _CHECK_SECONDS
                    published = await self.publish_batch()
                else:
                    published = await self.publish_batch() if await self._has_work() else 0
                lately += published
                if loop.time() >= tidy_at:
                    await self.tidy()
                    tidy_at = loop.time() + _TIDY_SECONDS
                if not published:
                    left = check_at - loop.time()
                    await self._bell.sleep(stop, left if armed else min(left, self._poll_seconds))
            except (RedisError, OperationalError, OSError) as error:
                log.warning("relay_waits", stream=self._stream, error_type=type(error).__name__)
                await pause(stop, _BACKOFF_SECONDS)

    async def _armed(self, lately: int) -> bool:
        if lately <= _BUSY:
            return await self._bell.arm()
        await self._bell.disarm()
        return False

    async def _has_work(self) -> bool:
        return bool(await read_alone(self._engine, _ANY))

    async def publish_batch(self) -> int:
        """Publish the next facts, at most ``BATCH_MAX``; return how many.

        The ids are written back in the transaction that read the rows. A crash between the two publishes those
        facts again; the inbox of the reader knows them by their sequence.
        """
        async with in_transaction(self._engine) as conn:
            position = await _claim(conn)
            if position is None:
                return 0
            rows = (await conn.execute(_NEXT, {"max": BATCH_MAX})).all()
            answer: list[bytes] = await self._script(
                keys=[self._stream],
                args=[*position.last, *(self._body(row) for row in rows)],
            )
            if answer[0] == b"LOST":
                return await self._refill(conn, position, found=_split(answer[1]))
            if not rows:
                return 0
            ids = [_split(entry_id) for entry_id in answer[1:]]
            await conn.execute(
                _MARK,
                {"ids": [row.id for row in rows], "ms": [ms for ms, _ in ids], "nr": [nr for _, nr in ids]},
            )
            await conn.execute(_SET_LAST, {"ms": ids[-1][0], "nr": ids[-1][1]})
        return len(rows)

    async def _refill(self, conn: AsyncConnection, position: _Position, *, found: tuple[int, int]) -> int:
        """Offer again what the stream lost, except what every reader had confirmed."""
        await conn.execute(_KEEP_CONFIRMED, {"ms": position.confirmed[0], "nr": position.confirmed[1]})
        count = (await conn.execute(_FORGET, {"ms": found[0], "nr": found[1]})).rowcount
        await conn.execute(_SET_LAST, {"ms": found[0], "nr": found[1]})
        await conn.execute(_SET_CONFIRMED, {"ms": 0, "nr": 0})
        log.warning("stream_lost_and_refilled", stream=self._stream, count=count)
        return max(count, 1)

    def _body(self, row: Any) -> bytes:  # a row of SQLAlchemy
        return encode_parts(
            event_id=row.event_id,
            source=source_of(self._room),
            type_name=row.soort,
            subject=row.casus_id,
            time=row.tijdstip,
            sequence=row.volgnummer,
            data=row.data,
            causation_id=row.oorzaak_id,
            traceparent=row.traceparent,
        )

    async def tidy(self) -> None:
        """Note up to where every reader has handled, and trim the stream below that: never by length."""
        confirmed = await self._handled_by_all()
        if confirmed is None or confirmed == _ZERO:
            return
        async with in_transaction(self._engine) as conn:
            position = await _claim(conn)
            if position is None or confirmed <= position.confirmed or confirmed > position.last:
                return
            await conn.execute(_SET_CONFIRMED, {"ms": confirmed[0], "nr": confirmed[1]})
        await self._redis.xtrim(self._stream, minid=f"{confirmed[0]}-{confirmed[1]}", approximate=True)

    async def _handled_by_all(self) -> tuple[int, int] | None:
        """Return the last stream id below which no reader has anything open; None when a reader was never here."""
        try:
            groups = {group["name"].decode(): group for group in await self._redis.xinfo_groups(self._stream)}
        except ResponseError:
            return None
        lowest: tuple[int, int] | None = None
        for reader in self._readers:
            group = groups.get(reader)
            if group is None:
                return None
            handled = _split(group["last-delivered-id"])
            if group["pending"]:
                pending = await self._redis.xpending(self._stream, reader)
                ms, nr = _split(pending["min"]) if pending["min"] else handled
                handled = min(handled, (ms, nr - 1) if nr else (ms - 1, 2**62))
            lowest = handled if lowest is None else min(lowest, handled)
        return lowest


_ANY = "SELECT EXISTS (SELECT 1 FROM outbox WHERE stream_ms IS NULL)"
_NEXT = text("SELECT * FROM outbox WHERE stream_ms IS NULL ORDER BY id LIMIT :max")
_MARK = text("""
UPDATE outbox o SET stream_ms = m.ms, stream_nr = m.nr
FROM unnest(CAST(:ids AS bigint[]), CAST(:ms AS bigint[]), CAST(:nr AS bigint[])) AS m(id, ms, nr)
WHERE o.id = m.id
""")
# Stream ids of a new stream may be lower than those of the lost one: what is confirmed gets id 0-0, for good.
_KEEP_CONFIRMED = text("""
UPDATE outbox SET stream_ms = 0, stream_nr = 0 WHERE (stream_ms, stream_nr) <= (:ms, :nr) AND stream_ms > 0
""")
_FORGET = text("""
UPDATE outbox SET stream_ms = NULL, stream_nr = NULL WHERE (stream_ms, stream_nr) > (:ms, :nr)
""")
_SET_LAST = text("UPDATE relay_stand SET laatste_ms = :ms, laatste_nr = :nr WHERE id = 1")
_SET_CONFIRMED = text("UPDATE relay_stand SET bevestigd_ms = :ms, bevestigd_nr = :nr WHERE id = 1")


async def _claim(conn: AsyncConnection) -> _Position | None:
    """Return our position when no other relay of this room is at work, else None."""
    free = (await conn.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK})).scalar_one()
    if not free:
        return None
    await conn.execute(text("INSERT INTO relay_stand VALUES (1, 0, 0, 0, 0) ON CONFLICT DO NOTHING"))
    row = (await conn.execute(text("SELECT * FROM relay_stand WHERE id = 1"))).one()
    return _Position((row.laatste_ms, row.laatste_nr), (row.bevestigd_ms, row.bevestigd_nr))


def _split(entry_id: bytes | str) -> tuple[int, int]:
    ms, _, nr = (entry_id.decode() if isinstance(entry_id, bytes) else entry_id).partition("-")
    return int(ms), int(nr or 0)
