"""The command line without a run: terms with their working, and clear sentences."""

import json
import shlex
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.local import cli, rooms
from deploy.local.cli import app
from deploy.local.databases import ROOMS, RoomDatabase
from deploy.local.run import first_melding, first_of_previous_month
from deploy.local.termijn import answer_line
from tests.support import SettableClock


def run(*argv: str, invoer: str | None = None) -> tuple[int, list[dict[str, object]]]:
    done = CliRunner().invoke(app, list(argv), input=invoer)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_term_comes_with_its_working() -> None:
    code, [found] = run("termijn", "veiligheidsbeoordeling", "2026-03-02T21:40:00Z")

    assert code == 0
    assert set(found) == {"soort", "start", "uiterlijk", "waarschuwenOp", "uitleg", "overgeslagen"}
    assert found["uiterlijk"] == "2026-03-09T23:00:00Z"
    assert found["overgeslagen"] == [
        {"dag": "2026-03-07", "reden": "zaterdag"},
        {"dag": "2026-03-08", "reden": "zondag"},
    ]


def test_every_line_gets_one_answer_in_order_and_a_wrong_one_does_not_stop_the_rest() -> None:
    invoer = "onderzoek 2026-03-02T21:40:00+01:00\nbestaat-niet 2026-03-02T21:40:00Z\n\nacuutcheck 2026-03-02\n"
    invoer += "huisverbod 2026-03-02T21:40:00Z\n"

    code, found = run("termijn", "--invoer", "-", invoer=invoer)

    assert code == 1
    assert [("fout" in answer) for answer in found] == [False, True, True, True, False]
    assert [answer["soort"] for answer in found] == ["onderzoek", "bestaat-niet", "", "acuutcheck", "huisverbod"]


def test_lines_that_are_all_right_end_well() -> None:
    code, found = run("termijn", "--invoer", "-", invoer="onderzoek 2026-03-02T21:40:00Z\n" * 3)

    assert (code, len(found)) == (0, 3)


@pytest.mark.parametrize(
    "line",
    ["", " ", "onderzoek", "onderzoek 0001-01-01T00:00:00+14:00", "onderzoek 9999-12-31T23:59:59Z", "onderzoek \x00"],
)
def test_a_line_that_cannot_be_answered_says_why(line: str) -> None:
    assert answer_line(line)["fout"]


def test_extra_closing_days_of_the_installation_count_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    before = answer_line("veiligheidsbeoordeling 2026-03-02T09:00:00Z")["uiterlijk"]
    monkeypatch.setenv("KETENRADAR_EXTRA_SLUITINGSDAGEN", '["2026-03-04"]')

    assert before == "2026-03-09T23:00:00Z"
    assert answer_line("veiligheidsbeoordeling 2026-03-02T09:00:00Z")["uiterlijk"] == "2026-03-10T23:00:00Z"


@pytest.mark.parametrize(
    "argv",
    [
        ["status"],
        ["token", "--rol", "beheerder", "--organisatie", "vtrr"],
        ["klok", "toon"],
        ["quarantaine", "lijst"],
        ["audit", "controleer"],
        ["kpi", "herbereken"],
    ],
)
def test_without_a_run_a_command_says_so_in_one_sentence(
    argv: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KETENRADAR_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["ketenradar", *argv])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 1
    assert capsys.readouterr().err == "ketenradar: Ketenradar draait hier niet. Start met: make run\n"


def test_a_role_that_does_not_exist_is_refused() -> None:
    done = CliRunner().invoke(app, ["token", "--rol", "baas", "--organisatie", "vtrr"])

    assert done.exit_code == 1
    assert "de rol baas bestaat niet" in done.stderr
    assert done.stdout == ""


def test_a_played_month_begins_at_dutch_midnight_of_the_first(klok: SettableClock) -> None:
    begin = first_of_previous_month(klok())

    assert begin.isoformat() == "2026-02-01T00:00:00+01:00"


@pytest.fixture
def house(tmp_path: Path) -> rooms.House:
    databases = {
        room: RoomDatabase(room, f"postgresql://app-{room}@db/{room}", f"postgresql://owner-{room}@db/{room}")
        for room in ROOMS
    }
    return rooms.House(
        state=tmp_path / "map met spatie",
        data=tmp_path,
        secrets=tmp_path,
        post=tmp_path,
        clock=None,
        ports=rooms.Ports(8001, 8010, 8011, 8012, 8013, 8014),
        databases=databases,
        redis_url="redis://db",
    )


def test_the_first_melding_can_be_pasted(klok: SettableClock, house: rooms.House) -> None:
    command = first_melding(house, now=klok())

    words = shlex.split(command.replace("$(", "").replace(")", ""))
    body = json.loads(words[-1])
    assert body["gemeenteCode"] == "0599"
    assert body["personen"][0]["rol"] == "slachtoffer"
    assert "KETENRADAR_STATE_DIR='" in command
    assert f"Idempotency-Key: eerste-melding-{body['incident']['tijdstip']}" in words
    assert "http://127.0.0.1:8001/v1/meldingen" in words


def test_a_room_keeps_what_it_compiled_for_its_next_start(house: rooms.House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    assert "PYTHONDONTWRITEBYTECODE" not in rooms.room_environment(house, "intake")


def test_a_room_learns_no_secret_of_another_room(house: rooms.House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://admin:geheim@db/postgres")

    told = "\n".join(rooms.room_environment(house, "intake").values())

    assert "app-intake" in told
    assert "admin:geheim" not in told
    assert "owner-" not in told
    assert "app-triage" not in told
    assert "ketenradar-triage.pem" not in told


def test_a_proxy_is_not_asked_the_way_to_this_machine(house: rooms.House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test")
    monkeypatch.setenv("NO_PROXY", "intern.test")

    assert rooms.room_environment(house, "intake")["NO_PROXY"] == "intern.test,127.0.0.1,localhost"
