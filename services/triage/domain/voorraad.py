"""The work list (werkvoorraad): which step is open, until when, where it stands in the order, and why there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from shared.rules.calendar import AMSTERDAM
from shared.rules.codes import DienstSoort, TermijnSoort
from shared.rules.deadlines import compute_termijn, start_of_ten_weeks
from shared.rules.settings import RuleSettings
from shared.rules.urgentie import urgentie


class Stap(StrEnum):
    """What must be done next in a dossier."""

    ACUUTCHECK = "acuutcheck"
    VEILIGHEIDSBEOORDELING = "veiligheidsbeoordeling"
    DIENST = "dienst"


@dataclass(frozen=True, slots=True)
class Werk:
    """The open step of a dossier and its place; a dossier without work has none."""

    stap: Stap
    uiterlijk: datetime  # the first moment that is too late
    urgentie_op: datetime


@dataclass(frozen=True, slots=True)
class WerkItem:
    """One line of the work list."""

    dossier_id: UUID
    melding_id: UUID
    casus_id: UUID
    dienst_id: UUID | None
    gemeente_code: str
    werk: Werk
    acuut: bool | None
    structureel: bool | None
    dienst_soort: DienstSoort | None
    ontvangen_op: datetime
    aangevuld_op: datetime | None = None


# Regionaal maatwerk has no term of its own in law or protocol: its place follows the ten weeks of the others.
TERMIJN_VAN: Mapping[DienstSoort, TermijnSoort] = MappingProxyType(
    {
        DienstSoort.ONDERZOEK: TermijnSoort.ONDERZOEK,
        DienstSoort.VOORWAARDEN_EN_VERVOLG: TermijnSoort.VOORWAARDEN_EN_VERVOLG,
        DienstSoort.REGIONAAL_MAATWERK: TermijnSoort.ONDERZOEK,
    }
)

_STAP_ZIN: Mapping[Stap, str] = MappingProxyType(
    {
        Stap.ACUUTCHECK: "De acuutcheck moet nog worden gedaan",
        Stap.VEILIGHEIDSBEOORDELING: "De veiligheidsbeoordeling wacht op een besluit",
        Stap.DIENST: "De dienst wacht op een conclusie",
    }
)
_MAATWERK_ZIN = "Regionaal maatwerk heeft geen eigen termijn; de plaats volgt de tien weken van de andere diensten."


def place(stap: Stap, uiterlijk: datetime, *, acuut: bool | None, structureel: bool | None) -> Werk:
    """Return a step with its place in the order, which does not change while time passes."""
    return Werk(stap, uiterlijk, urgentie(uiterlijk, acuut=acuut, structureel=structureel).urgentie_op)


def due_acuutcheck(geopend_op: datetime, rules: RuleSettings) -> datetime:
    """Return until when the acute question may be answered."""
    return compute_termijn(TermijnSoort.ACUUTCHECK, geopend_op, rules).uiterlijk


def due_besluit(geopend_op: datetime, rules: RuleSettings) -> datetime:
    """Return until when the besluit on the veiligheidsbeoordeling may be taken."""
    return compute_termijn(TermijnSoort.VEILIGHEIDSBEOORDELING, geopend_op, rules).uiterlijk


def due_conclusie(soort: DienstSoort, *, geopend_op: datetime, gestart_op: datetime, rules: RuleSettings) -> datetime:
    """Return until when a dienst may end."""
    start = start_of_ten_weeks(geopend_op, gestart_op, rules)
    return compute_termijn(TERMIJN_VAN[soort], start, rules).uiterlijk


def is_late(werk: Werk, now: datetime) -> bool:
    """Tell whether the term of a step has passed: it is flagged and never blocks."""
    return now >= werk.uiterlijk


def explain(item: WerkItem, now: datetime) -> tuple[str, ...]:
    """Return in Dutch why an item stands where it stands."""
    werk = item.werk
    verb = "de termijn is verstreken sinds" if is_late(werk, now) else "de termijn loopt tot en met"
    sentences = [f"{_STAP_ZIN[werk.stap]}; {verb} {_last_moment(werk.uiterlijk)}."]
    if item.dienst_soort is DienstSoort.REGIONAAL_MAATWERK:
        sentences.append(_MAATWERK_ZIN)
    return (*sentences, *urgentie(werk.uiterlijk, acuut=item.acuut, structureel=item.structureel).uitleg)


def _last_moment(uiterlijk: datetime) -> str:
    """Return the last minute that is in time as people in the Netherlands say it."""
    last = (uiterlijk - timedelta(minutes=1)).astimezone(AMSTERDAM)
    return f"{last:%d-%m-%Y %H:%M}"
