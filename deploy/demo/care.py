"""How work is owned and families that wait are kept in sight, and what is asked and imposed meanwhile.

Nothing of this is published: all shares are our own estimate. What is late, is late on purpose: a played month has
alarms to look at, and not so many that nobody would.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from types import MappingProxyType

from deploy.demo import deeds
from deploy.demo.chance import pick
from deploy.demo.course import Verloop
from deploy.demo.hours import ONE_DAY, at_work, later, moment_on, werkdag_after, werkdag_from, werkdag_until
from shared.rules.behandelcodes import VeiligheidscheckUitkomst
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import InterventieSoort
from shared.rules.huisverbod import HuisverbodAdvies

MEDEWERKERS = 24  # two besluiten a working day each
TOEGEWEZEN_OP_TIJD = 0.05  # work that a team lead gives out in the morning after
TOEGEWEZEN_TE_LAAT = 0.05  # and that lies for days
_TE_LAAT_NA: Mapping[int, float] = MappingProxyType({2: 60, 3: 30, 4: 10})  # working days after the receipt

# When nobody agreed on a day somebody looks within a week.
ZONDER_AFSPRAAK = timedelta(days=7)
CHECK_TE_LAAT = 0.10
_VOORAF: Mapping[int, float] = MappingProxyType({0: 12, 1: 58, 2: 30})  # days before the last one
_ERNA: Mapping[int, float] = MappingProxyType({1: 60, 2: 25, 3: 15})  # working days after it
_VOLGENDE_WACHTEND: Mapping[int, float] = MappingProxyType({7: 20, 10: 40, 14: 40})
_VOLGENDE_DIENST: Mapping[int, float] = MappingProxyType({14: 45, 21: 40, 25: 15})
_AGAIN_AFTER = 2  # working days, when nobody was reached
_TALK_COUNTS = timedelta(days=3)  # a talk so shortly before the day makes a check needless
_UITKOMST: Mapping[VeiligheidscheckUitkomst, float] = MappingProxyType(
    {
        VeiligheidscheckUitkomst.VEILIG: 70,
        VeiligheidscheckUitkomst.ZORGEN: 23,
        VeiligheidscheckUitkomst.NIET_BEREIKT: 6,
        VeiligheidscheckUitkomst.ACUUT_ONVEILIG: 1,
    }
)

NAGEVRAAGD = 0.08  # of the meldingen about which the information is not there at once
_ZONDER_ANTWOORD = 0.03
_BEKEND = 0.92
_ANTWOORD_NA: Mapping[int, float] = MappingProxyType({0: 12, 1: 36, 2: 28, 3: 14, 4: 6, 6: 4})

AFGEZIEN = 0.04  # acute meldingen that are screened for a huisverbod without one
_ADVIES_NA: Mapping[int, float] = MappingProxyType({7: 45, 8: 45, 9: 10})  # the term is the eighth day
_ADVIES: Mapping[HuisverbodAdvies, float] = MappingProxyType(
    {HuisverbodAdvies.LATEN_AFLOPEN: 60, HuisverbodAdvies.VERLENGEN: 40}
)
_DAGEN, _DAGEN_VERLENGD = 10, 28
_VERLENGD_OP, _EVENING = 9, time(17, 30)  # the day before it would end, whatever its hour

Moments = Iterator[tuple[datetime, deeds.Daad]]


@dataclass(frozen=True, slots=True)
class Wachttijd:
    """A stretch in which a family waits: from when, until when, and when somebody must have looked."""

    van: datetime
    tot: datetime
    uiterlijk: date
    in_dienst: bool = False


def owned(random: Random, ontvangen: datetime, acuutcheck_op: datetime) -> tuple[datetime, deeds.Daad]:
    """Return who takes up the work: mostly who answers the acute question, and now and then nobody for days."""
    medewerker, left = random.randrange(MEDEWERKERS), random.random()
    if left >= TOEGEWEZEN_OP_TIJD + TOEGEWEZEN_TE_LAAT:
        return acuutcheck_op, deeds.Oppakken(medewerker)
    days = 1 if left < TOEGEWEZEN_OP_TIJD else pick(random, _TE_LAAT_NA)
    given = at_work(werkdag_after(amsterdam_day(ontvangen), days), random)
    return max(given, acuutcheck_op), deeds.Toewijzen(medewerker)


def kept_in_sight(random: Random, wacht: Wachttijd, talks: Sequence[datetime] = ()) -> Moments:
    """Yield when somebody looks, each time before the day that was agreed, but for a few.

    Who talked with the family in the last days before it has looked: he only agrees on the next day.
    """
    since, due = wacht.van, wacht.uiterlijk
    while True:
        talk = next((one for one in talks if since < one and _is_instead(one, due)), None)
        at = talk or max(_looked_at(random, due), since + timedelta(hours=1))
        if at >= wacht.tot:
            return
        uitkomst = pick(random, _UITKOMST)
        due = _next_day(random, at, in_dienst=wacht.in_dienst)
        if talk:
            yield at, deeds.CheckAfspreken(due)
        else:
            if uitkomst is VeiligheidscheckUitkomst.NIET_BEREIKT:
                due = werkdag_after(amsterdam_day(at), _AGAIN_AFTER)
            yield at, deeds.Veiligheidscheck(uitkomst, due)
        since = at


def first_day(random: Random, besloten_op: datetime) -> date:
    """Return until when somebody looks first in a dienst."""
    return _next_day(random, besloten_op, in_dienst=True)


def _is_instead(talk: datetime, due: date) -> bool:
    return due - _TALK_COUNTS <= amsterdam_day(talk) <= due


def _looked_at(random: Random, due: date) -> datetime:
    if random.random() < CHECK_TE_LAAT:
        return at_work(werkdag_after(due, pick(random, _ERNA)), random)
    return at_work(werkdag_until(due - pick(random, _VOORAF) * ONE_DAY), random)


def _next_day(random: Random, at: datetime, *, in_dienst: bool) -> date:
    days = pick(random, _VOLGENDE_DIENST if in_dienst else _VOLGENDE_WACHTEND)
    return werkdag_from(amsterdam_day(at) + days * ONE_DAY)


def asked(random: Random, verloop: Verloop, acuutcheck_op: datetime) -> Moments:
    """Yield a question to the local field for some of the meldingen, and mostly its answer."""
    if not verloop.gereed_na or random.random() >= NAGEVRAAGD:
        return
    asked_at = acuutcheck_op + timedelta(minutes=random.randint(15, 90))
    yield asked_at, deeds.Navragen()
    if random.random() >= _ZONDER_ANTWOORD:
        known = random.random() < _BEKEND
        yield later(asked_at, pick(random, _ANTWOORD_NA), random), deeds.Beantwoorden(known)


def banned(random: Random, verloop: Verloop, acuutcheck_op: datetime) -> Moments:
    """Yield a huisverbod from its screening to its end, which now and then nobody notes."""
    if InterventieSoort.HUISVERBOD not in verloop.interventies:
        if verloop.acuut and random.random() < AFGEZIEN:
            yield acuutcheck_op, deeds.Screenen(opleggen=False)
        return
    yield acuutcheck_op, deeds.Screenen(opleggen=True)
    day = amsterdam_day(acuutcheck_op)
    advised = at_work(day + pick(random, _ADVIES_NA) * ONE_DAY, random)
    advies, dagen = pick(random, _ADVIES), _DAGEN
    yield advised, deeds.HuisverbodAdviseren(advies)
    if advies is HuisverbodAdvies.VERLENGEN:
        dagen = _DAGEN_VERLENGD
        yield moment_on(day + _VERLENGD_OP * ONE_DAY, _EVENING), deeds.HuisverbodVerlengen(dagen)
    if not verloop.verloopt_huisverbod:
        ended = acuutcheck_op + timedelta(days=dagen)
        yield later(ended, 1, random), deeds.HuisverbodEindigen()
