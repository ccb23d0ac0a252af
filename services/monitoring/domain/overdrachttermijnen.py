"""The clocks of handing over: which fact starts each, meets it, or makes it pointless."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.casus import Heard
from services.monitoring.domain.klokken import End, Klok, earliest, ended_at, klok_of, moment_key
from services.monitoring.domain.leveringen import levering_klokken, navraag_klokken
from shared.events.payloads import OverdrachtAangeboden, OverdrachtGeaccepteerd
from shared.rules.codes import TermijnSoort


def overdracht_klokken(heard: Heard) -> Iterator[Klok]:
    """Give every clock of handing over, open and ended."""
    for offer in heard.aangeboden.values():
        yield _of_acceptatie(heard, offer)
        yield from _of_vervolg(heard, offer)
    yield from _of_teruggaven(heard)
    for accepted in heard.geaccepteerd.values():
        yield from _of_eerste_contact(heard, accepted)
    yield from levering_klokken(heard.leveringen)
    yield from navraag_klokken(heard.leveringen)


def _of_acceptatie(heard: Heard, offer: OverdrachtAangeboden) -> Klok:
    """Give the term within which a receiver accepts or refuses.

    What Veilig Thuis took back needs no answer any more; what went back by itself was never answered.
    """
    return klok_of(
        TermijnSoort.OVERDRACHT_ACCEPTATIE,
        offer,
        ref_id=offer.overdracht_id,
        start=offer.aangeboden_op,
        end=_end_of(heard, offer),
    )


def _end_of(heard: Heard, offer: OverdrachtAangeboden) -> End:
    accepted = heard.geaccepteerd.get(offer.overdracht_id)
    refused = heard.geweigerd.get(offer.overdracht_id)
    revoked = heard.ingetrokken.get(offer.overdracht_id)
    returned = heard.teruggekeerd.get(offer.overdracht_id)
    answers: list[datetime] = [
        *([accepted.geaccepteerd_op] if accepted else []),
        *([refused.geweigerd_op] if refused else []),
    ]
    unanswered: list[datetime] = [
        *([revoked.ingetrokken_op] if revoked else []),
        *([returned.teruggekeerd_op] if returned else []),
    ]
    return earliest(min(answers, default=None), min(unanswered, default=None))


def _of_vervolg(heard: Heard, offer: OverdrachtAangeboden) -> Iterator[Klok]:
    """Give the term within which Veilig Thuis offers again what nobody has, if it has to.

    Once the casus was closed nobody has to look any more.
    """
    ended = _left_at(heard, offer.overdracht_id)
    if ended is None:
        return
    again = (
        one.aangeboden_op for one in heard.aangeboden.values() if one.vervangt_overdracht_id == offer.overdracht_id
    )
    closed = (one.afgesloten_op for one in heard.afsluitingen.values() if one.afgesloten_op >= ended)
    end = earliest(min(again, default=None), min(closed, default=None))
    end = ended_at(ended, end.op, vervallen=end.vervallen)
    yield klok_of(TermijnSoort.OVERDRACHT_VERVOLG, offer, ref_id=offer.overdracht_id, start=ended, end=end)


def _left_at(heard: Heard, overdracht_id: UUID) -> datetime | None:
    """Return since when nobody has an overdracht that somebody must have."""
    refused, revoked = heard.geweigerd.get(overdracht_id), heard.ingetrokken.get(overdracht_id)
    returned, given_back = heard.teruggekeerd.get(overdracht_id), heard.teruggegeven.get(overdracht_id)
    if given_back:
        return given_back.teruggegeven_op
    if refused:
        return refused.geweigerd_op
    if returned:
        return returned.teruggekeerd_op
    return revoked.ingetrokken_op if revoked and revoked.vervolg else None


def _of_teruggaven(heard: Heard) -> Iterator[Klok]:
    """Give the term within which Veilig Thuis answers each receiver who wants to give back."""
    for asked in heard.teruggave_gevraagd:
        taken = heard.teruggegeven.get(asked.overdracht_id)
        answers = [
            *(one.afgewezen_op for one in heard.teruggave_afgewezen if one.overdracht_id == asked.overdracht_id),
            *([taken.teruggegeven_op] if taken else []),
        ]
        end = End(min((op for op in answers if op >= asked.gevraagd_op), default=None))
        clock = klok_of(
            TermijnSoort.TERUGGAVE_BESLUIT, asked, ref_id=asked.overdracht_id, start=asked.gevraagd_op, end=end
        )
        yield replace(clock, sleutel=(moment_key(asked.gevraagd_op),))


def _of_eerste_contact(heard: Heard, accepted: OverdrachtGeaccepteerd) -> Iterator[Klok]:
    """Give the term within which a receiver meets the family; none where none was agreed when he accepted."""
    if accepted.eerste_contact_uiterlijk is None:
        return
    met, back = heard.eerste_contacten.get(accepted.overdracht_id), heard.teruggegeven.get(accepted.overdracht_id)
    start = accepted.geaccepteerd_op
    end = earliest(max(start, met.tijdstip) if met else None, back.teruggegeven_op if back else None)
    yield klok_of(TermijnSoort.EERSTE_CONTACT, accepted, ref_id=accepted.overdracht_id, start=start, end=end)
