"""The burgerservicenummer: the eleven test, and the range that this project marks as test numbers.

A number that starts with 999 is a test number here: it passes the eleven test and lies in the range that the
Dutch government uses for test persons (9999.....), one digit wider so that a whole fictional region fits in
it.
"""

from functools import cache

BSN_LENGTH = 9
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
TEST_BSN_PREFIX = "999"


def is_valid_bsn(bsn: str) -> bool:
    """Tell whether ``bsn`` is nine digits that pass the eleven test; the number zero does not."""
    if len(bsn) != BSN_LENGTH or not (bsn.isascii() and bsn.isdigit()) or not bsn.strip("0"):
        return False
    return sum(int(digit) * weight for digit, weight in zip(bsn, _WEIGHTS, strict=True)) % 11 == 0


def is_test_bsn(bsn: str) -> bool:
    """Tell whether ``bsn`` is a valid number from the range marked as test."""
    return bsn.startswith(TEST_BSN_PREFIX) and is_valid_bsn(bsn)


@cache
def _test_numbers() -> tuple[str, ...]:
    free = range(10 ** (BSN_LENGTH - len(TEST_BSN_PREFIX) - 1))
    stems = (f"{TEST_BSN_PREFIX}{number:05d}" for number in free)
    # The ninth digit is fixed by the other eight; a remainder of ten has no digit.
    remainders = ((stem, sum(int(d) * w for d, w in zip(stem, _WEIGHTS, strict=False)) % 11) for stem in stems)
    return tuple(f"{stem}{remainder}" for stem, remainder in remainders if remainder in range(10))


def count_test_bsn() -> int:
    """Return how many different test numbers there are."""
    return len(_test_numbers())


def test_bsn(n: int) -> str:
    """Return the ``n``-th test number, counted from zero; the same ``n`` always gives the same number."""
    numbers = _test_numbers()
    if not 0 <= n < len(numbers):
        raise ValueError(f"there are {len(numbers)} test numbers, counted from 0")
    return numbers[n]
