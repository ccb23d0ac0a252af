"""A goal that exists, a self-assessment that can be made definite, and mailboxes of which one may go."""

from typing import Any

from services.monitoring.domain.doelenbomen import DOELEN
from services.monitoring.domain.zelfevaluatie import VRAGEN
from tests.canary.marks import GEMEENTE
from tests.flow.house import House

Instead = dict[str, dict[str, list[str]]]


def plant_monitoring(house: House) -> tuple[dict[str, Any], Instead]:
    """Return what is sent to which operation, and which is about which."""
    jaar = house.now().year
    opgave = {"gemeenteCode": GEMEENTE, "jaar": jaar, "antwoorden": dict.fromkeys(VRAGEN, 3)}
    leader = house.person("vt-teamleider")
    made = leader.post("monitoring", "/zelfevaluaties", opgave)["id"]
    stays, goes = (
        leader.post("monitoring", "/ontvangers", {"soort": "teamleider", "postvak": f"{team}@vt.example"})["id"]
        for team in ("blijft", "gaat")
    )
    return (
        {"monitoring.createZelfevaluatie": {**opgave, "jaar": jaar - 1}},
        {
            **{f"monitoring.{name}": {"ontvangerId": [stays]} for name in ("readOntvanger", "putOntvanger")},
            "monitoring.removeOntvanger": {"ontvangerId": [goes]},
            "monitoring.putZelfevaluatieVaststelling": {"zelfevaluatieId": [made]},
            "monitoring.readDoel": {"doelId": [DOELEN[0].code]},  # in a plan there are goals too, by ids
        },
    )
