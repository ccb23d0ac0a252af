"""``make migration``: write the next migration of a room from what its tables say now.

It compares them with a database of its own, brought to the newest migration, and thrown away afterwards. What it
writes is a proposal: read it before it is committed.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

from alembic import command

from deploy.local import places, programs
from deploy.local.databases import ROOMS, ensure_database, ensure_roles, role_names
from deploy.local.servers import new_password, prepare_postgres, wait_until_ready
from deploy.migrate import SERVICES, URL_VARIABLE, config_of, migrate

PORTS = (18_000, 18_900)


def main(argv: list[str]) -> int:
    """Write the migration that ``ROOM NAME`` asks for."""
    if len(argv) != 2 or argv[0] not in ROOMS or not re.fullmatch(r"[a-z0-9_]+", argv[1]):  # noqa: PLR2004
        sys.stderr.write(f"gebruik: make migration KAMER={'|'.join(ROOMS)} NAAM=kolom_erbij\n")
        return 2
    room, name = argv
    outside = places.SHARED_TEMPORARY if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="ketenradar-migratie-", dir=outside) as folder:
        Path(folder).chmod(0o711)
        _write(room, name, Path(folder))
    return 0


def next_number(room: str) -> str:
    """Return the number of the migration after the last one: four digits, in order."""
    found = [int(file.name[:4]) for file in (SERVICES / room / "migrations" / "versions").glob("[0-9]*_*.py")]
    return f"{max(found, default=0) + 1:04}"


def _write(room: str, name: str, folder: Path) -> None:
    server = prepare_postgres(folder, port=programs.free_port(*PORTS), password=new_password())
    log = folder / "postgres.log"
    process = programs.start(server.program, log)
    try:
        wait_until_ready(process, server.program, log)
        passwords = {role: new_password() for role in role_names(room)}
        ensure_roles(server.url, room, passwords)
        made = ensure_database(server.url, room, passwords)
        migrate(room, made.owner_url)
        os.environ[URL_VARIABLE] = made.owner_url
        config = config_of(room)
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        command.revision(config, message=name, autogenerate=True, rev_id=next_number(room))
    finally:
        programs.stop(process, server.program.stop_signal)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
