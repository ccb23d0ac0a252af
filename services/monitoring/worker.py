"""The worker of monitoring: hears every fact in batches, tells its own, delivers, makes files, watches the chores."""

import asyncio
from collections.abc import Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.handlers.alarms import alarm_leveringen, alarm_noodtoegang, alarm_opvang, alarm_voorwaarden
from services.monitoring.handlers.berichten import post_of
from services.monitoring.handlers.bezorgen import Bezorging, deliver_webhooks
from services.monitoring.handlers.cbs_maken import run_making
from services.monitoring.handlers.facts import absorb
from services.monitoring.handlers.vernietigen import destroy_named
from services.monitoring.handlers.waken import Wake, keep_watch
from services.monitoring.partners.webhook import WebhookRules
from services.monitoring.settings import MonitoringSettings
from services.monitoring.store.facts import seal_anew
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.messaging.consumer import Handler
from shared.settings import Omgeving
from shared.web.app import Resources
from shared.web.serve import work


def make_handler(made: Resources, *, mail_to: str = "") -> Handler:
    """Return what handles a batch: all its facts together, so that each casus is loaded and folded once."""

    async def handle(conn: AsyncConnection, events: Sequence[Event]) -> None:
        now = made.clock()
        for step in await absorb(conn, events, rules=made.rules, now=now, mail_to=mail_to):
            await seal_anew(conn, made.vault, step)
        await alarm_noodtoegang(conn, events, mail_to=mail_to, now=now)
        await alarm_voorwaarden(conn, events, mail_to=mail_to, now=now)
        await alarm_opvang(conn, events, mail_to=mail_to, now=now)
        await alarm_leveringen(conn, events, mail_to=mail_to, now=now)
        await destroy_named(conn, made.vault, events)

    return handle


def main() -> None:
    """Run until told to stop."""
    told = MonitoringSettings()
    rules = WebhookRules(allow_private=told.omgeving is Omgeving.LOKAAL, timeout_seconds=told.webhook_timeout_seconds)

    async def webhooks(made: Resources, stop: asyncio.Event) -> None:
        await deliver_webhooks(Bezorging(made.engine, made.vault, rules, made.clock, mail_to=told.alert_to), stop)

    async def watch(made: Resources, stop: asyncio.Event) -> None:
        await keep_watch(Wake(made.engine, post_of(told), made.rules, made.clock), stop)

    making = partial(run_making, layout_file=told.cbs_layout_bestand, mail_to=told.alert_to)
    work(Room.MONITORING, told, partial(make_handler, mail_to=told.alert_to), webhooks, making, watch)


if __name__ == "__main__":
    main()
