"""How receivers make the plan of a household and look whether it works: when, and what they send.

Nothing of this is published: the shares are our own estimate. Some plans are late and some are never made, so that
there is something to see.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any, assert_never

from deploy.demo import bodies, deeds, planbodies
from deploy.demo.carers import Known
from deploy.demo.chance import pick
from deploy.demo.course import OverdrachtVerloop, Verloop
from deploy.demo.deeds import Aanbod, Step
from deploy.demo.doors import Actor, Call, Doors
from deploy.demo.hours import at_work, later, werkdag_from
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Uitkomst
from shared.rules.plancodes import MAAKT_PLAN, AfwijkReden, PlanEinde
from shared.rules.routing import BESTEMMINGEN

NOOIT = 0.04
# Working days after the acceptance; the term is ten.
_NA: Mapping[int, float] = MappingProxyType({1: 10, 3: 22, 5: 26, 7: 20, 9: 12, 12: 6, 16: 4})
_EVALUATIE_NA = timedelta(days=84)
_VOLGENDE_NA = timedelta(days=182)
_EVALUEERT_NA: Mapping[int, float] = MappingProxyType({70: 30, 78: 40, 83: 22, 95: 8})  # days; agreed is 84

# A household in which much happens at once: what is agreed is looked at within two weeks, and safety may follow on it.
INTENSIEF = 0.25
_INTENSIEF_NA: Mapping[int, float] = MappingProxyType({2: 30, 4: 40, 6: 30})  # working days after the acceptance
_SOON = timedelta(days=14)
_EVALUEERT_SNEL_NA: Mapping[int, float] = MappingProxyType({7: 25, 10: 35, 13: 25, 18: 15})  # days; agreed is 14
_ACTIE_NA: Mapping[int, float] = MappingProxyType({3: 35, 6: 40, 12: 25})
_ACTIE_BINNEN = timedelta(days=10)
_ACTIE_OPEN, _ACTIE_NIET_GEDAAN = 0.25, 0.12
_FASE, _AFGEWEKEN = 0.7, 0.2  # of the plans that were evaluated soon
_GEEINDIGD = 0.05  # of all plans, before anything was reached
_EINDE_NA: Mapping[int, float] = MappingProxyType({6: 40, 12: 40, 20: 20})
_EINDE: Mapping[PlanEinde, float] = MappingProxyType(
    {PlanEinde.GEZIN_STOPT: 45, PlanEinde.ANDERE_HULP: 35, PlanEinde.VERHUISD: 20}
)

Plandaad = deeds.PlanMaken | deeds.PlanEvalueren | deeds.PlanactieAfronden | deeds.PlanfaseWijzigen | deeds.PlanEindigen
_ANY_VERSION = (("If-Match", "*"),)
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
    if random.random() < INTENSIEF:
        yield from _intensive(random, aanbod, later(accepted_op, pick(random, _INTENSIEF_NA), random))
        return
    made_op = later(accepted_op, pick(random, _NA), random)
    yield made_op, deeds.PlanMaken(aanbod, amsterdam_day(made_op + _EVALUATIE_NA))
    if random.random() < _GEEINDIGD:
        yield later(made_op, pick(random, _EINDE_NA), random), deeds.PlanEindigen(aanbod, pick(random, _EINDE))
        return
    looked_op = at_work(werkdag_from(amsterdam_day(made_op) + timedelta(days=pick(random, _EVALUEERT_NA))), random)
    yield looked_op, deeds.PlanEvalueren(aanbod, amsterdam_day(looked_op + _VOLGENDE_NA))


def _intensive(random: Random, aanbod: Aanbod, made_op: datetime) -> Moments:
    yield made_op, deeds.PlanMaken(aanbod, amsterdam_day(made_op + _SOON), intensief=True)
    if random.random() >= _ACTIE_OPEN:
        done = random.random() >= _ACTIE_NIET_GEDAAN
        yield later(made_op, pick(random, _ACTIE_NA), random), deeds.PlanactieAfronden(aanbod, done)
    looked_op = at_work(werkdag_from(amsterdam_day(made_op) + timedelta(days=pick(random, _EVALUEERT_SNEL_NA))), random)
    yield looked_op, deeds.PlanEvalueren(aanbod, amsterdam_day(looked_op + 3 * _SOON))
    if random.random() < _FASE:
        reden = AfwijkReden.VEILIGHEID_VRAAGT_HET if random.random() < _AFGEWEKEN else None
        yield looked_op + timedelta(minutes=20), deeds.PlanfaseWijzigen(aanbod, reden)


class Planners:
    """The receivers who made plans."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._plannen: dict[str, str] = {}  # by overdracht, and so on
        self._doelen: dict[str, str] = {}
        self._acties: dict[str, str] = {}

    async def do(self, step: Step, daad: Plandaad, known: Known, overdracht_id: str, actor: Actor) -> None:
        """Do one deed; raises ``PlayError`` when a door says no."""
        match daad:
            case deeds.PlanMaken():
                body = planbodies.huishoudplan(known.adults, known.children, daad)
                answer = await self._send(step, actor, "POST", "/overdrachten/{id}/plannen", overdracht_id, body)
                self._plannen[overdracht_id] = answer["id"]
                if daad.intensief:
                    await self._fill(step, actor, overdracht_id)
            case deeds.PlanEvalueren():
                body = planbodies.planevaluatie(step, daad)
                await self._of_plan(step, actor, "POST", "evaluaties", overdracht_id, body)
            case deeds.PlanactieAfronden():
                what = f"acties/{self._acties[overdracht_id]}/afronding"
                await self._of_plan(step, actor, "PUT", what, overdracht_id, planbodies.planactie_afronding(daad))
            case deeds.PlanfaseWijzigen():
                what = f"doelen/{self._doelen[overdracht_id]}/uitkomst"
                await self._of_plan(step, actor, "PUT", what, overdracht_id, planbodies.DOEL_BEHAALD)
                # What Veilig Thuis set as voorwaarde may not be kept yet: then the phase stays as it is.
                await self._of_plan(
                    step, actor, "PUT", "fase", overdracht_id, planbodies.planfase(daad), good=(200, 409)
                )
            case deeds.PlanEindigen():
                await self._of_plan(step, actor, "PUT", "einde", overdracht_id, planbodies.planeinde(daad))
            case _:
                assert_never(daad)

    async def _fill(self, step: Step, actor: Actor, overdracht_id: str) -> None:
        """Agree who directs, what is to be reached, and who does something towards it by when."""
        await self._of_plan(step, actor, "PUT", "regie", overdracht_id, planbodies.casusregie(actor.organisatie))
        doel = await self._of_plan(step, actor, "POST", "doelen", overdracht_id, {"omschrijving": planbodies.DOEL})
        self._doelen[overdracht_id] = doel["id"]
        dag = amsterdam_day(step.tijdstip + _ACTIE_BINNEN)
        body = planbodies.planactie(actor.organisatie, doel["id"], dag)
        actie = await self._of_plan(step, actor, "POST", "acties", overdracht_id, body)
        self._acties[overdracht_id] = actie["id"]

    async def _of_plan(  # noqa: PLR0913, PLR0917, what is sent about which plan, and by whom
        self,
        step: Step,
        actor: Actor,
        method: str,
        what: str,
        overdracht_id: str,
        body: bodies.JSON,
        good: tuple[int, ...] = (200, 201),
    ) -> Any:  # JSON
        return await self._send(
            step, actor, method, f"/plannen/{{id}}/{what}", self._plannen[overdracht_id], body, good
        )

    async def _send(  # noqa: PLR0913, PLR0917, the same
        self,
        step: Step,
        actor: Actor,
        method: str,
        route: str,
        of_id: str,
        body: bodies.JSON,
        good: tuple[int, ...] = (200, 201),
    ) -> Any:  # JSON
        key = f"demo-{step.kenmerk}-{step.rang}-{route.rsplit('/', 1)[1]}-{bodies.wire(step.tijdstip)}"
        headers = (("Idempotency-Key", key),) if method == "POST" else _ANY_VERSION
        path = route.replace("{id}", of_id)
        return await self._doors.send(Call("handover", method, path, route, actor, body, headers, good=good))
