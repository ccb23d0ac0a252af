"""What an organisation is asked for itself stands in its list: shelter, and help of the palet; and in nobody else's."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from shared.db import in_transaction
from tests.integration.handover import opvang, palet
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.opvang import KIND, MOEDER, wire
from tests.integration.handover.palet import HULP

pytestmark = pytest.mark.anyio

_KINDS = {"opvangaanvraag", "opvang-klaar", "inzet"}


async def asked_of(room: HandoverRoom, who: Any, query: str = "") -> list[dict[str, Any]]:
    answer = await room.call("GET", f"/openstaand{query}", who)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    rows: list[dict[str, Any]] = [row for row in found["resultaten"] if row["soort"] in _KINDS]
    if not query:
        counted = {one["soort"]: one["aantal"] for one in found["aantallen"] if one["soort"] in _KINDS}
        assert sum(counted.values()) == len(rows)
    return rows


async def test_a_request_waits_for_its_shelter_until_everybody_in_it_has_an_answer(handover: HandoverRoom) -> None:
    casus_id, melding_id = await opvang.a_family(handover)
    aanvraag = await opvang.asked(handover, melding_id)
    here = await opvang.begin(handover)

    (row,) = await asked_of(handover, OPVANG)
    first = opvang.places(
        handover, (MOEDER, here["crisisopvang-vrouwen"]), splitsing={"reden": "geen-plaats-samen", "toelichting": "x"}
    )
    assert (await opvang.step(handover, aanvraag, "plaatsing", first)).status_code == 200
    with_one_left = [found["id"] for found in await asked_of(handover, OPVANG)]
    wait = {"personen": [KIND], "sinds": wire(handover.klok())}
    assert (await opvang.step(handover, aanvraag, "wachten", wait)).status_code == 200
    waiting = [found["id"] for found in await asked_of(handover, OPVANG)]
    rest = opvang.places(handover, (KIND, here["crisisopvang-kinderen"]))
    assert (await opvang.step(handover, aanvraag, "plaatsing", rest)).status_code == 200

    assert (row["soort"], row["id"], row["casusId"]) == ("opvangaanvraag", aanvraag, str(casus_id))
    assert (row["overdrachtId"], row["organisatieId"], row["gemeenteCode"]) == (None, OPVANG[1], "0599")
    assert (row["sinds"], row["uiterlijk"], row["behandelaar"]) == (wire(handover.klok()), None, None)
    assert row["link"] == f"/v1/opvang/aanvragen/{aanvraag}"
    assert (await handover.call("GET", row["link"].removeprefix("/v1"), OPVANG)).status_code == 200
    assert with_one_left == waiting == [aanvraag]
    assert await asked_of(handover, OPVANG) == []


async def test_who_could_leave_waits_since_the_first_who_could_and_until_the_last_left(handover: HandoverRoom) -> None:
    _, melding_id = await opvang.a_family(handover)
    aanvraag = await opvang.placed(handover, melding_id)
    assert await asked_of(handover, OPVANG) == []
    for person in (MOEDER, KIND):
        handover.klok.advance(timedelta(hours=1))
        ready = {"personen": [person], "klaarSinds": wire(handover.klok())}
        assert (await opvang.step(handover, aanvraag, "klaar", ready)).status_code == 200

    (row,) = await asked_of(handover, OPVANG)
    left = {"uitgestroomdOp": wire(handover.klok()), "naar": "eigen-woning"}
    assert (await opvang.step(handover, aanvraag, "uitstroom", left | {"personen": [MOEDER]})).status_code == 200
    child_left = [found["sinds"] for found in await asked_of(handover, OPVANG)]
    assert (await opvang.step(handover, aanvraag, "uitstroom", left | {"personen": [KIND]})).status_code == 200

    assert (row["soort"], row["id"]) == ("opvang-klaar", aanvraag)
    assert row["sinds"] == wire(handover.klok() - timedelta(hours=1))
    assert child_left == [wire(handover.klok())]
    assert await asked_of(handover, OPVANG) == []


async def test_help_waits_for_who_gives_it_without_its_casus_until_he_answers(handover: HandoverRoom) -> None:
    interventie = await palet.put_in_palet(handover)
    casus_id, overdracht_id = await palet.accepted(handover)
    asked = await palet.ask(handover, overdracht_id, interventie["id"])

    (row,) = await asked_of(handover, HULP)
    begun = await palet.step(handover, asked["id"], "start")

    assert (row["soort"], row["id"], row["link"]) == ("inzet", asked["id"], f"/v1/inzetten/{asked['id']}")
    assert (row["casusId"], row["overdrachtId"], row["organisatieId"]) == (None, None, HULP[1])
    assert str(casus_id) not in str(row)
    assert row["sinds"] == asked["aangevraagdOp"]
    assert begun.status_code == 200
    assert await asked_of(handover, HULP) == []


async def test_nobody_else_is_shown_what_an_organisation_is_asked_and_who_asked_has_nothing_to_do(
    handover: HandoverRoom,
) -> None:
    _, melding_id = await opvang.a_family(handover)
    await opvang.asked(handover, melding_id)
    interventie = await palet.put_in_palet(handover)
    _, overdracht_id = await palet.accepted(handover)
    await palet.ask(handover, overdracht_id, interventie["id"])

    seen = {who[1]: [row["soort"] for row in await asked_of(handover, who)] for who in (OPVANG, HULP)}
    others = [await asked_of(handover, who) for who in (TEAM, OTHER_TEAM, OTHER_PARTNER, VT)]

    assert seen == {OPVANG[1]: ["opvangaanvraag"], HULP[1]: ["inzet"]}
    assert others == [[], [], [], []]
    # The wall of the database says the same, whatever is asked of it.
    async with in_transaction(handover.made.engine) as conn:
        for view in ("open_opvangaanvraag", "open_opvang_klaar", "open_inzet"):
            await conn.execute(text("SELECT set_config('keten.rol', 'lokaal-team', true)"))
            await conn.execute(text("SELECT set_config('keten.organisatie', :wie, true)"), {"wie": OPVANG[1]})
            assert (await conn.execute(text(f"SELECT id FROM {view}"))).all() == []  # noqa: S608, one of three above


async def test_it_is_narrowed_by_municipality_and_is_with_what_nobody_sees_to(handover: HandoverRoom) -> None:
    _, melding_id = await opvang.a_family(handover)
    aanvraag = await opvang.asked(handover, melding_id)
    queries = ("?gemeenteCode=0599", "?gemeenteCode=0622", "?zonderBehandelaar=true", "?behandelaar=mij")

    found = {query: [row["id"] for row in await asked_of(handover, OPVANG, query)] for query in queries}

    assert found == dict(zip(queries, ([aanvraag], [], [aanvraag], []), strict=True))
