"""What people can do in triage, as a table: how it is asked for, with what, and by which machine it is allowed.

A move that has nothing to act upon is passed over. Bodies are made by chance from what the door takes; now and then one
is wrong in itself, or made for another object: a refusal is an answer too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from random import Random
from typing import Any

SECRET = "Mevrouw Canarie-Jansen woont op de Geheimstraat"

Table = Mapping[tuple[Any, Any], Any]


@dataclass
class Known:
    """What somebody who works on these meldingen has seen so far: ids by the kind of object."""

    now: datetime
    ids: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, one: str) -> None:
        """Remember an id once."""
        found = self.ids.setdefault(kind, [])
        if one not in found:
            found.append(one)

    def pick(self, kind: str, chance: Random) -> str | None:
        """Return one of the ids of a kind, the later ones more often."""
        found = self.ids.get(kind, [])
        return found[-1 - min(int(chance.expovariate(1.2)), len(found) - 1)] if found else None


@dataclass(frozen=True)
class Machine:
    """The table that says whether a move is allowed, and the step that it is there."""

    transitions: Table
    status: type[Enum]
    action: Enum | None  # None: which step it is depends on the body; then the table judges nothing


Body = Callable[[Random, Known], Any]


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing that can be asked of the door.

    ``path`` holds the kinds of ids between braces. ``seen`` is where the version stands that a change demands.
    ``makes`` is the kind of what a creating request makes. ``rol`` is who asks.
    """

    name: str
    method: str
    path: str
    body: Body
    seen: str = ""
    makes: str = ""
    machine: Machine | None = None
    rol: str = "vt-medewerker"
    weight: int = 2


def at(known: Known) -> str:
    """Return this moment as it goes over the wire."""
    return known.now.isoformat()


def text(chance: Random) -> str:
    """Return what somebody wrote down."""
    return f"{SECRET}, {chance.randrange(1000)}"
