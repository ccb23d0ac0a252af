"""Shelter in the fold: a clock for each child, a casus that stays open, and counts that leave nobody out."""

import random
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.domain import opvang
from services.monitoring.domain.abonnementen import TYPES
from services.monitoring.domain.fold import fold
from services.monitoring.domain.kpis import Meting, contributions
from services.monitoring.domain.termijnen import Termijn
from services.monitoring.domain.zicht import VERBORGEN
from shared.events.catalogue import CATALOGUE, Room
from shared.rules.codes import TermijnSoort
from shared.rules.opvang import Doelgroep, OpvangEinde, OpvangSoort
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import GEMEENTE, ams
from tests.unit.monitoring.core.sheltered import ShelteredChain

MONDAY = ams("2026-03-02 10:00")
LATER = ams("2026-04-20 10:00")
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
OLD = {
    "meldingen",
    "meldingenPerMelderCategorie",
    "zonderMeldcode",
    "uitkomsten",
    "casussen",
    "personen",
    "veiligheidPerBesluit",
    "monitoringNaDienst",
    "dagenTotAntwoordRaad",
}


def started() -> tuple[ShelteredChain, UUID]:
    chain = ShelteredChain()
    return chain, chain.melding(MONDAY)


def clocks(chain: ShelteredChain) -> list[Termijn]:
    return [one for one in fold(chain.facts, DEFAULT_SETTINGS).termijnen if one.soort is TermijnSoort.TRAUMASCREENING]


def counted(chain: ShelteredChain) -> dict[tuple[date, str, str], int]:
    found = contributions(fold([*chain.facts, replace(chain.facts[-1], id=uuid4())], DEFAULT_SETTINGS))
    assert {key.gemeente_code for key in found} == {GEMEENTE}
    return {
        (key.dag, key.naam, key.waarde): aantal
        for key, aantal in found.items()
        if key.meting == Meting.TELLING and key.naam not in OLD
    }


def test_each_child_with_a_place_is_screened_within_four_weeks_and_a_grown_up_is_not() -> None:
    chain, melding = started()
    mother, child = chain.vraag_opvang(melding, MONDAY, Doelgroep.VROUW, Doelgroep.KIND)
    chain.plaats(melding, mother, MONDAY, MONDAY, doelgroep=Doelgroep.VROUW)
    chain.plaats(melding, child, MONDAY, MONDAY)
    chain.plaats(melding, child, LATER, MONDAY, doorstroom=True)

    (clock,) = clocks(chain)

    assert (clock.ref_id, clock.start, clock.uiterlijk) == (child, MONDAY, ams("2026-03-31 00:00"))
    assert clock.is_open


@pytest.mark.parametrize(("screened", "left", "vervallen"), [(3, None, False), (3, 9, False), (None, 9, True)])
def test_the_clock_ends_with_the_screening_or_is_pointless_when_the_child_has_left(
    screened: int | None, left: int | None, *, vervallen: bool
) -> None:
    chain, melding = started()
    (child,) = chain.vraag_opvang(melding, MONDAY, Doelgroep.KIND)
    chain.plaats(melding, child, MONDAY, MONDAY)
    if screened:
        chain.screen_kind(melding, child, MONDAY + timedelta(days=screened))
    if left:
        chain.vertrek(melding, child, MONDAY + timedelta(days=left), geplaatst_op=MONDAY)

    (clock,) = clocks(chain)

    assert (clock.gestopt_op, clock.vervallen) == (MONDAY + timedelta(days=screened or left or 0), vervallen)


def test_nobody_but_veilig_thuis_hears_of_shelter() -> None:
    assert TermijnSoort.TRAUMASCREENING in VERBORGEN
    of_shelter = {row.name for row in CATALOGUE.values() if row.payload in opvang.HEARD}
    assert len(of_shelter) == 6
    assert of_shelter.isdisjoint(TYPES.values())
    assert {row.readers for row in CATALOGUE.values() if row.name in of_shelter} == {frozenset({Room.MONITORING})}


def test_a_place_in_a_shelter_keeps_a_casus_open_until_it_ends_and_a_request_alone_does_not() -> None:
    chain, melding = started()
    chain.besluit(melding, MONDAY + timedelta(days=1))
    before = fold(chain.facts, DEFAULT_SETTINGS).closing
    (woman,) = chain.vraag_opvang(melding, MONDAY, Doelgroep.VROUW)
    asked = fold(chain.facts, DEFAULT_SETTINGS).closing
    chain.plaats(melding, woman, MONDAY + timedelta(days=2), MONDAY, doelgroep=Doelgroep.VROUW)
    placed = fold(chain.facts, DEFAULT_SETTINGS).closing
    chain.vertrek(melding, woman, LATER, geplaatst_op=MONDAY)
    left = fold(chain.facts, DEFAULT_SETTINGS).closing

    assert before is not None
    assert (asked, placed) == (before, None)
    assert left is not None
    assert left.afgesloten_op == LATER


def test_who_asked_waited_stayed_and_left_is_counted_by_person_in_the_month_of_what_happened() -> None:
    chain, melding = started()
    woman, child = chain.vraag_opvang(melding, MONDAY, Doelgroep.VROUW, Doelgroep.KIND)
    day = MONDAY + timedelta(days=4)
    chain.plaats(melding, woman, day, MONDAY, doelgroep=Doelgroep.VROUW, soort=OpvangSoort.CRISISOPVANG_VROUWEN)
    chain.plaats(melding, child, day, MONDAY)
    chain.klaar(melding, woman, day + timedelta(days=10))
    chain.plaats(
        melding,
        woman,
        day + timedelta(days=15),
        MONDAY,
        doelgroep=Doelgroep.VROUW,
        soort=OpvangSoort.LANGER_VERBLIJF,
        doorstroom=True,
        klaar_sinds=day + timedelta(days=10),
    )
    chain.vertrek(melding, woman, LATER, geplaatst_op=day, klaar_sinds=LATER - timedelta(days=3))
    chain.vertrek(melding, child, LATER, geplaatst_op=day)

    assert counted(chain) == {
        (MARCH, "opvangAangevraagd", "vrouw"): 1,
        (MARCH, "opvangAangevraagd", "kind"): 1,
        (MARCH, "opvangGeplaatst", "crisisopvang-vrouwen"): 1,
        (MARCH, "opvangGeplaatst", "crisisopvang-kinderen"): 1,
        (MARCH, "opvangWachtdagen", "4"): 2,
        (MARCH, "opvangKlaarMaarNietUit", ""): 1,
        (MARCH, "opvangDoorgestroomd", "langer-verblijf"): 1,
        (MARCH, "opvangKlaarNietUitDagen", "5"): 1,
        (APRIL, "opvangKlaarNietUitDagen", "3"): 1,
        (APRIL, "opvangBeeindigd", "uitgestroomd"): 2,
        (APRIL, "opvangVerblijfsdagen", "45"): 2,
    }


def test_verdrag_van_istanbul_4_3_of_those_whose_status_is_uncertain_each_end_is_counted() -> None:
    chain, melding = started()
    asked = chain.vraag_opvang(melding, MONDAY, *[Doelgroep.VROUW] * 4, onzeker=True)
    chain.plaats(melding, asked[0], MONDAY, MONDAY, onzekere_verblijfsstatus=True)
    chain.weiger_opvang(melding, asked[1], LATER, onzeker=True)
    chain.vertrek(melding, asked[2], LATER, einde=OpvangEinde.ELDERS_GEPLAATST, onzekere_verblijfsstatus=True)
    chain.weiger_opvang(melding, uuid4(), LATER, onzeker=False)

    found = {key[::2]: n for key, n in counted(chain).items() if key[1] == "opvangOnzekereVerblijfsstatus"}
    assert found == {
        (MARCH, "aangevraagd"): 4,
        (MARCH, "geplaatst"): 1,
        (APRIL, "geweigerd"): 1,
        (APRIL, "elders-geplaatst"): 1,
    }
    assert counted(chain)[APRIL, "opvangGeweigerd", "zorgvraag-te-zwaar"] == 2


@settings(deadline=None, max_examples=40)
@given(st.randoms(use_true_random=False))
def test_facts_of_shelter_in_any_order_and_doubled_give_the_same_state(rnd: random.Random) -> None:
    chain = ShelteredChain(UUID(int=1))
    melding = chain.melding(MONDAY)
    for client in chain.vraag_opvang(melding, MONDAY, *rnd.choices(list(Doelgroep), k=3)):
        at = MONDAY + timedelta(days=rnd.randint(0, 9))
        chain.plaats(melding, client, at, MONDAY, doelgroep=rnd.choice(list(Doelgroep)))
        if rnd.random() < 0.5:
            chain.plaats(melding, client, at + timedelta(days=rnd.randint(0, 5)), MONDAY, doorstroom=True)
        if rnd.random() < 0.5:
            chain.screen_kind(melding, client, at + timedelta(days=rnd.randint(-3, 60)))
        if rnd.random() < 0.5:
            chain.vertrek(melding, client, at + timedelta(days=rnd.randint(0, 60)), geplaatst_op=at)
    mixed = [*chain.facts, *rnd.sample(chain.facts, len(chain.facts) // 2)]
    rnd.shuffle(mixed)

    state, again = fold(chain.facts, DEFAULT_SETTINGS), fold(mixed, DEFAULT_SETTINGS)

    assert (again, contributions(again)) == (state, contributions(state))
    assert all(clock.gestopt_op is None or clock.gestopt_op >= clock.start for clock in state.termijnen)
