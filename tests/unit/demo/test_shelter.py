"""The shelter of the play, bed by bed: nobody sleeps where another does, and who came together stays together."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from deploy.demo.chance import chance_of
from deploy.demo.fiction import make_gezin
from deploy.demo.opvangdeeds import (
    OpvangAanvragen,
    OpvangKlaarMelden,
    OpvangPlaatsen,
    OpvangUitstromen,
    OpvangWachten,
    Traumascreenen,
)
from deploy.demo.shelter import PLAATSEN, Ask, Found, sheltered
from shared.rules.calendar import amsterdam_day
from shared.rules.opvang import VOOR_WIE, Doelgroep, OpvangSoort

BEGIN = datetime(2026, 10, 1, 8, tzinfo=UTC)
EINDE = BEGIN + timedelta(days=60)


def asks(count: int, *, families: int) -> list[Ask]:
    """Return requests over forty days, of so many families."""
    return [
        Ask(
            kenmerk=f"2026-{number:05d}",
            gezin=make_gezin(1, number % families),
            op=BEGIN + timedelta(hours=960 * number // count),
            spoed=number % 3 == 0,
            door_team=number % 5 == 1,
            random=chance_of("test", number),
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def busy() -> list[Found]:
    """Ask for three times as many people as there are beds."""
    found = list(sheltered(asks(160, families=160), EINDE))
    return sorted(found, key=lambda one: (one[1], one[0].kenmerk))


def test_no_kind_of_places_is_ever_fuller_than_it_is_whatever_the_order_of_a_day(busy: list[Found]) -> None:
    beds: dict[str, Counter[OpvangSoort]] = {}
    leaving: list[tuple[datetime, Counter[OpvangSoort]]] = []
    fullest: Counter[OpvangSoort] = Counter()
    for ask, at, daad in busy:
        # Who leaves today may leave after whoever comes.
        leaving = [one for one in leaving if amsterdam_day(one[0]) == amsterdam_day(at)]
        if isinstance(daad, OpvangPlaatsen):
            leaving.append((at, beds.pop(ask.kenmerk, Counter())))
            beds[ask.kenmerk] = Counter(soort for _, soort in daad.plaatsen)
        elif isinstance(daad, OpvangUitstromen):
            leaving.append((at, beds.pop(ask.kenmerk)))
        taken: Counter[OpvangSoort] = Counter()
        for some in (*beds.values(), *(one for _, one in leaving)):
            taken += some
        fullest |= taken
        assert taken <= Counter(PLAATSEN)
    assert fullest[OpvangSoort.CRISISOPVANG_VROUWEN] > 30  # it was put to the test
    assert fullest[OpvangSoort.SAFEHOUSE] >= PLAATSEN[OpvangSoort.SAFEHOUSE] - 1


def test_a_group_gets_places_for_each_and_leaves_once_when_it_was_placed(busy: list[Found]) -> None:
    groups = {ask.kenmerk: daad.groep for ask, _, daad in busy if isinstance(daad, OpvangAanvragen)}
    placed: set[str] = set()
    gone: set[str] = set()
    for ask, _, daad in busy:
        if isinstance(daad, OpvangPlaatsen):
            who = {one.nr: one.doelgroep for one in groups[ask.kenmerk]}
            assert {nr for nr, _ in daad.plaatsen} == who.keys()
            assert all(who[nr] in VOOR_WIE[soort] for nr, soort in daad.plaatsen)
            placed.add(ask.kenmerk)
        elif isinstance(daad, OpvangKlaarMelden | OpvangUitstromen | Traumascreenen):
            assert ask.kenmerk in placed - gone
        if isinstance(daad, OpvangUitstromen):
            gone.add(ask.kenmerk)
    children = {(ask.kenmerk, daad.nr) for ask, _, daad in busy if isinstance(daad, Traumascreenen)}
    assert children <= {
        (key, one.nr) for key, groep in groups.items() for one in groep if one.doelgroep is Doelgroep.KIND
    }
    assert children
    assert gone == placed


def test_who_cannot_wait_gets_the_first_bed_that_comes_free(busy: list[Found]) -> None:
    waited = {ask.kenmerk: at for ask, at, daad in busy if isinstance(daad, OpvangWachten)}
    first: dict[str, datetime] = {}
    for ask, at, daad in busy:
        if isinstance(daad, OpvangPlaatsen):
            first.setdefault(ask.kenmerk, at)

    assert waited.keys() & first.keys()
    assert waited.keys() - first.keys()  # at the end of a play somebody waits
    assert all(first[kenmerk] > at for kenmerk, at in waited.items() if kenmerk in first)


def test_no_bed_is_lost_so_that_in_the_end_nobody_waits() -> None:
    found = list(sheltered(asks(400, families=400), EINDE + timedelta(days=2000)))

    waited = {ask.kenmerk for ask, _, daad in found if isinstance(daad, OpvangWachten)}
    moved = Counter(ask.kenmerk for ask, _, daad in found if isinstance(daad, OpvangPlaatsen))
    assert len(waited) > 50
    assert waited <= moved.keys()
    assert max(moved.values()) > 1


def test_a_family_for_which_a_request_runs_is_not_asked_for_again() -> None:
    running: set[int] = set()
    found = sorted(sheltered(asks(60, families=3), EINDE), key=lambda one: one[1])
    for ask, at, daad in found:
        if isinstance(daad, OpvangAanvragen):
            assert ask.gezin.nummer not in running
            running.add(ask.gezin.nummer)
        elif not isinstance(daad, OpvangPlaatsen | OpvangWachten | OpvangKlaarMelden | Traumascreenen):
            running.discard(ask.gezin.nummer)
        assert at >= ask.op
    assert sum(isinstance(daad, OpvangAanvragen) for _, _, daad in found) > 3


def test_the_same_requests_give_the_same_course() -> None:
    one, other = ([(ask.kenmerk, *rest) for ask, *rest in sheltered(asks(40, families=40), EINDE)] for _ in range(2))

    assert one == other
