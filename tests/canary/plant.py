"""A casus whose melders are told of everywhere: in what was sent, added, decided and agreed, and by marked passages.

Beside the bodies that the walk makes from schemas, which name a melder in a melding alone: what people of Veilig Thuis
write in their own words names him too, and a receiver reads part of that.
"""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from shared.clock import SimulatedClock
from tests.canary.furnish import OPVANG, add_to
from tests.canary.marks import Kind, Marker
from tests.canary.plant_opvang import ask_with_words
from tests.canary.plant_palet import ask_for_help, put_in_palet
from tests.canary.walk import found_in
from tests.flow.house import House, Person, wait_for
from tests.flow.test_chain import Chain, about

POLITIE = "politie-eenheid-rotterdam"
SENDER = f"ketenpartner {POLITIE}"
_VELD = "/zorgelijkeSituatie/omschrijving"
_TAKE_UP = {"besluit": "in-behandeling", "motivering": "Er is gevaar, en het is te controleren."}
# What a body made from the schema cannot tell: a passage is a place in a text of that very melding.
MARKED = [{"veld": _VELD, "van": 0, "tot": 4, "reden": "feit"}]
DUBBEL = ("intake.readDubbelAnoniemeMelding", "intake.putDubbelAnoniemBesluit")


@dataclass(frozen=True, slots=True)
class Planted:
    """Ids by the names that paths give them, of the casus with the hidden melders, and of signals of unknown ones."""

    paths: dict[str, str]
    receivers: tuple[str, ...]  # the overdrachten in whose package the melders are left out
    signalen: list[str]


@dataclass(slots=True)
class Planter:
    house: House
    marker: Marker

    def plant(self) -> Planted:
        """Make the casus, play it to two receivers, and withdraw what one of the melders had agreed to."""
        chain = Chain(self.house)
        lead = self.house.person("vt-teamleider")
        hidden, passage, gone, reference = (self._mark(name) for name in ("naam", "passage", "ingetrokken", "kenmerk"))
        words = f"Volgens {hidden} (zie {passage}) en {gone} is het ernstig."
        first = self._report(chain, hidden, words, {"openbaar": False, "grond": "a", "motivering": hidden}, reference)
        second = self._report(chain, gone, f"{gone} belde weer.", {"openbaar": True})
        assert first["casusId"] == second["casusId"]
        self._mark_passage(chain.vt, first["id"], words, passage)
        added = add_to(self.house, first["id"], words, door=hidden)
        # What is added is noted in the dossier, and gives it another version: who judges it reads it after that.
        self.house.settle()
        dienst, offers = self._play(chain, first, words)
        # It was read by the receivers while the second melder was open; from here on nobody hears of him.
        for person, overdracht_id in offers.items():
            read = self.house.person(*person).get("handover", f"/overdrachten/{overdracht_id}")
            assert gone in str(read)
        team, to_team = next(iter(offers.items()))
        self.house.person(*team).post("handover", f"/overdrachten/{to_team}/acceptatie", {})
        inzet = ask_for_help(chain, to_team, put_in_palet(chain), words)
        shelter = ask_with_words(chain, first["id"], words)
        self._withdraw(lead, second["id"], gone)
        self.house.settle()
        return Planted(
            paths={
                "meldingId": first["id"],
                **added,
                "casusId": first["casusId"],
                "dienstId": dienst,
                "overdrachtId": to_team,
                "inzetId": inzet,
                "opvangaanvraagId": shelter,
            },
            receivers=tuple(offers.values()),
            signalen=unknown_melders(self.house),
        )

    def _mark(self, what: str) -> str:
        self.marker.by = SENDER
        text = self.marker.text(f"/melder/geplant/{what}")
        assert text is not None
        assert [mark.kind for mark in found_in(text, self.marker.marks)] == [Kind.MELDER]
        return text

    def _report(self, chain: Chain, naam: str, words: str, agreed: dict[str, Any], reference: str = "") -> Any:
        melder = {"categorie": "justitie-en-veiligheid", "soort": "professional", "naam": naam, "bekendmaking": agreed}
        more = {"externeIdentificatie": reference, "contactpersoon": {"naam": naam}} if reference else {}
        people = about("Voorbeeldgeplant", "1991-03-02", bsn="999990020")
        people[0]["beschrijving"] = words
        return chain.report(melder=melder, personen=people, zorgelijkeSituatie={"omschrijving": words}, **more)

    def _mark_passage(self, vt: Person, melding_id: str, words: str, passage: str) -> None:
        van = words.index(passage)
        # One word, which as a name is left out wherever it stands again.
        marks = [{"veld": _VELD, "van": van, "tot": van + len(passage), "reden": "naam"}]
        path = f"/meldingen/{melding_id}/passages"
        etag = vt.call("GET", "intake", path).headers["ETag"]
        answer = vt.call("PUT", "intake", path, marks, headers={"If-Match": etag})
        assert answer.status_code == 200, answer.text

    def _play(self, chain: Chain, melding: Any, words: str) -> tuple[str, dict[tuple[str, ...], str]]:
        """Judge the casus, set conditions in a dienst and offer it to the local field and to a partner."""
        path = f"/veiligheidsbeoordelingen/{melding['id']}"
        check = {"acuut": False, "motivering": words, "interventies": [{"soort": "politie", "toelichting": words}]}
        chain.vt.change("triage", path, "/acuutcheck", check)
        besluit = {
            "uitkomst": "voorwaarden-en-vervolg",
            "acuutOnveilig": False,
            "structureelOnveilig": True,
            "motivering": words,
            "instrument": {"naam": "triage-instrument", "versie": "1", "antwoorden": {"bron": words}},
            "bestemmingen": [],
        }
        chain.vt.change("triage", path, "/besluit", besluit)
        (dienst,) = chain.vt.get("triage", "/diensten", casusId=melding["casusId"])["resultaten"]
        now = SimulatedClock(chain.clock)().astimezone(UTC).isoformat().replace("+00:00", "Z")
        voorwaarde = {"omschrijving": words, "eigenaar": words, "controle": words, "controleOp": "2027-01-31"}
        here = f"/diensten/{dienst['id']}"
        talked = {"soort": "gesproken", "met": "slachtoffer", "tijdstip": now, "verslag": words}
        chain.vt.post("triage", f"{here}/contacten", talked)
        chain.vt.post("triage", f"{here}/veiligheidsvoorwaarden", voorwaarde)
        told = {"soort": "betrokkenen-geinformeerd", "tijdstip": now, "toelichting": words}
        chain.vt.post("triage", f"{path}/handelingen", told)
        conclusie = {
            "conclusie": "voorwaarden-vastgesteld",
            "motivering": words,
            "bestemmingen": [{"soort": "lokaal-veld"}, {"soort": "opvang", "organisatieId": OPVANG}],
        }
        chain.vt.change("triage", here, "/conclusie", conclusie)
        people = {("lokaal-team", "lokaal-team-0599", "0599"): "lokaal-veld", ("ketenpartner", OPVANG): "opvang"}
        return dienst["id"], {who: self._offer(who, soort, melding["casusId"]) for who, soort in people.items()}

    def _offer(self, who: tuple[str, ...], soort: str, casus_id: str) -> str:
        person = self.house.person(*who)

        def find() -> str | None:
            found = person.get("handover", "/overdrachten")["resultaten"]
            return next((row["id"] for row in found if (row["soort"], row["casusId"]) == (soort, casus_id)), None)

        overdracht_id: str = wait_for(find, 30, "nothing was offered")
        return overdracht_id

    def _withdraw(self, lead: Person, melding_id: str, naam: str) -> None:
        path = f"/meldingen/{melding_id}/bekendmaking"
        etag = lead.call("GET", "intake", path).headers["ETag"]
        agreed = {"openbaar": False, "grond": "b", "motivering": f"{naam} wordt bedreigd."}
        answer = lead.call("PUT", "intake", path, agreed, headers={"If-Match": etag})
        assert answer.status_code == 200, answer.text


def unknown_melders(house: House) -> list[str]:
    """Report what somebody told whom nobody knows: one that a team lead takes up, and others that wait."""
    chain = Chain(house)
    found = []
    for number in range(3):
        body = {
            "melder": {"categorie": "anders", "soort": "onbekend"},
            "personen": about(f"Voorbeeldonbekend{number}", "1985-05-05"),
            "gemeenteCode": "0599",
            "zorgelijkeSituatie": {"omschrijving": "Een onbekende belde."},
        }
        answer = chain.vt.post("intake", "/meldingen", body)
        assert answer["status"] == "wacht-op-besluit"
        found.append(answer["id"])
    lead = house.person("vt-teamleider")
    lead.change("intake", f"/dubbel-anonieme-meldingen/{found[0]}", "/besluit", _TAKE_UP)
    chain.wait_for_dossier(found[0])
    return found
