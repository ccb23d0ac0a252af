"""An afschrift as a page to read and print: plain HTML, every value escaped, nothing fetched from elsewhere."""

import re
from collections.abc import Iterator, Mapping
from html import escape

from services.intake.domain.afschrift import Afschrift, Deel, Inzage

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def page(afschrift: Afschrift) -> str:
    """Return the whole page."""
    return "\n".join(_lines(afschrift))


def _lines(afschrift: Afschrift) -> Iterator[str]:
    yield '<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Afschrift van uw dossier</title></head>'
    yield "<body><h1>Afschrift van uw dossier</h1>"
    yield f"<p>Gemaakt op {_day(afschrift.gemaakt_op.isoformat())}. Gegevens van anderen zijn weggelaten; dat staat er "
    yield f"dan bij. Dit is {afschrift.aantal_weggelaten} keer gebeurd.</p>"
    yield f"<h2>Uw gegevens</h2>{_value(afschrift.persoon)}"
    for deel in afschrift.delen:
        yield from _deel(deel)
    if afschrift.verklaringen:
        yield "<h2>Uw eigen verklaring</h2>"
        yield from (f"<p>{escape(tekst)}</p>" for tekst in afschrift.verklaringen)
    yield "<h2>Wie uw dossier heeft gezien of gewijzigd</h2><ul>"
    yield from (f"<li>{_seen(inzage)}</li>" for inzage in afschrift.inzagen)
    yield "</ul></body></html>"


def _deel(deel: Deel) -> Iterator[str]:
    yield f"<h2>{_label(deel.soort)}{f', {_day(deel.tijdstip)}' if deel.tijdstip else ''}</h2>"
    yield _value({name: value for name, value in deel.velden.items() if value not in (None, "", [], {})})
    yield from (f"<p>{escape(tekst)}</p>" for tekst in deel.teksten)


def _seen(inzage: Inzage) -> str:
    who = f"{inzage.rol} van {inzage.organisatie}"
    return escape(f"{_day(inzage.tijdstip)}: {inzage.wat} ({inzage.resultaat}), voor {inzage.doel}, door {who}")


def _value(value: object) -> str:
    match value:
        case Mapping():
            rows = "".join(f"<dt>{_label(str(name))}</dt><dd>{_value(inner)}</dd>" for name, inner in value.items())
            return f"<dl>{rows}</dl>"
        case list() | tuple():
            return "".join(f"<div>{_value(inner)}</div>" for inner in value)
        case bool():
            return "ja" if value else "nee"
        case None:
            return "niet bekend"
        case _:
            return escape(str(value))


def _label(name: str) -> str:
    """Return a wire name as a person reads it: ``zorgelijkeSituatie`` is "Zorgelijke situatie"."""
    return escape(_CAPITAL.sub(" ", name).replace("-", " ").capitalize())


def _day(moment: str) -> str:
    return escape(moment[:10])
