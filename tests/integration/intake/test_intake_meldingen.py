"""A melding at the door of intake, on a real database: what is kept, told, joined, refused and seen by whom."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.intake.handlers import receiving
from shared.chain import extend_chain, verify_audit
from shared.db import in_transaction
from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import POLITIE, Intake

pytestmark = pytest.mark.anyio

ONBEKENDE = {"melder": {"categorie": "anders", "soort": "onbekend"}}
MINIMAL: dict[str, Any] = {
    "melder": {"categorie": "ggz", "soort": "professional"},
    "gemeenteCode": "9999",
    "zorgelijkeSituatie": {"omschrijving": "Zorgen."},
    "personen": [{"rol": "kind", "beschrijving": "het jongste kind"}],
}


OVERDRACHT = "overdracht-en-zicht-op-veiligheid"


async def acts(intake: Intake) -> list[tuple[str, int]]:
    """Return what was recorded, in order, each with how many persons it concerned."""
    rows = await intake.rows("SELECT actie, cardinality(betrokkenen) AS personen FROM audit ORDER BY id")
    return [(row.actie, row.personen) for row in rows]


def pointers(answer: Any) -> set[str]:
    return {fault["pointer"] for fault in answer.json()["errors"]}


# --- kept and told ---------------------------------------------------------------------------------------------


async def test_a_melding_is_answered_with_its_casus_and_its_clock(intake: Intake) -> None:
    answer = await intake.call("POST", "/meldingen", a_melding(), rol="ketenpartner")

    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["Location"] == f"/v1/meldingen/{body['id']}"
    assert body == {
        "id": body["id"],
        "kenmerk": "M-2026-000001",
        "casusId": body["casusId"],
        "status": "ontvangen",
        "ontvangenOp": "2026-03-02T09:00:00Z",
        "gemeenteCode": "0599",
        "hermelding": False,
        "veiligheidsbeoordelingUiterlijk": "2026-03-09T23:00:00Z",
    }


async def test_a_melding_its_fact_and_its_audit_row_are_kept_together(intake: Intake) -> None:
    body = await intake.melding(a_melding(a_person(), a_person(bsn=bsn(2), voornamen="Bob", rol="pleger")))

    (fact,) = await intake.rows("SELECT soort, casus_id, volgnummer, data FROM outbox")
    assert (fact.soort, str(fact.casus_id), fact.volgnummer) == (
        "nl.ketenradar.melding-ontvangen.v1",
        body["casusId"],
        1,
    )
    assert fact.data == {
        "meldingId": body["id"],
        "ontvangenOp": "2026-03-02T09:00:00Z",
        "gemeenteCode": "0599",
        "melderCategorie": "justitie-en-veiligheid",
        "melderSoort": "professional",
        "hermelding": False,
        "vorigeAfsluitingOp": None,
        "aantalPersonen": 2,
        "aardGeweld": [{"relatie": "partnergeweld", "vorm": "fysiek"}],
        "vtOrganisatie": None,
        "meldcodeVolledig": None,
        "eerstOntvangenOp": None,
        "directbetrokkenen": [0, 1],
        "leeftijdsgroepen": ["volwassen"],
    }
    (act,) = await intake.rows("SELECT * FROM audit")
    assert (act.actie, str(act.object_id), act.organisatie_id) == ("melding-ontvangen", body["id"], POLITIE)
    assert (str(act.casus_id), act.doel) == (body["casusId"], "melden")
    assert set(act.betrokkenen) == {row.id for row in await intake.rows("SELECT id FROM persoon")}
    assert (await intake.count("melding"), await intake.count("persoon"), await intake.count("casus")) == (1, 2, 1)


async def test_nothing_is_kept_when_the_act_cannot_be_recorded(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(receiving, "record", broken)
    answer = await intake.call("POST", "/meldingen", a_melding(), rol="ketenpartner", Idempotency_Key="k")

    assert answer.status_code == 503
    for table in ("melding", "persoon", "casus", "outbox", "audit", "idempotentie", "sleutel"):
        assert await intake.count(table) == 0


async def test_the_smallest_melding_is_accepted_also_from_a_far_gemeente(intake: Intake) -> None:
    body = await intake.melding(MINIMAL)

    read = (await intake.call("GET", f"/meldingen/{body['id']}")).json()
    assert [found["code"] for found in read["waarschuwingen"]] == ["gemeente-buiten-regio"]
    assert read["personen"][0]["beschrijving"] == "het jongste kind"


async def test_no_value_of_a_person_stands_open_in_any_table(intake: Intake) -> None:
    secrets = ["Voorbeeldsen", "Anna", "1990-02-01", bsn(1), "3011AA", "Agent Fictief", "CANARY-TEKST", "PL-GEHEIM"]
    body = await intake.melding(a_melding(externeIdentificatie="PL-GEHEIM"), Idempotency_Key="k")
    await intake.melding(a_melding(a_person(bsn=bsn(9), voornamen="Eva")))
    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    path = f"/koppelvoorstellen/{voorstel['id']}/besluit"
    await intake.call("PUT", path, {"besluit": "afgewezen", "motivering": "CANARY-TEKST"}, If_Match='"1"')
    await intake.call("GET", f"/casussen/{body['casusId']}")

    tables = await intake.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in tables:
        for (row,) in await intake.rows(f"SELECT CAST(t AS text) FROM {table} t"):  # noqa: S608, names of the database
            for secret in secrets:
                assert secret not in row, table
                assert secret.encode().hex() not in row, table


async def test_everything_that_was_sent_is_read_back_as_sent(intake: Intake) -> None:
    sent = a_melding(
        a_person(geboortedatum="1990-02", geslacht="vrouw", telefoonnummers=["06-00000000"], beschrijving="lang haar"),
        a_person(rol="ouder-met-gezag", bsn=bsn(2), adres={"postcode": "3011AA", "huisnummer": 0, "geheim": True}),
        externeIdentificatie="PL1700-2026123456",
        kanaal="berichtenverkeer",
        gemeldOp="2026-03-02T08:00:00+01:00",
        duur="maand-tot-jaar",
        sash={"ingevuld": True, "niveau": "hoog"},
        relaties=[{"van": 0, "tot": 1, "omschrijving": "dochter"}],
        informering=[{"persoon": 1, "wijze": "mondeling", "gereageerd": False}],
        contactpersoon={"naam": "Loket Fictief", "email": "loket@voorbeeld.invalid"},
        afstemmingsoverlegGewenst=True,
    )
    body = await intake.melding(sent)

    read = (await intake.call("GET", f"/meldingen/{body['id']}")).json()

    def holds(found: Any, given: Any) -> None:
        if isinstance(given, dict):
            for name, value in given.items():
                holds(found[name], value)
        elif isinstance(given, list):
            assert len(found) == len(given)
            for one, other in zip(found, given, strict=True):
                holds(one, other)
        else:
            assert found == given

    holds(read, sent | {"gemeldOp": "2026-03-02T07:00:00Z"})
    assert read["organisatieId"] == POLITIE


# --- the same thing twice is one -------------------------------------------------------------------------------


async def test_a_melding_that_is_sent_twice_under_one_key_is_stored_once(intake: Intake) -> None:
    first = await intake.call("POST", "/meldingen", a_melding(), rol="ketenpartner", Idempotency_Key="k")
    second = await intake.call("POST", "/meldingen", a_melding(), rol="ketenpartner", Idempotency_Key="k")

    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["Location"] == first.headers["Location"]
    assert await intake.count("melding") == await intake.count("outbox") == 1
    assert await acts(intake) == [("melding-ontvangen", 1), ("melding-herhaald", 0)]


async def test_the_same_key_for_something_else_is_refused(intake: Intake) -> None:
    await intake.melding(a_melding(), Idempotency_Key="k")
    other = await intake.call("POST", "/meldingen", MINIMAL, rol="ketenpartner", Idempotency_Key="k")

    assert other.status_code == 409
    assert await intake.count("melding") == 1


async def test_the_same_external_number_with_the_same_content_gives_the_first_answer(intake: Intake) -> None:
    first = await intake.melding(a_melding(externeIdentificatie="PL1"))
    second = await intake.call("POST", "/meldingen", a_melding(externeIdentificatie="PL1"), rol="ketenpartner")

    assert (second.status_code, second.json()) == (200, first)
    assert await intake.count("melding") == 1


async def test_the_same_external_number_with_other_content_is_refused(intake: Intake) -> None:
    await intake.melding(a_melding(externeIdentificatie="PL1"))
    changed = a_melding(externeIdentificatie="PL1", gemeenteCode="0606")
    changed_text = a_melding(externeIdentificatie="PL1", zorgelijkeSituatie={"omschrijving": "Anders."})

    assert (await intake.call("POST", "/meldingen", changed_text, rol="ketenpartner")).status_code == 409
    assert (await intake.call("POST", "/meldingen", changed, rol="ketenpartner")).status_code == 409
    assert await intake.count("melding") == 1


async def test_another_organisatie_may_use_the_same_external_number(intake: Intake) -> None:
    await intake.melding(a_melding(externeIdentificatie="1"))
    await intake.melding(a_melding(externeIdentificatie="1"), organisatie="ziekenhuis-fictief")

    assert await intake.count("melding") == 2


@pytest.mark.parametrize("extra", [{"Idempotency_Key": "k"}, {}], ids=["by-key", "by-external-number"])
async def test_twenty_times_the_same_at_once_is_one(intake: Intake, extra: dict[str, str]) -> None:
    body = a_melding(externeIdentificatie="PL1")

    answers = await asyncio.gather(
        *(intake.call("POST", "/meldingen", body, rol="ketenpartner", **extra) for _ in range(20))
    )

    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await intake.count("melding") == await intake.count("outbox") == 1


# --- who is known ----------------------------------------------------------------------------------------------


async def test_the_same_bsn_joins_the_casus_under_whatever_name(intake: Intake) -> None:
    first = await intake.melding(a_melding())
    again = await intake.melding(a_melding(a_person(geslachtsnaam="Anders", voornamen="X", geboortedatum="1980")))

    assert (again["casusId"], again["hermelding"], first["hermelding"]) == (first["casusId"], True, False)
    assert [row.volgnummer for row in await intake.rows("SELECT volgnummer FROM outbox ORDER BY id")] == [1, 2]


@pytest.mark.parametrize(
    "person",
    [
        {"bsn": None, "geslachtsnaam": "VOORBEELDSEN", "voornamen": "anna"},
        {"bsn": None, "geslachtsnaam": "Vóórbeeldsen", "voornamen": "Ánna B."},
        {"bsn": "123456789"},
    ],
    ids=["case", "accents", "a-number-that-is-none"],
)
async def test_the_same_names_and_birth_date_join_however_written(intake: Intake, person: dict[str, Any]) -> None:
    first = await intake.melding(a_melding())
    again = await intake.melding(a_melding(a_person(**person)))

    assert again["casusId"] == first["casusId"]


async def test_namesakes_with_different_numbers_are_proposed_and_not_joined(intake: Intake) -> None:
    first = await intake.melding(a_melding(a_person(adres=None)))
    other = await intake.melding(a_melding(a_person(bsn=bsn(2), adres=None)))

    assert other["casusId"] != first["casusId"]
    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    assert (voorstel["casusId"], voorstel["andereCasusId"]) == (first["casusId"], other["casusId"])
    assert voorstel["redenen"] == [
        "zelfde-geslachtsnaam-en-geboortedatum",
        "zelfde-naam-en-geboortedatum-andere-bsn",
    ]


@pytest.mark.parametrize(
    ("person", "redenen"),
    [
        ({"voornamen": "Eva", "adres": None}, ["zelfde-geslachtsnaam-en-geboortedatum"]),
        ({"voornamen": "Eva", "geboortedatum": "2015-05-05"}, ["zelfde-adres-en-geslachtsnaam"]),
        ({"voornamen": "Eva", "geboortedatum": "2015", "adres": {"postcode": "3011 aa", "huisnummer": 1}},
         ["zelfde-adres-en-geslachtsnaam"]),
    ],
)  # fmt: skip
async def test_a_weak_match_is_put_before_a_worker(intake: Intake, person: dict[str, Any], redenen: list[str]) -> None:
    await intake.melding(a_melding())
    other = await intake.melding(a_melding(a_person(bsn=None, **person)))

    assert other["hermelding"] is False
    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    assert (voorstel["redenen"], voorstel["status"], voorstel["versie"]) == (redenen, "open", 1)


async def test_a_pair_is_proposed_once_and_gathers_its_reasons(intake: Intake) -> None:
    await intake.melding(a_melding())
    for changes in ({"adres": None}, {"adres": None}, {"geboortedatum": "2015-05-05"}):
        await intake.melding(a_melding(a_person(bsn=bsn(2), voornamen="Eva", **changes)))

    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    assert voorstel["redenen"] == ["zelfde-adres-en-geslachtsnaam", "zelfde-geslachtsnaam-en-geboortedatum"]
    assert voorstel["versie"] == 2


async def test_a_melding_on_people_of_two_casussen_joins_the_older_and_proposes_the_other(intake: Intake) -> None:
    elsewhere = {"adres": None, "geslachtsnaam": "Elders", "voornamen": "Bob", "geboortedatum": "1985-01-01"}
    first = await intake.melding(a_melding())
    second = await intake.melding(a_melding(a_person(bsn=bsn(2), **elsewhere)))

    third = await intake.melding(a_melding(a_person(bsn=bsn(2), **elsewhere), a_person()))

    assert third["casusId"] == first["casusId"] != second["casusId"]
    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    assert (voorstel["casusId"], voorstel["andereCasusId"]) == (first["casusId"], second["casusId"])
    assert "zelfde-bsn" in voorstel["redenen"]


async def test_a_professional_in_two_meldingen_ties_no_families_together_but_is_found(intake: Intake) -> None:
    doctor = a_person(rol="hulpverlener")
    first = await intake.melding(a_melding(doctor, {"rol": "kind", "geslachtsnaam": "Een"}))
    second = await intake.melding(a_melding(doctor, {"rol": "kind", "geslachtsnaam": "Twee"}))

    assert first["casusId"] != second["casusId"]
    found = (await intake.call("POST", "/meldingen/_zoek", {"bsn": bsn(1)})).json()["resultaten"]
    assert [item["id"] for item in found] == [second["id"], first["id"]]


async def test_people_of_whom_only_signs_are_left_do_not_match_each_other(intake: Intake) -> None:
    nobody = {"rol": "kind", "geslachtsnaam": "-", "voornamen": "?", "geboortedatum": "2015-01-01"}
    first = await intake.melding(a_melding(nobody))
    second = await intake.melding(a_melding(nobody))

    assert first["casusId"] != second["casusId"]
    assert await intake.count("koppelvoorstel") == 0


@pytest.mark.parametrize("round_", range(3))
async def test_meldingen_on_one_new_person_at_the_same_moment_end_in_one_casus(intake: Intake, round_: int) -> None:
    by_number = a_melding(a_person(geslachtsnaam="Anders", geboortedatum="1980-01-01"))
    by_name = a_melding(a_person(bsn=None))
    both = a_melding(a_person(), a_person(bsn=bsn(2), voornamen="Bob"))

    answers = await asyncio.gather(*(intake.melding(body) for body in [both, by_number, by_name, a_melding()] * 4))

    # Whoever came first decides; a melding by number and one by name only meet through one that holds both.
    assert await intake.count("melding") == 16
    casussen = {answer["casusId"] for answer in answers}
    assert sum(not answer["hermelding"] for answer in answers) == len(casussen) == await intake.count("casus")
    for body in (by_number, by_name):
        same = {(await intake.melding(body))["casusId"] for _ in range(2)}
        assert len(same) == 1


async def test_thirty_meldingen_on_one_new_person_at_once_make_one_casus_and_facts_in_order(intake: Intake) -> None:
    answers = await asyncio.gather(*(intake.melding(a_melding()) for _ in range(30)))

    assert len({answer["casusId"] for answer in answers}) == 1
    assert sum(not answer["hermelding"] for answer in answers) == 1
    rows = await intake.rows("SELECT volgnummer FROM outbox ORDER BY id")
    assert [row.volgnummer for row in rows] == list(range(1, 31))
    counts = await intake.rows("SELECT aantal_meldingen, aantal_personen FROM casus")
    assert [tuple(row) for row in counts] == [(30, 30)]
    async with in_transaction(intake.made.engine) as conn:
        await extend_chain(conn)
    report = await verify_audit(intake.made.engine, intake.made.vault, now=intake.klok())
    assert (report.rows, report.links, report.findings) == (30, 30, ())


# --- refused, and remarked -------------------------------------------------------------------------------------


async def test_all_faults_are_told_at_once_and_nothing_is_echoed(intake: Intake) -> None:
    body = a_melding(
        {"rol": "CANARY-ROL"},
        a_person(geboortedatum="1990-13"),
        a_person(geboortedatum="2025-02-30"),
        melder={"categorie": "ggz", "soort": "professional", "bekendmaking": {"openbaar": False}},
        gemeenteCode="CANARY-GEMEENTE",
        canaryVeld="CANARY",
    )
    answer = await intake.call("POST", "/meldingen", body, rol="ketenpartner")

    assert answer.status_code == 400
    assert pointers(answer) == {
        "/melder/bekendmaking",
        "/gemeenteCode",
        "/personen/0/rol",
        "/personen/1/geboortedatum",
        "/personen/2/geboortedatum",
        "/",
    }
    assert "canary" not in answer.text.lower()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"incident": {"tijdstip": "2026-03-02T10:00:00Z"}}, "/incident/tijdstip"),
        ({"personen": [a_person(geboortedatum="2026-04")]}, "/personen/0/geboortedatum"),
        ({"personen": [{"rol": "kind"}]}, "/personen/0"),
        ({"personen": []}, "/personen"),
        ({"relaties": [{"van": 0, "tot": 1, "omschrijving": "zus"}]}, "/"),
    ],
)
async def test_what_cannot_be_true_is_refused_with_its_place(
    intake: Intake, changes: dict[str, Any], pointer: str
) -> None:
    answer = await intake.call("POST", "/meldingen", a_melding(**changes), rol="ketenpartner")

    assert answer.status_code == 400
    assert pointers(answer) == {pointer}
    assert await intake.count("melding") == 0


@pytest.mark.parametrize(
    ("soort", "bekendmaking", "status"),
    [
        ("professional", {"openbaar": False}, 400),
        ("professional", {"openbaar": False, "grond": "b"}, 400),
        ("professional", {"openbaar": True, "grond": "b", "motivering": "x"}, 400),
        ("professional", {"openbaar": False, "grond": "b", "motivering": "Bedreigd."}, 201),
        ("omstander", {"openbaar": True}, 400),
        ("omstander", {"openbaar": True, "toestemming": True}, 201),
        ("omstander", {"openbaar": False}, 201),
        ("onbekend", {"openbaar": True}, 400),
        ("professional", None, 201),
    ],
)
async def test_the_agreement_on_the_name_of_the_melder_is_checked_at_the_door(
    intake: Intake, soort: str, bekendmaking: dict[str, Any] | None, status: int
) -> None:
    melder = {"categorie": "ggz", "soort": soort, "naam": "Iemand", "bekendmaking": bekendmaking}

    answer = await intake.call("POST", "/meldingen", a_melding(melder=melder), rol="ketenpartner")

    assert answer.status_code == status


async def test_a_wrong_number_is_kept_and_remarked_never_refused(intake: Intake) -> None:
    body = await intake.melding(a_melding(a_person(bsn="123456789")))

    read = (await intake.call("GET", f"/meldingen/{body['id']}")).json()
    assert read["personen"][0]["bsn"] == "123456789"
    assert [(found["code"], found["pointer"]) for found in read["waarschuwingen"]] == [
        ("bsn-ongeldig", "/personen/0/bsn")
    ]


async def test_a_melder_whom_nobody_knows_is_registered_with_a_flag(intake: Intake) -> None:
    body = await intake.melding(a_melding(**ONBEKENDE), rol="vt-medewerker")

    assert (await intake.call("GET", f"/meldingen/{body['id']}")).json()["dubbelAnoniem"] is True


# --- who may see what ------------------------------------------------------------------------------------------


async def test_a_partner_reads_its_own_melding_and_not_that_of_another(intake: Intake) -> None:
    body = await intake.melding(a_melding())
    path = f"/meldingen/{body['id']}"

    own = await intake.call("GET", path, rol="ketenpartner")
    strange = await intake.call("GET", path, rol="ketenpartner", organisatie="ziekenhuis-fictief")
    absent = await intake.call("GET", f"/meldingen/{uuid4()}", rol="ketenpartner", organisatie="ziekenhuis-fictief")

    assert (own.status_code, own.json()["melder"]["naam"]) == (200, "Agent Fictief")
    assert (strange.status_code, strange.content) == (404, absent.content)


@pytest.mark.parametrize("rol", ["lokaal-team", "gemeente", "beheerder"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/meldingen"),
        ("POST", "/meldingen/_batch"),
        ("POST", "/meldingen/_zoek"),
        ("GET", "/meldingen/{id}"),
        ("GET", "/casussen/{id}"),
        ("POST", "/adviezen"),
        ("GET", "/koppelvoorstellen"),
    ],
)
async def test_a_role_without_business_here_is_turned_away(intake: Intake, rol: str, method: str, path: str) -> None:
    answer = await intake.call(method, path.format(id=uuid4()), None if method == "GET" else MINIMAL, rol=rol)

    assert answer.status_code in {400, 403}
    assert answer.status_code == 403 or method == "POST"
    assert await intake.count("melding") == 0


async def test_a_partner_sees_no_casus_and_no_koppelvoorstel(intake: Intake) -> None:
    body = await intake.melding(a_melding())

    for path in (f"/casussen/{body['casusId']}", "/koppelvoorstellen", f"/koppelvoorstellen/{uuid4()}"):
        assert (await intake.call("GET", path, rol="ketenpartner")).status_code == 403


async def test_another_system_must_name_its_purpose_which_is_kept(intake: Intake) -> None:
    body = await intake.melding(a_melding())
    path = f"/casussen/{body['casusId']}"

    assert (await intake.call("GET", path, rol="systeem")).status_code == 400
    assert (await intake.call("GET", path, rol="systeem", X_Doelbinding=OVERDRACHT)).status_code == 200
    assert (
        await intake.call("GET", path, rol="systeem", X_Doelbinding="terugvinden-van-een-melding")
    ).status_code == 403
    rows = await intake.rows("SELECT actie, resultaat, doel FROM audit WHERE rol = 'systeem' ORDER BY id")
    assert [tuple(row) for row in rows] == [
        ("readCasus", "geweigerd", "behandelen-van-een-casus"),
        ("casus-gelezen", "gelukt", OVERDRACHT),
        ("readCasus", "geweigerd", "behandelen-van-een-casus"),
    ]


@pytest.mark.parametrize(
    ("melder", "visible"),
    [
        ({"soort": "professional", "bekendmaking": {"openbaar": True}}, True),
        ({"soort": "professional"}, False),
        ({"soort": "professional", "bekendmaking": {"openbaar": False, "grond": "a", "motivering": "x"}}, False),
        ({"soort": "omstander"}, False),
        ({"soort": "omstander", "bekendmaking": {"openbaar": True, "toestemming": True}}, True),
    ],
)
async def test_another_system_sees_the_melder_only_when_a_rule_says_so(
    intake: Intake, melder: dict[str, Any], visible: bool
) -> None:
    who = {"categorie": "ggz", "naam": "VERBORGEN-MELDER", **melder}
    people = [a_person(), {"rol": "melder", "geslachtsnaam": "VERBORGEN-MELDER"}]
    sent = a_melding(*people, melder=who, externeIdentificatie="VERBORGEN-NUMMER")
    body = await intake.melding(sent, organisatie="verborgen-organisatie")

    for path in (f"/casussen/{body['casusId']}", f"/meldingen/{body['id']}"):
        seen = await intake.call("GET", path, rol="systeem", X_Doelbinding=OVERDRACHT)
        assert seen.status_code == 200
        assert ("verborgen" in seen.text.lower()) is visible
        assert "VERBORGEN-MELDER" in (await intake.call("GET", path)).text


async def test_another_room_of_the_same_organisation_hears_no_melder_either(intake: Intake) -> None:
    melder = {"categorie": "ggz", "soort": "omstander", "naam": "VERBORGEN-MELDER"}
    body = await intake.melding(a_melding(melder=melder), rol="vt-medewerker")

    for path in (f"/casussen/{body['casusId']}", f"/meldingen/{body['id']}"):
        seen = await intake.call("GET", path, rol="systeem", X_Doelbinding=OVERDRACHT)
        assert (seen.status_code, "VERBORGEN" in seen.text) == (200, False)


async def test_a_casus_tells_each_person_once_with_all_its_meldingen(intake: Intake) -> None:
    first = await intake.melding(a_melding(a_person(), {"rol": "kind", "geslachtsnaam": "Klein"}))
    intake.klok.advance(timedelta(hours=1))
    second = await intake.melding(a_melding(a_person(rol="pleger", taal="Fries")))

    casus = (await intake.call("GET", f"/casussen/{first['casusId']}")).json()

    assert [melding["id"] for melding in casus["meldingen"]] == [first["id"], second["id"]]
    assert [(p["geslachtsnaam"], p["rol"], p["taal"], p["meldingId"]) for p in casus["personen"]] == [
        ("Voorbeeldsen", "pleger", "Fries", second["id"]),
        ("Klein", "kind", None, first["id"]),
    ]


# --- search ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        {"bsn": bsn(1)},
        {"geslachtsnaam": "VOORBEELDSEN", "geboortedatum": "1990-02-01"},
        {"externeIdentificatie": "PL1"},
        {"kenmerk": "M-2026-000001"},
    ],
)
async def test_a_melding_is_found_each_way_by_vt_and_by_its_sender_only(
    intake: Intake, question: dict[str, str]
) -> None:
    body = await intake.melding(a_melding(externeIdentificatie="PL1"))
    await intake.melding(MINIMAL)

    async def found(**who: str) -> list[str]:
        answer = await intake.call("POST", "/meldingen/_zoek", question, **who)
        assert answer.status_code == 200
        return [item["id"] for item in answer.json()["resultaten"]]

    assert await found(rol="vt-medewerker") == [body["id"]]
    assert await found(rol="ketenpartner") == [body["id"]]
    assert await found(rol="ketenpartner", organisatie="ziekenhuis-fictief") == []


@pytest.mark.parametrize(
    "question",
    [{}, {"geslachtsnaam": "X"}, {"bsn": "1", "kenmerk": "M-1"}, {"geboortedatum": "1990-02-01"}],
)
async def test_a_question_has_exactly_one_way_of_searching(intake: Intake, question: dict[str, str]) -> None:
    assert (await intake.call("POST", "/meldingen/_zoek", question)).status_code == 400


async def test_a_number_that_is_none_finds_nothing_and_is_remembered_as_a_search(intake: Intake) -> None:
    await intake.melding(MINIMAL)

    answer = await intake.call("POST", "/meldingen/_zoek", {"bsn": "123456789"})

    assert answer.json() == {"resultaten": [], "volgende": None}
    rows = await intake.rows("SELECT reden, casus_id, betrokkenen FROM audit WHERE actie = 'meldingen-gezocht'")
    assert [tuple(row) for row in rows] == [("0 gevonden", None, [])]


async def test_what_is_found_comes_in_pages_without_gap_or_overlap(intake: Intake) -> None:
    sent = [(await intake.melding(a_melding()))["id"] for _ in range(5)]

    got: list[str] = []
    cursor = ""
    while cursor is not None:
        path = "/meldingen/_zoek?limiet=2" + (f"&na={cursor}" if cursor else "")
        page = (await intake.call("POST", path, {"bsn": bsn(1)})).json()
        got += [item["id"] for item in page["resultaten"]]
        cursor = page["volgende"]

    assert got == sent[::-1]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyIxIl0", "WzFd"])
async def test_a_place_that_is_none_of_ours_is_refused(intake: Intake, cursor: str) -> None:
    assert (await intake.call("GET", f"/koppelvoorstellen?na={cursor}")).status_code == 400


# --- batch -----------------------------------------------------------------------------------------------------


async def test_one_bad_melding_in_a_batch_harms_no_other(intake: Intake) -> None:
    await intake.melding(a_melding(externeIdentificatie="PL1"))
    future = a_melding(incident={"tijdstip": "2027-01-01T00:00:00Z"})
    items = [
        MINIMAL,
        {"onzin": "CANARY"},
        "CANARY",
        future,
        a_melding(externeIdentificatie="PL1"),
        a_melding(externeIdentificatie="PL1", gemeenteCode="0606", zorgelijkeSituatie={"omschrijving": "y"}),
        a_melding(),
    ]

    answer = await intake.call("POST", "/meldingen/_batch", {"meldingen": items}, rol="ketenpartner")

    results = answer.json()["resultaten"]
    assert answer.status_code == 200
    assert [result["status"] for result in results] == [201, 400, 400, 400, 200, 409, 201]
    assert all(("melding" in result) == (result["status"] < 400) for result in results)
    assert results[3]["probleem"]["errors"][0]["pointer"] == "/incident/tijdstip"
    assert "CANARY" not in answer.text
    assert await intake.count("melding") == 3
    (act,) = await intake.rows("SELECT reden FROM audit WHERE actie = 'meldingen-ontvangen'")
    assert act.reden == "3 van 7 ontvangen"


async def test_a_batch_of_which_nothing_is_received_is_answered_and_recorded(intake: Intake) -> None:
    answer = await intake.call("POST", "/meldingen/_batch", {"meldingen": ["x", {}]}, rol="ketenpartner")

    assert (answer.status_code, [one["status"] for one in answer.json()["resultaten"]]) == (200, [400, 400])
    assert await acts(intake) == [("meldingen-ontvangen", 0)]


async def test_a_batch_that_is_sent_twice_under_one_key_is_stored_once(intake: Intake) -> None:
    batch = {"meldingen": [MINIMAL, a_melding()]}

    first = await intake.call("POST", "/meldingen/_batch", batch, rol="ketenpartner", Idempotency_Key="k")
    second = await intake.call("POST", "/meldingen/_batch", batch, rol="ketenpartner", Idempotency_Key="k")

    assert second.json() == first.json()
    assert await intake.count("melding") == 2
    assert [what for what, _ in await acts(intake)] == ["melding-ontvangen"] * 2 + ["melding-herhaald"] * 2


@pytest.mark.parametrize("count", [0, 201])
async def test_a_batch_has_one_to_two_hundred_meldingen(intake: Intake, count: int) -> None:
    answer = await intake.call("POST", "/meldingen/_batch", {"meldingen": [MINIMAL] * count}, rol="ketenpartner")

    assert answer.status_code == 400
    assert await intake.count("melding") == 0
