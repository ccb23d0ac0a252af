"""A report that can be written in, and one that is made definite while the house stands, which can be corrected then.

Whatever an editor writes is read by every municipality and stands in a letter that is made public: so nothing marked is
taken there. What is refused, as a tag is, carries marks.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from shared.rules.calendar import AMSTERDAM
from tests.canary.marks import Marker
from tests.flow.house import House

Instead = dict[str, dict[str, list[str]]]


def plant_rapporten(house: House) -> tuple[dict[str, Any], Instead]:
    """Return what is sent to which operation, and which is about which."""
    now = house.now().astimezone(AMSTERDAM)
    halfjaar = {"soort": ["halfjaarrapportage"], "periode": [_halfjaar(now)]}
    brief = {"soort": ["monitorbrief"], "periode": [f"{now:%Y-%m}"]}
    maand = [f"{_publish_a_month(house, now):%Y-%m}"]
    return (
        {
            "monitoring.putRapportageTekst": _by_turns("tekst", {}),
            "monitoring.putRapportageStoplicht": _by_turns("reden", {"kleur": "groen"}),
            "monitoring.putRapportageVersie": {"reden": "Wat te laat binnenkwam telt nu mee."},
            "monitoring.putKpiPublicatie": {"reden": "De historie is ingelezen."},
        },
        {
            **{f"monitoring.{name}": halfjaar for name in ("readRapportage", "listRapportageTeksten")},
            "monitoring.putRapportageTekst": {**halfjaar, "plek": ["ontwikkelingen"]},
            "monitoring.putRapportageStoplicht": {**halfjaar, "opgave": ["lokale-teams"]},
            "monitoring.listRapportageVersies": brief,
            "monitoring.putRapportageVersie": {**brief, "versie": ["2"]},
            **{f"monitoring.{name}": {"van": maand, "tot": maand} for name in ("getKpiPublicatie", "putKpiPublicatie")},
        },
    )


def _publish_a_month(house: House, now: datetime) -> date:
    """Publish a month of which nothing was known, as no chore would: its letter is not of a time before all facts."""
    # The month before the last one: that is definite on the first day of a month too.
    month = now.date().replace(day=1)
    for _ in range(2):
        month = (month - timedelta(days=1)).replace(day=1)
    # Something was counted in it, or it could not be asked to be published afterwards.
    house.rows(
        "monitoring",
        "INSERT INTO kpi VALUES ('telling', '0599', %s, 'acuut', '', 7) ON CONFLICT DO NOTHING RETURNING dag",
        month,
    )
    house.rows(
        "monitoring",
        "INSERT INTO publicatie VALUES (%s, %s, %s, %s, '[]', '{}') RETURNING van",
        *(month, month, now.date(), now),
    )
    return month


def _halfjaar(now: datetime) -> str:
    return f"{now:%Y}-H{1 if now.month <= 6 else 2}"


def _by_turns(veld: str, others: dict[str, str]) -> Callable[[Marker], dict[str, str]]:
    """Return what makes a body: by turns one that is refused, with a mark, and one that is taken."""
    turns = count()

    def body(marker: Marker) -> dict[str, str]:
        marked = f"<b>{marker.text(f'/rapportages/{veld}')}</b>"
        return {**others, veld: "Het team is **uitgebreid**." if next(turns) % 2 else marked}

    return body
