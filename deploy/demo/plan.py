"""The play as a whole, made beforehand: who does what and when, with so many besluiten a working day and no more.

The backlog is real: what the workers do not get to waits, the acute first and then in the order in which the
information came together, so that part of the besluiten is late. With the values below about three quarters are in
time, as in the years that the region reported on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from deploy.demo import deeds
from deploy.demo.advice import adviezen_of_year
from deploy.demo.arrivals import Aankomst, meldingen_of_year
from deploy.demo.care import ZONDER_AFSPRAAK, Wachttijd, asked, banned, first_day, kept_in_sight, owned
from deploy.demo.chance import chance_of
from deploy.demo.course import OF_THE_FAMILY, Verloop, course_of
from deploy.demo.deeds import Step
from deploy.demo.fiction import make_gezin
from deploy.demo.handing import handed_over
from deploy.demo.hours import ONE_DAY, at_work, between, is_free, later, moment_on, werkdag_after, werkdag_from
from deploy.demo.shelter import Ask, asks_for_team, sheltered
from deploy.demo.zaak import Zaak, step_of
from shared.rules.calendar import AMSTERDAM, amsterdam_day
from shared.rules.codes import BestemmingSoort, HandelingSoort, InterventieSoort

BESLUITEN_PER_WERKDAG = 51  # the year brings 48,7 for each working day
BESLUITEN_PER_VRIJE_DAG = 6  # on a free day only what is acute
_MONITOR_FROM_DAYS = 85  # the first monitormoment comes three months after an overdracht
_LATE_EVENING = time(23, 40)
_LAST_MINUTE = time(23, 57)
_TUESDAY = 1


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be played."""

    zaad: int
    vanaf: date  # the first of a month
    maanden: int
    besluiten_per_werkdag: int = BESLUITEN_PER_WERKDAG
    dagen: int | None = None  # play no more than the first days of it

    @property
    def begin(self) -> datetime:
        """The first moment of the play."""
        return moment_on(self.vanaf, time.min)

    @property
    def einde(self) -> datetime:
        """The first moment after the play."""
        if self.dagen is not None:
            return moment_on(self.vanaf + timedelta(days=self.dagen), time.min)
        months = self.vanaf.month - 1 + self.maanden
        return moment_on(date(self.vanaf.year + months // 12, months % 12 + 1, 1), time.min)


def plan(wishes: Wishes) -> list[Step]:
    """Return every step of the play in order of time; the same wishes always give the same steps."""
    zaken = list(_zaken(wishes))
    steps = [step for zaak in zaken for step in _reception(zaak)]
    steps += _adviezen(wishes)
    besluiten = {zaak.kenmerk: besloten_op for zaak, besloten_op in _besluiten(wishes, zaken)}
    for zaak in zaken:
        besloten_op = besluiten.get(zaak.kenmerk)
        steps += _care(zaak, besloten_op or wishes.einde)
        if besloten_op:
            steps += _after_besluit(zaak, besloten_op)
    steps += _monitorrondes(wishes)
    steps += _shelter(wishes, zaken, steps)
    return sorted(step for step in steps if step.tijdstip < wishes.einde)


# --- receiving and judging ---------------------------------------------------------------------------------------


def _zaken(wishes: Wishes) -> Iterator[Zaak]:
    for jaar in range(wishes.vanaf.year, wishes.einde.year + 1):
        for aankomst in meldingen_of_year(wishes.zaad, jaar):
            if wishes.begin <= aankomst.tijdstip < wishes.einde:
                yield _zaak(wishes.zaad, jaar, aankomst)


def _zaak(zaad: int, jaar: int, aankomst: Aankomst) -> Zaak:
    verloop = course_of(zaad, jaar, aankomst)
    random = chance_of("agenda", zaad, jaar, aankomst.nummer)
    acuutcheck_op = _acuutcheck_op(aankomst.tijdstip, verloop, random)
    gereed_op = acuutcheck_op + timedelta(minutes=random.randint(30, 90))
    if verloop.gereed_na:
        together_on = werkdag_after(amsterdam_day(aankomst.tijdstip), verloop.gereed_na)
        gereed_op = max(gereed_op, at_work(together_on, random))
    care = chance_of("zorg", zaad, jaar, aankomst.nummer)
    helped = chance_of("hulp", zaad, jaar, aankomst.nummer)
    exchange = chance_of("tussen-partijen", zaad, jaar, aankomst.nummer)
    kenmerk = f"{jaar}-{aankomst.nummer:05d}"
    return Zaak(zaad, kenmerk, aankomst, verloop, acuutcheck_op, gereed_op, random, care, helped, exchange)


def _acuutcheck_op(ontvangen: datetime, verloop: Verloop, random: Random) -> datetime:
    """Return when the acute question is answered: the same day, but for a few; before midnight when that can be."""
    day = amsterdam_day(ontvangen)
    if verloop.acuutcheck_volgende_ochtend:
        return moment_on(day + ONE_DAY, time(7, random.randrange(20, 59)))
    answered = ontvangen + timedelta(minutes=verloop.acuutcheck_na_minuten)
    in_time = ontvangen.astimezone(AMSTERDAM).time() < _LATE_EVENING
    return min(answered, moment_on(day, _LAST_MINUTE)) if in_time else ontvangen + timedelta(minutes=12)


def _reception(zaak: Zaak) -> Iterator[Step]:
    yield step_of(zaak, zaak.aankomst.tijdstip, 0, deeds.Melden(zaak.aankomst))
    verloop = zaak.verloop
    yield step_of(zaak, zaak.acuutcheck_op, 1, deeds.Acuutchecken(verloop.acuut, verloop.interventies))
    if InterventieSoort.HANDLE_WITH_CARE in verloop.interventies:
        sent = zaak.acuutcheck_op + timedelta(hours=zaak.random.choice((1, 2, 3, 5, 9, 14, 26)))
        yield step_of(zaak, sent, 3, deeds.Handelen(HandelingSoort.HANDLE_WITH_CARE_VERZONDEN))


def _care(zaak: Zaak, tot: datetime) -> Iterator[Step]:
    """Yield how a family is kept in sight until the besluit, and what is asked and imposed."""
    random = zaak.care
    seen_op = zaak.acuutcheck_op
    owned_op, daad = owned(random, zaak.aankomst.tijdstip, seen_op)
    if owned_op < tot:
        yield step_of(zaak, owned_op, 2, daad)
    wacht = Wachttijd(seen_op, tot, amsterdam_day(seen_op) + ZONDER_AFSPRAAK)
    for at, daad in kept_in_sight(random, wacht):
        yield step_of(zaak, at, 4, daad)
    for at, daad in (*asked(random, zaak.verloop, seen_op), *banned(random, zaak.verloop, seen_op)):
        yield step_of(zaak, at, 3, daad)


def _besluiten(wishes: Wishes, zaken: list[Zaak]) -> Iterator[tuple[Zaak, datetime]]:
    """Yield each besluit with its moment: every day the workers take what lies on top, until the day is full."""
    coming = sorted(zaken, key=lambda zaak: (zaak.gereed_op, zaak.kenmerk), reverse=True)
    waiting: list[Zaak] = []
    day, last = wishes.vanaf, amsterdam_day(wishes.einde)
    while day < last:
        closes = moment_on(day, time(17, 0))
        while coming and coming[-1].gereed_op < closes:
            waiting.append(coming.pop())
        free = is_free(day)
        room = BESLUITEN_PER_VRIJE_DAG if free else wishes.besluiten_per_werkdag
        waiting.sort(key=lambda zaak: zaak.order)
        chosen = [zaak for zaak in waiting if zaak.verloop.acuut or not free][:room]
        taken = {zaak.kenmerk for zaak in chosen}
        waiting = [zaak for zaak in waiting if zaak.kenmerk not in taken]
        for zaak in chosen:
            yield (
                zaak,
                between(max(zaak.gereed_op, moment_on(day, time(8, 45))), moment_on(day, time(17, 45)), zaak.random),
            )
        day += ONE_DAY


# --- after the besluit -------------------------------------------------------------------------------------------


def _after_besluit(zaak: Zaak, besloten_op: datetime) -> Iterator[Step]:
    verloop = zaak.verloop
    receivers = tuple(one.ontvanger for one in verloop.overdrachten)
    yield step_of(
        zaak, besloten_op, 2, deeds.Besluiten(verloop.uitkomst, verloop.acuut, verloop.structureel, receivers)
    )
    for soort, werkdagen in (
        (HandelingSoort.BETROKKENEN_GEINFORMEERD, verloop.informeren_na),
        (HandelingSoort.MELDER_TERUGGEKOPPELD, verloop.terugkoppelen_na),
    ):
        yield step_of(zaak, later(besloten_op, werkdagen, zaak.random), 3, deeds.Handelen(soort))
    for overdracht in verloop.overdrachten:
        yield from handed_over(zaak, overdracht, besloten_op, uit_dienst=False)
    if verloop.dienst:
        yield from _dienst(zaak, besloten_op)


def _dienst(zaak: Zaak, besloten_op: datetime) -> Iterator[Step]:
    dienst = zaak.verloop.dienst
    assert dienst is not None  # noqa: S101, the caller looked
    begin = amsterdam_day(besloten_op)
    concluded = at_work(werkdag_from(begin + timedelta(days=dienst.dagen)), zaak.random)
    talks: list[datetime] = []
    for number, (day, soort, met) in enumerate(dienst.contacten):
        at = min(at_work(werkdag_from(begin + timedelta(days=day)), zaak.random), concluded - timedelta(hours=2))
        if soort == "gesproken" and met in OF_THE_FAMILY:
            talks.append(at)
        yield step_of(zaak, at, 3, deeds.Spreken(number, soort, met))
    for number, day in enumerate(dienst.voorwaarden):
        at = min(at_work(werkdag_from(begin + timedelta(days=day)), zaak.random), concluded - timedelta(hours=1))
        yield step_of(zaak, at, 4, deeds.Voorwaarde(number))
    agreed = first_day(zaak.care, besloten_op)
    yield step_of(zaak, besloten_op, 3, deeds.CheckAfspreken(agreed))
    for at, daad in kept_in_sight(zaak.care, Wachttijd(besloten_op, concluded, agreed, in_dienst=True), talks):
        yield step_of(zaak, at, 4, daad)
    to = dienst.overdracht.ontvanger if dienst.overdracht else None
    yield step_of(zaak, concluded, 5, deeds.Concluderen(dienst.conclusie, to))
    told = deeds.Handelen(HandelingSoort.MELDER_TERUGGEKOPPELD)
    yield step_of(zaak, later(concluded, zaak.random.randint(0, 4), zaak.random), 6, told)
    if dienst.overdracht:
        yield from handed_over(zaak, dienst.overdracht, concluded, uit_dienst=True)


def _shelter(wishes: Wishes, zaken: list[Zaak], steps: list[Step]) -> Iterator[Step]:
    """Yield what is done for who needs shelter: when the danger is acute, and when a shelter or a team takes over."""
    by_kenmerk = {zaak.kenmerk: zaak for zaak in zaken}
    asks = [
        _ask(wishes, zaak, zaak.acuutcheck_op + timedelta(minutes=zaak.aankomst.nummer % 30 + 10), spoed=True)
        for zaak in zaken
        if InterventieSoort.OPVANG in zaak.verloop.interventies
    ]
    for step in steps:
        if isinstance(step.daad, deeds.Accepteren):
            soort, zaak = step.daad.aanbod.ontvanger.soort, by_kenmerk[step.kenmerk]
            if soort is BestemmingSoort.OPVANG:
                asks.append(_ask(wishes, zaak, step.tijdstip))
            elif soort is BestemmingSoort.LOKAAL_VELD and asks_for_team(
                chance_of("opvangvraag", wishes.zaad, step.kenmerk)
            ):
                asks.append(_ask(wishes, zaak, step.tijdstip, door_team=True))
    for ask, moment, daad in sheltered((one for one in asks if one.op < wishes.einde), wishes.einde):
        yield step_of(by_kenmerk[ask.kenmerk], moment, 8, daad)


def _ask(wishes: Wishes, zaak: Zaak, op: datetime, *, spoed: bool = False, door_team: bool = False) -> Ask:
    gezin = make_gezin(wishes.zaad, zaak.aankomst.gezin)
    return Ask(zaak.kenmerk, gezin, op, spoed, door_team, chance_of("opvang", wishes.zaad, zaak.kenmerk, door_team))


def _adviezen(wishes: Wishes) -> Iterator[Step]:
    for jaar in range(wishes.vanaf.year, wishes.einde.year + 1):
        for vraag in adviezen_of_year(wishes.zaad, jaar):
            if wishes.begin <= vraag.tijdstip < wishes.einde:
                kenmerk = f"advies-{jaar}-{vraag.nummer:05d}"
                yield Step(vraag.tijdstip, 0, kenmerk, kenmerk, vraag.gemeente_code, deeds.Adviseren(vraag))


def _monitorrondes(wishes: Wishes) -> Iterator[Step]:
    """Once a week, from when there can be something to look at."""
    day = wishes.vanaf + timedelta(days=_MONITOR_FROM_DAYS)
    while moment_on(day, time.min) < wishes.einde:
        if day.weekday() == _TUESDAY:
            yield Step(moment_on(day, time(10, 0)), 9, f"monitor-{day}", "monitor", None, deeds.Monitorronde())
        day += ONE_DAY
