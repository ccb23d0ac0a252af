"""Why an item stands where it stands on the work list."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain.voorraad import Stap, WerkItem, explain, is_late, place
from shared.rules.codes import DienstSoort

UITERLIJK = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)  # midnight in Rotterdam


def item(*, acuut: bool | None = False, soort: DienstSoort | None = None) -> WerkItem:
    stap = Stap.DIENST if soort else Stap.VEILIGHEIDSBEOORDELING
    return WerkItem(
        dossier_id=UUID(int=1),
        melding_id=UUID(int=2),
        casus_id=UUID(int=3),
        dienst_id=None,
        gemeente_code="0599",
        werk=place(stap, UITERLIJK, acuut=acuut, structureel=None),
        acuut=acuut,
        structureel=None,
        dienst_soort=soort,
        ontvangen_op=UITERLIJK,
    )


@pytest.mark.parametrize(
    ("now", "late", "words"),
    [
        pytest.param(UITERLIJK - timedelta(seconds=1), False, "loopt tot en met 09-03-2026 23:59", id="in-time"),
        pytest.param(UITERLIJK, True, "is verstreken sinds 09-03-2026 23:59", id="the-first-moment-that-is-late"),
    ],
)
def test_the_first_moment_that_is_late_is_late(now: datetime, late: bool, words: str) -> None:
    assert is_late(item().werk, now) is late
    assert words in explain(item(), now)[0]


def test_what_is_acute_says_so() -> None:
    assert "Acuut onveilig: gaat voor alles." in explain(item(acuut=True), UITERLIJK)


def test_regionaal_maatwerk_tells_that_it_has_no_term_of_its_own() -> None:
    assert any("geen eigen termijn" in one for one in explain(item(soort=DienstSoort.REGIONAAL_MAATWERK), UITERLIJK))
    assert not any("geen eigen termijn" in one for one in explain(item(soort=DienstSoort.ONDERZOEK), UITERLIJK))


@given(weeks=st.integers(0, 500), structureel=st.booleans())
def test_nothing_overtakes_what_is_acute(weeks: int, structureel: bool) -> None:
    acute = place(Stap.VEILIGHEIDSBEOORDELING, UITERLIJK, acuut=True, structureel=False)
    older = place(Stap.VEILIGHEIDSBEOORDELING, UITERLIJK - timedelta(weeks=weeks), acuut=False, structureel=structureel)

    assert acute.urgentie_op < older.urgentie_op
