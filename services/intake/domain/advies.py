"""An advies: somebody asked what to do. There is no field in which anything about a family could be kept.

What is asked and answered is kept as codes and days. Who asked is kept only with his consent, never when he is one of
the family, in forms in which nothing else fits than a name, a telephone number and an address for e-mail.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.intake.domain.codes import (
    AdviesUitkomst,
    AdviesvragerOrganisatie,
    AdviesvragerRol,
    AmbtshalveGevaar,
    Duur,
    Kanaal,
    NietHandelen,
    Veiligheidsproblematiek,
)
from shared.events.payloads import AardGeweld, AdviesGegeven, AdviesOmgezet
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import AdviesSoort, MelderCategorie, MelderSoort, OmzettingReden
from shared.rules.deadlines import add_months
from shared.rules.gemeenten import GEMEENTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Advies:
    soort: AdviesSoort
    eerder_advies_id: UUID | None
    startdatum: date | None  # without one, the day on which it was recorded
    einddatum: date | None
    adviesvrager_categorie: MelderCategorie
    adviesvrager_rol: AdviesvragerRol
    adviesvrager_organisatie: AdviesvragerOrganisatie | None
    gemeente_code: str | None
    aard_geweld: tuple[AardGeweld, ...]
    veiligheidsproblematiek: tuple[Veiligheidsproblematiek, ...]
    duur: Duur | None
    kanaal: Kanaal
    uitkomst: AdviesUitkomst
    adviesvrager: Mapping[str, object] | None  # naam and contact, only with his consent

    @property
    def adviesvrager_soort(self) -> MelderSoort:
        """In which quality he asked."""
        return ROL_SOORT[self.adviesvrager_rol]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviesDossier:
    """An advies as it is kept."""

    id: UUID
    gegeven_op: datetime
    melding_id: UUID | None  # the melding that it was turned into
    adviesvrager_verwijderd_op: datetime | None
    advies: Advies


@dataclass(frozen=True, slots=True)
class Ambtshalve:
    """What must be so before Veilig Thuis turns an advies into a melding that nobody asked for."""

    gevaar: AmbtshalveGevaar
    adviesvrager_handelt_niet: NietHandelen


@dataclass(frozen=True, slots=True)
class Omzetting:
    """Why and how an advies becomes a melding."""

    advies_id: UUID
    reden: OmzettingReden
    motivering: str
    ambtshalve: Ambtshalve | None = None

    @property
    def told(self) -> Mapping[str, object]:
        """What the melding keeps of it, as JSON values with their wire names; the advies keeps nothing of it."""
        found: dict[str, object] = {"reden": self.reden.value, "motivering": self.motivering}
        if self.ambtshalve:
            found["ambtshalve"] = {
                "gevaar": self.ambtshalve.gevaar.value,
                "adviesvragerHandeltNiet": self.ambtshalve.adviesvrager_handelt_niet.value,
            }
        return found


# --- who asked -----------------------------------------------------------------------------------------------------

_R, _S = AdviesvragerRol, MelderSoort
ROL_SOORT: Mapping[AdviesvragerRol, MelderSoort] = MappingProxyType(
    {
        _R.HUISARTS: _S.PROFESSIONAL,
        _R.ANDERE_MEDISCHE_PROFESSIONAL: _S.PROFESSIONAL,
        _R.JEUGDGEZONDHEIDSZORG: _S.PROFESSIONAL,
        _R.LEERKRACHT: _S.PROFESSIONAL,
        _R.ZORGCOORDINATOR_SCHOOL: _S.PROFESSIONAL,
        _R.PEDAGOGISCH_MEDEWERKER: _S.PROFESSIONAL,
        _R.MAATSCHAPPELIJK_WERKER: _S.PROFESSIONAL,
        _R.WIJKTEAMMEDEWERKER: _S.PROFESSIONAL,
        _R.JEUGDHULPVERLENER: _S.PROFESSIONAL,
        _R.GGZ_BEHANDELAAR: _S.PROFESSIONAL,
        _R.POLITIEMEDEWERKER: _S.PROFESSIONAL,
        _R.ANDERE_PROFESSIONAL: _S.PROFESSIONAL,
        _R.FAMILIELID: _S.OMSTANDER,
        _R.VRIEND_OF_KENNIS: _S.OMSTANDER,
        _R.BUUR: _S.OMSTANDER,
        _R.VRIJWILLIGER: _S.OMSTANDER,
        _R.ANDERE_OMSTANDER: _S.OMSTANDER,
        _R.SLACHTOFFER: _S.BETROKKENE,
        _R.PLEGER: _S.BETROKKENE,
        _R.OUDER_OF_VERZORGER: _S.BETROKKENE,
        _R.ANDER_GEZINSLID: _S.BETROKKENE,
        _R.ONBEKEND: _S.ONBEKEND,
    }
)


def why_nameless(*, toestemming: bool, rol: AdviesvragerRol) -> str | None:
    """Return why a name or a way to reach somebody may not be kept of an adviesvrager; None when it may."""
    if not toestemming:
        return "alleen met toestemming van de adviesvrager"
    if ROL_SOORT[rol] is MelderSoort.BETROKKENE:
        return "wie zelf betrokkene is wordt bij een advies niet bij naam vastgelegd"
    return None


_WOORDEN_MAX = 6
_BEFORE_A_NAME = frozenset(
    (
        *(
            "'s",
            "'t",
            "aan",
            "al",
            "ben",
            "bij",
            "bin",
            "da",
            "de",
            "del",
            "den",
            "der",
            "di",
            "dos",
            "du",
            "el",
            "het",
        ),
        *("ibn", "in", "la", "le", "op", "te", "ten", "ter", "tot", "uit", "van", "ver", "von", "voor", "zu"),
        *("dhr.", "dr.", "drs.", "ing.", "ir.", "mevr.", "mr.", "mw.", "prof."),
    )
)
_INSIDE_A_NAME = frozenset("-'\u2019.")


def is_naam(text: str) -> bool:
    """Say whether a text can be the name of one person: a few words with a capital, no digits, no sentence.

    Whose name it is cannot be seen from a name.
    """
    words = unicodedata.normalize("NFC", text).split(" ")
    named = [word for word in words if word not in _BEFORE_A_NAME]
    return bool(named) and len(words) <= _WOORDEN_MAX and all(_is_name_word(word) for word in named)


_ELIDED = re.compile(r"^[dl]['\u2019]")  # d'Arc, l'Ami


def _is_name_word(word: str) -> bool:
    return _ELIDED.sub("", word)[:1].isupper() and all(sign.isalpha() or sign in _INSIDE_A_NAME for sign in word)


_DUTCH_DIGITS = 10
_INTERNATIONAL = re.compile(r"(?:\+|00)[1-9]\d{7,13}")
_DUTCH = re.compile(rf"0[1-9]\d{{{_DUTCH_DIGITS - 2}}}")
_BETWEEN = re.compile(r"[() .-]")


def is_telefoonnummer(text: str) -> bool:
    """Say whether a text can be dialled: ten digits from a nought, or a number with its country.

    A BSN, a birth date or a postcode with a house number has another length or another beginning.
    """
    dialled = _BETWEEN.sub("", text)
    return bool(_DUTCH.fullmatch(dialled) or _INTERNATIONAL.fullmatch(dialled))


_LONG_NUMBER = re.compile(r"\d{8}")  # a date of birth has eight digits, a BSN eight or nine


def is_email(text: str) -> bool:
    """Say whether an address for e-mail, of the right form already, holds no number that could be somebody's own."""
    return not _LONG_NUMBER.search(re.sub(r"[._+-]", "", text))


# --- what does not fit together ------------------------------------------------------------------------------------


class Verwijzing(StrEnum):
    """Whether an advies names an earlier one."""

    NOOIT = "nooit"
    ALTIJD = "altijd"
    MAG = "mag"


VERWIJST: Mapping[AdviesSoort, Verwijzing] = MappingProxyType(
    {
        AdviesSoort.ADVIES: Verwijzing.NOOIT,
        AdviesSoort.VERVOLGADVIES: Verwijzing.ALTIJD,
        AdviesSoort.ONDERSTEUNING: Verwijzing.MAG,
    }
)


def check_verwijzing(soort: AdviesSoort, eerder_advies_id: UUID | None) -> str | None:
    """Return what is wrong with naming, or not naming, an earlier advies."""
    verwijst = VERWIJST[soort]
    if verwijst is Verwijzing.NOOIT and eerder_advies_id is not None:
        return "een advies dat op een eerder advies volgt is een vervolgadvies of ondersteuning"
    if verwijst is Verwijzing.ALTIJD and eerder_advies_id is None:
        return "een vervolgadvies noemt in eerderAdviesId waarop het volgt"
    return None


def check_gemeente(code: str) -> str | None:
    """Return what is wrong with a municipality: four digits that are none of the region's could be anything."""
    return None if code in GEMEENTEN else "geen gemeente van deze regio; laat het veld dan leeg"


def check_ambtshalve(reden: OmzettingReden, ambtshalve: Ambtshalve | None) -> str | None:
    """Return what is wrong with the ground of an omzetting."""
    if reden is OmzettingReden.AMBTSHALVE and ambtshalve is None:
        return "verplicht bij ambtshalve: welk ernstig gevaar er is, en waarom de adviesvrager niet handelt"
    if reden is OmzettingReden.OMZETTEN and ambtshalve is not None:
        return "alleen bij ambtshalve"
    return None


# An advies is recorded when it was given, or soon after; a day long ago is a birth date sooner than a beginning.
TERUG_MAX = timedelta(days=366)


def find_faults(advies: Advies, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what cannot be true of an advies at this moment, as a JSON pointer and a Dutch sentence."""
    today = amsterdam_day(now)
    for name, day in (("startdatum", advies.startdatum), ("einddatum", advies.einddatum)):
        if day is not None and not today - TERUG_MAX <= day <= today:
            yield f"/{name}", "ligt in de toekomst" if day > today else "ligt meer dan een jaar terug"
    start = advies.startdatum or today
    if advies.einddatum is not None and advies.einddatum < start:
        yield "/einddatum", "ligt voor de startdatum"


# --- what follows --------------------------------------------------------------------------------------------------


def forget_on(gegeven_op: datetime, maanden: int) -> date:
    """Return the day on which who asked for an advies is removed."""
    return add_months(amsterdam_day(gegeven_op), maanden)


def announce(advies_id: UUID, advies: Advies, gegeven_op: datetime) -> AdviesGegeven:
    """Return the fact that tells monitoring of an advies."""
    return AdviesGegeven(
        advies_id=advies_id,
        gegeven_op=gegeven_op,
        gemeente_code=advies.gemeente_code,
        adviesvrager_categorie=advies.adviesvrager_categorie,
        kanaal=advies.kanaal,
        soort=advies.soort,
        uitkomst=advies.uitkomst,
        adviesvrager_soort=advies.adviesvrager_soort,
    )


def announce_omzetting(omzetting: Omzetting, melding_id: UUID, now: datetime) -> AdviesOmgezet:
    """Return the fact that tells monitoring that an advies became a melding."""
    return AdviesOmgezet(advies_id=omzetting.advies_id, melding_id=melding_id, reden=omzetting.reden, omgezet_op=now)
