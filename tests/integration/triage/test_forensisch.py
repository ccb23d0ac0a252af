"""Letselonderzoek and Centrum Seksueel Geweld through the door."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.behandeling import ForensischAfgerond, ForensischGevraagd
from shared.rules.behandelcodes import ForensischEinde, ForensischSoort
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

DOOR = "/forensische-verzoeken"
NU = "2026-03-02T08:00:00Z"


def verzoek(melding_id: UUID, **changes: object) -> dict[str, object]:
    return {
        "meldingId": str(melding_id),
        "soort": "letselonderzoek",
        "persoonNr": 1,
        "politieOfOmBetrokken": False,
        "aanvrager": "veilig-thuis",
        "vertrouwensartsBetrokken": True,
        "partij": "Forensisch arts Jansen",
        "minderjarig": True,
        "toestemming": "niet-gevraagd",
        "grondZonderToestemming": GEHEIM,
        "gevraagdOp": NU,
        "reden": GEHEIM,
        **changes,
    }


def stap(name: str, **changes: object) -> dict[str, object]:
    return {"stap": name, "moment": NU, "toelichting": GEHEIM, **changes}


RESULTAAT = {"afgerondOp": NU, "letselPast": "nee", "toelichting": GEHEIM}


async def told(triage: TriageRoom, kind: type[Any]) -> list[Any]:
    return [fact for fact in await triage.facts() if isinstance(fact, kind)]


async def test_an_injury_is_asked_about_looked_at_and_answered(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    place = await triage.made_one(DOOR, verzoek(melding_id))

    answers = [
        await triage.change(place, "stap", stap("inplannen", moment="2026-03-02T15:00:00Z")),
        await triage.change(place, "stap", stap("onderzoeken")),
        await triage.change(place, "resultaat", RESULTAAT),
        await triage.change(place, "resultaat", RESULTAAT),
    ]

    assert [answer.json()["status"] for answer in answers] == ["ingepland", "onderzocht", "afgerond", "afgerond"]
    shown = (await triage.get(place)).json()
    assert (shown["versie"], shown["letselPast"], shown["uiterlijk"]) == (4, "nee", "2026-03-03T08:00:00Z")
    assert shown["toelichtingen"] == dict.fromkeys(("inplannen", "onderzoeken", "afronden"), GEHEIM)
    assert (shown["partij"], shown["grondZonderToestemming"]) == ("Forensisch arts Jansen", GEHEIM)
    (asked,), (done,) = await told(triage, ForensischGevraagd), await told(triage, ForensischAfgerond)
    assert (asked.melding_id, asked.soort) == (melding_id, ForensischSoort.LETSELONDERZOEK)
    assert (done.forensisch_id, done.einde) == (asked.forensisch_id, ForensischEinde.AFGEROND)
    (item,) = (await triage.get(f"{DOOR}?meldingId={melding_id}")).json()["resultaten"]
    assert not {"letselPast", "reden", "partij"} & set(item)
    for row in await triage.rows("SELECT t.*::text AS whole FROM forensisch_verzoek t"):
        assert "Jansen" not in row.whole


async def test_who_asks_whose_consent_and_which_help_are_weighed_together(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    odd = verzoek(melding_id, politieOfOmBetrokken=True, grondZonderToestemming=None, soort="centrum-seksueel-geweld")

    answer = await triage.post(DOOR, odd)
    fine = await triage.post(
        DOOR, {**odd, "aanvrager": "politie", "toestemming": "gegeven", "hulp": ["medisch", "psychisch"]}
    )

    assert (answer.status_code, fine.status_code) == (400, 201)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/aanvrager", "/grondZonderToestemming", "/hulp",
    ]  # fmt: skip
    assert fine.json()["acuut"] is True
    assert (await triage.post(DOOR, verzoek(melding_id, persoonNr=9))).status_code == 400
    assert (await triage.post(DOOR, verzoek(uuid4()))).status_code == 404
    assert (await triage.post(DOOR, verzoek(melding_id, gevraagdOp="2026-03-02T10:00:00Z"))).status_code == 400


async def test_late_is_shown_and_blocks_nothing_and_out_of_order_is_refused(triage: TriageRoom) -> None:
    place = await triage.made_one(DOOR, verzoek(await triage.receive(), vertrouwensartsBetrokken=False))
    triage.klok.advance(timedelta(days=3))

    early = await triage.change(place, "resultaat", RESULTAAT)
    ahead = await triage.change(place, "stap", stap("onderzoeken", moment="2026-04-02T08:00:00Z"))
    looked = await triage.change(place, "stap", stap("onderzoeken"))
    silent = await triage.change(place, "resultaat", {**RESULTAAT, "letselPast": None})

    assert [answer.status_code for answer in (early, ahead, looked, silent)] == [409, 400, 200, 409]
    assert "gevraagd" in early.json()["detail"]
    assert looked.json()["teLaat"] is True
    assert len(looked.json()["waarschuwingen"]) == 1
    assert await told(triage, ForensischAfgerond) == []


async def test_of_two_ends_on_one_version_one_counts(triage: TriageRoom) -> None:
    place = await triage.made_one(DOOR, verzoek(await triage.receive()))
    etag = await triage.etag(place)

    answers = await asyncio.gather(
        *(triage.put(f"{place}/stap", stap(name), etag=etag) for name in ("weigeren", "intrekken"))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(await told(triage, ForensischAfgerond)) == 1
    assert (await triage.put(f"{place}/stap", stap("weigeren"), etag=None)).status_code == 428


async def test_it_moves_and_is_destroyed_with_its_melding(triage: TriageRoom) -> None:
    stays, gone, melding_id = uuid4(), uuid4(), uuid4()
    await triage.receive(casus_id=stays)
    await triage.receive(casus_id=gone, melding_id=melding_id)
    place = await triage.made_one(DOOR, verzoek(melding_id))

    await triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1))
    assert (await triage.get(place)).json()["casusId"] == str(stays)
    await triage.hear(triage.split(stays, gone, melding_id, volgorde=2, herstelt=True))
    apart = (await triage.get(place)).json()
    await triage.hear(triage.destruction(gone, melding_id, volgorde=3))

    assert (apart["casusId"], apart["reden"]) == (str(gone), GEHEIM)
    assert (await triage.get(place)).status_code == 404
    assert await triage.rows("SELECT 1 FROM forensisch_verzoek") == []


async def test_reading_and_every_step_are_recorded(triage: TriageRoom) -> None:
    place = await triage.made_one(DOOR, verzoek(await triage.receive()))
    await triage.change(place, "stap", stap("onderzoeken"))
    await triage.change(place, "resultaat", RESULTAAT)

    rows = await triage.rows("SELECT actie FROM audit WHERE object_soort = 'forensisch-verzoek'")

    assert {"vastgelegd", "gelezen", "onderzoeken", "afronden"} == {row.actie for row in rows}
