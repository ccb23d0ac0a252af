"""Who may do what in Redis: one user a room and one for the chores, derived from the catalogue of events.

A room adds to its own stream only, reads only the streams of the rooms whose facts it follows, and counts what
its door lets in under names of its own. The passwords stand in the file as SHA-256 only. The format is that of the
``aclfile`` of Redis 7.2 and Valkey 8.
"""

import hashlib
from collections.abc import Iterable, Mapping

from shared.events.catalogue import Room, sources_of, stream_of

CHORES = "celery"
OPERATOR = "beheer"  # a person who looks or repairs; no process uses it
USERS = (*(room.value for room in Room), CHORES, OPERATOR)

# What every client says when it connects.
_CONNECT = ("ping", "hello", "client|setname", "client|setinfo")
# The relay: publish through one script, look how far the readers are, trim below that.
_PUBLISH = ("xadd", "xtrim", "xpending", "xinfo|stream", "xinfo|groups", "exists", "eval", "evalsha", "script|load")
# The consumer, and the health check of its process.
_READ = ("xreadgroup", "xack", "xautoclaim", "xgroup|create", "xinfo|consumers")
# The limits of its door: one script on its own buckets (shared/web/limits.py).
_LIMIT = ("get", "set", "time", "eval", "evalsha", "script|load")

# The broker of Celery: its queue, its bindings and what is not acknowledged yet.
_CHORE_KEYS = ("monitoring-klussen*", "_kombu.*", "unacked", "unacked_index", "unacked_mutex")
# On those keys it may do what its broker library does in this or its next version; nothing that touches the server.
_CHORE_COMMANDS = (
    *("@list", "@set", "@sortedset", "@hash", "@string", "@transaction"),
    *("exists", "del", "expire", "pexpire", "eval", "evalsha", "script|load"),
)


def acl_file(passwords: Mapping[str, str]) -> str:
    """Return the file for the users of ``USERS``; ``passwords`` is by user.

    Whoever does not log in may only ask whether the server is alive: that is what its health check does.
    """
    lines = ["user default on nopass sanitize-payload resetkeys resetchannels -@all +ping"]
    lines += [_room_line(room, passwords[room]) for room in Room]
    lines.append(_chores_line(passwords[CHORES]))
    lines.append(f"{_start(OPERATOR, passwords[OPERATOR])} allkeys allchannels +@all")
    return "\n".join(lines) + "\n"


def _room_line(room: Room, password: str) -> str:
    publish = f"({_keys([stream_of(room)])} {_commands(_PUBLISH)})"
    read = f"({_keys(stream_of(source) for source in sources_of(room))} {_commands(_READ)})"
    limit = f"({_keys([f'limiet:{room}:*'])} {_commands(_LIMIT)})"
    return f"{_start(room, password)} {_commands(_CONNECT)} {publish} {read} {limit}"


def _chores_line(password: str) -> str:
    return f"{_start(CHORES, password)} {_keys(_CHORE_KEYS)} {_commands((*_CONNECT, *_CHORE_COMMANDS))}"


def _start(user: str, password: str) -> str:
    digest = hashlib.sha256(password.encode()).hexdigest()
    return f"user {user} on #{digest} sanitize-payload resetkeys resetchannels -@all"


def _keys(keys: Iterable[str]) -> str:
    return " ".join(f"~{key}" for key in keys)


def _commands(commands: Iterable[str]) -> str:
    return " ".join(f"+{command}" for command in commands)
