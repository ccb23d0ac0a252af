"""``make check``: everything that is wrong with the text of the house, found without running it.

Each step tells how long it took; all run, also after one that failed, so that one round shows every fault.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from deploy.local.places import PROJECT

BIN = Path(sys.executable).parent


def steps() -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the command of every check; a script ``tests/house/check_*.py`` is one by being there."""
    yield "opmaak", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]
    yield "stijl", [str(BIN / "ruff"), "check", "--quiet", "."]
    yield "typen", [str(BIN / "mypy")]
    yield "muren", [str(BIN / "lint-imports")]
    yield "openapi", [sys.executable, "-m", "deploy.openapi", "--check"]
    yield "documenten", [sys.executable, "-m", "deploy.docs", "--check"]
    for script in sorted((PROJECT / "tests" / "house").glob("check_*.py")):
        yield script.stem.removeprefix("check_"), [sys.executable, str(script)]


def main() -> int:
    """Run every check and return 1 when one fails."""
    failed = []
    for name, command in steps():
        begin = time.monotonic()
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        told = "goed" if done.returncode == 0 else "FOUT"
        sys.stdout.write(f"{name:<16}{told}  {time.monotonic() - begin:5.1f} s\n")
        if done.returncode:
            failed.append(name)
            sys.stdout.write(done.stdout + done.stderr + "\n")
        # What is right today and will not stay so.
        sys.stdout.writelines(f"  {line}\n" for line in done.stdout.splitlines() if line.startswith("let op:"))
        sys.stdout.flush()
    sys.stdout.write(f"make check: {'alles goed' if not failed else 'fout in ' + ', '.join(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
