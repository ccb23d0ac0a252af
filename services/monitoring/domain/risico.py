"""The risk score of a municipality: how far it lies from the region on forty-one factors, and what that predicts.

The published method (Regiovisie, bijlage 2) sums a z-score for each factor with equal weights. What it leaves open is a
parameter here: the centre, the spread, whether a high WOZ-waarde counts as favourable, and the borders of the classes.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.rules.settings import RuleSettings

# The same figures stand in the source under a second name, for five municipalities only.
DUBBELE_FACTOREN = frozenset({"aandeel_bijstandsgerechtigde_alleenstaande_ouders"})
WOZ = "woz_waarde"
LIJN_MINIMUM = 3


class Centrum(StrEnum):
    """Against what a municipality is measured."""

    REGIOGEMIDDELDE = "regiogemiddelde"  # the column of the source: the literal reading
    GEMIDDELDE_GEMEENTEN = "gemiddelde-gemeenten"  # unweighted, of those of which the factor is known


class Spreiding(StrEnum):
    POPULATIE = "populatie"
    STEEKPROEF = "steekproef"


class Klasse(StrEnum):
    HOOG = "hoog"
    GEMIDDELD = "gemiddeld"
    LAAG = "laag"


class Signaal(StrEnum):
    """How the number of meldingen compares with what the score predicts: never better or worse."""

    MINDER = "minder-dan-verwacht"
    ZOALS = "zoals-verwacht"
    MEER = "meer-dan-verwacht"


@dataclass(frozen=True, slots=True)
class RisicoParameters:
    """What the source leaves open; the borders fit its classes, and are not published."""

    centrum: Centrum = Centrum.REGIOGEMIDDELDE
    spreiding: Spreiding = Spreiding.POPULATIE
    woz_omgekeerd: bool = False
    hoog_boven: float = 18.0
    laag_onder: float = -3.0
    minder_tot: float = -1.0
    meer_vanaf: float = 1.5


def parameters_of(settings: RuleSettings) -> RisicoParameters:
    """Return the parameters that a region chose."""
    return RisicoParameters(
        centrum=Centrum.REGIOGEMIDDELDE if settings.risico_tegen_regiogemiddelde else Centrum.GEMIDDELDE_GEMEENTEN,
        spreiding=Spreiding.STEEKPROEF if settings.risico_spreiding_steekproef else Spreiding.POPULATIE,
        woz_omgekeerd=settings.risico_woz_omgekeerd,
        hoog_boven=settings.risico_hoog_boven,
        laag_onder=settings.risico_laag_onder,
        minder_tot=settings.risico_minder_tot,
        meer_vanaf=settings.risico_meer_vanaf,
    )


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: the value of each municipality of which it is known, and of the region."""

    sleutel: str
    waarden: Mapping[str, float]
    regio: float


@dataclass(frozen=True, slots=True)
class GemeenteFeiten:
    """What is published of a municipality beside its factors."""

    gemeente: str
    klasse: Klasse | None  # as the Regiovisie published it; None of a municipality that was not there yet
    meldingen_per_1000: float | None


@dataclass(frozen=True, slots=True)
class Risicoscore:
    gemeente: str
    risicoscore: float
    klasse: Klasse
    gepubliceerde_klasse: Klasse | None
    aantal_factoren: int
    boven_regiogemiddelde: int  # the other reading of the source: on how many factors it lies above the mean
    meldingen_per_1000: float | None
    verwacht_per_1000: float | None
    afwijking: float | None
    signaal: Signaal | None


def risk_scores(
    factoren: Sequence[Factor],
    gemeenten: Sequence[GemeenteFeiten],
    parameters: RisicoParameters | None = None,
) -> tuple[Risicoscore, ...]:
    """Return the score of each municipality, highest first.

    What is expected comes from a straight line through the municipalities whose number of meldingen is known.
    """
    parameters = parameters or RisicoParameters()
    usable = [factor for factor in factoren if factor.sleutel not in DUBBELE_FACTOREN]
    z_scores = [_z_scores(factor, parameters) for factor in usable]
    sums = {row.gemeente: math.fsum(z[row.gemeente] for z in z_scores if row.gemeente in z) for row in gemeenten}
    line = _line([(sums[row.gemeente], row.meldingen_per_1000) for row in gemeenten])
    scores = [_score(row, sums[row.gemeente], usable, line, parameters) for row in gemeenten]
    return tuple(sorted(scores, key=lambda score: -score.risicoscore))


def _z_scores(factor: Factor, parameters: RisicoParameters) -> dict[str, float]:
    values = list(factor.waarden.values())
    if len(values) < 2:  # noqa: PLR2004, of one there is no spread
        return dict.fromkeys(factor.waarden, 0.0)
    deviation = statistics.pstdev(values) if parameters.spreiding is Spreiding.POPULATIE else statistics.stdev(values)
    if deviation == 0:
        return dict.fromkeys(factor.waarden, 0.0)
    centre = factor.regio if parameters.centrum is Centrum.REGIOGEMIDDELDE else statistics.fmean(values)
    sign = -1 if parameters.woz_omgekeerd and factor.sleutel == WOZ else 1
    return {gemeente: sign * (value - centre) / deviation for gemeente, value in factor.waarden.items()}


def _line(points: Sequence[tuple[float, float | None]]) -> tuple[float, float] | None:
    """Return slope and intercept of the line of least squares through the points that are known.

    None without enough points to draw one through: a line through two points predicts both exactly.
    """
    known = [(score, meldingen) for score, meldingen in points if meldingen is not None]
    if len(known) < LIJN_MINIMUM or len({x for x, _ in known}) == 1:
        return None
    slope, intercept = statistics.linear_regression([x for x, _ in known], [y for _, y in known])
    return slope, intercept


def _score(
    row: GemeenteFeiten,
    total: float,
    factoren: Sequence[Factor],
    line: tuple[float, float] | None,
    parameters: RisicoParameters,
) -> Risicoscore:
    present = [factor for factor in factoren if row.gemeente in factor.waarden]
    # Without its own meldingen a municipality has no deviation; the prediction is left out with it.
    expected = None if row.meldingen_per_1000 is None or line is None else line[0] * total + line[1]
    deviation = None if row.meldingen_per_1000 is None or expected is None else row.meldingen_per_1000 - expected
    return Risicoscore(
        gemeente=row.gemeente,
        risicoscore=total,
        klasse=_klasse(total, parameters),
        gepubliceerde_klasse=row.klasse,
        aantal_factoren=len(present),
        boven_regiogemiddelde=sum(factor.waarden[row.gemeente] > factor.regio for factor in present),
        meldingen_per_1000=row.meldingen_per_1000,
        verwacht_per_1000=expected,
        afwijking=deviation,
        signaal=None if deviation is None else _signaal(deviation, parameters),
    )


def _klasse(total: float, parameters: RisicoParameters) -> Klasse:
    if total > parameters.hoog_boven:
        return Klasse.HOOG
    return Klasse.LAAG if total < parameters.laag_onder else Klasse.GEMIDDELD


def _signaal(deviation: float, parameters: RisicoParameters) -> Signaal:
    if deviation <= parameters.minder_tot:
        return Signaal.MINDER
    return Signaal.MEER if deviation >= parameters.meer_vanaf else Signaal.ZOALS
