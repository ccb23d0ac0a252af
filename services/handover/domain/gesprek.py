"""The talk of a warm overdracht: planned together, held, and noted; a note is corrected by a next version of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.handover.domain.overdracht import Overdracht, StapError, Status, step_refused
from shared.events.overdragen import OverdrachtGesprekGehouden
from shared.rules.overdrachtcodes import AfzegReden, DeelnemerRol

# In which states there is something to talk about: what was refused, or is with Veilig Thuis again, is talked about no
# more; what was said before stays.
_RUNNING = frozenset({Status.AANGEBODEN, Status.GEACCEPTEERD, Status.TERUGGAVE_GEVRAAGD})


@dataclass(frozen=True, slots=True)
class Deelnemer:
    """Who takes part: a role, and of whom; never a name."""

    rol: DeelnemerRol
    organisatie_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verslag:
    """What came of a talk, as it was noted or corrected."""

    gehouden_op: datetime
    deelnemers: tuple[Deelnemer, ...]
    tekst: str
    versie: int
    door: str  # organisation
    vastgelegd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Afzegging:
    """That a talk is not held: why, by which organisation it was called off, and when."""

    reden: AfzegReden
    door: str
    op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesprek:
    """One talk about one overdracht; ``verslag`` is the last version of what came of it."""

    id: UUID
    overdracht_id: UUID
    moment: datetime
    deelnemers: tuple[Deelnemer, ...]
    gepland_door: str
    versie: int = 1
    verslag: Verslag | None = None
    afzegging: Afzegging | None = None


def must_run(overdracht: Overdracht) -> None:
    """Raise ``StapError`` for an overdracht about which nobody has to talk any more."""
    if overdracht.status not in _RUNNING:
        raise step_refused(overdracht.status)


def note(
    gesprek: Gesprek, overdracht: Overdracht, verslag: Verslag
) -> tuple[Gesprek, Overdracht, OverdrachtGesprekGehouden | None]:
    """Note what came of a talk, or correct it: returns both; the fact tells the first note of each talk.

    An overdracht was handed over warm from the first talk that was held about it. The same note again changes nothing.
    Raises ``StapError`` for the first note about an overdracht that runs no more, and for a talk that was called off; a
    correction is always possible.
    """
    if gesprek.afzegging is not None:
        raise StapError("Dit gesprek is afgezegd; plan een nieuw gesprek en leg dat vast.")
    if gesprek.verslag is not None and _says_the_same(gesprek.verslag, verslag):
        return gesprek, overdracht, None
    noted = replace(gesprek, versie=gesprek.versie + 1, verslag=verslag)
    if gesprek.verslag is not None:
        return noted, overdracht, None
    must_run(overdracht)
    fact = OverdrachtGesprekGehouden(
        gesprek_id=gesprek.id,
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        gemeente_code=overdracht.gemeente_code,
        gehouden_op=verslag.gehouden_op,
    )
    if overdracht.gesprek_op is not None:
        return noted, overdracht, fact
    return noted, replace(overdracht, gesprek_op=verslag.gehouden_op, versie=overdracht.versie + 1), fact


def call_off(gesprek: Gesprek, afzegging: Afzegging) -> Gesprek:
    """Call a talk off; for the same reason again changes nothing.

    Raises ``StapError`` for a talk that was held, and for another reason than before.
    """
    if gesprek.verslag is not None:
        raise StapError("Dit gesprek is gehouden; verbeter zo nodig het verslag.")
    if gesprek.afzegging is None:
        return replace(gesprek, versie=gesprek.versie + 1, afzegging=afzegging)
    if gesprek.afzegging.reden is not afzegging.reden:
        raise StapError("Dit gesprek is al afgezegd om een andere reden; dat blijft staan.")
    return gesprek


def _says_the_same(one: Verslag, other: Verslag) -> bool:
    return (one.gehouden_op, one.deelnemers, one.tekst) == (other.gehouden_op, other.deelnemers, other.tekst)
