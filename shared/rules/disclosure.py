"""Who may know who the melder is: a table that shows nothing unless a rule says so.

Towards the family and towards who receives an overdracht the same answer holds, because a family may read the
file of the receiver. A protected melder also may not be recognised from the facts told; that is the work of
who writes the text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from types import MappingProxyType
from typing import assert_never

from shared.rules.codes import BekendmakingGrond, MelderSoort


class Lezer(StrEnum):
    """In which quality somebody reads about a melding."""

    BETROKKENE = "betrokkene"
    KETENPARTNER = "ketenpartner"  # receives an overdracht
    MELDER = "melder"  # the melder himself
    VEILIG_THUIS = "veilig-thuis"
    GEMEENTE = "gemeente"
    ANDERS = "anders"


@dataclass(frozen=True, slots=True)
class Bekendmaking:
    """What was agreed with the melder about making his name known; nothing agreed is ``None``."""

    openbaar: bool | None = None
    grond: BekendmakingGrond | None = None
    toestemming: bool | None = None
    motivering_gegeven: bool = False


@dataclass(frozen=True, slots=True)
class Oordeel:
    """Whether the name of the melder is shown, and why in Dutch."""

    zichtbaar: bool
    reden: str


GROND_REDEN: dict[BekendmakingGrond, str] = {
    BekendmakingGrond.A: "bekendmaking kan een bedreiging zijn voor de betrokkenen (grond a)",
    BekendmakingGrond.B: "bekendmaking kan een bedreiging zijn voor de melder of zijn medewerkers (grond b)",
    BekendmakingGrond.C: "bekendmaking kan de vertrouwensrelatie met de betrokkenen verstoren (grond c)",
}


def is_dubbel_anoniem(melder_soort: MelderSoort) -> bool:
    """Tell whether Veilig Thuis itself does not know the melder; going on then takes a motivated besluit."""
    return melder_soort is MelderSoort.ONBEKEND


class Afspraak(StrEnum):
    """What was agreed with a melder, as far as it decides: the columns of the table below."""

    GROND = "grond-vastgelegd"
    NIET_OPENBAAR = "niet-openbaar"
    NIETS = "niets-vastgelegd"
    OPENBAAR = "openbaar"
    TOESTEMMING = "toestemming"
    OPENBAAR_EN_TOESTEMMING = "openbaar-en-toestemming"


def afspraak_of(bekendmaking: Bekendmaking) -> Afspraak:
    """Return what an agreement comes to; of contradicting answers the most protecting counts."""
    if bekendmaking.grond is not None:
        return Afspraak.GROND
    if bekendmaking.openbaar is False:
        return Afspraak.NIET_OPENBAAR
    # A professional is named by his duty and not by consent; anyone else by consent and not by openness.
    if bekendmaking.toestemming:
        return Afspraak.OPENBAAR_EN_TOESTEMMING if bekendmaking.openbaar else Afspraak.TOESTEMMING
    return Afspraak.OPENBAAR if bekendmaking.openbaar else Afspraak.NIETS


def _hidden(reden: str) -> Oordeel:
    return Oordeel(zichtbaar=False, reden=reden)


def _shown(reden: str) -> Oordeel:
    return Oordeel(zichtbaar=True, reden=reden)


_NIETS = _hidden("Over bekendmaking is nog niets vastgelegd.")
_OPEN = _shown("Een professional meldt open, tenzij een grond a, b of c is vastgelegd.")
_GEEN_TOESTEMMING = _hidden("De melder heeft geen uitdrukkelijke toestemming gegeven.")
_TOESTEMMING = _shown("De melder heeft uitdrukkelijk toestemming gegeven.")
_ONBEKEND = _hidden("Wie de melder is, is niet bekend of niet vastgesteld.")
_BESCHERMD = _hidden("De melder is beschermd: er is een grond a, b of c vastgelegd.")

_WITH_CONSENT_ONLY: Mapping[Afspraak, Oordeel] = MappingProxyType(
    {
        Afspraak.GROND: _GEEN_TOESTEMMING,
        Afspraak.NIET_OPENBAAR: _GEEN_TOESTEMMING,
        Afspraak.NIETS: _GEEN_TOESTEMMING,
        Afspraak.OPENBAAR: _GEEN_TOESTEMMING,
        Afspraak.TOESTEMMING: _TOESTEMMING,
        Afspraak.OPENBAAR_EN_TOESTEMMING: _TOESTEMMING,
    }
)
# Towards the family and a receiving partner: each kind of melder by each agreement, nothing left open.
OUTWARD: Mapping[MelderSoort, Mapping[Afspraak, Oordeel]] = MappingProxyType(
    {
        MelderSoort.PROFESSIONAL: MappingProxyType(
            {
                Afspraak.GROND: _BESCHERMD,
                Afspraak.NIET_OPENBAAR: _hidden("De professional meldt niet openbaar."),
                Afspraak.NIETS: _NIETS,
                Afspraak.OPENBAAR: _OPEN,
                Afspraak.TOESTEMMING: _NIETS,
                Afspraak.OPENBAAR_EN_TOESTEMMING: _OPEN,
            }
        ),
        MelderSoort.OMSTANDER: _WITH_CONSENT_ONLY,
        MelderSoort.BETROKKENE: _WITH_CONSENT_ONLY,
        MelderSoort.ONBEKEND: MappingProxyType(dict.fromkeys(Afspraak, _ONBEKEND)),
    }
)
# Towards everyone else the agreement does not matter; None: it does, see ``OUTWARD``.
READERS: Mapping[Lezer, Oordeel | None] = MappingProxyType(
    {
        Lezer.BETROKKENE: None,
        Lezer.KETENPARTNER: None,
        Lezer.MELDER: _shown("De melder ziet zijn eigen gegevens."),
        Lezer.VEILIG_THUIS: _shown("Veilig Thuis moet zelf weten wie de melder is."),
        Lezer.GEMEENTE: _hidden("Een gemeente ziet cijfers en geen personen."),
        Lezer.ANDERS: _hidden("Geen regel geeft deze lezer toegang."),
    }
)


def melder_visible(melder_soort: MelderSoort, bekendmaking: Bekendmaking, lezer: Lezer) -> Oordeel:
    """Decide whether ``lezer`` may see who the melder is (Wmo 2015: open, unless).

    A professional is shown unless a ground is recorded; everybody else only with explicit consent.
    Contradictory or missing answers hide the name, because a name that was shown can not be taken back.
    """
    fixed = READERS[lezer]
    if fixed is not None:
        return fixed
    found = OUTWARD[melder_soort][afspraak_of(bekendmaking)]
    if found is _BESCHERMD and bekendmaking.grond is not None:
        return _hidden(f"De melder is beschermd: {GROND_REDEN[bekendmaking.grond]}.")
    return found


@dataclass(frozen=True, slots=True)
class Rij:
    """One row of the whole table: who reported, what was agreed, who reads, and whether he sees the melder."""

    melder_soort: MelderSoort
    bekendmaking: Bekendmaking
    lezer: Lezer
    oordeel: Oordeel


def rows() -> Iterator[Rij]:
    """Yield every combination of melder, ground, consent, openness and reader with its answer."""
    answers = (None, False, True)
    for soort, grond, openbaar, toestemming, lezer in product(
        MelderSoort, (None, *BekendmakingGrond), answers, answers, Lezer
    ):
        agreed = Bekendmaking(openbaar=openbaar, grond=grond, toestemming=toestemming)
        yield Rij(soort, agreed, lezer, melder_visible(soort, agreed, lezer))


def _professional_errors(bekendmaking: Bekendmaking) -> tuple[str, ...]:
    errors: list[str] = []
    if bekendmaking.openbaar is False and bekendmaking.grond is None:
        errors.append("Een professional die niet openbaar meldt, geeft grond a, b of c op.")
    if bekendmaking.openbaar is True and bekendmaking.grond is not None:
        errors.append("Wie openbaar meldt, kan geen grond voor geheimhouding opgeven.")
    hides = bekendmaking.openbaar is False or bekendmaking.grond is not None
    if hides and not bekendmaking.motivering_gegeven:
        errors.append("Geheimhouding van de naam van een professional vraagt een motivering.")
    return tuple(errors)


def _consent_errors(bekendmaking: Bekendmaking) -> tuple[str, ...]:
    errors: list[str] = []
    if bekendmaking.openbaar is True and bekendmaking.toestemming is not True:
        errors.append("Een niet-beroepsmatige melder wordt alleen met uitdrukkelijke toestemming bekendgemaakt.")
    if bekendmaking.openbaar is False and bekendmaking.toestemming is True:
        errors.append("Toestemming voor bekendmaking en niet openbaar melden spreken elkaar tegen.")
    if bekendmaking.grond is not None:
        errors.append("Een grond a, b of c geldt alleen voor een professional.")
    return tuple(errors)


def check_bekendmaking(melder_soort: MelderSoort, bekendmaking: Bekendmaking) -> tuple[str, ...]:
    """Return what is wrong with the agreement, as Dutch sentences; empty when it is sound."""
    match melder_soort:
        case MelderSoort.PROFESSIONAL:
            return _professional_errors(bekendmaking)
        case MelderSoort.OMSTANDER | MelderSoort.BETROKKENE:
            return _consent_errors(bekendmaking)
        case MelderSoort.ONBEKEND:
            if bekendmaking.openbaar is True or bekendmaking.toestemming is True:
                return ("Een onbekende melder kan niet worden bekendgemaakt.",)
            return ()
        case _:
            assert_never(melder_soort)


ROWS: tuple[Rij, ...] = tuple(rows())
