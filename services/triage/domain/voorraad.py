"""The work list (werkvoorraad): which step is open, until when, where it stands in the order, and why there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from shared.rules.calendar import AMSTERDAM, amsterdam_day
from shared.rules.codes import DienstSoort, TermijnSoort
from shared.rules.deadlines import compute_termijn, start_of_ten_weeks
from shared.rules.settings import RuleSettings
from shared.rules.urgentie import urgentie


class Stap(StrEnum):
    """What must be done next in a dossier."""

    ACUUTCHECK = "acuutcheck"
    VEILIGHEIDSBEOORDELING = "veiligheidsbeoordeling"
    DIENST = "dienst"


class WerkOntbreekt(StrEnum):
    """What work that waits must have and has not: who works on it, when somebody looks again, when one last did."""

    EIGENAAR = "eigenaar"
    VEILIGHEIDSCHECK = "veiligheidscheck"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Werk:
    """The open step of a dossier and its place; a dossier without work has none."""

    stap: Stap
    uiterlijk: datetime  # the first moment that is too late
    urgentie_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdeling:
    """How the work of a line is divided, and how its family is kept in sight."""

    versie: int = 1
    eigenaar: str | None = None
    team: str | None = None
    toegewezen_op: datetime | None = None
    volgende_check: date | None = None
    laatste_contact_op: datetime | None = None
    onveilig_op: datetime | None = None


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
    verdeling: Verdeling = Verdeling()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which open work is asked for."""

    gemeente_code: str | None = None
    stap: Stap | None = None
    eigenaar: str | None = None
    zonder_eigenaar: bool = False
    team: str | None = None


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


def missing(verdeling: Verdeling) -> tuple[WerkOntbreekt, ...]:
    """Return what work that waits has not."""
    known = {
        WerkOntbreekt.EIGENAAR: verdeling.eigenaar,
        WerkOntbreekt.VEILIGHEIDSCHECK: verdeling.volgende_check,
        WerkOntbreekt.CONTACT: verdeling.laatste_contact_op,
    }
    return tuple(what for what, value in known.items() if value is None)


def is_check_late(volgende_check: date | None, now: datetime) -> bool:
    """Tell whether the day until which somebody would have looked has passed."""
    return volgende_check is not None and amsterdam_day(now) > volgende_check


def explain(item: WerkItem, now: datetime) -> tuple[str, ...]:
    """Return in Dutch why an item stands where it stands, who sees to it, and how its family is kept in sight."""
    werk, verdeling = item.werk, item.verdeling
    verb = "de termijn is verstreken sinds" if is_late(werk, now) else "de termijn loopt tot en met"
    sentences = [f"{_STAP_ZIN[werk.stap]}; {verb} {_last_moment(werk.uiterlijk)}."]
    if item.dienst_soort is DienstSoort.REGIONAAL_MAATWERK:
        sentences.append(_MAATWERK_ZIN)
    if verdeling.onveilig_op is not None:
        sentences.append(f"Bij de veiligheidscheck van {_moment(verdeling.onveilig_op)} was het acuut onveilig.")
    acuut = True if verdeling.onveilig_op is not None else item.acuut
    places = urgentie(werk.uiterlijk, acuut=acuut, structureel=item.structureel).uitleg
    return (*sentences, *places, *explain_verdeling(verdeling, now))


def explain_verdeling(verdeling: Verdeling, now: datetime) -> Iterator[str]:
    """Yield in Dutch who owns work, when somebody looks at the family again, and when one last did."""
    team = f" (team {verdeling.team})" if verdeling.team else ""
    if verdeling.eigenaar is None or verdeling.toegewezen_op is None:
        yield f"Niemand heeft dit werk{team}: wie ruimte heeft kan het oppakken."
    else:
        yield f"Eigenaar: {verdeling.eigenaar}{team}, sinds {_day(_local(verdeling.toegewezen_op).date())}."
    if verdeling.volgende_check is None:
        yield "Er is geen volgende veiligheidscheck gepland."
    elif is_check_late(verdeling.volgende_check, now):
        yield f"De veiligheidscheck van uiterlijk {_day(verdeling.volgende_check)} is niet gedaan."
    else:
        yield f"Volgende veiligheidscheck: uiterlijk {_day(verdeling.volgende_check)}."
    if verdeling.laatste_contact_op is None:
        yield "Er is nog geen contact met het gezin geweest."
    else:
        yield f"Laatste contact: {_moment(verdeling.laatste_contact_op)}."


def _last_moment(uiterlijk: datetime) -> str:
    """Return the last minute that is in time as people in the Netherlands say it."""
    return _moment(uiterlijk - timedelta(minutes=1))


def _moment(instant: datetime) -> str:
    return f"{_local(instant):%d-%m-%Y %H:%M}"


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def _local(instant: datetime) -> datetime:
    return instant.astimezone(AMSTERDAM)
