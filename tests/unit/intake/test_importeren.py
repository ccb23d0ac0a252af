"""How a file becomes rows and rows become meldingen: columns, forms of values, what belongs together, where it ends."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.importeren import (
    KOLOMMEN,
    BrokenOffError,
    ImportFout,
    Record,
    Splitter,
    draft,
    gathered,
    place_of,
    read_header,
    read_row,
)
from services.intake.domain.melding import Melding
from services.intake.schemas.importen import read_melding

NEEDED = {
    "gemeenteCode": "599", "melderCategorie": "Justitie en veiligheid", "melderSoort": "professional",
    "zorgelijkeSituatie": "Zorgen", "rol": "Slachtoffer", "geslachtsnaam": "Voorbeeldsen",
}  # fmt: skip


def split(content: bytes, *, at: int) -> list[Record]:
    """Return the rows of a file that comes in by pieces of ``at`` bytes."""
    splitter = Splitter()
    found = [one for begin in range(0, len(content), at) for one in splitter.feed(content[begin : begin + at])]
    return [*found, *splitter.end()]


def as_rows(*rows: dict[str, str]) -> list[object]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    head, *records = split(text.getvalue().encode(), at=7)
    kop = read_header(head.bytes)
    return [read_row(kop, nr, record.bytes) for nr, record in enumerate(records, start=2)]


def body_of(**changes: str) -> dict[str, object]:
    return draft(as_rows({**NEEDED, **changes})).body  # type: ignore[arg-type]


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from('\n;,"'), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8), st.integers(1, 40))
def test_a_file_is_cut_in_the_same_rows_however_it_comes_in(rows: list[list[str]], at: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    content = text.getvalue().encode()

    found = split(content, at=at)

    read = [next(csv.reader(io.StringIO(one.bytes.decode(), newline=""), delimiter=";")) for one in found]
    assert read == rows
    assert b"".join(one.bytes for one in found) == content
    assert all(content[one.begin : one.end] == one.bytes for one in found)


@given(st.lists(CELLS, min_size=2, max_size=8), st.integers(1, 40), st.integers(0, 7))
def test_reading_goes_on_at_any_row(cells: list[str], at: int, place: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows([[cell] for cell in cells])
    content = text.getvalue().encode()
    whole = split(content, at=at)
    begin = whole[place % len(whole)].begin

    splitter = Splitter(begin)
    rest = [*splitter.feed(content[begin:]), *splitter.end()]

    assert rest == whole[place % len(whole) :]


def test_a_row_that_does_not_end_breaks_the_file_off() -> None:
    with pytest.raises(BrokenOffError) as found:
        list(Splitter().feed(b'"' + b"a;\n" * 200_000))

    assert found.value.fout is ImportFout.RIJ_TE_LANG


def test_every_fault_of_a_header_is_told_at_once_and_none_repeats_it() -> None:
    with pytest.raises(BrokenOffError) as found:
        read_header(b"gemeentecode;Geheim Woord;rol;ROL")

    told = dict(found.value.fouten)
    assert found.value.fout is ImportFout.KOLOMMEN
    assert told["kolom 2"] == "deze kolom is onbekend"
    assert told["rol"] == "deze kolom staat er twee keer in"
    assert {"melderCategorie", "melderSoort", "zorgelijkeSituatie"} <= told.keys()
    assert "Geheim" not in str(found.value.fouten)


@pytest.mark.parametrize("head", ["\ufeffROL;gemeenteCode", "rol,gemeentecode", " Rol ; gemeenteCode ;;"])
def test_a_header_is_read_as_a_spreadsheet_writes_it(head: str) -> None:
    with pytest.raises(BrokenOffError) as found:
        read_header(head.encode())

    assert {name for name, _ in found.value.fouten}.isdisjoint({"rol", "gemeenteCode", "kolom 3"})


VALUES = [
    ("openbaar", "Ja", ("melder", "bekendmaking", "openbaar"), True),
    ("huisnummer", "12.0", ("personen", 0, "adres", "huisnummer"), 12),
    ("geboortedatum", "1-2-1990", ("personen", 0, "geboortedatum"), "1990-02-01"),
    ("geboortedatum", "1990-02-01 00:00:00", ("personen", 0, "geboortedatum"), "1990-02-01"),
    ("geboortedatum", "1990", ("personen", 0, "geboortedatum"), "1990"),
    ("incidentTijdstip", "2026-03-02 21:40", ("incident", "tijdstip"), "2026-03-02T21:40:00+01:00"),
    ("incidentTijdstip", "2-7-2026 9:05", ("incident", "tijdstip"), "2026-07-02T09:05:00+02:00"),
    ("incidentTijdstip", "2026-03-02T21:40:00Z", ("incident", "tijdstip"), "2026-03-02T21:40:00Z"),
    ("telefoonnummers", "010-1 | 06-2", ("personen", 0, "telefoonnummers"), ["010-1", "06-2"]),
    ("aardGeweld", "Partnergeweld: fysiek", ("aardGeweld",), [{"relatie": "partnergeweld", "vorm": "fysiek"}]),
    ("hoedanigheden", "Verdachte|getuige", ("personen", 0, "hoedanigheden"), ["verdachte", "getuige"]),
    ("gemeenteCode", "599", ("gemeenteCode",), "0599"),
]


@pytest.mark.parametrize(("kolom", "told", "path", "expected"), VALUES)
def test_a_value_is_read_as_people_write_it(kolom: str, told: str, path: tuple[object, ...], expected: object) -> None:
    found: object = body_of(**{kolom: told})
    for part in path:
        found = found[part]  # type: ignore[index]

    assert found == expected


@pytest.mark.parametrize(
    ("kolom", "told", "detail"),
    [
        ("openbaar", "misschien", "ja of nee"),
        ("huisnummer", "12a", "getal"),
        ("aardGeweld", "fysiek", "relatie:vorm"),
        ("melderNaam", "Jan\x1b[31m", "stuurteken"),
    ],
)
def test_a_value_that_cannot_be_read_names_its_column_and_not_what_stood_there(
    kolom: str, told: str, detail: str
) -> None:
    fouten = draft(as_rows({**NEEDED, kolom: told})).fouten  # type: ignore[arg-type]

    ((nr, found),) = fouten.items()
    assert (nr, found[0][0]) == (2, kolom)
    assert detail in found[0][1]
    assert told not in found[0][1]


def test_rows_behind_each_other_with_the_same_number_are_one_melding() -> None:
    rows = as_rows(
        {**NEEDED, "externeIdentificatie": "a-1"},
        {"rol": "pleger", "geslachtsnaam": "Anders", "externeIdentificatie": "a-1"},
        dict(NEEDED),
        dict(NEEDED),
        {**NEEDED, "externeIdentificatie": "a-1"},
    )

    groups = [tuple(row.nr for row in group) for group in gathered(rows)]  # type: ignore[arg-type]
    melding = read_melding(draft(rows[:2]).body)  # type: ignore[arg-type]

    assert groups == [(2, 3), (4,), (5,), (6,)]
    assert isinstance(melding, Melding)
    assert [persoon.geslachtsnaam for persoon in melding.personen] == ["Voorbeeldsen", "Anders"]


def test_a_later_row_may_not_say_something_else_of_the_same_melding() -> None:
    first = {**NEEDED, "externeIdentificatie": "a-1"}
    other = draft(as_rows(first, {**first, "zorgelijkeSituatie": "Iets anders"}))  # type: ignore[arg-type]

    assert other.fouten == {3: [("zorgelijkeSituatie", "wijkt af van de eerste rij van deze melding")]}


def test_a_pointer_leads_back_to_the_row_and_the_column() -> None:
    rows = as_rows(NEEDED, NEEDED)

    told = {
        pointer: place_of(pointer, rows)  # type: ignore[arg-type]
        for pointer in (
            "/personen/1/rol", "/personen/0/adres/postcode", "/personen/1", "/melder/categorie", "/melder", "/",
            "/aardGeweld/0/vorm", "/zorgelijkeSituatie", "/personen",
        )
    }  # fmt: skip

    assert told == {
        "/personen/1/rol": (3, "rol"),
        "/personen/0/adres/postcode": (2, "postcode"),
        "/personen/1": (3, ""),
        "/melder/categorie": (2, "melderCategorie"),
        "/melder": (2, "melderCategorie"),
        "/": (2, ""),
        "/aardGeweld/0/vorm": (2, "aardGeweld"),
        "/zorgelijkeSituatie": (2, "zorgelijkeSituatie"),
        "/personen": (2, ""),
    }


FILLED = {
    "externeIdentificatie": "a-1", "openbaar": "ja", "kanaal": "formulier", "gemeldOp": "2026-03-01 10:00",
    "incidentTijdstip": "2026-03-01 10:00", "aardGeweld": "partnergeweld:fysiek", "duur": "eenmalig",
    "melderEmail": "a@voorbeeld.invalid", "melderTelefoonnummer": "010-0000000", "leefgebieden": "huisvesting",
    "hoedanigheden": "slachtoffer", "geslacht": "vrouw", "geboortedatum": "1990-02-01", "huisnummer": "1",
    "geheimAdres": "ja", "telefoonnummers": "010-0000000", "afstemmingsoverlegGewenst": "ja",
    "terugkoppelingGewenst": "nee", "bsn": "999990019", "huisletter": "a", "voorvoegsel": "de",
    "huisnummertoevoeging": "bis", "postcode": "3011AA",
}  # fmt: skip


def test_every_column_lands_in_a_melding_that_the_door_takes() -> None:
    left_out = {"ongeboren", "grond", "toestemming", "bekendmakingMotivering"}  # they contradict the others
    row = {name: {**NEEDED, **FILLED}.get(name, f"tekst-{name}") for name in KOLOMMEN if name not in left_out}

    ontwerp = draft(as_rows(row))  # type: ignore[arg-type]
    found = read_melding(ontwerp.body)

    assert ontwerp.fouten == {}
    assert isinstance(found, Melding), found
