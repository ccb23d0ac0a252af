"""Who has the work that a clock is about: the number of a worker, so that he is mailed and not the whole team."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.casus import Heard
from services.monitoring.domain.termijnen import Termijn
from shared.events.behandeling import WerkToegewezen


def owned(heard: Heard, clocks: tuple[Termijn, ...]) -> tuple[Termijn, ...]:
    """Return the clocks, those that are open with who has the work of their melding.

    Who had the work when it ended still has what comes after it, as the feedback; what was let go, or was opened again
    since, is nobody's.
    """
    owners = _owners(heard)
    return tuple(
        replace(clock, eigenaar_nr=owners[clock.melding_id])
        if clock.is_open and owners.get(clock.melding_id)
        else clock
        for clock in clocks
    )


def _owners(heard: Heard) -> dict[UUID, UUID | None]:
    newest: dict[UUID, tuple[datetime, UUID | None]] = {}
    changes = [
        (change.melding_id, change.toegewezen_op, change.medewerker_nr)
        if isinstance(change, WerkToegewezen)
        else (change.melding_id, change.vrijgegeven_op, None)
        for change in heard.behandeling.eigenaar
    ]
    changes += [(opening.melding_id, opening.heropend_op, None) for opening in heard.heropeningen.values()]
    # At one moment, letting go comes before taking up: from one owner to the next work is never without.
    for melding_id, op, nr in sorted(changes, key=lambda one: (one[1], one[2] is not None, str(one[2]))):
        newest[melding_id] = (op, nr)
    return {melding_id: nr for melding_id, (_, nr) in newest.items()}
