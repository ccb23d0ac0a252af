"""Organisations that are asked about, changed, enrolled and ended; none of them is of who walks through the doors.

What is written of an organisation is of no person, and stands where who may see no person reads it: so nothing marked
is put in it, and every body is given here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.canary.plant_triage import RAAD, Instead
from tests.flow.house import House, Person

GEPLANT, GEEINDIGD = "geplante-organisatie", "geeindigde-organisatie"
_OIN = "00000099123456789000"
_READS = ("readOrganisatie", "readContacten", "readClients", "readRechten")
_WRITES = ("putContacten", "putClients", "createRecht", "putInschrijving")
_CONTACTEN = {"contacten": [{"rol": "overdrachten", "email": "overdracht@geplant.example"}]}


@dataclass(slots=True)
class OrganisatiePlanter:
    """Plant what each door of the organisations asks for."""

    beheerder: Person
    today: str
    paths: dict[str, str] = field(default_factory=dict)
    instead: Instead = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)

    def plant(self) -> None:
        """Make an organisation to read, one to change and one to end, and say which door is about which."""
        for one in (RAAD, GEPLANT, GEEINDIGD):
            self.beheerder.post("handover", "/organisaties", self._organisatie(one))
        recht = self.beheerder.post("handover", f"/organisaties/{GEPLANT}/rechten", self._recht("0599"))
        self._change(GEPLANT, "contacten", _CONTACTEN)
        for names, organisatie in ((_READS, RAAD), (_WRITES, GEPLANT), (("putBeeindiging",), GEEINDIGD)):
            for name in names:
                self.instead[f"handover.{name}"] = {"organisatieId": [organisatie]}
        self.instead["handover.putRechtEinde"] = {"organisatieId": [GEPLANT], "rechtId": [recht["id"]]}
        self.paths["rechtId"] = recht["id"]
        self.bodies = {
            "handover.createOrganisatie": self._organisatie("nog-een-organisatie"),
            "handover.putContacten": _CONTACTEN,
            "handover.putClients": {"clients": ["geplant-systeem"]},
            "handover.createRecht": self._recht("0622"),
            "handover.putRechtEinde": {"geldigTot": self.today},
            "handover.putBeeindiging": {"reden": "opgeheven"},
        }

    def _organisatie(self, organisatie_id: str) -> Mapping[str, str]:
        return {"organisatieId": organisatie_id, "naam": "Geplante organisatie", "oin": _OIN}

    def _recht(self, gemeente_code: str) -> Mapping[str, str]:
        return {"doel": "hulp-verlenen", "gemeenteCode": gemeente_code, "geldigVan": self.today}

    def _change(self, organisatie_id: str, what: str, body: Mapping[str, Any]) -> None:
        path = f"/organisaties/{organisatie_id}/{what}"
        answer = self.beheerder.call("PUT", "handover", path, body, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text


def plant_organisaties(house: House) -> OrganisatiePlanter:
    """Plant organisations; what ends by a body, ends on a day that is still to come in the house."""
    later = (house.now() + timedelta(days=365)).date().isoformat()
    planter = OrganisatiePlanter(house.person("beheerder"), later)
    planter.plant()
    return planter
