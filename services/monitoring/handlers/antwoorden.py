"""Answers that are kept as long as no figure changed: who asks again costs one look at a counter.

The version is read before the figures are: what is kept may be newer than it says, and is then made anew once more.
"""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from hashlib import sha256
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers.bewaard import Bewaard

_BYTES_MAX = 16 * 1024 * 1024
_QUESTIONS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Antwoord:
    """A body with its strong validator."""

    body: bytes
    etag: str


class Antwoorden:
    """The answers of one database, the one that was asked for longest ago going first."""

    def __init__(self) -> None:
        self._kept: Bewaard[Antwoord] = Bewaard(_BYTES_MAX)
        self._asked: Bewaard[tuple[Hashable, str]] = Bewaard(_QUESTIONS_MAX)

    async def get(self, key: Hashable, version: int, make: Callable[[], Awaitable[bytes]]) -> Antwoord:
        """Return the answer under a key as it is at a version, made when it is not kept.

        The key says everything that the answer depends on beside the figures: what is asked, by whom, on which day.
        """
        kept = self._kept.get(key, version)
        if kept is not None:
            return kept
        body = await make()
        made = Antwoord(body, f'"{sha256(body).hexdigest()[:32]}"')
        self._kept.keep(key, version, made, len(body))
        return made

    def remember(self, verbatim: Hashable, key: Hashable, naam: str) -> None:
        """Keep under which key the answer lies to a question as it was put to the letter, and under which name."""
        self._asked.keep(verbatim, None, (key, naam), 1)

    def again(self, verbatim: Hashable, version: int) -> tuple[Antwoord, str] | None:
        """Return the answer at a version to a question that was put before to the letter, and its name, when kept.

        What is said to the letter must hold who asks, and on which day, as a key must.
        """
        asked = self._asked.get(verbatim, None)
        kept = self._kept.get(asked[0], version) if asked else None
        return (kept, asked[1]) if asked and kept else None


_OF: WeakKeyDictionary[AsyncEngine, Antwoorden] = WeakKeyDictionary()


def answers_of(engine: AsyncEngine) -> Antwoorden:
    """Return what is kept of a database."""
    return _OF.setdefault(engine, Antwoorden())
