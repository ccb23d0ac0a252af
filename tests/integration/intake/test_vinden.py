"""In which casussen somebody is known, told to another room: ids, how sure it is, and nothing that was opened."""

from typing import Any

import pytest

from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import Intake

pytestmark = pytest.mark.anyio

PURPOSE = {"X_Doelbinding": "hulp-verlenen"}
NAMED = {"geslachtsnaam": "Voorbeeldzeldzaam", "voornamen": "Fictianne", "geboortedatum": "1987-03-04"}


async def find(intake: Intake, rol: str = "systeem", **asked: Any) -> Any:
    return await intake.call("POST", "/casussen/_vind", asked, rol=rol, **PURPOSE)


async def found(intake: Intake, **asked: Any) -> dict[str, bool]:
    answer = await find(intake, **asked)
    assert answer.status_code == 200, answer.text
    return {one["casusId"]: one["zeker"] for one in answer.json()["resultaten"]}


async def test_a_number_finds_every_casus_in_which_it_stands_and_surely(intake: Intake) -> None:
    mine = await intake.melding(a_melding(a_person(bsn=bsn(1))))
    await intake.melding(a_melding(a_person(bsn=bsn(2), geslachtsnaam="Ander", voornamen="Iemand")))

    assert await found(intake, bsn=bsn(1)) == {mine["casusId"]: True}
    assert await found(intake, bsn=bsn(3)) == {}


async def test_a_rare_name_with_its_birth_date_is_sure_and_half_of_it_is_not(intake: Intake) -> None:
    mine = await intake.melding(a_melding(a_person(bsn=None, **NAMED)))

    assert await found(intake, **NAMED) == {mine["casusId"]: True}
    assert await found(intake, **NAMED | {"geslachtsnaam": "van VOORBEELDZELDZAAM"}) == {mine["casusId"]: True}
    assert await found(intake, **NAMED | {"voornamen": "Nietianne"}) == {mine["casusId"]: False}
    assert await found(intake, **NAMED | {"geboortedatum": "1987-03-05"}) == {}


async def test_who_is_there_by_profession_is_not_found(intake: Intake) -> None:
    professional = a_person(bsn=bsn(1), rol="hulpverlener", **NAMED)
    await intake.melding(a_melding(a_person(bsn=bsn(2), geslachtsnaam="Ander", voornamen="Iemand"), professional))

    assert await found(intake, **NAMED) == await found(intake, bsn=bsn(1)) == {}


async def test_a_number_that_is_none_finds_nobody(intake: Intake) -> None:
    await intake.melding(a_melding(a_person(bsn="123456789", geslachtsnaam="Ander", voornamen="Iemand")))

    assert await found(intake, bsn="123456789") == {}


async def test_nothing_is_told_of_a_casus_whose_use_was_limited(intake: Intake) -> None:
    mine = await intake.melding(a_melding(a_person(bsn=bsn(1))))
    assert await found(intake, bsn=bsn(1)) == {mine["casusId"]: True}
    async with intake.made.engine.begin() as conn:
        await conn.exec_driver_sql("UPDATE casus SET beperkt_op = now()")

    assert await found(intake, bsn=bsn(1)) == {}


async def test_each_casus_that_was_found_has_it_in_its_log_and_a_miss_stands_there_too(intake: Intake) -> None:
    mine = await intake.melding(a_melding(a_person(bsn=bsn(1))))
    await found(intake, bsn=bsn(1))
    await found(intake, bsn=bsn(3))

    rows = await intake.rows("SELECT * FROM audit WHERE actie = 'casus-vinden' ORDER BY id")

    assert [(str(row.casus_id), row.resultaat) for row in rows] == [
        (mine["casusId"], "gelukt"),
        ("None", "niet-gevonden"),
    ]
    assert {row.doel for row in rows} == {"hulp-verlenen"}
    assert not {bsn(1), bsn(3)} & {str(value) for row in rows for value in row}


async def test_only_another_room_asks_and_it_names_its_purpose(intake: Intake) -> None:
    for rol in ("vt-medewerker", "ketenpartner", "lokaal-team", "gemeente", "beheerder"):
        assert (await find(intake, rol, bsn=bsn(1))).status_code == 403
    assert (await intake.call("POST", "/casussen/_vind", {"bsn": bsn(1)}, rol="systeem")).status_code == 400


@pytest.mark.parametrize("asked", [{}, {"bsn": bsn(1), **NAMED}, {"geslachtsnaam": "Voorbeeld"}, {"kenmerk": "x"}])
async def test_a_question_that_is_not_whole_is_refused(intake: Intake, asked: dict[str, Any]) -> None:
    assert (await find(intake, **asked)).status_code == 400
