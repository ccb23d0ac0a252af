"""What becomes of a notice that was not taken: one casus waits alone, a receiver as a whole is left in peace."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.bezorgen import (
    GEZOND,
    MAIL,
    PLAATSEN,
    POGINGEN_MAX,
    TRANSITIONS,
    VOLHOUDEN,
    WEBHOOK,
    BerichtActie,
    BerichtStatus,
    Gezondheid,
    Oordeel,
    Poging,
    UitschakelReden,
    Uitslag,
    after_mail,
    backoff,
    judge_attempt,
    judge_proef,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def failed(nummer: int = 1, *, op: datetime = NOW, sinds: datetime | None = None, lasted: timedelta = SECOND) -> Poging:
    return Poging(Uitslag.MISLUKT, nummer, op - lasted, op, sinds)


def judge(poging: Poging, gezondheid: Gezondheid = GEZOND, spread: float = 0.5) -> Oordeel:
    return judge_attempt(poging, gezondheid, spread=spread)


def test_every_status_and_every_action_is_written_down() -> None:
    assert set(TRANSITIONS) == set(product(BerichtStatus, BerichtActie))


def test_nothing_leaves_lapsed_and_everything_else_can_be_sent_again() -> None:
    again = {status for status in BerichtStatus if TRANSITIONS[status, BerichtActie.HERHAALD]}

    assert again == set(BerichtStatus) - {BerichtStatus.VERVALLEN}
    assert {TRANSITIONS[BerichtStatus.VERVALLEN, actie] for actie in BerichtActie} == {None}


@given(st.integers(1, 1000), st.floats(0, 1))
def test_a_wait_stays_between_most_of_the_first_and_the_longest(pogingen: int, spread: float) -> None:
    for tempo in (MAIL, WEBHOOK):
        assert tempo.eerste * 0.75 <= backoff(pogingen, spread, tempo) <= tempo.langste


def test_a_wait_doubles_and_what_failed_together_is_not_tried_together() -> None:
    waits = [backoff(number, 0.5, WEBHOOK) for number in range(1, 5)]

    assert waits == [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)]
    assert backoff(3, 0.0, WEBHOOK) < waits[2] < backoff(3, 1.0, WEBHOOK)


def test_a_mail_fails_for_good_only_at_its_last_attempt() -> None:
    before = after_mail(Uitslag.MISLUKT, pogingen=POGINGEN_MAX - 1, now=NOW, spread=0)
    last = after_mail(Uitslag.MISLUKT, pogingen=POGINGEN_MAX, now=NOW, spread=0)

    assert (before.status, last.status) == (BerichtStatus.WACHTEND, BerichtStatus.MISLUKT)
    assert before.volgende_poging_op is not None
    assert last.volgende_poging_op is None


def test_what_arrives_heals_the_receiver() -> None:
    ill = Gezondheid(NOW - timedelta(hours=3), 5, 4, NOW - timedelta(hours=1), NOW)

    oordeel = judge(Poging(Uitslag.GELUKT, 3, NOW, NOW + SECOND, NOW - timedelta(hours=1)), ill)

    assert (oordeel.actie, oordeel.status, oordeel.gezondheid) == (
        BerichtActie.BEZORGD,
        BerichtStatus.VERZONDEN,
        GEZOND,
    )


def test_one_casus_that_is_refused_again_and_again_gives_its_receiver_no_rest() -> None:
    gezondheid, sinds = GEZOND, NOW
    for nummer in range(1, 12):
        oordeel = judge(failed(nummer, op=NOW + timedelta(minutes=nummer), sinds=sinds), gezondheid)
        gezondheid = oordeel.gezondheid

    assert gezondheid.may_be_called(NOW)
    assert gezondheid.plaatsen == PLAATSEN
    assert oordeel.actie is BerichtActie.GEWEIGERD


def test_a_receiver_that_refuses_three_casussen_is_left_in_peace_and_felt_with_one() -> None:
    gezondheid = GEZOND
    for _ in range(3):
        assert gezondheid.may_be_called(NOW)
        gezondheid = judge(failed(), gezondheid).gezondheid

    assert not gezondheid.may_be_called(NOW + 4 * SECOND)
    assert gezondheid.may_be_called(NOW + 5 * SECOND)
    assert gezondheid.plaatsen == 1


def test_what_was_under_way_when_the_rest_began_does_not_make_it_longer() -> None:
    gezondheid = GEZOND
    for _ in range(3):
        gezondheid = judge(failed(), gezondheid).gezondheid
    for _ in range(5):
        late = failed(op=NOW + 2 * SECOND, lasted=3 * SECOND)
        assert judge(late, gezondheid).gezondheid.rust_tot == gezondheid.rust_tot

    probe = judge(failed(2, op=NOW + 10 * SECOND), gezondheid).gezondheid

    assert (probe.rusten, probe.rust_tot) == (2, NOW + 20 * SECOND)


def test_a_receiver_that_takes_nothing_for_a_day_is_switched_off_and_its_notice_waits() -> None:
    gezondheid = Gezondheid(mislukt_sinds=NOW - VOLHOUDEN, mislukkingen=1)

    just_before = judge(failed(9, op=NOW - SECOND, sinds=NOW - VOLHOUDEN), gezondheid)
    oordeel = judge(failed(10, sinds=NOW - VOLHOUDEN), gezondheid)

    assert (just_before.uitschakelen, just_before.volgende_poging_op) == (None, NOW)
    assert oordeel.uitschakelen is UitschakelReden.DAG_NIET_BEZORGD
    assert (oordeel.status, oordeel.volgende_poging_op) == (BerichtStatus.WACHTEND, None)


def test_a_notice_that_is_refused_for_a_day_while_others_arrive_waits_for_a_person() -> None:
    healthy_an_hour_ago = Gezondheid(mislukt_sinds=NOW - timedelta(hours=1), mislukkingen=0)

    oordeel = judge(failed(20, sinds=NOW - VOLHOUDEN), healthy_an_hour_ago)

    assert (oordeel.status, oordeel.uitschakelen) == (BerichtStatus.MISLUKT, None)


def test_a_receiver_that_says_that_it_is_gone_is_switched_off_at_once() -> None:
    oordeel = judge(Poging(Uitslag.WEG, 1, NOW, NOW + SECOND))

    assert oordeel.uitschakelen is UitschakelReden.ONTVANGER_WEG
    assert oordeel.status is BerichtStatus.WACHTEND


@given(st.lists(st.floats(0, 1), min_size=30, max_size=30))
def test_a_dead_receiver_is_tried_over_a_day_and_then_no_more(spreads: list[float]) -> None:
    gezondheid, op, sinds = GEZOND, NOW, None
    for nummer, spread in enumerate(spreads, start=1):
        oordeel = judge(failed(nummer, op=op, sinds=sinds), gezondheid, spread)
        gezondheid, sinds = oordeel.gezondheid, sinds or op
        if oordeel.uitschakelen:
            break
        assert oordeel.volgende_poging_op is not None
        op = oordeel.volgende_poging_op

    assert oordeel.uitschakelen is UitschakelReden.DAG_NIET_BEZORGD
    assert op == NOW + VOLHOUDEN
    assert 18 <= nummer <= 28


@given(st.lists(st.tuples(st.sampled_from([Uitslag.GELUKT, Uitslag.MISLUKT]), st.integers(0, 20_000)), max_size=60))
def test_no_rest_lasts_longer_than_the_longest_wait_nor_past_the_day(steps: list[tuple[Uitslag, int]]) -> None:
    gezondheid, op = GEZOND, NOW
    for uitslag, seconds in steps:
        op += timedelta(seconds=seconds)
        oordeel = judge(Poging(uitslag, 1, op, op), gezondheid)
        gezondheid = oordeel.gezondheid
        if gezondheid.rust_tot and gezondheid.rust_vanaf:
            assert timedelta(0) < gezondheid.rust_tot - gezondheid.rust_vanaf <= WEBHOOK.langste
        assert (gezondheid == GEZOND) == (uitslag is Uitslag.GELUKT)


@pytest.mark.parametrize(
    ("uitslag", "actie"),
    [
        (Uitslag.GELUKT, BerichtActie.BEZORGD),
        (Uitslag.MISLUKT, BerichtActie.OPGEGEVEN),
        (Uitslag.WEG, BerichtActie.OPGEGEVEN),
    ],
)
def test_a_test_notice_is_tried_once(uitslag: Uitslag, actie: BerichtActie) -> None:
    assert judge_proef(uitslag) is actie
