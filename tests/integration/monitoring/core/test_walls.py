"""What the database itself lets through: each municipality its own rows, who is told by nobody nothing; and keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.handlers.alerts import SweepPlan, sweep
from services.monitoring.handlers.kpis import balance_stock
from services.monitoring.tables import metadata
from shared.db import create_engine, in_transaction
from shared.keyring import ROOM_OWNER, destroy_keys, keyring_for
from shared.rules.settings import DEFAULT_SETTINGS
from shared.work import Wall, Work, working
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.builders import Chain, ams, monitored

pytestmark = pytest.mark.anyio

Who = tuple[str, str, tuple[str, ...]]
# They hold nothing of a casus or a subscriber, or are read by who may read the audit.
NO_WALL = {
    "kpi_versie", "outbox", "inbox_stand", "inbox_wachtend", "volgnummer", "relay_stand", "quarantaine", "idempotentie",
    "audit", "audit_wachtrij", "audit_keten", "audit_oud",
}  # fmt: skip
WALLED = sorted({table.name for table in metadata.sorted_tables} - NO_WALL)
MONDAY = ams("2026-03-02 10:00")
HOOK = {"callbackUrl": "https://ontvanger.example.org/keten", "soorten": ["termijn-verstreken"]}
# Each has one, with its secret and a test notice.
SUBSCRIBED = {"abonnement": 1, "abonnement_geheim": 1, "bericht": 1}
TEAM: Who = ("lokaal-team", "vtrr", ("0599",))
OTHER_TEAM: Who = ("lokaal-team", "vtrr", ("0613",))
GEMEENTE: Who = ("gemeente", "vtrr", ("0613",))
PARTNER: Who = ("ketenpartner", "vtrr", ())
BEHEERDER: Who = ("beheerder", "vtrr", ())
DASHBOARD: Who = ("dashboard", "", ())
VT: Who = ("vt-medewerker", "vtrr", ())
UITKOMST = {
    "naleving": "gehaald", "directeVeiligheid": True, "stabieleVeiligheid": False, "vervolg": "doorgaan",
    "contactMet": ["professionals"], "toelichting": "Verzonnen Canarie",
}  # fmt: skip


@asynccontextmanager
async def as_(room: MonitoringRoom, who: Who | None) -> AsyncIterator[AsyncConnection]:
    """A transaction of the room's own role behind the wall of somebody, or of nobody."""
    url = room.made.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    engine = create_engine(url, name="test-muur", pool_size=1)
    try:
        if who is None:
            async with in_transaction(engine) as conn:
                yield conn
        else:
            rol, organisatie, gemeenten = who
            with working(Work(Wall(rol, organisatie, frozenset(gemeenten)), room.made.vault)):
                async with in_transaction(engine) as conn:
                    yield conn
    finally:
        await engine.dispose()


async def count(conn: AsyncConnection, table: str, where: str = "true") -> int:
    return int((await conn.execute(text(f"SELECT count(*) FROM {table} WHERE {where}"))).scalar_one())  # noqa: S608


async def counts(room: MonitoringRoom, who: Who | None) -> dict[str, int]:
    async with as_(room, who) as conn:
        return {table: found for table in WALLED if (found := await count(conn, table))}


async def region(room: MonitoringRoom) -> UUID:
    """A casus in 0599 with its moments, another in 0613 that went up in a third, alerts, and an abonnement a role."""
    chain, _, _ = monitored()
    await room.hear(chain.facts)
    stays, gone = Chain(gemeente_code="0613"), Chain(gemeente_code="0613")
    stays.melding(MONDAY)
    gone.melding(MONDAY)
    await room.hear([*stays.facts, *gone.facts])
    await room.write("INSERT INTO casus_alias VALUES (:gone, :stays)", gone=gone.casus_id, stays=stays.casus_id)
    room.klok.set(MONDAY + timedelta(days=400))
    await sweep(
        room.made.engine, now=room.klok(), rules=DEFAULT_SETTINGS, plan=SweepPlan(mail_to="team@voorbeeld.invalid")
    )
    await room.write("INSERT INTO bewaartermijn VALUES (:id, '2046-03-02', '2046-03-02')", id=chain.casus_id)
    await room.write(
        """INSERT INTO vernietiging (id, casus_id, verdwenen_ids, reden, vernietigd_op, gezochte_tabellen,
                                     gezochte_kolommen, verwijderde_regels, verwijderde_sleutels, gebleven)
           VALUES (:id, :id, '{}', 'verzoek', now(), 1, 1, 1, 1, '{}')""",
        id=uuid4(),
    )
    for code in ("0599", "0613"):
        await room.write(
            "INSERT INTO zelfevaluatie VALUES (gen_random_uuid(), :code, 2025, 1, '2019-1', '{}', now())", code=code
        )
    await room.write(
        """INSERT INTO cbs_levering (id, halfjaar, versie, peilmoment, status, aangevraagd_door, aangevraagd_op)
           VALUES (gen_random_uuid(), '2026-1', 1, now(), 'concept', 'een', now())"""
    )
    await room.write("INSERT INTO cbs_deel VALUES (gen_random_uuid(), 'meldingen', 0, 'x')")
    await room.write("INSERT INTO risicocijfers VALUES (gen_random_uuid(), 2025, 1, 'x', '{}', now())")
    await room.write(
        """INSERT INTO rapport_uitgave (id, soort, periode, versie, peildatum, vastgesteld_op, patroon)
           VALUES (gen_random_uuid(), 'monitorbrief', '2025-01', 1, '2025-02-03', now(), '{}')"""
    )
    for gebied in ("regio", "0599", "0613"):
        await room.write(
            "INSERT INTO rapport SELECT id, :gebied, '{}', 'x' FROM rapport_uitgave WHERE versie = 1", gebied=gebied
        )
    await room.write(
        "INSERT INTO rapport_tekst VALUES ('monitorbrief', '2025-01', 'regio', 'x', 1, 't', NULL, 'een', now())"
    )
    await room.write("INSERT INTO publicatie VALUES ('2025-01-01', '2025-01-01', '2025-02-03', now(), '[]', '{}')")
    await room.write(
        "INSERT INTO publicatie_verzoek "
        "VALUES (gen_random_uuid(), '2024-01-01', '2024-12-01', '2024-01-01', 'x', 'een', now())"
    )
    await room.write("INSERT INTO zelfevaluatie_regio VALUES (2025, 'opdracht-regie', 2, 7)")
    assert await balance_stock(room.made.engine, now=room.klok())
    await room.write("INSERT INTO hartslag VALUES ('sweep_termijnen', now(), now())")
    await room.write(
        "INSERT INTO ontvanger (id, soort, postvak, gewijzigd_op) VALUES (:id, 'teamleider', 'x@y.invalid', now())",
        id=uuid4(),
    )
    await room.write("INSERT INTO dagbericht (doel, dag, gemaakt_op) VALUES ('x', '2026-03-02', now())")
    await room.write("INSERT INTO regelboek VALUES (1, 'x', now())")
    await room.write("INSERT INTO audit_anker VALUES ('intake', 1, 'x', now())")
    await room.write(
        "INSERT INTO waarschuwing (id, soort, stap, onderwerp, gemaakt_op) VALUES (:id, 'sweep', 's', 'o', now())",
        id=uuid4(),
    )
    for rol, gemeenten in (
        ("lokaal-team", ("0599",)),
        ("gemeente", ("0613",)),
        ("ketenpartner", ()),
        ("vt-teamleider", ()),
    ):
        headers = room.headers(rol, *gemeenten)
        made = await room.http.post("/v1/abonnementen", json=HOOK, headers=headers)
        assert made.status_code == 201
        assert (await room.http.post(f"{made.headers['Location']}/proeven", headers=headers)).status_code == 202
    return gone.casus_id


async def test_who_is_told_by_nobody_sees_and_writes_nothing(monitoring: MonitoringRoom) -> None:
    await region(monitoring)

    assert await counts(monitoring, None) == {}
    async with as_(monitoring, None) as conn:
        assert (await conn.execute(text("UPDATE termijn SET vervallen = true"))).rowcount == 0
        assert (await conn.execute(text("DELETE FROM kpi"))).rowcount == 0
    for statement in (
        "INSERT INTO casus (casus_id) VALUES (gen_random_uuid())",
        "INSERT INTO audit_anker VALUES ('intake', 9, 'x', now())",
        "INSERT INTO hartslag VALUES ('x', now(), now())",
    ):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with as_(monitoring, None) as conn:
                await conn.execute(text(statement))


@pytest.mark.parametrize("rol", ["vt-medewerker", "vt-teamleider", "systeem", "werker"])
async def test_the_inside_sees_every_row(monitoring: MonitoringRoom, rol: str) -> None:
    await region(monitoring)

    everything = await counts(monitoring, ("werker", "", ()))

    assert await counts(monitoring, (rol, "x", ())) == everything
    assert set(WALLED) - everything.keys() == {"bericht_poging", "casus_plaats", "storing"}


@pytest.mark.parametrize("who", [TEAM, OTHER_TEAM, GEMEENTE, ("gemeente", "vtrr", ("0599",))])
async def test_a_municipality_sees_its_own_rows_and_no_others(monitoring: MonitoringRoom, who: Who) -> None:
    await region(monitoring)
    rol, _, (code,) = who
    tables = ["termijn", "waarschuwing", "kpi", "kpi_maand", "kpi_mutatie", "kpi_stand"] + (
        ["monitormoment"] if rol == "lokaal-team" else []
    )
    own = f"gemeente_code = '{code}'"

    seen = await counts(monitoring, who)

    async with as_(monitoring, ("werker", "", ())) as conn:
        wanted = {table: found for table in tables if (found := await count(conn, table, own))}
        wanted |= {"hartslag": 1, "sleutel": await count(conn, "sleutel")}
    wanted |= SUBSCRIBED | {"kpi_peil": 1, "rapport_uitgave": 1, "rapport": 2}  # its own, and that of the region
    wanted |= {"casus_alias": 1} if who == OTHER_TEAM else {}
    wanted |= {"risicocijfers": 1}
    wanted |= {"zelfevaluatie": 1, "zelfevaluatie_regio": 1} if rol == "gemeente" else {}
    assert seen == wanted
    assert {"termijn", "waarschuwing", "kpi"} <= seen.keys()


async def test_other_roles_see_what_their_routes_read_and_no_more(monitoring: MonitoringRoom) -> None:
    await region(monitoring)
    everything = await counts(monitoring, ("werker", "", ()))

    partner, beheerder, dashboard, foreign = [
        await counts(monitoring, who) for who in (PARTNER, BEHEERDER, DASHBOARD, ("ketenpartner", "x", ("0599",)))
    ]

    shared = {"hartslag": 1, "sleutel": everything["sleutel"]}
    assert partner == shared | SUBSCRIBED
    assert foreign == shared
    figures = ("kpi", "kpi_maand", "kpi_mutatie", "kpi_peil", "kpi_stand", "zelfevaluatie", "zelfevaluatie_regio")
    seen = (
        "waarschuwing",
        *figures,
        "abonnement",
        "abonnement_geheim",
        "ontvanger",
        "cbs_levering",
        "cbs_deel",
        "risicocijfers",
        "rapport",
        "rapport_uitgave",
        "rapport_tekst",
        "publicatie_verzoek",
    )
    assert beheerder == shared | {table: everything[table] for table in seen} | {"bericht": 4}  # and no mail
    counted = ("termijn", "waarschuwing", "kpi", "kpi_maand", "publicatie")
    assert dashboard == shared | {table: everything[table] for table in counted}


async def test_a_municipality_changes_and_adds_nothing_across_the_wall(monitoring: MonitoringRoom) -> None:
    await region(monitoring)

    async with as_(monitoring, TEAM) as conn:
        for table in ("termijn", "kpi", "abonnement"):
            where = "rol <> 'lokaal-team'" if table == "abonnement" else "gemeente_code <> '0599'"
            assert (await conn.execute(text(f"DELETE FROM {table} WHERE {where}"))).rowcount == 0  # noqa: S608
    for statement in (
        "UPDATE termijn SET gemeente_code = '0613'",
        "UPDATE abonnement SET rol = 'ketenpartner'",
        "UPDATE abonnement SET organisatie_id = 'x'",
        "INSERT INTO kpi VALUES ('m', '0613', now(), 'n', 'w', 1)",
        "INSERT INTO kpi_maand VALUES (now(), '0613')",
    ):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with as_(monitoring, TEAM) as conn:
                await conn.execute(text(statement))


async def test_the_role_of_the_room_stands_before_the_wall_and_every_table_has_one_or_is_named(
    monitoring: MonitoringRoom,
) -> None:
    role = """SELECT rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class WHERE relowner = r.oid
              AND relnamespace = 'public'::regnamespace) FROM pg_roles r WHERE rolname = current_user"""
    without = """SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relrowsecurity
                 AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"""
    async with as_(monitoring, VT) as conn:
        found = tuple((await conn.execute(text(role))).one())
        open_tables = set((await conn.execute(text(without))).scalars())

    assert found == (False, False, 0)
    assert open_tables == NO_WALL


async def test_a_local_team_finds_its_casus_under_the_id_that_vanished(monitoring: MonitoringRoom) -> None:
    gone = await region(monitoring)

    mine = await monitoring.get(f"/termijnen?casusId={gone}", "lokaal-team", "0613")
    other = await monitoring.get(f"/termijnen?casusId={gone}", "lokaal-team", "0599")

    assert mine.json()["resultaten"] != []
    assert other.json()["resultaten"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/termijnen?limiet=200",
        "/waarschuwingen?limiet=200",
        "/kpis?van=2026-03&tot=2026-12",
        "/monitorbrieven/2026-03?gemeenteCode=0613",
    ],
)
@pytest.mark.parametrize("rol", ["gemeente", "lokaal-team"])
async def test_behind_the_wall_a_municipality_is_answered_what_it_was_answered_before_it(
    monitoring: MonitoringRoom,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    rol: str,
) -> None:
    await region(monitoring)
    behind = await monitoring.get(path, rol, "0613")

    async def no_wall(*_: object) -> None:
        """Leave the connection what it is: that of the worker, who sees all."""

    monkeypatch.setattr("shared.db._raise_wall", no_wall)
    before = await monitoring.get(path, rol, "0613")

    assert (behind.status_code, behind.text) == (200, before.text)


# --- keys -------------------------------------------------------------------------------------------------------


async def explained(room: MonitoringRoom) -> tuple[Chain, dict[str, Any]]:
    """A moment of which the explanation was written."""
    chain, _, _ = monitored()
    await room.hear(chain.facts)
    moment = (await room.get(f"/monitormomenten?casusId={chain.casus_id}")).json()["resultaten"][0]
    headers = room.headers(**{"If-Match": '"1"'})
    done = await room.http.put(f"/v1/monitormomenten/{moment['id']}/uitkomst", json=UITKOMST, headers=headers)
    assert done.status_code == 200, done.text
    return chain, moment


async def owners(room: MonitoringRoom) -> set[UUID]:
    return {row["eigenaar_id"] for row in await room.rows("SELECT eigenaar_id FROM sleutel")}


async def test_what_was_sealed_opens_with_the_key_of_its_casus_and_in_its_own_place_only(
    monitoring: MonitoringRoom,
) -> None:
    chain, moment = await explained(monitoring)
    vault = monitoring.made.vault
    async with in_transaction(monitoring.made.engine) as conn:
        sealed = (
            await conn.execute(text("SELECT toelichting FROM monitormoment WHERE toelichting IS NOT NULL"))
        ).scalar_one()
        keys, none = await keyring_for(conn, vault, [sealed]), await keyring_for(conn, vault, [])

    assert await owners(monitoring) == {chain.casus_id}
    assert keys.open(sealed, place=f"monitormoment:toelichting:{moment['id']}") == b"Verzonnen Canarie"
    with pytest.raises(InvalidTag):
        keys.open(sealed, place=f"monitormoment:toelichting:{uuid4()}")
    with pytest.raises(KeyError):
        none.open(sealed, place=f"monitormoment:toelichting:{moment['id']}")


async def test_merging_takes_the_keys_along_and_what_they_sealed_still_opens(
    monitoring: MonitoringRoom,
) -> None:
    gone, moment = await explained(monitoring)
    stays = Chain()
    stays.melding(MONDAY)
    stays.samengevoegd_met(gone.casus_id, monitoring.klok())

    await monitoring.hear(stays.facts)

    read = (await monitoring.get(f"/monitormomenten/{moment['id']}")).json()
    assert await owners(monitoring) == {stays.casus_id}
    assert (read["casusId"], read["toelichting"]) == (str(stays.casus_id), "Verzonnen Canarie")


async def test_when_the_keys_of_a_casus_are_destroyed_its_explanations_read_as_gone(
    monitoring: MonitoringRoom,
) -> None:
    chain, moment = await explained(monitoring)

    async with in_transaction(monitoring.made.engine) as conn:
        assert await destroy_keys(conn, chain.casus_id) == 1

    assert (await monitoring.get(f"/monitormomenten/{moment['id']}")).status_code == 404


async def test_the_secret_of_an_abonnement_belongs_to_the_room(monitoring: MonitoringRoom) -> None:
    headers = monitoring.headers("vt-teamleider")
    assert (await monitoring.http.post("/v1/abonnementen", json=HOOK, headers=headers)).status_code == 201

    assert await owners(monitoring) == {ROOM_OWNER}
