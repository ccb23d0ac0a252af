"""How rows and events get their ids: ordered by time where they are born, derived where a replay must find the same."""

from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

_NAMESPACE = UUID("5b0c3a52-7f0e-5d0b-9a63-2f1f6f4f9e11")


def new_id() -> UUID:
    """Return a new id that sorts by the moment at which it was made (RFC 9562, version 7)."""
    return uuid7()


def medewerker_nr(subject: str) -> UUID:
    """Return the number under which facts speak of a worker: the subject of his token itself leaves no room."""
    return derived_id("medewerker", subject)


def derived_id(*parts: object) -> UUID:
    """Return the id that these parts always give, so that handling a fact twice makes one row."""
    return uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))
