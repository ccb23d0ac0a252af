"""How a file with a person on every row becomes meldingen: its columns, its rows one by one, and what belongs together.

A row describes one person. Rows behind each other with the same ``externeIdentificatie`` are one melding with as many
persons; a row without one is a melding by itself. What a melding says is read from the first of its rows.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from shared.rules.calendar import AMSTERDAM

RIJEN_MAX = 20_000
PERSONEN_MAX = 50
STUK_BYTES = 262_144
_RECORD_BYTES_MAX = 400_000  # some twenty texts of the largest size


class ImportSoort(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


MEDIA: Mapping[str, ImportSoort] = MappingProxyType(
    {
        "text/csv": ImportSoort.CSV,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ImportSoort.XLSX,
    }
)


class ImportStatus(StrEnum):
    KOMT_BINNEN = "komt-binnen"
    WACHT = "wacht"
    BEZIG = "bezig"
    KLAAR = "klaar"
    AFGEBROKEN = "afgebroken"  # nothing of it can be read; ``fout`` says why


class ImportFout(StrEnum):
    """Why a file was broken off; of a fault in a column the report of row 1 says which."""

    GEEN_KOP = "geen-kop"
    KOLOMMEN = "kolommen"
    GEEN_RIJEN = "geen-rijen"
    TE_VEEL_RIJEN = "te-veel-rijen"
    TE_VEEL_PERSONEN = "te-veel-personen"  # rows behind each other with the same externeIdentificatie
    RIJ_TE_LANG = "rij-te-lang"
    ONLEESBAAR = "onleesbaar"
    TE_GROOT_UITGEPAKT = "te-groot-uitgepakt"


class RijStatus(StrEnum):
    ONTVANGEN = "ontvangen"
    HERHAALD = "herhaald"
    GEWEIGERD = "geweigerd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A file that was sent, and how far the work on it is; counts are rows."""

    id: UUID
    organisatie_id: str
    soort: ImportSoort
    status: ImportStatus
    fout: ImportFout | None
    grootte: int
    rijen: int | None
    verwerkt: int
    ontvangen: int
    herhaald: int
    geweigerd: int
    aangemaakt_op: datetime
    klaar_op: datetime | None


Fouten = tuple[tuple[str, str], ...]
"""Pairs of a column and a Dutch sentence; an empty column is the row as a whole. Never what stood there."""


@dataclass(frozen=True, slots=True)
class RijResultaat:
    nr: int
    status: RijStatus
    melding_id: UUID | None = None
    kenmerk: str | None = None
    fouten: Fouten = ()


class BrokenOffError(ValueError):
    """The file as a whole cannot be read."""

    def __init__(self, fout: ImportFout, fouten: Fouten = ()) -> None:
        super().__init__(fout.value)
        self.fout = fout
        self.fouten = fouten


# --- columns -------------------------------------------------------------------------------------------------------


class Inhoud(StrEnum):
    """What stands in a column."""

    TEKST = "tekst"
    CODE = "code"  # a word of a code list; capitals and spaces do not count
    JA_NEE = "ja of nee"
    GETAL = "getal"
    LIJST = "lijst"  # with | between
    CODES = "codes"  # the same, of a code list
    TIJDSTIP = "tijdstip"  # without a zone it is that of the Netherlands
    DATUM = "datum"
    GEMEENTE = "gemeentecode"
    AARD = "relatie:vorm"


@dataclass(frozen=True, slots=True)
class Kolom:
    """Where the value of a column goes in the JSON of a melding, or of a person when ``persoon``."""

    pad: tuple[str, ...]
    inhoud: Inhoud = Inhoud.TEKST
    persoon: bool = False
    verplicht: bool = False


_T, _C, _J, _L = Inhoud.TEKST, Inhoud.CODE, Inhoud.JA_NEE, Inhoud.LIJST
_ZORG, _MELDER, _ADRES = "zorgelijkeSituatie", "melder", "adres"

KOLOMMEN: Mapping[str, Kolom] = MappingProxyType(
    {
        "externeIdentificatie": Kolom(("externeIdentificatie",)),
        "gemeenteCode": Kolom(("gemeenteCode",), Inhoud.GEMEENTE, verplicht=True),
        "melderCategorie": Kolom((_MELDER, "categorie"), _C, verplicht=True),
        "melderSoort": Kolom((_MELDER, "soort"), _C, verplicht=True),
        "melderNaam": Kolom((_MELDER, "naam")),
        "melderFunctie": Kolom((_MELDER, "functie")),
        "melderOrganisatie": Kolom((_MELDER, "organisatie")),
        "melderTelefoonnummer": Kolom((_MELDER, "contact", "telefoonnummer")),
        "melderEmail": Kolom((_MELDER, "contact", "email")),
        "openbaar": Kolom((_MELDER, "bekendmaking", "openbaar"), _J),
        "grond": Kolom((_MELDER, "bekendmaking", "grond"), _C),
        "toestemming": Kolom((_MELDER, "bekendmaking", "toestemming"), _J),
        "bekendmakingMotivering": Kolom((_MELDER, "bekendmaking", "motivering")),
        "kanaal": Kolom(("kanaal",), _C),
        "gemeldOp": Kolom(("gemeldOp",), Inhoud.TIJDSTIP),
        "incidentTijdstip": Kolom(("incident", "tijdstip"), Inhoud.TIJDSTIP),
        "incidentLocatie": Kolom(("incident", "locatie")),
        "incidentOmschrijving": Kolom(("incident", "omschrijving")),
        "zorgelijkeSituatie": Kolom((_ZORG, "omschrijving"), verplicht=True),
        "aanvullendeInformatie": Kolom((_ZORG, "aanvullendeInformatie")),
        "bestaandeHulpverlening": Kolom((_ZORG, "bestaandeHulpverlening")),
        "tijdelijkHuisverbod": Kolom((_ZORG, "tijdelijkHuisverbod")),
        "aanhouding": Kolom((_ZORG, "aanhouding")),
        "aangifte": Kolom((_ZORG, "aangifte")),
        "eergerelateerdGeweld": Kolom((_ZORG, "eergerelateerdGeweld")),
        "relevanteRegistraties": Kolom((_ZORG, "relevanteRegistraties"), _L),
        "leefgebieden": Kolom((_ZORG, "leefgebieden"), Inhoud.CODES),
        "aardGeweld": Kolom(("aardGeweld",), Inhoud.AARD),
        "duur": Kolom(("duur",), _C),
        "verzoek": Kolom((_ZORG, "verzoek")),
        "afstemmingsoverlegGewenst": Kolom(("afstemmingsoverlegGewenst",), _J),
        "terugkoppelingGewenst": Kolom(("terugkoppelingGewenst",), _J),
        "rol": Kolom(("rol",), _C, persoon=True, verplicht=True),
        "hoedanigheden": Kolom(("hoedanigheden",), Inhoud.CODES, persoon=True),
        "bsn": Kolom(("bsn",), persoon=True),
        "geslachtsnaam": Kolom(("geslachtsnaam",), persoon=True),
        "voorvoegsel": Kolom(("voorvoegsel",), persoon=True),
        "voornamen": Kolom(("voornamen",), persoon=True),
        "beschrijving": Kolom(("beschrijving",), persoon=True),
        "geslacht": Kolom(("geslacht",), _C, persoon=True),
        "geboortedatum": Kolom(("geboortedatum",), Inhoud.DATUM, persoon=True),
        "ongeboren": Kolom(("ongeboren",), _J, persoon=True),
        "straat": Kolom((_ADRES, "straat"), persoon=True),
        "huisnummer": Kolom((_ADRES, "huisnummer"), Inhoud.GETAL, persoon=True),
        "huisletter": Kolom((_ADRES, "huisletter"), persoon=True),
        "huisnummertoevoeging": Kolom((_ADRES, "huisnummertoevoeging"), persoon=True),
        "postcode": Kolom((_ADRES, "postcode"), persoon=True),
        "woonplaats": Kolom((_ADRES, "woonplaats"), persoon=True),
        "land": Kolom((_ADRES, "land"), persoon=True),
        "adresregels": Kolom((_ADRES, "adresregels"), _L, persoon=True),
        "geheimAdres": Kolom((_ADRES, "geheim"), _J, persoon=True),
        "telefoonnummers": Kolom(("telefoonnummers",), _L, persoon=True),
        "nationaliteit": Kolom(("nationaliteit",), persoon=True),
        "taal": Kolom(("taal",), persoon=True),
        "vreemdelingennummer": Kolom(("vreemdelingennummer",), persoon=True),
        "persoonInformatie": Kolom(("aanvullendeInformatie",), persoon=True),
    }
)
_BY_NAME: Mapping[str, str] = MappingProxyType({name.casefold(): name for name in KOLOMMEN})


@dataclass(frozen=True, slots=True)
class Kop:
    """The first row of a file: which column stands where, and what stands between them."""

    namen: tuple[str, ...]
    scheiding: str


def read_header(record: bytes) -> Kop:
    """Return what a first row says; raises ``BrokenOffError`` with every fault in it."""
    text = _text(record.removeprefix(b"\xef\xbb\xbf"))
    if text is None:
        raise BrokenOffError(ImportFout.ONLEESBAAR)
    scheiding = ";" if text.count(";") >= text.count(",") else ","
    told = [name.strip() for name in _values(text, scheiding)]
    while told and not told[-1]:
        told.pop()  # columns that a spreadsheet thinks there are
    if not told:
        raise BrokenOffError(ImportFout.GEEN_KOP)
    namen = tuple(_BY_NAME.get(name.casefold(), "") for name in told)
    fouten = [(f"kolom {at}", "deze kolom is onbekend") for at, name in enumerate(namen, start=1) if not name]
    fouten += [(name, "deze kolom staat er twee keer in") for name in KOLOMMEN if namen.count(name) > 1]
    fouten += [
        (name, "deze kolom is verplicht") for name, kolom in KOLOMMEN.items() if kolom.verplicht and name not in namen
    ]
    if fouten:
        raise BrokenOffError(ImportFout.KOLOMMEN, tuple(fouten))
    return Kop(namen, scheiding)


# --- rows ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file, and where it begins and ends there."""

    begin: int
    end: int
    bytes: bytes

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but separators."""
        return not self.bytes.strip(b'\r\n\t ;,"')


class Splitter:
    """Cut bytes that come in by pieces into rows: a line end between quotes is part of a text."""

    def __init__(self, begin: int = 0) -> None:
        self._begin = begin
        self._left = bytearray()
        self._scanned = 0
        self._quotes = 0

    def feed(self, piece: bytes) -> Iterator[Record]:
        """Yield the rows that are whole now; raises ``BrokenOffError`` for one that does not end."""
        self._left += piece
        at = 0
        while (end := self._left.find(b"\n", self._scanned)) >= 0:
            self._quotes += self._left.count(b'"', self._scanned, end)
            self._scanned = end + 1
            if self._quotes % 2 == 0:
                yield Record(self._begin + at, self._begin + end + 1, bytes(self._left[at : end + 1]))
                at, self._quotes = end + 1, 0
        if at:
            del self._left[:at]
            self._begin += at
            self._scanned -= at
        if len(self._left) > _RECORD_BYTES_MAX:
            raise BrokenOffError(ImportFout.RIJ_TE_LANG)

    def end(self) -> Iterator[Record]:
        """Yield the last row, which needs no line end."""
        if self._left:
            yield Record(self._begin, self._begin + len(self._left), bytes(self._left))


@dataclass(frozen=True, slots=True)
class Rij:
    """One row: its number in the file as a spreadsheet counts, and its filled columns."""

    nr: int
    waarden: Mapping[str, str]
    fouten: Fouten = ()

    @property
    def externe_identificatie(self) -> str:
        """By which the sender knows the melding; empty when he does not say."""
        return self.waarden.get("externeIdentificatie", "")

    def goes_with(self, before: "Rij") -> bool:
        """Say whether this row is of the same melding as the one before it."""
        return bool(self.externe_identificatie) and self.externe_identificatie == before.externe_identificatie


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def read_row(kop: Kop, nr: int, record: bytes) -> Rij:
    """Return a row with what is wrong with its form."""
    text = _text(record)
    if text is None:
        return Rij(nr, {}, (("", "deze rij is geen tekst in UTF-8"),))
    values = _values(text, kop.scheiding)
    fouten: list[tuple[str, str]] = []
    if any(value.strip() for value in values[len(kop.namen) :]):
        fouten.append(("", "er staan meer waarden dan kolommen"))
    found = {name: value.strip() for name, value in zip(kop.namen, values, strict=False) if value.strip()}
    fouten += [(name, "bevat een stuurteken dat niet kan") for name, value in found.items() if _CONTROL.search(value)]
    return Rij(nr, found, tuple(fouten))


def _text(record: bytes) -> str | None:
    try:
        return record.decode()
    except UnicodeDecodeError:
        return None


def _values(text: str, scheiding: str) -> list[str]:
    try:
        return next(csv.reader([text.rstrip("\r\n")], delimiter=scheiding), [])
    except csv.Error:
        return []


def gathered(rijen: Iterable[Rij]) -> Iterator[tuple[Rij, ...]]:
    """Yield the rows that are one melding together; the last group may go on in rows that are not here yet."""
    group: list[Rij] = []
    for rij in rijen:
        if group and not rij.goes_with(group[-1]):
            yield tuple(group)
            group = []
        group.append(rij)
    if group:
        yield tuple(group)


# --- from rows to a melding ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Ontwerp:
    """The JSON of a melding as its rows give it, with what is wrong in them."""

    body: dict[str, Any]
    fouten: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    def note(self, nr: int, kolom: str, detail: str) -> None:
        """Add a fault of a row."""
        self.fouten.setdefault(nr, []).append((kolom, detail))


def draft(rijen: Sequence[Rij]) -> Ontwerp:
    """Return the melding that some rows are together."""
    first = rijen[0]
    ontwerp = Ontwerp({})
    for rij in rijen:
        for kolom, detail in rij.fouten:
            ontwerp.note(rij.nr, kolom, detail)
    _fill(ontwerp, ontwerp.body, first, persoon=False)
    personen: list[dict[str, Any]] = [{} for _ in rijen]
    for rij, persoon in zip(rijen, personen, strict=True):
        _fill(ontwerp, persoon, rij, persoon=True)
        if rij is not first:
            for name, value in rij.waarden.items():
                if not KOLOMMEN[name].persoon and value != first.waarden.get(name):
                    ontwerp.note(rij.nr, name, "wijkt af van de eerste rij van deze melding")
    ontwerp.body["personen"] = personen
    return ontwerp


def _fill(ontwerp: Ontwerp, body: dict[str, Any], rij: Rij, *, persoon: bool) -> None:
    for name, told in rij.waarden.items():
        kolom = KOLOMMEN[name]
        if kolom.persoon is not persoon:
            continue
        try:
            value = _CONVERTED[kolom.inhoud](told)
        except ValueError:
            ontwerp.note(rij.nr, name, f"moet {kolom.inhoud} zijn")
            continue
        place = body
        for part in kolom.pad[:-1]:
            place = place.setdefault(part, {})
        place[kolom.pad[-1]] = value


def _code(told: str) -> str:
    return re.sub(r"[ _]+", "-", told.casefold())


def _yes_or_no(told: str) -> bool:
    return _YES_OR_NO[told.casefold()]


class _YesOrNo(dict[str, bool]):
    def __missing__(self, key: str) -> bool:
        raise ValueError(key)


_YES_OR_NO = _YesOrNo(
    {"ja": True, "j": True, "true": True, "waar": True, "1": True}
    | {"nee": False, "n": False, "false": False, "onwaar": False, "0": False}
)


def _number(told: str) -> int:
    digits = told.removesuffix(".0")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:  # noqa: PLR2004, no number of ours is longer
        raise ValueError("no number")
    return int(digits)


def _list(told: str) -> list[str]:
    return [part.strip() for part in told.split("|") if part.strip()]


def _kinds(told: str) -> list[dict[str, str]]:
    found = []
    for part in _list(told):
        relatie, between, vorm = part.partition(":")
        if not between:
            raise ValueError("no pair")
        found.append({"relatie": _code(relatie.strip()), "vorm": _code(vorm.strip())})
    return found


_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})(.*)", re.DOTALL)
_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d?:\d\d)(:\d\d)?(\.\d+)?")


def _day(told: str) -> str:
    """Return a date as the wire has it; what is no date stays, and is judged there."""
    found = _DAY.fullmatch(told)
    if found and not found[4].strip(" 0:"):
        return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    # A spreadsheet gives a date as midnight of it.
    return told.removesuffix(" 00:00:00").removesuffix("T00:00:00")


def _moment(told: str) -> str:
    """Return an instant as the wire has it; a time without a zone is that of the Netherlands."""
    found = _DAY.fullmatch(told)
    written = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2} {found[4].strip(' T')}" if found else told
    local = _LOCAL.fullmatch(written.strip())
    if local is None:
        return written
    try:
        moment = datetime.fromisoformat(f"{local[1]}T{local[2]:0>5}{local[3] or ':00'}")
    except ValueError:
        return told
    return moment.replace(tzinfo=AMSTERDAM).isoformat()


def _municipality(told: str) -> str:
    """Return the code with the noughts that a spreadsheet takes off."""
    digits = told.removesuffix(".0")
    return digits.zfill(4) if digits.isascii() and digits.isdigit() else told


_CONVERTED: Mapping[Inhoud, Any] = MappingProxyType(
    {
        Inhoud.TEKST: str,
        Inhoud.CODE: _code,
        Inhoud.JA_NEE: _yes_or_no,
        Inhoud.GETAL: _number,
        Inhoud.LIJST: _list,
        Inhoud.CODES: lambda told: [_code(part) for part in _list(told)],
        Inhoud.TIJDSTIP: _moment,
        Inhoud.DATUM: _day,
        Inhoud.GEMEENTE: _municipality,
        Inhoud.AARD: _kinds,
    }
)


def place_of(pointer: str, rijen: Sequence[Rij]) -> tuple[int, str]:
    """Return the row and the column that a JSON pointer into the melding of some rows is about."""
    parts = tuple(part for part in pointer.split("/") if part)
    nr, persoon = rijen[0].nr, False
    if parts[:1] == ("personen",) and len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < len(rijen):
        nr, persoon, parts = rijen[int(parts[1])].nr, True, parts[2:]
    columns = [(name, kolom.pad) for name, kolom in KOLOMMEN.items() if kolom.persoon is persoon]
    inside = [(len(pad), name) for name, pad in columns if parts[: len(pad)] == pad]
    if inside:
        return nr, max(inside)[1]
    return nr, next((name for name, pad in columns if parts and pad[: len(parts)] == parts), "")
