"""How an answer of another room is read: never trusted, and never taken when a needed part is missing."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.errors import NotFoundError, OperationalError
from shared.web.client import RoomClient

Json = Mapping[str, Any]


class IncompleteAnswerError(OperationalError):
    """Another room answered without a part that a package cannot do without."""


def incomplete() -> IncompleteAnswerError:
    """Return the error for an answer that lacks something; it names neither the field nor its value."""
    return IncompleteAnswerError("Een ander deel van de keten gaf een onvolledig antwoord; er is geen half pakket.")


async def ask(client: RoomClient, url: str, *, purpose: str, params: dict[str, str] | None = None) -> Json:
    """Return what another room answers.

    What it does not know yet is on its way (facts of rooms cross): that is an ``OperationalError`` too.
    """
    try:
        answer = await client.get(url, purpose=purpose, params=params)
    except NotFoundError:
        raise OperationalError("Een ander deel van de keten kent dit nog niet; probeer het zo weer.") from None
    except ValueError:
        raise incomplete() from None
    if not isinstance(answer, Mapping):
        raise incomplete()
    return answer


def rows_of(answer: Json, name: str) -> tuple[Json, ...]:
    """Return a list of objects; raises ``IncompleteAnswerError`` when there is none."""
    rows = answer.get(name)
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not all(isinstance(row, Mapping) for row in rows):
        raise incomplete()
    return tuple(rows)


def text_of(answer: Json, name: str) -> str:
    """Return a text that must be there."""
    value = optional_text(answer, name)
    if value is None:
        raise incomplete()
    return value


def uuid_of(answer: Json, *names: str) -> UUID:
    """Return the id that stands under the first of these names."""
    value = next((answer[name] for name in names if answer.get(name)), None)
    try:
        return UUID(str(value))
    except ValueError:
        raise incomplete() from None


def optional_text(answer: Json, name: str) -> str | None:
    """Return a text, or None when it is not there."""
    value = answer.get(name)
    return value if isinstance(value, str) and value else None


def optional_bool(answer: Json, name: str) -> bool | None:
    """Return a boolean, or None when it is not there."""
    value = answer.get(name)
    return value if isinstance(value, bool) else None


def optional_object(answer: Json, name: str) -> Json:
    """Return an object, or an empty one when it is not there."""
    value = answer.get(name)
    return value if isinstance(value, Mapping) else {}
