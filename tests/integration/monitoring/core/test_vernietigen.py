"""A file that is destroyed leaves ids, codes and times in monitoring, from which every figure is still counted."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.monitoring.handlers.alerts import SweepPlan, sweep
from services.monitoring.handlers.bewaartermijnen import propose_vernietiging
from services.monitoring.handlers.kpibewijs import recompute_kpis
from services.monitoring.tables import metadata
from services.monitoring.worker import make_handler
from shared.chain import extend_chain, verify_audit
from shared.db import in_transaction
from shared.events.envelope import Event
from shared.events.payloads import BewaartermijnVerstreken
from shared.messaging.codec import load_payload
from shared.rules.codes import DossierverzoekSoort
from shared.rules.settings import DEFAULT_SETTINGS
from shared.vernietigen import NotDestroyedError
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.integration.shredded import opens, places_of, read_all, sealed_in
from tests.unit.monitoring.core.builders import Chain, ams, monitored

pytestmark = pytest.mark.anyio

GEHEIM = "Mevrouw Jansen-Canarie"
MONDAY = ams("2026-03-02 10:00")
UITKOMST = {
    "naleving": "gehaald", "directeVeiligheid": True, "stabieleVeiligheid": True, "vervolg": "afsluiten",
    "contactMet": ["professionals"], "toelichting": GEHEIM,
}  # fmt: skip
BEFORE_THE_SHREDDER = SweepPlan(mail_to="teamleider@vtrr.example")


async def hear(room: MonitoringRoom, *events: Event) -> None:
    """Handle facts as the worker does."""
    async with in_transaction(room.made.engine) as conn:
        await make_handler(room.made)(conn, events)


async def a_full_casus(room: MonitoringRoom) -> tuple[Chain, UUID]:
    """Return a casus whose moment was done by a professional, who wrote something down; it is closed."""
    chain, _, _ = monitored()
    await hear(room, *chain.facts)
    rows = await room.rows("SELECT id FROM monitormoment WHERE casus_id = :id AND maand = 3", id=chain.casus_id)
    path = f"/v1/monitormomenten/{rows[0]['id']}"
    etag = (await room.get(path.removeprefix("/v1"))).headers["ETag"]
    answer = await room.http.put(f"{path}/uitkomst", json=UITKOMST, headers=room.headers(**{"If-Match": etag}))
    assert answer.status_code == 200, answer.text
    return chain, UUID(str(rows[0]["id"]))


def told(chain: Chain) -> Event:
    return chain.facts[-1]


def destruction(chain: Chain, room: MonitoringRoom) -> Event:
    chain.vernietig(room.klok())
    return told(chain)


async def test_what_somebody_wrote_is_gone_and_every_figure_is_what_it_was(monitoring: MonitoringRoom) -> None:
    (other, other_moment), (chain, moment) = await a_full_casus(monitoring), await a_full_casus(monitoring)
    before = await read_all(monitoring.made.engine, metadata)
    cells = await monitoring.cells()
    sealed = sealed_in([row for row in before["monitormoment"] if row["casus_id"] == chain.casus_id])
    left_open = await monitoring.rows("SELECT * FROM termijn WHERE gestopt_op IS NULL")
    assert [row["soort"] for row in left_open if row["casus_id"] == chain.casus_id] != []

    await hear(monitoring, destruction(chain, monitoring))

    after = await read_all(monitoring.made.engine, metadata)
    assert (len(sealed), await opens(monitoring.made, sealed)) == (1, 0)
    assert places_of(after, [*sealed, sealed[0][-16:], sealed[0][1:17], GEHEIM]) == set()
    assert [row for row in after["monitormoment"] if row["casus_id"] == other.casus_id] == [
        row for row in before["monitormoment"] if row["casus_id"] == other.casus_id
    ]
    assert (await monitoring.get(f"/monitormomenten/{other_moment}")).json()["toelichting"] == GEHEIM
    gone = (await monitoring.get(f"/monitormomenten/{moment}")).json()
    assert (gone["toelichting"], gone["naleving"]) == (None, "gehaald")
    # Only clocks that were still running changed: they ended, and nobody is warned of them.
    open_soorten = {row["soort"] for row in left_open}
    assert {key: n for key, n in (await monitoring.cells()).items() if key.naam not in open_soorten} == {
        key: n for key, n in cells.items() if key.naam not in open_soorten
    }
    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal
    running = await monitoring.rows("SELECT * FROM termijn WHERE volgende_op IS NOT NULL")
    assert {row["casus_id"] for row in running} <= {other.casus_id}
    (record,) = after["vernietiging"]
    assert {"feit", "termijn", "monitormoment"} <= set(record["gebleven"])


async def test_the_audit_of_a_destroyed_file_stays_and_is_whole(monitoring: MonitoringRoom) -> None:
    chain, _ = await a_full_casus(monitoring)
    query = "SELECT * FROM audit WHERE casus_id = :id"
    before = await monitoring.rows(query, id=chain.casus_id)
    async with in_transaction(monitoring.made.engine) as conn:
        assert await extend_chain(conn) >= len(before)

    await hear(monitoring, destruction(chain, monitoring))

    assert await monitoring.rows(query, id=chain.casus_id) == before
    assert before
    assert (await verify_audit(monitoring.made.engine, monitoring.made.vault)).findings == ()


async def test_what_is_kept_where_nobody_thought_of_it_stops_the_destruction(monitoring: MonitoringRoom) -> None:
    (chain, moment), (_, other_moment) = await a_full_casus(monitoring), await a_full_casus(monitoring)
    await monitoring.write(
        """UPDATE monitormoment SET toelichting = (SELECT toelichting FROM monitormoment WHERE id = :moment)
           WHERE id = :other""",
        moment=moment,
        other=other_moment,
    )
    before = await read_all(monitoring.made.engine, metadata)

    with pytest.raises(NotDestroyedError, match=r"^monitormoment\.toelichting$"):
        await hear(monitoring, destruction(chain, monitoring))

    assert await read_all(monitoring.made.engine, metadata) == before


async def test_facts_that_come_after_the_destruction_are_counted_and_wake_nobody(monitoring: MonitoringRoom) -> None:
    chain, _ = await a_full_casus(monitoring)
    gone = destruction(chain, monitoring)
    await hear(monitoring, gone, gone)
    melding = chain.melding(MONDAY + timedelta(days=40))
    late = [told(chain)]
    chain.acuutcheck(melding, MONDAY + timedelta(days=41))
    late.append(told(chain))

    await hear(monitoring, *late, gone)

    assert await monitoring.rows("SELECT * FROM termijn WHERE volgende_op IS NOT NULL") == []
    assert [row["open"] for row in await monitoring.rows("SELECT open FROM casus")] == [False]
    assert len(await monitoring.rows("SELECT * FROM vernietiging")) == 1
    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal
    closings = "SELECT * FROM outbox WHERE soort LIKE '%casus-afgesloten%'"
    assert len(await monitoring.rows(closings)) == 1


async def test_notices_that_were_not_sent_are_not_sent_any_more(monitoring: MonitoringRoom) -> None:
    chain = Chain()
    chain.melding(MONDAY)
    await hear(monitoring, *chain.facts)
    late = MONDAY + timedelta(days=60)
    await sweep(monitoring.made.engine, now=late, rules=DEFAULT_SETTINGS, plan=BEFORE_THE_SHREDDER)
    assert await monitoring.rows("SELECT * FROM bericht WHERE status = 'wachtend'")
    monitoring.klok.set(late)

    await hear(monitoring, destruction(chain, monitoring))
    report = await sweep(
        monitoring.made.engine, now=late + timedelta(days=30), rules=DEFAULT_SETTINGS, plan=BEFORE_THE_SHREDDER
    )

    assert await monitoring.rows("SELECT * FROM bericht WHERE status = 'wachtend'") == []
    assert not report.stappen


# --- clocks of requests ---


async def test_a_request_is_warned_of_and_alarmed_like_every_other_term_until_it_is_answered(
    monitoring: MonitoringRoom,
) -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY)
    asked = ams("2026-06-01 10:00")
    slow = chain.verzoek(asked, DossierverzoekSoort.VERNIETIGING)
    quick = chain.verzoek(asked)
    chain.handel_af(quick, asked + timedelta(days=2))
    await hear(monitoring, *chain.facts)

    seen = []
    for day in ("2026-08-20", "2026-09-03", "2026-10-01"):
        await sweep(monitoring.made.engine, now=ams(f"{day} 09:00"), rules=DEFAULT_SETTINGS)
        rows = await monitoring.rows("SELECT soort, stap FROM waarschuwing WHERE soort LIKE '%verzoek' ORDER BY id")
        seen.append(sorted((row["soort"], row["stap"]) for row in rows))
    chain.handel_af(slow, ams("2026-10-02 10:00"), DossierverzoekSoort.VERNIETIGING)
    await hear(monitoring, told(chain))

    soort = "vernietigingsverzoek"
    assert seen == [
        [(soort, "waarschuwing")],
        [(soort, "verstreken"), (soort, "waarschuwing")],
        [(soort, "geescaleerd"), (soort, "verstreken"), (soort, "waarschuwing")],
    ]
    listed = (await monitoring.get(f"/termijnen?casusId={chain.casus_id}")).json()["resultaten"]
    found: dict[str, dict[str, Any]] = {row["soort"]: row for row in listed if row["soort"].endswith("verzoek")}
    assert found[soort]["status"] == "te-laat"
    assert found["dossierverzoek"]["status"] == "gehaald"
    assert any("3 maanden na ontvangst van het verzoek" in zin for zin in found[soort]["uitleg"])


# --- retention ---


async def a_kept_casus(room: MonitoringRoom, until: date) -> Chain:
    """Return a closed casus of which intake told until when it is kept."""
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY)
    await hear(room, *chain.facts)
    chain.bewaar(until, MONDAY, afgesloten_op=MONDAY)
    await hear(room, told(chain))
    return chain


async def proposed(room: MonitoringRoom) -> list[tuple[UUID, date]]:
    rows = await room.rows("SELECT * FROM outbox WHERE soort LIKE '%bewaartermijn-verstreken%' ORDER BY id")
    payloads = [(row["casus_id"], load_payload(row["soort"], row["data"])) for row in rows]
    return [(casus, payload.bewaren_tot) for casus, payload in payloads if isinstance(payload, BewaartermijnVerstreken)]


async def propose(room: MonitoringRoom, day: str) -> int:
    return await propose_vernietiging(room.made.engine, rules=DEFAULT_SETTINGS, now=ams(f"{day} 03:00"))


async def test_destruction_is_proposed_twenty_years_later_once_and_not_a_day_before(monitoring: MonitoringRoom) -> None:
    until = date(2046, 3, 2)
    chain = await a_kept_casus(monitoring, until)

    counts = [await propose(monitoring, day) for day in ("2046-03-01", "2046-03-02", "2046-03-03", "2050-01-01")]

    assert counts == [0, 1, 0, 0]
    assert await proposed(monitoring) == [(chain.casus_id, until)]
    (row,) = await monitoring.rows("SELECT * FROM bewaartermijn")
    assert (row["bewaren_tot"], row["voorstellen_op"]) == (until, None)


async def test_everything_else_still_runs_when_the_clock_stands_twenty_years_later(monitoring: MonitoringRoom) -> None:
    """No decree for those years is known: terms are counted without, and say so."""
    chain = await a_kept_casus(monitoring, date(2046, 3, 2))
    now = ams("2046-03-02 10:00")
    monitoring.klok.set(now)
    await propose(monitoring, "2046-03-02")
    chain.verzoek(now, DossierverzoekSoort.VERNIETIGING)
    await hear(monitoring, told(chain))

    await sweep(monitoring.made.engine, now=ams("2046-06-05 09:00"), rules=DEFAULT_SETTINGS)

    (clock,) = await monitoring.rows("SELECT * FROM termijn WHERE soort = 'vernietigingsverzoek'")
    assert clock["uiterlijk"] == ams("2046-06-05 00:00")  # 2 June is a Saturday, and Monday 4 June the last day
    assert any("niet volledig bekend" in zin for zin in clock["uitleg"])
    stappen = await monitoring.rows("SELECT stap FROM waarschuwing WHERE soort = 'vernietigingsverzoek'")
    assert {row["stap"] for row in stappen} == {"waarschuwing", "verstreken"}
    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal
    assert (await monitoring.get("/kpis?van=2046-01&tot=2046-12", "vt-teamleider")).status_code == 200


async def test_a_casus_that_was_opened_again_or_destroyed_is_not_proposed(monitoring: MonitoringRoom) -> None:
    opened, destroyed = [await a_kept_casus(monitoring, date(2046, 3, 2)) for _ in range(2)]
    opened.melding(ams("2046-02-01 10:00"))
    await hear(monitoring, told(opened))
    await hear(monitoring, destruction(destroyed, monitoring))

    assert await propose(monitoring, "2046-04-01") == 0
    assert await monitoring.rows("SELECT * FROM bewaartermijn") == []


async def test_a_date_that_moves_is_proposed_on_its_new_day(monitoring: MonitoringRoom) -> None:
    chain = await a_kept_casus(monitoring, date(2046, 3, 2))
    chain.bewaar(date(2050, 1, 1), ams("2030-01-01 10:00"), afgesloten_op=MONDAY)
    await hear(monitoring, told(chain))

    counts = [await propose(monitoring, day) for day in ("2046-03-02", "2049-12-31", "2050-01-01", "2050-01-02")]
    chain.bewaar(date(2050, 1, 1), ams("2050-02-01 10:00"), afgesloten_op=MONDAY)
    await hear(monitoring, told(chain))

    assert counts == [0, 0, 1, 0]
    assert await propose(monitoring, "2050-02-02") == 1  # set anew, proposed anew


async def test_more_casussen_than_fit_in_a_batch_are_all_proposed(
    monitoring: MonitoringRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.monitoring.handlers.bewaartermijnen.BATCH_MAX", 2)
    for _ in range(5):
        await a_kept_casus(monitoring, date(2046, 3, 2))

    assert await propose(monitoring, "2046-03-02") == 5
