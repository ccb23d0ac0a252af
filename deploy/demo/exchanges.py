"""What Veilig Thuis and a receiver ask of each other about an overdracht: questions, talks, taking and giving back.

Nothing of this is published: the shares and the working days are our own estimate. What nobody answers yet at the end
of a play is what its reader finds waiting.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType

from deploy.demo import deeds
from deploy.demo.chance import pick
from deploy.demo.deeds import Aanbod
from deploy.demo.hours import at_work, later, werkdag_from
from shared.rules.calendar import amsterdam_day
from shared.rules.overdrachtcodes import AfzegReden, IntrekReden, TeruggaveReden, ZichtVraag

INGETROKKEN = 0.02  # of the offers that somebody would have answered
# Who is not needed at all any more is only somebody beside the one who has the family in sight.
_INTREKREDEN: Mapping[IntrekReden, float] = MappingProxyType(
    {IntrekReden.ANDERE_BESTEMMING: 50, IntrekReden.ONTVANGER_AFWEZIG: 30, IntrekReden.VERGISSING: 20}
)
NIET_MEER_NODIG = 0.1

NAGEVRAAGD = 0.07
_ZONDER_ANTWOORD = 0.08
_VRAAGT_NA: Mapping[int, float] = MappingProxyType({0: 40, 1: 35, 2: 25})
_ANTWOORDT_NA: Mapping[int, float] = MappingProxyType({0: 30, 1: 40, 2: 18, 3: 8, 5: 4})  # the term is two
_ONGELEZEN = 0.15
_LEEST_NA: Mapping[int, float] = MappingProxyType({0: 50, 1: 35, 3: 15})

GESPROKEN = 0.7  # of what is handed over warm: of the rest nobody agreed on a talk
_GESPREK_NA: Mapping[int, float] = MappingProxyType({1: 15, 2: 25, 3: 20, 5: 20, 8: 12, 12: 8})
_NIET_VASTGELEGD = 0.1
_AFGEZEGD, _OPNIEUW_GEPLAND = 0.12, 0.7
_AFZEGREDEN: Mapping[AfzegReden, float] = MappingProxyType(
    {AfzegReden.VERHINDERD: 40, AfzegReden.GEZIN_WIL_NIET: 40, AfzegReden.VERGISSING: 20}
)

TERUGGAVE = 0.05  # of what was accepted
_AFGEWEZEN = 0.3
_GEEFT_TERUG_NA: Mapping[int, float] = MappingProxyType({2: 15, 4: 25, 6: 25, 9: 20, 14: 15})
_BESLIST_NA: Mapping[int, float] = MappingProxyType({0: 10, 1: 38, 2: 27, 4: 17, 7: 8})  # the term is two
_TERUGGAVEREDEN: Mapping[TeruggaveReden, float] = MappingProxyType(
    {
        TeruggaveReden.NIET_PASSEND: 30,
        TeruggaveReden.HULP_GEWEIGERD: 25,
        TeruggaveReden.ONVEILIGER: 20,
        TeruggaveReden.GEEN_CAPACITEIT: 15,
        TeruggaveReden.GEZIN_VERHUISD: 10,
    }
)

ZICHT_TERUGGEVRAAGD = 0.03  # of who has a family in sight
ZICHT_AANGEBODEN = 0.4  # of who accepted beside him
_ZICHT_NA: Mapping[int, float] = MappingProxyType({2: 30, 4: 40, 7: 30})
_ZICHT_AANVAARD = 0.75
_ZICHT_AANVAARD_NA: Mapping[int, float] = MappingProxyType({0: 30, 1: 40, 3: 30})
_ZICHT_OPNIEUW_NA: Mapping[int, float] = MappingProxyType({3: 40, 5: 40, 8: 20})

Uitwisseling = (
    deeds.Intrekken
    | deeds.NavraagStellen
    | deeds.NavraagBeantwoorden
    | deeds.AntwoordLezen
    | deeds.GesprekPlannen
    | deeds.GesprekAfzeggen
    | deeds.GesprekVastleggen
    | deeds.TeruggaveVragen
    | deeds.TeruggaveBeslissen
    | deeds.ZichtVragen
    | deeds.ZichtAanvaarden
)
Moments = Iterator[tuple[datetime, Uitwisseling]]


@dataclass(frozen=True, slots=True)
class Teruggave:
    """That a receiver wants to give back, when, and what becomes of that."""

    reden: TeruggaveReden
    gevraagd_op: datetime
    beslist_op: datetime
    terug: bool


def revoked(random: Random, *, beside: bool) -> IntrekReden | None:
    """Return why an offer is taken back before it is answered; ``beside``: another has the family in sight."""
    if random.random() >= INGETROKKEN + (NIET_MEER_NODIG if beside else 0):
        return None
    return IntrekReden.NIET_MEER_NODIG if beside else pick(random, _INTREKREDEN)


def between_both(random: Random, begin: datetime, end: datetime) -> datetime:
    """Return a moment between two others, at work where that can be."""
    somewhere = begin + (end - begin) * random.uniform(0.2, 0.8)
    at = at_work(werkdag_from(amsterdam_day(somewhere)), random)
    return at if begin < at < end else somewhere


def asked_about(random: Random, aanbod: Aanbod, offered_op: datetime) -> Moments:
    """Yield a question of the receiver, before he decides or afterwards, and mostly its answer."""
    if random.random() >= NAGEVRAAGD:
        return
    at = later(offered_op, pick(random, _VRAAGT_NA), random)
    yield at, deeds.NavraagStellen(aanbod)
    if random.random() >= _ZONDER_ANTWOORD:
        at = later(at, pick(random, _ANTWOORDT_NA), random)
        yield at, deeds.NavraagBeantwoorden(aanbod)
        if random.random() >= _ONGELEZEN:
            yield later(at, pick(random, _LEEST_NA), random), deeds.AntwoordLezen(aanbod)


def talked(random: Random, aanbod: Aanbod, accepted_op: datetime) -> Moments:
    """Yield the talk of a warm overdracht: agreed when it is accepted, held later, and mostly written down.

    Some are called off, and of those most are agreed anew.
    """
    if random.random() >= GESPROKEN:
        return
    moment = _talk_after(random, accepted_op)
    yield accepted_op, deeds.GesprekPlannen(aanbod, moment)
    if random.random() < _AFGEZEGD:
        called_off_op = between_both(random, accepted_op, moment)
        again = random.random() < _OPNIEUW_GEPLAND
        reden = AfzegReden.ANDER_MOMENT if again else pick(random, _AFZEGREDEN)
        yield called_off_op, deeds.GesprekAfzeggen(aanbod, reden)
        if not again:
            return
        moment = _talk_after(random, moment)
        yield called_off_op + timedelta(minutes=5), deeds.GesprekPlannen(aanbod, moment)
    if random.random() >= _NIET_VASTGELEGD:
        yield moment + timedelta(minutes=random.randint(50, 100)), deeds.GesprekVastleggen(aanbod, moment)


def _talk_after(random: Random, moment: datetime) -> datetime:
    return at_work(amsterdam_day(later(moment, pick(random, _GESPREK_NA), random)), random)


def given_back(random: Random, accepted_op: datetime) -> Teruggave | None:
    """Return that a receiver wants to give back what he accepted; None for most."""
    if random.random() >= TERUGGAVE:
        return None
    asked_op = later(accepted_op, pick(random, _GEEFT_TERUG_NA), random)
    return Teruggave(
        reden=pick(random, _TERUGGAVEREDEN),
        gevraagd_op=asked_op,
        beslist_op=later(asked_op, pick(random, _BESLIST_NA), random),
        terug=random.random() >= _AFGEWEZEN,
    )


def returned(aanbod: Aanbod, teruggave: Teruggave) -> Moments:
    """Yield the request to give back, and what Veilig Thuis decides."""
    yield teruggave.gevraagd_op, deeds.TeruggaveVragen(aanbod, teruggave.reden)
    yield teruggave.beslist_op, deeds.TeruggaveBeslissen(aanbod, teruggave.terug)


def asked_for_sight(random: Random, aanbod: Aanbod, accepted_op: datetime, *, carries: bool) -> Moments:
    """Yield what is asked about sight of safety: back from who carries it and offered anew, or offered to another."""
    if random.random() >= (ZICHT_TERUGGEVRAAGD if carries else ZICHT_AANGEBODEN):
        return
    wanted = (ZichtVraag.TERUGVRAGEN, ZichtVraag.AANBIEDEN) if carries else (ZichtVraag.AANBIEDEN,)
    yield from _sight(random, aanbod, later(accepted_op, pick(random, _ZICHT_NA), random), wanted)


def _sight(random: Random, aanbod: Aanbod, at: datetime, wanted: Sequence[ZichtVraag]) -> Moments:
    for vraag in wanted:
        yield at, deeds.ZichtVragen(aanbod, vraag)
        if random.random() >= _ZICHT_AANVAARD:
            return
        at = later(at, pick(random, _ZICHT_AANVAARD_NA), random)
        yield at, deeds.ZichtAanvaarden(aanbod)
        at = later(at, pick(random, _ZICHT_OPNIEUW_NA), random)
