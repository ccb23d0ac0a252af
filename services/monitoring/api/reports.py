"""The doors to what is reported: the monthly letter in four forms."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import orjson
import typst
from fastapi import Depends, Header, Query, Response
from fastapi import Path as PathParameter

from services.monitoring.api.rendering import CSP, maand, render
from services.monitoring.domain.monitorbrief import AFGESCHERMD, DEFINITIES, Cijfer, Monitorbrief
from services.monitoring.handlers.reports import read_brief
from services.monitoring.schemas.reports import MonitorbriefOut, brief_csv, brief_out
from shared.errors import CallerError, InvalidInputError
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.schema import GemeenteCode, JaarMaand

router = room_router("Rapportages")

JSON, HTML, PDF, CSV = "application/json", "text/html", "application/pdf", "text/csv"
_OFFERED = (JSON, HTML, PDF, CSV)
_QUALITY = re.compile(r";\s*q=([01](?:\.\d{0,3})?)")
_TYPST = Path(__file__).parents[1] / "templates" / "monitorbrief.typ"


class NotOfferedError(CallerError):
    """None of the forms that the client accepts can be given."""

    status = 406
    title = "Niet acceptabel"


@router.get(
    "/monitorbrieven/{jaarMaand}",
    response_model=MonitorbriefOut,
    responses={
        200: {
            "content": {
                HTML: {"schema": {"type": "string"}},
                PDF: {"schema": {"type": "string", "format": "binary"}},
                CSV: {"schema": {"type": "string"}},
            }
        }
    },
    summary="De monitorbrief van een maand",
    description=(
        "De afgesproken cijfers met hun definities, voor de regio of voor één gemeente. HTML, PDF, CSV of JSON door "
        "`Accept`. Aantallen onder de vijf zijn afgeschermd, en met hen zoveel andere dat optellen en aftrekken ze "
        "niet terugbrengt; de rest is afgerond op vijf."
    ),
)
async def read_monitorbrief(
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    jaarMaand: Annotated[JaarMaand, PathParameter(description="Bijvoorbeeld 2026-03")],  # noqa: N803, on the wire
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    accept: Annotated[str, Header(alias="Accept", include_in_schema=False)] = "*/*",
) -> Response:
    """Give the letter in the form that the client likes best."""
    media = chosen(accept, _OFFERED)
    brief = await read_brief(made, caller, _month(jaarMaand), gemeente_code, now=made.clock())
    body = await _written(brief, media)
    headers = {"Vary": "Accept, Authorization", "Content-Language": "nl"}
    if media in (PDF, CSV):
        name = f"monitorbrief-{jaarMaand}-{brief.gemeente_code or 'regio'}.{media.rpartition('/')[2]}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if media == HTML:
        headers["Content-Security-Policy"] = CSP
    kind = f"{media}; charset=utf-8" if media in (HTML, CSV) else media
    return Response(body, headers=headers | {"Content-Type": kind})


def _month(text: str) -> date:
    year, month = (int(part) for part in text.split("-"))
    if year < 1:
        raise InvalidInputError("Het jaar 0000 bestaat niet.")
    return date(year, month, 1)


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


async def _written(brief: Monitorbrief, media: str) -> bytes:
    match media:
        case "text/html":
            return render("monitorbrief.html", brief=brief, definities=DEFINITIES).encode()
        case "application/pdf":
            return await asyncio.to_thread(_as_pdf, brief)
        case "text/csv":
            return brief_csv(brief).encode()
        case _:
            return brief_out(brief).model_dump_json(by_alias=True).encode()


def _as_pdf(brief: Monitorbrief) -> bytes:
    """Return the letter as PDF/UA (readable by a screen reader), from the same figures."""
    content = {
        "titel": maand(brief.maand),
        "gebied": brief.gebied,
        "afgeschermd": AFGESCHERMD,
        "termijnen": [_pdf_row(cijfer) for cijfer in brief.termijnen],
        "tellingen": [_pdf_row(cijfer) for cijfer in brief.tellingen],
        "definities": dict(DEFINITIES),
    }
    made = typst.compile(
        _source(), format="pdf", pdf_standards="ua-1", sys_inputs={"brief": orjson.dumps(content).decode()}
    )
    assert isinstance(made, bytes)  # noqa: S101, one document
    return made


@cache
def _source() -> bytes:
    return _TYPST.read_bytes()


def _pdf_row(cijfer: Cijfer) -> dict[str, Any]:
    onderwerp = f"{cijfer.onderwerp}: {cijfer.onderdeel.replace('-', ' ')}" if cijfer.onderdeel else cijfer.onderwerp
    return {"onderwerp": onderwerp, "gegeven": cijfer.gegeven, "waarde": cijfer.waarde, "norm": cijfer.norm}
