"""A dossierverzoek: the whole table is walked, and to destroy takes two."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from services.intake.domain.dossierverzoek import (
    ACTIONS,
    TRANSITIONS,
    Besluit,
    Dossierverzoek,
    DossierverzoekAction,
    DossierverzoekStatus,
    RefusedError,
    SamePersonError,
    VerzoekKeuze,
    Vraag,
    confirm,
    decide,
    find_besluit_faults,
    find_faults,
    gives_a_copy,
    is_repetition,
    lapse,
    propose,
    receive,
)
from shared.rules.codes import DossierverzoekSoort, VernietigingReden
from shared.rules.dossierrechten import (
    GRONDEN,
    Correctie,
    CorrectieVeld,
    Hoedanigheid,
    VerzoekWaarschuwing,
    Weigeringsgrond,
)
from shared.rules.settings import DEFAULT_SETTINGS

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
END = {DossierverzoekStatus.GEWEIGERD, DossierverzoekStatus.OPGEHEVEN, DossierverzoekStatus.VERNIETIGD}
GRANT = Besluit(keuze=VerzoekKeuze.TOEGEWEZEN, grond=None, motivering=None)
LIFT = Besluit(keuze=VerzoekKeuze.OPGEHEVEN, grond=None, motivering="De juistheid is vastgesteld.")


def _vraag(soort: DossierverzoekSoort, **changes: object) -> Vraag:
    vraag = Vraag(
        soort=soort,
        casus_id=UUID(int=1),
        persoon_id=UUID(int=2),
        ontvangen_op=NOW,
        hoedanigheid=Hoedanigheid.ZELF,
        toelichting=None,
        correctie=Correctie(CorrectieVeld.TAAL, "Fries") if soort is DossierverzoekSoort.CORRECTIE else None,
        verklaring="Zo was het niet." if soort is DossierverzoekSoort.VERKLARING else None,
    )
    return replace(vraag, **changes)  # type: ignore[arg-type]


def _received(soort: DossierverzoekSoort, geboortedatum: str | None = None) -> Dossierverzoek:
    return receive(_vraag(soort), verzoek_id=UUID(int=3), geboortedatum=geboortedatum, settings=DEFAULT_SETTINGS)


def _refusal(soort: DossierverzoekSoort) -> Besluit:
    return Besluit(keuze=VerzoekKeuze.GEWEIGERD, grond=next(iter(GRONDEN[soort])), motivering="Om deze reden.")


def test_every_state_has_an_answer_to_every_action() -> None:
    assert set(TRANSITIONS) == set(product(DossierverzoekStatus, DossierverzoekAction))


def test_every_kind_has_an_answer_to_every_choice() -> None:
    assert set(ACTIONS) == set(product(DossierverzoekSoort, VerzoekKeuze))


def test_what_ended_stays_ended() -> None:
    ended = END | {DossierverzoekStatus.VERVALLEN}

    assert not [after for (status, _), after in TRANSITIONS.items() if status in ended and after is not None]


def test_only_a_confirmation_destroys() -> None:
    found = {pair for pair, after in TRANSITIONS.items() if after is DossierverzoekStatus.VERNIETIGD}

    assert found == {(DossierverzoekStatus.TE_BEVESTIGEN, DossierverzoekAction.BEVESTIGEN)}
    assert DossierverzoekAction.BEVESTIGEN not in ACTIONS.values()


def test_only_a_request_to_destroy_can_come_to_a_confirmation() -> None:
    for soort, keuze in product(DossierverzoekSoort, VerzoekKeuze):
        proposes = ACTIONS[soort, keuze] is DossierverzoekAction.VOORSTELLEN
        assert proposes is (soort is DossierverzoekSoort.VERNIETIGING and keuze is VerzoekKeuze.TOEGEWEZEN)


@pytest.mark.parametrize("soort", [soort for soort in DossierverzoekSoort if soort != DossierverzoekSoort.VERNIETIGING])
def test_a_granted_request_is_dealt_with_at_once(soort: DossierverzoekSoort) -> None:
    after = decide(_received(soort), GRANT, subject="een", now=LATER)

    assert after.status is DossierverzoekStatus.TOEGEWEZEN
    assert (after.versie, after.besloten_op, after.besloten_door) == (2, LATER, "een")
    assert after.afgehandeld_op == LATER


def test_to_destroy_one_decides_and_another_confirms() -> None:
    proposed = decide(_received(DossierverzoekSoort.VERNIETIGING), GRANT, subject="een", now=NOW)
    after = confirm(proposed, subject="twee", now=LATER)

    assert proposed.status is DossierverzoekStatus.TE_BEVESTIGEN
    assert proposed.afgehandeld_op is None
    assert after.status is DossierverzoekStatus.VERNIETIGD
    assert (after.bevestigd_door, after.bevestigd_op, after.afgehandeld_op) == ("twee", LATER, LATER)


def test_who_decided_cannot_confirm() -> None:
    proposed = decide(_received(DossierverzoekSoort.VERNIETIGING), GRANT, subject="een", now=NOW)

    with pytest.raises(SamePersonError):
        confirm(proposed, subject="een", now=LATER)


def test_nothing_is_destroyed_that_nobody_decided_on() -> None:
    with pytest.raises(RefusedError, match="ontvangen; mogelijk is nog: toegewezen, geweigerd"):
        confirm(_received(DossierverzoekSoort.VERNIETIGING), subject="twee", now=NOW)


def test_the_second_person_can_still_refuse() -> None:
    proposed = decide(_received(DossierverzoekSoort.VERNIETIGING), GRANT, subject="een", now=NOW)
    after = decide(proposed, _refusal(DossierverzoekSoort.VERNIETIGING), subject="twee", now=LATER)

    assert after.status is DossierverzoekStatus.GEWEIGERD
    with pytest.raises(RefusedError, match="er is niets meer te besluiten"):
        confirm(after, subject="drie", now=LATER)


def test_a_limit_is_lifted_by_another_besluit_and_the_clock_stopped_once() -> None:
    limited = decide(_received(DossierverzoekSoort.BEPERKING), GRANT, subject="een", now=NOW)
    lifted = decide(limited, LIFT, subject="een", now=LATER)

    assert lifted.status is DossierverzoekStatus.OPGEHEVEN
    assert lifted.afgehandeld_op == NOW


@pytest.mark.parametrize("soort", [soort for soort in DossierverzoekSoort if soort != DossierverzoekSoort.BEPERKING])
def test_nothing_but_a_limit_is_lifted(soort: DossierverzoekSoort) -> None:
    granted = decide(_received(soort), GRANT, subject="een", now=NOW)

    with pytest.raises(RefusedError):
        decide(granted, LIFT, subject="een", now=LATER)


@pytest.mark.parametrize("soort", [soort for soort in DossierverzoekSoort if GRONDEN[soort]])
def test_a_refusal_names_a_ground_of_its_kind_and_says_why(soort: DossierverzoekSoort) -> None:
    sound = _refusal(soort)
    foreign = next(grond for grond in Weigeringsgrond if grond not in GRONDEN[soort])

    assert not list(find_besluit_faults(soort, sound))
    assert [at for at, _ in find_besluit_faults(soort, replace(sound, motivering=" "))] == ["/motivering"]
    assert [at for at, _ in find_besluit_faults(soort, replace(sound, grond=None))] == ["/grond"]
    assert [at for at, _ in find_besluit_faults(soort, replace(sound, grond=foreign))] == ["/grond"]
    assert [at for at, _ in find_besluit_faults(soort, replace(sound, keuze=VerzoekKeuze.TOEGEWEZEN))] == ["/grond"]


def test_ones_own_statement_is_never_refused() -> None:
    refusal = Besluit(keuze=VerzoekKeuze.GEWEIGERD, grond=None, motivering="Daarom.")

    assert [at for at, _ in find_besluit_faults(DossierverzoekSoort.VERKLARING, refusal)] == ["/besluit"]
    with pytest.raises(RefusedError):
        decide(_received(DossierverzoekSoort.VERKLARING), refusal, subject="een", now=NOW)


def test_the_same_besluit_twice_is_a_repetition() -> None:
    after = decide(_received(DossierverzoekSoort.INZAGE), GRANT, subject="een", now=NOW)

    assert is_repetition(after, GRANT)
    assert not is_repetition(after, replace(GRANT, motivering="toch met een reden"))


@pytest.mark.parametrize("soort", DossierverzoekSoort)
def test_a_copy_is_given_only_after_a_granted_request_to_read(soort: DossierverzoekSoort) -> None:
    received = _received(soort)
    granted = decide(received, GRANT, subject="een", now=NOW)

    assert not gives_a_copy(received)
    assert gives_a_copy(granted) is (soort in {DossierverzoekSoort.INZAGE, DossierverzoekSoort.AFSCHRIFT})


def test_an_open_request_lapses_and_a_decided_one_does_not() -> None:
    received = _received(DossierverzoekSoort.INZAGE)
    granted = decide(received, GRANT, subject="een", now=NOW)

    assert lapse(received, now=LATER).status is DossierverzoekStatus.VERVALLEN
    assert lapse(received, now=LATER).afgehandeld_op == LATER
    assert lapse(granted, now=LATER) == granted


def test_a_file_whose_term_has_come_is_proposed_without_anybody_in_it() -> None:
    proposed = propose(verzoek_id=UUID(int=3), casus_id=UUID(int=1), now=NOW)

    assert (proposed.reden, proposed.soort) == (VernietigingReden.BEWAARTERMIJN, DossierverzoekSoort.VERNIETIGING)
    assert (proposed.persoon_id, proposed.hoedanigheid) == (None, None)
    assert proposed.status is DossierverzoekStatus.ONTVANGEN


def test_the_age_on_the_dutch_day_of_the_request_warns() -> None:
    eve = datetime(2026, 5, 31, 23, tzinfo=UTC)  # already the first of June in Amsterdam
    child = receive(
        _vraag(DossierverzoekSoort.INZAGE, ontvangen_op=eve),
        verzoek_id=UUID(int=3),
        geboortedatum="2014-06-01",
        settings=DEFAULT_SETTINGS,
    )

    assert child.waarschuwing is VerzoekWaarschuwing.SAMEN_MET_GEZAGDRAGENDE
    assert _received(DossierverzoekSoort.INZAGE, "1990-01-01").waarschuwing is None


def test_what_a_request_lacks_or_has_too_much_is_pointed_at() -> None:
    correctie = Correctie(CorrectieVeld.TAAL, "Fries")

    assert not [fault for soort in DossierverzoekSoort for fault in find_faults(_vraag(soort), NOW)]
    for vraag, pointer in (
        (_vraag(DossierverzoekSoort.CORRECTIE, correctie=None), "/correctie"),
        (_vraag(DossierverzoekSoort.INZAGE, correctie=correctie), "/correctie"),
        (_vraag(DossierverzoekSoort.VERKLARING, verklaring=None), "/verklaring"),
        (_vraag(DossierverzoekSoort.BEPERKING, verklaring="Zo."), "/verklaring"),
        (_vraag(DossierverzoekSoort.INZAGE, ontvangen_op=LATER), "/ontvangenOp"),
    ):
        assert [at for at, _ in find_faults(vraag, NOW)] == [pointer]
