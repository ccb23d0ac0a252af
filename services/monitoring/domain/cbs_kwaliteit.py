"""What in the facts cannot be, and how far the fields of a delivery to the CBS are filled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.monitoring.domain.casus import Heard
from services.monitoring.domain.cbs import CbsRecord, Periode, RecordSoort
from shared.events.payloads import DienstGestart, OverdrachtAangeboden
from shared.rules.calendar import amsterdam_day
from shared.rules.gemeenten import GEMEENTEN
from shared.rules.routing import ROUTES

VOORBEELDEN_MAX = 20


class Onmogelijk(StrEnum):
    """What is wrong with facts that stand beside each other."""

    EINDE_VOOR_BEGIN = "einde-voor-begin"
    BESLUIT_VOOR_ONTVANGST = "besluit-voor-ontvangst"
    BESLUIT_ZONDER_MELDING = "besluit-zonder-melding"
    DIENST_ZONDER_BESLUIT = "dienst-zonder-besluit"
    UITKOMST_ZONDER_DIENST = "uitkomst-zonder-dienst"
    CONCLUSIE_ZONDER_DIENST = "conclusie-zonder-dienst"
    ANTWOORD_ZONDER_AANBOD = "antwoord-zonder-aanbod"
    AANGENOMEN_EN_GEWEIGERD = "aangenomen-en-geweigerd"
    GEMEENTE_NIET_GELDIG = "gemeente-niet-geldig"
    NA_PEILMOMENT = "na-peilmoment"


Fout = tuple[Onmogelijk, UUID]  # with the opaque id of what is wrong


def impossible(heard: Heard, periode: Periode) -> Iterator[Fout]:
    """Give all that cannot be in one casus, as far as it concerns the period."""
    yield from _impossible_besluiten(heard, periode)
    yield from _impossible_diensten(heard, periode)
    yield from _impossible_overdrachten(heard, periode)
    yield from _impossible_places(heard, periode)


def _impossible_besluiten(heard: Heard, periode: Periode) -> Iterator[Fout]:
    started = {(dienst.melding_id, dienst.soort) for dienst in heard.diensten.values()}
    for besluit in heard.besluiten.values():
        if not periode.holds(besluit.besloten_op):
            continue
        melding = heard.meldingen.get(besluit.melding_id)
        if melding is None:
            yield Onmogelijk.BESLUIT_ZONDER_MELDING, besluit.melding_id
        elif besluit.besloten_op < melding.ontvangen_op:
            yield Onmogelijk.BESLUIT_VOOR_ONTVANGST, besluit.melding_id
        dienst = ROUTES[besluit.uitkomst].dienst
        if dienst is not None and (besluit.melding_id, dienst) not in started:
            yield Onmogelijk.UITKOMST_ZONDER_DIENST, besluit.melding_id


def _impossible_diensten(heard: Heard, periode: Periode) -> Iterator[Fout]:
    decided = {besluit.melding_id for besluit in heard.besluiten.values()}
    for dienst in heard.diensten.values():
        if not periode.holds(dienst.gestart_op):
            continue
        if dienst.melding_id not in decided:
            yield Onmogelijk.DIENST_ZONDER_BESLUIT, dienst.dienst_id
        end = heard.conclusies.get(dienst.dienst_id)
        if end and end.afgerond_op < dienst.gestart_op:
            yield Onmogelijk.EINDE_VOOR_BEGIN, dienst.dienst_id
    for conclusie in heard.conclusies.values():
        if periode.holds(conclusie.afgerond_op) and conclusie.dienst_id not in heard.diensten:
            yield Onmogelijk.CONCLUSIE_ZONDER_DIENST, conclusie.dienst_id


def _impossible_overdrachten(heard: Heard, periode: Periode) -> Iterator[Fout]:
    answers = [
        *((one.overdracht_id, one.geaccepteerd_op) for one in heard.geaccepteerd.values()),
        *((one.overdracht_id, one.geweigerd_op) for one in heard.geweigerd.values()),
        *((one.overdracht_id, one.ingetrokken_op) for one in heard.ingetrokken.values()),
    ]
    for overdracht_id, moment in answers:
        offer = heard.aangeboden.get(overdracht_id)
        if offer is None and periode.holds(moment):
            yield Onmogelijk.ANTWOORD_ZONDER_AANBOD, overdracht_id
        elif offer is not None and periode.holds(offer.aangeboden_op) and moment < offer.aangeboden_op:
            yield Onmogelijk.EINDE_VOOR_BEGIN, overdracht_id
    for overdracht_id in heard.geaccepteerd.keys() & heard.geweigerd.keys():
        if periode.holds(heard.geaccepteerd[overdracht_id].geaccepteerd_op):
            yield Onmogelijk.AANGENOMEN_EN_GEWEIGERD, overdracht_id


def _impossible_places(heard: Heard, periode: Periode) -> Iterator[Fout]:
    for thing_id, gemeente_code, moment in _places(heard):
        if not periode.holds(moment):
            continue
        if gemeente_code is not None and not _is_valid(gemeente_code, amsterdam_day(moment)):
            yield Onmogelijk.GEMEENTE_NIET_GELDIG, thing_id
        if moment > periode.peilmoment:
            yield Onmogelijk.NA_PEILMOMENT, thing_id


def _places(heard: Heard) -> Iterator[tuple[UUID, str | None, datetime]]:
    yield from ((one.advies_id, one.gemeente_code, one.gegeven_op) for one in heard.adviezen.values())
    yield from ((one.melding_id, one.gemeente_code, one.ontvangen_op) for one in heard.meldingen.values())
    # What follows on a melding of before a merger bears the code of that melding: of a dienst and an overdracht the
    # municipality is judged on the day of the melding.
    later: list[DienstGestart | OverdrachtAangeboden] = [*heard.diensten.values(), *heard.aangeboden.values()]
    for thing in later:
        melding = heard.meldingen.get(thing.melding_id)
        moment = _begin_of(thing)
        same = melding is not None and melding.gemeente_code == thing.gemeente_code
        yield _id_of(thing), None if same else thing.gemeente_code, moment


def _begin_of(thing: DienstGestart | OverdrachtAangeboden) -> datetime:
    return thing.gestart_op if isinstance(thing, DienstGestart) else thing.aangeboden_op


def _id_of(thing: DienstGestart | OverdrachtAangeboden) -> UUID:
    return thing.dienst_id if isinstance(thing, DienstGestart) else thing.overdracht_id


def _is_valid(gemeente_code: str, day: date) -> bool:
    row = GEMEENTEN.get(gemeente_code)
    return row is None or row.exists_on(day)  # a code outside the table is another region, and known to nobody here


# --- counting ---


@dataclass(slots=True)
class Kwaliteit:
    """Adds up how far fields are filled and what cannot be, with some ids of each; grows with neither."""

    rijen: dict[RecordSoort, int] = field(default_factory=lambda: dict.fromkeys(RecordSoort, 0))
    gevuld: dict[tuple[RecordSoort, str], int] = field(default_factory=dict)
    bevindingen: dict[str, tuple[int, list[UUID]]] = field(default_factory=dict)

    def add(self, record: CbsRecord) -> None:
        """Count a row and its filled fields."""
        self.rijen[record.soort] += 1
        for veld, waarde in record.velden.items():
            if waarde is not None and waarde != ():
                key = (record.soort, veld)
                self.gevuld[key] = self.gevuld.get(key, 0) + 1

    def note(self, bevinding: str, thing_id: UUID) -> None:
        """Count something that is wrong."""
        count, examples = self.bevindingen.setdefault(bevinding, (0, []))
        if len(examples) < VOORBEELDEN_MAX and thing_id not in examples:
            examples.append(thing_id)
        self.bevindingen[bevinding] = (count + 1, examples)
