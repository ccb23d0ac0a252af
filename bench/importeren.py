"""An import of ten thousand rows, as CSV and as Excel: how long it takes, and how much memory it asks."""

import csv
import io
import time
from collections.abc import Iterator
from typing import Any

import httpx
import openpyxl

from bench.client import melding
from bench.stand import PORTS, Stand, cpu_seconds, issuer_on_http, peak_memory, room_door, room_worker
from deploy.local import programs
from shared.rules.bsn import test_bsn

ROWS = 10_000
SECONDS_MAX = 900
_CSV = "text/csv"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def measure_importeren(where: Stand) -> None:
    """Send ten thousand rows by each way, and follow them to the last; in brackets what came on top of idling."""
    database = where.database("intake")
    print("| bestand | MiB | rijen | ontvangen | s | rijen/s | deur MiB | worker MiB | CPU worker s | CPU database s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with (
        issuer_on_http(programs.free_port(*PORTS)) as issuer,
        room_door(where, "intake", database.app_url, issuer) as (port, door),
    ):
        headers = {"Authorization": f"Bearer {issuer.mint('ketenpartner', 'politie-eenheid-rotterdam')}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/v1", headers=headers, timeout=60) as http:
            warm = http.post("/meldingen", content=melding(0), headers={"Content-Type": "application/json"})
            assert warm.status_code == 201, warm.text
            for name, kind, make, start in (("CSV", _CSV, as_csv, 0), ("Excel", _XLSX, as_xlsx, ROWS)):
                with room_worker(where, "intake", database.app_url, issuer) as worker:
                    content = make(rows(start))
                    before = peak_memory(door), peak_memory(worker), cpu_seconds(worker), where.postgres_cpu()
                    seconds, told = follow(http, content, kind)
                    after = peak_memory(door), peak_memory(worker), cpu_seconds(worker), where.postgres_cpu()
                assert told["ontvangen"] == ROWS, told
                print(
                    f"| {name} | {len(content) / 2**20:.1f} | {told['rijen']} | {told['ontvangen']} | {seconds:.0f} "
                    f"| {ROWS / seconds:.0f} | {after[0]:.0f} ({after[0] - before[0]:.0f}) "
                    f"| {after[1]:.0f} ({after[1] - before[1]:.0f}) | {after[2] - before[2]:.0f} "
                    f"| {after[3] - before[3]:.0f} |",
                    flush=True,
                )


def follow(http: httpx.Client, content: bytes, kind: str) -> tuple[float, dict[str, Any]]:
    """Send a file, and ask how far it is until it is done; return the seconds and what was told last."""
    begin = time.perf_counter()
    sent = http.post("/importen", content=content, headers={"Content-Type": kind})
    assert sent.status_code == 202, sent.text
    path = sent.headers["Location"].removeprefix("/v1")
    while (passed := time.perf_counter() - begin) < SECONDS_MAX:
        told: dict[str, Any] = http.get(path).json()
        if told["status"] in {"klaar", "afgebroken"}:
            return passed, told
        time.sleep(0.5)
    raise RuntimeError(f"after {SECONDS_MAX} s {told['verwerkt']} rows were done")


def rows(start: int) -> Iterator[dict[str, str]]:
    """Yield rows on as many people, each of which is a melding of its own."""
    for number in range(start, start + ROWS):
        yield {
            "externeIdentificatie": f"bestand-{number}",
            "gemeenteCode": "0599",
            "melderCategorie": "justitie-en-veiligheid",
            "melderSoort": "professional",
            "melderNaam": "Agent Verzonnen",
            "openbaar": "ja",
            "incidentTijdstip": "2026-03-02 21:40",
            "incidentLocatie": f"Verzonnenstraat {number}",
            "incidentOmschrijving": "a" * 300,
            "zorgelijkeSituatie": "b" * 500,
            "aardGeweld": "partnergeweld:fysiek",
            "rol": "slachtoffer",
            "bsn": test_bsn(number),
            "geslachtsnaam": f"Verzonnen{number}",
            "voornamen": "Fictia",
            "geboortedatum": "1990-02-01",
            "postcode": "3011AA",
            "huisnummer": str(1 + number % 900),
        }


def as_csv(found: Iterator[dict[str, str]]) -> bytes:
    """Return rows as a CSV file."""
    text = io.StringIO(newline="")
    writer: csv.DictWriter[str] | None = None
    for row in found:
        if writer is None:
            writer = csv.DictWriter(text, list(row), delimiter=";")
            writer.writeheader()
        writer.writerow(row)
    return text.getvalue().encode()


def as_xlsx(found: Iterator[dict[str, str]]) -> bytes:
    """Return rows as an Excel file."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, row in enumerate(found):
        if not number:
            sheet.append(list(row))
        sheet.append(list(row.values()))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
