"""The life of an organisation, what it was given, and why somebody of it is not let in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.handover.domain.organisatiecontacten import Contact, ContactRol, find_contact_faults, is_functional
from services.handover.domain.organisaties import (
    TOE_TE_KENNEN,
    TRANSITIONS,
    Dicht,
    EindeReden,
    Openstaand,
    Organisatie,
    OrganisatieActie,
    OrganisatieError,
    OrganisatieStatus,
    Recht,
    Stand,
    change,
    end,
    end_recht,
    enrol,
    find_recht_faults,
    judge_client,
    next_status,
    reikwijdte_of,
)
from shared.rules.access import BELEID, PARTNERROLLEN, Betrekking, Doel, Inhoud, Reikwijdte, Toegang
from shared.rules.codes import BestemmingSoort, Rol
from shared.rules.verwerkingen import VerwerkingCode

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 2)
NOTHING = Openstaand(0, 0)
TEAM = Organisatie(organisatie_id="lokaal-team-0599", naam="Wijkteams", oin="00000001123456782000", aangemaakt_op=NOW)
CONTACT = Contact(ContactRol.OVERDRACHTEN, "overdracht@wijkteams.example")
RECHT = Recht(id=UUID(int=1), doel=Doel.OVERDRACHT, gemeente_code="0599", soort=None, geldig_van=DAY)


def enrolled(recht: Recht = RECHT) -> Organisatie:
    return enrol(TEAM, contacten=[CONTACT], rechten=[recht], now=NOW, day=DAY)


# --- life -------------------------------------------------------------------------------------------------------


def test_every_state_says_of_every_step_whether_it_may_be_taken() -> None:
    assert set(TRANSITIONS) == {(status, actie) for status in OrganisatieStatus for actie in OrganisatieActie}


@pytest.mark.parametrize(("pair", "after"), TRANSITIONS.items())
def test_a_step_leads_where_the_table_says(
    pair: tuple[OrganisatieStatus, OrganisatieActie], after: OrganisatieStatus | None
) -> None:
    if after is None:
        with pytest.raises(OrganisatieError, match="opnieuw in"):
            next_status(*pair)
    else:
        assert next_status(*pair) is after


def test_an_organisation_is_enrolled_once_it_can_be_reached_and_has_a_right() -> None:
    after = enrolled()

    assert (after.status, after.ingeschreven_op, after.versie) == (OrganisatieStatus.INGESCHREVEN, NOW, 2)
    assert enrol(after, contacten=[], rechten=[], now=NOW + timedelta(days=1), day=DAY) is after


@pytest.mark.parametrize(
    ("contacten", "rechten", "word"),
    [
        ([], [RECHT], "contact voor overdrachten"),
        ([replace(CONTACT, rol=ContactRol.TECHNIEK)], [RECHT], "contact voor overdrachten"),
        ([CONTACT], [], "recht"),
        ([CONTACT], [replace(RECHT, geldig_van=date(2026, 1, 1), geldig_tot=DAY)], "recht"),
        ([CONTACT], [replace(RECHT, geldig_van=date(2026, 4, 1), geldig_tot=date(2026, 4, 1))], "recht"),
    ],
)
def test_who_could_not_be_reached_or_was_given_nothing_is_not_enrolled(
    contacten: list[Contact], rechten: list[Recht], word: str
) -> None:
    with pytest.raises(OrganisatieError, match=word):
        enrol(TEAM, contacten=contacten, rechten=rechten, now=NOW, day=DAY)


def test_a_right_that_begins_later_is_enough_to_be_enrolled() -> None:
    later = replace(RECHT, geldig_van=date(2026, 5, 1))

    assert enrolled(later).status is OrganisatieStatus.INGESCHREVEN


def test_an_organisation_with_work_in_hand_is_not_ended_and_the_problem_says_how_much() -> None:
    with pytest.raises(OrganisatieError, match=r"nog 3 overdracht.* van 2 casus"):
        end(enrolled(), reden=EindeReden.GEFUSEERD, openstaand=Openstaand(3, 2), now=NOW)
    for some in (Openstaand(1, 0), Openstaand(0, 1)):
        with pytest.raises(OrganisatieError):
            end(enrolled(), reden=EindeReden.GEFUSEERD, openstaand=some, now=NOW)


def test_an_end_is_final_until_it_is_enrolled_again() -> None:
    ended = end(enrolled(), reden=EindeReden.GEFUSEERD, openstaand=NOTHING, now=NOW)

    assert (ended.status, ended.beeindigd_op, ended.reden) == (OrganisatieStatus.BEEINDIGD, NOW, EindeReden.GEFUSEERD)
    assert end(ended, reden=EindeReden.GEFUSEERD, openstaand=Openstaand(1, 1), now=NOW) is ended
    with pytest.raises(OrganisatieError, match="andere reden"):
        end(ended, reden=EindeReden.MISBRUIK, openstaand=NOTHING, now=NOW)
    with pytest.raises(OrganisatieError):
        change(ended)
    again = enrol(ended, contacten=[CONTACT], rechten=[RECHT], now=NOW, day=DAY)
    assert (again.status, again.beeindigd_op, again.reden) == (OrganisatieStatus.INGESCHREVEN, None, None)


# --- contacts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "email", ["overdracht@x.example", "wijkteam-noord@x.example", "lthg.crisis@a.b.nl", "Info@x.nl"]
)
def test_a_mailbox_that_says_of_which_team_it_is_is_taken(email: str) -> None:
    assert is_functional(email)


@pytest.mark.parametrize(
    "email",
    ["j.jansen@x.example", "jansen@x.example", "overdracht@localhost", "overdracht", "a b@x.nl", "teamleider1@x.nl",
     "overdracht@x.nl\nBcc: y@z.nl", "j.infoman@x.nl"],
)  # fmt: skip
def test_a_mailbox_that_can_be_of_a_person_is_refused(email: str) -> None:
    assert not is_functional(email)


@pytest.mark.parametrize(
    ("nummer", "taken"),
    [
        ("010-4938888", True),
        ("+31 10 493 8888", True),
        ("0104938888", True),
        ("0612345678", False),
        ("+31 6 12345678", False),
        ("06-12345678", False),
        ("+3161234567", False),
        ("010493", False),
        ("010-4938888 toestel 12", False),
    ],
)
def test_a_number_must_be_a_fixed_one(nummer: str, taken: bool) -> None:
    faults = list(find_contact_faults([replace(CONTACT, telefoonnummer=nummer)]))

    assert (faults == []) is taken
    assert all(nummer not in detail for _, detail in faults)


def test_every_fault_in_contacts_is_told_at_once_and_repeats_nothing() -> None:
    faults = list(find_contact_faults([CONTACT, Contact(ContactRol.OVERDRACHTEN, "jansen@x.nl", "0612345678")]))

    assert [pointer for pointer, _ in faults] == [
        "/contacten/1/rol",
        "/contacten/1/email",
        "/contacten/1/telefoonnummer",
    ]
    assert not any("jansen" in detail or "0612" in detail for _, detail in faults)


# --- rights -----------------------------------------------------------------------------------------------------


def test_a_right_is_given_only_for_what_the_policy_lets_partners_in_for() -> None:
    assert {Doel.OVERDRACHT, Doel.HULP} <= TOE_TE_KENNEN
    assert Doel.BEHEER not in TOE_TE_KENNEN
    (fault,) = find_recht_faults(replace(RECHT, doel=Doel.BEHEER))
    assert fault[0] == "/doel"


@pytest.mark.parametrize(
    ("recht", "pointer"),
    [
        (replace(RECHT, gemeente_code="9999"), "/gemeenteCode"),
        (replace(RECHT, geldig_tot=DAY), "/geldigTot"),
        (replace(RECHT, geldig_tot=date(2026, 3, 1)), "/geldigTot"),
    ],
)
def test_a_right_that_can_never_hold_is_refused(recht: Recht, pointer: str) -> None:
    assert [where for where, _ in find_recht_faults(recht)] == [pointer]
    assert list(find_recht_faults(RECHT)) == []


def test_a_right_holds_from_its_first_day_until_its_end_which_is_not_of_it() -> None:
    recht = replace(RECHT, geldig_tot=date(2026, 3, 4))

    held = [day for day in range(1, 6) if recht.holds_on(date(2026, 3, day))]

    assert held == [2, 3]
    assert RECHT.holds_on(date(2036, 1, 1))


def test_a_right_ends_today_or_later_and_never_comes_back() -> None:
    ended = end_recht(RECHT, geldig_tot=DAY, day=DAY)

    assert not ended.holds_on(DAY)
    assert end_recht(ended, geldig_tot=DAY, day=DAY + timedelta(days=9)) is ended
    with pytest.raises(OrganisatieError, match="vandaag of later"):
        end_recht(RECHT, geldig_tot=DAY - timedelta(days=1), day=DAY)
    with pytest.raises(OrganisatieError, match="eerder"):
        end_recht(ended, geldig_tot=DAY + timedelta(days=5), day=DAY)


def test_a_right_that_did_not_begin_yet_can_be_taken_back() -> None:
    later = replace(RECHT, geldig_van=date(2026, 5, 1))

    ended = end_recht(later, geldig_tot=DAY, day=DAY)

    assert not any(ended.holds_on(date(2026, 5, day)) for day in range(1, 31))
    assert ended.geldig_tot == ended.geldig_van


# --- the door ---------------------------------------------------------------------------------------------------

OPEN = Stand(OrganisatieStatus.INGESCHREVEN, frozenset(), (RECHT,))


@pytest.mark.parametrize(
    ("stand", "verplicht", "closed"),
    [
        (None, False, None),
        (None, True, Dicht.NIET_INGESCHREVEN),
        (replace(OPEN, status=OrganisatieStatus.CONCEPT), False, None),
        (replace(OPEN, status=OrganisatieStatus.CONCEPT), True, Dicht.NIET_INGESCHREVEN),
        (OPEN, False, None),
        (OPEN, True, None),
        (replace(OPEN, status=OrganisatieStatus.BEEINDIGD), False, Dicht.BEEINDIGD),
        (replace(OPEN, status=OrganisatieStatus.BEEINDIGD), True, Dicht.BEEINDIGD),
        (replace(OPEN, clients=frozenset({"ons"})), False, None),
        (replace(OPEN, clients=frozenset({"ander"})), False, Dicht.CLIENT),
    ],
)
def test_who_comes_in_for_an_organisation_by_its_enrolment_and_its_systems(
    stand: Stand | None, verplicht: bool, closed: Dicht | None
) -> None:
    assert judge_client(stand, client_id="ons", verplicht=verplicht) is closed


def test_rights_hold_nothing_back_before_the_enrolment() -> None:
    for stand in (None, replace(OPEN, status=OrganisatieStatus.CONCEPT)):
        assert reikwijdte_of(stand, doel=Doel.HULP, day=DAY) is None


def test_an_organisation_has_what_it_was_given_for_this_purpose_today_and_nothing_else() -> None:
    gave = (
        RECHT,
        replace(RECHT, id=UUID(int=2), doel=Doel.HULP, gemeente_code=None, soort=BestemmingSoort.OPVANG),
        replace(RECHT, id=UUID(int=3), gemeente_code="0622", geldig_van=DAY + timedelta(days=1)),
        replace(RECHT, id=UUID(int=4), gemeente_code="0606", geldig_van=date(2025, 1, 1), geldig_tot=DAY),
    )
    stand = replace(OPEN, rechten=gave)

    assert reikwijdte_of(stand, doel=Doel.OVERDRACHT, day=DAY) == frozenset({Reikwijdte("0599")})
    assert reikwijdte_of(stand, doel=Doel.HULP, day=DAY) == frozenset({Reikwijdte(None, BestemmingSoort.OPVANG)})
    assert reikwijdte_of(stand, doel=Doel.MONITORING, day=DAY) == frozenset()
    assert reikwijdte_of(stand, doel=Doel.OVERDRACHT, day=DAY + timedelta(days=1)) == frozenset(
        {Reikwijdte("0599"), Reikwijdte("0622")}
    )


ROWS = st.sampled_from([row for row in BELEID.values() if row.room == "handover"])
REIKWIJDTEN = st.frozensets(
    st.builds(
        Reikwijdte, st.none() | st.sampled_from(["0599", "0622", "1992"]), st.none() | st.sampled_from(BestemmingSoort)
    )
)


@given(
    row=ROWS,
    reikwijdte=REIKWIJDTEN,
    gemeente=st.sampled_from(["0599", "0622", "0501", "1992", "0363"]),
    soort=st.sampled_from(BestemmingSoort),
)
def test_rights_only_ever_take_away(
    row: object, reikwijdte: frozenset[Reikwijdte], gemeente: str, soort: BestemmingSoort
) -> None:
    whole = Toegang(row, Betrekking.ONTVANGER, Doel.OVERDRACHT)  # type: ignore[arg-type]
    less, glass = replace(whole, reikwijdte=reikwijdte), replace(whole, reikwijdte=reikwijdte, noodtoegang=True)

    assert whole.covers(gemeente, soort)
    assert glass.covers(gemeente, soort)
    assert less.permits(frozenset()) == whole.permits(frozenset())
    reached = any(
        one.gemeente_code in {None, gemeente, "1992" if gemeente == "0501" else gemeente} and one.soort in {None, soort}
        for one in reikwijdte
    )
    assert less.covers(gemeente, soort) == reached


def test_a_municipality_that_went_up_in_another_falls_under_the_right_of_its_successor() -> None:
    assert Reikwijdte("1992").covers("0501", BestemmingSoort.OPVANG)
    assert not Reikwijdte("0501").covers("1992", BestemmingSoort.OPVANG)


def test_partners_are_the_roles_that_stand_outside_and_only_the_beheerder_keeps_organisations() -> None:
    kept = [row for row in BELEID.values() if row.verwerking is VerwerkingCode.PARTNERS_BEHEREN]
    writing = [row for row in kept if not row.reads]

    assert set(PARTNERROLLEN) == {Rol.KETENPARTNER, Rol.LOKAAL_TEAM, Rol.GEMEENTE}
    assert (len(kept), len(writing)) == (12, 7)
    assert all(set(row.rollen) == {Rol.BEHEERDER} for row in writing)
    assert all(row.inhoud is Inhoud.TECHNIEK for row in kept)
