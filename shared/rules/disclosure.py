"""Who may know who the melder is: a table that shows nothing unless a rule says so.

Towards the family and towards who receives an overdracht the same answer holds, because a family may read the
file of the receiver. A protected melder also may not be recognised from the facts told; that is the work of
who writes the text.
"""

from dataclasses import dataclass
from enum import StrEnum
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


def _judge_professional(bekendmaking: Bekendmaking) -> Oordeel:
    if bekendmaking.grond is not None:
        return Oordeel(zichtbaar=False, reden=f"De melder is beschermd: {GROND_REDEN[bekendmaking.grond]}.")
    if bekendmaking.openbaar is False:
        return Oordeel(zichtbaar=False, reden="De professional meldt niet openbaar.")
    if bekendmaking.openbaar is None:
        return Oordeel(zichtbaar=False, reden="Over bekendmaking is nog niets vastgelegd.")
    return Oordeel(zichtbaar=True, reden="Een professional meldt open, tenzij een grond a, b of c is vastgelegd.")


def _judge_consent(bekendmaking: Bekendmaking) -> Oordeel:
    agreed = bekendmaking.toestemming is True and bekendmaking.openbaar is not False and bekendmaking.grond is None
    if agreed:
        return Oordeel(zichtbaar=True, reden="De melder heeft uitdrukkelijk toestemming gegeven.")
    return Oordeel(
        zichtbaar=False,
        reden="De melder heeft geen uitdrukkelijke toestemming gegeven.",
    )


def _judge_outward(melder_soort: MelderSoort, bekendmaking: Bekendmaking) -> Oordeel:
    match melder_soort:
        case MelderSoort.PROFESSIONAL:
            return _judge_professional(bekendmaking)
        case MelderSoort.OMSTANDER | MelderSoort.BETROKKENE:
            return _judge_consent(bekendmaking)
        case MelderSoort.ONBEKEND:
            return Oordeel(zichtbaar=False, reden="Wie de melder is, is niet bekend of niet vastgesteld.")
        case _:
            assert_never(melder_soort)


def melder_visible(melder_soort: MelderSoort, bekendmaking: Bekendmaking, lezer: Lezer) -> Oordeel:
    """Decide whether ``lezer`` may see who the melder is (Wmo 2015: open, unless).

    A professional is shown unless a ground is recorded; everybody else only with explicit consent.
    Contradictory or missing answers hide the name, because a name that was shown can not be taken back.
    """
    match lezer:
        case Lezer.VEILIG_THUIS:
            return Oordeel(zichtbaar=True, reden="Veilig Thuis moet zelf weten wie de melder is.")
        case Lezer.MELDER:
            return Oordeel(zichtbaar=True, reden="De melder ziet zijn eigen gegevens.")
        case Lezer.GEMEENTE:
            return Oordeel(zichtbaar=False, reden="Een gemeente ziet cijfers en geen personen.")
        case Lezer.ANDERS:
            return Oordeel(zichtbaar=False, reden="Geen regel geeft deze lezer toegang.")
        case Lezer.BETROKKENE | Lezer.KETENPARTNER:
            return _judge_outward(melder_soort, bekendmaking)
        case _:
            assert_never(lezer)


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
