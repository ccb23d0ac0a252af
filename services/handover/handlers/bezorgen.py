"""How deliveries go out: claimed, tried outside any transaction, and noted; no receiver takes the place of another.

Waits follow the clock of the room; claims, signatures and time limits follow the machine, as receivers do. A deliverer
that dies lets its claim run out, and another tries again under the same id.
"""

import asyncio
import contextlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.handover.domain import leverstappen as domain
from services.handover.domain.leverbericht import Bericht
from services.handover.domain.levering import Levering, LeveringStatus
from services.handover.domain.overdracht import Overdracht, Status
from services.handover.handlers.levergang import end_leveringen, keep, lock_levering, tell_before
from services.handover.partners.leveren import Bezorger, Uitslag, Zending
from services.handover.store import leveradressen, leveringen, overdrachten
from services.handover.store.leveringen import Geclaimd, Poging
from shared.clock import Clock, system_clock
from shared.crypto import Vault
from shared.db import in_transaction, retry_conflicts
from shared.errors import KetenError
from shared.log import get_logger, where
from shared.rules.leveringcodes import LeverWijze
from shared.rules.settings import RuleSettings

log = get_logger()

# Longer than any attempt may take: only what a dead deliverer held is taken over.
CLAIM = timedelta(minutes=2)
_LAST_SECONDS = 20.0  # how long what is under way may take when the worker is told to stop


@dataclass(frozen=True, slots=True)
class Bezorging:
    """What delivering works with, and within which bounds."""

    engine: AsyncEngine
    vault: Vault
    clock: Clock
    rules: RuleSettings
    ways: Mapping[LeverWijze, Bezorger]
    deur_url: str
    per_ontvanger: int  # how many are under way to one receiver at once, of all deliverers together
    tegelijk: int  # how many are under way at once in this deliverer
    real_clock: Clock = system_clock


async def run_bezorging(plan: Bezorging, stop: asyncio.Event, *, poll_seconds: float = 0.25) -> None:
    """Deliver until told to stop; what is under way then is finished."""
    running: set[asyncio.Task[None]] = set()
    wake = asyncio.Event()

    def done(task: asyncio.Task[None]) -> None:
        running.discard(task)
        wake.set()

    while not stop.is_set():
        wake.clear()
        claimed = await _claim(plan, plan.tegelijk - len(running))
        for one in claimed:
            task = asyncio.create_task(_safely(plan, one))
            running.add(task)
            task.add_done_callback(done)
        if not claimed:
            await _first_of(stop, wake, seconds=poll_seconds)
    if running:
        await asyncio.wait(running, timeout=_LAST_SECONDS)


async def _first_of(*events: asyncio.Event, seconds: float) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _claim(plan: Bezorging, free: int) -> Sequence[Geclaimd]:
    if free <= 0:
        return ()
    real = plan.real_clock()
    try:
        async with in_transaction(plan.engine) as conn:
            return await leveringen.claim(
                conn,
                now=plan.clock(),
                real=real,
                until=real + CLAIM,
                per_ontvanger=plan.per_ontvanger,
                hoogstens=free,
            )
    except (KetenError, DBAPIError) as error:
        log.warning("leveringen_unreachable", error_type=type(error).__name__)
        return ()


async def _safely(plan: Bezorging, claimed: Geclaimd) -> None:
    try:
        await deliver_one(plan, claimed)
    except (KetenError, DBAPIError) as error:
        log.warning("levering_not_noted", levering_id=str(claimed.levering_id), error_type=type(error).__name__)
    except Exception as error:  # noqa: BLE001, a fault of ours in one delivery: it waits for its claim to run out
        log.error(
            "levering_crashed",
            levering_id=str(claimed.levering_id),
            error_type=type(error).__name__,
            error_place=where(error),
        )


async def deliver_one(plan: Bezorging, claimed: Geclaimd) -> None:
    """Make one attempt and note what became of it."""
    prepared = await retry_conflicts(lambda: _prepare(plan, claimed))
    if prepared is None:
        return
    wijze, zending = prepared
    loop = asyncio.get_running_loop()
    started, tijdstip = loop.time(), plan.clock()
    uitslag = await plan.ways[wijze].send(zending, now=plan.real_clock())
    duur_ms = round((loop.time() - started) * 1000)

    async def note() -> None:
        now = plan.clock()
        async with in_transaction(plan.engine) as conn:
            found = await lock_levering(conn, claimed.levering_id)
            if found is None:
                return  # destroyed meanwhile
            casus_id, before = found
            step = domain.after_attempt(
                before,
                uitslag.uitkomst,
                uiterlijk=tell_before(now, plan.rules),
                now=now,
                spread=random.random(),  # noqa: S311
            )
            after = await keep(conn, before, step, casus_id=casus_id, now=now)
            following = after.volgende_poging_op if after.status is LeveringStatus.OPEN else None
            poging = Poging(claimed.nummer, tijdstip, wijze, uitslag.uitkomst, uitslag.http_status, duur_ms, following)
            await leveringen.add_poging(conn, claimed.levering_id, poging)
            await leveringen.let_go(conn, claimed)

    await retry_conflicts(note)
    _log(claimed, uitslag)


def _log(claimed: Geclaimd, uitslag: Uitslag) -> None:
    log.info(
        "levering_tried",
        levering_id=str(claimed.levering_id),
        overdracht_id=str(claimed.overdracht_id),
        attempt=claimed.nummer,
        reason=uitslag.uitkomst.value,
        status=uitslag.http_status,
    )


async def _prepare(plan: Bezorging, claimed: Geclaimd) -> tuple[LeverWijze, Zending] | None:
    """Return what is to be sent and how; None when there is nothing to send: it is then settled here."""
    now = plan.clock()
    async with in_transaction(plan.engine) as conn:
        offer = await overdrachten.find_overdracht(conn, claimed.overdracht_id)
        levering = await leveringen.find_levering(conn, claimed.levering_id)
        if offer is None or levering is None:
            return None  # destroyed meanwhile
        adres = await leveradressen.adres_for(
            conn, plan.vault, organisatie_id=offer.organisatie_id, gemeente_code=offer.gemeente_code, soort=offer.soort
        )
        wijze = adres.opgave.wijze if adres else None
        if adres is None or wijze not in plan.ways or not _is_to_send(levering, offer):
            await _settle(conn, claimed, wijze, plan)
            return None
        geheimen = await leveradressen.valid_geheimen(conn, plan.vault, adres.id, now=now)
        return adres.opgave.wijze, Zending(
            bericht=_bericht(levering, offer, plan.deur_url),
            adres=adres.opgave.adres,
            geheimen=tuple(geheimen),
            clientcertificaat=adres.opgave.clientcertificaat,
        )


def _is_to_send(levering: Levering, offer: Overdracht) -> bool:
    return levering.status is LeveringStatus.OPEN and offer.status is Status.AANGEBODEN


async def _settle(conn: AsyncConnection, claimed: Geclaimd, wijze: LeverWijze | None, plan: Bezorging) -> None:
    """Take the step that is left for what is not sent: the offer ended, a mail was not confirmed, or nobody can."""
    now = plan.clock()
    found = await lock_levering(conn, claimed.levering_id)
    offer = await overdrachten.find_overdracht(conn, claimed.overdracht_id)
    if found is None or offer is None:
        return
    casus_id, levering = found
    if offer.status is not Status.AANGEBODEN:
        await end_leveringen(conn, offer, now=now)
    elif levering.status is LeveringStatus.VERZONDEN:
        step = domain.unconfirmed(levering, uiterlijk=tell_before(now, plan.rules), now=now)
        await keep(conn, levering, step, casus_id=casus_id, now=now)
    else:
        reden = domain.by_hand_reden(wijze)
        uiterlijk = tell_before(now, plan.rules)
        step = domain.by_hand(levering, reden, uiterlijk=uiterlijk, now=now) if reden else (levering, ())
        await keep(conn, levering, step, casus_id=casus_id, now=now)
    await leveringen.let_go(conn, claimed)


def _bericht(levering: Levering, offer: Overdracht, deur_url: str) -> Bericht:
    return Bericht(
        levering_id=levering.id,
        overdracht_id=offer.id,
        organisatie_id=offer.organisatie_id,
        gemeente_code=offer.gemeente_code,
        soort=offer.soort,
        accepteren_uiterlijk=offer.accepteren_uiterlijk,
        deur_url=deur_url,
    )
