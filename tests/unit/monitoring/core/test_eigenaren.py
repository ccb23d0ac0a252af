"""Whose a clock is: of who has the work of its melding now."""

from datetime import timedelta
from uuid import UUID, uuid4

from services.monitoring.domain.fold import fold
from shared.ids import medewerker_nr
from shared.rules.codes import TermijnSoort, Uitkomst
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import ams
from tests.unit.monitoring.core.treatment import TreatedChain

MONDAY = ams("2026-03-02 10:00")
ANNA, BRAM = medewerker_nr("anna"), medewerker_nr("bram")


def owners(chain: TreatedChain, melding_id: UUID) -> set[UUID | None]:
    found = fold(chain.facts, DEFAULT_SETTINGS).termijnen
    return {clock.eigenaar_nr for clock in found if clock.melding_id == melding_id and clock.is_open}


def test_every_open_clock_of_a_melding_is_of_its_newest_owner_and_of_nobody_else() -> None:
    chain = TreatedChain()
    mine, other = chain.melding(MONDAY), chain.melding(MONDAY)
    dossier_id = uuid4()
    chain.toegewezen(mine, dossier_id, MONDAY + timedelta(hours=1), "anna")

    assert owners(chain, mine) == {ANNA}
    assert owners(chain, other) == {None}

    chain.toegewezen(mine, dossier_id, MONDAY + timedelta(hours=2), "bram")
    assert owners(chain, mine) == {BRAM}

    chain.vrijgegeven(mine, dossier_id, MONDAY + timedelta(hours=3))
    assert owners(chain, mine) == {None}


def test_a_clock_that_ended_is_nobodys_and_what_comes_after_the_besluit_stays_with_who_took_it() -> None:
    chain = TreatedChain()
    melding_id = chain.melding(MONDAY)
    chain.toegewezen(melding_id, uuid4(), MONDAY + timedelta(hours=1), "anna")

    chain.besluit(melding_id, MONDAY + timedelta(days=1), Uitkomst.GEEN_VERVOLG)

    clocks = fold(chain.facts, DEFAULT_SETTINGS).termijnen
    feedback = next(clock for clock in clocks if clock.soort is TermijnSoort.TERUGKOPPELING_MELDER)
    assert feedback.eigenaar_nr == ANNA
    assert {clock.eigenaar_nr for clock in clocks if not clock.is_open} == {None}


def test_what_is_opened_again_is_nobodys_until_somebody_takes_it_up() -> None:
    chain = TreatedChain()
    melding_id = chain.melding(MONDAY)
    chain.toegewezen(melding_id, uuid4(), MONDAY + timedelta(hours=1), "anna")
    chain.besluit(melding_id, MONDAY + timedelta(days=1), Uitkomst.GEEN_VERVOLG)

    again = chain.heropen(melding_id, MONDAY + timedelta(days=9))
    assert owners(chain, melding_id) == {None}

    chain.toegewezen(melding_id, again, MONDAY + timedelta(days=10), "bram")
    assert owners(chain, melding_id) == {BRAM}


def test_an_owner_who_was_told_before_there_were_numbers_is_not_known() -> None:
    chain = TreatedChain()
    melding_id = chain.melding(MONDAY)

    chain.toegewezen(melding_id, uuid4(), MONDAY + timedelta(hours=1))

    assert owners(chain, melding_id) == {None}
