"""Replace the master keys of a run that stands: add one, see what still hangs on which, throw away what is unused."""

import base64
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from deploy.local import identity
from deploy.local.repairs import Known, engine_of
from deploy.local.servers import write_private
from shared.db import in_transaction
from shared.keyring import count_keys


class KeyInUseError(Exception):
    """Carry how many keys of casussen still hang on a master key."""


def add_master_key(folder: Path, room: str, *, today: date) -> str:
    """Add a master key to the file of a room, make it the active one, and return its name.

    The processes of the room see the new file within a second; its worker then seals the keys of all casussen again.
    """
    file = identity.key_file(folder, room)
    content = json.loads(file.read_text())
    name = _free_name(set(content["sleutels"]), today)
    content["sleutels"][name] = base64.b64encode(os.urandom(32)).decode()
    content["actief"] = name
    write_private(file, json.dumps(content))
    return name


def _free_name(taken: set[str], today: date) -> str:
    first = f"k{today:%Y%m%d}"
    return next(name for name in (first, *(f"{first}-{n}" for n in range(2, 1000))) if name not in taken)


async def list_master_keys(known: Known, folder: Path) -> list[dict[str, Any]]:
    """Return per room its master keys, which one is active, and how many keys hang on each."""
    found = []
    for room in known["databaseUrls"]:
        content = json.loads(identity.key_file(folder, room).read_text())
        async with engine_of(known, room) as engine, in_transaction(engine) as conn:
            counts = await count_keys(conn)
        found += [
            {"kamer": room, "hoofdsleutel": name, "actief": name == content["actief"], "sleutels": counts.get(name, 0)}
            for name in sorted({*content["sleutels"], *counts})
        ]
    return found


async def remove_master_key(known: Known, folder: Path, room: str, name: str) -> None:
    """Throw a master key away; raises ``KeyInUseError`` while it is the active one or something hangs on it.

    What was sealed under it in a backup can never be opened again: that is what it is for.
    """
    file = identity.key_file(folder, room)
    content = json.loads(file.read_text())
    async with engine_of(known, room) as engine, in_transaction(engine) as conn:
        hanging = (await count_keys(conn)).get(name, 0)
    if hanging or content["actief"] == name:
        raise KeyInUseError(f"aan {name} hangen nog {hanging} sleutels, of hij is de actieve")
    del content["sleutels"][name]
    write_private(file, json.dumps(content))
