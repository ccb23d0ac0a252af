"""How an Excel file is read as rows: its values as somebody would type them, and never more than may be."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from services.intake.domain import importeren
from services.intake.domain.importeren import STUK_BYTES, BrokenOffError, ImportFout
from services.intake.handlers import werkblad
from services.intake.handlers.werkblad import PieceFile, as_csv


def book(*rows: tuple[object, ...]) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def rows_of(content: bytes) -> list[str]:
    return b"".join(as_csv(fetcher(content), len(content))).decode().splitlines()


def fetcher(content: bytes) -> werkblad.Fetch:
    return lambda nr: content[nr * STUK_BYTES : (nr + 1) * STUK_BYTES]


def repacked(content: bytes, **changes: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            key = name.rpartition("/")[2].partition(".")[0]
            new.writestr(name, changes.get(key, old.read(name)))
    return made.getvalue()


def test_values_are_as_somebody_would_type_them_and_nothing_is_computed() -> None:
    found = rows_of(
        book(
            ("a", "b", "c", "d", "e", "f"),
            (3011, 1.5, True, date(1990, 2, 1), datetime(2026, 3, 2, 21, 40), "x;\ny"),  # noqa: DTZ001, a cell has no zone
            ("=1+1", None, False, "0599", "'=cmd", " "),
        )
    )

    assert found[1:3] == ['3011;1.5;ja;1990-02-01 00:00:00;2026-03-02 21:40:00;"x;', 'y"']
    assert found[3].startswith(";;nee;0599;'=cmd")


def test_a_large_file_comes_out_in_pieces_of_one_size() -> None:
    content = book(*((f"naam {nr}", "tekst " * 50) for nr in range(2_000)))

    pieces = list(as_csv(fetcher(content), len(content)))

    assert len(pieces) > 2
    assert {len(piece) for piece in pieces[:-1]} == {STUK_BYTES}
    assert b"".join(pieces).count(b"\n") == 2_000


def test_a_file_that_unpacks_to_far_more_is_broken_off_before_it_is_unpacked() -> None:
    bomb = repacked(book(("a",)), sheet1=b"<worksheet>" + b" " * 80_000_000)

    with pytest.raises(BrokenOffError) as found:
        rows_of(bomb)

    assert found.value.fout is ImportFout.TE_GROOT_UITGEPAKT


_ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="str">
<v>&c;</v></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 half",
        b"a;b;c\n",
        repacked(book(("a",)), sheet1=_ENTITIES),
        repacked(book(("a",)), sheet1=b"<worksheet><sheetData><row"),
        repacked(book(("a",)), workbook=b"<a/>"),
        repacked(book(("a",)), workbook=_ENTITIES),
    ],
    ids=["half", "csv", "entities", "cut off", "no workbook", "entities in the workbook"],
)
def test_what_is_no_sound_workbook_is_broken_off(content: bytes) -> None:
    with pytest.raises(BrokenOffError) as found:
        rows_of(content)

    assert found.value.fout is ImportFout.ONLEESBAAR


def test_more_rows_than_may_be_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(werkblad, "RIJEN_MAX", 10)
    assert importeren.RIJEN_MAX == 20_000

    with pytest.raises(BrokenOffError) as found:
        rows_of(book(*((str(nr),) for nr in range(12))))

    assert found.value.fout is ImportFout.TE_VEEL_RIJEN


def test_a_file_of_pieces_reads_as_the_whole_would() -> None:
    content = bytes(range(256)) * 3_000
    file = io.BufferedReader(PieceFile(fetcher(content), len(content)))

    file.seek(-10, io.SEEK_END)
    end = file.read()
    file.seek(STUK_BYTES - 5)

    assert (end, file.read(10)) == (content[-10:], content[STUK_BYTES - 5 : STUK_BYTES + 5])
    assert file.seek(0) == 0
    assert file.read() == content
