"""Who needs shelter, who gets a place, who waits, who goes elsewhere and who leaves: made beforehand, bed by bed.

The places of the crisis shelter are those that the region aims at; the other kinds and every share are our own
estimate. A shelter begins empty. A bed that somebody leaves can be slept in from the next day on, so that nobody is
placed where another has not left yet, in whatever order the steps of one hour are done.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from types import MappingProxyType

from deploy.demo import opvangdeeds as deeds
from deploy.demo.chance import pick
from deploy.demo.fiction import Gezin
from deploy.demo.hours import ONE_DAY, at_work, later, moment_on, werkdag_from
from deploy.demo.opvangdeeds import Mens, Opvangdaad
from shared.rules.calendar import amsterdam_day
from shared.rules.opvang import (
    Doelgroep,
    OpvangIntrekReden,
    OpvangSoort,
    OpvangWeigerReden,
    ScreeningUitkomst,
    ScreeningVervolg,
    UitstroomNaar,
)

PLAATSEN: Mapping[OpvangSoort, int] = MappingProxyType(
    {
        OpvangSoort.CRISISOPVANG_VROUWEN: 40,
        OpvangSoort.CRISISOPVANG_KINDEREN: 50,
        OpvangSoort.SAFEHOUSE: 6,
        OpvangSoort.MANNENOPVANG: 3,
        OpvangSoort.LANGER_VERBLIJF: 12,
    }
)
_CRISIS: Mapping[Doelgroep, OpvangSoort] = MappingProxyType(
    {
        Doelgroep.VROUW: OpvangSoort.CRISISOPVANG_VROUWEN,
        Doelgroep.KIND: OpvangSoort.CRISISOPVANG_KINDEREN,
        Doelgroep.MAN: OpvangSoort.MANNENOPVANG,
    }
)

DOOR_TEAM = 0.04  # of what the local field accepts it asks shelter itself
MAN = 0.06
_ONZEKER = 0.07  # whose residence is uncertain; never a reason to refuse
_GEWEIGERD, _INGETROKKEN, _NIET_HIER = 0.08, 0.06, 0.12  # not in the region where they lived
_SAFEHOUSE = 0.25
_DOORSTROOM = 0.2  # half way their stay, to where they can stay for longer
_WEIGERREDEN: Mapping[OpvangWeigerReden, float] = MappingProxyType(
    {
        OpvangWeigerReden.ZORGVRAAG_TE_ZWAAR: 40,
        OpvangWeigerReden.VEILIGHEID_NIET_TE_BORGEN: 25,
        OpvangWeigerReden.GEEN_GEWELD_IN_AFHANKELIJKHEID: 25,
        OpvangWeigerReden.GEEN_PASSENDE_PLAATS: 10,
    }
)
_INTREKREDEN: Mapping[OpvangIntrekReden, float] = MappingProxyType(
    {OpvangIntrekReden.ZELF_AFGEZIEN: 50, OpvangIntrekReden.ANDERE_OPLOSSING: 50}
)
_REGIOS = (
    ("veilig-thuis-haaglanden", "0518"),
    ("veilig-thuis-hollands-midden", "0546"),
    ("veilig-thuis-west-brabant", "0758"),
)
_BESLIST_NA: Mapping[int, float] = MappingProxyType({0: 40, 1: 35, 2: 25})  # working days, without haste
_WACHT_OP_GESPREK: Mapping[int, float] = MappingProxyType({0: 35, 4: 25, 9: 20, 18: 20})  # days before a place is taken

_VERBLIJF_MEDIAAN_DAGEN, _VERBLIJF_SPREIDING, _VERBLIJF_DAGEN_MAX = 18, 0.7, 200
_METEEN_UIT = 0.3  # who can leave as soon as she is ready
_KLAAR_NIET_UIT: Mapping[int, float] = MappingProxyType({4: 20, 10: 30, 21: 30, 45: 20})
_UITSTROOM: Mapping[UitstroomNaar, float] = MappingProxyType(
    {
        UitstroomNaar.EIGEN_WONING: 35,
        UitstroomNaar.FAMILIE_OF_NETWERK: 25,
        UitstroomNaar.TERUG_NAAR_HUIS: 25,
        UitstroomNaar.BESCHERMD_WONEN: 10,
        UitstroomNaar.ONBEKEND: 5,
    }
)
_GESCREEND_NA: Mapping[int, float] = MappingProxyType({5: 25, 9: 30, 14: 20, 21: 10, 32: 8})  # days; the term is 28
_NIET_GESCREEND = 0.07
_SCREENING: Mapping[tuple[ScreeningUitkomst, ScreeningVervolg], float] = MappingProxyType(
    {
        (ScreeningUitkomst.GEEN_KLACHTEN, ScreeningVervolg.GEEN): 30,
        (ScreeningUitkomst.LICHTE_KLACHTEN, ScreeningVervolg.BEGELEIDING_IN_OPVANG): 40,
        (ScreeningUitkomst.ERNSTIGE_KLACHTEN, ScreeningVervolg.NADER_ONDERZOEK): 15,
        (ScreeningUitkomst.ERNSTIGE_KLACHTEN, ScreeningVervolg.TRAUMABEHANDELING): 15,
    }
)


@dataclass(frozen=True, slots=True)
class Ask:
    """That shelter is asked for a family; ``random`` is a stream of its own."""

    kenmerk: str
    gezin: Gezin
    op: datetime
    spoed: bool
    door_team: bool
    random: Random


Found = tuple[Ask, datetime, Opvangdaad]


@dataclass(slots=True)
class _Stay:
    """A group on its way through the shelter."""

    ask: Ask
    groep: tuple[Mens, ...]
    safehouse: bool
    besluit_op: datetime
    niet_voor: date
    ends_op: datetime | None = None  # when nothing runs for it any more
    beds: Counter[OpvangSoort] = field(default_factory=Counter)

    def wanted(self) -> dict[int, OpvangSoort]:
        """Return which kind of place each needs; who came together stays together."""
        return {one.nr: OpvangSoort.SAFEHOUSE if self.safehouse else _CRISIS[one.doelgroep] for one in self.groep}


def asks_for_team(random: Random) -> bool:
    """Say whether a local team asks shelter for a family that it accepted."""
    return random.random() < DOOR_TEAM


def sheltered(asks: Iterable[Ask], einde: datetime) -> Iterator[Found]:
    """Yield everything that is done for who needs shelter until the end of a play.

    A family for which a request runs is not asked for again.
    """
    house = _House()
    for ask in sorted(asks, key=lambda one: (one.op, one.kenmerk)):
        yield from house.until(ask.op)
        if not house.has(ask.gezin.nummer, ask.op):
            yield from house.take(ask)
    yield from house.until(einde)


class _House:
    """The shelters together: which beds are taken on each day, and who waits."""

    def __init__(self) -> None:
        self._free = Counter(PLAATSEN)
        self._moving: dict[date, list[_Stay]] = {}
        self._gone: dict[date, list[_Stay]] = {}
        self._waiting: list[_Stay] = []
        self._families: dict[int, _Stay] = {}
        self._day: date | None = None

    def has(self, gezin: int, moment: datetime) -> bool:
        """Say whether something runs for a family."""
        known = self._families.get(gezin)
        return known is not None and (known.ends_op is None or moment < known.ends_op + 2 * ONE_DAY)

    def until(self, moment: datetime) -> Iterator[Found]:
        """Let the mornings pass up to a moment: beds come free, and who waits longest gets one."""
        last = amsterdam_day(moment)
        day = self._day or last
        while day < last:
            day += ONE_DAY
            for stay in self._gone.pop(day, ()):
                self._free += stay.beds
            for stay in self._moving.pop(day, ()):
                yield from self._move_on(stay, day)
            for stay in sorted(self._waiting, key=lambda one: (not one.ask.spoed, one.ask.op)):
                if day >= stay.niet_voor and day == werkdag_from(day) and self._fits(stay.wanted()):
                    self._waiting.remove(stay)
                    yield from self._place(stay, at_work(day, stay.ask.random))
        self._day = last

    def take(self, ask: Ask) -> Iterator[Found]:
        """Yield a request, and what is decided about it."""
        random = ask.random
        groep = _group(ask)
        besluit_op = _decided_op(ask)
        left = random.random()
        niet_hier = left >= 1 - _NIET_HIER
        stay = _Stay(
            ask, groep, random.random() < _SAFEHOUSE, besluit_op, amsterdam_day(besluit_op), ends_op=besluit_op
        )
        self._families[ask.gezin.nummer] = stay
        yield ask, ask.op, deeds.OpvangAanvragen(groep, ask.spoed, niet_hier, ask.door_team)
        if left < _GEWEIGERD:
            yield ask, besluit_op, deeds.OpvangWeigeren(pick(random, _WEIGERREDEN))
        elif left < _GEWEIGERD + _INGETROKKEN:
            yield ask, besluit_op, deeds.OpvangIntrekken(pick(random, _INTREKREDEN))
        elif niet_hier or (ask.spoed and not self._fits(stay.wanted()) and not stay.safehouse):
            yield ask, besluit_op, deeds.OpvangElders(*random.choice(_REGIOS))
        else:
            stay.ends_op = None
            yield from self._place_or_wait(stay)

    def _place_or_wait(self, stay: _Stay) -> Iterator[Found]:
        days = 0 if stay.ask.spoed else pick(stay.ask.random, _WACHT_OP_GESPREK)
        # On the very day only: what is free now can be gone by another day.
        if days == 0 and amsterdam_day(stay.besluit_op) == amsterdam_day(stay.ask.op) and self._fits(stay.wanted()):
            yield from self._place(stay, stay.besluit_op)
            return
        stay.niet_voor = max(amsterdam_day(stay.besluit_op) + ONE_DAY, amsterdam_day(stay.ask.op) + timedelta(days))
        self._waiting.append(stay)
        yield stay.ask, stay.besluit_op, deeds.OpvangWachten()

    def _fits(self, wanted: Mapping[int, OpvangSoort]) -> bool:
        return all(self._free[soort] >= count for soort, count in Counter(wanted.values()).items())

    def _take_beds(self, wanted: Mapping[int, OpvangSoort]) -> Counter[OpvangSoort]:
        beds = Counter(wanted.values())
        self._free -= beds
        return beds

    def _place(self, stay: _Stay, at: datetime) -> Iterator[Found]:
        random, wanted = stay.ask.random, stay.wanted()
        yield stay.ask, at, deeds.OpvangPlaatsen(tuple(wanted.items()))
        stay.beds = self._take_beds(wanted)
        drawn = round(_VERBLIJF_MEDIAAN_DAGEN * random.lognormvariate(0, _VERBLIJF_SPREIDING))
        ready = _days_after(random, at, max(2, min(_VERBLIJF_DAGEN_MAX, drawn)))
        out = ready
        if random.random() >= _METEEN_UIT:
            out = _days_after(random, ready, pick(random, _KLAAR_NIET_UIT))
            yield stay.ask, ready, deeds.OpvangKlaarMelden()
        yield stay.ask, out, deeds.OpvangUitstromen(pick(random, _UITSTROOM))
        yield from _screened(stay, at, out)
        moves_on = werkdag_from(amsterdam_day(at + (ready - at) / 2))
        if random.random() < _DOORSTROOM and amsterdam_day(at) < moves_on < amsterdam_day(ready):
            self._moving.setdefault(moves_on, []).append(stay)
        self._gone.setdefault(amsterdam_day(out) + ONE_DAY, []).append(stay)
        stay.ends_op = out

    def _move_on(self, stay: _Stay, day: date) -> Iterator[Found]:
        """Give a group that can stay for longer a place where it can, when there is one."""
        wanted = {one.nr: OpvangSoort.LANGER_VERBLIJF for one in stay.groep}
        if not self._fits(wanted):
            return
        yield stay.ask, at_work(day, stay.ask.random), deeds.OpvangPlaatsen(tuple(wanted.items()))
        left = _Stay(stay.ask, stay.groep, stay.safehouse, stay.besluit_op, stay.niet_voor, beds=stay.beds)
        self._gone.setdefault(day + ONE_DAY, []).append(left)
        stay.beds = self._take_beds(wanted)


def _days_after(random: Random, moment: datetime, days: int) -> datetime:
    return at_work(werkdag_from(amsterdam_day(moment) + timedelta(days)), random)


def _screened(stay: _Stay, placed_op: datetime, out: datetime) -> Iterator[Found]:
    random = stay.ask.random
    for one in stay.groep:
        if one.doelgroep is not Doelgroep.KIND or random.random() < _NIET_GESCREEND:
            continue
        at = _days_after(random, placed_op, pick(random, _GESCREEND_NA))
        uitkomst, vervolg = pick(random, _SCREENING)
        if at < out:
            yield stay.ask, at, deeds.Traumascreenen(one.nr, uitkomst, vervolg)


def _group(ask: Ask) -> tuple[Mens, ...]:
    """Return who flees: mostly the first adult, who is a woman, and now and then the second; with every child."""
    adults = ask.gezin.volwassenen[:2]
    man = len(adults) > 1 and ask.random.random() < MAN
    onzeker = ask.random.random() < _ONZEKER
    grown = Mens(1, Doelgroep.MAN, onzeker) if man else Mens(0, Doelgroep.VROUW, onzeker)
    # With a man no child comes: there is no place for children beside those of the men.
    children = () if man else ask.gezin.kinderen
    return (grown, *(Mens(len(adults) + place, Doelgroep.KIND, onzeker) for place in range(len(children))))


def _decided_op(ask: Ask) -> datetime:
    if ask.spoed:
        # Who cannot wait is answered the same day.
        soon = ask.op + timedelta(minutes=ask.random.randint(30, 180))
        return min(soon, max(moment_on(amsterdam_day(ask.op), time(23, 58)), ask.op + timedelta(minutes=1)))
    return later(ask.op, pick(ask.random, _BESLIST_NA), ask.random)
