"""How receivers make the plan of a household and look whether it works: when, and what they send.

Nothing of this is published: the shares are our own estimate. Some plans are late and some are never made, so that
there is something to see.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import assert_never

from deploy.demo import bodies, deeds
from deploy.demo.carers import Known
from deploy.demo.chance import pick
from deploy.demo.course import OverdrachtVerloop, Verloop
from deploy.demo.deeds import Aanbod, Step
from deploy.demo.doors import Actor, Call, Doors
from deploy.demo.hours import at_work, later, werkdag_from
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Uitkomst
from shared.rules.plancodes import MAAKT_PLAN
from shared.rules.routing import BESTEMMINGEN

NOOIT = 0.04
# Working days after the acceptance; the term is ten.
_NA: Mapping[int, float] = MappingProxyType({1: 10, 3: 22, 5: 26, 7: 20, 9: 12, 12: 6, 16: 4})
_EVALUATIE_NA = timedelta(days=84)
_VOLGENDE_NA = timedelta(days=182)
_EVALUEERT_NA: Mapping[int, float] = MappingProxyType({70: 30, 78: 40, 83: 22, 95: 8})  # days; agreed is 84

Plandaad = deeds.PlanMaken | deeds.PlanEvalueren
Moments = Iterator[tuple[datetime, Plandaad]]


def carries_zicht(verloop: Verloop, one: OverdrachtVerloop) -> bool:
    """Say whether a receiver is the one who gets sight of safety: of several the one of the lowest rang."""
    rang = BESTEMMINGEN[one.ontvanger.soort].rang
    return rang == min(BESTEMMINGEN[other.ontvanger.soort].rang for other in verloop.overdrachten or (one,))


def planned(random: Random, verloop: Verloop, aanbod: Aanbod, accepted_op: datetime) -> Moments:
    """Yield when a receiver with sight of safety makes the plan, and looks whether it works.

    After a preventieve zorgmelding there is nothing to plan.
    """
    asked = aanbod.uit_dienst or verloop.uitkomst is not Uitkomst.PREVENTIEVE_ZORGMELDING
    if not asked or not MAAKT_PLAN[aanbod.ontvanger.soort] or random.random() < NOOIT:
        return
    made_op = later(accepted_op, pick(random, _NA), random)
    yield made_op, deeds.PlanMaken(aanbod, amsterdam_day(made_op + _EVALUATIE_NA))
    looked_op = at_work(werkdag_from(amsterdam_day(made_op) + timedelta(days=pick(random, _EVALUEERT_NA))), random)
    yield looked_op, deeds.PlanEvalueren(aanbod, amsterdam_day(looked_op + _VOLGENDE_NA))


class Planners:
    """The receivers who made plans."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._plannen: dict[str, str] = {}  # by overdracht

    async def do(self, step: Step, daad: Plandaad, known: Known, overdracht_id: str, actor: Actor) -> None:
        """Do one deed; raises ``PlayError`` when a door says no."""
        key = f"demo-{step.kenmerk}-{step.rang}-{type(daad).__name__.lower()}-{bodies.wire(step.tijdstip)}"
        headers = (("Idempotency-Key", key),)
        match daad:
            case deeds.PlanMaken():
                route = "/overdrachten/{overdrachtId}/plannen"
                path = route.replace("{overdrachtId}", overdracht_id)
                body = bodies.huishoudplan(known.adults, daad)
                answer = await self._doors.send(Call("handover", "POST", path, route, actor, body, headers))
                self._plannen[overdracht_id] = answer["id"]
            case deeds.PlanEvalueren():
                route = "/plannen/{planId}/evaluaties"
                path = route.replace("{planId}", self._plannen[overdracht_id])
                body = bodies.planevaluatie(step, daad)
                await self._doors.send(Call("handover", "POST", path, route, actor, body, headers))
            case _:
                assert_never(daad)
