"""A signal of an unknown melder: nothing of it is told until a person decides, and then what is right."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from services.intake.domain import dubbel_anoniem as rules
from services.intake.domain.dubbel_anoniem import (
    TRANSITIONS,
    Besluit,
    DubbelAnoniem,
    DubbelAnoniemStatus,
    NieuweMelder,
)
from services.intake.domain.melding import MeldingStatus
from shared.events.payloads import MeldingOntvangen
from shared.rules.codes import DubbelAnoniemKeuze, MelderCategorie, MelderSoort

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
K, S = DubbelAnoniemKeuze, DubbelAnoniemStatus


def an_entry(status: DubbelAnoniemStatus = S.WACHT_OP_BESLUIT) -> DubbelAnoniem:
    return DubbelAnoniem(
        melding_id=UUID(int=1),
        casus_id=UUID(int=2),
        kenmerk="M-2026-000001",
        gemeente_code="0599",
        status=status,
        versie=1,
        ontvangen_op=NOW,
        aankondiging=MeldingOntvangen(
            melding_id=UUID(int=1),
            ontvangen_op=NOW,
            gemeente_code="0599",
            melder_categorie=MelderCategorie.ANDERS,
            melder_soort=MelderSoort.ONBEKEND,
            hermelding=False,
            vorige_afsluiting_op=None,
            aantal_personen=1,
            aard_geweld=(),
        ),
        besluiten=(),
    )


def a_besluit(keuze: DubbelAnoniemKeuze, motivering: str = "Ernstig.") -> Besluit:
    return Besluit(keuze=keuze, motivering=motivering, besloten_op=LATER, door="t", rol="vt-teamleider")


def test_every_state_has_an_answer_to_every_keuze() -> None:
    assert set(TRANSITIONS) == set(product(S, K))


def test_what_is_taken_up_is_received_at_that_moment_and_remembers_when_it_came_in() -> None:
    after = rules.decide(an_entry(), a_besluit(K.IN_BEHANDELING), None)

    told = after.aankondiging
    assert (told.ontvangen_op, told.eerst_ontvangen_op) == (LATER, NOW)
    assert (after.announced, after.melding_status) == (True, MeldingStatus.ONTVANGEN)
    assert told.melder_soort is MelderSoort.ONBEKEND


def test_of_what_is_not_taken_up_nothing_is_told_and_it_can_be_looked_at_anew() -> None:
    left = rules.decide(an_entry(), a_besluit(K.NIET_IN_BEHANDELING), None)
    again = rules.decide(left, a_besluit(K.IN_BEHANDELING), None)

    assert (left.announced, left.melding_status) == (False, MeldingStatus.NIET_IN_BEHANDELING)
    assert (again.announced, again.aankondiging.eerst_ontvangen_op, again.versie) == (True, NOW, 3)


def test_a_melder_who_makes_himself_known_is_told_as_what_he_is_and_only_once_as_a_melding() -> None:
    buur = NieuweMelder(categorie=MelderCategorie.ANDERS, soort=MelderSoort.OMSTANDER, naam="Buur", gegevens={})
    first = rules.decide(an_entry(), a_besluit(K.MELDER_BEKEND), buur)
    taken_up = rules.decide(an_entry(), a_besluit(K.IN_BEHANDELING), None)
    later = rules.decide(taken_up, a_besluit(K.MELDER_BEKEND), buur)

    assert (first.announced, first.aankondiging.melder_soort) == (True, MelderSoort.OMSTANDER)
    assert (taken_up.announced, later.announced) == (True, True)
    assert later.aankondiging.ontvangen_op == taken_up.aankondiging.ontvangen_op


@pytest.mark.parametrize(
    ("status", "keuze"), [pair for pair, after in TRANSITIONS.items() if after is None], ids=lambda one: one.value
)
def test_a_besluit_out_of_order_is_refused(status: DubbelAnoniemStatus, keuze: DubbelAnoniemKeuze) -> None:
    with pytest.raises(rules.RefusedError):
        rules.decide(an_entry(status), a_besluit(keuze), None)


def test_the_same_besluit_for_the_same_reason_is_a_repetition() -> None:
    after = rules.decide(an_entry(), a_besluit(K.NIET_IN_BEHANDELING), None)

    assert rules.is_repetition(after, K.NIET_IN_BEHANDELING, "Ernstig.")
    assert not rules.is_repetition(after, K.NIET_IN_BEHANDELING, "Anders.")
    assert not rules.is_repetition(an_entry(), K.NIET_IN_BEHANDELING, "Ernstig.")
