"""Files that are made from the code and committed: write them, or say which ones are no longer true."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

Generated = Mapping[Path, str]


def stale(files: Generated) -> list[Path]:
    """Return the files that are not there, or differ from what the code says now."""
    return [file for file, text in files.items() if not file.exists() or file.read_text() != text]


def run(command: str, make: Callable[[], Generated], argv: Sequence[str]) -> int:
    """Write what differs; with ``--check`` write nothing and fail instead."""
    if argv not in ([], ["--check"]):
        sys.stderr.write(f"gebruik: {command} [--check]\n")
        return 2
    files = make()
    changed = stale(files)
    for file in changed:
        name = file.relative_to(PROJECT)
        if argv:
            sys.stderr.write(f"{name} klopt niet meer met de code; draai {command}\n")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(files[file])
            sys.stdout.write(f"{name} geschreven\n")
    if not changed:
        sys.stdout.write(f"{command}: {len(files)} bestanden kloppen\n")
    return 1 if argv and changed else 0
