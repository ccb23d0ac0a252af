"""What a report is over, when it becomes definite, what may be written in it, and what a later version may show."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.domain.kpis import Cell, GebiedRapport, KpiKey, KpiRapport, Meting, report_area
from services.monitoring.domain.monitorbrief import AFGESCHERMD, Cijfer, Gebiedscijfers, find_area, shown, write_brief
from services.monitoring.domain.openbaar import tabellen_of
from services.monitoring.domain.perioden import Publicatie, Publicaties, publish, reach_of
from services.monitoring.domain.publicatie import Gepubliceerd, Tabel, op_of
from services.monitoring.domain.rapport import ONBEKEND, trend_of
from services.monitoring.domain.rapportdoelen import DoelCijfer, corrected_goals, counts_in, goal_figures
from services.monitoring.domain.rapportsoorten import PeriodeError, RapportSoort, due, read_periode
from services.monitoring.domain.rapportteksten import Blok, Stijl, Stuk, blocks_of, faults_of, plain_text
from services.monitoring.domain.rapportversies import (
    Correctie,
    Later,
    Openbaarder,
    OverMaanden,
    month_report,
    public_of,
    shown_again,
    subjects_of,
    withheld,
)
from services.monitoring.domain.stoplichten import Kleur, Oordeel, lights
from shared.rules.codes import TermijnSoort
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.test_monitorbrief import MARCH, A, B, C, Counts, meldingen, report
from tests.unit.monitoring.core.test_publicatie import another

AMS = ZoneInfo("Europe/Amsterdam")
BRIEF, VOORTGANG, HALFJAAR, JAAR = RapportSoort


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMS)


# --- periods -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("soort", "code", "van", "tot", "naam"),
    [
        (BRIEF, "2026-03", date(2026, 3, 1), date(2026, 3, 1), "maart 2026"),
        (VOORTGANG, "2026-T2", date(2026, 3, 1), date(2026, 4, 1), "maart en april 2026"),
        (HALFJAAR, "2026-H2", date(2026, 7, 1), date(2026, 12, 1), "juli tot en met december 2026"),
        (JAAR, "2026", date(2026, 1, 1), date(2026, 12, 1), "2026"),
    ],
)
def test_a_period_is_read_from_its_name_and_named_again(
    soort: RapportSoort, code: str, van: date, tot: date, naam: str
) -> None:
    periode = read_periode(soort, code)

    assert (periode.van, periode.tot, periode.code, periode.naam) == (van, tot, code, naam)
    assert periode.vorige.vorige.tot < periode.vorige.van < periode.van


@pytest.mark.parametrize(
    ("soort", "code"),
    [(BRIEF, "2026"), (BRIEF, "2026-13"), (BRIEF, "2026-3"), (VOORTGANG, "2026-T7"), (VOORTGANG, "2026-02"),
     (HALFJAAR, "2026-T1"), (HALFJAAR, "2026-H0"), (JAAR, "2026-01"), (JAAR, "1999"), (JAAR, "9999")],
)  # fmt: skip
def test_a_name_of_another_kind_of_period_is_refused(soort: RapportSoort, code: str) -> None:
    with pytest.raises(PeriodeError, match="heeft een periode als"):
        read_periode(soort, code)


@pytest.mark.parametrize(
    ("before", "then", "code"),
    [
        pytest.param("2026-04-01 05:59", "2026-04-01 06:00", "2026-03", id="a wednesday"),
        pytest.param("2022-01-03 05:59", "2022-01-03 06:00", "2021-12", id="new year on a saturday"),
        pytest.param("2026-01-02 05:59", "2026-01-02 06:00", "2025-12", id="the day after new year"),
    ],
)
def test_a_letter_is_due_in_the_morning_of_the_first_working_day(before: str, then: str, code: str) -> None:
    letter = read_periode(BRIEF, code)

    assert letter not in {one.rapport for one in due(at(before), DEFAULT_SETTINGS)}
    assert letter in {one.rapport for one in due(at(then), DEFAULT_SETTINGS)}


def test_what_was_missed_is_due_as_far_back_as_a_trend_reaches_the_oldest_first() -> None:
    found = due(at("2026-07-15 12:00"), DEFAULT_SETTINGS)

    letters = [one.rapport.code for one in found if one.rapport and one.rapport.soort is BRIEF]
    assert (letters[0], letters[-1], len(letters)) == ("2025-06", "2026-06", 13)
    assert [one.months[-1] for one in found] == sorted(one.months[-1] for one in found)


def test_a_period_is_published_with_its_report_after_its_parts_and_a_quarter_without_one() -> None:
    ended = [one for one in due(at("2026-01-02 12:00"), DEFAULT_SETTINGS) if one.months[-1] == date(2025, 12, 1)]

    assert [(len(one.months), one.rapport and one.rapport.code, one.publicatie) for one in ended] == [
        (1, "2025-12", True), (2, "2025-T6", False), (3, None, True), (6, "2025-H2", True), (12, "2025", True),
    ]  # fmt: skip


# --- texts -------------------------------------------------------------------------------------------------------


def test_a_text_is_read_in_paragraphs_lists_and_two_styles_and_nothing_else_is_a_mark() -> None:
    tekst = (
        "Een **vette** zin\nloopt door.\n\n- punt *een*\n- punt twee\n  gaat verder\n\n# geen kop, 2*3*4 _niet_ **los"
    )

    assert blocks_of(tekst) == (
        Blok(lijst=False, regels=((Stuk("Een "), Stuk("vette", Stijl.VET), Stuk(" zin loopt door.")),)),
        Blok(lijst=True, regels=((Stuk("punt "), Stuk("een", Stijl.CURSIEF)), (Stuk("punt twee gaat verder"),))),
        Blok(lijst=False, regels=((Stuk("# geen kop, 2"), Stuk("3", Stijl.CURSIEF), Stuk("4 _niet_ **los")),)),
    )


@given(st.text(alphabet="ab*- \n<", max_size=40))
def test_no_word_of_a_text_is_lost_by_its_marks(tekst: str) -> None:
    letters = [letter for letter in plain_text(tekst) if letter in "ab"]

    assert letters == [letter for letter in tekst if letter in "ab"]


@pytest.mark.parametrize(
    ("tekst", "fault"),
    [("a" * 11, "ten hoogste 10"), ("<b>x", "HTML"), ("</p>", "HTML"), ("<!--", "HTML"), ("a\x07", "stuurteken")],
)
def test_a_text_that_may_not_stand_in_a_report_is_refused(tekst: str, fault: str) -> None:
    assert fault in " ".join(faults_of(tekst, 10))


def test_smaller_than_and_line_breaks_may_be_written() -> None:
    assert faults_of("1 < 2\nen 3 <4, x < y", 100) == ()


# --- versions ----------------------------------------------------------------------------------------------------


NOTHING_PUBLISHED = Later({}, frozenset())


def _figures(of: Mapping[str, Mapping[str, int]], code: str | None) -> tuple[Openbaarder, Gebiedscijfers]:
    rapport = report({gemeente: meldingen(**kinds) for gemeente, kinds in of.items()})
    openbaar = Openbaarder(rapport)
    brief = write_brief(rapport, gemeente_code=code, openbaar=openbaar)
    assert brief is not None
    return openbaar, brief


def _read(cijfers: Gebiedscijfers) -> dict[tuple[str, str], str]:
    return {(one.onderwerp, one.onderdeel): one.waarde for one in (*cijfers.termijnen, *cijfers.tellingen)}


def test_what_was_kept_back_stays_so_in_a_correction_and_the_rest_is_corrected() -> None:
    first = {A: {"politie": 3, "school": 40}, B: {"politie": 7, "school": 30}, C: {"politie": 20, "school": 20}}
    later = {**first, A: {"politie": 9, "school": 40}, C: {"politie": 20, "school": 28}}
    openbaar, before = _figures(first, A)
    now, after = _figures(later, A)

    held = withheld(openbaar.patroon(), now.patroon(), NOTHING_PUBLISHED)
    shown = _read(Correctie(subjects_of(held)).of(after, before))

    assert held == frozenset()
    assert _read(after)["Meldingen naar melder", "politie"] == "10"
    assert shown["Meldingen naar melder", "politie"] == AFGESCHERMD
    _, whole = _figures(later, None)
    assert _read(whole)["Meldingen naar melder", "school"] == "100"


def test_a_subject_that_would_keep_back_more_than_before_is_not_corrected_and_says_so() -> None:
    first = {A: {"politie": 30}, B: {"politie": 25}}
    later = {A: {"politie": 30, "school": 1}, B: {"politie": 25}}
    openbaar, before = _figures(first, A)
    now, after = _figures(later, A)

    held = withheld(openbaar.patroon(), now.patroon(), NOTHING_PUBLISHED)
    corrected = Correctie(subjects_of(held)).of(after, before)

    assert held == {"telling:meldingenPerMelderCategorie"}
    assert _read(corrected) == _read(before)
    assert "meldingen, meldingen naar melder" in corrected.opmerkingen[-1]


counts = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=3, max_size=3)
change = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(-6, 6))


@settings(max_examples=60, deadline=None)
@given(counts, st.lists(change, min_size=1, max_size=2))
def test_what_a_later_version_keeps_back_can_still_be_something_else(
    rows: list[list[int]], changes: list[tuple[int, int, int]]
) -> None:
    first = {(f"g{r}", f"s{c}"): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    later = dict(first)
    for r, c, by in changes:
        later[f"g{r}", f"s{c}"] = max(0, later[f"g{r}", f"s{c}"] + by)
    eerste = publish(Tabel(first))
    reach = reach_of((MARCH,), "t", {(MARCH,): Publicatie((MARCH,), (), {"t": eerste})})
    assert reach is not None
    shown = shown_again(Tabel(later), eerste, reach)

    if shown is None:
        return  # it stays as it was published: nothing was added to the first version

    # Positions that became nothing are still kept back, and tell less than the attack here supposes of them.
    afronding = {place: op for place, op in shown.afronding.items() if shown.whole.get(place)}
    small = [place for place, count in shown.whole.items() if 0 < count < 5]
    for place in small:
        assert op_of(eerste.afronding, place) is None
        assert another(Tabel(later), place, afronding) is not None


APRIL = date(2026, 4, 1)


def over_two_months(of: Mapping[tuple[str, date], int]) -> KpiRapport:
    cells = [Cell(KpiKey(Meting.TELLING, code, month, "acuut", ""), count) for (code, month), count in of.items()]
    areas = [
        report_area(
            cells,
            gemeente_code=code,
            months=(MARCH, APRIL),
            fasen=(),
            settings=DEFAULT_SETTINGS,
            today=date(2026, 5, 1),
        )
        for code in (None, A, B, C)
    ]
    return KpiRapport(MARCH, APRIL, 90, 80, areas[0], tuple(areas[1:]))


OF_TWO = {(A, MARCH): 3, (A, APRIL): 9, (B, MARCH): 8, (B, APRIL): 20, (C, MARCH): 40, (C, APRIL): 40}


def test_a_report_over_two_months_keeps_back_what_the_letter_of_either_kept_back() -> None:
    rapport = over_two_months(OF_TWO)

    alone = Openbaarder(rapport)
    beside = public_of(rapport, {"acuut"})

    # Twelve by itself may be read; with the nine of April it would tell the three of March.
    assert [shown(alone.telling("acuut", "", code)) for code in (A, B, C, None)] == ["10", "30", "80", "120"]
    # In March forty of C read "circa 40" for it: twice forty is what the letters told.
    assert [shown(beside.telling("acuut", "", code)) for code in (A, B, C, None)] == [
        AFGESCHERMD, "30", "circa 80", "120",
    ]  # fmt: skip
    assert type(public_of(month_report(rapport, APRIL), ())) is Openbaarder


def test_a_report_over_two_months_keeps_back_what_was_kept_back_when_each_was_published() -> None:
    """In March A had three, which the letter kept back, beside C in tens; it has nine now, and the letter stays."""
    then = tabellen_of(over_two_months(OF_TWO), (MARCH,))
    published: Publicaties = {(MARCH,): Publicatie((MARCH,), (A, B, C), {n: publish(one) for n, one in then.items()})}
    rapport = over_two_months({**OF_TWO, (A, MARCH): 9})

    live, beside = public_of(rapport, {"acuut"}), public_of(rapport, {"acuut"}, None, published)

    assert [shown(live.telling("acuut", "", code)) for code in (A, B, C)] == ["20", "30", "80"]
    assert [shown(beside.telling("acuut", "", code)) for code in (A, B, C)] == [AFGESCHERMD, "30", "circa 80"]


def test_what_was_published_of_a_period_is_what_its_report_says() -> None:
    rapport = over_two_months(OF_TWO)
    quarter = replace(rapport, van=date(2026, 4, 1), tot=date(2026, 6, 1))
    months = (APRIL, date(2026, 5, 1), date(2026, 6, 1))
    kept = Gepubliceerd(Tabel({(A, ""): 83, (B, ""): 31}), {(A, ""): 10})
    published: Publicaties = {months: Publicatie(months, (A, B), {"acuut": kept})}

    said = OverMaanden(_of_months(quarter, months), None, published)

    assert [shown(said.telling("acuut", "", code)) for code in (A, B, C)] == ["circa 80", "30", "0"]


def _of_months(rapport: KpiRapport, months: Sequence[date]) -> KpiRapport:
    def of(gebied: GebiedRapport) -> GebiedRapport:
        return replace(gebied, tellingen_per_maand={month: {} for month in months})

    assert rapport.regio
    return replace(rapport, regio=of(rapport.regio), gemeenten=tuple(of(one) for one in rapport.gemeenten))


def test_the_stock_of_a_correction_is_that_of_the_first_version() -> None:
    old = (Cijfer("Onderzoek", "", "Afgelopen", "20"), Cijfer("Onderzoek", "", "Wacht", "10"))
    new = (
        Cijfer("Onderzoek", "", "Afgelopen", "25"),
        Cijfer("Onderzoek", "", "Wacht", "40"),
        Cijfer("Eerste contact", "", "Oudste (dagen)", "90"),
    )

    merged = Correctie(frozenset()).of(Gebiedscijfers(A, new, ()), Gebiedscijfers(A, old, ()))

    assert [(one.gegeven, one.waarde) for one in merged.termijnen] == [("Afgelopen", "25"), ("Wacht", "10")]


# --- trend and lights --------------------------------------------------------------------------------------------


def test_a_trend_says_what_the_letters_said_and_nothing_of_a_month_without_one() -> None:
    letters = {
        "2026-03": (Cijfer("Meldingen", "", "Aantal", "25"),),
        "2026-02": (Cijfer("Meldingen", "", "Aantal", AFGESCHERMD),),
        "2025-02": (Cijfer("Meldingen", "", "Aantal", "99"),),
        "2026-01": (),
    }

    reeks = trend_of(date(2026, 3, 1), letters)[0]

    assert [punt.maand for punt in reeks.punten][::12] == ["2025-03", "2026-03"]
    assert [punt.waarde for punt in reeks.punten][-4:] == [ONBEKEND, "0", AFGESCHERMD, "25"]


VB = Cijfer("Veiligheidsbeoordeling", "", "Aandeel op tijd", "90 %", "90 %", "70 %")


@pytest.mark.parametrize(
    ("waarde", "vorige", "kleur"),
    [
        pytest.param("90 %", "95 %", Kleur.GROEN, id="the norm itself is enough"),
        pytest.param("80 %", "79 %", Kleur.ORANJE, id="ten points below and better"),
        pytest.param("79 %", "60 %", Kleur.ROOD, id="eleven points below"),
        pytest.param("85 %", "85 %", Kleur.ROOD, id="not better"),
        pytest.param("85 %", ONBEKEND, Kleur.ROOD, id="nothing before to be better than"),
        pytest.param(AFGESCHERMD, "85 %", Kleur.GEEN, id="kept back"),
    ],
)
def test_the_light_of_a_task_with_a_norm_follows_from_what_the_report_shows(
    waarde: str, vorige: str, kleur: Kleur
) -> None:
    light = lights((replace(VB, waarde=waarde, vorige=vorige),), {})[0]

    assert (light.opgave, light.kleur) == ("veiligheidsbeoordeling-op-tijd", kleur)


def test_of_two_figures_the_worst_decides_and_an_editor_never_overrules_a_figure() -> None:
    figures = (
        Cijfer("Onderzoek", "", "Aandeel op tijd", "95 %", "80 %", "70 %"),
        Cijfer("Voorwaarden en vervolg", "", "Aandeel op tijd", "40 %", "80 %", "60 %"),
    )

    found = {one.opgave: one for one in lights(figures, {"onderzoek-op-tijd": Oordeel(Kleur.GROEN, "Toch.")})}

    assert found["onderzoek-op-tijd"].kleur is Kleur.ROOD
    assert "40 % op tijd, in de periode ervoor 60 %; de norm is 80 %" in found["onderzoek-op-tijd"].waarom


def test_a_task_without_a_figure_has_the_colour_and_the_reason_of_an_editor_or_none() -> None:
    found = {one.opgave: one for one in lights((), {"plegeraanpak": Oordeel(Kleur.ORANJE, "Twee zijn begonnen.")})}

    assert (found["plegeraanpak"].kleur, found["plegeraanpak"].waarom) == (Kleur.ORANJE, "Twee zijn begonnen.")
    assert found["lokale-teams"].kleur is Kleur.GEEN


# --- goals -------------------------------------------------------------------------------------------------------


def test_the_figure_of_a_goal_is_kept_back_like_any_other_and_stays_so_in_a_correction() -> None:
    def goals(counts: Mapping[str, int]) -> dict[str, DoelCijfer]:
        kinds: Counts = {
            (Meting.TELLING, naam, kind): number
            for name, number in counts.items()
            for naam, _, kind in [name.partition(":")]
        }
        rapport = report({A: kinds, B: dict.fromkeys(kinds, 40), C: dict.fromkeys(kinds, 50)}, fasen=TermijnSoort)
        openbaar, found = public_of(rapport, counts_in(HALFJAAR)), find_area(rapport, A)
        assert found is not None
        return {one.indicator: one for one in goal_figures(found, openbaar, DEFAULT_SETTINGS)}

    hulp = {"hulpPerAfloop:afgerond": 45, "hulpPerAfloop:gestopt": 15}
    first = goals({"hermeldingen": 3, "dagenTotHulp:9": 4, **hulp})
    later = goals({"hermeldingen": 9, "dagenTotHulp:9": 6, "hulpPerAfloop:afgerond": 30, "hulpPerAfloop:gestopt": 30})
    corrected = corrected_goals(tuple(later.values()), tuple(first.values()), frozenset({"telling:hulpPerAfloop"}))

    names = (
        "Hermeldingen",
        "Dagen van vraag om hulp tot begin van hulp",
        "Hulp die is afgerond, van alle beeindigde hulp",
    )
    shown = {one.indicator: one.waarde for one in corrected}
    assert [first[name].waarde for name in names] == [AFGESCHERMD, AFGESCHERMD, "75 %"]
    assert [later[name].waarde for name in names] == ["10", "9", "50 %"]
    assert [shown[name] for name in names] == [AFGESCHERMD, AFGESCHERMD, "75 %"]
