"""Offers of which each is in the state that a step asks for: every step of an overdracht has one of its own.

Those to the local field are of the municipality of the walk, those to a partner of its shelter.
"""

from dataclasses import dataclass, field

from tests.flow.house import Person, wait_for
from tests.flow.test_chain import Chain, about

_OPVANG = "opvang-rotterdam-rijnmond"
_TO_BOTH = [{"soort": "lokaal-veld"}, {"soort": "opvang", "organisatieId": _OPVANG}]

Instead = dict[str, dict[str, list[str]]]


@dataclass(slots=True)
class OverdrachtPlanter:
    """Plant offers, each in a casus of its own."""

    chain: Chain
    number: int = 0
    instead: Instead = field(default_factory=dict)

    def plant(self) -> Instead:
        """Make every offer, and return which operation is about which."""
        self._point("revokeOverdracht", self.offers()["lokaal-veld"])
        self._point("askTeruggave", self._accepted())
        for name in ("acceptTeruggave", "refuseTeruggave"):
            overdracht_id = self._accepted()
            asked = {"reden": "anders", "toelichting": "Verzonnen woorden."}
            self._opvang.post("handover", f"/overdrachten/{overdracht_id}/teruggave", asked)
            self._point(name, overdracht_id)
        self._point("askAboutZicht", self._accepted())
        overdracht_id = self._accepted()
        asked = {"stap": "aanbieden", "motivering": "Verzonnen woorden."}
        self.chain.vt.post("handover", f"/overdrachten/{overdracht_id}/zicht-aanbod", asked)
        self._point("acceptZicht", overdracht_id)
        self._gesprek()
        return self.instead

    def _gesprek(self) -> None:
        overdracht_id = self._accepted()
        plan = {"moment": "2027-01-31T10:00:00Z", "deelnemers": [{"rol": "gezin"}]}
        gesprek = self.chain.vt.post("handover", f"/overdrachten/{overdracht_id}/gesprekken", plan)
        self._point("planGesprek", "listGesprekken", overdracht_id)
        for name in ("noteGesprek", "readGesprek"):
            self._point(name, overdracht_id)
            self.instead[f"handover.{name}"]["gesprekId"] = [gesprek["id"]]
        other = self.chain.vt.post("handover", f"/overdrachten/{overdracht_id}/gesprekken", plan)
        self._point("callOffGesprek", overdracht_id)
        self.instead["handover.callOffGesprek"]["gesprekId"] = [other["id"]]

    @property
    def _opvang(self) -> Person:
        return self.chain.house.person("ketenpartner", _OPVANG)

    def _accepted(self) -> str:
        """Return an overdracht that the shelter accepted, in a casus of which the local field has sight of safety."""
        offers = self.offers()
        self.chain.team.post("handover", f"/overdrachten/{offers['lokaal-veld']}/acceptatie", {})
        self._opvang.post("handover", f"/overdrachten/{offers['opvang']}/acceptatie", {})
        return offers["opvang"]

    def _point(self, *given: str) -> None:
        *operations, overdracht_id = given
        for name in operations:
            self.instead[f"handover.{name}"] = {"overdrachtId": [overdracht_id]}

    def offers(self) -> dict[str, str]:
        """Report a family, hand it over to the local field and to the shelter, and return both offers by their kind."""
        self.number += 1
        melding = self.chain.report(personen=about(f"Voorbeeldaanbod{self.number}", "1988-07-06"))
        self.chain.decide(melding["id"], "overdracht", bestemmingen=_TO_BOTH)

        def find() -> dict[str, str] | None:
            rows = self.chain.vt.get("handover", "/overdrachten", limiet="100", status="aangeboden")["resultaten"]
            found = {row["soort"]: row["id"] for row in rows if row["casusId"] == melding["casusId"]}
            return found if len(found) == len(_TO_BOTH) else None

        offers: dict[str, str] = wait_for(find, 30, "nothing was offered")
        return offers


def plant_overdracht(chain: Chain) -> Instead:
    """Plant what the steps of an overdracht ask for, and return which operation is about which offer."""
    return OverdrachtPlanter(chain).plant()
