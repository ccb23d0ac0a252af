"""The published figures that the region is played by; where each comes from stands in ``data/HERKOMST.md``."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from shared.rules.codes import BestemmingSoort, MelderCategorie, Uitkomst
from shared.rules.gemeenten import GEMEENTEN, code_on

# The figures were published before the merger of 2023; the region is played as it is since.
_PLAYED_AS_OF = date(2023, 1, 1)

MELDINGEN_PER_JAAR = 12_421  # Veilig Thuis Rotterdam-Rijnmond, 2022
HUISVERBODEN_PER_JAAR = 54  # imposed, in another region of similar kind; the own number is not published

_MELDERS: Mapping[str, MelderCategorie] = MappingProxyType(
    {
        "Justitie en veiligheid": MelderCategorie.JUSTITIE_EN_VEILIGHEID,
        "Gezondheidszorg": MelderCategorie.GEZONDHEIDSZORG,
        "Gebiedsteams, maatschappelijke ondersteuning en lokaal veld (Welzijn & Jeugd)": MelderCategorie.LOKAAL_VELD,
        "Onderwijs en kinderopvang": MelderCategorie.ONDERWIJS_EN_KINDEROPVANG,
        "Gecertificeerde Instelling": MelderCategorie.GECERTIFICEERDE_INSTELLING,
        "GGZ": MelderCategorie.GGZ,
        "Anders": MelderCategorie.ANDERS,
    }
)

# Which uitkomst and which receiver each published destination is in the rulebook.
_BESTEMMINGEN: Mapping[str, tuple[Uitkomst, BestemmingSoort]] = MappingProxyType(
    {
        "Preventieve zorgmelding naar lokale veld": (Uitkomst.PREVENTIEVE_ZORGMELDING, BestemmingSoort.LOKAAL_VELD),
        "Lokale veld": (Uitkomst.OVERDRACHT, BestemmingSoort.LOKAAL_VELD),
        "Bestaande cliënt JBRR": (Uitkomst.BESTAANDE_CLIENT_GI, BestemmingSoort.GECERTIFICEERDE_INSTELLING),
        "Aanpak jeugdcriminaliteit (veelal Pak je Kans)": (
            Uitkomst.AANPAK_JEUGDCRIMINALITEIT,
            BestemmingSoort.AANPAK_JEUGDCRIMINALITEIT,
        ),
        "Anders": (Uitkomst.OVERDRACHT, BestemmingSoort.ANDERS),
        "Gecertificeerde Instelling": (Uitkomst.OVERDRACHT, BestemmingSoort.GECERTIFICEERDE_INSTELLING),
        "Opvang": (Uitkomst.OVERDRACHT, BestemmingSoort.OPVANG),
        "Jeugdhulpaanbieder": (Uitkomst.OVERDRACHT, BestemmingSoort.JEUGDHULPAANBIEDER),
        "Volwassen GGZ": (Uitkomst.OVERDRACHT, BestemmingSoort.VOLWASSEN_GGZ),
        "Ambulante hulp volwassen": (Uitkomst.OVERDRACHT, BestemmingSoort.AMBULANTE_HULP_VOLWASSENEN),
        "Jeugd GGZ": (Uitkomst.OVERDRACHT, BestemmingSoort.JEUGD_GGZ),
        "Raad voor de Kinderbescherming": (
            Uitkomst.VERZOEK_TOT_ONDERZOEK,
            BestemmingSoort.RAAD_VOOR_DE_KINDERBESCHERMING,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class MelderAandeel:
    naam: str
    categorie: MelderCategorie
    procent: float


@dataclass(frozen=True, slots=True)
class BestemmingAandeel:
    """A published destination, and what it is in the rulebook."""

    naam: str
    uitkomst: Uitkomst
    soort: BestemmingSoort
    procent: float


@dataclass(frozen=True, slots=True)
class GemeenteCijfer:
    code: str
    naam: str
    per_1000: float
    inwoners: int


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("deploy.demo") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def melders() -> Sequence[MelderAandeel]:
    """Return the share of each category of melder; they add up to 99,9."""
    return tuple(
        MelderAandeel(row["melder_categorie"], _MELDERS[row["melder_categorie"]], float(row["value"]))
        for row in _rows("melders.csv")
    )


@cache
def bestemmingen() -> Sequence[BestemmingAandeel]:
    """Return the share of each destination; they add up to 100."""
    return tuple(
        BestemmingAandeel(row["bestemming"], *_BESTEMMINGEN[row["bestemming"]], procent=float(row["value"]))
        for row in _rows("bestemmingen.csv")
    )


@cache
def gemeenten() -> Sequence[GemeenteCijfer]:
    """Return rate and population of each municipality that is played, from those of the published fifteen.

    What was merged counts as one, with the population of all and the rate that gives as many meldingen.
    """
    parts: dict[str, list[GemeenteCijfer]] = {}
    for one in published_gemeenten():
        parts.setdefault(code_on(one.code, _PLAYED_AS_OF), []).append(one)
    return tuple(_merged(code, of_one) for code, of_one in parts.items())


def _merged(code: str, parts: Sequence[GemeenteCijfer]) -> GemeenteCijfer:
    if len(parts) == 1:
        return parts[0]
    inwoners = sum(one.inwoners for one in parts)
    per_1000 = sum(one.per_1000 * one.inwoners for one in parts) / inwoners
    return GemeenteCijfer(code, GEMEENTEN[code].naam, per_1000, inwoners)


@cache
def published_gemeenten() -> Sequence[GemeenteCijfer]:
    """Return rate and population of the fifteen municipalities."""
    return tuple(
        GemeenteCijfer(
            row["gemeente_code"], row["gemeente"], float(row["meldingen_per_1000"]), int(row["inwoners_ongeveer"])
        )
        for row in _rows("gemeenten.csv")
    )


@cache
def meldingen_per_gemeente(total: int = MELDINGEN_PER_JAAR) -> Mapping[str, int]:
    """Return how many meldingen each municipality gets in a year, together exactly ``total`` (largest remainders)."""
    weights = {one.code: one.per_1000 * one.inwoners for one in gemeenten()}
    scale = total / sum(weights.values())
    whole = {code: int(weight * scale) for code, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda code: (whole[code] - weights[code] * scale, code))
    for code in by_remainder[: total - sum(whole.values())]:
        whole[code] += 1
    return MappingProxyType(whole)
