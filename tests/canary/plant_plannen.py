"""Plans of households under accepted overdrachten, one for each step that ends something, and a voorwaarde to follow.

They are of a partner and not of the local team: in the matrix the team stands for a party that receives nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from tests.canary.marks import Marker
from tests.flow.house import Person, wait_for
from tests.flow.test_chain import Chain, about

OPVANG = "opvang-rotterdam-rijnmond"
_WORDS = "Verzonnen woorden."
_IN_A_PLAN = (
    "readPlan",
    "putPlanLid",
    "createPlanDoel",
    "createPlanactie",
    "putPlanRegie",
    "createPlanEvaluatie",
)


@dataclass(slots=True)
class PlannenPlanter:
    chain: Chain
    partner: Person
    paths: dict[str, str] = field(default_factory=dict)
    instead: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)

    def plant(self) -> None:
        """Make everything, and remember which operation is about what."""
        first = self._overdracht("Voorbeeldplan")
        running = self._plan(first)
        doel, settled = (self._post(f"/plannen/{running}/doelen", {"omschrijving": _WORDS}) for _ in range(2))
        actie = {"omschrijving": _WORDS, "organisatieId": OPVANG}
        kept, done = (self._post(f"/plannen/{running}/acties", actie) for _ in range(2))
        self._point("listPlannen", overdrachtId=first)
        for name in _IN_A_PLAN:
            self._point(name, planId=running)
        self._point("putPlanDoeluitkomst", planId=running, doelId=settled)
        self._point("putPlanactieAfronding", planId=running, planactieId=done)
        self._point("createPlan", overdrachtId=self._overdracht("Voorbeeldplanloos"))
        self._point("putPlanFase", planId=self._plan(self._overdracht("Voorbeeldfase")))
        self._point("putPlanEinde", planId=self._plan(self._overdracht("Voorbeeldeinde")))
        followed, voorwaarde = self._voorwaarde()
        for name in ("createContactpoging", "listContactpogingen", "listVoorwaarden"):
            self._point(name, overdrachtId=followed)
        self._point("createVoorwaardecontrole", overdrachtId=followed, voorwaardeId=voorwaarde)
        self.paths |= {"planId": running, "doelId": doel, "planactieId": kept}
        self.bodies |= {"handover.putPlanFase": _fase, "handover.createPlanEvaluatie": _evaluatie}
        self.bodies["handover.createVoorwaardecontrole"] = _controle

    def _point(self, name: str, **ids: str) -> None:
        self.instead[f"handover.{name}"] = {parameter: [value] for parameter, value in ids.items()}

    def _post(self, path: str, body: Mapping[str, Any]) -> str:
        found: str = self.partner.post("handover", path, body)["id"]
        return found

    def _plan(self, overdracht_id: str) -> str:
        leden = [{"nr": 0, "hoedanigheid": "volwassene"}]
        return self._post(f"/overdrachten/{overdracht_id}/plannen", {"leden": leden, "motivering": _WORDS})

    def _voorwaarde(self) -> tuple[str, str]:
        """Hand a casus over after voorwaarden en vervolg; return the overdracht and its voorwaarde."""
        melding = self.chain.report(personen=about("Voorbeeldvolgen", "1983-04-05"))
        self.chain.decide(melding["id"], "voorwaarden-en-vervolg")
        (dienst,) = self.chain.vt.get("triage", "/diensten", casusId=melding["casusId"])["resultaten"]
        path = f"/diensten/{dienst['id']}"
        asked = {"omschrijving": _WORDS, "eigenaar": _WORDS, "controle": _WORDS, "controleOp": "2027-01-31"}
        voorwaarde: str = self.chain.vt.post("triage", f"{path}/veiligheidsvoorwaarden", asked)["id"]
        conclusie = {
            "conclusie": "voorwaarden-vastgesteld",
            "motivering": _WORDS,
            "bestemmingen": [{"soort": "opvang", "organisatieId": OPVANG}],
        }
        self.chain.vt.change("triage", path, "/conclusie", conclusie)
        overdracht_id = self._accepted(melding["casusId"])
        here = f"/overdrachten/{overdracht_id}/voorwaarden"
        wait_for(lambda: self.partner.get("handover", here)["resultaten"], 30, "no voorwaarde was heard of")
        return overdracht_id, voorwaarde

    def _overdracht(self, naam: str) -> str:
        """Hand a casus over to the partner, who accepts it."""
        melding = self.chain.report(personen=about(naam, "1984-05-06"))
        self.chain.decide(melding["id"], "overdracht", bestemmingen=[{"soort": "opvang", "organisatieId": OPVANG}])
        return self._accepted(melding["casusId"])

    def _accepted(self, casus_id: str) -> str:
        def find() -> str | None:
            rows = self.partner.get("handover", "/overdrachten", status="aangeboden")["resultaten"]
            return next((row["id"] for row in rows if row["casusId"] == casus_id), None)

        overdracht_id: str = wait_for(find, 30, "nothing was offered to the partner")
        self.partner.post("handover", f"/overdrachten/{overdracht_id}/acceptatie", {})
        return overdracht_id


def _fase(marker: Marker) -> dict[str, Any]:
    words = marker.text("/motivering")
    return {"fase": "hulpverleningsplan", "motivering": words, "afwijking": "wachtlijst"}


def _evaluatie(marker: Marker) -> dict[str, Any]:
    moment = marker.now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"gehoudenOp": moment, "directVeilig": False, "gesproken": [0], "verslag": marker.text("/verslag")}


def _controle(marker: Marker) -> dict[str, Any]:
    moment = marker.now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"status": "niet-nagekomen", "uitkomst": marker.text("/uitkomst"), "nagegaanOp": moment}


def plant_plannen(chain: Chain) -> PlannenPlanter:
    """Plant plans on casussen of their own."""
    planter = PlannenPlanter(chain, chain.house.person("ketenpartner", OPVANG))
    planter.plant()
    return planter
