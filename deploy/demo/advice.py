"""Who asks for advies: as many as there are meldingen, roughly, and nothing about any family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from deploy.demo.arrivals import moment_for
from deploy.demo.chance import chance_of, pick
from deploy.demo.sources import meldingen_per_gemeente
from shared.rules.codes import MelderCategorie

# The region's own count is not published; elsewhere there are about as many adviezen as meldingen.
ADVIEZEN_PER_JAAR = 12_000
_GEMEENTE_BEKEND = 0.9

_VRAGERS: Mapping[MelderCategorie, float] = MappingProxyType(
    {
        MelderCategorie.ANDERS: 45,
        MelderCategorie.GEZONDHEIDSZORG: 18,
        MelderCategorie.ONDERWIJS_EN_KINDEROPVANG: 17,
        MelderCategorie.LOKAAL_VELD: 12,
        MelderCategorie.JUSTITIE_EN_VEILIGHEID: 3,
        MelderCategorie.GGZ: 3,
        MelderCategorie.GECERTIFICEERDE_INSTELLING: 2,
    }
)
_KANALEN: Mapping[str, float] = MappingProxyType({"telefoon": 75, "chat": 15, "e-mail": 10})
_UITKOMSTEN: Mapping[str, float] = MappingProxyType(
    {"advies-gegeven": 70, "ondersteuning-geboden": 12, "geadviseerd-te-melden": 8, "verwezen": 10}
)


@dataclass(frozen=True, slots=True)
class Adviesvraag:
    nummer: int
    tijdstip: datetime
    gemeente_code: str | None
    categorie: MelderCategorie
    kanaal: str
    uitkomst: str


@lru_cache(maxsize=2)
def adviezen_of_year(zaad: int, jaar: int, total: int = ADVIEZEN_PER_JAAR) -> Sequence[Adviesvraag]:
    """Return every advies of a calendar year, in order of time."""
    return tuple(sorted((_advies(zaad, jaar, nummer) for nummer in range(1, total + 1)), key=lambda one: one.tijdstip))


def _advies(zaad: int, jaar: int, nummer: int) -> Adviesvraag:
    random = chance_of("advies", zaad, jaar, nummer)
    known = random.random() < _GEMEENTE_BEKEND
    categorie = pick(random, _VRAGERS)
    return Adviesvraag(
        nummer=nummer,
        # The police ask at their desks, like everybody else.
        tijdstip=moment_for(random, jaar, categorie, at_desk=categorie is not MelderCategorie.ANDERS),
        gemeente_code=pick(random, meldingen_per_gemeente()) if known else None,
        categorie=categorie,
        kanaal=pick(random, _KANALEN),
        uitkomst=pick(random, _UITKOMSTEN),
    )
