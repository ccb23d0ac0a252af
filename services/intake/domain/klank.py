"""How a name is written and how it sounds: the same name from two pens, brought to one form.

A name is folded (no case, no accents), cut in words, freed of voorvoegsels, and turned into a sound: a skeleton of
consonants in which spellings of one sound fall together. It is made for names as they are written in the
Netherlands: Dutch (ij/y, ck/k, sch/s, dt/t), and Turkish, Arabic, Berber, Surinamese and Polish names as Dutch and
other clerks spell them (Mohammed/Muhamad, Joesoef/Yusuf, Achmed/Ahmet, Kowalski/Kovalsky). Different names may sound
alike: a sound only finds people who are then compared by what is really written.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Also as they are abbreviated; a word of one letter before a name is one too ("v. d. Berg").
_VOORVOEGSELS = (
    "aan al af ait bij d da de dem den der des di do dos du el en het in la le les lo onder op over s t te ten ter "
    "tot uit van vd vande vanden vander ver von voor zu zum zur"
)
VOORVOEGSELS = frozenset(_VOORVOEGSELS.split())
_NO_DECOMPOSITION = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h"}
)
_APOSTROPHES = re.compile("['`\u2018\u2019\u00b4\u02bc]")
_BETWEEN_NAMES = re.compile("[-\u2013\u2014/]")
_REMEMBERED = 65_536

# In this order. Every line is one way in which a sound is written otherwise.
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(.)\1+", r"\1"),  # Janssen, Jansen; Mohammed, Mohamed
        (r"ph", "f"),
        (r"d?zj|dj", "j"),  # Djamila, Jamila
        (r"th|dt|d", "t"),  # Ahmed, Ahmet; Smidt, Smit
        (r"x", "ks"),
        (r"ck|q(?=u)|q", "k"),
        (r"sch(?=[lmnrw])|sch$|sch(?=en?$)", "s"),  # Schmidt, Bosch, Bosschen
        (r"sch", "sg"),
        (r"tsj|tsh|sh|sj|sz|cz", "s"),  # Shahin, Sahin; Szymanski
        (r"[kgc]h", "g"),  # Khalid, Chalid
        (r"c(?=[eiy])", "s"),  # Celik
        (r"c", "k"),
        (r"z", "s"),
        (r"[vw]", "f"),  # Kowalski, Kovalski
        (r"h$", ""),  # Sarah, Sara
        (r"(?<!^)h", "g"),  # Ahmed, Achmed
        (r"^y", "j"),  # Yusuf, Joesoef
        (r"b$", "p"),  # Jacob, Jakop
        (r"^[aeiou]+", "a"),  # Oemar, Umar
        (r"(?<!^)[aeiouyj]", ""),  # what vowels are between the consonants differs most
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(_REMEMBERED)
def folded(text: str) -> str:
    """Return a text without case, accents and signs, its words apart by one space."""
    # Small before and after: what Unicode takes apart can be capitals ("㎴" is "pV"), and a small sign can be two.
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_NO_DECOMPOSITION)
    decomposed = unicodedata.normalize("NFKD", apart).casefold()
    plain = _APOSTROPHES.sub("", "".join(sign for sign in decomposed if not unicodedata.combining(sign)))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


@lru_cache(_REMEMBERED)
def surnames(geslachtsnaam: str) -> tuple[str, ...]:
    """Return the names in a surname without their voorvoegsels: ``Jansen-de Vries`` gives ``jansen`` and ``vries``.

    Words that follow each other without a sign or voorvoegsel between them are one name (``Ben Ali``).
    """
    found: list[str] = []
    for segment in _BETWEEN_NAMES.split(geslachtsnaam):
        found += _parts(folded(segment).split())
    return tuple(dict.fromkeys(found))


def _parts(words: list[str]) -> Iterator[str]:
    """Cut the words of one surname where a voorvoegsel stands; one of nothing else is a name after all."""
    part: list[str] = []
    any_part = False
    for word in words:
        if word in VOORVOEGSELS or (len(word) == 1 and not part):
            if part:
                any_part = True
                yield "".join(part)
            part = []
        else:
            part.append(word)
    if part:
        yield "".join(part)
    elif not any_part and words:
        yield "".join(words)


@lru_cache(_REMEMBERED)
def given_names(voornamen: str) -> tuple[str, ...]:
    """Return the given names; one letter is an initial (``J.P.`` gives ``j`` and ``p``)."""
    return name_words(voornamen, keep_initials=True)


@lru_cache(_REMEMBERED)
def name_words(name: str, *, keep_initials: bool = False) -> tuple[str, ...]:
    """Return the words of a name without voorvoegsels; one of nothing else keeps them."""
    words = folded(name).split()
    kept = [word for word in words if word not in VOORVOEGSELS and (keep_initials or len(word) > 1)]
    if keep_initials and words and len(words[0]) == 1 and words[0] != (kept or words)[0]:
        kept = words  # "T. van Dam" begins with an initial that also is a voorvoegsel
    return tuple(kept or words)


@lru_cache(_REMEMBERED)
def klank(name: str) -> str:
    """Return how one folded name sounds."""
    sound = name
    for pattern, written in _SPELLINGS:
        sound = pattern.sub(written, sound)
    return sound
