"""Which help fits a casus, why it stands where it stands, and what is missing; and the life of help that was chosen."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.handover.domain.behoefte import Behoefte, Peildag, find_gap, passes, rank
from services.handover.domain.interventie import (
    LEEFTIJD_MAX,
    Aanbod,
    Bezetting,
    Interventie,
    Opgave,
    Wachttijd,
    find_opgave_faults,
    revise,
)
from services.handover.domain.inzet import (
    TRANSITIONS,
    VOL,
    Inzet,
    InzetActie,
    InzetStatus,
    break_off,
    finish,
    gap_of_refusal,
    next_status,
    refuse,
    start,
)
from services.handover.domain.overdracht import StapError
from services.handover.handlers import interventies, inzetten
from shared.rules.access import BELEID, Betrekking, Doel, Reikwijdte, Toegang
from shared.rules.codes import Rol
from shared.rules.palet import (
    LACUNE_BIJ_WEIGERING,
    PUNTEN,
    WACHTTIJD_KORT_DAGEN,
    WACHTTIJD_MATIG_DAGEN,
    Doelgroep,
    Fase,
    Indicatie,
    InzetAfbreking,
    InzetWeigering,
    LacuneReden,
    Punt,
    VoorWie,
)
from shared.web.auth import Caller
from tests.unit.handover.test_overdracht import OFFERED

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEIL = Peildag(TODAY, 31)
OPGAVE = Opgave(
    naam="Ouderen in veilige handen",
    gemeente_codes=frozenset({"0599"}),
    doelgroepen=frozenset({Doelgroep.OUDERENMISHANDELING}),
    fasen=frozenset({Fase.HERSTEL}),
    voor_wie=frozenset({VoorWie.SLACHTOFFER}),
    plaatsen=4,
    wachttijd=Wachttijd(10, TODAY),
    eigen_bijdrage=False,
    indicatie=Indicatie.GEEN,
    leeftijd_van=65,
    leeftijd_tot_en_met=LEEFTIJD_MAX,
    geldig_van=date(2026, 1, 1),
    geldig_tot_en_met=date(2026, 12, 31),
)
VRAAG = Behoefte(
    gemeente_code="0599",
    fase=Fase.HERSTEL,
    doelgroepen=frozenset({Doelgroep.OUDERENMISHANDELING}),
    leeftijden=frozenset({80}),
)


def aanbod(nr: int = 1, bezet: int = 0, **changes: Any) -> Aanbod:
    one = Interventie(id=UUID(int=nr), organisatie_id="hulp", opgave=replace(OPGAVE, **changes), gewijzigd_op=NOW)
    return Aanbod(one, Bezetting(bezet))


def points(one: Aanbod, vraag: Behoefte = VRAAG) -> dict[Punt, int]:
    (found,) = rank([one], vraag, PEIL)
    return {grond.punt: grond.punten for grond in found.gronden}


# --- what fits -------------------------------------------------------------------------------------------------------


def test_help_that_was_made_for_these_people_here_in_this_phase_fits() -> None:
    assert passes(OPGAVE, VRAAG, TODAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"gemeente_codes": frozenset({"0622"})},
        {"fasen": frozenset(Fase) - {Fase.HERSTEL}},
        {"doelgroepen": frozenset(Doelgroep) - {Doelgroep.OUDERENMISHANDELING, Doelgroep.ALGEMEEN}},
        {"leeftijd_van": 81},
        {"leeftijd_van": 0, "leeftijd_tot_en_met": 79},
        {"geldig_van": TODAY + timedelta(days=1)},
        {"geldig_tot_en_met": TODAY - timedelta(days=1)},
    ],
)
def test_one_thing_that_does_not_fit_is_enough(changes: dict[str, Any]) -> None:
    assert not passes(replace(OPGAVE, **changes), VRAAG, TODAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"gemeente_codes": frozenset()},
        {"doelgroepen": frozenset({Doelgroep.ALGEMEEN})},
        {"leeftijd_van": 80, "leeftijd_tot_en_met": 80},
        {"geldig_van": TODAY, "geldig_tot_en_met": TODAY},  # both days are in it
        {"geldig_tot_en_met": None},
        {"plaatsen": 0},  # full help fits, and is told to be full
    ],
)
def test_help_for_the_whole_region_for_everybody_or_on_its_last_day_fits_too(changes: dict[str, Any]) -> None:
    assert passes(replace(OPGAVE, **changes), VRAAG, TODAY)


def test_who_is_of_no_special_group_gets_no_help_that_was_made_for_one() -> None:
    nobody = replace(VRAAG, doelgroepen=frozenset())

    assert not passes(OPGAVE, nobody, TODAY)
    assert passes(replace(OPGAVE, doelgroepen=frozenset({Doelgroep.ALGEMEEN})), nobody, TODAY)


def test_who_gets_the_help_must_be_one_for_whom_it_is() -> None:
    assert passes(OPGAVE, replace(VRAAG, voor_wie=VoorWie.SLACHTOFFER), TODAY)
    assert not passes(OPGAVE, replace(VRAAG, voor_wie=VoorWie.PLEGER), TODAY)


def test_of_several_people_one_whose_age_fits_is_enough_and_without_ages_all_fit() -> None:
    assert passes(OPGAVE, replace(VRAAG, leeftijden=frozenset({8, 80})), TODAY)
    assert not passes(OPGAVE, replace(VRAAG, leeftijden=frozenset({8, 30})), TODAY)
    assert passes(OPGAVE, replace(VRAAG, leeftijden=frozenset()), TODAY)


def test_help_of_before_a_merger_of_municipalities_is_found_under_either_name() -> None:
    old = replace(OPGAVE, gemeente_codes=frozenset({"0501"}))
    new = replace(OPGAVE, gemeente_codes=frozenset({"1992"}))

    assert passes(old, replace(VRAAG, gemeente_code="1992"), TODAY)
    assert passes(new, replace(VRAAG, gemeente_code="0501"), TODAY)


# --- in which order, and why -----------------------------------------------------------------------------------------


def test_the_score_is_the_sum_of_what_is_explained() -> None:
    (found,) = rank([aanbod(bezet=1)], VRAAG, PEIL)

    assert [(grond.punt, grond.uitleg) for grond in found.gronden] == [
        (Punt.DOELGROEP, "is bedoeld voor ouderenmishandeling"),
        (Punt.GEMEENTE, "is er voor deze gemeente"),
        (Punt.PLAATS_VRIJ, "3 van 4 plaatsen vrij"),
        (Punt.WACHTTIJD_KORT, "10 dagen wachten, opgegeven op 2026-03-02"),
        (Punt.GEEN_EIGEN_BIJDRAGE, "zonder eigen bijdrage"),
        (Punt.GEEN_INDICATIE, "zonder indicatie"),
    ]
    assert found.score == sum(PUNTEN[grond.punt] for grond in found.gronden) == 115


def test_every_point_has_a_weight() -> None:
    assert set(PUNTEN) == set(Punt)


@pytest.mark.parametrize(
    ("dagen", "punt"),
    [
        (0, Punt.WACHTTIJD_KORT),
        (WACHTTIJD_KORT_DAGEN, Punt.WACHTTIJD_KORT),
        (WACHTTIJD_KORT_DAGEN + 1, Punt.WACHTTIJD_MATIG),
        (WACHTTIJD_MATIG_DAGEN, Punt.WACHTTIJD_MATIG),
        (WACHTTIJD_MATIG_DAGEN + 1, Punt.WACHTTIJD_LANG),
    ],
)
def test_the_shorter_the_wait_the_more_it_counts(dagen: int, punt: Punt) -> None:
    assert punt in points(aanbod(wachttijd=Wachttijd(dagen, TODAY)))


def test_a_waiting_time_of_a_month_ago_counts_and_an_older_one_does_not() -> None:
    last, older = TODAY - timedelta(days=31), TODAY - timedelta(days=32)

    assert Punt.WACHTTIJD_KORT in points(aanbod(wachttijd=Wachttijd(1, last)))
    assert points(aanbod(wachttijd=Wachttijd(1, older)))[Punt.WACHTTIJD_VEROUDERD] == 0
    assert points(aanbod(wachttijd=None))[Punt.WACHTTIJD_ONBEKEND] == 0


def test_a_threshold_that_the_family_cannot_take_puts_help_last_and_never_hides_it() -> None:
    with_threshold = aanbod(eigen_bijdrage=True, indicatie=Indicatie.WMO)
    poor = replace(VRAAG, zonder_eigen_bijdrage=True, zonder_indicatie=True)

    assert {Punt.EIGEN_BIJDRAGE, Punt.INDICATIE} <= points(with_threshold).keys()
    told = points(with_threshold, poor)
    assert (told[Punt.EIGEN_BIJDRAGE_ONGEWENST], told[Punt.INDICATIE_ONGEWENST]) == (-20, -20)


def test_help_for_this_group_stands_before_help_for_everybody_and_full_help_after_help_with_a_place() -> None:
    everybody = aanbod(2, doelgroepen=frozenset({Doelgroep.ALGEMEEN}))
    full = aanbod(3, bezet=4)

    found = rank([everybody, full, aanbod(1)], VRAAG, PEIL)

    assert [one.aanbod.interventie.id.int for one in found] == [1, 3, 2]
    assert found[1].gronden[2].punt is Punt.PLAATSEN_BEZET


def test_of_equal_scores_the_shortest_wait_stands_first_and_an_unknown_one_last() -> None:
    long_ago = TODAY - timedelta(days=100)
    later = aanbod(1, wachttijd=Wachttijd(9, long_ago))
    sooner = aanbod(2, wachttijd=Wachttijd(3, long_ago))
    unknown = aanbod(3, wachttijd=None)

    found = rank([unknown, later, sooner], VRAAG, PEIL)

    assert [one.aanbod.interventie.id.int for one in found] == [2, 1, 3]


offers = st.builds(
    lambda nr, bezet, plaatsen, dagen, oud, bijdrage, indicatie, groepen, regio: aanbod(
        nr,
        bezet,
        plaatsen=plaatsen,
        wachttijd=None if dagen is None else Wachttijd(dagen, TODAY - timedelta(days=oud)),
        eigen_bijdrage=bijdrage,
        indicatie=indicatie,
        doelgroepen=frozenset(groepen),
        gemeente_codes=frozenset() if regio else frozenset({"0599"}),
    ),
    st.integers(1, 10**6),
    st.integers(0, 6),
    st.none() | st.integers(0, 5),
    st.none() | st.integers(0, 100),
    st.integers(0, 60),
    st.booleans(),
    st.sampled_from(Indicatie),
    st.sets(st.sampled_from(Doelgroep), min_size=1),
    st.booleans(),
)
palettes = st.lists(offers, max_size=8, unique_by=lambda one: one.interventie.id)
needs = st.builds(
    lambda groepen, bijdrage, indicatie, dagen: replace(
        VRAAG,
        doelgroepen=frozenset(groepen),
        zonder_eigen_bijdrage=bijdrage,
        zonder_indicatie=indicatie,
        wachttijd_dagen_max=dagen,
    ),
    st.sets(st.sampled_from(Doelgroep), max_size=3),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(0, 100),
)


@given(palettes, needs, st.randoms(use_true_random=False))
def test_the_order_never_depends_on_the_order_of_the_palet(palet: list[Aanbod], vraag: Behoefte, rnd: Any) -> None:
    shuffled = list(palet)
    rnd.shuffle(shuffled)

    found = rank(palet, vraag, PEIL)

    assert found == rank(shuffled, vraag, PEIL)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert {one.aanbod.interventie.id for one in found} == {
        one.interventie.id for one in palet if passes(one.interventie.opgave, vraag, TODAY)
    }


@given(palettes, needs, st.integers(0, 7))
def test_a_place_that_comes_free_never_puts_help_further_back(palet: list[Aanbod], vraag: Behoefte, which: int) -> None:
    assume(which < len(palet))
    better = [replace(one, bezetting=Bezetting()) if nr == which else one for nr, one in enumerate(palet)]
    mine = palet[which].interventie.id

    def place(found: list[Any]) -> int:
        return [one.aanbod.interventie.id for one in found].index(mine)

    before, after = rank(palet, vraag, PEIL), rank(better, vraag, PEIL)
    assume(any(one.aanbod.interventie.id == mine for one in before))

    assert place(after) <= place(before)


# --- what is missing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("palet", "changes", "reden"),
    [
        ([], {}, LacuneReden.GEEN_AANBOD),
        ([aanbod(fasen=frozenset({Fase.ACUTE_VEILIGHEID}))], {}, LacuneReden.GEEN_AANBOD),
        ([aanbod(eigen_bijdrage=True)], {"zonder_eigen_bijdrage": True}, LacuneReden.DREMPEL),
        ([aanbod(indicatie=Indicatie.WMO)], {"zonder_indicatie": True}, LacuneReden.DREMPEL),
        ([aanbod(bezet=4)], {}, LacuneReden.GEEN_PLAATS),
        ([aanbod(bezet=5)], {}, LacuneReden.GEEN_PLAATS),
        ([aanbod(wachttijd=Wachttijd(15, TODAY))], {"wachttijd_dagen_max": 14}, LacuneReden.WACHTTIJD_TE_LANG),
        ([aanbod(wachttijd=Wachttijd(14, TODAY))], {"wachttijd_dagen_max": 14}, None),
        ([aanbod(wachttijd=None)], {"wachttijd_dagen_max": 0}, None),
        ([aanbod(plaatsen=None, bezet=400)], {}, None),
        ([aanbod(1, bezet=4), aanbod(2)], {}, None),
        # Each of these lacks another thing: the last thing that was missing is what is told.
        (
            [aanbod(1, bezet=4), aanbod(2, eigen_bijdrage=True)],
            {"zonder_eigen_bijdrage": True},
            LacuneReden.GEEN_PLAATS,
        ),
    ],
)
def test_what_is_missing_is_the_first_thing_that_leaves_nothing_over(
    palet: list[Aanbod], changes: dict[str, Any], reden: LacuneReden | None
) -> None:
    assert find_gap(palet, replace(VRAAG, **changes), TODAY) is reden


@given(palettes, needs)
def test_help_is_missing_just_when_nothing_can_be_had(palet: list[Aanbod], vraag: Behoefte) -> None:
    def can_be_had(one: Aanbod) -> bool:
        opgave = one.interventie.opgave
        return (
            passes(opgave, vraag, TODAY)
            and not (vraag.zonder_eigen_bijdrage and opgave.eigen_bijdrage)
            and not (vraag.zonder_indicatie and opgave.indicatie is not Indicatie.GEEN)
            and (opgave.plaatsen is None or one.bezetting.bezet < opgave.plaatsen)
            and (
                vraag.wachttijd_dagen_max is None
                or opgave.wachttijd is None
                or opgave.wachttijd.dagen <= vraag.wachttijd_dagen_max
            )
        )

    assert (find_gap(palet, vraag, TODAY) is None) == any(map(can_be_had, palet))


# --- what is said of an offer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"leeftijd_van": 18, "leeftijd_tot_en_met": 17}, "/leeftijdTotEnMet"),
        ({"geldig_tot_en_met": date(2025, 12, 31)}, "/geldigTotEnMet"),
        ({"wachttijd": Wachttijd(1, TODAY + timedelta(days=1))}, "/wachttijd/op"),
        ({"gemeente_codes": frozenset({"0599", "9999"})}, "/gemeenteCodes"),
    ],
)
def test_what_cannot_be_so_is_told_where_it_stands(changes: dict[str, Any], pointer: str) -> None:
    assert [place for place, _ in find_opgave_faults(replace(OPGAVE, **changes), vandaag=TODAY)] == [pointer]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"leeftijd_van": 18, "leeftijd_tot_en_met": 18},
        {"geldig_tot_en_met": OPGAVE.geldig_van},
        {"wachttijd": Wachttijd(1, TODAY)},
    ],
)
def test_the_edges_can_be_so(changes: dict[str, Any]) -> None:
    assert list(find_opgave_faults(replace(OPGAVE, **changes), vandaag=TODAY)) == []


def test_the_same_said_again_makes_no_new_version() -> None:
    before = aanbod().interventie

    assert revise(before, OPGAVE, now=NOW) is before
    after = revise(before, replace(OPGAVE, plaatsen=5), now=NOW + timedelta(days=1))
    assert (after.versie, after.opgave.plaatsen, after.gewijzigd_op) == (2, 5, NOW + timedelta(days=1))


def test_when_fewer_places_are_told_than_are_in_use_none_is_free() -> None:
    assert (aanbod(bezet=5).vrij, aanbod(bezet=5).is_vol) == (0, True)
    assert (aanbod(plaatsen=None, bezet=5).vrij, aanbod(plaatsen=None).is_vol) == (None, False)


# --- the life of an inzet --------------------------------------------------------------------------------------------

ASKED = Inzet(
    id=UUID(int=11),
    overdracht_id=UUID(int=12),
    melding_id=UUID(int=13),
    casus_id=UUID(int=14),
    gemeente_code="0599",
    interventie_id=UUID(int=1),
    aanbieder_id="hulp",
    aanvrager_id="lokaal-team-0599",
    doelgroep=Doelgroep.OUDERENMISHANDELING,
    fase=Fase.HERSTEL,
    instemming=True,
    aangevraagd_op=NOW,
)
STARTED = start(ASKED, aanbod(), now=NOW)[0]
REFUSED = refuse(ASKED, reden=InzetWeigering.GEEN_PLAATS, now=NOW)[0]
BROKEN_OFF = break_off(STARTED, reden=InzetAfbreking.VERHUISD, now=NOW)[0]
DONE = finish(STARTED, now=NOW)[0]
LIVES = {one.status: one for one in (ASKED, STARTED, REFUSED, BROKEN_OFF, DONE)}


def take(one: Inzet, actie: InzetActie) -> tuple[Inzet, object]:
    match actie:
        case InzetActie.STARTEN:
            return start(one, aanbod(), now=NOW)
        case InzetActie.WEIGEREN:
            return refuse(one, reden=InzetWeigering.GEEN_PLAATS, now=NOW)
        case InzetActie.AFBREKEN:
            return break_off(one, reden=InzetAfbreking.VERHUISD, now=NOW)
        case InzetActie.AFRONDEN:
            return finish(one, now=NOW)


def test_every_state_says_what_every_action_does() -> None:
    assert set(TRANSITIONS) == set(product(InzetStatus, InzetActie))
    assert set(LIVES) == set(InzetStatus)


@pytest.mark.parametrize(("status", "actie"), list(TRANSITIONS))
def test_every_step_does_what_the_table_says_and_tells_once(status: InzetStatus, actie: InzetActie) -> None:
    before, after = LIVES[status], TRANSITIONS[status, actie]

    if after is None:
        with pytest.raises(StapError, match=r"^De hulp is "):
            take(before, actie)
        return
    taken, fact = take(before, actie)
    assert (taken.status, next_status(status, actie)) == (after, after)
    if after is status:
        assert (taken, fact) == (before, None)
    else:
        assert taken.versie == before.versie + 1
        assert fact is not None


def test_help_begins_before_it_is_done_and_is_refused_before_it_begins() -> None:
    for before, actie in ((ASKED, InzetActie.AFRONDEN), (STARTED, InzetActie.WEIGEREN)):
        with pytest.raises(StapError):
            take(before, actie)


def test_nothing_comes_back_from_an_end() -> None:
    ends = {InzetStatus.GEWEIGERD, InzetStatus.AFGEBROKEN, InzetStatus.AFGEROND}

    assert {pair for pair, after in TRANSITIONS.items() if pair[0] in ends and after not in {None, pair[0]}} == set()


def test_where_every_place_is_taken_nobody_begins() -> None:
    with pytest.raises(StapError) as refused:
        start(ASKED, aanbod(bezet=4), now=NOW)

    assert refused.value.reden_nl == VOL
    assert start(ASKED, aanbod(bezet=3), now=NOW)[0].status is InzetStatus.GESTART
    assert start(STARTED, aanbod(bezet=4), now=NOW) == (STARTED, None)  # its own place is among those


def test_another_reason_than_before_is_out_of_order() -> None:
    with pytest.raises(StapError):
        refuse(REFUSED, reden=InzetWeigering.ANDERS, now=NOW)
    with pytest.raises(StapError):
        break_off(BROKEN_OFF, reden=InzetAfbreking.ANDERS, now=NOW)


@pytest.mark.parametrize("reden", list(InzetWeigering))
def test_a_refusal_is_a_gap_when_it_tells_something_of_the_palet(reden: InzetWeigering) -> None:
    refused, fact = refuse(ASKED, reden=reden, now=NOW)

    gap = gap_of_refusal(refused, lacune_id=UUID(int=99))

    assert fact is not None
    assert fact.reden is reden
    assert (gap.reden if gap else None) is LACUNE_BIJ_WEIGERING[reden]
    if gap:
        assert (gap.inzet_id, gap.melding_id, gap.doelgroep, gap.fase) == (
            ASKED.id, ASKED.melding_id, ASKED.doelgroep, ASKED.fase
        )  # fmt: skip


def test_every_refusal_says_whether_it_is_a_gap_and_what_did_not_refuse_is_none() -> None:
    assert set(LACUNE_BIJ_WEIGERING) == set(InzetWeigering)
    assert [gap_of_refusal(one, lacune_id=UUID(int=9)) for one in (ASKED, STARTED, BROKEN_OFF, DONE)] == [None] * 4


# --- who is tied to it -----------------------------------------------------------------------------------------------


def somebody(rol: Rol, organisatie: str, *gemeenten: str) -> Caller:
    toegang = Toegang(BELEID["handover", "readInzet"], Betrekking.INZET, Doel.HULP)
    return Caller("iemand", "iemand", rol, organisatie, frozenset(gemeenten), toegang)


@pytest.mark.parametrize(
    ("caller", "tied"),
    [
        (somebody(Rol.LOKAAL_TEAM, "lokaal-team-0599", "0599"), True),
        (somebody(Rol.LOKAAL_TEAM, "lokaal-team-0622", "0622"), False),
        (somebody(Rol.KETENPARTNER, "hulp"), True),
        (somebody(Rol.LOKAAL_TEAM, "hulp", "0622"), True),  # a team that gives the help itself
        (somebody(Rol.KETENPARTNER, "andere-hulp", "0599"), False),
        (somebody(Rol.GEMEENTE, "hulp", "0599"), False),
        (somebody(Rol.BEHEERDER, "hulp", "0599"), False),
    ],
)
def test_who_received_the_casus_and_who_gives_the_help_are_tied_to_an_inzet(caller: Caller, *, tied: bool) -> None:
    assert inzetten.ties(caller, ASKED, OFFERED) == (frozenset({Betrekking.INZET}) if tied else frozenset())


def test_a_receiver_whose_rights_do_not_reach_the_overdracht_is_not_tied_by_it() -> None:
    team = somebody(Rol.LOKAAL_TEAM, "lokaal-team-0599", "0599")
    assert team.toegang is not None
    elsewhere = replace(team, toegang=replace(team.toegang, reikwijdte=frozenset({Reikwijdte("0622")})))

    assert inzetten.ties(elsewhere, ASKED, OFFERED) == frozenset()


def test_behind_his_wall_who_gives_the_help_does_not_see_the_overdracht_and_is_tied_all_the_same() -> None:
    assert inzetten.ties(somebody(Rol.KETENPARTNER, "hulp"), ASKED, None) == {Betrekking.INZET}
    assert inzetten.ties(somebody(Rol.LOKAAL_TEAM, "lokaal-team-0599", "0599"), ASKED, None) == frozenset()


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        ({"0599"}, {Betrekking.EIGEN_GEMEENTE}),
        ({"0599", "0622"}, set()),
        (set(), set()),  # the whole region is nobody's own municipality
    ],
)
def test_help_is_of_a_municipality_when_it_is_for_no_other(codes: set[str], found: set[Betrekking]) -> None:
    assert interventies.ties(somebody(Rol.LOKAAL_TEAM, "lokaal-team-0599", "0599"), "hulp", codes) == found
