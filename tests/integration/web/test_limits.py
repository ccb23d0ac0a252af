"""How often a door lets in one source: one budget for all processes of a room, and none that waits for Redis."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_network

import pytest
import redis as sync_redis
from redis.asyncio import Redis

from deploy.redis.rights import acl_file
from shared.errors import TooManyRequestsError
from shared.events.catalogue import Room
from shared.messaging.connect import connect_redis
from shared.web import limits
from shared.web.limits import Budget, Limiter, Rate, SharedBuckets

pytestmark = pytest.mark.anyio

SOURCE = "ketenradar-proef\x1fiemand"
RATES = dict.fromkeys(Budget, Rate(10, 100))

LimiterFactory = Callable[..., Limiter]


class Ticks:
    """A count of seconds that the test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def door(redis_url: str) -> AsyncIterator[LimiterFactory]:
    """A function that makes the limiter of one more process of a room; all share one Redis."""
    made: list[Limiter] = []

    def make(url: str = redis_url, **changes: object) -> Limiter:
        shared = SharedBuckets(connect_redis(url, name="test-deur", connections_max=1))
        limiter = Limiter(**{"rates": RATES, "room": "proef", "shared": shared, **changes})  # type: ignore[arg-type]
        made.append(limiter)
        return limiter

    yield make
    for limiter in made:
        await limiter.aclose()


def let_in(limiter: Limiter, times: int, source: str = SOURCE, budget: Budget = Budget.LEZEN) -> int:
    """Return how many of so many requests are let in."""
    came = 0
    for _ in range(times):
        with contextlib.suppress(TooManyRequestsError):
            limiter.take(budget, source)
            came += 1
    return came


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell Redis at once."""
    monkeypatch.setattr(limits, "_SETTLE_PAUSE_SECONDS", 0.0)


async def settled(limiter: Limiter) -> None:
    """Wait until Redis knows what it should."""
    while (task := limiter._settling) is not None:
        await asyncio.wait([task])


# --- one process -------------------------------------------------------------------------------------------------


def test_a_source_gets_its_burst_and_then_its_pace() -> None:
    ticks = Ticks()
    limiter = Limiter(RATES, room="proef", ticks=ticks)

    at_once = let_in(limiter, 150)
    ticks.now += 1.0
    a_second_later = let_in(limiter, 150)
    ticks.now += 3_600.0
    much_later = let_in(limiter, 150)

    assert (at_once, a_second_later, much_later) == (100, 10, 100)


def test_one_source_takes_nothing_from_another_and_reading_nothing_from_writing() -> None:
    limiter = Limiter(RATES, room="proef", ticks=Ticks())
    let_in(limiter, 150)

    assert let_in(limiter, 1, "een-ander") == 1
    assert let_in(limiter, 1, budget=Budget.SCHRIJVEN) == 1
    assert let_in(limiter, 1) == 0


def test_a_refusal_says_when_there_is_room_again_and_then_there_is() -> None:
    ticks = Ticks()
    limiter = Limiter({**RATES, Budget.MISSERS: Rate(1 / 7, 3)}, room="proef", ticks=ticks)
    let_in(limiter, 3, budget=Budget.MISSERS)

    with pytest.raises(TooManyRequestsError) as refused:
        limiter.check(Budget.MISSERS, SOURCE)
    ticks.now += refused.value.retry_after
    limiter.check(Budget.MISSERS, SOURCE)

    assert (refused.value.retry_after, refused.value.burst, refused.value.window_seconds) == (7, 3, 21)


def test_refusals_are_counted_and_told_once_a_minute_without_the_source(capsys: pytest.CaptureFixture[str]) -> None:
    ticks = Ticks()
    limiter = Limiter(RATES, room="proef", ticks=ticks)

    let_in(limiter, 150)
    told = capsys.readouterr().out

    assert limiter.refused == {Budget.LEZEN: 50}
    assert told.count("limit_reached") == 1
    assert "iemand" not in told


def test_a_million_sources_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_SOURCES_MAX", 100)
    limiter = Limiter(RATES, room="proef", ticks=Ticks())

    for number in range(1_000):
        limiter.take(Budget.WEIGERINGEN, f"adres-{number}")

    assert len(limiter._buckets[Budget.WEIGERINGEN]) <= 100


@pytest.mark.parametrize(
    ("peer", "told", "found"),
    [
        ("198.51.100.7", None, "198.51.100.7"),
        ("198.51.100.7", b"203.0.113.9", "198.51.100.7"),  # no gateway of ours says so
        ("10.1.2.3", b"203.0.113.9", "203.0.113.9"),
        ("10.1.2.3", b"192.0.2.1, 203.0.113.9", "203.0.113.9"),  # the first was put there by the client
        ("10.1.2.3", None, "10.1.2.3"),
        ("10.1.2.3", b"<script>", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("", None, ""),
    ],
)
def test_an_address_is_that_of_the_client_and_only_our_gateway_may_tell_another(
    peer: str, told: bytes | None, found: str
) -> None:
    limiter = Limiter(RATES, room="proef", gateways=[ip_network("10.0.0.0/8")])

    address = limiter.address_of({"client": (peer, 1)}, {b"x-forwarded-for": told} if told else {})

    assert address == found


# --- several processes -------------------------------------------------------------------------------------------


async def test_the_processes_of_a_room_share_one_budget(door: LimiterFactory) -> None:
    processes = [door() for _ in range(4)]
    came = 0

    for _ in range(50):
        for limiter in processes:
            came += let_in(limiter, 2)
            await settled(limiter)

    # 100 of the burst, one lease of 20 for each process, and what filled up meanwhile.
    assert 100 <= came <= 100 + 4 * 20 + 10


async def test_the_pace_of_several_processes_is_that_of_one(door: LimiterFactory) -> None:
    processes = [door(rates=dict.fromkeys(Budget, Rate(200, 100))) for _ in range(2)]
    came = 0

    begin = time.monotonic()
    while time.monotonic() - begin < 1.5:
        came += sum(let_in(limiter, 1) for limiter in processes)
        await asyncio.sleep(0.001)
    passed = time.monotonic() - begin

    assert came <= 100 + 200 * passed + 2 * 20 + 20


async def test_one_request_in_twenty_costs_redis_a_write(door: LimiterFactory, redis_url: str) -> None:
    limiter = door()

    with sync_redis.Redis.from_url(redis_url) as client:
        before = client.info("commandstats").get("cmdstat_set", {"calls": 0})["calls"]
        for _ in range(100):
            let_in(limiter, 1)
            await settled(limiter)
        writes = client.info("commandstats")["cmdstat_set"]["calls"] - before

    assert writes == 5


async def test_a_bucket_stands_in_redis_under_a_hash_and_not_for_long(door: LimiterFactory, redis_url: str) -> None:
    limiter = door(hide=lambda source: f"h{len(source)}")

    let_in(limiter, 20)
    await settled(limiter)

    with sync_redis.Redis.from_url(redis_url) as client:
        assert client.keys() == [f"limiet:proef:h{len(SOURCE)}:lezen".encode()]
        assert 0 < client.pttl(client.keys()[0]) <= 3_000 + 1_000


async def test_two_rooms_count_apart(door: LimiterFactory) -> None:
    intake, triage = door(room="intake"), door(room="triage")
    let_in(intake, 150)
    await settled(intake)

    assert let_in(triage, 100) == 100


async def test_a_damaged_bucket_in_redis_is_a_full_one(door: LimiterFactory, redis_url: str) -> None:
    limiter = door(hide=lambda _: "h")
    with sync_redis.Redis.from_url(redis_url) as client:
        client.set("limiet:proef:h:lezen", "onzin")

    assert let_in(limiter, 20) == 20
    await settled(limiter)

    with sync_redis.Redis.from_url(redis_url) as client:
        assert (client.get("limiet:proef:h:lezen") or b"").startswith(b"80.000 ")


# --- without Redis -----------------------------------------------------------------------------------------------


async def test_without_redis_the_same_budget_counts_and_nobody_waits(door: LimiterFactory) -> None:
    limiter = door("redis://127.0.0.1:1/0")

    begin = time.monotonic()
    came = 0
    for _ in range(150):
        came += let_in(limiter, 1)
        await asyncio.sleep(0)
    passed = time.monotonic() - begin

    assert 100 <= came <= 100 + 10 * passed + 1
    await settled(limiter)
    assert limiter._alone


async def test_a_redis_that_never_answers_keeps_nobody_waiting(
    door: LimiterFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_REDIS_PATIENCE_SECONDS", 0.2)
    silent = await asyncio.start_server(lambda *_: asyncio.sleep(5), "127.0.0.1", 0)
    limiter = door(f"redis://127.0.0.1:{silent.sockets[0].getsockname()[1]}/0")
    longest = 0.0

    for _ in range(100):
        begin = time.monotonic()
        limiter.take(Budget.LEZEN, SOURCE)
        longest = max(longest, time.monotonic() - begin)
        await asyncio.sleep(0)
    await settled(limiter)
    silent.close()

    assert longest < 0.05
    assert limiter._alone


async def test_a_full_redis_or_a_wrong_password_stops_nobody(door: LimiterFactory, redis_url: str) -> None:
    wrong = door(redis_url.replace("alleen-voor-tests", "verkeerd"))
    full = door()

    with sync_redis.Redis.from_url(redis_url) as client:
        client.config_set("maxmemory", "1")
        try:
            came = [let_in(wrong, 40), let_in(full, 40)]
            await settled(wrong)
            await settled(full)
        finally:
            client.config_set("maxmemory", "0")

    assert came == [40, 40]
    assert wrong._alone
    assert full._alone


async def test_a_redis_that_was_emptied_is_told_the_script_again(door: LimiterFactory, redis_url: str) -> None:
    limiter = door()
    let_in(limiter, 20)
    await settled(limiter)

    with sync_redis.Redis.from_url(redis_url) as client:
        client.script_flush()
        client.flushdb()
        let_in(limiter, 20)
        await settled(limiter)
        assert len(client.keys()) == 1

    assert not limiter._alone


async def test_it_goes_back_to_redis_by_itself(door: LimiterFactory, redis_url: str) -> None:
    ticks = Ticks()
    limiter = door("redis://127.0.0.1:1/0", ticks=ticks)
    let_in(limiter, 20)
    await settled(limiter)
    assert limiter._alone

    limiter._shared = SharedBuckets(connect_redis(redis_url, name="test-deur"))
    let_in(limiter, 20)
    assert limiter._settling is None, "Redis is left alone for a moment"
    ticks.now += 2.0
    let_in(limiter, 20)
    await settled(limiter)

    assert not limiter._alone


# --- rights ------------------------------------------------------------------------------------------------------


async def test_the_user_of_a_room_may_do_this_and_touch_no_other_bucket(redis_url: str) -> None:
    users = {room.value: "geheim" for room in Room} | {"celery": "geheim", "beheer": "geheim"}
    rule = next(line for line in acl_file(users).splitlines() if line.startswith("user intake "))
    with sync_redis.Redis.from_url(redis_url) as admin:
        admin.execute_command("ACL", "SETUSER", "test-intake", *_arguments(rule))
        try:
            # In the first database, as every room works there: its user may choose no other.
            address = redis_url.partition("@")[2].rpartition("/")[0] + "/0"
            mine = Redis.from_url(f"redis://test-intake:geheim@{address}", protocol=2)
            shared = SharedBuckets(mine)

            left = await shared.settle([("limiet:intake:h:lezen", Rate(10, 100), 20)])
            with pytest.raises(sync_redis.exceptions.ResponseError):
                await shared.settle([("limiet:triage:h:lezen", Rate(10, 100), 20)])
            await mine.aclose()
        finally:
            admin.execute_command("ACL", "DELUSER", "test-intake")

    assert left == [80.0]


def _arguments(rule: str) -> list[str]:
    """Return a line of an ACL file as the arguments of ACL SETUSER: a selector is one of them."""
    outside, *selectors = rule.split(" (")
    return [*outside.split()[2:], *(f"({selector}" for selector in selectors)]
