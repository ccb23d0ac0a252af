"""Bring the tables of a room up to date: its own Alembic history, run as the owner of its database.

As a command: ``KETENRADAR_MIGRATION_URL=postgresql://… python -m deploy.migrate ROOM``; or for more rooms at once,
each with its own address in ``KETENRADAR_MIGRATION_URL_<ROOM>``.
"""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

SERVICES = Path(__file__).resolve().parents[1] / "services"
URL_VARIABLE = "KETENRADAR_MIGRATION_URL"


def config_of(room: str) -> Config:
    """Return Alembic's settings for one room: a folder of scripts, and no file."""
    config = Config()
    config.set_main_option("script_location", str(SERVICES / room / "migrations").replace("%", "%%"))
    return config


def migrate(room: str, url: str, *, revision: str = "head") -> None:
    """Bring the database at ``url`` to ``revision``; nothing happens when it is already there."""
    before = os.environ.get(URL_VARIABLE)
    os.environ[URL_VARIABLE] = url
    try:
        command.upgrade(config_of(room), revision)
    finally:
        if before is None:
            del os.environ[URL_VARIABLE]
        else:
            os.environ[URL_VARIABLE] = before


def main(argv: list[str]) -> int:
    """Migrate the rooms that are named; the addresses come from the environment, never from the command line."""
    known = sorted(folder.parent.name for folder in SERVICES.glob("*/migrations"))
    urls = {room: os.environ.get(url_variable(room)) or os.environ.get(URL_VARIABLE, "") for room in argv}
    shared = len(set(urls.values())) < len(urls)
    if not argv or shared or not set(argv) <= set(known) or not all(urls.values()):
        sys.stderr.write(f"gebruik: {URL_VARIABLE}=postgresql://… python -m deploy.migrate {'|'.join(known)}\n")
        return 2
    for room, url in urls.items():
        migrate(room, url)
    return 0


def url_variable(room: str) -> str:
    """Return the variable with the address of one room among more."""
    return f"{URL_VARIABLE}_{room.upper()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
