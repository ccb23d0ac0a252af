"""How two people do not overwrite each other: each record has a version, and a change names the one it saw."""

from typing import Annotated

from fastapi import Header

from shared.errors import InvalidInputError, PreconditionError, StaleError

ANY = -1


def etag_of(version: int) -> str:
    """Return the ETag of a version of a record."""
    return f'"{version}"'


async def seen_version(
    header: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> int:
    """Return the version that the client saw (a dependency); see ``if_match``."""
    return if_match(header)


def if_match(header: str | None) -> int:
    """Return the version that the client saw; ``ANY`` for ``*``.

    Raises ``PreconditionError`` without the header and ``InvalidInputError`` when it holds no version of ours.
    """
    if header is None:
        raise PreconditionError("Stuur de ETag die u las mee in If-Match.")
    value = header.strip().removeprefix("W/").strip('"')
    if value == "*":
        return ANY
    if not value.isascii() or not value.isdigit() or len(value) > 18:  # noqa: PLR2004, a bigint
        raise InvalidInputError("If-Match bevat geen ETag van ons.")
    return int(value)


def check_version(seen: int, actual: int) -> None:
    """Refuse a change on a version that is no longer there; raises ``StaleError``."""
    if seen not in (ANY, actual):
        raise StaleError("Iemand anders was u voor. Lees opnieuw en beslis dan.")
