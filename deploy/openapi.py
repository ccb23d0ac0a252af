"""The OpenAPI document of every room as a file: ``python -m deploy.openapi`` writes them, ``--check`` compares.

The file is committed, so that a change of a door shows in a review. It is made from the application itself,
without a database, a Redis or a key.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from deploy.generated import Generated, run
from shared.events.catalogue import Room

SERVICES = Path(__file__).resolve().parents[1] / "services"


def document_of(room: Room) -> dict[str, Any]:
    """Return the document of one room."""
    document: dict[str, Any] = importlib.import_module(f"services.{room}.main").app().api.openapi()
    return document


def generated() -> Generated:
    """Return every document as it must stand in its room."""
    return {
        SERVICES / room / "openapi.json": json.dumps(document_of(room), indent=2, sort_keys=True, ensure_ascii=False)
        + "\n"
        for room in Room
    }


if __name__ == "__main__":
    sys.exit(run("python -m deploy.openapi", generated, sys.argv[1:]))
