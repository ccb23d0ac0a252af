"""What triage gives of a casus for an afschrift: all of it, to a room that says what for, and to nobody else."""

from uuid import uuid4

import pytest

from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

DOEL = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}
VOORWAARDE = {
    "omschrijving": "Er is altijd een tweede volwassene bij",
    "eigenaar": "Oma",
    "controle": "Huisbezoek",
    "controleOp": "2026-04-01",
}
CONTACT = {"soort": "gesproken", "met": "pleger", "tijdstip": "2026-03-02T08:00:00Z", "verslag": "Hij zei niets."}
HANDELING = {"soort": "melder-teruggekoppeld", "tijdstip": "2026-03-02T08:00:00Z", "toelichting": "Gebeld."}


async def test_everything_that_was_written_down_is_given_also_under_an_id_that_vanished(triage: TriageRoom) -> None:
    casus_id, vanished, melding_id = uuid4(), uuid4(), uuid4()
    dienst_id = await triage.dienst("onderzoek", melding_id=melding_id, casus_id=vanished)
    for path, body in (
        (f"/diensten/{dienst_id}/contacten", CONTACT),
        (f"/diensten/{dienst_id}/veiligheidsvoorwaarden", VOORWAARDE),
        (f"/veiligheidsbeoordelingen/{melding_id}/handelingen", HANDELING),
    ):
        assert (await triage.post(path, body)).status_code == 201
    assert (await triage.conclude(dienst_id, "bevestigd")).status_code == 200
    await triage.receive(casus_id=casus_id)
    await triage.hear(triage.merge(verdwenen=vanished, blijft=casus_id))

    answers = [await triage.get(f"/casussen/{one}/dossier", "systeem", **DOEL) for one in (casus_id, vanished)]

    assert [answer.status_code for answer in answers] == [200, 200]
    found = answers[0].json()["resultaten"]
    assert found == answers[1].json()["resultaten"]
    assert sorted(deel["soort"] for deel in found) == [
        "contact",
        "dienst",
        "handeling",
        "veiligheidsbeoordeling",
        "veiligheidsbeoordeling",
        "veiligheidsvoorwaarde",
    ]
    texts = {text for deel in found for text in deel["teksten"]}
    assert {GEHEIM, "Hij zei niets.", "Gebeld.", "Oma", "Huisbezoek", VOORWAARDE["omschrijving"]} <= texts
    told = next(deel for deel in found if deel["soort"] == "contact")
    assert (told["velden"]["met"], told["tijdstip"]) == ("pleger", "2026-03-02T08:00:00Z")


async def test_nobody_but_a_room_with_this_purpose_gets_it(triage: TriageRoom) -> None:
    casus_id = uuid4()
    await triage.receive(casus_id=casus_id)
    path = f"/casussen/{casus_id}/dossier"

    for rol in ("vt-medewerker", "vt-teamleider", "lokaal-team", "gemeente", "ketenpartner", "beheerder"):
        assert (await triage.get(path, rol, **DOEL)).status_code == 403
    assert (await triage.get(path, "systeem")).status_code == 400
    assert (await triage.get(path, "systeem", **{"X-Doelbinding": "behandeling"})).status_code == 403
    assert (await triage.get(f"/casussen/{uuid4()}/dossier", "systeem", **DOEL)).status_code == 404


async def test_that_a_room_took_it_is_recorded(triage: TriageRoom) -> None:
    casus_id = uuid4()
    await triage.receive(casus_id=casus_id)

    await triage.get(f"/casussen/{casus_id}/dossier", "systeem", **DOEL)

    (act,) = await triage.rows("SELECT * FROM audit")
    assert (act.actie, act.casus_id, act.doel) == ("dossier-gelezen", casus_id, DOEL["X-Doelbinding"])
