"""About whom a signal may stand in which reference index, and how one begins, matches and ends."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.domain import indexen as rules
from services.intake.domain.codes import Geslacht, PersoonRol
from services.intake.domain.indexen import (
    BETROKKENHEID,
    TRANSITIONS,
    Bericht,
    Betrokkene,
    Betrokkenheid,
    Bezwaar,
    IntrekReden,
    PogingUitkomst,
    RefusedError,
    Signaal,
    SignaalAction,
    SignaalStatus,
    Stand,
)
from services.intake.domain.matching import DOES_NOT_MATCH
from services.intake.partners.indexen import connected
from services.intake.settings import IntakeSettings
from shared.rules.codes import Verwijsindex
from shared.rules.settings import DEFAULT_SETTINGS

DAG = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALL = tuple(Verwijsindex)
ZONDER_VIR = DEFAULT_SETTINGS
MET_VIR = replace(DEFAULT_SETTINGS, vir_aan=True)


def somebody(**changes: object) -> Betrokkene:
    told = {
        "rol": PersoonRol.KIND,
        "geslachtsnaam": "Voorbeeldsen",
        "voorvoegsel": None,
        "voornamen": "Pim",
        "geboortedatum": "2014-03-02",
        "geslacht": Geslacht.MAN,
    }
    return Betrokkene(**{**told, **changes})  # type: ignore[arg-type]


def against(betrokkene: Betrokkene, index: Verwijsindex, **stand: object) -> set[Bezwaar]:
    told = Stand(**{"dag": DAG, "aangesloten": ALL, **stand})  # type: ignore[arg-type]
    return set(rules.weigh(betrokkene, index, told, DEFAULT_SETTINGS).bezwaren)


def a_signal(index: Verwijsindex = Verwijsindex.SISA, **changes: object) -> Signaal:
    made = rules.request(
        signaal_id=UUID(int=1),
        referentie=UUID(int=2),
        melding_id=UUID(int=3),
        casus_id=UUID(int=4),
        persoon_id=UUID(int=5),
        gemeente_code="0599",
        index=index,
        settings=DEFAULT_SETTINGS,
        now=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


# --- about whom ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("geboortedatum", "sisa", "sluis"),
    [
        ("2026-03-02", set(), {Bezwaar.TE_JONG}),
        ("2026-03-03", {Bezwaar.GEBOORTEDATUM_IN_TOEKOMST}, {Bezwaar.GEBOORTEDATUM_IN_TOEKOMST}),
        ("2003-03-03", set(), {Bezwaar.TE_JONG}),  # 22 until tomorrow
        ("2003-03-02", {Bezwaar.TE_OUD}, set()),  # 23 today
        ("1920-01-01", {Bezwaar.TE_OUD}, set()),
        ("2003-03", {Bezwaar.GEBOORTEDATUM_ONVOLLEDIG}, {Bezwaar.GEBOORTEDATUM_ONVOLLEDIG}),
        ("2020", {Bezwaar.GEBOORTEDATUM_ONVOLLEDIG}, {Bezwaar.GEBOORTEDATUM_ONVOLLEDIG}),
        (None, {Bezwaar.GEBOORTEDATUM_ONVOLLEDIG}, {Bezwaar.GEBOORTEDATUM_ONVOLLEDIG}),
    ],
)
def test_sisa_is_for_who_is_at_most_22_on_the_day_and_sluis_for_the_others(
    geboortedatum: str | None, sisa: set[Bezwaar], sluis: set[Bezwaar]
) -> None:
    person = somebody(geboortedatum=geboortedatum)

    assert (against(person, Verwijsindex.SISA), against(person, Verwijsindex.SLUIS)) == (sisa, sluis)


def test_who_is_born_on_29_february_is_a_year_older_on_1_march() -> None:
    person = somebody(geboortedatum="2004-02-29")

    assert against(person, Verwijsindex.SISA, dag=date(2027, 2, 28)) == set()
    assert against(person, Verwijsindex.SISA, dag=date(2027, 3, 1)) == {Bezwaar.TE_OUD}


@given(st.dates(date(1900, 1, 1), DAG), st.dates(DAG, date(2040, 1, 1)))
def test_everybody_belongs_in_one_of_sisa_and_sluis_on_every_day(born: date, dag: date) -> None:
    person = somebody(geboortedatum=born.isoformat())

    possible = [i for i in (Verwijsindex.SISA, Verwijsindex.SLUIS) if not against(person, i, dag=dag)]

    assert len(possible) == 1
    assert against(person, Verwijsindex.VT_REGISTER, dag=dag) == set()


def test_every_role_has_its_place_and_who_ties_no_families_together_gets_no_signal() -> None:
    never = {rol for rol, betrokken in BETROKKENHEID.items() if betrokken is Betrokkenheid.NIET}

    assert set(BETROKKENHEID) == set(PersoonRol)
    assert never == DOES_NOT_MATCH


@pytest.mark.parametrize("rol", sorted(DOES_NOT_MATCH))
@pytest.mark.parametrize("index", ALL)
def test_a_melder_or_professional_never_gets_a_signal(rol: PersoonRol, index: Verwijsindex) -> None:
    assert Bezwaar.GEEN_DIRECTBETROKKENE in against(somebody(rol=rol), index)


@pytest.mark.parametrize("name", ["geslachtsnaam", "voornamen"])
@pytest.mark.parametrize("value", [None, "-", "."])
def test_a_person_without_a_full_name_gets_no_signal(name: str, value: str | None) -> None:
    assert against(somebody(**{name: value}), Verwijsindex.SISA) == {Bezwaar.NAAM_ONVOLLEDIG}


@pytest.mark.parametrize("name", ["geslachtsnaam", "voornamen", "voorvoegsel"])
@pytest.mark.parametrize("value", ["Jansen (slaat haar)", "Jansen: zie melding", "J. 0612345678", "A" * 101, "a/b"])
def test_a_name_in_which_something_else_can_stand_never_leaves(name: str, value: str) -> None:
    assert against(somebody(**{name: value}), Verwijsindex.SISA) == {Bezwaar.NAAM_GEEN_NAAM}


@pytest.mark.parametrize("name", ["O'Neill", "van der Berg-Özdemir", "D\u2019Artagnan", "Nguyễn", "J.P.", "Ali"])
def test_the_names_of_people_are_names(name: str) -> None:
    assert rules.is_a_name(name)


def test_every_reason_against_is_told_at_once_in_sentences_that_name_nobody() -> None:
    person = somebody(rol=PersoonRol.MELDER, voornamen=None, geboortedatum="1990")
    stand = Stand(dag=DAG, aangesloten=(), in_behandeling=False, beperkt=True, geplaatst=(Verwijsindex.SISA,))

    found = rules.weigh(person, Verwijsindex.SISA, stand, DEFAULT_SETTINGS)

    assert set(found.bezwaren) == {
        Bezwaar.GEEN_DIRECTBETROKKENE,
        Bezwaar.NAAM_ONVOLLEDIG,
        Bezwaar.GEBOORTEDATUM_ONVOLLEDIG,
        Bezwaar.NIET_IN_BEHANDELING,
        Bezwaar.VERWERKING_BEPERKT,
        Bezwaar.NIET_AANGESLOTEN,
        Bezwaar.AL_GEPLAATST,
    }
    assert not found.mogelijk
    assert len(found.uitleg) == len(found.bezwaren) + 1
    assert "Voorbeeldsen" not in " ".join(found.uitleg)


def test_each_index_explains_for_whom_it_is_and_how_old_the_person_is() -> None:
    sisa, sluis, register = rules.voorstellen(somebody(), Stand(dag=DAG, aangesloten=ALL), DEFAULT_SETTINGS)

    assert sisa.mogelijk
    assert "0 tot en met 22 jaar" in " ".join(sisa.uitleg)
    assert "Op 02-03-2026 is deze persoon 12 jaar." in sisa.uitleg
    assert "23 jaar of ouder" in " ".join(sluis.uitleg)
    assert register.mogelijk


def test_whether_a_witness_belongs_to_the_family_is_for_a_person() -> None:
    found = rules.weigh(
        somebody(rol=PersoonRol.GETUIGE), Verwijsindex.SISA, Stand(dag=DAG, aangesloten=ALL), DEFAULT_SETTINGS
    )

    assert found.mogelijk
    assert "beoordeelt een medewerker" in found.uitleg[-1]


# --- what leaves -----------------------------------------------------------------------------------------------


def test_a_message_has_a_place_for_who_it_is_and_who_we_are_and_for_nothing_else() -> None:
    names = {field.name for field in fields(Bericht)}

    assert names == {"geslachtsnaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht", "organisatie"}


def test_vir_is_told_only_by_sisa_and_only_when_it_is_on() -> None:
    told = {
        (index, settings.vir_aan)
        for index in ALL
        for settings in (ZONDER_VIR, MET_VIR)
        if rules.feeds_vir(index, settings)
    }

    assert told == {(Verwijsindex.SISA, True)}
    assert not DEFAULT_SETTINGS.vir_aan


# --- a signal --------------------------------------------------------------------------------------------------


def test_every_pair_of_state_and_step_is_written() -> None:
    assert set(TRANSITIONS) == {(status, action) for status in SignaalStatus for action in SignaalAction}


def test_no_step_leads_out_of_an_end() -> None:
    ends = set(SignaalStatus) - rules.ACTIEF

    assert all(after in {None, before} for (before, _), after in TRANSITIONS.items() if before in ends)


@given(st.integers(0, 20 * 366 * 86_400))
def test_a_signal_is_never_active_for_longer_than_two_years(seconds: int) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    made = rules.request(
        signaal_id=UUID(int=1),
        referentie=UUID(int=2),
        melding_id=UUID(int=3),
        casus_id=UUID(int=4),
        persoon_id=UUID(int=5),
        gemeente_code="0599",
        index=Verwijsindex.SISA,
        settings=DEFAULT_SETTINGS,
        now=now,
    )

    assert timedelta(days=728) < made.verloopt_op - now <= timedelta(days=731)


def test_an_index_that_confirms_twice_confirms_once() -> None:
    once = rules.confirm(a_signal(), via_vir=False, now=NOW)
    twice = rules.confirm(once, via_vir=False, now=NOW + timedelta(hours=1))

    assert (once.status, twice.status) == (SignaalStatus.GEPLAATST, SignaalStatus.GEPLAATST)
    assert twice.geplaatst_op == NOW
    assert twice.versie == once.versie


def test_a_signal_matches_while_another_organisation_is_there() -> None:
    placed = rules.confirm(a_signal(), via_vir=False, now=NOW)
    matched = rules.hear_match(placed, open_matches=1)

    assert matched.status is SignaalStatus.GEMATCHT
    assert rules.hear_match(matched, open_matches=2).status is SignaalStatus.GEMATCHT
    assert rules.hear_match(matched, open_matches=0).status is SignaalStatus.GEPLAATST


def test_what_ended_does_not_come_back_by_a_late_answer_or_match() -> None:
    ended = rules.withdraw(a_signal(), IntrekReden.ONTERECHT_GEPLAATST, now=NOW)
    failed = rules.fail(a_signal(), PogingUitkomst.GEWEIGERD, now=NOW)
    over = rules.expire(a_signal(), now=NOW)

    assert (ended.status, ended.beeindigd_op, ended.reden) == ("ingetrokken", NOW, "onterecht-geplaatst")
    assert (failed.status, failed.fout, over.status) == ("mislukt", "geweigerd", "verlopen")
    for one in (ended, failed, over):
        with pytest.raises(RefusedError, match="niets meer"):
            rules.confirm(one, via_vir=False, now=NOW)
        with pytest.raises(RefusedError):
            rules.hear_match(one, open_matches=1)


def test_we_do_not_match_ourselves() -> None:
    regel = rules.MatchRegel(
        referentie=UUID(int=2),
        kenmerk="m-1",
        organisatie_id="wij",
        organisatie="Wij",
        contact="010",
        sinds=DAG,
        beeindigd=False,
    )

    assert not rules.is_a_match(regel, "wij")
    assert rules.is_a_match(regel, "zij")
    assert rules.match_id(a_signal(), regel) == rules.match_id(a_signal(), regel)


# --- to whom we are connected ----------------------------------------------------------------------------------


def told(**changes: object) -> IntakeSettings:
    needed = dict.fromkeys(("issuer", "jwks_url", "token_url", "database_url", "redis_url"), "https://nergens.test")
    more = {"client_id": "intake", "client_key_file": "/nergens", **changes}
    return IntakeSettings(**{**needed, **more})  # type: ignore[arg-type]


def test_an_index_without_an_address_is_not_connected() -> None:
    assert connected(told()) == frozenset()
    assert connected(told(sisa_url="https://sisa.test")) == {Verwijsindex.SISA}


@pytest.mark.parametrize(
    "changes",
    [
        {"sluis_url": "http://sluis.test"},
        {"vt_register_url": "ftp://register.test"},
        {"vt_register_automatisch": True},
    ],
)
def test_an_index_over_an_open_line_or_one_that_is_not_there_is_refused_at_the_start(
    changes: dict[str, object],
) -> None:
    with pytest.raises(ValidationError):
        told(**changes)


def test_a_local_run_may_speak_to_the_stand_in_in_the_open() -> None:
    assert told(omgeving="lokaal", sisa_url="http://127.0.0.1:8013/sisa").sisa_url
