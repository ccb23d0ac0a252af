"""How much one source may ask of a door: token buckets in this process, evened out with the other processes by Redis.

A request never waits for Redis. It is decided here, at once, by a bucket of the full budget; what was taken is told
to Redis in groups (``lease``), and Redis answers how much all processes together have left. The price: each process
can let through one lease, and what comes in within 50 ms, above the shared budget before it knows better. What it
buys: no round trip in a request, one write in Redis (which syncs each write to its disk) for twenty requests, and a
Redis that is slow, full or gone changes nothing but that the processes count apart until it is back.

A source stands in Redis under a keyed hash for as long as its bucket needs to fill up again, and in no log.
"""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError
from starlette.types import Scope

from shared.errors import TooManyRequestsError
from shared.log import get_logger
from shared.settings import Omgeving, RoomSettings

log = get_logger()

Network = IPv4Network | IPv6Network

_LEASE_MAX = 20
_SOURCES_MAX = 10_000
_SETTLE_MAX = 100
_SETTLE_PAUSE_SECONDS = 0.05  # under a rush, what comes in meanwhile is told in one go
_REDIS_PATIENCE_SECONDS = 1.0  # nobody waits for it
_REDIS_REST_SECONDS = 1.0
_TELL_AGAIN_SECONDS = 60.0
_IPV6_HOUSEHOLD = 64


class Budget(StrEnum):
    """What is counted apart; the name stands in the answer and in the log."""

    LEZEN = "lezen"
    SCHRIJVEN = "schrijven"
    AFDELING = "afdeling"  # another room: its pace is bounded by its own queue
    MISSERS = "missers"  # asked for what is not there, as somebody does who guesses ids
    WEIGERINGEN = "weigeringen"  # came without a token that is valid
    PAGINAS = "paginas"  # a person who looks
    VERVERSEN = "verversen"  # a page that looks again by itself: it takes nothing from whoever reads it
    RAPPORTEN = "rapporten"  # a whole report, as a page or a file
    AANMELDEN = "aanmelden"  # whoever is not known yet, by his address


_TOLD = {
    Budget.LEZEN: "Er wordt te veel tegelijk gevraagd.",
    Budget.SCHRIJVEN: "Er wordt te veel tegelijk aangeboden. Bied het straks opnieuw aan: dit is niet opgeslagen.",
    Budget.AFDELING: "Er wordt te veel tegelijk gevraagd.",
    Budget.MISSERS: "Er is te vaak gevraagd naar wat er niet is.",
    Budget.WEIGERINGEN: "Er is te vaak een token aangeboden dat niet geldig is.",
    Budget.PAGINAS: "U vroeg veel pagina's kort na elkaar.",
    Budget.VERVERSEN: "Er staan veel pagina's open die zichzelf verversen.",
    Budget.RAPPORTEN: "U vroeg veel rapportages kort na elkaar.",
    Budget.AANMELDEN: "Vanaf dit netwerk is in korte tijd heel vaak aangemeld.",
}


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a bucket fills, and how much fits in it."""

    per_second: float
    burst: int

    @property
    def lease(self) -> int:
        """How much is taken here before Redis is told: all of it at once where a bucket is small or slow."""
        return max(1, min(_LEASE_MAX, self.burst // 5)) if self.per_second > 1 else 1

    @property
    def fill_seconds(self) -> float:
        """How long an empty bucket takes to be full."""
        return self.burst / self.per_second


# A local run plays a region-year, breaks things and measures, all as one client; guesses still meet their end.
_LOCAL_RATES = {
    Budget.LEZEN: Rate(20_000, 40_000),
    Budget.SCHRIJVEN: Rate(20_000, 40_000),
    Budget.AFDELING: Rate(20_000, 40_000),
    Budget.MISSERS: Rate(20, 1_000),
    Budget.WEIGERINGEN: Rate(20, 2_000),
    Budget.PAGINAS: Rate(20_000, 40_000),
    Budget.VERVERSEN: Rate(20_000, 40_000),
    Budget.RAPPORTEN: Rate(20_000, 40_000),
    Budget.AANMELDEN: Rate(20_000, 40_000),
}


def rates_of(settings: RoomSettings) -> dict[Budget, Rate]:
    """Return the budgets of a door; what is said in a setting counts, also in a local run."""
    pages = ("limit_pages", Rate(settings.limit_pages_per_minute / 60, settings.limit_pages_burst))
    told = {
        Budget.LEZEN: ("limit_reads", Rate(settings.limit_reads_per_second, settings.limit_reads_burst)),
        Budget.SCHRIJVEN: ("limit_writes", Rate(settings.limit_writes_per_second, settings.limit_writes_burst)),
        Budget.AFDELING: ("limit_rooms", Rate(settings.limit_rooms_per_second, settings.limit_rooms_burst)),
        Budget.MISSERS: ("limit_misses", Rate(settings.limit_misses_per_minute / 60, settings.limit_misses_burst)),
        Budget.WEIGERINGEN: (
            "limit_refusals",
            Rate(settings.limit_refusals_per_minute / 60, settings.limit_refusals_burst),
        ),
        Budget.PAGINAS: pages,
        Budget.VERVERSEN: pages,
        Budget.RAPPORTEN: (
            "limit_reports",
            Rate(settings.limit_reports_per_minute / 60, settings.limit_reports_burst),
        ),
        Budget.AANMELDEN: ("limit_logins", Rate(settings.limit_logins_per_minute / 60, settings.limit_logins_burst)),
    }
    given = settings.model_fields_set
    local = settings.omgeving is Omgeving.LOKAAL
    return {
        budget: _LOCAL_RATES[budget] if local and not any(field.startswith(name) for field in given) else rate
        for budget, (name, rate) in told.items()
    }


class _Bucket:
    __slots__ = ("at", "key", "owed", "rate", "refused", "tokens", "told_at")

    def __init__(self, key: str, rate: Rate, at: float) -> None:
        self.key = key
        self.rate = rate
        self.tokens = float(rate.burst)
        self.at = at
        self.owed = 0  # taken here, and not yet told to Redis
        self.refused = 0
        self.told_at = -math.inf

    def fill(self, now: float) -> float:
        """Let time pass, and return what is in it."""
        tokens = self.tokens + (now - self.at) * self.rate.per_second
        self.at = now
        if tokens >= self.rate.burst:
            tokens = float(self.rate.burst)
            self.owed = 0  # long ago: there too it has filled up since
        self.tokens = tokens
        return tokens

    @property
    def wait_seconds(self) -> float:
        """How long until one token is in it."""
        return max(0.0, (1 - self.tokens) / self.rate.per_second)


# KEYS: buckets; ARGV: rate per second, burst and how much was taken, of each. Answers what is left of each. The time
# is that of Redis, so that the clocks of the doors need not agree; when it jumps back, nothing fills until it is past.
_SETTLE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local left = {}
for i, key in ipairs(KEYS) do
  local rate, burst, taken = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local tokens, since = burst, now
  local kept = redis.call('GET', key)
  if kept then
    local kept_tokens, kept_since = string.match(kept, '^(-?[%d.]+) (%d+)$')
    if kept_tokens then
      tokens, since = tonumber(kept_tokens), tonumber(kept_since)
    end
  end
  tokens = math.min(burst, tokens + math.max(0, now - since) * rate / 1000) - taken
  tokens = math.max(tokens, -burst)
  local fill = math.ceil((burst - tokens) / rate * 1000)
  redis.call('SET', key, string.format('%.3f %.0f', tokens, math.max(now, since)), 'PX', fill + 1000)
  left[i] = string.format('%.3f', tokens)
end
return left
"""


class SharedBuckets:
    """The buckets in Redis, which all processes of a room have in common."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._sha = ""

    async def settle(self, takings: Sequence[tuple[str, Rate, int]]) -> list[float]:
        """Take from some buckets, and return what is left in each; below zero is owed."""
        keys = [key for key, _, _ in takings]
        numbers = [str(value) for _, rate, taken in takings for value in (rate.per_second, rate.burst, taken)]
        try:
            if not self._sha:
                self._sha = str(await self._redis.script_load(_SETTLE))
            answer = await self._redis.evalsha(self._sha, len(keys), *keys, *numbers)
        except NoScriptError:
            answer = await self._redis.eval(_SETTLE, len(keys), *keys, *numbers)
        return [float(left) for left in answer]

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._redis.aclose()


class Limiter:
    """Decide whether a source may come in; one for each process of a door."""

    def __init__(  # noqa: PLR0913, what makes one door differ from another, keyword only
        self,
        rates: Mapping[Budget, Rate],
        *,
        room: str,
        shared: SharedBuckets | None = None,
        hide: Callable[[str], str] = str,
        gateways: Sequence[Network] = (),
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rates = rates
        self._room = room
        self._shared = shared
        self._hide = hide  # a name of somebody becomes a hash under a key of the room before it leaves this process
        self._gateways = tuple(gateways)
        self._ticks = ticks
        self._buckets: dict[Budget, dict[str, _Bucket]] = {budget: {} for budget in Budget}
        self._due: dict[str, _Bucket] = {}
        self._settling: asyncio.Task[None] | None = None
        self._rest_until = -math.inf
        self._alone = False
        self.refused: Counter[Budget] = Counter()

    def take(self, budget: Budget, source: str) -> None:
        """Take one token of a source, or raise ``TooManyRequestsError``."""
        bucket = self._bucket(budget, source)
        if bucket.fill(self._ticks()) < 1:
            raise self._refusal(budget, bucket)
        self._spend(bucket)

    def count(self, budget: Budget, source: str) -> None:
        """Take one token of a source, who is not refused for it now: ``check`` does that when it comes again."""
        bucket = self._bucket(budget, source)
        if bucket.fill(self._ticks()) >= 1:
            self._spend(bucket)

    def check(self, budget: Budget, source: str) -> None:
        """Raise ``TooManyRequestsError`` when a source has nothing left; take nothing."""
        bucket = self._buckets[budget].get(source)
        if bucket is not None and bucket.fill(self._ticks()) < 1:
            raise self._refusal(budget, bucket)

    def address_of(self, scope: Scope, headers: Mapping[bytes, bytes]) -> str:
        """Return the network address that a request comes from: that of the gateway's client behind a gateway.

        An IPv6 household has as many addresses as it likes: its network counts as one.
        """
        peer = (scope.get("client") or ("",))[0]
        try:
            address = ip_address(peer)
            if any(address in network for network in self._gateways):
                told = headers.get(b"x-forwarded-for", b"").decode("latin-1").rpartition(",")[2].strip()
                address = ip_address(told or peer)
        except ValueError:
            return str(peer)
        if address.version == 4:  # noqa: PLR2004, IPv4
            return str(address)
        return str(ip_network((address, _IPV6_HOUSEHOLD), strict=False))

    async def aclose(self) -> None:
        """Stop telling Redis."""
        if self._settling is not None:
            self._settling.cancel()
        if self._shared is not None:
            await self._shared.aclose()

    # --- buckets

    def _bucket(self, budget: Budget, source: str) -> _Bucket:
        known = self._buckets[budget]
        bucket = known.get(source)
        if bucket is None:
            if len(known) >= _SOURCES_MAX:
                _make_room(known, self._ticks())
            key = f"limiet:{self._room}:{self._hide(source)}:{budget}"
            bucket = known[source] = _Bucket(key, self._rates[budget], self._ticks())
        return bucket

    def _spend(self, bucket: _Bucket) -> None:
        bucket.tokens -= 1
        bucket.owed += 1
        if bucket.owed >= bucket.rate.lease and self._shared is not None:
            self._due[bucket.key] = bucket
            if self._settling is None and bucket.at >= self._rest_until:
                self._settling = asyncio.get_running_loop().create_task(self._settle(self._shared))

    def _refusal(self, budget: Budget, bucket: _Bucket) -> TooManyRequestsError:
        self.refused[budget] += 1
        bucket.refused += 1
        if bucket.at - bucket.told_at > _TELL_AGAIN_SECONDS:
            bucket.told_at = bucket.at
            log.warning("limit_reached", soort=budget, count=bucket.refused)
        return TooManyRequestsError(
            _TOLD[budget],
            budget=budget,
            burst=bucket.rate.burst,
            window_seconds=math.ceil(bucket.rate.fill_seconds),
            retry_after=max(1, math.ceil(bucket.wait_seconds)),
        )

    # --- redis

    async def _settle(self, shared: SharedBuckets) -> None:
        """Tell Redis what was taken until nothing is left to tell; one at a time, many sources in one command."""
        try:
            while self._due:
                due = [self._due.pop(key) for key in list(self._due)[:_SETTLE_MAX]]
                await self._settle_some(shared, due)
                await asyncio.sleep(_SETTLE_PAUSE_SECONDS)
        except (RedisError, OSError, TimeoutError) as error:
            self._due.clear()
            self._rest_until = self._ticks() + _REDIS_REST_SECONDS
            if not self._alone:
                log.warning("limits_kept_alone", error_type=type(error).__name__)
            self._alone = True
        finally:
            self._settling = None

    async def _settle_some(self, shared: SharedBuckets, due: Sequence[_Bucket]) -> None:
        takings = [(bucket.key, bucket.rate, bucket.owed) for bucket in due]
        for bucket in due:
            bucket.owed = 0
        async with asyncio.timeout(_REDIS_PATIENCE_SECONDS):
            left = await shared.settle(takings)
        if self._alone:
            log.info("limits_kept_together")
        self._alone = False
        now = self._ticks()
        for bucket, tokens in zip(due, left, strict=True):
            # What came in while Redis was asked is not in its answer yet.
            bucket.tokens = min(bucket.fill(now), tokens - bucket.owed)


def _make_room(known: dict[str, _Bucket], now: float) -> None:
    """Forget whoever has a full bucket, and the first tenth of the rest when all are in use."""
    for source, bucket in list(known.items()):
        if bucket.fill(now) >= bucket.rate.burst:
            del known[source]
    if len(known) >= _SOURCES_MAX:
        for source in list(known)[: _SOURCES_MAX // 10]:
            del known[source]
