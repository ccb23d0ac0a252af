"""A self-assessment, a delivery to the CBS that a second person approved, and one that somebody can decide on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from services.monitoring.domain.zelfevaluatie import VRAGEN
from tests.flow.house import House, Person, wait_for

_GEMEENTE = "0599"
# Over years that are over, whatever the clock of the house says.
_ZELFEVALUATIE: Mapping[str, Any] = MappingProxyType(
    {"gemeenteCode": _GEMEENTE, "jaar": 2019, "antwoorden": dict.fromkeys(VRAGEN, 3)}
)
_LEVERING: Mapping[str, Any] = MappingProxyType({"halfjaar": "2019-1"})
_EERDER: Mapping[str, Any] = MappingProxyType({"halfjaar": "2018-2"})  # no other version of it is asked


@dataclass(frozen=True, slots=True)
class DoelenPlant:
    """Ids by the names that paths give them, what an operation is sent, and which one is about which."""

    paths: dict[str, str]
    instead: dict[str, dict[str, list[str]]]
    bodies: dict[str, Any] = field(
        default_factory=lambda: {
            "monitoring.createZelfevaluatie": dict(_ZELFEVALUATIE),
            "monitoring.createCbsLevering": dict(_LEVERING),
            "monitoring.putCbsLeveringBesluit": {"besluit": "goedgekeurd"},
        }
    )


def plant_doelen(house: House) -> DoelenPlant:
    """Hand in, ask, wait until the worker made both, and approve one as somebody else.

    The other was asked by somebody who walks nowhere: whoever may decide can decide on it.
    """
    gemeente = house.person("gemeente", _GEMEENTE, _GEMEENTE)
    handed_in = gemeente.post("monitoring", "/zelfevaluaties", dict(_ZELFEVALUATIE))["id"]
    concept = _concept(house, house.person("vt-teamleider", "elders"), _EERDER)
    levering = _concept(house, house.person("vt-teamleider"), _LEVERING)
    path = f"/cbs-leveringen/{levering}/besluit"
    approved = house.person("beheerder").call("PUT", "monitoring", path, {"besluit": "goedgekeurd"})
    assert approved.status_code == 200, approved.text
    return DoelenPlant(
        paths={
            "zelfevaluatieId": handed_in,
            "cbsLeveringId": levering,
            "doelCode": "1.2.2",
            "bestand": "meldingen",
        },
        instead={
            "monitoring.putZelfevaluatieVaststelling": {"zelfevaluatieId": [handed_in]},
            "monitoring.putCbsLeveringBesluit": {"cbsLeveringId": [concept]},
            "monitoring.readCbsBestand": {"cbsLeveringId": [levering]},
        },
    )


def _concept(house: House, asking: Person, wanted: Mapping[str, Any]) -> str:
    """Ask for a delivery, and return it once the worker made it."""
    found: str = asking.post("monitoring", "/cbs-leveringen", dict(wanted), status=202)["id"]
    leader = house.person("vt-teamleider")
    wait_for(
        lambda: leader.get("monitoring", f"/cbs-leveringen/{found}")["status"] == "concept",
        60,
        "no delivery to the CBS",
    )
    return found
