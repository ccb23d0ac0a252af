"""A receiver asks, Veilig Thuis answers, nobody else reads it, and what tells who reported is left out."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.handover.domain.navraag import OPEN_MAX, TRANSITIONS, NavraagActie, NavraagStatus
from services.handover.tables import metadata
from shared.db import in_transaction
from shared.events.payloads import CasusGesplitst, CasusSamengevoegd
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.levering import offer, told
from tests.integration.handover.test_overdrachten import TO_OPVANG, besluit, melding
from tests.integration.shredded import read_all, vernietigd

pytestmark = pytest.mark.anyio

MELDER = "Mevrouw Jansen-Canarie"
VRAAG = "Is er een broer in huis?"


async def ask(room: HandoverRoom, overdracht_id: str, who: Any = OPVANG, vraag: str = VRAAG, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    path = f"/overdrachten/{overdracht_id}/navragen"
    return await room.call("POST", path, who, json={"vraag": vraag}, headers=headers)


async def answer(room: HandoverRoom, asked: Any, antwoord: str = "Ja.", who: Any = VT) -> Any:
    path = f"/overdrachten/{asked['overdrachtId']}/navragen/{asked['id']}/antwoord"
    return await room.call("POST", path, who, json={"antwoord": antwoord})


async def seen(room: HandoverRoom, asked: Any, who: Any = OPVANG) -> Any:
    found = await room.call("GET", f"/overdrachten/{asked['overdrachtId']}/navragen/{asked['id']}", who)
    assert found.status_code == 200, found.text
    return found.json()


async def test_a_question_and_a_receiver_who_cannot_be_told_wait_for_veilig_thuis_in_its_one_list(
    handover: HandoverRoom,
) -> None:
    _, overdracht_id = await offer(handover)
    asked = (await ask(handover, overdracht_id)).json()

    async def waiting(who: Any) -> list[tuple[str, str, str | None]]:
        found = await handover.call("GET", "/openstaand", who)
        return [(one["soort"], one["link"], one["uiterlijk"]) for one in found.json()["resultaten"]]

    before = await waiting(VT)
    assert (await answer(handover, asked)).status_code == 201
    after = await waiting(VT)
    await handover.call("POST", f"/overdrachten/{overdracht_id}/acceptatie", OPVANG)

    question = ("navraag", f"/v1/overdrachten/{overdracht_id}/navragen/{asked['id']}", asked["uiterlijk"])
    call = ("levering", f"/v1/overdrachten/{overdracht_id}/leveringen", "2026-03-03T23:00:00Z")
    assert sorted(before) == sorted([question, call])
    assert after == [call]
    assert await waiting(VT) == []
    assert not {"navraag", "levering"} & {soort for soort, _, _ in await waiting(OPVANG)}


def test_every_pair_of_state_and_deed_of_a_question_is_written_out() -> None:
    assert set(TRANSITIONS) == set(product(NavraagStatus, NavraagActie))


async def test_a_receiver_asks_and_is_answered_and_both_are_told_without_what_was_written(
    handover: HandoverRoom,
) -> None:
    _, overdracht_id = await offer(handover)

    asked = await ask(handover, overdracht_id)
    handover.klok.advance(timedelta(hours=1))
    first, again = [await answer(handover, asked.json()) for _ in range(2)]
    other = await answer(handover, asked.json(), "Nee.")

    # Two werkdagen after Monday 2 March: Thursday, midnight in Amsterdam.
    assert (asked.status_code, asked.json()["uiterlijk"]) == (201, "2026-03-04T23:00:00Z")
    assert asked.headers["Location"] == f"/v1/overdrachten/{overdracht_id}/navragen/{asked.json()['id']}"
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert "vraagt opnieuw" in other.json()["detail"]
    found = await seen(handover, asked.json())
    assert (found["status"], found["vraag"], found["antwoord"], found["teLaat"]) == ("beantwoord", VRAAG, "Ja.", False)
    assert [fact["navraagId"] for fact in await told(handover, "navraag-gesteld")] == [asked.json()["id"]]
    assert [fact["einde"] for fact in await told(handover, "navraag-afgerond")] == ["beantwoord"]
    async with in_transaction(handover.made.engine) as conn:
        kept = await conn.scalar(
            text("SELECT string_agg(n::text, '') || (SELECT string_agg(data::text, '') FROM outbox) FROM navraag n")
        )
    for secret in (VRAAG, VRAAG.encode().hex()):
        assert secret not in kept


async def test_what_tells_who_reported_is_left_out_for_a_receiver_and_stays_for_veilig_thuis(
    handover: HandoverRoom,
) -> None:
    _, overdracht_id = await offer(handover)
    asked = (await ask(handover, overdracht_id, vraag=f"Meldde {MELDER}?")).json()
    await answer(handover, asked, f"Ja, {MELDER} belde.")
    handover.rooms.verborgen = MELDER

    for_receiver, for_vt = await seen(handover, asked), await seen(handover, asked, VT)
    listed = (await handover.call("GET", f"/overdrachten/{overdracht_id}/navragen", OPVANG)).text

    assert MELDER not in str(for_receiver) + listed
    assert for_receiver["antwoord"] == "Ja, [weggelaten] belde."
    assert (for_vt["vraag"], for_vt["antwoord"]) == (f"Meldde {MELDER}?", f"Ja, {MELDER} belde.")


async def test_when_nobody_can_say_what_must_be_left_out_a_receiver_reads_nothing(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)
    asked = (await ask(handover, overdracht_id)).json()
    handover.rooms.away = True

    path = f"/overdrachten/{overdracht_id}/navragen"
    for where in (path, f"{path}/{asked['id']}"):
        refused = await handover.call("GET", where, OPVANG)
        assert refused.status_code == 503
        assert VRAAG not in refused.text
        assert (await handover.call("GET", where, VT)).status_code == 200


async def test_only_the_receiver_asks_and_only_veilig_thuis_answers_and_others_find_nothing(
    handover: HandoverRoom,
) -> None:
    _, overdracht_id = await offer(handover)
    _, other = await offer(handover)
    asked = (await ask(handover, overdracht_id)).json()

    assert (await ask(handover, overdracht_id, VT)).status_code == 403
    assert (await answer(handover, asked, who=OPVANG)).status_code == 403
    for who in (OTHER_PARTNER, TEAM, OTHER_TEAM):
        assert (await ask(handover, overdracht_id, who)).status_code == 404
        for path in ("navragen", f"navragen/{asked['id']}"):
            assert (await handover.call("GET", f"/overdrachten/{overdracht_id}/{path}", who)).status_code == 404
    assert (await answer(handover, {**asked, "overdrachtId": other})).status_code == 404
    assert (await handover.call("GET", f"/overdrachten/{other}/navragen/{asked['id']}", VT)).status_code == 404
    assert (await answer(handover, {**asked, "id": str(uuid4())})).status_code == 404


async def test_the_wall_of_the_database_hides_questions_of_others_by_itself(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)
    await ask(handover, overdracht_id)

    counts = {}
    for rol, organisatie in (("ketenpartner", OPVANG[1]), ("ketenpartner", "jbrr"), ("beheerder", "")):
        async with in_transaction(handover.made.engine) as conn:
            await conn.execute(
                text("SELECT set_config('keten.rol', :rol, true), set_config('keten.organisatie', :o, true)"),
                {"rol": rol, "o": organisatie},
            )
            counts[organisatie] = await conn.scalar(text("SELECT count(*) FROM navraag"))

    assert counts == {OPVANG[1]: 1, "jbrr": 0, "": 0}


async def test_a_question_sent_twice_under_one_key_is_one(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)

    first, again = [await ask(handover, overdracht_id, key="eens") for _ in range(2)]

    assert first.json() == again.json()
    assert len(await told(handover, "navraag-gesteld")) == 1


@pytest.mark.parametrize("body", [{}, {"vraag": ""}, {"vraag": "  "}, {"vraag": "x" * 20_001}, {"tekst": "x"}])
async def test_bad_questions_store_nothing(handover: HandoverRoom, body: dict[str, str]) -> None:
    _, overdracht_id = await offer(handover)

    refused = await handover.call("POST", f"/overdrachten/{overdracht_id}/navragen", OPVANG, json=body)

    assert refused.status_code == 400
    assert await told(handover, "navraag-gesteld") == []


async def test_questions_are_bounded_and_read_in_pages(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)
    asked = []
    for number in range(OPEN_MAX):
        handover.klok.advance(timedelta(seconds=1))
        asked.append((await ask(handover, overdracht_id, vraag=f"Vraag {number}")).json())

    too_many = await ask(handover, overdracht_id)
    await answer(handover, asked[0])
    one_more = await ask(handover, overdracht_id)
    path = f"/overdrachten/{overdracht_id}/navragen?limiet=15"
    first = (await handover.call("GET", path, OPVANG)).json()
    rest = (await handover.call("GET", f"{path}&na={first['volgende']}", OPVANG)).json()

    assert (too_many.status_code, one_more.status_code) == (409, 201)
    assert [row["vraag"] for row in first["resultaten"]] == [f"Vraag {number}" for number in range(15)]
    assert (len(rest["resultaten"]), rest["volgende"]) == (OPEN_MAX - 15 + 1, None)


async def test_who_accepts_waits_on_for_his_answer_and_who_refuses_does_not(handover: HandoverRoom) -> None:
    (_, accepted), (_, refused) = await offer(handover), await offer(handover)
    mine, other = [(await ask(handover, one)).json() for one in (accepted, refused)]

    assert (await handover.call("POST", f"/overdrachten/{accepted}/acceptatie", OPVANG)).status_code == 201
    body = {"reden": "geen-capaciteit", "toelichting": "Vol."}
    assert (await handover.call("POST", f"/overdrachten/{refused}/weigering", OPVANG, json=body)).status_code == 201

    assert [(await seen(handover, one))["status"] for one in (mine, other)] == ["open", "vervallen"]
    assert (await answer(handover, mine)).status_code == 201
    assert (await answer(handover, other)).status_code == 409
    assert (await ask(handover, refused)).status_code == 409
    assert (await ask(handover, accepted)).status_code == 201
    assert {fact["einde"] for fact in await told(handover, "navraag-afgerond")} == {"beantwoord", "vervallen"}


async def test_a_late_answer_is_taken_and_says_so(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)
    asked = (await ask(handover, overdracht_id)).json()
    handover.klok.advance(timedelta(days=4))

    assert (await answer(handover, asked)).status_code == 201

    assert (await seen(handover, asked))["teLaat"] is True


async def test_questions_go_with_their_melding_and_open_under_the_keys_of_their_casus(handover: HandoverRoom) -> None:
    stays, gone, theirs = uuid4(), uuid4(), uuid4()
    await handover.hear(
        gone, melding(handover, melding_id=theirs), replace(besluit(handover, TO_OPVANG), melding_id=theirs)
    )
    (row,) = await handover.overdrachten()
    asked = (await ask(handover, row["id"])).json()
    await answer(handover, asked)
    await handover.hear(stays, melding(handover))
    merged = CasusSamengevoegd(verdwenen_casus_id=gone, melding_ids=(), samengevoegd_op=handover.klok(), volgorde=1)
    await handover.hear(stays, merged)
    assert (await seen(handover, asked, VT))["antwoord"] == "Ja."

    split = CasusGesplitst(
        nieuwe_casus_id=gone,
        melding_ids=(theirs,),
        gesplitst_op=handover.klok(),
        herstelt_samenvoeging=True,
        volgorde=2,
    )
    await handover.hear(stays, split)
    await handover.hear(stays, vernietigd(handover.klok()))

    found = await seen(handover, asked, VT)
    assert (found["vraag"], found["antwoord"]) == (VRAAG, "Ja.")
    await handover.hear(gone, vernietigd(handover.klok()))
    assert (await read_all(handover.made.engine, metadata))["navraag"] == []


async def test_what_was_asked_and_answered_stands_in_the_file_and_in_the_log(handover: HandoverRoom) -> None:
    casus_id, overdracht_id = await offer(handover)
    asked = (await ask(handover, overdracht_id)).json()
    await answer(handover, asked)
    await seen(handover, asked)
    doel = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}

    file = await handover.call("GET", f"/casussen/{casus_id}/dossier", ("systeem", "intake", ()), headers=doel)

    (part,) = [deel for deel in file.json()["resultaten"] if deel["soort"] == "navraag"]
    assert part["teksten"] == [VRAAG, "Ja."]
    acts = [row.actie for row in await handover.audit() if row.object_id == UUID(asked["id"])]
    assert acts == ["navraag-gesteld", "navraag-beantwoord", "navraag-gelezen"]


# --- answered, and read ------------------------------------------------------------------------------------------


async def test_an_answer_waits_for_who_asked_until_he_says_that_he_read_it(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)
    asked = (await ask(handover, overdracht_id)).json()
    path = f"/overdrachten/{overdracht_id}/navragen/{asked['id']}/gezien"

    async def waiting(who: Any) -> list[str]:
        rows = (await handover.call("GET", "/openstaand", who)).json()["resultaten"]
        return [row["id"] for row in rows if row["soort"] == "navraag-beantwoord"]

    unanswered = (await handover.call("POST", path, OPVANG)).status_code, await waiting(OPVANG)
    handover.klok.advance(timedelta(hours=1))
    assert (await answer(handover, asked)).status_code == 201
    await seen(handover, asked)
    after_reading = [await waiting(who) for who in (OPVANG, OTHER_PARTNER, TEAM, VT)]
    (row,) = [
        row
        for row in (await handover.call("GET", "/openstaand", OPVANG)).json()["resultaten"]
        if row["soort"] == "navraag-beantwoord"
    ]
    refused = [(await handover.call("POST", path, who)).status_code for who in (OTHER_PARTNER, TEAM, VT)]
    confirmed = await handover.call("POST", path, OPVANG)
    handover.klok.advance(timedelta(hours=1))
    again = await handover.call("POST", path, OPVANG)

    assert unanswered == (409, [])
    assert after_reading == [[asked["id"]], [], [], []]
    assert (row["link"], row["uiterlijk"]) == (f"/v1/overdrachten/{overdracht_id}/navragen/{asked['id']}", None)
    assert row["sinds"] == (await seen(handover, asked))["afgerondOp"]
    assert refused == [404, 404, 403]
    assert (confirmed.status_code, again.status_code) == (201, 200)
    assert confirmed.json()["gezienOp"] == again.json()["gezienOp"] == (await seen(handover, asked, VT))["gezienOp"]
    assert await waiting(OPVANG) == []


async def test_an_answer_about_what_the_receiver_refused_waits_for_nobody(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)
    asked = (await ask(handover, overdracht_id)).json()
    await answer(handover, asked)

    refusal = {"reden": "niet-bevoegd", "toelichting": "x"}
    await handover.call("POST", f"/overdrachten/{overdracht_id}/weigering", OPVANG, json=refusal)

    rows = (await handover.call("GET", "/openstaand", OPVANG)).json()["resultaten"]
    assert [row["soort"] for row in rows] == []
