"""AWARE through the door, and what is read of all these subjects in the file of a casus."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.triage.domain.aware import Aware, AwareStatus, AwareTekst
from services.triage.domain.verzoek import RAAD
from services.triage.store.aware import AWARE
from services.triage.store.matter import Thuis, find_thuis
from shared.db import in_transaction
from shared.events.behandeling import AwareBeeindigd, AwareVerleend, AwareVerlengd
from tests.integration.triage.room import GEHEIM, TriageRoom
from tests.integration.triage.test_forensisch import DOOR as FORENSISCH
from tests.integration.triage.test_forensisch import stap
from tests.integration.triage.test_forensisch import verzoek as forensisch
from tests.integration.triage.test_raad import BEWIJS, COLLEGE, MELDER, VTO, bericht, consult, verzoek, whole

pytestmark = pytest.mark.anyio

DOOR = "/aware-aanvragen"
NU = "2026-03-02T08:00:00Z"
VERLEEND = {"besluit": "verleend", "beslotenOp": NU, "motivering": GEHEIM, "deelnemers": ["Wijkagent Jansen"]}
VERLENGING = {"verlengdOp": NU, "evaluatieDag": "2026-08-03", "toelichting": GEHEIM}
EINDE = {"beeindigdOp": NU, "reden": "op-eigen-verzoek", "toelichting": GEHEIM}
OPTREDEN = {"door": "politie", "wat": GEHEIM, "uiterlijkDag": "2026-03-09"}
GEDAAN = {"gedaan": True, "moment": NU, "toelichting": GEHEIM}


def aanvraag(melding_id: UUID, **changes: object) -> dict[str, object]:
    return {
        "meldingId": str(melding_id),
        "persoonNr": 0,
        "belaging": True,
        "gevraagdOp": NU,
        "indicatie": GEHEIM,
        "sashNiveau": "hoog",
        **changes,
    }


async def told(triage: TriageRoom, kind: type[Any]) -> list[Any]:
    return [fact for fact in await triage.facts() if isinstance(fact, kind)]


async def test_it_is_asked_granted_extended_and_ended(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    place = await triage.made_one(DOOR, aanvraag(melding_id))

    twice = [("besluit", VERLEEND)] * 2
    ending = [("einde", EINDE)] * 2

    answers = [await triage.change(place, step, body) for step, body in (*twice, ("verlenging", VERLENGING), *ending)]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert [answer.json()["versie"] for answer in answers] == [2, 2, 3, 4, 4]
    assert [answer.json()["evaluatieDag"] for answer in answers[1:3]] == ["2026-09-02", "2026-08-03"]
    shown = (await triage.get(place)).json()
    assert (shown["status"], shown["redenEinde"]) == ("beeindigd", "op-eigen-verzoek")
    assert shown["besluit"]["deelnemers"] == ["Wijkagent Jansen"]
    assert (shown["indicatie"], shown["toelichtingEinde"], shown["verlengingen"][0]["toelichting"]) == (GEHEIM,) * 3
    (granted,), (longer,), (ended,) = [
        await told(triage, kind) for kind in (AwareVerleend, AwareVerlengd, AwareBeeindigd)
    ]
    assert {one.aware_id for one in (granted, longer, ended)} == {UUID(shown["id"])}
    assert (granted.melding_id, str(longer.evaluatie_dag)) == (melding_id, "2026-08-03")
    for row in await triage.rows("SELECT t.*::text AS whole FROM aware t"):
        assert "Jansen" not in row.whole


async def test_what_cannot_be_is_refused(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    place = await triage.made_one(DOOR, aanvraag(melding_id))

    answers = [
        await triage.post(DOOR, aanvraag(melding_id, belaging=False)),
        await triage.post(DOOR, aanvraag(melding_id, persoonNr=4)),
        await triage.post(DOOR, aanvraag(uuid4())),
        await triage.change(place, "verlenging", VERLENGING),
        await triage.change(place, "besluit", {**VERLEEND, "evaluatieDag": "2206-03-02"}),
        await triage.change(place, "besluit", {**VERLEEND, "beslotenOp": "2026-03-03T08:00:00Z"}),
        await triage.put(f"{place}/besluit", VERLEEND, etag='"9"'),
        await triage.put(f"{place}/besluit", VERLEEND, etag=None),
        await triage.get(f"{DOOR}/{uuid4()}"),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 404, 409, 400, 400, 412, 428, 404]
    assert "aangevraagd" in answers[3].json()["detail"]
    assert answers[4].json()["errors"][0]["pointer"] == "/evaluatieDag"
    assert await triage.facts() == []


async def test_of_two_decisions_on_one_version_one_counts(triage: TriageRoom) -> None:
    place = await triage.made_one(DOOR, aanvraag(await triage.receive()))
    etag = await triage.etag(place)

    answers = await asyncio.gather(
        *(triage.put(f"{place}/besluit", {**VERLEEND, "besluit": one}, etag=etag) for one in ("verleend", "afgewezen"))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(await told(triage, AwareVerleend)) <= 1


async def test_what_is_agreed_about_the_stalker_is_kept_done_and_seen_when_it_is_late(triage: TriageRoom) -> None:
    place = await triage.made_one(DOOR, aanvraag(await triage.receive()))
    key = {"Idempotency-Key": "optreden-1"}

    first, again = [await triage.post(f"{place}/optredens", OPTREDEN, **key) for _ in range(2)]
    both = await asyncio.gather(
        *(triage.post(f"{place}/optredens", {**OPTREDEN, "door": "hulpverlening"}) for _ in "ab")
    )
    past = await triage.post(f"{place}/optredens", {**OPTREDEN, "uiterlijkDag": "2026-03-01"})
    here = first.headers["Location"].removeprefix("/v1")
    read = await triage.get(here)
    done = [await triage.put(f"{here}/uitvoering", GEDAAN, etag=await triage.etag(place)) for _ in range(2)]
    nothing = await triage.put(f"{place}/optredens/{uuid4()}/uitvoering", GEDAAN, etag=await triage.etag(place))

    assert (first.json(), read.json()) == (again.json(), first.json())
    assert [answer.status_code for answer in (*both, past, *done, nothing)] == [201, 201, 400, 200, 200, 404]
    assert done[0].json()["versie"] == done[1].json()["versie"]
    assert len(done[1].json()["optredens"]) == 3
    assert done[1].json()["optredens"][0]["uitvoering"]["gedaan"] is True
    assert (await triage.get(f"{place}/optredens/{uuid4()}")).status_code == 404


async def test_it_moves_and_is_destroyed_with_its_melding_and_so_is_the_answer_of_before(triage: TriageRoom) -> None:
    stays, gone, melding_id = uuid4(), uuid4(), uuid4()
    await triage.receive(casus_id=stays)
    await triage.receive(casus_id=gone, melding_id=melding_id)
    place = await triage.made_one(DOOR, aanvraag(melding_id))
    key = {"Idempotency-Key": "optreden-1"}
    await triage.post(f"{place}/optredens", OPTREDEN, **key)

    await triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1))
    assert (await triage.get(place)).json()["casusId"] == str(stays)
    await triage.hear(triage.split(stays, gone, melding_id, volgorde=2, herstelt=True))
    apart = (await triage.get(place)).json()
    await triage.hear(triage.destruction(gone, melding_id, volgorde=3))

    assert (apart["casusId"], apart["indicatie"]) == (str(gone), GEHEIM)
    assert (await triage.get(place)).status_code == 404
    assert (await triage.post(f"{place}/optredens", OPTREDEN, **key)).status_code == 404
    assert await triage.rows("SELECT 1 FROM aware") == []
    assert await triage.rows("SELECT 1 FROM idempotentie WHERE antwoord IS NOT NULL") == []


async def test_what_somebody_was_writing_when_casussen_were_joined_goes_along(triage: TriageRoom) -> None:
    stays, gone = uuid4(), uuid4()
    await triage.receive(casus_id=stays)
    melding_id = await triage.receive(casus_id=gone)

    async with in_transaction(triage.made.engine) as conn:
        thuis = await find_thuis(conn, melding_id, lock=True)
        assert thuis is not None
        await AWARE.insert(conn, triage.made.vault, new_aware(thuis, triage.klok()))
        joining = asyncio.create_task(triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1)))
        await asyncio.sleep(0.5)
        waited = not joining.done()
    await joining

    (row,) = (await triage.get(f"{DOOR}?casusId={stays}")).json()["resultaten"]
    assert (waited, (await triage.get(f"{DOOR}/{row['id']}")).json()["indicatie"]) == (True, GEHEIM)


def new_aware(thuis: Thuis, now: datetime) -> Aware:
    """Return a request as the handler makes it."""
    return Aware(
        **asdict(thuis),
        id=uuid4(),
        begonnen_op=now,
        versie=1,
        persoon_nr=0,
        sash_niveau=None,
        status=AwareStatus.AANGEVRAAGD,
        tekst=AwareTekst(GEHEIM),
    )


async def test_everything_that_was_written_down_comes_back_in_the_file(triage: TriageRoom) -> None:
    casus_id, melding_id = uuid4(), uuid4()
    await triage.receive(casus_id=casus_id, melding_id=melding_id)
    vto = await triage.made_one(VTO, whole(melding_id))
    await triage.change(vto, "indiening", {})
    for one in (COLLEGE, MELDER):
        await triage.post(f"{vto}/kennisgevingen", one)
    await triage.partner("PUT", f"{vto}/raadsbericht", RAAD, bericht(1, "intake-afgerond"))
    await triage.change(vto, "intrekking", {"ingetrokkenOp": NU, "reden": "Toch niet nodig."})
    gi = consult(melding_id, "gecertificeerde-instelling", jeugdbeschermer="Jeugdbeschermer De Vries")
    await triage.made_one("/consulten", gi)
    rechter = await triage.made_one("/kantonrechterverzoeken", verzoek(melding_id))
    await triage.change(rechter, "intrekking", {"ingetrokkenOp": NU, "reden": "Zus wil mentor zijn."})
    arts = await triage.made_one(FORENSISCH, forensisch(melding_id))
    await triage.change(arts, "stap", stap("weigeren", toelichting="Moeder weigert."))
    aware = await triage.made_one(DOOR, aanvraag(melding_id))
    await triage.change(aware, "besluit", VERLEEND)
    await triage.change(aware, "einde", {**EINDE, "toelichting": "Verhuisd."})
    await triage.made_one(DOOR, aanvraag(melding_id, indicatie="Tweede aanvraag."))
    again = (await triage.get(f"{DOOR}?casusId={casus_id}")).json()["resultaten"][1]["id"]
    await triage.post(f"{DOOR}/{again}/optredens", {**OPTREDEN, "wat": "Stopgesprek door wijkagent."})

    answer = await triage.get(
        f"/casussen/{casus_id}/dossier", "systeem", **{"X-Doelbinding": "uitvoeren-van-dossierrechten"}
    )

    found = answer.json()["resultaten"]
    assert [one["soort"] for one in found if one["soort"] != "veiligheidsbeoordeling"] == [
        "verzoek-tot-onderzoek", "kennisgeving", "kennisgeving", "raadsbericht", "consult", "kantonrechterverzoek",
        "forensisch-verzoek", "aware", "aware", "aware-optreden",
    ]  # fmt: skip
    texts = {text for one in found for text in one["teksten"]}
    assert {
        GEHEIM, BEWIJS, "Zaak Jansen", "Gezin Jansen", "Dubbel anoniem.", "Toch niet nodig.",
        "Jeugdbeschermer De Vries", "Zus wil mentor zijn.", "Forensisch arts Jansen", "Moeder weigert.",
        "Wijkagent Jansen", "Verhuisd.", "Tweede aanvraag.", "Stopgesprek door wijkagent.",
    } <= texts  # fmt: skip
