"""Help goes where its melding goes, is gone with its casus, and is behind the wall of who may see it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.handover.tables import metadata
from shared.db import in_transaction
from shared.events.payloads import CasusSamengevoegd
from tests.integration.handover.conftest import OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.palet import GEMIST, HULP, Who, ask, put_in_palet, step
from tests.integration.handover.test_dossierdeel import DOEL, SYSTEEM
from tests.integration.handover.test_overdrachten import TO_TEAM, besluit, melding
from tests.integration.handover.test_splitsen import merge, split
from tests.integration.handover.test_walls import as_, count
from tests.integration.shredded import opens, places_of, read_all, sealed_in, vernietigd, without_told

pytestmark = pytest.mark.anyio

GEHEIM = "Mevrouw Jansen-Canarie"


async def helped(room: HandoverRoom, casus_id: UUID, hulp: str) -> tuple[UUID, str, dict[str, Any]]:
    """Let the team accept a melding, start help, and note what is missing; return melding, overdracht and inzet."""
    melding_id = uuid4()
    decided = replace(besluit(room, TO_TEAM), melding_id=melding_id)
    await room.hear(casus_id, melding(room, melding_id=melding_id), decided)
    (mine,) = [row for row in await room.overdrachten() if row["meldingId"] == str(melding_id)]
    overdracht_id = str(mine["id"])
    assert (await room.call("POST", f"/overdrachten/{overdracht_id}/acceptatie", TEAM)).status_code == 201
    inzet = await ask(room, overdracht_id, hulp, toelichting=GEHEIM)
    refused = await ask(room, overdracht_id, hulp, toelichting=GEHEIM)
    body = {"reden": "geen-plaats", "toelichting": GEHEIM}
    assert (await step(room, refused["id"], "weigering", body=body)).status_code == 200
    assert (await step(room, inzet["id"], "start")).status_code == 200
    missing = GEMIST | {"fase": "acute-veiligheid"}
    assert (await room.call("POST", f"/overdrachten/{overdracht_id}/lacunes", TEAM, json=missing)).status_code == 201
    room.klok.advance(timedelta(hours=1))
    return melding_id, overdracht_id, inzet


async def casussen_of(room: HandoverRoom, path: str) -> dict[str, int]:
    """Return how many rows of a list stand in which casus."""
    rows = (await room.call("GET", path, VT)).json()["resultaten"]
    return {one: sum(row["casusId"] == one for row in rows) for one in sorted({row["casusId"] for row in rows})}


async def test_help_moves_with_its_melding_and_can_be_read_and_ended_there(handover: HandoverRoom) -> None:
    stays, gone = uuid4(), uuid4()
    hulp = (await put_in_palet(handover, plaatsen=9))["id"]
    await helped(handover, stays, hulp)
    theirs, _, inzet = await helped(handover, gone, hulp)

    await handover.hear(stays, merge(handover, gone, 1))
    assert await casussen_of(handover, "/inzetten") == {str(stays): 4}
    assert await casussen_of(handover, "/lacunes") == {str(stays): 4}
    handover.klok.advance(timedelta(hours=1))
    await handover.hear(stays, split(handover, gone, theirs, volgorde=2, herstelt=True))

    for path in ("/inzetten", "/lacunes"):
        assert await casussen_of(handover, path) == dict.fromkeys(sorted((str(stays), str(gone))), 2)
        assert len((await handover.call("GET", f"{path}?casusId={gone}", VT)).json()["resultaten"]) == 2
    # Sealed anew: when the other is destroyed, this one still opens.
    await handover.hear(stays, vernietigd(handover.klok()))
    seen = (await handover.call("GET", f"/inzetten/{inzet['id']}", TEAM)).json()
    assert (seen["toelichting"], seen["casusId"]) == (GEHEIM, str(gone))
    assert (await step(handover, inzet["id"], "afronding", body={"toelichting": GEHEIM})).status_code == 200


async def test_a_destroyed_file_leaves_no_help_and_its_place_is_free_again(handover: HandoverRoom) -> None:
    hulp = (await put_in_palet(handover, plaatsen=9))["id"]
    kept, gone, vanished = uuid4(), uuid4(), uuid4()
    _, _, other = await helped(handover, kept, hulp)
    untouched = await read_all(handover.made.engine, metadata)
    doomed = [await helped(handover, one, hulp) for one in (gone, vanished)]
    merged = CasusSamengevoegd(verdwenen_casus_id=vanished, melding_ids=(), samengevoegd_op=handover.klok())
    await handover.hear(gone, merged)
    before = await read_all(handover.made.engine, metadata)
    mine = {name: [row for row in before[name] if row not in untouched[name]] for name in ("inzet", "lacune")}
    sealed = sealed_in(mine["inzet"])

    await handover.hear(gone, vernietigd(handover.klok()))

    after = await read_all(handover.made.engine, metadata)
    assert {name: len(rows) for name, rows in mine.items()} == {"inzet": 4, "lacune": 4}
    assert len(sealed) == 6
    assert await opens(handover.made, sealed) == 0
    told: set[Any] = {row["id"] for rows in mine.values() for row in rows}
    assert without_told(places_of(after, told)) == set()
    assert places_of(after, {value[-16:] for value in sealed}) == set()
    assert {name: after[name] for name in ("inzet", "lacune", "interventie")} == {
        name: untouched[name] for name in ("inzet", "lacune", "interventie")
    }
    for _, _, inzet in doomed:
        assert (await handover.call("GET", f"/inzetten/{inzet['id']}", TEAM)).status_code == 404
        assert (await step(handover, inzet["id"], "afronding", body={})).status_code == 404
    assert (await handover.call("GET", f"/inzetten/{other['id']}", TEAM)).status_code == 200
    assert (await handover.call("GET", f"/interventies/{hulp}", VT)).json()["bezet"] == 1


async def test_an_answer_that_was_kept_is_not_given_of_a_file_that_is_gone(handover: HandoverRoom) -> None:
    casus_id = uuid4()
    hulp = (await put_in_palet(handover, plaatsen=9))["id"]
    _, overdracht_id, _ = await helped(handover, casus_id, hulp)
    body = {"interventieId": hulp, "doelgroep": "algemeen", "fase": "herstel", "instemming": True}
    for path, sent in (("inzetten", body), ("lacunes", GEMIST | {"nietPassend": True})):
        where = f"/overdrachten/{overdracht_id}/{path}"
        headers = {"Idempotency-Key": "een"}
        assert (await handover.call("POST", where, TEAM, json=sent, headers=headers)).is_success
    await handover.hear(casus_id, vernietigd(handover.klok()))

    for path, sent in (("inzetten", body), ("lacunes", GEMIST | {"nietPassend": True})):
        where = f"/overdrachten/{overdracht_id}/{path}"
        again = await handover.call("POST", where, TEAM, json=sent, headers={"Idempotency-Key": "een"})
        assert again.status_code == 404


async def test_an_afschrift_holds_the_help_of_a_casus_with_who_gives_it_as_a_text_that_intake_cuts(
    handover: HandoverRoom,
) -> None:
    casus_id = uuid4()
    await helped(handover, casus_id, (await put_in_palet(handover))["id"])

    answer = await handover.call("GET", f"/casussen/{casus_id}/dossier", SYSTEEM, headers=DOEL)

    parts = [part for part in answer.json()["resultaten"] if part["soort"] == "inzet"]
    assert [(part["velden"]["status"], part["teksten"]) for part in parts] == [
        ("gestart", [GEHEIM, "hulp-rijnmond"]),
        ("geweigerd", [GEHEIM, GEHEIM, "hulp-rijnmond"]),
    ]


# --- the wall --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "rows"),
    [
        (VT, [2, 2, 1]),
        (TEAM, [2, 2, 1]),
        (HULP, [2, 1, 1]),  # the refusal of its own help, and not what else was missing
        (OTHER_TEAM, [0, 0, 1]),
        (OTHER_PARTNER, [0, 0, 1]),
        (("gemeente", "hulp-rijnmond", ("0599",)), [0, 0, 1]),
        (("beheerder", "hulp-rijnmond", ()), [0, 0, 1]),
        (None, [0, 0, 0]),
    ],
)
async def test_the_database_itself_shows_help_to_who_asks_and_who_gives(
    handover: HandoverRoom, who: Who | None, rows: list[int]
) -> None:
    await helped(handover, uuid4(), (await put_in_palet(handover))["id"])

    async with as_(handover, who) as conn:
        assert [await count(conn, table) for table in ("inzet", "lacune", "interventie")] == rows


async def test_nobody_writes_help_across_the_wall(handover: HandoverRoom) -> None:
    await helped(handover, uuid4(), (await put_in_palet(handover))["id"])

    async with as_(handover, OTHER_PARTNER) as conn:
        changed = await conn.execute(text("UPDATE inzet SET status = 'aangevraagd'"))
        gone = await conn.execute(text("DELETE FROM lacune"))
        assert (changed.rowcount, gone.rowcount) == (0, 0)
    for statement in (
        "UPDATE inzet SET aanbieder_id = 'jbrr'",
        (
            "INSERT INTO lacune SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),"
            " NULL, '0599', 'algemeen', 'herstel', 'geen-plaats', now()"
        ),
    ):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with as_(handover, HULP) as conn:
                await conn.execute(text(statement))


async def test_what_is_counted_outside_the_wall_is_nothing_but_numbers(handover: HandoverRoom) -> None:
    hulp = (await put_in_palet(handover))["id"]
    await helped(handover, uuid4(), hulp)

    async with as_(handover, OTHER_PARTNER) as conn:
        rows = (await conn.execute(text("SELECT * FROM palet_bezetting(ARRAY[CAST(:id AS uuid)])"), {"id": hulp})).all()
    async with in_transaction(handover.made.engine) as conn:
        owner = (
            await conn.execute(text("SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'palet_bezetting'"))
        ).one()

    assert [tuple(row) for row in rows] == [(UUID(hulp), 1, 0)]
    assert tuple(owner) == (True, ["search_path=public, pg_temp"])
