"""The rules of intake, read as sentences: no database, no keys, no clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import casus as casus_rules
from services.intake.domain import koppelvoorstel as voorstel_rules
from services.intake.domain.casus import Casus, CasusAction, CasusStatus
from services.intake.domain.codes import PersoonRol
from services.intake.domain.koppelvoorstel import (
    Keuze,
    Koppelbesluit,
    Koppelvoorstel,
    KoppelvoorstelAction,
    KoppelvoorstelStatus,
)
from services.intake.domain.matching import (
    Reden,
    SleutelSoort,
    Treffer,
    Voorstel,
    compared_values,
    decide,
    without_voorvoegsels,
)
from services.intake.domain.melding import (
    Melder,
    Melding,
    MeldingDossier,
    MeldingStatus,
    Ontvangst,
    Persoon,
    PersoonDossier,
    Waarschuwing,
    WaarschuwingCode,
    distinct_personen,
    find_faults,
    find_leeftijdsgroepen,
    find_waarschuwingen,
    shown_to_the_chain,
)
from shared.events.payloads import AardGeweld
from shared.rules.bsn import test_bsn as a_bsn
from shared.rules.codes import BekendmakingGrond, Leeftijdsgroep, MelderCategorie, MelderSoort, Relatie, Vorm
from shared.rules.disclosure import Bekendmaking

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OLD, YOUNG, OTHER = (UUID(int=number) for number in (3, 2, 1))
SINCE = {OLD: NOW - timedelta(days=9), YOUNG: NOW - timedelta(days=1), OTHER: NOW - timedelta(days=2)}
BSN, NAAM = SleutelSoort.BSN, SleutelSoort.NAAM_GEBOORTEDATUM
GESLACHTSNAAM, ADRES = SleutelSoort.GESLACHTSNAAM_GEBOORTEDATUM, SleutelSoort.ADRES_GESLACHTSNAAM


def a_melder(soort: MelderSoort = MelderSoort.PROFESSIONAL, naam: str | None = "Agent Fictief") -> Melder:
    return Melder(
        categorie=MelderCategorie.GGZ, soort=soort, naam=naam, bekendmaking=Bekendmaking(), gegevens={"naam": naam}
    )


def a_melding(*personen: Persoon, gemeente: str = "0599", incident: datetime | None = None) -> Melding:
    return Melding(
        externe_identificatie=None,
        melder=a_melder(),
        gemeente_code=gemeente,
        aard_geweld=(),
        incident_tijdstip=incident,
        personen=personen or (Persoon(rol=PersoonRol.KIND, geslachtsnaam="Voorbeeld", gegevens={}),),
        gegevens={},
    )


def a_hit(casus_id: UUID, soort: SleutelSoort, key: bytes = b"k", bsn: bytes | None = None) -> Treffer:
    return Treffer(casus_id, SINCE[casus_id], soort, key, bsn)


# --- what is remarked and what is refused ----------------------------------------------------------------------


@pytest.mark.parametrize("geboortedatum", ["2027", "2026-04", "2026-03-03"])
def test_a_birth_date_in_the_future_is_refused_however_incomplete(geboortedatum: str) -> None:
    melding = a_melding(Persoon(rol=PersoonRol.KIND, geboortedatum=geboortedatum, gegevens={}))

    assert list(find_faults(melding, NOW)) == [("/personen/0/geboortedatum", "ligt in de toekomst")]


@pytest.mark.parametrize("geboortedatum", ["2026", "2026-03", "2026-03-02", "1930-01-01", None])
def test_a_birth_date_until_today_is_accepted(geboortedatum: str | None) -> None:
    melding = a_melding(Persoon(rol=PersoonRol.KIND, geboortedatum=geboortedatum, gegevens={}))

    assert not list(find_faults(melding, NOW))


KIND, GROOT = Leeftijdsgroep.MINDERJARIG, Leeftijdsgroep.VOLWASSEN


@pytest.mark.parametrize(
    ("people", "groepen"),
    [
        ([(PersoonRol.SLACHTOFFER, "1990-02-01")], [GROOT]),
        ([(PersoonRol.KIND, "2015-02-01")], [KIND]),
        ([(PersoonRol.SLACHTOFFER, "1990-02-01"), (PersoonRol.KIND, None)], [KIND, GROOT]),
        # On the day of the eighteenth birthday somebody is grown up; an incomplete date is the youngest it can be.
        ([(PersoonRol.KIND, "2008-03-02")], [GROOT]),
        ([(PersoonRol.KIND, "2008-03-03")], [KIND]),
        ([(PersoonRol.SLACHTOFFER, "2008")], [KIND]),
        # Of whom nothing is known may be a child, and may be its mother.
        ([(PersoonRol.SLACHTOFFER, None)], [KIND, GROOT]),
        ([(PersoonRol.KIND, "2015-02-01"), (PersoonRol.PLEGER, None)], [KIND, GROOT]),
        ([], []),
    ],
)
def test_which_ages_are_among_the_people_is_told_and_an_unknown_age_counts_for_both(
    people: list[tuple[PersoonRol, str | None]], groepen: list[Leeftijdsgroep]
) -> None:
    melding = a_melding(*(Persoon(rol=rol, geboortedatum=born, gegevens={}) for rol, born in people))

    found = find_leeftijdsgroepen(melding, range(len(people)), NOW.date())

    assert list(found) == groepen


def test_only_the_ages_of_those_whom_it_is_about_are_told() -> None:
    doctor = Persoon(rol=PersoonRol.HULPVERLENER, geboortedatum="1970-01-01", gegevens={})
    melding = a_melding(doctor, Persoon(rol=PersoonRol.KIND, geboortedatum="2015-01-01", gegevens={}))

    assert find_leeftijdsgroepen(melding, (1,), NOW.date()) == (KIND,)


def test_today_is_the_dutch_day_also_when_utc_says_yesterday() -> None:
    just_after_midnight = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    melding = a_melding(Persoon(rol=PersoonRol.KIND, geboortedatum="2026-03-03", gegevens={}))

    assert not list(find_faults(melding, just_after_midnight))


def test_an_incident_may_not_lie_in_the_future_but_clocks_may_differ_a_little() -> None:
    assert not list(find_faults(a_melding(incident=NOW + timedelta(minutes=5)), NOW))
    assert list(find_faults(a_melding(incident=NOW + timedelta(minutes=6)), NOW)) == [
        ("/incident/tijdstip", "ligt in de toekomst")
    ]


def test_a_number_that_fails_the_eleven_test_and_a_far_gemeente_are_remarked() -> None:
    good = Persoon(rol=PersoonRol.KIND, bsn=a_bsn(1), gegevens={})
    wrong = Persoon(rol=PersoonRol.KIND, bsn="123456789", gegevens={})

    found = find_waarschuwingen(a_melding(good, wrong, gemeente="0363"), NOW)

    assert found == (
        Waarschuwing(WaarschuwingCode.BSN_ONGELDIG, "/personen/1/bsn"),
        Waarschuwing(WaarschuwingCode.GEMEENTE_BUITEN_REGIO, "/gemeenteCode"),
    )
    assert find_waarschuwingen(a_melding(good), NOW) == ()


@pytest.mark.parametrize(
    ("persoon", "found"),
    [
        ({"geboortedatum": "1906-03-02"}, set()),
        ({"geboortedatum": "1905-03-02"}, {WaarschuwingCode.LEEFTIJD_ONWAARSCHIJNLIJK}),
        ({"geboortedatum": "1996-03-03"}, set()),
        ({"geboortedatum": "1996-03-02"}, {WaarschuwingCode.LEEFTIJD_PAST_NIET_BIJ_ROL}),
        ({"geboortedatum": "1996"}, set()),
        ({"geboortedatum": "1995"}, {WaarschuwingCode.LEEFTIJD_PAST_NIET_BIJ_ROL}),
        ({"postcode": "3011 aa"}, set()),
        ({"postcode": "0011AA"}, {WaarschuwingCode.POSTCODE_ONBEKEND}),
        ({"postcode": "0011AA", "land": "Nederland"}, {WaarschuwingCode.POSTCODE_ONBEKEND}),
        ({"postcode": "B-1000", "land": "Belgi\u00eb"}, set()),
    ],
)
def test_what_does_not_fit_a_person_is_remarked_and_never_refused(
    persoon: dict[str, str], found: set[WaarschuwingCode]
) -> None:
    rol = PersoonRol.OUDER if found == {WaarschuwingCode.LEEFTIJD_ONWAARSCHIJNLIJK} or "1906" in str(persoon) else None
    melding = a_melding(Persoon(rol=rol or PersoonRol.KIND, gegevens={}, **persoon))  # type: ignore[arg-type]

    assert {one.code for one in find_waarschuwingen(melding, NOW)} == found
    assert not list(find_faults(melding, NOW))


@pytest.mark.parametrize(
    ("geboortedata", "remarked"),
    [
        (("2008-03-02",), True),
        (("2008-03-03",), False),
        (("1980-01-01", None), False),
        (("1980-01-01", "2008"), False),
        (("1980", "1990-05"), True),
    ],
)
def test_child_abuse_without_anybody_who_can_be_a_child_is_remarked(
    geboortedata: tuple[str | None, ...], remarked: bool
) -> None:
    people = (Persoon(rol=PersoonRol.GEZINSLID, geboortedatum=one, gegevens={}) for one in geboortedata)
    aard = AardGeweld(relatie=Relatie.KINDERMISHANDELING, vorm=Vorm.FYSIEK)
    melding = replace(a_melding(*people), aard_geweld=(aard,))

    codes = {one.code for one in find_waarschuwingen(melding, NOW)}

    assert (WaarschuwingCode.GEEN_MINDERJARIGE in codes) is remarked


@pytest.mark.parametrize(
    ("soort", "naam", "anonymous"),
    [
        (MelderSoort.ONBEKEND, "Iemand", True),
        (MelderSoort.OMSTANDER, None, True),
        (MelderSoort.BETROKKENE, None, True),
        (MelderSoort.OMSTANDER, "Buur Fictief", False),
        (MelderSoort.PROFESSIONAL, None, False),
    ],
)
def test_who_is_known_to_nobody_is_dubbel_anoniem(soort: MelderSoort, naam: str | None, anonymous: bool) -> None:
    assert a_melder(soort, naam).dubbel_anoniem is anonymous


# --- by what people are found again ----------------------------------------------------------------------------


def test_a_complete_person_is_found_by_all_four_keys() -> None:
    persoon = Persoon(
        rol=PersoonRol.KIND,
        bsn=a_bsn(1),
        geslachtsnaam="van der Voorbeeld",
        voornamen="Anna Maria",
        geboortedatum="1990-02-01",
        postcode="3011AA",
        huisnummer=0,
        gegevens={},
    )

    assert compared_values(persoon) == {
        BSN: (a_bsn(1),),
        GESLACHTSNAAM: ("Voorbeeld", "1990-02-01"),
        NAAM: ("Voorbeeld", "Anna", "1990-02-01"),
        ADRES: ("3011AA", "0", "Voorbeeld"),
    }


@pytest.mark.parametrize(
    "persoon",
    [
        Persoon(rol=PersoonRol.KIND, bsn="123456789", gegevens={}),
        Persoon(rol=PersoonRol.KIND, geslachtsnaam="Vis", voornamen="An", geboortedatum="1990-02", gegevens={}),
        Persoon(rol=PersoonRol.KIND, geslachtsnaam="Vis", voornamen="An", gegevens={}),
        Persoon(rol=PersoonRol.KIND, voornamen="An", geboortedatum="1990-02-01", postcode="3011AA", gegevens={}),
    ],
)
def test_what_is_incomplete_or_invalid_finds_nobody(persoon: Persoon) -> None:
    assert compared_values(persoon) == {}


def test_a_first_name_is_needed_for_the_strong_name_key_only() -> None:
    persoon = Persoon(rol=PersoonRol.KIND, geslachtsnaam="Vis", geboortedatum="1990-02-01", gegevens={})

    assert set(compared_values(persoon)) == {GESLACHTSNAAM}


@pytest.mark.parametrize(("given_name", "kept"), [("de Vries", "Vries"), ("Van den Berg", "Berg"), ("de", "de")])
def test_prefixes_of_a_surname_do_not_count(given_name: str, kept: str) -> None:
    assert without_voorvoegsels(given_name) == kept


# --- which casus a melding joins -------------------------------------------------------------------------------


def test_nobody_known_makes_a_new_casus() -> None:
    besluit = decide([{BSN: b"b", NAAM: b"n"}], [])

    assert (besluit.casus_id, besluit.voorstellen) == (None, ())


def test_a_bsn_wins_from_a_name_in_an_older_casus() -> None:
    besluit = decide([{BSN: b"b", NAAM: b"n"}], [a_hit(OLD, NAAM, b"n"), a_hit(YOUNG, BSN, b"b", b"b")])

    assert besluit.casus_id == YOUNG
    assert besluit.voorstellen == (Voorstel(OLD, (Reden.ZELFDE_NAAM_GEBOORTEDATUM,)),)


def test_of_equal_matches_the_oldest_casus_wins_and_the_others_are_proposed() -> None:
    hits = [a_hit(casus_id, BSN, b"b", b"b") for casus_id in (YOUNG, OTHER, OLD)]

    besluit = decide([{BSN: b"b"}], hits)

    assert besluit.casus_id == OLD
    assert [voorstel.casus_id for voorstel in besluit.voorstellen] == [OTHER, YOUNG]


def test_a_weak_match_joins_nothing_and_is_proposed_with_its_reasons() -> None:
    besluit = decide([{GESLACHTSNAAM: b"g", ADRES: b"a"}], [a_hit(OLD, GESLACHTSNAAM, b"g"), a_hit(OLD, ADRES, b"a")])

    assert besluit.casus_id is None
    assert besluit.voorstellen == (
        Voorstel(OLD, (Reden.ZELFDE_ADRES_GESLACHTSNAAM, Reden.ZELFDE_GESLACHTSNAAM_GEBOORTEDATUM)),
    )


def test_a_namesake_with_another_bsn_is_proposed_and_not_joined() -> None:
    besluit = decide([{BSN: b"mine", NAAM: b"n"}], [a_hit(OLD, NAAM, b"n", b"theirs")])

    assert besluit.casus_id is None
    assert besluit.voorstellen == (Voorstel(OLD, (Reden.ANDERE_BSN,)),)


def test_a_namesake_is_somebody_else_also_when_one_of_two_meldingen_left_the_bsn_out() -> None:
    hits = [a_hit(OLD, NAAM, b"n", None), a_hit(OLD, NAAM, b"n", b"theirs")]

    assert decide([{BSN: b"mine", NAAM: b"n"}], hits).casus_id is None


@pytest.mark.parametrize(("mine", "theirs"), [(None, b"b"), (b"b", None), (b"b", b"b")])
def test_a_namesake_without_another_bsn_is_joined(mine: bytes | None, theirs: bytes | None) -> None:
    persoon = {NAAM: b"n"} | ({BSN: mine} if mine else {})

    assert decide([persoon], [a_hit(OLD, NAAM, b"n", theirs)]).casus_id == OLD


hits_of_all_kinds = st.lists(
    st.builds(
        a_hit,
        st.sampled_from([OLD, YOUNG, OTHER]),
        st.sampled_from(SleutelSoort),
        st.sampled_from([b"1", b"2"]),
        st.sampled_from([None, b"1", b"2"]),
    ),
    max_size=8,
)


@given(hits_of_all_kinds, st.randoms(use_true_random=False))
def test_the_order_of_what_is_found_changes_nothing(hits: list[Treffer], shuffle: Random) -> None:
    people = [{BSN: b"1", NAAM: b"1"}, {BSN: b"2", NAAM: b"2", GESLACHTSNAAM: b"1", ADRES: b"2"}]
    shuffled = list(hits)
    shuffle.shuffle(shuffled)

    assert decide(people, shuffled) == decide(people, hits)


@given(hits_of_all_kinds)
def test_every_casus_that_is_found_is_joined_or_proposed_never_both(hits: list[Treffer]) -> None:
    people = [{BSN: b"1", NAAM: b"2", GESLACHTSNAAM: b"1", ADRES: b"2"}]
    found = {hit.casus_id for hit in hits if people[0].get(hit.soort) == hit.sleutel}

    besluit = decide(people, hits)

    told = [voorstel.casus_id for voorstel in besluit.voorstellen] + ([besluit.casus_id] if besluit.casus_id else [])
    assert sorted(told) == sorted(found)


# --- casus and koppelvoorstel ----------------------------------------------------------------------------------


def a_casus(casus_id: UUID, status: CasusStatus = CasusStatus.OPEN, closed: datetime | None = None) -> Casus:
    return Casus(
        id=casus_id,
        status=status,
        aangemaakt_op=SINCE[casus_id],
        afgesloten_op=closed,
        opgegaan_in=None,
        aantal_meldingen=1,
        aantal_personen=2,
    )


def test_every_state_of_a_casus_answers_to_every_action() -> None:
    assert set(casus_rules.TRANSITIONS) == set(product(CasusStatus, CasusAction))


def test_every_state_of_a_koppelvoorstel_answers_to_every_action() -> None:
    assert set(voorstel_rules.TRANSITIONS) == set(product(KoppelvoorstelStatus, KoppelvoorstelAction))
    decided = {after for after in voorstel_rules.TRANSITIONS.values() if after}
    assert decided == set(KoppelvoorstelStatus)


def test_the_younger_casus_goes_up_in_the_older_one() -> None:
    stays, vanished = casus_rules.merge(a_casus(YOUNG), a_casus(OLD))

    assert (stays.id, stays.status, stays.aantal_meldingen, stays.aantal_personen) == (OLD, CasusStatus.OPEN, 2, 4)
    assert (vanished.id, vanished.status, vanished.opgegaan_in) == (YOUNG, CasusStatus.SAMENGEVOEGD, OLD)


def test_a_closed_casus_that_takes_in_an_open_one_is_open_again() -> None:
    stays, _ = casus_rules.merge(a_casus(OLD, CasusStatus.AFGESLOTEN, NOW), a_casus(YOUNG))

    assert (stays.status, stays.afgesloten_op) == (CasusStatus.OPEN, None)


def test_two_closed_casussen_stay_closed_since_the_last_closure() -> None:
    first, last = NOW - timedelta(days=1), NOW
    stays, _ = casus_rules.merge(
        a_casus(OLD, CasusStatus.AFGESLOTEN, first), a_casus(YOUNG, CasusStatus.AFGESLOTEN, last)
    )

    assert (stays.status, stays.afgesloten_op) == (CasusStatus.AFGESLOTEN, last)


def test_an_open_casus_that_takes_in_a_closed_one_stays_open() -> None:
    stays, _ = casus_rules.merge(a_casus(OLD), a_casus(YOUNG, CasusStatus.AFGESLOTEN, NOW))

    assert (stays.status, stays.afgesloten_op) == (CasusStatus.OPEN, None)


def test_what_went_up_in_another_casus_cannot_be_merged_again() -> None:
    gone = replace(a_casus(YOUNG), status=CasusStatus.SAMENGEVOEGD, opgegaan_in=OTHER)

    with pytest.raises(casus_rules.RefusedError):
        casus_rules.merge(a_casus(OLD), gone)


def test_closing_twice_equals_closing_once() -> None:
    closed = casus_rules.close(a_casus(OLD), NOW, SINCE[OLD])

    assert (closed.status, closed.afgesloten_op) == (CasusStatus.AFGESLOTEN, NOW)
    assert casus_rules.close(closed, NOW, SINCE[OLD]) == closed


def test_a_closure_that_crossed_with_a_new_melding_or_a_merge_changes_nothing() -> None:
    gone = replace(a_casus(OLD), status=CasusStatus.SAMENGEVOEGD, opgegaan_in=OTHER)

    assert casus_rules.close(a_casus(OLD), NOW, NOW + timedelta(seconds=1)) == a_casus(OLD)
    assert casus_rules.close(gone, NOW, SINCE[OLD]) == gone


def a_voorstel(status: KoppelvoorstelStatus, motivering: str | None = None) -> Koppelvoorstel:
    return Koppelvoorstel(
        id=OTHER,
        casus_id=OLD,
        andere_casus_id=YOUNG,
        redenen=(),
        status=status,
        versie=1,
        aangemaakt_op=NOW,
        besloten_op=None,
        motivering=motivering,
    )


def test_the_same_besluit_with_the_same_motivering_is_a_repetition() -> None:
    decided = a_voorstel(KoppelvoorstelStatus.AFGEWEZEN, "Andere mensen.")

    assert voorstel_rules.is_repetition(decided, Keuze.AFGEWEZEN, "Andere mensen.")
    assert not voorstel_rules.is_repetition(decided, Keuze.AFGEWEZEN, "Toch niet.")
    assert not voorstel_rules.is_repetition(decided, Keuze.BEVESTIGD, "Andere mensen.")


# What a worker may decide in each state, and what it becomes.
POSSIBLE = {
    (KoppelvoorstelStatus.OPEN, Keuze.BEVESTIGD): KoppelvoorstelStatus.BEVESTIGD,
    (KoppelvoorstelStatus.OPEN, Keuze.AFGEWEZEN): KoppelvoorstelStatus.AFGEWEZEN,
    (KoppelvoorstelStatus.AFGEWEZEN, Keuze.BEVESTIGD): KoppelvoorstelStatus.BEVESTIGD,
    (KoppelvoorstelStatus.AFGEWEZEN, Keuze.ONGEDAAN): KoppelvoorstelStatus.OPEN,
    (KoppelvoorstelStatus.BEVESTIGD, Keuze.ONGEDAAN): KoppelvoorstelStatus.ONGEDAAN,
    (KoppelvoorstelStatus.ONGEDAAN, Keuze.BEVESTIGD): KoppelvoorstelStatus.BEVESTIGD,
}


@pytest.mark.parametrize(("status", "keuze"), list(product(KoppelvoorstelStatus, Keuze)))
def test_a_besluit_is_taken_where_it_can_be_and_is_told_what_can_be_elsewhere(
    status: KoppelvoorstelStatus, keuze: Keuze
) -> None:
    before = a_voorstel(status, "Eerder.")
    expected = POSSIBLE.get((status, keuze))

    if expected is None:
        with pytest.raises(voorstel_rules.RefusedError, match="voorstel is"):
            voorstel_rules.decide(before, keuze, "Nu.", now=NOW)
        return
    after = voorstel_rules.decide(before, keuze, "Nu.", now=NOW)

    assert (after.status, after.versie) == (expected, 2)
    waits = expected is KoppelvoorstelStatus.OPEN
    assert (after.besloten_op, after.motivering) == ((None, None) if waits else (NOW, "Nu."))


def test_what_was_decided_last_is_a_repetition_also_when_it_put_the_question_again() -> None:
    taken = [
        Koppelbesluit(
            id=OTHER, voorstel_id=OTHER, keuze=keuze, rol="vt-medewerker", door="iemand", tijdstip=NOW, motivering=why
        )
        for keuze, why in ((Keuze.AFGEWEZEN, "Andere mensen."), (Keuze.ONGEDAAN, "Toch niet."))
    ]
    again = replace(a_voorstel(KoppelvoorstelStatus.OPEN), besluiten=tuple(taken))

    assert voorstel_rules.is_repetition(again, Keuze.ONGEDAAN, "Toch niet.")
    assert not voorstel_rules.is_repetition(again, Keuze.AFGEWEZEN, "Andere mensen.")


@pytest.mark.parametrize("status", sorted(set(KoppelvoorstelStatus) - {KoppelvoorstelStatus.OPEN}))
def test_only_an_open_question_lapses(status: KoppelvoorstelStatus) -> None:
    with pytest.raises(voorstel_rules.RefusedError):
        voorstel_rules.expire(a_voorstel(status), NOW)


def test_a_casus_that_comes_back_is_open_until_monitoring_closes_it() -> None:
    gone = replace(a_casus(YOUNG, CasusStatus.AFGESLOTEN, NOW), status=CasusStatus.SAMENGEVOEGD, opgegaan_in=OLD)

    back = casus_rules.come_back(gone)

    assert (back.status, back.opgegaan_in, back.afgesloten_op) == (CasusStatus.OPEN, None, None)
    with pytest.raises(casus_rules.RefusedError):
        casus_rules.come_back(back)


def test_a_closed_casus_from_which_is_split_off_stays_closed_and_one_that_vanished_refuses() -> None:
    closed = a_casus(OLD, CasusStatus.AFGESLOTEN, NOW)

    assert casus_rules.split(closed) == closed
    with pytest.raises(casus_rules.RefusedError):
        casus_rules.split(replace(closed, status=CasusStatus.SAMENGEVOEGD, opgegaan_in=OTHER))


# --- who sees what ---------------------------------------------------------------------------------------------


def a_dossier(*personen: PersoonDossier, received: datetime = NOW, number: int = 7) -> MeldingDossier:
    return MeldingDossier(
        ontvangst=Ontvangst(
            id=UUID(int=number),
            kenmerk="M-2026-000001",
            casus_id=OLD,
            status=MeldingStatus.ONTVANGEN,
            ontvangen_op=received,
            gemeente_code="0599",
            hermelding=False,
            veiligheidsbeoordeling_uiterlijk=NOW,
        ),
        organisatie_id="politie",
        dubbel_anoniem=False,
        advies_id=None,
        vorige_afsluiting_op=None,
        waarschuwingen=(),
        melder={"naam": "Agent Fictief"},
        personen=personen,
        gegevens={"externeIdentificatie": "PL1", "zorgelijkeSituatie": {"omschrijving": "x"}},
    )


def test_a_protected_melder_is_found_nowhere_in_what_the_chain_sees() -> None:
    melder = PersoonDossier(id=OLD, rol=PersoonRol.MELDER, sleutels=frozenset(), gegevens={})
    kind = PersoonDossier(id=YOUNG, rol=PersoonRol.KIND, sleutels=frozenset(), gegevens={})
    protected = Bekendmaking(openbaar=False, grond=BekendmakingGrond.B, motivering_gegeven=True)

    seen = shown_to_the_chain(a_dossier(melder, kind), MelderSoort.PROFESSIONAL, protected)

    assert (seen.melder, seen.organisatie_id, seen.personen) == (None, None, (kind,))
    assert seen.gegevens == {"zorgelijkeSituatie": {"omschrijving": "x"}}


def test_who_is_named_by_his_place_keeps_the_right_place_when_the_melder_is_left_out() -> None:
    people = [
        PersoonDossier(id=UUID(int=number), rol=rol, sleutels=frozenset(), gegevens={})
        for number, rol in enumerate((PersoonRol.KIND, PersoonRol.MELDER, PersoonRol.OUDER))
    ]
    sent = {
        "relaties": [{"van": 0, "tot": 2, "omschrijving": "kind"}, {"van": 1, "tot": 2, "omschrijving": "buur"}],
        "informering": [{"persoon": 2}, {"persoon": 1}, {"wijze": "mondeling"}],
    }

    seen = shown_to_the_chain(replace(a_dossier(*people), gegevens=sent), MelderSoort.OMSTANDER, Bekendmaking())

    assert seen.gegevens == {
        "relaties": [{"van": 0, "tot": 1, "omschrijving": "kind"}],
        "informering": [{"persoon": 1}, {"wijze": "mondeling"}],
    }


def test_an_open_professional_is_shown() -> None:
    dossier = a_dossier()

    assert shown_to_the_chain(dossier, MelderSoort.PROFESSIONAL, Bekendmaking(openbaar=True)) == dossier


def test_each_human_of_a_casus_is_told_once_as_last_described() -> None:
    def described(number: int, *keys: bytes) -> PersoonDossier:
        return PersoonDossier(id=UUID(int=number), rol=PersoonRol.KIND, sleutels=frozenset(keys), gegevens={})

    before = a_dossier(described(1, b"bsn"), described(2), described(3, b"naam"), received=SINCE[OLD], number=10)
    after = a_dossier(described(4, b"bsn", b"naam"), described(5), number=11)

    found = distinct_personen((before, after))

    assert [(melding_id.int, persoon.id.int) for melding_id, persoon in found] == [(11, 4), (11, 5), (10, 2)]
