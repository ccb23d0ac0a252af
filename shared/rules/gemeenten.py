"""The municipalities of the region: code, centrumregio, Veilig Thuis organisation, and how long each existed.

A code that is not in the table is a municipality outside the region, never an error. ``onzeker`` names, per
row, what was not read in a source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

VT_ROTTERDAM_RIJNMOND = "veilig-thuis-rotterdam-rijnmond"
VT_ZUID_HOLLAND_ZUID = "veilig-thuis-zuid-holland-zuid"


@dataclass(frozen=True, slots=True)
class Gemeente:
    """One municipality in the period in which it existed."""

    code: str
    naam: str
    centrumregio: str
    vt_organisatie: str = VT_ROTTERDAM_RIJNMOND
    geldig_van: date | None = None
    geldig_tot: date | None = None  # the first day on which it no longer existed
    opvolger_code: str | None = None
    onzeker: tuple[str, ...] = ()

    def exists_on(self, day: date) -> bool:
        """Tell whether the municipality existed on ``day``."""
        started = self.geldig_van is None or self.geldig_van <= day
        return started and (self.geldig_tot is None or day < self.geldig_tot)


_MERGER = date(2023, 1, 1)
_CODE = "code"
_CENTRUM = "centrumregio"
_GELDIGHEID = "geldigheid"

_ROWS: tuple[Gemeente, ...] = (
    Gemeente("0599", "Rotterdam", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0613", "Albrandswaard", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0489", "Barendrecht", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0502", "Capelle aan den IJssel", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0542", "Krimpen aan den IJssel", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("1621", "Lansingerland", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0597", "Ridderkerk", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0622", "Vlaardingen", "Vlaardingen", onzeker=(_CODE,)),
    Gemeente("0606", "Schiedam", "Vlaardingen", onzeker=(_CODE, _CENTRUM)),
    Gemeente("0556", "Maassluis", "Vlaardingen", onzeker=(_CODE, _CENTRUM)),
    Gemeente("1930", "Nissewaard", "Nissewaard", onzeker=(_CODE,)),
    Gemeente(
        "0501",
        "Brielle",
        "Nissewaard",
        geldig_tot=_MERGER,
        opvolger_code="1992",
        onzeker=(_CODE, _CENTRUM, _GELDIGHEID),
    ),
    Gemeente(
        "0530",
        "Hellevoetsluis",
        "Nissewaard",
        geldig_tot=_MERGER,
        opvolger_code="1992",
        onzeker=(_CODE, _CENTRUM, _GELDIGHEID),
    ),
    Gemeente(
        "0614",
        "Westvoorne",
        "Nissewaard",
        geldig_tot=_MERGER,
        opvolger_code="1992",
        onzeker=(_CODE, _CENTRUM, _GELDIGHEID),
    ),
    Gemeente("1992", "Voorne aan Zee", "Nissewaard", geldig_van=_MERGER, onzeker=(_CODE, _CENTRUM, _GELDIGHEID)),
    Gemeente("1924", "Goeree-Overflakkee", "Nissewaard", onzeker=(_CODE, _CENTRUM)),
    # The sixteenth municipality of the Regiovisie: centrumregio Nissewaard, but its meldingen go to another
    # Veilig Thuis.
    Gemeente("1963", "Hoeksche Waard", "Nissewaard", VT_ZUID_HOLLAND_ZUID, onzeker=(_CODE,)),
)

GEMEENTEN: Mapping[str, Gemeente] = MappingProxyType({row.code: row for row in _ROWS})

# The fifteen that commission Veilig Thuis Rotterdam-Rijnmond, as the Regiovisie counts them: before the
# merger of 2023.
GRJR_GEMEENTEN: tuple[str, ...] = tuple(
    row.code for row in _ROWS if row.vt_organisatie == VT_ROTTERDAM_RIJNMOND and row.geldig_van is None
)


def gemeente(code: str) -> Gemeente | None:
    """Return the municipality with this CBS code, or nothing when it lies outside the region."""
    return GEMEENTEN.get(code)


def current_gemeente(code: str, day: date) -> Gemeente | None:
    """Return the municipality that answers for ``code`` on ``day``: itself, or the one it was merged into."""
    found = GEMEENTEN.get(code)
    if found is not None and found.opvolger_code is not None and not found.exists_on(day):
        return GEMEENTEN[found.opvolger_code]
    return found
