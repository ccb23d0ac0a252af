"""What the rows of handover have in common: how a sealed value is opened, and how texts are kept together."""

import json
from collections.abc import Sequence

from shared.errors import NotFoundError
from shared.keyring import DestroyedError, Key, Keyring


def opened(keys: Keyring, sealed: bytes, *, place: str) -> bytes:
    """Return what was sealed; a casus whose keys were destroyed in this moment is not there any more."""
    try:
        return keys.open(sealed, place=place)
    except DestroyedError:
        raise NotFoundError("Deze overdracht is er niet.") from None


def seal_teksten(key: Key, teksten: Sequence[str | None], *, place: str) -> bytes:
    """Return the texts of one row as they are kept."""
    return key.seal(json.dumps(teksten).encode(), place=place)


def opened_teksten(keys: Keyring, sealed: bytes, *, place: str) -> list[str | None]:
    """Return the texts of one row that ``seal_teksten`` kept."""
    found: list[str | None] = json.loads(opened(keys, sealed, place=place))
    return found
