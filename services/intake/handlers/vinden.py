"""Telling another room in which casussen somebody is known."""

from collections.abc import Sequence
from datetime import datetime

from services.intake.domain.codes import PersoonRol
from services.intake.domain.melding import Persoon
from services.intake.domain.vinden import Vindplaats, asked_keys, places
from services.intake.handlers.keys import blind_keys
from services.intake.store import vinden
from shared.audit import Act, Resultaat, record
from shared.db import in_transaction
from shared.web.app import Resources
from shared.web.auth import Caller

_ACTIE = "casus-vinden"


async def search_casussen(made: Resources, caller: Caller, who: Persoon, *, now: datetime) -> Sequence[Vindplaats]:
    """Return in which casussen somebody is known; each of those has it in its log that he was looked for."""
    keys = asked_keys(blind_keys(made.vault, who))
    async with in_transaction(made.engine) as conn:
        found = places(await vinden.find_bekenden(conn, tuple(keys.values()))) if keys else ()
        for place in found:
            await record(conn, caller, Act(_ACTIE, "casus", place.casus_id, casus_id=place.casus_id), now=now)
        if not found:
            await record(conn, caller, Act(_ACTIE, "casus", None, resultaat=Resultaat.NIET_GEVONDEN), now=now)
    return found


def persoon_of(
    *, bsn: str | None, geslachtsnaam: str | None, voornamen: str | None, geboortedatum: str | None
) -> Persoon:
    """Return who is looked for as people are compared."""
    return Persoon(
        rol=PersoonRol.OVERIG,
        bsn=bsn,
        geslachtsnaam=geslachtsnaam,
        voornamen=voornamen,
        geboortedatum=geboortedatum,
        gegevens={},
    )
