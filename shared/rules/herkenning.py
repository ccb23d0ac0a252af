"""By what a human can be recognised in free text: each way in which what we hold of him may be written down.

Text is compared word by word, without accents, case and punctuation: a word is a row of letters or a row of digits.
What is held becomes sequences of such words (names, dates, streets), and codes that are compared by their signs
only, however they are spaced (BSN, telephone, postcode, kenmerk). Nothing is guessed about misspellings.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product
from types import MappingProxyType

from shared.rules.codes import MelderCategorie, MelderSoort
from shared.rules.gemeenten import GEMEENTEN

Words = tuple[str, ...]

ALONE_MIN = 3  # a shorter name is only left out as a part of a whole one: "Li" is also the end of a line
_CODE_MIN = 4
_PHONE_MIN = 7
_STREET_ALONE_MIN = 4
_ORGANISATION_WORD_MIN = 5
_INITIALS_MAX = 5


def _words_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Letters that Unicode does not take apart.
_FOLDED = MappingProxyType({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th"})
_PARTICLES = _words_in(
    "van von de der den des het ter ten te in op aan bij onder uit voor over el al la le les du da di do dos del della "
    "ibn ben bin af zu zur"
)
_TITLES = _words_in(
    "mw mevr mevrouw dhr heer meneer mijnheer fam familie gezin juf juffrouw meester dr drs mr ing ir prof opa oma oom "
    "tante"
)
# What stands in the field of a name when nobody knows it: it names no one, and is all over any text.
_NOBODY = _words_in("onbekend onbekende nn nvt anoniem ongeboren baby kind kindje zuigeling moeder vader ouder")
# What many organisations are called first; the rest of the name is what tells them apart.
_GENERIC = _words_in(
    "stichting vereniging basisschool school college huisarts huisartsen huisartsenpraktijk praktijk ziekenhuis "
    "kinderdagverblijf kinderopvang opvang politie eenheid district team wijkteam gemeente gezondheidscentrum centrum "
    "apotheek vof bv nv ggz ggd dienst afdeling regio locatie"
)
_GIVEN_ENDINGS = ("", "s", "je", "tje", "atje", "jes", "tjes")  # Jantje is Jan
_FAMILY_ENDINGS = ("", "s")  # de Jansens, Jansens auto
_MONTHS = (
    ("januari", "jan"),
    ("februari", "feb", "febr"),
    ("maart", "mrt"),
    ("april", "apr"),
    ("mei",),
    ("juni", "jun"),
    ("juli", "jul"),
    ("augustus", "aug"),
    ("september", "sep", "sept"),
    ("oktober", "okt"),
    ("november", "nov"),
    ("december", "dec"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plek:
    """An address as we hold it; of a secret one the town is hidden too."""

    straat: str | None = None
    huisnummer: int | None = None
    huisletter: str | None = None
    huisnummertoevoeging: str | None = None
    postcode: str | None = None
    woonplaats: str | None = None
    geheim: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kenbaar:
    """What is held of one human, or of the organisation that he reports for, by which a reader recognises him."""

    voornamen: str | None = None
    voorvoegsel: str | None = None
    geslachtsnaam: str | None = None
    namen: tuple[str, ...] = ()  # names in one piece, such as "mw. A. de Vries"
    geboortedatum: str | None = None  # jjjj, jjjj-mm or jjjj-mm-dd
    bsn: str | None = None
    telefoonnummers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    plekken: tuple[Plek, ...] = ()
    organisaties: tuple[str, ...] = ()
    functies: tuple[str, ...] = ()
    kenmerken: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()  # words that somebody marked in a text: they tell wherever they stand again


@dataclass(frozen=True, slots=True)
class Sporen:
    """What to look for: sequences of words, those of them that a family or a street shares, and codes."""

    woorden: frozenset[Words]
    gedeeld: frozenset[Words]  # left alone where a shown person has the same
    codes: frozenset[str]


@lru_cache(maxsize=4096)
def fold(sign: str) -> str:
    """Return one sign as it is compared: small, without accent, and nothing for what cannot be seen."""
    kept = []
    for part in unicodedata.normalize("NFKD", sign):
        category = unicodedata.category(part)
        if category.startswith("M") or category == "Cf":
            continue
        kept.append(str(unicodedata.digit(part)) if part.isdigit() and not part.isascii() else part.casefold())
    return "".join(_FOLDED.get(part, part) for part in kept)


def kind_of(sign: str) -> str:
    """Return of what kind of word a folded sign is a part: letters, digits, or none (empty)."""
    if sign.isdigit():
        return "cijfer"
    return "letter" if sign.isalpha() else ""


def words_of(text: str) -> Words:
    """Return the words of a text as they are compared."""
    folded = "".join(fold(sign) for sign in text)
    return tuple("".join(signs) for kind, signs in groupby(folded, kind_of) if kind)


def sporen_of(kenbaar: Kenbaar) -> Sporen:
    """Return everything by which one human can be found in a text."""
    family = set(_family_names(kenbaar))
    woorden = {
        *_names(kenbaar, family),
        *(found for naam in kenbaar.namen for found in _one_piece(naam)),
        *_dates(kenbaar.geboortedatum),
        *(words_of(email) for email in kenbaar.emails),
        *(_spoken(email) for email in kenbaar.emails),
        *(found for naam in kenbaar.organisaties for found in _organisation(naam)),
        *(words_of(functie) for functie in kenbaar.functies),
        *(found for plek in kenbaar.plekken for found in _house(plek)),
    }
    gedeeld = {
        *_endings(family, _FAMILY_ENDINGS),
        *(found for naam in kenbaar.namen for found in _last_word(naam)),
        *(found for plek in kenbaar.plekken for found in _place(plek)),
        *(words_of(passage) for passage in kenbaar.passages),
    }
    codes = {
        *_number_codes(kenbaar.bsn),
        *(code for number in kenbaar.telefoonnummers for code in _phone(number)),
        *(_joined(plek.postcode) for plek in kenbaar.plekken if plek.postcode),
        *(code for plek in kenbaar.plekken for code in _postcode_and_house(plek)),
        *(_joined(kenmerk) for kenmerk in kenbaar.kenmerken),
        *_compact_dates(kenbaar.geboortedatum),
    }
    return Sporen(
        frozenset(found for found in woorden if _tells(found)),
        frozenset(found for found in gedeeld if _tells(found)),
        frozenset(code for code in codes if len(code) >= _CODE_MIN),
    )


def all_names(sporen: Sporen) -> frozenset[Words]:
    """Return every sequence by which a shown person is called: what others share with him is not hidden."""
    return sporen.woorden | sporen.gedeeld


def _tells(words: Words) -> bool:
    """Say whether a sequence says anything about somebody when it is found."""
    return bool(words) and (len(words) > 1 or len(words[0]) >= ALONE_MIN) and not set(words) <= _NOBODY | _PARTICLES


# --- names -----------------------------------------------------------------------------------------------------


def _family_names(kenbaar: Kenbaar) -> Iterator[Words]:
    """Yield the family name with and without what stands before it, its longer words, and written as one word."""
    name = words_of(kenbaar.geslachtsnaam or "")
    if not name:
        return
    whole = words_of(kenbaar.voorvoegsel or "") + name
    bare = name
    while len(bare) > 1 and bare[0] in _PARTICLES:
        bare = bare[1:]
    for form in (whole, name, bare):
        yield form
        yield ("".join(form),)
    yield from ((word,) for word in name if word not in _PARTICLES)


def _names(kenbaar: Kenbaar, family: Collection[Words]) -> Iterator[Words]:
    """Yield the given names, and the given names or initials with the family name, in both orders."""
    given = words_of(kenbaar.voornamen or "")
    # A short word of a family name, such as "Li", is known by the name or the title before it.
    surnames = _endings(family, _FAMILY_ENDINGS)
    before = set(_initials(given)) | ({given} | {(word,) for word in given} if given else set())
    yield from _endings({(word,) for word in given}, _GIVEN_ENDINGS)
    yield from _endings({given, ("".join(given),)} if given else set(), _GIVEN_ENDINGS)
    for first, last in product(before, surnames):
        if "".join(first + last) not in _NOBODY:
            yield first + last
            yield last + first
    yield from _titled(word for word in (*given, *(form[-1] for form in family)) if len(word) < ALONE_MIN)


def _initials(given: Words) -> Iterator[Words]:
    """Yield the initials: each row of first letters, apart and as one word, and the digraphs (Th., Ch., IJ.)."""
    letters = tuple(word[0] for word in given[:_INITIALS_MAX])
    for count in range(1, len(letters) + 1):
        yield letters[:count]
        yield ("".join(letters[:count]),)
    if given and given[0][:2] in {"th", "ch", "ph", "ij", "st"}:
        yield (given[0][:2],)


def _titled(short: Iterable[str]) -> Iterator[Words]:
    return ((title, word) for word in short for title in _TITLES if word not in _PARTICLES)


def _one_piece(naam: str) -> Iterator[Words]:
    """Yield a name of which nobody said what is the given name: whole, and each word but the last alone."""
    words = _untitled(naam)
    yield from _titled(word for word in words if len(word) < ALONE_MIN)
    if len(words) > 1:
        given = tuple(word for word in words[:-1] if word not in _PARTICLES)
        yield from _endings({words, ("".join(words),), *((word,) for word in given)}, _GIVEN_ENDINGS)
        for initials, last in product(_initials(given), _family_of(words)):
            yield (*initials, *last)
            yield (*last, *initials)


def _last_word(naam: str) -> Iterator[Words]:
    words = _untitled(naam)
    if words:
        yield from _endings(_family_of(words), _FAMILY_ENDINGS)


def _family_of(words: Words) -> set[Words]:
    """Return the last word with and without what stands before it: of "Anna de Vries" also "de Vries"."""
    first = len(words) - 1
    while first and words[first - 1] in _PARTICLES:
        first -= 1
    return {words[-1:], words[first:]}


def _untitled(naam: str) -> Words:
    words = words_of(naam)
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    return words


def _organisation(naam: str) -> Iterator[Words]:
    """Yield the name of an organisation, and what tells it apart from others of its kind."""
    words = words_of(naam)
    yield words
    own = words
    while own and own[0] in _GENERIC | _PARTICLES:
        own = own[1:]
    if own and own not in _TOWNS:
        yield own
    telling = {(word,) for word in own if len(word) >= _ORGANISATION_WORD_MIN and word not in _GENERIC}
    yield from telling - _TOWNS


_TOWNS = frozenset(words_of(gemeente.naam) for gemeente in GEMEENTEN.values())


def _endings(found: Iterable[Words], endings: Iterable[str]) -> set[Words]:
    return {(*words[:-1], words[-1] + ending) for words in found if words for ending in endings}


# --- dates -----------------------------------------------------------------------------------------------------


def _dates(geboortedatum: str | None) -> Iterator[Words]:
    """Yield a date of birth as it is written; a bare year is all over any text and is left."""
    year, month, day = _parts(geboortedatum)
    if not month:
        return
    years = (year, year[2:])
    months = (month, month.lstrip("0"), *_MONTHS[int(month) - 1])
    if not day:
        yield from ((word, year) for word in months)
        yield (year, month)
        return
    days = (day, day.lstrip("0"))
    yield from product(days, months, years)
    yield from product(days, ("e", "de", "ste"), months, years)
    yield from product((year,), months, days)
    yield from product(months[2:], days, years)


def _compact_dates(geboortedatum: str | None) -> Iterator[str]:
    year, month, day = _parts(geboortedatum)
    if day:
        yield day + month + year
        yield year + month + day


def _parts(geboortedatum: str | None) -> tuple[str, str, str]:
    parts = (*(geboortedatum or "").split("-"), "", "", "")
    year, month, day = parts[:3]
    sound = len(year) == len("jjjj") and (not month or (month.isdigit() and 1 <= int(month) <= len(_MONTHS)))
    return (year, month, day) if sound else ("", "", "")


# --- places and codes ------------------------------------------------------------------------------------------


def _house(plek: Plek) -> Iterator[Words]:
    """Yield the street with the number, as it is written on a letter."""
    if plek.straat is None or plek.huisnummer is None:
        return
    number = str(plek.huisnummer)
    behind = words_of((plek.huisletter or "") + " " + (plek.huisnummertoevoeging or ""))
    for street, between, tail in product(_street(plek.straat), _NUMBER_WORDS, {(), behind}):
        yield (*street, *between, number, *tail)


_NUMBER_WORDS: tuple[Words, ...] = ((), ("nr",), ("nummer",), ("no",), ("huisnummer",))


def _place(plek: Plek) -> Iterator[Words]:
    """Yield the street, and the town of a secret address: a family that lives there shares them."""
    for street in _street(plek.straat or ""):
        if len("".join(street)) >= _STREET_ALONE_MIN:
            yield street
    if plek.geheim and plek.woonplaats:
        yield words_of(plek.woonplaats)


def _street(straat: str) -> set[Words]:
    words = words_of(straat)
    if not words:
        return set()
    found = {words}
    for ending, short in (("straat", "str"), ("laan", "ln"), ("plein", "pln")):
        if words[-1].endswith(ending):
            found.add((*words[:-1], words[-1].removesuffix(ending) + short))
    return found


def _postcode_and_house(plek: Plek) -> Iterator[str]:
    if plek.postcode and plek.huisnummer is not None:
        postcode = _joined(plek.postcode)
        yield f"{postcode}{plek.huisnummer}"
        yield f"{postcode}{plek.huisnummer}{_joined(plek.huisletter or '')}{_joined(plek.huisnummertoevoeging or '')}"


def _number_codes(bsn: str | None) -> Iterator[str]:
    if bsn:
        code = _joined(bsn)
        yield code
        if code.isdigit():
            yield code.lstrip("0")
            yield code.zfill(9)


def _phone(number: str) -> Iterator[str]:
    """Yield a telephone number as it is dialled at home and from abroad."""
    digits = "".join(sign for sign in fold_all(number) if sign.isdigit())
    for prefix in ("0031", "31"):
        if digits.startswith(prefix) and len(digits) > _PHONE_MIN + len(prefix):
            digits = digits.removeprefix(prefix)
            break
    core = digits.lstrip("0")
    if len(core) >= _PHONE_MIN:
        yield from (before + core for before in ("", "0", "00", "31", "310", "0031", "00310"))


def _spoken(email: str) -> Words:
    local, _, domain = email.partition("@")
    return (*words_of(local), "at", *words_of(domain)) if domain else ()


def _joined(text: str) -> str:
    return "".join(words_of(text))


def fold_all(text: str) -> str:
    """Return a text as it is compared."""
    return "".join(fold(sign) for sign in text)


# --- what a kind of melder is called ---------------------------------------------------------------------------

# By these words a text often says what the melder is. They are proposed to who marks passages, and never cut by
# themselves: most of them also stand where they tell nothing. The lists are ours.
_HIMSELF = ("melder", "meldster", "melders", "beller", "anonieme melder")
_BY_SOORT: Mapping[MelderSoort, tuple[str, ...]] = MappingProxyType(
    {
        MelderSoort.PROFESSIONAL: ("collega", "collega's", "mijn organisatie", "onze organisatie"),
        MelderSoort.OMSTANDER: (
            "buur", "buren", "buurman", "buurvrouw", "buurtbewoner", "buurtgenoot", "naast", "hierboven", "hieronder",
            "overbuurman", "overbuurvrouw", "vriend", "vriendin", "kennis", "oma", "opa", "tante", "oom", "nicht",
            "neef", "zus", "broer", "schoonzus", "zwager", "schoonmoeder", "schoonvader", "oppas", "coach", "trainer",
        ),
        MelderSoort.BETROKKENE: ("zelf", "ikzelf", "mijn man", "mijn vrouw", "mijn ex", "mijn partner", "mijn kind"),
        MelderSoort.ONBEKEND: (),
    }
)  # fmt: skip
_BY_CATEGORIE: Mapping[MelderCategorie, tuple[str, ...]] = MappingProxyType(
    {
        MelderCategorie.JUSTITIE_EN_VEILIGHEID: (
            "politie", "agent", "agente", "wijkagent", "verbalisant", "verbalisanten", "recherche", "bureau",
        ),
        MelderCategorie.GEZONDHEIDSZORG: (
            "arts", "huisarts", "kinderarts", "dokter", "verpleegkundige", "verloskundige", "kraamzorg", "ziekenhuis",
            "spoedeisende hulp", "praktijk", "spreekuur", "patient", "consult", "tandarts", "apotheek", "ambulance",
        ),
        MelderCategorie.LOKAAL_VELD: (
            "wijkteam", "lokaal team", "maatschappelijk werker", "hulpverlener", "jongerenwerker", "woningcorporatie",
            "consulent", "huisbezoek", "client", "schuldhulp", "consultatiebureau",
        ),
        MelderCategorie.ONDERWIJS_EN_KINDEROPVANG: (
            "school", "leerkracht", "leraar", "lerares", "docent", "mentor", "juf", "meester", "klas", "groep",
            "intern begeleider", "schoolarts", "directeur", "leerling", "opvang", "peuterspeelzaal", "leidster", "bso",
            "pedagogisch medewerker", "zorgcoordinator",
        ),
        MelderCategorie.GECERTIFICEERDE_INSTELLING: (
            "jeugdbeschermer", "gezinsvoogd", "voogd", "jeugdreclassering", "jeugdbescherming",
        ),
        MelderCategorie.GGZ: (
            "behandelaar", "psycholoog", "psychiater", "therapeut", "therapie", "behandeling", "sessie", "kliniek",
        ),
        MelderCategorie.ANDERS: (),
    }
)  # fmt: skip


def rolwoorden(soort: MelderSoort, categorie: MelderCategorie) -> tuple[str, ...]:
    """Return the words by which a text often tells what a melder of this kind is."""
    # What a category is called says nothing of somebody who does not report from his work.
    work = _BY_CATEGORIE[categorie] if soort is MelderSoort.PROFESSIONAL else ()
    return (*_HIMSELF, *_BY_SOORT[soort], *work)
