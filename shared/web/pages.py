"""How long lists are read: by the key of the last item, never by counting from the start."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query

from shared.canonical import plain
from shared.errors import InvalidInputError

LIMIET_MAX = 200
_CURSOR_MAX = 500
_NUMBER_END = 2**63  # of a bigint


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: at most ``limiet`` items after the key ``na``."""

    limiet: int
    na: tuple[Any, ...] | None


# Not a plain function: the framework would send each request to another thread and back for it.
async def page(
    limiet: Annotated[int, Query(ge=1, le=LIMIET_MAX, description="Hoeveel er hooguit terugkomen")] = 50,
    na: Annotated[str | None, Query(max_length=_CURSOR_MAX, description="De waarde van `volgende`")] = None,
) -> Page:
    """Return the part that the client asks for (a dependency)."""
    return Page(limiet, decode_cursor(na) if na else None)


def encode_cursor(*key: Any) -> str:  # any JSON value
    """Return a place in a list as an opaque text."""
    return base64.urlsafe_b64encode(orjson.dumps(key, default=plain)).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[Any, ...]:
    """Return the place behind a cursor; raises ``InvalidInputError`` when it is none of ours."""
    try:
        key = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise _no_place() from None
    if not isinstance(key, list):
        raise _no_place()
    return tuple(key)


def id_place(part: Page) -> UUID | None:
    """Return the id after which a page of a list by id begins; raises ``InvalidInputError`` for another's place."""
    if part.na is None:
        return None
    try:
        (found,) = part.na
        return UUID(found)
    except (ValueError, AttributeError, TypeError):
        raise _no_place() from None


def number_place(part: Page) -> int | None:
    """Return the number after which a page of a list by number begins; raises ``InvalidInputError``."""
    if part.na is None:
        return None
    match part.na:
        case (int() as number,) if not isinstance(number, bool) and 0 <= number < _NUMBER_END:
            return number
        case _:
            raise _no_place()


def time_place(part: Page) -> tuple[datetime, UUID] | None:
    """Return the moment and id after which a page of a list by time begins; raises ``InvalidInputError``."""
    if part.na is None:
        return None
    try:
        moment, found = part.na
        place = datetime.fromisoformat(moment), UUID(found)
    except (ValueError, AttributeError, TypeError):
        raise _no_place() from None
    if place[0].tzinfo is None:
        raise _no_place()
    return place


def _no_place() -> InvalidInputError:
    return InvalidInputError("`na` is geen plaats in deze lijst.")
