"""What time it is: the only module that reads a clock.

A ``Clock`` is a function without arguments that returns an aware instant. Rooms get one at start and pass
its value down as ``now``. In simulated time (local only) every process maps the same small file, so that
one writer moves the time of all rooms at once (docs/adr/0007).
"""

import mmap
import os
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAYOUT = struct.Struct("<qqd8x")  # simulated base, real base (microseconds since 1970), simulated seconds per real one


def system_clock() -> datetime:
    """Return the time of the machine, in UTC."""
    return datetime.now(UTC)  # noqa: TID251, the one place that may read it


class SimulatedClock:
    """Read the simulated time that ``write_clock`` keeps in a file."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), _LAYOUT.size, access=mmap.ACCESS_READ)

    def __call__(self) -> datetime:
        simulated, real, rate = _LAYOUT.unpack(self._map[: _LAYOUT.size])
        passed = (system_clock() - _EPOCH) // _MICROSECOND - real
        return _EPOCH + timedelta(microseconds=simulated + int(passed * rate))


def write_clock(path: Path, simulated: datetime, rate: float) -> None:
    """Set the simulated time, and how fast it runs on from there (0 stands still).

    The file is made when it is not there and written in place otherwise: readers keep their mapping.
    """
    if simulated.tzinfo is None:
        raise ValueError("a clock cannot be set to a naive datetime")
    values = _LAYOUT.pack((simulated - _EPOCH) // _MICROSECOND, (system_clock() - _EPOCH) // _MICROSECOND, rate)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.pwrite(handle, values, 0)
    finally:
        os.close(handle)


def clock_from(path: Path | None) -> Clock:
    """Return the simulated clock when a file is named, else the time of the machine."""
    return SimulatedClock(path) if path else system_clock
