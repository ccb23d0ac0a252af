"""Every world that is found is tried: every published number of each period is the same in it, and one count is not."""

import os
import subprocess
import sys
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.local.places import PROJECT
from services.monitoring.domain.perioden import Publicatie, reach_of
from services.monitoring.domain.publicatie import (
    SPEELRUIMTE,
    Gepubliceerd,
    Plaats,
    op_of,
    rounded,
    small_in,
    with_totals,
)
from services.monitoring.domain.rapportversies import rounded_as
from services.monitoring.domain.tegenbeelden import LAAT, Months, Stand, Step, work_out
from tests.unit.monitoring.core.test_aanval import QUARTER, YEAR, Counts, Late, published, region, table, tables_of


def stand_of(months: Months, counts: Counts, late: Late) -> Stand:
    tabel = table(counts, months, late)
    whole = with_totals(tabel.aantallen)
    size = {1: 1, 3: 1, 6: 3, 12: 6}[len(months)]
    parts = [months[at : at + size] for at in range(0, len(months), size)] if len(months) > 1 else []
    delen = tuple(stand_of(part, counts, late) for part in parts)
    return work_out(months, whole, dict.fromkeys(small_in(whole)), delen)


def changed(steps: tuple[Step, ...], of: Stand) -> Counter[Plaats]:
    """Return by how much the numbers of a period differ after some steps."""
    found: Counter[Plaats] = Counter()
    for step in steps:
        if set(step.source) - {LAAT} <= set(of.months):
            for plaats, by in step.changes:
                found[plaats] += by
    return found


def read(of: Stand, plaats: Plaats, by: int) -> int | None:
    """Return what is shown of a number of a period that is so much more; a count that is kept back is never nothing."""
    aantal, op = of.whole.get(plaats, 0) + by, op_of(of.afronding, plaats)
    assert aantal > 0 or not of.whole.get(plaats)
    return None if op is None else rounded(aantal, op) if aantal >= 5 or not aantal else -aantal


def prove(period: Stand) -> None:
    every = list(period.inside())
    small = {(of.months, plaats) for of in every for plaats in small_in(of.whole)}
    if not period.werelden:
        assert not small or all(op is None for op in period.afronding.values())
        return
    assert period.werelden.keys() == small
    for (months, plaats), wereld in period.werelden.items():
        of = next(one for one in every if one.months == months)
        less, more = (changed(steps, of)[plaats] for steps in (wereld.smaller, wereld.larger))
        assert more - less >= SPEELRUIMTE
        for steps in (wereld.smaller, wereld.larger):
            for one in every:
                moved = {place: by for place, by in changed(steps, one).items() if by}
                assert all(read(one, place, by) == read(one, place, 0) for place, by in moved.items())
                # What a month rounds to five is what it is, or a report over two months would tell it.
                assert len(one.months) > 1 or moved.keys() <= one.afronding.keys()


@settings(max_examples=40, deadline=None)
@given(st.lists(tables_of(2, 3), min_size=3, max_size=3), tables_of(1, 2))
def test_in_each_world_of_a_quarter_everything_that_is_published_is_the_same(
    months: list[dict[tuple[str, str], int]], came: dict[tuple[str, str], int]
) -> None:
    prove(stand_of(QUARTER, dict(zip(QUARTER, months, strict=True)), {QUARTER: came}))


def test_in_each_world_of_a_year_everything_that_is_published_of_it_and_its_parts_is_the_same() -> None:
    late = {YEAR: {("0001", "soort-1"): 3, ("0002", "soort-0"): -1}, YEAR[:3]: {("0005", "soort-0"): 2}}

    year = stand_of(YEAR, region(3, 0.3), late)

    assert len(year.werelden) > 200
    prove(year)


def test_the_same_figures_are_worked_out_alike_in_another_process() -> None:
    """A part is worked out again beside each longer period: worked out otherwise, nothing of that would be shown."""

    def worked_out(seed: int) -> str:
        env = {**os.environ, "PYTHONHASHSEED": str(seed)}
        return subprocess.run(  # noqa: S603, our own code
            [sys.executable, "-c", _QUARTER], env=env, cwd=PROJECT, capture_output=True, text=True, check=True
        ).stdout

    assert worked_out(1) == worked_out(2)
    assert "10" in worked_out(1)


_QUARTER = """
from tests.unit.monitoring.core.test_aanval import QUARTER, published, region
def order(one):
    return one[0][0] or "", one[0][1] or ""
for months, table in sorted(published(region(5, 0.4), QUARTER).items()):
    print(len(months), sorted(table.afronding.items(), key=order))
"""


# --- a later version beside the first ----------------------------------------------------------------------------


def publish_all(counts: Counts, months: Months, late: Late) -> dict[Months, Publicatie]:
    tables = published(counts, months, late)
    return {part: Publicatie(part, (), {"t": one}) for part, one in tables.items()}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(tables_of(2, 2), min_size=3, max_size=3),
    tables_of(2, 2),
    st.booleans(),
    st.sampled_from((QUARTER, YEAR[:1])),
)
def test_each_world_of_the_first_version_is_one_of_a_later_version_too(
    counted: list[dict[tuple[str, str], int]], came: dict[tuple[str, str], int], more: bool, months: Months
) -> None:
    counts = dict(zip(QUARTER, counted, strict=True))
    first = publish_all(counts, months, {})
    reach = reach_of(months, "t", first)
    assert reach is not None

    then = table(counts, months).aantallen
    came = {plaats: n if more else -min(n, then.get(plaats, 0)) for plaats, n in came.items()}
    nu = table(counts, months, {months: came})
    alone = Gepubliceerd(nu, dict.fromkeys(small_in(with_totals(nu.aantallen))))
    later = rounded_as(alone, first[months].tabellen["t"].afronding, reach)

    if later is None:
        return  # it stays as it was published
    for plaats, (low, high) in reach.items():
        shown = {later_shown(later, plaats, by) for by in (low, 0, high)}
        assert len(shown) == 1, plaats


def later_shown(of: Gepubliceerd, plaats: Plaats, by: int) -> int | None:
    """Return what would be read of a number that is so much more; a small one that is shown reads as no other."""
    aantal, op = of.whole.get(plaats, 0) + by, op_of(of.afronding, plaats)
    assert aantal > 0 or not by
    return None if op is None else rounded(aantal, op) if aantal >= 5 or not aantal else -aantal
