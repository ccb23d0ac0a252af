"""Which letters there is a reason for, what stands in them, and when one may leave the house."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from services.triage.domain.brieven import (
    ANDERE_STAND,
    MAY_NOW,
    TRANSITIONS,
    WIJZE_VAN,
    Aanleiding,
    Besloten,
    Brief,
    BriefActie,
    BriefOpgave,
    BriefStatus,
    Verzending,
    check_reason,
    propose,
    send,
    write,
    written_here,
)
from services.triage.domain.errors import OutOfOrderError
from shared.rules.behandelcodes import BriefAan, BriefSoort, NietInformerenReden, VerzendWijze
from shared.rules.brieven import SJABLONEN
from shared.rules.codes import BestemmingSoort, Conclusie, Uitkomst
from shared.rules.weglaten import Geknipt
from tests.unit.triage.test_informeren import LATER, boek, later, not_told, of, told

BESLUIT = Besloten(Uitkomst.ONDERZOEK, LATER, "omdat")
SENT = Verzending(moment=LATER, wijze=VerzendWijze.POST)


def a_letter(status: BriefStatus = BriefStatus.GEREED, soort: BriefSoort = BriefSoort.MELDER_ONTVANGST) -> Brief:
    return Brief(
        id=UUID(int=1),
        melding_id=UUID(int=1),
        casus_id=UUID(int=2),
        soort=soort,
        sjabloon_versie=1,
        persoon_nr=None,
        status=status,
        versie=1,
        stand="s",
        gemaakt_op=datetime(2026, 3, 2, tzinfo=UTC),
        verzending=SENT if status is BriefStatus.VERZONDEN else None,
    )


def asked(soort: BriefSoort, nr: int | None = None, **more: object) -> BriefOpgave:
    return BriefOpgave(melding_id=UUID(int=1), soort=soort, persoon_nr=nr, **more)  # type: ignore[arg-type]


EVERYTHING = Aanleiding(
    boek=replace(boek(0), uitstellen=(later(1),)),
    besluit=BESLUIT,
    conclusies=dict.fromkeys(Conclusie, "want"),
    bestemmingen=set(BestemmingSoort),
)


def test_every_pair_of_state_and_action_is_written_out() -> None:
    assert set(TRANSITIONS) == set(product(BriefStatus, BriefActie))
    assert set(MAY_NOW) == set(BriefStatus)
    assert set(WIJZE_VAN) == set(VerzendWijze)


@pytest.mark.parametrize("status", list(BriefStatus))
def test_sending_ends_where_the_table_says_or_is_refused_with_what_may_be_done(status: BriefStatus) -> None:
    other = replace(SENT, moment=LATER + timedelta(hours=1))

    expected = TRANSITIONS[status, BriefActie.VERZENDEN]
    if expected is None:
        with pytest.raises(OutOfOrderError, match=MAY_NOW[status][:20]):
            send(a_letter(status), other, stand="s")
    else:
        after = send(a_letter(status), other, stand="s")
        assert (after.status, after.versie, after.verzending) == (expected, 2, other)


def test_the_same_sending_again_changes_nothing_whatever_changed_since() -> None:
    sent = a_letter(BriefStatus.VERZONDEN)

    assert send(sent, SENT, stand="anders") is sent


def test_a_letter_that_was_cut_under_another_protection_does_not_leave() -> None:
    with pytest.raises(OutOfOrderError, match=ANDERE_STAND):
        send(a_letter(), SENT, stand="anders")


@pytest.mark.parametrize(
    "soort",
    [
        BriefSoort.BETROKKENE_LATER,
        BriefSoort.BETROKKENE_BEOORDELING,
        BriefSoort.MELDER_UITKOMST,
        BriefSoort.LOKAAL_VELD_OVERDRACHT,
        BriefSoort.BETROKKENE_BEVESTIGD,
        BriefSoort.BETROKKENE_NIET_BEVESTIGD,
        BriefSoort.BETROKKENE_WEERLEGD,
    ],
)
def test_a_letter_that_would_not_be_true_is_refused(soort: BriefSoort) -> None:
    with pytest.raises(OutOfOrderError):
        check_reason(asked(soort, 0), Aanleiding(boek=boek(0)))
    check_reason(asked(soort, 0), EVERYTHING)


@pytest.mark.parametrize("soort", list(BriefSoort))
def test_nobody_writes_by_accident_to_who_is_not_told_because_of_safety(soort: BriefSoort) -> None:
    unsafe = replace(EVERYTHING, boek=of(EVERYTHING.boek, not_told(0, NietInformerenReden.VEILIGHEID)))

    if SJABLONEN[soort].aan is BriefAan.BETROKKENE:
        with pytest.raises(OutOfOrderError, match="om de veiligheid"):
            check_reason(asked(soort, 0), unsafe)
        check_reason(asked(soort, 0, alsnog=True), unsafe)
    else:
        check_reason(asked(soort), unsafe)


def test_everything_that_we_wrote_ourselves_goes_to_the_scissors_and_only_what_comes_back_is_in_the_letter() -> None:
    letter = asked(BriefSoort.BETROKKENE_BEOORDELING, 0, aanvullingen=("een", "twee"), met_motivering=True)

    given = written_here(letter, EVERYTHING)
    text = write(letter, EVERYTHING, Geknipt(("A", "B", "C"), "s"))

    assert given == ("omdat", "een", "twee")
    assert "A\n\nB\n\nC" in text
    assert not {"omdat", "een", "twee"} & set(text.split("\n"))


@pytest.mark.parametrize("soort", list(BriefSoort))
@pytest.mark.parametrize("wanted", [True, False])
def test_a_motivation_stands_only_in_a_letter_that_tells_an_outcome_and_only_when_it_is_wanted(
    soort: BriefSoort, wanted: bool
) -> None:
    outcome = "{motivering}" in SJABLONEN[soort].tekst

    assert bool(written_here(asked(soort, 0, met_motivering=wanted), EVERYTHING)) is (outcome and wanted)


def test_a_letter_tells_the_besluit_and_the_days() -> None:
    text = write(asked(BriefSoort.BETROKKENE_BEOORDELING, 0), EVERYTHING, Geknipt((), "s"))

    assert "maandag 2 maart 2026" in text
    assert "donderdag 5 maart 2026" in text
    assert "Wij gaan onderzoek doen." in text


def test_who_was_not_told_gets_the_letter_that_fits_and_who_was_told_hears_the_outcomes() -> None:
    waits = Aanleiding(boek=boek(0))
    knows = replace(EVERYTHING, boek=of(EVERYTHING.boek, told(0)))
    unknown = Aanleiding(boek=of(boek(0), not_told(0)))

    assert [one.soort for one in propose(waits, ())] == [BriefSoort.MELDER_ONTVANGST, BriefSoort.BETROKKENE_ONTVANGST]
    assert BriefSoort.BETROKKENE_LATER in [one.soort for one in propose(EVERYTHING, ())]
    assert {one.soort for one in propose(knows, ())} == {
        BriefSoort.MELDER_ONTVANGST,
        BriefSoort.MELDER_UITKOMST,
        BriefSoort.COLLEGE_VERZOEK_TOT_ONDERZOEK,
        BriefSoort.LOKAAL_VELD_OVERDRACHT,
        BriefSoort.BETROKKENE_BEOORDELING,
        BriefSoort.BETROKKENE_BEVESTIGD,
        BriefSoort.BETROKKENE_NIET_BEVESTIGD,
        BriefSoort.BETROKKENE_WEERLEGD,
    }
    assert [one.persoon_nr for one in propose(unknown, ())] == [None]


def test_what_lies_ready_or_was_sent_is_not_proposed_again_and_what_lapsed_is() -> None:
    waits = Aanleiding(boek=boek(0))
    child = replace(a_letter(soort=BriefSoort.KIND_ONTVANGST), persoon_nr=0)

    for status in BriefStatus:
        proposed = [one.soort for one in propose(waits, (a_letter(status),))]
        assert (BriefSoort.MELDER_ONTVANGST in proposed) is (status is BriefStatus.VERVALLEN)
    assert [one.persoon_nr for one in propose(waits, (child,))] == [None]
    assert [one.persoon_nr for one in propose(waits, (replace(child, status=BriefStatus.VERVALLEN),))] == [None, 0]
