"""A file that is destroyed leaves nothing in intake but facts and the audit; and how long it is kept before that."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.dossierverzoek import DossierverzoekStatus, propose
from services.intake.handlers.vernietigen import destroy_casus
from services.intake.store import dossierverzoeken
from services.intake.tables import metadata
from services.intake.worker import make_handler
from shared.chain import extend_chain, verify_audit
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import BewaartermijnVerstreken, CasusAfgesloten, Fact
from shared.keyring import key_of
from shared.rules.access import BELEID, Toegang, judge
from shared.rules.codes import Rol, VernietigingReden
from shared.vernietigen import NotDestroyedError
from shared.web.auth import Caller
from shared.work import Wall, Work, working
from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import Intake
from tests.integration.shredded import opens, places_of, read_all, sealed_in, without_told

pytestmark = pytest.mark.anyio

EVA: dict[str, Any] = {"bsn": bsn(2), "voornamen": "Eva", "adres": None}
KIND: dict[str, Any] = {"rol": "kind", "bsn": bsn(8), "voornamen": "Pim", "geboortedatum": "2025-02"}
HUISARTS: dict[str, Any] = {
    "rol": "hulpverlener", "bsn": bsn(9), "geslachtsnaam": "Dokterman", "voornamen": "Joost", "adres": None,
    "geboortedatum": "1970-01-01",
}  # fmt: skip
ELSEWHERE: dict[str, Any] = {"bsn": bsn(4), "geslachtsnaam": "Anderling", "voornamen": "Bo", "adres": None}
ELSEWHERE |= {"geboortedatum": "1980-08-08"}
BEVESTIGD = {"besluit": "bevestigd", "motivering": "CANARY: zelfde gezin."}
OWN = ("melding", "persoon", "persoon_sleutel", "persoon_zoeksleutel", "koppelvoorstel", "correctie", "casus")


# --- helpers ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def as_teamleider(intake: Intake) -> AsyncIterator[tuple[AsyncConnection, Caller]]:
    """A transaction of somebody whom the policy let in."""
    regel = BELEID["intake", "readCasus"]
    assert regel is not None
    toegang = judge(regel, rol=Rol.VT_TEAMLEIDER, scopes=("ketenradar",), doel=None)
    assert isinstance(toegang, Toegang)
    caller = Caller("leider", "leider", Rol.VT_TEAMLEIDER, "vtrr", frozenset(), toegang)
    with working(Work(Wall("vt-teamleider", "vtrr"), intake.made.vault)):
        async with in_transaction(intake.made.engine) as conn:
            yield conn, caller


async def destroy(intake: Intake, casus_id: str, verzoek_id: UUID | None = None) -> None:
    async with as_teamleider(intake) as (conn, caller):
        await destroy_casus(
            conn,
            intake.made,
            caller,
            UUID(casus_id),
            reden=VernietigingReden.VERZOEK,
            verzoek_id=verzoek_id or uuid4(),
            now=intake.klok(),
        )


async def hear(intake: Intake, casus_id: str, payload: Fact, event_id: UUID | None = None) -> None:
    """Hear a fact of monitoring, as the worker does."""
    event = Event(
        id=event_id or uuid4(),
        room=Room.MONITORING,
        casus_id=UUID(casus_id),
        sequence=1,
        time=intake.klok(),
        payload=payload,
    )
    async with in_transaction(intake.made.engine) as conn:
        await make_handler(intake.made)(conn, [event])


async def close(intake: Intake, casus_id: str) -> None:
    await hear(intake, casus_id, CasusAfgesloten(afgesloten_op=intake.klok(), reden="geen-vervolg"))


async def told(intake: Intake, noun_participle: str) -> list[dict[str, Any]]:
    rows = await intake.rows(
        "SELECT data FROM outbox WHERE soort = :soort ORDER BY id", soort=f"nl.ketenradar.{noun_participle}.v1"
    )
    return [row.data for row in rows]


async def a_full_casus(intake: Intake) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return two meldingen in a casus of which one was a casus of its own, sent with a key, and asked about."""
    body = a_melding(a_person(), a_person(**HUISARTS), externeIdentificatie="pol-1")
    first = await intake.melding(body, Idempotency_Key="een-keer")
    intake.klok.advance(timedelta(minutes=1))
    second = await intake.melding(a_melding(a_person(**EVA), externeIdentificatie="pol-2"))
    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen?status=open")).json()["resultaten"]
    path = f"/koppelvoorstellen/{voorstel['id']}/besluit"
    assert (await intake.call("PUT", path, BEVESTIGD, If_Match='"1"')).status_code == 200
    return first, second


async def ask_destruction(intake: Intake, casus_id: str) -> UUID:
    """Keep an open request in which somebody said something."""
    verzoek_id = uuid4()
    verzoek = propose(verzoek_id=verzoek_id, casus_id=UUID(casus_id), now=intake.klok())
    async with in_transaction(intake.made.engine) as conn:
        said = replace(verzoek, toelichting="CANARY: het klopt niet", persoon_id=None)
        await dossierverzoeken.save_verzoek(conn, intake.made.vault, said)
    return verzoek_id


# --- destruction -----------------------------------------------------------------------------------------------


async def test_a_destroyed_file_is_gone_and_another_with_the_same_doctor_is_whole(intake: Intake) -> None:
    body = a_melding(a_person(**ELSEWHERE), a_person(**HUISARTS), externeIdentificatie="pol-9")
    other = await intake.melding(body, Idempotency_Key="ander")
    untouched = await read_all(intake.made.engine, metadata)
    first, second = await a_full_casus(intake)
    verzoek_id = await ask_destruction(intake, first["casusId"])
    before = await read_all(intake.made.engine, metadata)
    mine = {name: [row for row in before[name] if row not in untouched[name]] for name in OWN}
    sealed = sealed_in([row for name in (*OWN, "dossierverzoek") for row in before[name] if row not in untouched[name]])
    shared = {row["sleutel"] for row in untouched["persoon_sleutel"]} | {row["bsn"] for row in untouched["persoon"]}
    persons = {row["id"] for name in ("persoon", "koppelvoorstel") for row in mine[name]}
    indexes = {row["sleutel"] for row in mine["persoon_sleutel"]} | {row["inhoud"] for row in mine["melding"]}
    indexes |= {row["externe_identificatie"] for row in mine["melding"]}
    kenmerken = {row["kenmerk"] for row in mine["melding"]}
    told_ids = {row["id"] for name in ("melding", "casus") for row in mine[name]}

    await destroy(intake, second["casusId"], verzoek_id)

    after = await read_all(intake.made.engine, metadata)
    assert (len(sealed), len(persons), len(kenmerken)) == (9, 4, 2)
    assert indexes & shared
    assert await opens(intake.made, sealed) == 0
    assert places_of(after, {*persons, *sealed, *(indexes - shared), *kenmerken}) == set()
    assert places_of(after, {value[-16:] for value in sealed}) == set()
    assert without_told(places_of(after, told_ids), "dossierverzoek") == set()
    assert {name: after[name] for name in OWN} == {name: untouched[name] for name in OWN}
    seen = await intake.call("GET", f"/casussen/{other['casusId']}")
    assert "Dokterman" in seen.text
    for path in (f"/casussen/{first['casusId']}", f"/casussen/{second['casusId']}", f"/meldingen/{first['id']}"):
        assert (await intake.call("GET", path)).status_code == 404
    (kept,) = after["dossierverzoek"]
    assert (kept["id"], kept["gegevens"], kept["persoon_id"]) == (verzoek_id, None, None)
    (record,) = after["vernietiging"]
    assert (str(record["casus_id"]), [str(one) for one in record["verdwenen_ids"]]) == (
        first["casusId"],
        [second["casusId"]],
    )
    (fact,) = await told(intake, "casus-vernietigd")
    assert fact == {
        "vernietigingId": str(record["id"]),
        "reden": "verzoek",
        "vernietigdOp": "2026-03-02T09:01:00Z",
        "volgorde": 2,
        "verdwenenCasusIds": [second["casusId"]],
        "meldingIds": [first["id"], second["id"]],
    }


async def test_a_copy_of_the_rows_from_before_does_not_open_afterwards(intake: Intake) -> None:
    first, _ = await a_full_casus(intake)
    copy = (await read_all(intake.made.engine, metadata))["melding"]
    assert await opens(intake.made, sealed_in(copy)) == 2

    await destroy(intake, first["casusId"])

    assert await opens(intake.made, sealed_in(copy)) == 0
    for row in copy:
        # Nor under any key that is still there, or a new one of the casus.
        async with in_transaction(intake.made.engine) as conn:
            for key in await all_keys(conn, intake):
                with pytest.raises(InvalidTag):
                    key.cipher.decrypt(row["melder"][17:29], row["melder"][29:], b"melding:melder:")


async def all_keys(conn: AsyncConnection, intake: Intake) -> list[Any]:
    owners = (await conn.execute(text("SELECT DISTINCT eigenaar_id FROM sleutel"))).scalars().all()
    return [await key_of(conn, intake.made.vault, owner) for owner in (*owners, uuid4())]


async def test_the_audit_of_a_destroyed_file_stays_and_is_whole(intake: Intake) -> None:
    first, _ = await a_full_casus(intake)
    await intake.call("GET", f"/casussen/{first['casusId']}")
    query = "SELECT * FROM audit WHERE casus_id = CAST(:id AS uuid) AND actie <> 'casus-vernietigd' ORDER BY id"
    before = await intake.rows(query, id=first["casusId"])
    async with in_transaction(intake.made.engine) as conn:
        assert await extend_chain(conn) >= len(before)

    await destroy(intake, first["casusId"])

    assert await intake.rows(query, id=first["casusId"]) == before
    assert before
    assert len(await intake.rows("SELECT * FROM audit WHERE actie = 'casus-vernietigd'")) == 1
    assert (await verify_audit(intake.made.engine, intake.made.vault)).findings == ()


SEALED_OF_A_PERSON = """UPDATE melding SET gegevens =
    (SELECT p.gegevens FROM persoon p WHERE p.melding_id = :mine LIMIT 1) WHERE id = :other"""
INDEX_OF_A_PERSON = """UPDATE melding SET gegevens =
    (SELECT p.bsn FROM persoon p WHERE p.melding_id = :mine AND p.bsn IS NOT NULL LIMIT 1) WHERE id = :other"""
KENMERK = "UPDATE melding SET melder_soort = (SELECT kenmerk FROM melding m WHERE m.id = :mine) WHERE id = :other"
ID = "UPDATE melding SET waarschuwingen = to_jsonb(CAST(:mine AS uuid)) WHERE id = :other"


@pytest.mark.parametrize(
    ("planting", "place"),
    [
        (KENMERK, "melding.melder_soort"),
        (ID, "melding.waarschuwingen"),
        (SEALED_OF_A_PERSON, "melding.gegevens"),
        (INDEX_OF_A_PERSON, "melding.gegevens"),
    ],
)
async def test_what_is_kept_where_nobody_thought_of_it_stops_the_destruction(
    intake: Intake, planting: str, place: str
) -> None:
    other = await intake.melding(a_melding(a_person(**ELSEWHERE)))
    first, _ = await a_full_casus(intake)
    async with in_transaction(intake.made.engine) as conn:
        await conn.execute(text(planting), {"mine": UUID(first["id"]), "other": UUID(other["id"])})
    before = await read_all(intake.made.engine, metadata)

    with pytest.raises(NotDestroyedError) as failed:
        await destroy(intake, first["casusId"])

    assert str(failed.value) == place
    assert await read_all(intake.made.engine, metadata) == before


async def test_a_new_melding_about_the_same_people_begins_a_new_casus(intake: Intake) -> None:
    first, second = await a_full_casus(intake)
    await destroy(intake, first["casusId"])
    body = a_melding(a_person(), a_person(**HUISARTS), externeIdentificatie="pol-1")

    again = await intake.melding(body, Idempotency_Key="een-keer")

    assert again["casusId"] not in {first["casusId"], second["casusId"]}
    assert again["hermelding"] is False


async def test_who_destroys_twice_finds_nothing_and_facts_that_come_late_are_harmless(intake: Intake) -> None:
    first, second = await a_full_casus(intake)
    await destroy(intake, first["casusId"])
    before = await read_all(intake.made.engine, metadata)

    for casus_id in (first["casusId"], second["casusId"]):
        with pytest.raises(NotFoundError):
            await destroy(intake, casus_id)
        await close(intake, casus_id)
        await hear(intake, casus_id, BewaartermijnVerstreken(bewaren_tot=date(2046, 3, 2)))

    assert await read_all(intake.made.engine, metadata) == before


async def test_other_requests_about_the_file_lapse_and_their_clocks_stop(intake: Intake) -> None:
    first, _ = await a_full_casus(intake)
    granted, waiting = await ask_destruction(intake, first["casusId"]), await ask_destruction(intake, first["casusId"])

    await destroy(intake, first["casusId"], granted)

    statuses = await intake.rows("SELECT id, status FROM dossierverzoek")
    assert {row.id: row.status for row in statuses}[waiting] == DossierverzoekStatus.VERVALLEN
    assert [fact["verzoekId"] for fact in await told(intake, "dossierverzoek-afgehandeld")] == [str(waiting)]


# --- retention -------------------------------------------------------------------------------------------------


async def bewaren_tot(intake: Intake, casus_id: str) -> date | None:
    (row,) = await intake.rows("SELECT bewaren_tot FROM casus WHERE id = CAST(:id AS uuid)", id=casus_id)
    found: date | None = row.bewaren_tot
    return found


@pytest.mark.parametrize(
    ("personen", "until"),
    [
        ([a_person()], "2046-03-02"),
        ([a_person(), a_person(**KIND)], "2046-03-02"),  # eighteen in 2043
        ([a_person(), a_person(**KIND | {"geboortedatum": "2026"})], "2046-03-02"),
    ],
)
async def test_a_closed_casus_is_kept_for_twenty_years_and_that_is_told(
    intake: Intake, personen: list[dict[str, Any]], until: str
) -> None:
    made = await intake.melding(a_melding(*personen))
    assert await bewaren_tot(intake, made["casusId"]) is None

    await close(intake, made["casusId"])

    assert str(await bewaren_tot(intake, made["casusId"])) == until
    assert await told(intake, "bewaartermijn-vastgesteld") == [
        {"bewarenTot": until, "afgeslotenOp": "2026-03-02T09:00:00Z"}
    ]


async def test_a_casus_that_comes_back_gets_a_new_term_when_it_is_closed_again(intake: Intake) -> None:
    made = await intake.melding(a_melding())
    await close(intake, made["casusId"])
    intake.klok.advance(timedelta(days=365))
    await intake.melding(a_melding(externeIdentificatie="nieuw"))

    await close(intake, made["casusId"])

    assert [fact["bewarenTot"] for fact in await told(intake, "bewaartermijn-vastgesteld")] == [
        "2046-03-02",
        "2047-03-02",
    ]


async def test_when_the_day_comes_two_people_are_asked_once(intake: Intake) -> None:
    made = await intake.melding(a_melding())
    await close(intake, made["casusId"])
    intake.klok.advance(timedelta(days=366 * 20))
    fact = BewaartermijnVerstreken(bewaren_tot=date(2046, 3, 2))

    for _ in range(2):
        await hear(intake, made["casusId"], fact)

    (verzoek,) = await intake.rows("SELECT * FROM dossierverzoek")
    assert (verzoek.soort, verzoek.reden, verzoek.persoon_id, verzoek.status) == (
        "vernietiging", "bewaartermijn", None, "ontvangen",
    )  # fmt: skip
    (asked,) = await told(intake, "dossierverzoek-ontvangen")
    assert (asked["verzoekId"], asked["gemeenteCode"]) == (str(verzoek.id), "0599")


async def test_nobody_is_asked_about_a_casus_that_is_open_again_or_is_kept_longer(intake: Intake) -> None:
    opened = await intake.melding(a_melding())
    moved = await intake.melding(a_melding(a_person(**ELSEWHERE)))
    for casus_id in (opened["casusId"], moved["casusId"]):
        await close(intake, casus_id)
    await intake.melding(a_melding(externeIdentificatie="nieuw"))
    async with in_transaction(intake.made.engine) as conn:
        await conn.execute(
            text("UPDATE casus SET bewaren_tot = '2050-01-01' WHERE id = :id"), {"id": UUID(moved["casusId"])}
        )

    for casus_id in (opened["casusId"], moved["casusId"], str(uuid4())):
        await hear(intake, casus_id, BewaartermijnVerstreken(bewaren_tot=date(2046, 3, 2)))

    assert await intake.rows("SELECT * FROM dossierverzoek") == []


async def put(intake: Intake, casus_id: str, tot: str | None, rol: str = "vt-teamleider") -> Any:
    body = {"beschermingsmaatregelTot": tot, "motivering": "CANARY: ondertoezichtstelling loopt."}
    return await intake.call("PUT", f"/casussen/{casus_id}/bewaring", body, rol=rol)


async def test_a_measure_moves_the_term_and_taking_it_away_moves_it_back(intake: Intake) -> None:
    made = await intake.melding(a_melding())
    casus_id = made["casusId"]
    before = await put(intake, casus_id, "2050-01-01")
    await close(intake, casus_id)

    longer = await put(intake, casus_id, "2051-06-30")
    again = await put(intake, casus_id, "2051-06-30")
    shorter = await put(intake, casus_id, "2030-01-01")
    gone = await put(intake, casus_id, None)

    assert (before.status_code, before.json()["bewarenTot"]) == (200, None)
    assert (
        longer.json()
        == again.json()
        == {
            "casusId": casus_id,
            "afgeslotenOp": "2026-03-02T09:00:00Z",
            "beschermingsmaatregelTot": "2051-06-30",
            "bewarenTot": "2051-06-30",
        }
    )
    assert (shorter.json()["bewarenTot"], gone.json()["bewarenTot"]) == ("2046-03-02", "2046-03-02")
    assert (await intake.call("GET", f"/casussen/{casus_id}/bewaring")).json() == gone.json()
    told_dates = [fact["bewarenTot"] for fact in await told(intake, "bewaartermijn-vastgesteld")]
    assert told_dates == ["2050-01-01", "2051-06-30", "2046-03-02"]
    assert "CANARY" not in str(await intake.rows("SELECT * FROM casus"))


async def test_only_a_teamleider_notes_a_measure_and_a_casus_that_is_not_there_is_not_found(intake: Intake) -> None:
    made = await intake.melding(a_melding())

    assert (await put(intake, made["casusId"], "2050-01-01", "vt-medewerker")).status_code == 403
    assert (await put(intake, str(uuid4()), "2050-01-01")).status_code == 404
    empty = {"beschermingsmaatregelTot": "2050-01-01", "motivering": ""}
    path = f"/casussen/{made['casusId']}/bewaring"
    assert (await intake.call("PUT", path, empty, rol="vt-teamleider")).status_code == 400
    assert (await intake.call("GET", path, rol="ketenpartner")).status_code == 403


async def test_a_measure_goes_along_when_casussen_become_one(intake: Intake) -> None:
    first = await intake.melding(a_melding())
    intake.klok.advance(timedelta(minutes=1))
    second = await intake.melding(a_melding(a_person(**EVA)))
    await put(intake, second["casusId"], "2060-01-01")
    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen?status=open")).json()["resultaten"]
    path = f"/koppelvoorstellen/{voorstel['id']}/besluit"
    assert (await intake.call("PUT", path, BEVESTIGD, If_Match='"1"')).status_code == 200

    await close(intake, first["casusId"])

    assert await bewaren_tot(intake, first["casusId"]) == date(2060, 1, 1)
    await destroy(intake, first["casusId"])
    assert await intake.rows("SELECT * FROM casus") == []


async def test_what_was_added_to_a_melding_goes_with_it(intake: Intake) -> None:
    made = await intake.melding(a_melding())
    path = f"/meldingen/{made['id']}"
    assert (await intake.call("POST", f"{path}/aanvullingen", {"tekst": "CANARY: later gehoord"})).status_code == 201
    headers = intake.headers("vt-medewerker") | {"Content-Type": "text/plain"}
    sent = await intake.http.post(f"/v1{path}/bijlagen", content=b"CANARY" * 90_000, headers=headers)
    assert sent.status_code == 201, sent.text
    async with in_transaction(intake.made.engine) as conn:
        row = """INSERT INTO import (id, organisatie_id, rol, actor, client, herkomst, soort, status, verwerkt,
                                     ontvangen, herhaald, geweigerd, volgende_rij, plaats, aangemaakt_op)
                 VALUES (:id, 'a', 'ketenpartner', 'a', 'a', '', 'csv', 'klaar', 1, 1, 0, 0, 3, 9, now())"""
        import_id = uuid4()
        await conn.execute(text(row), {"id": import_id})
        rij = "INSERT INTO import_rij VALUES (:id, 2, 'ontvangen', :melding_id, '[]')"
        await conn.execute(text(rij), {"id": import_id, "melding_id": UUID(made["id"])})
    before = await read_all(intake.made.engine, metadata)
    sealed = sealed_in([row for name in ("aanvulling", "bijlage", "bijlage_stuk") for row in before[name]])
    assert len(sealed) == 5

    await destroy(intake, made["casusId"])

    after = await read_all(intake.made.engine, metadata)
    assert {name: after[name] for name in ("aanvulling", "bijlage", "bijlage_stuk")} == {
        "aanvulling": [], "bijlage": [], "bijlage_stuk": [],
    }  # fmt: skip
    assert await opens(intake.made, sealed) == 0
    assert [row["melding_id"] for row in after["import_rij"]] == [None]
    assert not [row for row in after["taak"] if str(row["object_id"]) == sent.json()["id"]]
