"""Shelter behind its doors: asked for, placed and left, seen by nobody who may not know, and never given twice."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text

from deploy.migrate import migrate
from shared.db import in_transaction
from shared.ids import new_id
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.opvang import (
    GEHEIM,
    KIND,
    LEAD,
    MOEDER,
    VADER,
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
from tests.integration.handover.test_organisaties import enrol, give
from tests.support import RoomDatabaseFactory

pytestmark = pytest.mark.anyio


# --- asking ------------------------------------------------------------------------------------------------------


def test_the_region_begins_with_forty_places_for_women_and_fifty_for_children(
    room_database: RoomDatabaseFactory,
) -> None:
    made = room_database("scratch")
    migrate("handover", made.owner_url)

    engine = create_engine(made.owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT soort, organisatie_id, plaatsen, gemeente_code FROM opvangvoorziening")).all()

    engine.dispose()

    assert {row.soort: tuple(row)[1:] for row in rows} == {
        "crisisopvang-vrouwen": ("opvang-rotterdam-rijnmond", 40, None),
        "crisisopvang-kinderen": ("opvang-rotterdam-rijnmond", 50, None),
    }


async def test_a_request_is_made_once_and_each_child_is_a_client_of_its_own(handover: HandoverRoom) -> None:
    _, melding_id = await a_family(handover)
    key = {"Idempotency-Key": "een-keer"}

    first = await ask(handover, melding_id, headers=key)
    again = await ask(handover, melding_id, headers=key)

    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json()["organisatieId"] == "opvang-rotterdam-rijnmond"
    assert [(one["persoonNr"], one["doelgroep"], one["status"]) for one in first.json()["clienten"]] == [
        (MOEDER, "vrouw", "aangevraagd"),
        (KIND, "kind", "aangevraagd"),
    ]
    ((name, told),) = await facts_of(handover)
    assert name == "opvang-aangevraagd"
    assert {one["clientId"] for one in told["clienten"]} == {one["clientId"] for one in first.json()["clienten"]}
    assert GEHEIM not in str(told)


@pytest.mark.parametrize(
    ("clienten", "pointer"),
    [
        ([client(7)], "/clienten/0/persoonNr"),
        ([client(MOEDER), client(MOEDER)], "/clienten/1/persoonNr"),
    ],
)
async def test_who_does_not_stand_in_the_melding_or_stands_twice_is_refused_and_nothing_is_kept(
    handover: HandoverRoom, clienten: list[dict[str, Any]], pointer: str
) -> None:
    _, melding_id = await a_family(handover)

    answer = await ask(handover, melding_id, *clienten)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert await facts_of(handover) == []


async def test_of_a_melding_that_told_nobody_everybody_is_taken(handover: HandoverRoom) -> None:
    _, melding_id = await a_family(handover)
    async with in_transaction(handover.made.engine) as conn:
        await conn.execute(text("UPDATE bekende_melding SET directbetrokkenen = '{}'"))

    assert (await ask(handover, melding_id, client(7))).status_code == 201


async def test_who_is_in_an_open_request_is_not_asked_for_again_and_may_be_once_that_ended(
    handover: HandoverRoom,
) -> None:
    _, melding_id = await a_family(handover)
    aanvraag_id = await asked(handover, melding_id, client(MOEDER))

    twice = await ask(handover, melding_id, client(MOEDER), client(KIND, "kind"))
    elsewhere = await ask(handover, melding_id, client(MOEDER), organisatieId="opvang-elders")
    body = {"ingetrokkenOp": wire(handover.klok()), "reden": "zelf-afgezien"}
    assert (await step(handover, aanvraag_id, "intrekking", body, VT)).status_code == 200
    again = await ask(handover, melding_id, client(MOEDER))

    assert [twice.status_code, elsewhere.status_code, again.status_code] == [409, 201, 201]


async def test_a_moment_to_come_and_a_melding_that_nobody_knows_are_refused(handover: HandoverRoom) -> None:
    _, melding_id = await a_family(handover)
    tomorrow = wire(handover.klok() + timedelta(days=1))

    assert (await ask(handover, melding_id, aangevraagdOp=tomorrow)).status_code == 400
    assert (await ask(handover, uuid4())).status_code == 404


# --- who may know ------------------------------------------------------------------------------------------------


async def test_who_may_know_that_and_where_somebody_is_is_decided_per_role(handover: HandoverRoom) -> None:
    casus_id, melding_id = await a_family(handover)
    aanvraag_id = await placed(handover, melding_id)

    whole = {who[1]: await read(handover, aanvraag_id, who) for who in (VT, OPVANG, TEAM, OTHER_TEAM, OTHER_PARTNER)}
    lists = {
        who[1]: (await handover.call("GET", f"/opvang/aanvragen?casusId={casus_id}", who)).json()["resultaten"]
        for who in (VT, OPVANG, TEAM, OTHER_TEAM, OTHER_PARTNER)
    }

    assert {name: answer.status_code for name, answer in whole.items()} == {
        "vtrr": 200,
        OPVANG[1]: 200,
        TEAM[1]: 200,
        OTHER_TEAM[1]: 404,
        OTHER_PARTNER[1]: 404,
    }
    assert {name: len(rows) for name, rows in lists.items()} == {
        "vtrr": 1,
        OPVANG[1]: 1,
        TEAM[1]: 1,
        OTHER_TEAM[1]: 0,
        OTHER_PARTNER[1]: 0,
    }
    for name in ("vtrr", OPVANG[1]):
        assert whole[name].json()["clienten"][0]["voorzieningId"] is not None
        assert whole[name].json()["organisatieId"] == lists[name][0]["organisatieId"] == OPVANG[1]
    seen = whole[TEAM[1]].json()
    assert (seen["organisatieId"], seen["toelichting"], seen["stappen"]) == ("afgeschermd", None, [])
    assert [one["status"] for one in seen["clienten"]] == ["geplaatst", "geplaatst"]
    here = await begin(handover)
    for shown in (whole[TEAM[1]].text, str(lists[TEAM[1]])):
        assert OPVANG[1] not in shown
        assert not any(voorziening_id in shown for voorziening_id in here.values())


async def test_a_team_that_refused_knows_nothing_any_more(handover: HandoverRoom) -> None:
    casus_id, melding_id = await a_family(handover)
    aanvraag_id = await asked(handover, melding_id, who=TEAM)
    (offer,) = await handover.overdrachten(TEAM)
    body = {"reden": "verkeerde-gemeente", "toelichting": "x"}
    assert (await handover.call("POST", f"/overdrachten/{offer['id']}/weigering", TEAM, json=body)).status_code == 201

    assert (await read(handover, aanvraag_id, TEAM)).status_code == 404
    found = await handover.call("GET", f"/opvang/aanvragen?casusId={casus_id}", TEAM)
    assert found.json()["resultaten"] == []
    assert (await ask(handover, melding_id, client(VADER, "man"), who=TEAM)).status_code == 404


async def test_a_team_asks_for_and_takes_back_and_does_nothing_else(handover: HandoverRoom) -> None:
    _, melding_id = await a_family(handover)
    aanvraag_id = await asked(handover, melding_id, who=TEAM)
    own = await read(handover, aanvraag_id, TEAM)
    now = wire(handover.klok())

    others = [
        await step(handover, aanvraag_id, "wachten", {"sinds": now}, TEAM),
        await step(handover, aanvraag_id, "niet-in", {}, TEAM),
        await handover.call("GET", "/opvang/bezetting", TEAM),
        await handover.call("GET", "/opvang/wachtlijst", TEAM),
    ]
    back = await step(handover, aanvraag_id, "intrekking", {"ingetrokkenOp": now, "reden": "andere-oplossing"}, TEAM)

    assert GEHEIM in own.json()["toelichting"]  # its own words
    assert [answer.status_code for answer in others] == [403] * 4
    assert (back.status_code, [one["status"] for one in back.json()["clienten"]]) == (200, ["ingetrokken"] * 2)


async def test_a_shelter_reads_and_changes_what_was_asked_of_itself(handover: HandoverRoom) -> None:
    _, melding_id = await a_family(handover)
    other = await asked(handover, melding_id, organisatieId="jbrr")
    now = wire(handover.klok())

    assert (await read(handover, other, OPVANG)).status_code == 404
    assert (await step(handover, other, "wachten", {"sinds": now}, OPVANG)).status_code == 404
    assert (await step(handover, other, "wachten", {"sinds": now}, OTHER_PARTNER)).status_code == 200
    assert (await handover.call("GET", "/opvang/bezetting", OTHER_PARTNER)).json() == {"resultaten": []}
    here = (await begin(handover))["crisisopvang-vrouwen"]
    assert (await handover.call("GET", f"/opvang/voorzieningen/{here}", OTHER_PARTNER)).status_code == 404
    taken = await handover.call(
        "PUT", f"/opvang/voorzieningen/{here}", OTHER_PARTNER, json={"plaatsen": 0}, headers={"If-Match": "*"}
    )
    assert taken.status_code == 404


async def test_the_rights_of_an_organisation_take_away_from_what_it_sees_of_shelter(handover: HandoverRoom) -> None:
    _, melding_id = await a_family(handover)
    aanvraag_id = await asked(handover, melding_id)
    hulp = {"doel": "hulp-verlenen", "gemeenteCode": "0622"}
    await enrol(handover, OPVANG, hulp)

    async def seen() -> tuple[int, int]:
        handover.deur.forget(OPVANG[1])
        found = await handover.call("GET", "/opvang/aanvragen", OPVANG)
        return (await read(handover, aanvraag_id, OPVANG)).status_code, len(found.json()["resultaten"])

    elsewhere = await seen()
    assert (await give(handover, OPVANG, **hulp | {"gemeenteCode": "0599"})).status_code == 201

    assert (elsewhere, await seen()) == ((404, 0), (200, 1))


async def test_what_was_written_is_cut_for_a_shelter_and_not_for_veilig_thuis(handover: HandoverRoom) -> None:
    handover.rooms.verborgen = GEHEIM
    _, melding_id = await a_family(handover)
    aanvraag_id = await placed(handover, melding_id)
    body = {"klaarSinds": wire(handover.klok()), "toelichting": f"Volgens {GEHEIM} kan het."}
    assert (await step(handover, aanvraag_id, "klaar", body)).status_code == 200

    theirs, ours = await read(handover, aanvraag_id, OPVANG), await read(handover, aanvraag_id, VT)

    assert GEHEIM not in theirs.text
    assert theirs.text.count("[weggelaten]") == 2
    assert ours.text.count(GEHEIM) == 2


async def test_the_sight_of_safety_shows_a_shelter_as_holder_to_itself_and_veilig_thuis_only(
    handover: HandoverRoom,
) -> None:
    from tests.integration.handover.test_overdrachten import TO_OPVANG, TO_TEAM, besluit, melding  # noqa: PLC0415

    casus_id = uuid4()
    carrying = type(TO_OPVANG)(soort=TO_OPVANG.soort, organisatie_id=OPVANG[1], draagt_zicht=True)
    aside = type(TO_TEAM)(soort=TO_TEAM.soort, organisatie_id=TEAM[1], draagt_zicht=False)
    await handover.hear(casus_id, melding(handover), besluit(handover, carrying, aside))
    (offer,) = await handover.overdrachten(OPVANG)
    handover.klok.advance(timedelta(hours=1))
    assert (await handover.call("POST", f"/overdrachten/{offer['id']}/acceptatie", OPVANG)).status_code == 201

    path = f"/casussen/{casus_id}/zicht-op-veiligheid"
    seen = {who[1]: (await handover.call("GET", path, who)).json()["houder"] for who in (VT, OPVANG, TEAM)}
    theirs = await handover.call("GET", path, TEAM)

    assert seen["vtrr"]["organisatieId"] == seen[OPVANG[1]]["organisatieId"] == OPVANG[1]
    assert (seen[TEAM[1]]["organisatieId"], seen[TEAM[1]]["soort"]) == ("afgeschermd", "afgeschermd")
    assert OPVANG[1] not in theirs.text
    assert offer["id"] not in theirs.text


# --- placing -----------------------------------------------------------------------------------------------------


async def test_a_family_is_placed_ready_and_out_and_each_step_is_told_without_where(handover: HandoverRoom) -> None:
    here = await begin(handover)
    _, melding_id = await a_family(handover)
    aanvraag_id = await placed(handover, melding_id)
    assert [await bezet(handover, one) for one in here.values()] == [1, 1]

    handover.klok.advance(timedelta(days=30))
    ready = await step(handover, aanvraag_id, "klaar", {"klaarSinds": wire(handover.klok())})
    handover.klok.advance(timedelta(days=10))
    overview = {row["soort"]: row for row in (await handover.call("GET", "/opvang/bezetting", VT)).json()["resultaten"]}
    out = {"uitgestroomdOp": wire(handover.klok()), "naar": "eigen-woning", "toelichting": GEHEIM}
    left = await step(handover, aanvraag_id, "uitstroom", out)
    again = await step(handover, aanvraag_id, "uitstroom", out)

    assert [one["status"] for one in ready.json()["clienten"]] == ["klaar-maar-niet-uit"] * 2
    women = overview["crisisopvang-vrouwen"]
    assert (women["bezet"], women["vrij"], women["klaarMaarNietUit"], women["oudsteKlaarDagen"]) == (1, 39, 1, 10)
    (mother, _) = left.json()["clienten"]
    assert (mother["status"], mother["wachtdagen"]) == ("uitgestroomd", 2)
    assert (mother["verblijfsdagen"], mother["klaarNietUitDagen"]) == (40, 10)
    assert again.json() == left.json()
    assert [await bezet(handover, one) for one in here.values()] == [0, 0]
    told = await facts_of(handover)
    assert [name for name, _ in told] == [
        "opvang-aangevraagd",
        *["opvang-geplaatst"] * 2,
        *["opvang-klaargemeld"] * 2,
        *["opvang-beeindigd"] * 2,
    ]
    words = (*here.values(), OPVANG[1], "eigen-woning", GEHEIM)
    assert [word for word in words if word in str(told)] == []


async def test_nobody_is_placed_where_he_may_not_be(handover: HandoverRoom) -> None:
    _, melding_id = await a_family(handover)
    there = await voorziening(handover, "crisisopvang-vrouwen", gemeenteCode="0599")
    safe = await voorziening(handover, "crisisopvang-vrouwen", gemeenteCode="0502")
    unknown = (await begin(handover))["crisisopvang-vrouwen"]
    here = {"nietInGemeenten": ["0599"]}
    aanvraag_id = await asked(handover, melding_id, client(MOEDER), **here)

    answers = {
        one: await step(handover, aanvraag_id, "plaatsing", places(handover, (MOEDER, one)))
        for one in (there, unknown, safe)
    }

    assert [answer.status_code for answer in answers.values()] == [400, 400, 200]
    assert [fault["pointer"] for fault in answers[there].json()["errors"]] == ["/plaatsen/0/voorzieningId"]


async def test_elsewhere_in_the_country_the_same_holds(handover: HandoverRoom) -> None:
    _, melding_id = await a_family(handover)
    forbidden = {"nietInGemeenten": ["0518"], "nietInRegios": ["veilig-thuis-utrecht"]}
    aanvraag_id = await asked(handover, melding_id, client(MOEDER), **forbidden)
    now = wire(handover.klok())

    answers = [
        await step(handover, aanvraag_id, "elders", {"geplaatstOp": now, "regio": regio} | more)
        for regio, more in (
            ("veilig-thuis-utrecht", {"gemeenteCode": "0344"}),
            ("veilig-thuis-haaglanden", {}),
            ("veilig-thuis-haaglanden", {"gemeenteCode": "0518"}),
            ("veilig-thuis-haaglanden", {"gemeenteCode": "0603"}),
        )
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400, 200]
    assert answers[-1].json()["clienten"][0]["status"] == "elders-geplaatst"
    (last,) = [data for name, data in await facts_of(handover) if name == "opvang-beeindigd"]
    assert last["einde"] == "elders-geplaatst"
    assert "haaglanden" not in str(await facts_of(handover))
    assert (await read(handover, aanvraag_id)).json()["stappen"][0]["regio"] == "veilig-thuis-haaglanden"
    assert "haaglanden" not in (await read(handover, aanvraag_id, TEAM)).text


async def test_who_came_together_stays_together_unless_somebody_says_why(handover: HandoverRoom) -> None:
    here = await begin(handover)
    _, melding_id = await a_family(handover)
    aanvraag_id = await asked(handover, melding_id)
    alone = places(handover, (MOEDER, here["crisisopvang-vrouwen"]))

    without = await step(handover, aanvraag_id, "plaatsing", alone)
    reason = {"splitsing": {"reden": "geen-plaats-samen", "toelichting": GEHEIM}}
    given = await step(handover, aanvraag_id, "plaatsing", alone | reason)
    child = await step(handover, aanvraag_id, "plaatsing", places(handover, (KIND, here["crisisopvang-kinderen"])))

    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (400, "/splitsing")
    assert [one["status"] for one in given.json()["clienten"]] == ["geplaatst", "aangevraagd"]
    assert [one["status"] for one in child.json()["clienten"]] == ["geplaatst", "geplaatst"]
    assert (await read(handover, aanvraag_id)).json()["stappen"][0]["redenSplitsing"] == "geen-plaats-samen"


async def test_a_place_is_for_whom_it_is_and_of_the_shelter_that_was_asked(handover: HandoverRoom) -> None:
    here = await begin(handover)
    elsewhere = await voorziening(handover, "crisisopvang-vrouwen", organisatieId="jbrr")
    _, melding_id = await a_family(handover)
    aanvraag_id = await asked(handover, melding_id, client(MOEDER))

    for wrong in (here["crisisopvang-kinderen"], elsewhere, str(uuid4())):
        answer = await step(handover, aanvraag_id, "plaatsing", places(handover, (MOEDER, wrong)), VT)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/plaatsen/0/voorzieningId")
    assert (await step(handover, aanvraag_id, "plaatsing", places(handover, (VADER, here["crisisopvang-vrouwen"])))
            ).status_code == 400  # fmt: skip


async def test_who_flows_through_leaves_the_place_of_before(handover: HandoverRoom) -> None:
    here = (await begin(handover))["crisisopvang-vrouwen"]
    longer = await voorziening(handover, "langer-verblijf")
    _, melding_id = await a_family(handover)
    aanvraag_id = await asked(handover, melding_id, client(MOEDER))
    await step(handover, aanvraag_id, "plaatsing", places(handover, (MOEDER, here)))
    handover.klok.advance(timedelta(days=20))
    await step(handover, aanvraag_id, "klaar", {"klaarSinds": wire(handover.klok())})
    handover.klok.advance(timedelta(days=5))

    through = await step(handover, aanvraag_id, "plaatsing", places(handover, (MOEDER, longer)))
    same = await step(handover, aanvraag_id, "plaatsing", places(handover, (MOEDER, longer), toelichting="x"))

    assert (through.status_code, same.status_code) == (200, 409)
    assert [await bezet(handover, one) for one in (here, longer)] == [0, 1]
    first, second = [data for name, data in await facts_of(handover) if name == "opvang-geplaatst"]
    assert (first["doorstroom"], second["doorstroom"]) == (False, True)
    assert (second["soort"], second["klaarSinds"] is not None) == ("langer-verblijf", True)


async def test_of_many_at_once_no_more_are_placed_than_there_are_places(handover: HandoverRoom) -> None:
    few = await voorziening(handover, "crisisopvang-vrouwen", plaatsen=3)
    wanted = []
    for _ in range(8):
        _, melding_id = await a_family(handover)
        wanted.append(await asked(handover, melding_id, client(MOEDER)))

    answers = await asyncio.gather(
        *(step(handover, one, "plaatsing", places(handover, (MOEDER, few))) for one in wanted)
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 5
    assert await bezet(handover, few) == 3
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "wachtlijst" in refused.json()["detail"]
    assert sum(name == "opvang-geplaatst" for name, _ in await facts_of(handover)) == 3


async def test_one_person_has_one_bed_in_all_shelters_together(handover: HandoverRoom) -> None:
    here = (await begin(handover))["crisisopvang-vrouwen"]
    theirs = await voorziening(handover, "crisisopvang-vrouwen", organisatieId="jbrr")
    _, melding_id = await a_family(handover)
    first = await asked(handover, melding_id, client(MOEDER))
    second = await asked(handover, melding_id, client(MOEDER), organisatieId="jbrr")
    assert (await step(handover, first, "plaatsing", places(handover, (MOEDER, here)))).status_code == 200

    twice = await step(handover, second, "plaatsing", places(handover, (MOEDER, theirs)), OTHER_PARTNER)

    assert twice.status_code == 409
    assert OPVANG[1] not in twice.text
    assert await bezet(handover, theirs) == 0


async def test_there_are_never_fewer_places_than_people(handover: HandoverRoom) -> None:
    here = (await begin(handover))["crisisopvang-vrouwen"]
    _, melding_id = await a_family(handover)
    await placed(handover, melding_id)
    path, put = f"/opvang/voorzieningen/{here}", {"plaatsen": 0, "gemeenteCode": "0599"}

    none = await handover.call("PUT", path, OPVANG, json=put, headers={"If-Match": '"1"'})
    one = await handover.call("PUT", path, OPVANG, json=put | {"plaatsen": 1}, headers={"If-Match": '"1"'})
    stale = await handover.call("PUT", path, OPVANG, json=put | {"plaatsen": 9}, headers={"If-Match": '"1"'})
    blind = await handover.call("PUT", path, OPVANG, json=put | {"plaatsen": 9})

    assert [answer.status_code for answer in (none, one, stale, blind)] == [409, 200, 412, 428]
    assert (one.json()["plaatsen"], one.json()["vrij"], one.json()["gemeenteCode"]) == (1, 0, "0599")


async def test_places_are_added_by_the_lead_only_and_once(handover: HandoverRoom) -> None:
    body = {"organisatieId": "jbrr", "soort": "safehouse", "plaatsen": 2}
    key = {"Idempotency-Key": "huis"}

    first, again = [
        await handover.call("POST", "/opvang/voorzieningen", LEAD, json=body, headers=key) for _ in range(2)
    ]
    refused = [await handover.call("POST", "/opvang/voorzieningen", who, json=body) for who in (VT, OPVANG, TEAM)]

    assert (first.status_code, again.json()) == (201, first.json())
    assert [answer.status_code for answer in refused] == [403] * 3
    assert len((await handover.call("GET", "/opvang/bezetting", VT)).json()["resultaten"]) == 1


# --- waiting, refusing, screening --------------------------------------------------------------------------------


async def test_who_waits_stands_in_a_list_with_what_cannot_wait_first(handover: HandoverRoom) -> None:
    made = []
    for spoed in (False, False, True):
        _, melding_id = await a_family(handover)
        made.append(await asked(handover, melding_id, client(MOEDER), spoed=spoed))
        body = {"sinds": wire(handover.klok())}
        assert (await step(handover, made[-1], "wachten", body)).status_code == 200
        handover.klok.advance(timedelta(hours=1))

    first = (await handover.call("GET", "/opvang/wachtlijst?limiet=2", OPVANG)).json()
    rest = (await handover.call("GET", f"/opvang/wachtlijst?limiet=2&na={first['volgende']}", OPVANG)).json()
    wrong = await handover.call("GET", "/opvang/wachtlijst?na=W10", VT)
    here = (await begin(handover))["crisisopvang-vrouwen"]
    assert (await step(handover, made[2], "plaatsing", places(handover, (MOEDER, here)))).status_code == 200
    after = (await handover.call("GET", "/opvang/wachtlijst", VT)).json()

    assert [row["id"] for row in (*first["resultaten"], *rest["resultaten"])] == [made[2], made[0], made[1]]
    assert rest["volgende"] is None
    assert wrong.status_code == 400
    assert [row["id"] for row in after["resultaten"]] == made[:2]


async def test_lists_go_on_after_a_page_and_can_be_asked_by_state(handover: HandoverRoom) -> None:
    made = []
    for _ in range(3):
        _, melding_id = await a_family(handover)
        made.append(await asked(handover, melding_id, client(MOEDER)))
        handover.klok.advance(timedelta(hours=1))
    body = {"ingetrokkenOp": wire(handover.klok()), "reden": "anders"}
    assert (await step(handover, made[1], "intrekking", body, VT)).status_code == 200

    page = (await handover.call("GET", "/opvang/aanvragen?limiet=2", VT)).json()
    rest = (await handover.call("GET", f"/opvang/aanvragen?limiet=2&na={page['volgende']}", VT)).json()
    gone = (await handover.call("GET", "/opvang/aanvragen?status=ingetrokken", VT)).json()

    assert [row["id"] for row in (*page["resultaten"], *rest["resultaten"])] == made
    assert [row["id"] for row in gone["resultaten"]] == [made[1]]


@pytest.mark.parametrize(
    "words",
    [
        "Zij heeft geen geldige verblijfsvergunning.",
        "Wij nemen geen ongedocumenteerde vrouwen op.",
        "Eerst moet de IND beslissen.",
        "Haar Verblijfsstatus is onzeker.",
        "Uitgeprocedeerd.",
    ],
)
async def test_verdrag_van_istanbul_4_3_nobody_is_refused_for_the_status_of_his_residence(
    handover: HandoverRoom, words: str
) -> None:
    _, melding_id = await a_family(handover)
    aanvraag_id = await asked(handover, melding_id, client(MOEDER, onzekereVerblijfsstatus=True))
    body = {"geweigerdOp": wire(handover.klok()), "reden": "anders", "toelichting": words}

    named = await step(handover, aanvraag_id, "weigering", body)
    other = await step(handover, aanvraag_id, "weigering", body | {"toelichting": "De begeleiding is te zwaar."})

    assert (named.status_code, named.json()["errors"][0]["pointer"]) == (400, "/toelichting")
    assert words not in named.text
    assert other.status_code == 200
    (told,) = [data for name, data in await facts_of(handover) if name == "opvang-geweigerd"]
    assert (told["onzekereVerblijfsstatus"], told["reden"]) == (True, "anders")


async def test_a_child_with_a_place_is_screened_and_only_the_first_is_told(handover: HandoverRoom) -> None:
    _, melding_id = await a_family(handover)
    waiting = await asked(handover, melding_id, client(KIND, "kind"), organisatieId="jbrr")
    aanvraag_id = await placed(handover, melding_id)
    body = {
        "persoonNr": KIND,
        "gescreendOp": wire(handover.klok()),
        "uitkomst": "ernstige-klachten",
        "vervolg": "traumabehandeling",
        "toelichting": GEHEIM,
    }

    early = await step(handover, waiting, "traumascreening", body, OTHER_PARTNER)
    nothing = await step(handover, aanvraag_id, "traumascreening", body | {"vervolg": "geen"})
    mother = await step(handover, aanvraag_id, "traumascreening", body | {"persoonNr": MOEDER})
    done = await step(handover, aanvraag_id, "traumascreening", body)
    handover.klok.advance(timedelta(days=50))
    later = {"gescreendOp": wire(handover.klok()), "uitkomst": "geen-klachten", "vervolg": "geen"}
    again = await step(handover, aanvraag_id, "traumascreening", body | later)

    assert [one.status_code for one in (early, nothing, mother, done, again)] == [409, 400, 400, 200, 200]
    assert [fault["pointer"] for fault in mother.json()["errors"]] == ["/persoonNr"]
    told = [data for name, data in await facts_of(handover) if name == "traumascreening-gedaan"]
    assert len(told) == 1
    assert not {"uitkomst", "vervolg"} & told[0].keys()
    kept = [(one["uitkomst"], one["vervolg"]) for one in (await read(handover, aanvraag_id)).json()["stappen"]]
    assert kept[1:] == [("ernstige-klachten", "traumabehandeling"), ("geen-klachten", "geen")]
    assert again.json()["clienten"][1]["gescreendOp"] == done.json()["clienten"][1]["gescreendOp"]


async def test_a_step_out_of_order_or_on_an_old_version_says_what_may_be_done(handover: HandoverRoom) -> None:
    _, melding_id = await a_family(handover)
    aanvraag_id = await asked(handover, melding_id, client(MOEDER))
    now = wire(handover.klok())

    out = await step(handover, aanvraag_id, "uitstroom", {"uitgestroomdOp": now, "naar": "onbekend"})
    stranger = await step(handover, aanvraag_id, "wachten", {"sinds": now, "personen": [VADER]})
    before = await step(handover, aanvraag_id, "wachten", {"sinds": wire(handover.klok() - timedelta(days=1))})
    stale = await step(handover, aanvraag_id, "wachten", {"sinds": now}, seen='"7"')
    path = f"/opvang/aanvragen/{aanvraag_id}/wachten"
    blind = await handover.call("PUT", path, OPVANG, json={"sinds": now})

    assert (out.status_code, "wachtlijst" in out.json()["detail"]) == (409, True)
    assert (stranger.status_code, stranger.json()["errors"][0]["pointer"]) == (400, "/personen/0")
    assert (before.status_code, before.json()["errors"][0]["pointer"]) == (400, "/sinds")
    assert (stale.status_code, blind.status_code) == (412, 428)
    assert [name for name, _ in await facts_of(handover)] == ["opvang-aangevraagd"]


async def test_who_is_known_under_two_meldingen_and_placed_twice_is_warned_of(handover: HandoverRoom) -> None:
    casus_id, first_melding = await a_family(handover)
    _, second_melding = await a_family(handover, casus_id)
    here = await begin(handover)
    first = await placed(handover, first_melding)

    second = await asked(handover, second_melding)
    body = places(handover, (MOEDER, here["crisisopvang-vrouwen"]), (KIND, here["crisisopvang-kinderen"]))
    answer = await step(handover, second, "plaatsing", body)

    warned = {"soort": "mogelijk-dubbel-geplaatst", "personen": [MOEDER]}
    assert answer.json()["waarschuwingen"] == [warned]
    assert (await read(handover, first)).json()["waarschuwingen"] == [warned]
    assert (await read(handover, first, TEAM)).json()["waarschuwingen"] == []


async def test_who_stays_where_it_became_dangerous_is_warned_of(handover: HandoverRoom) -> None:
    there = await voorziening(handover, "crisisopvang-vrouwen", gemeenteCode="0599")
    _, melding_id = await a_family(handover)
    aanvraag_id = await asked(handover, melding_id, client(MOEDER))
    await step(handover, aanvraag_id, "plaatsing", places(handover, (MOEDER, there)))

    safe = await step(handover, aanvraag_id, "niet-in", {"nietInGemeenten": ["0502"]})
    wrong = await step(handover, aanvraag_id, "niet-in", {"nietInGemeenten": ["0599"]}, VT)

    assert safe.json()["waarschuwingen"] == []
    assert wrong.json()["waarschuwingen"] == [{"soort": "verblijft-waar-het-niet-mag", "personen": [MOEDER]}]


async def test_every_read_and_every_step_leaves_a_row_of_audit(handover: HandoverRoom) -> None:
    casus_id, melding_id = await a_family(handover)
    aanvraag_id = await placed(handover, melding_id)
    await read(handover, aanvraag_id, TEAM)
    await handover.call("GET", "/opvang/wachtlijst", VT)

    rows = [row for row in await handover.audit() if row.verwerking.split("/")[-2] == "opvangen"]

    assert [(row.actie, row.rol) for row in rows] == [
        ("bezetting-gelezen", "vt-medewerker"),
        *[("vastgelegd", "vt-teamleider")] * 2,
        ("aangevraagd", "vt-medewerker"),
        ("geplaatst", "ketenpartner"),
        ("gelezen", "lokaal-team"),
        ("wachtlijst-gelezen", "vt-medewerker"),
    ]
    assert {row.casus_id for row in rows if row.object_id == UUID(aanvraag_id)} == {casus_id}


async def test_an_id_that_is_nobodys_is_not_there(handover: HandoverRoom) -> None:
    gone = new_id()

    assert (await read(handover, str(gone))).status_code == 404
    assert (await step(handover, str(gone), "wachten", {"sinds": wire(handover.klok())})).status_code == 404
    assert (await handover.call("GET", f"/opvang/voorzieningen/{gone}", VT)).status_code == 404
