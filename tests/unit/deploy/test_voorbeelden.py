"""The example of a letter is what the code makes today, and holds what a screen reader needs."""

from deploy.voorbeelden import PERIODE, VOORBEELD, voorbeeld
from services.monitoring.api.rapportgrafiek import draw, number_of
from services.monitoring.api.rapportvormen import as_pdf, in_dutch, view_of
from services.monitoring.domain.monitorbrief import AFGESCHERMD
from services.monitoring.domain.rapport import ONBEKEND, content_of, fingerprint, report_of, trend_months


def test_the_example_is_what_the_code_makes() -> None:
    made = as_pdf(voorbeeld())

    assert made == VOORBEELD.read_bytes(), "python -m deploy.voorbeelden"
    assert all(mark in made for mark in (b"/StructTreeRoot", b"pdfuaid:part", b"/Lang"))


def test_a_report_is_the_same_after_it_was_kept() -> None:
    rapport = voorbeeld().rapport
    content = content_of(rapport)

    assert report_of(content) == rapport
    assert fingerprint(content) == fingerprint(content_of(report_of(content)))


def test_a_reader_gets_dutch_numbers_and_every_month_of_the_trend() -> None:
    view = view_of(voorbeeld())

    assert [in_dutch(text) for text in ("12345", "79 %", AFGESCHERMD)] == ["12.345", "79\u00a0%", AFGESCHERMD]
    assert view["titel"] == "Monitorbrief maart 2026"
    assert view["staat"] == "Versie 1, vastgesteld op woensdag 1 april 2026"
    assert (view["maanden"][0], view["maanden"][-1]) == ("maart 2025", "maart 2026")
    assert len(trend_months(PERIODE.tot)) == len(view["trend"][0]["waarden"]) == 13


def test_a_chart_draws_what_may_be_read_and_a_box_of_one_height_for_what_is_kept_back() -> None:
    small, large = draw(["10", AFGESCHERMD, ONBEKEND]), draw(["40", AFGESCHERMD, ONBEKEND])

    assert [number_of(text) for text in ("10", "79 %", AFGESCHERMD, ONBEKEND, "1.5")] == [10, 79, None, None, None]
    assert small == large
    assert (small.count("<rect"), small.count("stroke-dasharray")) == (2, 1)
