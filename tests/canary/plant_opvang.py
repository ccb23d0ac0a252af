"""Requests for shelter of which each is in the state that a step asks for, in a casus that the local field accepted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.canary.marks import Marker
from tests.flow.house import wait_for
from tests.flow.test_chain import Chain, about

OPVANG = "opvang-rotterdam-rijnmond"
_WORDS = "Verzonnen woorden."
_REGIO = r"^[a-z0-9][a-z0-9-]*$"  # a region by its Veilig Thuis
_PERSONS = 12
_HERE = "/opvang/aanvragen"


@dataclass(slots=True)
class OpvangPlanter:
    """Plant in one melding of many people, each of whom is in a request of his own."""

    chain: Chain
    moment: str
    melding_id: str = ""
    voorziening_id: str = ""
    people: int = 0
    paths: dict[str, str] = field(default_factory=dict)
    instead: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    bodies: dict[str, Callable[[Marker], Any]] = field(default_factory=dict)

    def plant(self) -> None:
        """Make everything, and remember which operation is about what."""
        lead = self.chain.house.person("vt-teamleider")
        places = {"organisatieId": OPVANG, "soort": "safehouse", "plaatsen": 40, "gemeenteCode": "0599"}
        here, changing = (lead.post("handover", "/opvang/voorzieningen", places)["id"] for _ in range(2))
        self.voorziening_id = here
        self.instead["handover.putOpvangvoorziening"] = {"opvangvoorzieningId": [changing]}
        self.melding_id = self._accepted_by_the_team()
        for name in ("wacht", "weigering", "intrekking"):
            self._point(f"putOpvang{name}", self._asked())
        elders = self._asked()
        self._point("putOpvangelders", elders)
        self.bodies["handover.putOpvangelders"] = self._elders
        self._point("putOpvangNietIn", self._asked())
        self.bodies["handover.putOpvangNietIn"] = self._not_in
        for name in ("klaar", "uitstroom"):
            self._point(f"putOpvang{name}", self._placed())
        self._point("putOpvangplaatsing", self._asked())
        self.bodies["handover.putOpvangplaatsing"] = self._placing(self.people - 1)
        self._point("putTraumascreening", self._placed())
        self.bodies["handover.putTraumascreening"] = self._screening(self.people - 1)
        self.bodies["handover.createOpvangaanvraag"] = self._request(self.people)
        self.paths = {"opvangaanvraagId": self._placed(nr=self.people + 1), "opvangvoorzieningId": here}
        # Where she went is written down in the one; the other is the newest, about which all are asked.
        self._point("readOpvangaanvraag", elders, self.paths["opvangaanvraagId"])

    def _point(self, operation: str, *aanvraag_ids: str) -> None:
        self.instead[f"handover.{operation}"] = {"opvangaanvraagId": list(aanvraag_ids)}

    def _accepted_by_the_team(self) -> str:
        people = [about(f"Voorbeeldopvang{nr}", "1988-07-06")[0] for nr in range(_PERSONS)]
        melding = self.chain.report(personen=people)
        self.chain.decide(melding["id"], "overdracht", bestemmingen=[{"soort": "lokaal-veld"}])
        offer = self.chain.offer_of(melding["casusId"])
        self.chain.team.post("handover", f"/overdrachten/{offer['id']}/acceptatie", {})
        found: str = melding["id"]
        return found

    def _asked(self, nr: int | None = None) -> str:
        """Ask for the next person, a child; return the request."""
        if nr is None:
            nr, self.people = self.people, self.people + 1
        body = {
            "meldingId": self.melding_id,
            "aangevraagdOp": self.moment,
            "clienten": [{"persoonNr": nr, "doelgroep": "kind"}],
            "toelichting": _WORDS,
        }
        found: str = self.chain.vt.post("handover", _HERE, body)["id"]
        return found

    def _placed(self, nr: int | None = None) -> str:
        """Ask for the next person and give him a bed; return the request."""
        asked_for = self.people if nr is None else nr
        made = self._asked(nr)
        places = [{"persoonNr": asked_for, "voorzieningId": self.voorziening_id}]
        body = {"geplaatstOp": self.moment, "plaatsen": places}
        self.chain.vt.change("handover", f"{_HERE}/{made}", "/plaatsing", body)
        return made

    def _request(self, nr: int) -> Callable[[Marker], Any]:
        return lambda marker: {
            "meldingId": self.melding_id,
            "aangevraagdOp": self.moment,
            "clienten": [{"persoonNr": nr, "doelgroep": "vrouw", "onzekereVerblijfsstatus": True}],
            "nietInGemeenten": ["0502"],
            "toelichting": marker.text("/toelichting"),
        }

    def _placing(self, nr: int) -> Callable[[Marker], Any]:
        return lambda marker: {
            "geplaatstOp": wire(marker.now),
            "plaatsen": [{"persoonNr": nr, "voorzieningId": self.voorziening_id}],
            "splitsing": {"reden": "anders", "toelichting": marker.text("/splitsing/toelichting")},
            "toelichting": marker.text("/toelichting"),
        }

    def _elders(self, marker: Marker) -> Any:
        return {
            "geplaatstOp": wire(marker.now),
            "regio": marker.text("/regio", _REGIO),
            "toelichting": marker.text("/toelichting"),
        }

    def _not_in(self, marker: Marker) -> Any:
        return {"nietInRegios": [marker.text("/nietInRegios/0", _REGIO)]}

    def _screening(self, nr: int) -> Callable[[Marker], Any]:
        return lambda marker: {
            "persoonNr": nr,
            "gescreendOp": wire(marker.now),
            "uitkomst": "lichte-klachten",
            "vervolg": "nader-onderzoek",
            "toelichting": marker.text("/toelichting"),
        }


def wire(moment: datetime) -> str:
    """Return a moment as it goes over the wire."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plant_opvang(chain: Chain) -> OpvangPlanter:
    """Plant what the steps of shelter ask for."""
    planter = OpvangPlanter(chain=chain, moment=wire(chain.house.now() - timedelta(hours=1)))
    planter.plant()
    return planter


def ask_with_words(chain: Chain, melding_id: str, words: str, *, nr: int = 0) -> str:
    """Ask the shelter for a place with words that name a melder, when handover has heard of the melding."""
    body = {
        "meldingId": melding_id,
        "aangevraagdOp": wire(chain.house.now() - timedelta(hours=1)),
        "clienten": [{"persoonNr": nr, "doelgroep": "vrouw"}],
        "toelichting": words,
    }

    def ask() -> str | None:
        answer = chain.vt.call("POST", "handover", _HERE, body)
        return str(answer.json()["id"]) if answer.status_code == 201 else None

    found: str = wait_for(ask, 30, "no shelter could be asked for")
    made = chain.vt.call("GET", "handover", f"{_HERE}/{found}")
    step = {"sinds": body["aangevraagdOp"], "toelichting": words}
    path = f"{_HERE}/{found}/wachten"
    answer = chain.vt.call("PUT", "handover", path, step, headers={"If-Match": made.headers["ETag"]})
    assert answer.status_code == 200, answer.text
    return found
