"""What schemathesis is told of this house: a token of every role in turn, and ids of things that exist.

It runs in the process of schemathesis (``SCHEMATHESIS_HOOKS``) and is given its facts in the environment.
"""

import itertools
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import schemathesis

TOKENS: dict[str, str] = json.loads(os.environ["KETENRADAR_TEST_TOKENS"])
KNOWN: dict[str, str] = json.loads(os.environ["KETENRADAR_TEST_IDS"])

# Who may do most; between them every role has its turn, so that each operation is entered and refused.
_BUSY = ("vt-medewerker", "ketenpartner", "vt-teamleider", "systeem")
# A turn of its own for every operation, so that a run with the same seed gives each case the same role.
_turns: dict[str, Iterator[str]] = defaultdict(
    lambda: itertools.chain.from_iterable(zip(itertools.cycle(_BUSY), itertools.cycle(TOKENS)))
)
_evens: dict[str, Iterator[bool]] = defaultdict(lambda: itertools.cycle((True, False)))


@schemathesis.auth()
class EveryRole:
    """Let each next case be asked by the next role."""

    def get(self, case: "schemathesis.Case[Any]", _context: schemathesis.AuthContext) -> str:
        return TOKENS[next(_turns[case.operation.label])]

    def set(self, case: "schemathesis.Case[Any]", data: str, _context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: "schemathesis.Case[Any]", _kwargs: dict[str, Any]) -> None:
    """Ask half of the time for something that exists; an id that is no id stays what it is."""
    if not case.path_parameters or not next(_evens[case.operation.label]):
        return
    for name, value in case.path_parameters.items():
        if name in KNOWN and _is_uuid(value):
            case.path_parameters[name] = KNOWN[name]
            if case.method.upper() == "PUT" and "If-Match" in case.headers:
                case.headers["If-Match"] = '"1"'


def _is_uuid(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True
