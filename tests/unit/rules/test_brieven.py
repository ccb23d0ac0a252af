"""The letters are readable, say what they must, and hide what they must."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.behandelcodes import BriefAan, BriefSoort
from shared.rules.brieven import SJABLONEN, TELEFOON, VAN_CONCLUSIE, VAN_UITKOMST, fill
from shared.rules.codes import Uitkomst

WORDS_MEAN_MAX = 15
WORDS_MAX = 25
# From the lists of hard words of communicatierijk.nl, as far as they come near to our subject.
HARD = re.compile(
    r"\b(derhalve|teneinde|desalniettemin|middels|conform|inzake|betreffende|dienaangaande|onderhavig\w*|alsmede|"
    r"voornoemd\w*|krachtens|jegens|ingevolge|omtrent|tevens|indien|verstrekken|bewerkstelligen|geschieden|"
    r"directbetrokkene\w*|veiligheidsbeoordeling|terugkoppeling|ontvankelijk|dossierrechten|aanhangig|rechtmatig)\b",
    re.IGNORECASE,
)
PASSIVE = re.compile(r"\b(wordt|worden|werd|werden)\b", re.IGNORECASE)
KINDEREN = {BriefSoort.KIND_ONTVANGST, BriefSoort.JONGERE_ONTVANGST}
VALUES = {"ontvangen_op": "3 maart 2026", "besloten_op": "9 maart 2026", "motivering": ""}


def texts() -> list[tuple[str, str]]:
    """Every letter as it is made, once for every uitkomst where it tells one."""
    made = []
    for soort, sjabloon in SJABLONEN.items():
        for uitkomst, (besluit, vervolg) in VAN_UITKOMST.items():
            made.append((f"{soort} {uitkomst}", fill(soort, {**VALUES, "uitkomst": besluit, "vervolg": vervolg})))
            if "{uitkomst}" not in sjabloon.tekst:
                break
    return made


def sentences(text: str) -> list[list[str]]:
    lines = [line for line in text.split("\n") if line and not line.startswith(("[", "Kenmerk", "Veilig Thuis"))]
    found = [re.findall(r"[\w'-]+", part) for line in lines for part in re.split(r"[.?!:]+\s|[.?!]$", line)]
    return [words for words in found if words]


ALL = texts()


@pytest.mark.parametrize(("name", "text"), ALL, ids=[name for name, _ in ALL])
def test_a_letter_is_written_in_plain_dutch(name: str, text: str) -> None:
    lengths = [len(words) for words in sentences(text)]

    assert sum(lengths) / len(lengths) <= WORDS_MEAN_MAX
    assert max(lengths) <= WORDS_MAX
    assert HARD.findall(text) == []
    assert PASSIVE.findall(text) == []


@pytest.mark.parametrize(("name", "text"), ALL, ids=[name for name, _ in ALL])
def test_a_letter_says_what_we_know_what_happens_what_you_can_do_and_whom_to_call(name: str, text: str) -> None:
    for heading in ("Wat weten wij?", "Wat gebeurt er nu?", "Wat ku", "Wie ku"):
        assert f"## {heading}" in text
    assert TELEFOON in text
    assert "{" not in text


@pytest.mark.parametrize(
    "soort", [one for one in BriefSoort if SJABLONEN[one].aan in {BriefAan.BETROKKENE, BriefAan.MELDER}]
)
def test_who_is_written_about_reads_his_rights(soort: BriefSoort) -> None:
    text = SJABLONEN[soort].tekst

    assert ("## Wat zijn jouw rechten?" if soort in KINDEREN else "## Wat zijn uw rechten?") in text


@pytest.mark.parametrize("soort", list(BriefSoort))
def test_no_template_tells_who_reported(soort: BriefSoort) -> None:
    places = set(re.findall(r"\{(\w+)\}|\[(\w+)\]", SJABLONEN[soort].tekst))

    assert {a or b for a, b in places} <= {
        "naam", "adres", "kenmerk", "ontvangen_op", "besloten_op", "uitkomst", "vervolg", "motivering", "aanvullingen",
    }  # fmt: skip
    if SJABLONEN[soort].aan is BriefAan.BETROKKENE:
        assert not re.search(r"melder|politie|school|huisarts", SJABLONEN[soort].tekst, re.IGNORECASE)


def test_only_what_goes_to_the_family_or_the_helpers_can_be_added_to() -> None:
    assert {sjabloon.aan for sjabloon in SJABLONEN.values() if sjabloon.aanvulbaar} == {
        BriefAan.BETROKKENE,
        BriefAan.LOKAAL_VELD,
    }


def test_a_refuted_melding_points_to_destruction() -> None:
    assert "recht op vernietiging van het dossier" in SJABLONEN[BriefSoort.BETROKKENE_WEERLEGD].tekst


def test_a_child_is_spoken_to_as_a_child_and_is_told_that_it_did_nothing_wrong() -> None:
    child = SJABLONEN[BriefSoort.KIND_ONTVANGST].tekst

    assert "Jij hebt niets fout gedaan." in child
    assert not re.search(r"\b(u|uw)\b", child)
    assert not re.search(r"\b(u|uw)\b", SJABLONEN[BriefSoort.JONGERE_ONTVANGST].tekst)


def test_every_letter_and_every_uitkomst_has_a_text() -> None:
    assert set(SJABLONEN) == set(BriefSoort)
    assert set(VAN_UITKOMST) == set(Uitkomst)
    assert all(SJABLONEN[soort].aan is BriefAan.BETROKKENE for soort in VAN_CONCLUSIE)


@given(st.lists(st.text(min_size=1).filter(str.strip), max_size=4))
def test_what_is_added_stands_in_the_letter_as_it_was_written(added: list[str]) -> None:
    text = fill(BriefSoort.BETROKKENE_ONTVANGST, VALUES, aanvullingen=added)

    assert "\n\n".join(added).strip() in text


def test_braces_in_what_is_added_are_no_places() -> None:
    text = fill(BriefSoort.BETROKKENE_ONTVANGST, VALUES, aanvullingen=["{besloten_op}"])

    assert "{besloten_op}" in text
    assert "9 maart 2026" not in text


def test_a_paragraph_without_its_value_is_left_out() -> None:
    assert "\n\n\n" not in fill(BriefSoort.BETROKKENE_BEVESTIGD, VALUES)
