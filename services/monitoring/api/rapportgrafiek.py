"""How a series of months is drawn: bars in SVG without a word in them, for a page and for a PDF alike."""

import re
from collections.abc import Sequence

from services.monitoring.domain.monitorbrief import AFGESCHERMD

_BREED, _HOOG, _KOLOM, _STAAF = 390, 84, 30, 20
_NUMBER = re.compile(r"(\d+)(?: %)?")


def number_of(waarde: str) -> int | None:
    """Return the number in a figure; None for what is kept back, not there, or nothing to measure."""
    found = _NUMBER.fullmatch(waarde)
    return int(found[1]) if found else None


def draw(waarden: Sequence[str]) -> str:
    """Return bars as SVG. What is kept back is an empty dotted box of no height that means anything; no month, none.

    The colours are those of the text around it; in a PDF that is black.
    """
    numbers = [number_of(waarde) for waarde in waarden]
    highest = max((number for number in numbers if number is not None), default=0) or 1
    shapes = [f'<line x1="0" y1="{_HOOG}" x2="{_BREED}" y2="{_HOOG}" stroke="currentColor" stroke-width="1"/>']
    for place, (waarde, number) in enumerate(zip(waarden, numbers, strict=True)):
        left = place * _KOLOM + (_KOLOM - _STAAF) // 2
        if number is not None:
            height = round((_HOOG - 4) * number / highest, 1)
            last = 1 if place == len(waarden) - 1 else 0.55
            shapes.append(
                f'<rect x="{left}" y="{_HOOG - height}" width="{_STAAF}" height="{height}" fill="currentColor" '
                f'fill-opacity="{last}"/>'
            )
        elif waarde == AFGESCHERMD:
            shapes.append(
                f'<rect x="{left}" y="{_HOOG - 14}" width="{_STAAF}" height="14" fill="none" stroke="currentColor" '
                'stroke-width="1" stroke-dasharray="2 2"/>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_BREED} {_HOOG + 1}" '
        f'width="{_BREED}" height="{_HOOG + 1}" '
        f'aria-hidden="true" focusable="false">{"".join(shapes)}</svg>'
    )
