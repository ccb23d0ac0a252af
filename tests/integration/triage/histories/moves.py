"""What people can do in triage, as one table: in a veiligheidsbeoordeling and a dienst, and in every other subject."""

from random import Random
from typing import Any

from services.triage.domain import dienst, dossier
from services.triage.domain.dienst import ContactMet, ContactSoort
from shared.rules.codes import Conclusie, InterventieSoort, Uitkomst
from tests.integration.triage.histories.base import Known, Machine, Move, at, text
from tests.integration.triage.histories.subjects import SUBJECTS

_BEOORDELING = "/veiligheidsbeoordelingen/{meldingId}"
_DIENST = "/diensten/{dienstId}"
_DOSSIER = Machine(dossier.TRANSITIONS, dossier.DossierStatus, dossier.DossierActie.ACUUTCHECK)


def _acuutcheck(chance: Random, known: Known) -> Any:
    interventies = [
        {"soort": chance.choice(list(InterventieSoort)), "tijdstip": at(known), "toelichting": text(chance)}
        for _ in range(chance.randrange(3))
    ]
    return {"acuut": chance.random() < 0.3, "motivering": text(chance), "interventies": interventies}


def _besluit(chance: Random, _: Known) -> Any:
    return {
        "uitkomst": chance.choices(list(Uitkomst), [6, 8, *[1] * (len(Uitkomst) - 2)])[0],
        "acuutOnveilig": chance.random() < 0.3,
        "structureelOnveilig": chance.random() < 0.5,
        "motivering": text(chance),
        "bestemmingen": [{"soort": "lokaal-veld"}] if chance.random() < 0.3 else [],
    }


def _contact(chance: Random, known: Known) -> Any:
    return {
        "soort": chance.choice(list(ContactSoort)),
        "met": chance.choice(list(ContactMet)),
        "tijdstip": at(known),
        "verslag": text(chance),
    }


def _voorwaarde(chance: Random, known: Known) -> Any:
    return {
        "omschrijving": text(chance),
        "eigenaar": "Oma",
        "controle": "Huisbezoek",
        "controleOp": known.now.date().isoformat(),
    }


def _conclusie(chance: Random, _: Known) -> Any:
    return {"conclusie": chance.choice(list(Conclusie)), "motivering": text(chance)}


CORE = (
    Move(
        name="acuutcheck",
        method="PUT",
        path=f"{_BEOORDELING}/acuutcheck",
        seen=_BEOORDELING,
        body=_acuutcheck,
        machine=_DOSSIER,
        weight=6,
    ),
    Move(
        name="besluit",
        method="PUT",
        path=f"{_BEOORDELING}/besluit",
        seen=_BEOORDELING,
        body=_besluit,
        machine=Machine(dossier.TRANSITIONS, dossier.DossierStatus, dossier.DossierActie.BESLUIT),
        weight=5,
    ),
    Move(
        name="contact",
        method="POST",
        path=f"{_DIENST}/contacten",
        seen=_DIENST,
        body=_contact,
        makes="contactId",
        machine=Machine(dienst.TRANSITIONS, dienst.DienstStatus, dienst.DienstActie.CONTACT),
    ),
    Move(
        name="voorwaarde",
        method="POST",
        path=f"{_DIENST}/veiligheidsvoorwaarden",
        seen=_DIENST,
        body=_voorwaarde,
        makes="voorwaardeId",
        weight=5,
        machine=Machine(dienst.TRANSITIONS, dienst.DienstStatus, dienst.DienstActie.VEILIGHEIDSVOORWAARDE),
    ),
    Move(
        name="conclusie",
        method="PUT",
        path=f"{_DIENST}/conclusie",
        seen=_DIENST,
        body=_conclusie,
        machine=Machine(dienst.TRANSITIONS, dienst.DienstStatus, dienst.DienstActie.CONCLUSIE),
        weight=4,
    ),
)
MOVES: tuple[Move, ...] = (*CORE, *SUBJECTS)
