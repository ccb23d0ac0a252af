"""Help in the palet, and help under an overdracht in each state in which something can be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.flow.house import wait_for
from tests.flow.test_chain import Chain, about

OPVANG = "opvang-rotterdam-rijnmond"
# Nothing of a person can stand in an offer: there is no place in it for a mark.
INTERVENTIE: Mapping[str, Any] = {
    "naam": "Verzonnen hulp",
    "gemeenteCodes": ["0599"],
    "doelgroepen": ["algemeen"],
    "fasen": ["herstel"],
    "voorWie": ["gezin"],
    "plaatsen": 1_000,
    "eigenBijdrage": False,
    "indicatie": "geen",
    "geldigVan": "2020-01-01",
}


def put_in_palet(chain: Chain) -> str:
    """Let a shelter put its own help in the palet; return the id."""
    found: str = chain.house.person("ketenpartner", OPVANG).post("handover", "/interventies", dict(INTERVENTIE))["id"]
    return found


def ask_for_help(chain: Chain, overdracht_id: str, interventie_id: str, words: str) -> str:
    """Let Veilig Thuis ask for help under an overdracht that was accepted; return the inzet."""
    body = {"interventieId": interventie_id, "doelgroep": "algemeen", "fase": "herstel", "instemming": True}
    path = f"/overdrachten/{overdracht_id}/inzetten"
    found: str = chain.vt.post("handover", path, {**body, "toelichting": words})["id"]
    return found


@dataclass(slots=True)
class PaletPlanter:
    """Plant on a casus of its own that the local team and a shelter accepted."""

    chain: Chain
    paths: dict[str, str] = field(default_factory=dict)
    instead: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)

    def plant(self) -> None:
        """Make everything, and remember which operation is about what."""
        team, opvang = self._accepted()
        hulp = put_in_palet(self.chain)
        asked, refused, ended, done = (ask_for_help(self.chain, team, hulp, "Verzonnen woorden.") for _ in range(4))
        started = self.chain.vt.call("PUT", "handover", f"/inzetten/{done}/start", headers={"If-Match": "*"})
        assert started.status_code == 200, started.text
        self.paths = {"interventieId": hulp, "inzetId": asked}
        for name, inzet in (("Start", asked), ("Weigering", refused), ("Afbreking", ended), ("Afronding", done)):
            self.instead[f"handover.putInzet{name}"] = {"inzetId": [inzet]}
        self.instead["handover.readInzet"] = {"inzetId": [refused]}
        # Under what the shelter accepted: it is the receiver there, and the team is not.
        for name in ("createInzet", "createLacune"):
            self.instead[f"handover.{name}"] = {"overdrachtId": [opvang]}
        for name in ("putInterventie", "readInterventie"):
            self.instead[f"handover.{name}"] = {"interventieId": [hulp]}
        for name in ("createInterventie", "putInterventie"):
            self.bodies[f"handover.{name}"] = dict(INTERVENTIE)
        self.bodies["handover.createInzet"] = lambda marker: {
            "interventieId": hulp,
            "doelgroep": "algemeen",
            "fase": "herstel",
            "instemming": True,
            "toelichting": marker.text("/toelichting"),
        }
        self.bodies["handover.createLacune"] = {"doelgroep": "algemeen", "fase": "herstel", "nietPassend": True}

    def _accepted(self) -> tuple[str, str]:
        melding = self.chain.report(personen=about("Voorbeeldhulp", "1986-05-07"))
        receivers = [{"soort": "lokaal-veld"}, {"soort": "opvang", "organisatieId": OPVANG}]
        self.chain.decide(melding["id"], "overdracht", bestemmingen=receivers)
        people = {"lokaal-veld": self.chain.team, "opvang": self.chain.house.person("ketenpartner", OPVANG)}
        found = {}
        for soort, person in people.items():

            def find(person: Any = person, soort: str = soort) -> str | None:
                rows = person.get("handover", "/overdrachten", status="aangeboden")["resultaten"]
                return next((r["id"] for r in rows if (r["soort"], r["casusId"]) == (soort, melding["casusId"])), None)

            found[soort] = wait_for(find, 30, "nothing was offered")
            person.post("handover", f"/overdrachten/{found[soort]}/acceptatie", {})
        return found["lokaal-veld"], found["opvang"]


def plant_palet(chain: Chain) -> PaletPlanter:
    """Plant help, and what was asked of it."""
    planter = PaletPlanter(chain)
    planter.plant()
    return planter
