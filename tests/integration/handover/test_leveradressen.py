"""Where receivers are told: given up once, shown without its secret, and kept to whose it is."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.handover.store import leveradressen as store
from shared.db import in_transaction
from shared.rules.codes import BestemmingSoort
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, TEAM, VT, HandoverRoom
from tests.integration.handover.levering import BEHEERDER, LEAD, OPVANG_ID, give_up, rest

pytestmark = pytest.mark.anyio

MAILBOX = "overdrachten@opvang.example"
URL = "https://opvang.example/overdrachten"


async def test_an_address_is_shown_with_its_secret_once_and_kept_sealed(handover: HandoverRoom) -> None:
    made = await rest(handover, URL, telefoonnummer="+31 10 123 4567", instructie="Vraag naar de dienst.")

    read = await handover.call("GET", f"/leveradressen/{made['id']}", BEHEERDER)

    assert made["geheim"].startswith("whsec_")
    assert "geheim" not in read.json()
    assert read.json() == {key: value for key, value in made.items() if key != "geheim"}
    assert read.headers["ETag"] == '"1"'
    async with in_transaction(handover.made.engine) as conn:
        rows = (
            await conn.execute(text("SELECT a::text AS a, g::text AS g FROM leveradres a, leveradres_geheim g"))
        ).all()
    kept = "".join(row.a + row.g for row in rows)
    for secret in (URL, "123 4567", "dienst", made["geheim"], made["geheim"].removeprefix("whsec_")):
        assert secret not in kept
        assert secret.encode().hex() not in kept


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"wijze": "rest"}, "/url"),
        ({"wijze": "rest", "url": "http://127.0.0.1:9/x", "eMailadres": MAILBOX}, "/eMailadres"),
        ({"wijze": "rest", "url": "ftp://opvang.example/x"}, "/url"),
        ({"wijze": "rest", "url": "https://naam:woord@opvang.example/"}, "/url"),
        ({"wijze": "e-mail"}, "/eMailadres"),
        ({"wijze": "e-mail", "eMailadres": "geen adres"}, "/eMailadres"),
        ({"wijze": "e-mail", "eMailadres": "a@b.example\r\nBcc: c@d.example"}, "/eMailadres"),
        ({"wijze": "handmatig", "clientcertificaat": True}, "/clientcertificaat"),
        ({"wijze": "handmatig", "url": URL}, "/url"),
        ({"wijze": "postduif"}, "/wijze"),
        ({"wijze": "handmatig", "telefoonnummer": "bel maar"}, "/telefoonnummer"),
    ],
)
async def test_what_is_missing_or_does_not_belong_is_told_and_nothing_is_kept(
    handover: HandoverRoom, body: dict[str, Any], pointer: str
) -> None:
    answer = await handover.call("POST", "/leveradressen", LEAD, json={"organisatieId": OPVANG_ID} | body)

    assert answer.status_code == 400, answer.text
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    async with in_transaction(handover.made.engine) as conn:
        assert await conn.scalar(text("SELECT count(*) FROM leveradres")) == 0


@pytest.mark.parametrize("url", ["https://10.0.0.5/x", "https://intern/x", "http://opvang.example/x"])
async def test_an_address_inside_the_walls_or_without_tls_is_refused_outside_a_local_run(
    handover: HandoverRoom, url: str
) -> None:
    body = {"organisatieId": OPVANG_ID, "wijze": "rest", "url": url}

    handover.settings_of_door("productie")
    answer = await handover.call("POST", "/leveradressen", LEAD, json=body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/url"


async def test_an_organisation_has_one_address_for_the_same_and_more_for_a_municipality_or_kind(
    handover: HandoverRoom,
) -> None:
    again = {"organisatieId": OPVANG_ID, "wijze": "handmatig"}
    await give_up(handover, wijze="handmatig")

    twice = await handover.call("POST", "/leveradressen", LEAD, json=again)
    of_gemeente = await give_up(handover, wijze="e-mail", eMailadres=MAILBOX, gemeenteCode="0622")
    of_soort = await give_up(handover, wijze="e-mail", eMailadres=MAILBOX, soort="jeugd-ggz")
    of_both = await give_up(handover, wijze="e-mail", eMailadres=MAILBOX, gemeenteCode="0622", soort="jeugd-ggz")

    assert twice.status_code == 409
    assert "vervang dat" in twice.json()["detail"]
    wanted = {
        ("0599", BestemmingSoort.OPVANG): None,
        ("0622", BestemmingSoort.OPVANG): of_gemeente["id"],
        ("0599", BestemmingSoort.JEUGD_GGZ): of_soort["id"],
        ("0622", BestemmingSoort.JEUGD_GGZ): of_both["id"],
    }
    async with in_transaction(handover.made.engine) as conn:
        for (gemeente, soort), expected in wanted.items():
            found = await store.adres_for(
                conn, handover.made.vault, organisatie_id=OPVANG_ID, gemeente_code=gemeente, soort=soort
            )
            assert found is not None
            if expected:
                assert str(found.id) == expected
            else:
                assert (found.gemeente_code, found.soort) == (None, None)


async def test_a_receiver_manages_his_own_addresses_and_sees_no_other(handover: HandoverRoom) -> None:
    theirs = await give_up(handover, "jbrr", wijze="handmatig")
    body = {"organisatieId": OPVANG_ID, "wijze": "e-mail", "eMailadres": MAILBOX}

    unnamed = {key: value for key, value in body.items() if key != "organisatieId"}
    nobody = await handover.call("POST", "/leveradressen", LEAD, json=unnamed)
    mine = await handover.call("POST", "/leveradressen", OPVANG, json=unnamed)
    other = await handover.call(
        "POST", "/leveradressen", OPVANG, json=body | {"organisatieId": "jbrr", "soort": "opvang"}
    )

    assert (nobody.status_code, mine.status_code, other.status_code) == (400, 201, 403)
    assert nobody.json()["errors"][0]["pointer"] == "/organisatieId"
    listed = (await handover.call("GET", "/leveradressen", OPVANG)).json()["resultaten"]
    assert [row["organisatieId"] for row in listed] == [OPVANG_ID]
    assert (await handover.call("GET", "/leveradressen?organisatieId=jbrr", OPVANG)).json()["resultaten"] == []
    path = f"/leveradressen/{theirs['id']}"
    headers = {"If-Match": "*"}
    for method, where, more in (
        ("GET", path, {}),
        ("PUT", path, {"json": {"wijze": "handmatig"}, "headers": headers}),
        ("DELETE", path, {"headers": headers}),
        ("POST", f"{path}/geheimen", {"json": {}}),
    ):
        assert (await handover.call(method, where, OPVANG, **more)).status_code == 404, method
    assert (await handover.call("GET", path, OTHER_PARTNER)).status_code == 200


async def test_the_wall_of_the_database_hides_the_addresses_of_others_by_itself(handover: HandoverRoom) -> None:
    await rest(handover, URL)
    await rest(handover, URL, "jbrr")

    async with in_transaction(handover.made.engine) as conn:
        seen = {}
        for rol, organisatie in (("ketenpartner", "jbrr"), ("beheerder", ""), ("gemeente", "jbrr"), ("", "jbrr")):
            await conn.execute(
                text("SELECT set_config('keten.rol', :rol, true), set_config('keten.organisatie', :o, true)"),
                {"rol": rol, "o": organisatie},
            )
            seen[rol] = [
                await conn.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608, names of the test
                for table in ("leveradres", "leveradres_geheim")
            ]

    assert seen == {"ketenpartner": [1, 1], "beheerder": [2, 2], "gemeente": [0, 0], "": [0, 0]}


async def test_replacing_asks_for_the_version_and_shows_a_secret_only_when_one_is_made(handover: HandoverRoom) -> None:
    made = await give_up(handover, wijze="e-mail", eMailadres=MAILBOX)
    path, change = f"/leveradressen/{made['id']}", {"wijze": "rest", "url": "http://127.0.0.1:9/x"}

    without = await handover.call("PUT", path, LEAD, json=change)
    first = await handover.call("PUT", path, LEAD, json=change, headers={"If-Match": '"1"'})
    stale = await handover.call("PUT", path, LEAD, json=change, headers={"If-Match": '"1"'})
    again = await handover.call("PUT", path, LEAD, json=change, headers={"If-Match": '"2"'})

    assert made["geheim"] is None
    assert (without.status_code, stale.status_code) == (428, 412)
    assert (first.status_code, first.headers["ETag"], again.headers["ETag"]) == (200, '"2"', '"2"')
    assert first.json()["geheim"].startswith("whsec_")
    assert again.json()["geheim"] is None


async def test_an_ended_address_is_gone_and_may_be_given_up_again(handover: HandoverRoom) -> None:
    made = await rest(handover, URL)
    path = f"/leveradressen/{made['id']}"

    ended = await handover.call("DELETE", path, LEAD, headers={"If-Match": '"1"'})

    assert ended.status_code == 204
    assert (await handover.call("GET", path, LEAD)).status_code == 404
    assert (await handover.call("GET", "/leveradressen", LEAD)).json()["resultaten"] == []
    assert (await rest(handover, URL))["id"] != made["id"]
    async with in_transaction(handover.made.engine) as conn:
        left = await store.valid_geheimen(conn, handover.made.vault, made["id"], now=handover.klok())
    assert left == []


async def test_a_new_secret_signs_beside_the_one_before_it_until_the_overlap_is_over(handover: HandoverRoom) -> None:
    made = await rest(handover, URL)
    path = f"/leveradressen/{made['id']}/geheimen"
    handover.klok.advance(timedelta(hours=1))

    second = await handover.call("POST", path, LEAD, json={"overlapUren": 24})
    third = await handover.call("POST", path, LEAD, json={"overlapUren": 2})

    assert second.status_code == 201
    assert second.json()["vorigeGeldigTot"] == "2026-03-03T10:00:00Z"
    secrets = [made["geheim"], second.json()["geheim"], third.json()["geheim"]]
    assert len(set(secrets)) == 3
    async with in_transaction(handover.made.engine) as conn:
        # Of three the first signs no more: two at once are enough to change over.
        now = await store.valid_geheimen(conn, handover.made.vault, made["id"], now=handover.klok())
        handover.klok.advance(timedelta(hours=2))
        later = await store.valid_geheimen(conn, handover.made.vault, made["id"], now=handover.klok())
    assert now == [secrets[2], secrets[1]]
    assert later == [secrets[2]]


async def test_a_secret_asked_for_twice_under_one_key_is_one(handover: HandoverRoom) -> None:
    made = await rest(handover, URL)
    path, once = f"/leveradressen/{made['id']}/geheimen", {"Idempotency-Key": "eens"}

    first, again = [await handover.call("POST", path, LEAD, json={}, headers=once) for _ in range(2)]

    assert first.json() == again.json()
    created = {"organisatieId": "jbrr", "wijze": "rest", "url": "http://127.0.0.1:9/x"}
    one, two = [await handover.call("POST", "/leveradressen", LEAD, json=created, headers=once) for _ in range(2)]
    assert one.json() == two.json()
    other = await handover.call("POST", "/leveradressen", LEAD, json=created | {"gemeenteCode": "0622"}, headers=once)
    assert other.status_code == 409


async def test_only_what_is_signed_has_a_secret(handover: HandoverRoom) -> None:
    made = await give_up(handover, wijze="handmatig")

    answer = await handover.call("POST", f"/leveradressen/{made['id']}/geheimen", LEAD, json={})

    assert answer.status_code == 409


async def test_everything_that_is_done_with_addresses_is_recorded_and_who_has_no_task_gets_nothing(
    handover: HandoverRoom,
) -> None:
    made = await give_up(handover, wijze="handmatig")
    path = f"/leveradressen/{made['id']}"
    await handover.call("GET", "/leveradressen", LEAD)
    await handover.call("GET", path, LEAD)
    await handover.call("PUT", path, LEAD, json={"wijze": "handmatig"}, headers={"If-Match": "*"})
    await handover.call("DELETE", path, LEAD, headers={"If-Match": "*"})

    acts = [row.actie for row in await handover.audit() if row.object_soort == "leveradres"]
    assert acts == [f"leveradres-{one}" for one in ("toegevoegd", "gelezen", "gelezen", "vervangen", "beeindigd")]
    for who in (VT, ("gemeente", "gemeente-0599", ("0599",))):
        assert (await handover.call("GET", "/leveradressen", who)).status_code == 403
    assert (await handover.call("GET", "/leveradressen", TEAM)).status_code == 200


async def test_a_list_is_read_in_pages(handover: HandoverRoom) -> None:
    for number in range(5):
        await give_up(handover, f"partner-{number}", wijze="handmatig")

    first = (await handover.call("GET", "/leveradressen?limiet=3", LEAD)).json()
    rest_of = (await handover.call("GET", f"/leveradressen?limiet=3&na={first['volgende']}", LEAD)).json()

    names = [row["organisatieId"] for row in first["resultaten"] + rest_of["resultaten"]]
    assert names == [f"partner-{number}" for number in range(5)]
    assert rest_of["volgende"] is None
    assert (await handover.call("GET", f"/leveradressen/{uuid4()}", LEAD)).status_code == 404
