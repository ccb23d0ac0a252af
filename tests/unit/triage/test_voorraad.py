"""Why an item stands where it stands on the work list."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain.voorraad import (
    Stap,
    Verdeling,
    WerkItem,
    WerkOntbreekt,
    explain,
    is_check_late,
    is_late,
    missing,
    place,
)
from services.triage.store.values import werk_columns
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


# --- who sees to it ----------------------------------------------------------------------------------------------

OWNED = Verdeling(
    eigenaar="medewerker-7",
    team="noord",
    toegewezen_op=UITERLIJK - timedelta(days=6),
    volgende_check=date(2026, 3, 9),
    laatste_contact_op=datetime(2026, 3, 5, 8, 30, tzinfo=UTC),
)


def test_an_item_tells_who_owns_it_when_somebody_looks_again_and_when_one_last_did() -> None:
    told = explain(replace(item(), verdeling=OWNED), UITERLIJK - timedelta(hours=1))

    assert told[-3:] == (
        "Eigenaar: medewerker-7 (team noord), sinds 04-03-2026.",
        "Volgende veiligheidscheck: uiterlijk 09-03-2026.",
        "Laatste contact: 05-03-2026 09:30.",
    )
    assert missing(OWNED) == ()


def test_an_item_of_nobody_tells_everything_that_is_missing() -> None:
    assert missing(Verdeling()) == (WerkOntbreekt.EIGENAAR, WerkOntbreekt.VEILIGHEIDSCHECK, WerkOntbreekt.CONTACT)
    assert explain(item(), UITERLIJK)[-3:] == (
        "Niemand heeft dit werk: wie ruimte heeft kan het oppakken.",
        "Er is geen volgende veiligheidscheck gepland.",
        "Er is nog geen contact met het gezin geweest.",
    )


def test_a_check_is_late_from_the_day_after_the_one_that_was_agreed() -> None:
    last = UITERLIJK - timedelta(seconds=1)

    assert not is_check_late(OWNED.volgende_check, last)
    assert is_check_late(OWNED.volgende_check, UITERLIJK)
    assert not is_check_late(None, UITERLIJK)
    told = explain(replace(item(), verdeling=OWNED), UITERLIJK)
    assert "De veiligheidscheck van uiterlijk 09-03-2026 is niet gedaan." in told


def test_what_a_check_found_unsafe_says_so_and_why_it_stands_at_the_top() -> None:
    unsafe = replace(OWNED, onveilig_op=datetime(2026, 3, 5, 8, 30, tzinfo=UTC))

    told = explain(replace(item(), verdeling=unsafe), UITERLIJK)

    assert "Bij de veiligheidscheck van 05-03-2026 09:30 was het acuut onveilig." in told
    assert "Acuut onveilig: gaat voor alles." in told


def test_whichever_step_ends_the_work_leaves_it_with_no_owner_and_no_plan() -> None:
    ended = werk_columns(None)

    assert {"stap", "urgentie_op", "eigenaar", "toegewezen_op", "volgende_check", "onveilig_op"} <= set(ended)
    assert set(ended.values()) == {None}
