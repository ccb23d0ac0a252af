"""What a goal of the Regiovisie is, by which indicators it is followed, and how such a figure is read from the KPIs.

An indicator says how the work goes, and never that a goal was reached: which figure is enough was not agreed in the
source. Where nothing that is recorded in the chain says anything of a goal, the goal says so itself.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.monitoring.domain.kpis import GebiedRapport, norm_of, percentile
from shared.rules.codes import TermijnSoort
from shared.rules.settings import RuleSettings

MAANDEN = 12  # how many whole months a figure covers when nobody asks otherwise


class Niveau(StrEnum):
    """How far a goal lies from the work: what is meant for families, what leads to it, and what that takes."""

    IMPACT = "impact"
    OUTCOME = "outcome"
    OUTPUT = "output"


class Eigenaar(StrEnum):
    """Who sees to an activity."""

    GEMEENTEN = "gemeenten"
    CENTRUMGEMEENTEN = "centrumgemeenten"
    GRJR = "grjr"
    VEILIG_THUIS = "veilig-thuis"
    LOKAAL_VELD = "lokaal-veld"
    ZORG_EN_VEILIGHEIDSHUIS = "zorg-en-veiligheidshuis"
    OPVANGINSTELLINGEN = "opvanginstellingen"
    REGIONAAL_PROJECTLEIDER = "regionaal-projectleider"
    RIJK = "rijk"


class Maat(StrEnum):
    """In what an indicator is expressed."""

    AANTAL = "aantal"
    PERCENTAGE = "percentage"
    DAGEN = "dagen"  # the median, in whole days


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One figure, read from a count (``telling``) or from a term (``fase``).

    A count with ``waarden`` takes those kinds only; as a percentage they are the share of all kinds of the count.
    """

    code: str
    naam: str
    maat: Maat
    telling: str | None = None
    waarden: tuple[str, ...] = ()
    fase: TermijnSoort | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activiteit:
    """What is done for a goal. ``afgeleid``: whose it is, is our reading of the source and not written there."""

    naam: str
    eigenaren: tuple[Eigenaar, ...]
    afgeleid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Doel:
    """One goal; it has indicators, or says why nothing recorded here can tell of it."""

    code: str
    boom: int
    niveau: Niveau
    naam: str
    vindplaats: str
    onder: str | None = None  # the goal to which it contributes; None at the root of a tree
    indicatoren: tuple[str, ...] = ()
    niet_meetbaar: str | None = None
    activiteiten: tuple[Activiteit, ...] = ()


@dataclass(frozen=True, slots=True)
class Stand:
    """The figure of an indicator over a period; ``waarde`` None: there was nothing to measure."""

    indicator: Indicator
    waarde: float | None
    van_aantal: int | None  # of how many a percentage or a median is
    norm: int | None = None


@dataclass(frozen=True, slots=True)
class DoelTak:
    """A goal with the figures of its indicators, and what contributes to it."""

    doel: Doel
    standen: tuple[Stand, ...]
    onderliggend: tuple["DoelTak", ...]


def grow(doelen: Sequence[Doel], standen: Mapping[str, Stand], *, onder: str | None = None) -> tuple[DoelTak, ...]:
    """Return the trees of goals, each with its figures, in the order of the table."""
    return tuple(
        DoelTak(
            doel,
            tuple(standen[code] for code in doel.indicatoren),
            grow(doelen, standen, onder=doel.code),
        )
        for doel in doelen
        if doel.onder == onder
    )


def find_tak(takken: Sequence[DoelTak], code: str) -> DoelTak | None:
    """Return the branch that begins at a goal."""
    return next((tak for tak in _every(takken) if tak.doel.code == code), None)


def _every(takken: Sequence[DoelTak]) -> Iterator[DoelTak]:
    for tak in takken:
        yield tak
        yield from _every(tak.onderliggend)


def stand_of(indicator: Indicator, rapport: GebiedRapport, settings: RuleSettings) -> Stand:
    """Return the figure of one indicator from the figures of one area."""
    if indicator.fase is not None:
        return _in_time(indicator, indicator.fase, rapport, settings)
    kinds = rapport.tellingen.get(indicator.telling or "", {})
    if indicator.maat is Maat.DAGEN:
        histogram = Counter({int(days): count for days, count in kinds.items()})
        return Stand(indicator, percentile(histogram, 0.5), histogram.total())
    total = sum(kinds.values())
    part = sum(kinds.get(waarde, 0) for waarde in indicator.waarden) if indicator.waarden else total
    if indicator.maat is Maat.AANTAL:
        return Stand(indicator, part, None)
    return Stand(indicator, round(100 * part / total, 1) if total else None, total)


def _in_time(indicator: Indicator, fase: TermijnSoort, rapport: GebiedRapport, settings: RuleSettings) -> Stand:
    found = next(one for one in rapport.fasen if one.fase is fase).totaal
    return Stand(indicator, found.percentage_op_tijd, found.vervallen, norm_of(fase, settings))


def last_months(today: date) -> tuple[date, date]:
    """Return the first and the last month (their first days) of the last twelve that are over."""
    ends = today.year * 12 + today.month - 2
    first = ends - MAANDEN + 1
    return date(first // 12, first % 12 + 1, 1), date(ends // 12, ends % 12 + 1, 1)
