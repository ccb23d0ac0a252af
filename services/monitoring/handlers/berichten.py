"""How mails leave: claimed with a lease, each mailbox beside the others, tried again, and never dropped.

Everything here lives in real time, also when the chain lives in simulated time: mail servers do.
"""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain import bezorgen as domain
from services.monitoring.domain.alerts import AlarmSoort
from services.monitoring.domain.berichten import mail_of
from services.monitoring.domain.bezorgen import AfterAttempt, BerichtStatus, Uitslag
from services.monitoring.domain.ontvangers import Ontvanger, by_doel
from services.monitoring.handlers.alarms import raise_alarm
from services.monitoring.settings import MonitoringSettings
from services.monitoring.store import alerts as alert_store
from services.monitoring.store import berichten as store
from services.monitoring.store import ontvangers
from services.monitoring.store.berichten import E_MAIL, NIEMAND, ClaimedBericht, Rustig
from shared.clock import Clock
from shared.db import in_transaction
from shared.log import get_logger
from shared.mail import MailError, MailSender
from shared.rules.rust import Rust, is_quiet
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings

log = get_logger()

LEASE = timedelta(minutes=3)
_ROUND_SECONDS = 45.0  # well within the lease, and within the minute after which the next round begins


@dataclass(frozen=True, slots=True)
class Post:
    """What delivering needs: where mail goes in, and where we ourselves can be found."""

    smtp_url: str
    smtp_from: str
    base_url: str
    timeout_seconds: float = 10.0
    round_seconds: float = _ROUND_SECONDS
    huis: str = ""  # the functional mailbox, which stands in for a receiver who is gone
    rust: Rust | None = None  # None: nobody is left in peace, as in simulated time, where an hour is nothing
    rules: RuleSettings = DEFAULT_SETTINGS


def post_of(told: MonitoringSettings) -> Post:
    """Return what delivering needs; in simulated time a night is over in a moment, so nobody is left in peace."""
    return Post(
        smtp_url=told.smtp_url,
        smtp_from=told.smtp_from,
        base_url=told.monitoring_url,
        huis=told.alert_to,
        rust=None if told.clock_file else told.rust,
        rules=told.rules,
    )


@dataclass(slots=True)
class DeliveryReport:
    verzonden: int = 0
    mislukt: int = 0


async def deliver(engine: AsyncEngine, post: Post, *, real_clock: Clock, now: datetime) -> DeliveryReport:
    """Try what waits, once; ``now`` is the time of the chain, for the alarms that come of it.

    A receiver who is left in peace now gets what is acute, and the rest when his quiet hours end. Mailboxes are served
    beside each other, each over a connection of its own. After a refusal the rest of that mailbox
    waits for the next round: a slow or dead one costs one attempt a round, and nobody else anything.
    """
    report = DeliveryReport()
    started = real_clock()
    async with in_transaction(engine) as conn:
        known = by_doel(await ontvangers.load_all(conn))
        await store.stand_in(conn, list(known), huis=post.huis, now=started)
        rustig = _in_rust(known.values(), post, now=started)
        claimed = await store.claim(conn, now=started, until=started + LEASE, rustig=rustig)
    groups = [list(group) for _, group in groupby(sorted(claimed, key=lambda b: b.doel), key=lambda b: b.doel)]
    addresses = {doel: one.postvak for doel, one in known.items()}
    await asyncio.gather(
        *(
            _serve(engine, group, post, report, address=addresses.get(group[0].doel, group[0].doel),
                   real_clock=real_clock, now=now)
            for group in groups
        )
    )  # fmt: skip
    return report


def _in_rust(known: Iterable[Ontvanger], post: Post, *, now: datetime) -> Rustig:
    """Return who is left in peace at this moment of real time."""
    if post.rust is None:
        return NIEMAND
    return Rustig(
        [one.doel for one in known if is_quiet(one.rust or post.rust, now, post.rules)],
        huis=is_quiet(post.rust, now, post.rules),
    )


async def _serve(  # noqa: PLR0913, both times, keyword only
    engine: AsyncEngine,
    group: Sequence[ClaimedBericht],
    post: Post,
    report: DeliveryReport,
    *,
    address: str,
    real_clock: Clock,
    now: datetime,
) -> None:
    """Deliver to one mailbox in order, until it refuses or the round is over; give back what was not tried."""
    ends = asyncio.get_running_loop().time() + post.round_seconds
    left = list(group)
    try:
        async with MailSender(post.smtp_url, sender=post.smtp_from, timeout_seconds=post.timeout_seconds) as mail:
            while left and asyncio.get_running_loop().time() < ends:
                bericht = left[0]
                uitslag, reden = await _attempt(bericht, mail, post, address)
                after = domain.after_mail(
                    uitslag,
                    pogingen=bericht.pogingen + 1,
                    now=real_clock(),
                    spread=random.random(),  # noqa: S311
                )
                await _note(engine, bericht, uitslag, reden, after, real=real_clock(), now=now)
                left.pop(0)
                report.verzonden += uitslag is Uitslag.GELUKT
                report.mislukt += uitslag is Uitslag.MISLUKT
                if uitslag is Uitslag.MISLUKT:
                    break
    finally:
        if left:
            async with in_transaction(engine) as conn:
                await store.give_back(conn, [bericht.id for bericht in left])


async def _attempt(bericht: ClaimedBericht, mail: MailSender, post: Post, address: str) -> tuple[Uitslag, str | None]:
    try:
        await mail.send(address, mail_of(bericht.inhoud, base_url=post.base_url), message_id=str(bericht.id))
    except MailError as error:
        log.warning("bericht_refused", bericht_id=str(bericht.id), soort=bericht.kanaal, reason=error.reason)
        return Uitslag.MISLUKT, error.reason
    return Uitslag.GELUKT, None


async def _note(  # noqa: PLR0913, what one attempt leads to
    engine: AsyncEngine,
    bericht: ClaimedBericht,
    uitslag: Uitslag,
    reden: str | None,
    after: AfterAttempt,
    *,
    real: datetime,
    now: datetime,
) -> None:
    """Keep an attempt; alarm when it was the last one, and end that alarm when mail is taken again."""
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
            await raise_alarm(conn, AlarmSoort.BERICHT, onderwerp=E_MAIL, stap="mislukt", mail_to="", now=now)
        elif uitslag is Uitslag.GELUKT:
            await alert_store.resolve_condition(conn, soort=AlarmSoort.BERICHT, onderwerp=E_MAIL, now=now)
