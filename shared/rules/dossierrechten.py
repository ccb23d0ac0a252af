"""What somebody may ask about the file in which he stands: the kinds, on which ground each is refused, and from when.

A ground says under which articles it stands (keys of ``shared.rules.grondslagen``). How much time there is for an
answer stands with the other terms (``shared.rules.deadlines``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from shared.rules.codes import DossierverzoekSoort
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings


class Hoedanigheid(StrEnum):
    """In which quality somebody asks."""

    ZELF = "zelf"
    GEZAGDRAGEND = "gezagdragend"
    GEMACHTIGD = "gemachtigd"


class Weigeringsgrond(StrEnum):
    PRIVACY_VAN_EEN_ANDER = "privacy-van-een-ander"
    GOEDE_TAAKUITOEFENING = "goede-taakuitoefening"  # above all the safety of everybody concerned
    GEEN_FEITELIJKE_ONJUISTHEID = "geen-feitelijke-onjuistheid"
    GEEN_GROND_VOOR_BEPERKING = "geen-grond-voor-beperking"
    AANMERKELIJK_BELANG_VAN_EEN_ANDER = "aanmerkelijk-belang-van-een-ander"
    GOED_HULPVERLENERSCHAP = "goed-hulpverlenerschap"
    ANDERE_WET = "andere-wet"


_LEZEN: Mapping[Weigeringsgrond, tuple[str, ...]] = MappingProxyType(
    {
        Weigeringsgrond.PRIVACY_VAN_EEN_ANDER: ("avg-15", "wmo-2015-5.3"),
        Weigeringsgrond.GOEDE_TAAKUITOEFENING: ("wmo-2015-5.3",),
    }
)
# Each kind with the grounds on which it may be refused and no other: a statement of one's own is never refused.
GRONDEN: Mapping[DossierverzoekSoort, Mapping[Weigeringsgrond, tuple[str, ...]]] = MappingProxyType(
    {
        DossierverzoekSoort.INZAGE: _LEZEN,
        DossierverzoekSoort.AFSCHRIFT: _LEZEN,
        DossierverzoekSoort.CORRECTIE: MappingProxyType({Weigeringsgrond.GEEN_FEITELIJKE_ONJUISTHEID: ("avg-16",)}),
        DossierverzoekSoort.VERKLARING: MappingProxyType({}),
        DossierverzoekSoort.BEPERKING: MappingProxyType(
            {
                Weigeringsgrond.GEEN_GROND_VOOR_BEPERKING: ("avg-18",),
                Weigeringsgrond.GOEDE_TAAKUITOEFENING: ("avg-18", "wmo-2015-4.1.1-lid-2"),
            }
        ),
        DossierverzoekSoort.VERNIETIGING: MappingProxyType(
            {
                Weigeringsgrond.AANMERKELIJK_BELANG_VAN_EEN_ANDER: ("wmo-2015-5.3.5",),
                Weigeringsgrond.GOED_HULPVERLENERSCHAP: ("wmo-2015-5.3.5",),
                Weigeringsgrond.ANDERE_WET: ("wmo-2015-5.3.5", "avg-17"),
            }
        ),
    }
)
# On which article each kind itself stands.
GRONDSLAG: Mapping[DossierverzoekSoort, tuple[str, ...]] = MappingProxyType(
    {
        DossierverzoekSoort.INZAGE: ("avg-15", "avg-12-lid-3"),
        DossierverzoekSoort.AFSCHRIFT: ("avg-15", "avg-12-lid-3"),
        DossierverzoekSoort.CORRECTIE: ("avg-16", "avg-12-lid-3"),
        DossierverzoekSoort.VERKLARING: ("avg-16", "avg-12-lid-3"),
        DossierverzoekSoort.BEPERKING: ("avg-18", "avg-12-lid-3"),
        DossierverzoekSoort.VERNIETIGING: ("avg-17", "wmo-2015-5.3.5"),
    }
)


def may_refuse(soort: DossierverzoekSoort, grond: Weigeringsgrond) -> bool:
    """Say whether this kind of request may be refused on this ground."""
    return grond in GRONDEN[soort]


# --- who may ask for himself -----------------------------------------------------------------------------------


class Leeftijd(StrEnum):
    """How old somebody is, as far as his own rights go."""

    JONG = "jong"  # who has gezag asks for him
    SAMEN = "samen"  # he asks together with who has gezag
    ZELF = "zelf"  # he asks by himself, and nobody for him without his word


class VerzoekWaarschuwing(StrEnum):
    """What a worker looks at before he decides; never a reason to send somebody away."""

    GEZAGDRAGENDE_VRAAGT = "gezagdragende-vraagt-voor-dit-kind"
    SAMEN_MET_GEZAGDRAGENDE = "kind-vraagt-samen-met-gezagdragende"
    INSTEMMING_VAN_HET_KIND = "instemming-van-het-kind-nodig"
    VRAAGT_ZELF = "betrokkene-vraagt-zelf"


LEEFTIJDEN: Mapping[tuple[Leeftijd, Hoedanigheid], VerzoekWaarschuwing | None] = MappingProxyType(
    {
        (Leeftijd.JONG, Hoedanigheid.ZELF): VerzoekWaarschuwing.GEZAGDRAGENDE_VRAAGT,
        (Leeftijd.JONG, Hoedanigheid.GEZAGDRAGEND): None,
        (Leeftijd.JONG, Hoedanigheid.GEMACHTIGD): VerzoekWaarschuwing.GEZAGDRAGENDE_VRAAGT,
        (Leeftijd.SAMEN, Hoedanigheid.ZELF): VerzoekWaarschuwing.SAMEN_MET_GEZAGDRAGENDE,
        (Leeftijd.SAMEN, Hoedanigheid.GEZAGDRAGEND): VerzoekWaarschuwing.INSTEMMING_VAN_HET_KIND,
        (Leeftijd.SAMEN, Hoedanigheid.GEMACHTIGD): VerzoekWaarschuwing.INSTEMMING_VAN_HET_KIND,
        (Leeftijd.ZELF, Hoedanigheid.ZELF): None,
        (Leeftijd.ZELF, Hoedanigheid.GEZAGDRAGEND): VerzoekWaarschuwing.VRAAGT_ZELF,
        (Leeftijd.ZELF, Hoedanigheid.GEMACHTIGD): None,
    }
)


def age_group(geboortedatum: date, on: date, settings: RuleSettings = DEFAULT_SETTINGS) -> Leeftijd:
    """Return in which group of age somebody is on a day."""
    years = on.year - geboortedatum.year - ((on.month, on.day) < (geboortedatum.month, geboortedatum.day))
    if years >= settings.dossierrecht_zelf_vanaf:
        return Leeftijd.ZELF
    return Leeftijd.SAMEN if years >= settings.dossierrecht_samen_vanaf else Leeftijd.JONG


def waarschuwing_of(
    hoedanigheid: Hoedanigheid,
    geboortedatum: str | None,
    on: date,
    settings: RuleSettings = DEFAULT_SETTINGS,
) -> VerzoekWaarschuwing | None:
    """Return what to look at given the age; nothing when the full date of birth is not known."""
    try:
        born = date.fromisoformat(geboortedatum or "")
    except ValueError:
        return None
    return LEEFTIJDEN[age_group(born, on, settings), hoedanigheid]


# --- facts that can be corrected -------------------------------------------------------------------------------


class CorrectieVeld(StrEnum):
    """The facts about a person that can be wrong; what somebody thinks of him is answered by a statement."""

    VOORNAMEN = "voornamen"
    VOORVOEGSEL = "voorvoegsel"
    GESLACHTSNAAM = "geslachtsnaam"
    GEBOORTEDATUM = "geboortedatum"
    GESLACHT = "geslacht"
    BSN = "bsn"
    NATIONALITEIT = "nationaliteit"
    TAAL = "taal"


@dataclass(frozen=True, slots=True)
class Correctie:
    veld: CorrectieVeld
    waarde: str


def needs(soort: DossierverzoekSoort) -> str | None:
    """Return which part a request of this kind cannot do without, as its wire name."""
    match soort:
        case DossierverzoekSoort.CORRECTIE:
            return "correctie"
        case DossierverzoekSoort.VERKLARING:
            return "verklaring"
        case (
            DossierverzoekSoort.INZAGE
            | DossierverzoekSoort.AFSCHRIFT
            | DossierverzoekSoort.BEPERKING
            | DossierverzoekSoort.VERNIETIGING
        ):
            return None
        case _:
            assert_never(soort)
