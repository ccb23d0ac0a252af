"""The moves of what Veilig Thuis itself does beside the besluit and the dienst: each subject as rows of one table."""

from datetime import timedelta
from enum import Enum
from random import Random
from typing import Any

from services.triage.domain import (
    aware,
    forensisch,
    huisverbod,
    informatieverzoeken,
    opschaling,
    voorwaarden,
    vto,
)
from shared.rules.behandelcodes import (
    ConsultPartij,
    OmzetReden,
    OpschalingSoort,
    UitstelReden,
    VertragingReden,
    VoorwaardeStatus,
    VtoResultaat,
    VtoStatus,
)
from tests.integration.triage.histories.base import Body, Known, Machine, Move, Table, at, text

PERSONS = 2


def _about(chance: Random, known: Known, **more: Any) -> dict[str, Any] | None:
    """Return the beginning of a body that names a melding, or nothing while there is none."""
    melding_id = known.pick("meldingId", chance)
    return {"meldingId": melding_id, **more} if melding_id else None


def _person(chance: Random, known: Known) -> dict[str, Any]:
    return {"meldingId": known.pick("meldingId", chance), "nr": chance.randrange(PERSONS)}


class _Subject:
    """Make the moves of one kind of object: how it is made, and how it is changed by a step of its machine."""

    def __init__(self, collection: str, kind: str, transitions: Table, status: type[Enum]) -> None:
        self.collection, self.kind = collection, kind
        self.one = f"{collection}/{{{kind}}}"
        self._transitions, self._status = transitions, status

    def make(self, name: str, body: Body, *, weight: int = 2) -> Move:
        return Move(name=name, method="POST", path=self.collection, body=body, makes=self.kind, weight=weight)

    def step(self, name: str, sub: str, action: Enum | None, body: Body, *, weight: int = 2) -> Move:
        return Move(
            name=name,
            method="PUT",
            path=f"{self.one}/{sub}",
            seen=self.one,
            body=body,
            machine=Machine(self._transitions, self._status, action) if action else None,
            weight=weight,
        )

    def add(self, name: str, sub: str, action: Enum | None, body: Body, *, makes: str = "") -> Move:
        return Move(
            name=name,
            method="POST",
            path=f"{self.one}/{sub}",
            seen=self.one,
            body=body,
            makes=makes,
            machine=Machine(self._transitions, self._status, action) if action else None,
        )


# --- who works on it ---------------------------------------------------------------------------------------------

_WERK = "/werkstukken/{dossierId}"

WERK = (
    Move(
        name="oppakken",
        method="PUT",
        path=f"{_WERK}/toewijzing",
        seen=_WERK,
        body=lambda chance, _: {"medewerkerId": "mij", "team": chance.choice(["noord", "zuid"])},
    ),
    Move(
        name="toewijzen",
        method="PUT",
        path=f"{_WERK}/toewijzing",
        seen=_WERK,
        body=lambda chance, _: {"medewerkerId": f"medewerker-{chance.randrange(3)}"},
        rol="vt-teamleider",
    ),
    Move(
        name="vrijgeven",
        method="PUT",
        path=f"{_WERK}/vrijgave",
        seen=_WERK,
        body=lambda chance, _: {"reden": "afwezig", "toelichting": text(chance)},
        rol="vt-teamleider",
    ),
    Move(
        name="check plannen",
        method="PUT",
        path=f"{_WERK}/volgende-veiligheidscheck",
        seen=_WERK,
        body=lambda chance, known: {"dag": (known.now + timedelta(days=chance.randrange(40))).date().isoformat()},
    ),
    Move(
        name="veiligheidscheck",
        method="POST",
        path=f"{_WERK}/veiligheidschecks",
        body=lambda chance, _: {
            "uitkomst": chance.choice(["zorgen", "acuut-onveilig", "niet-bereikt"]),
            "notitie": text(chance),
        },
        makes="veiligheidscheckId",
    ),
)

# --- asking, and what is late ------------------------------------------------------------------------------------

_VRAAG = _Subject(
    "/informatieverzoeken",
    "informatieverzoekId",
    informatieverzoeken.TRANSITIONS,
    informatieverzoeken.InformatieverzoekStatus,
)
_VRAAG_ACTIE = informatieverzoeken.VerzoekActie
_BEOORDELING = "/veiligheidsbeoordelingen/{meldingId}"
_DIENST = "/diensten/{dienstId}"


def _taxatie(chance: Random, known: Known) -> Any:
    seen = chance.random() < 0.6
    how = {"gezienOp": at(known), "gezienWijze": "huisbezoek"} if seen else {"nietGezienReden": "onbereikbaar"}
    return {
        "cijfer": chance.randrange(11),
        "acuutOnveilig": False,
        "structureelOnveilig": True,
        "gezien": seen,
        "toelichting": text(chance),
        **how,
    }


ASKING = (
    _VRAAG.make("vragen", lambda chance, known: _about(chance, known, soort="lokaal-veld", vragen=[text(chance)])),
    _VRAAG.step("antwoord", "antwoord", _VRAAG_ACTIE.ANTWOORDEN, lambda chance, _: {"antwoord": text(chance)}),
    _VRAAG.step(
        "geen antwoord", "antwoord", _VRAAG_ACTIE.WEIGEREN, lambda *_: {"weigering": {"reden": "beroepsgeheim"}}
    ),
    _VRAAG.step(
        "vraag intrekken", "intrekking", _VRAAG_ACTIE.INTREKKEN, lambda chance, _: {"motivering": text(chance)}
    ),
    *(
        Move(
            name=f"taxatie {nr}",
            method="PUT",
            path=f"{_BEOORDELING}/veiligheidstaxaties/{nr}",
            seen=_BEOORDELING,
            body=_taxatie,
        )
        for nr in range(PERSONS)
    ),
    *(
        Move(
            name=f"vertraging {kind}",
            method="POST",
            path=f"{place}/vertragingen",
            body=lambda chance, _: {"reden": chance.choice(list(VertragingReden)), "toelichting": text(chance)},
            makes="vertragingId",
        )
        for kind, place in (("beoordeling", _BEOORDELING), ("dienst", _DIENST))
    ),
    Move(
        name="omzetten",
        method="POST",
        path=f"{_DIENST}/omzetting",
        body=lambda chance, _: {"reden": chance.choice(list(OmzetReden)), "motivering": text(chance)},
        makes="dienstId",
    ),
    Move(
        name="plan",
        method="PUT",
        path=f"{_DIENST}/plan",
        seen=_DIENST,
        body=lambda chance, _: {
            "doelen": [text(chance)],
            "vragen": [],
            "spreken": [],
            "informanten": [],
            "momenten": [],
            "eigenaar": text(chance),
        },
    ),
    Move(
        name="voorwaarde nagaan",
        method="PUT",
        path="/veiligheidsvoorwaarden/{voorwaardeId}/status",
        seen="/veiligheidsvoorwaarden/{voorwaardeId}",
        body=lambda chance, known: {
            "status": chance.choice([one for one in VoorwaardeStatus if one is not VoorwaardeStatus.OPEN]),
            "uitkomst": text(chance),
            "nagegaanOp": at(known),
        },
        machine=Machine(voorwaarden.TRANSITIONS, VoorwaardeStatus, None),
        weight=6,
    ),
)

# --- raad, doctors, AWARE ----------------------------------------------------------------------------------------

_VTO = _Subject("/verzoeken-tot-onderzoek", "vtoId", vto.TRANSITIONS, vto.VtoVerzoekStatus)
_FORENSISCH = _Subject(
    "/forensische-verzoeken", "forensischVerzoekId", forensisch.TRANSITIONS, forensisch.ForensischStatus
)
_AWARE = _Subject("/aware-aanvragen", "awareAanvraagId", aware.TRANSITIONS, aware.AwareStatus)


def _vto(chance: Random, known: Known) -> Any:
    about = _about(chance, known)
    return about and {
        **about,
        "identificatie": "Zaak 1",
        "startdatum": known.now.date().isoformat(),
        "registratiedatum": known.now.date().isoformat(),
        "onderwerpen": [{**about, "nr": 1}],
        "belanghebbenden": [{**about, "nr": 0}],
        "documenten": [{"soort": "gezinsgeschiedenis", "titel": text(chance), "verwijzing": text(chance)}],
        "spoed": chance.random() < 0.5,
        "oudersIngelicht": True,
        "motivering": text(chance),
    }


def _raadsbericht(chance: Random, known: Known) -> Any:
    status = chance.choice(list(VtoStatus))
    resultaat = chance.choice(list(VtoResultaat)) if status is VtoStatus.ZAAK_AFGEROND else None
    return {
        "berichtIdentificatie": f"raad-{chance.randrange(10_000)}",
        "status": status,
        "resultaat": resultaat,
        "ontvangenOp": at(known),
    }


def _forensisch(chance: Random, known: Known) -> Any:
    return _about(
        chance,
        known,
        soort="letselonderzoek",
        persoonNr=1,
        politieOfOmBetrokken=False,
        aanvrager="veilig-thuis",
        vertrouwensartsBetrokken=True,
        partij=text(chance),
        minderjarig=False,
        toestemming="gegeven",
        gevraagdOp=at(known),
        reden=text(chance),
    )


def _aware(chance: Random, known: Known) -> Any:
    return _about(
        chance,
        known,
        persoonNr=chance.randrange(PERSONS),
        belaging=True,
        gevraagdOp=at(known),
        indicatie=text(chance),
        sashNiveau="hoog",
    )


def _aware_besluit(soort: str) -> Body:
    return lambda chance, known: {
        "besluit": soort,
        "beslotenOp": at(known),
        "motivering": text(chance),
        "deelnemers": ["Wijkagent"],
    }


OUTSIDE = (
    _VTO.make("verzoek tot onderzoek", _vto),
    _VTO.step("indienen", "indiening", vto.VerzoekActie.INDIENEN, lambda *_: {}, weight=3),
    _VTO.step(
        "verzoek intrekken",
        "intrekking",
        vto.VerzoekActie.INTREKKEN,
        lambda chance, known: {"ingetrokkenOp": at(known), "reden": text(chance)},
        weight=1,
    ),
    _VTO.add(
        "kennisgeving",
        "kennisgevingen",
        vto.VerzoekActie.KENNISGEVEN,
        lambda chance, known: {
            "aan": "college",
            "moment": at(known),
            "wijze": "brief",
            "bewijs": text(chance),
            "inhoud": text(chance),
        },
    ),
    Move(
        name="raadsbericht",
        method="PUT",
        path=f"{_VTO.one}/raadsbericht",
        body=_raadsbericht,
        rol="vt-medewerker",
    ),
    Move(
        name="consult",
        method="POST",
        path="/consulten",
        body=lambda chance, known: _about(
            chance,
            known,
            partij=chance.choice([one for one in ConsultPartij if one is not ConsultPartij.GECERTIFICEERDE_INSTELLING]),
            moment=at(known),
            vraag=text(chance),
            uitkomst="afgestemd",
            strafbaarFeitVermoed=chance.random() < 0.5,
        ),
        makes="consultId",
    ),
    _FORENSISCH.make("forensisch verzoek", _forensisch),
    _FORENSISCH.step(
        "inplannen",
        "stap",
        forensisch.ForensischActie.INPLANNEN,
        lambda _, known: {"stap": "inplannen", "moment": at(known)},
    ),
    _FORENSISCH.step(
        "onderzoeken",
        "stap",
        forensisch.ForensischActie.ONDERZOEKEN,
        lambda _, known: {"stap": "onderzoeken", "moment": at(known)},
    ),
    _FORENSISCH.step(
        "uitslag",
        "resultaat",
        forensisch.ForensischActie.AFRONDEN,
        lambda chance, known: {"afgerondOp": at(known), "letselPast": "nee", "toelichting": text(chance)},
    ),
    _AWARE.make("aware", _aware),
    _AWARE.step("aware verlenen", "besluit", aware.AwareActie.VERLENEN, _aware_besluit("verleend"), weight=3),
    _AWARE.step("aware afwijzen", "besluit", aware.AwareActie.AFWIJZEN, _aware_besluit("afgewezen"), weight=1),
    _AWARE.step(
        "aware verlengen",
        "verlenging",
        aware.AwareActie.VERLENGEN,
        lambda chance, known: {"verlengdOp": at(known), "toelichting": text(chance)},
        weight=5,
    ),
    _AWARE.step(
        "aware beeindigen",
        "einde",
        aware.AwareActie.BEEINDIGEN,
        lambda _, known: {"beeindigdOp": at(known), "reden": "niet-meer-nodig"},
    ),
)

# --- huisverbod, and tables of partners --------------------------------------------------------------------------

_VERBOD = _Subject("/huisverboden", "huisverbodId", huisverbod.TRANSITIONS, huisverbod.HuisverbodStatus)
_TAFEL = _Subject("/opschalingen", "opschalingId", opschaling.TRANSITIONS, opschaling.OpschalingStatus)
_ACTIE = f"{_TAFEL.one}/acties/{{actieId}}"


def _screening(chance: Random, known: Known) -> Any:
    return _about(
        chance,
        known,
        gescreendOp=at(known),
        instrument={"naam": "RiHG", "versie": "3", "antwoorden": {"1": text(chance)}},
        geadviseerd=chance.random() < 0.7,
        opVerzoek=False,
        kindermishandeling=chance.random() < 0.5,
        motivering=text(chance),
    )


def _oplegging(chance: Random, known: Known) -> Any:
    return {
        "opgelegdOp": at(known),
        "door": chance.choice(["burgemeester", "hulpofficier-van-justitie"]),
        "uithuisgeplaatste": _person(chance, known),
        "motivering": text(chance),
        **({"nieuweFeiten": text(chance)} if chance.random() < 0.5 else {}),
    }


def _verlenging(chance: Random, known: Known) -> Any:
    return {
        "dagen": chance.choice([14, 20, 28, 29]),
        "beslotenOp": at(known),
        "door": "burgemeester",
        "motivering": text(chance),
    }


_HA = huisverbod.HuisverbodActie
_OA = opschaling.OpschalingActie

TOGETHER = (
    _VERBOD.make("screenen", _screening),
    _VERBOD.step("opleggen", "oplegging", _HA.OPLEGGEN, _oplegging, weight=4),
    _VERBOD.step(
        "afzien",
        "afzien",
        _HA.AFZIEN,
        lambda chance, known: {"afgezienOp": at(known), "motivering": text(chance)},
        weight=1,
    ),
    _VERBOD.step(
        "adviseren",
        "advies",
        _HA.ADVISEREN,
        lambda chance, known: {"advies": "verlengen", "gegevenOp": at(known), "motivering": text(chance)},
    ),
    _VERBOD.step("verlengen", "verlenging", _HA.VERLENGEN, _verlenging),
    _VERBOD.step(
        "verbod intrekken",
        "intrekking",
        _HA.INTREKKEN,
        lambda chance, known: {"ingetrokkenOp": at(known), "hulpAanvaard": True, "motivering": text(chance)},
        weight=1,
    ),
    _TAFEL.make(
        "opschalen",
        lambda chance, known: _about(
            chance,
            known,
            soort=chance.choice(list(OpschalingSoort)),
            aanleiding=text(chance),
            procesregie={"organisatieId": "vtrr", "soort": "veilig-thuis"},
            deelnemers=[{"soort": "politie", "organisatieId": "politie-eenheid-rotterdam"}],
        ),
    ),
    _TAFEL.add(
        "actie",
        "acties",
        _OA.ACTIE,
        lambda chance, known: {
            "besluit": text(chance),
            "eigenaar": {"organisatieId": "politie-eenheid-rotterdam", "naam": text(chance)},
            "uiterlijkDag": (known.now + timedelta(days=chance.randrange(30))).date().isoformat(),
        },
        makes="actieId",
    ),
    Move(
        name="actie afronden",
        method="PUT",
        path=f"{_ACTIE}/afronding",
        seen=_ACTIE,
        body=lambda chance, _: {"gedaan": chance.random() < 0.7, "toelichting": text(chance)},
    ),
    _TAFEL.step(
        "afschalen",
        "afschaling",
        _OA.AFSCHALEN,
        lambda chance, _: {"vervolg": {"soort": "lokaal-veld"}, "motivering": text(chance)},
    ),
)

# --- telling people ----------------------------------------------------------------------------------------------

TELLING = (
    Move(
        name="informeren",
        method="POST",
        path=f"{_BEOORDELING}/informeringen",
        body=lambda chance, known: {
            "persoonNr": chance.randrange(PERSONS),
            "tijdstip": at(known),
            "wijze": "telefonisch",
            "toelichting": text(chance),
        },
        makes="informeringId",
    ),
    Move(
        name="niet informeren",
        method="POST",
        path=f"{_BEOORDELING}/niet-informeringen",
        body=lambda chance, _: {
            "persoonNr": chance.randrange(PERSONS),
            "reden": "verblijfplaats-onbekend",
            "toelichting": text(chance),
        },
        makes="nietInformeringId",
    ),
    Move(
        name="uitstellen",
        method="POST",
        path=f"{_BEOORDELING}/uitstellen",
        body=lambda chance, _: {"reden": chance.choice(list(UitstelReden)), "motivering": text(chance)},
        makes="uitstelId",
    ),
    Move(
        name="brief",
        method="POST",
        path="/brieven",
        body=lambda chance, known: _about(
            chance,
            known,
            soort="betrokkene-ontvangst",
            persoonNr=chance.randrange(PERSONS),
            aanvullingen=[text(chance)],
        ),
        makes="briefId",
    ),
    Move(
        name="brief verzenden",
        method="PUT",
        path="/brieven/{briefId}/verzending",
        seen="/brieven/{briefId}",
        body=lambda _, known: {"moment": at(known), "wijze": "post"},
    ),
)

SUBJECTS: tuple[Move, ...] = (*WERK, *ASKING, *OUTSIDE, *TOGETHER, *TELLING)
