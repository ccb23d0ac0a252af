"""When a school must know, criterion by criterion, and how a signal to it can stand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import handle_with_care as rules
from services.intake.domain.codes import Kanaal, PersoonRol
from services.intake.domain.handle_with_care import (
    TRANSITIONS,
    UNDER_WAY,
    WAIT_MAX,
    WAIT_MIN,
    Bewijs,
    HandleWithCare,
    HandleWithCareAction,
    HandleWithCareStatus,
    RefusedError,
    SignaalBesluit,
    SignaalKeuze,
    Wijze,
    confirm_by_hand,
    decide,
    deliver,
    find_bewijs_faults,
    is_repetition,
    miss,
    wait_after,
)
from services.intake.domain.melding import PersoonDossier
from services.intake.domain.schooltoets import (
    CRITERIA,
    Bericht,
    Criterium,
    Gevolg,
    Kind,
    Leerling,
    School,
    SchoolBron,
    Toetsing,
    gevolg_of,
    is_repeated,
    kind_of,
    leerling_of,
    same_child,
    school_in_melding,
    toets,
)
from shared.rules.codes import HandleWithCareReden, MelderCategorie, Vorm
from shared.rules.settings import DEFAULT_SETTINGS

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
PIM: dict[str, Any] = {
    "rol": "kind",
    "voornamen": "Pim",
    "voorvoegsel": "van den",
    "geslachtsnaam": "Voorbeeldsen",
    "geboortedatum": "2016-05-04",
}
BERICHT = Bericht(
    categorie=MelderCategorie.JUSTITIE_EN_VEILIGHEID,
    organisatie_id="politie-eenheid-rotterdam",
    organisatie=None,
    kanaal=Kanaal.BERICHTENVERKEER,
    vormen=frozenset({Vorm.FYSIEK}),
    incident_op=NOW - timedelta(hours=2),
    ontvangen_op=NOW,
    gemeente_code="0599",
    beperkt=False,
)


def a_persoon(rol: PersoonRol = PersoonRol.KIND, *, sleutels: frozenset[bytes] = frozenset(), **changes: Any) -> Any:
    return PersoonDossier(id=uuid4(), rol=rol, sleutels=sleutels, gegevens={**PIM, **changes})


def a_kind(*, bezwaar: bool = False, **changes: Any) -> Kind:
    found = kind_of(a_persoon(**changes), bezwaar=bezwaar)
    assert found is not None
    return found


def outcome_of(criterium: Criterium, bericht: Bericht = BERICHT, kind: Kind | None = None) -> Toetsing:
    found = {one.criterium: one.toetsing for one in toets(bericht, kind or a_kind(), DEFAULT_SETTINGS)}
    return found[criterium]


def gevolg(bericht: Bericht = BERICHT, kind: Kind | None = None, **settings: Any) -> Gevolg:
    told = replace(DEFAULT_SETTINGS, **settings)
    return gevolg_of(toets(bericht, kind or a_kind(), told), told)


# --- the criteria ----------------------------------------------------------------------------------------------


def test_a_child_at_home_when_the_police_came_for_violence_meets_every_criterion() -> None:
    oordelen = toets(BERICHT, a_kind(), DEFAULT_SETTINGS)

    assert [one.criterium for one in oordelen] == list(Criterium) == [regel.criterium for regel in CRITERIA]
    assert {one.toetsing for one in oordelen} == {Toetsing.VOLDAAN}
    assert gevolg() is Gevolg.VANZELF


def test_where_the_region_wants_a_person_to_look_nothing_goes_by_itself() -> None:
    assert gevolg(handle_with_care_automatisch=False) is Gevolg.BEOORDELEN


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"categorie": MelderCategorie.GEZONDHEIDSZORG}, Toetsing.NIET_VOLDAAN),
        ({"organisatie_id": "vtrr", "organisatie": "Politie eenheid Rotterdam"}, Toetsing.VOLDAAN),
        ({"organisatie_id": "vtrr", "organisatie": "Stichting Halt", "kanaal": Kanaal.TELEFOON}, Toetsing.NIET_VOLDAAN),
        ({"organisatie_id": "vtrr", "kanaal": Kanaal.TELEFOON}, Toetsing.ONBEKEND),
        ({"organisatie_id": "corv", "organisatie": "Eenheid 17"}, Toetsing.ONBEKEND),
        ({"organisatie_id": None}, Toetsing.ONBEKEND),
    ],
)
def test_only_a_message_of_the_police_counts(change: dict[str, Any], expected: Toetsing) -> None:
    assert outcome_of(Criterium.POLITIE, replace(BERICHT, **change)) is expected


@pytest.mark.parametrize(
    ("vormen", "expected"),
    [
        ({Vorm.GETUIGE}, Toetsing.VOLDAAN),
        ({Vorm.PSYCHISCH, Vorm.VERWAARLOZING}, Toetsing.VOLDAAN),
        ({Vorm.VERWAARLOZING, Vorm.FINANCIEEL, Vorm.COMPLEXE_SCHEIDING}, Toetsing.NIET_VOLDAAN),
        ({Vorm.UITBUITING, Vorm.VERWAARLOZING}, Toetsing.ONBEKEND),
        (set(), Toetsing.ONBEKEND),
    ],
)
def test_there_must_have_been_violence_at_home(vormen: set[Vorm], expected: Toetsing) -> None:
    assert outcome_of(Criterium.GEWELD, replace(BERICHT, vormen=frozenset(vormen))) is expected


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(0), Toetsing.VOLDAAN),
        (timedelta(hours=24), Toetsing.VOLDAAN),
        (timedelta(hours=24, seconds=1), Toetsing.NIET_VOLDAAN),
        (None, Toetsing.ONBEKEND),
    ],
)
def test_the_incident_was_in_the_day_before_the_message(ago: timedelta | None, expected: Toetsing) -> None:
    assert (
        outcome_of(Criterium.RECENT, replace(BERICHT, incident_op=NOW - ago if ago is not None else None)) is expected
    )


@pytest.mark.parametrize(
    ("geboortedatum", "rol", "expected"),
    [
        ("2022-03-02", PersoonRol.KIND, Toetsing.VOLDAAN),  # four today
        ("2022-03-03", PersoonRol.KIND, Toetsing.NIET_VOLDAAN),  # four tomorrow
        ("2008-03-03", PersoonRol.JEUGDIGE, Toetsing.VOLDAAN),  # seventeen for one day more
        ("2008-03-02", PersoonRol.JEUGDIGE, Toetsing.NIET_VOLDAAN),
        ("2016", PersoonRol.KIND, Toetsing.VOLDAAN),
        ("2022", PersoonRol.KIND, Toetsing.ONBEKEND),
        ("2008-03", PersoonRol.SLACHTOFFER, Toetsing.ONBEKEND),
        ("2008-02", PersoonRol.SLACHTOFFER, Toetsing.NIET_VOLDAAN),
        ("1990", PersoonRol.PLEGER, Toetsing.NIET_VOLDAAN),
        (None, PersoonRol.KIND, Toetsing.ONBEKEND),
        (None, PersoonRol.PLEGER, Toetsing.NIET_VOLDAAN),
    ],
)
def test_a_child_is_four_up_to_and_including_seventeen_as_far_as_its_birth_date_tells(
    geboortedatum: str | None, rol: PersoonRol, expected: Toetsing
) -> None:
    assert outcome_of(Criterium.LEEFTIJD, kind=a_kind(rol=rol, geboortedatum=geboortedatum)) is expected


def test_the_age_is_that_of_the_amsterdam_day_of_the_message() -> None:
    just_after_midnight = replace(BERICHT, ontvangen_op=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))

    assert outcome_of(Criterium.LEEFTIJD, just_after_midnight, a_kind(geboortedatum="2022-03-02")) is Toetsing.VOLDAAN


def test_the_region_is_the_one_that_this_veilig_thuis_serves() -> None:
    assert outcome_of(Criterium.REGIO, replace(BERICHT, gemeente_code="1963")) is Toetsing.NIET_VOLDAAN
    assert outcome_of(Criterium.REGIO, replace(BERICHT, gemeente_code="0363")) is Toetsing.NIET_VOLDAAN


def test_who_cannot_be_found_by_name_is_put_before_a_person_and_so_is_a_reason_against() -> None:
    nameless = a_kind(voornamen=None)

    assert outcome_of(Criterium.GEGEVENS, kind=nameless) is Toetsing.ONBEKEND
    assert gevolg(kind=nameless) is Gevolg.BEOORDELEN
    assert gevolg(kind=a_kind(bezwaar=True)) is Gevolg.BEOORDELEN
    assert gevolg(replace(BERICHT, beperkt=True)) is Gevolg.BEOORDELEN


def test_what_is_surely_not_met_gives_no_signal_also_when_something_else_is_doubtful() -> None:
    assert gevolg(replace(BERICHT, vormen=frozenset({Vorm.VERWAARLOZING}), incident_op=None)) is Gevolg.GEEN
    assert gevolg(replace(BERICHT, incident_op=None)) is Gevolg.BEOORDELEN


@given(st.sampled_from(sorted(Criterium)), st.sampled_from([Toetsing.NIET_VOLDAAN, Toetsing.ONBEKEND]))
def test_nothing_goes_by_itself_when_any_criterion_is_not_met(criterium: Criterium, toetsing: Toetsing) -> None:
    oordelen = [
        replace(one, toetsing=toetsing) if one.criterium is criterium else one
        for one in toets(BERICHT, a_kind(), DEFAULT_SETTINGS)
    ]

    assert gevolg_of(oordelen, DEFAULT_SETTINGS) is not Gevolg.VANZELF


def test_no_reason_tells_who_the_child_is() -> None:
    kinds = (a_kind(), a_kind(geboortedatum="2022"), a_kind(geboortedatum="1990-01-01"), a_kind(bezwaar=True))

    told = " ".join(one.reden for kind in kinds for one in toets(BERICHT, kind, DEFAULT_SETTINGS))

    assert not any(word in told for word in ("Pim", "Voorbeeldsen", "2016", "2022", "1990", "politie-eenheid"))


def test_the_unborn_and_who_is_there_by_profession_go_to_no_school() -> None:
    assert kind_of(a_persoon(geboortedatum=None, ongeboren=True), bezwaar=False) is None
    assert kind_of(a_persoon(PersoonRol.HULPVERLENER), bezwaar=False) is None


# --- who the child is ------------------------------------------------------------------------------------------


def test_a_school_knows_a_child_by_its_whole_name_and_birth_date() -> None:
    found = leerling_of(PIM)

    assert found == Leerling(
        voornamen="Pim", voorvoegsel="van den", geslachtsnaam="Voorbeeldsen", geboortedatum=date(2016, 5, 4)
    )
    assert found.naam == "Pim van den Voorbeeldsen"
    for missing in ({"voornamen": " "}, {"geslachtsnaam": None}, {"geboortedatum": "2016-05"}, {"geboortedatum": None}):
        assert leerling_of({**PIM, **missing}) is None


def test_only_a_school_with_its_number_is_taken_from_a_melding() -> None:
    assert school_in_melding({"school": {"naam": "De Luchtballon", "brin": "90ZZ00"}}) == School(
        "90ZZ00", "De Luchtballon", None, SchoolBron.MELDING
    )
    assert school_in_melding({"school": {"naam": "De Luchtballon"}}) is None
    assert school_in_melding({}) is None


def test_one_child_is_known_again_by_its_key_or_by_its_names_and_birth_date() -> None:
    pim = a_persoon(sleutels=frozenset({b"1"}))

    assert same_child(pim, a_persoon(voornamen="P.", sleutels=frozenset({b"1", b"2"})))
    assert same_child(pim, a_persoon(voornamen="PIM"))
    assert not same_child(pim, a_persoon(voornamen="Bo"))
    assert not same_child(a_persoon(geboortedatum=None), a_persoon(geboortedatum=None))


def test_a_second_message_within_a_day_is_about_the_same_incident() -> None:
    assert is_repeated(NOW, [NOW - timedelta(hours=24)], DEFAULT_SETTINGS)
    assert is_repeated(NOW, [NOW + timedelta(hours=1)], DEFAULT_SETTINGS)  # they crossed
    assert not is_repeated(NOW, [NOW - timedelta(hours=25)], DEFAULT_SETTINGS)
    assert not is_repeated(NOW, [], DEFAULT_SETTINGS)


# --- how a signal stands ---------------------------------------------------------------------------------------

SCHOOL = School("90ZZ00", "De Luchtballon", "https://scholen.test/90ZZ00/signalen", SchoolBron.LEERPLICHT)
BEWIJS = Bewijs(Wijze.BERICHT, NOW, "OB-1")
BEVESTIGD = SignaalBesluit(SignaalKeuze.BEVESTIGD, "Zo spoedig mogelijk.", niet_informeren=False)
GEWEIGERD = SignaalBesluit(SignaalKeuze.GEWEIGERD, "Het kind logeert elders.", niet_informeren=True)
_S = HandleWithCareStatus


def a_signaal(status: HandleWithCareStatus = _S.TE_VERZENDEN, **changes: Any) -> HandleWithCare:
    found = HandleWithCare(
        id=UUID(int=1),
        melding_id=UUID(int=2),
        casus_id=UUID(int=3),
        persoon_id=UUID(int=4),
        gemeente_code="0599",
        ontvangen_op=NOW,
        status=status,
        versie=1,
        toets=toets(BERICHT, a_kind(), DEFAULT_SETTINGS),
    )
    return replace(found, **changes)


def test_every_state_and_action_has_its_row() -> None:
    assert set(TRANSITIONS) == {(status, action) for status in _S for action in HandleWithCareAction}


def test_what_arrived_stays_arrived_whatever_is_tried() -> None:
    arrived = a_signaal(_S.AFGELEVERD)

    assert {TRANSITIONS[_S.AFGELEVERD, action] for action in HandleWithCareAction} == {None}
    assert deliver(arrived, SCHOOL, BEWIJS, now=NOW) == arrived
    assert miss(arrived, HandleWithCareReden.NIET_BEVESTIGD, SCHOOL) == arrived
    with pytest.raises(RefusedError, match="er is niets meer te doen"):
        decide(arrived, GEWEIGERD, subject="a", now=NOW)


def test_a_receipt_ends_it_also_after_no_school_was_found_and_after_a_refusal_under_way() -> None:
    for status in (*UNDER_WAY, _S.GEWEIGERD):
        after = deliver(a_signaal(status), SCHOOL, BEWIJS, now=NOW)

        assert (after.status, after.school, after.bewijs, after.afgeleverd_op) == (_S.AFGELEVERD, SCHOOL, BEWIJS, NOW)


def test_an_attempt_without_a_receipt_says_why_and_the_same_again_makes_no_new_version() -> None:
    missed = miss(a_signaal(), HandleWithCareReden.GEEN_SCHOOL, None)
    unanswered = miss(missed, HandleWithCareReden.NIET_BEVESTIGD, SCHOOL)

    assert (missed.status, missed.versie) == (_S.GEEN_SCHOOL, 2)
    assert (unanswered.status, unanswered.school, unanswered.versie) == (_S.NIET_BEVESTIGD, SCHOOL, 3)
    assert miss(unanswered, HandleWithCareReden.NIET_BEVESTIGD, SCHOOL) is unanswered
    assert rules.reden_of(missed.status) is HandleWithCareReden.GEEN_SCHOOL
    assert rules.reden_of(unanswered.status) is HandleWithCareReden.NIET_BEVESTIGD


def test_a_worker_sends_again_what_did_not_arrive_and_the_school_is_looked_for_anew() -> None:
    stuck = a_signaal(_S.NIET_BEVESTIGD, besluit=BEVESTIGD, school=SCHOOL)

    after = decide(stuck, BEVESTIGD, subject="medewerker", now=NOW)

    assert (after.status, after.school, after.besloten_door) == (_S.TE_VERZENDEN, None, "medewerker")
    assert not is_repetition(stuck, BEVESTIGD)
    assert is_repetition(after, BEVESTIGD)
    assert not is_repetition(after, GEWEIGERD)


def test_a_refusal_keeps_its_reason_and_ends_it() -> None:
    after = decide(a_signaal(_S.TE_BEOORDELEN), GEWEIGERD, subject="medewerker", now=NOW)

    assert (after.status, after.besluit, after.besloten_op) == (_S.GEWEIGERD, GEWEIGERD, NOW)
    with pytest.raises(RefusedError, match="geweigerd"):
        confirm_by_hand(after, Bewijs(Wijze.TELEFONISCH, NOW, door="A. Fictief"), subject="ander")


def test_a_worker_who_called_proves_as_much_as_a_receipt() -> None:
    called = Bewijs(Wijze.TELEFONISCH, NOW + timedelta(minutes=5), door="A. Fictief")

    after = confirm_by_hand(a_signaal(_S.GEEN_SCHOOL), called, subject="medewerker")

    assert (after.status, after.afgeleverd_op, after.bevestigd_door) == (_S.AFGELEVERD, called.tijdstip, "medewerker")


def test_nobody_called_tomorrow_or_before_the_police_did() -> None:
    signaal = a_signaal()

    def faults(moment: datetime) -> list[str]:
        return [why for _, why in find_bewijs_faults(signaal, Bewijs(Wijze.E_MAIL, moment, door="A"), NOW)]

    assert faults(NOW) == []
    assert faults(NOW + timedelta(hours=1)) == ["ligt in de toekomst"]
    assert faults(NOW - timedelta(minutes=5)) == []  # people read the hour from another clock
    assert faults(NOW - timedelta(minutes=6)) == ["ligt voor het bericht van de politie"]
    early = confirm_by_hand(signaal, Bewijs(Wijze.E_MAIL, NOW - timedelta(minutes=5), door="A"), subject="b")
    assert early.afgeleverd_op == NOW


@given(st.integers(0, 2_000), st.timedeltas(timedelta(), timedelta(days=45)))
def test_the_wait_is_minutes_at_first_and_at_the_end_and_never_more_than_hours(attempts: int, left: timedelta) -> None:
    wait = wait_after(attempts, uiterlijk=NOW + left, now=NOW)

    assert WAIT_MIN <= wait <= WAIT_MAX
    if left <= timedelta(hours=1):
        assert wait == WAIT_MIN


def test_six_weeks_of_holiday_are_some_hundreds_of_attempts_and_the_last_hour_some_twenty() -> None:
    uiterlijk, moments = NOW + timedelta(days=44), [NOW]
    while moments[-1] < uiterlijk:
        wait = wait_after(len(moments), uiterlijk=uiterlijk, now=moments[-1])
        moments.append(moments[-1] + wait)

    assert 200 < len(moments) < 500
    assert sum(moment >= uiterlijk - timedelta(hours=1) for moment in moments) >= 20
    assert all(after > before for before, after in pairwise(moments))
