"""Whose birth date decides until when a file is kept, also when only a part of it is known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.bewaren import youngest_birth_date


@pytest.mark.parametrize(
    ("geboortedata", "youngest"),
    [
        ([], None),
        ([None, None], None),
        (["1990-02-01", "2019-05-05", None], date(2019, 5, 5)),
        (["2019-05-05", "2019"], date(2019, 12, 31)),
        (["2024-02"], date(2024, 2, 29)),
        (["2023-02", "2023-02-27"], date(2023, 2, 28)),
        (["2023-12"], date(2023, 12, 31)),
    ],
)
def test_the_youngest_of_all_counts_at_the_latest_day_that_is_possible(
    geboortedata: list[str | None], youngest: date | None
) -> None:
    assert youngest_birth_date(geboortedata) == youngest


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_knowing_less_of_a_date_never_makes_it_earlier(born: date, known: int) -> None:
    told = youngest_birth_date([born.isoformat()[:known]])

    assert told is not None
    assert told >= born
