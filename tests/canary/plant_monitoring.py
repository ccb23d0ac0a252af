"""Mailboxes of which one may go, a look that can be put on another day, a goal that exists, and factors of a year.

A mailbox is of a worker of Veilig Thuis and stands in the line of his mail that says to whom: nothing marked is in it.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from services.monitoring.domain.doelenbomen import DOELEN
from tests.canary.marks import Marker
from tests.flow.test_chain import Chain

Instead = dict[str, dict[str, list[str]]]
_LATER = timedelta(days=14)
_FACTOR, _GEMEENTEN = "werkloosheidspercentage", ("0599", "0613", "0489")  # of fewer nothing can be compared


def plant_monitoring(chain: Chain, *, watched: str) -> tuple[dict[str, Any], Instead]:
    """Return what is sent to which operation, and which is about which; ``watched`` is a casus with its moments."""
    leader = chain.house.person("vt-teamleider")
    stays, goes = (
        leader.post("monitoring", "/ontvangers", _teamleider(f"{team}@vt.example"))["id"] for team in ("blijft", "gaat")
    )
    momenten = chain.vt.get("monitoring", "/monitormomenten", casusId=watched)["resultaten"]
    return (
        {
            "monitoring.addOntvanger": _teamleider("team@vt.example"),
            "monitoring.putOntvanger": {"postvak": "ander-team@vt.example", "dagbericht": True},
            "monitoring.putVerplaatsing": _verplaatsing,
            "monitoring.createRisicocijfers": _risicocijfers(),
        },
        {
            **{f"monitoring.{name}": {"ontvangerId": [stays]} for name in ("readOntvanger", "putOntvanger")},
            "monitoring.removeOntvanger": {"ontvangerId": [goes]},
            "monitoring.readDoel": {"doelId": [DOELEN[0].code]},  # in a plan there are goals too, by ids
            "monitoring.putUitkomst": {"monitormomentId": [momenten[0]["id"]]},
            "monitoring.putVerplaatsing": {"monitormomentId": [momenten[-1]["id"]]},
        },
    )


def _teamleider(postvak: str) -> dict[str, str]:
    return {"soort": "teamleider", "postvak": postvak}


def _verplaatsing(marker: Marker) -> dict[str, str]:
    return {"dag": (marker.now + _LATER).date().isoformat(), "reden": "op-verzoek-van-betrokkenen"}


def _risicocijfers() -> Callable[[Marker], str]:
    """Return what makes a file: by turns one that is refused, with marks in every column, and one that is taken."""
    turns = count()

    def file(marker: Marker) -> str:
        lines = ["gemeenteCode;factor;waarde", *(f"{place};{_FACTOR};5" for place in ("regio", *_GEMEENTEN))]
        marked = ";".join(str(marker.text(f"/risicocijfers/{nr}")) for nr in range(3))
        return "\n".join(lines if next(turns) % 2 else [*lines, marked])

    return file
