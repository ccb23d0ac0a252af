"""A layout of the delivery: which columns, in which order and form, with which codes; data, and no code of ours.

The bestandsdefinitie of the CBS could not be obtained. Whoever has it writes it down as a layout; until then the layout
that comes with the project is a documented CSV of our own, and no delivery by it claims to be what the CBS asks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

from services.monitoring.domain.cbs import VELDEN, CbsRecord, RecordSoort, Sleutel, Waarde
from shared.rules.calendar import AMSTERDAM


class LayoutError(Exception):
    """A layout that cannot be used; the text says in Dutch where and why."""


class Vorm(StrEnum):
    """How the columns of a row are told apart."""

    GESCHEIDEN = "gescheiden"
    VASTE_BREEDTE = "vaste-breedte"


class Formaat(StrEnum):
    """How a value is written."""

    TEKST = "tekst"
    GETAL = "getal"
    SLEUTEL = "sleutel"  # an id, under the key by which the receiver can join rows and nobody can find the casus
    TIJD = "tijd"  # Dutch time, by a pattern of its own
    JA_NEE = "ja-nee"
    LIJST = "lijst"


class Gebrek(StrEnum):
    """What a layout cannot hold of a value: then the file would tell something else than the facts."""

    CODE_ONBEKEND = "code-onbekend"
    PAST_NIET = "past-niet"
    TEKEN_ONBEKEND = "teken-onbekend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kolom:
    naam: str
    veld: str
    formaat: Formaat = Formaat.TEKST
    patroon: str = "%Y-%m-%d"
    ja: str = "ja"
    nee: str = "nee"
    leeg: str = ""
    tussen: str = ","
    breedte: int = 0
    codes: Mapping[str, str] = field(default_factory=dict)  # none: the word itself


@dataclass(frozen=True, slots=True, kw_only=True)
class BestandLayout:
    naam: str
    record: RecordSoort
    kolommen: tuple[Kolom, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    naam: str
    versie: str
    vorm: Vorm
    codering: str
    scheiding: str
    regeleinde: str
    kop: bool
    bestanden: tuple[BestandLayout, ...]


@dataclass(slots=True)
class Geschreven:
    """One line, and what could not be held in it."""

    regel: bytes
    gebreken: list[tuple[Gebrek, str]]  # with the name of the column


def heading(layout: Layout, bestand: BestandLayout) -> bytes:
    """Return the first line of a file, or nothing when the layout has none."""
    if not layout.kop:
        return b""
    cells = [
        _fitted(kolom.naam, kolom, []) if layout.vorm is Vorm.VASTE_BREEDTE else _quoted(kolom.naam, layout)
        for kolom in bestand.kolommen
    ]
    return _line(layout, cells)


def write(layout: Layout, bestand: BestandLayout, record: CbsRecord, sleutel: Sleutel) -> Geschreven:
    """Return a row as its layout wants it."""
    wrong: list[tuple[Gebrek, str]] = []
    cells = []
    for kolom in bestand.kolommen:
        waarde = record.velden.get(kolom.veld)
        cell = kolom.leeg if waarde is None or waarde == () else _cell(waarde, kolom, sleutel, wrong)
        cells.append(_fitted(cell, kolom, wrong) if layout.vorm is Vorm.VASTE_BREEDTE else _quoted(cell, layout))
    try:
        return Geschreven(_line(layout, cells), wrong)
    except UnicodeEncodeError:
        wrong.append((Gebrek.TEKEN_ONBEKEND, bestand.naam))
        return Geschreven("".join(cells).encode(layout.codering, "replace"), wrong)


def _line(layout: Layout, cells: Sequence[str]) -> bytes:
    between = "" if layout.vorm is Vorm.VASTE_BREEDTE else layout.scheiding
    return (between.join(cells) + layout.regeleinde).encode(layout.codering)


def _quoted(cell: str, layout: Layout) -> str:
    """Return a cell that no program takes for two, or for a formula (CWE-1236)."""
    safe = f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
    if layout.scheiding in safe or '"' in safe or "\n" in safe or "\r" in safe:
        return '"' + safe.replace('"', '""') + '"'
    return safe


def _fitted(cell: str, kolom: Kolom, wrong: list[tuple[Gebrek, str]]) -> str:
    if len(cell) > kolom.breedte:
        wrong.append((Gebrek.PAST_NIET, kolom.naam))
        return kolom.leeg.ljust(kolom.breedte)  # half a value would be another value
    return cell.rjust(kolom.breedte, "0") if kolom.formaat is Formaat.GETAL and cell else cell.ljust(kolom.breedte)


def _cell(waarde: Waarde, kolom: Kolom, sleutel: Sleutel, wrong: list[tuple[Gebrek, str]]) -> str:
    match kolom.formaat:
        case Formaat.SLEUTEL:
            return sleutel(waarde) if isinstance(waarde, UUID) else str(waarde)
        case Formaat.TIJD:
            return waarde.astimezone(AMSTERDAM).strftime(kolom.patroon) if isinstance(waarde, datetime) else str(waarde)
        case Formaat.JA_NEE:
            return kolom.ja if waarde else kolom.nee
        case Formaat.LIJST:
            words = waarde if isinstance(waarde, tuple) else (str(waarde),)
            return kolom.tussen.join(_coded(word, kolom, wrong) for word in words)
        case Formaat.TEKST | Formaat.GETAL:
            return _coded(str(waarde), kolom, wrong)
        case _:
            assert_never(kolom.formaat)


def _coded(word: str, kolom: Kolom, wrong: list[tuple[Gebrek, str]]) -> str:
    if not kolom.codes:
        return word
    if word not in kolom.codes:
        wrong.append((Gebrek.CODE_ONBEKEND, kolom.naam))
        return kolom.leeg
    return kolom.codes[word]


# --- reading a layout -------------------------------------------------------------------------------------------------


def read_layout(told: Mapping[str, Any]) -> Layout:  # what a TOML file holds
    """Return a layout from its data; raises ``LayoutError`` with the first thing that is wrong."""
    codes = _table(told, "codes", {})
    try:
        layout = Layout(
            naam=str(told["naam"]),
            versie=str(told["versie"]),
            vorm=Vorm(told.get("vorm", Vorm.GESCHEIDEN)),
            codering=str(told.get("codering", "utf-8")),
            scheiding=str(told.get("scheiding", ";")),
            regeleinde=str(told.get("regeleinde", "\r\n")),
            kop=bool(told.get("kop", True)),
            bestanden=tuple(_bestand(one, codes) for one in told["bestand"]),
        )
        "".encode(layout.codering)
    except KeyError as error:
        raise LayoutError(f"{error.args[0]} ontbreekt") from None
    except (ValueError, TypeError, LookupError):
        raise LayoutError("een waarde past niet: kijk naar vorm, codering, record en formaat") from None
    for problem in _problems(layout):
        raise LayoutError(problem)
    return layout


def _table(told: Mapping[str, Any], key: str, default: Mapping[str, Any]) -> Mapping[str, Any]:
    found = told.get(key, default)
    if not isinstance(found, Mapping):
        raise LayoutError(f"{key} is geen tabel")
    return found


def _bestand(told: Mapping[str, Any], codes: Mapping[str, Any]) -> BestandLayout:
    return BestandLayout(
        naam=str(told["naam"]),
        record=RecordSoort(told["record"]),
        kolommen=tuple(_kolom(one, codes) for one in told["kolom"]),
    )


def _kolom(told: Mapping[str, Any], codes: Mapping[str, Any]) -> Kolom:
    more = {key: value for key, value in told.items() if key not in {"naam", "veld", "formaat", "codes"}}
    return Kolom(
        naam=str(told["naam"]),
        veld=str(told["veld"]),
        formaat=Formaat(told.get("formaat", Formaat.TEKST)),
        codes={str(word): str(code) for word, code in codes[told["codes"]].items()} if "codes" in told else {},
        **more,
    )


def _problems(layout: Layout) -> Iterator[str]:
    names = [bestand.naam for bestand in layout.bestanden]
    if len(set(names)) != len(names):
        yield "twee bestanden hebben dezelfde naam"
    for bestand in layout.bestanden:
        if not bestand.naam.replace("-", "").isalnum() or not bestand.naam.isascii():
            yield f"bestand {bestand.naam}: een naam bestaat uit letters, cijfers en streepjes"
        for kolom in bestand.kolommen:
            if kolom.veld not in VELDEN[bestand.record]:
                yield f"kolom {kolom.naam}: {bestand.record} heeft geen veld {kolom.veld}"
            if layout.vorm is Vorm.VASTE_BREEDTE and kolom.breedte < max(1, len(kolom.leeg)):
                yield f"kolom {kolom.naam}: een vaste breedte is ten minste 1 en past bij `leeg`"
