"""How the clocks are read."""

from dataclasses import replace
from datetime import datetime

from services.monitoring.handlers.places import instant_and_id
from services.monitoring.store import facts
from services.monitoring.store import termijnen as store
from services.monitoring.store.termijnen import ListedTermijn, TermijnFilter
from shared.db import in_transaction
from shared.web.app import Resources
from shared.web.auth import OWN_GEMEENTE_ONLY, Caller
from shared.web.pages import Page


def gemeenten_of(caller: Caller, asked: str | None) -> frozenset[str] | None:
    """Return of which municipalities a caller may see what is asked; None is all of them."""
    if caller.rol in OWN_GEMEENTE_ONLY:
        return caller.gemeente_codes if asked is None else caller.gemeente_codes & {asked}
    return None if asked is None else frozenset({asked})


async def list_termijnen(  # noqa: PLR0913, keyword only after the first four
    made: Resources, caller: Caller, asked: TermijnFilter, page: Page, *, gemeente_code: str | None, now: datetime
) -> list[ListedTermijn]:
    """Return one more clock than fits on the page, so that it shows whether there are more."""
    after = instant_and_id(page)
    async with in_transaction(made.engine) as conn:
        if asked.casus_id is not None:
            standing = await facts.find_standing(conn, [asked.casus_id])
            asked = replace(asked, casus_id=standing[asked.casus_id])
        asked = replace(asked, gemeente_codes=gemeenten_of(caller, gemeente_code))
        return await store.list_termijnen(conn, asked, after=after, limiet=page.limiet + 1, now=now)
