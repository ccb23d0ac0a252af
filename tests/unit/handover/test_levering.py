"""A delivery is tried for a day, then a person has it; proof ends it whenever it comes, and nothing drops it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.handover.domain import leverstappen as domain
from services.handover.domain.leveradres import Adres, Opgave, find_faults
from services.handover.domain.leverbericht import Bericht, judge_answer, mail_of, wire
from services.handover.domain.levering import (
    TRANSITIONS,
    AfhandelWijze,
    Bewijs,
    Levering,
    LeveringActie,
    LeveringStatus,
    PogingUitkomst,
    next_status,
)
from services.handover.domain.leverstappen import GEWEIGERD_MAX, VENSTER, ZONDER_BEVESTIGING_MAX, Aanbod, wait_after
from services.handover.domain.overdracht import StapError
from shared.events.levering import LeveringAfgerond, LeveringHervat, LeveringVoorgelegd
from shared.rules.codes import BestemmingSoort
from shared.rules.leveringcodes import LeveringEinde, LeverWijze, VoorlegReden

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=1)
FAILURES = [one for one in PogingUitkomst if one not in {PogingUitkomst.ONTVANGEN, PogingUitkomst.VERZONDEN}]


def begun(wijze: LeverWijze | None = LeverWijze.REST) -> Levering:
    aanbod = Aanbod(
        overdracht_id=uuid4(),
        melding_id=uuid4(),
        gemeente_code="0599",
        soort=BestemmingSoort.OPVANG,
        organisatie_id="opvang-rotterdam-rijnmond",
    )
    return domain.begin(aanbod, wijze, levering_id=uuid4(), uiterlijk=DUE, now=NOW)[0]


def in_status(status: LeveringStatus) -> Levering:
    return replace(begun(), status=status, volgende_poging_op=NOW, voorgelegd_op=NOW)


def test_every_pair_of_state_and_deed_is_written_out() -> None:
    assert set(TRANSITIONS) == set(product(LeveringStatus, LeveringActie))
    for (status, actie), after in TRANSITIONS.items():
        if after is None:
            with pytest.raises(StapError):
                next_status(status, actie)
        else:
            assert next_status(status, actie) is after


def test_proof_ends_whatever_still_needs_something_and_nothing_that_a_person_settled_or_that_ended() -> None:
    ends = {status: next_status(status, LeveringActie.BEWIJZEN) for status in LeveringStatus}

    assert {status for status, after in ends.items() if after is LeveringStatus.ONTVANGEN} == {
        LeveringStatus.OPEN,
        LeveringStatus.VERZONDEN,
        LeveringStatus.WACHT_OP_MENS,
        LeveringStatus.ONTVANGEN,
    }
    assert ends[LeveringStatus.AFGEHANDELD] is LeveringStatus.AFGEHANDELD
    assert ends[LeveringStatus.VERVALLEN] is LeveringStatus.VERVALLEN


@pytest.mark.parametrize(
    ("wijze", "reden"),
    [
        (LeverWijze.REST, None),
        (LeverWijze.E_MAIL, None),
        (LeverWijze.HANDMATIG, VoorlegReden.HANDMATIG),
        (None, VoorlegReden.GEEN_ADRES),
    ],
)
def test_what_does_not_go_by_itself_is_laid_before_a_person_at_once(
    wijze: LeverWijze | None, reden: VoorlegReden | None
) -> None:
    new = begun(wijze)

    assert new.reden is reden
    assert new.status is (LeveringStatus.WACHT_OP_MENS if reden else LeveringStatus.OPEN)


def play(outcomes: Mapping[int, PogingUitkomst] | None = None, *, spread: float = 0.5) -> list[tuple[datetime, Any]]:
    """Try until it ends, each attempt at its moment; by its number what becomes of it, otherwise no answer."""
    levering, moment, seen = begun(), NOW, []
    for number in range(1, 500):
        uitkomst = (outcomes or {}).get(number, PogingUitkomst.GEEN_ANTWOORD)
        levering, facts = domain.after_attempt(
            replace(levering, pogingen=number), uitkomst, uiterlijk=DUE, now=moment, spread=spread
        )
        seen.append((moment, levering))
        assert bool(facts) is (levering.status is not LeveringStatus.OPEN)
        if levering.volgende_poging_op is None:
            return seen
        moment = levering.volgende_poging_op
    raise AssertionError("it was tried for ever")


@given(st.floats(0, 1))
def test_a_dead_receiver_is_tried_for_exactly_a_day_with_growing_waits_and_then_a_person_has_it(spread: float) -> None:
    seen = play(spread=spread)

    moments = [moment for moment, _ in seen]
    waits = [after - before for before, after in pairwise(moments)]
    assert moments[-1] == NOW + VENSTER
    assert waits[:-1] == sorted(waits[:-1])
    assert timedelta(seconds=20) < waits[0] < timedelta(seconds=40)
    assert max(waits) <= timedelta(hours=2.5)
    assert 15 <= len(seen) <= 30
    last = seen[-1][1]
    assert (last.status, last.reden, last.voorgelegd_op) == (
        LeveringStatus.WACHT_OP_MENS,
        VoorlegReden.NIET_GELUKT,
        NOW + VENSTER,
    )


@given(st.dictionaries(st.integers(1, 30), st.sampled_from(list(PogingUitkomst))), st.floats(0, 1))
def test_whatever_a_receiver_does_it_ends_with_proof_a_mail_or_a_person(
    outcomes: Mapping[int, PogingUitkomst], spread: float
) -> None:
    levering, moment = begun(), NOW
    for number in range(1, 500):
        uitkomst = outcomes.get(number, PogingUitkomst.STORING)
        levering, _ = domain.after_attempt(
            replace(levering, pogingen=number), uitkomst, uiterlijk=DUE, now=moment, spread=spread
        )
        if levering.status is not LeveringStatus.OPEN:
            break
        assert levering.volgende_poging_op is not None
        assert moment < levering.volgende_poging_op <= NOW + VENSTER
        moment = levering.volgende_poging_op

    assert levering.status in {LeveringStatus.ONTVANGEN, LeveringStatus.VERZONDEN, LeveringStatus.WACHT_OP_MENS}
    assert (levering.status is LeveringStatus.ONTVANGEN) <= (PogingUitkomst.ONTVANGEN in outcomes.values())


def test_a_receiver_that_refuses_is_asked_three_times_in_a_row_and_no_more() -> None:
    refused = PogingUitkomst.GEWEIGERD
    by_turns = {1: refused, 2: refused, 3: PogingUitkomst.STORING, 4: refused, 5: refused, 6: refused}

    at_once, after_all = play(dict.fromkeys(range(1, 9), refused)), play(by_turns)

    assert [len(at_once), len(after_all)] == [GEWEIGERD_MAX, 6]
    assert {seen[-1][1].reden for seen in (at_once, after_all)} == {VoorlegReden.GEWEIGERD}


def test_a_mail_that_nobody_confirms_waits_for_a_person_after_three_days_and_not_before() -> None:
    sent, (told,) = domain.after_attempt(
        begun(LeverWijze.E_MAIL), PogingUitkomst.VERZONDEN, uiterlijk=DUE, now=NOW, spread=0.5
    )
    due = NOW + ZONDER_BEVESTIGING_MAX

    early = domain.unconfirmed(sent, uiterlijk=DUE, now=due - timedelta(seconds=1))
    late, (asked,) = domain.unconfirmed(sent, uiterlijk=DUE, now=due)

    assert isinstance(told, LeveringAfgerond)
    assert told.einde is LeveringEinde.VERZONDEN
    assert early == (sent, ())
    assert (late.status, late.reden) == (LeveringStatus.WACHT_OP_MENS, VoorlegReden.NIET_BEVESTIGD)
    assert isinstance(asked, LeveringVoorgelegd)


def test_what_comes_back_after_a_person_settled_it_changes_nothing_and_tells_nothing() -> None:
    for status in (LeveringStatus.AFGEHANDELD, LeveringStatus.VERVALLEN, LeveringStatus.ONTVANGEN):
        for uitkomst in PogingUitkomst:
            before = replace(in_status(status), geweigerd=GEWEIGERD_MAX)
            after, facts = domain.after_attempt(before, uitkomst, uiterlijk=DUE, now=NOW + 2 * VENSTER, spread=0.5)
            assert (after.status, after.bewijs, facts) == (status, before.bewijs, ())


@pytest.mark.parametrize("uitkomst", FAILURES)
def test_a_failure_that_comes_back_late_does_not_take_the_work_from_a_person(uitkomst: PogingUitkomst) -> None:
    waits = in_status(LeveringStatus.WACHT_OP_MENS)

    after, facts = domain.after_attempt(waits, uitkomst, uiterlijk=DUE, now=NOW + timedelta(minutes=1), spread=0.5)

    assert (after.status, after.voorgelegd_op, facts) == (LeveringStatus.WACHT_OP_MENS, NOW, ())


def test_starting_again_gives_another_day_and_forgets_the_refusals() -> None:
    waits = replace(in_status(LeveringStatus.WACHT_OP_MENS), geweigerd=2, reden=VoorlegReden.GEWEIGERD, pogingen=20)
    later = NOW + timedelta(days=3)

    again, (told,) = domain.restart(waits, LeverWijze.REST, now=later)
    failed, facts = domain.after_attempt(again, PogingUitkomst.GEWEIGERD, uiterlijk=DUE, now=later, spread=0.5)

    assert isinstance(told, LeveringHervat)
    assert (again.status, again.volgende_poging_op, again.reden) == (LeveringStatus.OPEN, later, None)
    assert (failed.status, failed.geweigerd, facts) == (LeveringStatus.OPEN, 1, ())
    assert failed.volgende_poging_op is not None


@pytest.mark.parametrize("wijze", [None, LeverWijze.HANDMATIG])
def test_what_only_a_person_can_do_is_not_started_again(wijze: LeverWijze | None) -> None:
    with pytest.raises(StapError, match="handel de levering af"):
        domain.restart(in_status(LeveringStatus.WACHT_OP_MENS), wijze, now=NOW)


def test_settling_twice_in_the_same_way_is_once_and_in_another_way_is_refused() -> None:
    done, (told,) = domain.settle(in_status(LeveringStatus.WACHT_OP_MENS), AfhandelWijze.TELEFOON, now=NOW)

    again, facts = domain.settle(done, AfhandelWijze.TELEFOON, now=NOW + timedelta(hours=1))

    assert isinstance(told, LeveringAfgerond)
    assert told.einde is LeveringEinde.AFGEHANDELD
    assert (again, facts) == (done, ())
    with pytest.raises(StapError):
        domain.settle(done, AfhandelWijze.POST, now=NOW)


def test_an_offer_that_ends_leaves_proof_and_settling_as_they_are_and_ends_the_rest() -> None:
    for status in LeveringStatus:
        after, facts = domain.lapse(in_status(status), now=NOW)
        stays = status in {LeveringStatus.ONTVANGEN, LeveringStatus.AFGEHANDELD, LeveringStatus.VERVALLEN}
        assert after.status is (status if stays else LeveringStatus.VERVALLEN)
        assert bool(facts) is not stays


def test_proof_is_told_once_with_what_it_is() -> None:
    known, (told,) = domain.prove(begun(), Bewijs.GELEZEN, now=NOW)

    assert isinstance(told, LeveringAfgerond)
    assert (known.bewijs, known.volgende_poging_op, told.einde) == (Bewijs.GELEZEN, None, LeveringEinde.ONTVANGEN)
    assert domain.prove(known, Bewijs.BEVESTIGING, now=NOW + timedelta(hours=1)) == (known, ())


def test_waits_grow_from_half_a_minute_to_two_hours_and_never_shrink_below_a_quarter_less() -> None:
    middle = [wait_after(number, 0.5) for number in range(1, 40)]

    assert (middle[0], middle[1], middle[-1]) == (timedelta(seconds=30), timedelta(minutes=1), timedelta(hours=2))
    assert [wait_after(1, spread) for spread in (0.0, 1.0)] == [timedelta(seconds=22.5), timedelta(seconds=37.5)]


# --- the notice, and what counts as proof -----------------------------------------------------------------------

BERICHT = Bericht(
    levering_id=UUID(int=1),
    overdracht_id=UUID(int=2),
    organisatie_id="opvang-rotterdam-rijnmond",
    gemeente_code="0599",
    soort=BestemmingSoort.OPVANG,
    accepteren_uiterlijk=datetime(2026, 3, 9, 23, 0, tzinfo=UTC),
    deur_url="https://handover.example/",
)


def proof(**changes: object) -> bytes:
    return json.dumps({"overdrachtId": str(BERICHT.overdracht_id), "status": "ontvangen"} | changes).encode()


@pytest.mark.parametrize(
    ("status", "body", "uitkomst"),
    [
        (200, proof(), PogingUitkomst.ONTVANGEN),
        (201, proof(meer=1), PogingUitkomst.ONTVANGEN),
        (202, proof(status="in-verwerking"), PogingUitkomst.GEEN_BEWIJS),
        (200, proof(overdrachtId=str(UUID(int=3))), PogingUitkomst.GEEN_BEWIJS),
        (200, b"<html>Welkom</html>", PogingUitkomst.GEEN_BEWIJS),
        (200, b"", PogingUitkomst.GEEN_BEWIJS),
        (204, b"", PogingUitkomst.GEEN_BEWIJS),
        (200, b"[]", PogingUitkomst.GEEN_BEWIJS),
        (200, b'"ontvangen"', PogingUitkomst.GEEN_BEWIJS),
        (200, b"[" * 100_000, PogingUitkomst.GEEN_BEWIJS),
        (101, proof(), PogingUitkomst.GEEN_BEWIJS),
        (301, proof(), PogingUitkomst.OMGELEID),
        (304, proof(), PogingUitkomst.OMGELEID),
        (400, proof(), PogingUitkomst.GEWEIGERD),
        (401, b"", PogingUitkomst.GEWEIGERD),
        (404, b"", PogingUitkomst.GEWEIGERD),
        (408, b"", PogingUitkomst.STORING),
        (425, b"", PogingUitkomst.STORING),
        (429, b"", PogingUitkomst.STORING),
        (500, proof(), PogingUitkomst.STORING),
        (502, b"", PogingUitkomst.STORING),
    ],
)
def test_only_an_answer_that_names_the_overdracht_and_says_received_is_proof(
    status: int, body: bytes, uitkomst: PogingUitkomst
) -> None:
    assert judge_answer(status, body, overdracht_id=BERICHT.overdracht_id) is uitkomst


def test_a_notice_holds_ids_codes_a_date_and_where_to_go_and_nothing_else() -> None:
    told = json.loads(wire(BERICHT))

    assert told == {
        "soort": "overdracht-aangeboden",
        "leveringId": str(BERICHT.levering_id),
        "overdrachtId": str(BERICHT.overdracht_id),
        "organisatieId": "opvang-rotterdam-rijnmond",
        "gemeenteCode": "0599",
        "bestemming": "opvang",
        "accepterenUiterlijk": "2026-03-09T23:00:00Z",
        "pakket": f"https://handover.example/v1/overdrachten/{BERICHT.overdracht_id}",
        "ontvangstbevestiging": f"https://handover.example/v1/overdrachten/{BERICHT.overdracht_id}/ontvangstbevestiging",
    }
    assert wire(BERICHT) == wire(BERICHT)


def test_a_mail_says_that_something_waits_and_where_and_not_even_of_which_municipality() -> None:
    mail = mail_of(BERICHT)

    assert BERICHT.pakket_url in mail.tekst
    for word in ("0599", "opvang", str(BERICHT.levering_id)):
        assert word not in mail.onderwerp + mail.tekst


# --- addresses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opgave", "pointers"),
    [
        (Opgave(wijze=LeverWijze.REST, adres=Adres(url="https://x.example")), []),
        (Opgave(wijze=LeverWijze.REST, adres=Adres(url="https://x.example", telefoonnummer="010")), []),
        (Opgave(wijze=LeverWijze.REST, adres=Adres()), ["/url"]),
        (Opgave(wijze=LeverWijze.REST, adres=Adres(url="https://x.example", e_mailadres="a@b.c")), ["/eMailadres"]),
        (Opgave(wijze=LeverWijze.E_MAIL, adres=Adres(e_mailadres="a@b.c")), []),
        (Opgave(wijze=LeverWijze.E_MAIL, adres=Adres()), ["/eMailadres"]),
        (Opgave(wijze=LeverWijze.E_MAIL, adres=Adres(url="https://x.example")), ["/eMailadres", "/url"]),
        (Opgave(wijze=LeverWijze.HANDMATIG, adres=Adres()), []),
        (Opgave(wijze=LeverWijze.HANDMATIG, adres=Adres(), clientcertificaat=True), ["/clientcertificaat"]),
    ],
)
def test_an_address_holds_what_its_way_asks_for_and_nothing_of_another(opgave: Opgave, pointers: list[str]) -> None:
    assert [pointer for pointer, _ in find_faults(opgave)] == pointers
