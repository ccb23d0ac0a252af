"""How webhooks are delivered: each receiver by itself, beside all others, in order within a casus, and never dropped.

Any number of processes may do this at once. One that dies between sending and noting lets its lease run out, and the
same notice goes out again under the same id. Everything here lives in real time, also when the chain lives in
simulated time: subscribers do (docs/adr/0021).
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain.bezorgen import PLAATSEN, Poging, Uitslag
from services.monitoring.handlers.bezorgbeurt import Gedaan, Moment, take_turn
from services.monitoring.handlers.watching import note_heartbeat
from services.monitoring.handlers.webhooks import body_of, secret_place
from services.monitoring.partners.webhook import WebhookError, WebhookRules, WebhookSender, webhook_sender
from services.monitoring.store import abonnementen
from services.monitoring.store import bezorgen as store
from services.monitoring.store.bezorgen import Afloop, Levering, Ontvanger
from shared.clock import Clock, system_clock
from shared.crypto import Vault
from shared.db import in_transaction
from shared.keyring import keyring_for
from shared.log import get_logger, where
from shared.parts import pause

log = get_logger()

HEARTBEAT = "deliver_webhooks"
_POLL_SECONDS = 0.1
_BEAT_SECONDS = 20.0
_TROUBLE_SECONDS = 1.0
_GRACE_SECONDS = 10.0
# A receiver of which everything that waits stands behind something else is looked at less and less often.
_REST_SECONDS_MAX = 1.0
# How many transactions delivering may have at once: the pool is for who hears facts, too.
_TRANSACTIONS = 4


@dataclass(frozen=True, slots=True)
class Bezorging:
    """What delivering webhooks needs; ``clock`` is the time of the chain, for the alarms that come of it."""

    engine: AsyncEngine
    vault: Vault
    rules: WebhookRules
    clock: Clock
    mail_to: str = ""
    real_clock: Clock = system_clock


@dataclass(frozen=True, slots=True)
class _Zending:
    """A notice on its way: to whom, and with which secrets it is signed."""

    ontvanger: Ontvanger
    levering: Levering
    secrets: Sequence[str]


@dataclass(slots=True)
class _Lane:
    """What one receiver is served with in this process, and until when it is not looked at again."""

    task: "asyncio.Task[int] | None" = None
    rest_until: float = 0.0
    rest: float = _POLL_SECONDS

    @property
    def is_busy(self) -> bool:
        return self.task is not None and not self.task.done()


@dataclass(slots=True)
class Bezorger:
    """Deliver, with a lane for each receiver: a slow one holds up nothing but its own lane."""

    what: Bezorging
    sender: WebhookSender
    _lanes: dict[UUID, _Lane] = field(default_factory=dict)
    _opened: dict[UUID, str] = field(default_factory=dict)
    _closing: bool = False
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_TRANSACTIONS))

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; what is under way then gets a moment to end."""
        beat = 0.0
        while not stop.is_set():
            try:
                if time.monotonic() >= beat:
                    await note_heartbeat(
                        self.what.engine, HEARTBEAT, real=self.what.real_clock(), now=self.what.clock()
                    )
                    beat = time.monotonic() + _BEAT_SECONDS
                await self.look()
                await pause(stop, _POLL_SECONDS)
            except Exception as error:  # noqa: BLE001, whatever it is: what waits must still be delivered later
                log.warning("deliver_failed", error_type=type(error).__name__, error_place=where(error))
                await pause(stop, _TROUBLE_SECONDS)
        self._closing = True
        await self.close()

    async def look(self) -> None:
        """Let each receiver for which something may be taken have a lane."""
        async with self._room, in_transaction(self.what.engine) as conn:
            due = await store.due_receivers(conn, now=self.what.real_clock())
        for abonnement_id in due:
            lane = self._lanes.setdefault(abonnement_id, _Lane())
            if not lane.is_busy and time.monotonic() >= lane.rest_until:
                lane.task = asyncio.create_task(self._serve(abonnement_id, lane))
        for abonnement_id in self._lanes.keys() - set(due):
            if not self._lanes[abonnement_id].is_busy:
                del self._lanes[abonnement_id]

    async def drain(self) -> int:
        """Deliver what may be delivered now, and return how many notices arrived."""
        arrived = 0
        while True:
            self._lanes.clear()
            await self.look()
            done = sum(await asyncio.gather(*(lane.task for lane in self._lanes.values() if lane.task)))
            if not done:
                return arrived
            arrived += done

    async def close(self) -> None:
        """Stop, and let go of what was not sent in time."""
        tasks = [lane.task for lane in self._lanes.values() if lane.task and not lane.task.done()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=_GRACE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _serve(self, abonnement_id: UUID, lane: _Lane) -> int:
        """Deliver to one receiver as long as there is something for it; return how many arrived."""
        under_way: set[asyncio.Task[Gedaan]] = set()
        done: list[Gedaan] = []
        arrived, rest = 0, _POLL_SECONDS
        try:
            while True:
                may_take = len(under_way) < PLAATSEN and not self._closing
                taken = await self._turn(abonnement_id, done, may_take=may_take) if done or may_take else []
                under_way |= {asyncio.create_task(self._deliver(one)) for one in taken}
                if not under_way:
                    break
                # What waits behind what is under way is looked at when that is done; the rest, less and less often.
                rest = _POLL_SECONDS if taken else min(2 * rest, _REST_SECONDS_MAX)
                finished, under_way = await asyncio.wait(under_way, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
                done = [task.result() for task in finished]
                arrived += sum(one.arrived for one in done)
        except Exception as error:  # noqa: BLE001, whatever it is: what was taken is taken again when its lease ends
            log.warning("deliver_lane_failed", error_type=type(error).__name__, error_place=where(error))
            arrived = 0
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        lane.rest = _POLL_SECONDS if arrived else min(2 * lane.rest, _REST_SECONDS_MAX)
        lane.rest_until = time.monotonic() + lane.rest
        return arrived

    async def _turn(self, abonnement_id: UUID, done: Sequence[Gedaan], *, may_take: bool) -> list[_Zending]:
        """Note what was done for a receiver, and take what it may be sent now, with the secrets to sign it with."""
        what = self.what
        moment = Moment(what.real_clock(), what.clock(), what.mail_to)
        async with self._room, in_transaction(what.engine) as conn:
            turn = await take_turn(conn, abonnement_id, done, moment, may_take=may_take)
            if turn is None or not turn[1]:
                return []
            secrets = await self._secrets(conn, abonnement_id, moment.real)
        return [_Zending(turn[0], levering, secrets) for levering in turn[1]]

    async def _secrets(self, conn: AsyncConnection, abonnement_id: UUID, real: datetime) -> list[str]:
        """Return the secrets that are valid now; one that was opened before is not opened again."""
        sealed = await abonnementen.valid_secrets(conn, abonnement_id, real=real)
        new = {geheim_id: value for geheim_id, value in sealed if geheim_id not in self._opened}
        if new:
            keys = await keyring_for(conn, self.what.vault, new.values())
            for geheim_id, value in new.items():
                self._opened[geheim_id] = keys.open(value, place=secret_place(geheim_id)).decode()
        return [self._opened[geheim_id] for geheim_id, _ in sealed]

    async def _deliver(self, zending: _Zending) -> Gedaan:
        """Send one notice and return what came of it."""
        levering = zending.levering
        begonnen, started = self.what.real_clock(), time.monotonic()
        try:
            uitslag, reden = await self._send(zending, begonnen)
        except asyncio.CancelledError:
            async with self._room, in_transaction(self.what.engine) as conn:
                await store.give_back(conn, levering)
            raise
        afloop = Afloop(begonnen, round((time.monotonic() - started) * 1000), uitslag.value, reden)
        poging = Poging(uitslag, levering.pogingen + 1, begonnen, self.what.real_clock(), levering.mislukt_sinds)
        return Gedaan(levering, poging, afloop)

    async def _send(self, zending: _Zending, begonnen: datetime) -> tuple[Uitslag, str | None]:
        levering = zending.levering
        try:
            await self.sender.send(
                zending.ontvanger.callback_url,
                keys=zending.secrets,
                message_id=levering.event_id,
                body=body_of(levering.event_id, levering.inhoud, levering.volgnummer),
                now=begonnen,
            )
        except WebhookError as error:
            log.warning("bericht_refused", bericht_id=str(levering.id), soort=levering.kanaal, reason=error.reason)
            return (Uitslag.WEG if error.gone else Uitslag.MISLUKT), error.reason
        return Uitslag.GELUKT, None


async def deliver_webhooks(what: Bezorging, stop: asyncio.Event) -> None:
    """Deliver webhooks until told to stop."""
    async with webhook_sender(what.rules) as sender:
        await Bezorger(what, sender).run(stop)


async def deliver_once(what: Bezorging) -> int:
    """Deliver what may be delivered now, and return how many notices arrived."""
    async with webhook_sender(what.rules) as sender:
        return await Bezorger(what, sender).drain()
