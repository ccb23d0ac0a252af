"""Answers that are kept as long as no figure changed: who asks again costs one look at a counter.

The version is read before the figures are: what is kept may be newer than it says, and is then made anew once more.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from hashlib import sha256
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncEngine

_BYTES_MAX = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Antwoord:
    """A body with its strong validator."""

    body: bytes
    etag: str


class Antwoorden:
    """The answers of one database, the one that was asked for longest ago going first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[int, Antwoord]] = OrderedDict()
        self._bytes = 0

    async def get(self, key: Hashable, version: int, make: Callable[[], Awaitable[bytes]]) -> Antwoord:
        """Return the answer under a key as it is at a version, made when it is not kept.

        The key says everything that the answer depends on beside the figures: what is asked, by whom, on which day.
        """
        kept = self._kept.get(key)
        if kept and kept[0] == version:
            self._kept.move_to_end(key)
            return kept[1]
        body = await make()
        made = Antwoord(body, f'"{sha256(body).hexdigest()[:32]}"')
        self._keep(key, version, made)
        return made

    def _keep(self, key: Hashable, version: int, made: Antwoord) -> None:
        before = self._kept.pop(key, None)
        self._bytes += len(made.body) - (len(before[1].body) if before else 0)
        self._kept[key] = (version, made)
        while self._bytes > _BYTES_MAX and self._kept:
            _, (_, gone) = self._kept.popitem(last=False)
            self._bytes -= len(gone.body)


_OF: WeakKeyDictionary[AsyncEngine, Antwoorden] = WeakKeyDictionary()


def answers_of(engine: AsyncEngine) -> Antwoorden:
    """Return what is kept of a database."""
    return _OF.setdefault(engine, Antwoorden())
