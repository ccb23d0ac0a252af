"""One database a room: its two roles, who may enter, and what each may do there.

The owner makes tables and nothing else; the room itself works as a role that may only read and write rows.
Neither is a superuser, here no more than in production, so that a missing right shows at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOMS = ("intake", "triage", "handover", "monitoring")

# Two processes that make roles at the same moment would trip over one row of pg_authid.
_ROLES_LOCK = 7_204_521_003


@dataclass(frozen=True, slots=True)
class RoomDatabase:
    """The addresses of one database: as the room works (``app_url``) and as its migrations run (``owner_url``)."""

    name: str
    app_url: str
    owner_url: str


def with_database(url: str, name: str, *, user: str | None = None, password: str | None = None) -> str:
    """Return the address of another database (and user) on the same server."""
    parts = urlsplit(url)
    place = parts.netloc.rsplit("@", 1)[-1]
    login = parts.netloc.rsplit("@", 1)[0] if "@" in parts.netloc else ""
    if user is not None:
        login = f"{quote(user)}:{quote(password or '', safe='')}"
    netloc = f"{login}@{place}" if login else place
    return urlunsplit(("postgresql", netloc, f"/{name}", parts.query, ""))


def role_names(room: str) -> tuple[str, str]:
    """Return the names of the owner and of the working role of a room."""
    return f"ketenradar_{room}_owner", f"ketenradar_{room}_app"


def ensure_roles(admin_url: str, room: str, passwords: Mapping[str, str]) -> None:
    """Make the two roles of a room, or give them the passwords of this run; ``passwords`` is by role name."""
    with psycopg.connect(admin_url, connect_timeout=5) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ROLES_LOCK])
        for role in role_names(room):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            change = "ALTER ROLE {} " if known else "CREATE ROLE {} "
            rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
            connection.execute(sql.SQL(change + rights).format(sql.Identifier(role), sql.Literal(passwords[role])))


def ensure_database(
    admin_url: str, room: str, passwords: Mapping[str, str], *, name: str | None = None, template: str = "template0"
) -> RoomDatabase:
    """Make the database of a room when it is not there, with its rights; the roles must exist."""
    name = name or f"ketenradar_{room}"
    owner, app = role_names(room)
    found = RoomDatabase(
        name,
        app_url=with_database(admin_url, name, user=app, password=passwords[app]),
        owner_url=with_database(admin_url, name, user=owner, password=passwords[owner]),
    )
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=5) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return found
        names = {"name": sql.Identifier(name), "template": sql.Identifier(template), "app": sql.Identifier(app)}
        owned = {**names, "owner": sql.Identifier(owner)}
        # The administrator need not be a superuser (DATABASE_URL), and must then be a member to give away.
        connection.execute(sql.SQL("GRANT {owner} TO CURRENT_USER").format(**owned))
        connection.execute(sql.SQL("CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}").format(**owned))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**names))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {name} TO {app}").format(**names))
    if template == "template0":
        _grant_rights(found.owner_url, app)
    return found


def drop_database(admin_url: str, name: str) -> None:
    """Remove a database, and end whoever is still connected to it."""
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=5) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _grant_rights(owner_url: str, app: str) -> None:
    """Give the working role rows and sequences, of every table that the owner will ever make here."""
    role = sql.Identifier(app)
    statements = (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}",
    )
    with psycopg.connect(owner_url, connect_timeout=5) as connection:
        for statement in statements:
            connection.execute(sql.SQL(statement).format(role))
