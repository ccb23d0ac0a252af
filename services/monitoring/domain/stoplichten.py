"""The traffic light of each development task (ontwikkelopgave), by a rule that stands beside it in the report.

The three colours and their meaning are those of Haaglanden; the tasks are those that the Regiovisie 2024-2027 was
presented with, and the one of the improvement plan of Veilig Thuis. The source ties no figure to a task: which figure
decides is our choice. A light is worked out from what the report itself shows, so that a reader can do it again. What
has no figure is judged by a person, with his reason.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from services.monitoring.domain.monitorbrief import Cijfer, fase_name
from shared.rules.codes import TermijnSoort

AANDEEL = "Aandeel op tijd"


class Kleur(StrEnum):
    GROEN = "groen"
    ORANJE = "oranje"
    ROOD = "rood"
    GEEN = "geen"


BETEKENIS: Mapping[Kleur, str] = MappingProxyType(
    {
        Kleur.GROEN: "gaat goed",
        Kleur.ORANJE: "genoeg inzet, met aandachtspunten",
        Kleur.ROOD: "inzet nodig",
        Kleur.GEEN: "nog niet te beoordelen",
    }
)
_ERGST = (Kleur.ROOD, Kleur.ORANJE, Kleur.GROEN)


@dataclass(frozen=True, slots=True)
class StoplichtRegel:
    """The rule for what has a norm: ``marge`` is in percentage points."""

    marge: int

    @property
    def tekst(self) -> str:
        """The rule as a reader gets it."""
        return (
            "Groen: de norm is gehaald. "
            f"Oranje: ten hoogste {self.marge} procentpunt onder de norm, en hoger dan in de periode ervoor. "
            "Rood: al het andere. Bij meer cijfers telt het slechtste. Wat geen cijfer met een norm heeft, beoordeelt "
            "een redacteur, met een reden."
        )

    def judge(self, aandeel: int, norm: int, vorige: int | None) -> Kleur:
        """Return the colour of a share; without a share before, nothing is better than before."""
        if aandeel >= norm:
            return Kleur.GROEN
        better = vorige is not None and aandeel > vorige
        return Kleur.ORANJE if better and aandeel >= norm - self.marge else Kleur.ROOD


REGEL = StoplichtRegel(marge=10)


@dataclass(frozen=True, slots=True)
class Opgave:
    """One development task; ``fasen`` are the terms of which the share in time decides, if any."""

    naam: str
    vindplaats: str
    fasen: tuple[TermijnSoort, ...] = ()


_VISIE = "presentatie van de Regiovisie 2024-2027"
OPGAVEN: Mapping[str, Opgave] = MappingProxyType(
    {
        "veiligheidsbeoordeling-op-tijd": Opgave(
            "Veilig Thuis beoordeelt de veiligheid op tijd",
            "raadsinformatiebrief Lansingerland, 2025: verbeterplan",
            (TermijnSoort.VEILIGHEIDSBEOORDELING,),
        ),
        "onderzoek-op-tijd": Opgave(
            "Veilig Thuis rondt onderzoek, en voorwaarden en vervolg, op tijd af",
            "raadsinformatiebrief Lansingerland, 2025: verbeterplan",
            (TermijnSoort.ONDERZOEK, TermijnSoort.VOORWAARDEN_EN_VERVOLG),
        ),
        "lokale-teams": Opgave("Lokale teams versterken", _VISIE),
        "gefaseerd-werken": Opgave("Gefaseerd werken aan veiligheid invoeren", _VISIE),
        "ervaringsdeskundigen": Opgave("Ervaringsdeskundigen inzetten", _VISIE),
        "plegeraanpak": Opgave("Plegers aanpakken", _VISIE),
        "leerwerkplaats": Opgave("De leerwerkplaats verder ontwikkelen", _VISIE),
    }
)


@dataclass(frozen=True, slots=True)
class Stoplicht:
    """The light of one task, and in a sentence why it has that colour."""

    opgave: str
    naam: str
    kleur: Kleur
    waarom: str


@dataclass(frozen=True, slots=True)
class Oordeel:
    """What an editor says of a task without a figure."""

    kleur: Kleur
    reden: str


def lights(termijnen: Sequence[Cijfer], oordelen: Mapping[str, Oordeel]) -> tuple[Stoplicht, ...]:
    """Return the light of every task, from the figures that a report shows with those of the period before."""
    shares = {one.onderwerp: one for one in termijnen if one.gegeven == AANDEEL}
    return tuple(
        _by_figures(code, opgave, [shares.get(fase_name(fase)) for fase in opgave.fasen])
        if opgave.fasen
        else _by_editor(code, opgave, oordelen.get(code))
        for code, opgave in OPGAVEN.items()
    )


def _by_editor(code: str, opgave: Opgave, oordeel: Oordeel | None) -> Stoplicht:
    if oordeel is None:
        return Stoplicht(code, opgave.naam, Kleur.GEEN, "Hiervoor is geen cijfer, en niemand heeft het beoordeeld.")
    return Stoplicht(code, opgave.naam, oordeel.kleur, oordeel.reden)


def _by_figures(code: str, opgave: Opgave, cijfers: Iterable[Cijfer | None]) -> Stoplicht:
    judged = [(REGEL.judge(aandeel, norm, vorige), one, vorige) for one, aandeel, norm, vorige in _readable(cijfers)]
    if not judged:
        return Stoplicht(code, opgave.naam, Kleur.GEEN, "Er is geen cijfer dat gelezen mag worden.")
    kleur = min((kleur for kleur, _, _ in judged), key=_ERGST.index)
    return Stoplicht(code, opgave.naam, kleur, " ".join(_sentence(one, vorige) for _, one, vorige in judged))


def _readable(cijfers: Iterable[Cijfer | None]) -> Iterable[tuple[Cijfer, int, int, int | None]]:
    for one in cijfers:
        aandeel, norm = (percent(one.waarde), percent(one.norm)) if one else (None, None)
        if one is not None and aandeel is not None and norm is not None:
            yield one, aandeel, norm, percent(one.vorige)


def _sentence(one: Cijfer, vorige: int | None) -> str:
    before = "" if vorige is None else f", in de periode ervoor {one.vorige}"
    return f"{one.onderwerp}: {one.waarde} op tijd{before}; de norm is {one.norm}."


def percent(text: str) -> int | None:
    """Return the number in ``79 %``; None for what is no share that can be read."""
    found = re.fullmatch(r"(\d{1,3}) %", text)
    return int(found[1]) if found else None
