"""How the clocks are read."""

from dataclasses import replace
from datetime import datetime

from services.monitoring.handlers.access import (
    gemeenten_of,
    hidden_clocks,
    own_gemeenten,
    refuse_filter_on_casus,
    sees_casussen,
)
from services.monitoring.handlers.places import instant_and_id
from services.monitoring.store import facts
from services.monitoring.store import termijnen as store
from services.monitoring.store.termijnen import ListedTermijn, TermijnFilter
from shared.db import in_transaction
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.pages import Page


async def list_termijnen(  # noqa: PLR0913, keyword only after the first four
    made: Resources, caller: Caller, asked: TermijnFilter, page: Page, *, gemeente_code: str | None, now: datetime
) -> list[ListedTermijn]:
    """Return one more clock than fits on the page, so that it shows whether there are more.

    Who may know of no casus gets them without the ids of one, and raises ``NotAllowedError`` when asking for one. Why
    Veilig Thuis is late can say something of a family (a criminal investigation): who is bound to a municipality is
    not told.
    """
    refuse_filter_on_casus(caller, asked.casus_id)
    after = instant_and_id(page)
    async with in_transaction(made.engine) as conn:
        if asked.casus_id is not None:
            standing = await facts.find_standing(conn, [asked.casus_id])
            asked = replace(asked, casus_id=standing[asked.casus_id])
        asked = replace(asked, gemeente_codes=gemeenten_of(caller, gemeente_code), zonder=hidden_clocks(caller))
        found = await store.list_termijnen(conn, asked, after=after, limiet=page.limiet + 1, now=now)
    if own_gemeenten(caller) is not None:
        found = [replace(termijn, vertraging=None) for termijn in found]
    if sees_casussen(caller):
        return found
    return [replace(termijn, casus_id=None, melding_id=None, ref_id=None) for termijn in found]
