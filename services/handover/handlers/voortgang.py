"""How every step of an overdracht is kept: its new state, a line in its history, and the fact that tells it.

An offer begins in ``handlers.aanbieden.begin`` and ends in ``ended``, whoever or whatever ends it: what else must begin
or end with an offer belongs there.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.overdracht import Overdracht, StapError
from services.handover.domain.stappen import Stap
from services.handover.handlers.levergang import end_leveringen
from services.handover.handlers.navraaggang import end_navragen
from services.handover.store import overdrachten, stappen
from services.handover.store.overdrachten import Teksten
from shared.audit import Act
from shared.crypto import Vault
from shared.errors import ConflictError
from shared.events.overdragen import (
    OverdrachtGesprekGehouden,
    OverdrachtIngetrokken,
    OverdrachtTeruggegeven,
    OverdrachtTeruggekeerd,
    TeruggaveAfgewezen,
    TeruggaveGevraagd,
)
from shared.events.payloads import (
    EersteContactGelegd,
    Fact,
    OverdrachtAangeboden,
    OverdrachtGeaccepteerd,
    OverdrachtGeweigerd,
)
from shared.ids import derived_id
from shared.messaging.outbox import NewFact, append
from shared.rules.overdrachtcodes import OverdrachtStap

_NOTHING_WRITTEN = Teksten()

# The step that a fact tells.
_STAP_OF: Mapping[type[Fact], OverdrachtStap] = MappingProxyType(
    {
        OverdrachtAangeboden: OverdrachtStap.AANGEBODEN,
        OverdrachtGeaccepteerd: OverdrachtStap.GEACCEPTEERD,
        OverdrachtGeweigerd: OverdrachtStap.GEWEIGERD,
        OverdrachtIngetrokken: OverdrachtStap.INGETROKKEN,
        OverdrachtTeruggekeerd: OverdrachtStap.TERUGGEKEERD,
        TeruggaveGevraagd: OverdrachtStap.TERUGGAVE_GEVRAAGD,
        TeruggaveAfgewezen: OverdrachtStap.TERUGGAVE_AFGEWEZEN,
        OverdrachtTeruggegeven: OverdrachtStap.TERUGGEGEVEN,
        OverdrachtGesprekGehouden: OverdrachtStap.GESPREK,
        EersteContactGelegd: OverdrachtStap.EERSTE_CONTACT,
    }
)
# What is told once of an overdracht has an id that is made of these words alone.
_ONCE: Mapping[type[Fact], str] = MappingProxyType(
    {
        OverdrachtAangeboden: "overdracht-aangeboden",
        OverdrachtGeaccepteerd: "overdracht-geaccepteerd",
        OverdrachtGeweigerd: "overdracht-geweigerd",
        EersteContactGelegd: "eerste-contact-gelegd",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Genomen:
    """When a step is taken, by which organisation, why, and what is written at it."""

    now: datetime
    door: str | None = None  # None: it follows from a besluit or from time passing
    reden: str | None = None
    tekst: str | None = None
    causation_id: UUID | None = None


async def took(conn: AsyncConnection, vault: Vault, after: Overdracht, fact: Fact, genomen: Genomen) -> None:
    """Keep a step in the history of an overdracht of a locked casus, and tell its fact."""
    once = _ONCE.get(type(fact))
    stap = _STAP_OF[type(fact)]
    event_id = derived_id(after.id, once) if once else derived_id("overdracht-stap", stap.value, after.id, after.versie)
    await note(conn, vault, after, stap, genomen, feit_id=event_id)
    told = NewFact(event_id, after.casus_id, fact, causation_id=genomen.causation_id)
    await append(conn, [told], now=genomen.now)


async def note(  # noqa: PLR0913, a line with what stands in it
    conn: AsyncConnection,
    vault: Vault,
    after: Overdracht,
    stap: OverdrachtStap,
    genomen: Genomen,
    *,
    feit_id: UUID | None = None,
) -> None:
    """Keep a step in the history of an overdracht of a locked casus."""
    line = Stap(
        overdracht_id=after.id,
        versie=after.versie,
        stap=stap,
        op=genomen.now,
        organisatie_id=genomen.door,
        reden=genomen.reden,
        feit_id=feit_id,
    )
    await stappen.add_stap(conn, vault, after.casus_id, line, genomen.tekst)


async def went_on(conn: AsyncConnection, vault: Vault, after: Overdracht, fact: Fact, genomen: Genomen) -> None:
    """Keep what follows after an offer was accepted."""
    await overdrachten.save_overdracht(conn, vault, after)
    await took(conn, vault, after, fact, genomen)


async def ended(  # noqa: PLR0913, PLR0917, a step with what it leaves behind
    conn: AsyncConnection,
    vault: Vault,
    after: Overdracht,
    fact: Fact,
    genomen: Genomen,
    teksten: Teksten = _NOTHING_WRITTEN,
) -> None:
    """End an offer of a locked casus: accepted, refused, revoked, or gone back because nobody answered.

    Every way in which an offer ends comes here.
    """
    await overdrachten.save_overdracht(conn, vault, after, teksten)
    await took(conn, vault, after, fact, genomen)
    await end_leveringen(conn, after, now=genomen.now)
    await end_navragen(conn, vault, after, now=genomen.now)


def act(actie: str, overdracht: Overdracht) -> Act:
    """Return what the audit says of a step."""
    return Act(actie, "overdracht", overdracht.id, casus_id=overdracht.casus_id)


@contextmanager
def as_conflict() -> Iterator[None]:
    """Tell a step out of order as the conflict that the caller can mend."""
    try:
        yield
    except StapError as error:
        raise ConflictError(error.reden_nl) from None
