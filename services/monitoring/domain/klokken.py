"""A clock before its dates are counted: what it is about, from when, and how it ended."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from shared.rules.behandelcodes import VertragingReden
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import Berekening, compute_termijn
from shared.rules.settings import RuleSettings


@dataclass(frozen=True, slots=True)
class End:
    """How a clock ended, when it did."""

    op: datetime | None = None
    vervallen: bool = False


NOT_ENDED = End()


@dataclass(frozen=True, slots=True)
class Vertraging:
    """Why a step is late, or will be, and when that was said; it explains a clock and never stops it."""

    reden: VertragingReden
    verklaard_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Klok:
    soort: TermijnSoort
    melding_id: UUID
    ref_id: UUID
    gemeente_code: str
    start: datetime
    end: End = NOT_ENDED
    sleutel: tuple[str, ...] = ()  # what tells it from other clocks of the same kind about the same thing
    extra: tuple[str, ...] = ()  # Dutch: what the uitleg says beside the count
    maanden: int | None = None
    dagen: int | None = None
    uitstel: int = 0
    afgesproken: date | None = None


class OfMelding(Protocol):
    """What happened to one melding, in one municipality."""

    @property
    def melding_id(self) -> UUID: ...
    @property
    def gemeente_code(self) -> str: ...


def klok_of(soort: TermijnSoort, fact: OfMelding, *, ref_id: UUID, start: datetime, end: End = NOT_ENDED) -> Klok:
    """Return the clock that a fact started, counted from ``start``."""
    return Klok(
        soort=soort, melding_id=fact.melding_id, ref_id=ref_id, gemeente_code=fact.gemeente_code, start=start, end=end
    )


def earliest(done: datetime | None, vervallen: datetime | None) -> End:
    """Return how a clock ended that was done, became pointless, both or neither."""
    if vervallen is not None and (done is None or vervallen < done):
        return End(vervallen, vervallen=True)
    return End(done)


def ended_at(start: datetime, op: datetime | None, *, vervallen: bool = False) -> End:
    """Return how a clock ended, never before it began: who writes down two moments can turn them round."""
    return End(max(start, op), vervallen=vervallen) if op else End()


def moment_key(moment: datetime) -> str:
    """Return a moment as part of the key of a clock, however its time zone was written."""
    return moment.astimezone(UTC).isoformat()


@lru_cache(maxsize=16384)
def computed(  # noqa: PLR0913, as ``compute_termijn``
    soort: TermijnSoort,
    start: datetime,
    settings: RuleSettings,
    *,
    maanden: int | None = None,
    dagen: int | None = None,
    uitstel: int = 0,
    afgesproken: date | None = None,
) -> Berekening:
    """Count a term; a casus is folded before and after each batch, so the same dates are asked for again and again."""
    return compute_termijn(
        soort, start, settings, maanden=maanden, dagen=dagen, uitstel=uitstel, afgesproken=afgesproken
    )
