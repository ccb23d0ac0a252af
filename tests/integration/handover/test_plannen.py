"""Phased care on a real PostgreSQL: the receiver makes the plan of a household, and nobody else touches it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.handover.tables import metadata
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import TO_OPVANG, TO_TEAM, besluit, facts_told, melding
from tests.integration.handover.test_splitsen import merge, split
from tests.integration.shredded import places_of, read_all, vernietigd, without_told

pytestmark = pytest.mark.anyio

GEHEIM = "Mevrouw Jansen-Canarie"
LEDEN = [
    {"nr": 0, "hoedanigheid": "volwassene"},
    {"nr": 2, "hoedanigheid": "kind", "eigenDoelen": False, "toelichting": GEHEIM},
]
ACTIE = {"omschrijving": GEHEIM, "organisatieId": "volwassen-ggz-rijnmond", "functie": GEHEIM}


async def accepted(room: HandoverRoom, casus_id: UUID | None = None) -> tuple[UUID, UUID, str]:
    """A casus with one melding of persons 0 and 2, accepted by the team; returns casus, melding and overdracht."""
    casus_id, melding_id = casus_id or uuid4(), uuid4()
    said = melding(room, melding_id=melding_id, aantal_personen=2, directbetrokkenen=(0, 2))
    decided = besluit(room, TO_TEAM, TO_OPVANG)
    await room.hear(casus_id, said, type(decided)(**_fields(decided) | {"melding_id": melding_id}))
    room.klok.advance(timedelta(hours=1))
    (mine,) = [
        row
        for row in await room.overdrachten(TEAM)
        if row["meldingId"] == str(melding_id) and row["soort"] == "lokaal-veld"
    ]
    answer = await room.call("POST", f"/overdrachten/{mine['id']}/acceptatie", TEAM)
    assert answer.status_code == 201, answer.text
    return casus_id, melding_id, mine["id"]


def _fields(fact: Any) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in type(fact).__dataclass_fields__}


async def planned(room: HandoverRoom, overdracht_id: str, **body: Any) -> str:
    answer = await room.call("POST", f"/overdrachten/{overdracht_id}/plannen", TEAM, json={"leden": LEDEN} | body)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def post(room: HandoverRoom, path: str, body: Any, who: Any = TEAM, **headers: str) -> Any:
    return await room.call("POST", path, who, json=body, headers=headers)


async def put(room: HandoverRoom, path: str, body: Any, etag: str = "*", who: Any = TEAM) -> Any:
    return await room.call("PUT", path, who, json=body, headers={"If-Match": etag} if etag else {})


async def whole(room: HandoverRoom, plan_id: str, who: Any = TEAM) -> Any:
    answer = await room.call("GET", f"/plannen/{plan_id}", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def evaluatie(room: HandoverRoom, **changes: Any) -> dict[str, Any]:
    moment = room.klok().isoformat().replace("+00:00", "Z")
    return {"gehoudenOp": moment, "directVeilig": True, "stabielVeilig": True, "verslag": GEHEIM} | changes


async def filled(room: HandoverRoom, overdracht_id: str) -> str:
    """A plan in which something of everything stands."""
    plan_id = await planned(room, overdracht_id, motivering=GEHEIM)
    path = f"/plannen/{plan_id}"
    doel = (await post(room, f"{path}/doelen", {"omschrijving": GEHEIM, "lidNr": 0})).json()["id"]
    actie = (await post(room, f"{path}/acties", ACTIE | {"doelId": doel})).json()["id"]
    await post(room, f"{path}/acties", ACTIE)
    said = {"gedaan": False, "reden": "geen-plaats", "toelichting": GEHEIM}
    steps = (
        (f"{path}/acties/{actie}/afronding", said),
        (f"{path}/doelen/{doel}/uitkomst", {"uitkomst": "behaald", "toelichting": GEHEIM}),
        (f"{path}/regie", {"soort": "casusregie", "organisatieId": "lokaal-team-0599", "motivering": GEHEIM}),
    )
    for where, body in steps:
        assert (await put(room, where, body)).status_code == 200, where
    assert (await post(room, f"{path}/evaluaties", evaluatie(room, gesproken=[0]))).status_code == 201
    fase = {"fase": "hulpverleningsplan", "motivering": GEHEIM}
    assert (await put(room, f"{path}/fase", fase)).status_code == 200
    return plan_id


# --- the whole way -----------------------------------------------------------------------------------------------


async def test_a_plan_goes_from_safety_to_recovery_and_ends_with_what_was_reached(handover: HandoverRoom) -> None:
    _, melding_id, overdracht = await accepted(handover)
    plan_id = await planned(handover, overdracht)
    path = f"/plannen/{plan_id}"
    await put(handover, f"{path}/regie", {"soort": "casusregie", "organisatieId": "a", "motivering": "m"})

    for fase in ("hulpverleningsplan", "herstelplan"):
        early = await put(handover, f"{path}/fase", {"fase": fase, "motivering": "verder"})
        assert early.status_code == 409
        doel = (await post(handover, f"{path}/doelen", {"omschrijving": "d", "lidNr": 0})).json()["id"]
        done = {"uitkomst": "behaald", "toelichting": "t"}
        assert (await put(handover, f"{path}/doelen/{doel}/uitkomst", done)).status_code == 200
        assert (await post(handover, f"{path}/evaluaties", evaluatie(handover))).status_code == 201
        handover.klok.advance(timedelta(days=1))
        answer = await put(handover, f"{path}/fase", {"fase": fase, "motivering": "verder"})
        assert (answer.status_code, answer.json()["fase"]) == (200, fase)
        handover.klok.advance(timedelta(days=1))
    await post(handover, f"{path}/evaluaties", evaluatie(handover))
    ended = await put(handover, f"{path}/einde", {"uitkomst": "doelen-bereikt", "bereikt": "rust"})

    assert (ended.status_code, ended.json()["status"], ended.json()["einde"]) == (200, "beeindigd", "doelen-bereikt")
    assert (await post(handover, f"{path}/doelen", {"omschrijving": "te laat"})).status_code == 409
    (begun,) = await facts_told(handover, "plan-gestart")
    assert (begun["meldingId"], begun["overdrachtId"], begun["fase"]) == (
        str(melding_id),
        overdracht,
        "veiligheidsplan",
    )
    phases = [fact["fase"] for fact in await facts_told(handover, "planfase-gewijzigd")]
    assert phases == ["hulpverleningsplan", "herstelplan"]
    assert len(await facts_told(handover, "plan-geevalueerd")) == 3
    assert [fact["einde"] for fact in await facts_told(handover, "plan-beeindigd")] == ["doelen-bereikt"]
    # Another one can be made now; while one runs no other is.
    assert await planned(handover, overdracht) != plan_id
    again = await post(handover, f"/overdrachten/{overdracht}/plannen", {})
    assert again.status_code == 409


async def test_a_phase_that_begins_for_a_reason_says_what_was_not_met(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await planned(handover, overdracht)
    wanted = {"fase": "hulpverleningsplan", "motivering": "verder"}

    refused = await put(handover, f"/plannen/{plan_id}/fase", wanted)
    taken = await put(handover, f"/plannen/{plan_id}/fase", wanted | {"afwijking": "wachtlijst"})

    assert "casusregie" in refused.json()["detail"]
    assert taken.status_code == 200
    last = (await whole(handover, plan_id))["fasen"][-1]
    assert (last["reden"], set(last["nietVoldaan"])) == (
        "wachtlijst",
        {"casusregie-belegd", "elk-lid-in-beeld", "direct-veilig"},
    )
    assert [fact["afgeweken"] for fact in await facts_told(handover, "planfase-gewijzigd")] == [True]


async def test_what_was_written_is_read_again_and_stands_sealed(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await filled(handover, overdracht)

    found = await whole(handover, plan_id)

    assert [one["nr"] for one in found["leden"]] == [0, 2]
    assert found["leden"][1]["toelichting"] == GEHEIM
    assert (found["doelen"][0]["omschrijving"], found["doelen"][0]["toelichting"]) == (GEHEIM, GEHEIM)
    assert (
        sorted((one["status"], one["reden"]) for one in found["acties"])
        == [
            ("niet-gedaan", "geen-plaats"),
            ("open", None),
        ]
        or found["acties"]
    )
    assert {one["functie"] for one in found["acties"]} == {GEHEIM}
    assert (found["regie"][0]["motivering"], found["evaluaties"][0]["verslag"]) == (GEHEIM, GEHEIM)
    assert [one["motivering"] for one in found["fasen"]] == [GEHEIM, GEHEIM]
    assert "Jansen" not in str(await read_all(handover.made.engine, metadata))
    assert "Jansen" not in (await handover.call("GET", f"/overdrachten/{overdracht}/plannen", TEAM)).text


async def test_an_end_for_a_reason_keeps_what_was_reached_and_what_was_not_met(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await filled(handover, overdracht)

    body = {"uitkomst": "verhuisd", "bereikt": GEHEIM, "afwijking": "anders"}
    assert (await put(handover, f"/plannen/{plan_id}/einde", body)).status_code == 200

    found = await whole(handover, plan_id)
    assert (found["bereikt"], found["afwijking"]) == (GEHEIM, "anders")
    assert "herstelfase-bereikt" in found["nietVoldaan"]
    assert "vervallen" in {one["status"] for one in found["acties"]}
    assert [one["tot"] is None for one in found["regie"]] == [False]


# --- who may -----------------------------------------------------------------------------------------------------


async def test_only_the_receiver_writes_veilig_thuis_reads_and_for_others_there_is_nothing(
    handover: HandoverRoom,
) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await filled(handover, overdracht)
    here = f"/plannen/{plan_id}"
    doel = (await whole(handover, plan_id))["doelen"][0]["id"]
    actie = (await whole(handover, plan_id))["acties"][0]["id"]
    reads = (here, f"/overdrachten/{overdracht}/plannen")
    writes: tuple[tuple[str, str, Any], ...] = (
        ("POST", f"/overdrachten/{overdracht}/plannen", {}),
        ("PUT", f"{here}/leden/0", {"hoedanigheid": "kind"}),
        ("POST", f"{here}/doelen", {"omschrijving": "x"}),
        ("PUT", f"{here}/doelen/{doel}/uitkomst", {"uitkomst": "open", "toelichting": "x"}),
        ("POST", f"{here}/acties", ACTIE),
        ("PUT", f"{here}/acties/{actie}/afronding", {"gedaan": True}),
        ("PUT", f"{here}/regie", {"soort": "procesregie", "organisatieId": "o", "motivering": "x"}),
        ("POST", f"{here}/evaluaties", evaluatie(handover)),
        ("PUT", f"{here}/fase", {"fase": "veiligheidsplan", "motivering": "x"}),
        ("PUT", f"{here}/einde", {"uitkomst": "verhuisd", "bereikt": "x", "afwijking": "anders"}),
    )
    before = await read_all(handover.made.engine, metadata)

    for who in (OTHER_TEAM, OPVANG, OTHER_PARTNER):
        for path in reads:
            assert (await handover.call("GET", path, who)).status_code == 404, (who, path)
        for method, path, body in writes:
            answer = await handover.call(method, path, who, json=body, headers={"If-Match": "*"})
            assert answer.status_code == 404, (who, path)
    for method, path, body in writes:
        answer = await handover.call(method, path, VT, json=body, headers={"If-Match": "*"})
        # Veilig Thuis ends what waits for a receiver, and this does not wait.
        assert answer.status_code == (409 if path.endswith("/einde") else 403), path
    for path in reads:
        assert (await handover.call("GET", path, VT)).status_code == 200
    after = await read_all(handover.made.engine, metadata)
    own = {name for name in before if name.startswith("plan")}
    assert {name: after[name] for name in own} == {name: before[name] for name in own}


async def test_a_receiver_reads_without_what_would_name_a_melder_and_veilig_thuis_reads_all(
    handover: HandoverRoom,
) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await filled(handover, overdracht)
    handover.rooms.verborgen = "Jansen-Canarie"

    mine, theirs = str(await whole(handover, plan_id)), str(await whole(handover, plan_id, VT))

    assert ("Jansen-Canarie" in mine, "[weggelaten]" in mine) == (False, True)
    assert "Jansen-Canarie" in theirs
    handover.rooms.away = True
    assert (await handover.call("GET", f"/plannen/{plan_id}", TEAM)).status_code == 503


async def test_every_read_and_step_stands_in_the_audit(handover: HandoverRoom) -> None:
    casus_id, _, overdracht = await accepted(handover)
    plan_id = await filled(handover, overdracht)
    await whole(handover, plan_id)

    acts = [row.actie for row in await handover.audit() if row.object_soort == "plan" and row.casus_id == casus_id]

    told = ["vastgelegd", "doel", "planactie", "planactie", "actieafronding", "doeluitkomst", "regie", "evaluatie"]
    assert acts == [*told, "fase", "gelezen"]


# --- twice, stale and wrong --------------------------------------------------------------------------------------


async def test_the_same_request_twice_is_one(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    plans = [
        await post(handover, f"/overdrachten/{overdracht}/plannen", {"leden": LEDEN}, **{"Idempotency-Key": "p"})
        for _ in range(2)
    ]
    path = f"/plannen/{plans[0].json()['id']}"
    made = [await post(handover, f"{path}/acties", ACTIE, **{"Idempotency-Key": "a"}) for _ in range(2)]

    assert plans[0].json() == plans[1].json()
    assert made[0].json() == made[1].json()
    assert len((await whole(handover, plans[0].json()["id"]))["acties"]) == 1
    assert (
        len(await facts_told(handover, "plan-gestart")) == len(await facts_told(handover, "planactie-afgesproken")) == 1
    )
    other = await post(handover, f"{path}/acties", ACTIE | {"omschrijving": "x"}, **{"Idempotency-Key": "a"})
    assert other.status_code == 409


async def test_two_plans_at_the_same_moment_are_one(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)

    answers = await asyncio.gather(*(post(handover, f"/overdrachten/{overdracht}/plannen", {}) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await facts_told(handover, "plan-gestart")) == 1


async def test_a_change_names_the_version_that_it_saw(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await planned(handover, overdracht)
    body = {"hoedanigheid": "kind"}
    read = await handover.call("GET", f"/plannen/{plan_id}", TEAM)
    etag = read.headers["ETag"]

    without = await put(handover, f"/plannen/{plan_id}/leden/0", body, "")
    first = await put(handover, f"/plannen/{plan_id}/leden/0", body, etag)
    stale = await put(handover, f"/plannen/{plan_id}/leden/0", {"hoedanigheid": "volwassene"}, etag)

    assert [one.status_code for one in (without, first, stale)] == [428, 200, 412]
    assert first.headers["ETag"] == f'"{first.json()["versie"]}"'
    assert (await whole(handover, plan_id))["leden"][0]["hoedanigheid"] == "kind"


@pytest.mark.parametrize(
    ("method", "tail", "body", "pointer"),
    [
        ("POST", "/doelen", {"omschrijving": " "}, "/omschrijving"),
        ("POST", "/doelen", {"omschrijving": "x", "lidNr": 1}, "/lidNr"),
        ("POST", "/doelen", {"omschrijving": "x", "streefdag": "2020-01-01"}, "/streefdag"),
        ("POST", "/acties", ACTIE | {"uiterlijkDag": "2020-01-01"}, "/uiterlijkDag"),
        ("POST", "/acties", ACTIE | {"doelId": str(uuid4())}, "/doelId"),
        ("POST", "/acties", ACTIE | {"organisatieId": "Geen Code"}, "/organisatieId"),
        ("PUT", "/leden/1", {"hoedanigheid": "kind"}, "/nr"),
        ("PUT", "/leden/0", {"hoedanigheid": "kind", "eigenDoelen": False}, "/toelichting"),
    ],
)
async def test_bad_input_is_told_at_its_place_and_stores_nothing(
    handover: HandoverRoom, method: str, tail: str, body: Any, pointer: str
) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await planned(handover, overdracht)
    before = await whole(handover, plan_id)

    answer = await handover.call(method, f"/plannen/{plan_id}{tail}", TEAM, json=body, headers={"If-Match": "*"})

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert await whole(handover, plan_id) == before


async def test_an_evaluation_to_come_and_a_next_day_that_is_over_are_refused(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    path = f"/plannen/{await planned(handover, overdracht)}/evaluaties"
    later = (handover.klok() + timedelta(hours=1)).isoformat().replace("+00:00", "Z")

    ahead = await post(handover, path, evaluatie(handover, gehoudenOp=later))
    over = await post(handover, path, evaluatie(handover, volgendeDag="2020-01-01"))

    assert [answer.json()["errors"][0]["pointer"] for answer in (ahead, over)] == ["/gehoudenOp", "/volgendeDag"]


async def test_what_is_not_there_answers_so(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await planned(handover, overdracht)
    said = {"uitkomst": "behaald", "toelichting": "x"}
    answers = [
        await handover.call("GET", f"/plannen/{uuid4()}", TEAM),
        await put(handover, f"/plannen/{plan_id}/doelen/{uuid4()}/uitkomst", said),
        await put(handover, f"/plannen/{plan_id}/acties/{uuid4()}/afronding", {"gedaan": True}),
        await post(handover, f"/overdrachten/{uuid4()}/plannen", {}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_no_plan_is_made_of_an_overdracht_that_was_not_accepted(handover: HandoverRoom) -> None:
    await accepted(handover)
    (open_one,) = await handover.overdrachten(OPVANG)

    answer = await post(handover, f"/overdrachten/{open_one['id']}/plannen", {}, OPVANG)

    assert answer.status_code == 409
    assert "geaccepteerde" in answer.json()["detail"]


async def test_plans_are_listed_in_pages(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    made = []
    for _ in range(3):
        made.append(await planned(handover, overdracht))
        body = {"uitkomst": "verhuisd", "bereikt": "x", "afwijking": "anders"}
        assert (await put(handover, f"/plannen/{made[-1]}/einde", body)).status_code == 200

    path, found = f"/overdrachten/{overdracht}/plannen?limiet=2", []
    first = (await handover.call("GET", path, TEAM)).json()
    second = (await handover.call("GET", f"{path}&na={first['volgende']}", TEAM)).json()
    found = [row["id"] for row in (*first["resultaten"], *second["resultaten"])]

    assert (found, second["volgende"]) == (made, None)


# --- merge, split, destroy ---------------------------------------------------------------------------------------


async def test_a_plan_goes_with_its_melding_and_is_read_under_the_keys_of_its_casus(handover: HandoverRoom) -> None:
    for destroyed in ("old", "new"):
        stays, mine, my_offer = await accepted(handover)
        gone, theirs, their_offer = await accepted(handover)
        my_plan, their_plan = await filled(handover, my_offer), await filled(handover, their_offer)
        before = {one: await whole(handover, one) for one in (my_plan, their_plan)}
        await handover.hear(stays, merge(handover, gone, 1))
        assert (await whole(handover, their_plan))["casusId"] == str(stays)

        await handover.hear(stays, split(handover, gone, theirs, volgorde=2, herstelt=True))

        for one, casus_id in ((my_plan, stays), (their_plan, gone)):
            after = await whole(handover, one)
            assert after == before[one] | {"casusId": str(casus_id)}
        goes, kept = (stays, their_plan) if destroyed == "old" else (gone, my_plan)
        lost = my_plan if destroyed == "old" else their_plan
        await handover.hear(goes, vernietigd(handover.klok()))
        assert await whole(handover, kept) == before[kept]
        assert (await handover.call("GET", f"/plannen/{lost}", TEAM)).status_code == 404
        assert mine != theirs


async def test_nothing_of_a_plan_is_left_when_its_file_is_destroyed(handover: HandoverRoom) -> None:
    casus_id, melding_id, overdracht = await accepted(handover)
    plan_id = await filled(handover, overdracht)
    key = {"Idempotency-Key": "weg"}
    made = (await post(handover, f"/plannen/{plan_id}/doelen", {"omschrijving": GEHEIM}, **key)).json()["id"]
    before = await read_all(handover.made.engine, metadata)
    tables = [name for name in before if name.startswith("plan")] + ["directbetrokkene"]
    assert all(before[name] for name in tables), [name for name in tables if not before[name]]
    ids = {row["id"] for name in tables if name != "directbetrokkene" for row in before[name]}

    await handover.hear(casus_id, vernietigd(handover.klok()))

    after = await read_all(handover.made.engine, metadata)
    assert {name: after[name] for name in tables} == {name: [] for name in tables}
    assert without_told(places_of(after, ids | {UUID(made), casus_id, melding_id})) == set()
    again = await post(handover, f"/plannen/{plan_id}/doelen", {"omschrijving": GEHEIM}, **key)
    assert again.status_code == 404


async def test_the_wall_shows_a_plan_to_its_receiver_and_to_no_other(handover: HandoverRoom) -> None:
    from tests.integration.handover.test_walls import as_, count  # noqa: PLC0415, beside its one use

    _, _, overdracht = await accepted(handover)
    await filled(handover, overdracht)
    tables = sorted(name for name in metadata.tables if name.startswith("plan"))

    async with as_(handover, TEAM) as conn:
        assert 0 not in [await count(conn, table) for table in tables]
    for who in (OTHER_TEAM, OTHER_PARTNER, OPVANG, None):
        async with as_(handover, who) as conn:
            assert [await count(conn, table) for table in tables] == [0] * len(tables), who
            await conn.execute(text("UPDATE plan SET status = 'lopend'"))


async def test_a_file_that_somebody_may_read_holds_what_was_written_in_its_plans(handover: HandoverRoom) -> None:
    casus_id, _, overdracht = await accepted(handover)
    plan_id = await filled(handover, overdracht)
    body = {"uitkomst": "verhuisd", "bereikt": "Het is rustig.", "afwijking": "anders"}
    assert (await put(handover, f"/plannen/{plan_id}/einde", body)).status_code == 200

    doel = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}
    answer = await handover.call("GET", f"/casussen/{casus_id}/dossier", ("systeem", "intake", ()), headers=doel)

    found = [one for one in answer.json()["resultaten"] if one["soort"].startswith("plan")]
    texts = [text for one in found for text in one["teksten"]]
    assert {one["soort"] for one in found} == {
        *("plan", "planlid", "plandoel", "planactie", "planregie", "planevaluatie", "planfase"),
    }
    assert (texts.count(GEHEIM), "Het is rustig." in texts) == (12, True)


# --- given back, and taken over ----------------------------------------------------------------------------------


async def given_back(room: HandoverRoom, overdracht: str) -> None:
    path = f"/overdrachten/{overdracht}"
    asked = {"reden": "geen-capaciteit", "toelichting": "vol"}
    assert (await post(room, f"{path}/teruggave", asked)).status_code == 201
    assert (await post(room, f"{path}/teruggave-aanvaarding", None, VT)).status_code == 201


async def offered_again(room: HandoverRoom, overdracht: str, soort: str, organisatie: str) -> str:
    body = {
        "vervangtOverdrachtId": overdracht,
        "bestemming": {"soort": soort, "organisatieId": organisatie},
        "motivering": "opnieuw",
    }
    answer = await post(room, "/overdrachten", body, VT)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def test_who_asks_to_give_back_goes_on_with_the_plan_until_it_is_taken(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await planned(handover, overdracht)
    asked = {"reden": "geen-capaciteit", "toelichting": "vol"}
    assert (await post(handover, f"/overdrachten/{overdracht}/teruggave", asked)).status_code == 201

    assert (await post(handover, f"/plannen/{plan_id}/doelen", {"omschrijving": "d"})).status_code == 201


async def test_a_plan_that_was_given_back_waits_and_goes_on_with_the_next_receiver(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await filled(handover, overdracht)
    await given_back(handover, overdracht)
    waiting = await whole(handover, plan_id, VT)
    early = await post(handover, f"/plannen/{plan_id}/doelen", {"omschrijving": "d"})
    once = await offered_again(handover, overdracht, "opvang", "een-ander")
    refusal = {"reden": "geen-capaciteit", "toelichting": "vol"}
    refused = await post(handover, f"/overdrachten/{once}/weigering", refusal, ("ketenpartner", "een-ander", ()))
    again = await offered_again(handover, once, "jeugd-ggz", OTHER_PARTNER[1])

    taken = await post(handover, f"/overdrachten/{again}/acceptatie", {}, OTHER_PARTNER)

    assert (waiting["status"], early.status_code, refused.status_code, taken.status_code) == (
        *("wachtend", 409, 201, 201),
    )
    after = await whole(handover, plan_id, OTHER_PARTNER)
    assert (after["status"], after["overdrachtId"]) == ("lopend", again)
    assert after["doelen"] == waiting["doelen"]
    more = await post(handover, f"/plannen/{plan_id}/doelen", {"omschrijving": "d"}, OTHER_PARTNER)
    assert more.status_code == 201
    assert (await handover.call("GET", f"/plannen/{plan_id}", TEAM)).status_code == 404
    (fact,) = await facts_told(handover, "plan-overgegaan")
    assert (fact["planId"], fact["overdrachtId"]) == (plan_id, again)


async def test_veilig_thuis_ends_a_plan_that_nobody_takes_over_and_its_old_receiver_does_not(
    handover: HandoverRoom,
) -> None:
    _, _, overdracht = await accepted(handover)
    plan_id = await planned(handover, overdracht)
    body = {"uitkomst": "verhuisd", "bereikt": "x", "afwijking": "anders"}
    await given_back(handover, overdracht)

    mine = await put(handover, f"/plannen/{plan_id}/einde", body)
    theirs = await put(handover, f"/plannen/{plan_id}/einde", body, "*", VT)

    assert (mine.status_code, theirs.status_code, theirs.json()["status"]) == (409, 200, "beeindigd")
    assert [fact["einde"] for fact in await facts_told(handover, "plan-beeindigd")] == ["verhuisd"]
