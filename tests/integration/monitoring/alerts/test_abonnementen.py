"""Whoever may, subscribes to what is its own; the secret is shown once; deliveries are seen by their owner alone."""

import asyncio
import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers.bezorgen import deliver_once
from shared.crypto import Vault
from shared.db import in_transaction
from shared.rules.abonneerbaar import soorten_van
from shared.rules.codes import Rol
from tests.integration.monitoring.alerts.conftest import MONDAY, PASSED, Real, Stage, hear_melding, rows, subscribe
from tests.integration.monitoring.alerts.receiver import Received
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio

HOOK = {"callbackUrl": "https://ontvanger.example.org/keten", "soorten": ["termijn-verstreken"]}


async def test_an_abonnement_shows_its_secret_once_and_is_sealed(
    engine: AsyncEngine, client: httpx.AsyncClient, vt: dict[str, str]
) -> None:
    made = await client.post("/v1/abonnementen", json=HOOK, headers=vt | {"Idempotency-Key": "een"})
    again = await client.post("/v1/abonnementen", json=HOOK, headers=vt | {"Idempotency-Key": "een"})
    read = await client.get(made.headers["Location"], headers=vt)
    listed = await client.get("/v1/abonnementen", headers=vt)

    stored = (await rows(engine, "SELECT geheim FROM abonnement_geheim"))[0].geheim
    assert made.status_code == 201
    assert made.json() == again.json()
    assert made.json()["geheim"].startswith("whsec_")
    assert made.json()["geheim"].encode() not in bytes(stored)
    assert "geheim" not in read.json()
    assert len(listed.json()["resultaten"]) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://ontvanger.example.org/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "ftp://a.example/x",
        "https://169.254.169.254/latest", "https://localhost/", "https://db.internal/", "https://a:b@c.example/",
        "https://[::ffff:10.0.0.1]/",
    ],
)  # fmt: skip
async def test_an_address_inside_the_house_is_refused(client: httpx.AsyncClient, issuer: TestIssuer, url: str) -> None:
    answer = await client.post(
        "/v1/abonnementen", json=HOOK | {"callbackUrl": url}, headers=issuer.headers("vt-teamleider", "vt")
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/callbackUrl"
    assert url not in answer.text


async def test_a_local_team_subscribes_to_its_own_municipality_only_and_sees_no_others(
    client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    team = issuer.headers("lokaal-team", "lt-1", gemeenten=("1621",))
    other = issuer.headers("lokaal-team", "lt-2", gemeenten=("0599",))

    foreign = await client.post("/v1/abonnementen", json=HOOK | {"gemeenteCodes": ["0599"]}, headers=team)
    own = await client.post("/v1/abonnementen", json=HOOK, headers=team)
    path = own.headers["Location"]

    assert foreign.status_code == 403
    assert own.json()["gemeenteCodes"] == ["1621"]
    assert (await client.get(path, headers=other)).status_code == 404
    assert (await client.delete(path, headers=other)).status_code == 404
    assert (await client.delete(path, headers=team)).status_code == 204
    assert (await client.get(path, headers=team)).status_code == 404


@pytest.mark.parametrize("rol", [rol for rol in Rol if soorten_van(rol)])
async def test_a_role_subscribes_to_what_it_may_hear_of_and_is_told_what_that_is(
    client: httpx.AsyncClient, issuer: TestIssuer, rol: Rol
) -> None:
    headers = issuer.headers(rol.value, "o", gemeenten=("0599",))
    own = list(soorten_van(rol))
    beyond = [naam for naam in soorten_van(Rol.VT_TEAMLEIDER) if naam not in own]

    made = await client.post("/v1/abonnementen", json=HOOK | {"soorten": own}, headers=headers)
    refused = [
        await client.post("/v1/abonnementen", json=HOOK | {"soorten": [own[0], naam]}, headers=headers)
        for naam in beyond
    ]

    assert made.status_code == 201
    assert sorted(made.json()["soorten"]) == sorted(own)
    assert {answer.status_code for answer in refused} <= {403}
    assert all(own[0] in answer.json()["detail"] for answer in refused)
    assert len((await client.get("/v1/abonnementen", headers=headers)).json()["resultaten"]) == 1


@pytest.mark.parametrize("naam", ["huisverbod-opgelegd", "nl.ketenradar.melding-ontvangen.v1", "", "x" * 900])
async def test_what_nobody_can_subscribe_to_is_bad_input(
    client: httpx.AsyncClient, vt: dict[str, str], naam: str
) -> None:
    answer = await client.post("/v1/abonnementen", json=HOOK | {"soorten": [naam]}, headers=vt)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/soorten/0"


async def test_an_abonnement_that_was_switched_off_says_so_and_delivers_in_order_what_waited_once_resumed(
    stage: Stage,
) -> None:
    abonnement_id, _ = await subscribe(stage.engine, stage.vault, stage.receiver.url, soorten=["melding-ontvangen"])
    path = f"/v1/abonnementen/{abonnement_id}"
    first = await hear_melding(stage.engine, op=MONDAY)
    stage.receiver.status = 410
    await deliver_once(stage.bezorging)
    second = await hear_melding(stage.engine, op=MONDAY)

    off = (await stage.client.get(path, headers=stage.vt)).json()
    stage.receiver.status = 200
    assert await deliver_once(stage.bezorging) == 0
    resumed = [await stage.client.put(f"{path}/hervatting", headers=stage.vt) for _ in range(2)]
    await deliver_once(stage.bezorging)

    alarm = await rows(stage.engine, "SELECT opgelost_op FROM waarschuwing WHERE soort = 'abonnement-uitgeschakeld'")
    assert (off["status"], off["uitgeschakeldReden"]) == ("uitgeschakeld", "ontvanger-weg")
    assert off["uitgeschakeldOp"] is not None
    assert [(answer.status_code, answer.json()["status"]) for answer in resumed] == [(200, "lopend")] * 2
    assert resumed[0].json() == resumed[1].json()
    assert [got.event["subject"] for got in stage.receiver.got] == [str(first), str(second)]
    assert [row.opgelost_op for row in alarm] == [PASSED]


async def test_whoever_resumes_is_tried_at_once_also_with_what_was_given_up_and_in_the_middle_of_a_rest(
    stage: Stage,
) -> None:
    abonnement_id, _ = await subscribe(stage.engine, stage.vault, stage.receiver.url, soorten=["melding-ontvangen"])
    stage.receiver.status = 500
    for _ in range(4):
        await hear_melding(stage.engine, op=MONDAY)
    async with in_transaction(stage.engine) as conn:
        await conn.execute(
            text("""UPDATE bericht SET mislukt_sinds = now() - interval '2 days', pogingen = 9
                    WHERE nr = (SELECT min(nr) FROM bericht)""")
        )
    await deliver_once(stage.bezorging)
    stage.receiver.status = 200
    rests = await rows(stage.engine, "SELECT rust_tot IS NOT NULL AS rust FROM abonnement")
    assert [row.rust for row in rests] == [True]
    assert await deliver_once(stage.bezorging) == 0

    await stage.client.put(f"/v1/abonnementen/{abonnement_id}/hervatting", headers=stage.vt)
    arrived = await deliver_once(stage.bezorging)

    found = await rows(stage.engine, "SELECT 1 FROM waarschuwing WHERE onderwerp IS NOT NULL AND opgelost_op IS NULL")
    assert arrived == len(stage.receiver.got) == 4
    assert found == []


async def test_an_ended_abonnement_lets_go_of_what_waits_alarms_nobody_and_cannot_be_resumed(stage: Stage) -> None:
    abonnement_id, _ = await subscribe(
        stage.engine, stage.vault, "http://127.0.0.1:1/dood", soorten=["melding-ontvangen"]
    )
    path = f"/v1/abonnementen/{abonnement_id}"
    await hear_melding(stage.engine, op=MONDAY)
    assert isinstance(stage.bezorging.real_clock, Real)
    for _ in range(26):
        await deliver_once(stage.bezorging)
        stage.bezorging.real_clock.later += timedelta(hours=1)
    assert (await stage.client.get(path, headers=stage.vt)).json()["status"] == "uitgeschakeld"

    ended = await stage.client.delete(path, headers=stage.vt)

    after = [
        (await stage.client.put(f"{path}/hervatting", headers=stage.vt)).status_code,
        (await stage.client.post(f"{path}/geheimen", json={}, headers=stage.vt)).status_code,
        (await stage.client.post(f"{path}/proeven", headers=stage.vt)).status_code,
        (await stage.client.get(f"{path}/leveringen", headers=stage.vt)).status_code,
    ]
    running = await rows(stage.engine, "SELECT 1 FROM waarschuwing WHERE onderwerp IS NOT NULL AND opgelost_op IS NULL")
    assert ended.status_code == 204
    assert after == [404] * 4
    assert running == []
    assert {row.status for row in await rows(stage.engine, "SELECT status FROM bericht WHERE kanaal = 'webhook'")} == {
        "vervallen"
    }


# --- secrets -----------------------------------------------------------------------------------------------------


def signed_by(received: Received, secret: str) -> bool:
    """Say whether one of the signatures is made with this secret, as a receiver checks it."""
    headers = received.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + received.body
    made = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
    return f"v1,{base64.b64encode(made).decode()}" in headers["webhook-signature"].split(" ")


async def test_while_a_secret_is_replaced_both_sign_and_afterwards_only_the_new_one(stage: Stage) -> None:
    abonnement_id, old = await subscribe(stage.engine, stage.vault, stage.receiver.url, soorten=["melding-ontvangen"])
    path = f"/v1/abonnementen/{abonnement_id}/geheimen"

    made = await stage.client.post(path, json={"overlapUren": 24}, headers=stage.vt | {"Idempotency-Key": "wissel"})
    again = await stage.client.post(path, json={"overlapUren": 24}, headers=stage.vt | {"Idempotency-Key": "wissel"})
    new = made.json()["geheim"]
    await hear_melding(stage.engine, op=MONDAY)
    await deliver_once(stage.bezorging)
    assert isinstance(stage.bezorging.real_clock, Real)
    stage.bezorging.real_clock.later = timedelta(hours=24, minutes=1)
    await hear_melding(stage.engine, op=MONDAY)
    await deliver_once(stage.bezorging)

    during, after = stage.receiver.got
    stored = await rows(stage.engine, "SELECT geheim FROM abonnement_geheim")
    assert made.status_code == 201
    assert made.json() == again.json()
    assert len(stored) == 2
    assert not [row for row in stored if new.encode() in bytes(row.geheim) or old.encode() in bytes(row.geheim)]
    assert (signed_by(during, new), signed_by(during, old)) == (True, True)
    assert during.headers["webhook-signature"].count("v1,") == 2
    assert (signed_by(after, new), signed_by(after, old)) == (True, False)


async def test_a_leaked_secret_stops_at_once_and_secrets_do_not_pile_up(stage: Stage) -> None:
    abonnement_id, old = await subscribe(stage.engine, stage.vault, stage.receiver.url, soorten=["melding-ontvangen"])
    path = f"/v1/abonnementen/{abonnement_id}/geheimen"
    answers = [await stage.client.post(path, json={"overlapUren": 168}, headers=stage.vt) for _ in range(5)]

    last = await stage.client.post(path, json={"overlapUren": 0}, headers=stage.vt)
    await hear_melding(stage.engine, op=MONDAY)
    await deliver_once(stage.bezorging)

    assert [answer.status_code for answer in answers] == [201, 201, 201, 201, 409]
    assert "overlapUren 0" in answers[-1].json()["detail"]
    assert stage.receiver.got[0].headers["webhook-signature"].count("v1,") == 1
    assert signed_by(stage.receiver.got[0], last.json()["geheim"])
    assert not signed_by(stage.receiver.got[0], old)


@pytest.mark.parametrize("body", [{"overlapUren": -1}, {"overlapUren": 169}, {"overlapUren": "24u"}, {"x": 1}])
async def test_an_overlap_is_at_most_a_week(
    client: httpx.AsyncClient, engine: AsyncEngine, vault: Vault, vt: dict[str, str], body: dict[str, Any]
) -> None:
    abonnement_id, _ = await subscribe(engine, vault, "https://o.example/x")

    answer = await client.post(f"/v1/abonnementen/{abonnement_id}/geheimen", json=body, headers=vt)

    assert answer.status_code == 400
    assert len(await rows(engine, "SELECT 1 FROM abonnement_geheim")) == 1


# --- deliveries --------------------------------------------------------------------------------------------------


async def test_the_log_tells_each_attempt_and_no_content_page_by_page(stage: Stage) -> None:
    abonnement_id, _ = await subscribe(stage.engine, stage.vault, stage.receiver.url, soorten=["melding-ontvangen"])
    path = f"/v1/abonnementen/{abonnement_id}/leveringen"
    casussen = [await hear_melding(stage.engine, op=MONDAY) for _ in range(3)]
    stage.receiver.refuses = lambda got: got.event["subject"] == str(casussen[0])
    await deliver_once(stage.bezorging)
    assert isinstance(stage.bezorging.real_clock, Real)
    stage.bezorging.real_clock.later = timedelta(seconds=10)
    await deliver_once(stage.bezorging)

    seen, cursor = [], ""
    while cursor is not None:
        page = (
            await stage.client.get(path, params={"limiet": 1} | ({"na": cursor} if cursor else {}), headers=stage.vt)
        ).json()
        seen += page["resultaten"]
        cursor = page["volgende"]
    waiting = (await stage.client.get(f"{path}?status=wachtend", headers=stage.vt)).json()["resultaten"]

    assert [one["casusId"] for one in seen] == [str(casus_id) for casus_id in reversed(casussen)]
    assert [one["status"] for one in seen] == ["verzonden", "verzonden", "wachtend"]
    assert [poging["uitslag"] for one in seen[:2] for poging in one["pogingen"]] == ["gelukt"] * 2
    assert waiting == [seen[2]]
    refused = seen[2]["pogingen"]
    assert [(poging["nummer"], poging["statusklasse"], poging["reden"]) for poging in refused] == [
        (2, "5xx", "http-500"),
        (1, "5xx", "http-500"),
    ]
    assert seen[2]["volgendePogingOp"] > refused[0]["tijdstip"]
    assert refused[0]["duurMs"] >= 0
    assert set(seen[0]) == {
        "id", "webhookId", "soort", "casusId", "status", "aangemaaktOp", "volgendePogingOp", "pogingen"
    }  # fmt: skip


async def test_a_notice_is_sent_again_under_the_same_id_and_what_follows_in_its_casus_waits_for_it(
    stage: Stage,
) -> None:
    abonnement_id, _ = await subscribe(stage.engine, stage.vault, stage.receiver.url, soorten=["melding-ontvangen"])
    await hear_melding(stage.engine, op=MONDAY)
    await deliver_once(stage.bezorging)
    path = f"/v1/abonnementen/{abonnement_id}/leveringen"
    (levering,) = (await stage.client.get(path, headers=stage.vt)).json()["resultaten"]

    answers = [await stage.client.post(f"{path}/{levering['id']}/herhaling", headers=stage.vt) for _ in range(2)]
    await deliver_once(stage.bezorging)

    (after,) = (await stage.client.get(path, headers=stage.vt)).json()["resultaten"]
    assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [(202, "wachtend")] * 2
    assert [got.headers["webhook-id"] for got in stage.receiver.got] == [levering["webhookId"]] * 2
    assert stage.receiver.got[0].body == stage.receiver.got[1].body
    assert [poging["nummer"] for poging in after["pogingen"]] == [2, 1]


async def test_a_notice_that_was_given_up_is_taken_up_again_and_its_alarm_ends(stage: Stage) -> None:
    abonnement_id, _ = await subscribe(stage.engine, stage.vault, stage.receiver.url, soorten=["melding-ontvangen"])
    await hear_melding(stage.engine, op=MONDAY)
    stage.receiver.status = 500
    async with in_transaction(stage.engine) as conn:
        await conn.execute(text("UPDATE bericht SET mislukt_sinds = now() - interval '2 days', pogingen = 9"))
    await deliver_once(stage.bezorging)
    (levering,) = (await stage.client.get(f"/v1/abonnementen/{abonnement_id}/leveringen", headers=stage.vt)).json()[
        "resultaten"
    ]
    assert levering["status"] == "mislukt"

    stage.receiver.status = 200
    await stage.client.post(f"/v1/abonnementen/{abonnement_id}/leveringen/{levering['id']}/herhaling", headers=stage.vt)
    await deliver_once(stage.bezorging)

    alarm = await rows(stage.engine, "SELECT opgelost_op FROM waarschuwing WHERE soort = 'bericht'")
    assert len(stage.receiver.got) == 1
    assert [row.opgelost_op for row in alarm] == [PASSED]


async def test_a_lapsed_notice_and_one_of_another_cannot_be_sent_again(
    engine: AsyncEngine, client: httpx.AsyncClient, vault: Vault, vt: dict[str, str]
) -> None:
    mine, _ = await subscribe(engine, vault, "https://o.example/x", soorten=["melding-ontvangen"])
    theirs, _ = await subscribe(engine, vault, "https://o.example/y", soorten=["melding-ontvangen"])
    await hear_melding(engine, op=MONDAY)
    found = await rows(engine, "SELECT id, abonnement_id FROM bericht ORDER BY nr")
    ids = {str(row.abonnement_id): row.id for row in found}
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE bericht SET status = 'vervallen'"))

    async def again(levering_id: object) -> int:
        path = f"/v1/abonnementen/{mine}/leveringen/{levering_id}/herhaling"
        return (await client.post(path, headers=vt)).status_code

    assert await again(ids[str(mine)]) == 409
    assert await again(ids[str(theirs)]) == 404
    assert await again(uuid4()) == 404


async def test_a_test_notice_reaches_also_who_is_switched_off_is_signed_and_tried_once(stage: Stage) -> None:
    abonnement_id, secret = await subscribe(
        stage.engine, stage.vault, stage.receiver.url, soorten=["melding-ontvangen"]
    )
    path = f"/v1/abonnementen/{abonnement_id}"
    async with in_transaction(stage.engine) as conn:
        await conn.execute(text("UPDATE abonnement SET status = 'uitgeschakeld'"))
    await hear_melding(stage.engine, op=MONDAY)

    answers = [await stage.client.post(f"{path}/proeven", headers=stage.vt) for _ in range(2)]
    await deliver_once(stage.bezorging)
    stage.receiver.status = 500
    refused = await stage.client.post(f"{path}/proeven", headers=stage.vt)
    for _ in range(3):
        await deliver_once(stage.bezorging)

    log = (await stage.client.get(f"{path}/leveringen", headers=stage.vt)).json()["resultaten"]
    status = {one["id"]: one["status"] for one in log}
    (got,) = stage.receiver.got
    assert {answer.status_code for answer in answers} == {202}
    assert answers[0].json()["id"] == answers[1].json()["id"] != refused.json()["id"]
    assert got.event["type"] == "nl.ketenradar.abonnement-beproefd.v1"
    assert got.event["data"] == {}
    assert "subject" not in got.event
    assert signed_by(got, secret)
    assert (status[answers[0].json()["id"]], status[refused.json()["id"]]) == ("verzonden", "mislukt")
    assert len(stage.receiver.seen) == 2
    assert (await stage.client.get(path, headers=stage.vt)).json()["status"] == "uitgeschakeld"
    assert await rows(stage.engine, "SELECT 1 FROM waarschuwing WHERE onderwerp IS NOT NULL") == []


async def test_a_partner_manages_its_own_deliveries_through_the_wall_and_sees_no_others(
    stage: Stage, issuer: TestIssuer
) -> None:
    team = {"rol": "lokaal-team", "organisatie_id": "lt-1", "gemeente_codes": ["0599"]}
    abonnement_id, _ = await subscribe(
        stage.engine, stage.vault, stage.receiver.url, soorten=["termijn-verstreken"], **team
    )
    headers = issuer.headers("lokaal-team", "lt-1", gemeenten=("0599",))
    strangers = [
        issuer.headers("lokaal-team", "lt-2", gemeenten=("0599",)),
        issuer.headers("ketenpartner", "lt-1"),
        issuer.headers("gemeente", "lt-1", gemeenten=("0599",)),
    ]
    path = f"/v1/abonnementen/{abonnement_id}"
    proef = (await stage.client.post(f"{path}/proeven", headers=headers)).json()
    await deliver_once(stage.bezorging)

    own = [
        await stage.client.get(f"{path}/leveringen", headers=headers),
        await stage.client.post(f"{path}/leveringen/{proef['id']}/herhaling", headers=headers),
        await stage.client.post(f"{path}/geheimen", json={}, headers=headers),
        await stage.client.put(f"{path}/hervatting", headers=headers),
    ]
    foreign = [
        answer.status_code
        for stranger in strangers
        for answer in await asyncio.gather(
            stage.client.get(path, headers=stranger),
            stage.client.get(f"{path}/leveringen", headers=stranger),
            stage.client.post(f"{path}/leveringen/{proef['id']}/herhaling", headers=stranger),
            stage.client.post(f"{path}/geheimen", json={}, headers=stranger),
            stage.client.post(f"{path}/proeven", headers=stranger),
            stage.client.put(f"{path}/hervatting", headers=stranger),
        )
    ]
    assert [answer.status_code for answer in own] == [200, 202, 201, 200]
    assert own[0].json()["resultaten"][0]["pogingen"][0]["uitslag"] == "gelukt"
    assert set(foreign) == {404}


async def test_who_did_what_to_an_abonnement_stands_in_the_log(
    engine: AsyncEngine, client: httpx.AsyncClient, vt: dict[str, str]
) -> None:
    made = await client.post("/v1/abonnementen", json=HOOK, headers=vt)
    path = made.headers["Location"]
    await client.get(path, headers=vt)
    await client.get(f"{path}/leveringen", headers=vt)
    proef = (await client.post(f"{path}/proeven", headers=vt)).json()
    await client.post(f"{path}/leveringen/{proef['id']}/herhaling", headers=vt)
    await client.post(f"{path}/geheimen", json={}, headers=vt)
    await client.put(f"{path}/hervatting", headers=vt)
    await client.delete(path, headers=vt)

    found = await rows(engine, "SELECT actie, object_id FROM audit ORDER BY id")

    assert [row.actie for row in found] == [
        "abonnement-gemaakt",
        "abonnement-gelezen",
        "leveringen-gelezen",
        "abonnement-beproefd",
        "levering-herhaald",
        "geheim-gewisseld",
        "abonnement-hervat",
        "abonnement-beeindigd",
    ]
    assert {str(row.object_id) for row in found} == {path.rpartition("/")[2], proef["id"]}
