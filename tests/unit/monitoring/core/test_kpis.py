"""What a casus adds to the figures, and how a figure is read from its cells."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.monitoring.api.kpis import formula_safe, prefers_csv
from services.monitoring.domain.fold import fold
from services.monitoring.domain.kpis import (
    Cell,
    FaseCijfers,
    KpiKey,
    Meting,
    contributions,
    difference,
    month_due,
    months_between,
    percentile,
    report_area,
)
from services.monitoring.domain.meldingtellingen import GEEN_GEMEENTE, MELDCODE
from shared.rules.codes import (
    AdviesSoort,
    HandelingSoort,
    MelderCategorie,
    MelderSoort,
    OmzettingReden,
    TermijnSoort,
    Uitkomst,
)
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import GEMEENTE, Chain, ams

VB = TermijnSoort.VEILIGHEIDSBEOORDELING
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def cells(chain: Chain) -> dict[KpiKey, int]:
    return dict(contributions(fold(chain.facts, DEFAULT_SETTINGS)))


def cell(chain: Chain, meting: Meting, month: date, naam: str = VB.value, waarde: str = "") -> int:
    return cells(chain).get(KpiKey(meting, GEMEENTE, month, naam, waarde), 0)


def decided(received: str, at: str | None) -> Chain:
    chain = Chain()
    melding = chain.melding(ams(received))
    if at:
        chain.besluit(melding, ams(at))
    return chain


def test_a_term_that_ends_at_midnight_belongs_to_the_month_that_ends_there() -> None:
    assert month_due(ams("2026-04-01 00:00")) == MARCH
    assert month_due(ams("2026-04-01 00:01")) == APRIL


@pytest.mark.parametrize(
    ("at", "meting"),
    [("2026-03-31 23:59:59", Meting.GEHAALD), ("2026-04-01 00:00", Meting.TE_LAAT)],
)
def test_a_besluit_on_the_last_moment_is_in_time_and_one_at_midnight_is_late(at: str, meting: Meting) -> None:
    chain = decided("2026-03-24 10:00", at)  # due on Tuesday 31 March

    assert cell(chain, meting, MARCH) == 1
    assert sum(cell(chain, other, MARCH) for other in (Meting.GEHAALD, Meting.TE_LAAT, Meting.OPEN_TE_LAAT)) == 1


def test_a_besluit_before_a_date_in_the_next_month_counts_there() -> None:
    chain = decided("2026-03-27 10:00", "2026-03-30 10:00")

    assert cell(chain, Meting.GEHAALD, APRIL) == 1
    assert cell(chain, Meting.DOORLOOPTIJD, MARCH, waarde="3") == 1


def test_the_month_is_the_dutch_month_when_utc_is_still_in_the_one_before() -> None:
    chain = decided("2026-04-01 00:30", None)

    assert cell(chain, Meting.TELLING, APRIL, "meldingen") == 1
    assert cell(chain, Meting.VOORRAAD, date(2026, 4, 1)) == 1


def test_open_and_late_counts_as_late_from_the_moment_that_it_was_told() -> None:
    chain = decided("2026-03-02 10:00", None)
    (clock,) = [clock for clock in fold(chain.facts, DEFAULT_SETTINGS).termijnen if clock.soort is VB]
    before = cell(chain, Meting.OPEN_TE_LAAT, MARCH)

    chain.verstreken(clock)
    told = cell(chain, Meting.OPEN_TE_LAAT, MARCH)
    chain.besluit(clock.melding_id, ams("2026-03-20 10:00"))

    assert (before, told) == (0, 1)
    assert (cell(chain, Meting.OPEN_TE_LAAT, MARCH), cell(chain, Meting.TE_LAAT, MARCH)) == (0, 1)


def test_what_became_pointless_in_time_is_not_counted_and_after_its_date_it_is_late() -> None:
    in_time, late = Chain(), Chain()
    for chain, days in ((in_time, 0), (late, 1)):
        melding = chain.melding(ams("2026-03-02 10:00"))
        chain.besluit(melding, ams("2026-03-02 12:00") + timedelta(days=days), Uitkomst.NIET_ONTVANKELIJK)

    acuut = TermijnSoort.ACUUTCHECK.value
    assert (cell(in_time, Meting.GEHAALD, MARCH, acuut), cell(in_time, Meting.TE_LAAT, MARCH, acuut)) == (0, 0)
    assert cell(late, Meting.TE_LAAT, MARCH, acuut) == 1


def test_the_lead_time_counts_dutch_days_over_the_change_of_the_clock() -> None:
    chain = decided("2026-03-28 23:30", "2026-03-30 00:30")

    assert cell(chain, Meting.DOORLOOPTIJD, MARCH, waarde="2") == 1


def test_each_thing_is_counted_where_and_when_it_happened() -> None:
    chain = Chain()
    melding = chain.melding(ams("2026-03-02 10:00"), hermelding=True)
    chain.besluit(melding, ams("2026-03-31 10:00"), Uitkomst.OVERDRACHT)
    overdracht = chain.bied_aan(melding, ams("2026-03-31 10:00"))
    chain.accepteer(melding, overdracht, ams("2026-04-01 10:00"))
    chain.eerste_contact(melding, overdracht, ams("2026-04-03 09:00"))
    chain.handeling(melding, HandelingSoort.BETROKKENEN_GEINFORMEERD, ams("2026-04-03 09:00"))

    counted = {
        (key.dag, key.naam, key.waarde): aantal for key, aantal in cells(chain).items() if key.meting == Meting.TELLING
    }

    assert counted == {
        (MARCH, "meldingen", ""): 1,
        (MARCH, "casussen", ""): 1,
        (MARCH, "personen", ""): 2,
        (MARCH, "hermeldingen", ""): 1,
        (MARCH, "veiligheidPerBesluit", "niet-onveilig"): 1,
        (MARCH, "meldingenPerMelderCategorie", "justitie-en-veiligheid"): 1,
        (MARCH, "zonderMeldcode", "justitie-en-veiligheid"): 1,
        (MARCH, "uitkomsten", "overdracht"): 1,
        (MARCH, "overdrachtenPerBestemming", "lokaal-veld"): 1,
        (APRIL, "overdrachtenGeaccepteerd", ""): 1,
        (APRIL, "dagenTotEersteContact", "2"): 1,
    }


def test_an_advies_without_municipality_counts_for_the_region_only() -> None:
    chain = Chain()

    chain.advies(ams("2026-03-02 10:00"))

    assert {key.gemeente_code for key in cells(chain)} == {GEEN_GEMEENTE}
    assert cells(chain)[KpiKey(Meting.TELLING, GEEN_GEMEENTE, MARCH, "adviezen", "")] == 1


def counted(chain: Chain, *namen: str) -> dict[tuple[str, str], int]:
    return {(key.naam, key.waarde): aantal for key, aantal in cells(chain).items() if key.naam in namen}


@pytest.mark.parametrize("soort", AdviesSoort)
def test_an_advies_is_counted_by_its_kind_its_channel_and_who_asked(soort: AdviesSoort) -> None:
    chain = Chain()

    chain.advies(ams("2026-03-02 10:00"), soort, kanaal="chat", gemeente_code=GEMEENTE)

    assert cells(chain) == {
        KpiKey(Meting.TELLING, GEMEENTE, MARCH, naam, waarde): 1
        for naam, waarde in (
            ("adviezen", ""),
            ("adviezenPerSoort", soort.value),
            ("adviezenPerKanaal", "chat"),
            ("adviezenPerAdviesvragerCategorie", "anders"),
        )
    }


@pytest.mark.parametrize("reden", OmzettingReden)
@pytest.mark.parametrize("crossed", [False, True])
def test_an_omzetting_counts_by_its_reason_where_the_advies_was_given_in_the_month_in_which_it_became_a_melding(
    reden: OmzettingReden, crossed: bool
) -> None:
    chain = Chain()
    chain.advies(ams("2026-03-31 10:00"), gemeente_code=GEMEENTE)
    chain.omgezet(ams("2026-04-01 10:00"), reden)
    chain.facts.sort(key=lambda fact: fact.time, reverse=crossed)
    twice = [*chain.facts, *chain.facts]

    assert cell(chain, Meting.TELLING, APRIL, "adviesOmzettingen", reden.value) == 1
    assert contributions(fold(twice, DEFAULT_SETTINGS)) == contributions(fold(chain.facts, DEFAULT_SETTINGS))


@pytest.mark.parametrize(
    ("volledig", "naam"), [(True, "meldcodeVolledig"), (False, "meldcodeOnvolledig"), (None, "zonderMeldcode")]
)
def test_the_meldcode_of_professionals_is_counted_by_sector_and_of_others_not(volledig: bool | None, naam: str) -> None:
    chain = Chain()
    chain.melding(ams("2026-03-02 10:00"), categorie=MelderCategorie.GGZ, meldcode_volledig=volledig)
    chain.melding(ams("2026-03-02 11:00"), melder_soort=MelderSoort.OMSTANDER, meldcode_volledig=volledig)

    assert counted(chain, *MELDCODE.values()) == {(naam, "ggz"): 1}


def test_a_difference_is_sorted_and_holds_only_what_changed() -> None:
    a, b, c = (KpiKey("gestart", GEMEENTE, MARCH, naam, "") for naam in "abc")

    delta = difference(Counter({a: 1, c: 2}), Counter({b: 3, a: 1}))

    assert list(delta.items()) == [(b, 3), (c, -2)]


@pytest.mark.parametrize(
    ("histogram", "median", "p90"),
    [
        ({}, None, None),
        ({4: 1}, 4, 4),
        ({1: 1, 2: 1}, 1, 2),
        ({1: 5, 2: 4, 30: 1}, 1, 2),
        ({1: 4, 2: 4, 30: 2}, 2, 30),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(
    histogram: dict[int, int], median: int | None, p90: int | None
) -> None:
    assert (percentile(histogram, 0.5), percentile(histogram, 0.9)) == (median, p90)


def test_the_percentage_takes_all_that_fell_due() -> None:
    figures = FaseCijfers(gestart=9, gehaald=2, te_laat=1, open_te_laat=1, mediaan_dagen=None, p90_dagen=None)
    nothing = FaseCijfers(gestart=9, gehaald=0, te_laat=0, open_te_laat=0, mediaan_dagen=None, p90_dagen=None)

    assert (figures.vervallen, figures.percentage_op_tijd) == (4, 50.0)
    assert nothing.percentage_op_tijd is None


def test_months_are_inclusive_on_both_ends() -> None:
    assert months_between(date(2025, 12, 1), date(2026, 2, 1)) == (
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    )
    assert months_between(APRIL, MARCH) == ()


def test_an_area_adds_its_months_and_shows_the_age_of_what_waits() -> None:
    def made(meting: Meting, dag: date, aantal: int, waarde: str = "", gemeente: str = GEMEENTE) -> Cell:
        return Cell(KpiKey(meting, gemeente, dag, VB.value, waarde), aantal)

    given = [
        made(Meting.GEHAALD, MARCH, 3),
        made(Meting.OPEN_TE_LAAT, APRIL, 1),
        made(Meting.GEHAALD, APRIL, 7, gemeente="0613"),
        made(Meting.DOORLOOPTIJD, MARCH, 3, "4"),
        made(Meting.VOORRAAD, date(2026, 4, 1), 2),
        made(Meting.VOORRAAD, date(2026, 4, 20), 3),
    ]

    area = report_area(
        given,
        gemeente_code=GEMEENTE,
        months=[MARCH, APRIL],
        fasen=[VB],
        settings=DEFAULT_SETTINGS,
        today=date(2026, 4, 21),
    )

    (fase,) = area.fasen
    assert (fase.totaal.gehaald, fase.totaal.open_te_laat, fase.totaal.percentage_op_tijd) == (3, 1, 75.0)
    assert fase.maanden[APRIL].gehaald == 0
    assert (fase.voorraad.aantal, fase.voorraad.oudste_dagen, fase.voorraad.mediaan_dagen) == (5, 20, 1)
    assert fase.norm == 90


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", False),
        ("application/json", False),
        ("text/csv", True),
        ("text/csv, */*;q=0.1", True),
        ("application/json, text/csv;q=0.5", False),
        ("application/json;q=0.4, text/csv", True),
        ("text/html", False),
        ("text/csv;q=0", False),
    ],
)
def test_csv_is_given_to_who_wants_it_more(*, accept: str, expected: bool) -> None:
    assert prefers_csv(accept) is expected


@pytest.mark.parametrize("cell_text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell_text: str) -> None:
    assert formula_safe(cell_text) == f"'{cell_text}"
    assert formula_safe("12") == "12"


def test_ids_stay_out_of_the_cells() -> None:
    chain = decided("2026-03-02 10:00", "2026-03-03 10:00")
    ids = {str(chain.casus_id), *(str(value) for fact in chain.facts for value in (fact.id,))}

    assert not any(isinstance(part, UUID) or str(part) in ids for key in cells(chain) for part in key)
