"""How values of intake are sealed with the key of their casus, and opened again."""

from collections.abc import Mapping
from typing import Any

import orjson

from shared.errors import NotFoundError
from shared.keyring import DestroyedError, Key, Keyring


def seal(key: Key, value: Mapping[str, object], place: str) -> bytes:
    """Return a value as it is kept."""
    return key.seal(orjson.dumps(dict(value)), place=place)


def opened(keys: Keyring, sealed: bytes, place: str) -> bytes:
    """Return what was sealed.

    Raises ``NotFoundError`` when its key was destroyed since the row was read: then the casus is gone.
    """
    try:
        return keys.open(sealed, place=place)
    except DestroyedError:
        raise NotFoundError("Dit dossier is vernietigd.") from None


def opened_json(keys: Keyring, sealed: bytes, place: str) -> dict[str, Any]:
    """Return a value that ``seal`` kept."""
    value: dict[str, Any] = orjson.loads(opened(keys, sealed, place))
    return value
