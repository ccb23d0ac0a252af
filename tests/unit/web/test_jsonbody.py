"""What passes for JSON at the edge, against what the library of Python passes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInputError
from shared.web.jsonbody import parse_json

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"))) | st.sampled_from(
    ["a\nb", "\t", "\r\n", "C:\\back\\u0000"]
)
CONTROL = st.sampled_from([chr(n) for n in (*range(0x20), *range(0x7F, 0xA0)) if chr(n) not in "\t\n\r"])
NUMBERS = st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_what_is_plain_comes_back_as_it_was(value: Any, ascii_only: bool, indent: int | None) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()) == value


@given(VALUES, CONTROL, st.booleans())
def test_a_control_character_is_found_wherever_it_stands(value: Any, sign: str, ascii_only: bool) -> None:
    body = json.dumps([value, {f"a{sign}": 1}, f"\\{sign}"], ensure_ascii=ascii_only).encode()

    with pytest.raises(InvalidInputError):
        parse_json(body)


@given(st.binary(max_size=200))
def test_bytes_are_refused_or_read_and_break_nothing(body: bytes) -> None:
    try:
        value = parse_json(body)
    except InvalidInputError:
        return
    assert value == json.loads(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{" + b",".join(b'"%d":1' % n for n in range(300)) + b"}", "De inhoud bestaat uit te veel onderdelen."),
        (b"[" + b"1," * 30_000 + b"1]", "De inhoud bestaat uit te veel onderdelen."),
        (b'{"a": 1, "a": 1}', "Een veld staat er twee keer in."),
        (b"9" * 19, "Een getal is te lang."),
        (b"[" * 33 + b"]" * 33, "De inhoud is geen geldige JSON."),
    ],
)
def test_each_bound_says_which_it_is(body: bytes, said: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_json(body)

    assert refused.value.detail == said


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 32 + b"]" * 32,
        b"9" * 18,
        json.dumps("[{" * 100_000).encode(),
        json.dumps("a,b" * 30_000).encode(),
        b"{" + b",".join(b'"%d":1' % n for n in range(200)) + b"}",
    ],
)
def test_what_is_within_bounds_or_only_looks_large_passes(body: bytes) -> None:
    assert parse_json(body) == json.loads(body)
