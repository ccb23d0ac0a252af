"""What is measured for operators: terms by phase, what waits to be swept, told and mailed, and chores that live."""

from collections.abc import Sequence
from datetime import datetime

from services.monitoring.domain.metrieken import Meting, Metriek
from services.monitoring.handlers.dashboard import read_heartbeats
from services.monitoring.store import metrieken as store
from services.monitoring.store.metrieken import OpenTermijnen, Wachtend
from shared.db import in_transaction
from shared.web.app import Resources
from shared.work import WORKER_WALL, Wall, Work, working


async def read_metrieken(made: Resources, *, now: datetime, real: datetime) -> tuple[Metriek, ...]:
    """Return every metric; ``real`` is real time, by which chores are silent.

    It counts over the whole region as the worker does: whoever operates sees no row of a casus, here or elsewhere.
    """
    with working(Work(Wall(WORKER_WALL), made.vault)):
        async with in_transaction(made.engine) as conn:
            terms = await store.open_terms(conn, now=now)
            waiting = await store.waiting(conn, now=now)
        chores = await read_heartbeats(made.engine, real=real)
    beats = tuple(
        Meting((real - chore.tijdstip).total_seconds(), {"klus": chore.naam}) for chore in chores if chore.tijdstip
    )
    return (
        Metriek("ketenradar_termijnen_open", "Open termijnen van de hele regio, naar fase en stand", _stands(terms)),
        Metriek("ketenradar_wachtend", "Wat wacht, naar soort en kanaal", _counts(waiting)),
        Metriek(
            "ketenradar_wachtend_oudste",
            "Hoe lang het oudste wacht, in tijd van de keten",
            _ages(waiting, now),
            "seconds",
        ),
        Metriek("ketenradar_klus_geleden", "Hoe lang geleden een klus liep, in echte tijd", beats, "seconds"),
    )


def _stands(terms: Sequence[OpenTermijnen]) -> tuple[Meting, ...]:
    return tuple(
        Meting(aantal, {"fase": term.fase, "stand": stand})
        for term in terms
        for stand, aantal in (
            ("lopend", term.lopend),
            ("dreigend", term.dreigend),
            ("verstreken", term.verstreken),
        )
    )


def _labels(one: Wachtend) -> dict[str, str]:
    return {"soort": one.soort, **({"kanaal": one.kanaal} if one.kanaal else {})}


def _counts(waiting: Sequence[Wachtend]) -> tuple[Meting, ...]:
    return tuple(Meting(one.aantal, _labels(one)) for one in waiting)


def _ages(waiting: Sequence[Wachtend], now: datetime) -> tuple[Meting, ...]:
    return tuple(Meting(max((now - one.sinds).total_seconds(), 0), _labels(one)) for one in waiting if one.sinds)
