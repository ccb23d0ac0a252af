"""How a family that waits is kept in sight: what counts as looking, what stays planned, and what moves the work."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain import veiligheidscheck as rules
from services.triage.domain.dienst import Contact, ContactMet, ContactSoort
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.toewijzing import Werkstuk
from services.triage.domain.veiligheidscheck import Veiligheidscheck
from services.triage.domain.voorraad import Stap, place
from shared.events.behandeling import VeiligheidscheckGedaan, VeiligheidscheckGepland
from shared.rules.behandelcodes import VeiligheidscheckUitkomst as Uitkomst
from shared.rules.settings import DEFAULT_SETTINGS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
UITERLIJK = NOW + timedelta(days=70)


def werkstuk(**changes: object) -> Werkstuk:
    waiting = Werkstuk(
        dossier_id=UUID(int=1),
        melding_id=UUID(int=2),
        casus_id=UUID(int=3),
        gemeente_code="0599",
        versie=1,
        werk=place(Stap.DIENST, UITERLIJK, acuut=False, structureel=True),
        acuut=False,
        structureel=True,
    )
    return replace(waiting, **changes)  # type: ignore[arg-type]


def check(uitkomst: Uitkomst = Uitkomst.VEILIG, *, op: datetime = NOW, dag: date | None = None) -> Veiligheidscheck:
    return Veiligheidscheck(UUID(int=9), uitkomst, op, "gezien", dag, "anna")


def contact(soort: ContactSoort = ContactSoort.GESPROKEN, met: ContactMet = ContactMet.KIND) -> Contact:
    return Contact(UUID(int=8), soort, met, NOW, None)


def gedaan(op: datetime = NOW) -> VeiligheidscheckGedaan:
    return VeiligheidscheckGedaan(melding_id=UUID(int=2), dossier_id=UUID(int=1), gemeente_code="0599", gedaan_op=op)


def gepland(dag: date) -> VeiligheidscheckGepland:
    return VeiligheidscheckGepland(
        melding_id=UUID(int=2), dossier_id=UUID(int=1), gemeente_code="0599", gepland_op=NOW, uiterlijk_dag=dag
    )


def test_a_day_is_agreed_once_and_told_once() -> None:
    after, facts = rules.plan_check(werkstuk(), TODAY, now=NOW)
    again = rules.plan_check(after, TODAY, now=NOW)

    assert (after.volgende_check, after.versie, facts) == (TODAY, 2, (gepland(TODAY),))
    assert again == (after, ())


def test_nothing_is_planned_or_checked_in_work_that_is_done() -> None:
    done = werkstuk(werk=None)

    with pytest.raises(OutOfOrderError, match="klaar"):
        rules.plan_check(done, TODAY, now=NOW)
    with pytest.raises(OutOfOrderError, match="klaar"):
        rules.do_check(done, check(), now=NOW)
    assert rules.speak(done, contact(), now=NOW) == (done, ())


@pytest.mark.parametrize(
    ("dag", "count"),
    [
        pytest.param(TODAY - timedelta(days=1), 1, id="yesterday"),
        pytest.param(TODAY, 0, id="today"),
        pytest.param(TODAY + timedelta(days=31), 0, id="the-last-day-that-can-be-agreed"),
        pytest.param(TODAY + timedelta(days=32), 1, id="so-far-that-the-alarm-would-sleep"),
    ],
)
def test_a_day_lies_between_today_and_a_month(dag: date, count: int) -> None:
    assert len(list(rules.find_day_faults(dag, now=NOW, rules=DEFAULT_SETTINGS))) == count


def test_a_check_counts_as_contact_and_does_what_was_planned_for_its_day() -> None:
    after, facts = rules.do_check(werkstuk(volgende_check=TODAY), check(), now=NOW)

    assert (after.laatste_contact_op, after.volgende_check, facts) == (NOW, None, (gedaan(),))


def test_what_is_planned_for_a_later_day_stays_and_is_told_again_after_a_look() -> None:
    tomorrow = TODAY + timedelta(days=1)

    after, facts = rules.do_check(werkstuk(volgende_check=tomorrow), check(), now=NOW)

    assert (after.volgende_check, facts) == (tomorrow, (gedaan(), gepland(tomorrow)))


def test_a_check_can_agree_on_the_next_one() -> None:
    dag = TODAY + timedelta(days=7)

    after, facts = rules.do_check(werkstuk(volgende_check=TODAY), check(dag=dag), now=NOW)

    assert (after.volgende_check, after.versie, facts) == (dag, 2, (gedaan(), gepland(dag)))


def test_an_attempt_that_reached_nobody_is_no_look_and_leaves_the_plan() -> None:
    before = werkstuk(volgende_check=TODAY)

    assert rules.do_check(before, check(Uitkomst.NIET_BEREIKT), now=NOW) == (before, ())


def test_an_attempt_can_agree_on_the_next_one_all_the_same() -> None:
    after, facts = rules.do_check(werkstuk(), check(Uitkomst.NIET_BEREIKT, dag=TODAY), now=NOW)

    assert (after.laatste_contact_op, after.volgende_check, facts) == (None, TODAY, (gepland(TODAY),))


def test_a_look_of_longer_ago_than_the_last_changes_and_tells_nothing() -> None:
    before = werkstuk(laatste_contact_op=NOW, volgende_check=TODAY)

    assert rules.do_check(before, check(op=NOW - timedelta(hours=1)), now=NOW) == (before, ())
    assert rules.do_check(before, check(op=NOW), now=NOW) == (before, ())


@pytest.mark.parametrize("met", list(ContactMet))
@pytest.mark.parametrize("soort", list(ContactSoort))
def test_only_a_talk_that_was_had_with_one_of_the_family_counts_as_a_look(soort: ContactSoort, met: ContactMet) -> None:
    after, facts = rules.speak(werkstuk(), contact(soort, met), now=NOW)

    outside = {ContactMet.PROFESSIONAL, ContactMet.INFORMANT, ContactMet.ANDERS}
    counts = soort is ContactSoort.GESPROKEN and met not in outside
    assert facts == ((gedaan(),) if counts else ())
    assert after.laatste_contact_op == (NOW if counts else None)


def test_acutely_unsafe_goes_to_the_top_until_a_later_check_says_otherwise() -> None:
    before = werkstuk()
    unsafe = rules.do_check(before, check(Uitkomst.ACUUT_ONVEILIG), now=NOW)[0]
    later = NOW + timedelta(hours=2)
    safe = rules.do_check(unsafe, check(Uitkomst.ZORGEN, op=later), now=later)[0]

    assert unsafe.onveilig_op == NOW
    assert unsafe.werk == place(Stap.DIENST, UITERLIJK, acuut=True, structureel=True)
    assert (safe.onveilig_op, safe.werk) == (None, before.werk)


def test_neither_an_attempt_nor_an_older_check_takes_it_from_the_top() -> None:
    unsafe = rules.do_check(werkstuk(), check(Uitkomst.ACUUT_ONVEILIG), now=NOW)[0]

    attempt = rules.do_check(unsafe, check(Uitkomst.NIET_BEREIKT, op=NOW + timedelta(hours=1)), now=NOW)[0]
    older = rules.do_check(unsafe, check(Uitkomst.VEILIG, op=NOW - timedelta(hours=1)), now=NOW)[0]

    assert (attempt.werk, attempt.onveilig_op) == (unsafe.werk, NOW)
    assert (older.werk, older.onveilig_op) == (unsafe.werk, NOW)


_CHECKS = st.tuples(
    st.sampled_from(Uitkomst), st.timedeltas(timedelta(days=-20), timedelta(0)), st.none() | st.integers(0, 20)
)


@given(st.lists(_CHECKS, max_size=10))
def test_in_whatever_order_checks_are_noted_the_newest_look_counts_and_the_top_is_for_unsafe(
    noted: list[tuple[Uitkomst, timedelta, int | None]],
) -> None:
    state = werkstuk()
    for uitkomst, ago, days in noted:
        dag = None if days is None else TODAY + timedelta(days=days)
        state, _ = rules.do_check(state, check(uitkomst, op=NOW + ago, dag=dag), now=NOW)

    looks = [NOW + ago for uitkomst, ago, _ in noted if uitkomst is not Uitkomst.NIET_BEREIKT]
    assert state.laatste_contact_op == max(looks, default=None)
    acuut = state.onveilig_op is not None
    assert state.werk == place(Stap.DIENST, UITERLIJK, acuut=acuut, structureel=True)
