"""Other figures with which everything that is published would be the same: the proof that a small number is kept back.

One table over a period and its parts. For each small number two worlds are shown: one in which it is smaller and one in
which it is larger, ``SPEELRUIMTE`` apart, with every published number of all these periods as it is. No reader can rule
such a world out, whatever he solves: it is a search for what may be shown, and not for what a reader could find.

A world is made of steps. In a step some counts of one month go one up and others one down, within what that month
keeps back, so that nothing changes that the month shows (services/monitoring/domain/publicatie.py). It changes longer
periods, and there it must stay within the rounding of what is shown, or a step in another month takes it back.

Where no world is found that a period leaves as it is, the period keeps back what the worlds of its parts would change.
Those are known: of a month each small number has one step that can be taken often enough.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.monitoring.domain.publicatie import (
    SPEELRUIMTE,
    Move,
    Plaats,
    between,
    moves,
    rounded,
    small_in,
)

Months = tuple[date, ...]
_FAR = 10**9
# How far is sought for a world before more is kept back: that costs readers figures, and never tells one.
_REPAIRS = 3
_TRIES_MAX = 400


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """One table over one period: what was counted, what of it is kept back, and the same of its parts."""

    months: Months
    whole: Mapping[Plaats, int]
    hidden: frozenset[Plaats]
    delen: tuple["Stand", ...]
    werelden: "Werelden"

    def inside(self) -> Iterator["Stand"]:
        """Give this period and every one within it."""
        yield self
        for deel in self.delen:
            yield from deel.inside()


@dataclass(frozen=True, slots=True)
class Step:
    """Some counts of one month one up, and others with them one down; with ``way`` -1 the other way round."""

    month: date
    move: Move
    way: int


@dataclass(frozen=True, slots=True)
class Wereld:
    """By which steps a number becomes smaller, and by which it becomes larger."""

    smaller: tuple[Step, ...]
    larger: tuple[Step, ...]


Werelden = Mapping[tuple[Months, Plaats], Wereld]
"""For each small number of a period, and of each period within it."""


def month_stand(month: date, whole: Mapping[Plaats, int], hidden: frozenset[Plaats]) -> Stand:
    """Return a month with what it keeps back, as it was worked out by itself."""
    alone = Stand((month,), whole, hidden, (), {})
    return Stand((month,), whole, hidden, (), {((month,), one): _alone(alone, one) for one in small_in(whole)})


def _alone(month: Stand, plaats: Plaats) -> Wereld:
    move = next(move for move in moves(plaats, month.whole, month.hidden) if move.room >= SPEELRUIMTE)
    # Nothing becomes less than one of what goes down with it.
    down = min(SPEELRUIMTE, *(month.whole[one] - 1 for one, by in move.ways if by > 0))
    return Wereld((Step(month.months[0], move, -1),) * down, (Step(month.months[0], move, 1),) * (SPEELRUIMTE - down))


def longer_stand(
    months: Months, whole: Mapping[Plaats, int], hidden: Iterable[Plaats], delen: tuple[Stand, ...]
) -> Stand:
    """Return a longer period that keeps back ``hidden``, and what its parts ask for beside that."""
    work = _Beside(Stand(months, whole, frozenset(hidden), delen, {}))
    found = {(of.months, plaats): work.world_of(of, plaats) for of, plaats in _small(work.period)}
    return Stand(months, whole, frozenset(work.hidden), delen, found)


def _small(period: Stand) -> Iterator[tuple[Stand, Plaats]]:
    for of in period.inside():
        for plaats in sorted(small_in(of.whole), key=lambda plaats: (-of.whole[plaats], _order(plaats))):
            yield of, plaats


class _Beside:
    """A period beside its parts, while is worked out what it keeps back."""

    def __init__(self, period: Stand) -> None:
        self.period = period
        self.hidden = set(period.hidden)
        every = list(period.inside())
        self._months = {one.months[0]: one for one in every if not one.delen}
        self._room = {one.months: {plaats: _room(one, plaats, one.hidden) for plaats in one.whole} for one in every}
        # Around each month every period that it lies in, the shortest first, with how far its numbers may go.
        self._around = {
            month: [(one, self._room[one.months]) for one in reversed(every) if month in one.months]
            for month in self._months
        }
        self._moves: dict[tuple[date, Plaats], tuple[Move, ...]] = {}

    def world_of(self, of: Stand, plaats: Plaats) -> Wereld:
        """Return a world for a small number, after keeping back what it asks for: mostly nothing."""
        known = self._known(of, plaats)
        told = self._told(known.smaller) | self._told(known.larger)
        if not told:
            return known
        found = self._sought(of, plaats)
        if found is None and plaats not in self.hidden:
            # What the period shows of the same is the first to be in the way, and is often small.
            self._hide(plaats)
            found = self._sought(of, plaats)
            if found is None:
                self._show(plaats)
        if found is None:
            for one in told:
                self._hide(one)
        return found or known

    def _hide(self, plaats: Plaats) -> None:
        self.hidden.add(plaats)
        self._room[self.period.months][plaats] = _room(self.period, plaats, self.hidden)

    def _show(self, plaats: Plaats) -> None:
        self.hidden.remove(plaats)
        self._room[self.period.months][plaats] = _room(self.period, plaats, self.hidden)

    def _known(self, of: Stand, plaats: Plaats) -> Wereld:
        """Return the world that a part has for it; for a number of the period, that of a part, which changes both."""
        if of is self.period:
            part = next(deel for deel in self.period.delen if deel.whole.get(plaats))
            return part.werelden[part.months, plaats]
        part = next(deel for deel in self.period.delen if set(of.months) <= set(deel.months))
        return part.werelden[of.months, plaats]

    def _told(self, steps: Iterable[Step]) -> set[Plaats]:
        """Return what the period shows and some steps would change."""
        change: Counter[Plaats] = Counter()
        for step in steps:
            for plaats, by in step.move.ways:
                change[plaats] += by * step.way
        room = self._room[self.period.months]
        return {plaats for plaats, by in change.items() if not room[plaats][0] <= by <= room[plaats][1]}

    # --- a walk: one step after another, each with the steps elsewhere that take back what it changes too far ---

    def _sought(self, of: Stand, plaats: Plaats) -> Wereld | None:
        smaller, down = self._walk(of, plaats, -1, SPEELRUIMTE)
        larger, up = self._walk(of, plaats, 1, SPEELRUIMTE - down)
        return Wereld(smaller, larger) if down + up >= SPEELRUIMTE else None

    def _walk(self, of: Stand, plaats: Plaats, way: int, far: int) -> tuple[tuple[Step, ...], int]:
        """Return steps that change a number one way, as far as is asked and can be, and how far that is."""
        world = _World(self._around)
        taken: list[Step] = []
        for gone in range(far):
            steps = self._next(world, of, plaats, way)
            if not steps:
                return tuple(taken), gone
            taken += steps
        return tuple(taken), far

    def _next(self, world: "_World", of: Stand, plaats: Plaats, way: int) -> tuple[Step, ...]:
        world.tries = _TRIES_MAX
        for repairs in range(_REPAIRS + 1):
            for month in of.months:
                for move in self._moves_of(month, plaats):
                    found = self._taken(world, Step(month, move, way), of, plaats, repairs)
                    if found:
                        return found
        return ()

    def _taken(self, world: "_World", step: Step, of: Stand, plaats: Plaats, repairs: int) -> tuple[Step, ...]:
        """Take a step and those that repair what it changes too far, and return them; without a repair none is."""
        if world.tries <= 0 or not world.allows(step):
            return ()
        world.tries -= 1
        world.take(step)
        wrong = world.wrong()
        if wrong is None:
            return (step,)
        around, where, way = wrong
        for month in around.months if len(world.all_wrong) <= 4 * repairs else ():
            for move in self._moves_of(month, where):
                if month in of.months and plaats in move.changed:
                    continue  # it would take back the number itself
                by = next(by for one, by in move.ways if one == where)
                found = self._taken(world, Step(month, move, way * by), of, plaats, repairs - 1)
                if found:
                    return (step, *found)
        world.take(Step(step.month, step.move, -step.way))
        return ()

    def _moves_of(self, month: date, plaats: Plaats) -> tuple[Move, ...]:
        key = month, plaats
        if key not in self._moves:
            stand = self._months[month]
            self._moves[key] = tuple(moves(plaats, stand.whole, stand.hidden)) if plaats in stand.hidden else ()
        return self._moves[key]


_Room = Mapping[Plaats, tuple[int, int]]


class _World:
    """By how much each number differs from what was counted, and which of them no reader would believe."""

    def __init__(self, around: Mapping[date, Sequence[tuple[Stand, _Room]]]) -> None:
        self.tries = 0
        self.all_wrong: dict[tuple[Months, Plaats], tuple[Stand, Plaats, int]] = {}
        self._around = around
        self._changes: dict[Months, dict[Plaats, int]] = {}

    def allows(self, step: Step) -> bool:
        """Say whether nothing becomes less than one in its month: no step elsewhere repairs that."""
        stand, room = self._around[step.month][0]
        change = self._changes.setdefault(stand.months, {})
        return all(
            room[plaats][0] <= change.get(plaats, 0) + by * step.way <= room[plaats][1] for plaats, by in step.move.ways
        )

    def take(self, step: Step) -> None:
        """Change what a step changes, in its month and in every period around it."""
        way = step.way
        for of, room in self._around[step.month]:
            change = self._changes.setdefault(of.months, {})
            for plaats, each in step.move.ways:
                by = change[plaats] = change.get(plaats, 0) + each * way
                low, high = room[plaats]
                if low <= by <= high:
                    if self.all_wrong:
                        self.all_wrong.pop((of.months, plaats), None)
                else:
                    self.all_wrong[of.months, plaats] = of, plaats, -1 if by > 0 else 1

    def wrong(self) -> tuple[Stand, Plaats, int] | None:
        """Return a number that became another than is published, of the shortest period, and which way it must go."""
        return min(self.all_wrong.values(), key=lambda one: len(one[0].months)) if self.all_wrong else None


def _room(of: Stand, plaats: Plaats, hidden: Collection[Plaats]) -> tuple[int, int]:
    """Return by how much a number can differ before what is published of it would be another."""
    aantal = of.whole[plaats]
    least, most = between(None if plaats in hidden else rounded(aantal))
    return least - aantal, _FAR if most is None else most - aantal


def _order(plaats: Plaats) -> tuple[str, str]:
    return plaats[0] or "", plaats[1] or ""
