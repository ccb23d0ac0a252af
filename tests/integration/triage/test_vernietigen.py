"""A file that is destroyed leaves nothing in triage but ids, codes and times; every other file stays as it was."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.triage.tables import metadata
from shared.chain import extend_chain, verify_audit
from shared.db import in_transaction
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.vernietigen import NotDestroyedError
from tests.integration.shredded import opens, places_of, read_all, sealed_in, vernietigd, without_told
from tests.integration.triage.room import TriageRoom
from tests.integration.triage.test_keys import CONTACT, a_full_casus

pytestmark = pytest.mark.anyio

OWN = ("contact", "veiligheidsvoorwaarde", "handeling")
OWN_TOLD = ("veiligheidsvoorwaarde",)  # its id stands in the facts of its checks


def destruction(triage: TriageRoom, casus_id: UUID) -> Event:
    return triage.event(Room.INTAKE, casus_id, vernietigd(triage.klok()))


async def test_a_destroyed_file_is_gone_and_another_is_whole(triage: TriageRoom) -> None:
    other_casus, casus_id, vanished = uuid4(), uuid4(), uuid4()
    others = await a_full_casus(triage, other_casus)
    untouched = await read_all(triage.made.engine, metadata)
    places = [await a_full_casus(triage, casus_id), await a_full_casus(triage, vanished)]
    await triage.hear(triage.merge(verdwenen=vanished, blijft=casus_id))
    before = await read_all(triage.made.engine, metadata)
    mine = {name: [row for row in before[name] if row not in untouched[name]] for name in before}
    sealed = sealed_in([row for name in (*OWN, "dossier", "dienst") for row in mine[name]])
    ids = {row["id"] for name in OWN if name not in OWN_TOLD for row in mine[name]}
    told = {row["id"] for name in ("dossier", "dienst", *OWN_TOLD) for row in mine[name]} | {casus_id, vanished}

    await triage.hear(destruction(triage, vanished))

    after = await read_all(triage.made.engine, metadata)
    assert (len(sealed), len(ids), await opens(triage.made, sealed)) == (12, 4, 0)
    assert places_of(after, [*ids, *sealed, *(value[-16:] for value in sealed)]) == set()
    assert without_told(places_of(after, told)) == set()
    assert {name: after[name] for name in (*OWN, "dossier", "dienst")} == {
        name: untouched[name] for name in (*OWN, "dossier", "dienst")
    }
    for path in others.values():
        assert "Canarie" in (await triage.get(path)).text, path
    for path in (path for found in places for path in found.values()):
        assert (await triage.get(path)).status_code == 404, path
    (record,) = after["vernietiging"]
    assert (record["casus_id"], record["verdwenen_ids"], record["verwijderde_sleutels"]) == (casus_id, [vanished], 2)
    assert record["gezochte_tabellen"] == len(metadata.sorted_tables)


async def test_the_audit_of_a_destroyed_file_stays_and_is_whole(triage: TriageRoom) -> None:
    casus_id = uuid4()
    await a_full_casus(triage, casus_id)
    before = await triage.rows("SELECT * FROM audit WHERE casus_id = :id", id=casus_id)
    async with in_transaction(triage.made.engine) as conn:
        assert await extend_chain(conn) >= len(before)

    await triage.hear(destruction(triage, casus_id))

    assert await triage.rows("SELECT * FROM audit WHERE casus_id = :id", id=casus_id) == before
    assert before
    assert (await verify_audit(triage.made.engine, triage.made.vault)).findings == ()


async def test_what_is_kept_where_nobody_thought_of_it_stops_the_destruction(triage: TriageRoom) -> None:
    casus_id, other = uuid4(), uuid4()
    places = await a_full_casus(triage, casus_id)
    await a_full_casus(triage, other)
    (contact,) = await triage.rows(
        "SELECT c.id FROM contact c JOIN dienst d ON d.id = dienst_id WHERE d.casus_id = :id", id=casus_id
    )
    await write(
        triage,
        "UPDATE dossier SET genoemd = jsonb_build_object('ook', CAST(:word AS text)) WHERE casus_id = :id",
        word=str(contact.id),
        id=other,
    )
    before = await read_all(triage.made.engine, metadata)

    with pytest.raises(NotDestroyedError, match=r"^dossier\.genoemd$"):
        await triage.hear(destruction(triage, casus_id))

    assert await read_all(triage.made.engine, metadata) == before
    for path in places.values():
        assert "Canarie" in (await triage.get(path)).text


async def write(triage: TriageRoom, statement: str, **values: Any) -> None:
    async with in_transaction(triage.made.engine) as conn:
        await conn.execute(text(statement), values)


async def test_facts_that_come_after_the_destruction_are_harmless(triage: TriageRoom) -> None:
    casus_id, vanished, stays = uuid4(), uuid4(), uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    await triage.receive(casus_id=vanished)
    await triage.hear(triage.merge(verdwenen=vanished, blijft=casus_id))
    await triage.hear(destruction(triage, casus_id))
    before = await read_all(triage.made.engine, metadata)

    await triage.hear(destruction(triage, casus_id))
    await triage.hear(triage.melding(casus_id=casus_id), triage.melding(casus_id=vanished))
    await triage.hear(triage.moment(melding_id, casus_id), triage.moment(melding_id, vanished))
    await triage.hear(triage.merge(verdwenen=vanished, blijft=casus_id))
    assert await read_all(triage.made.engine, metadata) == before
    await triage.receive(casus_id=stays)

    assert len(await triage.rows("SELECT * FROM dossier")) == 1


async def test_a_repetition_of_a_request_about_a_destroyed_file_finds_nothing(triage: TriageRoom) -> None:
    casus_id = uuid4()
    dienst = f"/diensten/{await triage.dienst('onderzoek', casus_id=casus_id)}/contacten"
    key = {"Idempotency-Key": "een-keer"}
    assert (await triage.post(dienst, CONTACT, **key)).status_code == 201

    await triage.hear(destruction(triage, casus_id))

    assert (await triage.post(dienst, CONTACT, **key)).status_code == 404
    assert await triage.rows("SELECT * FROM idempotentie WHERE antwoord IS NOT NULL") == []
