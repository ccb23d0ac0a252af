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
from deploy.demo.course import OF_THE_FAMILY, OverdrachtVerloop, Verloop, course_of
from deploy.demo.deeds import Aanbod, Step
from deploy.demo.hours import ONE_DAY, at_work, between, is_free, later, moment_on, werkdag_after, werkdag_from
from deploy.demo.planners import carries_zicht, planned
from shared.rules.calendar import AMSTERDAM, amsterdam_day
from shared.rules.codes import HandelingSoort, InterventieSoort

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


@dataclass(frozen=True, slots=True)
class _Zaak:
    """One melding with its course, on its way to a besluit."""

    kenmerk: str
    aankomst: Aankomst
    verloop: Verloop
    acuutcheck_op: datetime
    gereed_op: datetime
    random: Random
    care: Random  # a stream of its own, so that what is drawn here moves nothing else
    help: Random  # the same

    @property
    def order(self) -> tuple[bool, datetime, str]:
        """The acute first, then whose information was together first."""
        return not self.verloop.acuut, self.gereed_op, self.kenmerk


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
    return sorted(step for step in steps if step.tijdstip < wishes.einde)


# --- receiving and judging ---------------------------------------------------------------------------------------


def _zaken(wishes: Wishes) -> Iterator[_Zaak]:
    for jaar in range(wishes.vanaf.year, wishes.einde.year + 1):
        for aankomst in meldingen_of_year(wishes.zaad, jaar):
            if wishes.begin <= aankomst.tijdstip < wishes.einde:
                yield _zaak(wishes.zaad, jaar, aankomst)


def _zaak(zaad: int, jaar: int, aankomst: Aankomst) -> _Zaak:
    verloop = course_of(zaad, jaar, aankomst)
    random = chance_of("agenda", zaad, jaar, aankomst.nummer)
    acuutcheck_op = _acuutcheck_op(aankomst.tijdstip, verloop, random)
    gereed_op = acuutcheck_op + timedelta(minutes=random.randint(30, 90))
    if verloop.gereed_na:
        together_on = werkdag_after(amsterdam_day(aankomst.tijdstip), verloop.gereed_na)
        gereed_op = max(gereed_op, at_work(together_on, random))
    care = chance_of("zorg", zaad, jaar, aankomst.nummer)
    helped = chance_of("hulp", zaad, jaar, aankomst.nummer)
    return _Zaak(f"{jaar}-{aankomst.nummer:05d}", aankomst, verloop, acuutcheck_op, gereed_op, random, care, helped)


def _acuutcheck_op(ontvangen: datetime, verloop: Verloop, random: Random) -> datetime:
    """Return when the acute question is answered: the same day, but for a few; before midnight when that can be."""
    day = amsterdam_day(ontvangen)
    if verloop.acuutcheck_volgende_ochtend:
        return moment_on(day + ONE_DAY, time(7, random.randrange(20, 59)))
    answered = ontvangen + timedelta(minutes=verloop.acuutcheck_na_minuten)
    in_time = ontvangen.astimezone(AMSTERDAM).time() < _LATE_EVENING
    return min(answered, moment_on(day, _LAST_MINUTE)) if in_time else ontvangen + timedelta(minutes=12)


def _reception(zaak: _Zaak) -> Iterator[Step]:
    yield _step(zaak, zaak.aankomst.tijdstip, 0, deeds.Melden(zaak.aankomst))
    verloop = zaak.verloop
    yield _step(zaak, zaak.acuutcheck_op, 1, deeds.Acuutchecken(verloop.acuut, verloop.interventies))
    if InterventieSoort.HANDLE_WITH_CARE in verloop.interventies:
        sent = zaak.acuutcheck_op + timedelta(hours=zaak.random.choice((1, 2, 3, 5, 9, 14, 26)))
        yield _step(zaak, sent, 3, deeds.Handelen(HandelingSoort.HANDLE_WITH_CARE_VERZONDEN))


def _care(zaak: _Zaak, tot: datetime) -> Iterator[Step]:
    """Yield how a family is kept in sight until the besluit, and what is asked and imposed."""
    random = zaak.care
    seen_op = zaak.acuutcheck_op
    owned_op, daad = owned(random, zaak.aankomst.tijdstip, seen_op)
    if owned_op < tot:
        yield _step(zaak, owned_op, 2, daad)
    wacht = Wachttijd(seen_op, tot, amsterdam_day(seen_op) + ZONDER_AFSPRAAK)
    for at, daad in kept_in_sight(random, wacht):
        yield _step(zaak, at, 4, daad)
    for at, daad in (*asked(random, zaak.verloop, seen_op), *banned(random, zaak.verloop, seen_op)):
        yield _step(zaak, at, 3, daad)


def _besluiten(wishes: Wishes, zaken: list[_Zaak]) -> Iterator[tuple[_Zaak, datetime]]:
    """Yield each besluit with its moment: every day the workers take what lies on top, until the day is full."""
    coming = sorted(zaken, key=lambda zaak: (zaak.gereed_op, zaak.kenmerk), reverse=True)
    waiting: list[_Zaak] = []
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


def _after_besluit(zaak: _Zaak, besloten_op: datetime) -> Iterator[Step]:
    verloop = zaak.verloop
    receivers = tuple(one.ontvanger for one in verloop.overdrachten)
    yield _step(zaak, besloten_op, 2, deeds.Besluiten(verloop.uitkomst, verloop.acuut, verloop.structureel, receivers))
    for soort, werkdagen in (
        (HandelingSoort.BETROKKENEN_GEINFORMEERD, verloop.informeren_na),
        (HandelingSoort.MELDER_TERUGGEKOPPELD, verloop.terugkoppelen_na),
    ):
        yield _step(zaak, later(besloten_op, werkdagen, zaak.random), 3, deeds.Handelen(soort))
    for overdracht in verloop.overdrachten:
        yield from _overdracht(zaak, overdracht, besloten_op, uit_dienst=False)
    if verloop.dienst:
        yield from _dienst(zaak, besloten_op)


def _dienst(zaak: _Zaak, besloten_op: datetime) -> Iterator[Step]:
    dienst = zaak.verloop.dienst
    assert dienst is not None  # noqa: S101, the caller looked
    begin = amsterdam_day(besloten_op)
    concluded = at_work(werkdag_from(begin + timedelta(days=dienst.dagen)), zaak.random)
    talks: list[datetime] = []
    for number, (day, soort, met) in enumerate(dienst.contacten):
        at = min(at_work(werkdag_from(begin + timedelta(days=day)), zaak.random), concluded - timedelta(hours=2))
        if soort == "gesproken" and met in OF_THE_FAMILY:
            talks.append(at)
        yield _step(zaak, at, 3, deeds.Spreken(number, soort, met))
    for number, day in enumerate(dienst.voorwaarden):
        at = min(at_work(werkdag_from(begin + timedelta(days=day)), zaak.random), concluded - timedelta(hours=1))
        yield _step(zaak, at, 4, deeds.Voorwaarde(number))
    agreed = first_day(zaak.care, besloten_op)
    yield _step(zaak, besloten_op, 3, deeds.CheckAfspreken(agreed))
    for at, daad in kept_in_sight(zaak.care, Wachttijd(besloten_op, concluded, agreed, in_dienst=True), talks):
        yield _step(zaak, at, 4, daad)
    to = dienst.overdracht.ontvanger if dienst.overdracht else None
    yield _step(zaak, concluded, 5, deeds.Concluderen(dienst.conclusie, to))
    told = deeds.Handelen(HandelingSoort.MELDER_TERUGGEKOPPELD)
    yield _step(zaak, later(concluded, zaak.random.randint(0, 4), zaak.random), 6, told)
    if dienst.overdracht:
        yield from _overdracht(zaak, dienst.overdracht, concluded, uit_dienst=True)


def _overdracht(
    zaak: _Zaak, verloop: OverdrachtVerloop, aangeboden_op: datetime, *, uit_dienst: bool
) -> Iterator[Step]:
    if verloop.antwoord_na is None:
        return
    random = zaak.random
    aanbod = Aanbod(verloop.ontvanger, uit_dienst)
    at = later(aangeboden_op, verloop.antwoord_na, random)
    if verloop.weigert_om and verloop.opnieuw_aan:
        yield _step(zaak, at, 5, deeds.Weigeren(aanbod, verloop.weigert_om))
        at = later(at, verloop.opnieuw_na, random)
        again = Aanbod(verloop.opnieuw_aan, uit_dienst, opnieuw=True)
        yield _step(zaak, at, 6, deeds.OpnieuwAanbieden(aanbod, again))
        aanbod, at = again, later(at, verloop.alsnog_na, random)
    yield _step(zaak, at, 7, deeds.Accepteren(aanbod, verloop.warm))
    if uit_dienst or carries_zicht(zaak.verloop, verloop):
        for moment, daad in planned(zaak.help, zaak.verloop, aanbod, at):
            yield _step(zaak, moment, 9, daad)
    if verloop.eerste_contact_na is not None:
        yield _step(zaak, later(at, verloop.eerste_contact_na, random), 8, deeds.EersteContact(aanbod))


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


def _step(zaak: _Zaak, tijdstip: datetime, rang: int, daad: deeds.Daad) -> Step:
    aankomst = zaak.aankomst
    return Step(tijdstip, rang, zaak.kenmerk, f"gezin-{aankomst.gezin}", aankomst.gemeente_code, daad)
