"""The mail of a working day: what has passed, what falls due, and what is open; ids, kinds and times, no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.rules.deadlines import format_moment

SOORT = "dagbericht"
REGELS_MAX = 25  # of each list; the mail says how many there are beyond them


@dataclass(frozen=True, slots=True)
class OpenTermijn:
    """An open clock as the mail of a day names it."""

    soort: str
    casus_id: UUID
    uiterlijk: datetime


@dataclass(frozen=True, slots=True)
class OpenTelling:
    """How many clocks of a kind are open, and how many of them have passed."""

    soort: str
    aantal: int
    te_laat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DagStand:
    """What there is to say to one receiver on one day."""

    dag: date
    voor: str  # medewerker or teamleider
    tellingen: tuple[OpenTelling, ...]
    te_laat: tuple[OpenTermijn, ...]
    vervalt: tuple[OpenTermijn, ...]
    vervalt_totaal: int


def inhoud_of(stand: DagStand) -> dict[str, Any] | None:
    """Return what the mail of a day holds; None when there is nothing to do, so that no empty mail is sent.

    What is open and far away is no reason to write: it comes along when something else is.
    """
    if not stand.te_laat and not stand.vervalt:
        return None
    return {
        "soort": SOORT,
        "voor": stand.voor,
        "dag": stand.dag.isoformat(),
        "teLaat": [_line(one) for one in stand.te_laat],
        "teLaatTotaal": sum(one.te_laat for one in stand.tellingen),
        "vervalt": [_line(one) for one in stand.vervalt],
        "vervaltTotaal": stand.vervalt_totaal,
        "open": {one.soort: one.aantal for one in stand.tellingen},
    }


def _line(one: OpenTermijn) -> dict[str, str]:
    return {"soort": one.soort, "casusId": str(one.casus_id), "uiterlijk": one.uiterlijk.isoformat()}


def lines_of(found: Sequence[dict[str, str]], total: int, names: dict[str, str], *, base_url: str) -> list[str]:
    """Return the lines of one list of a mail, with how many there are beyond them."""
    lines = [
        f"- {names.get(one['soort'], one['soort'])}: te laat vanaf "
        f"{format_moment(datetime.fromisoformat(one['uiterlijk']))}\n"
        f"  {base_url}/v1/termijnen?casusId={one['casusId']}"
        for one in found
    ]
    return [*lines, f"- en nog {total - len(found)}"] if total > len(found) else lines
