"""Handle with Care, the criteria: when a school must know that a child met violence at home, and by what it is found.

The police was at the door and told Veilig Thuis, which tests the criteria; what is not sure is put before a person.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from services.intake.domain.codes import Kanaal, PersoonRol
from services.intake.domain.matching import DOES_NOT_MATCH
from services.intake.domain.melding import Gegevens, MeldingDossier, PersoonDossier
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import MelderCategorie, Vorm
from shared.rules.gemeenten import adressering_of
from shared.rules.settings import RuleSettings

CODEWOORD = "Handle with Care"


# --- the signal ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Leerling:
    """By what a child is found among the pupils of a region: its name and birth date, and nothing else."""

    voornamen: str
    voorvoegsel: str | None
    geslachtsnaam: str
    geboortedatum: date

    @property
    def naam(self) -> str:
        """The name as one reads it."""
        return " ".join(part for part in (self.voornamen, self.voorvoegsel, self.geslachtsnaam) if part)


def leerling_of(gegevens: Gegevens) -> Leerling | None:
    """Return how a school knows the child, or None when its name or birth date is not whole."""
    voornamen, geslachtsnaam = _text(gegevens, "voornamen"), _text(gegevens, "geslachtsnaam")
    born = _born(_text(gegevens, "geboortedatum"))
    if not voornamen or not geslachtsnaam or born is None or born[0] != born[1]:
        return None
    return Leerling(
        voornamen=voornamen,
        voorvoegsel=_text(gegevens, "voorvoegsel"),
        geslachtsnaam=geslachtsnaam,
        geboortedatum=born[0],
    )


def _text(gegevens: Gegevens, name: str) -> str | None:
    value = gegevens.get(name)
    return value.strip() or None if isinstance(value, str) else None


_YEAR, _MONTH = len("jjjj"), len("jjjj-mm")


def _born(told: str | None) -> tuple[date, date] | None:
    """Return the first and the last day on which somebody can have been born; one day when the date is whole."""
    if told is None:
        return None
    if len(told) == _YEAR:
        return date(int(told), 1, 1), date(int(told), 12, 31)
    if len(told) == _MONTH:
        year, month = int(told[:_YEAR]), int(told[_YEAR + 1 :])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date.fromisoformat(told), date.fromisoformat(told)


class SchoolBron(StrEnum):
    """Who said which school it is."""

    MELDING = "melding"
    LEERPLICHT = "leerplicht"


@dataclass(frozen=True, slots=True)
class School:
    """A school, and the address at which it takes signals; without one the address follows from the number."""

    brin: str
    naam: str | None
    deur: str | None
    bron: SchoolBron


def school_in_melding(gegevens: Gegevens) -> School | None:
    """Return the school that the melding names for a child; a name without the number of a school finds none."""
    told = gegevens.get("school")
    if not isinstance(told, Mapping) or not isinstance(told.get("brin"), str):
        return None
    return School(str(told["brin"]), _text(told, "naam"), None, SchoolBron.MELDING)


# --- the criteria ----------------------------------------------------------------------------------------------


class Criterium(StrEnum):
    """What must be so before a school is told."""

    POLITIE = "bericht-van-de-politie"
    GEWELD = "geweld-thuis"
    RECENT = "incident-recent"
    LEEFTIJD = "leeftijd"
    REGIO = "woont-in-de-regio"
    GEGEVENS = "naam-en-geboortedatum"
    GEEN_BEZWAAR = "geen-reden-ertegen"


class Toetsing(StrEnum):
    VOLDAAN = "voldaan"
    NIET_VOLDAAN = "niet-voldaan"
    ONBEKEND = "onbekend"


class Gevolg(StrEnum):
    """What follows from the criteria together."""

    VANZELF = "vanzelf"  # the signal goes by itself
    BEOORDELEN = "beoordelen"  # somebody of Veilig Thuis decides
    GEEN = "geen"  # no signal, unless somebody of Veilig Thuis decides otherwise


@dataclass(frozen=True, slots=True)
class Oordeel:
    """One criterion, tested, with why in Dutch; nothing in it tells who the child is."""

    criterium: Criterium
    toetsing: Toetsing
    reden: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bericht:
    """What of a melding is looked at."""

    categorie: MelderCategorie
    organisatie_id: str | None
    organisatie: str | None  # of the melder, when somebody else wrote the melding down
    kanaal: Kanaal
    vormen: frozenset[Vorm]
    incident_op: datetime | None
    ontvangen_op: datetime
    gemeente_code: str
    beperkt: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A person who may be a child that goes to school."""

    rol: PersoonRol
    geboortedatum: str | None
    leerling: Leerling | None
    bezwaar: bool  # Veilig Thuis noted earlier that the school of this child is not told


def bericht_of(dossier: MeldingDossier, *, beperkt: bool) -> Bericht:
    """Return what of a melding is looked at."""
    gegevens, melder = dossier.gegevens, dossier.melder or {}
    incident = gegevens.get("incident")
    kinds = gegevens.get("aardGeweld")
    return Bericht(
        categorie=MelderCategorie(str(melder["categorie"])),
        organisatie_id=dossier.organisatie_id,
        organisatie=_text(melder, "organisatie"),
        kanaal=Kanaal(_text(gegevens, "kanaal") or Kanaal.ONBENOEMD),
        vormen=frozenset(Vorm(str(kind["vorm"])) for kind in kinds) if isinstance(kinds, list) else frozenset(),
        incident_op=_moment(incident) if isinstance(incident, Mapping) else None,
        ontvangen_op=dossier.ontvangst.ontvangen_op,
        gemeente_code=dossier.ontvangst.gemeente_code,
        beperkt=beperkt,
    )


def _moment(incident: Gegevens) -> datetime | None:
    """Return when an incident was over: its moment, or the end of the time that it took."""
    periode = incident.get("periode")
    told = _text(incident, "tijdstip") or (_text(periode, "tot") if isinstance(periode, Mapping) else None)
    return datetime.fromisoformat(told) if told else None


def kind_of(persoon: PersoonDossier, *, bezwaar: bool) -> Kind | None:
    """Return a person as a child that may go to school; None for the unborn, and for who is there by profession."""
    if persoon.rol in DOES_NOT_MATCH or persoon.gegevens.get("ongeboren"):
        return None
    return Kind(persoon.rol, _text(persoon.gegevens, "geboortedatum"), leerling_of(persoon.gegevens), bezwaar)


_V, _N, _O = Toetsing.VOLDAAN, Toetsing.NIET_VOLDAAN, Toetsing.ONBEKEND
_Test = Callable[[Bericht, Kind, RuleSettings], tuple[Toetsing, str]]


def _is_of_the_police(bericht: Bericht, _: Kind, settings: RuleSettings) -> tuple[Toetsing, str]:
    if bericht.categorie is not MelderCategorie.JUSTITIE_EN_VEILIGHEID:
        return _N, "De melding komt niet van politie of justitie."
    if (bericht.organisatie_id or "").startswith(settings.handle_with_care_politie):
        return _V, "De politie heeft de melding zelf verzonden."
    if "politie" in (bericht.organisatie or "").casefold():
        return _V, "De melder werkt bij de politie."
    if bericht.organisatie is not None and bericht.kanaal is not Kanaal.BERICHTENVERKEER:
        return _N, "De melder werkt bij een andere organisatie dan de politie."
    return _O, "Of de politie meldt, blijkt niet uit de melding."


# Kinds of violence that a child at home hears, sees or undergoes. Neglect, a divorce or money bring no police to the
# door that night; exploitation and the taking of rights may or may not have been at home.
_GEWELD = frozenset({Vorm.FYSIEK, Vorm.PSYCHISCH, Vorm.SEKSUEEL, Vorm.GETUIGE, Vorm.BELAGING, Vorm.EERGERELATEERD})
_MAYBE = frozenset({Vorm.UITBUITING, Vorm.SCHENDING_VAN_RECHTEN})


def _is_violence(bericht: Bericht, _: Kind, __: RuleSettings) -> tuple[Toetsing, str]:
    if bericht.vormen & _GEWELD:
        return _V, "De melding noemt geweld in het gezin."
    if bericht.vormen and not bericht.vormen & _MAYBE:
        return _N, "De melding noemt wel zorgen, en geen geweld."
    return _O, "De melding zegt niet welk geweld er was, of niet waar."


def _is_recent(bericht: Bericht, _: Kind, settings: RuleSettings) -> tuple[Toetsing, str]:
    hours = settings.handle_with_care_incident_uren
    if bericht.incident_op is None:
        return _O, "Wanneer het gebeurde, staat niet in de melding."
    if bericht.incident_op < bericht.ontvangen_op - timedelta(hours=hours):
        return _N, f"Het incident was meer dan {hours} uur voor het bericht."
    return _V, f"Het incident was in de {hours} uur voor het bericht."


# Who is a child by his role, also when nobody told a birth date.
_CHILDREN = frozenset(
    {
        PersoonRol.KIND,
        PersoonRol.JEUGDIGE,
        PersoonRol.BROER_OF_ZUS,
        PersoonRol.HALFBROER_OF_ZUS,
        PersoonRol.PLEEGBROER_OF_ZUS,
        PersoonRol.STIEFBROER_OF_ZUS,
    }
)


def _is_of_age(bericht: Bericht, kind: Kind, settings: RuleSettings) -> tuple[Toetsing, str]:
    first, last = settings.handle_with_care_leeftijd_vanaf, settings.handle_with_care_leeftijd_tot - 1
    words = f"van {first} tot en met {last} jaar"
    born = _born(kind.geboortedatum)
    if born is None:
        if kind.rol in _CHILDREN:
            return _O, "De leeftijd van het kind is niet bekend."
        return _N, "Deze persoon is niet als kind genoemd en heeft geen geboortedatum."
    day = amsterdam_day(bericht.ontvangen_op)
    youngest, oldest = _age(born[1], day), _age(born[0], day)
    if first <= youngest and oldest <= last:
        return _V, f"Het kind is {words}."
    if oldest < first or youngest > last:
        return _N, f"Deze persoon is niet {words}."
    return _O, f"Of het kind {words} is, blijkt niet uit het deel van de geboortedatum dat bekend is."


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _lives_here(bericht: Bericht, _: Kind, __: RuleSettings) -> tuple[Toetsing, str]:
    if adressering_of(bericht.gemeente_code, amsterdam_day(bericht.ontvangen_op)).juist:
        return _V, "De gemeente hoort bij deze regio."
    return _N, "De gemeente hoort niet bij deze regio."


def _can_be_found(_: Bericht, kind: Kind, __: RuleSettings) -> tuple[Toetsing, str]:
    if kind.leerling is None:
        return _O, "Zonder volledige naam en geboortedatum is geen school te vinden."
    return _V, "De naam en de geboortedatum zijn volledig."


def _nothing_against(bericht: Bericht, kind: Kind, __: RuleSettings) -> tuple[Toetsing, str]:
    if kind.bezwaar:
        return _N, "Veilig Thuis besloot eerder dat de school van dit kind niet wordt ingelicht."
    if bericht.beperkt:
        return _O, "De verwerking van deze casus is beperkt (AVG art. 18)."
    return _V, "Er is geen reden ertegen vastgelegd."


@dataclass(frozen=True, slots=True)
class Regel:
    """One criterion: how it is tested, and what follows when it is surely not met."""

    criterium: Criterium
    test: _Test
    anders: Gevolg


CRITERIA: tuple[Regel, ...] = (
    Regel(Criterium.POLITIE, _is_of_the_police, Gevolg.GEEN),
    Regel(Criterium.GEWELD, _is_violence, Gevolg.GEEN),
    Regel(Criterium.RECENT, _is_recent, Gevolg.GEEN),
    Regel(Criterium.LEEFTIJD, _is_of_age, Gevolg.GEEN),
    Regel(Criterium.REGIO, _lives_here, Gevolg.GEEN),
    Regel(Criterium.GEGEVENS, _can_be_found, Gevolg.BEOORDELEN),
    # What was a reason once is looked at again: a child must not be forgotten because of an old note.
    Regel(Criterium.GEEN_BEZWAAR, _nothing_against, Gevolg.BEOORDELEN),
)
_ANDERS: Mapping[Criterium, Gevolg] = MappingProxyType({regel.criterium: regel.anders for regel in CRITERIA})


def toets(bericht: Bericht, kind: Kind, settings: RuleSettings) -> tuple[Oordeel, ...]:
    """Return every criterion with how it is met."""
    return tuple(Oordeel(regel.criterium, *regel.test(bericht, kind, settings)) for regel in CRITERIA)


def gevolg_of(oordelen: Iterable[Oordeel], settings: RuleSettings) -> Gevolg:
    """Return what follows: by itself only when all is met and the region lets it."""
    doubtful = [one for one in oordelen if one.toetsing is not Toetsing.VOLDAAN]
    if any(one.toetsing is Toetsing.NIET_VOLDAAN and _ANDERS[one.criterium] is Gevolg.GEEN for one in doubtful):
        return Gevolg.GEEN
    return Gevolg.VANZELF if not doubtful and settings.handle_with_care_automatisch else Gevolg.BEOORDELEN


def is_no_child(oordelen: Iterable[Oordeel]) -> bool:
    """Say whether somebody is surely too young or too old: nobody can decide that a school must know of him."""
    return any(one.criterium is Criterium.LEEFTIJD and one.toetsing is Toetsing.NIET_VOLDAAN for one in oordelen)


def same_child(one: PersoonDossier, other: PersoonDossier) -> bool:
    """Tell whether two descriptions are of one child: the same key of one human, or the same names and birth date."""
    if one.id == other.id or one.sleutels & other.sleutels:
        return True
    known = [_compared(persoon) for persoon in (one, other)]
    return known[0] == known[1] and None not in known[0]


def _compared(persoon: PersoonDossier) -> tuple[str | None, ...]:
    names = ("voornamen", "geslachtsnaam", "geboortedatum")
    told = tuple(_text(persoon.gegevens, name) for name in names)
    return tuple(value.casefold() if value else None for value in told)


def is_repeated(ontvangen_op: datetime, earlier: Iterable[datetime], settings: RuleSettings) -> bool:
    """Tell whether a message about a child is about an incident of which there was a signal already."""
    window = timedelta(hours=settings.handle_with_care_herhaling_uren)
    return any(abs(ontvangen_op - moment) <= window for moment in earlier)
