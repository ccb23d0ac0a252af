"""How notices leave: claimed with a lease, each receiver beside the others, tried again, and never dropped.

Everything here lives in real time, also when the chain lives in simulated time: mail servers and subscribers do.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain import alerts as domain
from services.monitoring.domain.alerts import AfterAttempt, AlarmSoort, BerichtStatus, Uitslag
from services.monitoring.domain.berichten import mail_of
from services.monitoring.handlers.alerts import raise_alarm
from services.monitoring.partners import webhook
from services.monitoring.partners.webhook import WebhookError, WebhookRules
from services.monitoring.store import alerts as alert_store
from services.monitoring.store import berichten as store
from services.monitoring.store.berichten import E_MAIL, ClaimedBericht
from shared.clock import Clock
from shared.crypto import Vault
from shared.db import in_transaction
from shared.events.catalogue import Room
from shared.events.envelope import source_of
from shared.keyring import Keyring, keyring_for
from shared.log import get_logger
from shared.mail import MailError, MailSender
from shared.messaging.codec import encode_parts

log = get_logger()

LEASE = timedelta(minutes=3)
_ROUND_SECONDS = 45.0  # well within the lease, and within the minute after which the next round begins


@dataclass(frozen=True, slots=True)
class Post:
    """What delivering needs: where mail goes in, which addresses may be called, and where we ourselves can be found."""

    smtp_url: str
    smtp_from: str
    mail_to: str
    base_url: str
    webhooks: WebhookRules
    vault: Vault
    round_seconds: float = _ROUND_SECONDS


@dataclass(slots=True)
class DeliveryReport:
    verzonden: int = 0
    mislukt: int = 0


def secret_place(abonnement_id: object) -> str:
    """Return the place to which the secret of an abonnement is bound."""
    return f"abonnement:geheim:{abonnement_id}"


async def deliver(engine: AsyncEngine, post: Post, *, real_clock: Clock, now: datetime) -> DeliveryReport:
    """Try what waits, once; ``now`` is the time of the chain, for the alarms that come of it.

    Receivers are served beside each other. After a refusal the rest of that receiver waits for the next round: a
    slow or dead one costs one attempt a round, and nobody else anything.
    """
    report = DeliveryReport()
    started = real_clock()
    async with in_transaction(engine) as conn:
        claimed = await store.claim(conn, now=started, until=started + LEASE)
        keys = await keyring_for(conn, post.vault, [bericht.geheim for bericht in claimed])
    groups = [list(group) for _, group in groupby(sorted(claimed, key=lambda b: b.doel), key=lambda b: b.doel)]
    async with _senders(post, keys) as senders:
        await asyncio.gather(
            *(_serve(engine, group, senders, report, real_clock=real_clock, now=now) for group in groups)
        )
    return report


@dataclass(frozen=True, slots=True)
class _Senders:
    post: Post
    keys: Keyring
    mail: MailSender
    http: httpx.AsyncClient


@asynccontextmanager
async def _senders(post: Post, keys: Keyring) -> AsyncIterator[_Senders]:
    timeout = httpx.Timeout(post.webhooks.timeout_seconds, connect=2.0)
    async with (
        MailSender(post.smtp_url, sender=post.smtp_from) as mail,
        httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False) as http,
    ):
        yield _Senders(post, keys, mail, http)


async def _serve(  # noqa: PLR0913, both times, keyword only
    engine: AsyncEngine,
    group: Sequence[ClaimedBericht],
    senders: _Senders,
    report: DeliveryReport,
    *,
    real_clock: Clock,
    now: datetime,
) -> None:
    """Deliver to one receiver in order, until it refuses or the round is over; give back what was not tried."""
    ends = asyncio.get_running_loop().time() + senders.post.round_seconds
    left = list(group)
    try:
        while left and asyncio.get_running_loop().time() < ends:
            bericht = left[0]
            uitslag, reden = await _attempt(bericht, senders, now=real_clock())
            after = domain.after_attempt(
                uitslag,
                pogingen=bericht.pogingen + 1,
                now=real_clock(),
                spread=random.random(),  # noqa: S311
            )
            await _note(engine, bericht, uitslag, reden, after, senders.post, real=real_clock(), now=now)
            left.pop(0)
            report.verzonden += uitslag is Uitslag.GELUKT
            report.mislukt += uitslag is Uitslag.MISLUKT
            if uitslag is Uitslag.MISLUKT:
                break
    finally:
        if left:
            async with in_transaction(engine) as conn:
                await store.give_back(conn, [bericht.id for bericht in left])


async def _attempt(bericht: ClaimedBericht, senders: _Senders, *, now: datetime) -> tuple[Uitslag, str | None]:
    try:
        if bericht.kanaal == E_MAIL:
            mail = mail_of(bericht.inhoud, base_url=senders.post.base_url)
            await senders.mail.send(bericht.doel, mail, message_id=str(bericht.id))
        elif bericht.beeindigd:
            return Uitslag.BEEINDIGD, None
        else:
            await _call(bericht, senders, now=now)
    except (MailError, WebhookError) as error:
        log.warning("bericht_refused", bericht_id=str(bericht.id), soort=bericht.kanaal, reason=error.reason)
        return Uitslag.MISLUKT, error.reason
    return Uitslag.GELUKT, None


async def _call(bericht: ClaimedBericht, senders: _Senders, *, now: datetime) -> None:
    assert bericht.event_id and bericht.casus_id and bericht.callback_url and bericht.geheim  # noqa: S101, PT018
    secret = senders.keys.open(bericht.geheim, place=secret_place(bericht.abonnement_id))
    await webhook.send(
        senders.http,
        bericht.callback_url,
        secret=secret.decode(),
        message_id=bericht.event_id,
        body=cloud_event(bericht),
        now=now,
        rules=senders.post.webhooks,
    )


def cloud_event(bericht: ClaimedBericht) -> bytes:
    """Return the fact of a notice exactly as it stands on the stream: the same CloudEvent, with the same id."""
    assert bericht.event_id and bericht.casus_id  # noqa: S101, PT018, only of a webhook
    inhoud = bericht.inhoud
    return encode_parts(
        event_id=bericht.event_id,
        source=source_of(Room.MONITORING),
        type_name=inhoud["soort"],
        subject=bericht.casus_id,
        time=datetime.fromisoformat(inhoud["tijdstip"]),
        sequence=inhoud["volgnummer"],
        data=inhoud["data"],
        causation_id=inhoud["oorzaakId"],
        traceparent=None,
    )


async def _note(  # noqa: PLR0913, PLR0917, what one attempt leads to
    engine: AsyncEngine,
    bericht: ClaimedBericht,
    uitslag: Uitslag,
    reden: str | None,
    after: AfterAttempt,
    post: Post,
    *,
    real: datetime,
    now: datetime,
) -> None:
    """Keep an attempt; alarm when it was the last one, and end that alarm when the receiver takes notices again."""
    receiver = E_MAIL if bericht.kanaal == E_MAIL else str(bericht.abonnement_id)
    async with in_transaction(engine) as conn:
        await store.record_attempt(
            conn,
            bericht.id,
            tijdstip=real,
            uitslag=uitslag,
            reden=reden,
            status=after.status,
            volgende_poging_op=after.volgende_poging_op,
        )
        if after.status is BerichtStatus.MISLUKT:
            # A mail about a mail that cannot be sent would not arrive either.
            mail_to = "" if bericht.kanaal == E_MAIL else post.mail_to
            await raise_alarm(conn, AlarmSoort.BERICHT, onderwerp=receiver, stap="mislukt", mail_to=mail_to, now=now)
        elif uitslag is Uitslag.GELUKT:
            await alert_store.resolve_condition(conn, soort=AlarmSoort.BERICHT, onderwerp=receiver, now=now)
