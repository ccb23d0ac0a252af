"""A file that is destroyed leaves nothing in handover but the facts that were told; every other file stays."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text

from services.handover.tables import metadata
from services.handover.tables.core import noodtoegang
from shared.chain import extend_chain, verify_audit
from shared.db import in_transaction
from shared.events.payloads import CasusAfgesloten, CasusSamengevoegd
from shared.keyring import key_of
from shared.vernietigen import NotDestroyedError
from tests.integration.handover.conftest import OPVANG, TEAM, VT, HandoverRoom
from tests.integration.handover.levering import LEAD, deliverer, one_round, rest
from tests.integration.handover.test_overdrachten import TO_OPVANG, TO_TEAM, besluit, conclusie, melding
from tests.integration.shredded import opens, places_of, read_all, sealed_in, vernietigd, without_told

pytestmark = pytest.mark.anyio

GEHEIM = "Mevrouw Jansen-Canarie"
OWN = (
    "overdracht",
    "overdracht_stap",
    "behandelaar_regel",
    "taak",
    "levering",
    "levering_poging",
    "pakket",
    "noodtoegang",
    "zicht",
    "zicht_feit",
    "casus",
)


@dataclass(frozen=True, slots=True)
class Full:
    """A casus in which everything was filled, and where it is read."""

    casus_id: UUID
    overdrachten: tuple[str, ...]
    offered_again: dict[str, str]


async def a_full_casus(room: HandoverRoom, casus_id: UUID) -> Full:
    """Offer, accept, refuse, offer again, take back and read the packages of a casus."""
    await room.hear(casus_id, melding(room), besluit(room, TO_TEAM, TO_OPVANG))
    room.klok.advance(timedelta(hours=1))
    mine = [row for row in await room.overdrachten() if row["casusId"] == str(casus_id)]
    team, opvang = sorted(mine, key=lambda row: str(row["soort"]))
    steps: tuple[tuple[str, str, Any, dict[str, Any]], ...] = (
        ("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM, {"naam": GEHEIM, "warm": True}),
        ("POST", f"/overdrachten/{opvang['id']}/weigering", OPVANG, {"reden": "anders", "toelichting": GEHEIM}),
    )
    for method, path, who, body in steps:
        assert (await room.call(method, path, who, json=body)).status_code == 201, path
    taken = {"json": {"medewerkerId": "mij"}, "headers": {"If-Match": "*"}}
    assert (await room.call("PUT", f"/overdrachten/{team['id']}/behandelaar", TEAM, **taken)).status_code == 200
    again = {"vervangtOverdrachtId": opvang["id"], "bestemming": {"soort": "gecertificeerde-instelling"}}
    told = await room.call("POST", "/overdrachten", VT, json=again | {"motivering": GEHEIM}, headers=_key(casus_id))
    assert told.status_code == 201, told.text
    for who, found in ((TEAM, team["id"]), (VT, told.json()["id"])):
        assert (await room.call("GET", f"/overdrachten/{found}", who)).status_code == 200
    await _tried_and_settled(room, told.json()["id"])
    revoked = await room.call(
        "POST", f"/overdrachten/{told.json()['id']}/intrekking", VT, json={"reden": "anders", "toelichting": GEHEIM}
    )
    assert revoked.status_code == 201, revoked.text
    await _break_glass(room, casus_id, UUID(team["id"]))
    return Full(casus_id, (team["id"], opvang["id"], told.json()["id"]), again | {"motivering": GEHEIM})


def _key(casus_id: UUID) -> dict[str, str]:
    return {"Idempotency-Key": f"opnieuw-{casus_id.hex[:8]}"}


async def _tried_and_settled(room: HandoverRoom, overdracht_id: str) -> None:
    """Try to deliver where nobody listens, and let a person settle it."""
    path = f"/overdrachten/{overdracht_id}/leveringen"
    (found,) = (await room.call("GET", path, VT)).json()["resultaten"]
    if not (await room.call("GET", "/leveradressen?organisatieId=jbrr", LEAD)).json()["resultaten"]:
        await rest(room, "http://127.0.0.1:9/x", "jbrr")
    assert (await room.call("POST", f"{path}/{found['id']}/herstart", VT)).is_success
    async with deliverer(room) as plan:
        assert await one_round(plan) == 1
    settled = {"wijze": "telefoon", "toelichting": GEHEIM}
    assert (await room.call("POST", f"{path}/{found['id']}/afhandeling", VT, json=settled)).status_code == 201


async def _break_glass(room: HandoverRoom, casus_id: UUID, overdracht_id: UUID) -> None:
    row: dict[str, Any] = {
        "id": uuid4(),
        "object_id": overdracht_id,
        "object_soort": "overdracht",
        "casus_id": casus_id,
        "actor": "iemand",
        "rol": "lokaal-team",
        "organisatie_id": "lokaal-team-0622",
        "reden": "acuut-gevaar",
        "geldig_van": room.klok(),
        "geldig_tot": room.klok() + timedelta(hours=4),
    }
    async with in_transaction(room.made.engine) as conn:
        key = await key_of(conn, room.made.vault, casus_id)
        sealed = key.seal(GEHEIM.encode(), place=f"noodtoegang:toelichting:{row['id']}")
        await conn.execute(insert(noodtoegang), row | {"toelichting": sealed})


async def test_a_destroyed_file_is_gone_and_another_is_whole(handover: HandoverRoom) -> None:
    other = await a_full_casus(handover, uuid4())
    untouched = await read_all(handover.made.engine, metadata)
    gone = [await a_full_casus(handover, uuid4()) for _ in range(2)]
    casus_id, vanished = gone[0].casus_id, gone[1].casus_id
    merge = CasusSamengevoegd(verdwenen_casus_id=vanished, melding_ids=(), samengevoegd_op=handover.klok())
    await handover.hear(casus_id, merge)
    before = await read_all(handover.made.engine, metadata)
    mine = {name: [row for row in before[name] if row not in untouched[name]] for name in OWN}
    sealed = sealed_in([row for name in OWN for row in mine[name]])
    told = {row["id"] for name in ("overdracht", "levering") for row in mine[name]}
    told |= {row["melding_id"] for row in mine["overdracht"]}

    await handover.hear(casus_id, vernietigd(handover.klok()))

    after = await read_all(handover.made.engine, metadata)
    assert len(sealed) >= 10
    assert await opens(handover.made, sealed) == 0
    secrets = {row["id"] for row in mine["noodtoegang"]} | set(sealed) | {value[-16:] for value in sealed}
    assert places_of(after, secrets) == set()
    assert without_told(places_of(after, told | {casus_id, vanished})) == set()
    assert {name: after[name] for name in OWN} == {name: untouched[name] for name in OWN}
    for overdracht in other.overdrachten:
        assert (await handover.call("GET", f"/overdrachten/{overdracht}", VT)).status_code == 200
    for full in gone:
        for overdracht in full.overdrachten:
            assert (await handover.call("GET", f"/overdrachten/{overdracht}", VT)).status_code == 404
        assert (await handover.call("GET", f"/casussen/{full.casus_id}/zicht-op-veiligheid", VT)).status_code == 404
        again = await handover.call("POST", "/overdrachten", VT, json=full.offered_again, headers=_key(full.casus_id))
        assert again.status_code == 404
    (record,) = after["vernietiging"]
    assert (record["casus_id"], record["verdwenen_ids"], record["verwijderde_sleutels"]) == (casus_id, [vanished], 2)


async def test_the_audit_of_a_destroyed_file_stays_and_is_whole(handover: HandoverRoom) -> None:
    casus_id = (await a_full_casus(handover, uuid4())).casus_id
    before = [row for row in await handover.audit() if row.casus_id == casus_id]
    async with in_transaction(handover.made.engine) as conn:
        assert await extend_chain(conn) >= len(before)

    await handover.hear(casus_id, vernietigd(handover.klok()))

    assert [row for row in await handover.audit() if row.casus_id == casus_id] == before
    assert before
    assert (await verify_audit(handover.made.engine, handover.made.vault)).findings == ()


async def test_what_is_kept_where_nobody_thought_of_it_stops_the_destruction(handover: HandoverRoom) -> None:
    full, other = await a_full_casus(handover, uuid4()), await a_full_casus(handover, uuid4())
    async with in_transaction(handover.made.engine) as conn:
        await conn.execute(
            text("UPDATE overdracht SET reden = 'zie ' || :word WHERE id = CAST(:id AS uuid)"),
            {"word": full.overdrachten[0], "id": UUID(other.overdrachten[1])},
        )
    before = await read_all(handover.made.engine, metadata)

    with pytest.raises(NotDestroyedError, match=r"^overdracht\.reden$"):
        await handover.hear(full.casus_id, vernietigd(handover.klok()))

    assert await read_all(handover.made.engine, metadata) == before


async def test_facts_that_come_after_the_destruction_are_harmless(handover: HandoverRoom) -> None:
    casus_id, vanished = uuid4(), uuid4()
    await handover.hear(casus_id, melding(handover), besluit(handover, TO_TEAM))
    await handover.hear(vanished, melding(handover))
    merge = CasusSamengevoegd(verdwenen_casus_id=vanished, melding_ids=(), samengevoegd_op=handover.klok())
    await handover.hear(casus_id, merge, vernietigd(handover.klok()))
    before = await read_all(handover.made.engine, metadata)

    closing = CasusAfgesloten(afgesloten_op=handover.klok(), reden="overgedragen")
    for named in (casus_id, vanished):
        await handover.hear(
            named,
            melding(handover),
            besluit(handover, TO_TEAM),
            conclusie(handover, TO_OPVANG),
            closing,
            vernietigd(handover.klok()),
        )
    await handover.hear(casus_id, merge)

    assert await read_all(handover.made.engine, metadata) == before
    assert (await handover.call("GET", f"/casussen/{casus_id}/zicht-op-veiligheid", VT)).status_code == 404
