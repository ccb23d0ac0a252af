"""That the policy of handover is what was written out by hand; the same table is run in a house (tests/canary)."""

import json
from collections import Counter

import pytest

from deploy.generated import PROJECT
from shared.rules.access import BELEID
from shared.rules.codes import Rol
from tests.canary.autorisatie import BEZOEKERS, HANDOVER, IN, by_policy

_DOORS = json.loads((PROJECT / "services" / "handover" / "openapi.json").read_text())["paths"]
_PATHS = {told["operationId"]: path for path, methods in _DOORS.items() for told in methods.values()}
_POLICY = {operation for room, operation in BELEID if room == "handover"}


def test_every_operation_of_handover_is_written_out_by_hand() -> None:
    assert set(HANDOVER) == _POLICY, "add a row to tests/canary/autorisatie.py: what each visitor is answered"


@pytest.mark.parametrize("operation", HANDOVER)
def test_the_policy_says_what_was_written_out_by_hand(operation: str) -> None:
    names_an_object = "Id}" in _PATHS[operation]

    expected = {one.name: by_policy("handover", operation, one, names_an_object=names_an_object) for one in BEZOEKERS}

    assert HANDOVER[operation] == expected


def test_every_role_comes_to_the_door_and_each_that_is_tied_to_something_also_without_the_tie() -> None:
    by_role = Counter(one.rol for one in BEZOEKERS)

    assert set(by_role) == set(Rol)
    for rol in (Rol.KETENPARTNER, Rol.LOKAAL_TEAM, Rol.GEMEENTE):
        ties = [one.ties for one in BEZOEKERS if one.rol is rol]
        assert any(ties)
        assert not all(ties)


def test_no_operation_lets_everybody_in() -> None:
    assert [name for name, row in HANDOVER.items() if set(row.values()) == {IN}] == []
