"""Of which area a cell of the figures is, when municipalities are merged: nothing is lost, and nothing counted twice.

A cell stands under the code of the fact that it came from. A fact of after a merger can still bear the old code, when
it is about a melding of before it: such a cell belongs to the successor. What a municipality was before the merger goes
into the trend of its successor.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from services.monitoring.domain.kpis import Cell, Meting
from shared.rules.gemeenten import (
    GEMEENTEN,
    PREDECESSORS,
    Gemeente,
    code_on,
    grjr_on,
    standing_codes,
    with_predecessors,
)

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip


def areas_of(codes: Iterable[str] | None, last_month: date) -> list[str]:
    """Return of which municipalities to report over a period: those of its last day.

    With ``codes`` only of those; of one that no longer existed on that day only when it is asked for by itself. None
    is the whole region.
    """
    day = last_day(last_month)
    return sorted(grjr_on(day) if codes is None else standing_codes(codes, day))


def last_day(month: date) -> date:
    """Return the last day of a month, of which the first is given."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def cells_of(gemeente_code: str, cells: Iterable[Cell], today: date) -> Iterator[Cell]:
    """Give the cells of one area, those of its predecessors among them, as cells of its own."""
    yield from by_area(cells, [gemeente_code], today)[gemeente_code]


def by_area(cells: Iterable[Cell], codes: Collection[str], today: date) -> dict[str, list[Cell]]:
    """Return of each area its cells, those of its predecessors among them, as cells of its own.

    A cell is of the municipality that answers for it: that of its own day, and of stock that of today.
    """
    areas = {code: [area for area in codes if code in with_predecessors({area})] for code in with_predecessors(codes)}
    found: dict[str, list[Cell]] = {code: [] for code in codes}
    stands: dict[tuple[str, date], str] = {}
    for cell in cells:
        key = cell.key
        place = (key.gemeente_code, today if key.meting == Meting.VOORRAAD else key.dag)
        under = stands.get(place) or stands.setdefault(place, code_on(*place))
        for area in areas.get(under, ()):
            own = cell if cell.key.gemeente_code == area else Cell(cell.key._replace(gemeente_code=area), cell.aantal)
            found[area].append(own)
    return found


def remarks_on(gemeente_code: str, van: date, tot: date) -> tuple[str, ...]:
    """Return in Dutch what a reader must know of the figures of an area over some months (first days, inclusive)."""
    row = GEMEENTEN.get(gemeente_code)
    if row is None:
        return ()
    return (*_ended(row, tot), *_began(row, van))


def _ended(row: Gemeente, tot: date) -> Iterator[str]:
    if row.geldig_tot is not None and row.opvolger_code is not None and row.geldig_tot <= last_day(tot):
        successor = GEMEENTEN[row.opvolger_code]
        yield (
            f"{row.naam} is op {_in_words(row.geldig_tot)} opgegaan in {successor.naam} ({successor.code}). "
            "De cijfers lopen tot die dag; daarna staan zij daar."
        )


def _began(row: Gemeente, van: date) -> Iterator[str]:
    before = [GEMEENTEN[code] for code in sorted(PREDECESSORS.get(row.code, ()))]
    if before and row.geldig_van is not None and van < row.geldig_van:
        names = [f"{one.naam} ({one.code})" for one in before]
        yield f"Tot {_in_words(row.geldig_van)} zijn dit de cijfers van {', '.join(names)} samen."


def _in_words(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
