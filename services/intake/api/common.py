"""What the doors of intake have in common."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from shared.errors import InvalidInputError
from shared.web.app import Resources, resources
from shared.web.idempotency import idempotency_key
from shared.web.pages import Page, page

Made = Annotated[Resources, Depends(resources)]
Key = Annotated[str | None, Depends(idempotency_key)]
Part = Annotated[Page, Depends(page)]


def place_of(part: Page) -> UUID | None:
    """Return the id after which a page begins; raises ``InvalidInputError`` when it is none of ours."""
    if part.na is None:
        return None
    try:
        (found,) = part.na
        return UUID(found)
    except (ValueError, AttributeError, TypeError):
        raise InvalidInputError("`na` is geen plaats in deze lijst.") from None
