"""What is sent about plans of households: a deed of the play as the JSON of the contract, with made-up words."""

from datetime import date

from deploy.demo import deeds
from deploy.demo.bodies import JSON, wire
from deploy.demo.deeds import Step


def huishoudplan(adults: int, children: int, daad: deeds.PlanMaken) -> JSON:
    """Return the plan of a household: the adults, who come first in a melding, have goals of their own.

    In an intensive plan everybody is a member, and the goal is that of the household.
    """
    told = {"eigenDoelen": False, "toelichting": "Met dit lid besproken: voorop staat nu het doel van het hele gezin."}
    more = told if daad.intensief else {}
    leden = [{"nr": nr, "hoedanigheid": "volwassene", **more} for nr in range(adults)]
    if daad.intensief:
        leden += [{"nr": adults + place, "hoedanigheid": "kind", **told} for place in range(children)]
    return {
        "leden": leden,
        "motivering": "Met het gezin besproken wat er nu nodig is.",
        "evaluatieDag": daad.evaluatie_dag.isoformat(),
    }


def planevaluatie(step: Step, daad: deeds.PlanEvalueren) -> JSON:
    """Return what was seen when a plan was looked at again."""
    return {
        "gehoudenOp": wire(step.tijdstip),
        "directVeilig": True,
        "verslag": "De afspraken houden stand; de hulp loopt.",
        "volgendeDag": daad.volgende_dag.isoformat(),
    }


DOEL = "Er is thuis geen geweld meer; bij spanning gaat een van beiden naar familie."
DOEL_BEHAALD: JSON = {"uitkomst": "behaald", "toelichting": "Er is geen nieuw geweld; de afspraak werkt."}


def casusregie(organisatie_id: str) -> JSON:
    """Return who directs a casus."""
    told = "Het gezin kent deze hulpverlener en wil haar als eerste bellen."
    return {"soort": "casusregie", "organisatieId": organisatie_id, "functie": "casusregisseur", "motivering": told}


def planactie(organisatie_id: str, doel_id: str, dag: date) -> JSON:
    """Return an action towards a goal, by a day."""
    told = "Met beide ouders een veiligheidsafspraak op papier zetten."
    return {
        "omschrijving": told,
        "doelId": doel_id,
        "organisatieId": organisatie_id,
        "uiterlijkDag": dag.isoformat(),
    }


def planactie_afronding(daad: deeds.PlanactieAfronden) -> JSON:
    """Return what became of an action."""
    return {"gedaan": True} if daad.gedaan else {"gedaan": False, "reden": "gezin-werkt-niet-mee"}


def planfase(daad: deeds.PlanfaseWijzigen) -> JSON:
    """Return that the phase of stable safety begins."""
    found: JSON = {"fase": "hulpverleningsplan", "motivering": "Het is nu veilig; de oorzaken vragen om behandeling."}
    return found | ({"afwijking": daad.afwijking.value} if daad.afwijking else {})


def planeinde(daad: deeds.PlanEindigen) -> JSON:
    """Return that a plan ends before anything was reached."""
    told = "Er zijn twee gesprekken gevoerd; Veilig Thuis weet hiervan."
    return {"uitkomst": daad.uitkomst.value, "bereikt": told, "afwijking": "anders"}
