"""What Veilig Thuis itself began beside the besluit and the dienst, one thing for each step that can be taken on it.

A step asks for a thing in one state, and ends that state: so every operation is pointed at a thing of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.rules.calendar import amsterdam_day
from shared.rules.opschaling import Onderdeel
from tests.flow.test_chain import Chain, about

RAAD, TEAM, OPVANG = "raad-voor-de-kinderbescherming", "lokaal-team-0599", "opvang-rotterdam-rijnmond"
_POLITIE = "politie-eenheid-rotterdam"
_WORDS = "Verzonnen woorden."
_PERSONS = 3

Instead = dict[str, dict[str, list[str]]]


@dataclass(slots=True)
class TriagePlanter:
    """Plant on one melding of three persons; what a body names by the ids of a melding is about ``running``."""

    chain: Chain
    melding_id: str
    running: str
    moment: str
    today: str
    paths: dict[str, str] = field(default_factory=dict)
    instead: Instead = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)  # in which stand ids that fit one thing only
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # of whom something was asked, and which

    def plant(self) -> None:
        """Make everything, and remember which operation is about what."""
        self._raad()
        self._aware()
        self._doctors_and_the_judge()
        self._huisverboden()
        self._opschaling()
        self._questions()
        self._diensten()
        self._agreed()
        # Of a casus in which nothing changes about who reported: else a letter must be made anew.
        letter = self._make("/brieven", {"soort": "melder-ontvangst"})
        self._point("putBriefVerzending", "readBrief", briefId=letter)
        self.paths["briefId"] = letter
        self._point("recordVeiligheidstaxatie", meldingId=self.melding_id)

    def _point(self, *operations: str, **ids: str) -> None:
        for name in operations:
            self.instead[f"triage.{name}"] = {parameter: [value] for parameter, value in ids.items()}

    def _make(self, path: str, body: Mapping[str, Any], *, about: str = "") -> str:
        whole = {"meldingId": about or self.melding_id, **body} if path.count("/") == 1 else body
        found: str = self.chain.vt.post("triage", path, whole)["id"]
        return found

    def _change(self, path: str, step: str, body: Mapping[str, Any]) -> None:
        self.chain.vt.change("triage", path, f"/{step}", body)

    # --- the raad ------------------------------------------------------------------------------------------------

    def _raad(self) -> None:
        concept = self._make("/verzoeken-tot-onderzoek", {}, about=self.running)
        ready, sent, gone = (self._vto(sent=number > 0) for number in range(3))
        told = {"aan": "college", "moment": self.moment, "wijze": "brief", "bewijs": _WORDS, "inhoud": _WORDS}
        kennisgeving = self._make(f"/verzoeken-tot-onderzoek/{sent}/kennisgevingen", told)
        self._point("putVtoOpgave", vtoId=concept)
        self._point("putVtoIndiening", vtoId=ready)
        self._point("createVtoKennisgeving", "putRaadsbericht", "readRaadsbericht", vtoId=sent)
        self._point("readVtoKennisgeving", vtoId=sent, vtoKennisgevingId=kennisgeving)
        self._point("putVtoIntrekking", vtoId=gone)
        self.asked[RAAD] = {"vtoId": sent}
        self.paths |= {"vtoId": sent, "vtoKennisgevingId": kennisgeving}

    def _vto(self, *, sent: bool) -> str:
        body = {
            "identificatie": "Zaak 1",
            "startdatum": self.today,
            "registratiedatum": self.today,
            "onderwerpen": [{"meldingId": self.melding_id, "nr": 1}],
            "belanghebbenden": [{"meldingId": self.melding_id, "nr": 0}],
            "documenten": [{"soort": "gezinsgeschiedenis", "titel": _WORDS, "verwijzing": _WORDS}],
            "spoed": False,
            "oudersIngelicht": True,
            "motivering": _WORDS,
        }
        made = self._make("/verzoeken-tot-onderzoek", body)
        if sent:
            self._change(f"/verzoeken-tot-onderzoek/{made}", "indiening", {})
        return made

    # --- AWARE, doctors and the kantonrechter --------------------------------------------------------------------

    def _aware(self) -> None:
        asked, longer, ended = (self._one_aware(granted=number > 0) for number in range(3))
        optreden = {"door": "politie", "wat": _WORDS, "uiterlijkDag": self.today}
        path = f"/aware-aanvragen/{longer}/optredens"
        done = self._make(path, optreden)
        self._point("putAwareBesluit", awareAanvraagId=asked)
        self._point("putAwareVerlenging", "createAwareOptreden", awareAanvraagId=longer)
        self._point("readAwareOptreden", "putAwareUitvoering", awareAanvraagId=longer, optredenId=done)
        self._point("putAwareEinde", awareAanvraagId=ended)
        self.paths |= {"awareAanvraagId": longer, "optredenId": done}

    def _one_aware(self, *, granted: bool) -> str:
        asked = {"persoonNr": 0, "belaging": True, "gevraagdOp": self.moment, "indicatie": _WORDS, "sashNiveau": "hoog"}
        made = self._make("/aware-aanvragen", asked)
        if granted:
            besluit = {"besluit": "verleend", "beslotenOp": self.moment, "motivering": _WORDS, "deelnemers": ["Agent"]}
            self._change(f"/aware-aanvragen/{made}", "besluit", besluit)
        return made

    def _doctors_and_the_judge(self) -> None:
        asked, examined = (self._forensisch() for _ in range(2))
        looked = {"stap": "onderzoeken", "moment": self.moment, "toelichting": _WORDS}
        self._change(f"/forensische-verzoeken/{examined}", "stap", looked)
        self._point("putForensischeStap", forensischVerzoekId=asked)
        self._point("putForensischResultaat", forensischVerzoekId=examined)
        wanted = {
            "persoonNr": 0,
            "meerderjarig": True,
            "maatregel": "mentorschap",
            "gevraagdOp": self.moment,
            "motivering": _WORDS,
        }
        decided, gone = (self._make("/kantonrechterverzoeken", wanted) for _ in range(2))
        self._point("putKantonrechterBeslissing", kantonrechterverzoekId=decided)
        self._point("putKantonrechterIntrekking", kantonrechterverzoekId=gone)
        self.paths |= {"forensischVerzoekId": asked, "kantonrechterverzoekId": decided}

    def _forensisch(self) -> str:
        body = {
            "soort": "letselonderzoek",
            "persoonNr": 1,
            "politieOfOmBetrokken": False,
            "aanvrager": "veilig-thuis",
            "vertrouwensartsBetrokken": True,
            "partij": "Forensisch arts Verzonnen",
            "minderjarig": False,
            "toestemming": "gegeven",
            "gevraagdOp": self.moment,
            "reden": _WORDS,
        }
        return self._make("/forensische-verzoeken", body)

    # --- huisverboden, of another person each --------------------------------------------------------------------

    def _huisverboden(self) -> None:
        # Whom the body puts out of the house is named by the melding that all bodies name.
        self._point("recordHuisverbodOplegging", huisverbodId=self._screened(self.running))
        self._point("recordHuisverbodAfzien", huisverbodId=self._screened(self.melding_id))
        first, second, third = (self._imposed(nr) for nr in range(_PERSONS))
        self._point("recordHuisverbodAdvies", "recordHuisverbodVerlenging", huisverbodId=first)
        self._point("recordHuisverbodCasusregie", "recordHuisverbodGesprek", huisverbodId=first)
        self._point("recordHuisverbodIntrekking", huisverbodId=second)
        self._point("recordHuisverbodEinde", huisverbodId=third)  # once the days of a next round are over
        talk = {"soort": "gesproken", "met": "kind", "tijdstip": self.moment, "verslag": _WORDS}
        gesprek = self._make(f"/huisverboden/{first}/gesprekken", talk)
        self._point("readHuisverbodGesprek", huisverbodId=first, gesprekId=gesprek)
        self.paths |= {"huisverbodId": first, "gesprekId": gesprek}

    def _screened(self, melding_id: str) -> str:
        body = {
            "gescreendOp": self.moment,
            "instrument": {"naam": "RiHG", "versie": "3", "antwoorden": {"wapens": _WORDS}},
            "geadviseerd": True,
            "opVerzoek": False,
            "kindermishandeling": False,
            "motivering": _WORDS,
        }
        return self._make("/huisverboden", body, about=melding_id)

    def _imposed(self, nr: int) -> str:
        made = self._screened(self.melding_id)
        body = {
            "opgelegdOp": self.moment,
            "door": "burgemeester",
            "uithuisgeplaatste": {"meldingId": self.melding_id, "nr": nr},
            "motivering": _WORDS,
            "nieuweFeiten": _WORDS,
        }
        self._change(f"/huisverboden/{made}", "oplegging", body)
        return made

    # --- tables of partners --------------------------------------------------------------------------------------

    def _opschaling(self) -> None:
        table, ended = self._table(), self._table()
        here = f"/opschalingen/{table}"
        actie = {"besluit": _WORDS, "eigenaar": {"organisatieId": _POLITIE, "naam": "Agent"}, "uiterlijkDag": None}
        read, held, called_off = (self._make(f"{here}/overleggen", {"geplandOp": self.moment}) for _ in range(3))
        kept, done, told = (self._make(f"{here}/acties", actie) for _ in range(3))
        leaves, stays = (
            self._make(f"{here}/deelnemers", {"soort": "anders", "organisatieId": f"organisatie-{number}"})
            for number in range(2)
        )
        self._point("recordOverleg", "recordActie", "recordDeelnemer", "recordProcesregie", opschalingId=table)
        self._point("readOverleg", opschalingId=table, overlegId=read)
        self._point("recordOverlegVerslag", opschalingId=table, overlegId=held)
        self._point("recordOverlegAfzegging", opschalingId=table, overlegId=called_off)
        self._point("readActie", "readTafelActie", opschalingId=table, actieId=kept)
        self._point("readTafel", opschalingId=table)
        # By the police, whose actie it is, and who sits there.
        self._point("recordTafelActieAfronding", opschalingId=table, actieId=told)
        self._point("recordActieAfronding", opschalingId=table, actieId=done)
        self._point("readDeelnemerBeeld", opschalingId=table, deelnemerId=stays)
        self._point("recordVertrek", opschalingId=table, deelnemerId=leaves)
        self._point("recordAfschaling", opschalingId=ended)
        self.paths |= {"opschalingId": table, "overlegId": read, "actieId": kept, "deelnemerId": stays}

    def _table(self) -> str:
        body = {
            "soort": "zsm",
            "aanleiding": _WORDS,
            "inhoud": [{"onderdeel": one, "tekst": _WORDS} for one in Onderdeel],
            "procesregie": {"organisatieId": "vtrr", "soort": "veilig-thuis"},
            "deelnemers": [{"soort": "politie", "organisatieId": _POLITIE}],
        }
        return self._make("/opschalingen", body)

    # --- questions to others -------------------------------------------------------------------------------------

    def _questions(self) -> None:
        field_of = {"soort": "lokaal-veld", "vragen": [_WORDS]}
        informant = {**field_of, "soort": "informant", "organisatieId": OPVANG, "grond": "toestemming"}
        for who, body in ((TEAM, field_of), (OPVANG, informant)):
            self.asked[who] = {"informatieverzoekId": self._make("/informatieverzoeken", body)}
        self.paths |= self.asked[TEAM]

    # --- diensten that ended, or go on as another ----------------------------------------------------------------

    def _diensten(self) -> None:
        _, turned = self._dienst("Voorbeeldomzetting", "voorwaarden-en-vervolg")
        self._point("recordOmzetting", dienstId=turned)
        melding_id, ended = self._dienst("Voorbeeldweerlegd", "onderzoek")
        self._change(f"/diensten/{ended}", "conclusie", {"conclusie": "weerlegd", "motivering": _WORDS})
        who = {"meldingId": melding_id, "nr": 0}
        offer = {"directbetrokkene": who, "moment": _wire(self.chain.house.now()), "wijze": "brief"}
        made = self._make(f"/diensten/{ended}/vernietigingsaanbiedingen", offer)
        self.bodies["triage.recordVernietigingsaanbieding"] = offer
        self._point("recordVernietigingsaanbieding", dienstId=ended)
        self._point("readVernietigingsaanbieding", dienstId=ended, vernietigingsaanbiedingId=made)
        self.paths["vernietigingsaanbiedingId"] = made

    def _agreed(self) -> None:
        """Set a voorwaarde of which one person says whether he agrees, and why: he is named as one of that melding."""
        melding_id, dienst = self._dienst("Voorbeeldinstemming", "voorwaarden-en-vervolg")
        voorwaarde = {"omschrijving": _WORDS, "eigenaar": _WORDS, "controle": _WORDS, "controleOp": self.today}
        made = self._make(f"/diensten/{dienst}/veiligheidsvoorwaarden", voorwaarde)
        self._point("recordInstemmingen", voorwaardeId=made)
        self.bodies["triage.recordInstemmingen"] = lambda marker: {
            "instemmingen": [
                {
                    "directbetrokkene": {"meldingId": melding_id, "nr": 0},
                    "instemt": "nee",
                    "moment": _wire(marker.now),
                    "toelichting": marker.text("/instemmingen/0/toelichting"),
                }
            ]
        }

    def _dienst(self, naam: str, uitkomst: str) -> tuple[str, str]:
        """Report somebody and decide on him; return the melding and the dienst."""
        melding = self.chain.report(personen=about(naam, "1977-07-08"))
        self.chain.decide(melding["id"], uitkomst)
        (dienst,) = self.chain.vt.get("triage", "/diensten", casusId=melding["casusId"])["resultaten"]
        return melding["id"], dienst["id"]


def _wire(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plant_triage(chain: Chain, running: str) -> TriagePlanter:
    """Plant what triage began itself on a melding of its own, and what bodies must name together on ``running``."""
    people = [about(f"Voorbeeldtafel{nr}", f"198{nr}-06-07")[0] for nr in range(_PERSONS)]
    melding_id = chain.report(personen=people)["id"]
    now = chain.house.now()
    planter = TriagePlanter(
        chain=chain,
        melding_id=melding_id,
        running=running,
        moment=_wire(now),
        today=amsterdam_day(now).isoformat(),
    )
    planter.plant()
    return planter
