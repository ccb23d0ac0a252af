"""Instruments as data, and the answers that fit them."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain.instrumenten import (
    Aanwijzing,
    Catalogus,
    FrameError,
    InstrumentVersie,
    Schaal,
    TonenAls,
    Vraag,
    VraagSoort,
    WijstOp,
    build_catalogus,
    find_answer_faults,
    find_instrument_faults,
    is_put,
    suggest,
)
from services.triage.handlers.instrumenten import load_catalogus

B = Vraag(id="B", tekst="Ernstig?", soort=VraagSoort.JA_NEE, wijst_op=WijstOp((True,), structureel=True))
C = Vraag(
    id="C",
    tekst="Schadelijk?",
    soort=VraagSoort.JA_NEE,
    tonen_als=TonenAls("B", (False,)),
    wijst_op=WijstOp((True,), acuut=True),
)
CIJFER = Vraag(id="cijfer", tekst="Hoe veilig?", soort=VraagSoort.SCHAAL, schaal=Schaal(0, 10))
KEUZE = Vraag(id="a/b", tekst="Welke?", soort=VraagSoort.KEUZE, keuzes=("laag", "hoog"))
TEKST = Vraag(id="waarom", tekst="Waarom?", soort=VraagSoort.TEKST, verplicht=False)
VERSIE = InstrumentVersie(
    id="proef",
    versie="1",
    titel="Proef",
    bron="test",
    eigen_bewerking="alles",
    geverifieerd=False,
    geldig_van=date(2020, 1, 1),
    vragen=(B, C, CIJFER, KEUZE, TEKST),
)
CATALOGUS: Catalogus = build_catalogus((VERSIE, replace(VERSIE, versie="2", geldig_van=date(2025, 1, 1))))
GOOD: dict[str, Any] = {"B": True, "cijfer": 3, "a/b": "laag"}


def faults(antwoorden: dict[str, Any]) -> dict[str, str]:
    return dict(find_answer_faults(VERSIE, antwoorden, ""))


def test_answers_that_fit_have_no_faults() -> None:
    assert faults(GOOD) == {}
    assert faults({**GOOD, "waarom": "daarom"}) == {}


def test_c_may_be_left_out_after_b_is_yes_and_not_after_no() -> None:
    assert faults({**GOOD, "B": False}) == {"/C": "moet worden beantwoord"}
    assert faults({**GOOD, "B": False, "C": True}) == {}
    assert faults({**GOOD, "B": True, "C": True}) == {}


def test_every_fault_is_told_at_once_and_nothing_that_was_sent() -> None:
    found = faults({"B": "ja", "cijfer": 11, "a/b": "geheim-woord", "waarom": " ", "geheime vraag": 1})

    assert set(found) == {"", "/B", "/cijfer", "/a~1b", "/waarom"}
    assert "geheim" not in str(found)
    assert "0 tot en met 10" in found["/cijfer"]
    assert "laag, hoog" in found["/a~1b"]


@pytest.mark.parametrize("answer", [True, 2.0, "3", -1, 11, None, [3]])
def test_a_schaal_takes_whole_numbers_between_its_ends_only(answer: object) -> None:
    assert "/cijfer" in faults({**GOOD, "cijfer": answer})


@given(st.integers(0, 10))
def test_a_schaal_takes_both_its_ends_and_all_between(cijfer: int) -> None:
    assert faults({**GOOD, "cijfer": cijfer}) == {}


def test_one_is_not_yes() -> None:
    assert is_put(C, {"B": False})
    assert not is_put(C, {"B": 0})
    assert not is_put(C, {})
    assert is_put(B, {})


def test_what_answers_suggest_is_the_sum_of_what_each_suggests() -> None:
    assert suggest(VERSIE, {"B": True}) == Aanwijzing(acuut=False, structureel=True)
    assert suggest(VERSIE, {"B": False, "C": True}) == Aanwijzing(acuut=True, structureel=False)
    assert suggest(VERSIE, {"B": 1}) == Aanwijzing(acuut=False, structureel=False)


def test_a_version_that_is_not_there_is_told_with_those_that_are() -> None:
    assert list(find_instrument_faults(CATALOGUS, "proef", "3", {}, vrij=True)) == [
        ("/instrument/versie", "is er niet; van dit instrument zijn er: 1, 2")
    ]


def test_an_instrument_that_is_not_known_is_taken_as_it_is_or_refused_as_the_region_chose() -> None:
    assert list(find_instrument_faults(CATALOGUS, "ander", "1", ["x"], vrij=True)) == []
    assert list(find_instrument_faults(CATALOGUS, "ander", "1", ["x"], vrij=False)) == [
        ("/instrument/naam", "is er niet; er zijn: proef")
    ]


def test_answers_of_a_known_instrument_are_named() -> None:
    assert [where for where, _ in find_instrument_faults(CATALOGUS, "proef", "1", [1], vrij=True)] == [
        "/instrument/antwoorden"
    ]
    assert list(find_instrument_faults(CATALOGUS, "proef", "2", GOOD, vrij=False)) == []


def test_a_version_holds_from_its_first_day_until_its_last() -> None:
    ended = replace(VERSIE, geldig_tot=date(2021, 1, 1))

    assert [ended.holds_on(date(2019, 12, 31)), ended.holds_on(date(2020, 1, 1))] == [False, True]
    assert [ended.holds_on(date(2020, 12, 31)), ended.holds_on(date(2021, 1, 1))] == [True, False]
    assert VERSIE.holds_on(date(2090, 1, 1))


@pytest.mark.parametrize(
    "vragen",
    [
        pytest.param((B, B), id="a-question-twice"),
        pytest.param((C, B), id="shown-after-a-later-one"),
        pytest.param((replace(KEUZE, keuzes=()),), id="a-choice-of-nothing"),
        pytest.param((replace(B, keuzes=("ja",)),), id="choices-where-none-belong"),
        pytest.param((replace(CIJFER, schaal=None),), id="a-scale-without-ends"),
        pytest.param((replace(B, schaal=Schaal(0, 1)),), id="ends-where-none-belong"),
    ],
)
def test_a_frame_that_cannot_be_answered_is_no_instrument(vragen: tuple[Vraag, ...]) -> None:
    with pytest.raises(FrameError):
        build_catalogus((replace(VERSIE, vragen=vragen),))


def test_a_version_is_there_once() -> None:
    with pytest.raises(FrameError, match="twice"):
        build_catalogus((VERSIE, VERSIE))


# --- the files ---------------------------------------------------------------------------------------------------


def test_the_instruments_that_come_with_this_say_what_is_ours_and_unverified() -> None:
    found = load_catalogus()

    assert set(found) == {"lirik", "rihg", "sash", "triage-instrument-veilig-thuis", "veiligheidstaxatie"}
    for versies in found.values():
        for one in versies:
            assert one.bron
            assert one.eigen_bewerking
            assert not one.geverifieerd


def test_step_c_of_the_triage_instrument_may_be_skipped_after_b() -> None:
    (versie,) = load_catalogus()["triage-instrument-veilig-thuis"]

    assert versie.versie == "0.6"
    assert list(find_answer_faults(versie, {"B": True}, "")) == []
    assert [where for where, _ in find_answer_faults(versie, {"B": False}, "")] == ["/C"]


def test_a_file_that_means_nothing_stops_the_room_before_it_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KETENRADAR_INSTRUMENTEN_MAP", str(tmp_path))
    (tmp_path / "fout.json").write_text(
        '{"id": "x", "versie": "1", "titel": "x", "bron": "x", "eigen_bewerking": "x", "geverifieerd": false,'
        ' "geldig_van": "2031-01-01", "vragen": [{"id": "a", "tekst": "A?", "soort": "tekst", "verplcht": true}]}',
        encoding="utf-8",
    )

    with pytest.raises(FrameError, match="verplcht"):
        load_catalogus()
