"""What the rows of handover have in common: how a sealed value is opened."""

from shared.errors import NotFoundError
from shared.keyring import DestroyedError, Keyring


def opened(keys: Keyring, sealed: bytes, *, place: str) -> bytes:
    """Return what was sealed; a casus whose keys were destroyed in this moment is not there any more."""
    try:
        return keys.open(sealed, place=place)
    except DestroyedError:
        raise NotFoundError("Deze overdracht is er niet.") from None
