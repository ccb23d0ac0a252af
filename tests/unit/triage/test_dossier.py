"""The dossier as a table and as decisions, read as sentences."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain import dienst as diensten
from services.triage.domain import dossier as dossiers
from services.triage.domain.dienst import Dienst, DienstActie, DienstStatus
from services.triage.domain.dossier import (
    AcuutcheckOpgave,
    BesluitOpgave,
    Dossier,
    DossierActie,
    DossierStatus,
    Interventie,
)
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.taxatie import TaxatieOpgave, give_taxatie
from services.triage.domain.voorraad import Stap
from shared.events.payloads import DienstGestart
from shared.rules.codes import InterventieSoort, Uitkomst
from shared.rules.routing import RoutingError
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings, TenWeeksAnchor

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIENST_ID = UUID(int=9)
CHECK = AcuutcheckOpgave(acuut=False, motivering="rustig")


def fresh() -> Dossier:
    return dossiers.open_dossier(
        dossier_id=UUID(int=1),
        melding_id=UUID(int=2),
        casus_id=UUID(int=3),
        gemeente_code="0599",
        ontvangen_op=NOW,
        hermelding=False,
        rules=DEFAULT_SETTINGS,
    )


def besluit(uitkomst: Uitkomst = Uitkomst.GEEN_VERVOLG) -> BesluitOpgave:
    return BesluitOpgave(uitkomst, acuut_onveilig=False, structureel_onveilig=False, motivering="gewogen")


def in_state(status: DossierStatus) -> Dossier:
    found = fresh()
    if status is not DossierStatus.WACHT_OP_ACUUTCHECK:
        found, _ = dossiers.answer_acuutcheck(found, CHECK, now=NOW, rules=DEFAULT_SETTINGS)
    if status is DossierStatus.BEOORDEELD:
        found, _, _ = dossiers.take_besluit(found, besluit(), dienst_id=DIENST_ID, now=NOW, rules=DEFAULT_SETTINGS)
    return found


def after(before: Dossier, actie: DossierActie) -> DossierStatus | None:
    """Return the state to which a step really leads, or None when it is refused."""
    try:
        match actie:
            case DossierActie.ACUUTCHECK:
                opgave = AcuutcheckOpgave(acuut=True, motivering="anders")
                return dossiers.answer_acuutcheck(before, opgave, now=NOW, rules=DEFAULT_SETTINGS)[0].status
            case DossierActie.BESLUIT:
                opgave_besluit = besluit(Uitkomst.ONDERZOEK)
                return dossiers.take_besluit(
                    before, opgave_besluit, dienst_id=DIENST_ID, now=NOW, rules=DEFAULT_SETTINGS
                )[0].status
            case DossierActie.TAXATIE:
                return give_taxatie(before, None, TaxatieOpgave(persoon_nr=0, cijfer=3)).status
            case DossierActie.HANDELING:
                return dossiers.next_status(before.status, actie)
            case DossierActie.HEROPENING:
                made = dossiers.reopen(before, dossier_id=UUID(int=7), now=NOW, rules=DEFAULT_SETTINGS)
                return before.status if made else None
    except OutOfOrderError:
        return None


def test_the_table_names_every_state_with_every_step() -> None:
    assert set(dossiers.TRANSITIONS) == set(product(DossierStatus, DossierActie))
    assert set(dossiers.MAY_NOW) == set(DossierStatus)


@pytest.mark.parametrize(("status", "actie"), list(product(DossierStatus, DossierActie)))
def test_each_step_in_a_dossier_does_what_the_table_says(status: DossierStatus, actie: DossierActie) -> None:
    assert after(in_state(status), actie) == dossiers.TRANSITIONS[status, actie]


def started(uitkomst: Uitkomst = Uitkomst.ONDERZOEK, rules: RuleSettings = DEFAULT_SETTINGS) -> Dienst:
    before = in_state(DossierStatus.IN_BEOORDELING)
    _, dienst, _ = dossiers.take_besluit(before, besluit(uitkomst), dienst_id=DIENST_ID, now=NOW, rules=rules)
    assert dienst is not None
    return dienst


def test_a_refusal_says_what_may_be_done_now() -> None:
    with pytest.raises(OutOfOrderError) as refused:
        dossiers.next_status(DossierStatus.WACHT_OP_ACUUTCHECK, DossierActie.BESLUIT)
    with pytest.raises(OutOfOrderError) as ended:
        diensten.next_status(DienstStatus.AFGEROND, DienstActie.CONTACT)

    assert refused.value.reden_nl == dossiers.MAY_NOW[DossierStatus.WACHT_OP_ACUUTCHECK]
    assert ended.value.reden_nl == diensten.MAY_NOW[DienstStatus.AFGEROND]


@given(days=st.integers(0, 5_000))
def test_no_step_is_ever_refused_for_being_late(days: int) -> None:
    later = NOW + timedelta(days=days)

    checked, _ = dossiers.answer_acuutcheck(fresh(), CHECK, now=later, rules=DEFAULT_SETTINGS)
    decided, dienst, _ = dossiers.take_besluit(
        checked, besluit(Uitkomst.ONDERZOEK), dienst_id=DIENST_ID, now=later, rules=DEFAULT_SETTINGS
    )

    assert decided.status is DossierStatus.BEOORDEELD
    assert dienst is not None


def test_the_open_step_moves_along_with_the_dossier() -> None:
    checked = in_state(DossierStatus.IN_BEOORDELING)
    decided, dienst, _ = dossiers.take_besluit(
        checked, besluit(Uitkomst.ONDERZOEK), dienst_id=DIENST_ID, now=NOW, rules=DEFAULT_SETTINGS
    )

    steps = [dossier.werk.stap for dossier in (fresh(), checked, decided) if dossier.werk]
    assert steps == [Stap.ACUUTCHECK, Stap.VEILIGHEIDSBEOORDELING, Stap.DIENST]
    assert dienst is not None
    assert decided.werk is not None
    assert decided.werk.uiterlijk == dienst.uiterlijk
    assert in_state(DossierStatus.BEOORDEELD).werk is None


def test_the_ten_weeks_follow_the_reading_that_the_region_chose() -> None:
    checked = in_state(DossierStatus.IN_BEOORDELING)
    later = NOW + timedelta(weeks=2)

    def due(anchor: TenWeeksAnchor) -> datetime:
        rules = RuleSettings(ten_weeks_anchor=anchor)
        _, dienst, _ = dossiers.take_besluit(
            checked, besluit(Uitkomst.ONDERZOEK), dienst_id=DIENST_ID, now=later, rules=rules
        )
        assert dienst is not None
        return dienst.uiterlijk

    assert due(TenWeeksAnchor.BESLUIT) == datetime(2026, 5, 26, 22, 0, tzinfo=UTC)
    assert due(TenWeeksAnchor.ONTVANGST) == datetime(2026, 5, 11, 22, 0, tzinfo=UTC)


def test_after_a_heropening_every_term_counts_from_there() -> None:
    later = NOW + timedelta(days=200)
    reopened = dossiers.reopen(
        in_state(DossierStatus.BEOORDEELD), dossier_id=UUID(int=7), now=later, rules=DEFAULT_SETTINGS
    )

    assert reopened is not None
    new, _ = reopened
    assert (new.nummer, new.ontvangen_op, new.geopend_op, new.versie) == (2, NOW, later, 1)
    checked, _ = dossiers.answer_acuutcheck(new, CHECK, now=later, rules=DEFAULT_SETTINGS)
    _, _, facts = dossiers.take_besluit(
        checked, besluit(Uitkomst.ONDERZOEK), dienst_id=DIENST_ID, now=later, rules=DEFAULT_SETTINGS
    )
    gestart = facts[1]
    assert isinstance(gestart, DienstGestart)
    assert gestart.ontvangen_op == later


def test_a_besluit_that_can_not_be_routed_changes_nothing() -> None:
    before = in_state(DossierStatus.IN_BEOORDELING)

    with pytest.raises(RoutingError):
        dossiers.take_besluit(
            before, besluit(Uitkomst.OVERDRACHT), dienst_id=DIENST_ID, now=NOW, rules=DEFAULT_SETTINGS
        )

    assert before == in_state(DossierStatus.IN_BEOORDELING)


# --- what was done in the crisis ---------------------------------------------------------------------------------


def test_what_was_done_in_the_crisis_is_told_in_the_order_in_which_it_happened() -> None:
    came = Interventie(InterventieSoort.OPVANG, aangekomen_op=NOW - timedelta(hours=1))
    at_the_check = Interventie(InterventieSoort.HANDLE_WITH_CARE)
    first = Interventie(InterventieSoort.POLITIE, tijdstip=NOW - timedelta(hours=3))
    opgave = AcuutcheckOpgave(acuut=True, motivering="nacht", interventies=(at_the_check, came, first))
    dossier, _ = dossiers.answer_acuutcheck(fresh(), opgave, now=NOW, rules=DEFAULT_SETTINGS)

    done = dossiers.crisismaatregelen(dossier)

    assert [(one.soort, one.tijdstip) for one in done] == [
        ("politie", NOW - timedelta(hours=3)),
        ("opvang", NOW - timedelta(hours=1)),
        ("handle-with-care", NOW),
    ]


def test_without_an_acuutcheck_nothing_was_done() -> None:
    assert dossiers.crisismaatregelen(fresh()) == ()
