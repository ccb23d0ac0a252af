"""A self-assessment of a municipality, and a delivery to the CBS that a second person approved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from services.monitoring.domain.zelfevaluatie import VRAGEN
from tests.flow.house import House, wait_for

_GEMEENTE = "0599"
# Over years that are over, whatever the clock of the house says.
_ZELFEVALUATIE: Mapping[str, Any] = MappingProxyType(
    {"gemeenteCode": _GEMEENTE, "jaar": 2019, "antwoorden": dict.fromkeys(VRAGEN, 3)}
)
_LEVERING: Mapping[str, Any] = MappingProxyType({"halfjaar": "2019-1"})


@dataclass(frozen=True, slots=True)
class DoelenPlant:
    """Ids by the names that paths give them, what an operation is sent, and which one is about which."""

    paths: dict[str, str]
    instead: dict[str, dict[str, list[str]]]
    bodies: dict[str, Any] = field(
        default_factory=lambda: {
            "monitoring.createZelfevaluatie": dict(_ZELFEVALUATIE),
            "monitoring.createCbsLevering": dict(_LEVERING),
        }
    )


def plant_doelen(house: House) -> DoelenPlant:
    """Hand in, ask, wait until the worker made it, and approve as somebody else."""
    gemeente = house.person("gemeente", _GEMEENTE, _GEMEENTE)
    handed_in = gemeente.post("monitoring", "/zelfevaluaties", dict(_ZELFEVALUATIE))["id"]
    leader, beheerder = house.person("vt-teamleider"), house.person("beheerder")
    levering = leader.post("monitoring", "/cbs-leveringen", dict(_LEVERING), status=202)["id"]
    path = f"/cbs-leveringen/{levering}"
    wait_for(lambda: leader.call("GET", "monitoring", path).json()["status"] == "concept", 60, "no delivery to the CBS")
    approved = beheerder.call("PUT", "monitoring", f"{path}/besluit", {"besluit": "goedgekeurd"})
    assert approved.status_code == 200, approved.text
    on_one = {"cbsLeveringId": [levering]}
    return DoelenPlant(
        paths={
            "zelfevaluatieId": handed_in,
            "cbsLeveringId": levering,
            "doelCode": "1.2.2",
            "bestand": "meldingen",
        },
        instead={
            "monitoring.putZelfevaluatieVaststelling": {"zelfevaluatieId": [handed_in]},
            "monitoring.putCbsLeveringBesluit": on_one,
            "monitoring.readCbsBestand": on_one,
        },
    )
