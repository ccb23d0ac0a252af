"""One of everything in an empty house: what the walk and the matrix ask about, made by the people of the chain."""

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from deploy.local.standin.scholen import school_of
from shared.clock import SimulatedClock, write_clock
from tests.canary.plant_doelen import plant_doelen
from tests.canary.plant_levering import plant_levering
from tests.canary.plant_monitoring import plant_monitoring
from tests.canary.plant_opvang import plant_opvang
from tests.canary.plant_organisaties import plant_organisaties
from tests.canary.plant_overdracht import plant_overdracht
from tests.canary.plant_palet import plant_palet
from tests.canary.plant_plannen import plant_plannen
from tests.canary.plant_rapporten import plant_rapporten
from tests.canary.plant_triage import plant_triage
from tests.canary.plant_webhooks import plant_webhooks
from tests.flow.house import House, wait_for
from tests.flow.test_chain import Chain, about

OPVANG = "opvang-rotterdam-rijnmond"
# How often each room looks for what it must tell: a third of what a house that nobody asks anything costs is looking.
SELDOM = MappingProxyType({"KETENRADAR_RELAY_POLL_SECONDS": "0.25"})
# What is read of a dienst must have been written in that very one.
IN_ONE_DIENST = (
    "recordPlan",
    "readPlan",
    "recordInformant",
    "readInformant",
    "recordInformantBevestiging",
    "recordBevinding",
    "readBevinding",
    "reviseBevinding",
)


@dataclass(frozen=True, slots=True)
class Furniture:
    """Ids by the names that the paths of the routes give them, those that bodies must name together, and one dienst."""

    paths: dict[str, str]
    together: dict[str, str]
    running_dienst: str
    voorstel: str  # that two casussen are one, which nobody decided on
    instead: dict[str, dict[str, list[str]]]  # what an operation is asked about that fits one thing only
    bodies: dict[str, Any]  # what an operation is sent that fits one thing only
    asked: dict[str, dict[str, str]]  # of which organisation something was asked, and the ids of that


def furnish(house: House) -> Furniture:
    """Play one casus to two receivers until it is looked at again, two that look alike, and one with a request."""
    chain = Chain(house)
    watched = _to_the_first_look(chain)
    for voornaam in ("Fictia", "Nietia"):
        chain.report(personen=[{**about("Voorbeelddubbel", "1981-04-05")[0], "voornamen": voornaam}])
    asking = chain.report(personen=about("Voorbeeldrecht", "1992-04-03"))
    running = chain.report(personen=about("Voorbeeldonderzoek", "1993-05-04"))
    chain.decide(running["id"], "onderzoek")
    (dienst,) = chain.vt.get("triage", "/diensten", casusId=running["casusId"])["resultaten"]
    looked = {"uitkomst": "zorgen", "notitie": "Er is gebeld."}
    check = chain.vt.post("triage", f"/werkstukken/{dienst['dossierId']}/veiligheidschecks", looked)
    planted, organisaties = plant_triage(chain, running["id"]), plant_organisaties(house)
    offers = plant_overdracht(chain)
    subscribed, of_abonnementen = plant_webhooks(house.person("vt-teamleider"))
    moved, of_moved = plant_monitoring(chain, watched=watched["casusId"])
    written, of_written = plant_rapporten(house)
    plannen = plant_plannen(chain)
    hulp = plant_palet(chain)
    shelter = plant_opvang(chain)
    levering = plant_levering(chain)
    doelen = plant_doelen(house)
    child = _child_that_waits(chain)
    house.settle()
    (persoon,) = chain.vt.get("intake", f"/casussen/{asking['casusId']}")["personen"]
    return Furniture(
        paths={
            **watched,
            "handleWithCareId": child,
            "dossierId": dienst["dossierId"],
            "veiligheidscheckId": check["id"],
            "splitsingId": _split(chain),
            **add_to(house, watched["meldingId"], "Er is later iets bij gekomen."),
            "importId": _import(house),
            "instrumentId": "veiligheidstaxatie",
            **planted.paths,
            **organisaties.paths,
            **subscribed,
            **plannen.paths,
            **hulp.paths,
            **shelter.paths,
            **levering.paths,
            **doelen.paths,
        },
        together={
            "vervangtOverdrachtId": watched["overdrachtId"],
            "casusId": asking["casusId"],
            "meldingId": running["id"],
            "persoonId": persoon["id"],
        },
        running_dienst=dienst["id"],
        voorstel=_open_voorstel(chain),
        bodies={
            **planted.bodies,
            **organisaties.bodies,
            **moved,
            **written,
            **plannen.bodies,
            **hulp.bodies,
            **shelter.bodies,
            **levering.bodies,
            **doelen.bodies,
        },
        asked={**planted.asked, OPVANG: {**planted.asked[OPVANG], **shelter.paths}},
        instead={
            **planted.instead,
            **offers,
            **organisaties.instead,
            **of_abonnementen,
            **of_moved,
            **of_written,
            **plannen.instead,
            **hulp.instead,
            **shelter.instead,
            **levering.instead,
            **doelen.instead,
            **{f"triage.{name}": {"dienstId": [dienst["id"]]} for name in IN_ONE_DIENST},
            "triage.readVeiligheidscheck": {"dossierId": [dienst["dossierId"]], "veiligheidscheckId": [check["id"]]},
            "triage.recordInformering": {"meldingId": [running["id"]]},
            "triage.recordNietInformering": {"meldingId": [asking["id"]]},
        },
    )


def _open_voorstel(chain: Chain) -> str:
    path = "/koppelvoorstellen"
    found = wait_for(lambda: chain.vt.get("intake", path, status="open")["resultaten"], 20, "no voorstel was made")
    voorstel_id: str = found[0]["id"]
    return voorstel_id


def _child_that_waits(chain: Chain) -> str:
    """Report a child whose school nobody knows, of which a worker must say whether it is told; return the signal."""
    name = next(f"Schoolloos{n}" for n in range(1_000) if school_of(f"Fictia Schoolloos{n}", "2018-03-04") is None)
    chain.report(personen=about(name, "2018-03-04", rol="kind"))
    waiting = wait_for(
        lambda: chain.vt.get("intake", "/handle-with-care-signalen", status="te-beoordelen")["resultaten"],
        20,
        "no signal waits",
    )
    found: str = waiting[0]["id"]
    return found


def add_to(house: House, melding_id: str, words: str, door: str = "Agent Verzonnen") -> dict[str, str]:
    """Add a text and a file to a melding of the police; return their ids by the names that paths give them."""
    path, politie = f"/meldingen/{melding_id}", house.person("ketenpartner")
    said = politie.post("intake", f"{path}/aanvullingen", {"tekst": words, "toegevoegdDoor": door})
    sent = politie.send_file("intake", f"{path}/bijlagen", words, "text/plain")
    return {"aanvullingId": said["id"], "bijlageId": sent["id"]}


def _import(house: House) -> str:
    header = "gemeenteCode;melderCategorie;melderSoort;zorgelijkeSituatie;rol;geslachtsnaam"
    row = "0599;justitie-en-veiligheid;professional;Een verzonnen zorg.;slachtoffer;Voorbeeldimport"
    sent = house.person("ketenpartner").send_file("intake", "/importen", f"{header}\n{row}\n", "text/csv")
    found: str = sent["id"]
    return found


def _split(chain: Chain) -> str:
    """Report one family twice and take the second melding out of its casus again; return the splitsing."""
    people = about("Voorbeeldsplitsing", "1979-08-09", bsn="999990032")
    first, second = chain.report(personen=people), chain.report(personen=people)
    wanted = {"meldingIds": [second["id"]], "motivering": "Het is een ander gezin."}
    found: str = chain.vt.post("intake", f"/casussen/{first['casusId']}/splitsingen", wanted)["id"]
    return found


def _to_the_first_look(chain: Chain) -> dict[str, str]:
    """Play a casus through a dienst to a partner and the local team until its first look; return its ids."""
    answer = chain.report(personen=about("Voorbeeldmatrix", "1990-02-01", bsn="999990019"))
    chain.decide(answer["id"], "voorwaarden-en-vervolg")
    (dienst,) = chain.vt.get("triage", "/diensten", casusId=answer["casusId"])["resultaten"]
    now = SimulatedClock(chain.clock)().isoformat()
    voorwaarde = {
        "omschrijving": "Vader slaapt elders.",
        "eigenaar": "vader",
        "controle": "huisbezoek",
        "controleOp": "2027-01-31",
    }
    conclusie = {
        "conclusie": "voorwaarden-vastgesteld",
        "motivering": "Afgesproken.",
        "bestemmingen": [{"soort": "lokaal-veld"}, {"soort": "opvang", "organisatieId": OPVANG}],
    }
    path = f"/diensten/{dienst['id']}"
    talked = chain.vt.post("triage", f"{path}/contacten", {"soort": "gesproken", "met": "slachtoffer", "tijdstip": now})
    agreed = chain.vt.post("triage", f"{path}/veiligheidsvoorwaarden", voorwaarde)
    telling = _tell(chain, answer["id"], now)
    told = {"soort": "betrokkenen-geinformeerd", "tijdstip": now}
    handeling = chain.vt.post("triage", f"/veiligheidsbeoordelingen/{answer['id']}/handelingen", told)
    chain.vt.change("triage", path, "/conclusie", conclusie)
    said = chain.vt.post("intake", f"/meldingen/{answer['id']}/terugkoppelingen", {"toelichting": "Wij bellen u."})
    (persoon,) = chain.vt.get("intake", f"/meldingen/{answer['id']}")["personen"]
    wanted = {"persoonId": persoon["id"], "index": "sluis"}
    signaal = chain.vt.post("intake", f"/meldingen/{answer['id']}/signalen", wanted)
    offer = chain.offer_of(answer["casusId"])
    chain.team.get("handover", f"/overdrachten/{offer['id']}")
    chain.team.post("handover", f"/overdrachten/{offer['id']}/acceptatie", {})
    partner = chain.house.person("ketenpartner", OPVANG)
    offers = wait_for(lambda: partner.get("handover", "/overdrachten")["resultaten"], 30, "nothing for the partner")
    moments: list[dict[str, Any]] = wait_for(
        lambda: chain.vt.get("monitoring", "/monitormomenten", casusId=answer["casusId"])["resultaten"],
        30,
        "no monitormomenten were planned",
    )
    return {
        "meldingId": answer["id"],
        "casusId": answer["casusId"],
        "dienstId": dienst["id"],
        "contactId": talked["id"],
        "voorwaardeId": agreed["id"],
        "handelingId": handeling["id"],
        **telling,
        "terugkoppelingId": said["id"],
        "signaalId": signaal["id"],
        "overdrachtId": offers[0]["id"],
        "monitormomentId": moments[0]["id"],
    }


def _tell(chain: Chain, melding_id: str, now: str) -> dict[str, str]:
    """Tell the one person of a melding after all; return the ids of each step by the names that paths give them."""
    path = f"/veiligheidsbeoordelingen/{melding_id}"
    why_not = {"persoonNr": 0, "reden": "verblijfplaats-onbekend", "toelichting": "De post kwam terug."}
    steps = {
        "uitstelId": ("uitstellen", {"reden": "onderzoek", "motivering": "Eerst het gesprek."}),
        "nietInformeringId": ("niet-informeringen", why_not),
        "informeringId": ("informeringen", {"persoonNr": 0, "tijdstip": now, "wijze": "mondeling"}),
    }
    return {name: chain.vt.post("triage", f"{path}/{where}", body)["id"] for name, (where, body) in steps.items()}


def grant_afschrift(house: House, casus_id: str) -> str:
    """Let the first person in a casus ask for an afschrift, and grant it; return the id of the request."""
    vt = house.person("vt-medewerker")
    persoon = vt.get("intake", f"/casussen/{casus_id}")["personen"][0]
    asked = {
        "soort": "afschrift",
        "casusId": casus_id,
        "persoonId": persoon["id"],
        "ontvangenOp": SimulatedClock(house.folder / "klok")().isoformat(),
        "verzoeker": {"hoedanigheid": "zelf"},
    }
    verzoek = vt.post("intake", "/dossierverzoeken", asked)
    vt.change(
        "intake",
        f"/dossierverzoeken/{verzoek['id']}",
        "/besluit",
        {"besluit": "toegewezen", "motivering": "Het gaat om de eigen gegevens."},
    )
    found: str = verzoek["id"]
    return found


def pass_days(house: House, days: float) -> None:
    """Let days pass in a house with a clock of its own."""
    clock = house.folder / "klok"
    write_clock(clock, SimulatedClock(clock)() + timedelta(days=days), 1)
