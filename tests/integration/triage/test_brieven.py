"""Letters through the door: made, cut, frozen, and sent only while the protection of the melder is the same."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.triage.partners.intake import IntakeOverHttp
from shared.events.payloads import HandelingVastgelegd
from shared.rules.behandelcodes import BriefSoort
from shared.rules.codes import HandelingSoort
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

ALL_OF_THEM = [one.value for one in BriefSoort if one.value.startswith(("betrokkene", "kind", "jongere"))]


async def make(
    triage: TriageRoom, melding_id: UUID, soort: str = "betrokkene-ontvangst", **more: Any
) -> httpx.Response:
    if soort in ALL_OF_THEM:
        more = {"persoonNr": 0, **more}
    return await triage.post("/brieven", {"meldingId": str(melding_id), "soort": soort, **more})


async def made(triage: TriageRoom, melding_id: UUID, soort: str = "betrokkene-ontvangst", **more: Any) -> str:
    answer = await make(triage, melding_id, soort, **more)
    assert answer.status_code == 201, answer.text
    return f"/brieven/{answer.json()['id']}"


async def send(triage: TriageRoom, path: str, etag: str | None = '"1"', wijze: str = "post") -> httpx.Response:
    body = {"moment": triage.klok().isoformat(), "wijze": wijze}
    return await triage.put(f"{path}/verzending", body, etag=etag)


async def judged(triage: TriageRoom, uitkomst: str = "geen-vervolg") -> UUID:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)
    assert (await triage.besluit(melding_id, uitkomst)).status_code == 200
    return melding_id


async def informed(triage: TriageRoom, melding_id: UUID) -> list[str]:
    answer = await triage.get(f"/veiligheidsbeoordelingen/{melding_id}/betrokkenen-informeren")
    return [one["status"] for one in answer.json()["betrokkenen"]]


async def test_what_reveals_the_melder_is_cut_before_the_letter_is_frozen(triage: TriageRoom) -> None:
    melding_id = await judged(triage)
    triage.weglater.verborgen = "Jansen-Canarie"
    added = "Volgens mevrouw Jansen-Canarie gaat het beter."

    answer = await make(triage, melding_id, "betrokkene-beoordeling", aanvullingen=[added], metMotivering=True)

    letter = answer.json()
    assert answer.status_code == 201, answer.text
    assert "Jansen-Canarie" not in answer.text
    assert "Volgens mevrouw [weggelaten] gaat het beter." in letter["tekst"]
    assert "Mevrouw [weggelaten] woont op de Geheimstraat" in letter["tekst"]
    assert [teksten for _, teksten in triage.weglater.asked] == [(GEHEIM, added)]
    read = await triage.get(answer.headers["Location"].removeprefix("/v1"))
    assert (read.json(), read.headers["ETag"]) == (letter, '"1"')
    (row,) = await triage.rows("SELECT * FROM brief")
    assert b"Geheimstraat" not in bytes(row.tekst)


async def test_without_intake_nothing_is_frozen_shown_or_sent(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = await made(triage, melding_id)
    triage.weglater.away = True

    answers = [await make(triage, melding_id), await triage.get(path), await send(triage, path)]

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert len(await triage.rows("SELECT id FROM brief")) == 1
    assert await informed(triage, melding_id) == ["open", "open"]


async def test_a_letter_of_before_the_protection_changed_is_not_shown_and_does_not_leave(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = await made(triage, melding_id, aanvullingen=[GEHEIM])
    triage.weglater.stand = "2"

    read, sent = await triage.get(path), await send(triage, path)
    anew = await made(triage, melding_id)

    assert (read.json()["actueel"], read.json()["tekst"]) == (False, None)
    assert sent.status_code == 409
    assert "maak de brief opnieuw" in sent.json()["detail"]
    assert (await send(triage, anew)).status_code == 200
    assert (await triage.get(path)).json()["status"] == "vervallen"


async def test_sending_tells_the_person_and_with_the_last_one_the_clock_stops(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    first, second = await made(triage, melding_id), await made(triage, melding_id, "kind-ontvangst", persoonNr=1)
    triage.klok.advance(timedelta(hours=1))

    sent = await send(triage, first)
    halfway = await informed(triage, melding_id)
    again = await send(triage, first, '"2"')
    triage.klok.advance(timedelta(hours=1))
    other = await send(triage, first, '"2"')
    last = await send(triage, second, wijze="veilige-mail")

    assert (sent.status_code, sent.json()["status"], sent.headers["ETag"]) == (200, "verzonden", '"2"')
    assert (again.status_code, again.json()) == (200, sent.json())
    assert (other.status_code, last.status_code) == (409, 200)
    assert "al verzonden" in other.json()["detail"]
    assert (halfway, await informed(triage, melding_id)) == (["geinformeerd", "open"], ["geinformeerd", "geinformeerd"])
    ways = [row.wijze for row in await triage.rows("SELECT wijze FROM informering ORDER BY nummer")]
    assert ways == ["schriftelijk", "e-mail"]
    facts = [fact for fact in await triage.facts() if isinstance(fact, HandelingVastgelegd)]
    assert [(fact.soort, fact.tijdstip) for fact in facts] == [(HandelingSoort.BETROKKENEN_GEINFORMEERD, triage.klok())]


async def test_a_letter_about_the_outcome_tells_nobody_that_he_was_not_told_before(triage: TriageRoom) -> None:
    melding_id = await judged(triage)

    sent = await send(triage, await made(triage, melding_id, "betrokkene-beoordeling"))

    assert sent.status_code == 200
    assert await informed(triage, melding_id) == ["open", "open"]


async def test_the_letter_to_the_melder_with_the_outcome_is_his_feedback_and_tells_no_outcome(
    triage: TriageRoom,
) -> None:
    melding_id = await judged(triage, "onderzoek")
    answer = await make(triage, melding_id, "melder-uitkomst")

    sent = await send(triage, f"/brieven/{answer.json()['id']}")

    assert sent.status_code == 200
    assert "onderzoek" not in answer.json()["tekst"].lower()
    facts = [fact for fact in await triage.facts() if isinstance(fact, HandelingVastgelegd)]
    assert [fact.soort for fact in facts] == [HandelingSoort.MELDER_TERUGGEKOPPELD]


async def test_only_what_is_true_is_written_and_the_refusal_says_what_must_come_first(triage: TriageRoom) -> None:
    melding_id = await triage.receive()

    refused = [
        await make(triage, melding_id, soort)
        for soort in (
            "betrokkene-later-geinformeerd",
            "betrokkene-beoordeling",
            "melder-uitkomst",
            "betrokkene-weerlegd",
        )
    ]
    dienst_id = await triage.dienst("onderzoek")
    await triage.conclude(dienst_id, "weerlegd")
    refuted = UUID((await triage.get(f"/diensten/{dienst_id}")).json()["meldingId"])
    answer = await make(triage, refuted, "betrokkene-weerlegd")

    assert [one.status_code for one in refused] == [409] * 4
    assert "niet uitgesteld" in refused[0].json()["detail"]
    assert answer.status_code == 201, answer.text
    assert "recht op vernietiging" in answer.json()["tekst"]
    assert triage.weglater.asked[-1][1] == ()


async def test_all_that_is_wrong_is_said_at_once(triage: TriageRoom) -> None:
    melding_id = await triage.receive()

    melder = await make(triage, melding_id, "melder-ontvangst", persoonNr=0, aanvullingen=[GEHEIM])
    stranger = await make(triage, melding_id, persoonNr=9)
    nobody = await make(triage, melding_id, persoonNr=None)
    nowhere = await make(triage, uuid4())

    assert [one["pointer"] for one in melder.json()["errors"]] == ["/persoonNr", "/aanvullingen"]
    for answer in (stranger, nobody):
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/persoonNr")
    assert nowhere.status_code == 404
    assert "Canarie" not in melder.text
    assert triage.weglater.asked == []


async def test_sending_needs_the_version_that_was_seen_and_a_moment_that_can_be(triage: TriageRoom) -> None:
    path = await made(triage, await triage.receive())
    body = {"moment": "2030-01-01T10:00:00Z", "wijze": "post"}

    answers = [
        await send(triage, path, None),
        await send(triage, path, '"7"'),
        await triage.put(f"{path}/verzending", body, etag='"1"'),
        await triage.put(f"{path}/verzending", {**body, "moment": "2026-01-01T10:00:00Z"}, etag='"1"'),
        await send(triage, f"/brieven/{uuid4()}"),
    ]

    assert [answer.status_code for answer in answers] == [428, 412, 400, 400, 404]


async def test_to_who_may_not_hear_because_of_safety_no_letter_lies_ready(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    ready = await made(triage, melding_id)
    why_not = {"persoonNr": 0, "reden": "veiligheid", "toelichting": GEHEIM}
    await triage.post(f"/veiligheidsbeoordelingen/{melding_id}/niet-informeringen", why_not)

    sent, refused = await send(triage, ready, '"2"'), await make(triage, melding_id)
    after_all = await made(triage, melding_id, alsnog=True)

    assert (sent.status_code, refused.status_code) == (409, 409)
    assert "alsnog" in refused.json()["detail"]
    assert (await send(triage, after_all)).status_code == 200
    assert (await informed(triage, melding_id))[0] == "geinformeerd"


async def test_two_who_send_and_two_who_make_at_the_same_time_leave_one(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    both = await asyncio.gather(make(triage, melding_id), make(triage, melding_id))
    assert [answer.status_code for answer in both] == [201, 201]
    ready = await triage.rows("SELECT id FROM brief WHERE status = 'gereed'")
    path = f"/brieven/{ready[0].id}"

    sent = await asyncio.gather(send(triage, path), send(triage, path, wijze="overhandigd"))

    assert len(ready) == 1
    assert sorted(answer.status_code for answer in sent) == [200, 412]
    assert len(await triage.rows("SELECT id FROM informering")) == 1


async def test_a_key_that_is_sent_again_gets_the_first_letter(triage: TriageRoom) -> None:
    body = {"meldingId": str(await triage.receive()), "soort": "melder-ontvangst"}
    key = {"Idempotency-Key": "een-sleutel-van-de-client"}

    first, again = await triage.post("/brieven", body, **key), await triage.post("/brieven", body, **key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert len(await triage.rows("SELECT id FROM brief")) == 1


async def test_the_list_tells_no_text_and_goes_by_pages(triage: TriageRoom) -> None:
    melding_id, other = await triage.receive(), await triage.receive()
    for soort in ("melder-ontvangst", "betrokkene-ontvangst"):
        triage.klok.advance(timedelta(minutes=1))
        await made(triage, melding_id, soort)
    await made(triage, other)

    first = (await triage.get(f"/brieven?meldingId={melding_id}&limiet=1")).json()
    second = (await triage.get(f"/brieven?meldingId={melding_id}&limiet=1&na={first['volgende']}")).json()
    every = (await triage.get("/brieven")).json()["resultaten"]

    assert [one["soort"] for one in first["resultaten"] + second["resultaten"]] == [
        "melder-ontvangst",
        "betrokkene-ontvangst",
    ]
    assert (second["volgende"], len(every)) == (None, 3)
    assert "tekst" not in every[0]


async def test_what_is_called_for_is_proposed_until_it_lies_ready(triage: TriageRoom) -> None:
    melding_id = await judged(triage, "verzoek-tot-onderzoek")
    path = f"/veiligheidsbeoordelingen/{melding_id}/briefvoorstellen"

    before = (await triage.get(path)).json()["resultaten"]
    await made(triage, melding_id, "college-verzoek-tot-onderzoek")
    after = (await triage.get(path)).json()["resultaten"]

    assert [(one["soort"], one["persoonNr"]) for one in before] == [
        ("melder-ontvangst", None),
        ("melder-uitkomst", None),
        ("college-verzoek-tot-onderzoek", None),
        ("betrokkene-ontvangst", 0),
        ("betrokkene-ontvangst", 1),
    ]
    assert [one for one in before if one not in after] == [before[2]]


async def test_what_is_made_read_and_sent_is_recorded(triage: TriageRoom) -> None:
    path = await made(triage, await triage.receive())
    await triage.get(path)
    await send(triage, path)

    acts = [row.actie for row in await triage.rows("SELECT * FROM audit WHERE object_soort = 'brief' ORDER BY id")]
    assert acts == ["gemaakt", "gelezen", "verzonden"]


@pytest.mark.parametrize("rol", ["lokaal-team", "ketenpartner", "gemeente", "beheerder", "systeem"])
async def test_others_read_no_letters(triage: TriageRoom, rol: str) -> None:
    path = await made(triage, await triage.receive())

    assert [(await triage.get(one, rol)).status_code for one in (path, "/brieven")] == [403, 403]


async def test_letters_go_with_their_melding_die_with_their_casus_and_stand_in_the_file(triage: TriageRoom) -> None:
    stays, gone = uuid4(), uuid4()
    melding_id = await triage.receive(casus_id=gone)
    await triage.receive(casus_id=stays)
    path = await made(triage, melding_id, aanvullingen=[GEHEIM])
    doel = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}

    await triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1))
    file = (await triage.get(f"/casussen/{gone}/dossier", "systeem", **doel)).json()["resultaten"]
    listed = (await triage.get(f"/brieven?casusId={gone}")).json()["resultaten"]
    await triage.hear(triage.split(stays, gone, melding_id, volgorde=2, herstelt=True))
    read = await triage.get(path)
    await triage.hear(triage.destruction(gone, melding_id, volgorde=3))

    assert any(GEHEIM in text for one in file if one["soort"] == "brief" for text in one["teksten"])
    assert (len(listed), GEHEIM in read.json()["tekst"]) == (1, True)
    assert (await triage.get(path)).status_code == 404
    assert await triage.rows("SELECT id FROM brief") == []


async def test_the_real_adapter_asks_intake_for_its_own_purpose() -> None:
    asked: list[tuple[str, Any, str]] = []

    class Client:
        async def post(self, url: str, body: Any, *, purpose: str) -> Any:
            asked.append((url, body, purpose))
            return {"teksten": body["teksten"], "stand": "s"}

    casus_id = uuid4()
    found = await IntakeOverHttp(Client(), "http://intake.test").cut_teksten(casus_id, ("a",))  # type: ignore[arg-type]

    assert (found.teksten, found.stand) == (("a",), "s")
    assert asked == [(f"http://intake.test/v1/casussen/{casus_id}/_weglaten", {"teksten": ["a"]}, "behandeling")]
