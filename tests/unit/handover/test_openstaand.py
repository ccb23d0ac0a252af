"""What waits on either side, as a table: nothing in it may be forgotten."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.handover.domain.openstaand import SOORTEN, TERMIJN_VAN, OpenItem, OpenSoort, Zijde, kinds_of
from services.handover.store.openbronnen import BRONNEN
from shared.rules.codes import Rol
from shared.rules.plancodes import MAAKT_PLAN

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_DOORS = json.loads(Path("services/handover/openapi.json").read_text())["paths"]


def item(uiterlijk: datetime | None, soort: OpenSoort = OpenSoort.AANBOD) -> OpenItem:
    return OpenItem(
        soort=soort,
        id=UUID(int=1),
        overdracht_id=UUID(int=2),
        casus_id=UUID(int=3),
        gemeente_code="0599",
        organisatie_id="lokaal-team-0599",
        sinds=NOW - timedelta(days=1),
        uiterlijk=uiterlijk,
        behandelaar=None,
    )


def test_every_kind_has_a_side_and_a_source() -> None:
    assert set(SOORTEN) == set(BRONNEN) == set(OpenSoort)
    partner, team = (set(kinds_of(Zijde.ONTVANGER, rol)) for rol in (Rol.KETENPARTNER, Rol.LOKAAL_TEAM))
    veilig_thuis = set(kinds_of(Zijde.VEILIG_THUIS, Rol.VT_MEDEWERKER))
    assert partner | veilig_thuis == set(OpenSoort)
    assert not partner & veilig_thuis
    # Nobody asks a local team for a place in a shelter.
    assert partner - team == {OpenSoort.OPVANGAANVRAAG, OpenSoort.OPVANG_KLAAR}
    assert team <= partner


def test_every_kind_says_which_term_it_answers_to_and_has_a_moment_for_it() -> None:
    with_moment = {soort for soort, bron in BRONNEN.items() if bron.uiterlijk is not None}

    assert set(TERMIJN_VAN) == set(OpenSoort)
    assert {soort for soort, termijn in TERMIJN_VAN.items() if termijn} == with_moment - {OpenSoort.GESPREK}
    answered = [termijn for termijn in TERMIJN_VAN.values() if termijn]
    assert len(answered) == len(set(answered))


@pytest.mark.parametrize("soort", OpenSoort)
def test_every_kind_points_at_a_door_that_can_be_read(soort: OpenSoort) -> None:
    link = item(None, soort).link
    doors = {path for path, methods in _DOORS.items() if "get" in methods}

    assert any(re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", door), link.removeprefix("/v1")) for door in doors), link


@pytest.mark.parametrize("bron", BRONNEN.values(), ids=lambda bron: str(bron.open_)[:40])
def test_what_is_open_is_written_out_so_that_a_partial_index_serves_it(bron: object) -> None:
    assert ":" not in str(getattr(bron, "open_", ""))


def test_a_plan_is_waited_for_from_whoever_must_make_one() -> None:
    named = set(re.findall(r"'([a-z-]+)'", str(BRONNEN[OpenSoort.PLAN].open_).partition("NOT IN")[2].partition(")")[0]))

    assert named == {soort.value for soort, makes in MAAKT_PLAN.items() if not makes}


def test_it_is_late_from_the_first_moment_that_is_too_late() -> None:
    assert item(NOW).is_late(NOW)
    assert not item(NOW + timedelta(microseconds=1)).is_late(NOW)
    assert not item(None).is_late(NOW)


def test_what_has_no_term_stands_where_it_began_to_wait() -> None:
    assert item(NOW).op == NOW
    assert item(None).op == NOW - timedelta(days=1)
