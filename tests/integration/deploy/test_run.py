"""What a run refuses before it starts anything, and that it leaves nothing behind when it does."""

import fcntl
import socket
from pathlib import Path

import pytest

from deploy.local.databases import ROOMS
from deploy.local.run import RunError, Wishes, _prepare_given_redis, _set_clock, choose_ports, run
from deploy.local.state import state_file
from shared.clock import SimulatedClock, system_clock


def test_a_port_in_use_is_named_with_the_variable_that_changes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        code = run(Wishes(state=tmp_path / "staat", port_base=port - 2))

    told = capsys.readouterr().err
    assert code == 1
    assert f"poort {port} (handover) is al in gebruik" in told
    assert "PORT_BASE" in told
    assert "Traceback" not in told


def test_a_second_run_in_one_folder_is_refused_and_does_not_touch_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state_file(tmp_path).write_text("{}")
    with (tmp_path / "slot").open("w") as held:
        held.write("4711")
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)

        code = run(Wishes(state=tmp_path))

    assert code == 1
    assert "draait Ketenradar al (proces 4711)" in capsys.readouterr().err
    assert state_file(tmp_path).exists()


def test_a_server_that_is_given_but_not_there_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wishes = Wishes(
        state=tmp_path / "staat",
        port_base=26_000,
        demo=False,
        database_url="postgresql://postgres@127.0.0.1:9/postgres",
        redis_url="redis://127.0.0.1:9/0",
    )

    assert run(wishes) == 1

    told = capsys.readouterr().err
    assert told.startswith("\nketenradar: de server is niet bereikbaar")
    assert "Traceback" not in told
    assert not state_file(tmp_path / "staat").exists()


def test_a_demo_does_not_empty_a_redis_that_it_did_not_fill(redis_url: str) -> None:
    import redis  # noqa: PLC0415

    with redis.Redis.from_url(redis_url) as client:
        client.set("van-een-ander", 1)

        with pytest.raises(RunError, match="niet leeg"):
            _prepare_given_redis(redis_url, demo=True)
        assert client.get("van-een-ander") == b"1"

        client.flushdb()
        for _ in range(2):
            _prepare_given_redis(redis_url, demo=True)
            client.set("van-de-demo", 1)
        assert client.dbsize() == 2


def test_the_inner_ports_differ_and_stand_above_the_rooms() -> None:
    ports = choose_ports(26_000)

    inner = {ports.postgres, ports.redis, ports.issuer, ports.mail}
    assert len(inner) == 4
    assert min(inner) > ports.of(ROOMS[-1])


def test_an_empty_house_has_a_clock_that_runs_from_now_only_when_it_is_asked_for(tmp_path: Path) -> None:
    assert _set_clock(Wishes(state=tmp_path, demo=False)) is None

    before = system_clock()
    clock = _set_clock(Wishes(state=tmp_path, demo=False, simulated=True))

    assert clock is not None
    first = SimulatedClock(clock)()
    assert before <= first < SimulatedClock(clock)() <= system_clock()
