"""From melding to besluit: what the door answers, what is told, and what is not."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.db import in_transaction
from shared.events.payloads import (
    AcuutcheckGedaan,
    DienstGestart,
    HandelingVastgelegd,
    MeldingOntvangen,
    VeiligheidsbeoordelingAfgerond,
)
from shared.messaging.codec import load_payload
from shared.rules.codes import Uitkomst
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.routing import ROUTES, BestemmingEis
from tests.integration.triage.room import GEHEIM, TriageRoom, besluit

pytestmark = pytest.mark.anyio

LOKAAL = {"soort": "lokaal-veld"}


async def test_a_melding_that_is_heard_twice_makes_one_dossier(triage: TriageRoom) -> None:
    event = triage.melding()

    await triage.hear(event)
    await triage.hear(event, event)

    rows = await triage.rows("SELECT * FROM dossier")
    assert len(rows) == 1
    assert isinstance(event.payload, MeldingOntvangen)
    assert rows[0].melding_id == event.payload.melding_id
    assert rows[0].status == "wacht-op-acuutcheck"


async def test_hearing_a_melding_again_does_not_undo_what_was_done(triage: TriageRoom) -> None:
    event = triage.melding()
    await triage.hear(event)
    assert isinstance(event.payload, MeldingOntvangen)
    await triage.acuutcheck(event.payload.melding_id)

    await triage.hear(event)

    answer = await triage.get(f"/veiligheidsbeoordelingen/{event.payload.melding_id}")
    assert answer.json()["status"] == "in-beoordeling"


@pytest.mark.parametrize("uitkomst", list(Uitkomst))
async def test_each_uitkomst_leads_where_the_routing_table_says(triage: TriageRoom, uitkomst: Uitkomst) -> None:
    route = ROUTES[uitkomst]
    melding_id = await triage.receive(gemeente="1621")
    await triage.acuutcheck(melding_id)
    named = [LOKAAL] if route.eis is BestemmingEis.VERPLICHT else []

    answer = await triage.besluit(melding_id, uitkomst, bestemmingen=named)

    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert shown["statuscode"] == route.statuscode
    assert tuple(shown["grondslagen"]) == route.grondslagen
    _, told, *more = await triage.facts()
    assert isinstance(told, VeiligheidsbeoordelingAfgerond)
    assert told.uitkomst is uitkomst
    assert (told.statuscode, told.sluit, told.grondslagen) == (route.statuscode, route.sluit, route.grondslagen)
    assert told.gemeente_code == "1621"
    assert set(told.grondslagen) <= set(GRONDSLAGEN)
    expected = [route.standaard] if route.standaard else ["lokaal-veld"] if named else []
    assert [one.soort for one in told.bestemmingen] == expected
    assert [one.draagt_zicht for one in told.bestemmingen] == [True] * len(expected)
    assert all(one.organisatie_id for one in told.bestemmingen)
    if route.dienst is None:
        assert (more, shown["dienstId"], shown["stap"]) == ([], None, None)
    else:
        (started,) = more
        assert isinstance(started, DienstGestart)
        assert (started.soort, str(started.dienst_id)) == (route.dienst, shown["dienstId"])
        assert shown["stap"] == "dienst"


async def test_a_default_receiver_serves_the_municipality_of_the_melding(triage: TriageRoom) -> None:
    melding_id = await triage.receive(gemeente="1621")
    await triage.acuutcheck(melding_id)

    answer = await triage.besluit(melding_id, "overdracht", bestemmingen=[{"soort": "opvang"}, LOKAAL])

    assert answer.json()["besluit"]["bestemmingen"] == [
        {"soort": "lokaal-veld", "organisatieId": "lokaal-team-1621", "draagtZicht": True},
        {"soort": "opvang", "organisatieId": "opvang-rotterdam-rijnmond", "draagtZicht": False},
    ]


async def test_receivers_that_do_not_fit_are_refused_with_the_reason_and_nothing_is_told(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)

    missing = await triage.besluit(melding_id, "overdracht")
    too_many = await triage.besluit(melding_id, "geen-vervolg", bestemmingen=[LOKAAL])

    assert (missing.status_code, too_many.status_code) == (400, 400)
    assert "ten minste één bestemming" in missing.json()["detail"]
    assert missing.json()["errors"][0]["pointer"] == "/bestemmingen"
    assert [type(fact) for fact in await triage.facts()] == [AcuutcheckGedaan]


async def test_a_besluit_before_the_acuutcheck_is_told_what_comes_first(triage: TriageRoom) -> None:
    melding_id = await triage.receive()

    answer = await triage.besluit(melding_id)

    assert answer.status_code == 409
    assert "eerst de acuutcheck" in answer.json()["detail"]
    assert await triage.facts() == []


async def test_the_same_step_again_answers_again_and_tells_nothing(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    interventies = [{"soort": "politie", "organisatie": "Politie", "toelichting": GEHEIM}]
    instrument = {"naam": "ARIJ", "versie": "2.1", "antwoorden": {"vraag 1": [1, 2.5, None, "ja"], "groot": 10**17 + 1}}

    first = [
        await triage.acuutcheck(melding_id, interventies=interventies),
        await triage.besluit(melding_id, "onderzoek", instrument=instrument),
    ]
    triage.klok.advance(timedelta(hours=3))
    told = await triage.facts()
    again = await triage.besluit(melding_id, "onderzoek", instrument=instrument)
    check_again = await triage.acuutcheck(melding_id, interventies=interventies)

    assert [answer.status_code for answer in (*first, again, check_again)] == [200] * 4
    assert again.json() == first[1].json() == check_again.json()
    assert again.headers["ETag"] == first[1].headers["ETag"]
    assert again.json()["besluit"]["instrument"] == instrument
    assert await triage.facts() == told


async def test_another_besluit_after_the_besluit_is_refused_and_says_what_may_be_done(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)
    await triage.besluit(melding_id, "geen-vervolg")

    other = await triage.besluit(melding_id, "onderzoek")
    check = await triage.acuutcheck(melding_id, acuut=True)

    assert (other.status_code, check.status_code) == (409, 409)
    assert "staat vast" in other.json()["detail"]
    assert len(await triage.facts()) == 2


async def test_an_acuutcheck_may_be_mended_before_the_besluit_and_stays_in_time(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)
    done = triage.klok()
    triage.klok.advance(timedelta(days=2))

    answer = await triage.acuutcheck(melding_id, acuut=True, interventies=[{"soort": "huisverbod"}])
    back = await triage.acuutcheck(melding_id)

    assert (answer.status_code, back.status_code) == (200, 200)
    told = await triage.facts()
    assert [fact.acuut for fact in told if isinstance(fact, AcuutcheckGedaan)] == [False, True, False]
    assert {fact.gedaan_op for fact in told if isinstance(fact, AcuutcheckGedaan)} == {done}


async def test_late_is_flagged_and_never_blocks(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    triage.klok.advance(timedelta(days=400))

    shown = await triage.get(f"/veiligheidsbeoordelingen/{melding_id}")
    answers = [await triage.acuutcheck(melding_id), await triage.besluit(melding_id, "onderzoek")]
    triage.klok.advance(timedelta(days=400))
    end = await triage.conclude(answers[1].json()["dienstId"], "bevestigd")

    assert shown.json()["teLaat"] is True
    assert [answer.status_code for answer in (*answers, end)] == [200, 200, 200]
    assert end.json()["teLaat"] is True


async def test_a_change_must_name_the_version_that_it_saw(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = f"/veiligheidsbeoordelingen/{melding_id}/acuutcheck"
    body = {"acuut": False, "motivering": "rustig", "interventies": []}

    without = await triage.put(path, body, etag=None)
    stale = await triage.put(path, body, etag='"7"')

    assert (without.status_code, stale.status_code) == (428, 412)
    assert await triage.facts() == []


async def test_of_two_workers_with_the_same_version_one_is_told_to_look_again(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)
    path = f"/veiligheidsbeoordelingen/{melding_id}"
    etag = await triage.etag(path)

    async with in_transaction(triage.made.engine) as conn:
        # Both are held at the same door, so that neither can be done before the other has begun.
        await conn.execute(text("SELECT 1 FROM dossier FOR UPDATE"))
        racing = [
            asyncio.create_task(triage.put(f"{path}/besluit", besluit(uitkomst), etag=etag))
            for uitkomst in ("onderzoek", "geen-vervolg")
        ]
        await asyncio.sleep(0.5)
    answers = await asyncio.gather(*racing)

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    afgerond = [fact for fact in await triage.facts() if isinstance(fact, VeiligheidsbeoordelingAfgerond)]
    assert len(afgerond) == 1


async def test_a_melding_that_is_not_there_answers_404(triage: TriageRoom) -> None:
    path = f"/veiligheidsbeoordelingen/{uuid4()}"

    answers = [
        await triage.get(path),
        await triage.put(f"{path}/besluit", besluit(), etag="*"),
        await triage.post(
            f"{path}/handelingen", {"soort": "melder-teruggekoppeld", "tijdstip": "2026-03-01T12:00:00Z"}
        ),
        await triage.get(f"/diensten/{uuid4()}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_a_handeling_at_the_same_moment_is_one_in_every_state(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = f"/veiligheidsbeoordelingen/{melding_id}"
    body = {"soort": "betrokkenen-geinformeerd", "tijdstip": "2026-03-02T08:00:00Z", "toelichting": GEHEIM}
    same_moment = {**body, "tijdstip": "2026-03-02T09:00:00+01:00", "toelichting": "anders"}

    first = await triage.post(f"{path}/handelingen", body)
    await triage.acuutcheck(melding_id)
    second = await triage.post(f"{path}/handelingen", same_moment)
    await triage.besluit(melding_id)
    third = await triage.post(f"{path}/handelingen", {**body, "soort": "melder-teruggekoppeld"})

    assert [answer.status_code for answer in (first, second, third)] == [201] * 3
    assert first.json() == second.json()
    told = [fact for fact in await triage.facts() if isinstance(fact, HandelingVastgelegd)]
    assert [fact.soort for fact in told] == ["betrokkenen-geinformeerd", "melder-teruggekoppeld"]
    assert len((await triage.get(path)).json()["handelingen"]) == 2
    assert (await triage.get(first.headers["Location"].removeprefix("/v1"))).json() == first.json()


async def test_what_has_not_happened_yet_is_not_noted(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    future = (triage.klok() + timedelta(hours=1)).isoformat()

    handeling = {"soort": "melder-teruggekoppeld", "tijdstip": future}
    answers = [
        await triage.post(f"/veiligheidsbeoordelingen/{melding_id}/handelingen", handeling),
        await triage.acuutcheck(melding_id, interventies=[{"soort": "huisverbod", "tijdstip": future}]),
        await triage.acuutcheck(melding_id, interventies=[{"soort": "huisverbod", "tijdstip": "1850-01-01T00:00:00Z"}]),
    ]

    assert [answer.status_code for answer in answers] == [400] * 3
    assert answers[1].json()["errors"][0]["pointer"] == "/interventies/0/tijdstip"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"acuut": "ja", "motivering": "x"}, id="no-boolean"),
        pytest.param({"acuut": True, "motivering": " "}, id="empty-motivering"),
        pytest.param({"acuut": True, "motivering": "x", "interventies": ["politie"]}, id="a-string-for-an-object"),
        pytest.param({"acuut": True, "motivering": "x", "anders": 1}, id="unknown-field"),
    ],
)
async def test_an_acuutcheck_that_is_not_whole_is_refused(triage: TriageRoom, body: dict[str, object]) -> None:
    melding_id = await triage.receive()

    answer = await triage.put(f"/veiligheidsbeoordelingen/{melding_id}/acuutcheck", body, etag="*")

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_interventie_without_a_moment_was_done_at_the_acuutcheck(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    earlier = triage.klok() - timedelta(hours=2)

    answer = await triage.acuutcheck(
        melding_id,
        acuut=True,
        interventies=[{"soort": "politie"}, {"soort": "huisverbod", "tijdstip": earlier.isoformat()}],
    )

    (told,) = await triage.facts()
    assert isinstance(told, AcuutcheckGedaan)
    assert [(one.soort, one.tijdstip) for one in told.interventies] == [
        ("politie", triage.klok()),
        ("huisverbod", earlier),
    ]
    shown = answer.json()["acuutcheck"]["interventies"]
    assert [datetime.fromisoformat(one["tijdstip"]) for one in shown] == [triage.klok(), earlier]


async def test_what_somebody_wrote_stands_nowhere_readable(triage: TriageRoom) -> None:
    dienst_id = await triage.dienst("voorwaarden-en-vervolg")
    contact = {"soort": "gesproken", "met": "kind", "tijdstip": "2026-03-02T08:00:00Z", "verslag": GEHEIM}
    voorwaarde = {"omschrijving": GEHEIM, "eigenaar": GEHEIM, "controle": GEHEIM, "controleOp": "2026-04-01"}
    await triage.post(f"/diensten/{dienst_id}/contacten", contact, **{"Idempotency-Key": "een"})
    await triage.post(f"/diensten/{dienst_id}/veiligheidsvoorwaarden", voorwaarde)
    await triage.conclude(dienst_id, "voorwaarden-vastgesteld")

    names = await triage.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    for (name,) in names:
        rows = await triage.rows('SELECT CAST(t AS text) AS regel FROM "tabel" t'.replace("tabel", name))
        for row in rows:
            assert "Canarie" not in row.regel, name
            assert b"Canarie".hex() not in row.regel, name


async def test_every_act_on_a_dossier_leaves_an_audit_row_with_its_purpose(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = f"/veiligheidsbeoordelingen/{melding_id}"
    await triage.put(f"{path}/acuutcheck", {"acuut": False, "motivering": "x"}, etag="*")
    await triage.put(f"{path}/besluit", besluit(), etag="*")

    await triage.get(path, "systeem", **{"X-Doelbinding": "overdracht-en-zicht-op-veiligheid"})

    rows = await triage.rows("SELECT actie, doel, rol, object_id, casus_id FROM audit ORDER BY id")
    (dossier,) = await triage.rows("SELECT id, casus_id FROM dossier")
    assert [tuple(row) for row in rows] == [
        ("acuutcheck", "behandeling", "vt-medewerker", dossier.id, dossier.casus_id),
        ("besluit", "behandeling", "vt-medewerker", dossier.id, dossier.casus_id),
        ("gelezen", "overdracht-en-zicht-op-veiligheid", "systeem", dossier.id, dossier.casus_id),
    ]


async def test_the_facts_of_a_dossier_are_about_its_casus_and_numbered(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    await triage.acuutcheck(melding_id)
    await triage.besluit(melding_id, "onderzoek")

    rows = await triage.rows("SELECT * FROM outbox ORDER BY id")

    assert [(row.casus_id, row.volgnummer) for row in rows] == [(casus_id, 1), (casus_id, 2), (casus_id, 3)]
    assert len({row.event_id for row in rows}) == 3
    assert all(load_payload(row.soort, row.data) for row in rows)
