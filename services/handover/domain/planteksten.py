"""Every text that people wrote in a plan, in a fixed order: what is cut for a reader who may not know a melder."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from services.handover.domain.plan import Plan

Change = Callable[[str], str]


def teksten_of(plan: Plan) -> tuple[str, ...]:
    """Return every text of a plan."""
    found: list[str] = []

    def keep(text: str) -> str:
        found.append(text)
        return text

    _map_texts(plan, keep)
    return tuple(found)


def with_teksten(plan: Plan, teksten: Sequence[str]) -> Plan:
    """Return a plan with other texts in the places of ``teksten_of``; there must be as many."""
    if len(teksten) != len(teksten_of(plan)):
        raise ValueError("not as many texts as there are places")
    following = iter(teksten)
    return _map_texts(plan, lambda _: next(following))


def _map_texts(plan: Plan, change: Change) -> Plan:
    def maybe(text: str | None) -> str | None:
        return change(text) if text else text

    return replace(
        plan,
        einde=replace(plan.einde, bereikt=change(plan.einde.bereikt)) if plan.einde else None,
        leden=tuple(replace(one, toelichting=maybe(one.toelichting)) for one in plan.leden),
        doelen=tuple(
            replace(one, omschrijving=change(one.omschrijving), toelichting=maybe(one.toelichting))
            for one in plan.doelen
        ),
        acties=tuple(
            replace(
                one,
                omschrijving=change(one.omschrijving),
                functie=maybe(one.functie),
                afronding=replace(one.afronding, toelichting=maybe(one.afronding.toelichting))
                if one.afronding
                else None,
            )
            for one in plan.acties
        ),
        regie=tuple(replace(one, functie=maybe(one.functie), motivering=change(one.motivering)) for one in plan.regie),
        evaluaties=tuple(replace(one, verslag=change(one.verslag)) for one in plan.evaluaties),
        fasen=tuple(replace(one, motivering=maybe(one.motivering)) for one in plan.fasen),
    )
