"""What holds for the whole policy, whichever rows it gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.access import (
    BELEID,
    Betrekking,
    Doel,
    Inhoud,
    Regel,
    Toegang,
    Weigering,
    judge,
)
from shared.rules.codes import Rol
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.scopes import ALLES
from shared.rules.verwerkingen import VERWERKINGEN, VerwerkingCode

ROWS = tuple(BELEID.values())
SECRET_FROM = (Rol.GEMEENTE, Rol.BEHEERDER)
OUTSIDE = (Rol.KETENPARTNER, Rol.LOKAAL_TEAM, Rol.GEMEENTE)
rows = st.sampled_from(ROWS)
roles = st.sampled_from(list(Rol))
purposes = st.one_of(st.none(), st.sampled_from([doel.value for doel in Doel]), st.text(max_size=30))


def name_of(row: Regel) -> str:
    return f"{row.room}.{row.operation}"


def test_what_has_no_row_is_not_allowed() -> None:
    assert ("intake", "readEverything") not in BELEID


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_gemeente_and_a_beheerder_reach_no_persons(row: Regel) -> None:
    if row.inhoud is Inhoud.PERSONEN:
        assert not set(SECRET_FROM) & set(row.rollen)


# Who stands before a family with a task and no tie is told whom to call, and nothing of what is known (ADR 0024).
TOLD_WITHOUT_A_TIE = {"handover.searchHouder"}


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_who_is_outside_reaches_only_what_he_is_tied_to(row: Regel) -> None:
    if row.inhoud in {Inhoud.PERSONEN, Inhoud.CODES} and name_of(row) not in TOLD_WITHOUT_A_TIE:
        assert all(row.rollen[rol] is not Betrekking.ALLES for rol in OUTSIDE if rol in row.rollen)


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_row_lets_somebody_in_for_some_purpose_under_an_activity_of_the_register(row: Regel) -> None:
    assert row.rollen
    assert len(set(row.doelen)) == len(row.doelen) > 0
    assert row.activity is VERWERKINGEN[row.verwerking]


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_the_glass_can_only_be_broken_to_read_and_by_roles_of_the_row(row: Regel) -> None:
    assert row.nood <= set(row.rollen)
    assert row.reads or not row.nood


@pytest.mark.parametrize("code", list(VerwerkingCode))
def test_every_activity_is_used_or_named_and_stands_on_a_ground(code: VerwerkingCode) -> None:
    activity = VERWERKINGEN[code]

    assert activity.grondslagen
    assert set(activity.grondslagen) <= set(GRONDSLAGEN)
    assert activity.uri.endswith(f"/{code}/v{activity.versie}")


@given(row=rows, rol=roles, purpose=purposes)
def test_a_role_without_a_place_in_the_row_never_comes_in(row: Regel, rol: Rol, purpose: str | None) -> None:
    found = judge(row, rol=rol, scopes={ALLES}, doel=purpose)

    if rol not in row.rollen:
        assert found is Weigering.ROL


@given(row=rows, rol=roles, purpose=purposes)
def test_a_token_without_the_scope_never_comes_in(row: Regel, rol: Rol, purpose: str | None) -> None:
    found = judge(row, rol=rol, scopes={"iets:anders"}, doel=purpose)

    assert not isinstance(found, Toegang)


@given(row=rows, rol=roles, purpose=purposes)
def test_who_comes_in_has_a_purpose_of_the_row_and_the_tie_of_his_role(
    row: Regel, rol: Rol, purpose: str | None
) -> None:
    found = judge(row, rol=rol, scopes={row.scope}, doel=purpose)

    if isinstance(found, Toegang):
        assert found.doel in row.doelen
        assert purpose in {None, found.doel.value}
        assert found.betrekking is row.rollen[rol]
        assert not found.noodtoegang


@given(row=rows)
def test_a_system_that_reads_persons_must_name_its_purpose(row: Regel) -> None:
    found = judge(row, rol=Rol.SYSTEEM, scopes={row.scope}, doel=None)

    if Rol.SYSTEEM in row.rollen and row.inhoud is Inhoud.PERSONEN and row.reads:
        assert found is Weigering.GEEN_DOEL


@given(row=rows, rol=roles, ties=st.frozensets(st.sampled_from(list(Betrekking))))
def test_a_tie_that_is_missing_is_never_made_up_for(row: Regel, rol: Rol, ties: frozenset[Betrekking]) -> None:
    found = judge(row, rol=rol, scopes={row.scope}, doel=row.doelen[0].value)

    if isinstance(found, Toegang):
        assert found.permits(ties) == (found.betrekking is Betrekking.ALLES or found.betrekking in ties)
