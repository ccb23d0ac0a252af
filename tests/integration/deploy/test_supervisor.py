"""The keeper of the processes, on real processes: what dies comes back, what stops stays away, nothing is left."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from deploy.local import supervisor as module
from deploy.local.programs import GUARD, Program
from deploy.local.supervisor import ProgramError, Supervisor

pytestmark = pytest.mark.anyio


def python(name: str, code: str, *, role: str = "worker", says: str = "", cwd: Path = Path("/")) -> Program:
    env = {"PATH": os.defpath, "PYTHONUNBUFFERED": "1"}
    return Program(name, role, (sys.executable, "-c", textwrap.dedent(code)), env=env, says=says, cwd=cwd)


SLEEP = "import time; print('klaar'); time.sleep(600)"


@pytest.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Supervisor]:
    (tmp_path / "log").mkdir()
    made = Supervisor(tmp_path / "log", say=lambda _line: None)
    yield made
    await made.stop()


def pid_of(keeper: Supervisor, name: str) -> int:
    return next((int(str(found["pid"])) for found in keeper.processes() if found["name"] == name), 0)


async def until(condition: Callable[[], bool], *, within: float = 10.0) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


async def test_a_program_that_is_killed_comes_back_by_itself(keeper: Supervisor) -> None:
    await keeper.start(python("werker", SLEEP, says="klaar"))
    first = pid_of(keeper, "werker")

    os.kill(first, signal.SIGKILL)

    await until(lambda: pid_of(keeper, "werker") not in (0, first))
    assert is_alive(pid_of(keeper, "werker"))


async def test_a_program_that_keeps_being_killed_after_its_start_is_never_given_up(keeper: Supervisor) -> None:
    await keeper.start(python("werker", SLEEP, says="klaar"))

    for _ in range(module.DEATHS_AT_START_MAX + 1):
        before = pid_of(keeper, "werker")
        os.kill(before, signal.SIGKILL)
        await until(lambda before=before: pid_of(keeper, "werker") not in (0, before))  # type: ignore[misc]

    assert is_alive(pid_of(keeper, "werker"))


async def test_a_program_that_never_starts_stops_the_run_with_its_name_code_and_last_words(
    keeper: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DELAY_FIRST_SECONDS", 0.001)

    with pytest.raises(ProgramError) as told:
        await keeper.start(python("kapot", "print('geen sleutel'); raise SystemExit(3)", says="klaar"))

    assert "kapot" in str(told.value)
    assert "code 3" in str(told.value)
    assert "geen sleutel" in str(told.value)


async def test_a_run_waits_for_the_gate_of_a_program(keeper: Supervisor) -> None:
    begin = time.monotonic()

    await keeper.start(python("traag", "import time; time.sleep(0.7); print('klaar'); time.sleep(600)", says="klaar"))

    assert time.monotonic() - begin > 0.7


async def test_what_a_dead_program_started_does_not_live_on(keeper: Supervisor, tmp_path: Path) -> None:
    child = "import subprocess, time; print(subprocess.Popen(['sleep', '600']).pid); time.sleep(600)"
    await keeper.start(python("ouder", child))
    log = keeper.log_of("ouder")
    await until(lambda: bool(log.read_text().strip()))
    grandchild = int(log.read_text().split()[0])

    os.kill(pid_of(keeper, "ouder"), signal.SIGKILL)

    await until(lambda: not is_alive(grandchild))


async def test_users_of_a_server_end_before_the_server(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    keeper = Supervisor(tmp_path / "log", say=lambda _line: None)
    order = tmp_path / "volgorde"
    listen = f"""
        import signal, sys, time
        def end(*_):
            with open({str(order)!r}, "a") as file:
                file.write(sys.argv[1] + " ")
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        print("klaar")
        time.sleep(600)
    """
    roles = ("server", "dienst", "celery", "worker", "api")
    programs = [python(role, listen, role=role, says="klaar") for role in roles]
    named = [Program(p.name, p.role, (*p.argv, p.role), env=p.env, says=p.says) for p in programs]
    await keeper.start(*named)

    await keeper.stop()

    assert order.read_text().split() == ["api", "worker", "celery", "dienst", "server"]
    assert keeper.processes() == []


async def test_a_program_that_does_not_listen_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    (tmp_path / "log").mkdir()
    keeper = Supervisor(tmp_path / "log", say=lambda _line: None)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('klaar'); time.sleep(600)"
    await keeper.start(python("doof", deaf, says="klaar"))
    pid = pid_of(keeper, "doof")

    await keeper.stop()

    assert not is_alive(pid)


async def test_a_program_that_is_run_once_is_heard_line_by_line_and_not_started_again(keeper: Supervisor) -> None:
    heard: list[str] = []

    program = python("demo", "print('dag 1'); print('dag 2'); raise SystemExit(4)")
    code = await keeper.run_once(program, heard=heard.append)

    assert (code, heard) == (4, ["dag 1", "dag 2"])
    assert keeper.log_of("demo").read_text() == "dag 1\ndag 2\n"
    assert keeper.processes() == []


KEEP_TWO = """
    import asyncio, sys
    from pathlib import Path
    from tests.integration.deploy.test_supervisor import SLEEP, python
    from deploy.local.supervisor import Supervisor

    async def main():
        keeper = Supervisor(Path(sys.argv[1]), say=print)
        deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP
        await keeper.start(python("een", SLEEP, says="klaar"), python("twee", deaf, says="klaar"))
        print(*[found["pid"] for found in keeper.processes()], flush=True)
        await asyncio.sleep(600)

    asyncio.run(main())
"""


async def test_nothing_lives_on_when_the_keeper_itself_is_killed(tmp_path: Path) -> None:
    keeper = subprocess.Popen(  # noqa: ASYNC220, S603, it must be killed from outside
        [sys.executable, "-c", textwrap.dedent(KEEP_TWO), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    with contextlib.closing(keeper.stdout) as output:  # type: ignore[type-var]
        pids = [int(pid) for pid in output.readline().split()]  # type: ignore[union-attr]
        assert all(is_alive(pid) for pid in pids)

        keeper.kill()
        keeper.wait()

    assert len(pids) == 2
    await until(lambda: not any(is_alive(pid) for pid in pids), within=3)


WATCHED = """
    import runpy, sys, os, subprocess
    child = (
        "import runpy, sys; sys.platform = 'darwin'; "
        f"sys.argv = ['guard', '{os.getpid()}', '15', '', '/bin/sleep', '600']; "
        f"runpy.run_path({sys.argv[1]!r}, run_name='__main__')"
    )
    print(subprocess.Popen([sys.executable, "-c", child], start_new_session=True).pid, flush=True)
    sys.stdin.read()
"""


async def test_where_the_kernel_does_not_tie_a_program_to_its_parent_a_watcher_does(tmp_path: Path) -> None:
    parent = subprocess.Popen(  # noqa: ASYNC220, S603, it must be killed from outside
        [sys.executable, "-c", textwrap.dedent(WATCHED), str(GUARD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        await until(lambda: Path(f"/proc/{pid}/comm").read_text().strip() == "sleep")

        parent.kill()

    await until(lambda: not is_alive(pid), within=4)
