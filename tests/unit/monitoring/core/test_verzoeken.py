"""The clocks of requests about the file, when its destruction is proposed, and what a destroyed file still does."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.kpis import contributions
from services.monitoring.domain.monitormomenten import MonitormomentStatus
from services.monitoring.domain.termijnen import TERMIJN_VAN_VERZOEK, Stap, Termijn
from shared.events.payloads import CasusAfgesloten, DubbelAnoniemBesloten, DubbelAnoniemOntvangen
from shared.rules.codes import DossierverzoekSoort, DubbelAnoniemKeuze, TermijnSoort, Uitkomst
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import Chain, ams, monitored

MONDAY = ams("2026-03-02 10:00")
ASKED = ams("2026-06-01 10:00")
VERNIETIGING = DossierverzoekSoort.VERNIETIGING


def folded(chain: Chain) -> CasusState:
    return fold(chain.facts, DEFAULT_SETTINGS)


def closed() -> Chain:
    """Return a casus that ended at its besluit, and was told to be closed."""
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.acuutcheck(melding, MONDAY)
    chain.besluit(melding, MONDAY)
    close(chain)
    return chain


def close(chain: Chain) -> None:
    closing = folded(chain).closing
    assert closing is not None
    event = chain.add(CasusAfgesloten(afgesloten_op=closing.afgesloten_op, reden=closing.reden), closing.afgesloten_op)
    chain.facts[-1] = type(event)(
        id=closing.event_id, room=event.room, casus_id=event.casus_id, sequence=event.sequence, time=event.time,
        payload=event.payload,
    )  # fmt: skip


def of_requests(chain: Chain) -> list[Termijn]:
    return [clock for clock in folded(chain).termijnen if clock.soort in set(TERMIJN_VAN_VERZOEK.values())]


def test_every_kind_of_request_has_a_clock() -> None:
    assert set(TERMIJN_VAN_VERZOEK) == set(DossierverzoekSoort)


@pytest.mark.parametrize(
    ("soort", "clock_soort", "uiterlijk", "words"),
    [
        (DossierverzoekSoort.INZAGE, TermijnSoort.DOSSIERVERZOEK, "2026-07-02 00:00", "1 maand na ontvangst"),
        (VERNIETIGING, TermijnSoort.VERNIETIGINGSVERZOEK, "2026-09-02 00:00", "3 maanden na ontvangst"),
    ],
)
def test_a_request_has_a_clock_with_its_working_that_warns_alarms_and_stops_when_it_is_answered(
    soort: DossierverzoekSoort, clock_soort: TermijnSoort, uiterlijk: str, words: str
) -> None:
    chain = closed()
    verzoek = chain.verzoek(ASKED, soort)

    (clock,) = of_requests(chain)
    steps = [clock.next_step]
    chain.dreigend(clock)
    steps.append(of_requests(chain)[0].next_step)
    chain.verstreken(clock)
    steps.append(of_requests(chain)[0].next_step)
    chain.handel_af(verzoek, ASKED + timedelta(days=10), soort)
    (answered,) = of_requests(chain)

    assert (clock.soort, clock.ref_id, clock.uiterlijk) == (clock_soort, verzoek, ams(uiterlijk))
    assert any(words in zin for zin in clock.uitleg)
    assert steps == [(Stap.WAARSCHUWING, clock.waarschuwen_op), (Stap.VERSTREKEN, clock.uiterlijk), None]
    assert (answered.gestopt_op, answered.in_time, answered.vervallen) == (ASKED + timedelta(days=10), True, False)


def test_a_request_keeps_no_casus_open_and_opens_none_again() -> None:
    asked_while_open = Chain()
    asked_while_open.melding(MONDAY)
    asked_while_open.verzoek(MONDAY)
    asked_when_closed = closed()
    before = folded(asked_when_closed).closing

    asked_when_closed.verzoek(ASKED)
    asked_while_open.besluit(next(iter(folded(asked_while_open).heard.meldingen)), MONDAY)

    assert folded(asked_while_open).closing is not None
    assert folded(asked_when_closed).closing == before
    assert folded(asked_when_closed).is_closed


def test_a_request_of_a_casus_without_a_melding_waits_for_the_melding_to_be_heard() -> None:
    chain = Chain()
    chain.verzoek(ASKED)

    before = of_requests(chain)
    chain.melding(MONDAY)

    assert before == []
    assert [clock.soort for clock in of_requests(chain)] == [TermijnSoort.DOSSIERVERZOEK]


# --- retention ---


def test_destruction_is_proposed_on_its_day_once_and_never_of_an_open_casus() -> None:
    chain, until = closed(), date(2046, 3, 2)
    op = folded(chain).closing
    assert op is not None

    nothing_known = folded(chain).voorstellen_op
    chain.bewaar(until, MONDAY, afgesloten_op=op.afgesloten_op)
    known = folded(chain).voorstellen_op
    chain.stel_voor(until, ams("2046-03-02 03:00"))
    told = folded(chain)

    assert (nothing_known, known, told.voorstellen_op, told.bewaren_tot) == (None, until, None, until)


def test_the_newest_date_counts_and_is_proposed_again() -> None:
    chain = closed()
    op = folded(chain).closing
    assert op is not None
    chain.bewaar(date(2046, 3, 2), MONDAY, afgesloten_op=op.afgesloten_op)
    chain.stel_voor(date(2046, 3, 2), ams("2046-03-02 03:00"))

    chain.bewaar(date(2050, 1, 1), ams("2046-03-03 10:00"), afgesloten_op=op.afgesloten_op)

    assert folded(chain).voorstellen_op == date(2050, 1, 1)


def test_a_casus_that_is_open_again_is_not_proposed_and_after_its_next_closing_the_old_date_is_of_no_use() -> None:
    chain = closed()
    op = folded(chain).closing
    assert op is not None
    chain.bewaar(date(2046, 3, 2), MONDAY, afgesloten_op=op.afgesloten_op)

    again = chain.melding(ams("2046-02-01 10:00"))
    reopened = folded(chain).voorstellen_op
    chain.besluit(again, ams("2046-02-05 10:00"))
    close(chain)
    closed_again = folded(chain)
    chain.bewaar(date(2066, 2, 5), ams("2046-02-05 10:01"), afgesloten_op=ams("2046-02-05 10:00"))

    assert reopened is None
    assert closed_again.is_closed
    assert closed_again.voorstellen_op is None
    assert folded(chain).voorstellen_op == date(2066, 2, 5)


# --- destruction ---


def test_what_was_open_when_the_file_was_destroyed_ends_and_is_told_to_nobody() -> None:
    chain, _, _ = monitored()
    chain.verzoek(ASKED, VERNIETIGING)

    chain.vernietig(ASKED + timedelta(days=1))
    state = folded(chain)

    assert [clock.soort for clock in state.termijnen if clock.is_open or clock.next_step] == []
    assert {moment.status for moment in state.momenten} == {MonitormomentStatus.GEANNULEERD}
    assert state.voorstellen_op is None


def test_what_was_done_before_the_file_was_destroyed_stays_as_it_was() -> None:
    chain = closed()
    verzoek = chain.verzoek(ASKED, VERNIETIGING)
    chain.handel_af(verzoek, ASKED + timedelta(days=20), VERNIETIGING)
    open_soorten = {clock.soort for clock in folded(chain).termijnen if clock.is_open}
    before = contributions(folded(chain))

    chain.vernietig(ASKED + timedelta(days=20))
    after = contributions(folded(chain))

    kept = {key: n for key, n in before.items() if key.naam not in {soort.value for soort in open_soorten}}
    assert kept
    assert {key: after[key] for key in kept} == kept


@given(st.permutations(range(6)))
def test_facts_of_requests_and_destruction_give_the_same_state_in_any_order(order: list[int]) -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY + timedelta(days=3), Uitkomst.GEEN_VERVOLG)
    verzoek = chain.verzoek(ASKED, VERNIETIGING)
    chain.handel_af(verzoek, ASKED + timedelta(days=5), VERNIETIGING)
    chain.vernietig(ASKED + timedelta(days=5))
    chain.verzoek(ASKED + timedelta(days=6))

    shuffled = fold([chain.facts[place] for place in order], DEFAULT_SETTINGS)

    assert shuffled == folded(chain)


# --- a signal of an unknown melder -------------------------------------------------------------------------------


def test_a_signal_of_an_unknown_melder_has_a_day_until_somebody_decides_and_makes_no_melding() -> None:
    chain = Chain()
    melding_id = uuid4()
    chain.add(DubbelAnoniemOntvangen(melding_id=melding_id, ontvangen_op=MONDAY, gemeente_code="0599"), MONDAY)
    (clock,) = folded(chain).termijnen
    waiting = folded(chain)
    later = MONDAY + timedelta(hours=2)
    for keuze, at in ((DubbelAnoniemKeuze.NIET_IN_BEHANDELING, later), (DubbelAnoniemKeuze.MELDER_BEKEND, ASKED)):
        chain.add(DubbelAnoniemBesloten(melding_id=melding_id, besluit=keuze, besloten_op=at), at)
    (stopped,) = folded(chain).termijnen

    assert (clock.soort, clock.uiterlijk) == (TermijnSoort.DUBBEL_ANONIEM_BESLUIT, ams("2026-03-03 00:00"))
    assert clock.next_step == (Stap.WAARSCHUWING, clock.waarschuwen_op)
    assert (stopped.gestopt_op, stopped.in_time) == (later, True)
    assert (waiting.closing, waiting.gemeente_code) == (None, "0599")
    counts = {(key.naam, key.waarde): n for key, n in contributions(folded(chain)).items() if key.meting == "telling"}
    assert counts == {
        ("dubbelAnoniem", ""): 1,
        ("dubbelAnoniemPerBesluit", "niet-in-behandeling"): 1,
        ("dubbelAnoniemPerBesluit", "melder-bekend"): 1,
    }
