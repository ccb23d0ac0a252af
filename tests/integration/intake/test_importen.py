"""A file with many meldingen, from the door to the last row, on a real database: streamed, sealed, row by row."""

import csv
import io
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy.exc import OperationalError as DatabaseError

from services.intake.handlers import importeren
from services.intake.store import importen as store
from tests.integration.intake.bodies import bsn
from tests.integration.intake.conftest import Intake
from tests.integration.intake.test_bijlagen import do_tasks

pytestmark = pytest.mark.anyio

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = (
    "externeIdentificatie", "gemeenteCode", "melderCategorie", "melderSoort", "melderNaam", "openbaar",
    "zorgelijkeSituatie", "aardGeweld", "rol", "geslachtsnaam", "voornamen", "geboortedatum", "bsn",
)  # fmt: skip


def row(number: int, **changes: str) -> dict[str, str]:
    """Return a row on somebody who is in no other."""
    return {
        "externeIdentificatie": f"vo-{number}",
        "gemeenteCode": "599",
        "melderCategorie": "onderwijs-en-kinderopvang",
        "melderSoort": "professional",
        "melderNaam": "Juf Fictief",
        "openbaar": "ja",
        "zorgelijkeSituatie": f"CANARY-RIJ {number}; met een puntkomma\nen een regel",
        "aardGeweld": "kindermishandeling:verwaarlozing",
        "rol": "kind",
        "geslachtsnaam": f"Verzonnen{number}",
        "voornamen": "Kim",
        "geboortedatum": "1-2-2016",
        "bsn": bsn(1_000 + number),
        **changes,
    }


def as_csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEAD, delimiter=";", restval="", extrasaction="raise")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_xlsx(rows: list[dict[str, str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEAD)
    for one in rows:
        sheet.append([one.get(name) for name in HEAD])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


async def send(intake: Intake, content: bytes, *, kind: str = CSV, rol: str = "ketenpartner", **extra: str) -> Any:
    headers = intake.headers(rol, extra.pop("organisatie", None)) | {"Content-Type": kind}
    headers |= {name.replace("_", "-"): value for name, value in extra.items()}
    return await intake.http.post("/v1/importen", content=content, headers=headers)


async def results(intake: Intake, path: str) -> list[dict[str, Any]]:
    """Return the whole report, page by page."""
    found: list[dict[str, Any]] = []
    following = ""
    while True:
        page = (await intake.call("GET", f"{path}/resultaten?limiet=4{following}", rol="ketenpartner")).json()
        found += page["resultaten"]
        if page["volgende"] is None:
            return found
        following = f"&na={page['volgende']}"


async def test_every_row_becomes_a_melding_or_is_told_why_not(intake: Intake) -> None:
    rows = [
        row(1),
        row(2),
        {"externeIdentificatie": "vo-2", "rol": "ouder", "geslachtsnaam": "Verzonnen2", "voornamen": "Bo"},
        row(3, rol="iets", geboortedatum="31-2-2016", melderSoort=""),
        row(4, externeIdentificatie=""),
        row(1),
        row(5, geboortedatum="2099-01-01"),
        row(1, zorgelijkeSituatie="iets anders"),
    ]
    content = as_csv(rows)

    first = await send(intake, content, Idempotency_Key="een")
    path = first.headers["Location"].removeprefix("/v1")
    waiting = (await intake.call("GET", path, rol="ketenpartner")).json()
    sealed = [bytes(one.inhoud) for one in await intake.rows("SELECT inhoud FROM import_stuk")]
    await do_tasks(intake)
    again = await send(intake, content, Idempotency_Key="een")
    same = await send(intake, content)
    done = (await intake.call("GET", path, rol="ketenpartner")).json()
    report = await results(intake, path)

    assert [answer.status_code for answer in (first, again, same)] == [202, 202, 200]
    assert same.json()["id"] == again.json()["id"] == first.json()["id"]
    assert (waiting["status"], waiting["rijen"]) == ("wacht", None)
    assert sealed
    assert not [one for one in sealed if b"CANARY" in one]
    assert {name: done[name] for name in ("status", "rijen", "verwerkt", "ontvangen", "herhaald", "geweigerd")} == {
        "status": "klaar", "rijen": 8, "verwerkt": 8, "ontvangen": 4, "herhaald": 1, "geweigerd": 3,
    }  # fmt: skip
    statuses = ["ontvangen"] * 3 + ["geweigerd", "ontvangen", "herhaald", "geweigerd", "geweigerd"]
    assert [(one["rij"], one["status"]) for one in report] == list(enumerate(statuses, start=2))
    assert report[1]["meldingId"] == report[2]["meldingId"]
    assert report[5]["meldingId"] == report[0]["meldingId"]
    assert {fout["kolom"] for fout in report[3]["fouten"]} == {"rol", "geboortedatum", "melderSoort"}
    assert "externeIdentificatie" in report[7]["fouten"][0]["detail"]
    assert report[6]["fouten"] == [{"kolom": "geboortedatum", "detail": "ligt in de toekomst"}]
    assert "CANARY" not in str(report) + str(await intake.rows("SELECT * FROM import_rij"))
    melding = (await intake.call("GET", f"/meldingen/{report[1]['meldingId']}", rol="ketenpartner")).json()
    assert (melding["kenmerk"], len(melding["personen"])) == (report[1]["kenmerk"], 2)
    assert melding["zorgelijkeSituatie"]["omschrijving"] == rows[1]["zorgelijkeSituatie"]
    for rol, organisatie, status in (("ketenpartner", "een-ander", 404), ("vt-medewerker", None, 200)):
        extra = {"organisatie": organisatie} if organisatie else {}
        for where in (path, f"{path}/resultaten"):
            assert (await intake.call("GET", where, rol=rol, **extra)).status_code == status
    assert await intake.count("import_stuk") == 0
    assert await intake.rows("SELECT 1 FROM sleutel WHERE eigenaar_id = :id", id=UUID(done["id"])) == []
    acts = await intake.rows("SELECT actie, rol, organisatie_id, doel FROM audit WHERE object_soort = 'melding'")
    assert len([act for act in acts if act.actie == "melding-ontvangen"]) == 3
    assert {(act.rol, act.organisatie_id) for act in acts if act.actie == "melding-ontvangen"} == {
        ("ketenpartner", "politie-eenheid-rotterdam")
    }


async def test_a_worker_that_dies_halfway_doubles_nothing(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importeren, "_ROWS_AT_A_TIME", 5)
    sent = await send(intake, as_csv([row(number, externeIdentificatie="") for number in range(12)]))
    real, calls = store.save_progress, []

    async def dying(*args: Any, **more: Any) -> None:
        calls.append(more)
        if len(calls) in {1, 3}:
            raise DatabaseError("UPDATE", None, Exception("died"))
        await real(*args, **more)

    monkeypatch.setattr(store, "save_progress", dying)
    for _ in range(3):
        await do_tasks(intake)
        intake.klok.advance(importeren._UNFINISHED / 4)

    done = (await intake.call("GET", sent.headers["Location"].removeprefix("/v1"), rol="ketenpartner")).json()
    assert (done["status"], done["ontvangen"], len(calls)) == ("klaar", 12, 5)
    assert (await intake.count("melding"), await intake.count("import_rij")) == (12, 12)
    assert await intake.rows("SELECT 1 FROM idempotentie WHERE route LIKE 'import %'") == []


async def test_an_excel_file_becomes_the_same_meldingen_as_a_csv(intake: Intake) -> None:
    rows = [row(number) for number in range(6)]

    of_excel = await send(intake, as_xlsx(rows), kind=XLSX, rol="vt-medewerker")
    await do_tasks(intake)
    of_csv = await send(intake, as_csv(rows), rol="vt-medewerker")
    await do_tasks(intake)

    told = [
        (await intake.call("GET", sent.headers["Location"].removeprefix("/v1"))).json() for sent in (of_excel, of_csv)
    ]
    assert [(one["status"], one["rijen"], one["ontvangen"], one["herhaald"]) for one in told] == [
        ("klaar", 6, 6, 0),
        ("klaar", 6, 0, 6),
    ]


async def test_a_file_that_cannot_be_read_is_broken_off_and_its_report_goes_in_time(intake: Intake) -> None:
    broken = {
        "kolommen": (b"rol;iets\nkind;a\n", CSV),
        "geen-rijen": (as_csv([]), CSV),
        "onleesbaar": (b"PK\x03\x04 half", XLSX),
        "te-veel-personen": (as_csv([row(1)] * 51), CSV),
        "rij-te-lang": (as_csv([row(1)]) + b'"' + b"a" * 500_000, CSV),
    }
    sent = {fout: await send(intake, content, kind=kind) for fout, (content, kind) in broken.items()}
    await do_tasks(intake)

    paths = {fout: answer.headers["Location"].removeprefix("/v1") for fout, answer in sent.items()}
    told = {fout: (await intake.call("GET", path, rol="ketenpartner")).json() for fout, path in paths.items()}
    assert {fout: (one["status"], one["fout"]) for fout, one in told.items()} == {
        fout: ("afgebroken", fout) for fout in broken
    }
    (head,) = await results(intake, paths["kolommen"])
    assert head["rij"] == 1
    assert {"kolom": "kolom 2", "detail": "deze kolom is onbekend"} in head["fouten"]
    assert (await intake.count("melding"), await intake.count("import_stuk")) == (0, 0)
    refused = [await send(intake, b"", kind=CSV), await send(intake, b"{}", kind="application/json")]
    assert [answer.status_code for answer in refused] == [400, 415]
    intake.klok.advance(importeren._UNFINISHED * 31)
    await do_tasks(intake)
    assert (await intake.call("GET", paths["kolommen"], rol="ketenpartner")).status_code == 404
    assert (await intake.count("import"), await intake.count("import_rij")) == (0, 0)
