"""How the worker finds, after a melding came in, who is known in another casus under another spelling."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from services.intake.domain.koppelen import VOORSTELLEN_MAX
from shared.errors import OperationalError
from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import Intake

pytestmark = pytest.mark.anyio

LOES: dict[str, Any] = {
    "rol": "kind",
    "geslachtsnaam": "Kwakkelstein",
    "voornamen": "Loes",
    "geboortedatum": "2014-03-09",
    "geslacht": "vrouw",
}
VERSCHREVEN = {"geslachtsnaam": "Kwakelstijn", "geboortedatum": "2014-09-03", "adres": None}


async def voorstellen(intake: Intake) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    return found


async def test_a_child_written_wrongly_is_put_before_a_worker_once_with_reasons_and_weight(intake: Intake) -> None:
    first = await intake.melding(a_melding(LOES))
    second = await intake.melding(a_melding(LOES | VERSCHREVEN))
    assert (second["casusId"] != first["casusId"], await voorstellen(intake)) == (True, [])

    await intake.koppel()
    (voorstel,) = await voorstellen(intake)
    await intake.koppel()
    await intake.koppel(first["id"])

    assert (voorstel["casusId"], voorstel["andereCasusId"]) == (first["casusId"], second["casusId"])
    assert voorstel["redenen"] == ["gelijkende-geboortedatum", "gelijkende-geslachtsnaam", "zelfde-voornaam"]
    assert (voorstel["score"] >= 16, voorstel["status"]) == (True, "open")
    assert await voorstellen(intake) == [voorstel]
    assert await intake.rows("SELECT 1 FROM outbox WHERE soort LIKE '%casus-samengevoegd%'") == []


async def test_a_new_melding_on_somebody_who_is_surely_known_joins_his_casus_and_tells_so_once(intake: Intake) -> None:
    home = {"adres": {"postcode": "3011AA", "huisnummer": 1}, "telefoonnummers": ["06-12345678"]}
    first = await intake.melding(a_melding(LOES | home))
    intake.klok.advance(timedelta(minutes=1))
    second = await intake.melding(a_melding(LOES | home | {"geslachtsnaam": "Kwakkelsteijn"}))

    await intake.koppel()
    await intake.koppel()

    assert (await intake.call("GET", f"/meldingen/{second['id']}")).json()["casusId"] == first["casusId"]
    (voorstel,) = await voorstellen(intake)
    assert (voorstel["status"], "zelfde-adres" in voorstel["redenen"]) == ("bevestigd", True)
    merged = await intake.rows("SELECT casus_id FROM outbox WHERE soort LIKE '%casus-samengevoegd%'")
    assert [str(row.casus_id) for row in merged] == [first["casusId"]]


async def test_what_two_casussen_hold_that_have_grown_is_for_a_person_however_sure(intake: Intake) -> None:
    home = {"adres": {"postcode": "3011AA", "huisnummer": 1}, "telefoonnummers": ["06-12345678"]}
    await intake.koppel((await intake.melding(a_melding(LOES | home)))["id"])
    other = LOES | home | {"geslachtsnaam": "Kwakkelsteijn", "bsn": bsn(5)}
    for _ in range(2):
        last = await intake.melding(a_melding(other))

    await intake.koppel(last["id"])

    (voorstel,) = await voorstellen(intake)
    assert (voorstel["status"], "zelfde-adres" in voorstel["redenen"]) == ("open", True)


async def test_who_has_nothing_in_common_and_who_is_there_by_profession_tie_nothing(intake: Intake) -> None:
    doctor = LOES | {"rol": "hulpverlener"}
    await intake.melding(a_melding(LOES, doctor))
    await intake.melding(a_melding({"rol": "kind", "geslachtsnaam": "Elders"}, doctor | VERSCHREVEN))
    await intake.melding(a_melding(a_person(rol="kind", geslachtsnaam="Kwakkelstein", voornamen="Bram", adres=None)))

    await intake.koppel()

    assert await voorstellen(intake) == []
    rows = await intake.rows("SELECT DISTINCT p.rol FROM persoon_zoeksleutel z JOIN persoon p ON p.id = z.persoon_id")
    assert {row.rol for row in rows} == {"kind"}


async def test_two_workers_at_the_same_moment_find_each_other_and_make_one_voorstel(intake: Intake) -> None:
    first = await intake.melding(a_melding(LOES))
    second = await intake.melding(a_melding(LOES | VERSCHREVEN))

    await asyncio.gather(*(intake.koppel(melding["id"]) for melding in (first, second)))

    assert len(await voorstellen(intake)) == 1


async def test_a_worker_that_dies_halfway_leaves_nothing_and_does_it_again(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    await intake.melding(a_melding(LOES))
    await intake.melding(a_melding(LOES | VERSCHREVEN))

    async def broken(*_: object, **__: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr("services.intake.store.koppelvoorstellen.add_voorstellen", broken)
        with pytest.raises((OperationalError, DBAPIError)):
            await intake.koppel()
    assert await intake.count("persoon_zoeksleutel") == 0
    await intake.koppel()

    assert len(await voorstellen(intake)) == 1


async def test_after_a_correction_somebody_is_found_by_what_is_right_and_no_longer_by_what_was_wrong(
    intake: Intake,
) -> None:
    sent = LOES | {"geboortedatum": "1961-11-30"}
    first = await intake.melding(a_melding(sent))
    await intake.koppel()
    before = {bytes(row.sleutel) for row in await intake.rows("SELECT sleutel FROM persoon_zoeksleutel")}
    (persoon,) = (await intake.call("GET", f"/casussen/{first['casusId']}")).json()["personen"]

    vraag = {
        "soort": "correctie",
        "casusId": first["casusId"],
        "persoonId": persoon["id"],
        "ontvangenOp": "2026-03-02T08:00:00Z",
        "verzoeker": {"hoedanigheid": "zelf"},
        "correctie": {"veld": "geboortedatum", "waarde": LOES["geboortedatum"]},
    }
    asked = await intake.call("POST", "/dossierverzoeken", vraag)
    assert asked.status_code == 201, asked.text
    path = f"/dossierverzoeken/{asked.json()['id']}/besluit"
    besluit = {"besluit": "toegewezen", "motivering": "Klopt."}
    done = await intake.call("PUT", path, besluit, If_Match='"1"')
    assert done.status_code == 200, done.text
    after = {bytes(row.sleutel) for row in await intake.rows("SELECT sleutel FROM persoon_zoeksleutel")}
    await intake.melding(a_melding(LOES | VERSCHREVEN))
    await intake.koppel()

    assert (len(after), bool(before & after), after == before) == (len(before), True, False)
    assert len(await voorstellen(intake)) == 1


async def test_a_house_full_of_one_family_does_not_flood_the_list(intake: Intake) -> None:
    home = {"adres": {"postcode": "3011AA", "huisnummer": 1}}
    for number, name in enumerate(("Aart", "Berend", "Dirk", "Evert", "Floor", "Guus", "Hidde", "Kobus")):
        member = {
            "rol": "kind",
            "geslachtsnaam": "Kwakkelstein",
            "voornamen": name,
            "geboortedatum": f"19{60 + number}",
        }
        await intake.melding(a_melding(member | home))
    last = await intake.melding(a_melding(LOES | home))
    await intake.koppel()

    beside = [one for one in await voorstellen(intake) if last["casusId"] in {one["casusId"], one["andereCasusId"]}]
    assert (len(beside), VOORSTELLEN_MAX) == (5, 10)
    assert {reden for one in beside for reden in one["redenen"]} == {"zelfde-adres-en-geslachtsnaam"}
