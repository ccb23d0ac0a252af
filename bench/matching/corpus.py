"""A made region: households of fictional people, second descriptions of some with errors, and others who look alike.

Everything comes from one seed. How often each error occurs is an estimate of our own; figures are therefore given for
each kind of error apart, and weigh differently where other errors are made.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from types import MappingProxyType

from bench.matching.namen import GROEPEN, Naamgroep, pick_achternaam, pick_groep, pick_voornamen
from services.intake.domain.codes import PersoonRol
from services.intake.domain.melding import Persoon
from shared.rules.bsn import count_test_bsn, test_bsn

TODAY = date(2026, 3, 2)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BSN_KNOWN, _PHONE_KNOWN, _ADDRESS_KNOWN = 0.4, 0.5, 0.9


@dataclass(slots=True)
class Mens:
    """A human as he is."""

    nr: int
    huishouden: int
    groep: Naamgroep
    geslacht: str
    voornamen: str
    achternaam: str
    geboren: str
    postcode: str
    huisnummer: int
    telefoon: str | None
    bsn: str | None
    partnernaam: str | None = None


def describe(mens: Mens) -> Persoon:
    """Return a human as a melding without errors describes him."""
    gegevens: dict[str, object] = {"geslacht": mens.geslacht}
    if mens.telefoon:
        gegevens["telefoonnummers"] = (mens.telefoon,)
    return Persoon(
        rol=PersoonRol.GEZINSLID,
        bsn=mens.bsn,
        geslachtsnaam=mens.achternaam,
        voornamen=mens.voornamen,
        geboortedatum=mens.geboren,
        postcode=mens.postcode,
        huisnummer=mens.huisnummer,
        gegevens=gegevens,
    )


# --- people ----------------------------------------------------------------------------------------------------


class Region:
    """Make people, household by household."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311, a corpus must come out the same again
        self.people: list[Mens] = []
        self._households = 0
        self._bsns = iter(self.chance.sample(range(count_test_bsn()), count_test_bsn()))

    def fill(self, count: int) -> None:
        """Add households until there are ``count`` people."""
        while len(self.people) < count:
            self.household()
        del self.people[count:]

    def household(self) -> None:
        """Add one household: one or two adults, their children, sometimes twins or a parent."""
        chance, groep = self.chance, pick_groep(self.chance)
        self._households += 1
        place = self._place()
        born = TODAY - timedelta(days=chance.randint(19 * 365, 88 * 365))
        man = self.person(groep, "man" if chance.random() < 0.5 else "vrouw", born=born, place=place)
        if chance.random() < 0.4:
            return
        other = groep if chance.random() < 0.85 else pick_groep(chance)
        partner = self.person(
            other,
            "vrouw" if man.geslacht == "man" else "man",
            born=born + timedelta(days=chance.randint(-2500, 2500)),
            place=place,
        )
        if chance.random() < 0.5:
            partner.partnernaam = man.achternaam
        self._children(man, place)

    def _children(self, parent: Mens, place: tuple[str, int]) -> None:
        chance = self.chance
        born = date.fromisoformat(parent.geboren) + timedelta(days=chance.randint(20 * 365, 36 * 365))
        for _ in range(chance.choices((0, 1, 2, 3, 4, 6), (0.28, 0.22, 0.28, 0.12, 0.07, 0.03))[0]):
            born += timedelta(days=chance.randint(400, 1500))
            for _ in range(2 if chance.random() < 0.016 else 1):
                if born < TODAY:
                    self.child(parent, born, place)

    def child(self, parent: Mens, born: date, place: tuple[str, int]) -> Mens:
        """Add a child with the surname of a parent; some sons and daughters also have his or her given name."""
        geslacht = "man" if self.chance.random() < 0.5 else "vrouw"
        child = self.person(parent.groep, geslacht, born=born, place=place, achternaam=parent.achternaam)
        if geslacht == parent.geslacht and self.chance.random() < 0.03:
            child.voornamen = parent.voornamen
        elif self.people[-2].achternaam == child.achternaam:
            child.voornamen = _other_given_names(self.chance, self.people[-2], geslacht)
        return child

    def person(
        self, groep: Naamgroep, geslacht: str, *, born: date, place: tuple[str, int], achternaam: str | None = None
    ) -> Mens:
        """Add one human."""
        chance = self.chance
        geboren = born.isoformat()
        if chance.random() < groep.geschatte_datum:
            geboren = f"{born.year}-{chance.choice(('01-01', '01-01', '07-01'))}"
        adult = (TODAY - born).days > 14 * 365
        bsn_nr = next(self._bsns, None) if chance.random() < _BSN_KNOWN else None
        made = Mens(
            nr=len(self.people),
            huishouden=self._households,
            groep=groep,
            geslacht=geslacht,
            voornamen=pick_voornamen(chance, groep, geslacht),
            achternaam=achternaam or pick_achternaam(chance, groep),
            geboren=geboren,
            postcode=place[0],
            huisnummer=place[1],
            telefoon=f"06{chance.randint(10**7, 10**8 - 1)}" if adult and chance.random() < _PHONE_KNOWN else None,
            bsn=None if bsn_nr is None else test_bsn(bsn_nr),
        )
        self.people.append(made)
        return made

    def _place(self) -> tuple[str, int]:
        chance = self.chance
        letters = "".join(chance.choice("ABCDEGHJKLMNPRSTVWXZ") for _ in range(2))
        return f"{chance.randint(3000, 3299)}{letters}", chance.randint(1, 180)


# --- errors ----------------------------------------------------------------------------------------------------

Fout = Callable[[Random, Mens, Persoon], Persoon]


def _slip(chance: Random, word: str) -> str:
    """Return a word with one slip of the fingers; never the first letter twice as likely as another."""
    if len(word) < 3:
        return word + chance.choice(_LETTERS)
    at = chance.randrange(len(word))
    match chance.randrange(4):
        case 0:
            return word[:at] + chance.choice(_LETTERS) + word[at + 1 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + chance.choice(_LETTERS) + word[at:]
        case _:
            at = min(at, len(word) - 2)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _last_word(chance: Random, text: str) -> str:
    head, _, last = text.rpartition(" ")
    return f"{head} {_slip(chance, last)}".strip()


def _tikfout_achternaam(chance: Random, _: Mens, seen: Persoon) -> Persoon:
    return replace(seen, geslachtsnaam=_last_word(chance, seen.geslachtsnaam or ""))


def _tikfout_voornaam(chance: Random, _: Mens, seen: Persoon) -> Persoon:
    first, *rest = (seen.voornamen or "").split()
    return replace(seen, voornamen=" ".join((_slip(chance, first), *rest)))


def _dag_maand(_: Random, mens: Mens, seen: Persoon) -> Persoon:
    year, month, day = mens.geboren.split("-")
    # Only a day that can be a month is ever read as one.
    return replace(seen, geboortedatum=f"{year}-{day}-{month}") if int(day) <= 12 else seen


def _datum_ontbreekt(_: Random, __: Mens, seen: Persoon) -> Persoon:
    return replace(seen, geboortedatum=None)


def _datum_deels(chance: Random, mens: Mens, seen: Persoon) -> Persoon:
    return replace(seen, geboortedatum=mens.geboren[: chance.choice((4, 7))])


def _datum_cijfer(chance: Random, mens: Mens, seen: Persoon) -> Persoon:
    born = date.fromisoformat(mens.geboren)
    other = chance.choice((timedelta(days=1), timedelta(days=-1), timedelta(days=10), timedelta(days=-10), None))
    if other is None:
        return replace(seen, geboortedatum=f"{born.year + chance.choice((-10, -1, 1))}{mens.geboren[4:]}")
    return replace(seen, geboortedatum=(born + other).isoformat())


def _voorvoegsel(chance: Random, _: Mens, seen: Persoon) -> Persoon:
    """Leave voorvoegsels out or write them otherwise; who has none gets one that is not his."""
    words = (seen.geslachtsnaam or "").split()
    if len(words) == 1:
        return replace(seen, geslachtsnaam=f"{chance.choice(('van', 'de', 'el', 'van der'))} {words[0]}")
    others = ("", "v.d. ", "van de ", "van der ", "el ", "vd ")
    return replace(seen, geslachtsnaam=f"{chance.choice(others)}{words[-1]}")


def _dubbele_naam(chance: Random, mens: Mens, seen: Persoon) -> Persoon:
    partner = mens.partnernaam or pick_achternaam(chance, mens.groep)
    pair = (partner, seen.geslachtsnaam or "") if chance.random() < 0.7 else (seen.geslachtsnaam or "", partner)
    return replace(seen, geslachtsnaam=(" " if chance.random() < 0.2 else "-").join(pair))


def _partnernaam(chance: Random, mens: Mens, seen: Persoon) -> Persoon:
    return replace(seen, geslachtsnaam=mens.partnernaam or pick_achternaam(chance, mens.groep))


_KORT: Mapping[str, str] = MappingProxyType(
    {
        "Johannes": "Hans Jan Johan Joop", "Cornelis": "Kees Cor Nelis", "Hendrik": "Henk Rik Hein", "Willem": "Wim",
        "Pieter": "Piet Peter", "Jacob": "Jaap Koos", "Gerrit": "Ger Gert", "Maria": "Marie Mieke Ria",
        "Johanna": "Jo Annie Hanna", "Cornelia": "Corrie Nel", "Elisabeth": "Els Betty Liesbeth",
        "Catharina": "Toos Ina Katrien Rina", "Wilhelmina": "Willy Mien Helma", "Adriana": "Ada Jana",
        "Margaretha": "Greet Margriet Gretha", "Antonius": "Toon Ton Anton", "Adrianus": "Ad Adrie Arie",
        "Franciscus": "Frans Frank", "Gerardus": "Gerard Ger", "Wilhelmus": "Wim Willem", "Mohamed": "Mo Moh",
        "Abdelkader": "Kader Abdel", "Süleyman": "Sülo", "Katarzyna": "Kasia", "Krzysztof": "Krzys Chris",
        "Małgorzata": "Gosia", "Hendrika": "Riek Hennie", "Jacoba": "Coba", "Petronella": "Nel Ellie",
        "Geertruida": "Truus Trudy", "Thomas": "Tom", "Humphrey": "Humph", "Alessandra": "Sandra",
        "Aleksandra": "Ola", "Ibrahim": "Ibo", "Mustafa": "Mus Moes", "Abdellah": "Abdel", "Michiel": "Mike",
    }
)  # fmt: skip


def _voornaam_anders(chance: Random, _: Mens, seen: Persoon) -> Persoon:
    """Write the everyday name, the initial, or another of the given names first."""
    first, *rest = (seen.voornamen or "").split()
    kinds = [f"{first[0]}."]
    if first in _KORT:
        kinds += [chance.choice(_KORT[first].split())] * 3
    if rest:
        kinds += [" ".join((*rest, first)), rest[0]]
    return replace(seen, voornamen=chance.choice(kinds))


_SPELLINGS = (
    ("ou", "oe"), ("oe", "u"), ("u", "ou"), ("kh", "ch"), ("ch", "kh"), ("j", "y"), ("y", "j"), ("y", "i"), ("i", "y"),
    ("ss", "s"), ("s", "ss"), ("mm", "m"), ("q", "k"), ("k", "q"), ("e", "a"), ("a", "e"), ("ee", "ie"), ("i", "ie"),
    ("ij", "y"), ("ck", "k"), ("k", "ck"), ("sch", "sg"), ("d", "t"), ("t", "d"), ("w", "v"), ("v", "w"), ("z", "s"),
    ("dj", "j"), ("j", "dj"), ("h", "ch"), ("sz", "sh"), ("sz", "s"), ("ph", "f"), ("ts", "tz"), ("ae", "aa"),
    ("ijs", "ys"), ("uij", "ui"), ("ei", "ij"), ("ij", "ei"), ("ks", "x"), ("ł", "l"), ("ü", "u"), ("ö", "o"),
    ("ş", "sh"), ("ç", "ch"), ("ğ", "g"), ("ü", "ue"), ("\u0131", "i"),
)  # fmt: skip


def _respelled(chance: Random, name: str) -> str:
    """Return a name as another clerk spells it by ear."""
    found = [pair for pair in _SPELLINGS if pair[0] in name.casefold()]
    if not found:
        return name
    old, new = chance.choice(found)
    at = name.casefold().find(old)
    changed = name[:at] + new + name[at + len(old) :]
    return changed[:1].upper() + changed[1:]


def _transliteratie(chance: Random, _: Mens, seen: Persoon) -> Persoon:
    first, *rest = (seen.voornamen or "").split()
    *prefixes, last = (seen.geslachtsnaam or "").split()
    return replace(
        seen,
        voornamen=" ".join((_respelled(chance, first), *rest)),
        geslachtsnaam=" ".join((*prefixes, _respelled(chance, last))),
    )


def _omgewisseld(_: Random, __: Mens, seen: Persoon) -> Persoon:
    return replace(seen, voornamen=seen.geslachtsnaam, geslachtsnaam=seen.voornamen)


def _verhuisd(chance: Random, _: Mens, seen: Persoon) -> Persoon:
    postcode = f"{chance.randint(3000, 3299)}{chance.choice('ABCDEG')}{chance.choice('ABCDEG')}"
    return replace(seen, postcode=postcode, huisnummer=chance.randint(1, 180))


def _geen_adres(_: Random, __: Mens, seen: Persoon) -> Persoon:
    return replace(seen, postcode=None, huisnummer=None)


def _bsn_cijfer(chance: Random, mens: Mens, seen: Persoon) -> Persoon:
    if mens.bsn is None:
        return seen
    at = chance.randrange(3, len(mens.bsn))
    digit = chance.choice([one for one in "0123456789" if one != mens.bsn[at]])
    return replace(seen, bsn=mens.bsn[:at] + digit + mens.bsn[at + 1 :])


def _schoon(_: Random, __: Mens, seen: Persoon) -> Persoon:
    return seen


FOUTEN: Mapping[str, Fout] = MappingProxyType(
    {
        "geen fout": _schoon,
        "tikfout achternaam": _tikfout_achternaam,
        "tikfout voornaam": _tikfout_voornaam,
        "dag en maand omgewisseld": _dag_maand,
        "geboortedatum ontbreekt": _datum_ontbreekt,
        "geboortedatum deels": _datum_deels,
        "geboortedatum net anders": _datum_cijfer,
        "voorvoegsel": _voorvoegsel,
        "dubbele naam": _dubbele_naam,
        "naam van de partner": _partnernaam,
        "voornaam anders": _voornaam_anders,
        "transliteratie": _transliteratie,
        "voor- en achternaam omgewisseld": _omgewisseld,
        "verhuisd": _verhuisd,
        "geen adres": _geen_adres,
        "BSN een cijfer anders": _bsn_cijfer,
    }
)


# --- what is asked ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vraag:
    """A description that comes in: of whom it is (None: of somebody new), what was done to it, which half."""

    beschrijving: Persoon
    van: int | None
    soort: str
    ongezien: bool


def second_descriptions(region: Region, count: int, seed: int) -> Iterator[Vraag]:
    """Describe some people again, each with one kind of error and a third with a second one.

    A BSN is left out of two in three, a telephone number of half, later given names of half: as meldingen do.
    """
    chance = Random(seed)  # noqa: S311, a corpus must come out the same again
    kinds = list(FOUTEN)
    for at, mens in enumerate(chance.sample(region.people, count)):
        soort = kinds[at % len(kinds)]
        seen = describe(mens)
        bsn = soort.startswith("BSN") or chance.random() < 1 / 3
        gegevens = dict(seen.gegevens)
        if chance.random() < 0.5:
            gegevens.pop("telefoonnummers", None)
        if chance.random() < 0.5:
            seen = replace(seen, voornamen=(seen.voornamen or "").split()[0])
        if chance.random() > _ADDRESS_KNOWN:
            seen = replace(seen, postcode=None, huisnummer=None)
        seen = replace(seen, bsn=seen.bsn if bsn else None, gegevens=gegevens)
        seen = FOUTEN[soort](chance, mens, seen)
        if chance.random() < 1 / 3:
            seen = FOUTEN[chance.choice(("tikfout voornaam", "transliteratie", "verhuisd", "voorvoegsel"))](
                chance, mens, seen
            )
        yield Vraag(seen, mens.nr, soort, mens.huishouden % 2 == 1)


def new_people(region: Region, count: int, seed: int) -> Iterator[Vraag]:
    """Describe people who are not in the region yet, but look like somebody who is.

    A third is of nobody's kin, a third a brother or sister of somebody, a sixth a twin, a sixth a namesake elsewhere.
    """
    chance = Random(seed)  # noqa: S311, a corpus must come out the same again
    makers = (_stranger, _stranger, _sibling, _sibling, _twin, _namesake)
    for at, mens in enumerate(chance.sample(region.people, count)):
        maker = makers[at % len(makers)]
        made = describe(maker(chance, mens))
        made = replace(made, bsn=None)  # with one nobody would take him for another
        yield Vraag(made, None, maker.__name__.lstrip("_"), mens.huishouden % 2 == 1)


def _born(chance: Random, near: str | None = None) -> str:
    if near is not None:
        day = date.fromisoformat(near) + timedelta(days=chance.choice((-1, 1)) * chance.randint(330, 3000))
        return min(day, TODAY).isoformat()
    return (TODAY - timedelta(days=chance.randint(0, 88 * 365))).isoformat()


def _stranger(chance: Random, _: Mens) -> Mens:
    groep = pick_groep(chance)
    geslacht = chance.choice(("man", "vrouw"))
    return Mens(
        nr=-1,
        huishouden=-1,
        groep=groep,
        geslacht=geslacht,
        voornamen=pick_voornamen(chance, groep, geslacht),
        achternaam=pick_achternaam(chance, groep),
        geboren=f"{_born(chance)[:4]}-01-01" if chance.random() < groep.geschatte_datum else _born(chance),
        postcode=f"{chance.randint(3000, 3299)}{chance.choice('ABCDEG')}{chance.choice('HJKLMN')}",
        huisnummer=chance.randint(1, 180),
        telefoon=f"06{chance.randint(10**7, 10**8 - 1)}",
        bsn=None,
    )


def _sibling(chance: Random, mens: Mens) -> Mens:
    geslacht = chance.choice(("man", "vrouw"))
    named = _other_given_names(chance, mens, geslacht)
    return replace(mens, geslacht=geslacht, voornamen=named, geboren=_born(chance, mens.geboren), bsn=None)


def _twin(chance: Random, mens: Mens) -> Mens:
    geslacht = mens.geslacht if chance.random() < 0.6 else chance.choice(("man", "vrouw"))
    return replace(mens, geslacht=geslacht, voornamen=_other_given_names(chance, mens, geslacht), bsn=None)


def _other_given_names(chance: Random, mens: Mens, geslacht: str) -> str:
    """Return given names of which the first is another than that of a brother or sister, not only in its spelling."""
    while True:
        named = pick_voornamen(chance, mens.groep, geslacht)
        if named[:2] != mens.voornamen[:2]:
            return named


def _namesake(chance: Random, mens: Mens) -> Mens:
    other = _stranger(chance, mens)
    named = replace(other, voornamen=mens.voornamen, achternaam=mens.achternaam)
    return replace(named, groep=mens.groep, geslacht=mens.geslacht)


def namesakes(people: list[Mens], *, estimated: bool) -> tuple[int, int]:
    """Return how many people share surname, first given name and full birth date with another, and out of how many."""
    seen: dict[tuple[str, str, str], int] = {}
    those = [mens for mens in people if (mens.geboren[4:] in {"-01-01", "-07-01"}) is estimated]
    for mens in those:
        key = (mens.achternaam, mens.voornamen.split()[0], mens.geboren)
        seen[key] = seen.get(key, 0) + 1
    return sum(count for count in seen.values() if count > 1), len(those)


def surname_count(people: list[Mens]) -> int:
    """Return how many different surnames are borne."""
    return len({mens.achternaam for mens in people})


GROEP_AANDELEN = {groep.naam: groep.aandeel for groep in GROEPEN}
