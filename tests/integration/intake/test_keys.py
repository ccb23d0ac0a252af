"""Everything about a casus opens with its own keys, in its own place, and never again once those are destroyed."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from services.intake.store import meldingen
from shared.db import in_transaction
from shared.keyring import ROOM_OWNER, Keyring, destroy_keys, keyring_for
from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import Intake

pytestmark = pytest.mark.anyio

EVA: dict[str, Any] = {"bsn": bsn(2), "voornamen": "Eva", "adres": None}
BEVESTIGD = {"besluit": "bevestigd", "motivering": "CANARY: zelfde gezin."}
ADVIES: dict[str, Any] = {
    "gemeenteCode": "0599",
    "aardGeweld": [],
    "kanaal": "telefoon",
    "uitkomst": "geadviseerd-te-melden",
}
SEALED = """
SELECT 'melding:melder:' || id AS place, casus_id, melder AS sealed FROM melding
UNION ALL SELECT 'melding:gegevens:' || id, casus_id, gegevens FROM melding
UNION ALL SELECT 'persoon:gegevens:' || p.id, m.casus_id, p.gegevens
          FROM persoon p JOIN melding m ON m.id = p.melding_id
UNION ALL SELECT 'koppelvoorstel:motivering:' || id, casus_id, motivering
          FROM koppelvoorstel WHERE motivering IS NOT NULL
UNION ALL SELECT 'advies:adviesvrager:' || id, id, adviesvrager FROM advies WHERE adviesvrager IS NOT NULL
ORDER BY 1
"""


async def ring(intake: Intake, sealed: list[bytes]) -> Keyring:
    async with in_transaction(intake.made.engine) as conn:
        return await keyring_for(conn, intake.made.vault, sealed)


async def merged(intake: Intake) -> tuple[str, str]:
    """Return the ids of a casus and of the one that went up in it."""
    first = await intake.melding(a_melding())
    intake.klok.advance(timedelta(minutes=1))
    second = await intake.melding(a_melding(a_person(**EVA)))
    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    path = f"/koppelvoorstellen/{voorstel['id']}/besluit"
    assert (await intake.call("PUT", path, BEVESTIGD, If_Match='"1"')).status_code == 200
    return first["casusId"], second["casusId"]


async def owners(intake: Intake) -> set[UUID]:
    rows = await intake.rows("SELECT DISTINCT eigenaar_id FROM sleutel WHERE eigenaar_id <> :room", room=ROOM_OWNER)
    return {row.eigenaar_id for row in rows}


async def test_each_sealed_value_opens_with_a_key_of_its_casus_and_at_its_place_only(intake: Intake) -> None:
    await intake.melding(a_melding())
    await intake.melding(a_melding(a_person(**EVA)))
    asked_by = {"categorie": "ggz", "toestemming": True, "naam": "Juf Fictief"}
    await intake.call("POST", "/adviezen", ADVIES | {"adviesvrager": asked_by})

    rows = await intake.rows(SEALED)
    assert len(rows) == 7
    for row in rows:
        keys = await ring(intake, [row.sealed])
        (key,) = keys.keys
        (owner,) = await intake.rows("SELECT eigenaar_id FROM sleutel WHERE id = :id", id=key)
        assert owner.eigenaar_id == row.casus_id
        assert keys.open(row.sealed, place=row.place)
        for other in rows:
            if other.place != row.place:
                with pytest.raises(InvalidTag):
                    keys.open(row.sealed, place=other.place)


async def test_a_value_that_was_moved_to_another_row_does_not_open_there(intake: Intake) -> None:
    first = await intake.melding(a_melding())
    second = await intake.melding(a_melding(a_person(**EVA)))
    async with in_transaction(intake.made.engine) as conn:
        rows = await intake.rows("SELECT gegevens FROM melding WHERE id = :id", id=UUID(first["id"]))
        await conn.exec_driver_sql("UPDATE melding SET gegevens = $1 WHERE id = $2", (rows[0][0], UUID(second["id"])))

    async with in_transaction(intake.made.engine) as conn:
        with pytest.raises(InvalidTag):
            await meldingen.load_meldingen(conn, intake.made.vault, melding_id=UUID(second["id"]))


async def test_a_melding_has_one_key_for_all_of_it(intake: Intake) -> None:
    await intake.melding(a_melding(a_person(), a_person(bsn=bsn(4), voornamen="Bob")))
    await intake.melding(a_melding())

    assert await intake.count("sleutel") == await intake.count("melding") == 2
    assert len(await owners(intake)) == 1


async def test_a_nameless_advies_needs_no_key(intake: Intake) -> None:
    answer = await intake.call("POST", "/adviezen", ADVIES | {"adviesvrager": {"categorie": "ggz"}})

    assert (answer.status_code, await intake.count("sleutel")) == (201, 0)


async def test_a_casus_that_goes_up_in_another_takes_its_keys_along(intake: Intake) -> None:
    stays, vanished = await merged(intake)

    assert await owners(intake) == {UUID(stays)}
    read = (await intake.call("GET", f"/casussen/{vanished}")).json()
    assert [len(melding["personen"]) for melding in read["meldingen"]] == [1, 1]


async def test_no_key_stays_with_a_casus_that_vanishes_while_meldingen_come_in(intake: Intake) -> None:
    first = await intake.melding(a_melding())
    intake.klok.advance(timedelta(minutes=1))
    await intake.melding(a_melding(a_person(**EVA)))
    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    path = f"/koppelvoorstellen/{voorstel['id']}/besluit"

    answer, *_ = await asyncio.gather(
        intake.call("PUT", path, BEVESTIGD, If_Match='"1"'),
        *(intake.melding(a_melding(a_person(**EVA))) for _ in range(8)),
    )

    assert answer.status_code == 200
    assert await owners(intake) == {UUID(first["casusId"])}
    assert await intake.count("sleutel") == await intake.count("melding") == 10


async def test_after_its_keys_are_destroyed_nothing_of_a_casus_opens_and_the_door_knows_it_no_more(
    intake: Intake,
) -> None:
    stays, vanished = await merged(intake)
    other = await intake.melding(a_melding(a_person(bsn=bsn(7), voornamen="Ver", geslachtsnaam="Weg", adres=None)))
    sealed = await intake.rows(SEALED)

    async with in_transaction(intake.made.engine) as conn:
        assert await destroy_keys(conn, UUID(stays)) == 2

    keys = await ring(intake, [row.sealed for row in sealed])
    for row in sealed:
        if row.casus_id == UUID(stays):
            with pytest.raises(KeyError):
                keys.open(row.sealed, place=row.place)
    (voorstel,) = await intake.rows("SELECT id FROM koppelvoorstel")
    (melding, *_) = await intake.rows("SELECT id FROM melding WHERE casus_id = :id", id=UUID(stays))
    for path in (
        f"casussen/{stays}",
        f"casussen/{vanished}",
        f"meldingen/{melding.id}",
        f"koppelvoorstellen/{voorstel.id}",
    ):
        answer = await intake.call("GET", f"/{path}")
        assert (answer.status_code, "CANARY" in answer.text) == (404, False)
    assert (await intake.call("GET", f"/casussen/{other['casusId']}")).status_code == 200
