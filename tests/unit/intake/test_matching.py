# ruff: noqa: RUF001  # the letters are those of the names
"""How names are brought to one form, how two people are weighed, and by which keys they find each other."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.intake.domain import koppelen
from services.intake.domain.codes import PersoonRol
from services.intake.domain.klank import folded, given_names, klank, surnames
from services.intake.domain.koppelen import VOORSTELLEN_MAX, Kandidaat
from services.intake.domain.matching import Reden, SleutelSoort, Treffer, compared_values, decide
from services.intake.domain.melding import Persoon
from services.intake.domain.vergelijken import (
    GEWICHTEN,
    VOORSTEL,
    ZEKER,
    Kenmerken,
    Niveau,
    compare,
    kenmerken_of,
    names_somebody,
)
from services.intake.domain.zoeksleutels import search_keys
from shared.rules.bsn import test_bsn as a_bsn
from tests.unit.intake.test_intake_domain import NOW


def persoon(**changes: object) -> Persoon:
    """Return somebody who is described well."""
    contact = {
        "telefoonnummers": changes.pop("telefoon", ("06-12345678",)),
        "geslacht": changes.pop("geslacht", "vrouw"),
    }
    values: dict[str, object] = {
        "geslachtsnaam": "van der Kwakkelstein",
        "voornamen": "Josefien Anna",
        "geboortedatum": "1984-03-09",
        "postcode": "3011AA",
        "huisnummer": 7,
    }
    return Persoon(rol=PersoonRol.KIND, gegevens=contact, **(values | changes))  # type: ignore[arg-type]


ZIJ = kenmerken_of(persoon())


# --- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spellings"),
    [
        "Mohammed Mohamed Muhammad Mohamad Muhammed Mohammad Mehmet",
        "Ahmed Achmed Ahmet Achmet Ahmad",
        "Yusuf Youssef Yousef Joesoef Jusuf",
        "Khadija Chadija Ghadiedja",
        "Soeleyman Suleiman Süleyman",
        "Djamila Jamila Jameela Jamilah",
        "Fatima Fatma Fatimah Faatima",
        "Yıldız Yildiz Jildiz",
        "Şahin Sahin Shahin Sjahin",
        "Kowalski Kowalsky Kovalski",
        "Szymański Shymanski Symanski",
        "Janssen Jansen Janszen",
        "Dijkstra Dykstra Deikstra",
        "Meijer Meyer Meier Mayer",
        "Kuijper Kuyper Cuyper Kuiper",
        "Schmidt Schmitt Smid Smit",
        "Bosch Bos",
        "Blockx Bloks",
        "Soekhram Sukhram Soukhram",
    ],
)
def test_spellings_of_one_name_sound_alike(spellings: str) -> None:
    assert len({klank(folded(name)) for name in spellings.split()}) == 1


@pytest.mark.parametrize("names", ["Jansen Hansen", "Bakker Dekker", "Daan Sam", "Visser Bakker", "Ali Omar"])
def test_different_names_sound_different(names: str) -> None:
    one, other = names.split()

    assert klank(folded(one)) != klank(folded(other))


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("van der Berg", ("berg",)),
        ("v.d. Berg", ("berg",)),
        ("Jansen-de Vries", ("jansen", "vries")),
        ("Jansen de Vries", ("jansen", "vries")),
        ("Jansen – van 't Hof", ("jansen", "hof")),
        ("El Idrissi", ("idrissi",)),
        ("Ben Ali", ("benali",)),
        ("'t Hart", ("hart",)),
        ("d’Angelo", ("dangelo",)),
        ("De", ("de",)),
        ("-", ()),
        ("", ()),
    ],
)
def test_a_surname_is_its_names_without_what_stands_before_them(written: str, parts: tuple[str, ...]) -> None:
    assert surnames(written) == parts


def test_initials_stay_apart_also_when_one_of_them_could_be_a_voorvoegsel() -> None:
    assert given_names("J.P.") == ("j", "p")
    assert given_names("T. Anna") == ("t", "anna")
    assert given_names("Anna van Dam") == ("anna", "dam")


@example("㎴")
@given(st.text(max_size=20))
def test_bringing_to_one_form_twice_is_bringing_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    for name in surnames(text):
        assert surnames(name) in {(name,), ()}
        assert all(sign.isalnum() for sign in klank(name))


# --- comparing -------------------------------------------------------------------------------------------------

_NAMES = ["kwakkelstein", "kwakelstijn", "jong", "vries", "yilmaz", "jildiz", "berg", "elidrissi"]
_GIVEN = ["jan", "johannes", "mohamed", "muhammad", "anna", "a", "eva", "yilmaz", "daan"]
_DATES = [
    "1984",
    "1984-03",
    "1984-03-09",
    "1984-09-03",
    "1984-03-19",
    "1985-03-09",
    "1984-01-01",
    "1990-07-01",
    "2001-12-31",
]
_BSNS = [a_bsn(1), a_bsn(2), "123456789", a_bsn(1)[:-1] + str((int(a_bsn(1)[-1]) + 1) % 10)]


def tuples(names: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), max_size=2, unique=True).map(tuple)


@st.composite
def people(draw: st.DrawFn) -> Kenmerken:
    achternamen = draw(tuples(_NAMES))
    return Kenmerken(
        bsn=draw(st.none() | st.sampled_from(_BSNS)),
        achternamen=achternamen,
        achternaamwoorden=achternamen,
        voornamen=draw(tuples(_GIVEN)),
        geboortedatum=draw(st.none() | st.sampled_from(_DATES)),
        postcode=draw(st.none() | st.sampled_from(["3011AA", "3011AB"])),
        huisnummer=draw(st.none() | st.sampled_from([1, 2])),
        telefoonnummers=draw(st.frozensets(st.sampled_from(["612345678", "101234567"]), max_size=2)),
        geslacht=draw(st.sampled_from([None, "man", "vrouw"])),
    )


@given(people(), people())
def test_comparing_is_the_same_from_both_sides(one: Kenmerken, other: Kenmerken) -> None:
    assert compare(one, other) == compare(other, one)


@given(people(), people())
def test_nobody_is_more_like_somebody_than_he_is_himself(one: Kenmerken, other: Kenmerken) -> None:
    assert compare(one, other).score <= compare(one, one).score


_TAKEN_OVER: tuple[Callable[[Kenmerken, Kenmerken], Kenmerken], ...] = (
    lambda one, other: replace(other, bsn=one.bsn),
    lambda one, other: replace(
        other, achternamen=one.achternamen, achternaamwoorden=one.achternaamwoorden, voornamen=one.voornamen
    ),
    lambda one, other: replace(other, geboortedatum=one.geboortedatum),
    lambda one, other: replace(other, postcode=one.postcode, huisnummer=one.huisnummer),
    lambda one, other: replace(other, telefoonnummers=one.telefoonnummers),
    lambda one, other: replace(other, geslacht=one.geslacht),
)


@given(people(), people(), st.sampled_from(_TAKEN_OVER))
def test_more_that_agrees_never_lowers_the_score(
    one: Kenmerken, other: Kenmerken, take_over: Callable[[Kenmerken, Kenmerken], Kenmerken]
) -> None:
    closer = take_over(one, other)
    if compare(one, closer).niveaus >= compare(one, other).niveaus or _all_known(one, closer):
        assert compare(one, closer).score >= compare(one, other).score


def _all_known(one: Kenmerken, closer: Kenmerken) -> bool:
    """Leave out what takes a field away: then there is less that agrees, not more."""
    return all(
        (one.bsn, one.achternamen, one.voornamen, one.geboortedatum, one.postcode, one.telefoonnummers, one.geslacht)
    )


_OF_A_BIRTH_DATE = {niveau for niveau in Niveau if niveau.name.startswith("DATUM_")}


@example(Kenmerken(geboortedatum="1984-03-09"), Kenmerken(geboortedatum="1984-09-03"))
@given(people(), people())
def test_what_is_left_out_weighs_nothing(one: Kenmerken, other: Kenmerken) -> None:
    bare = Kenmerken(geboortedatum=one.geboortedatum)

    found = compare(bare, other)

    assert found.niveaus <= _OF_A_BIRTH_DATE
    assert compare(Kenmerken(), other).score == 0


@pytest.mark.parametrize(
    ("changes", "niveau"),
    [
        ({"geslachtsnaam": "Kwakkelstein"}, Niveau.ACHTERNAAM_GELIJK),
        ({"geslachtsnaam": "Kwakkelstein-de Boer"}, Niveau.ACHTERNAAM_DEEL),
        ({"geslachtsnaam": "de Boer van der Kwakkelstein"}, Niveau.ACHTERNAAM_DEEL),
        ({"geslachtsnaam": "Kwakelstijn"}, Niveau.ACHTERNAAM_KLANK),
        ({"geslachtsnaam": "Kwakkelsteim"}, Niveau.ACHTERNAAM_LIJKT),
        ({"geslachtsnaam": "Pietersen"}, Niveau.ACHTERNAAM_ANDERS),
        ({"voornamen": "Josefien"}, Niveau.VOORNAAM_GELIJK),
        ({"voornamen": "Josephine"}, Niveau.VOORNAAM_VARIANT),
        ({"voornamen": "Anna"}, Niveau.VOORNAAM_TWEEDE),
        ({"voornamen": "Jisefien"}, Niveau.VOORNAAM_VARIANT),
        ({"voornamen": "Josegien"}, Niveau.VOORNAAM_LIJKT),
        ({"voornamen": "J."}, Niveau.VOORNAAM_VOORLETTER),
        ({"voornamen": "Truus"}, Niveau.VOORNAAM_ANDERS),
        ({"voornamen": "van der Kwakkelstein", "geslachtsnaam": "Josefien"}, Niveau.NAAM_OMGEWISSELD),
        ({"geboortedatum": "1984-09-03"}, Niveau.DATUM_OMGEWISSELD),
        ({"geboortedatum": "1984-03-19"}, Niveau.DATUM_CIJFER),
        ({"geboortedatum": "1984-03"}, Niveau.DATUM_JAAR_MAAND),
        ({"geboortedatum": "1984"}, Niveau.DATUM_JAAR),
        ({"geboortedatum": "1984-03-21"}, Niveau.DATUM_TWEE_VAN_DRIE),
        ({"geboortedatum": "1984-11-21"}, Niveau.DATUM_ZELFDE_JAAR),
        ({"geboortedatum": "1985"}, Niveau.DATUM_ANDERS),
        ({"geboortedatum": "1971-12-28"}, Niveau.DATUM_ANDERS),
        ({"postcode": "3011 aa"}, Niveau.ADRES_GELIJK),
        ({"huisnummer": 9}, Niveau.POSTCODE_GELIJK),
        ({"postcode": "3199ZZ"}, Niveau.ADRES_ANDERS),
        ({"telefoon": ("+31 6 1234 5678",)}, Niveau.TELEFOON_GELIJK),
        ({"geslacht": "man"}, Niveau.GESLACHT_ANDERS),
    ],
)
def test_each_way_of_writing_somebody_otherwise_is_recognised(changes: dict[str, object], niveau: Niveau) -> None:
    found = compare(ZIJ, kenmerken_of(persoon(**changes)))

    assert niveau in found.niveaus
    assert found.score <= compare(ZIJ, ZIJ).score


@pytest.mark.parametrize(
    ("theirs", "niveau"),
    [
        (a_bsn(1), Niveau.BSN_GELIJK),
        (a_bsn(40), Niveau.BSN_ANDERS),
        (a_bsn(1)[:-1] + str((int(a_bsn(1)[-1]) + 1) % 10), Niveau.BSN_BIJNA),
        ("111111111", Niveau.BSN_ONGELDIG_ANDERS),
    ],
)
def test_a_number_speaks_for_or_against(theirs: str, niveau: Niveau) -> None:
    found = compare(kenmerken_of(persoon(bsn=a_bsn(1))), kenmerken_of(persoon(bsn=theirs)))

    assert niveau in found.niveaus


def test_two_valid_numbers_are_two_people_however_much_else_agrees() -> None:
    found = compare(kenmerken_of(persoon(bsn=a_bsn(1))), kenmerken_of(persoon(bsn=a_bsn(2))))

    assert not found.zeker


@pytest.mark.parametrize(
    "changes",
    [
        {"voornamen": "Truus"},
        {"voornamen": "J."},
        {"voornamen": "Anna"},
        {"geboortedatum": "1984-11-21"},
        {"geboortedatum": "1984"},
        {"geboortedatum": None},
        {"geslacht": "man"},
        {"geslachtsnaam": "Pietersen"},
    ],
)
def test_brothers_sisters_twins_and_namesakes_are_never_sure_to_be_one(changes: dict[str, object]) -> None:
    assert compare(ZIJ, ZIJ).zeker
    assert not compare(ZIJ, kenmerken_of(persoon(**changes))).zeker


def test_a_number_of_zeros_is_nobodys_number() -> None:
    assert kenmerken_of(persoon(telefoon=("010-0000000", "06-00000000", "06", ""))).telefoonnummers == frozenset()


def test_a_name_that_many_bear_or_an_estimated_date_is_not_enough_to_be_sure() -> None:
    bare: dict[str, object] = {"postcode": None, "huisnummer": None, "telefoon": ()}

    assert names_somebody(kenmerken_of(persoon(**bare)))
    for changes in (
        {"geslachtsnaam": "de Jong", "voornamen": "Jan"},
        {"geboortedatum": "1984-01-01"},
        {"geboortedatum": "1984-07-01"},
        {"geboortedatum": "1984-03"},
        {"voornamen": "J."},
        {"voornamen": None},
    ):
        assert not names_somebody(kenmerken_of(persoon(**bare | changes)))


def test_the_borders_leave_room_between_what_is_sure_and_what_is_nothing() -> None:
    assert set(GEWICHTEN) == set(Niveau)
    assert 0 < VOORSTEL < ZEKER


# --- finding ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"geslachtsnaam": "Kwakkelsteijn"},
        {"geslachtsnaam": "Kwalkelstein"},
        {"geslachtsnaam": "Pietersen-van der Kwakkelstein"},
        {"geslachtsnaam": "Pietersen"},
        {"voornamen": "Jozephine"},
        {"voornamen": "J."},
        {"voornamen": "Wilhelmina"},
        {"voornamen": None},
        {"geboortedatum": "1984-09-03"},
        {"geboortedatum": "1985-03-09"},
        {"geboortedatum": "1984"},
        {"geboortedatum": None},
        {"voornamen": "van der Kwakkelstein", "geslachtsnaam": "Josefien"},
        {"voornamen": "Kwakkelstein", "geslachtsnaam": "Josefien Anna"},
        {"postcode": "3199ZZ", "huisnummer": 1},
    ],
)
def test_one_error_leaves_a_key_by_which_somebody_is_found_also_without_a_telephone(changes: dict[str, object]) -> None:
    known = kenmerken_of(persoon(telefoon=()))
    asked = kenmerken_of(persoon(telefoon=(), **changes))

    assert set(search_keys(known)) & set(search_keys(asked))


def test_who_has_no_name_is_found_by_an_address_or_telephone_only() -> None:
    nameless = Persoon(rol=PersoonRol.KIND, gegevens={})

    assert search_keys(kenmerken_of(nameless)) == ()
    assert len(search_keys(kenmerken_of(replace(nameless, gegevens={"telefoonnummers": ["0612345678"]})))) == 1


@given(people())
def test_a_key_is_given_once_and_never_empty(who: Kenmerken) -> None:
    keys = search_keys(who)

    assert len(keys) == len(set(keys))
    assert all(value for _, values in keys for value in values)


# --- what follows for casussen ---------------------------------------------------------------------------------


def casus(number: int) -> UUID:
    return UUID(int=number)


def test_the_best_pair_speaks_for_a_casus_and_its_reasons_are_told() -> None:
    other = kenmerken_of(persoon(geboortedatum="1984-09-03", telefoon=()))
    nobody = kenmerken_of(persoon(voornamen="Truus", geboortedatum="1931-05-05"))

    found = koppelen.judge([(ZIJ, Kandidaat(casus(1), one)) for one in (nobody, other, nobody)])

    (voorstel,) = found.voorstellen
    assert (voorstel.casus_id, voorstel.score) == (casus(1), round(compare(ZIJ, other).score))
    assert voorstel.redenen == (
        Reden.GELIJKENDE_GEBOORTEDATUM,
        Reden.ZELFDE_ADRES,
        Reden.ZELFDE_GESLACHTSNAAM,
        Reden.ZELFDE_VOORNAAM,
    )


def test_who_is_sure_in_two_casussen_joins_neither_by_himself() -> None:
    one, two = (Kandidaat(casus(number), ZIJ) for number in (1, 2))

    assert koppelen.judge([(ZIJ, one)]).zeker == casus(1)
    assert koppelen.judge([(ZIJ, one), (ZIJ, two)]).zeker is None


def test_no_more_than_so_many_casussen_are_put_before_a_worker_and_the_rest_is_counted() -> None:
    weaker = kenmerken_of(persoon(geboortedatum=None))
    many = [Kandidaat(casus(number), weaker) for number in range(1, VOORSTELLEN_MAX + 4)]

    found = koppelen.judge([(ZIJ, one) for one in (*many, Kandidaat(casus(99), ZIJ))])

    assert (len(found.voorstellen), found.verzwegen) == (VOORSTELLEN_MAX, 4)
    assert found.voorstellen[0].casus_id == casus(99)


_ALIKE = (ZIJ, ZIJ, kenmerken_of(persoon(geboortedatum=None)), kenmerken_of(persoon(geboortedatum="1984-09-03")))


@given(st.permutations([Kandidaat(casus(number), one) for number, one in enumerate(_ALIKE, start=1)]))
def test_the_order_of_candidates_changes_nothing(kandidaten: list[Kandidaat]) -> None:
    in_order = sorted(kandidaten, key=lambda one: one.casus_id)

    assert koppelen.judge((ZIJ, one) for one in kandidaten) == koppelen.judge((ZIJ, one) for one in in_order)


# --- the door --------------------------------------------------------------------------------------------------


def test_at_the_door_a_common_name_or_an_estimated_date_is_proposed_and_not_joined() -> None:
    usual = compared_values(persoon(geslachtsnaam="de Jong", voornamen="Jan", bsn=None))
    estimated = compared_values(persoon(geboortedatum="1984-01-01"))

    for values in (usual, estimated):
        assert SleutelSoort.GEWONE_NAAM_GEBOORTEDATUM in values
        assert SleutelSoort.NAAM_GEBOORTEDATUM not in values
    hit = Treffer(casus(1), NOW, SleutelSoort.GEWONE_NAAM_GEBOORTEDATUM, b"k", None)
    besluit = decide([{SleutelSoort.GEWONE_NAAM_GEBOORTEDATUM: b"k"}], [hit])
    assert besluit.casus_id is None
    assert besluit.voorstellen[0].redenen == (Reden.ZELFDE_GEWONE_NAAM_GEBOORTEDATUM,)


def test_of_a_full_house_the_oldest_casussen_are_proposed_and_who_is_strongly_alike_always() -> None:
    hits = [Treffer(casus(number), NOW, SleutelSoort.ADRES_GESLACHTSNAAM, b"a", None) for number in range(1, 20)]
    hits.append(Treffer(casus(50), NOW, SleutelSoort.GEWONE_NAAM_GEBOORTEDATUM, b"n", None))

    besluit = decide([{SleutelSoort.ADRES_GESLACHTSNAAM: b"a", SleutelSoort.GEWONE_NAAM_GEBOORTEDATUM: b"n"}], hits)

    assert [one.casus_id.int for one in besluit.voorstellen] == [1, 2, 3, 4, 5, 50]
