"""The parts of a worker end together, also one that does not hear that it is cancelled."""

import asyncio

import pytest

from shared import parts
from shared.parts import pause, run_together

pytestmark = pytest.mark.anyio


async def _until_told(stop: asyncio.Event, seen: list[str]) -> None:
    await stop.wait()
    seen.append("finished what it had in hand")


async def _fails() -> None:
    await asyncio.sleep(0)
    raise LookupError


async def test_a_part_that_fails_has_the_others_finish_and_is_told_of() -> None:
    stop, seen = asyncio.Event(), list[str]()

    good = await asyncio.wait_for(run_together([_until_told(stop, seen), _fails()], stop), 5)

    assert (good, seen) == (False, ["finished what it had in hand"])


async def test_parts_that_are_told_to_stop_have_not_failed() -> None:
    stop, seen = asyncio.Event(), list[str]()
    asyncio.get_running_loop().call_later(0.02, stop.set)

    assert await asyncio.wait_for(run_together([_until_told(stop, seen), _until_told(stop, seen)], stop), 5)
    assert len(seen) == 2


async def test_a_part_that_was_cancelled_from_outside_has_failed() -> None:
    stop = asyncio.Event()

    async def cancelled() -> None:
        raise asyncio.CancelledError

    assert not await asyncio.wait_for(run_together([cancelled(), _until_told(stop, [])], stop), 5)


async def test_a_part_that_does_not_listen_has_the_process_ended_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Left(BaseException):
        """What stands here for the end of the process."""

    def leave() -> None:
        raise Left

    async def deaf() -> None:
        while not over.is_set():
            try:
                await over.wait()
            except asyncio.CancelledError:
                continue

    over = asyncio.Event()
    monkeypatch.setattr(parts, "leave", leave)

    with pytest.raises(Left):
        await asyncio.wait_for(run_together([deaf(), _fails()], asyncio.Event(), leave_seconds=0.05), 5)
    over.set()


async def test_parts_that_end_one_after_the_other_do_not_give_a_deaf_one_more_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Left(BaseException):
        """What stands here for the end of the process."""

    def leave() -> None:
        raise Left

    monkeypatch.setattr(parts, "leave", leave)
    loop = asyncio.get_running_loop()
    others = [asyncio.sleep(number * 0.1) for number in range(1, 40)]
    began = loop.time()

    with pytest.raises(Left):
        await run_together([_fails(), *others], asyncio.Event(), leave_seconds=0.25)
    assert loop.time() - began < 2


async def test_a_pause_ends_when_it_is_told_to_and_when_its_time_is_over() -> None:
    stop = asyncio.Event()
    await asyncio.wait_for(pause(stop, 0.01), 5)
    stop.set()
    await asyncio.wait_for(pause(stop, 60), 5)


async def test_a_pause_that_is_cancelled_as_it_ends_is_cancelled() -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(pause(stop, 60))
    await asyncio.sleep(0)

    stop.set()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
