"""Of whom and of what a term is, and how long it waited and was worked on: what is kept of the steered phases only.

The phases with an agreed norm are counted once more by melder and by kind of violence. A melding tells several kinds,
and counts once under each: those do not add up to all terms. Days of waiting and of working do: together they are the
lead time.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.monitoring.domain.termijnen import Termijn
from shared.events.payloads import MeldingOntvangen
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort

GESTUURD = (
    TermijnSoort.VEILIGHEIDSBEOORDELING,
    TermijnSoort.ONDERZOEK,
    TermijnSoort.VOORWAARDEN_EN_VERVOLG,
)


class Dimensie(StrEnum):
    """By what a term is counted once more."""

    MELDER_CATEGORIE = "melderCategorie"
    RELATIE = "relatie"
    VORM = "vorm"


def onderdelen(melding: MeldingOntvangen | None) -> Iterator[tuple[Dimensie, str]]:
    """Give under what the terms of a melding count once more."""
    if melding is None:
        return
    yield Dimensie.MELDER_CATEGORIE, melding.melder_categorie.value
    yield from ((Dimensie.RELATIE, relatie.value) for relatie in {aard.relatie for aard in melding.aard_geweld})
    yield from ((Dimensie.VORM, vorm.value) for vorm in {aard.vorm for aard in melding.aard_geweld})


def stadia(clock: Termijn, clocks: Iterable[Termijn]) -> tuple[int, int] | None:
    """Return how many Dutch days an ended term waited for an owner, and how many somebody owned the work.

    None where nobody was ever told to own it: then nothing is known of either.
    """
    if clock.gestopt_op is None:
        return None
    waits = _waits_of(clock, [one for one in clocks if one.soort is TermijnSoort.TOEWIJZING])
    if not any(wait.gestopt_op is not None and not wait.vervallen for wait in waits):
        return None
    waited = sum(
        max(_days(max(wait.start, clock.start), min(wait.gestopt_op or clock.gestopt_op, clock.gestopt_op)), 0)
        for wait in waits
    )
    return waited, _days(clock.start, clock.gestopt_op) - waited


def _waits_of(clock: Termijn, waits: list[Termijn]) -> list[Termijn]:
    """Return when the work that a term belongs to waited for an owner: that which was begun last before it."""
    begun: dict[UUID, datetime] = {}
    for wait in waits:
        if wait.melding_id == clock.melding_id:
            begun[wait.ref_id] = min(wait.start, begun.get(wait.ref_id, wait.start))
    before = [(start, ref) for ref, start in begun.items() if start <= clock.start]
    if not before:
        return []
    _, mine = max(before)
    return [wait for wait in waits if wait.ref_id == mine]


def _days(van: datetime, tot: datetime) -> int:
    return (amsterdam_day(tot) - amsterdam_day(van)).days
