"""Measure on the made corpus how well people are found again, and what that costs."""

import resource
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench.matching.corpus import (
    FOUTEN,
    Region,
    Vraag,
    describe,
    namesakes,
    new_people,
    second_descriptions,
    surname_count,
)
from bench.matching.opslag import measure_storage
from bench.stand import Stand
from services.intake.domain.matching import JOINING, compared_values
from services.intake.domain.melding import Persoon
from services.intake.domain.vergelijken import VOORSTEL, ZEKER, Kenmerken, Niveau, Vergelijking, compare, kenmerken_of
from services.intake.domain.zoeksleutels import KANDIDATEN_MAX, search_keys
from shared.crypto import normalised

PEOPLE = 200_000
AGAIN = 16_000
NEW = 6_000
SEED = 20260302


@dataclass(slots=True)
class Uitkomst:
    """What was found for one description."""

    vraag: Vraag
    deur: frozenset[int]  # whom the exact keys of the door join
    gewogen: dict[int, Vergelijking]


class Index:
    """The people of the region by their keys, as the table of search keys holds them."""

    def __init__(self, kenmerken: Sequence[Kenmerken]) -> None:
        self.kenmerken = kenmerken
        self._by_key: dict[int, list[int]] = defaultdict(list)
        for nr, one in enumerate(kenmerken):
            for key in search_keys(one):
                self._by_key[hash(key)].append(nr)

    def candidates(self, who: Kenmerken) -> list[int]:
        """Return who shares a key, those who share most first, as many as the worker opens."""
        hits = Counter(nr for key in search_keys(who) for nr in self._by_key.get(hash(key), ()))
        return [nr for nr, _ in hits.most_common(KANDIDATEN_MAX)]

    def blocks(self) -> list[int]:
        """Return how many people stand under each key, the most first."""
        return sorted((len(found) for found in self._by_key.values()), reverse=True)


@dataclass(slots=True)
class Corpus:
    """The region, its index, and what is asked."""

    region: Region
    index: Index
    deur: dict[tuple[str, ...], list[int]]
    vragen: list[Vraag]


def make_corpus(people: int = PEOPLE, again: int = AGAIN, new: int = NEW, seed: int = SEED) -> Corpus:
    """Make the region and the descriptions that come in."""
    region = Region(seed)
    region.fill(people)
    known = [describe(mens) for mens in region.people]
    deur: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for nr, persoon in enumerate(known):
        for key in _door_keys(persoon):
            deur[key].append(nr)
    index = Index([kenmerken_of(persoon) for persoon in known])
    vragen = [*second_descriptions(region, again, seed + 1), *new_people(region, new, seed + 2)]
    return Corpus(region, index, deur, vragen)


def _door_keys(persoon: Persoon) -> list[tuple[str, ...]]:
    values = compared_values(persoon)
    return [(soort, *map(normalised, values[soort])) for soort in JOINING if soort in values]


def ask(corpus: Corpus, vragen: Sequence[Vraag]) -> tuple[list[Uitkomst], list[float]]:
    """Look up and weigh every description; return what was found and the milliseconds of each."""
    found, spent = [], []
    for vraag in vragen:
        begin = time.perf_counter()
        who = kenmerken_of(vraag.beschrijving)
        candidates = corpus.index.candidates(who)
        weighed = {nr: compare(who, corpus.index.kenmerken[nr]) for nr in candidates}
        spent.append((time.perf_counter() - begin) * 1000)
        joined = _joined(corpus, vraag, who)
        found.append(Uitkomst(vraag, joined, weighed))
    return found, spent


def _joined(corpus: Corpus, vraag: Vraag, who: Kenmerken) -> frozenset[int]:
    """Return whom the door joins: by the strongest key that finds anybody, unless the BSN says that it is another."""
    for key in _door_keys(vraag.beschrijving):
        hits = corpus.deur.get(key, [])
        same = [nr for nr in hits if Niveau.BSN_ANDERS not in compare(who, corpus.index.kenmerken[nr]).niveaus]
        if same:
            return frozenset(same)
    return frozenset()


@dataclass(frozen=True, slots=True)
class Maat:
    """Precision and recall at one border."""

    precisie: float
    recall: float
    goed: int
    fout: int


def rate(found: Sequence[Uitkomst], border: float, *, zeker: bool = False) -> Maat:
    """Rate all pairs from a border on, or only those of which we are sure; what the door joins counts as found."""
    good = bad = 0
    wanted = sum(one.vraag.van is not None for one in found)
    for one in found:
        pairs = {
            nr for nr, pair in one.gewogen.items() if pair.score >= border and (pair.zeker or not zeker)
        } | one.deur
        good += one.vraag.van in pairs
        bad += len(pairs - {one.vraag.van})
    return Maat(good / max(1, good + bad), good / max(1, wanted), good, bad)


def measure_matching(where: Stand) -> None:
    """Measure on the made corpus in memory, and what one melding takes in PostgreSQL."""
    measure_corpus()
    measure_storage(where)


def measure_corpus() -> None:
    """Print the tables of the corpus."""
    begin = time.perf_counter()
    corpus = make_corpus()
    made = time.perf_counter() - begin
    print_corpus(corpus, made)
    for ongezien in (False, True):
        vragen = [vraag for vraag in corpus.vragen if vraag.ongezien is ongezien]
        found, spent = ask(corpus, vragen)
        print(f"\n### {'Unseen half' if ongezien else 'Half to tune on'} ({len(vragen)} descriptions)\n")
        print_borders(found)
        if ongezien:
            print_cost(found, spent)
            print_kinds(found)


def print_corpus(corpus: Corpus, seconds: float) -> None:
    """Print what the corpus is like."""
    people = corpus.region.people
    print(f"{len(people)} people, {surname_count(people)} surnames, made and indexed in {seconds:.0f} s")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for estimated, name in ((False, "other birth dates"), (True, "1 January and 1 July")):
        same, total = namesakes(people, estimated=estimated)
        print(f"share surname, first given name and full birth date with another, {name}: {same} of {total}")
    blocks = corpus.index.blocks()
    print(f"people under one search key: most {blocks[0]}, keys above 100: {sum(b > 100 for b in blocks)}")


def print_borders(found: Sequence[Uitkomst]) -> None:
    """Print precision and recall at the two borders, and around them."""
    print("| border (bits) | precision | recall | right pairs | wrong pairs |\n|---|---|---|---|---|")
    deur = rate(found, 1e9)
    print(f"| the door alone | {deur.precisie:.4f} | {deur.recall:.4f} | {deur.goed} | {deur.fout} |")
    sure = rate(found, ZEKER, zeker=True)
    name = f"**zeker** ({ZEKER:.0f}, nothing against)"
    print(f"| {name} | {sure.precisie:.4f} | {sure.recall:.4f} | {sure.goed} | {sure.fout} |")
    for border in sorted({12.0, 14.0, VOORSTEL, 18.0, 21.0, 24.0, ZEKER}):
        maat = rate(found, border)
        name = " **voorstel**" if border == VOORSTEL else ""
        print(f"| {border:.0f}{name} | {maat.precisie:.4f} | {maat.recall:.4f} | {maat.goed} | {maat.fout} |")


def print_cost(found: Sequence[Uitkomst], spent: Sequence[float]) -> None:
    """Print how many candidates were looked at, and how long that took."""
    seen, times = sorted(len(one.gewogen) for one in found), sorted(spent)
    wanted = [one for one in found if one.vraag.van is not None]
    blocked = sum(one.vraag.van in one.gewogen for one in wanted)
    print(f"\nthe right one is among the candidates: {blocked / len(wanted):.4f}")
    for name, values in (("candidates per person", seen), ("ms per person", times)):
        mean = sum(values) / len(values)
        print(f"{name}: mean {mean:.2f}, p95 {values[int(len(values) * 0.95)]:.2f}, most {values[-1]:.2f}")


def print_kinds(found: Sequence[Uitkomst]) -> None:
    """Print recall for each kind of error, and wrong pairs for each kind of newcomer."""
    print("\n| error in the second description | n | among the candidates | recall zeker | recall voorstel |")
    print("|---|---|---|---|---|")
    for soort in FOUTEN:
        those = [one for one in found if one.vraag.soort == soort]
        blocked = sum(one.vraag.van in one.gewogen or one.vraag.van in one.deur for one in those) / len(those)
        sure, shown = rate(those, ZEKER, zeker=True), rate(those, VOORSTEL)
        print(f"| {soort} | {len(those)} | {blocked:.3f} | {sure.recall:.3f} | {shown.recall:.3f} |")
    print("\n| somebody new | n | wrongly zeker | wrongly proposed |\n|---|---|---|---|")
    for soort in sorted({one.vraag.soort for one in found if one.vraag.van is None}):
        those = [one for one in found if one.vraag.soort == soort]
        print(f"| {soort} | {len(those)} | {rate(those, ZEKER, zeker=True).fout} | {rate(those, VOORSTEL).fout} |")
