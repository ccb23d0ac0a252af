"""The clocks of handing over: which fact starts each, meets it, or makes it pointless."""

from collections.abc import Iterator
from datetime import datetime

from services.monitoring.domain.casus import Heard
from services.monitoring.domain.klokken import End, Klok, earliest, klok_of
from shared.events.payloads import OverdrachtAangeboden
from shared.rules.codes import TermijnSoort


def overdracht_klokken(heard: Heard) -> Iterator[Klok]:
    """Give every clock of handing over, open and ended."""
    for offer in heard.aangeboden.values():
        yield _of_acceptatie(heard, offer)


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
