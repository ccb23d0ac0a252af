"""How a value becomes JSON in one way only: the same value always gives the same bytes."""

from typing import Any
from uuid import UUID

import orjson


def canonical(value: Any) -> bytes:
    """Return JSON with sorted keys and UTC times; what is hashed or compared must not depend on who wrote it."""
    return orjson.dumps(value, default=plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def plain(value: Any) -> str:
    """Return a value that orjson does not know as text: the driver's own kind of UUID; raises ``TypeError`` else."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
