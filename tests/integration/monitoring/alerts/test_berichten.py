"""Mails arrive at least once; a slow or refusing mailbox holds up no other."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain.bezorgen import POGINGEN_MAX
from services.monitoring.handlers.alerts import SweepPlan, sweep
from services.monitoring.handlers.berichten import DeliveryReport, Post, deliver
from shared.clock import system_clock
from shared.crypto import Vault
from shared.db import in_transaction
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.alerts.conftest import (
    MAIL_TO,
    MONDAY,
    PASSED,
    Mailbox,
    hear_melding,
    rows,
    subscribe,
)
from tests.integration.monitoring.alerts.receiver import Receiver

pytestmark = pytest.mark.anyio


async def do_sweep(engine: AsyncEngine) -> None:
    await sweep(engine, now=PASSED, rules=DEFAULT_SETTINGS, plan=SweepPlan(mail_to=MAIL_TO))


async def do_deliver(engine: AsyncEngine, post: Post, *, later: timedelta = timedelta(0)) -> DeliveryReport:
    return await deliver(engine, post, real_clock=lambda: system_clock() + later, now=PASSED)


async def test_the_team_lead_gets_a_dutch_mail_without_anything_about_a_person(
    engine: AsyncEngine, post: Post, mailbox: Mailbox
) -> None:
    casus_id = await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)

    report = await do_deliver(engine, post)
    again = await do_deliver(engine, post)

    whole = b"\n".join(mailbox.mails).decode()
    assert (report.verzonden, again.verzonden) == (len(mailbox.mails), 0)
    assert f"To: {MAIL_TO}" in whole
    assert "Subject: Ketenradar: termijn veiligheidsbeoordeling is verstreken" in whole
    assert str(casus_id) in whole


async def test_two_mailboxes_are_served_beside_each_other_and_one_that_hangs_holds_up_only_itself(
    engine: AsyncEngine, post: Post, mailbox: Mailbox
) -> None:
    for _ in range(2):
        await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)
    async with in_transaction(engine) as conn:
        await conn.execute(
            text("UPDATE bericht SET doel = 'ander@voorbeeld.invalid' WHERE nr % 2 = 0 AND kanaal = 'e-mail'")
        )
    mailbox.hangs_for = "ander@voorbeeld.invalid"  # the first in the order of the alphabet

    started = time.monotonic()
    report = await do_deliver(engine, post)

    others = await rows(engine, "SELECT status FROM bericht WHERE doel = :doel", doel=MAIL_TO)
    assert time.monotonic() - started < 5
    assert {row.status for row in others} == {"verzonden"}
    assert (report.verzonden, report.mislukt) == (len(others), 1)

    mailbox.hangs_for = ""
    assert (await do_deliver(engine, post, later=timedelta(hours=1))).mislukt == 0
    assert {row.status for row in await rows(engine, "SELECT status FROM bericht")} == {"verzonden"}


async def test_after_the_last_attempt_a_mail_is_kept_and_alarmed_until_mail_arrives_again(
    engine: AsyncEngine, post: Post, mailbox: Mailbox
) -> None:
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)
    mailbox.refuse = True
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE bericht SET pogingen = :n"), {"n": POGINGEN_MAX - 1})

    await do_deliver(engine, post)

    failed = await rows(engine, "SELECT status FROM bericht ORDER BY nr LIMIT 1")
    alarm = "SELECT onderwerp, opgelost_op FROM waarschuwing WHERE soort = 'bericht'"
    assert [row.status for row in failed] == ["mislukt"]
    assert [(row.onderwerp, row.opgelost_op) for row in await rows(engine, alarm)] == [("e-mail", None)]

    mailbox.refuse = False
    await do_deliver(engine, post, later=timedelta(hours=1))
    assert [row.opgelost_op for row in await rows(engine, alarm)] == [PASSED]


async def test_what_a_dead_deliverer_had_in_hand_is_sent_when_its_lease_ends(
    engine: AsyncEngine, post: Post, mailbox: Mailbox
) -> None:
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)
    async with in_transaction(engine) as conn:
        until = system_clock() + timedelta(minutes=3)
        await conn.execute(text("UPDATE bericht SET geclaimd_tot = :tot"), {"tot": until})

    before = await do_deliver(engine, post)
    after = await do_deliver(engine, post, later=timedelta(minutes=4))

    assert before.verzonden == 0
    assert after.verzonden == len(mailbox.mails) > 0


async def test_who_sends_mail_leaves_webhooks_alone(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=["melding-ontvangen"])
    await hear_melding(engine, op=MONDAY)

    await do_deliver(engine, post)

    found = await rows(engine, "SELECT status, pogingen, geclaimd_tot FROM bericht WHERE kanaal = 'webhook'")
    assert [tuple(row) for row in found] == [("wachtend", 0, None)]
