"""The tables of every room: made by its owner, used by its working role, and made once."""

import psycopg
import pytest

from deploy.local.databases import ROOMS
from deploy.migrate import URL_VARIABLE, main, migrate, url_variable
from tests.support import RoomDatabaseFactory


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_brought_to_its_newest_tables_and_a_second_time_changes_nothing(
    room: str, room_database: RoomDatabaseFactory
) -> None:
    made = room_database(room)

    migrate(room, made.owner_url)

    with psycopg.connect(made.app_url) as connection:
        owners = connection.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ).fetchall()
        assert owners == [(f"ketenradar_{room}_owner",)]
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_the_command_takes_one_room_or_more_each_with_its_own_address(
    room_database: RoomDatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("intake", "triage"):
        monkeypatch.setenv(url_variable(room), room_database(room).owner_url)

    assert main(["intake", "triage"]) == 0
    assert main(["triage"]) == 0


def test_the_command_refuses_one_address_for_two_rooms(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(URL_VARIABLE, "postgresql://nobody@127.0.0.1:9/x")

    assert [main([]), main(["bestaat-niet"]), main(["intake", "triage"])] == [2, 2, 2]
    assert capsys.readouterr().err.count("gebruik:") == 3
