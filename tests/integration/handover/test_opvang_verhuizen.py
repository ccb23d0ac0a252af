"""Shelter when casussen are joined, split and destroyed: what is sealed goes along, and the beds stay counted."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.handover.tables import metadata
from shared.db import in_transaction
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.opvang import (
    GEHEIM,
    KIND,
    MOEDER,
    a_family,
    ask,
    asked,
    begin,
    bezet,
    client,
    facts_of,
    placed,
    places,
    read,
    step,
    voorziening,
    wire,
)
from tests.integration.handover.test_splitsen import destruction, merge, split
from tests.integration.handover.test_walls import as_, count
from tests.integration.shredded import opens, places_of, read_all, sealed_in, vernietigd, without_told

pytestmark = pytest.mark.anyio

OWN = ("bekende_melding", "opvangaanvraag", "opvangclient", "opvangverblijf")


async def beds(room: HandoverRoom) -> list[int]:
    return [await bezet(room, one) for one in (await begin(room)).values()]


async def test_what_was_asked_goes_along_when_casussen_become_one_and_apart_again(handover: HandoverRoom) -> None:
    (stays, _), (gone, theirs) = await a_family(handover), await a_family(handover)
    aanvraag_id = await placed(handover, theirs)

    await handover.hear(stays, merge(handover, gone, 1))
    joined = await read(handover, aanvraag_id)
    asked_of = (await handover.call("GET", f"/opvang/aanvragen?casusId={gone}", VT)).json()["resultaten"]
    ready = await step(handover, aanvraag_id, "klaar", {"klaarSinds": wire(handover.klok()), "toelichting": GEHEIM})
    await handover.hear(stays, split(handover, gone, theirs, volgorde=2, herstelt=True))
    apart = await read(handover, aanvraag_id)

    assert (joined.json()["casusId"], ready.status_code) == (str(stays), 200)
    assert [row["id"] for row in asked_of] == [aanvraag_id]
    assert (apart.json()["casusId"], apart.text.count(GEHEIM)) == (str(gone), 2)
    assert await beds(handover) == [1, 1]
    # After the split the file of the one opens nothing of the other any more.
    await handover.hear(stays, destruction(handover, volgorde=3))
    assert GEHEIM in (await read(handover, aanvraag_id)).text


async def test_a_request_of_the_casus_that_was_destroyed_is_gone_and_its_beds_are_free(handover: HandoverRoom) -> None:
    _, other = await a_family(handover)
    kept = await placed(handover, other)
    untouched = await read_all(handover.made.engine, metadata)
    casus_id, melding_id = await a_family(handover)
    key = {"Idempotency-Key": "vernietigd"}
    aanvraag_id = (await ask(handover, melding_id, headers=key)).json()["id"]
    here = await begin(handover)
    both = ((MOEDER, here["crisisopvang-vrouwen"]), (KIND, here["crisisopvang-kinderen"]))
    assert (await step(handover, aanvraag_id, "plaatsing", places(handover, *both))).status_code == 200
    before = await read_all(handover.made.engine, metadata)
    mine = {name: [row for row in before[name] if row not in untouched[name]] for name in OWN}
    sealed = sealed_in([row for name in OWN for row in mine[name]])

    await handover.hear(casus_id, vernietigd(handover.klok()))

    after = await read_all(handover.made.engine, metadata)
    assert [len(rows) for rows in mine.values()] == [1, 1, 2, 2]
    assert await opens(handover.made, sealed) == 0
    assert {name: after[name] for name in OWN} == {name: untouched[name] for name in OWN}
    told = {row["id"] for name in ("opvangaanvraag", "opvangclient") for row in mine[name]} | {melding_id}
    assert without_told(places_of(after, told)) == set()
    stays = {row["id"] for row in mine["opvangverblijf"]} | {value[-16:] for value in sealed}
    assert places_of(after, stays) == set()
    assert (await read(handover, aanvraag_id)).status_code == 404
    assert (await ask(handover, melding_id, headers=key)).status_code == 404
    assert await beds(handover) == [1, 1]
    assert (await read(handover, kept)).status_code == 200


async def test_a_melding_that_is_told_again_after_it_moved_stays_where_it_is(handover: HandoverRoom) -> None:
    (stays, _), (gone, theirs) = await a_family(handover), await a_family(handover)
    await handover.hear(stays, merge(handover, gone, 1))
    await a_family(handover, gone)

    async with in_transaction(handover.made.engine) as conn:
        rows = await conn.execute(text("SELECT melding_id, casus_id FROM bekende_melding"))
        homes = {row.melding_id: row.casus_id for row in rows.all()}

    assert homes[theirs] == stays
    assert set(homes.values()) == {stays}


# --- the walls ---------------------------------------------------------------------------------------------------


async def seen_by(room: HandoverRoom, who: Any) -> list[int]:
    async with as_(room, who) as conn:
        return [await count(conn, table) for table in ("opvangvoorziening", *OWN)]


async def test_behind_the_wall_a_shelter_has_its_own_and_a_team_no_bed_at_all(handover: HandoverRoom) -> None:
    await voorziening(handover, "safehouse", organisatieId="jbrr")
    casus_id, melding_id = await a_family(handover)
    await placed(handover, melding_id)
    await asked(handover, (await a_family(handover))[1], client(MOEDER), organisatieId="jbrr")

    seen = {who[1]: await seen_by(handover, who) for who in (VT, OPVANG, OTHER_PARTNER, TEAM, OTHER_TEAM)}

    assert seen == {
        "vtrr": [3, 2, 2, 3, 2],
        OPVANG[1]: [2, 0, 1, 2, 2],
        OTHER_PARTNER[1]: [1, 0, 1, 1, 0],
        TEAM[1]: [0, 2, 2, 3, 0],
        OTHER_TEAM[1]: [0, 0, 0, 0, 0],
    }
    async with as_(handover, OPVANG) as conn:
        held = text("SELECT count(*) FROM casus WHERE casus_id = :id")
        assert (await conn.execute(held, {"id": casus_id})).scalar_one() == 1
        moved = text("UPDATE opvangverblijf SET plek = 9 WHERE melding_id <> :id")
        assert (await conn.execute(moved, {"id": melding_id})).rowcount == 0


async def test_a_shelter_takes_steps_in_a_casus_that_went_up_in_another_while_it_looked(handover: HandoverRoom) -> None:
    (stays, _), (gone, theirs) = await a_family(handover), await a_family(handover)
    aanvraag_id = await asked(handover, theirs)
    await handover.hear(stays, merge(handover, gone, 1))

    answer = await step(handover, aanvraag_id, "wachten", {"sinds": wire(handover.klok())})

    assert (answer.status_code, answer.json()["casusId"]) == (200, str(stays))


# --- whatever happens --------------------------------------------------------------------------------------------

_BEDS = 2
_ANYTHING = st.lists(
    st.tuples(st.sampled_from(["in", "out", "join", "part", "destroy"]), st.integers(0, 2)), max_size=9
)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(_ANYTHING)
async def test_beds_taken_are_the_people_placed_through_every_merge_split_and_destruction(
    handover: HandoverRoom, history: list[tuple[str, int]]
) -> None:
    few = await voorziening(handover, "safehouse", plaatsen=_BEDS)
    families = [await a_family(handover) for _ in range(3)]
    requests = [await asked(handover, melding_id, client(MOEDER)) for _, melding_id in families]
    head, volgorde = families[0][0], 0
    joined: set[int] = set()
    gone: set[int] = set()
    inside: set[int] = set()
    left: set[int] = set()

    for name, which in history:
        casus_id, melding_id = families[which]
        if which in gone:
            continue
        volgorde += 1
        if name == "in":
            answer = await step(handover, requests[which], "plaatsing", places(handover, (MOEDER, few)))
            expected = 200 if len(inside) < _BEDS and which not in inside | left else 409
            assert answer.status_code == expected, answer.text
            inside |= {which} if expected == 200 else set()
        elif name == "out":
            body = {"uitgestroomdOp": wire(handover.klok()), "naar": "onbekend"}
            if (await step(handover, requests[which], "uitstroom", body)).status_code == 200:
                inside.discard(which)
                left.add(which)
        elif name == "join" and which and which not in joined and 0 not in gone:
            await handover.hear(head, merge(handover, casus_id, volgorde))
            joined.add(which)
        elif name == "part" and which in joined:
            await handover.hear(head, split(handover, casus_id, melding_id, volgorde=volgorde, herstelt=True))
            joined.discard(which)
        elif name == "destroy" and not joined:
            await handover.hear(casus_id, vernietigd(handover.klok()))
            gone.add(which)
            inside.discard(which)
        handover.klok.advance(timedelta(minutes=1))
        assert await bezet(handover, few) == len(inside) <= _BEDS
    assert [name for name, _ in await facts_of(handover)].count("opvang-geplaatst") >= len(inside)
