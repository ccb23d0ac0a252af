"""What people can do in triage, as a table: how it is asked for, with what, and by which machine it is allowed.

A move that has nothing to act upon is passed over. Bodies are made by chance from what the door takes; now and then one
is wrong in itself, or made for another object: a refusal is an answer too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from random import Random
from typing import Any

from services.triage.domain import dienst, dossier
from services.triage.domain.dienst import ContactMet, ContactSoort
from shared.rules.codes import Conclusie, InterventieSoort, Uitkomst

SECRET = "Mevrouw Canarie-Jansen woont op de Geheimstraat"

Table = Mapping[tuple[Any, Any], Any]


@dataclass
class Known:
    """What somebody who works on these meldingen has seen so far: ids by the kind of object."""

    now: datetime
    ids: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, one: str) -> None:
        """Remember an id once."""
        found = self.ids.setdefault(kind, [])
        if one not in found:
            found.append(one)

    def pick(self, kind: str, chance: Random) -> str | None:
        """Return one of the ids of a kind, the later ones more often."""
        found = self.ids.get(kind, [])
        return found[-1 - min(int(chance.expovariate(1.2)), len(found) - 1)] if found else None


@dataclass(frozen=True)
class Machine:
    """The table that says whether a move is allowed, and the step that it is there."""

    transitions: Table
    status: type[Enum]
    action: Enum


Body = Callable[[Random, Known], Any]


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing that can be asked of the door.

    ``path`` holds the kinds of ids between braces. ``seen`` is where the version stands that a change demands.
    ``makes`` is the kind of what a creating request makes. ``rol`` is who asks.
    """

    name: str
    method: str
    path: str
    body: Body
    seen: str = ""
    makes: str = ""
    machine: Machine | None = None
    rol: str = "vt-medewerker"
    weight: int = 2


def at(known: Known) -> str:
    """Return this moment as it goes over the wire."""
    return known.now.isoformat()


def text(chance: Random) -> str:
    """Return what somebody wrote down."""
    return f"{SECRET}, {chance.randrange(1000)}"


# --- veiligheidsbeoordeling and dienst ---------------------------------------------------------------------------

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
        machine=Machine(dienst.TRANSITIONS, dienst.DienstStatus, dienst.DienstActie.VEILIGHEIDSVOORWAARDE),
    ),
    Move(
        name="conclusie",
        method="PUT",
        path=f"{_DIENST}/conclusie",
        seen=_DIENST,
        body=_conclusie,
        machine=Machine(dienst.TRANSITIONS, dienst.DienstStatus, dienst.DienstActie.CONCLUSIE),
    ),
)
MOVES: tuple[Move, ...] = (*CORE,)
