"""Who may ask a forensic doctor or the Centrum Seksueel Geweld to look at somebody, and with whose consent."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from shared.rules.behandelcodes import ForensischSoort
from shared.rules.settings import RuleSettings


class ForensischAanvrager(StrEnum):
    """Who asks for the examination."""

    POLITIE = "politie"
    OPENBAAR_MINISTERIE = "openbaar-ministerie"
    VEILIG_THUIS = "veilig-thuis"


class Toestemming(StrEnum):
    """Whether who must agree did so: of a minor who has gezag, and from some age the child too (not looked up)."""

    GEGEVEN = "gegeven"
    NIET_GEVRAAGD = "niet-gevraagd"
    GEWEIGERD = "geweigerd"


class ForensischeHulp(StrEnum):
    """What the Centrum Seksueel Geweld gives (Regiovisie, bijlage 6)."""

    FORENSISCH = "forensisch"
    MEDISCH = "medisch"
    PSYCHISCH = "psychisch"


# "If OM or police are involved they order it; if not (yet), Veilig Thuis may take the initiative" (Regiovisie). The key
# is whether they are involved.
WIE_VRAAGT: Mapping[bool, frozenset[ForensischAanvrager]] = MappingProxyType(
    {
        True: frozenset({ForensischAanvrager.POLITIE, ForensischAanvrager.OPENBAAR_MINISTERIE}),
        False: frozenset({ForensischAanvrager.VEILIG_THUIS}),
    }
)
GRONDSLAG = "letselonderzoek-werkwijze"


def wrong_asker(aanvrager: ForensischAanvrager, *, politie_of_om_betrokken: bool) -> str | None:
    """Return in Dutch who should ask instead."""
    if aanvrager in WIE_VRAAGT[politie_of_om_betrokken]:
        return None
    if politie_of_om_betrokken:
        return "zijn politie of OM betrokken, dan geven zij de opdracht en legt Veilig Thuis die vast"
    return "zonder politie of OM vraagt Veilig Thuis het zelf"


def faults_of_consent(toestemming: Toestemming, *, minderjarig: bool, grond: str | None) -> Iterator[tuple[str, str]]:
    """Yield what is missing when a minor is examined without consent, as a JSON pointer and a Dutch sentence."""
    if minderjarig and toestemming is not Toestemming.GEGEVEN and not grond:
        yield "/grondZonderToestemming", "nodig bij een minderjarige zonder toestemming van wie het gezag heeft"


def faults_of_help(soort: ForensischSoort, hulp: tuple[ForensischeHulp, ...]) -> Iterator[tuple[str, str]]:
    """Yield what does not fit between a request and the help that is asked for."""
    if soort is ForensischSoort.CENTRUM_SEKSUEEL_GEWELD and not hulp:
        yield "/hulp", "ten minste één van forensisch, medisch of psychisch"
    if soort is ForensischSoort.LETSELONDERZOEK and hulp:
        yield "/hulp", "hoort alleen bij het Centrum Seksueel Geweld"


def is_acute(
    soort: ForensischSoort, *, voorval_op: datetime | None, gevraagd_op: datetime, rules: RuleSettings
) -> bool:
    """Tell whether a request to the Centrum Seksueel Geweld comes within the days in which traces can be found.

    Not known when it happened: treated as acute, for waiting cannot be undone.
    """
    if soort is not ForensischSoort.CENTRUM_SEKSUEEL_GEWELD:
        return False
    return voorval_op is None or gevraagd_op - voorval_op <= timedelta(days=rules.csg_acuut_dagen)
