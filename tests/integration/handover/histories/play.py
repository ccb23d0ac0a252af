"""How a history is played: by chance, one after another or several at once, against the real door and database."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from tests.integration.handover.histories.sentences import (
    broken_sentences,
    carries_on,
    holders,
    offered_on,
    passings_told,
    was_replaced,
)
from tests.integration.handover.histories.world import Asked, World

STEPS = (12, 30)
# By which requests somebody else may come to hold sight of safety.
MOVES_ZICHT = frozenset({"acceptatie", "zicht-aanvaarding", "teruggave-aanvaarding"})
# Of those it is told apart: an acceptance says it itself.
TELLS_ZICHT = MOVES_ZICHT - {"acceptatie"}
# After which nobody may: Veilig Thuis comes in where nobody held.
_ONLY_FROM_NOBODY = frozenset({"opnieuw"})


@dataclass
class History:
    """One play, and what was wrong in it."""

    world: World
    wrong: list[str] = field(default_factory=list)

    async def play(self) -> None:
        """Let a family be reported and handed over, and everybody do what comes up."""
        self.world.tally.histories += 1
        await self.world.report()
        await self.world.decide()
        for _ in range(self.world.chance.randint(*STEPS)):
            await self._step()
            self.wrong += await broken_sentences(self.world)
            if self.wrong:
                return

    async def _step(self) -> None:
        world, drawn = self.world, self.world.chance.random()
        if drawn < 0.06:
            await world.report(world.chance.choice([None, *world.casus_ids]))
        elif drawn < 0.14:
            await self._without_change(world.decide)
        elif drawn < 0.18:
            await world.merge()
        elif drawn < 0.21:
            await world.split()
        elif drawn < 0.24:
            await world.close()
        elif drawn < 0.27:
            await world.reopen()
        elif drawn < 0.42:
            await self._without_change(world.wait)
        elif drawn < 0.55:
            await self._at_once()
        else:
            await self._one()
        # Two things of one moment have an order of their own; most things happen at moments of their own.
        if world.chance.random() < 0.8:
            world.room.klok.advance(timedelta(minutes=world.chance.randint(1, 90)))

    async def _without_change(self, deed: Callable[[], Awaitable[None]]) -> None:
        """Do what lets nobody else hold sight of safety; Veilig Thuis comes in only where nobody held."""
        before = await holders(self.world)
        await deed()
        after = await holders(self.world)
        changed = [key for key, holder in before.items() if key in after and holder not in {None, after[key]}]
        if changed:
            self.wrong.append("somebody else holds sight of safety and nobody accepted anything")

    async def _one(self) -> None:
        asked = await self.world.draw()
        if asked is None:
            return
        before, told = await holders(self.world), await passings_told(self.world)
        first = asked.name == "opnieuw" and not await was_replaced(self.world, asked)
        status = await self.world.send(asked)
        after = await holders(self.world)
        moved = {key for key, holder in before.items() if after[key] != holder}
        if moved and asked.name in TELLS_ZICHT and await passings_told(self.world) != told + 1:
            self.wrong.append(f"{asked.name} let another hold sight of safety, and that was not told")
        given_back = asked.name == "teruggave-aanvaarding" and any(before[key] for key in moved)
        if given_back and not await carries_on(self.world, asked):
            self.wrong.append("sight of safety was given back, and the next receiver would not be offered it")
        # What was offered again before is answered the same, whatever became of it since.
        if status == 201 and first and not await offered_on(self.world, asked):
            self.wrong.append("what carried sight of safety was offered again without it, and nothing else carries it")
        if moved and not (status == 201 and asked.name in MOVES_ZICHT):
            came_in = asked.name in _ONLY_FROM_NOBODY and all(before[key] is None for key in moved)
            if not came_in:
                self.wrong.append(f"{asked.name} answered {status}, and another holds sight of safety")
        if status == 201 and self.world.chance.random() < 0.3:
            await self._again(asked, after)

    async def _again(self, asked: Asked, before: object) -> None:
        """Send the same once more: it may be answered the same or refused, and changes nothing."""
        self.world.tally.repeated += 1
        if await self.world.send(asked) == 201 and asked.name != "opnieuw":
            self.wrong.append(f"{asked.name} was new a second time")
        if await holders(self.world) != before:
            self.wrong.append(f"{asked.name} a second time changed who holds sight of safety")

    async def _at_once(self) -> None:
        """Let several people ask at the same moment, now and then the very same."""
        asked = [one for one in [await self.world.draw() for _ in range(self.world.chance.randint(2, 4))] if one]
        same = bool(asked) and self.world.chance.random() < 0.4
        if same:
            asked = [asked[0]] * len(asked)
        self.world.tally.at_once += len(asked)
        before = await holders(self.world)
        tasks = [self.world.send(one) for one in asked]
        if self.world.chance.random() < 0.4:
            statuses = (await asyncio.gather(*tasks, self.world.wait()))[:-1]
        else:
            statuses = await asyncio.gather(*tasks)
        after = await holders(self.world)
        done = {one.name for one, status in zip(asked, statuses, strict=True) if status == 201}
        lost = [key for key, holder in before.items() if holder not in {None, after[key]}]
        if lost and not done & MOVES_ZICHT:
            self.wrong.append(f"after {sorted(done)} another holds sight of safety")
        if same and list(statuses).count(201) > 1 and asked[0].name != "opnieuw":
            self.wrong.append(f"{asked[0].name} was new for more than one")
