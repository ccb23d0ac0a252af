"""What somebody wrote down opens with the keys of its casus, in its own place, and never again without those."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag

from shared.db import in_transaction
from shared.keyring import ROOM_OWNER, Keyring, destroy_keys, keyring_for
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

SEALED = """
SELECT 'dossier:acuutcheck_tekst:' || id AS place, casus_id, acuutcheck_tekst AS sealed FROM dossier
UNION ALL SELECT 'dossier:besluit_tekst:' || id, casus_id, besluit_tekst FROM dossier
UNION ALL SELECT 'dienst:conclusie_tekst:' || id, casus_id, conclusie_tekst FROM dienst
UNION ALL SELECT 'contact:verslag:' || c.id, casus_id, verslag FROM contact c JOIN dienst d ON d.id = dienst_id
UNION ALL SELECT 'veiligheidsvoorwaarde:tekst:' || v.id, casus_id, tekst
          FROM veiligheidsvoorwaarde v JOIN dienst d ON d.id = dienst_id
UNION ALL SELECT 'handeling:toelichting:' || h.id, casus_id, toelichting
          FROM handeling h JOIN dossier d ON d.melding_id = h.melding_id
ORDER BY 1
"""
CONTACT = {"soort": "gesproken", "met": "kind", "tijdstip": "2026-03-02T08:00:00Z", "verslag": GEHEIM}
VOORWAARDE = {"omschrijving": GEHEIM, "eigenaar": "ik", "controle": "bellen", "controleOp": "2026-04-01"}
HANDELING = {"soort": "betrokkenen-geinformeerd", "tijdstip": "2026-03-02T08:00:00Z", "toelichting": GEHEIM}


async def a_full_casus(triage: TriageRoom, casus_id: UUID) -> dict[str, str]:
    """Write in every field of a casus, and return where each of it is read."""
    melding_id = uuid4()
    dossier = f"/veiligheidsbeoordelingen/{melding_id}"
    dienst = f"/diensten/{await triage.dienst('voorwaarden-en-vervolg', melding_id=melding_id, casus_id=casus_id)}"
    found = {"dossier": dossier, "dienst": dienst}
    for name, path, body in (
        ("contact", f"{dienst}/contacten", CONTACT),
        ("voorwaarde", f"{dienst}/veiligheidsvoorwaarden", VOORWAARDE),
        ("handeling", f"{dossier}/handelingen", HANDELING),
    ):
        answer = await triage.post(path, body)
        assert answer.status_code == 201, answer.text
        found[name] = answer.headers["Location"].removeprefix("/v1")
    answer = await triage.conclude(dienst.rpartition("/")[2], "voorwaarden-vastgesteld")
    assert answer.status_code == 200, answer.text
    return found


async def ring(triage: TriageRoom, rows: Any) -> Keyring:
    async with in_transaction(triage.made.engine) as conn:
        return await keyring_for(conn, triage.made.vault, [row.sealed for row in rows])


async def owners(triage: TriageRoom) -> set[UUID]:
    rows = await triage.rows("SELECT DISTINCT eigenaar_id FROM sleutel WHERE eigenaar_id <> :room", room=ROOM_OWNER)
    return {row.eigenaar_id for row in rows}


async def test_each_sealed_value_opens_with_a_key_of_its_casus_and_at_its_place_only(triage: TriageRoom) -> None:
    one, other = uuid4(), uuid4()
    await a_full_casus(triage, one)
    await a_full_casus(triage, other)

    rows = await triage.rows(SEALED)
    assert len(rows) == 12
    for row in rows:
        keys = await ring(triage, [row])
        (owner,) = await triage.rows("SELECT eigenaar_id FROM sleutel WHERE id = :id", id=next(iter(keys.keys)))
        assert owner.eigenaar_id == row.casus_id
        assert keys.open(row.sealed, place=row.place)
        for elsewhere in rows:
            if elsewhere.place != row.place:
                with pytest.raises(InvalidTag):
                    keys.open(row.sealed, place=elsewhere.place)
    assert await owners(triage) == {one, other}


async def test_a_casus_that_goes_up_in_another_takes_its_keys_along(triage: TriageRoom) -> None:
    stays, vanished = uuid4(), uuid4()
    await a_full_casus(triage, stays)
    places = await a_full_casus(triage, vanished)

    await triage.hear(triage.merge(verdwenen=vanished, blijft=stays))

    assert await owners(triage) == {stays}
    for path in places.values():
        answer = await triage.get(path)
        assert answer.status_code == 200, path
        assert "Canarie" in answer.text


async def test_what_comes_in_after_a_merge_is_sealed_for_the_casus_that_stays(triage: TriageRoom) -> None:
    stays, vanished = uuid4(), uuid4()
    await triage.hear(triage.merge(verdwenen=vanished, blijft=stays))

    await triage.acuutcheck(await triage.receive(casus_id=vanished))

    assert await owners(triage) == {stays}


async def test_after_its_keys_are_destroyed_nothing_of_a_casus_opens_and_the_door_knows_it_no_more(
    triage: TriageRoom,
) -> None:
    casus_id, other = uuid4(), uuid4()
    places = await a_full_casus(triage, casus_id)
    kept = await a_full_casus(triage, other)
    rows = await triage.rows(SEALED)

    async with in_transaction(triage.made.engine) as conn:
        assert await destroy_keys(conn, casus_id) == 1

    keys = await ring(triage, rows)
    for row in rows:
        if row.casus_id == casus_id:
            with pytest.raises(KeyError):
                keys.open(row.sealed, place=row.place)
    for path in places.values():
        answer = await triage.get(path)
        assert (answer.status_code, "Canarie" in answer.text) == (404, False), path
    for path in kept.values():
        assert (await triage.get(path)).status_code == 200, path


async def test_a_list_of_diensten_opens_nothing(triage: TriageRoom) -> None:
    casus_id = uuid4()
    await a_full_casus(triage, casus_id)
    async with in_transaction(triage.made.engine) as conn:
        await destroy_keys(conn, casus_id)

    answer = await triage.get(f"/diensten?casusId={casus_id}")

    assert [one["conclusie"] for one in answer.json()["resultaten"]] == ["voorwaarden-vastgesteld"]


async def test_a_first_answer_is_given_again_and_recorded_for_as_long_as_its_casus_is_there(
    triage: TriageRoom,
) -> None:
    casus_id = uuid4()
    dienst_id = await triage.dienst("onderzoek", casus_id=casus_id)
    path = f"/diensten/{dienst_id}/contacten"
    first = await triage.post(path, CONTACT, **{"Idempotency-Key": "een"})
    again = await triage.post(path, CONTACT, **{"Idempotency-Key": "een"})
    async with in_transaction(triage.made.engine) as conn:
        await conn.exec_driver_sql("DELETE FROM contact")
        await conn.exec_driver_sql("DELETE FROM dienst")

    gone = await triage.post(path, CONTACT, **{"Idempotency-Key": "een"})

    assert (first.status_code, again.content, gone.status_code) == (201, first.content, 404)
    rows = await triage.rows(
        "SELECT actie, object_soort, object_id, casus_id FROM audit WHERE object_soort = 'contact' ORDER BY id"
    )
    made = UUID(first.json()["id"])
    assert [tuple(row) for row in rows] == [
        ("vastgelegd", "contact", made, casus_id),
        ("herhaald", "contact", made, casus_id),
    ]
