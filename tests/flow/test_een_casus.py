"""The story of one casus (docs/een-casus.md) is read as it is written; it is told in ``test_chain``."""

import pytest

from tests.flow.story import matches, read_story


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
