"""What is said about a huisverbod, and what of it cannot be: who decides, about whom, when, and for how long.

Who a person is, is known in intake; here he is a place in a melding. Two places in one melding are two people; places
in two meldingen are taken for one person until somebody says that they are not: the law asks new facts of a second ban.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.triage.domain.dossier import Instrument
from services.triage.domain.fouten import Fout, moment_faults
from shared.rules.huisverbod import BEVOEGDHEDEN, HuisverbodAdvies, HuisverbodBesluit, HuisverbodGezag

_OPGELEGD = "het opleggen of de laatste verlenging"
_NIEUWE_FEITEN = (
    "verplicht: in deze casus is al eerder een huisverbod opgelegd, en een volgend vraagt nieuwe feiten. Gaat het "
    "eerdere over een ander, noem het dan in anderPersoon"
)


@dataclass(frozen=True, slots=True)
class Betrokkene:
    """A directbetrokkene: his place in a melding."""

    melding_id: UUID
    nr: int


@dataclass(frozen=True, slots=True)
class Kring:
    """Whom the meldingen of a casus are about; of a melding of which nobody was told, every place is taken."""

    meldingen: frozenset[UUID]
    personen: frozenset[Betrokkene]

    def faults(self, pointer: str, persoon: Betrokkene) -> Iterator[Fout]:
        """Yield what is wrong with a person who is named."""
        if persoon.melding_id not in self.meldingen:
            yield f"{pointer}/meldingId", "hoort niet bij deze casus"
        elif self._told(persoon.melding_id) and persoon not in self.personen:
            yield f"{pointer}/nr", "is er niet in deze melding"

    def _told(self, melding_id: UUID) -> bool:
        return any(one.melding_id == melding_id for one in self.personen)


@dataclass(frozen=True, slots=True)
class Screening:
    """What the screening found, with the instrument (RiHG) as it was filled in."""

    gescreend_op: datetime
    geadviseerd: bool
    op_verzoek: bool
    kindermishandeling: bool
    instrument: Instrument
    motivering: str


@dataclass(frozen=True, slots=True)
class Afzien:
    afgezien_op: datetime
    motivering: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Oplegging:
    """The besluit to impose; ``ander_persoon`` are the bans of the casus that are about somebody else."""

    opgelegd_op: datetime
    door: HuisverbodGezag
    uithuisgeplaatste: Betrokkene
    achterblijvers: tuple[Betrokkene, ...]
    motivering: str
    nieuwe_feiten: str | None = None
    ander_persoon: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Advies:
    id: UUID
    advies: HuisverbodAdvies
    gegeven_op: datetime
    motivering: str


@dataclass(frozen=True, slots=True)
class Verlenging:
    id: UUID
    dagen: int  # counted from the imposing, all together
    besloten_op: datetime
    door: HuisverbodGezag
    motivering: str


@dataclass(frozen=True, slots=True)
class Intrekking:
    ingetrokken_op: datetime
    door: HuisverbodGezag
    hulp_aanvaard: bool  # whether who is out of the house accepted help
    motivering: str


@dataclass(frozen=True, slots=True)
class Casusregie:
    """Who holds the casusregie, of which organisation, since when."""

    id: UUID
    organisatie_id: str
    medewerker: str
    vanaf: datetime


@dataclass(frozen=True, slots=True)
class Periode:
    """From the imposing until the end somebody is out of the house."""

    huisverbod_id: UUID
    oplegging: Oplegging
    einde: datetime


def same_person(one: Periode, other: Periode) -> bool:
    """Say whether two bans are, or may be, about one person."""
    mine, his = one.oplegging.uithuisgeplaatste, other.oplegging.uithuisgeplaatste
    if mine.melding_id == his.melding_id:
        return mine.nr == his.nr
    told_apart = (
        other.huisverbod_id in one.oplegging.ander_persoon or one.huisverbod_id in other.oplegging.ander_persoon
    )
    return not told_apart


def overlaps(one: Periode, other: Periode) -> bool:
    """Say whether one person would be out of the house twice; the hour at which a ban ends is no part of it."""
    apart = one.einde <= other.oplegging.opgelegd_op or other.einde <= one.oplegging.opgelegd_op
    return not apart and same_person(one, other)


def bevoegdheid_faults(door: HuisverbodGezag, besluit: HuisverbodBesluit) -> Iterator[Fout]:
    """Yield that somebody may not decide this."""
    if not BEVOEGDHEDEN[door, besluit].mag:
        yield "/door", f"{besluit.value} kan alleen de burgemeester zelf: dit kan niet worden gemandateerd"


def afzien_faults(afzien: Afzien, gescreend_op: datetime, *, now: datetime) -> Iterator[Fout]:
    """Yield what cannot be true of the besluit not to impose."""
    yield from moment_faults("/afgezienOp", afzien.afgezien_op, now=now, vanaf=gescreend_op, wat="de screening")


def oplegging_faults(  # noqa: PLR0913, keyword only after what is judged
    huisverbod_id: UUID,
    oplegging: Oplegging,
    gescreend_op: datetime,
    *,
    kring: Kring,
    anderen: Sequence[Periode],
    now: datetime,
) -> Iterator[Fout]:
    """Yield what cannot be true of the besluit to impose."""
    yield from moment_faults("/opgelegdOp", oplegging.opgelegd_op, now=now, vanaf=gescreend_op, wat="de screening")
    yield from bevoegdheid_faults(oplegging.door, HuisverbodBesluit.OPLEGGEN)
    yield from kring.faults("/uithuisgeplaatste", oplegging.uithuisgeplaatste)
    for place, persoon in enumerate(oplegging.achterblijvers):
        yield from kring.faults(f"/achterblijvers/{place}", persoon)
        if persoon == oplegging.uithuisgeplaatste:
            yield f"/achterblijvers/{place}", "is degene die het huis uit moet"
        if persoon in oplegging.achterblijvers[:place]:
            yield f"/achterblijvers/{place}", "staat er al"
    mine = Periode(huisverbod_id, oplegging, oplegging.opgelegd_op)
    if oplegging.nieuwe_feiten is None and any(same_person(mine, other) for other in anderen):
        yield "/nieuweFeiten", _NIEUWE_FEITEN


def advies_faults(advies: Advies, oplegging: Oplegging | None, *, now: datetime) -> Iterator[Fout]:
    """Yield what cannot be true of an advice."""
    vanaf = oplegging.opgelegd_op if oplegging else None
    yield from moment_faults("/gegevenOp", advies.gegeven_op, now=now, vanaf=vanaf, wat="het opleggen")


def verlenging_faults(
    verlenging: Verlenging, *, sinds: datetime | None, dagen: int, maximaal: int, now: datetime
) -> Iterator[Fout]:
    """Yield what cannot be true of an extension of a ban that was for ``dagen`` days."""
    yield from bevoegdheid_faults(verlenging.door, HuisverbodBesluit.VERLENGEN)
    yield from moment_faults("/beslotenOp", verlenging.besloten_op, now=now, vanaf=sinds, wat=_OPGELEGD)
    if verlenging.dagen > maximaal:
        yield "/dagen", f"een huisverbod duurt ten hoogste {maximaal} dagen vanaf het opleggen"
    elif verlenging.dagen <= dagen:
        yield "/dagen", f"telt vanaf het opleggen, en is meer dan de {dagen} dagen die het nu duurt"


def intrekking_faults(intrekking: Intrekking, *, sinds: datetime | None, now: datetime) -> Iterator[Fout]:
    """Yield what cannot be true of a withdrawal."""
    yield from bevoegdheid_faults(intrekking.door, HuisverbodBesluit.INTREKKEN)
    yield from moment_faults("/ingetrokkenOp", intrekking.ingetrokken_op, now=now, vanaf=sinds, wat=_OPGELEGD)
