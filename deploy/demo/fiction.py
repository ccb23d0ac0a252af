"""The people of the region, all invented: families with names, birth dates, test BSNs and streets that do not exist.

A family is made from its number alone, so a hermelding brings the same people without anything being remembered.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from deploy.demo.chance import chance_of
from shared.rules.bsn import count_test_bsn, test_bsn

BSN_PER_GEZIN = 4
GEBOREN_VOOR = 2024  # everybody was born before this year, so that no play from then on meets the unborn
_KINDEREN_MAX = 3
_WITHOUT_BSN = 0.12  # a sender does not always know it

_VOORNAMEN_VROUW = (
    "Anouk", "Bregje", "Carmen", "Delphine", "Esra", "Fenna", "Gwendolyn", "Hatice", "Ilse", "Jamila", "Karlijn",
    "Lotte", "Merel", "Naima", "Oda", "Paulien", "Quinty", "Rosalie", "Shanti", "Tessel", "Ursula", "Vera", "Wilma",
    "Xandra", "Yara", "Zohra",
)  # fmt: skip
_VOORNAMEN_MAN = (
    "Aart", "Bilal", "Cas", "Daan", "Emre", "Floris", "Guus", "Hamza", "Ivo", "Jesse", "Koen", "Levi", "Mees",
    "Noah", "Olivier", "Pim", "Quirijn", "Ravi", "Sem", "Thijs", "Umar", "Victor", "Wouter", "Xander", "Youssef",
    "Zeger",
)  # fmt: skip
# Invented: made of pieces that sound like names of here and elsewhere.
_EERSTE_HELFT = (
    "Ooster", "Wester", "Linden", "Berken", "Duin", "Zilver", "Kraaien", "Molen", "Haver", "Wilgen", "Sanda",
    "Karima", "Yil", "Bouna", "Rosa", "Tamar", "Vreed", "Holm", "Grave", "Snepper", "Rietma", "Palla",
)  # fmt: skip
_TWEEDE_HELFT = (
    "hoek", "stroom", "kamp", "wold", "ster", "beek", "mani", "oglu", "zian", "tari", "veen", "donk", "horst",
    "lander", "rade", "vliet", "zand", "bosch",
)  # fmt: skip
_STRATEN = (
    "Verzonnenlaan", "Fabelhof", "Sprookjeskade", "Denkbeeldweg", "Luchtkasteelstraat", "Nergenspad", "Fictieplein",
    "Schijnsingel", "Droomakker", "Papierweg",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mens:
    """One invented person."""

    geslachtsnaam: str
    voornamen: str
    geslacht: str
    geboortedatum: date
    bsn: str | None


@dataclass(frozen=True, slots=True)
class Gezin:
    """A household: one or two adults first, then the children."""

    nummer: int
    volwassenen: tuple[Mens, ...]
    kinderen: tuple[Mens, ...]
    straat: str
    huisnummer: int
    postcode: str
    telefoonnummer: str


@lru_cache(maxsize=20_000)
def make_gezin(zaad: int, nummer: int) -> Gezin:
    """Return family ``nummer`` of the region with this number."""
    random = chance_of("gezin", zaad, nummer)
    naam = random.choice(_EERSTE_HELFT) + random.choice(_TWEEDE_HELFT)
    ouders = 1 if random.random() < 0.3 else 2  # noqa: PLR2004, three households in ten have one adult
    kinderen = random.choices(range(_KINDEREN_MAX + 1), weights=(28, 30, 28, 14))[0]
    mensen: list[Mens] = []
    for place in range(ouders + kinderen):
        vrouw = (place == 0) if place < ouders else random.random() < 0.5  # noqa: PLR2004, half
        leeftijd = random.randint(22, 58) if place < ouders else random.randint(0, 17)
        mensen.append(
            Mens(
                geslachtsnaam=naam if place != 1 or ouders == 1 else random.choice(_EERSTE_HELFT) + "kom",
                voornamen=random.choice(_VOORNAMEN_VROUW if vrouw else _VOORNAMEN_MAN),
                geslacht="vrouw" if vrouw else "man",
                geboortedatum=date(GEBOREN_VOOR - leeftijd - 1, 1, 1) + timedelta(days=random.randrange(365)),
                bsn=_bsn(nummer, place) if random.random() > _WITHOUT_BSN else None,
            )
        )
    return Gezin(
        nummer=nummer,
        volwassenen=tuple(mensen[:ouders]),
        kinderen=tuple(mensen[ouders:]),
        straat=random.choice(_STRATEN),
        # The number of the house is that of the family: two families never share an address.
        huisnummer=nummer % 99_999 + 1,
        # The letters SS are in no Dutch postcode, so that this is nobody's address.
        postcode=f"{3000 + nummer % 199}SS",
        # Numbers of mobile telephones begin with 061 to 065 or 068; these begin with 060.
        telefoonnummer=f"060{random.randrange(10_000_000):07d}",
    )


def _bsn(gezin: int, place: int) -> str | None:
    """Return the test BSN of a member: four a family, and none once the range is used up."""
    number = gezin * BSN_PER_GEZIN + place
    return test_bsn(number) if place < BSN_PER_GEZIN and number < count_test_bsn() else None
