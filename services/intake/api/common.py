"""What the doors of intake have in common."""

from typing import Annotated

from fastapi import Depends

from shared.web.app import Resources, resources
from shared.web.idempotency import idempotency_key
from shared.web.pages import Page, id_place, page

Made = Annotated[Resources, Depends(resources)]
Key = Annotated[str | None, Depends(idempotency_key)]
Part = Annotated[Page, Depends(page)]
place_of = id_place
