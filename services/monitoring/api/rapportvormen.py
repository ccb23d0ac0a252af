"""How a report is written in four forms, all from the same content: JSON by its schema, a page, a tagged PDF, CSV."""

import asyncio
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import typst
from fastapi import Response

from services.monitoring.api.rapportgrafiek import draw, number_of
from services.monitoring.api.rendering import CSP, getal, maand, render
from services.monitoring.domain.codewoorden import in_words
from services.monitoring.domain.monitorbrief import AFGESCHERMD, NIETS, TE_WEINIG, Cijfer
from services.monitoring.domain.rapport import ONBEKEND, Rapport, Reeks, Uitgave, goals_by_tree
from services.monitoring.domain.rapportdoelen import DoelCijfer
from services.monitoring.domain.rapportsoorten import SOORTEN
from services.monitoring.domain.rapportteksten import Blok, blocks_of
from services.monitoring.domain.stoplichten import AANDEEL, BETEKENIS, Kleur
from services.monitoring.schemas.rapporten import rapport_csv
from shared.errors import CallerError
from shared.rules.calendar import amsterdam_day
from shared.rules.deadlines import format_day

JSON, HTML, PDF, CSV = "application/json", "text/html", "application/pdf", "text/csv"
OFFERED = (JSON, HTML, PDF, CSV)
FORMS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            HTML: {"schema": {"type": "string"}},
            PDF: {"schema": {"type": "string", "format": "binary"}},
            CSV: {"schema": {"type": "string"}},
        }
    },
    304: {"description": "Niet gewijzigd sinds de ETag in If-None-Match"},
}
_QUALITY = re.compile(r";\s*q=([01](?:\.\d{0,3})?)")
_TYPST = Path(__file__).parents[1] / "templates" / "rapport.typ"
# Contrast with white of at least 3 to 1; the word stands beside it.
_VULLING = {Kleur.GROEN: "#1d6b45", Kleur.ORANJE: "#d9731a", Kleur.ROOD: "#a81b2b", Kleur.GEEN: "#ffffff"}
_KORT = ("Meldingen", "Adviezen", "Op tijd", "Wacht")


class NotOfferedError(CallerError):
    """None of the forms that the client accepts can be given."""

    status = 406
    title = "Niet acceptabel"


def chosen(accept: str, offered: Sequence[str]) -> str:
    """Return the form that the client likes best, the first one offered when it does not say (RFC 9110, 12.5.1).

    Raises ``NotOfferedError`` when it accepts none of them.
    """
    best, kind = max(((_wanted(accept, offer), -number), offer) for number, offer in enumerate(offered))
    if best[0] <= 0:
        raise NotOfferedError("Hier is JSON, HTML, PDF of CSV te krijgen.")
    return kind


def _wanted(accept: str, offer: str) -> float:
    """Return how much the client wants a form: what names it best counts."""
    found: dict[str, float] = {}
    for part in accept.lower().split(","):
        quality = _QUALITY.search(part)
        found[part.partition(";")[0].strip()] = float(quality.group(1)) if quality else 1.0
    for name in (offer, offer.partition("/")[0] + "/*", "*/*"):
        if name in found:
            return found[name]
    return 0.0


async def answer(uitgave: Uitgave, media: str, in_json: bytes, if_none_match: str | None) -> Response:
    """Return a report in one form; only what cannot change any more has an ETag."""
    headers = {"Vary": "Accept, Authorization", "Content-Language": "nl"}
    if uitgave.vingerafdruk is not None:
        told = f"{uitgave.vingerafdruk}:{uitgave.versie}:{media}:{_mark() if media in (HTML, PDF) else ''}"
        tag = hashlib.sha256(told.encode()).hexdigest()[:32]
        headers["ETag"] = f'"{tag}"'
        if if_none_match and headers["ETag"] in re.findall(r'"[^"]*"', if_none_match):
            return Response(status_code=304, headers=headers)
    if media in (PDF, CSV):
        headers["Content-Disposition"] = f'attachment; filename="{_file_name(uitgave)}.{media.rpartition("/")[2]}"'
    if media == HTML:
        headers["Content-Security-Policy"] = CSP
    kind = f"{media}; charset=utf-8" if media in (HTML, CSV) else media
    return Response(await _written(uitgave, media, in_json), headers=headers | {"Content-Type": kind})


def _file_name(uitgave: Uitgave) -> str:
    rapport = uitgave.rapport
    ending = "concept" if uitgave.is_concept else f"v{uitgave.versie}"
    return f"{rapport.soort.value}-{rapport.periode}-{rapport.gemeente_code or 'regio'}-{ending}"


async def _written(uitgave: Uitgave, media: str, in_json: bytes) -> bytes:
    match media:
        case "text/html":
            view = view_of(uitgave)
            return render("rapport.html", r=view, teksten=view["teksten"]).encode()
        case "application/pdf":
            return await asyncio.to_thread(as_pdf, uitgave)
        case "text/csv":
            return rapport_csv(uitgave).encode()
        case _:
            return in_json


def as_pdf(uitgave: Uitgave) -> bytes:
    """Return a report as PDF/UA (readable by a screen reader), from the same content."""
    content = orjson.dumps(view_of(uitgave)).decode()
    made = typst.compile(_source(), format="pdf", pdf_standards="ua-1", sys_inputs={"rapport": content})
    assert isinstance(made, bytes)  # noqa: S101, one document
    return made


@cache
def _mark() -> str:
    """Return another mark when a template is another: the same report looks different then."""
    files = sorted(_TYPST.parent.glob("rapport*"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@cache
def _source() -> bytes:
    return _TYPST.read_bytes()


# --- as a reader sees it ---


def in_dutch(waarde: str) -> str:
    """Return a figure as a Dutch reader writes it: ``1.234``, and ``79 %`` on one line."""
    return re.sub(r"\d{4,}", lambda found: getal(int(found[0])), waarde).replace(" %", "\u00a0%")


def view_of(uitgave: Uitgave) -> dict[str, Any]:
    """Return what a page and a PDF show of a report: words and numbers as they are read, nothing to work out."""
    rapport = uitgave.rapport
    regel = SOORTEN[rapport.soort]
    made = amsterdam_day(uitgave.vastgesteld_op) if uitgave.vastgesteld_op else rapport.peildatum
    stand = format_day(rapport.peildatum)
    return {
        "titel": f"{regel.naam} {rapport.naam}",
        "gebied": rapport.gebied,
        "datum": [made.year, made.month, made.day],
        "concept": uitgave.is_concept,
        "stand": stand,
        "staat": "Concept" if uitgave.is_concept else f"Versie {uitgave.versie}, vastgesteld op {format_day(made)}",
        "stand_zin": (
            f"Stand van {stand}."
            if uitgave.is_concept
            else f"Versie {uitgave.versie}, vastgesteld op {format_day(made)}; peildatum {stand}."
        ),
        "reden": uitgave.reden or "",
        "afgeschermd": AFGESCHERMD,
        "opmerkingen": list(rapport.opmerkingen),
        "teksten": {one.plek.value: [_block(blok) for blok in blocks_of(one.tekst)] for one in rapport.teksten},
        "termijnen": _matrix(rapport.termijnen),
        "vergelijkt": rapport.vergelijkt,
        "aantallen": [
            {"naam": _subject(one), "waarde": in_dutch(one.waarde), "vorige": in_dutch(one.vorige)}
            for one in rapport.tellingen
        ],
        "trend": [_series(reeks, kort) for reeks, kort in zip(rapport.trend, _KORT, strict=False)],
        "maanden": [_month(punt.maand) for punt in rapport.trend[0].punten] if rapport.trend else [],
        "stoplichtregel": rapport.stoplichtregel,
        "stoplichten": [
            {
                "naam": one.naam,
                "kleur": one.kleur.value,
                "betekenis": BETEKENIS[one.kleur],
                "vulling": _VULLING[one.kleur],
                "waarom": one.waarom.replace(" %", "\u00a0%"),
            }
            for one in rapport.stoplichten
        ],
        "doelen": _goals(rapport),
        "definities": [list(pair) for pair in rapport.definities],
    }


def _block(blok: Blok) -> dict[str, Any]:
    return {
        "lijst": blok.lijst,
        "regels": [[{"tekst": stuk.tekst, "stijl": stuk.stijl.value} for stuk in regel] for regel in blok.regels],
    }


def _subject(cijfer: Cijfer) -> str:
    return f"{cijfer.onderwerp}: {in_words(cijfer.onderdeel)}" if cijfer.onderdeel else cijfer.onderwerp


def _matrix(cijfers: Sequence[Cijfer]) -> dict[str, Any]:
    """Return the figures of the terms as a table: a term a row, and in the columns what is known of it."""
    columns = list(dict.fromkeys(one.gegeven for one in cijfers))
    rows: dict[str, dict[str, Cijfer]] = {}
    for one in cijfers:
        rows.setdefault(_subject(one), {})[one.gegeven] = one
    headings = [part for kop in columns for part in ((kop, _NORM) if kop == AANDEEL else (kop,))]
    return {
        "kolommen": headings,
        "rijen": [
            {"naam": naam, "cellen": [cell for kop in columns for cell in _cells(row.get(kop), kop)]}
            for naam, row in rows.items()
        ],
    }


_NORM = "Norm"


def _cells(cijfer: Cijfer | None, kop: str) -> list[dict[str, str]]:
    """Return the cell of a figure, and beside a share the one of its norm."""
    known = (
        "" if cijfer is None or cijfer.vorige == ONBEKEND or cijfer.vorige == cijfer.waarde == NIETS else cijfer.vorige
    )
    cell = {"waarde": in_dutch(cijfer.waarde) if cijfer else "", "vorige": in_dutch(known)}
    norm = {"waarde": in_dutch(cijfer.norm) if cijfer else "", "vorige": ""}
    return [cell, norm] if kop == AANDEEL else [cell]


def _series(reeks: Reeks, kort: str) -> dict[str, Any]:
    values = [punt.waarde for punt in reeks.punten]
    first, last = _month(reeks.punten[0].maand), _month(reeks.punten[-1].maand)
    numbers = [number for value in values if (number := number_of(value)) is not None]
    unit = "\u00a0%" if any(value.endswith(" %") for value in values) else ""
    highest = f"hoogste {getal(max(numbers))}{unit}" if numbers else "geen cijfer dat gelezen mag worden"
    hidden = f"; {AFGESCHERMD} is een open vakje" if AFGESCHERMD in values else ""
    few = f"; zonder staaf: {TE_WEINIG} voor een aandeel" if TE_WEINIG in values else ""
    span = f"{first} tot en met {last}: {highest}"
    return {
        "naam": reeks.naam,
        "kort": kort,
        "svg": draw(values),
        "alt": f"{reeks.naam}, {span}. De cijfers staan in de tabel.",
        "onderschrift": f"{span}{hidden}{few}",
        "waarden": [in_dutch(value) for value in values],
    }


def _month(code: str) -> str:
    year, month = code.split("-")
    return maand(date(int(year), int(month), 1))


def _goals(rapport: Rapport) -> list[Mapping[str, Any]]:
    return [{"naam": boom, "rijen": list(_goal_rows(rows))} for boom, rows in goals_by_tree(rapport)]


def _goal_rows(rows: Sequence[DoelCijfer]) -> Iterator[Mapping[str, Any]]:
    """Give a row for each figure; the goal stands beside the first of its figures, over all of them."""
    spans = Counter(one.doel for one in rows)
    for one in rows:
        yield {
            "doel": f"{one.doel} {one.doel_naam}",
            "over": spans.pop(one.doel, 0),
            "indicator": one.indicator,
            "waarde": in_dutch(one.waarde),
            "vorige": in_dutch(one.vorige),
            "norm": in_dutch(one.norm),
        }
