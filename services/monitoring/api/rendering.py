"""How a page is written: Dutch numbers and dates, everything escaped, nothing inline."""
# ruff: noqa: RUF001, an en dash is what stands for nothing in a Dutch table

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.monitoring.api.bestanden import address_of, pack, wants_packed
from services.monitoring.domain.berichten import KLOKKEN, STAPPEN
from services.monitoring.domain.codewoorden import in_words
from shared.rules.calendar import AMSTERDAM
from shared.rules.deadlines import format_day, format_moment

_MAANDEN = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
# Everything of ours and nothing else; a page that is framed or posted from elsewhere does not work.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# The pages that somebody logs in to: they look whether they changed, and have a button to log out.
PAGE_CSP = CSP.replace("form-action 'none'", "form-action 'self'; connect-src 'self'")


def getal(value: float | None, decimalen: int = 0) -> str:
    """Return a number as a Dutch reader writes it: ``1.234,5``; a dash when it is not known."""
    if value is None:
        return "–"
    return f"{value:,.{decimalen}f}".translate(str.maketrans(",.", ".,"))


def procent(value: float | None) -> str:
    """Return a share: ``87,5 %``."""
    return "–" if value is None else f"{getal(value, 1)}\u00a0%"


def maand(value: date) -> str:
    """Return a month: ``maart 2026``."""
    return f"{_MAANDEN[value.month - 1]} {value.year}"


def dagen(value: int | None) -> str:
    """Return an age: ``1 dag``, ``12 dagen``."""
    return "–" if value is None else f"{getal(value)}\u00a0{'dag' if value == 1 else 'dagen'}"


def kort(value: datetime | None, *, jaar: bool = True) -> str:
    """Return a moment in short, in Amsterdam time: ``02-03-2026 10.00 uur``."""
    if value is None:
        return "nooit"
    local = value.astimezone(AMSTERDAM)
    return f"{local:%d-%m-%Y %H.%M} uur" if jaar else f"{local:%d-%m %H.%M}\u00a0uur"


def woorden(value: str) -> str:
    """Return a word of the wire as a reader writes it: ``meer dan verwacht``."""
    words = in_words(value)
    return words[:1].upper() + words[1:]


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "getal": getal, "procent": procent, "maand": maand, "dagen": dagen, "kort": kort, "dag": format_day,
        "moment": format_moment, "woorden": woorden,
    }  # fmt: skip
    made.globals |= {"KLOKKEN": KLOKKEN, "STAPPEN": STAPPEN, "bestand": address_of}
    return made


_TEMPLATES = _environment()


def render(template: str, **values: object) -> str:
    """Return a page of ours with these values in it."""
    return _TEMPLATES.get_template(template).render(**values)


def page(template: str, *, status: int = 200, **values: object) -> Response:
    """Return a page that nobody keeps."""
    headers = {"Content-Security-Policy": PAGE_CSP, "Content-Language": "nl", "Cache-Control": "no-store"}
    return HTMLResponse(render(template, **values), status, headers=headers)


def changing_page(request: Request, template: str, shown: object, **values: object) -> Response:
    """Return a page, or only that it did not change (304) to a browser that has it.

    ``shown`` is all that is told on the page but the moment at which it was made: two pages of the same figures are
    one page to whoever asks whether there is anything new, which is what a weak validator says (RFC 9110, 8.8.1).
    """
    mark = hashlib.sha256(_template_mark().encode() + repr(shown).encode()).hexdigest()[:32]
    etag = f'W/"{mark}"'
    headers = {
        "Content-Security-Policy": PAGE_CSP,
        "Content-Language": "nl",
        # In the browser of whoever may see it, and asked after at every look: a session that is over shows nothing.
        "Cache-Control": "private, no-cache",
        "ETag": etag,
        "Vary": "Accept-Encoding, Authorization, Cookie",
    }
    if etag in [part.strip() for part in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    body = render(template, etag=etag, **values).encode()
    if wants_packed(request):
        return HTMLResponse(pack(body), headers=headers | {"Content-Encoding": "gzip"})
    return HTMLResponse(body, headers=headers)


@cache
def _template_mark() -> str:
    """Return another mark when a template or a file is another: the page is another then, with the same figures."""
    folder = Path(__file__).parents[1]
    found = hashlib.sha256()
    for file in sorted([*(folder / "templates").glob("*.html"), *(folder / "static").iterdir()]):
        found.update(file.read_bytes())
    return found.hexdigest()
