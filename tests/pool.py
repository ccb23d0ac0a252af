"""Databases of rooms for tests: copied from a template that was migrated once, emptied, and used again.

To copy one takes a third of a second, to empty one a few hundredths. A database whose tables or rights a test has
changed is thrown away.
"""

import atexit
from uuid import uuid4

import psycopg

from deploy.local import databases
from deploy.local.databases import ROOMS, RoomDatabase
from deploy.migrate import migrate

PASSWORD = "alleen-voor-tests"
_TEMPLATE_LOCK = 7_204_521_004

_emptied: dict[str, list[RoomDatabase]] = {}
_shapes: dict[str, str] = {}

_SHAPE = """
SELECT md5(string_agg(line, chr(10) ORDER BY line)) FROM (
    SELECT concat_ws(' ', c.relname, c.relkind, c.relrowsecurity, c.relacl, c.relowner) AS line
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', t.tgrelid::regclass, t.tgname, t.tgenabled) FROM pg_trigger t
    UNION ALL SELECT concat_ws(' ', p.polrelid::regclass, p.polname, pg_get_expr(p.polqual, p.polrelid))
    FROM pg_policy p
    UNION ALL SELECT concat_ws(' ', a.attrelid::regclass, a.attname, a.attnum, a.atttypid, a.attnotnull, a.attisdropped)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', con.conrelid::regclass, con.conname) FROM pg_constraint con
    WHERE con.connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', pr.proname, md5(pr.prosrc)) FROM pg_proc pr
    WHERE pr.pronamespace = 'public'::regnamespace
) AS lines
"""
_EMPTY = """
DO $$
DECLARE name text; filled boolean; large boolean;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR name, large IN SELECT format('%I', relname), pg_relation_size(oid) > 262144 FROM pg_class
                       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                         AND relname <> 'alembic_version' LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO filled;
        IF large THEN EXECUTE 'TRUNCATE ' || name || ' RESTART IDENTITY CASCADE';
        ELSIF filled THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
    PERFORM setval(c.oid::regclass, s.start_value, false)
    FROM pg_sequences s JOIN pg_class c ON c.relname = s.sequencename AND c.relkind = 'S' WHERE s.schemaname = 'public';
END $$
"""


def take(admin_url: str, room: str) -> RoomDatabase:
    """Return an empty, migrated database of a room; ``"scratch"`` is one without tables."""
    return _emptied[room].pop() if _emptied.get(room) else _copy_of_template(admin_url, room)


def give_back(admin_url: str, room: str, used: RoomDatabase) -> None:
    """Empty a database for the next test, or drop one whose tables, rights or rows of before a test has changed."""
    if room not in ROOMS or not is_emptied(databases.with_database(admin_url, used.name), room):
        _drop(admin_url, used.name)
        return
    _emptied.setdefault(room, []).append(used)


def is_emptied(url: str, room: str) -> bool:
    """Empty every table, and say whether the database is as it was made."""
    connection = _kept_connection(url)
    connection.execute(_EMPTY)
    found = connection.execute(_SHAPE).fetchone()
    return found is not None and found[0] == _shapes[room]


# One that has read the catalogue does both in ten milliseconds, a new one in sixty: and this is done after every test.
_connections: dict[str, psycopg.Connection] = {}


def _kept_connection(url: str) -> psycopg.Connection:
    kept = _connections.get(url)
    if kept is None or kept.closed:
        kept = _connections[url] = psycopg.connect(url, autocommit=True, connect_timeout=5)
    return kept


@atexit.register
def _close_all() -> None:
    for kept in _connections.values():
        kept.close()


def _drop(admin_url: str, name: str) -> None:
    kept = _connections.pop(databases.with_database(admin_url, name), None)
    if kept is not None:
        kept.close()
    databases.drop_database(admin_url, name)


def _copy_of_template(admin_url: str, room: str) -> RoomDatabase:
    passwords = dict.fromkeys(databases.role_names(room), PASSWORD)
    template = f"template_{room}"
    _ensure_template(admin_url, room, template, passwords)
    name = f"t_{room}_{uuid4().hex[:12]}"
    made = databases.ensure_database(admin_url, room, passwords, name=name, template=template)
    if room not in _shapes:
        _shapes[room] = _shape_of(databases.with_database(admin_url, name))
    return made


_templates_seen: set[str] = set()


def _ensure_template(admin_url: str, room: str, template: str, passwords: dict[str, str]) -> None:
    """Make and migrate the template once, whichever process comes first."""
    if template in _templates_seen:
        return
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if not known:
            databases.ensure_roles(admin_url, room, passwords)
            unfinished = f"{template}_nieuw"
            databases.drop_database(admin_url, unfinished)
            made = databases.ensure_database(admin_url, room, passwords, name=unfinished)
            if room in ROOMS:
                migrate(room, made.owner_url)
            connection.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"'.encode())
    _templates_seen.add(template)


def _shape_of(url: str) -> str:
    with psycopg.connect(url, connect_timeout=5) as connection:
        found = connection.execute(_SHAPE).fetchone()
    assert found is not None
    return str(found[0])
