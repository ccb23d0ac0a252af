"""Who has to do with a casus, as each may know it of the others."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.handover.domain.overdracht import Status
from services.handover.domain.partijen import (
    Betrokkenheid,
    Kijker,
    Partij,
    PartijRol,
    parties,
    reached_through,
    shown_holder,
)
from services.handover.domain.vinden import Gezocht, InZicht, Treffer, VindUitkomst, tell
from services.handover.domain.zicht import Houder, Periode
from services.handover.partners.intake import IntakeOverHttp
from shared.errors import NotFoundError, OperationalError
from shared.rules.codes import BestemmingSoort
from shared.web.client import RoomClient

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
VT = Houder("vtrr", "veilig-thuis")
TEAM = Betrokkenheid("lokaal-team-0599", "lokaal-veld", Status.GEACCEPTEERD, NOW)
OPVANG = Betrokkenheid("opvang-a", "opvang", Status.GEACCEPTEERD, NOW + timedelta(days=1))
ASKED = Betrokkenheid("jbrr", "gecertificeerde-instelling", Status.AANGEBODEN, NOW + timedelta(days=2))
SHELTER_HOLDS = Periode(Houder("opvang-a", "opvang", UUID(int=1)), NOW, None)
OF_VT, OF_TEAM, OF_OPVANG = (
    Kijker("vtrr", ziet_alles=True),
    Kijker("lokaal-team-0599", ziet_alles=False),
    Kijker("opvang-a", ziet_alles=False),
)
R = PartijRol


def seen(kijker: Kijker, zicht: Periode | None = SHELTER_HOLDS) -> dict[str, tuple[PartijRol, ...]]:
    found = parties([ASKED, OPVANG, TEAM], zicht, kijker, veilig_thuis=VT)
    return {one.organisatie_id: one.rollen for one in found}


def test_veilig_thuis_knows_everybody_and_who_did_not_answer_yet() -> None:
    assert seen(OF_VT) == {
        "vtrr": (R.VEILIG_THUIS,),
        "lokaal-team-0599": (R.ONTVANGER,),
        "opvang-a": (R.ONTVANGER, R.ZICHT),
        "jbrr": (R.AANGEBODEN,),
    }


def test_a_shelter_is_not_there_for_others_and_as_holder_it_has_no_name() -> None:
    assert seen(OF_TEAM) == {
        "vtrr": (R.VEILIG_THUIS,),
        "lokaal-team-0599": (R.ONTVANGER,),
        "afgeschermd": (R.ZICHT,),
    }
    assert "opvang" not in str(parties([OPVANG, TEAM], SHELTER_HOLDS, OF_TEAM, veilig_thuis=VT))


def test_a_shelter_knows_itself_and_no_other_shelter() -> None:
    assert seen(OF_OPVANG) == {
        "vtrr": (R.VEILIG_THUIS,),
        "lokaal-team-0599": (R.ONTVANGER,),
        "opvang-a": (R.ONTVANGER, R.ZICHT),
    }
    other = Betrokkenheid("opvang-b", "opvang", Status.GEACCEPTEERD, NOW)
    assert "opvang-b" not in str(parties([other], None, OF_OPVANG, veilig_thuis=VT))


def test_veilig_thuis_stands_first_and_the_others_in_the_order_in_which_they_came() -> None:
    found = parties([ASKED, OPVANG, TEAM], None, OF_VT, veilig_thuis=VT)

    assert [one.organisatie_id for one in found] == ["vtrr", "lokaal-team-0599", "opvang-a", "jbrr"]
    assert found[0] == Partij("vtrr", "veilig-thuis", (R.VEILIG_THUIS,), None)
    assert found[1].sinds == NOW


def test_veilig_thuis_that_holds_is_one_party_with_two_roles() -> None:
    assert seen(OF_TEAM, Periode(VT, NOW, None))["vtrr"] == (R.VEILIG_THUIS, R.ZICHT)


def test_who_is_not_named_is_reached_through_veilig_thuis() -> None:
    assert reached_through(shown_holder(SHELTER_HOLDS.houder, OF_TEAM), veilig_thuis=VT) == "vtrr"
    assert reached_through(shown_holder(SHELTER_HOLDS.houder, OF_VT), veilig_thuis=VT) == "opvang-a"


@given(
    st.lists(
        st.builds(
            Betrokkenheid,
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from([soort.value for soort in BestemmingSoort]),
            st.sampled_from([Status.AANGEBODEN, Status.GEACCEPTEERD]),
            st.just(NOW),
        )
    ),
    st.sampled_from(["a", "b", "c", "d"]),
)
def test_nobody_outside_is_shown_a_shelter_that_is_not_his_nor_an_offer(
    betrokken: list[Betrokkenheid], kijker: str
) -> None:
    found = parties(betrokken, None, Kijker(kijker, ziet_alles=False), veilig_thuis=VT)

    assert all(one.organisatie_id == kijker for one in found if one.soort == "opvang")
    assert not any(R.AANGEBODEN in one.rollen for one in found)


# --- looking ----------------------------------------------------------------------------------------------------

FIRST, SECOND = UUID(int=1), UUID(int=2)


def held(casus_id: UUID, organisatie: str, in_casus: UUID | None = None) -> InZicht:
    return InZicht(casus_id, in_casus or casus_id, Houder(organisatie, "lokaal-veld"), NOW)


def test_who_is_surely_known_is_told_with_who_holds() -> None:
    found = tell([Treffer(FIRST, zeker=True), Treffer(SECOND, zeker=False)], [held(FIRST, "a"), held(SECOND, "b")])

    assert (found.uitkomst, found.houder) == (VindUitkomst.GEVONDEN, Houder("a", "lokaal-veld"))
    assert found.casus_ids == (FIRST,)


def test_who_is_perhaps_known_is_told_without_a_name() -> None:
    found = tell([Treffer(FIRST, zeker=False)], [held(FIRST, "a")])

    assert (found.uitkomst, found.houder, found.casus_ids) == (VindUitkomst.ONZEKER, None, (FIRST,))


def test_of_two_who_hold_none_is_named() -> None:
    found = tell([Treffer(FIRST, zeker=True), Treffer(SECOND, zeker=True)], [held(FIRST, "a"), held(SECOND, "b")])

    assert (found.uitkomst, found.houder) == (VindUitkomst.ONZEKER, None)
    assert found.casus_ids == (FIRST, SECOND)


def test_one_who_holds_two_casussen_is_named() -> None:
    found = tell([Treffer(FIRST, zeker=True), Treffer(SECOND, zeker=True)], [held(FIRST, "a"), held(SECOND, "a")])

    assert (found.uitkomst, found.houder) == (VindUitkomst.GEVONDEN, Houder("a", "lokaal-veld"))


def test_of_what_nobody_has_in_sight_any_more_nothing_is_told() -> None:
    found = tell([Treffer(FIRST, zeker=True)], [])

    assert (found.uitkomst, found.houder, found.casus_ids) == (VindUitkomst.NIET_GEVONDEN, None, ())


def test_a_casus_that_lives_in_another_is_told_as_that_one() -> None:
    found = tell([Treffer(SECOND, zeker=True)], [held(SECOND, "a", in_casus=FIRST)])

    assert (found.uitkomst, found.casus_ids) == (VindUitkomst.GEVONDEN, (FIRST,))


# --- what intake answers ----------------------------------------------------------------------------------------


@dataclass
class Answering:
    """A client of the other rooms that answers what the test says, and keeps what it was asked."""

    answer: object
    asked: list[tuple[str, object, str]] = field(default_factory=list)

    async def post(self, url: str, body: object, *, purpose: str) -> object:
        self.asked.append((url, body, purpose))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def ask_intake(client: Answering) -> tuple[Treffer, ...]:
    intake = IntakeOverHttp(cast("RoomClient", client), "http://intake.test")
    return asyncio.run(intake.find_casussen(Gezocht(bsn="999990019"), purpose="hulp-verlenen"))


def test_what_intake_knows_is_asked_in_a_body_and_read_whole() -> None:
    client = Answering(
        {"resultaten": [{"casusId": str(FIRST), "zeker": True}, {"casusId": str(SECOND), "zeker": False}]}
    )

    assert ask_intake(client) == (Treffer(FIRST, zeker=True), Treffer(SECOND, zeker=False))
    assert client.asked == [("http://intake.test/v1/casussen/_vind", {"bsn": "999990019"}, "hulp-verlenen")]


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"resultaten": "x"},
        {"resultaten": [{"casusId": str(FIRST)}]},
        {"resultaten": [{"casusId": "geen id", "zeker": True}]},
        NotFoundError("x"),
    ],
)
def test_half_an_answer_of_intake_is_no_answer(answer: object) -> None:
    with pytest.raises(OperationalError):
        ask_intake(Answering(answer))
