"""Keep the programs of a run alive: start them behind their gates, bring back what dies, end all of them in order.

A program that was ready once is always started again, later and later while it keeps dying. One that dies five
times before it was ever ready stops the run: waiting does not mend it.
"""

import asyncio
import contextlib
import time
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL

from deploy.local import programs
from deploy.local.programs import Program
from deploy.local.servers import last_lines

Say = Callable[[str], None]

STOP_ORDER = ("demo", "klus", "api", "worker", "beat", "celery", "dienst", "server")
DEATHS_AT_START_MAX = 5
START_WINDOW_SECONDS = 30.0
STABLE_SECONDS = 10.0
DELAY_FIRST_SECONDS = 0.1
DELAY_MAX_SECONDS = 5.0
STOP_SECONDS = 10.0
SILENCE_SECONDS = 20.0
_GATE_STEP_SECONDS = 0.05


class ProgramError(Exception):
    """Say in Dutch which program does not start, with the end of its log."""


class _Child:
    """One program with the process that runs it now."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: Process | None = None
        self.first_ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.keeper: asyncio.Task[None] | None = None
        self.restarts = 0


class Supervisor:
    """Run programs until it is told to stop."""

    def __init__(self, logs: Path, *, say: Say, changed: Callable[[], None] = lambda: None) -> None:
        self._logs = logs
        self._say = say
        self._changed = changed
        self._children: dict[str, _Child] = {}
        self._stopping = False

    def log_of(self, name: str) -> Path:
        """Return where the output of a program goes."""
        return self._logs / f"{name}.log"

    def processes(self) -> list[dict[str, object]]:
        """Return what runs now, as it stands in the state file."""
        return [
            {
                "name": child.program.name,
                "role": child.program.role,
                "pid": child.process.pid,
                "restarts": child.restarts,
            }
            for child in self._children.values()
            if child.process and child.process.returncode is None
        ]

    async def start(self, *wanted: Program) -> None:
        """Start programs beside each other and wait until each has been ready once."""
        children = [_Child(program) for program in wanted]
        for child in children:
            self._children[child.program.name] = child
            child.keeper = asyncio.create_task(self._keep(child), name=child.program.name)
        await asyncio.gather(*(child.first_ready for child in children))
        self._changed()

    async def run_once(self, program: Program, *, heard: Callable[[str], None] | None = None) -> int:
        """Run a program to its end and return its exit code; ``heard`` gets every line that it says."""
        child = self._children[program.name] = _Child(program)
        with self.log_of(program.name).open("ab", buffering=0) as log:
            child.process = await _spawn(program, asyncio.subprocess.PIPE if heard else log.fileno())
            self._changed()
            if heard:
                await _pass_on(child.process, log.write, heard)
            code = await child.process.wait()
        del self._children[program.name]
        self._changed()
        return code

    async def stop(self) -> None:
        """End everything, those who use a server before the server."""
        self._stopping = True
        for role in STOP_ORDER:
            group = [child for child in self._children.values() if child.program.role == role]
            await asyncio.gather(*(self._end(child) for child in group))

    async def _keep(self, child: _Child) -> None:
        """Start a program again each time that it dies, until the run stops."""
        begin = time.monotonic()
        deaths_in_a_row = 0
        while not self._stopping:
            started = time.monotonic()
            code = await self._live_once(child)
            if self._stopping:
                return
            lived = time.monotonic() - started
            deaths_in_a_row = 1 if lived > STABLE_SECONDS else deaths_in_a_row + 1
            if not child.first_ready.done() and self._is_hopeless(child, code, deaths_in_a_row, begin):
                return
            delay = min(DELAY_FIRST_SECONDS * 2 ** (deaths_in_a_row - 1), DELAY_MAX_SECONDS)
            self._say(f"! {child.program.name} is gestopt ({_ending(code)}); start opnieuw over {delay:.1f} s")
            await asyncio.sleep(delay)
            child.restarts += 1

    async def _live_once(self, child: _Child) -> int:
        """Run a program until it dies, and return how it ended."""
        program = child.program
        with self.log_of(program.name).open("ab") as log:
            said_before = log.tell()
            child.process = process = await _spawn(program, log.fileno())
        self._changed()
        gate = asyncio.create_task(self._wait_for_gate(child, process, said_before))
        try:
            return await process.wait()
        finally:
            # What the program started itself must not live on without it.
            programs.signal_group(process.pid, SIGKILL)
            gate.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gate

    async def _wait_for_gate(self, child: _Child, process: Process, said_before: int) -> None:
        """Open the gate of a program; end a program that does not get there, so that it is started again."""
        program, begin = child.program, time.monotonic()
        while not await asyncio.to_thread(program.ready, process.pid):
            if time.monotonic() - begin > program.ready_within:
                self._say(f"! {program.name} geeft na {program.ready_within:.0f} s nog geen antwoord; start opnieuw")
                programs.signal_group(process.pid, SIGKILL)
                return
            await asyncio.sleep(_GATE_STEP_SECONDS)
        with contextlib.suppress(TimeoutError):  # a log may be set to say less: silence is not held against it
            await asyncio.wait_for(self._hear(program, said_before), SILENCE_SECONDS)
        if not child.first_ready.done():
            child.first_ready.set_result(None)
        elif child.restarts:
            self._say(f"  {program.name} werkt weer")

    async def _hear(self, program: Program, since: int) -> None:
        """Wait until a program has written in its log that it is ready."""
        with self.log_of(program.name).open("rb") as log:
            log.seek(since)
            heard = b""
            while program.says.encode() not in heard:
                heard += log.read()
                await asyncio.sleep(_GATE_STEP_SECONDS)

    def _is_hopeless(self, child: _Child, code: int, deaths: int, begin: float) -> bool:
        name = child.program.name
        if deaths < DEATHS_AT_START_MAX and time.monotonic() - begin < START_WINDOW_SECONDS:
            return False
        log = self.log_of(name)
        told = f"{name} start niet: {deaths} keer gestopt, de laatste keer met {_ending(code)}."
        _fail(child, f"{told} Het einde van {log}:\n{last_lines(log)}")
        return True

    async def _end(self, child: _Child) -> None:
        process, program = child.process, child.program
        if process and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(program.stop_signal)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                self._say(f"! {program.name} stopt niet uit zichzelf en wordt beëindigd")
            programs.signal_group(process.pid, SIGKILL)
            await process.wait()
        if child.keeper:
            child.keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await child.keeper
        if not child.first_ready.done():
            child.first_ready.cancel()


def _fail(child: _Child, told: str) -> None:
    if not child.first_ready.done():
        child.first_ready.set_exception(ProgramError(told))


async def _spawn(program: Program, output: int) -> Process:
    return await asyncio.create_subprocess_exec(*program.command(), **program.spawn(output))


async def _pass_on(process: Process, write: Callable[[bytes], object], heard: Callable[[str], None]) -> None:
    """Log and pass on what a program says, line by line, until it says no more."""
    if process.stdout is None:
        raise ValueError("the output of this program is not ours to hear")
    async for line in process.stdout:
        write(line)
        heard(line.decode(errors="replace").rstrip())


def _ending(code: int) -> str:
    return f"signaal {-code}" if code < 0 else f"code {code}"
