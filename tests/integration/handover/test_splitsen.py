"""What handover holds goes with its meldingen when a casus is split, and each casus has one holder of sight again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import LargeBinary, text

from services.handover.tables import metadata
from shared.db import in_transaction
from shared.events.payloads import CasusAfgesloten, CasusGesplitst, CasusSamengevoegd, CasusVernietigd, Fact
from shared.rules.codes import VernietigingReden
from shared.verhuizen import tables_of_meldingen
from tests.integration.handover.conftest import TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import TO_OPVANG, TO_TEAM, besluit, melding

pytestmark = pytest.mark.anyio

GEHEIM = "Mevrouw Jansen-Canarie"


def merge(room: HandoverRoom, gone: UUID, volgorde: int) -> CasusSamengevoegd:
    return CasusSamengevoegd(verdwenen_casus_id=gone, melding_ids=(), samengevoegd_op=room.klok(), volgorde=volgorde)


def split(room: HandoverRoom, naar: UUID, *meldingen: UUID, volgorde: int, herstelt: bool = False) -> CasusGesplitst:
    return CasusGesplitst(
        nieuwe_casus_id=naar,
        melding_ids=meldingen,
        gesplitst_op=room.klok(),
        herstelt_samenvoeging=herstelt,
        volgorde=volgorde,
    )


async def offered(room: HandoverRoom, casus_id: UUID) -> tuple[UUID, str]:
    """Offer a melding to the local team and to a shelter; return it with the overdracht of the team."""
    melding_id = uuid4()
    decided = replace(besluit(room, TO_TEAM, TO_OPVANG), melding_id=melding_id)
    await room.hear(casus_id, melding(room, melding_id=melding_id), decided)
    (mine,) = [row for row in await room.overdrachten() if row["meldingId"] == str(melding_id) and row["draagtZicht"]]
    return melding_id, str(mine["id"])


async def test_what_was_written_at_a_step_goes_along_with_a_merge_and_with_a_split(handover: HandoverRoom) -> None:
    stays, gone = uuid4(), uuid4()
    await offered(handover, stays)
    theirs, offer = await offered(handover, gone)
    why = {"reden": "anders", "toelichting": GEHEIM}
    assert (await handover.call("POST", f"/overdrachten/{offer}/intrekking", VT, json=why)).status_code == 201

    await handover.hear(stays, merge(handover, gone, 1))
    as_one = await seen(handover, offer, VT)
    await handover.hear(stays, split(handover, gone, theirs, volgorde=2, herstelt=True))
    await handover.hear(stays, destruction(handover, volgorde=3))

    after = await seen(handover, offer, VT)
    assert (as_one["casusId"], after["casusId"]) == (str(stays), str(gone))
    assert [[one["tekst"] for one in read["bijStappen"]] for read in (as_one, after)] == [[GEHEIM], [GEHEIM]]


async def holders(room: HandoverRoom, casus_id: UUID) -> list[str]:
    return [periode["organisatieId"] for periode in (await room.zicht(casus_id))["geschiedenis"]]


async def seen(room: HandoverRoom, overdracht_id: str, who: Any = TEAM) -> dict[str, Any]:
    answer = await room.call("GET", f"/overdrachten/{overdracht_id}", who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_each_casus_has_its_own_overdrachten_holder_and_keys_after_a_split(handover: HandoverRoom) -> None:
    for destroyed in ("old", "new"):
        await split_and_destroy(handover, destroyed)


async def split_and_destroy(handover: HandoverRoom, destroyed: str) -> None:
    stays, gone = uuid4(), uuid4()
    (mine, my_offer), (theirs, their_offer) = await offered(handover, stays), await offered(handover, gone)
    handover.klok.advance(timedelta(hours=1))
    accepting = {"naam": GEHEIM, "toelichting": GEHEIM, "warm": True}
    for offer in (my_offer, their_offer):
        path = f"/overdrachten/{offer}/acceptatie"
        if offer == their_offer or destroyed == "new":
            assert (await handover.call("POST", path, TEAM, json=accepting)).status_code == 201
    handover.klok.advance(timedelta(hours=1))
    await handover.hear(stays, merge(handover, gone, 1))
    handover.klok.advance(timedelta(hours=1))
    handover.rooms.naam = "Beide-families"
    assert "Beide-families" in str(await seen(handover, their_offer))
    await seen(handover, my_offer)

    await handover.hear(stays, split(handover, gone, theirs, volgorde=2, herstelt=True))

    handover.rooms.naam = "Eigen-familie"
    both = {"vtrr", "lokaal-team-0599"} if destroyed == "new" else {"vtrr"}
    assert (set(await holders(handover, stays)), await holders(handover, gone)) == (both, ["vtrr", "lokaal-team-0599"])
    rows = {row["meldingId"]: row["casusId"] for row in await handover.overdrachten()}
    assert (rows[str(mine)], rows[str(theirs)]) == (str(stays), str(gone))
    # What showed both families is given to nobody any more; Veilig Thuis still reads who accepted.
    for offer in (my_offer, their_offer):
        assert "Beide-families" not in str(await seen(handover, offer))
    assert GEHEIM in str(await seen(handover, their_offer, VT))

    goes, out, left, offer = (stays, mine, gone, their_offer) if destroyed == "old" else (gone, theirs, stays, my_offer)
    await handover.hear(goes, destruction(handover, out, volgorde=3))

    assert GEHEIM in str(await seen(handover, offer, VT))
    standing = {row["casusId"] for row in await handover.overdrachten()}
    assert (str(left) in standing, str(goes) in standing) == (True, False)
    async with in_transaction(handover.made.engine) as conn:
        found = await conn.execute(text("SELECT mede_casus_ids FROM pakket WHERE overdracht_id = :id"), {"id": offer})
        assert found.scalars().all() == [[]]


def destruction(room: HandoverRoom, *meldingen: UUID, volgorde: int) -> CasusVernietigd:
    return CasusVernietigd(
        vernietiging_id=uuid4(),
        reden=VernietigingReden.VERZOEK,
        vernietigd_op=room.klok(),
        volgorde=volgorde,
        melding_ids=meldingen,
    )


async def test_in_whatever_order_rooms_are_heard_the_holders_of_both_casussen_are_the_same(
    handover: HandoverRoom,
) -> None:
    stays, gone = uuid4(), uuid4()
    mine, theirs = uuid4(), uuid4()
    start = handover.klok()
    facts: dict[str, tuple[UUID, Fact]] = {
        "mine": (stays, melding(handover, melding_id=mine)),
        "theirs": (gone, melding(handover, melding_id=theirs)),
    }
    handover.klok.advance(timedelta(hours=1))
    facts["merge"] = (stays, merge(handover, gone, 1))
    # Decided in a room that has not heard of the split yet.
    facts["besluit"] = (stays, replace(besluit(handover, TO_TEAM), melding_id=theirs))
    handover.klok.advance(timedelta(hours=1))
    facts["closing"] = (stays, CasusAfgesloten(afgesloten_op=handover.klok(), reden="geen-vervolg"))
    handover.klok.advance(timedelta(hours=1))
    facts["back"] = (stays, split(handover, gone, theirs, volgorde=2, herstelt=True))

    for order in list(permutations(facts))[::29]:
        await hear(handover, [facts[name] for name in order])

        (offer,) = await handover.overdrachten()
        assert (offer["casusId"], offer["meldingId"]) == (str(gone), str(theirs)), order
        perioden = {casus_id: (await handover.zicht(casus_id))["geschiedenis"] for casus_id in (stays, gone)}
        spans = {key: [(one["vanaf"], one["tot"]) for one in found] for key, found in perioden.items()}
        begin, end = f"{start:%Y-%m-%dT%H:%M:%SZ}", f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
        assert spans == {stays: [(begin, end)], gone: [(begin, None)]}, order
        async with in_transaction(handover.made.engine) as conn:
            for table in (
                "taak",
                "overdracht_stap",
                "levering",
                "overdracht",
                "zicht",
                "zicht_feit",
                "casus",
                "casus_alias",
                "casus_plaats",
                "onderwerp_plaats",
            ):
                await conn.execute(metadata.tables[table].delete())


async def hear(room: HandoverRoom, facts: Sequence[tuple[UUID, Fact]]) -> None:
    for casus_id, payload in facts:
        await room.hear(casus_id, payload)


async def test_who_sees_to_an_overdracht_goes_with_it_through_a_merge_and_a_split(handover: HandoverRoom) -> None:
    stays, gone = uuid4(), uuid4()
    (_, mine), (theirs, their_offer) = await offered(handover, stays), await offered(handover, gone)
    path, body = f"/overdrachten/{their_offer}/behandelaar", {"medewerkerId": "mij"}
    assert (await handover.call("PUT", path, TEAM, json=body, headers={"If-Match": "*"})).status_code == 200
    before = (await handover.call("GET", path, TEAM)).json()

    for step in (merge(handover, gone, 1), split(handover, gone, theirs, volgorde=2, herstelt=True)):
        handover.klok.advance(timedelta(hours=1))
        await handover.hear(stays, step)

        assert (await handover.call("GET", path, TEAM)).json() == before
        waiting = (await handover.call("GET", "/openstaand", TEAM)).json()["resultaten"]
        home = stays if isinstance(step, CasusSamengevoegd) else gone
        assert {item["id"]: item["casusId"] for item in waiting} == {mine: str(stays), their_offer: str(home)}


def test_everything_that_is_sealed_for_a_casus_is_moved_with_its_melding_or_its_overdracht() -> None:
    sealed = {table.name for table in metadata.sorted_tables for c in table.c if isinstance(c.type, LargeBinary)}
    of_the_room = {
        "organisatie_contact",
        "leveradres",
        "leveradres_geheim",
        "audit",
        "audit_oud",
        "audit_keten",
        "idempotentie",
        "inbox_wachtend",
        "quarantaine",
        "sleutel",
    }

    assert sealed - tables_of_meldingen(metadata) - of_the_room == {"noodtoegang"}
