"""One turn of a receiver: what came of the notices that were sent to it is noted, and the next are taken.

Both in one transaction that holds the receiver: its places and how it does are then one deliverer's at a time, and a
receiver costs the database one transaction a turn, however many notices it had under way.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.abonnementen import AbonnementStatus
from services.monitoring.domain.alerts import AlarmSoort
from services.monitoring.domain.bezorgen import (
    TRANSITIONS,
    BerichtActie,
    BerichtStatus,
    Gezondheid,
    Oordeel,
    Poging,
    Uitslag,
    judge_attempt,
    judge_proef,
)
from services.monitoring.handlers.alarms import raise_alarm
from services.monitoring.store import bezorgen as store
from services.monitoring.store.bezorgen import PROEF, WEBHOOK, Afloop, Levering, Ontvanger
from shared.log import get_logger

log = get_logger()

LEASE = timedelta(seconds=60)  # four times as long as an attempt may last


@dataclass(frozen=True, slots=True)
class Gedaan:
    """A notice that was sent, and what came of it."""

    levering: Levering
    poging: Poging
    afloop: Afloop

    @property
    def arrived(self) -> bool:
        """Say whether the receiver took it."""
        return self.poging.uitslag is Uitslag.GELUKT


@dataclass(frozen=True, slots=True)
class Moment:
    """The two times of a turn, and where alarms are mailed to: real time, and that of the chain for the alarms."""

    real: datetime
    now: datetime
    mail_to: str


async def take_turn(
    conn: AsyncConnection, abonnement_id: UUID, done: Sequence[Gedaan], moment: Moment, *, may_take: bool
) -> tuple[Ontvanger, list[Levering]] | None:
    """Note what was done for a receiver and return it with what is to be sent to it next.

    None when another deliverer holds it at this moment and there is nothing to note, or when its abonnement ended.
    """
    ontvanger = await store.hold_receiver(conn, abonnement_id, wait=bool(done))
    if ontvanger is None:
        return None
    await store.note_sent(conn, [(one.levering.id, one.afloop) for one in done if one.arrived])
    gezondheid, runs = await _note_rest(conn, ontvanger, done, moment)
    if not may_take:
        return ontvanger, []
    until = moment.real + LEASE
    taken = []
    if ontvanger.proef_wacht:
        taken += await store.take(conn, abonnement_id, kanaal=PROEF, plaatsen=1, now=moment.real, until=until)
    if runs and gezondheid.may_be_called(moment.real):
        taken += await store.take(
            conn, abonnement_id, kanaal=WEBHOOK, plaatsen=gezondheid.plaatsen, now=moment.real, until=until
        )
    return ontvanger, taken


async def _note_rest(
    conn: AsyncConnection, ontvanger: Ontvanger, done: Sequence[Gedaan], moment: Moment
) -> tuple[Gezondheid, bool]:
    """Note what did not arrive, in the order in which it ended; return how the receiver does, and whether it runs."""
    gezondheid, runs = ontvanger.gezondheid, ontvanger.status is AbonnementStatus.LOPEND
    for one in sorted(done, key=lambda one: one.poging.geeindigd_op):
        if one.levering.kanaal == PROEF:
            if not one.arrived:
                await _note_proef(conn, one)
            continue
        oordeel = judge_attempt(one.poging, gezondheid, spread=random.random())  # noqa: S311
        if not one.arrived and not await _note_not_sent(conn, one, oordeel):
            continue  # its lease had run out: who has it now says what becomes of it
        gezondheid = oordeel.gezondheid
        runs = await _alarm(conn, ontvanger.id, one, oordeel, moment) and runs
    if gezondheid != ontvanger.gezondheid:
        await store.save_health(conn, ontvanger.id, gezondheid)
    return gezondheid, runs


async def _note_proef(conn: AsyncConnection, one: Gedaan) -> None:
    status = TRANSITIONS[BerichtStatus.WACHTEND, judge_proef(one.poging.uitslag)]
    assert status is not None  # noqa: S101, a waiting one can be given up
    await store.note_not_sent(
        conn, one.levering, one.afloop, status=status.value, volgende=None, now=one.poging.geeindigd_op
    )


async def _note_not_sent(conn: AsyncConnection, one: Gedaan, oordeel: Oordeel) -> bool:
    return await store.note_not_sent(
        conn,
        one.levering,
        one.afloop,
        status=oordeel.status.value,
        volgende=oordeel.volgende_poging_op,
        now=one.poging.geeindigd_op,
    )


async def _alarm(conn: AsyncConnection, abonnement_id: UUID, one: Gedaan, oordeel: Oordeel, moment: Moment) -> bool:
    """Alarm of what a person must know; return whether the abonnement goes on."""
    soort, onderwerp, stap = AlarmSoort.BERICHT, str(one.levering.id), "mislukt"
    if oordeel.uitschakelen is not None:
        soort, onderwerp, stap = AlarmSoort.ABONNEMENT, str(abonnement_id), oordeel.uitschakelen.value
        if not await store.switch_off(conn, abonnement_id, reden=stap, now=moment.real):
            return False
        log.error("abonnement_switched_off", abonnement_id=onderwerp, reason=stap)
    elif oordeel.actie is not BerichtActie.OPGEGEVEN:
        return True
    await raise_alarm(conn, soort, onderwerp=onderwerp, stap=stap, mail_to=moment.mail_to, now=moment.now)
    return oordeel.uitschakelen is None
