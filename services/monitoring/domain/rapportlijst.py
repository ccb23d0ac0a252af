"""Which reports somebody can read, and in which order a list tells them: concepts, then the newest that was published.

What may stand in the list is what the door of one report gives: a municipality has its own, concepts too, and of the
region what was made definite. The concept of the region is for Veilig Thuis (docs/adr/0032).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.monitoring.domain.gebieden import areas_of
from services.monitoring.domain.rapportsoorten import REGIO, SOORTEN, Periode, RapportSoort, begun

_ORDER = {soort: number for number, soort in enumerate(SOORTEN)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RapportRij:
    """One report that can be read: a version that was made definite, or a concept, which has neither id nor version."""

    periode: Periode
    gebied: str
    uitgave_id: UUID | None = None
    versie: int | None = None
    nieuwste: bool = True
    vastgesteld_op: datetime | None = None
    reden: str | None = None

    @property
    def gemeente_code(self) -> str | None:
        """Of which municipality it is; None is the region."""
        return None if self.gebied == REGIO else self.gebied

    @property
    def plaats(self) -> "Plaats":
        """Where it stands in the list."""
        if self.vastgesteld_op is None or self.uitgave_id is None:
            return ConceptPlaats(self.periode, self.gebied)
        return UitgavePlaats(self.vastgesteld_op, self.uitgave_id, self.gebied)


@dataclass(frozen=True, slots=True)
class ConceptPlaats:
    """A place among the concepts: the period that ends last, then the kind, then the region before municipalities."""

    periode: Periode
    gebied: str

    @property
    def key(self) -> tuple[int, int, bool, str]:
        """What concepts are ordered by."""
        return (-self.periode.tot.toordinal(), _ORDER[self.periode.soort], self.gebied != REGIO, self.gebied)


@dataclass(frozen=True, slots=True)
class UitgavePlaats:
    """A place among what was made definite: what was made last, then the region before municipalities."""

    vastgesteld_op: datetime
    uitgave_id: UUID
    gebied: str


Plaats = ConceptPlaats | UitgavePlaats


@dataclass(frozen=True, slots=True)
class Bereik:
    """Of which areas somebody asks, within what he may see: ``eigen`` None is the whole region."""

    eigen: frozenset[str] | None
    gemeente_code: str | None = None
    regio: bool = False

    @property
    def gebieden(self) -> Sequence[str] | None:
        """Of which areas he gets what was made definite; None is all of them."""
        if self.regio:
            return [REGIO]
        if self.gemeente_code is not None:
            return [self.gemeente_code]
        return None if self.eigen is None else [REGIO, *sorted(self.eigen)]

    def concepten(self, periode: Periode) -> Sequence[str]:
        """Return of which areas he gets the concept over a period."""
        regio = [REGIO] if self.eigen is None and self.gemeente_code is None else []
        if self.regio:
            return regio
        standing = [code for code in areas_of(None, periode.tot) if self.eigen is None or code in self.eigen]
        return [*regio, *(code for code in standing if self.gemeente_code in {None, code})]


def concepts(
    bereik: Bereik,
    soort: RapportSoort | None,
    *,
    made: Collection[tuple[str, str]],
    first_month: date | None,
    now: datetime,
) -> Sequence[RapportRij]:
    """Return every concept in the order of the list.

    There is one of each period that began, of the time of which there are figures (``first_month``: the first day of
    any), and of which nothing was made definite (``made``: by kind and period).
    """
    if first_month is None:
        return []
    rows = [
        RapportRij(periode=periode, gebied=gebied)
        for periode in begun(now)
        if soort in {None, periode.soort}
        and periode.tot >= first_month.replace(day=1)
        and (periode.soort.value, periode.code) not in made
        for gebied in bereik.concepten(periode)
    ]
    return sorted(rows, key=lambda row: ConceptPlaats(row.periode, row.gebied).key)


def after(rows: Sequence[RapportRij], na: ConceptPlaats | None) -> Sequence[RapportRij]:
    """Return the concepts that stand after a place."""
    return rows if na is None else [row for row in rows if ConceptPlaats(row.periode, row.gebied).key > na.key]
