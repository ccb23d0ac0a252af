"""Who holds sight of safety, as examples and as properties. No mocks: the module is pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.handover.domain.zicht import (
    FeitSoort,
    Houder,
    Periode,
    Samenvoeging,
    Zichtboek,
    ZichtFeit,
    current,
    timeline,
)

VT = Houder("vtrr", "veilig-thuis")
STAYS, VANISHED, THIRD = (UUID(int=number) for number in (1, 2, 3))
START = datetime(2026, 3, 2, tzinfo=UTC)


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def involved(hour: float, casus: UUID = STAYS) -> ZichtFeit:
    return ZichtFeit(FeitSoort.BETROKKEN, at(hour), casus)


def closed(hour: float, casus: UUID = STAYS) -> ZichtFeit:
    return ZichtFeit(FeitSoort.AFGESLOTEN, at(hour), casus)


def accepted(hour: float, who: str, casus: UUID = STAYS, nr: int = 0) -> ZichtFeit:
    return ZichtFeit(FeitSoort.GEACCEPTEERD, at(hour), casus, nr, Houder(who, "opvang", UUID(int=100 + nr)))


def taken_back(hour: float, who: str, nr: int | None = None) -> ZichtFeit:
    """Take back what somebody holds by one overdracht, or by all of his."""
    by = None if nr is None else UUID(int=100 + nr)
    return ZichtFeit(FeitSoort.TERUGGENOMEN, at(hour), STAYS, houder=Houder(who, "opvang", by))


def book(*feiten: ZichtFeit, merges: Sequence[Samenvoeging] = ()) -> Zichtboek:
    return Zichtboek(VT, feiten, tuple(merges))


def hour_of(moment: datetime) -> float:
    return (moment - START) / timedelta(hours=1)


def shown(boek: Zichtboek, casus: UUID = STAYS) -> list[tuple[str, float, float | None]]:
    return [
        (row.houder.organisatie_id, hour_of(row.vanaf), hour_of(row.tot) if row.tot else None)
        for row in timeline(boek, casus)
    ]


# --- examples ---------------------------------------------------------------------------------------------------


def test_veilig_thuis_holds_from_the_first_fact() -> None:
    assert shown(book(involved(1), involved(2))) == [("vtrr", 1, None)]


def test_an_acceptance_moves_it_and_a_new_melding_leaves_it_there() -> None:
    assert shown(book(involved(1), accepted(2, "a"), involved(3))) == [("vtrr", 1, 2), ("a", 2, None)]


def test_closing_ends_what_veilig_thuis_holds() -> None:
    assert shown(book(involved(1), closed(2))) == [("vtrr", 1, 2)]


def test_closing_leaves_it_with_a_receiver_who_holds() -> None:
    assert shown(book(involved(1), accepted(2, "a"), closed(3))) == [("vtrr", 1, 2), ("a", 2, None)]


def test_a_melding_after_the_closing_makes_veilig_thuis_the_holder_again() -> None:
    assert shown(book(involved(1), closed(2), involved(5))) == [("vtrr", 1, 2), ("vtrr", 5, None)]


def test_a_fact_that_was_overtaken_by_the_closing_does_not_open_the_casus_again() -> None:
    assert shown(book(closed(3), involved(2))) == [("vtrr", 2, 3)]


def test_a_melding_that_knows_the_closing_counts_after_it_even_at_the_same_moment() -> None:
    reopened = ZichtFeit(FeitSoort.HEROPEND, at(2), STAYS)

    assert shown(book(involved(1), closed(2), reopened)) == [("vtrr", 1, None)]


def test_of_two_acceptances_at_one_moment_the_one_recorded_last_holds() -> None:
    assert shown(book(involved(1), accepted(2, "b", nr=2), accepted(2, "a", nr=1))) == [
        ("vtrr", 1, 2),
        ("b", 2, None),
    ]


def test_a_holder_who_accepts_again_goes_on_without_a_break() -> None:
    assert shown(book(involved(1), accepted(2, "a", nr=1), accepted(3, "a", nr=2))) == [
        ("vtrr", 1, 2),
        ("a", 2, None),
    ]


def test_at_a_merge_the_holder_of_the_staying_casus_stays() -> None:
    merge = Samenvoeging(VANISHED, STAYS, at(5))
    boek = book(involved(3), involved(1, VANISHED), accepted(2, "b", VANISHED), merges=[merge])

    assert shown(boek) == [("vtrr", 1, 2), ("b", 2, 3), ("vtrr", 3, None)]


def test_at_a_merge_the_vanished_casus_gives_its_holder_when_the_staying_one_has_none() -> None:
    merge = Samenvoeging(VANISHED, STAYS, at(5))
    boek = book(involved(1), closed(2), involved(1, VANISHED), accepted(3, "b", VANISHED), merges=[merge])

    assert shown(boek) == [("vtrr", 1, 3), ("b", 3, None)]


def test_two_closed_casussen_stay_closed_when_they_are_merged() -> None:
    merge = Samenvoeging(VANISHED, STAYS, at(9))
    boek = book(involved(1), closed(2), involved(3, VANISHED), closed(4, VANISHED), merges=[merge])

    assert shown(boek) == [("vtrr", 1, 2), ("vtrr", 3, 4)]


def test_an_acceptance_on_the_vanished_casus_after_the_merge_counts_for_the_one_that_stayed() -> None:
    merge = Samenvoeging(VANISHED, STAYS, at(5))
    boek = book(involved(1), involved(2, VANISHED), accepted(6, "b", VANISHED), merges=[merge])

    assert shown(boek) == [("vtrr", 1, 6), ("b", 6, None)]


def test_a_closing_of_the_vanished_casus_does_not_end_the_one_that_stayed() -> None:
    merge = Samenvoeging(VANISHED, STAYS, at(5))
    boek = book(involved(1), involved(2, VANISHED), closed(6, VANISHED), merges=[merge])

    assert shown(boek) == [("vtrr", 1, None)]


def test_the_history_goes_along_through_two_merges() -> None:
    merges = [Samenvoeging(THIRD, VANISHED, at(4)), Samenvoeging(VANISHED, STAYS, at(6))]
    boek = book(involved(3), involved(2, VANISHED), involved(0, THIRD), accepted(1, "c", THIRD), merges=merges)

    assert shown(boek) == [("vtrr", 0, 1), ("c", 1, 2), ("vtrr", 2, None)]


# --- properties -------------------------------------------------------------------------------------------------

HOURS = st.integers(0, 12)
PARTNERS = st.sampled_from(["a", "b", "c"])


@st.composite
def facts(draw: st.DrawFn, casussen: Sequence[UUID] = (STAYS,)) -> list[ZichtFeit]:
    found = []
    for nr in range(1, draw(st.integers(1, 10)) + 1):
        casus = draw(st.sampled_from(casussen))
        soort = draw(st.sampled_from([FeitSoort.BETROKKEN, FeitSoort.GEACCEPTEERD, FeitSoort.AFGESLOTEN]))
        hour = draw(HOURS)
        found.append(
            accepted(hour, draw(PARTNERS), casus, nr)
            if soort is FeitSoort.GEACCEPTEERD
            else ZichtFeit(soort, at(hour), casus, nr)
        )
    return found


def expected_holder(feiten: Sequence[ZichtFeit], moment: datetime) -> str | None:
    """Say in another way who holds: the last acceptance, else Veilig Thuis since a fact that no closing followed."""
    acceptances = sorted(
        (feit.moment, feit.nr, feit.houder.organisatie_id) for feit in feiten if feit.houder and feit.moment <= moment
    )
    if acceptances:
        return acceptances[-1][2]
    closings = [feit.moment for feit in feiten if feit.soort is FeitSoort.AFGESLOTEN and feit.moment <= moment]
    since = [feit.moment for feit in feiten if feit.soort is FeitSoort.BETROKKEN and feit.moment <= moment]
    return "vtrr" if any(all(closing < begin for closing in closings) for begin in since) else None


def found_holder(perioden: Sequence[Periode], moment: datetime) -> str | None:
    holders = [
        periode.houder.organisatie_id
        for periode in perioden
        if periode.vanaf <= moment and (periode.tot is None or moment < periode.tot)
    ]
    assert len(holders) <= 1
    return holders[0] if holders else None


@given(facts())
def test_the_holder_at_every_moment_is_the_one_that_the_facts_say(feiten: list[ZichtFeit]) -> None:
    perioden = timeline(book(*feiten), STAYS)

    for half_hour in range(-1, 28):
        moment = at(half_hour / 2)
        assert found_holder(perioden, moment) == expected_holder(feiten, moment)


def assert_sound(perioden: Sequence[Periode]) -> None:
    for earlier, later in pairwise(perioden):
        assert earlier.tot is not None
        assert earlier.tot <= later.vanaf
    assert all(periode.tot is None or periode.vanaf < periode.tot for periode in perioden)


MERGES = st.lists(st.tuples(st.sampled_from([(VANISHED, STAYS), (THIRD, VANISHED), (THIRD, STAYS)]), HOURS), max_size=3)


def merges_of(drawn: list[tuple[tuple[UUID, UUID], int]]) -> list[Samenvoeging]:
    first = {pair[0]: Samenvoeging(*pair, at(hour)) for pair, hour in reversed(drawn)}
    return list(first.values())


@settings(max_examples=300)
@given(facts((STAYS, VANISHED, THIRD)), MERGES, st.randoms(use_true_random=False))
def test_the_order_and_the_number_of_times_in_which_facts_are_heard_make_no_difference(
    feiten: list[ZichtFeit], drawn: list[tuple[tuple[UUID, UUID], int]], chance: object
) -> None:
    merges = merges_of(drawn)
    once = timeline(book(*feiten, merges=merges), STAYS)

    shuffled = [*feiten, *feiten[:3]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again = timeline(book(*shuffled, merges=merges[::-1]), STAYS)

    assert once == again


@settings(max_examples=300)
@given(facts((STAYS, VANISHED, THIRD)), MERGES)
def test_after_merging_there_is_one_holder_at_most_and_the_staying_one_stays(
    feiten: list[ZichtFeit], drawn: list[tuple[tuple[UUID, UUID], int]]
) -> None:
    merges = merges_of(drawn)
    own = [feit for feit in feiten if feit.casus_id == STAYS]
    alone = timeline(book(*own), STAYS)

    perioden = timeline(book(*feiten, merges=merges), STAYS)

    assert_sound(perioden)
    for row in (row for row in merges if row.casus_id == STAYS):
        before = row.moment - timedelta(minutes=1)
        if not any(other.casus_id == STAYS and other.moment < row.moment for other in merges):
            holder = found_holder(alone, before)
            assert holder is None or found_holder(perioden, before) == holder


@given(facts((STAYS, VANISHED)), HOURS)
def test_no_moment_that_had_a_holder_loses_it_by_merging(feiten: list[ZichtFeit], hour: int) -> None:
    merge = Samenvoeging(VANISHED, STAYS, at(hour))
    before = {
        casus: timeline(book(*(feit for feit in feiten if feit.casus_id == casus)), casus)
        for casus in (STAYS, VANISHED)
    }

    perioden = timeline(book(*feiten, merges=[merge]), STAYS)

    for half_hour in range(2 * hour):
        moment = at(half_hour / 2)
        if found_holder(before[STAYS], moment) or found_holder(before[VANISHED], moment):
            assert found_holder(perioden, moment)


@pytest.mark.parametrize("perioden", [(), (Periode(VT, at(1), at(2)),)])
def test_without_a_running_period_there_is_no_holder(perioden: tuple[Periode, ...]) -> None:
    assert current(perioden) is None


# --- taken back -------------------------------------------------------------------------------------------------


def test_who_holds_by_two_overdrachten_holds_until_both_are_taken_back() -> None:
    twice = (involved(0), accepted(1, "jbrr", nr=1), accepted(2, "jbrr", nr=2))

    one_back = shown(book(*twice, taken_back(3, "jbrr", 1)))
    both_back = shown(book(*twice, taken_back(3, "jbrr", 1), taken_back(4, "jbrr", 2)))
    asked_back = shown(book(*twice, taken_back(3, "jbrr")))

    assert one_back == [("vtrr", 0, 1), ("jbrr", 1, None)]
    assert both_back == [("vtrr", 0, 1), ("jbrr", 1, 4), ("vtrr", 4, None)]
    assert asked_back == [("vtrr", 0, 1), ("jbrr", 1, 3), ("vtrr", 3, None)]


def test_who_took_over_keeps_it_when_who_held_before_gives_back() -> None:
    passed = (involved(0), accepted(1, "jbrr", nr=1), accepted(2, "opvang", nr=2))

    for back in (taken_back(3, "jbrr", 1), taken_back(3, "jbrr")):
        assert shown(book(*passed, back)) == [("vtrr", 0, 1), ("jbrr", 1, 2), ("opvang", 2, None)]


def test_what_is_taken_back_of_a_closed_casus_is_with_veilig_thuis_again() -> None:
    assert shown(book(involved(0), closed(1), taken_back(3, "opvang", 1))) == [("vtrr", 0, 1), ("vtrr", 3, None)]
