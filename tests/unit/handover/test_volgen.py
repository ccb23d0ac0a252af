"""Attempts at contact, and whether a receiver can say how a voorwaarde is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from services.handover.domain.overdracht import Overdracht, StapError, Status
from services.handover.domain.plan import HEEFT_HET_GEZIN, InvoerError
from services.handover.domain.volgen import (
    VOLGT,
    Contactpoging,
    Controle,
    Voorwaarde,
    follow,
    try_contact,
)
from shared.events.volgen import ContactpogingGedaan
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.codes import BestemmingSoort
from shared.rules.volgcodes import GEVOLGD, ContactWijze, PogingUitkomst

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def overdracht(status: Status = Status.GEACCEPTEERD, **changes: object) -> Overdracht:
    made = Overdracht(
        id=uuid4(),
        casus_id=uuid4(),
        melding_id=uuid4(),
        dienst_id=None,
        gemeente_code="0599",
        soort=BestemmingSoort.LOKAAL_VELD,
        organisatie_id="lokaal-team-0599",
        draagt_zicht=True,
        aangeboden_op=NOW - HOUR,
        accepteren_uiterlijk=NOW,
        keert_terug_op=NOW,
        geaccepteerd_op=NOW,
        status=status,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def poging(at: datetime = NOW + HOUR) -> Contactpoging:
    return Contactpoging(
        id=uuid4(),
        overdracht_id=uuid4(),
        wijze=ContactWijze.TELEFOON,
        uitkomst=PogingUitkomst.GEEN_GEHOOR,
        tijdstip=at,
        toelichting=None,
    )


def voorwaarde(status: VoorwaardeStatus = VoorwaardeStatus.OPEN) -> Voorwaarde:
    return Voorwaarde(
        id=uuid4(),
        casus_id=uuid4(),
        melding_id=uuid4(),
        dienst_id=uuid4(),
        gemeente_code="0599",
        status=status,
        controle_dag=date(2026, 4, 1),
        stand_op=NOW,
    )


def controle(status: VoorwaardeStatus = VoorwaardeStatus.NAGEKOMEN, **changes: object) -> Controle:
    made = Controle(
        id=uuid4(),
        voorwaarde_id=uuid4(),
        overdracht_id=uuid4(),
        organisatie_id="o",
        status=status,
        nagegaan_op=NOW + HOUR,
        volgende_dag=None,
        uitkomst="u",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_an_attempt_is_told_and_is_no_first_contact() -> None:
    given, attempt = overdracht(), poging()

    (fact,) = try_contact(given, attempt)

    assert isinstance(fact, ContactpogingGedaan)
    assert (fact.contactpoging_id, fact.overdracht_id, fact.uitkomst) == (
        attempt.id,
        given.id,
        PogingUitkomst.GEEN_GEHOOR,
    )
    assert given.eerste_contact_op is None


@pytest.mark.parametrize("status", sorted(set(Status) - HEEFT_HET_GEZIN))
def test_nobody_tries_or_follows_under_an_overdracht_that_is_not_accepted(status: Status) -> None:
    with pytest.raises(StapError):
        try_contact(overdracht(status), poging())
    with pytest.raises(StapError):
        follow(overdracht(status), voorwaarde(), controle())


def test_an_attempt_lies_between_the_acceptance_and_the_first_contact() -> None:
    met = overdracht(eerste_contact_op=NOW + 2 * HOUR)

    assert len(try_contact(met, poging(NOW + HOUR))) == 1
    assert len(try_contact(met, poging(NOW))) == 1
    with pytest.raises(InvoerError):
        try_contact(met, poging(NOW - HOUR))
    for later in (2, 3):
        with pytest.raises(StapError):
            try_contact(met, poging(NOW + later * HOUR))


def test_every_state_of_a_voorwaarde_says_whether_it_can_be_followed() -> None:
    assert set(VOLGT) == set(VoorwaardeStatus)
    assert [status for status, refused in VOLGT.items() if refused] == [VoorwaardeStatus.VERVALLEN]


@pytest.mark.parametrize("status", [status for status in VoorwaardeStatus if not VOLGT[status]])
@pytest.mark.parametrize("found", GEVOLGD)
def test_what_a_receiver_finds_is_how_a_voorwaarde_stands(status: VoorwaardeStatus, found: VoorwaardeStatus) -> None:
    before, look = voorwaarde(status), controle(found, volgende_dag=date(2026, 5, 1))

    after, (fact,) = follow(overdracht(), before, look)

    assert (after.status, after.controle_dag, after.stand_op) == (found, date(2026, 5, 1), NOW + HOUR)
    assert (fact.voorwaarde_id, fact.status, fact.controle_dag) == (before.id, found, date(2026, 5, 1))
    assert (fact.melding_id, fact.dienst_id) == (before.melding_id, before.dienst_id)


def test_what_was_found_before_something_newer_says_nothing_of_how_it_stands_and_is_told() -> None:
    before = voorwaarde()

    after, facts = follow(overdracht(), before, controle(nagegaan_op=NOW - HOUR))

    assert (after, len(facts)) == (before, 1)


def test_a_day_that_was_agreed_stays_when_no_other_is() -> None:
    after, _ = follow(overdracht(), voorwaarde(), controle())

    assert after.controle_dag == date(2026, 4, 1)


def test_what_was_given_up_is_not_followed_and_a_receiver_gives_nothing_up() -> None:
    with pytest.raises(StapError):
        follow(overdracht(), voorwaarde(VoorwaardeStatus.VERVALLEN), controle())
    for status in (VoorwaardeStatus.OPEN, VoorwaardeStatus.VERVALLEN):
        with pytest.raises(InvoerError):
            follow(overdracht(), voorwaarde(), controle(status))
