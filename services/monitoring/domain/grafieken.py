"""How a chart is drawn: places and sizes in the units of its drawing; what it says stands in the table behind it too.

Three kinds: a column a month, lines over months, and a bar a municipality. A figure that is not known or not told has
its place and no mark: a chart that closes the gap would tell a story that nobody knows (docs/adr/0031).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_BREEDTE, _HOOGTE = 720, 280
_LINKS, _RECHTS, _BOVEN, _ONDER = 52, 12, 20, 40
_LABELS_MAX = 7
_KLEINSTE_HOOGTE = 2.0  # a column of nothing must still be seen
_BREEDSTE = 40.0
_STREPEN = 4
_NETTE_STAPPEN = (1, 2, 5, 10)
_HONDERD = 100


@dataclass(frozen=True, slots=True)
class Punt:
    """One figure of a chart; without a value its place stays empty."""

    label: str
    waarde: float | None
    onderschrift: str  # what is read out, and shown on hover


@dataclass(frozen=True, slots=True)
class Streep:
    plek: float
    tekst: str


@dataclass(frozen=True, slots=True)
class Vlak:
    """What every chart over time stands on."""

    breedte: int
    hoogte: int
    links: int
    rechts: int
    onder: float
    labels: tuple[Streep, ...]
    strepen: tuple[Streep, ...]


@dataclass(frozen=True, slots=True)
class Kolom:
    x: float
    y: float
    breedte: float
    hoogte: float
    haalt_norm: bool | None
    onderschrift: str


@dataclass(frozen=True, slots=True)
class Kolommen:
    """A column a moment, with the norm as a line when there is one."""

    vlak: Vlak
    kolommen: tuple[Kolom, ...]
    norm: int | None
    norm_y: float | None

    @property
    def gehaald(self) -> int:
        """How many columns meet the norm."""
        return sum(kolom.haalt_norm is True for kolom in self.kolommen)


@dataclass(frozen=True, slots=True)
class Stip:
    x: float
    y: float
    onderschrift: str


@dataclass(frozen=True, slots=True)
class Lijn:
    naam: str
    stukken: tuple[tuple[Stip, Stip], ...]  # between neighbours of which both are known
    stippen: tuple[Stip, ...]


@dataclass(frozen=True, slots=True)
class Lijnen:
    vlak: Vlak
    lijnen: tuple[Lijn, ...]


@dataclass(frozen=True, slots=True)
class Balk:
    """One bar, and beside it with what it is compared."""

    naam: str
    y: float
    breedte: float
    merk: float | None
    tekst: str
    nadruk: bool


@dataclass(frozen=True, slots=True)
class Balken:
    breedte: int
    hoogte: int
    links: int
    balken: tuple[Balk, ...]


def columns(punten: Sequence[Punt], *, norm: int | None = None) -> Kolommen | None:
    """Return a column a figure, None when no figure is known; with a norm they are shares in percent."""
    known = [punt.waarde for punt in punten if punt.waarde is not None]
    if not known:
        return None
    top = _HONDERD if norm is not None else nice_top(max(known))
    width = (_BREEDTE - _LINKS - _RECHTS) / len(punten)
    made = [_column(punt, number, width, top, norm) for number, punt in enumerate(punten) if punt.waarde is not None]
    return Kolommen(_ground(punten, top), tuple(made), norm, None if norm is None else _y(norm, top))


def lines(reeksen: Sequence[tuple[str, Sequence[Punt]]]) -> Lijnen | None:
    """Return a line a row of figures over the same moments, None when no figure is known."""
    known = [punt.waarde for _, punten in reeksen for punt in punten if punt.waarde is not None]
    if not known:
        return None
    top = nice_top(max(known))
    return Lijnen(_ground(reeksen[0][1], top), tuple(_line(naam, punten, top) for naam, punten in reeksen))


def bars(rijen: Sequence[tuple[str, float | None, float | None, str, bool]], *, links: int = 200) -> Balken | None:
    """Return a bar a row of name, value, what to compare with, text and emphasis; None when no value is known."""
    known = [value for _, waarde, merk, _, _ in rijen for value in (waarde, merk) if value is not None]
    if not known:
        return None
    row, room = 30, _BREEDTE - links - 130
    scale = room / (max(known) or 1)
    return Balken(
        breedte=_BREEDTE,
        hoogte=row * len(rijen) + 8,
        links=links,
        balken=tuple(
            Balk(
                naam=naam,
                y=number * row + 6.0,
                breedte=round((waarde or 0) * scale, 1),
                merk=None if merk is None else round(links + merk * scale, 1),
                tekst=tekst,
                nadruk=nadruk,
            )
            for number, (naam, waarde, merk, tekst, nadruk) in enumerate(rijen)
        ),
    )


def nice_top(highest: float) -> int:
    """Return where an axis ends: the first neat number of steps that is not below the highest figure."""
    size = 1
    while True:
        for step in _NETTE_STAPPEN:
            if step * size * _STREPEN >= highest:
                return step * size * _STREPEN
        size *= 10


def _ground(punten: Sequence[Punt], top: int) -> Vlak:
    width = (_BREEDTE - _LINKS - _RECHTS) / len(punten)
    every = -(-len(punten) // _LABELS_MAX)
    return Vlak(
        breedte=_BREEDTE,
        hoogte=_HOOGTE,
        links=_LINKS,
        rechts=_BREEDTE - _RECHTS,
        onder=float(_HOOGTE - _ONDER),
        labels=tuple(
            Streep(round(_LINKS + (number + 0.5) * width, 1), punt.label)
            for number, punt in enumerate(punten)
            if number % every == 0
        ),
        strepen=tuple(
            Streep(_y(top * part / _STREPEN, top), str(top * part // _STREPEN)) for part in range(_STREPEN + 1)
        ),
    )


def _y(value: float, top: float) -> float:
    return round(_HOOGTE - _ONDER - (_HOOGTE - _ONDER - _BOVEN) * value / top, 1)


def _column(punt: Punt, number: int, width: float, top: float, norm: int | None) -> Kolom:
    value = punt.waarde or 0
    high = min(_y(value, top), _HOOGTE - _ONDER - _KLEINSTE_HOOGTE)
    broad = min(width - min(4.0, width * 0.25), _BREEDSTE)
    return Kolom(
        x=round(_LINKS + (number + 0.5) * width - broad / 2, 1),
        y=high,
        breedte=round(broad, 1),
        hoogte=round(_HOOGTE - _ONDER - high, 1),
        haalt_norm=None if norm is None else value >= norm,
        onderschrift=punt.onderschrift,
    )


def _line(naam: str, punten: Sequence[Punt], top: float) -> Lijn:
    width = (_BREEDTE - _LINKS - _RECHTS) / len(punten)
    places = [
        None
        if punt.waarde is None
        else Stip(round(_LINKS + (number + 0.5) * width, 1), _y(punt.waarde, top), punt.onderschrift)
        for number, punt in enumerate(punten)
    ]
    return Lijn(
        naam,
        tuple((one, other) for one, other in pairwise(places) if one is not None and other is not None),
        tuple(place for place in places if place is not None),
    )
