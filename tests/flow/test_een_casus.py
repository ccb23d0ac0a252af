"""The story of one casus (docs/een-casus.md) is run as it is told, from the melding of the police to the end."""

from collections.abc import Iterator

import pytest

from deploy.generated import PROJECT
from tests.flow.house import House, running_house
from tests.flow.story import Telling, calls, matches, read_story

STORY = PROJECT / "docs" / "een-casus.md"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("casus"), SIMULATED="1") as made:
        yield made


def test_the_story_of_one_casus_happens_as_it_is_told(house: House) -> None:
    steps = read_story(STORY.read_text())
    telling = Telling(house)

    for step in steps:
        telling.tell(step)

    assert {"casusId", "meldingId"} <= telling.known.keys()
    assert len(list(calls(steps))) > 40


@pytest.mark.parametrize(
    ("expected", "found", "fits"),
    [
        pytest.param({"a": 1}, {"a": 1, "b": 2}, True, id="more-than-expected"),
        pytest.param({"a": 1}, {"a": 2}, False, id="another-value"),
        pytest.param({"a": True}, {"a": 1}, False, id="another-kind"),
        pytest.param({"a": None}, {}, False, id="missing"),
        pytest.param([{"a": 1}], [{"a": 2}, {"a": 1}], True, id="somewhere-in-the-list"),
        pytest.param([{"a": 1}], [], False, id="nothing-in-the-list"),
        pytest.param({"a": "<x>", "b": "<x>"}, {"a": "1", "b": "1"}, True, id="one-word-one-value"),
        pytest.param({"a": "<x>", "b": "<x>"}, {"a": "1", "b": "2"}, False, id="one-word-two-values"),
    ],
)
def test_an_answer_that_does_not_hold_what_the_story_says_is_seen(expected: object, found: object, fits: bool) -> None:
    assert matches(expected, found, {}) is fits


def test_an_answer_without_a_question_and_a_question_of_nobody_are_seen() -> None:
    with pytest.raises(ValueError, match="without a question"):
        read_story("```json\n{}\n```\n")
    with pytest.raises(ValueError, match="nobody"):
        read_story("```http\nGET intake /v1/toestand\n```\n")
