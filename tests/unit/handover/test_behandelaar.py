"""Who sees to an overdracht, read as sentences."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.handover.domain.behandelaar import (
    LOPEND,
    TRANSITIONS,
    BehandelActie,
    Behandeling,
    BehandelStatus,
    OvernameReden,
    Regel,
    Toedeling,
    assign,
    takes_from_colleague,
)
from services.handover.domain.overdracht import StapError, Status

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FREE = Behandeling(UUID(int=1), loopt=True)
OF_ANNE = assign(FREE, Toedeling("anne"), door="anne", now=NOW)[0]
OVER = Behandeling(UUID(int=1), loopt=False, versie=1, behandelaar="anne", sinds=NOW)
LATER = NOW + timedelta(hours=1)
AWAY = OvernameReden.AFWEZIG


def line(before: Behandeling, wanted: Toedeling, door: str) -> Regel:
    regel = assign(before, wanted, door=door, now=LATER)[1]
    assert regel is not None
    return regel


def test_every_state_says_what_every_action_does() -> None:
    assert set(TRANSITIONS) == set(product(BehandelStatus, BehandelActie))


def test_it_is_the_receivers_while_it_is_offered_and_after_he_accepted() -> None:
    assert {Status.AANGEBODEN, Status.GEACCEPTEERD, Status.TERUGGAVE_GEVRAAGD} == LOPEND


@pytest.mark.parametrize(
    ("before", "wanted", "door", "actie"),
    [
        (FREE, Toedeling("anne"), "anne", BehandelActie.TOEDELEN),
        (FREE, Toedeling("bas"), "anne", BehandelActie.TOEDELEN),
        (OF_ANNE, Toedeling("bas"), "anne", BehandelActie.DOORGEVEN),
        (OF_ANNE, Toedeling("bas", AWAY), "bas", BehandelActie.OVERNEMEN),
        (OF_ANNE, Toedeling("cor", AWAY), "bas", BehandelActie.OVERNEMEN),
        (OF_ANNE, Toedeling(None), "anne", BehandelActie.VRIJGEVEN),
        (OF_ANNE, Toedeling(None, AWAY), "bas", BehandelActie.VRIJGEVEN),
    ],
)
def test_each_change_is_told_as_what_it_is(
    before: Behandeling, wanted: Toedeling, door: str, actie: BehandelActie
) -> None:
    after, regel = assign(before, wanted, door=door, now=LATER)

    assert regel is not None
    assert (regel.actie, regel.behandelaar, regel.door, regel.op) == (actie, wanted.behandelaar, door, LATER)
    assert (after.behandelaar, after.versie, regel.versie) == (wanted.behandelaar, before.versie + 1, after.versie)
    assert after.sinds == (LATER if wanted.behandelaar else None)


def test_a_reason_is_asked_for_and_kept_only_when_it_is_taken_from_a_colleague() -> None:
    assert takes_from_colleague(OF_ANNE, Toedeling("bas"), door="bas")
    assert takes_from_colleague(OF_ANNE, Toedeling(None), door="bas")
    assert not takes_from_colleague(OF_ANNE, Toedeling("anne"), door="bas")
    assert not takes_from_colleague(OF_ANNE, Toedeling("bas"), door="anne")
    assert not takes_from_colleague(FREE, Toedeling("bas"), door="anne")

    assert line(OF_ANNE, Toedeling("bas", AWAY), "bas").reden is AWAY
    assert line(OF_ANNE, Toedeling("bas", AWAY), "anne").reden is None


def test_the_same_again_changes_nothing() -> None:
    assert assign(OF_ANNE, Toedeling("anne"), door="bas", now=LATER) == (OF_ANNE, None)
    assert assign(FREE, Toedeling(None), door="bas", now=LATER) == (FREE, None)


@pytest.mark.parametrize("wanted", [Toedeling("anne"), Toedeling("bas", AWAY), Toedeling(None)])
def test_what_lies_with_the_receiver_no_longer_is_nobodys_to_divide(wanted: Toedeling) -> None:
    with pytest.raises(StapError) as refused:
        assign(OVER, wanted, door="anne", now=LATER)

    assert refused.value.reden_nl.startswith("Deze overdracht ligt niet meer bij de ontvanger")


names = st.sampled_from(["anne", "bas", "cor"])


@given(st.lists(st.tuples(names, st.one_of(st.none(), names)), max_size=12))
def test_the_last_line_of_the_history_says_who_has_it(steps: list[tuple[str, str | None]]) -> None:
    found, regels = FREE, []
    for door, wanted in steps:
        found, regel = assign(found, Toedeling(wanted, AWAY), door=door, now=NOW)
        regels += [regel] if regel else []

    assert [regel.versie for regel in regels] == list(range(1, found.versie + 1))
    assert found.behandelaar == (regels[-1].behandelaar if regels else None)
    assert all(before.behandelaar != after.behandelaar for before, after in pairwise(regels))
