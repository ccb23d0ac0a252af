"""What a monitorbrief shows of a month, and what it keeps back so that the rest does not tell it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date

import pytest

from services.monitoring.domain.kpis import Cell, KpiKey, KpiRapport, Meting, report_area
from services.monitoring.domain.monitorbrief import AFGESCHERMD, NIETS, TE_WEINIG, share, shown, write_brief
from services.monitoring.domain.publicatie import GROVER, Getal, added, rounded
from shared.rules.codes import TermijnSoort
from shared.rules.settings import DEFAULT_SETTINGS

MARCH = date(2026, 3, 1)
A, B, C, ELSEWHERE = "1621", "0599", "0606", "9999"
FASE = TermijnSoort.VEILIGHEIDSBEOORDELING

Counts = Mapping[tuple[Meting, str, str], int]
"""By what is measured, its name and its kind."""


def report(of: Mapping[str, Counts], fasen: Iterable[TermijnSoort] = (FASE,)) -> KpiRapport:
    cells = [
        Cell(KpiKey(meting, gemeente, MARCH, naam, waarde), aantal)
        for gemeente, counts in of.items()
        for (meting, naam, waarde), aantal in counts.items()
    ]
    areas = [
        report_area(
            cells,
            gemeente_code=code,
            months=(MARCH,),
            fasen=tuple(fasen),
            settings=DEFAULT_SETTINGS,
            today=date(2026, 4, 1),
        )
        for code in (None, *(gemeente for gemeente in of if gemeente != ELSEWHERE))
    ]
    return KpiRapport(MARCH, MARCH, 90, 80, areas[0], tuple(areas[1:]))


def read(rapport: KpiRapport, gemeente_code: str | None, gegeven: str = "Aantal") -> dict[tuple[str, str], str]:
    brief = write_brief(rapport, gemeente_code=gemeente_code)
    assert brief is not None
    return {
        (cijfer.onderwerp, cijfer.onderdeel): cijfer.waarde
        for cijfer in (*brief.termijnen, *brief.tellingen)
        if cijfer.gegeven == gegeven
    }


def meldingen(**per_melder: int) -> Counts:
    kinds = {(Meting.TELLING, "meldingenPerMelderCategorie", kind): n for kind, n in per_melder.items()}
    return {**kinds, (Meting.TELLING, "meldingen", ""): sum(per_melder.values())}


def termijnen(*, gehaald: int = 0, te_laat: int = 0, wacht: int = 0) -> Counts:
    return {
        (Meting.GEHAALD, FASE.value, ""): gehaald,
        (Meting.TE_LAAT, FASE.value, ""): te_laat,
        (Meting.VOORRAAD, FASE.value, ""): wacht,
    }


def test_the_total_of_the_meldingen_gives_way_where_the_meldingen_by_melder_need_it() -> None:
    rapport = report({A: meldingen(politie=2), B: meldingen(politie=30, school=20), C: meldingen(school=40)})

    shown = {code: read(rapport, code)["Meldingen", ""] for code in (A, B, C, None)}

    # Taken for a table of their own, the meldingen of C would go and those of B would tell what A has.
    assert shown == {A: "afgeschermd", B: "circa 50", C: "40", None: "90"}


def test_what_is_of_no_municipality_hides_a_small_count_without_the_loss_of_another() -> None:
    rapport = report({A: meldingen(politie=2), B: meldingen(politie=30), ELSEWHERE: meldingen(politie=41)})

    shown = {code: read(rapport, code)["Meldingen", ""] for code in (A, B, None)}

    assert shown == {A: "afgeschermd", B: "30", None: "75"}


def test_a_share_is_kept_back_when_it_would_tell_how_many_were_in_time() -> None:
    rapport = report({A: termijnen(gehaald=12, te_laat=2), B: termijnen(gehaald=30, te_laat=9)})
    name = ("Veiligheidsbeoordeling", "")

    assert read(rapport, A, "Afgelopen")[name] == "15"
    assert read(rapport, A, "Op tijd")[name] == "circa 10"
    assert read(rapport, A, "Aandeel op tijd")[name] == TE_WEINIG
    # 42 of 53, which read 40 and 55.
    assert read(rapport, None, "Aandeel op tijd")[name] == "73 %"


def pairs_by_print(
    share_of: Callable[[int, int], str],
) -> Mapping[tuple[int | None, int | None, str], set[tuple[int, int]]]:
    """Return for everything that can be printed of a part and its whole which parts and wholes it can be of."""
    found: defaultdict[tuple[int | None, int | None, str], set[tuple[int, int]]] = defaultdict(set)
    for whole in range(1, 131):
        for part in range(whole + 1):
            printed = [None if 0 < n < 5 else rounded(n) for n in (whole, part)]
            told = AFGESCHERMD if None in printed else share_of(whole, part)
            found[printed[0], printed[1], told].add((whole, part))
    return found


def test_a_share_leaves_as_many_parts_and_wholes_as_the_numbers_beside_it() -> None:
    told = pairs_by_print(lambda whole, part: share(Getal(rounded(whole)), Getal(rounded(part))))
    in_whole_per_cents = pairs_by_print(lambda whole, part: f"{100 * part / whole:.0f} %")

    assert in_whole_per_cents[10, 5, "58 %"] == {(12, 7)}
    for (whole, part, _), pairs in told.items():
        assert len({one for one, _ in pairs}) >= 3, (whole, part)
        assert part == 0 or len({one for _, one in pairs}) >= 3, (whole, part)
        # What is left over is a number too, and small where nearly all were in time.
        assert part == 0 or len({one - other for one, other in pairs}) >= 3, (whole, part)


def test_a_share_lies_near_that_of_the_counts_or_is_left_out() -> None:
    for whole in range(1, 131):
        for part in range(whole + 1):
            shown = share(Getal(rounded(whole)), Getal(rounded(part)))
            assert (shown in {TE_WEINIG, NIETS}) == (rounded(whole) < 50)
            if shown.endswith(" %"):
                assert abs(int(shown.removesuffix(" %")) - 100 * part / whole) <= 8.5


@pytest.mark.parametrize("op", GROVER)
def test_a_share_of_coarser_numbers_is_left_out_until_they_are_larger(op: int) -> None:
    for whole in range(op, 15 * op, 7):
        for part in range(0, whole + 1, 5):
            of_five, coarse = Getal(rounded(whole)), Getal(rounded(part, op), op)
            said = share(of_five, coarse)
            assert (said == TE_WEINIG) == (of_five.aantal < 10 * op)
            if said.endswith(" %"):
                assert abs(int(said.removesuffix(" %")) - 100 * part / whole) <= 8.5


def test_a_number_that_is_rounded_further_says_so() -> None:
    assert [shown(one) for one in (Getal(80), Getal(80, 10), None)] == ["80", "circa 80", AFGESCHERMD]
    assert added([Getal(80, 10), Getal(25)]) == Getal(105, 10)


@pytest.mark.parametrize(("code", "wacht", "oudste"), [(A, "afgeschermd", "afgeschermd"), (C, "circa 30", "31")])
def test_how_long_the_oldest_waits_is_kept_back_with_how_many_wait(code: str, wacht: str, oudste: str) -> None:
    rapport = report({A: termijnen(wacht=2), B: termijnen(wacht=7), C: termijnen(wacht=30)})
    name = ("Veiligheidsbeoordeling", "")

    assert read(rapport, code, "Wacht")[name] == wacht
    assert read(rapport, code, "Oudste (dagen)")[name] == oudste


def test_a_report_of_less_than_the_region_makes_no_letter() -> None:
    whole = report({A: meldingen(politie=20)})
    part = KpiRapport(whole.van, whole.tot, 90, 80, None, whole.gemeenten)

    with pytest.raises(ValueError, match="whole region"):
        write_brief(part, gemeente_code=A)
