"""What schemathesis is told of this house: a token of every role in turn, and ids of things that exist.

It runs in the process of schemathesis (``SCHEMATHESIS_HOOKS``) and is given its facts in the environment.
"""

import itertools
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import schemathesis
from schemathesis import GenerationMode

from shared.rules.access import BELEID, Betrekking

ROOM = os.environ["KETENRADAR_TEST_ROOM"]
TOKENS: dict[str, str] = json.loads(os.environ["KETENRADAR_TEST_TOKENS"])
# What exists, by the name of its id; an operation that ends something has one of its own, under its label.
KNOWN: dict[str, dict[str, str]] = json.loads(os.environ["KETENRADAR_TEST_IDS"])

# Turns of its own for every operation, so that a run with the same seed gives each case the same role and ids. They
# differ in length: whoever may come in asks for what exists and for what does not, and so does whoever may not.
_everybody: dict[str, Iterator[str]] = defaultdict(lambda: itertools.cycle(TOKENS))
_welcome: dict[str, Iterator[str]] = {}
_role_turns: dict[str, Iterator[bool]] = defaultdict(lambda: itertools.cycle((True, False)))
_id_turns: dict[str, Iterator[bool]] = defaultdict(lambda: itertools.cycle((True, True, False)))
# Who made what nobody else is shown, by its id: asked by another it is not there (404), which is as it should be.
_makers: dict[str, str] = {}
_ORGANISATIE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


@schemathesis.auth(refresh_interval=None)  # a token is chosen for each case, and never kept
class EveryRole:
    """Let every second case be asked by a role that the policy lets in, and the others by every role in turn."""

    def get(self, case: "schemathesis.Case[Any]", _context: schemathesis.AuthContext) -> str:
        label = case.operation.label
        if label not in _welcome:
            _welcome[label] = itertools.cycle(_let_in(case.operation.definition.raw["operationId"]))
        return TOKENS[next(_welcome[label] if next(_role_turns[label]) else _everybody[label])]

    def set(self, case: "schemathesis.Case[Any]", data: str, _context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


def _let_in(operation: str) -> list[str]:
    """Return the roles that the policy lets in; that it does, is for the answers to show. Who needs no tie is first."""
    rollen = BELEID[ROOM, operation].rollen
    return [rol.value for rol in sorted(rollen, key=lambda rol: rollen[rol] is not Betrekking.ALLES)]


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: "schemathesis.Case[Any]", _kwargs: dict[str, Any]) -> None:
    """Ask most of the time for something that exists; an id that is no id stays what it is."""
    if not case.path_parameters or not next(_id_turns[case.operation.label]):
        return
    for value in map(str, case.path_parameters.values()):
        if value in _makers:
            case.headers["Authorization"] = _makers[value]
    known: Mapping[str, str] = KNOWN[""] | KNOWN.get(case.operation.label, {})
    for name, value in case.path_parameters.items():
        if name in known and _is_id(name, value):
            case.path_parameters[name] = known[name]
    meant = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if case.method.upper() in {"PUT", "DELETE"} and (meant or "If-Match" in case.headers):
        case.headers["If-Match"] = "*"


@schemathesis.hook
def after_call(
    _context: schemathesis.HookContext, case: "schemathesis.Case[Any]", response: "schemathesis.Response"
) -> None:
    """Keep who made an abonnement: it is his alone."""
    if case.operation.label == "POST /abonnementen" and response.status_code == 201:
        _makers[response.json()["id"]] = case.headers["Authorization"]


def _is_id(name: str, value: object) -> bool:
    if name == "organisatieId":
        return isinstance(value, str) and _ORGANISATIE.fullmatch(value) is not None
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True
