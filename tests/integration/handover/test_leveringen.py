"""A delivery begins and ends with its offer; the receiver proves it, a person settles it, others see nothing of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.db import in_transaction
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.levering import (
    LEAD,
    OPVANG_ID,
    deliverer,
    give_up,
    levering,
    leveringen,
    offer,
    one_round,
    rest,
    told,
)
from tests.integration.handover.partner import Partner
from tests.integration.handover.test_overdrachten import TO_OPVANG, TO_TEAM, besluit, melding

pytestmark = pytest.mark.anyio

GEHEIM = "Mevrouw Jansen-Canarie"
BELLEN = {"wijze": "telefoon", "toelichting": f"Gesproken met {GEHEIM}."}


async def settle(room: HandoverRoom, overdracht_id: str, who: Any = VT, **changes: Any) -> Any:
    found = await levering(room, overdracht_id)
    path = f"/overdrachten/{overdracht_id}/leveringen/{found['id']}/afhandeling"
    return await room.call("POST", path, who, json=BELLEN | changes)


async def restart(room: HandoverRoom, overdracht_id: str, who: Any = VT) -> Any:
    found = await levering(room, overdracht_id)
    return await room.call("POST", f"/overdrachten/{overdracht_id}/leveringen/{found['id']}/herstart", who)


async def test_every_offer_begins_one_delivery_also_when_it_is_heard_twice(handover: HandoverRoom) -> None:
    casus_id, fact = uuid4(), besluit(handover, TO_TEAM, TO_OPVANG)

    await handover.hear(casus_id, fact, fact)

    rows = await handover.overdrachten()
    found = [await levering(handover, row["id"]) for row in rows]
    assert {one["organisatieId"] for one in found} == {"lokaal-team-0599", OPVANG_ID}
    assert [(one["status"], one["reden"]) for one in found] == [("wacht-op-mens", "geen-adres")] * 2
    assert len(await told(handover, "levering-voorgelegd")) == 2


async def test_a_receiver_that_wants_to_be_phoned_waits_for_a_person_with_how_to_reach_him(
    handover: HandoverRoom,
) -> None:
    await give_up(handover, wijze="handmatig", telefoonnummer="+31 10 123 4567", instructie="Tot vijf uur.")

    _, overdracht_id = await offer(handover)

    found = await levering(handover, overdracht_id)
    assert (found["status"], found["reden"], found["wijze"]) == ("wacht-op-mens", "handmatig", "handmatig")
    assert found["contact"] == {"telefoonnummer": "+31 10 123 4567", "instructie": "Tot vijf uur."}
    (fact,) = await told(handover, "levering-voorgelegd")
    assert (fact["reden"], fact["overdrachtId"]) == ("handmatig", overdracht_id)


async def test_what_waits_for_a_person_is_one_list_for_veilig_thuis_oldest_first(handover: HandoverRoom) -> None:
    await rest(handover, "http://127.0.0.1:9/x", "jbrr")
    waiting = []
    for number in range(3):
        handover.klok.advance(timedelta(minutes=1))
        waiting.append((await offer(handover, f"partner-{number}"))[1])
    await offer(handover, "jbrr")

    path = "/leveringen?status=wacht-op-mens&limiet=2"
    first = (await handover.call("GET", path, VT)).json()
    more = (await handover.call("GET", f"{path}&na={first['volgende']}", VT)).json()

    assert [row["overdrachtId"] for row in first["resultaten"] + more["resultaten"]] == waiting
    assert more["volgende"] is None
    of_one = (await handover.call("GET", "/leveringen?organisatieId=jbrr", VT)).json()["resultaten"]
    assert [row["status"] for row in of_one] == ["open"]
    for who in (TEAM, OPVANG):
        assert (await handover.call("GET", "/leveringen", who)).status_code == 403


async def test_a_delivery_waits_for_veilig_thuis_only_while_a_person_has_something_to_do(
    handover: HandoverRoom,
) -> None:
    laid = {what: (await offer(handover))[1] for what in ("waits", "lapsed", "settled", "proven", "under-way")}
    assert await waiting(handover) == sorted(laid.values())

    revoked = {"reden": "niet-meer-nodig", "toelichting": "Het gezin is verhuisd."}
    steps = [
        await handover.call("POST", f"/overdrachten/{laid['lapsed']}/intrekking", VT, json=revoked),
        await settle(handover, laid["settled"]),
        await handover.call("POST", f"/overdrachten/{laid['proven']}/ontvangstbevestiging", OPVANG),
        await rest(handover, "http://127.0.0.1:9/x") and await restart(handover, laid["under-way"]),
    ]

    assert [one.status_code for one in steps] == [201] * 4
    stands = {what: (await levering(handover, overdracht_id))["status"] for what, overdracht_id in laid.items()}
    assert list(stands.values()) == ["wacht-op-mens", "vervallen", "afgehandeld", "ontvangen", "open"]
    assert await waiting(handover) == [laid["waits"]]


async def waiting(room: HandoverRoom) -> list[str]:
    """Return for which overdrachten a delivery waits for Veilig Thuis, and see that as many are counted."""
    found = (await room.call("GET", "/openstaand?soort=levering", VT)).json()
    ids = sorted(one["overdrachtId"] for one in found["resultaten"])
    assert [one["aantal"] for one in found["aantallen"] if one["soort"] == "levering"] == [len(ids)]
    return ids


async def test_a_person_settles_it_once_in_words_that_only_veilig_thuis_reads(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)

    first, again = await settle(handover, overdracht_id), await settle(handover, overdracht_id)
    other_way = await settle(handover, overdracht_id, wijze="post")
    other_words = await settle(handover, overdracht_id, toelichting="Iets anders.")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (other_way.status_code, other_words.status_code) == (409, 409)
    for refused in (other_way, other_words):
        assert GEHEIM not in refused.text
    seen_inside, seen_outside = (
        await levering(handover, overdracht_id),
        (await leveringen(handover, overdracht_id, OPVANG)),
    )
    assert (seen_inside["status"], seen_inside["afhandeling"]) == ("afgehandeld", "telefoon")
    assert seen_inside["toelichting"] == BELLEN["toelichting"]
    assert GEHEIM not in str(seen_outside)
    assert [one["contact"] for one in seen_outside] == [None]
    assert [fact["einde"] for fact in await told(handover, "levering-afgerond")] == ["afgehandeld"]
    async with in_transaction(handover.made.engine) as conn:
        kept = await conn.scalar(
            text("SELECT l::text || (SELECT string_agg(data::text, '') FROM outbox) FROM levering l")
        )
    assert GEHEIM not in kept
    assert GEHEIM.encode().hex() not in kept


async def test_nobody_but_veilig_thuis_settles_or_starts_again_and_not_of_another_overdracht(
    handover: HandoverRoom,
) -> None:
    _, overdracht_id = await offer(handover)
    _, other = await offer(handover)
    found = await levering(handover, overdracht_id)

    for who in (OPVANG, TEAM, OTHER_PARTNER):
        assert (await settle(handover, overdracht_id, who)).status_code == 403
        assert (await restart(handover, overdracht_id, who)).status_code == 403
    wrong = f"/overdrachten/{other}/leveringen/{found['id']}/afhandeling"
    assert (await handover.call("POST", wrong, VT, json=BELLEN)).status_code == 404
    unknown = f"/overdrachten/{overdracht_id}/leveringen/{uuid4()}/afhandeling"
    assert (await handover.call("POST", unknown, VT, json=BELLEN)).status_code == 404
    assert (await levering(handover, overdracht_id))["status"] == "wacht-op-mens"


@pytest.mark.parametrize(
    "body", [{}, {"wijze": "telefoon"}, {"wijze": "telefoon", "toelichting": "  "}, {"wijze": "x"}]
)
async def test_settling_without_how_or_without_words_stores_nothing(
    handover: HandoverRoom, body: dict[str, str]
) -> None:
    _, overdracht_id = await offer(handover)
    found = await levering(handover, overdracht_id)

    path = f"/overdrachten/{overdracht_id}/leveringen/{found['id']}/afhandeling"
    answer = await handover.call("POST", path, VT, json=body)

    assert answer.status_code == 400
    assert (await levering(handover, overdracht_id))["status"] == "wacht-op-mens"


async def test_only_the_receiver_sees_the_deliveries_of_his_overdracht(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)

    assert len(await leveringen(handover, overdracht_id, OPVANG)) == 1
    for who in (OTHER_PARTNER, TEAM, OTHER_TEAM):
        answer = await handover.call("GET", f"/overdrachten/{overdracht_id}/leveringen", who)
        assert answer.status_code == 404, who


async def test_the_wall_of_the_database_hides_deliveries_and_attempts_of_others_by_itself(
    handover: HandoverRoom,
) -> None:
    async with Partner() as partner:
        await rest(handover, partner.url)
        await offer(handover)
        async with deliverer(handover) as plan:
            assert await one_round(plan) == 1

    seen = {}
    for rol, organisatie in (("ketenpartner", OPVANG_ID), ("ketenpartner", "jbrr"), ("beheerder", ""), ("", OPVANG_ID)):
        async with in_transaction(handover.made.engine) as conn:
            await conn.execute(
                text("SELECT set_config('keten.rol', :rol, true), set_config('keten.organisatie', :o, true)"),
                {"rol": rol, "o": organisatie},
            )
            seen[rol, organisatie] = [
                await conn.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608, names of the test
                for table in ("levering", "levering_poging")
            ]

    assert seen == {
        ("ketenpartner", OPVANG_ID): [1, 1],
        ("ketenpartner", "jbrr"): [0, 0],
        ("beheerder", ""): [0, 0],
        ("", OPVANG_ID): [0, 0],
    }


async def test_the_receiver_confirms_and_then_it_is_not_tried_any_more(handover: HandoverRoom) -> None:
    async with Partner() as partner:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)

        path = f"/overdrachten/{overdracht_id}/ontvangstbevestiging"
        first = await handover.call("POST", path, OPVANG)
        handover.klok.advance(timedelta(hours=1))
        again = await handover.call("POST", path, OPVANG)
        async with deliverer(handover) as plan:
            assert await one_round(plan) == 0

    assert (first.status_code, again.status_code) == (201, 200)
    assert (
        first.json()
        == again.json()
        == {
            "overdrachtId": overdracht_id,
            "status": "ontvangen",
            "bevestigdOp": "2026-03-02T09:00:00Z",
        }
    )
    assert partner.requests == []
    found = await levering(handover, overdracht_id)
    assert (found["status"], found["bewijs"]) == ("ontvangen", "bevestiging")
    for who, status in ((VT, 403), (OTHER_PARTNER, 404), (TEAM, 404)):
        assert (await handover.call("POST", path, who)).status_code == status


async def test_who_reads_the_package_knows_and_veilig_thuis_reading_it_proves_nothing(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)

    await handover.call("GET", f"/overdrachten/{overdracht_id}", VT)
    before = await levering(handover, overdracht_id)
    answer = await handover.call("GET", f"/overdrachten/{overdracht_id}", OPVANG)

    assert before["status"] == "wacht-op-mens"
    assert answer.status_code == 200
    after = await levering(handover, overdracht_id)
    assert (after["status"], after["bewijs"]) == ("ontvangen", "gelezen")
    assert [fact["einde"] for fact in await told(handover, "levering-afgerond")] == ["ontvangen"]


@pytest.mark.parametrize(
    ("step", "body"),
    [("acceptatie", {}), ("weigering", {"reden": "geen-capaciteit", "toelichting": "Er is geen plaats."})],
)
async def test_who_accepts_or_refuses_knows_and_is_not_told_again(
    handover: HandoverRoom, step: str, body: dict[str, str]
) -> None:
    async with Partner() as partner:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)

        answer = await handover.call("POST", f"/overdrachten/{overdracht_id}/{step}", OPVANG, json=body)
        async with deliverer(handover) as plan:
            assert await one_round(plan) == 0

    assert answer.status_code == 201
    found = await levering(handover, overdracht_id)
    assert (found["status"], found["bewijs"], found["volgendePogingOp"]) == ("ontvangen", "beslissing", None)


async def test_what_is_offered_again_is_delivered_again_to_its_new_receiver(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)
    refusal = {"reden": "niet-bevoegd", "toelichting": "Niet voor ons."}
    await handover.call("POST", f"/overdrachten/{overdracht_id}/weigering", OPVANG, json=refusal)
    again = {
        "vervangtOverdrachtId": overdracht_id,
        "bestemming": {"soort": "gecertificeerde-instelling"},
        "motivering": "Zij kennen het gezin.",
    }

    new = (await handover.call("POST", "/overdrachten", VT, json=again)).json()

    found = await levering(handover, new["id"])
    assert (found["organisatieId"], found["status"]) == ("jbrr", "wacht-op-mens")
    assert (await levering(handover, overdracht_id))["status"] == "ontvangen"


async def test_a_delivery_is_started_again_only_when_it_can_go_by_itself(handover: HandoverRoom) -> None:
    _, overdracht_id = await offer(handover)

    nobody_knows = await restart(handover, overdracht_id)
    await rest(handover, "http://127.0.0.1:9/x")
    handover.klok.advance(timedelta(hours=30))
    started = await restart(handover, overdracht_id)

    assert nobody_knows.status_code == 409
    assert "leveradres" in nobody_knows.json()["detail"]
    assert (started.status_code, started.json()["status"]) == (201, "open")
    assert started.json()["volgendePogingOp"] == "2026-03-03T15:00:00Z"
    assert len(await told(handover, "levering-hervat")) == 1
    await settle(handover, overdracht_id)
    assert (await restart(handover, overdracht_id)).status_code == 409


async def test_everything_that_people_do_with_deliveries_is_recorded_under_the_casus(handover: HandoverRoom) -> None:
    casus_id, overdracht_id = await offer(handover)
    await rest(handover, "http://127.0.0.1:9/x")
    await restart(handover, overdracht_id)
    await settle(handover, overdracht_id, LEAD)
    await handover.call("POST", f"/overdrachten/{overdracht_id}/ontvangstbevestiging", OPVANG)

    acts = [(row.actie, row.rol) for row in await handover.audit() if row.casus_id == casus_id]
    assert [one for one in acts if one[0] != "leveringen-gelezen"] == [
        ("levering-herstarten", "vt-medewerker"),
        ("levering-afhandelen", "vt-teamleider"),
        ("ontvangst-bevestigd", "ketenpartner"),
    ]
    assert acts.count(("leveringen-gelezen", "vt-medewerker")) == 2


async def test_a_confirmation_of_an_overdracht_from_before_there_were_deliveries_is_taken_too(
    handover: HandoverRoom,
) -> None:
    _, overdracht_id = await offer(handover)
    async with in_transaction(handover.made.engine) as conn:
        await conn.execute(text("DELETE FROM levering"))

    answer = await handover.call("POST", f"/overdrachten/{overdracht_id}/ontvangstbevestiging", OPVANG)

    assert answer.status_code == 200
    assert await leveringen(handover, overdracht_id) == []


async def test_what_a_person_wrote_stands_in_the_file_that_somebody_may_read(handover: HandoverRoom) -> None:
    casus_id, overdracht_id = await offer(handover)
    await settle(handover, overdracht_id)

    answer = await handover.call(
        "GET",
        f"/casussen/{casus_id}/dossier",
        ("systeem", "intake", ()),
        headers={"X-Doelbinding": "uitvoeren-van-dossierrechten"},
    )

    assert answer.status_code == 200, answer.text
    assert BELLEN["toelichting"] in answer.text


async def test_a_melding_that_is_heard_again_changes_no_delivery(handover: HandoverRoom) -> None:
    fact = melding(handover)
    casus_id = uuid4()
    await handover.hear(casus_id, fact, replace(besluit(handover, TO_OPVANG), melding_id=fact.melding_id))
    (row,) = await handover.overdrachten()
    before = await levering(handover, row["id"])

    await handover.hear(casus_id, fact)

    assert await levering(handover, row["id"]) == before
