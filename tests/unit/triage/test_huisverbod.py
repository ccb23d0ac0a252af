"""The huisverbod as a table and as decisions, read as sentences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain import huisverbod as rules
from services.triage.domain.dossier import Instrument
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.fouten import InvoerError
from services.triage.domain.huisverbod import Huisverbod, HuisverbodActie, HuisverbodStatus
from services.triage.domain.huisverbod_toets import (
    Advies,
    Afzien,
    Betrokkene,
    Casusregie,
    Intrekking,
    Kring,
    Oplegging,
    Periode,
    Screening,
    Verlenging,
    overlaps,
    same_person,
)
from shared.events.behandeling import (
    HuisverbodAdviesGegeven,
    HuisverbodBeeindigd,
    HuisverbodGescreend,
    HuisverbodOpgelegd,
    HuisverbodVerlengd,
)
from shared.rules.behandelcodes import HuisverbodEinde
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.huisverbod import (
    BEVOEGDHEDEN,
    HuisverbodAdvies,
    HuisverbodBesluit,
    HuisverbodGezag,
)
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=60)
MELDING, ANDERE_MELDING = UUID(int=2), UUID(int=22)
PLEGER, SLACHTOFFER = Betrokkene(MELDING, 0), Betrokkene(MELDING, 1)
KRING = Kring(frozenset({MELDING, ANDERE_MELDING}), frozenset({PLEGER, SLACHTOFFER}))
MAYOR, POLICE = HuisverbodGezag.BURGEMEESTER, HuisverbodGezag.HULPOFFICIER
SECOND = timedelta(seconds=1)


def fresh(nr: int = 1, *, gescreend_op: datetime = NOW) -> Huisverbod:
    return Huisverbod(
        id=UUID(int=nr),
        melding_id=MELDING,
        casus_id=UUID(int=3),
        gemeente_code="0599",
        status=HuisverbodStatus.GESCREEND,
        versie=1,
        screening=Screening(
            gescreend_op=gescreend_op,
            geadviseerd=True,
            op_verzoek=False,
            kindermishandeling=True,
            instrument=Instrument("RiHG", "1", {"1": "ja"}),
            motivering="hoog",
        ),
    )


def oplegging(opgelegd_op: datetime = NOW, **changes: object) -> Oplegging:
    values = {
        "opgelegd_op": opgelegd_op,
        "door": POLICE,
        "uithuisgeplaatste": PLEGER,
        "achterblijvers": (SLACHTOFFER,),
        "motivering": "gevaar",
        **changes,
    }
    return Oplegging(**values)  # type: ignore[arg-type]


def imposed(before: Huisverbod | None = None, moment: datetime = NOW, **changes: object) -> Huisverbod:
    found = before or fresh(gescreend_op=moment)
    new = oplegging(moment, **changes)
    after, _ = rules.impose(found, new, kring=KRING, anderen=(), rules=DEFAULT_SETTINGS, now=LATER + timedelta(400))
    return after


def verlenging(dagen: int, moment: datetime, door: HuisverbodGezag = MAYOR) -> Verlenging:
    return Verlenging(UUID(int=50 + dagen), dagen, moment, door, "nog gevaar")


def extended(before: Huisverbod, dagen: int, moment: datetime) -> Huisverbod:
    extension = verlenging(dagen, moment)
    return rules.extend(before, extension, anderen=(), rules=DEFAULT_SETTINGS, now=moment)[0]


def intrekking(moment: datetime, door: HuisverbodGezag = MAYOR) -> Intrekking:
    return Intrekking(moment, door, hulp_aanvaard=True, motivering="hij werkt mee")


def advies(moment: datetime) -> Advies:
    return Advies(UUID(int=40), HuisverbodAdvies.VERLENGEN, moment, "nog niet veilig")


def end_of(huisverbod: Huisverbod) -> datetime:
    assert huisverbod.eindigt_op is not None
    return huisverbod.eindigt_op


def faults_of(error: pytest.ExceptionInfo[InvoerError]) -> list[str]:
    return [pointer for pointer, _ in error.value.fouten]


# --- the machine -------------------------------------------------------------------------------------------------


def in_state(status: HuisverbodStatus) -> tuple[Huisverbod, datetime]:
    """Return a huisverbod in a state, and a moment at which it is."""
    moment = NOW + timedelta(days=2)
    match status:
        case HuisverbodStatus.GESCREEND:
            return fresh(), moment
        case HuisverbodStatus.NIET_OPGELEGD:
            return rules.abstain(fresh(), Afzien(NOW, "geen gevaar"), now=moment)[0], moment
        case HuisverbodStatus.OPGELEGD:
            return imposed(), moment
        case HuisverbodStatus.VERLENGD:
            return extended(imposed(), 20, NOW + timedelta(days=1)), moment
        case HuisverbodStatus.INGETROKKEN:
            return rules.withdraw(imposed(), intrekking(NOW + timedelta(days=1)), now=moment)[0], moment
        case HuisverbodStatus.AFGELOPEN:
            return imposed(), NOW + timedelta(days=10)


def after(before: Huisverbod, actie: HuisverbodActie, moment: datetime) -> HuisverbodStatus | str:
    """Return the state to which a step really leads, or what is said when it is refused."""
    try:
        match actie:
            case HuisverbodActie.OPLEGGEN:
                new = oplegging(moment, nieuwe_feiten="ja")
                made = rules.impose(before, new, kring=KRING, anderen=(), rules=DEFAULT_SETTINGS, now=moment)[0]
            case HuisverbodActie.AFZIEN:
                made = rules.abstain(before, Afzien(moment, "toch niet"), now=moment)[0]
            case HuisverbodActie.ADVISEREN:
                made = rules.advise(before, advies(moment), now=moment)[0]
            case HuisverbodActie.VERLENGEN:
                made = extended(before, 28, moment)
            case HuisverbodActie.INTREKKEN:
                made = rules.withdraw(before, intrekking(moment), now=moment)[0]
            case HuisverbodActie.BEEINDIGEN:
                made = rules.close(before, now=moment)[0]
            case HuisverbodActie.CASUSREGIE:
                made = rules.hand_casusregie(before, Casusregie(UUID(int=7), "vtrr", "wie", moment), now=moment)[0]
            case HuisverbodActie.GESPREK:
                rules.check_gesprek(before, now=moment)
                made = before
        return rules.status_at(made, moment)
    except OutOfOrderError as error:
        return error.reden_nl


def test_the_table_names_every_state_with_every_step() -> None:
    assert set(rules.TRANSITIONS) == set(product(HuisverbodStatus, HuisverbodActie))
    assert set(rules.MAY_NOW) == set(HuisverbodStatus)


@pytest.mark.parametrize(("status", "actie"), list(product(HuisverbodStatus, HuisverbodActie)))
def test_a_step_leads_where_the_table_says(status: HuisverbodStatus, actie: HuisverbodActie) -> None:
    before, moment = in_state(status)

    assert rules.status_at(before, moment) is status
    assert after(before, actie, moment) == (rules.TRANSITIONS[status, actie] or rules.MAY_NOW[status])


# --- how long ----------------------------------------------------------------------------------------------------


def test_ten_days_end_at_the_hour_of_the_besluit() -> None:
    found = imposed()

    assert (found.dagen, found.eindigt_op) == (10, NOW + timedelta(days=10))
    assert rules.status_at(found, end_of(found) - SECOND) is HuisverbodStatus.OPGELEGD
    assert rules.status_at(found, end_of(found)) is HuisverbodStatus.AFGELOPEN


@pytest.mark.parametrize(
    ("start", "end"),
    [
        # In the night of 29 March 2026 an hour falls away, in that of 25 October one comes double.
        (datetime(2026, 3, 22, 20, 15, tzinfo=UTC), datetime(2026, 4, 1, 19, 15, tzinfo=UTC)),
        (datetime(2026, 10, 20, 19, 15, tzinfo=UTC), datetime(2026, 10, 30, 20, 15, tzinfo=UTC)),
    ],
)
def test_the_hour_on_the_clock_is_kept_when_the_clock_is_changed(start: datetime, end: datetime) -> None:
    assert imposed(moment=start).eindigt_op == end


def test_a_region_can_let_it_end_at_midnight() -> None:
    settings = RuleSettings(huisverbod_tot_op_het_uur=False)

    found, _ = rules.impose(fresh(), oplegging(), kring=KRING, anderen=(), rules=settings, now=NOW)

    assert found.eindigt_op == datetime(2026, 3, 12, 23, 0, tzinfo=UTC)
    term = rules.term_of(found, settings)
    assert term is not None
    assert term.uiterlijk == found.eindigt_op


def test_dates_explain_themselves_and_there_are_none_without_a_ban() -> None:
    found = extended(imposed(), 28, NOW + timedelta(days=5))
    term, advice = rules.term_of(found, DEFAULT_SETTINGS), rules.advice_term_of(found, DEFAULT_SETTINGS)

    assert term is not None
    assert advice is not None
    assert (term.uiterlijk, "28 etmalen" in " ".join(term.uitleg)) == (found.eindigt_op, True)
    assert advice.soort is TermijnSoort.HUISVERBOD_ADVIES
    assert (rules.term_of(fresh(), DEFAULT_SETTINGS), rules.advice_term_of(fresh(), DEFAULT_SETTINGS)) == (None, None)
    assert fresh().periode is None


def test_what_was_longer_under_an_older_setting_is_still_explained() -> None:
    found = extended(imposed(), 28, NOW + timedelta(days=5))

    term = rules.term_of(found, RuleSettings(huisverbod_dagen_maximaal=20))

    assert term is not None
    assert term.uiterlijk == found.eindigt_op


def test_extending_can_until_the_last_second_and_not_in_the_next() -> None:
    found = imposed()

    last = extended(found, 28, end_of(found) - SECOND)
    with pytest.raises(OutOfOrderError):
        extended(found, 28, end_of(found))

    assert last.eindigt_op == NOW + timedelta(days=28) - timedelta(hours=1)  # the clock was put forward on 29 March


def test_more_than_one_extension_fits_up_to_28_days_and_one_day_more_does_not() -> None:
    found = extended(extended(imposed(), 20, NOW + timedelta(days=9)), 28, NOW + timedelta(days=19))

    with pytest.raises(InvoerError) as beyond:
        extended(found, 29, NOW + timedelta(days=20))
    with pytest.raises(InvoerError) as shorter:
        extended(found, 28, NOW + timedelta(days=20))

    assert [one.dagen for one in found.verlengingen] == [20, 28]
    assert (faults_of(beyond), faults_of(shorter)) == (["/dagen"], ["/dagen"])
    assert "28" in str(beyond.value)


def test_an_extension_that_was_decided_in_time_may_be_written_down_later() -> None:
    found = imposed()
    decided = verlenging(28, NOW + timedelta(days=9))

    late, facts = rules.extend(found, decided, anderen=(), rules=DEFAULT_SETTINGS, now=NOW + timedelta(days=12))

    assert rules.status_at(late, NOW + timedelta(days=12)) is HuisverbodStatus.VERLENGD
    assert [type(fact) for fact in facts] == [HuisverbodVerlengd]


# --- who may decide ----------------------------------------------------------------------------------------------


def test_every_besluit_has_a_row_for_everybody_with_a_source() -> None:
    assert set(BEVOEGDHEDEN) == set(product(HuisverbodGezag, HuisverbodBesluit))
    assert {one.grondslag for one in BEVOEGDHEDEN.values()} <= set(GRONDSLAGEN)


@pytest.mark.parametrize(("door", "besluit"), list(BEVOEGDHEDEN))
def test_only_imposing_is_mandated(door: HuisverbodGezag, besluit: HuisverbodBesluit) -> None:
    moment = NOW + timedelta(days=1)

    def decide() -> None:
        match besluit:
            case HuisverbodBesluit.OPLEGGEN:
                imposed(door=door)
            case HuisverbodBesluit.VERLENGEN:
                rules.extend(imposed(), verlenging(20, moment, door), anderen=(), rules=DEFAULT_SETTINGS, now=moment)
            case HuisverbodBesluit.INTREKKEN:
                rules.withdraw(imposed(), intrekking(moment, door), now=moment)

    if door is MAYOR or besluit is HuisverbodBesluit.OPLEGGEN:
        decide()
        return
    with pytest.raises(InvoerError) as refused:
        decide()
    assert faults_of(refused) == ["/door"]


# --- about whom --------------------------------------------------------------------------------------------------


def test_all_faults_of_an_imposing_are_told_at_once() -> None:
    unknown, twice = Betrokkene(UUID(int=99), 0), Betrokkene(MELDING, 5)
    wrong = oplegging(NOW - SECOND, uithuisgeplaatste=twice, achterblijvers=(unknown, twice, SLACHTOFFER, SLACHTOFFER))

    with pytest.raises(InvoerError) as refused:
        rules.impose(fresh(), wrong, kring=KRING, anderen=(period(9, NOW),), rules=DEFAULT_SETTINGS, now=NOW)

    assert faults_of(refused) == [
        "/opgelegdOp",
        "/uithuisgeplaatste/nr",
        "/achterblijvers/0/meldingId",
        "/achterblijvers/1/nr",
        "/achterblijvers/1",
        "/achterblijvers/3",
    ]


def test_of_a_melding_of_which_nobody_was_told_every_place_is_taken() -> None:
    found = imposed(uithuisgeplaatste=Betrokkene(ANDERE_MELDING, 7))

    assert found.status is HuisverbodStatus.OPGELEGD


@pytest.mark.parametrize("moment", [NOW + timedelta(minutes=6), datetime(1899, 12, 31, tzinfo=UTC)])
def test_what_cannot_have_happened_is_refused(moment: datetime) -> None:
    with pytest.raises(InvoerError) as refused:
        rules.impose(fresh(), oplegging(moment), kring=KRING, anderen=(), rules=DEFAULT_SETTINGS, now=NOW)

    assert faults_of(refused) == ["/opgelegdOp"]


def period(nr: int, start: datetime, *, end: datetime | None = None, **changes: object) -> Periode:
    return Periode(UUID(int=nr), oplegging(start, **changes), end or start + timedelta(days=10))


def impose_beside(other: Periode, moment: datetime, **changes: object) -> Huisverbod:
    new = oplegging(moment, **changes)
    return rules.impose(
        fresh(9, gescreend_op=moment), new, kring=KRING, anderen=(other,), rules=DEFAULT_SETTINGS, now=LATER
    )[0]


def test_a_second_ban_of_one_person_asks_new_facts() -> None:
    earlier = period(1, NOW - timedelta(days=30))

    with pytest.raises(InvoerError) as refused:
        impose_beside(earlier, NOW)

    assert faults_of(refused) == ["/nieuweFeiten"]
    assert impose_beside(earlier, NOW, nieuwe_feiten="hij kwam terug").status is HuisverbodStatus.OPGELEGD
    assert impose_beside(earlier, NOW, uithuisgeplaatste=SLACHTOFFER, achterblijvers=()).dagen == 10


def test_who_stands_in_another_melding_is_taken_for_the_same_until_somebody_says_otherwise() -> None:
    there = Betrokkene(ANDERE_MELDING, 0)
    earlier = period(1, NOW - timedelta(days=30), uithuisgeplaatste=there)

    with pytest.raises(InvoerError):
        impose_beside(earlier, NOW)

    assert impose_beside(earlier, NOW, ander_persoon=(UUID(int=1),)).dagen == 10
    assert not same_person(replace(earlier, oplegging=oplegging(ander_persoon=(UUID(int=9),), uithuisgeplaatste=there)),
                           period(9, NOW))  # fmt: skip


def test_nobody_is_out_of_the_house_by_two_bans_at_once() -> None:
    running = period(1, NOW)

    with pytest.raises(OutOfOrderError, match="maar één"):
        impose_beside(running, running.einde - SECOND, nieuwe_feiten="x")
    with pytest.raises(OutOfOrderError):
        impose_beside(period(1, NOW + timedelta(days=10) - SECOND), NOW, nieuwe_feiten="x")

    assert impose_beside(running, running.einde, nieuwe_feiten="x").status is HuisverbodStatus.OPGELEGD
    assert impose_beside(period(1, NOW + timedelta(days=10)), NOW, nieuwe_feiten="x").dagen == 10


def test_an_extension_cannot_run_into_a_later_ban() -> None:
    later = period(2, NOW + timedelta(days=12))

    with pytest.raises(OutOfOrderError):
        rules.extend(
            imposed(), verlenging(20, NOW), anderen=(later,), rules=DEFAULT_SETTINGS, now=NOW + timedelta(days=13)
        )


# --- what is told ------------------------------------------------------------------------------------------------


def test_each_step_tells_one_fact_and_the_same_step_again_none() -> None:
    screened, first = rules.screen(fresh())
    ban, second = rules.impose(screened, oplegging(), kring=KRING, anderen=(), rules=DEFAULT_SETTINGS, now=NOW)
    again = rules.impose(ban, oplegging(), kring=KRING, anderen=(), rules=DEFAULT_SETTINGS, now=NOW)
    advised, third = rules.advise(ban, advies(NOW + timedelta(days=7)), now=LATER)
    advised_again = rules.advise(advised, replace(advies(NOW + timedelta(days=7)), id=UUID(int=41)), now=LATER)
    longer, fourth = rules.extend(
        advised, verlenging(28, NOW + timedelta(days=8)), anderen=(), rules=DEFAULT_SETTINGS, now=LATER
    )
    same = replace(verlenging(28, NOW + timedelta(days=8)), id=UUID(int=51))
    longer_again = rules.extend(longer, same, anderen=(), rules=DEFAULT_SETTINGS, now=LATER)
    gone, fifth = rules.withdraw(longer, intrekking(NOW + timedelta(days=9)), now=LATER)

    assert [type(fact) for fact in (*first, *second, *third, *fourth, *fifth)] == [
        HuisverbodGescreend,
        HuisverbodOpgelegd,
        HuisverbodAdviesGegeven,
        HuisverbodVerlengd,
        HuisverbodBeeindigd,
    ]
    assert (again, advised_again, longer_again) == ((ban, ()), (advised, ()), (longer, ()))
    assert rules.withdraw(gone, intrekking(NOW + timedelta(days=9)), now=LATER) == (gone, ())
    afzien = Afzien(NOW, "geen gevaar")
    without, facts = rules.abstain(screened, afzien, now=NOW)
    assert (facts, rules.abstain(without, afzien, now=NOW)) == ((), (without, ()))


def test_an_end_that_nobody_noted_in_time_is_told_as_it_was() -> None:
    found = imposed()

    closed, facts = rules.close(found, now=LATER)

    (fact,) = facts
    assert isinstance(fact, HuisverbodBeeindigd)
    assert (fact.einde, fact.beeindigd_op) == (HuisverbodEinde.AFGELOPEN, end_of(found))
    assert rules.close(closed, now=LATER + SECOND) == (closed, ())


def test_the_casusregie_keeps_who_held_it_before() -> None:
    first = rules.hand_casusregie(imposed(), Casusregie(UUID(int=1), "vtrr", "een", NOW), now=NOW)[0]
    same = rules.hand_casusregie(first, Casusregie(UUID(int=2), "vtrr", "een", LATER), now=NOW)[0]
    second = rules.hand_casusregie(first, Casusregie(UUID(int=3), "vtrr", "twee", LATER), now=LATER)[0]

    assert same is first
    assert [one.medewerker for one in second.casusregie] == ["een", "twee"]
    assert second.status is HuisverbodStatus.OPGELEGD  # that it is over is for the clock to say


def test_steps_cannot_lie_before_what_they_follow_on() -> None:
    found = extended(imposed(), 20, NOW + timedelta(days=5))
    early = NOW + timedelta(days=4)

    with pytest.raises(InvoerError) as extension:
        extended(found, 28, early)
    with pytest.raises(InvoerError) as withdrawal:
        rules.withdraw(found, intrekking(early), now=LATER)
    with pytest.raises(InvoerError) as advice:
        rules.advise(found, advies(NOW - SECOND), now=LATER)
    with pytest.raises(InvoerError) as abstained:
        rules.abstain(fresh(), Afzien(NOW - SECOND, "x"), now=LATER)

    assert [faults_of(one) for one in (extension, withdrawal, advice, abstained)] == [
        ["/beslotenOp"],
        ["/ingetrokkenOp"],
        ["/gegevenOp"],
        ["/afgezienOp"],
    ]


# --- whatever happens --------------------------------------------------------------------------------------------

STEPS = st.tuples(
    st.integers(0, 2),  # which ban
    st.sampled_from(["opleggen", "verlengen", "intrekken", "sluiten"]),
    st.integers(0, 45 * 24),  # hours
    st.integers(1, 40),  # days
    st.sampled_from([PLEGER, SLACHTOFFER]),
)


def take(bans: list[Huisverbod], step: tuple[int, str, int, int, Betrokkene]) -> None:
    """Take a step on one of the bans, if it is not refused."""
    which, what, hours, dagen, who = step
    moment, mine = NOW + timedelta(hours=hours), bans[which]
    others = [one.periode for one in bans if one is not mine and one.periode is not None]
    try:
        match what:
            case "opleggen":
                new = oplegging(moment, uithuisgeplaatste=who, achterblijvers=(), nieuwe_feiten="x")
                bans[which], _ = rules.impose(mine, new, kring=KRING, anderen=others, rules=DEFAULT_SETTINGS, now=LATER)
            case "verlengen":
                bans[which], _ = rules.extend(
                    mine, verlenging(dagen, moment), anderen=others, rules=DEFAULT_SETTINGS, now=LATER
                )
            case "intrekken":
                bans[which], _ = rules.withdraw(mine, intrekking(moment), now=LATER)
            case _:
                bans[which], _ = rules.close(mine, now=moment)
    except (OutOfOrderError, InvoerError):
        pass


@given(st.lists(STEPS, max_size=25))
def test_whatever_happens_28_days_are_the_most_and_nobody_has_two(
    steps: list[tuple[int, str, int, int, Betrokkene]],
) -> None:
    bans = [fresh(nr) for nr in (1, 2, 3)]

    for step in steps:
        take(bans, step)

    periods = [one.periode for one in bans if one.periode is not None]
    for one in periods:
        most = compute_termijn(TermijnSoort.HUISVERBOD, one.oplegging.opgelegd_op, dagen=28).uiterlijk
        assert one.einde <= most
    assert not any(overlaps(one, other) for one, other in combinations(periods, 2))
