"""The meldcode: what of it is missing, what is remarkable about it, and that nothing of it refuses a melding."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.meldcode import (
    _STAP,
    GEBONDEN,
    KINDCHECK,
    AfwegingUitkomst,
    MeldcodeStap,
    Ontbreekt,
    check_volledigheid,
    find_future,
    find_opmerkingen,
    is_volledig,
    shown_volledigheid,
)
from services.intake.schemas.meldcode import Meldcode
from shared.rules.codes import MelderCategorie, MelderSoort

GGZ, SCHOOL = MelderCategorie.GGZ, MelderCategorie.ONDERWIJS_EN_KINDEROPVANG
PROFESSIONAL = MelderSoort.PROFESSIONAL
KADER = {"vermoedenGegrond": True, "acuutOfStructureelOnveilig": True, "uitkomst": "melden"}


def sent(**changes: object) -> dict[str, Any]:
    steps = {stap.value: {"gezet": True, "op": f"2026-02-{10 + nr}"} for nr, stap in enumerate(MeldcodeStap)}
    return {**steps, "afwegingskader": KADER, "kindcheck": {"gedaan": True, "kinderen": 2}, **changes}


def missing(body: dict[str, Any], categorie: MelderCategorie = GGZ) -> set[str]:
    return set(check_volledigheid(Meldcode.model_validate(body).to_domain(), categorie).ontbreekt)


def test_every_step_and_every_sector_has_its_row() -> None:
    assert set(_STAP) == set(MeldcodeStap)
    assert set(GEBONDEN) == set(KINDCHECK) == set(MelderCategorie)


def test_five_steps_a_weighed_outcome_and_a_kindcheck_are_complete() -> None:
    assert missing(sent()) == set()
    assert is_volledig(Meldcode.model_validate(sent()).to_domain(), PROFESSIONAL, GGZ) is True


@pytest.mark.parametrize("stap", MeldcodeStap)
@pytest.mark.parametrize("left_out", [None, {"gezet": False}, {"gezet": False, "toelichting": "Het gezin hield af."}])
def test_a_step_that_was_not_taken_is_missed_also_when_it_is_explained(stap: MeldcodeStap, left_out: object) -> None:
    assert missing(sent(**{stap.value: left_out})) == {f"stap-{stap}"}


def test_nothing_at_all_misses_the_steps_the_first_question_the_outcome_and_the_kindcheck() -> None:
    assert missing({}) == {
        *(f"stap-{stap}" for stap in MeldcodeStap),
        "afwegingskader-vermoeden-gegrond",
        "afwegingskader-uitkomst",
        "kindcheck",
    }


def test_a_school_that_has_the_child_before_it_needs_no_kindcheck() -> None:
    body = sent(kindcheck=None)

    assert (missing(body, GGZ), missing(body, SCHOOL)) == ({"kindcheck"}, set())


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, Ontbreekt.VERMOEDEN),
        ({"vermoedenGegrond": False}, None),
        ({"vermoedenGegrond": True}, Ontbreekt.ONVEILIG),
        ({"vermoedenGegrond": True, "acuutOfStructureelOnveilig": True}, None),
        ({"vermoedenGegrond": True, "acuutOfStructureelOnveilig": False}, Ontbreekt.ZELF_HULP),
        (
            {"vermoedenGegrond": True, "acuutOfStructureelOnveilig": False, "zelfHulpMogelijk": True},
            Ontbreekt.AANVAARD,
        ),
        (
            {
                "vermoedenGegrond": True,
                "acuutOfStructureelOnveilig": False,
                "zelfHulpMogelijk": True,
                "hulpAanvaard": True,
            },
            Ontbreekt.EFFECTIEF,
        ),
    ],
)
def test_a_question_of_the_afwegingskader_is_missed_when_the_answers_before_it_lead_there(
    answers: dict[str, bool], asked: Ontbreekt | None
) -> None:
    assert missing(sent(afwegingskader={**answers, "uitkomst": "melden"})) == ({asked} if asked else set())


@pytest.mark.parametrize(
    ("onveilig", "zelf", "aanvaard", "uitkomst"),
    list(product((True, False), (True, False), (True, False), AfwegingUitkomst)),
)
def test_another_decision_than_the_norm_is_remarked(
    onveilig: bool,
    zelf: bool,
    aanvaard: bool,
    uitkomst: AfwegingUitkomst,
) -> None:
    kader = {
        "vermoedenGegrond": True,
        "acuutOfStructureelOnveilig": onveilig,
        "zelfHulpMogelijk": zelf,
        "hulpAanvaard": aanvaard,
        "uitkomst": uitkomst.value,
    }

    found = {
        code
        for code, _ in find_opmerkingen(Meldcode.model_validate(sent(afwegingskader=kader)).to_domain(), PROFESSIONAL)
    }

    norm_is_to_report = onveilig or not zelf or not aanvaard
    assert found == ({"meldcode-uitkomst"} if norm_is_to_report and "melden" not in uitkomst else set())


def test_a_step_before_an_earlier_one_is_remarked_and_one_tomorrow_is_found() -> None:
    body = sent(overleg={"gezet": True, "op": "2026-02-01"}, beslissing={"gezet": True, "op": "2026-03-03"})
    meldcode = Meldcode.model_validate(body).to_domain()

    assert list(find_opmerkingen(meldcode, PROFESSIONAL)) == [("meldcode-volgorde", "/meldcode/overleg/op")]
    assert list(find_future(meldcode, date(2026, 3, 2))) == [MeldcodeStap.BESLISSING]
    assert list(find_future(meldcode, date(2026, 3, 3))) == []


@pytest.mark.parametrize("soort", [soort for soort in MelderSoort if soort is not PROFESSIONAL])
def test_of_who_is_no_professional_it_is_remarked_and_not_judged(soort: MelderSoort) -> None:
    meldcode = Meldcode.model_validate(sent()).to_domain()

    assert list(find_opmerkingen(meldcode, soort)) == [("meldcode-geen-professional", "/meldcode")]
    assert is_volledig(meldcode, soort, GGZ) is None
    assert shown_volledigheid(meldcode, soort, GGZ) is None


@pytest.mark.parametrize("categorie", MelderCategorie)
def test_a_professional_who_sends_nothing_misses_everything_where_the_law_binds_him(categorie: MelderCategorie) -> None:
    shown = shown_volledigheid(None, PROFESSIONAL, categorie)

    assert (shown is not None and not shown.volledig) == GEBONDEN[categorie]
    assert is_volledig(None, PROFESSIONAL, categorie) is None


@given(
    st.dictionaries(st.sampled_from(MeldcodeStap), st.booleans()),
    st.booleans(),
    st.sampled_from(MelderCategorie),
)
def test_more_that_was_done_never_misses_more(
    steps: dict[MeldcodeStap, bool], done: bool, categorie: MelderCategorie
) -> None:
    body: dict[str, Any] = {stap.value: {"gezet": gezet} for stap, gezet in steps.items()}
    more = {stap.value: {"gezet": True} for stap in steps}

    assert missing(more | {"kindcheck": {"gedaan": True}}, categorie) <= missing(
        body | {"kindcheck": {"gedaan": done}}, categorie
    )
