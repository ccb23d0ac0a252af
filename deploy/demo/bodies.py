"""What is sent: a deed of the play as the JSON of the contract, with invented people and made-up words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from deploy.demo import deeds
from deploy.demo.arrivals import Aankomst
from deploy.demo.chance import chance_of
from deploy.demo.course import Ontvanger
from deploy.demo.deeds import Step
from deploy.demo.fiction import Gezin, Mens, make_gezin
from shared.rules.behandelcodes import VeiligheidscheckUitkomst
from shared.rules.codes import InterventieSoort, MelderCategorie, MonitorVervolg, Naleving, Relatie

JSON = dict[str, Any]

# Who sends, as the token says it; what comes in by telephone is written down by Veilig Thuis itself.
POLITIE = "politie-eenheid-rotterdam"
AFZENDERS: Mapping[MelderCategorie, str] = MappingProxyType(
    {
        MelderCategorie.JUSTITIE_EN_VEILIGHEID: POLITIE,
        MelderCategorie.GEZONDHEIDSZORG: "ziekenhuis-rijnmond",
        MelderCategorie.LOKAAL_VELD: "wijkteams-rijnmond",
        MelderCategorie.ONDERWIJS_EN_KINDEROPVANG: "schoolbesturen-rijnmond",
        MelderCategorie.GECERTIFICEERDE_INSTELLING: "jbrr",
        MelderCategorie.GGZ: "volwassen-ggz-rijnmond",
    }
)

_INCIDENTEN = (
    "Melding van geschreeuw in een woning; bij aankomst was de ruzie gesust.",
    "Een van de betrokkenen had zichtbaar letsel en wilde geen aangifte doen.",
    "Er is geduwd en geslagen na een woordenwisseling over geld.",
    "Betrokkene belde zelf, was geëmotioneerd en durfde niet naar huis.",
    "Buurtbewoners hoorden hulpgeroep; de woning lag overhoop.",
)
_ZORGEN = (
    "Er zijn vaker ruzies; de kinderen zijn daarbij aanwezig.",
    "De zorgen nemen de laatste weken toe en hulp is nog niet op gang gekomen.",
    "Er is spanning rond de omgang na de scheiding.",
    "De afhankelijkheid is groot en er is weinig steun uit de omgeving.",
    "Er zijn signalen van middelengebruik en schulden.",
)
_DUREN = ("eenmalig", "korter-dan-een-maand", "maand-tot-jaar", "jaar-tot-vijf-jaar", "onbekend")
_BEKENDMAKING: Mapping[str, JSON] = MappingProxyType(
    {
        "openbaar": {"openbaar": True},
        "grond": {"openbaar": False, "grond": "b", "motivering": "Er is eerder gedreigd tegen medewerkers."},
        "omstander": {"toestemming": False},
    }
)


def sender_of(aankomst: Aankomst) -> str | None:
    """Return the organisation that sends a melding; None when Veilig Thuis writes it down."""
    return AFZENDERS.get(aankomst.categorie)


def melding(zaad: int, step: Step, daad: deeds.Melden) -> JSON:
    """Return a melding as its sender sends it."""
    aankomst = daad.aankomst
    random = chance_of("inhoud", zaad, step.kenmerk)
    gezin = make_gezin(zaad, aankomst.gezin)
    police = aankomst.categorie is MelderCategorie.JUSTITIE_EN_VEILIGHEID
    body: JSON = {
        "melder": _melder(random, aankomst, gezin),
        "gemeenteCode": aankomst.gemeente_code,
        "kanaal": "berichtenverkeer" if police else "telefoon" if sender_of(aankomst) is None else "formulier",
        "zorgelijkeSituatie": {"omschrijving": random.choice(_ZORGEN)},
        "aardGeweld": [{"relatie": relatie.value, "vorm": vorm.value} for relatie, vorm in aankomst.aard],
        "duur": random.choice(_DUREN),
        "personen": list(_personen(aankomst, gezin)),
    }
    if police:
        happened = step.tijdstip - timedelta(minutes=random.randint(40, 900))
        body["externeIdentificatie"] = f"PL1700-{zaad}-{step.kenmerk}"
        body["incident"] = {
            "tijdstip": wire(happened),
            "locatie": f"{gezin.straat} {gezin.huisnummer}",
            "omschrijving": random.choice(_INCIDENTEN),
        }
    elif sender_of(aankomst):
        body |= _meldcode(chance_of("meldcode", zaad, step.kenmerk), step)
    return body


# How often a professional who reports takes and tells of each step, in our own estimate; one in seven sends nothing.
_ZONDER_MELDCODE = 0.14
_STAPPEN: Mapping[str, float] = MappingProxyType(
    {"signalen": 0.97, "overleg": 0.86, "gesprek": 0.7, "weging": 0.84, "beslissing": 0.95}
)
_KINDCHECK = 0.75
_ONVEILIG = 0.6


def _meldcode(random: Random, step: Step) -> JSON:
    """Return the meldcode of a professional who is none of the police; steps are taken in the three weeks before."""
    if random.random() < _ZONDER_MELDCODE:
        return {}
    days = sorted((random.randint(1, 21) for _ in _STAPPEN), reverse=True)
    found: JSON = {}
    for (stap, share), ago in zip(_STAPPEN.items(), days, strict=True):
        taken = random.random() < share
        found[stap] = {"gezet": taken}
        if taken:
            found[stap]["op"] = (step.tijdstip - timedelta(days=ago)).date().isoformat()
    unsafe = random.random() < _ONVEILIG
    answers: JSON = {"acuutOfStructureelOnveilig": unsafe}
    if not unsafe:
        answers["zelfHulpMogelijk"] = False
    if found["weging"]["gezet"]:
        uitkomst = random.choice(("melden", "melden", "melden-en-hulp"))
        found["afwegingskader"] = {"vermoedenGegrond": True, **answers, "uitkomst": uitkomst}
    found["kindcheck"] = {"gedaan": random.random() < _KINDCHECK}
    return {"meldcode": found}


def _melder(random: Random, aankomst: Aankomst, gezin: Gezin) -> JSON:
    found: JSON = {"categorie": aankomst.categorie.value, "soort": "professional"}
    if sender_of(aankomst):
        guarded = random.random() < 0.05  # noqa: PLR2004, one professional in twenty asks for it
        return {**found, "bekendmaking": _BEKENDMAKING["grond" if guarded else "openbaar"]}
    kind = random.choices(("omstander", "betrokkene", "onbekend"), weights=(58, 34, 8))[0]
    if kind == "onbekend":
        return {**found, "soort": kind}
    if kind == "betrokkene":
        return {**found, "soort": kind, "naam": _naam(gezin.volwassenen[0])}
    contact = {"telefoonnummer": f"060{random.randrange(10_000_000):07d}", "email": "melder@omstander.example"}
    named = {"naam": f"Buur {random.choice('ABCDEFGH')}. Verzonnen", "contact": contact}
    return {**found, "soort": kind, **named, "bekendmaking": _BEKENDMAKING["omstander"]}


def _naam(mens: Mens) -> str:
    return f"{mens.voornamen} {mens.geslachtsnaam}"


def _personen(aankomst: Aankomst, gezin: Gezin) -> list[JSON]:
    """Return the people of a melding: the first adult always, so that a family is known again."""
    child_case = any(relatie is Relatie.KINDERMISHANDELING for relatie, _ in aankomst.aard)
    roles = ("ouder-met-gezag", "ouder-met-gezag") if child_case else ("slachtoffer", "pleger")
    adults = [_persoon(mens, rol, gezin) for mens, rol in zip(gezin.volwassenen, roles, strict=False)]
    role_of_child = "slachtoffer" if child_case else "kind"
    return adults + [_persoon(mens, role_of_child, gezin) for mens in gezin.kinderen]


def _persoon(mens: Mens, rol: str, gezin: Gezin) -> JSON:
    found: JSON = {
        "rol": rol,
        "geslachtsnaam": mens.geslachtsnaam,
        "voornamen": mens.voornamen,
        "geslacht": mens.geslacht,
        "geboortedatum": mens.geboortedatum.isoformat(),
        "adres": {"straat": gezin.straat, "huisnummer": gezin.huisnummer, "postcode": gezin.postcode},
    }
    if mens.bsn:
        found["bsn"] = mens.bsn
    if mens is gezin.volwassenen[0]:
        found["telefoonnummers"] = [gezin.telefoonnummer]
    return found


def advies(daad: deeds.Adviseren, eerder_id: str | None = None) -> JSON:
    """Return an advies: about whom it was is told nowhere.

    A vervolgadvies on an advies from before the play has nothing to refer to, and is sent as ondersteuning.
    """
    vraag = daad.vraag
    follows = vraag.eerder is not None
    body: JSON = {
        "adviesvrager": {"categorie": vraag.categorie.value, "rol": vraag.rol},
        "soort": "ondersteuning" if follows and eerder_id is None else vraag.soort,
        "kanaal": vraag.kanaal,
        "uitkomst": vraag.uitkomst,
        "veiligheidsproblematiek": list(vraag.problematiek),
    }
    if vraag.organisatie:
        body["adviesvrager"]["organisatie"] = vraag.organisatie
    if follows and eerder_id is not None:
        body["eerderAdviesId"] = eerder_id
    return body | ({"gemeenteCode": vraag.gemeente_code} if vraag.gemeente_code else {})


def acuutcheck(daad: deeds.Acuutchecken) -> JSON:
    """Return the answer to the acute question."""
    told = "Er is nu gevaar; er is meteen ingegrepen." if daad.acuut else "Er is op dit moment geen direct gevaar."
    if InterventieSoort.HANDLE_WITH_CARE in daad.interventies:
        told += " De school wordt ingelicht."
    return {
        "acuut": daad.acuut,
        "motivering": told,
        "interventies": [{"soort": soort.value} for soort in daad.interventies],
    }


def besluit(daad: deeds.Besluiten) -> JSON:
    """Return the besluit on the veiligheidsbeoordeling."""
    return {
        "uitkomst": daad.uitkomst.value,
        "acuutOnveilig": daad.acuut,
        "structureelOnveilig": daad.structureel,
        "motivering": "Besproken in het dagelijks overleg; de informatie van de ketenpartners is meegewogen.",
        "instrument": {"naam": "Triage-instrument Veilig Thuis", "versie": "2019", "antwoorden": {"bron": "fictief"}},
        "bestemmingen": [bestemming(one) for one in daad.bestemmingen],
    }


def bestemming(one: Ontvanger) -> JSON:
    """Return a receiver."""
    return {"soort": one.soort.value, "organisatieId": one.organisatie_id}


def handeling(step: Step, daad: deeds.Handelen) -> JSON:
    """Return an act that stops a clock, at the moment at which it was done."""
    return {"soort": daad.soort.value, "tijdstip": wire(step.tijdstip)}


def contact(step: Step, daad: deeds.Spreken) -> JSON:
    """Return a contact in a dienst."""
    return {
        "soort": daad.soort,
        "met": daad.met,
        "tijdstip": wire(step.tijdstip),
        "verslag": "Verslag van het gesprek.",
    }


def voorwaarde(step: Step, daad: deeds.Voorwaarde) -> JSON:
    """Return a veiligheidsvoorwaarde."""
    told = (
        "Er is binnenshuis geen contact zonder dat een derde aanwezig is.",
        "Het kind slaapt doordeweeks bij familie.",
        "Beide ouders werken mee aan hulp voor het middelengebruik.",
    )[daad.volgnummer % 3]
    return {
        "omschrijving": told,
        "eigenaar": "lokaal team",
        "controle": "Gesprek met het gezin en met de school.",
        "controleOp": (step.tijdstip + timedelta(days=28)).date().isoformat(),
        "instemming": True,
    }


def conclusie(daad: deeds.Concluderen) -> JSON:
    """Return the conclusie of a dienst."""
    return {
        "conclusie": daad.conclusie.value,
        "motivering": "Volgt uit de gesprekken en uit wat de informanten vertelden.",
        "bestemmingen": [bestemming(daad.bestemming)] if daad.bestemming else [],
    }


def veiligheidscheck(step: Step, daad: deeds.Veiligheidscheck) -> JSON:
    """Return a look at the safety of a family that waits."""
    return {
        "uitkomst": daad.uitkomst.value,
        "notitie": _CHECK[daad.uitkomst],
        "tijdstip": wire(step.tijdstip),
        "volgendeDag": daad.volgende_dag.isoformat(),
    }


_CHECK: Mapping[VeiligheidscheckUitkomst, str] = MappingProxyType(
    {
        VeiligheidscheckUitkomst.VEILIG: "Gebeld: het is rustig thuis, de afspraken worden nagekomen.",
        VeiligheidscheckUitkomst.ZORGEN: "Gebeld: er was weer ruzie, zonder geweld. De afspraken zijn herhaald.",
        VeiligheidscheckUitkomst.ACUUT_ONVEILIG: "Gebeld: er wordt nu gedreigd. De politie is gewaarschuwd.",
        VeiligheidscheckUitkomst.NIET_BEREIKT: "Twee keer gebeld, geen gehoor.",
    }
)


def navraag(melding_id: str) -> JSON:
    """Return a question to the local field; who reads it learns nothing of a melding."""
    vragen = ["Is dit gezin bij u bekend, en loopt er hulp?", "Ziet u zorgen over de veiligheid?"]
    return {"meldingId": melding_id, "soort": "lokaal-veld", "vragen": vragen}


def antwoord(daad: deeds.Beantwoorden) -> JSON:
    """Return what the local field answers."""
    if daad.bekend:
        return {"antwoord": "Het gezin is bekend; er loopt begeleiding en er zijn geen nieuwe zorgen."}
    return {"weigering": {"reden": "niet-bekend", "toelichting": "Er is hier niemand bekend op dit adres."}}


def screening(melding_id: str, step: Step, daad: deeds.Screenen) -> JSON:
    """Return the screening for a huisverbod."""
    return {
        "meldingId": melding_id,
        "gescreendOp": wire(step.tijdstip),
        "instrument": {"naam": "RiHG", "versie": "2019", "antwoorden": {"bron": "fictief"}},
        "geadviseerd": daad.opleggen,
        "motivering": "Ter plaatse gescreend met de hulpofficier van justitie.",
    }


def oplegging(melding_id: str, step: Step, adults: int) -> JSON:
    """Return that a huisverbod was imposed: the second adult leaves, or the only one."""
    leaves = min(1, adults - 1)
    return {
        "opgelegdOp": wire(step.tijdstip),
        "door": "hulpofficier-van-justitie",
        "uithuisgeplaatste": {"meldingId": melding_id, "nr": leaves},
        "achterblijvers": [{"meldingId": melding_id, "nr": 0}] if leaves else [],
        "motivering": "Er is ernstig en onmiddellijk gevaar voor wie er woont.",
        # Asked where the casus knew a ban before, also in an earlier play.
        "nieuweFeiten": "Het incident van vandaag.",
    }


def afzien(step: Step) -> JSON:
    """Return that no huisverbod was imposed."""
    return {"afgezienOp": wire(step.tijdstip), "motivering": "Het gevaar is op een andere manier afgewend."}


def huisverbod_advies(step: Step, daad: deeds.HuisverbodAdviseren) -> JSON:
    """Return the advice to the mayor."""
    return {
        "advies": daad.advies.value,
        "gegevenOp": wire(step.tijdstip),
        "motivering": "Volgt uit de gesprekken met wie achterbleef en wie het huis uit is.",
    }


def verlenging(step: Step, daad: deeds.HuisverbodVerlengen) -> JSON:
    """Return that the mayor extended a huisverbod."""
    told = "De dreiging is niet weg; de hulp is net begonnen."
    return {"dagen": daad.dagen, "beslotenOp": wire(step.tijdstip), "motivering": told}


# How a melding stands of which Veilig Thuis does not know who made it.
WACHT_OP_BESLUIT = "wacht-op-besluit"


def dubbel_anoniem_besluit() -> JSON:
    """Return the besluit of a team lead to take up a melding of an unknown melder."""
    return {
        "besluit": "in-behandeling",
        "motivering": "De melder wil zich niet bekendmaken; wat is verteld wijst op gevaar en is te controleren.",
    }


def weigering(daad: deeds.Weigeren) -> JSON:
    """Return a refusal."""
    return {"reden": daad.reden, "toelichting": "Zie de reden; er is telefonisch overlegd."}


def heraanbod(overdracht_id: str, daad: deeds.OpnieuwAanbieden) -> JSON:
    """Return the offer that replaces a refused one."""
    return {
        "vervangtOverdrachtId": overdracht_id,
        "bestemming": bestemming(daad.aan.ontvanger),
        "motivering": "Na overleg met de ontvanger opnieuw aangeboden.",
    }


_NALEVING: Mapping[Naleving, float] = MappingProxyType({Naleving.GEHAALD: 68, Naleving.DEELS: 22, Naleving.NIET: 10})


def monitoruitkomst(random: Random, *, last: bool) -> JSON:
    """Return what was seen at a monitormoment, and what it leads to."""
    naleving = random.choices(tuple(_NALEVING), weights=tuple(_NALEVING.values()))[0]
    if naleving is Naleving.NIET:
        vervolg = random.choice((MonitorVervolg.HEROPENEN, MonitorVervolg.INTENSIVEREN))
    elif naleving is Naleving.DEELS:
        vervolg = MonitorVervolg.INTENSIVEREN if random.random() < 0.4 else MonitorVervolg.DOORGAAN  # noqa: PLR2004
    else:
        vervolg = MonitorVervolg.DOORGAAN
    if last and vervolg is MonitorVervolg.DOORGAAN:
        vervolg = MonitorVervolg.AFSLUITEN
    return {
        "naleving": naleving.value,
        "directeVeiligheid": naleving is not Naleving.NIET,
        "stabieleVeiligheid": naleving is Naleving.GEHAALD,
        "vervolg": vervolg.value,
        "contactMet": ["betrokkenen", "professionals"],
        "toelichting": "Gebeld met het gezin en met het lokale team.",
    }


def wire(moment: datetime) -> str:
    """Return a moment as it goes over the wire."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
