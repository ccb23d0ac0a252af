"""Where a melding is, by what was told of merges and splits: the same in any order, and a plain partition."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.intake.domain.splitsen import RefusedError, Samenhang, UnknownMeldingError, let_return, split_off
from shared.events.catalogue import BY_PAYLOAD
from shared.events.envelope import Event
from shared.events.payloads import (
    AdviesGegeven,
    CasusGesplitst,
    CasusSamengevoegd,
    CasusVernietigd,
    EersteContactGelegd,
    Fact,
    MeldingOntvangen,
    TermijnVerstreken,
)
from shared.events.plaatsen import (
    ONTVANGEN,
    Plaatsen,
    Thuis,
    Verwijzing,
    Wijziging,
    joined,
    onderwerp_of,
    verhuizingen,
    wijziging_of,
)
from shared.rules.codes import MelderCategorie, MelderSoort, TermijnSoort, VernietigingReden

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def number(value: int) -> UUID:
    return UUID(int=value)


def event(casus: UUID, payload: Fact, nr: int = 1) -> Event:
    room = BY_PAYLOAD[type(payload)].publisher
    return Event(id=number(90_000 + nr), room=room, casus_id=casus, sequence=nr, time=NOW, payload=payload)


def received(melding: UUID) -> MeldingOntvangen:
    return MeldingOntvangen(
        melding_id=melding,
        ontvangen_op=NOW,
        gemeente_code="0599",
        melder_categorie=MelderCategorie.ANDERS,
        melder_soort=MelderSoort.PROFESSIONAL,
        hermelding=False,
        vorige_afsluiting_op=None,
        aantal_personen=1,
        aard_geweld=(),
    )


def heard(events: Iterable[Event]) -> Plaatsen:
    """Return the registers of a room that heard these facts one by one."""
    plaatsen = Plaatsen()
    for one in events:
        plaatsen = plaatsen.changed(wijziging_of(one))
    return plaatsen


class Region(RuleBasedStateMachine):
    """Intake as it decides, beside a partition of meldingen that anybody can follow, and a room that hears of it."""

    def __init__(self) -> None:
        super().__init__()
        self.made = 0
        self.volgorde = 0
        self.born: list[UUID] = []  # the older casussen first
        self.up: dict[UUID, UUID] = {}
        self.home: dict[UUID, UUID] = {}
        self.partition: dict[UUID, UUID] = {}
        self.merges: list[tuple[int, UUID, frozenset[UUID]]] = []
        self.taken_out: dict[UUID, int] = {}
        self.facts: list[Event] = []

    def _new(self) -> UUID:
        self.made += 1
        return number(self.made)

    def _tell(self, casus: UUID, payload: Fact) -> None:
        self.facts.append(event(casus, payload, len(self.facts) + 1))

    def _standing(self) -> list[UUID]:
        return [casus for casus in self.born if casus not in self.up]

    def _root(self, casus: UUID) -> UUID:
        while casus in self.up:
            casus = self.up[casus]
        return casus

    def _above(self, casus: UUID) -> list[UUID]:
        found = []
        while casus in self.up:
            casus = self.up[casus]
            found.append(casus)
        return found

    def _samenhang(self, casus: UUID) -> Samenhang:
        inside = {melding: self.home[melding] for melding, where in self.partition.items() if where == casus}
        below = {gone: into for gone, into in self.up.items() if self._root(gone) == casus}
        return Samenhang(casus_id=casus, opgegaan=below, meldingen=inside, verzoeken={})

    def _next(self) -> int:
        self.volgorde += 1
        return self.volgorde

    @rule(where=st.integers(0, 30), fresh=st.booleans())
    def a_melding_comes_in(self, where: int, fresh: bool) -> None:
        standing = self._standing()
        casus = self._new() if fresh or not standing else standing[where % len(standing)]
        if casus not in self.born:
            self.born.append(casus)
        melding = self._new()
        self.home[melding] = self.partition[melding] = casus
        self._tell(casus, received(melding))

    @precondition(lambda self: len(self._standing()) > 1)
    @rule(one=st.integers(0, 30), other=st.integers(0, 30))
    def two_become_one(self, one: int, other: int) -> None:
        standing = self._standing()
        count = len(standing)
        first, second = sorted((one % count, (one + 1 + other % (count - 1)) % count))
        stays, gone = standing[first], standing[second]
        moved = frozenset(melding for melding, where in self.partition.items() if where == gone)
        self.up[gone] = stays
        self.partition |= dict.fromkeys(moved, stays)
        volgorde = self._next()
        self.merges.append((volgorde, gone, moved))
        merge = CasusSamengevoegd(
            verdwenen_casus_id=gone, melding_ids=tuple(moved), samengevoegd_op=NOW, volgorde=volgorde
        )
        self._tell(stays, merge)

    @precondition(lambda self: self._standing())
    @rule(where=st.integers(0, 30), mask=st.integers(1, 255))
    def some_are_taken_out(self, where: int, mask: int) -> None:
        standing = self._standing()
        casus = standing[where % len(standing)]
        samenhang = self._samenhang(casus)
        asked = [melding for place, melding in enumerate(samenhang.meldingen) if mask >> (place % 8) & 1]
        try:
            going = split_off(samenhang, asked).melding_ids
        except RefusedError:
            assert len(asked) == len(samenhang.meldingen)
            return
        if not going:
            return
        new, volgorde = self._new(), self._next()
        self.born.append(new)
        self.home |= dict.fromkeys(going, new)
        self.partition |= dict.fromkeys(going, new)
        self.taken_out |= dict.fromkeys(going, volgorde)
        self._split(casus, new, going, volgorde, restores=False)

    @precondition(lambda self: self.merges)
    @rule(which=st.integers(0, 30))
    def a_merge_is_undone(self, which: int) -> None:
        place = which % len(self.merges)
        since, gone, brought = self.merges[place]
        casus = self._root(gone)
        # What it brought and still stands there, unless somebody took it out since.
        expected = {
            melding
            for melding in brought
            if self.partition[melding] == casus and self.taken_out.get(melding, 0) < since
        }
        try:
            going = let_return(self._samenhang(casus), gone)
        except RefusedError:
            everything = {melding for melding, where in self.partition.items() if where == casus}
            assert not expected or expected == everything
            return
        assert going.melding_ids == expected
        # It leaves those through which it came here: whatever becomes of it next, they do not bring it back.
        above = self._above(gone)
        self.merges = [
            (nr, other, brought - expected if other in above else brought)
            for nr, other, brought in self.merges
            if other != gone
        ]
        del self.up[gone]
        self.partition |= dict.fromkeys(expected, gone)
        self._split(casus, gone, expected, self._next(), restores=True)

    def _split(self, casus: UUID, new: UUID, going: Iterable[UUID], volgorde: int, *, restores: bool) -> None:
        split = CasusGesplitst(
            nieuwe_casus_id=new,
            melding_ids=tuple(going),
            gesplitst_op=NOW,
            herstelt_samenvoeging=restores,
            volgorde=volgorde,
        )
        self._tell(casus, split)

    @precondition(lambda self: self.partition)
    @rule(which=st.integers(0, 60), stale=st.integers(0, 30))
    def another_room_tells_of_a_melding_under_some_casus(self, which: int, stale: int) -> None:
        melding = list(self.partition)[which % len(self.partition)]
        told = EersteContactGelegd(overdracht_id=number(5), melding_id=melding, tijdstip=NOW)
        self._tell(self.born[stale % len(self.born)], told)

    @invariant()
    def nothing_is_lost_and_no_casus_stands_empty(self) -> None:
        assert set(self.partition.values()) <= set(self._standing())

    @invariant()
    def a_room_that_heard_all_in_any_order_has_the_same_partition(self) -> None:
        shuffled = list(self.facts)
        random.Random(len(shuffled)).shuffle(shuffled)
        for order in (self.facts, shuffled, [*reversed(self.facts), *shuffled[:3]]):
            plaatsen = heard(order)
            assert {melding: plaatsen.place(melding) for melding in self.partition} == self.partition
            assert all(plaatsen.standing(casus) == self._root(casus) for casus in self.born)


Region.TestCase.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
TestRegion = Region.TestCase


def test_what_went_back_and_up_again_by_itself_stays_when_the_casus_through_which_it_first_came_goes_back() -> None:
    region = Region()
    for _ in range(3):
        region.a_melding_comes_in(where=0, fresh=True)
    region.two_become_one(one=1, other=0)  # the third in the second
    region.two_become_one(one=0, other=0)  # and the second in the first
    region.a_merge_is_undone(which=0)
    region.two_become_one(one=0, other=0)  # the third in the first

    region.a_merge_is_undone(which=0)

    first, second, third = region.born
    assert list(region.partition.values()) == [first, second, first]
    assert region.up == {third: first}
    region.a_room_that_heard_all_in_any_order_has_the_same_partition()


# --- examples ---------------------------------------------------------------------------------------------------

S, G, N, M1, M2 = (number(one) for one in (1, 2, 3, 11, 12))


def merge(volgorde: int, *, gone: UUID = G, stays: UUID = S) -> Event:
    payload = CasusSamengevoegd(verdwenen_casus_id=gone, melding_ids=(), samengevoegd_op=NOW, volgorde=volgorde)
    return event(stays, payload, volgorde)


def split(volgorde: int, *meldingen: UUID, new: UUID = N, restores: bool = False) -> Event:
    payload = CasusGesplitst(
        nieuwe_casus_id=new,
        melding_ids=meldingen,
        gesplitst_op=NOW + timedelta(hours=volgorde),
        herstelt_samenvoeging=restores,
        volgorde=volgorde,
    )
    return event(S, payload, volgorde)


def test_what_is_moved_is_what_stood_elsewhere_before() -> None:
    before = heard([event(G, received(M1)), event(S, received(M2)), merge(1)])

    (step,) = verhuizingen(before, before.changed(wijziging_of(split(2, M1))))

    assert (step.van, step.naar, step.onderwerp_ids, step.casus_ids, step.alles) == (
        S,
        N,
        frozenset({M1}),
        frozenset(),
        False,
    )


def test_a_casus_that_stands_again_takes_what_was_told_of_it_along_and_a_merge_takes_everything() -> None:
    apart = heard([event(G, received(M1)), event(S, received(M2))])
    joint = apart.changed(wijziging_of(merge(1)))
    again = joint.changed(wijziging_of(split(2, M1, new=G, restores=True)))

    (there,), (back,) = verhuizingen(apart, joint), verhuizingen(joint, again)

    assert (there.van, there.naar, there.alles) == (G, S, True)
    assert (back.van, back.naar, back.casus_ids, back.onderwerp_ids, back.alles) == (
        S,
        G,
        frozenset({G}),
        frozenset({M1}),
        False,
    )


def test_a_destroyed_casus_keeps_what_was_in_it_whenever_the_merge_is_heard() -> None:
    destroyed = CasusVernietigd(
        vernietiging_id=number(7),
        reden=VernietigingReden.VERZOEK,
        vernietigd_op=NOW,
        volgorde=3,
        verdwenen_casus_ids=(G,),
        melding_ids=(M1, M2),
    )
    facts = [event(G, received(M1)), event(S, received(M2)), event(S, destroyed), merge(1)]

    assert {heard(facts).place(M1), heard(facts[::-1]).place(M1)} == {S}


def test_a_casus_that_was_split_off_is_destroyed_alone_also_when_the_split_is_heard_later() -> None:
    destroyed = CasusVernietigd(
        vernietiging_id=number(7),
        reden=VernietigingReden.VERZOEK,
        vernietigd_op=NOW,
        volgorde=3,
        melding_ids=(M1,),
    )
    before = heard([event(G, received(M1)), event(S, received(M2)), merge(1)])

    after = before.changed(wijziging_of(event(G, destroyed)))

    assert (after.place(M1), after.standing(G), after.place(M2)) == (G, G, S)


@pytest.mark.parametrize("soort", TermijnSoort)
def test_the_clock_of_a_request_is_about_that_request_and_every_other_about_its_melding(soort: TermijnSoort) -> None:
    told = TermijnVerstreken(termijn_id=number(8), soort=soort, melding_id=M1, gemeente_code="0599", uiterlijk=NOW)
    of_verzoek = soort in {TermijnSoort.DOSSIERVERZOEK, TermijnSoort.VERNIETIGINGSVERZOEK}

    assert onderwerp_of(told) == (number(8) if of_verzoek else M1)


def test_an_advies_is_about_no_casus() -> None:
    advies = AdviesGegeven(
        advies_id=M1, gegeven_op=NOW, gemeente_code=None, adviesvrager_categorie=MelderCategorie.ANDERS, kanaal="chat"
    )

    assert onderwerp_of(advies) is None
    assert wijziging_of(event(M1, advies)).onderwerpen == {}


@given(st.permutations([1, 2, 3, 4]))
def test_changes_that_come_together_are_the_same_as_one_by_one(order: Sequence[int]) -> None:
    known = {1: event(G, received(M1)), 2: merge(1), 3: split(2, M1), 4: split(3, M1, new=G)}
    events = [known[place] for place in order]

    assert Plaatsen().changed(joined(map(wijziging_of, events))) == heard(events)


def test_who_takes_out_what_does_not_stand_there_hears_which() -> None:
    samenhang = Samenhang(casus_id=S, opgegaan={}, meldingen={M1: S, M2: S}, verzoeken={})

    with pytest.raises(UnknownMeldingError) as refused:
        split_off(samenhang, [M1, N, G])

    assert refused.value.plaatsen == (1, 2)


def test_what_is_split_off_leaves_before_the_rest_of_its_casus_goes_up_in_another() -> None:
    old, stays, fresh, melding = map(number, (1, 0, 3, 9))
    before = Plaatsen({}, {melding: Thuis(old, ONTVANGEN)})
    merged = Wijziging({old: Verwijzing(stays, 1, NOW)}, {})
    split = Wijziging({}, {melding: Thuis(fresh, 2)})

    steps = verhuizingen(before, before.changed(joined([merged, split])))

    assert [(step.van, step.naar, step.alles) for step in steps] == [(old, fresh, False), (old, stays, True)]
