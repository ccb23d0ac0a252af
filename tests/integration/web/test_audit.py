"""What is recorded of every deed, and that nobody can change, remove, cut off or invent a row unseen."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.chain import Anchor, Finding, chain_end, extend_chain, verify_audit
from shared.db import in_transaction
from shared.rules.verwerkingen import VERWERKINGEN, VerwerkingCode
from shared.web.edge import Edge
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


def made_of(edge: Edge) -> Any:
    return edge.api.state.resources


async def rows_of(edge: Edge) -> list[Any]:
    async with in_transaction(made_of(edge).engine) as conn:
        return list((await conn.execute(text("SELECT * FROM audit ORDER BY id"))).mappings().all())


async def change(edge: Edge, statement: str, **values: object) -> None:
    async with in_transaction(made_of(edge).engine) as conn:
        await conn.execute(text(statement), values)


async def chain(edge: Edge) -> Anchor | None:
    async with in_transaction(made_of(edge).engine) as conn:
        await extend_chain(conn)
        return await chain_end(conn)


async def findings(edge: Edge, *anchors: Anchor) -> list[tuple[str, int | None]]:
    made = made_of(edge)
    report = await verify_audit(made.engine, made.vault, anchors=anchors, now=made.clock())
    return [(finding.soort, finding.nr) for finding in report.findings]


async def three_acts(client: httpx.AsyncClient, edge: Edge) -> Anchor:
    for _ in range(3):
        assert (await client.post("/proeven", json={"naam": "a"})).status_code == 201
    end = await chain(edge)
    assert end is not None
    return end


async def test_an_act_is_one_row_with_who_what_when_why_from_where_and_under_which_activity(
    client: httpx.AsyncClient, edge: Edge
) -> None:
    answer = await client.post(
        "/proeven", json={"naam": "a"}, headers={"traceparent": TRACE, "X-Doelbinding": "toezicht"}
    )

    (row,) = await rows_of(edge)
    assert (row["actie"], row["object_soort"], str(row["object_id"])) == ("maken", "proef", answer.json()["id"])
    assert (row["actor"], row["rol"], row["organisatie_id"]) == ("vt-medewerker@vtrr", "vt-medewerker", "vtrr")
    assert (row["resultaat"], row["doel"], row["client"]) == ("gelukt", "toezicht", "ketenradar-lokaal")
    assert row["verwerking"] == VERWERKINGEN[VerwerkingCode.MELDING_RAADPLEGEN].uri
    assert (row["tijdstip"], row["herkomst"]) == (made_of(edge).clock(), "127.0.0.1")
    # Never sampled: the caller asked for no trace (flag 00), and is followed all the same.
    assert (row["trace_id"], row["parent_span_id"]) == (TRACE.split("-")[1], TRACE.split("-")[2])
    assert row["span_id"] not in {None, row["parent_span_id"]}


async def test_a_refusal_is_recorded_with_what_was_asked_for(
    client: httpx.AsyncClient, edge: Edge, issuer: TestIssuer
) -> None:
    answer = await client.post("/proeven", json={"naam": "a"}, headers=issuer.headers("gemeente", "0599"))

    (row,) = await rows_of(edge)
    assert answer.status_code == 403
    assert (row["resultaat"], row["actie"], row["object_soort"], row["rol"]) == (
        "geweigerd", "createProef", "proeven", "gemeente",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rol", "status", "resultaat"), [("gemeente", 403, "geweigerd"), ("vt-medewerker", 404, "niet-gevonden")]
)
async def test_who_was_refused_a_casus_or_did_not_find_it_is_found_under_that_casus(
    client: httpx.AsyncClient, issuer: TestIssuer, rol: str, status: int, resultaat: str
) -> None:
    casus_id = str(uuid4())

    refused = await client.get(f"/casussen/{casus_id}", headers=issuer.headers(rol, "0599"))
    by_casus = await client.get("/dataverwerkingen", params={"casusId": casus_id})
    by_object = await client.get("/dataverwerkingen", params={"objectId": casus_id})

    assert refused.status_code == status
    told = by_casus.json()["resultaten"][0]
    assert (told["rol"], told["naam"], told["resultaat"]) == (rol, "readCasus", resultaat)
    assert by_object.json()["resultaten"][0]["id"] == told["id"]


async def test_a_purpose_that_the_policy_does_not_name_is_refused_and_nothing_is_done(
    client: httpx.AsyncClient, edge: Edge
) -> None:
    answer = await client.post("/proeven", json={"naam": "a"}, headers={"X-Doelbinding": "nieuwsgierigheid"})

    (row,) = await rows_of(edge)
    assert (answer.status_code, row["resultaat"]) == (403, "geweigerd")
    async with in_transaction(made_of(edge).engine) as conn:
        assert (await conn.execute(text("SELECT count(*) FROM proef"))).scalar_one() == 0


async def test_an_answer_about_persons_without_an_audit_row_is_not_given(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forget(*_: object, **__: object) -> None:
        """Record nothing, as a route would whose writer forgot."""

    monkeypatch.setattr("tests.integration.web.conftest.record", forget)

    answer = await client.post("/proeven", json={"naam": "a"})

    assert answer.status_code == 500


async def test_rows_that_are_chained_in_any_number_of_batches_are_whole(client: httpx.AsyncClient, edge: Edge) -> None:
    first = await three_acts(client, edge)
    last = await three_acts(client, edge)

    assert await findings(edge, first, last) == []
    assert (first.nr, last.nr) == (3, 6)


async def test_a_row_that_waits_for_the_chain_is_no_finding_until_it_has_waited_too_long(
    client: httpx.AsyncClient, edge: Edge, klok: Any
) -> None:
    await client.post("/proeven", json={"naam": "a"})
    assert await findings(edge) == []

    klok.advance(timedelta(minutes=6))

    assert await findings(edge) == [("unchained", None)]


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        (
            "UPDATE audit SET rol = 'beheerder' WHERE id = (SELECT audit_id FROM audit_keten WHERE nr = 2)",
            {("seal", 2), ("link", 2)},
        ),
        ("DELETE FROM audit WHERE id = (SELECT audit_id FROM audit_keten WHERE nr = 2)", {("missing", 2)}),
        ("UPDATE audit_keten SET hash = sha256('x') WHERE nr = 2", {("link", 2), ("link", 3)}),
        ("DELETE FROM audit_keten WHERE nr = 2", {("missing", 2), ("link", 3)}),
        ("DELETE FROM audit_keten WHERE nr = 3", {("cut", 3)}),
    ],
)  # fmt: skip
async def test_what_was_changed_removed_or_cut_off_is_found(
    client: httpx.AsyncClient, edge: Edge, tampering: str, found: set[tuple[str, int]]
) -> None:
    end = await three_acts(client, edge)

    await change(edge, tampering)

    assert found <= set(await findings(edge, end))


async def test_a_chain_that_was_written_anew_without_one_row_is_found_by_the_anchor_of_another_room(
    client: httpx.AsyncClient, edge: Edge
) -> None:
    end = await three_acts(client, edge)

    await change(edge, "DELETE FROM audit WHERE id = (SELECT audit_id FROM audit_keten WHERE nr = 2)")
    await change(edge, "DELETE FROM audit_keten")
    await change(edge, "INSERT INTO audit_wachtrij SELECT id FROM audit")
    await chain(edge)

    assert await findings(edge) == []  # by itself it is whole
    assert await findings(edge, end) == [("cut", 3)]


async def test_a_row_that_was_invented_without_the_key_of_the_room_is_found(
    client: httpx.AsyncClient, edge: Edge
) -> None:
    await three_acts(client, edge)

    await change(
        edge,
        """INSERT INTO audit SELECT CAST(:id AS uuid), tijdstip, duur_ms, 'gelezen', object_soort, object_id, casus_id,
                  betrokkenen, resultaat, reden, actor, rol, organisatie_id, client, herkomst, doel, verwerking,
                  trace_id, span_id, parent_span_id, mac FROM audit LIMIT 1""",
        id=uuid4(),
    )

    assert ("seal", None) in await findings(edge)


async def test_a_finding_says_where_and_holds_nothing_of_the_row() -> None:
    assert set(Finding.__dataclass_fields__) == {"soort", "nr", "audit_id"}


async def test_the_log_can_be_read_by_trace_and_reading_it_is_recorded(client: httpx.AsyncClient, edge: Edge) -> None:
    made = await client.post("/proeven", json={"naam": "a"}, headers={"traceparent": TRACE})

    answer = await client.get("/dataverwerkingen", params={"traceId": TRACE.split("-")[1]})

    (told,) = answer.json()["resultaten"]
    assert (told["naam"], told["objectId"], told["status"]) == ("maken", made.json()["id"], "Ok")
    assert [row["actie"] for row in await rows_of(edge)] == ["maken", "logboek-gelezen"]


async def test_the_log_is_filtered_by_person_and_by_time(client: httpx.AsyncClient, edge: Edge, klok: Any) -> None:
    person, other = uuid4(), uuid4()
    moments = []
    for betrokkenen in ([person], [other], [person, other]):
        moments.append(klok.advance(timedelta(minutes=1)))
        await client.post("/proeven", json={"naam": "a"})
        await change(
            edge,
            "UPDATE audit SET betrokkenen = CAST(:wie AS uuid[]) WHERE id = (SELECT max(id::text)::uuid FROM audit)",
            wie=betrokkenen,
        )

    async def seen(**params: str) -> list[str]:
        answer = await client.get("/dataverwerkingen", params=params)
        return [row["starttijd"] for row in answer.json()["resultaten"] if row["naam"] == "maken"]

    first, second, third = (moment.isoformat().replace("+00:00", "Z") for moment in moments)
    assert await seen(betrokkeneId=str(person)) == [first, third]
    assert await seen(betrokkeneId=str(person), van=second) == [third]
    assert await seen(betrokkeneId=str(other), tot=third) == [second]
    assert await seen(betrokkeneId=str(person), van=first, tot=third) == [first]


async def test_while_one_process_extends_the_chain_another_leaves_it_alone(
    client: httpx.AsyncClient, edge: Edge
) -> None:
    for _ in range(3):
        await client.post("/proeven", json={"naam": "a"})

    async with in_transaction(made_of(edge).engine) as one, in_transaction(made_of(edge).engine) as other:
        counts = await extend_chain(one), await extend_chain(other)

    assert counts == (3, 0)
    assert await findings(edge) == []


async def test_the_log_is_not_given_without_a_question(client: httpx.AsyncClient) -> None:
    assert (await client.get("/dataverwerkingen")).status_code == 400
    assert (await client.get("/dataverwerkingen", params={"van": "2026-01-01T00:00:00Z"})).status_code == 400


async def test_a_question_that_finds_nothing_answers_an_empty_list(client: httpx.AsyncClient) -> None:
    answer = await client.get("/dataverwerkingen", params={"casusId": str(uuid4())})

    assert answer.json() == {"resultaten": [], "volgende": None}
