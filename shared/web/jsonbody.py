"""What counts as JSON here: strict, bounded, and without signs that no text needs; read once, at the edge."""

import json
import re
from typing import Any

import orjson

from shared.errors import InvalidInputError

_DEPTH_MAX = 32
_KEYS_MAX = 200  # of one object; the largest of ours has some thirty
_VALUES_MAX = 20_000  # of a whole body: a full batch of meldingen has some six thousand
_INTEGER_DIGITS_MAX = 18  # what PostgreSQL holds in a bigint

# Unicode's control characters (Cc), without tab, newline and carriage return: they steer terminals, end C strings,
# and hide text. PostgreSQL cannot hold the first one.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class _KeyTwiceError(ValueError):
    pass


class _TooManyError(ValueError):
    pass


class _TooLongError(ValueError):
    pass


_REASONS: dict[type[Exception], str] = {
    _KeyTwiceError: "Een veld staat er twee keer in.",
    _TooManyError: "De inhoud bestaat uit te veel onderdelen.",
    _TooLongError: "Een getal is te lang.",
}


def parse_json(body: bytes) -> Any:  # whatever the client sent
    """Return strict JSON: UTF-8, no NaN, no lone surrogates, no key twice, no control characters, within bounds.

    Raises ``InvalidInputError`` that repeats nothing of it. The first reader is strict and quick, and never builds
    more than the size of a body allows; only what it let through is read again with the rules of this house.
    """
    try:
        orjson.loads(body)
        if body.count(b"[") + body.count(b"{") > _DEPTH_MAX:
            _check_depth(body)
        if body.count(b",") > _VALUES_MAX:
            _check_number_of_values(body)
        value = json.loads(body, object_pairs_hook=_bounded, parse_int=_short)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(_REASONS.get(type(error), "De inhoud is geen geldige JSON.")) from None
    if _may_hold_control_characters(body):
        _check_text(value)
    return value


def _bounded(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _KeyTwiceError
    if len(found) > _KEYS_MAX:
        raise _TooManyError
    return found


def _short(digits: str) -> int:
    if len(digits.removeprefix("-")) > _INTEGER_DIGITS_MAX:
        raise _TooLongError
    return int(digits)


# How such a character can be written: as itself, or escaped. An escaped backslash before it makes it a false alarm.
_CONTROL_WRITTEN = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\\[bf]|\\u00(?:[0189]|7[fF])")


def _may_hold_control_characters(body: bytes) -> bool:
    """Say whether to look closer; most bodies hold none of the three signs with which one can begin."""
    return (b"\\" in body or b"\x7f" in body or b"\xc2" in body) and bool(_CONTROL_WRITTEN.search(body))


def _check_text(value: Any) -> None:  # JSON
    if isinstance(value, str):
        if _CONTROL.search(value):
            raise InvalidInputError("De inhoud bevat een stuurteken dat niet kan, zoals NUL.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key)
            _check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner)


_TEXTS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')


def _check_depth(body: bytes) -> None:
    depth = 0
    for sign in _TEXTS.sub(b"", body):
        if sign in b"[{":
            depth += 1
            if depth > _DEPTH_MAX:
                raise ValueError("too deep")
        elif sign in b"]}":
            depth -= 1


def _check_number_of_values(body: bytes) -> None:
    if _TEXTS.sub(b"", body).count(b",") > _VALUES_MAX:
        raise _TooManyError
