"""Whether a family is known, and who has it in sight: that, and nothing of what is known.

It is for a professional who stands before somebody and must know whom to call. So it answers only while somebody holds
sight of safety; of what was closed nothing is told. Where it is not sure that these are the same people, or where two
hold, no name is given: Veilig Thuis is asked, by a human.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.handover.domain.zicht import Houder


class VindUitkomst(StrEnum):
    """What somebody is told who asks whether a family is known."""

    GEVONDEN = "gevonden"
    ONZEKER = "onzeker"  # somebody much like it is known: ask Veilig Thuis
    NIET_GEVONDEN = "niet-gevonden"


class VindTaak(StrEnum):
    """For which task somebody looks; it stands in the log, also when nothing is found."""

    ACUTE_VEILIGHEID = "acute-veiligheid"
    HULP_VERLENEN = "hulp-verlenen"
    MELDING_OVERWEGEN = "melding-overwegen"
    OVERDRACHT_VOORBEREIDEN = "overdracht-voorbereiden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gezocht:
    """Whom somebody looks for: a BSN, or a name with a birth date (jjjj-mm-dd)."""

    bsn: str | None = None
    geslachtsnaam: str | None = None
    voornamen: str | None = None
    geboortedatum: str | None = None


@dataclass(frozen=True, slots=True)
class Treffer:
    """A casus with somebody who is the one that is looked for: for sure, or perhaps."""

    casus_id: UUID
    zeker: bool


@dataclass(frozen=True, slots=True)
class InZicht:
    """Who holds sight of safety now of a casus that was asked about, which may live in another by now."""

    gevraagd_id: UUID
    casus_id: UUID
    houder: Houder
    vanaf: datetime


@dataclass(frozen=True, slots=True)
class Vondst:
    """What is told; ``casus_ids`` is for the log and goes to nobody."""

    uitkomst: VindUitkomst
    houder: Houder | None
    casus_ids: tuple[UUID, ...]


def tell(treffers: Sequence[Treffer], in_zicht: Sequence[InZicht]) -> Vondst:
    """Return what somebody is told of the casussen that fit; ``in_zicht`` are those of which somebody holds sight."""
    sure = {one.casus_id for one in treffers if one.zeker}
    surely = [one for one in in_zicht if one.gevraagd_id in sure]
    if len({one.houder for one in surely}) == 1:
        return Vondst(VindUitkomst.GEVONDEN, surely[0].houder, _casussen(surely))
    return Vondst(VindUitkomst.ONZEKER if in_zicht else VindUitkomst.NIET_GEVONDEN, None, _casussen(in_zicht))


def _casussen(in_zicht: Sequence[InZicht]) -> tuple[UUID, ...]:
    return tuple(sorted({one.casus_id for one in in_zicht}))
