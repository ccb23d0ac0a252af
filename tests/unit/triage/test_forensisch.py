"""Letselonderzoek and Centrum Seksueel Geweld as a table and as decisions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from services.triage.domain import forensisch as rules
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.forensisch import (
    MAY_NOW,
    TRANSITIONS,
    ForensischActie,
    ForensischOpgave,
    ForensischStatus,
    ForensischVerzoek,
    LetselPast,
)
from shared.rules.behandelcodes import ForensischEinde, ForensischSoort
from shared.rules.forensisch import WIE_VRAAGT, ForensischAanvrager, ForensischeHulp, Toestemming, is_acute
from shared.rules.settings import DEFAULT_SETTINGS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LETSEL = ForensischOpgave(
    soort=ForensischSoort.LETSELONDERZOEK,
    persoon_nr=0,
    aanvrager=ForensischAanvrager.VEILIG_THUIS,
    politie_of_om_betrokken=False,
    vertrouwensarts_betrokken=True,
    minderjarig=False,
    toestemming=Toestemming.GEGEVEN,
    gevraagd_op=NOW,
    voorval_op=None,
    hulp=(),
    partij="de arts",
    reden="blauwe plekken",
)
CSG = replace(LETSEL, soort=ForensischSoort.CENTRUM_SEKSUEEL_GEWELD, hulp=(ForensischeHulp.MEDISCH,))


def verzoek(
    status: ForensischStatus = ForensischStatus.GEVRAAGD, opgave: ForensischOpgave = LETSEL
) -> ForensischVerzoek:
    return ForensischVerzoek(
        id=UUID(int=1),
        dossier_id=UUID(int=4),
        melding_id=UUID(int=2),
        casus_id=UUID(int=3),
        gemeente_code="0599",
        begonnen_op=NOW,
        versie=1,
        opgave=opgave,
        status=status,
    )


def refused(status: ForensischStatus, reden: str) -> None:
    """A refusal says in which state it is, and what may be done now."""
    assert status.value in reden
    assert MAY_NOW[status] in reden


def after(before: ForensischVerzoek, actie: ForensischActie) -> ForensischStatus | None:
    past = LetselPast.NEE if actie is ForensischActie.AFRONDEN else None
    try:
        return rules.take_step(before, actie, NOW, "x", letsel_past=past)[0].status
    except OutOfOrderError as error:
        refused(before.status, error.reden_nl)
        return None


def test_every_state_and_action_does_what_the_table_says() -> None:
    assert set(TRANSITIONS) == set(product(ForensischStatus, ForensischActie))
    assert set(MAY_NOW) == set(ForensischStatus)

    found = {(status, actie): after(verzoek(status), actie) for status, actie in TRANSITIONS}

    assert found == dict(TRANSITIONS)


@pytest.mark.parametrize(
    ("status", "actie", "einde"),
    [
        (ForensischStatus.ONDERZOCHT, ForensischActie.AFRONDEN, ForensischEinde.AFGEROND),
        (ForensischStatus.GEVRAAGD, ForensischActie.WEIGEREN, ForensischEinde.GEWEIGERD),
        (ForensischStatus.INGEPLAND, ForensischActie.INTREKKEN, ForensischEinde.INGETROKKEN),
    ],
)
def test_an_end_is_told_once_and_the_same_end_again_is_one(
    status: ForensischStatus, actie: ForensischActie, einde: ForensischEinde
) -> None:
    past = LetselPast.ONDUIDELIJK if actie is ForensischActie.AFRONDEN else None
    ended, (fact,) = rules.take_step(verzoek(status), actie, NOW, "zo", letsel_past=past)

    assert (fact.einde, fact.afgerond_op, ended.geeindigd_op) == (einde, NOW, NOW)
    assert rules.take_step(ended, actie, NOW, "zo", letsel_past=past) == (ended, ())
    with pytest.raises(OutOfOrderError):
        rules.take_step(ended, actie, NOW, "anders", letsel_past=past)


def test_steps_on_the_way_keep_their_moments_and_tell_nothing() -> None:
    planned, first = rules.take_step(verzoek(), ForensischActie.INPLANNEN, NOW + timedelta(hours=3), None)
    again, second = rules.take_step(planned, ForensischActie.INPLANNEN, NOW + timedelta(hours=5), "later")
    seen, third = rules.take_step(again, ForensischActie.ONDERZOEKEN, NOW + timedelta(hours=5), None)

    assert (first, second, third) == ((), (), ())
    assert rules.take_step(planned, ForensischActie.INPLANNEN, NOW + timedelta(hours=3), None)[0] is planned
    assert (seen.ingepland_op, seen.onderzocht_op) == (NOW + timedelta(hours=5), NOW + timedelta(hours=5))


def test_letselonderzoek_ends_with_whether_the_injury_fits_and_the_centre_need_not() -> None:
    seen = ForensischStatus.ONDERZOCHT

    with pytest.raises(OutOfOrderError, match="past bij het verhaal"):
        rules.take_step(verzoek(seen), ForensischActie.AFRONDEN, NOW, "zo")
    ended, facts = rules.take_step(verzoek(seen, CSG), ForensischActie.AFRONDEN, NOW, "zo")

    assert (ended.status, len(facts), ended.letsel_past) == (ForensischStatus.AFGEROND, 1, None)


def test_what_was_asked_is_told() -> None:
    (fact,) = rules.asked(verzoek())

    assert (fact.soort, fact.gevraagd_op, fact.forensisch_id) == (LETSEL.soort, NOW, UUID(int=1))


@pytest.mark.parametrize(("betrokken", "aanvrager"), list(product((True, False), ForensischAanvrager)))
def test_police_or_om_order_it_when_they_are_involved_and_else_veilig_thuis_asks(
    betrokken: bool, aanvrager: ForensischAanvrager
) -> None:
    faults = list(rules.find_faults(replace(LETSEL, politie_of_om_betrokken=betrokken, aanvrager=aanvrager)))

    assert (faults == []) is (aanvrager in WIE_VRAAGT[betrokken])
    assert WIE_VRAAGT[True] | WIE_VRAAGT[False] == set(ForensischAanvrager)


@pytest.mark.parametrize("toestemming", list(Toestemming))
def test_a_minor_is_examined_with_consent_or_with_grounds_without(toestemming: Toestemming) -> None:
    minor = replace(LETSEL, minderjarig=True, toestemming=toestemming)

    assert (list(rules.find_faults(minor)) == []) is (toestemming is Toestemming.GEGEVEN)
    assert list(rules.find_faults(replace(minor, grond_zonder_toestemming="gevaar"))) == []
    assert list(rules.find_faults(replace(LETSEL, toestemming=toestemming))) == []


def test_help_is_asked_of_the_centre_and_of_nobody_else() -> None:
    odd = (replace(CSG, hulp=()), replace(LETSEL, hulp=CSG.hulp))

    assert [[pointer for pointer, _ in rules.find_faults(one)] for one in (*odd, CSG)] == [["/hulp"], ["/hulp"], []]


def test_what_happened_did_not_happen_after_it_was_asked_to_be_looked_at() -> None:
    late = replace(CSG, voorval_op=NOW + timedelta(seconds=1))

    assert [pointer for pointer, _ in rules.find_faults(late)] == ["/voorvalOp"]
    assert list(rules.find_faults(replace(CSG, voorval_op=NOW))) == []


def test_without_the_vertrouwensarts_there_is_a_warning() -> None:
    assert rules.find_warnings(LETSEL) == ()
    assert rules.find_warnings(replace(LETSEL, vertrouwensarts_betrokken=False))


@pytest.mark.parametrize(
    ("soort", "dagen", "acute"),
    [
        (ForensischSoort.CENTRUM_SEKSUEEL_GEWELD, 0, True),
        (ForensischSoort.CENTRUM_SEKSUEEL_GEWELD, 7, True),
        (ForensischSoort.CENTRUM_SEKSUEEL_GEWELD, 8, False),
        (ForensischSoort.CENTRUM_SEKSUEEL_GEWELD, None, True),
        (ForensischSoort.LETSELONDERZOEK, 0, False),
    ],
)
def test_within_a_week_the_centre_is_acute_and_so_it_is_when_nobody_knows(
    soort: ForensischSoort, dagen: int | None, acute: bool
) -> None:
    voorval_op = None if dagen is None else NOW - timedelta(days=dagen)

    assert is_acute(soort, voorval_op=voorval_op, gevraagd_op=NOW, rules=DEFAULT_SETTINGS) is acute
