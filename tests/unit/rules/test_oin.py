"""What an OIN looks like, by the register from which its number comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.bsn import is_valid_bsn
from shared.rules.oin import LENGTE, PREFIX, REGISTERS, find_oin_fault

RSIN = "00000001" + "123456782" + "000"


@pytest.mark.parametrize(
    "oin",
    [
        RSIN,
        "00000002" + "111222333" + "000",
        "00000003" + "27365323" + "0000",
        "00000004" + "123456789" + "000",
        "00000006" + "000000012" + "000",
        "00000007000" + "25BE" + "00000",
        "00000009" + "90000382" + "0000",
    ],
)
def test_a_number_of_a_register_with_zeros_up_to_twenty_is_an_oin(oin: str) -> None:
    assert find_oin_fault(oin, test=False) is None


@pytest.mark.parametrize(
    ("oin", "word"),
    [
        ("", "twintig"),
        (RSIN[:-1], "twintig"),
        (RSIN + "0", "twintig"),
        ("0000000112345678200a", "twintig"),
        ("\u0660" * LENGTE, "twintig"),
        ("00000005" + "123456782" + "000", "geen register"),
        ("99999999" + "000000001000", "geen register"),
        ("00000001" + "123456789" + "000", "elfproef"),
        ("00000001" + "123456782" + "001", "nullen"),
        ("00000003" + "27365323" + "0001", "nullen"),
        ("00000003" + "2736532A" + "0000", "nullen"),
        ("00000004" + "0" * 12, "nullen"),
        ("00000099" + "123456789000", "testnummer"),
    ],
)
def test_what_no_register_can_have_given_out_is_refused_with_what_is_wrong(oin: str, word: str) -> None:
    assert word in (find_oin_fault(oin, test=False) or "")


def test_a_test_number_is_taken_where_that_is_said() -> None:
    assert find_oin_fault("00000099123456789000", test=True) is None
    assert find_oin_fault(RSIN, test=True) is None


@given(st.text(alphabet="0123456789ABZ", min_size=LENGTE, max_size=LENGTE))
def test_whatever_is_taken_begins_with_a_register_and_holds_a_number(oin: str) -> None:
    if find_oin_fault(oin, test=True) is None:
        assert oin[:PREFIX] in REGISTERS
        assert oin[PREFIX:].strip("0")


@given(st.integers(0, 999_999_999))
def test_an_rsin_is_taken_just_when_it_passes_the_test_of_elf(number: int) -> None:
    rsin = f"{number:09d}"

    assert (find_oin_fault(f"00000001{rsin}000", test=False) is None) == is_valid_bsn(rsin)
