"""A tijdelijk huisverbod through the door: from its screening to its end, and what becomes of it with its casus."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.db import in_transaction
from shared.events.behandeling import (
    HuisverbodAdviesGegeven,
    HuisverbodBeeindigd,
    HuisverbodGescreend,
    HuisverbodOpgelegd,
    HuisverbodVerlengd,
)
from shared.events.payloads import Fact
from shared.rules.behandelcodes import HuisverbodEinde
from tests.integration.triage.room import GEHEIM, TriageRoom
from tests.integration.triage.steps import faults, step

pytestmark = pytest.mark.anyio

DOEL = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}


def at(triage: TriageRoom, **back: float) -> str:
    """Return a moment before now, as it goes over the wire."""
    return (triage.klok() - timedelta(**back)).isoformat().replace("+00:00", "Z")


def screening(triage: TriageRoom, melding_id: UUID, **changes: object) -> dict[str, object]:
    return {
        "meldingId": str(melding_id),
        "gescreendOp": at(triage),
        "instrument": {"naam": "RiHG", "versie": "3", "antwoorden": {"wapens": GEHEIM}},
        "geadviseerd": True,
        "opVerzoek": False,
        "kindermishandeling": True,
        "motivering": GEHEIM,
        **changes,
    }


def oplegging(triage: TriageRoom, melding_id: UUID, nr: int = 0, **changes: object) -> dict[str, object]:
    return {
        "opgelegdOp": at(triage),
        "door": "hulpofficier-van-justitie",
        "uithuisgeplaatste": {"meldingId": str(melding_id), "nr": nr},
        "achterblijvers": [{"meldingId": str(melding_id), "nr": 1 - nr}],
        "motivering": GEHEIM,
        **changes,
    }


def verlenging(triage: TriageRoom, dagen: int = 28, **changes: object) -> dict[str, object]:
    return {"dagen": dagen, "beslotenOp": at(triage), "door": "burgemeester", "motivering": GEHEIM, **changes}


async def screened(triage: TriageRoom, melding_id: UUID, **changes: object) -> str:
    answer = await triage.post("/huisverboden", screening(triage, melding_id, **changes))
    assert answer.status_code == 201, answer.text
    return f"/huisverboden/{answer.json()['id']}"


async def imposed(triage: TriageRoom, melding_id: UUID, nr: int = 0, **changes: object) -> str:
    path = await screened(triage, melding_id)
    answer = await step(triage, path, "oplegging", oplegging(triage, melding_id, nr, **changes))
    assert answer.status_code == 200, answer.text
    return path


async def told(triage: TriageRoom) -> list[Fact]:
    kinds = (
        HuisverbodGescreend,
        HuisverbodOpgelegd,
        HuisverbodAdviesGegeven,
        HuisverbodVerlengd,
        HuisverbodBeeindigd,
    )
    return [fact for fact in await triage.facts() if isinstance(fact, kinds)]


# --- the good road -----------------------------------------------------------------------------------------------


async def test_a_ban_goes_from_its_screening_to_its_withdrawal(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = await imposed(triage, melding_id)
    first = (await triage.get(path)).json()
    triage.klok.advance(timedelta(days=7))
    regie = await step(triage, path, "casusregie", {"organisatieId": "vtrr", "medewerker": GEHEIM})
    advies = {"advies": "verlengen", "gegevenOp": at(triage), "motivering": GEHEIM}
    assert (await step(triage, path, "advies", advies)).status_code == 200
    longer = (await step(triage, path, "verlenging", verlenging(triage))).json()
    intrekking = {"ingetrokkenOp": at(triage), "hulpAanvaard": True, "motivering": GEHEIM}
    gone = await step(triage, path, "intrekking", intrekking)

    assert (first["status"], first["dagen"], first["adviesTeLaat"]) == ("opgelegd", 10, False)
    assert first["termijn"]["uiterlijk"] == first["eindigtOp"]
    assert any("art. 2" in line for line in first["termijn"]["uitleg"])
    assert regie.json()["casusregie"][0]["medewerker"] == GEHEIM
    assert (longer["status"], longer["dagen"]) == ("verlengd", 28)
    started, ends = (datetime.fromisoformat(longer[name]) for name in ("opgelegdOp", "eindigtOp"))
    assert ends - started in {timedelta(days=28), timedelta(days=28, hours=-1)}
    assert any("art. 9" in line for line in longer["termijn"]["uitleg"])
    assert gone.json()["status"] == "ingetrokken"
    assert gone.json() == (await triage.get(path)).json()
    facts = await told(triage)
    assert [type(fact) for fact in facts] == [
        HuisverbodGescreend,
        HuisverbodOpgelegd,
        HuisverbodAdviesGegeven,
        HuisverbodVerlengd,
        HuisverbodBeeindigd,
    ]
    assert isinstance(facts[-1], HuisverbodBeeindigd)
    assert facts[-1].einde is HuisverbodEinde.INGETROKKEN
    assert GEHEIM not in str(await triage.rows("SELECT data FROM outbox"))


async def test_a_screening_can_end_without_a_ban(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = await screened(triage, melding_id, geadviseerd=False, opVerzoek=True)

    answer = await step(triage, path, "afzien", {"afgezienOp": at(triage), "motivering": GEHEIM})
    later = await step(triage, path, "oplegging", oplegging(triage, melding_id))

    assert (answer.json()["status"], answer.json()["opVerzoek"]) == ("niet-opgelegd", True)
    assert later.status_code == 409
    (fact,) = await told(triage)
    assert isinstance(fact, HuisverbodGescreend)
    assert (fact.geadviseerd, fact.op_verzoek, fact.kindermishandeling) == (False, True, True)


async def test_a_ban_is_over_at_its_hour_whether_or_not_somebody_says_so(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = await imposed(triage, melding_id)
    early = await step(triage, path, "einde")
    triage.klok.advance(timedelta(days=10))

    shown = (await triage.get(path)).json()
    listed = {
        status: [one["status"] for one in (await triage.get(f"/huisverboden?status={status}")).json()["resultaten"]]
        for status in ("opgelegd", "afgelopen")
    }
    late = await step(triage, path, "verlenging", verlenging(triage))
    ends = [await step(triage, path, "einde") for _ in range(2)]

    assert (early.status_code, shown["status"], late.status_code) == (409, "afgelopen", 409)
    assert "loopt" in early.json()["detail"]
    assert listed == {"opgelegd": [], "afgelopen": ["afgelopen"]}
    assert [answer.status_code for answer in ends] == [200, 200]
    assert shown["adviesTeLaat"] is True
    (fact,) = [one for one in await told(triage) if isinstance(one, HuisverbodBeeindigd)]
    assert fact.einde is HuisverbodEinde.AFGELOPEN
    assert fact.beeindigd_op.isoformat() == datetime.fromisoformat(shown["eindigtOp"]).isoformat()


async def test_an_extension_of_before_the_end_is_noted_afterwards(triage: TriageRoom) -> None:
    path = await imposed(triage, await triage.receive())
    triage.klok.advance(timedelta(days=10, seconds=1))

    at_the_end = await step(triage, path, "verlenging", verlenging(triage, beslotenOp=at(triage, seconds=1)))
    just_before = await step(triage, path, "verlenging", verlenging(triage, beslotenOp=at(triage, seconds=2)))

    assert (at_the_end.status_code, just_before.status_code) == (409, 200)
    assert just_before.json()["status"] == "verlengd"


async def test_talks_are_noted_around_a_ban_and_read_back(triage: TriageRoom) -> None:
    path = await imposed(triage, await triage.receive())
    body = {"soort": "gesproken", "met": "kind", "tijdstip": at(triage), "verslag": GEHEIM}

    answer = await triage.post(f"{path}/gesprekken", body)
    future = await triage.post(f"{path}/gesprekken", {**body, "tijdstip": at(triage, hours=-1)})

    assert answer.status_code == 201
    assert (await triage.get(answer.headers["Location"].removeprefix("/v1"))).json() == answer.json()
    assert (await triage.get(path)).json()["gesprekken"] == [answer.json()]
    assert faults(future) == {"/tijdstip"}
    assert (await triage.get(f"{path}/gesprekken/{uuid4()}")).status_code == 404


# --- refusals ----------------------------------------------------------------------------------------------------


async def test_all_that_cannot_be_is_said_at_once(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = await screened(triage, melding_id)
    wrong = oplegging(
        triage,
        melding_id,
        opgelegdOp=at(triage, hours=1),
        uithuisgeplaatste={"meldingId": str(melding_id), "nr": 7},
        achterblijvers=[{"meldingId": str(uuid4()), "nr": 0}],
    )

    answer = await step(triage, path, "oplegging", wrong)
    early = await triage.post("/huisverboden", screening(triage, melding_id, gescreendOp=at(triage, hours=-1)))
    shapeless = await triage.post("/huisverboden", {"meldingId": str(melding_id), "geadviseerd": "ja"})

    assert faults(answer) == {"/opgelegdOp", "/uithuisgeplaatste/nr", "/achterblijvers/0/meldingId"}
    assert faults(early) == {"/gescreendOp"}
    assert {"/geadviseerd", "/gescreendOp", "/instrument", "/motivering"} <= faults(shapeless)
    assert GEHEIM not in answer.text


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("verlenging", {"dagen": 20, "motivering": "x", "beslotenOp": "2026-03-02T08:30:00Z"}),
        ("intrekking", {"hulpAanvaard": False, "motivering": "x", "ingetrokkenOp": "2026-03-02T08:30:00Z"}),
    ],
)
async def test_extending_and_withdrawing_are_for_the_mayor_alone(
    triage: TriageRoom, what: str, body: dict[str, object]
) -> None:
    path = await imposed(triage, await triage.receive())
    moment = next(name for name in body if name.endswith("Op"))

    answer = await step(triage, path, what, {**body, moment: at(triage), "door": "hulpofficier-van-justitie"})

    assert faults(answer) == {"/door"}


async def test_no_ban_is_longer_than_28_days(triage: TriageRoom) -> None:
    path = await imposed(triage, await triage.receive())

    assert faults(await step(triage, path, "verlenging", verlenging(triage, 29))) == {"/dagen"}
    assert (await step(triage, path, "verlenging", verlenging(triage, 28))).status_code == 200


async def test_a_second_ban_asks_new_facts_and_another_person_does_not(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    first = await imposed(triage, melding_id)
    triage.klok.advance(timedelta(days=11))
    again = await triage.receive(casus_id=casus_id)
    path = await screened(triage, again)
    body = oplegging(triage, again)

    without = await step(triage, path, "oplegging", body)
    other = await step(triage, path, "oplegging", {**body, "anderPersoon": [first.rsplit("/", 1)[-1]]})
    third = await screened(triage, melding_id)
    same = await step(triage, third, "oplegging", oplegging(triage, melding_id))
    overlap = await step(triage, third, "oplegging", oplegging(triage, again, nieuweFeiten=GEHEIM))
    told_apart = oplegging(triage, melding_id, nieuweFeiten=GEHEIM, anderPersoon=[path.rsplit("/", 1)[-1]])
    with_facts = await step(triage, third, "oplegging", told_apart)

    assert (faults(without), other.status_code) == ({"/nieuweFeiten"}, 200)
    assert faults(same) == {"/nieuweFeiten"}
    assert (overlap.status_code, with_facts.status_code) == (409, 200)
    assert with_facts.json()["oplegging"]["nieuweFeiten"] == GEHEIM


async def test_what_is_not_there_is_not_found(triage: TriageRoom) -> None:
    nowhere = f"/huisverboden/{uuid4()}"
    afzien = {"afgezienOp": at(triage), "motivering": "x"}

    assert (await triage.get(nowhere)).status_code == 404
    assert (await triage.put(f"{nowhere}/afzien", afzien, etag='"1"')).status_code == 404
    assert (await triage.post("/huisverboden", screening(triage, uuid4()))).status_code == 404


async def test_a_step_rests_on_the_version_that_was_seen(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = await screened(triage, melding_id)
    seen = await triage.etag(path)
    body = oplegging(triage, melding_id)

    without = await triage.put(f"{path}/oplegging", body, etag=None)
    first = await triage.put(f"{path}/oplegging", body, etag=seen)
    stale = await triage.put(f"{path}/oplegging", body, etag=seen)
    again = await step(triage, path, "oplegging", body)
    other = await step(triage, path, "oplegging", {**body, "motivering": "anders"})

    assert [one.status_code for one in (without, first, stale, again, other)] == [428, 200, 412, 200, 409]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "verlenging" in other.json()["detail"]
    assert len([fact for fact in await told(triage) if isinstance(fact, HuisverbodOpgelegd)]) == 1


async def test_a_screening_that_is_sent_twice_under_one_key_is_one(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    body, key = screening(triage, melding_id), {"Idempotency-Key": "screening-1"}

    first, second = [await triage.post("/huisverboden", body, **key) for _ in range(2)]
    other = await triage.post("/huisverboden", {**body, "geadviseerd": False}, **key)

    assert (first.json(), other.status_code) == (second.json(), 409)
    listed = (await triage.get(f"/huisverboden?meldingId={melding_id}")).json()["resultaten"]
    assert [one["id"] for one in listed] == [first.json()["id"]]
    assert GEHEIM not in str(listed)


async def test_of_two_who_impose_at_once_on_one_person_one_is_refused(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    paths = [await screened(triage, melding_id) for _ in range(2)]
    etags = [await triage.etag(path) for path in paths]
    body = oplegging(triage, melding_id, nieuweFeiten="x")

    async with in_transaction(triage.made.engine) as conn:
        # Nobody can tell a fact meanwhile: whoever does not wait for the casus has decided by then.
        await conn.execute(text("LOCK TABLE outbox IN SHARE MODE"))
        asked = [
            asyncio.create_task(triage.put(f"{path}/oplegging", body, etag=etag))
            for path, etag in zip(paths, etags, strict=True)
        ]
        await asyncio.sleep(0.5)
    answers = await asyncio.gather(*asked)

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len([fact for fact in await told(triage) if isinstance(fact, HuisverbodOpgelegd)]) == 1


async def test_of_two_steps_on_one_version_one_counts(triage: TriageRoom) -> None:
    path = await imposed(triage, await triage.receive())
    etag = await triage.etag(path)

    answers = await asyncio.gather(
        *(triage.put(f"{path}/verlenging", verlenging(triage, dagen), etag=etag) for dagen in (20, 28))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]


@pytest.mark.parametrize("rol", ["lokaal-team", "ketenpartner", "gemeente", "beheerder", "systeem"])
async def test_nobody_but_veilig_thuis_comes_in(triage: TriageRoom, rol: str) -> None:
    path = await imposed(triage, await triage.receive())

    answers = [
        await triage.get(path, rol),
        await triage.get("/huisverboden", rol),
        await triage.put(f"{path}/einde", None, etag='"1"', rol=rol),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


# --- pages, walls, the casus -------------------------------------------------------------------------------------


async def test_the_list_is_read_in_pages_by_casus_and_status(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    made = [await screened(triage, melding_id) for _ in range(3)]
    await screened(triage, await triage.receive())

    first = (await triage.get(f"/huisverboden?casusId={casus_id}&limiet=2")).json()
    rest = (await triage.get(f"/huisverboden?casusId={casus_id}&limiet=2&na={first['volgende']}")).json()
    none = (await triage.get(f"/huisverboden?casusId={casus_id}&status=ingetrokken")).json()

    found = [one["id"] for one in (*first["resultaten"], *rest["resultaten"])]
    assert sorted(found) == sorted(path.rsplit("/", 1)[-1] for path in made)
    assert (rest["volgende"], none["resultaten"]) == (None, [])


async def test_what_was_written_down_is_sealed_and_every_act_is_recorded(triage: TriageRoom) -> None:
    path = await imposed(triage, await triage.receive(), nieuweFeiten=GEHEIM)
    await step(triage, path, "casusregie", {"organisatieId": "vtrr", "medewerker": GEHEIM})
    await step(triage, path, "verlenging", verlenging(triage))
    body = {"soort": "gesproken", "met": "kind", "tijdstip": at(triage), "verslag": GEHEIM}
    assert (await triage.post(f"{path}/gesprekken", body)).status_code == 201
    await triage.get(path)

    rows = [await triage.rows(f"SELECT t::text FROM {table} t") for table in ("huisverbod", "huisverbod_stap")]  # noqa: S608
    acts = [row.actie for row in await triage.rows("SELECT actie FROM audit WHERE object_soort LIKE 'huisverbod%'")]

    assert GEHEIM not in str(rows)
    assert {"gescreend", "opgelegd", "casusregie", "verlengd", "vastgelegd", "gelezen"} <= set(acts)


async def everything(triage: TriageRoom, casus_id: UUID) -> tuple[UUID, str]:
    """Make a ban of which everything was written down that can be."""
    melding_id = await triage.receive(casus_id=casus_id)
    path = await imposed(triage, melding_id)
    body: dict[str, Any]
    for what, body in (
        ("casusregie", {"organisatieId": "vtrr", "medewerker": GEHEIM}),
        ("advies", {"advies": "opheffen", "gegevenOp": at(triage), "motivering": GEHEIM}),
        ("verlenging", verlenging(triage)),
        ("intrekking", {"ingetrokkenOp": at(triage), "hulpAanvaard": True, "motivering": GEHEIM}),
    ):
        answer = await step(triage, path, what, body)
        assert answer.status_code == 200, answer.text
    talk = {"soort": "gesproken", "met": "slachtoffer", "tijdstip": at(triage), "verslag": GEHEIM}
    assert (await triage.post(f"{path}/gesprekken", talk)).status_code == 201
    return melding_id, path


async def test_a_ban_goes_where_its_melding_goes(triage: TriageRoom) -> None:
    van, naar, blijft = uuid4(), uuid4(), uuid4()
    melding_id, path = await everything(triage, van)
    await triage.receive(casus_id=van)
    before = (await triage.get(path)).json()

    await triage.hear(triage.split(van, naar, melding_id, volgorde=1))
    split = (await triage.get(path)).json()
    await triage.receive(casus_id=blijft)
    await triage.hear(triage.merge(verdwenen=naar, blijft=blijft, volgorde=2))
    merged = (await triage.get(path)).json()

    changed = {"casusId", "versie"}
    assert (split["casusId"], merged["casusId"]) == (str(naar), str(blijft))
    for found in (split, merged):
        assert {k: v for k, v in found.items() if k not in changed} == {
            k: v for k, v in before.items() if k not in changed
        }


async def test_a_destroyed_casus_leaves_no_ban(triage: TriageRoom) -> None:
    casus_id, other = uuid4(), uuid4()
    melding_id, path = await everything(triage, casus_id)
    _, kept = await everything(triage, other)

    await triage.hear(triage.destruction(casus_id, melding_id, volgorde=1))

    assert ((await triage.get(path)).status_code, (await triage.get(kept)).status_code) == (404, 200)
    assert len(await triage.rows("SELECT 1 FROM huisverbod")) == 1
    assert len(await triage.rows("SELECT 1 FROM huisverbod_stap")) == 4


async def test_a_file_holds_everything_that_was_written_down(triage: TriageRoom) -> None:
    casus_id = uuid4()
    await everything(triage, casus_id)

    found = (await triage.get(f"/casussen/{casus_id}/dossier", "systeem", **DOEL)).json()["resultaten"]

    mine = [deel for deel in found if deel["soort"].startswith("huisverbod")]
    assert sorted(deel["soort"] for deel in mine) == [
        "huisverbod",
        "huisverbodadvies",
        "huisverbodcasusregie",
        "huisverbodgesprek",
        "huisverbodverlenging",
    ]
    assert all(GEHEIM in deel["teksten"] for deel in mine)
    (whole,) = [deel for deel in mine if deel["soort"] == "huisverbod"]
    assert whole["teksten"] == [GEHEIM] * 3  # the screening, the imposing and the withdrawal
    assert whole["velden"]["instrument"]["antwoorden"] == {"wapens": GEHEIM}
