"""A later year of the figures under the risk score: what a file with them must hold, and how it is read.

One figure on a line: ``gemeenteCode;factor;waarde``, the municipality ``regio`` for the mean of the region. The factors
are those of the Regiovisie; beside them ``inwoners``, with which meldingen are counted per 1,000 inhabitants, and the
published meldingen themselves. An empty ``waarde`` is unknown, not zero, as in the source.
"""

import csv
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from services.monitoring.domain.risico import Factor, GemeenteFeiten, Klasse
from shared.rules.gemeenten import GEMEENTEN, current_gemeente

REGIO = "regio"
INWONERS = "inwoners"
MELDINGEN = "melding_hgkm_per_1_000_inwoners"
KOLOMMEN = ("gemeenteCode", "factor", "waarde")
REGELS_MAX = 5_000
GEBREKEN_MAX = 100
JAAR_EERSTE = 2019

Cijfers = Mapping[str, Mapping[str, float]]  # factor -> municipality, or the region -> value


@dataclass(frozen=True, slots=True)
class Gebrek:
    """What is wrong with a file: on which line, and why. It never repeats what was sent."""

    regel: int
    uitleg: str


def read_cijfers(content: str, jaar: int, *, known: Collection[str], today: date) -> tuple[Cijfers, tuple[Gebrek, ...]]:
    """Return the figures of a file and all that is wrong with it; with anything wrong the figures are not whole."""
    lines = content.removeprefix("\ufeff").splitlines()
    if not JAAR_EERSTE <= jaar <= today.year:
        return {}, (Gebrek(0, f"het jaar ligt tussen {JAAR_EERSTE} en nu"),)
    if not lines or lines[0].strip() != ";".join(KOLOMMEN):
        return {}, (Gebrek(1, f"de eerste regel is {';'.join(KOLOMMEN)}"),)
    if len(lines) > REGELS_MAX:
        return {}, (Gebrek(0, f"hooguit {REGELS_MAX} regels"),)
    try:
        rows = list(csv.reader(lines[1:], delimiter=";"))
    except csv.Error:  # a cell that has no end
        return {}, (Gebrek(0, "het bestand is niet als CSV te lezen"),)
    return _read_rows(rows, jaar, known)


def _read_rows(rows: Sequence[Sequence[str]], jaar: int, known: Collection[str]) -> tuple[Cijfers, tuple[Gebrek, ...]]:
    found: dict[str, dict[str, float]] = {}
    wrong: list[Gebrek] = []
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, start=2):
        if len(row) != len(KOLOMMEN):
            wrong.append(Gebrek(number, "een regel heeft drie kolommen"))
            continue
        place, factor, told = (cell.strip() for cell in row)
        faults = [*_about(place, factor, jaar, known), *(["dit cijfer staat er twee keer"] * ((place, factor) in seen))]
        seen.add((place, factor))
        value = _number(told, factor)
        if told and value is None:
            faults.append("de waarde is geen getal van nul of hoger, met een punt")
        wrong += [Gebrek(number, fault) for fault in faults]
        if value is not None and not faults:
            found.setdefault(factor, {})[place] = value
    wrong += _incomplete(found)
    return found, tuple(wrong[:GEBREKEN_MAX])


def _about(place: str, factor: str, jaar: int, known: Collection[str]) -> Iterator[str]:
    if factor not in known and factor not in {INWONERS, MELDINGEN}:
        yield "deze factor staat niet in bijlage 2 van de Regiovisie"
    if place == REGIO:
        return
    row = GEMEENTEN.get(place)
    day = date(jaar, 12, 31)
    if row is None:
        yield "deze gemeente hoort niet bij de regio"
    elif not row.exists_on(day):
        now = current_gemeente(place, day)
        yield f"{row.naam} bestond eind {jaar} niet" + (f"; gebruik {now.code}" if now and now is not row else "")


def _number(told: str, factor: str) -> float | None:
    try:
        value = float(told)
    except ValueError:
        return None
    least = 1 if factor == INWONERS else 0
    return value if math.isfinite(value) and value >= least and "_" not in told else None


def _incomplete(found: Cijfers) -> Iterator[Gebrek]:
    factors = [factor for factor in found if factor not in {INWONERS, MELDINGEN}]
    if not factors:
        yield Gebrek(0, "er staat geen enkele risicofactor in")
    for factor in factors:
        if REGIO not in found[factor]:
            yield Gebrek(0, f"van {factor} ontbreekt het regiogemiddelde")
        if len(found[factor].keys() - {REGIO}) < 3:  # noqa: PLR2004, of two nothing can be compared
            yield Gebrek(0, f"van {factor} is minder dan drie gemeenten bekend")


def as_factoren(cijfers: Cijfers) -> tuple[Factor, ...]:
    """Return the factors of a file, by the code of each municipality."""
    return tuple(
        Factor(
            factor, MappingProxyType({place: value for place, value in values.items() if place != REGIO}), values[REGIO]
        )
        for factor, values in sorted(cijfers.items())
        if factor not in {INWONERS, MELDINGEN}
    )


def as_gemeenten(
    cijfers: Cijfers, klassen: Mapping[str, Klasse], counted: Mapping[str, int]
) -> Sequence[GemeenteFeiten]:
    """Return what is known of each municipality of a file, by its code.

    Of how many meldingen were ``counted`` here, and how many inhabitants there are, follows how many that is per 1,000;
    without inhabitants it is what the file says.
    """
    places = sorted({place for values in cijfers.values() for place in values} - {REGIO})
    return [GemeenteFeiten(place, klassen.get(place), _per_1000(cijfers, place, counted)) for place in places]


def _per_1000(cijfers: Cijfers, place: str, counted: Mapping[str, int]) -> float | None:
    inwoners = cijfers.get(INWONERS, {}).get(place)
    if inwoners is not None and place in counted:
        return round(1000 * counted[place] / inwoners, 1)
    return cijfers.get(MELDINGEN, {}).get(place)
