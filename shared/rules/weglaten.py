"""How free text is cut for who may not know somebody: each place that tells who he is becomes ``[weggelaten]``.

The places are those of ``shared.rules.herkenning``. All that are found are cut, overlapping ones together, so that
the order of what is hidden does not matter and hiding more never shows more. Places that a person marked by hand
(``also``) are cut together with those that are found, on the text as it was written.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.rules.herkenning import Kenbaar, Words, all_names, fold, kind_of, sporen_of

WEGGELATEN = "[weggelaten]"
# What stands there instead in a text that would not fit any more: it is never longer than what it replaces.
_SHORT = "\u2026"

Place = tuple[int, int]
"""From where up to where, in Unicode code points; the end is not in it."""

Marked = Callable[[str, str], Sequence[Place]]
"""What was marked by hand in a text: asked with its JSON pointer and the text itself."""

_GAP_SIGNS_MAX = 8  # signs, beside blanks, that may stand between two words that belong together
_JOINS = frozenset(" \t.-'\u2019_/@")  # between two cut places these are cut with them
_CUT = re.compile(re.escape(WEGGELATEN))


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    start: int
    end: int
    joins: bool  # whether it can belong to the word before it


@dataclass(frozen=True, slots=True)
class Geknipt:
    """Texts without what tells who a hidden melder is, and under which protection of the melders that was done."""

    teksten: tuple[str, ...]
    stand: str


class Schaar:
    """Cuts texts by what was compiled once: all that tells of the hidden, save a name or street that is shared."""

    def __init__(self, hidden: Iterable[Kenbaar], shown: Iterable[Kenbaar] = ()) -> None:
        ours = frozenset(words for kenbaar in shown for words in all_names(sporen_of(kenbaar)))
        found = [sporen_of(kenbaar) for kenbaar in hidden]
        words = frozenset(words for sporen in found for words in sporen.woorden | (sporen.gedeeld - ours))
        self._codes = frozenset(code for sporen in found for code in sporen.codes)
        self._code_max = max(map(len, self._codes), default=0)
        self._sequences, self._lengths = words, _lengths_by_first(words)

    def cut(self, text: str, also: Iterable[Place] = (), *, most: int | None = None) -> tuple[str, int]:
        """Return the text without what tells who the hidden are, and in how many places it was cut.

        A result of more than ``most`` signs gets a shorter sign for what was cut: nothing is left off at the end, which
        would make what is shown there depend on what is hidden elsewhere.
        """
        places = self.merged(text, also)
        if not places:
            return text, 0
        found = _without(text, places, WEGGELATEN)
        if most is not None and len(found) > most:
            found = _without(text, places, _SHORT)
        return found, len(places)

    def merged(self, text: str, also: Iterable[Place] = ()) -> list[Place]:
        """Return the places that are cut, in order: none overlaps another, and what only joins two is cut with them."""
        return list(self._merged(text, also))

    def places(self, text: str) -> Iterator[Place]:
        """Yield every place of a text that tells who somebody is, in any order, overlapping."""
        words = _words(text)
        for index, word in enumerate(words):
            for length in self._lengths.get(word.folded, ()):
                chain = words[index : index + length]
                if len(chain) == length and _belong(chain) and tuple(one.folded for one in chain) in self._sequences:
                    yield word.start, chain[-1].end
            yield from self._codes_from(words, index)

    def _codes_from(self, words: list[_Word], index: int) -> Iterator[Place]:
        """Yield the codes that begin at a word, however they are spaced."""
        signs = ""
        for place in range(index, len(words)):
            word = words[place]
            signs += word.folded
            if len(signs) > self._code_max or (place > index and not word.joins):
                return
            if signs in self._codes:
                yield words[index].start, word.end

    def _merged(self, text: str, also: Iterable[Place]) -> Iterator[Place]:
        found = sorted((*self.places(text), *also))
        if not found:
            return
        start, end = found[0]
        for after_start, after_end in found[1:]:
            if after_start <= end or set(text[end:after_start]) <= _JOINS:
                end = max(end, after_end)
            else:
                yield start, end
                start, end = after_start, after_end
        yield start, end


def cut(text: str, hidden: Iterable[Kenbaar], shown: Iterable[Kenbaar] = ()) -> tuple[str, int]:
    """Return ``text`` without what tells who the ``hidden`` are, and in how many places it was cut.

    What a shown person shares with them as family name, street or town stays; their given names do not.
    """
    return Schaar(hidden, shown).cut(text)


def _nothing_marked(_: str, __: str) -> Sequence[Place]:
    return ()


def cut_deep(value: object, schaar: Schaar, marked: Marked = _nothing_marked, at: str = "") -> object:
    """Return a JSON value in which every text, however deep, was cut; ``at`` is the pointer to the value itself."""
    match value:
        case str():
            return schaar.cut(value, marked(at, value))[0]
        case Mapping():
            return {name: cut_deep(inner, schaar, marked, f"{at}/{name}") for name, inner in value.items()}
        case list() | tuple():
            return [cut_deep(inner, schaar, marked, f"{at}/{nr}") for nr, inner in enumerate(value)]
        case _:
            return value


def _without(text: str, places: Iterable[Place], sign: str) -> str:
    kept, at = [], 0
    for start, end in places:
        kept += [text[at:start], sign]
        at = end
    return "".join((*kept, text[at:]))


def _lengths_by_first(words: Iterable[Words]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for sequence in words:
        lengths.setdefault(sequence[0], set()).add(len(sequence))
    return {first: tuple(sorted(found)) for first, found in lengths.items()}


def _belong(chain: list[_Word]) -> bool:
    return all(after.joins for _, after in pairwise(chain))


def _words(text: str) -> list[_Word]:
    """Return the words of a text with their places; what was cut before is no word, and nothing joins across it."""
    found: list[_Word] = []
    at = 0
    for done in _CUT.finditer(text):
        _read(text, at, done.start(), found)
        at = done.end()
    _read(text, at, len(text), found)
    return found


def _read(text: str, start: int, end: int, found: list[_Word]) -> None:
    """Add the words between two places; the first of them belongs to none before it."""
    signs: list[str] = []
    kind, began, last, gap, first = "", start, start, 0, True
    for place in range(start, end):
        for sign in fold(text[place]):
            here = kind_of(sign)
            if here != kind and kind:
                found.append(_Word("".join(signs), began, last, joins=not first and gap <= _GAP_SIGNS_MAX))
                first, gap, signs = False, 0, []
            if here and here != kind:
                began = place
            if here:
                signs.append(sign)
                last = place + 1
            elif not sign.isspace():
                gap += 1
            kind = here
    if kind:
        found.append(_Word("".join(signs), began, last, joins=not first and gap <= _GAP_SIGNS_MAX))
