"""How a place in a list that is ordered by a moment and an id is read back from its cursor."""

from datetime import datetime
from uuid import UUID

from shared.errors import InvalidInputError
from shared.web.pages import Page


def instant_and_id(page: Page) -> tuple[datetime, UUID] | None:
    """Return the place after which a page begins; raises ``InvalidInputError`` when it is of another list."""
    if page.na is None:
        return None
    try:
        moment, key = page.na
        at = datetime.fromisoformat(moment)
        place = UUID(key)
    except (ValueError, TypeError, AttributeError):
        raise InvalidInputError("`na` is geen plaats in deze lijst.") from None
    if at.tzinfo is None:
        raise InvalidInputError("`na` is geen plaats in deze lijst.")
    return at, place
