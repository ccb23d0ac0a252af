"""Where the published risk factors are read: a file that comes with the project."""

import csv
from functools import cache
from pathlib import Path

from services.monitoring.domain.risico import Factor, GemeenteFeiten, Klasse

_FILE = Path(__file__).parents[1] / "data" / "risicofactoren.csv"
_REGIO = "__regio__"
_KLASSE = "risicoscore"
_MELDINGEN = "melding_hgkm_per_1_000_inwoners"
_KLASSEN = {"Hoog": Klasse.HOOG, "Gem.": Klasse.GEMIDDELD, "Laag": Klasse.LAAG}


@cache
def risk_data() -> tuple[tuple[Factor, ...], tuple[GemeenteFeiten, ...]]:
    """Return the published factors and what is known of each municipality; an empty cell is unknown, not zero."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    values: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["value"]:
            values.setdefault(row["factor_key"], {})[row["municipality"]] = row["value"]
    klassen, meldingen = values.pop(_KLASSE), values.pop(_MELDINGEN)
    factoren = tuple(
        Factor(
            sleutel=sleutel,
            waarden={place: float(value) for place, value in found.items() if place != _REGIO},
            regio=float(found[_REGIO]),
        )
        for sleutel, found in values.items()
    )
    gemeenten = tuple(
        GemeenteFeiten(place, _KLASSEN[klasse], float(meldingen[place]) if place in meldingen else None)
        for place, klasse in klassen.items()
        if place != _REGIO
    )
    return factoren, gemeenten
