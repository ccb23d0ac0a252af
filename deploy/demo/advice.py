"""Who asks for advies: as many as there are meldingen, roughly, and nothing about any family."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
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
# These and the shares below are our own estimate.
_KANALEN: Mapping[str, float] = MappingProxyType(
    {"telefoon": 72, "chat": 14, "e-mail": 9, "formulier": 3, "balie": 1.5, "brief": 0.5}
)
_SOORTEN: Mapping[str, float] = MappingProxyType({"advies": 76, "vervolgadvies": 14, "ondersteuning": 10})
_ROLLEN: Mapping[MelderCategorie, Mapping[str, float]] = MappingProxyType(
    {
        MelderCategorie.ANDERS: {
            "slachtoffer": 22,
            "ouder-of-verzorger": 15,
            "pleger": 4,
            "ander-gezinslid": 6,
            "familielid-buiten-het-huishouden": 22,
            "vriend-of-kennis": 10,
            "buur": 9,
            "andere-professional": 4,
            "onbekend": 8,
        },
        MelderCategorie.GEZONDHEIDSZORG: {
            "huisarts": 40,
            "andere-medische-professional": 35,
            "jeugdarts-of-jeugdverpleegkundige": 25,
        },
        MelderCategorie.ONDERWIJS_EN_KINDEROPVANG: {
            "intern-begeleider-of-zorgcoordinator": 50,
            "leerkracht": 25,
            "pedagogisch-medewerker": 25,
        },
        MelderCategorie.LOKAAL_VELD: {"wijkteammedewerker": 70, "maatschappelijk-werker": 30},
        MelderCategorie.JUSTITIE_EN_VEILIGHEID: {"politiemedewerker": 80, "andere-professional": 20},
        MelderCategorie.GGZ: {"ggz-behandelaar": 100},
        MelderCategorie.GECERTIFICEERDE_INSTELLING: {"jeugdhulpverlener": 100},
    }
)
_ORGANISATIES: Mapping[str, str] = MappingProxyType(
    {
        "huisarts": "huisartsenpraktijk",
        "andere-medische-professional": "ziekenhuis",
        "jeugdarts-of-jeugdverpleegkundige": "jeugdgezondheidszorg",
        "intern-begeleider-of-zorgcoordinator": "voortgezet-onderwijs",
        "leerkracht": "basisonderwijs",
        "pedagogisch-medewerker": "kinderopvang",
        "wijkteammedewerker": "lokaal-team",
        "maatschappelijk-werker": "maatschappelijke-ondersteuning",
        "politiemedewerker": "politie",
        "ggz-behandelaar": "ggz",
        "jeugdhulpverlener": "gecertificeerde-instelling",
    }
)
_PROBLEMATIEK = (
    *("alcohol-of-drugs", "psychische-problematiek", "schulden-of-armoede", "kinderen-in-huis", "eerder-geweld"),
    *("overbelaste-verzorger", "hulp-wordt-geweigerd", "bedreiging"),
)
# A vervolgadvies follows on an advies of another day, and of no longer ago than this.
_FOLLOWS_AFTER = timedelta(days=1)
_FOLLOWS_WITHIN = timedelta(days=60)
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
    soort: str
    rol: str
    organisatie: str | None
    problematiek: tuple[str, ...]
    eerder: int | None = None  # the number of the advies on which this one follows


@lru_cache(maxsize=2)
def adviezen_of_year(zaad: int, jaar: int, total: int = ADVIEZEN_PER_JAAR) -> Sequence[Adviesvraag]:
    """Return every advies of a calendar year, in order of time."""
    drawn = sorted((_advies(zaad, jaar, nummer) for nummer in range(1, total + 1)), key=lambda one: one.tijdstip)
    return tuple(_followed(zaad, jaar, drawn))


def _followed(zaad: int, jaar: int, drawn: Sequence[Adviesvraag]) -> Iterator[Adviesvraag]:
    """Tie each vervolgadvies to an advies that somebody of the same category was given; without one it is the first."""
    given: dict[MelderCategorie, list[Adviesvraag]] = {}
    for vraag in drawn:
        before = given.setdefault(vraag.categorie, [])
        while before and vraag.tijdstip - before[0].tijdstip > _FOLLOWS_WITHIN:
            before.pop(0)
        if vraag.soort == "vervolgadvies":
            possible = [one for one in before if vraag.tijdstip - one.tijdstip > _FOLLOWS_AFTER]
            yield _after(chance_of("vervolg", zaad, jaar, vraag.nummer), vraag, possible)
            continue
        if vraag.soort == "advies":
            before.append(vraag)
        yield vraag


def _after(random: Random, vraag: Adviesvraag, possible: Sequence[Adviesvraag]) -> Adviesvraag:
    if not possible:
        return replace(vraag, soort="advies")
    first = random.choice(possible)
    return replace(
        vraag,
        eerder=first.nummer,
        gemeente_code=first.gemeente_code,
        rol=first.rol,
        organisatie=first.organisatie,
        problematiek=first.problematiek,
    )


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
        soort=pick(random, _SOORTEN),
        rol=(rol := pick(random, _ROLLEN[categorie])),
        organisatie=_ORGANISATIES.get(rol),
        problematiek=tuple(random.sample(_PROBLEMATIEK, random.choices((0, 1, 2), weights=(45, 35, 20))[0])),
    )
