"""How the parts of a worker run beside each other, wait, and end: all of them or none."""

import asyncio
import os
from collections.abc import Coroutine, Sequence
from typing import Any, Never

from shared.log import get_logger, where

log = get_logger()

_LEAVE_SECONDS = 10.0
_FAILED = 1

Part = Coroutine[Any, Any, object]  # what it yields and takes is between it and the loop


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait a while, or until told to stop.

    ``asyncio.wait_for`` would do, but before Python 3.12 it forgets that it was cancelled when what it waits for comes
    in the same moment (cpython issue 86296).
    """
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


async def run_together(parts: Sequence[Part], stop: asyncio.Event, *, leave_seconds: float = _LEAVE_SECONDS) -> bool:
    """Run the parts until each has ended, and say whether none failed: when one does, the others are told to stop.

    A part that does not listen has the process ended under it (``leave_seconds`` later). A task group would cancel it
    and wait, and libraries lose a cancellation, as the issue above says: a worker stood for ever of which only the
    reader was left, that told nothing any more and that nobody started again.
    """
    loop = asyncio.get_running_loop()
    running = {asyncio.ensure_future(part) for part in parts}
    good, until = True, 0.0
    while running:
        left = None if good else max(until - loop.time(), 0.0)
        ended, running = await asyncio.wait(running, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if not ended:
            log.error("worker_parts_stay", count=len(running))
            leave()
        for part in ended:
            error = asyncio.CancelledError() if part.cancelled() else part.exception()
            if error is not None:
                log.error("worker_part_failed", error_type=type(error).__name__, error_place=where(error))
                if good:
                    good, until = False, loop.time() + leave_seconds
                stop.set()
    return good


def leave() -> Never:
    """End this process as it is; nothing is lost by that, as nothing is by a crash."""
    os._exit(_FAILED)
