"""What becomes of each offer to a receiver: refused, taken back, accepted, given back, and what is done meanwhile."""

from collections.abc import Iterator
from datetime import datetime

from deploy.demo import deeds
from deploy.demo.course import OverdrachtVerloop, another_than
from deploy.demo.deeds import Aanbod, Step
from deploy.demo.exchanges import (
    Teruggave,
    asked_about,
    asked_for_sight,
    between_both,
    given_back,
    returned,
    revoked,
    talked,
)
from deploy.demo.hours import later
from deploy.demo.hulp import went_on
from deploy.demo.planners import carries_zicht, planned
from deploy.demo.zaak import Zaak, step_of
from shared.rules.codes import BestemmingSoort
from shared.rules.overdrachtcodes import IntrekReden


def handed_over(zaak: Zaak, verloop: OverdrachtVerloop, aangeboden_op: datetime, *, uit_dienst: bool) -> Iterator[Step]:
    """Yield what becomes of an offer: refused or taken back and offered again, accepted, given back."""
    if verloop.antwoord_na is None:
        return
    random, exchange = zaak.random, zaak.exchange
    aanbod = Aanbod(verloop.ontvanger, uit_dienst)
    at = later(aangeboden_op, verloop.antwoord_na, random)
    carries = uit_dienst or carries_zicht(zaak.verloop, verloop)
    if verloop.weigert_om and verloop.opnieuw_aan:
        yield step_of(zaak, at, 5, deeds.Weigeren(aanbod, verloop.weigert_om))
        at = later(at, verloop.opnieuw_na, random)
        again = Aanbod(verloop.opnieuw_aan, uit_dienst, opnieuw=True)
        yield step_of(zaak, at, 6, deeds.OpnieuwAanbieden(aanbod, again))
        aanbod, at = again, later(at, verloop.alsnog_na, random)
    elif reden := revoked(exchange, beside=not carries):
        gone_op = between_both(exchange, aangeboden_op, at)
        yield step_of(zaak, gone_op, 5, deeds.Intrekken(aanbod, reden))
        if reden is IntrekReden.NIET_MEER_NODIG:
            return
        again = _to_another(zaak, aanbod)
        offered_op = later(gone_op, exchange.randint(0, 2), exchange)
        yield step_of(zaak, offered_op, 6, deeds.OpnieuwAanbieden(aanbod, again))
        aanbod, at = again, later(offered_op, exchange.randint(0, 4), exchange)
    back = None if aanbod.opnieuw else given_back(exchange, at)
    for step in _with_receiver(zaak, verloop, aanbod, at, back=back):
        if back is None or not back.terug or step.tijdstip < back.beslist_op:
            yield step
    if back:
        yield from _given_back(zaak, aanbod, back)
    elif not aanbod.opnieuw:
        for moment, daad in (
            *asked_about(exchange, aanbod, aangeboden_op),
            *asked_for_sight(exchange, aanbod, at, carries=carries),
        ):
            yield step_of(zaak, moment, 8, daad)


def _with_receiver(
    zaak: Zaak, verloop: OverdrachtVerloop, aanbod: Aanbod, at: datetime, *, back: Teruggave | None
) -> Iterator[Step]:
    """Yield what a receiver does who accepts, until he may have given back."""
    yield step_of(zaak, at, 7, deeds.Accepteren(aanbod, verloop.warm))
    if verloop.warm:
        for moment, daad in talked(zaak.exchange, aanbod, at):
            yield step_of(zaak, moment, 8, daad)
    if aanbod.uit_dienst or carries_zicht(zaak.verloop, verloop):
        for moment, plandaad in planned(zaak.help, zaak.verloop, aanbod, at):
            # Who wants to give back makes no plan any more.
            if back is None or moment < back.gevraagd_op:
                yield step_of(zaak, moment, 9, plandaad)
    if aanbod.ontvanger.soort is BestemmingSoort.LOKAAL_VELD:
        for moment, hulpstap in went_on(zaak.zaad, zaak.kenmerk, aanbod, at):
            yield step_of(zaak, moment, 9, hulpstap)
    if verloop.eerste_contact_na is not None:
        yield step_of(zaak, later(at, verloop.eerste_contact_na, zaak.random), 8, deeds.EersteContact(aanbod))


def _given_back(zaak: Zaak, aanbod: Aanbod, back: Teruggave) -> Iterator[Step]:
    """Yield that a receiver wants to give back, and who has the family afterwards."""
    random = zaak.exchange
    for moment, daad in returned(aanbod, back):
        yield step_of(zaak, moment, 9, daad)
    if not back.terug:
        return
    again = _to_another(zaak, aanbod)
    at = later(back.beslist_op, random.randint(0, 3), random)
    yield step_of(zaak, at, 6, deeds.OpnieuwAanbieden(aanbod, again))
    at = later(at, random.randint(1, 5), random)
    yield step_of(zaak, at, 7, deeds.Accepteren(again, warm=True))
    yield step_of(zaak, later(at, random.randint(1, 9), random), 8, deeds.EersteContact(again))


def _to_another(zaak: Zaak, aanbod: Aanbod) -> Aanbod:
    """Return the offer that replaces one: the local field and who helps youth take over from each other."""
    other = another_than(zaak.exchange, aanbod.ontvanger, zaak.aankomst.gemeente_code)
    return Aanbod(other, aanbod.uit_dienst, opnieuw=True)
