"""Consults and requests to the kantonrechter, as decisions."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from services.triage.domain import kantonrechterverzoek as rechter
from services.triage.domain.consult import (
    Consult,
    ConsultTekst,
    ConsultUitkomst,
    find_consult_faults,
    moet_afstemmen,
    told,
)
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.kantonrechterverzoek import (
    KantonrechterActie,
    KantonrechterMaatregel,
    KantonrechterStatus,
    KantonrechterTekst,
    Kantonrechterverzoek,
)
from services.triage.domain.matter import fault_of_day
from shared.rules.behandelcodes import ConsultPartij

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEAD = {
    "id": UUID(int=1),
    "dossier_id": UUID(int=4),
    "melding_id": UUID(int=2),
    "casus_id": UUID(int=3),
    "gemeente_code": "0599",
    "versie": 1,
}


def consult(uur: int, partij: ConsultPartij, *, vermoed: bool = False) -> Consult:
    return Consult(
        **HEAD,  # type: ignore[arg-type]
        begonnen_op=NOW + timedelta(hours=uur),
        partij=partij,
        uitkomst=ConsultUitkomst.AFGESTEMD,
        strafbaar_feit_vermoed=vermoed,
        tekst=ConsultTekst("vraag"),
    )


def verzoek(status: KantonrechterStatus = KantonrechterStatus.GEVRAAGD) -> Kantonrechterverzoek:
    return Kantonrechterverzoek(
        **HEAD,  # type: ignore[arg-type]
        begonnen_op=NOW,
        persoon_nr=0,
        maatregel=KantonrechterMaatregel.BEWIND,
        status=status,
        geeindigd_op=None,
        tekst=KantonrechterTekst("daarom"),
    )


_P = ConsultPartij


@pytest.mark.parametrize(
    ("consulten", "due"),
    [
        ((), False),
        ((consult(0, _P.VERTROUWENSARTS),), False),
        ((consult(0, _P.VERTROUWENSARTS, vermoed=True),), True),
        ((consult(0, _P.VERTROUWENSARTS, vermoed=True), consult(1, _P.POLITIE)), False),
        ((consult(1, _P.VERTROUWENSARTS, vermoed=True), consult(0, _P.POLITIE)), True),
        ((consult(0, _P.OPENBAAR_MINISTERIE, vermoed=True),), False),
        ((consult(0, _P.VERTROUWENSARTS, vermoed=True), consult(1, _P.RAAD_VOOR_DE_KINDERBESCHERMING)), True),
    ],
)
def test_police_or_om_are_due_as_long_as_none_was_asked_since_a_crime_was_suspected(
    consulten: tuple[Consult, ...], due: bool
) -> None:
    assert moet_afstemmen(consulten) is due


def test_only_the_gi_has_a_jeugdbeschermer() -> None:
    tekst = ConsultTekst("vraag", jeugdbeschermer="iemand")

    assert list(find_consult_faults(_P.GECERTIFICEERDE_INSTELLING, tekst)) == []
    assert [pointer for pointer, _ in find_consult_faults(_P.POLITIE, tekst)] == ["/jeugdbeschermer"]
    assert list(find_consult_faults(_P.POLITIE, ConsultTekst("vraag"))) == []


def test_a_consult_is_told_by_its_party_and_moment() -> None:
    (fact,) = told(consult(0, _P.POLITIE))

    assert (fact.partij, fact.tijdstip, fact.gemeente_code) == (_P.POLITIE, NOW, "0599")


def refused(status: KantonrechterStatus, reden: str) -> None:
    """A refusal says in which state it is, and what may be done now."""
    assert status.value in reden
    assert rechter.MAY_NOW[status] in reden


def after(before: Kantonrechterverzoek, actie: KantonrechterActie) -> KantonrechterStatus | None:
    try:
        return rechter.end(before, actie, NOW, "zo besliste hij")[0].status
    except OutOfOrderError as error:
        refused(before.status, error.reden_nl)
        return None


def test_every_state_and_action_of_a_kantonrechterverzoek_does_what_the_table_says() -> None:
    assert set(rechter.TRANSITIONS) == set(product(KantonrechterStatus, KantonrechterActie))
    assert set(rechter.MAY_NOW) == set(KantonrechterStatus)

    found = {(status, actie): after(verzoek(status), actie) for status, actie in rechter.TRANSITIONS}

    assert found == dict(rechter.TRANSITIONS)


def test_the_same_decision_again_changes_nothing_and_another_is_refused() -> None:
    ended, _ = rechter.end(verzoek(), KantonrechterActie.TOEWIJZEN, NOW, "ja")

    assert rechter.end(ended, KantonrechterActie.TOEWIJZEN, NOW, "ja") == (ended, ())
    for actie, moment in ((KantonrechterActie.AFWIJZEN, NOW), (KantonrechterActie.TOEWIJZEN, NOW + timedelta(1))):
        with pytest.raises(OutOfOrderError):
            rechter.end(ended, actie, moment, "ja")


@pytest.mark.parametrize(
    ("day", "fine"),
    [(date(2026, 3, 2), True), (date(2026, 3, 3), False), (date(1900, 1, 1), True), (date(1899, 12, 31), False)],
)
def test_a_day_on_which_something_happened_is_not_ahead_and_not_before_there_were_files(day: date, fine: bool) -> None:
    assert (fault_of_day(day, NOW) is None) is fine
