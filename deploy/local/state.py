"""What a run that stands tells the outside: one file, written whole, readable by its owner only, gone when it stops."""

import json
from pathlib import Path
from typing import Any

from deploy.local.servers import write_private


class NotRunningError(Exception):
    """Say in Dutch that there is no run to speak to."""


def state_file(state: Path) -> Path:
    """Return the place of the state file."""
    return state / "state.json"


def read_state(state: Path) -> dict[str, Any]:
    """Return what the run in this folder tells of itself."""
    try:
        content: dict[str, Any] = json.loads(state_file(state).read_text())
    except FileNotFoundError:
        raise NotRunningError("Ketenradar draait hier niet. Start met: make run") from None
    return content


def write_state(state: Path, text: str) -> None:
    """Replace the state file."""
    write_private(state_file(state), text)


def remove_state(state: Path) -> None:
    """Take the state file away."""
    state_file(state).unlink(missing_ok=True)
