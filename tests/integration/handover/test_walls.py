"""What the database itself lets through: each receiver his own rows, who is told by nobody nothing; and the keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from cryptography.exceptions import InvalidTag
from sqlalchemy import create_engine as create_sync_engine
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.migrate import config_of, migrate
from services.handover import tables
from services.handover.store import casussen
from shared.db import create_engine, in_transaction
from shared.events.payloads import Bestemming, CasusSamengevoegd
from shared.keyring import destroy_keys, keyring_for
from shared.rules.codes import BestemmingSoort
from shared.rules.routing import BESTEMMINGEN
from shared.work import WORKER_WALL, Wall, Work, working
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import TO_TEAM, besluit, melding, offered
from tests.support import RoomDatabaseFactory

pytestmark = pytest.mark.anyio

Who = tuple[str, str, tuple[str, ...]]
# They hold nothing of a casus, or are read by who may read the audit: messages, positions, and the audit itself.
NO_WALL = {
    "outbox", "inbox_stand", "inbox_wachtend", "volgnummer", "relay_stand", "quarantaine", "idempotentie",
    "audit", "audit_wachtrij", "audit_keten", "audit_oud",
}  # fmt: skip
WALLED = sorted({table.name for table in tables.metadata.sorted_tables} - NO_WALL)
TO_TEAM_0622 = Bestemming(soort=BestemmingSoort.LOKAAL_VELD, organisatie_id="lokaal-team-0622", draagt_zicht=True)


@asynccontextmanager
async def as_(
    room: HandoverRoom, who: Who | None, *, nood: frozenset[UUID] = frozenset()
) -> AsyncIterator[AsyncConnection]:
    """A transaction of the room's own role behind the wall of somebody, or of nobody."""
    url = room.made.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    engine = create_engine(url, name="test-muur", pool_size=1)
    try:
        if who is None:
            async with in_transaction(engine) as conn:
                yield conn
        else:
            rol, organisatie, gemeenten = who
            wall = Wall(rol, organisatie, frozenset(gemeenten), nood)
            with working(Work(wall, room.made.vault)):
                async with in_transaction(engine) as conn:
                    yield conn
    finally:
        await engine.dispose()


async def count(conn: AsyncConnection, table: str) -> int:
    return int((await conn.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # noqa: S608, our own names


async def two_casussen(room: HandoverRoom) -> tuple[UUID, UUID]:
    """One casus offered to the team of 0599 and the opvang, read and accepted; one offered to the team of 0622."""
    mine, (team, opvang) = await offered(room)
    for row, who in ((team, TEAM), (opvang, OPVANG)):
        assert (await room.call("GET", f"/overdrachten/{row['id']}", who)).status_code == 200
    said = {"naam": "A. Voorbeeld", "toelichting": "Zichtbare Tekst"}
    assert (await room.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM, json=said)).status_code == 201
    other = uuid4()
    fact = besluit(room, TO_TEAM_0622)
    await room.hear(other, melding(room, gemeente_code="0622"), type(fact)(**_fields(fact) | {"gemeente_code": "0622"}))
    return mine, other


def _fields(fact: Any) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in type(fact).__dataclass_fields__}


# --- rows -------------------------------------------------------------------------------------------------------


async def test_who_is_told_by_nobody_sees_and_writes_nothing(handover: HandoverRoom) -> None:
    await two_casussen(handover)

    async with as_(handover, None) as conn:
        assert {table: await count(conn, table) for table in WALLED} == dict.fromkeys(WALLED, 0)
        assert (await conn.execute(text("UPDATE overdracht SET status = 'geweigerd'"))).rowcount == 0
        assert (await conn.execute(text("DELETE FROM zicht"))).rowcount == 0
    for statement in ("INSERT INTO casus VALUES (gen_random_uuid())", _SLEUTEL):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with as_(handover, None) as conn:
                await conn.execute(text(statement))


_SLEUTEL = "INSERT INTO sleutel VALUES (gen_random_uuid(), gen_random_uuid(), 'k', '')"


@pytest.mark.parametrize("rol", ["gemeente", "beheerder"])
async def test_roles_that_receive_nothing_see_nothing(handover: HandoverRoom, rol: str) -> None:
    await two_casussen(handover)

    async with as_(handover, (rol, "lokaal-team-0599", ("0599",))) as conn:
        seen = {table: await count(conn, table) for table in WALLED if table not in {"sleutel", "taak"}}

    assert seen == dict.fromkeys(seen, 0)


@pytest.mark.parametrize("who", [VT, ("vt-teamleider", "vtrr", ()), ("systeem", "s", ()), ("werker", "", ())])
async def test_the_inside_sees_every_row(handover: HandoverRoom, who: Who) -> None:
    await two_casussen(handover)

    async with as_(handover, who) as conn:
        seen = {table: await count(conn, table) for table in ("overdracht", "pakket", "casus", "zicht_feit", "zicht")}

    assert seen == {"overdracht": 3, "pakket": 2, "casus": 2, "zicht_feit": 5, "zicht": 3}


@pytest.mark.parametrize(
    ("who", "overdrachten", "rest"),
    [
        (TEAM, {"lokaal-team-0599"}, [1, 3, 2, 1, 0]),
        (OPVANG, {"opvang-rotterdam-rijnmond"}, [1, 3, 2, 1, 0]),
        (OTHER_TEAM, {"lokaal-team-0622"}, [0, 2, 1, 1, 0]),
        (OTHER_PARTNER, set(), [0] * 5),
        # A token with a municipality makes no local team of a ketenpartner, and none no organisation of a team.
        (("ketenpartner", "x", ("0599",)), set(), [0] * 5),
        (("lokaal-team", "opvang-rotterdam-rijnmond", ()), set(), [0] * 5),
    ],
)
async def test_a_receiver_sees_his_own_overdrachten_and_all_of_the_sight_of_their_casussen(
    handover: HandoverRoom, who: Who, overdrachten: set[str], rest: list[int]
) -> None:
    await two_casussen(handover)

    async with as_(handover, who) as conn:
        seen = set((await conn.execute(text("SELECT organisatie_id FROM overdracht"))).scalars())
        found = [await count(conn, table) for table in ("pakket", "zicht_feit", "zicht", "casus", "casus_alias")]

    assert seen == overdrachten
    assert found == rest


async def test_a_receiver_changes_and_adds_nothing_across_the_wall(handover: HandoverRoom) -> None:
    mine, other = await two_casussen(handover)

    async with as_(handover, TEAM) as conn:
        changed = await conn.execute(
            text("UPDATE overdracht SET organisatie_id = organisatie_id WHERE organisatie_id <> 'lokaal-team-0599'")
        )
        gone = await conn.execute(text("DELETE FROM zicht WHERE casus_id = :other"), {"other": other})
        assert (changed.rowcount, gone.rowcount) == (0, 0)
    across: tuple[tuple[str, dict[str, UUID]], ...] = (
        ("UPDATE overdracht SET gemeente_code = '0622'", {}),
        ("UPDATE overdracht SET soort = 'opvang'", {}),
        ("UPDATE zicht SET casus_id = :id WHERE tot IS NULL", {"id": other}),
        ("INSERT INTO casus VALUES (:id)", {"id": uuid4()}),
        ("INSERT INTO casus_alias VALUES (:id, :other)", {"id": mine, "other": other}),
    )
    for statement, values in across:
        with pytest.raises(DBAPIError, match="row-level security"):
            async with as_(handover, TEAM) as conn:
                await conn.execute(text(statement), values)


async def test_the_wall_names_the_same_soorten_as_the_rules(handover: HandoverRoom) -> None:
    lokaal = {soort.value for soort, regel in BESTEMMINGEN.items() if regel.lokaal}
    every = [Bestemming(soort=soort, organisatie_id=f"o-{soort}", draagt_zicht=False) for soort in BestemmingSoort]
    await handover.hear(uuid4(), besluit(handover, *every))

    async with as_(handover, TEAM) as conn:
        seen = set((await conn.execute(text("SELECT soort FROM overdracht"))).scalars())

    assert seen == lokaal


async def test_the_role_of_the_room_stands_before_the_wall_and_every_table_has_one_or_is_named(
    handover: HandoverRoom,
) -> None:
    async with as_(handover, VT) as conn:
        role = (
            await conn.execute(
                text("""SELECT rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class WHERE relowner = r.oid
                        AND relnamespace = 'public'::regnamespace) AS owned
                        FROM pg_roles r WHERE rolname = current_user""")
            )
        ).one()
        open_tables = set(
            (
                await conn.execute(
                    text("""SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relrowsecurity
                            AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'""")
                )
            ).scalars()
        )

    assert tuple(role) == (False, False, 0)
    assert open_tables == NO_WALL


# --- deeds of a receiver behind his wall ------------------------------------------------------------------------


async def test_of_two_receivers_of_one_casus_each_accepts_over_all_that_is_known(handover: HandoverRoom) -> None:
    carrying = Bestemming(soort=BestemmingSoort.OPVANG, organisatie_id=OPVANG[1], draagt_zicht=True)
    casus_id, (team,) = await offered(handover, TO_TEAM)

    first = await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)
    handover.klok.advance(timedelta(hours=1))
    await handover.hear(casus_id, besluit(handover, carrying))
    (opvang,) = await handover.overdrachten(OPVANG)
    second = await handover.call("POST", f"/overdrachten/{opvang['id']}/acceptatie", OPVANG)

    assert (first.status_code, second.status_code) == (201, 201)
    path = f"/casussen/{casus_id}/zicht-op-veiligheid"
    seen = [(await handover.call("GET", path, who)).json() for who in (VT, TEAM, OPVANG)]
    assert [row["organisatieId"] for row in seen[0]["geschiedenis"]] == ["vtrr", TEAM[1], OPVANG[1]]
    assert seen[2] == seen[0]
    # That a shelter holds it now is not for the team to know.
    assert [row["organisatieId"] for row in seen[1]["geschiedenis"]] == ["vtrr", TEAM[1], "afgeschermd"]


async def test_who_refused_reads_by_which_overdracht_his_was_replaced_though_it_is_not_his(
    handover: HandoverRoom,
) -> None:
    _, (team, _) = await offered(handover)
    refusal = {"reden": "niet-bevoegd", "toelichting": "niet van ons"}
    await handover.call("POST", f"/overdrachten/{team['id']}/weigering", TEAM, json=refusal)
    again = {
        "vervangtOverdrachtId": team["id"],
        "bestemming": {"soort": "gecertificeerde-instelling"},
        "motivering": "m",
    }
    new = (await handover.call("POST", "/overdrachten", VT, json=again)).json()

    read = [(await handover.call("GET", f"/overdrachten/{team['id']}", who)).json() for who in (TEAM, VT)]

    assert [row["vervangenDoorOverdrachtId"] for row in read] == [new["id"]] * 2
    assert (await handover.call("GET", f"/overdrachten/{new['id']}", TEAM)).status_code == 404
    acts = [(row.actie, row.resultaat) for row in await handover.audit()]
    assert acts == [
        ("weigeren", "gelukt"),
        ("aanbieden", "gelukt"),
        ("lezen", "gelukt"),
        ("lezen", "gelukt"),
        ("readOverdracht", "niet-gevonden"),
    ]


async def test_a_repeated_offer_is_recorded_each_time(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    refusal = {"reden": "niet-bevoegd", "toelichting": "niet van ons"}
    await handover.call("POST", f"/overdrachten/{team['id']}/weigering", TEAM, json=refusal)
    again = {
        "vervangtOverdrachtId": team["id"],
        "bestemming": {"soort": "gecertificeerde-instelling"},
        "motivering": "m",
    }

    for _ in range(2):
        made = await handover.call("POST", "/overdrachten", VT, json=again, headers={"Idempotency-Key": "k"})
        assert made.status_code == 201

    offers = [row for row in await handover.audit() if row.actie == "aanbieden"]
    assert [str(row.object_id) for row in offers] == [made.json()["id"]] * 2
    assert {str(row.casus_id) for row in offers} == {team["casusId"]}


async def test_a_party_finds_and_locks_its_casus_under_the_name_that_vanished(handover: HandoverRoom) -> None:
    vanished, (team, _) = await offered(handover)
    stays = await merged_into(handover, vanished)

    found = await handover.call("GET", f"/casussen/{vanished}/zicht-op-veiligheid", TEAM)
    unseen = await handover.call("GET", f"/casussen/{vanished}/zicht-op-veiligheid", OTHER_TEAM)
    async with as_(handover, TEAM) as conn:
        await casussen._lock(conn, vanished)
        assert await casussen.lock_casus(conn, vanished) == stays
    accepted = await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)

    assert (found.status_code, found.json()["casusId"], unseen.status_code) == (200, str(stays), 404)
    assert accepted.status_code == 201


async def test_a_broken_glass_opens_one_overdracht_to_read_and_nothing_to_do(handover: HandoverRoom) -> None:
    casus_id, (team, opvang) = await offered(handover)
    who: Who = OTHER_TEAM
    path = f"/overdrachten/{team['id']}"
    assert (await handover.call("GET", path, who)).status_code == 404

    said = {"reden": "acuut-gevaar", "toelichting": "De politie staat voor de deur."}
    broken = await handover.call("POST", f"{path}/noodtoegangen", who, json=said)
    unknown = await handover.call("POST", f"/overdrachten/{uuid4()}/noodtoegangen", who, json=said)
    assert (broken.status_code, unknown.status_code) == (201, 404)

    read = await handover.call("GET", path, who)
    others = [
        await handover.call("GET", f"/overdrachten/{opvang['id']}", who),
        await handover.call("POST", f"{path}/acceptatie", who),
    ]
    assert (read.status_code, read.json()["zoalsOverhandigd"]) == (200, False)
    assert [answer.status_code for answer in others] == [404, 404]
    assert await handover.overdrachten(who) == []
    taken = [row for row in await handover.audit() if row.resultaat == "gelukt"]
    assert [row.actie for row in taken] == ["noodtoegang-genomen", "lezen"]
    assert all(row.verwerking.endswith("noodtoegang/v1") and row.casus_id == casus_id for row in taken)
    async with in_transaction(handover.made.engine) as conn:
        told = (await conn.execute(text("SELECT data FROM outbox WHERE soort LIKE '%noodtoegang-verleend%'"))).scalars()
        assert [fact["overdrachtId"] for fact in told] == [team["id"]]
    handover.klok.advance(timedelta(hours=4))
    assert (await handover.call("GET", path, who)).status_code == 404


# --- keys -------------------------------------------------------------------------------------------------------


async def merged_into(room: HandoverRoom, vanished: UUID) -> UUID:
    stays = uuid4()
    await room.hear(stays, melding(room))
    room.klok.advance(timedelta(hours=1))
    merge = CasusSamengevoegd(verdwenen_casus_id=vanished, melding_ids=(), samengevoegd_op=room.klok())
    await room.hear(stays, merge)
    return stays


async def owners(room: HandoverRoom) -> list[UUID]:
    async with in_transaction(room.made.engine) as conn:
        return list((await conn.execute(text("SELECT eigenaar_id FROM sleutel ORDER BY id"))).scalars())


async def test_what_was_sealed_opens_with_the_key_of_its_casus_and_in_its_own_place_only(
    handover: HandoverRoom,
) -> None:
    casus_id, _ = await two_casussen(handover)
    async with in_transaction(handover.made.engine) as conn:
        row = (await conn.execute(text("SELECT * FROM overdracht WHERE naam IS NOT NULL"))).one()
        pakketten = (await conn.execute(text("SELECT * FROM pakket"))).all()
        keys = await keyring_for(conn, handover.made.vault, [row.naam, row.toelichting])

    assert keys.open(row.naam, place=f"overdracht:naam:{row.id}") == b"A. Voorbeeld"
    assert await owners(handover) == [casus_id]
    for sealed, place in (
        (row.naam, f"overdracht:naam:{uuid4()}"),
        (row.naam, f"overdracht:toelichting:{row.id}"),
        (pakketten[0].inhoud, f"pakket:inhoud:{pakketten[1].overdracht_id}"),
    ):
        with pytest.raises(InvalidTag):
            keys.open(sealed, place=place)
    with pytest.raises(KeyError):
        (await _no_keys(handover)).open(row.naam, place=f"overdracht:naam:{row.id}")


async def _no_keys(room: HandoverRoom) -> Any:
    async with in_transaction(room.made.engine) as conn:
        return await keyring_for(conn, room.made.vault, [])


async def test_merging_takes_the_keys_along_and_what_they_sealed_still_opens(handover: HandoverRoom) -> None:
    vanished, _ = await two_casussen(handover)
    overdracht = (await handover.overdrachten(TEAM))[0]
    stays = await merged_into(handover, vanished)

    read = await handover.call("GET", f"/overdrachten/{overdracht['id']}", TEAM)

    assert await owners(handover) == [stays]
    assert (read.json()["toelichting"], read.json()["zoalsOverhandigd"]) == ("Zichtbare Tekst", True)


async def test_a_package_that_is_frozen_after_a_merge_gets_the_key_of_the_casus_that_stayed(
    handover: HandoverRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    vanished, (team, _) = await offered(handover)
    found: list[UUID] = []
    ask = handover.rooms.read_casus

    async def merge_meanwhile(casus_id: UUID, *, purpose: str) -> Any:
        with working(Work(Wall(WORKER_WALL), handover.made.vault)):
            found.append(await merged_into(handover, vanished))
        return await ask(casus_id, purpose=purpose)

    monkeypatch.setattr(handover.rooms, "read_casus", merge_meanwhile)
    read = await handover.call("GET", f"/overdrachten/{team['id']}", TEAM)

    assert (read.status_code, read.json()["casusId"]) == (200, str(found[0]))
    assert await owners(handover) == found


async def test_when_the_keys_of_a_casus_are_destroyed_nothing_of_it_opens_and_it_reads_as_gone(
    handover: HandoverRoom,
) -> None:
    casus_id, _ = await two_casussen(handover)
    overdracht = (await handover.overdrachten(TEAM))[0]

    async with in_transaction(handover.made.engine) as conn:
        assert await destroy_keys(conn, casus_id) == 1

    answers = [await handover.call("GET", f"/overdrachten/{overdracht['id']}", who) for who in (TEAM, VT)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Zichtbare" not in answers[0].text


# --- the migration ----------------------------------------------------------------------------------------------


def test_the_migration_writes_out_by_what_an_older_overdracht_was_replaced(
    room_database: RoomDatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = room_database("handover")
    monkeypatch.setenv("KETENRADAR_MIGRATION_URL", database.owner_url)
    command.downgrade(config_of("handover"), "0001")
    engine = create_sync_engine(database.owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as conn:
        old, new = uuid4(), uuid4()
        for overdracht_id, vervangt, status in ((old, None, "vervangen"), (new, old, "aangeboden")):
            conn.execute(
                text("""INSERT INTO overdracht (id, casus_id, melding_id, gemeente_code, soort, organisatie_id,
                        draagt_zicht, status, aangeboden_op, accepteren_uiterlijk, vervangt_id, te_laat_geaccepteerd,
                        geweigerd_op, versie) VALUES (:id, :id, :id, '0599', 'opvang', 'o', false, :status, now(),
                        now(), :vervangt, false, CASE WHEN :status = 'vervangen' THEN now() END, 1)"""),
                {"id": overdracht_id, "status": status, "vervangt": vervangt},
            )

    migrate("handover", database.owner_url)

    with engine.begin() as conn:
        rows = {row.id: row.vervangen_door_id for row in conn.execute(text("SELECT * FROM overdracht"))}
    engine.dispose()
    assert rows == {old: new, new: None}
