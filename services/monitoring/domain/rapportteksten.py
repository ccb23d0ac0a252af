"""What an editor may write in a report: in which places, how long, and in which few marks of Markdown.

Read are paragraphs, lists of lines that begin with ``- ``, ``**bold**`` and ``*italic*``. Nothing else is a mark: a
text is never HTML, and what looks like a tag is refused, so that nobody believes it would work.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from unicodedata import category

from services.monitoring.domain.rapportsoorten import SOORTEN, Deel, RapportSoort


class Plek(StrEnum):
    """Where a text can stand."""

    ONTWIKKELINGEN = "ontwikkelingen"
    TERMIJNEN = "toelichting-termijnen"
    AANTALLEN = "toelichting-aantallen"
    TREND = "toelichting-trend"
    STOPLICHTEN = "toelichting-stoplichten"
    DOELEN = "toelichting-doelen"
    BIJLAGE = "kijkje-achter-de-schermen"


@dataclass(frozen=True, slots=True)
class PlekRegel:
    """One place: its heading, how many characters fit, and of which part of a report it is, or of each report."""

    titel: str
    tekens_max: int
    deel: Deel | None = None


PLEKKEN: Mapping[Plek, PlekRegel] = MappingProxyType(
    {
        Plek.ONTWIKKELINGEN: PlekRegel("Ontwikkelingen", 4_000),
        Plek.TERMIJNEN: PlekRegel("Toelichting op de termijnen en de werkvoorraad", 2_000, Deel.TERMIJNEN),
        Plek.AANTALLEN: PlekRegel("Toelichting op de aantallen", 2_000, Deel.AANTALLEN),
        Plek.TREND: PlekRegel("Toelichting op het verloop", 2_000, Deel.TREND),
        Plek.STOPLICHTEN: PlekRegel("Toelichting op de stoplichten", 2_000, Deel.STOPLICHTEN),
        Plek.DOELEN: PlekRegel("Toelichting op de doelen", 2_000, Deel.DOELEN),
        Plek.BIJLAGE: PlekRegel("Bijlage: een kijkje achter de schermen", 8_000),
    }
)
TEKENS_MAX = max(regel.tekens_max for regel in PLEKKEN.values())
REDEN_MAX = 500


def places_of(soort: RapportSoort) -> tuple[Plek, ...]:
    """Return which places a kind of report has, in their order."""
    return tuple(plek for plek, regel in PLEKKEN.items() if regel.deel is None or regel.deel in SOORTEN[soort].delen)


_TAG = re.compile(r"<[a-zA-Z/!?]")
_LINE_BREAKS = {"\n"}


def faults_of(tekst: str, tekens_max: int) -> tuple[str, ...]:
    """Return in Dutch what is wrong with a text; nothing when it may be kept. An empty text clears its place."""
    faults = []
    if len(tekst) > tekens_max:
        faults.append(f"Hier passen ten hoogste {tekens_max} tekens; dit zijn er {len(tekst)}.")
    if _TAG.search(tekst):
        faults.append("HTML kan niet; gebruik alinea's, regels die met '- ' beginnen, **vet** en *cursief*.")
    if any(category(letter) in {"Cc", "Cs"} and letter not in _LINE_BREAKS for letter in tekst):
        faults.append("Er staat een stuurteken in de tekst.")
    return tuple(faults)


class Stijl(StrEnum):
    GEWOON = "gewoon"
    VET = "vet"
    CURSIEF = "cursief"


@dataclass(frozen=True, slots=True)
class Stuk:
    """A piece of a line, in one style."""

    tekst: str
    stijl: Stijl = Stijl.GEWOON


@dataclass(frozen=True, slots=True)
class Blok:
    """A paragraph, of one line, or a list with a line for each point."""

    lijst: bool
    regels: tuple[tuple[Stuk, ...], ...]


_POINT = "- "
_MARKED = re.compile(r"\*\*(?=\S)(?P<vet>[^*]+)(?<=\S)\*\*|\*(?=\S)(?P<cursief>[^*]+)(?<=\S)\*")


def blocks_of(tekst: str) -> tuple[Blok, ...]:
    """Return a text in its paragraphs and lists; a mark that is not closed is shown as it was typed."""
    return tuple(_blocks(tekst))


def _blocks(tekst: str) -> Iterator[Blok]:
    for part in re.split(r"\n[ \t]*\n", tekst):
        words: list[str] = []
        points: list[str] = []
        for line in (line.strip() for line in part.split("\n")):
            if line.startswith(_POINT):
                if words:
                    yield _paragraph(words)
                    words = []
                points.append(line.removeprefix(_POINT).strip())
            elif line and points:
                points[-1] += f" {line}"
            elif line:
                words.append(line)
        if words:
            yield _paragraph(words)
        if points:
            yield Blok(lijst=True, regels=tuple(tuple(_pieces(point)) for point in points))


def _paragraph(lines: list[str]) -> Blok:
    return Blok(lijst=False, regels=(tuple(_pieces(" ".join(lines))),))


def _pieces(line: str) -> Iterator[Stuk]:
    end = 0
    for found in _MARKED.finditer(line):
        if found.start() > end:
            yield Stuk(line[end : found.start()])
        stijl = Stijl.VET if found["vet"] else Stijl.CURSIEF
        yield Stuk(found[stijl.value], stijl)
        end = found.end()
    if end < len(line):
        yield Stuk(line[end:])


def plain_text(tekst: str) -> str:
    """Return a text without its marks, for a form that has no styles."""
    return "\n\n".join(
        "\n".join(("- " if blok.lijst else "") + "".join(stuk.tekst for stuk in regel) for regel in blok.regels)
        for blok in blocks_of(tekst)
    )
