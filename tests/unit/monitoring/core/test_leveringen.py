"""Whoever must phone a receiver has a clock for each time that it was laid before him, and every end counts once."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.leveringen import Leveringen, leveringtellingen, take_levering
from services.monitoring.domain.overdrachttellingen import overdrachttellingen
from services.monitoring.domain.termijnen import Termijn
from services.monitoring.domain.zicht import VERBORGEN
from shared.events.levering import (
    LeveringAfgerond,
    LeveringHervat,
    LeveringVoorgelegd,
    NavraagAfgerond,
    NavraagGesteld,
)
from shared.events.payloads import CasusAfgesloten
from shared.rules.codes import TermijnSoort
from shared.rules.leveringcodes import LeveringEinde, NavraagEinde, VoorlegReden
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import Chain, ams

MONDAY = ams("2026-03-02 10:00")
TUESDAY = ams("2026-03-03 10:00")
FRIDAY = ams("2026-03-06 10:00")


class Told(Chain):
    """A casus with deliveries: each method is one fact."""

    def _add(self, kind: Any, levering_id: UUID, at: Any, **more: Any) -> None:
        place = {"overdracht_id": uuid4(), "melding_id": self.melding_id, "gemeente_code": self.gemeente_code}
        self.add(kind(levering_id=levering_id, **place, **more), at)

    def begin(self) -> "Told":
        """Report somebody."""
        self.melding_id = self.melding(MONDAY)
        return self

    def laid(self, levering_id: UUID, at: Any, reden: VoorlegReden = VoorlegReden.NIET_GELUKT) -> None:
        """Lay a delivery before a person."""
        self._add(LeveringVoorgelegd, levering_id, at, reden=reden, voorgelegd_op=at)

    def again(self, levering_id: UUID, at: Any) -> None:
        """Let a delivery be tried again."""
        self._add(LeveringHervat, levering_id, at, hervat_op=at)

    def ended(self, levering_id: UUID, at: Any, einde: LeveringEinde = LeveringEinde.AFGEHANDELD) -> None:
        """End a delivery."""
        self._add(LeveringAfgerond, levering_id, at, einde=einde, afgerond_op=at)

    def asked(self, navraag_id: UUID, at: Any) -> None:
        """Let a receiver ask."""
        self._ask(NavraagGesteld, navraag_id, at, gesteld_op=at)

    def told(self, navraag_id: UUID, at: Any, einde: NavraagEinde = NavraagEinde.BEANTWOORD) -> None:
        """Answer him, or let nobody wait for it."""
        self._ask(NavraagAfgerond, navraag_id, at, einde=einde, afgerond_op=at)

    def _ask(self, kind: Any, navraag_id: UUID, at: Any, **more: Any) -> None:
        place = {"overdracht_id": uuid4(), "melding_id": self.melding_id, "gemeente_code": self.gemeente_code}
        self.add(kind(navraag_id=navraag_id, **place, **more), at)


def folded(chain: Chain) -> CasusState:
    return fold(chain.facts, DEFAULT_SETTINGS)


def clocks(chain: Chain) -> list[Termijn]:
    found = [clock for clock in folded(chain).termijnen if clock.soort is TermijnSoort.LEVERING]
    return sorted(found, key=lambda clock: clock.start)


def counts(chain: Chain) -> Counter[tuple[str, str]]:
    wanted = {"leveringenVoorgelegd", "leveringenPerEinde"}
    return Counter((naam, kind) for _, _, naam, kind in overdrachttellingen(folded(chain)) if naam in wanted)


def test_a_person_has_one_working_day_to_tell_a_receiver_and_the_clock_says_why() -> None:
    chain = Told().begin()
    chain.laid(uuid4(), FRIDAY)

    (clock,) = clocks(chain)

    assert (clock.start, clock.uiterlijk) == (FRIDAY, ams("2026-03-10 00:00"))
    assert clock.is_open
    assert "Waarom: niet-gelukt." in clock.uitleg


@pytest.mark.parametrize(
    ("einde", "vervallen"),
    [
        (LeveringEinde.AFGEHANDELD, False),
        (LeveringEinde.ONTVANGEN, False),
        (LeveringEinde.VERZONDEN, False),
        (LeveringEinde.VERVALLEN, True),
    ],
)
def test_every_end_stops_the_clock_and_one_of_an_offer_that_ended_makes_it_pointless(
    einde: LeveringEinde, vervallen: bool
) -> None:
    chain, levering_id = Told().begin(), uuid4()
    chain.laid(levering_id, MONDAY)
    chain.ended(levering_id, TUESDAY, einde)
    chain.ended(uuid4(), MONDAY + timedelta(hours=1))

    (clock,) = clocks(chain)

    assert (clock.gestopt_op, clock.vervallen) == (TUESDAY, vervallen)


def test_what_is_tried_again_and_comes_back_has_a_clock_of_its_own_and_the_first_stays_missed() -> None:
    chain, levering_id = Told().begin(), uuid4()
    chain.laid(levering_id, MONDAY)
    chain.again(levering_id, FRIDAY)
    chain.laid(levering_id, FRIDAY + timedelta(days=1))
    chain.ended(levering_id, FRIDAY + timedelta(days=1, hours=1))

    first, second = clocks(chain)

    assert first.id != second.id
    assert (first.in_time, second.in_time) == (False, True)
    assert first.gestopt_op == FRIDAY


def test_what_ended_counts_once_as_how_it_ended_last_and_what_was_taken_up_again_does_not() -> None:
    mailed, again, phoned = uuid4(), uuid4(), uuid4()
    chain = Told().begin()
    chain.ended(mailed, MONDAY, LeveringEinde.VERZONDEN)
    chain.ended(mailed, TUESDAY, LeveringEinde.ONTVANGEN)
    chain.ended(again, MONDAY, LeveringEinde.VERZONDEN)
    chain.laid(again, TUESDAY, VoorlegReden.NIET_BEVESTIGD)
    chain.laid(phoned, MONDAY, VoorlegReden.HANDMATIG)
    chain.ended(phoned, TUESDAY)

    assert counts(chain) == {
        ("leveringenPerEinde", "ontvangen"): 1,
        ("leveringenPerEinde", "afgehandeld"): 1,
        ("leveringenVoorgelegd", "niet-bevestigd"): 1,
        ("leveringenVoorgelegd", "handmatig"): 1,
    }


def test_in_whatever_order_and_however_often_facts_come_the_clocks_and_counts_are_the_same() -> None:
    chain, levering_id = Told().begin(), uuid4()
    chain.laid(levering_id, MONDAY)
    chain.again(levering_id, TUESDAY)
    chain.laid(levering_id, FRIDAY)
    chain.ended(levering_id, FRIDAY + timedelta(hours=1))
    expected = (clocks(chain), counts(chain))
    facts = [*chain.facts, *chain.facts]

    for seed in range(20):
        chain.facts = random.Random(seed).sample(facts, len(facts))
        assert (clocks(chain), counts(chain)) == expected


def test_only_facts_of_deliveries_are_taken_and_a_receiver_does_not_see_the_clock() -> None:
    known = Leveringen()

    assert not take_levering(known, CasusAfgesloten(afgesloten_op=MONDAY, reden="overgedragen"))
    assert list(leveringtellingen(known)) == []
    assert TermijnSoort.LEVERING in VERBORGEN


def test_a_receiver_who_asks_is_answered_within_two_working_days_and_every_end_counts() -> None:
    chain, answered, gone, waiting = Told().begin(), uuid4(), uuid4(), uuid4()
    for one in (answered, gone, waiting):
        chain.asked(one, MONDAY)
    chain.told(answered, TUESDAY)
    chain.told(gone, FRIDAY, NavraagEinde.VERVALLEN)

    found = [clock for clock in folded(chain).termijnen if clock.soort is TermijnSoort.NAVRAAG]
    wanted = {"navragenGesteld", "navragenPerEinde"}
    counted = Counter((naam, kind) for _, _, naam, kind in overdrachttellingen(folded(chain)) if naam in wanted)

    assert {clock.uiterlijk for clock in found} == {ams("2026-03-05 00:00")}
    assert sorted((str(clock.gestopt_op), clock.vervallen) for clock in found) == sorted(
        [(str(TUESDAY), False), (str(FRIDAY), True), ("None", False)]
    )
    assert {naam: sum(n for (one, _), n in counted.items() if one == naam) for naam in wanted} == {
        "navragenGesteld": 3,
        "navragenPerEinde": 2,
    }
    assert TermijnSoort.NAVRAAG in VERBORGEN
