"""What triage holds goes with its meldingen when a casus is split, in whatever order rooms hear of it."""

import asyncio
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from sqlalchemy import LargeBinary, text

from services.triage.tables import metadata
from shared.db import in_transaction
from shared.keyring import destroy_keys
from shared.verhuizen import tables_of_meldingen
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio


async def worked_on(triage: TriageRoom, casus_id: UUID) -> tuple[UUID, str]:
    """Bring a melding to a dienst in which everything was written down that can be."""
    melding_id = await triage.receive(casus_id=casus_id)
    await triage.acuutcheck(melding_id)
    dienst_id = str((await triage.besluit(melding_id, "onderzoek")).json()["dienstId"])
    moment = triage.klok().isoformat()
    for path, body in (
        (
            f"/diensten/{dienst_id}/contacten",
            {"soort": "gesproken", "met": "ouder", "tijdstip": moment, "verslag": GEHEIM},
        ),
        (
            f"/diensten/{dienst_id}/veiligheidsvoorwaarden",
            {"omschrijving": GEHEIM, "eigenaar": "x", "controle": "y", "controleOp": "2026-04-01", "instemming": True},
        ),
        (
            f"/veiligheidsbeoordelingen/{melding_id}/handelingen",
            {"soort": "betrokkenen-geinformeerd", "tijdstip": moment, "toelichting": GEHEIM},
        ),
    ):
        answer = await triage.post(path, body)
        assert answer.status_code == 201, answer.text
    return melding_id, dienst_id


async def reads(triage: TriageRoom, melding_id: UUID, dienst_id: str) -> tuple[str | None, bool]:
    """Return the casus in which a melding and its dienst are read, and whether all of it opens."""
    seen = [await triage.get(path) for path in (f"/veiligheidsbeoordelingen/{melding_id}", f"/diensten/{dienst_id}")]
    if any(answer.status_code != 200 for answer in seen):
        return None, False
    (casus_id,) = {answer.json()["casusId"] for answer in seen}
    return casus_id, all(GEHEIM in answer.text for answer in seen)


async def test_what_was_written_of_a_split_melding_lives_and_dies_with_its_own_casus(triage: TriageRoom) -> None:
    for destroyed in ("the one that stayed", "the one that came back", "that one, before its split was heard"):
        stays, gone = uuid4(), uuid4()
        mine, theirs = await worked_on(triage, stays), await worked_on(triage, gone)
        await triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1))
        split = triage.split(stays, gone, theirs[0], volgorde=2, herstelt=True)
        goes, (left, other) = (stays, (theirs, mine)) if "stayed" in destroyed else (gone, (mine, theirs))
        if "before" not in destroyed:
            await triage.hear(split, split)
            assert await reads(triage, *mine) == (str(stays), True)
            assert await reads(triage, *theirs) == (str(gone), True)
            assert len((await triage.get(f"/diensten?casusId={gone}")).json()["resultaten"]) == 1
            async with in_transaction(triage.made.engine) as conn:
                await destroy_keys(conn, goes)
            assert (await reads(triage, *left))[1], destroyed

        await triage.hear(triage.destruction(goes, other[0], volgorde=3))
        await triage.hear(split)

        assert await reads(triage, *other) == (None, False), destroyed
        assert (await reads(triage, *left))[1], destroyed


async def test_in_whatever_order_merges_splits_and_meldingen_are_heard_each_ends_where_intake_has_it(
    triage: TriageRoom,
) -> None:
    stays, gone, new = uuid4(), uuid4(), uuid4()
    early, moved, late = uuid4(), uuid4(), uuid4()
    facts = {
        "early": triage.melding(melding_id=early, casus_id=stays),
        "moved": triage.melding(melding_id=moved, casus_id=gone),
        "merge": triage.merge(verdwenen=gone, blijft=stays, volgorde=1),
        "back": triage.split(stays, gone, moved, volgorde=2, herstelt=True),
        "late": triage.melding(melding_id=late, casus_id=gone),
        "off": triage.split(gone, new, moved, volgorde=3),
    }

    for order in list(permutations(facts))[::29]:
        await triage.hear(*(facts[name] for name in order))
        rows = await triage.rows("SELECT melding_id, casus_id FROM dossier")
        aliases = await triage.rows("SELECT * FROM casus_alias")

        assert {row.melding_id: row.casus_id for row in rows} == {early: stays, moved: new, late: gone}, order
        assert aliases == []
        await forget(triage)


async def forget(triage: TriageRoom) -> None:
    async with in_transaction(triage.made.engine) as conn:
        for table in ("dossier", "casus_plaats", "onderwerp_plaats"):
            await conn.execute(metadata.tables[table].delete())


def test_everything_that_is_sealed_for_a_casus_is_moved_with_its_melding() -> None:
    sealed = {table.name for table in metadata.sorted_tables for c in table.c if isinstance(c.type, LargeBinary)}
    of_the_room = {"audit", "audit_oud", "audit_keten", "idempotentie", "inbox_wachtend", "quarantaine", "sleutel"}

    assert sealed - tables_of_meldingen(metadata) - of_the_room == set()


async def test_what_is_written_beside_a_dossier_while_casussen_are_joined_goes_along(triage: TriageRoom) -> None:
    stays, gone = uuid4(), uuid4()
    await triage.receive(casus_id=stays)
    melding_id = await triage.receive(casus_id=gone)
    hold = text("SELECT 1 FROM dossier WHERE melding_id = :melding_id FOR UPDATE")
    # A table that comes before dossier by its name, and does not refer to it.
    write = text("INSERT INTO directbetrokkene (melding_id, nr, casus_id) VALUES (:melding_id, 7, :gone)")

    async with in_transaction(triage.made.engine) as conn:
        await conn.execute(hold, {"melding_id": melding_id})
        await conn.execute(write, {"melding_id": melding_id, "gone": gone})
        joining = asyncio.create_task(triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1)))
        await asyncio.sleep(0.5)
        waited = not joining.done()
    await joining

    rows = await triage.rows("SELECT DISTINCT casus_id FROM directbetrokkene WHERE melding_id = :id", id=melding_id)
    assert (waited, [row.casus_id for row in rows]) == (True, [stays])
