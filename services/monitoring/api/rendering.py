"""How a page is written: Dutch numbers and dates, everything escaped, nothing inline."""
# ruff: noqa: RUF001, an en dash is what stands for nothing in a Dutch table

from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.monitoring.domain.berichten import KLOKKEN, STAPPEN
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
        "moment": format_moment,
    }  # fmt: skip
    made.globals |= {"KLOKKEN": KLOKKEN, "STAPPEN": STAPPEN}
    return made


_TEMPLATES = _environment()


def render(template: str, **values: object) -> str:
    """Return a page of ours with these values in it."""
    return _TEMPLATES.get_template(template).render(**values)
