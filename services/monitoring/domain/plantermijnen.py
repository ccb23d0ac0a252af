"""The clocks of phased care: the plan is made in time, evaluated again and again, and its actions are done.

They run on when the casus is closed: closing is about the work of Veilig Thuis, and the plan is the work of its
receiver.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.casus import Heard
from services.monitoring.domain.klokken import End, Klok, earliest, ended_at, klok_of, moment_key
from services.monitoring.domain.plannen import Plannen
from services.monitoring.domain.stukken import Look, stretches
from shared.events.payloads import OverdrachtGeaccepteerd
from shared.events.plannen import PlanactieAfgesproken
from shared.rules.codes import TermijnSoort
from shared.rules.plancodes import ZONDER_PLAN


def plan_klokken(heard: Heard) -> Iterator[Klok]:
    """Give every clock of phased care of a casus, open and ended."""
    yield from _of_making(heard)
    yield from _of_evaluaties(heard.plannen)
    yield from _of_acties(heard.plannen)


def _of_making(heard: Heard) -> Iterator[Klok]:
    """Give the term within which who holds sight of safety makes the plan of the household.

    Whether one is expected handover decided, and told: of who accepted, and of who took sight of safety later. Who
    takes over a plan that another began has one; who gives back, or gives sight of safety back, need make none.
    """
    for accepted in heard.geaccepteerd.values():
        if _is_expected(heard, accepted):
            start, ref_id = accepted.geaccepteerd_op, accepted.overdracht_id
            end = _end_of_making(heard, ref_id, start)
            yield klok_of(TermijnSoort.PLAN_MAKEN, accepted, ref_id=ref_id, start=start, end=end)
    for passed in heard.zicht_overgegaan:
        if passed.plan_uiterlijk is not None:
            start, ref_id = passed.overgegaan_op, passed.overdracht_id
            end = _end_of_making(heard, ref_id, start)
            clock = klok_of(TermijnSoort.PLAN_MAKEN, passed, ref_id=ref_id, start=start, end=end)
            yield replace(clock, sleutel=(moment_key(start),))


def _end_of_making(heard: Heard, overdracht_id: UUID, start: datetime) -> End:
    plannen = heard.plannen
    made = [one.gestart_op for one in plannen.gestart.values() if one.overdracht_id == overdracht_id]
    made += [one.overgegaan_op for one in plannen.overgegaan if one.overdracht_id == overdracht_id]
    given = heard.teruggegeven.get(overdracht_id)
    back = [given.teruggegeven_op] if given else []
    back += [
        one.overgegaan_op
        for one in heard.zicht_overgegaan
        if one.overdracht_id == overdracht_id and one.bij_veilig_thuis and one.overgegaan_op >= start
    ]
    end = earliest(min(made, default=None), min(back, default=None))
    return ended_at(start, end.op, vervallen=end.vervallen)


def _is_expected(heard: Heard, accepted: OverdrachtGeaccepteerd) -> bool:
    """Say whether a plan is expected of who accepted; in facts of before handover told that whole, by the besluit."""
    if accepted.plan_uiterlijk is not None:
        return True
    return accepted.plan_verwacht and not _is_preventief(heard, accepted)


def _is_preventief(heard: Heard, accepted: OverdrachtGeaccepteerd) -> bool:
    before = [
        besluit
        for besluit in heard.besluiten.values()
        if besluit.melding_id == accepted.melding_id and besluit.besloten_op <= accepted.geaccepteerd_op
    ]
    newest = max(before, key=lambda besluit: (besluit.besloten_op, besluit.dossier_id), default=None)
    return accepted.dienst_id is None and newest is not None and newest.uitkomst in ZONDER_PLAN


def _of_evaluaties(plannen: Plannen) -> Iterator[Klok]:
    for plan in plannen.gestart.values():
        ended = plannen.beeindigd.get(plan.plan_id)
        first = klok_of(TermijnSoort.PLAN_EVALUATIE, plan, ref_id=plan.plan_id, start=plan.gestart_op)
        looks = [
            Look(look.geevalueerd_op, look.evaluatie_dag)
            for look in plannen.geevalueerd
            if look.plan_id == plan.plan_id and not (ended and look.geevalueerd_op >= ended.beeindigd_op)
        ]
        looks += [Look(ended.beeindigd_op, None)] if ended else []
        yield from stretches(replace(first, afgesproken=plan.evaluatie_dag), looks)


def _of_acties(plannen: Plannen) -> Iterator[Klok]:
    for actie in plannen.acties.values():
        clock = klok_of(TermijnSoort.PLANACTIE, actie, ref_id=actie.planactie_id, start=actie.afgesproken_op)
        yield replace(clock, afgesproken=actie.uiterlijk_dag, end=_end_of_actie(plannen, actie))


def _end_of_actie(plannen: Plannen, actie: PlanactieAfgesproken) -> End:
    """Return how an action ended: done, not done, or lapsed with its plan."""
    said = plannen.actie_afgerond.get(actie.planactie_id)
    if said:
        return ended_at(actie.afgesproken_op, said.afgerond_op, vervallen=not said.gedaan)
    ended = plannen.beeindigd.get(actie.plan_id)
    return ended_at(actie.afgesproken_op, ended.beeindigd_op if ended else None, vervallen=True)
