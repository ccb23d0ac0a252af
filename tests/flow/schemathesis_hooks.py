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

# A turn of its own for every operation, so that a run with the same seed gives each case the same role.
# An operation may have few cases: who may do most comes first.
_BUSY = ("vt-medewerker", "systeem", "vt-teamleider", "ketenpartner")
_IN_TURN = (*_BUSY, *(role for role in TOKENS if role not in _BUSY))
_turns: dict[str, Iterator[str]] = defaultdict(lambda: itertools.cycle(_IN_TURN))
# Who was let in where: once somebody is found, every second case is theirs, and more is tested than the lock.
_let_in: dict[str, str] = {}
# What is answered only behind the lock: wrong input (400) can be seen before it.
_BEHIND_THE_LOCK = (200, 201, 202, 204, 404, 409, 412)
_evens: dict[str, Iterator[bool]] = defaultdict(lambda: itertools.cycle((True, False)))


@schemathesis.auth(refresh_interval=None)  # a token is chosen for each case, and never kept
class EveryRole:
    """Let each next case be asked by the next role."""

    def get(self, case: "schemathesis.Case[Any]", _context: schemathesis.AuthContext) -> str:
        label = case.operation.label
        if label in _let_in and next(_evens[f"role {label}"]):
            return TOKENS[_let_in[label]]
        return TOKENS[next(_turns[label])]

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


@schemathesis.hook
def after_call(
    _context: schemathesis.HookContext, case: "schemathesis.Case[Any]", response: schemathesis.Response
) -> None:
    """Remember who was let in."""
    sent = response.request.headers.get("Authorization", "")
    role = next((role for role, token in TOKENS.items() if sent == f"Bearer {token}"), None)
    if role and response.status_code in _BEHIND_THE_LOCK:
        _let_in.setdefault(case.operation.label, role)


def _is_uuid(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True
