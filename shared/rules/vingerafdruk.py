"""By what it is seen that dates must be counted again: one short text of the terms, the calendar and the settings.

Another holiday, decree, school holiday, term or setting gives another text; the same always give the same one,
whatever process asks.
"""

import hashlib
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from typing import Any

from shared.rules.calendar import GELIJKGESTELDE_DAGEN, feestdagen
from shared.rules.deadlines import TERMIJNEN
from shared.rules.schoolvakanties import SCHOOLVAKANTIES
from shared.rules.settings import RuleSettings

# Feast days follow from a rule and not from a table: these years stand for the rule.
_JAREN = range(2015, 2041)


def vingerafdruk(settings: RuleSettings) -> str:
    """Return a text that is another one as soon as any date could be."""
    parts = [TERMIJNEN, settings, sorted(GELIJKGESTELDE_DAGEN), SCHOOLVAKANTIES, [feestdagen(jaar) for jaar in _JAREN]]
    return hashlib.sha256(json.dumps(_plain(parts)).encode()).hexdigest()


def _plain(value: Any) -> Any:  # noqa: PLR0911, one a kind of value
    """Return a value of the rulebook as JSON in one way only; raises ``TypeError`` for one that has none."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case date() | time():
            return value.isoformat()
        case Mapping():
            return sorted([_plain(key), _plain(item)] for key, item in value.items())
        case AbstractSet():
            return sorted(_plain(item) for item in value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case _ if is_dataclass(value):
            return [[field.name, _plain(getattr(value, field.name))] for field in fields(value)]
        case _:
            raise TypeError(type(value).__name__)
