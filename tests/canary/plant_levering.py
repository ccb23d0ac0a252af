"""Where receivers are told and what was delivered: of the raad, who has a house of his own, and of the shelter.

An address is of an organisation and stands where who may see no person reads it: so nothing marked is put in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.canary.plant_overdracht import OverdrachtPlanter
from tests.canary.plant_triage import OPVANG, RAAD, Instead
from tests.flow.house import wait_for
from tests.flow.test_chain import Chain

# Nobody listens there: what is delivered to it stays open, and can be started again and settled.
_NOBODY = "http://127.0.0.1:9/overdrachten"
ADRES = {"wijze": "rest", "url": _NOBODY}


@dataclass(slots=True)
class LeveringPlanter:
    """Plant addresses, and an offer that is being delivered."""

    chain: Chain
    paths: dict[str, str] = field(default_factory=dict)
    instead: Instead = field(default_factory=dict)
    # Whoever gives up an address without saying for whom, gives up his own.
    bodies: dict[str, Any] = field(
        default_factory=lambda: {"handover.addLeveradres": {"wijze": "handmatig"}, "handover.replaceLeveradres": ADRES}
    )

    def plant(self) -> None:
        """Make everything, and say which door is about which."""
        kept, ended = self._adres(RAAD), self._adres(RAAD, gemeenteCode="0622")
        for name in ("readLeveradres", "replaceLeveradres", "rotateLeveradresGeheim"):
            self.instead[f"handover.{name}"] = {"leveradresId": [kept]}
        self.instead["handover.endLeveradres"] = {"leveradresId": [ended]}
        self._adres(OPVANG)
        offers = OverdrachtPlanter(self.chain, number=100)
        again, levering = self._offered(offers)
        self.instead["handover.restartLevering"] = {"overdrachtId": [again], "leveringId": [levering]}
        offer, levering = self._offered(offers)
        self.instead["handover.settleLevering"] = {"overdrachtId": [offer], "leveringId": [levering]}
        self.paths |= {"leveradresId": kept, "leveringId": levering} | self._navraag(offer)

    def _offered(self, offers: OverdrachtPlanter) -> tuple[str, str]:
        """Offer something to the shelter; return the overdracht and its delivery, for what can be done once to one."""
        offer = offers.offers()["opvang"]
        (levering,) = wait_for(
            lambda: self.chain.vt.get("handover", f"/overdrachten/{offer}/leveringen")["resultaten"],
            20,
            "nothing is delivered",
        )
        return offer, levering["id"]

    def _navraag(self, offer: str) -> dict[str, str]:
        # Asked by the shelter, to whom the offer was made; an answered one stays readable and answers the same again.
        shelter = self.chain.house.person("ketenpartner", OPVANG)
        body = {"vraag": "Wie haalt de kinderen van school?"}
        asked = shelter.post("handover", f"/overdrachten/{offer}/navragen", body)["id"]
        self.instead["handover.listNavragen"] = self.instead["handover.askNavraag"] = {"overdrachtId": [offer]}
        for name in ("readNavraag", "answerNavraag"):
            self.instead[f"handover.{name}"] = {"overdrachtId": [offer], "navraagId": [asked]}
        answered = shelter.post("handover", f"/overdrachten/{offer}/navragen", body)["id"]
        said = {"antwoord": "Een buurman."}
        self.chain.vt.post("handover", f"/overdrachten/{offer}/navragen/{answered}/antwoord", said)
        self.instead["handover.confirmAntwoord"] = {"overdrachtId": [offer], "navraagId": [answered]}
        return {"navraagId": asked}

    def _adres(self, organisatie_id: str, **more: str) -> str:
        lead = self.chain.house.person("vt-teamleider")
        body: Mapping[str, str] = {"organisatieId": organisatie_id, **ADRES, **more}
        found: str = lead.post("handover", "/leveradressen", body)["id"]
        return found


def plant_levering(chain: Chain) -> LeveringPlanter:
    """Plant what the doors of deliveries ask for."""
    planter = LeveringPlanter(chain)
    planter.plant()
    return planter
