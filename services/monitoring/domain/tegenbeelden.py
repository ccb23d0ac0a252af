"""Other figures with which everything that is published would be the same: the proof that a small number is kept back.

One table over a period and its parts. For each small number two worlds are shown: one in which it is smaller and one in
which it is larger, ``SPEELRUIMTE`` apart, with every published number of all these periods as it is. No reader can rule
such a world out, whatever he solves: it is a search for what may be shown, and not for what a reader could find.

A world is made of steps. In a step some counts of one month go one up and others one down
(services/monitoring/domain/publicatie.py). What a step changes must stay within the rounding of what is shown, of the
month and of every longer period, or another step takes it back.

Of a period that is worked out the numbers are rounded further where no world is found otherwise, and one is kept back
only when it could then be taken for a small one. Of the worlds that are found the one is taken that costs readers the
least; one that fits all parts is known from working them out. A month has no parts, and any of its numbers may be
rounded further. In all worlds its numbers that are rounded to five and no further are what they are: so a report over
any months tells nothing when it adds up those (services/monitoring/domain/rapportversies.py).

The parts were published before, of what was known then. What came in since is a part as well, and nothing of it is
published: a reader may know where it is something, and whether it is more or less, and not how much.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from services.monitoring.domain.publicatie import (
    AFRONDEN_OP,
    SPEELRUIMTE,
    Afronding,
    Plaats,
    Reach,
    between,
    coarse_enough,
    moves,
    op_of,
    small_in,
)

Months = tuple[date, ...]
LAAT = date.max  # before the months of a period: what came in of it after its parts were published
_FAR = 10**9
_IMPOSSIBLE = 1e6  # what would cost readers more than there is
_NOTHING = 1e-9
_A_LITTLE = 1e-3
# How far is sought for steps that take back what others change, before readers lose figures by it.
_REPAIRS_MAX = 6
_TRIES_MAX = 400


@dataclass(frozen=True, slots=True)
class Step:
    """Some counts of one month, or of what came late, one up and others one down: each position with by how much."""

    source: Months
    changes: tuple[tuple[Plaats, int], ...]

    def back_in(self, source: Months) -> "Step":
        """Return the step that takes all of it back elsewhere."""
        return Step(source, tuple((plaats, -by) for plaats, by in self.changes))


@dataclass(frozen=True, slots=True)
class Wereld:
    """By which steps a number becomes smaller, and by which it becomes larger."""

    smaller: tuple[Step, ...]
    larger: tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """One table over one period: what was counted, how it is rounded, and the same of its parts.

    ``werelden`` has one for each small number of it and of every period within it, as far as they were sought.
    """

    months: Months
    whole: Mapping[Plaats, int]
    afronding: Afronding
    delen: tuple["Stand", ...] = ()
    werelden: Mapping[tuple[Months, Plaats], Wereld] = field(default_factory=dict)

    def inside(self) -> Iterator["Stand"]:
        """Give this period and every one within it."""
        yield self
        for deel in self.delen:
            yield from deel.inside()


def work_out(months: Months, whole: Mapping[Plaats, int], afronding: Afronding, delen: tuple[Stand, ...] = ()) -> Stand:
    """Return a period, rounded as is given, and further where its small numbers or those of its parts ask for it.

    Where a small number has no world at all, all of the table is kept back: then it tells nothing, beside its parts.
    """
    period = Stand(months, whole, afronding, delen)
    search = _Search(period)
    found: dict[tuple[Months, Plaats], Wereld] = {}
    for of, plaats in _small(period):
        world = search.world_of(of, plaats, _known(period, of, plaats))
        if world is None:
            return Stand(months, whole, {one: None for one, aantal in whole.items() if aantal}, delen)
        found[of.months, plaats] = world
    return Stand(months, whole, search.rounding.afronding, delen, found)


def reach_in(period: Stand) -> Mapping[Plaats, Reach]:
    """Return how far each number of a period goes in its worlds."""
    found: dict[Plaats, Reach] = {}
    for wereld in period.werelden.values():
        for steps in (wereld.smaller, wereld.larger):
            change: Counter[Plaats] = Counter()
            for step in steps:
                for plaats, by in step.changes:
                    change[plaats] += by
            for plaats, by in change.items():
                low, high = found.get(plaats, _STILL)
                found[plaats] = min(low, by), max(high, by)
    return found


def _small(period: Stand) -> Iterator[tuple[Stand, Plaats]]:
    for of in period.inside():
        for plaats in sorted(small_in(of.whole), key=lambda plaats: (-of.whole[plaats], _order(plaats))):
            yield of, plaats


def _known(period: Stand, of: Stand, plaats: Plaats) -> Wereld | None:
    """Return the world that a part has for a number; for one of the period, that of a part, which changes both."""
    for deel in period.delen:
        if of is period and deel.whole.get(plaats):
            return deel.werelden.get((deel.months, plaats))
        if of is not period and set(of.months) <= set(deel.months):
            return deel.werelden.get((of.months, plaats))
    return None


# --- the parts of a period, which are as they are --------------------------------------------------------------------

_Room = Mapping[Plaats, Reach]
_STILL: Reach = (0, 0)


class _Parts:
    """How far the numbers of each part may go, and what can be moved: in each month, and of what came in late."""

    def __init__(self, period: Stand) -> None:
        self._own = None if period.delen else period.months  # of a month that is worked out any number may move
        parts = [one for deel in period.delen for one in deel.inside()]
        self.rooms: list[_Room] = [
            {plaats: _room(aantal, op_of(one.afronding, plaats), one.months) for plaats, aantal in one.whole.items()}
            for one in parts
        ]
        self.sources: dict[Months, Stand] = {}
        # What each of them lies in, by its number.
        self.around: dict[Months, tuple[int, ...]] = {}
        for of in period.inside():
            source = _late(of) if of.delen else of
            within = [number for number, one in enumerate(parts) if set(of.months) <= set(one.months)]
            if of.delen:
                within.append(len(self.rooms))
                self.rooms.append(
                    {one: (1 - by, _FAR) if by > 0 else (-_FAR, -1 - by) for one, by in source.whole.items()}
                )
            self.sources[source.months] = source
            self.around[source.months] = tuple(within)
        self._steps: dict[tuple[Months, Plaats, int], tuple[Step, ...]] = {}

    @property
    def late(self) -> Iterator[Months]:
        """Everything that came in late."""
        return (source for source in self.sources if LAAT in source)

    def steps_of(self, source: Months, plaats: Plaats, way: int) -> tuple[Step, ...]:
        """Return what brings a number of a month, or of what came late, one way, with all that it changes there."""
        key = source, plaats, way
        if key not in self._steps:
            self._steps[key] = tuple(self._found(source, plaats, way))
        return self._steps[key]

    def _found(self, source: Months, plaats: Plaats, way: int) -> Iterator[Step]:
        stand = self.sources[source]
        # What is rounded to five stays in a month that was published.
        within = None if source == self._own else stand.afronding.keys()
        if within is None or plaats in within:
            for move in moves(plaats, stand.whole, within):
                with_it = way * dict(move.ways)[plaats]
                yield Step(source, tuple((one, by * with_it) for one, by in move.ways))


def _late(period: Stand) -> Stand:
    """Return by how much a period is more or less than its parts, position by position; none of it is published."""
    late = Counter(period.whole)
    for deel in period.delen:
        late.subtract(deel.whole)
    changed = {plaats: by for plaats, by in late.items() if by}
    return Stand((LAAT, *period.months), changed, dict.fromkeys(changed))


def _is_within(source: Months, of: Stand) -> bool:
    return set(source) - {LAAT} <= set(of.months)


# --- the period itself, of which it is worked out how it is rounded ---------------------------------------------------


class _Rounding:
    """How the numbers of a period are rounded, and how far the worlds that were taken need them to go."""

    def __init__(self, period: Stand) -> None:
        self.afronding = dict(period.afronding)
        self._whole = period.whole
        self._needed: dict[Plaats, Reach] = {}
        self._losses: dict[Plaats, dict[int, float]] = {}  # asked again and again, until a number is rounded further
        self._months = period.months
        self._room = {plaats: self._room_of(plaats) for plaats in self._whole}

    def loss(self, plaats: Plaats, by: int) -> float:
        """Return what readers lose when a number is rounded so far that it can be so much more or less.

        That is a share of the number, more when more people look at it, and without end where it cannot be.
        """
        known = self._losses.setdefault(plaats, {})
        if by not in known:
            known[by] = self._loss(plaats, by)
        return known[by]

    def _loss(self, plaats: Plaats, by: int) -> float:
        least, most = self._room.get(plaats, _STILL)
        if least <= by <= most:
            return 0.0
        aantal = self._whole.get(plaats, 0)
        if not aantal or aantal + by < 1:
            return _IMPOSSIBLE
        before, after = op_of(self.afronding, plaats), coarse_enough(aantal, self._range(plaats, by))
        # How far it is beside what is shown now counts a little too: a way back can take more than one step.
        beside = _A_LITTLE * (max(least - by, 0) + max(by - most, 0))
        return (1 + plaats.count(None)) * (_lost(aantal, after) - _lost(aantal, before)) + beside

    def need(self, plaats: Plaats, by: int) -> None:
        """Round a number so far that it can be so much more or less."""
        needed = self._needed[plaats] = self._range(plaats, by)
        self._losses.pop(plaats, None)
        least, most = self._room[plaats]
        if needed[0] < least or needed[1] > most:
            self.afronding[plaats] = coarse_enough(self._whole[plaats], needed)
            self._room[plaats] = self._room_of(plaats)

    def _room_of(self, plaats: Plaats) -> Reach:
        return _room(self._whole[plaats], op_of(self.afronding, plaats), self._months)

    def _range(self, plaats: Plaats, by: int) -> Reach:
        low, high = self._needed.get(plaats, _STILL)
        return min(low, by), max(high, by)


def _lost(aantal: int, op: int | None) -> float:
    return 1.0 if op is None else op / (op + aantal)


def _room(aantal: int, op: int | None, months: Months) -> Reach:
    """Return by how much a number can differ before what is published of it would be another."""
    if op == AFRONDEN_OP and len(months) == 1:
        return _STILL  # in a month it may not move, or a report over some months would tell it
    least, most = between(aantal, op)
    return least - aantal, _FAR if most is None else most - aantal


# --- worlds ----------------------------------------------------------------------------------------------------------


class _World:
    """Steps that were taken, and by how much each number of the period and of its parts differs by them."""

    def __init__(self, parts: _Parts, rounding: _Rounding, steps: tuple[Step, ...] = ()) -> None:
        self.steps = steps
        self.change: Counter[Plaats] = Counter()
        self._parts = parts
        self._rounding = rounding
        self._changes: list[Counter[Plaats]] = [Counter() for _ in parts.rooms]
        for step in steps:
            self._add(step)

    def take(self, step: Step) -> None:
        """Take a step."""
        self.steps += (step,)
        self._add(step)

    def _add(self, step: Step) -> None:
        for plaats, by in step.changes:
            self.change[plaats] += by
            for number in self._parts.around[step.source]:
                self._changes[number][plaats] += by

    def allows(self, step: Step) -> bool:
        """Say whether everything that is published of the parts stays as it is."""
        for number in self._parts.around[step.source]:
            room, change = self._parts.rooms[number], self._changes[number]
            for plaats, by in step.changes:
                least, most = room.get(plaats, _STILL)
                if not least <= change[plaats] + by <= most:
                    return False
        return True

    def lost(self) -> float:
        """Return what readers of the period lose by it."""
        return sum(self._rounding.loss(plaats, by) for plaats, by in self.change.items())

    def price(self, step: Step) -> float:
        """Return what a step would add to that; less than nothing when it takes others back."""
        loss, change = self._rounding.loss, self.change
        return sum(loss(plaats, change[plaats] + by) - loss(plaats, change[plaats]) for plaats, by in step.changes)

    def dearest(self) -> list[Plaats]:
        """Return the positions of the period that lose something, the dearest first."""
        lost = {plaats: self._rounding.loss(plaats, by) for plaats, by in self.change.items()}
        return sorted((plaats for plaats, loss in lost.items() if loss), key=lambda plaats: -lost[plaats])


@dataclass(frozen=True, slots=True)
class _Both:
    """A world in which a number is smaller beside one in which it is larger."""

    smaller: _World
    larger: _World

    def lost(self) -> float:
        return self.smaller.lost() + self.larger.lost()


class _Search:
    """How a world is sought, step by step: the cheapest that is met, and not the cheapest that there is."""

    def __init__(self, period: Stand) -> None:
        self.rounding = _Rounding(period)
        self._parts = _Parts(period)

    def world_of(self, of: Stand, plaats: Plaats, known: Wereld | None) -> Wereld | None:
        """Return a world for a small number and make room for it, or None when there is none."""
        found: list[_Both] = []
        if known:
            found.append(_Both(self._repaired(of, plaats, known.smaller), self._repaired(of, plaats, known.larger)))
        if not found or found[0].lost():
            more = self._walks(of, plaats, 1)
            # That it can be larger by as much as is needed at no price is all there is to wish for.
            free = more[-1] is not None and not more[-1].lost()
            less = [_World(self._parts, self.rounding)] if free else self._walks(of, plaats, -1)
            found += [_Both(one, other) for one, other in zip(less, reversed(more), strict=False) if one and other]
        best = min(found, key=_Both.lost, default=None)
        if best is None or best.lost() >= _IMPOSSIBLE:
            return None
        for world in (best.smaller, best.larger):
            for one, by in world.change.items():
                if by:
                    self.rounding.need(one, by)
        return Wereld(best.smaller.steps, best.larger.steps)

    def _walks(self, of: Stand, plaats: Plaats, way: int) -> list[_World | None]:
        """Return a world in which a number goes none, one and more one way, as far as it can go."""
        world = _World(self._parts, self.rounding)
        found: list[_World | None] = [world, *([None] * SPEELRUIMTE)]
        for gone in range(1, SPEELRUIMTE + 1):
            step = _cheapest(world, self._steps_of(of, plaats, way))
            if step is None:
                break
            world.take(step)
            found[gone] = self._repaired(of, plaats, world.steps)
        return found

    def _steps_of(self, of: Stand, plaats: Plaats, way: int) -> Iterator[Step]:
        for source in self._parts.sources:
            if _is_within(source, of):
                yield from self._parts.steps_of(source, plaats, way)

    def _repaired(self, of: Stand, plaats: Plaats, steps: tuple[Step, ...]) -> _World:
        """Return a world after steps elsewhere that take back what it changes, as far as they are found."""
        world = _World(self._parts, self.rounding, steps)
        for _ in range(_REPAIRS_MAX):
            dearest = world.dearest()
            if not dearest:
                break
            step = next(
                filter(None, (_cheapest(world, self._repairs(world, one, of, plaats), 0) for one in dearest)), None
            )
            if step is None:
                break
            world.take(step)
        return world

    def _repairs(self, world: _World, where: Plaats, of: Stand, plaats: Plaats) -> Iterator[Step]:
        """Give steps that bring a number of the period back, and leave the small number that all is for as it is."""
        elsewhere = [source for source in self._parts.late if not _is_within(source, of)]
        yield from (step.back_in(source) for step in world.steps for source in elsewhere)
        way = -1 if world.change[where] > 0 else 1
        for source in self._parts.sources:
            within = _is_within(source, of)
            for step in self._parts.steps_of(source, where, way):
                if not within or all(one != plaats for one, _ in step.changes):
                    yield step


def _cheapest(world: _World, steps: Iterable[Step], under: float = _IMPOSSIBLE) -> Step | None:
    """Return the step that costs readers least, and less than ``under``; the first that costs nothing is taken."""
    best = None
    for step in islice(steps, _TRIES_MAX):
        if world.allows(step) and (price := world.price(step)) < under - _NOTHING:
            best, under = step, price
            if abs(price) < _NOTHING:
                break
    return best


def _order(plaats: Plaats) -> tuple[str, str]:
    return plaats[0] or "", plaats[1] or ""
