"""Start one program so that it cannot outlive the one who started it.

Run as ``python -I -S guard.py PARENT SIGNAL USER PROGRAM [ARGUMENT …]``: this process *becomes* the program, so its
process id stays. Linux keeps the promise itself (``PR_SET_PDEATHSIG``); elsewhere a small watcher looks at the
parent twice a second. A step between the two programs, because Python may not run code between fork and exec
when the parent has threads.
"""

import ctypes
import os
import pwd
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1
_WATCH_SECONDS = 0.5


def main(argv: list[str]) -> None:
    """Tie this process to its parent, change to the wanted user, and become the program."""
    parent, death_signal, user, program = int(argv[0]), int(argv[1]), argv[2], argv[3:]
    if not sys.platform.startswith("linux"):
        _watch(parent, death_signal)
    if user:
        _become(user)
    if sys.platform.startswith("linux"):
        # After the change of user: the kernel forgets the request when the user changes.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    os.execv(program[0], program)  # noqa: S606, without a shell is the point


def _become(user: str) -> None:
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    os.environ.update(HOME="/", USER=user, LOGNAME=user)


def _watch(parent: int, death_signal: int) -> None:
    """Leave a detached watcher behind that signals this process group when the parent is gone."""
    program = os.getpid()
    middle = os.fork()
    if middle:
        os.waitpid(middle, 0)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    for stream in (0, 1, 2):
        os.close(stream)
    while _alive(program):
        if not _alive(parent):
            os.killpg(program, death_signal)
            time.sleep(5)
            if _alive(program):
                os.killpg(program, signal.SIGKILL)
            break
        time.sleep(_WATCH_SECONDS)
    os._exit(0)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
