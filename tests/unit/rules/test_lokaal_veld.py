"""Who receives when nobody is named, and the check of the table by which that goes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.codes import BestemmingSoort, Leeftijdsgroep, RouteGrond, Uitkomst, VeldOnderdeel
from shared.rules.gemeenten import EIGEN_VT, GEMEENTEN
from shared.rules.lokaal_veld import (
    LOKAAL,
    Doorzetting,
    LokaalVeld,
    VeldOntvanger,
    VeldRegel,
    Vraag,
    doorzetting_of,
    find_ontvangers,
)
from shared.rules.routing import BESTEMMINGEN
from shared.rules.veldtabel import RIJNMOND, VeldError, build_veld

DAY = date(2026, 3, 2)
KIND, GROOT = Leeftijdsgroep.MINDERJARIG, Leeftijdsgroep.VOLWASSEN
ROTTERDAM, APART, MET_LTHG = "0599", "0502", "1930"
OURS = [row.code for row in GEMEENTEN.values() if row.vt_organisatie == EIGEN_VT]


def ask(
    code: str,
    *groepen: Leeftijdsgroep,
    betrokken: Sequence[str] = (),
    soort: BestemmingSoort = BestemmingSoort.LOKAAL_VELD,
    uitkomst: Uitkomst | None = None,
    veld: LokaalVeld = RIJNMOND,
    day: date = DAY,
) -> tuple[VeldOntvanger, ...]:
    vraag = Vraag(
        soort=soort,
        doorzetting=doorzetting_of(soort, uitkomst),
        gemeente_code=code,
        groepen=frozenset(groepen),
        betrokken=tuple(betrokken),
    )
    return find_ontvangers(veld, vraag, day)


def told(ontvangers: Iterable[VeldOntvanger]) -> list[tuple[str, bool]]:
    return [(one.organisatie_id, one.draagt_zicht) for one in ontvangers]


# --- as what a destination counts -------------------------------------------------------------------------------


def test_every_row_of_the_regiovisie_is_reached_by_a_destination_and_an_uitkomst() -> None:
    found = {doorzetting_of(soort, uitkomst) for soort in BestemmingSoort for uitkomst in (None, *Uitkomst)}

    assert found == set(Doorzetting)


def test_a_preventive_report_counts_apart_only_for_the_local_field() -> None:
    preventief = Uitkomst.PREVENTIEVE_ZORGMELDING

    assert doorzetting_of(BestemmingSoort.LOKAAL_VELD, preventief) is Doorzetting.PREVENTIEVE_ZORGMELDING
    assert doorzetting_of(BestemmingSoort.LOKAAL_VELD, Uitkomst.OVERDRACHT) is Doorzetting.LOKAAL_VELD
    assert doorzetting_of(BestemmingSoort.LOKAAL_VELD, None) is Doorzetting.LOKAAL_VELD
    assert doorzetting_of(BestemmingSoort.OPVANG, preventief) is Doorzetting.OPVANG


# --- the region -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("groepen", [(), (KIND,), (GROOT,), (KIND, GROOT)])
def test_where_one_team_sees_everybody_it_receives_alone_and_is_no_part(groepen: tuple[Leeftijdsgroep, ...]) -> None:
    assert ask(ROTTERDAM, *groepen) == (
        VeldOntvanger("lokaal-team-0599", None, draagt_zicht=True, grond=RouteGrond.TABEL),
    )


@pytest.mark.parametrize(
    ("groepen", "receivers"),
    [
        ((KIND,), [("jeugd-0502", True)]),
        ((GROOT,), [("wmo-0502", True)]),
        ((KIND, GROOT), [("jeugd-0502", True), ("wmo-0502", False)]),
        ((), [("jeugd-0502", True), ("wmo-0502", False)]),
    ],
)
def test_where_wmo_and_jeugd_are_apart_each_receives_its_own_and_one_carries_sight(
    groepen: tuple[Leeftijdsgroep, ...], receivers: list[tuple[str, bool]]
) -> None:
    found = ask(APART, *groepen)

    assert told(found) == receivers
    assert {one.organisatie_id: one.onderdeel for one in found} == {
        name: VeldOnderdeel(name.partition("-")[0]) for name, _ in receivers
    }


def test_violence_goes_to_the_specialists_and_a_preventive_report_to_the_gebiedsteam() -> None:
    violence, smaller = ask(MET_LTHG, KIND), ask(MET_LTHG, KIND, uitkomst=Uitkomst.PREVENTIEVE_ZORGMELDING)

    assert told(violence) == [("lthg-1930", True)]
    assert told(smaller) == [("lokaal-team-1930", True)]
    assert (violence[0].onderdeel, smaller[0].onderdeel) == (VeldOnderdeel.LTHG, VeldOnderdeel.GEBIEDSTEAM)


def test_who_is_involved_goes_before_the_table() -> None:
    preventief = Uitkomst.PREVENTIEVE_ZORGMELDING

    assert told(ask(MET_LTHG, KIND, betrokken=["lthg-1930"], uitkomst=preventief)) == [("lthg-1930", True)]
    # With violence the family still goes to the specialists.
    assert told(ask(MET_LTHG, KIND, betrokken=["lokaal-team-1930"])) == [("lthg-1930", True)]
    # Of two parts the one that is involved keeps sight, and the other receives beside it.
    assert told(ask(APART, KIND, GROOT, betrokken=["wmo-0502"])) == [("wmo-0502", True), ("jeugd-0502", False)]
    # Nobody is given a child because he helps its parent.
    assert told(ask(APART, KIND, betrokken=["wmo-0502"])) == [("jeugd-0502", True)]
    # A team that somebody named, of which the table knows nothing, goes on too; once, for all of them.
    other = ask(APART, KIND, GROOT, betrokken=["team-van-elders"])
    assert [(one.organisatie_id, one.draagt_zicht, one.grond) for one in other] == [
        ("team-van-elders", True, RouteGrond.BETROKKENHEID)
    ]
    # One that stands in the table for another municipality does not.
    assert told(ask(ROTTERDAM, KIND, betrokken=["lthg-1930"])) == [("lokaal-team-0599", True)]


def test_a_municipality_that_is_no_more_is_served_by_the_field_of_its_successor() -> None:
    assert told(ask("0501", day=date(2022, 12, 31))) == [("lokaal-team-0501", True)]
    assert told(ask("0501", day=date(2023, 1, 1))) == [("lokaal-team-1992", True)]


def test_outside_the_table_the_standard_receives_and_says_so() -> None:
    (found,) = ask("0363", KIND, GROOT)

    assert (found.organisatie_id, found.grond, found.onderdeel) == ("lokaal-team-0363", RouteGrond.STANDAARD, None)


@pytest.mark.parametrize("soort", sorted(set(BestemmingSoort) - {BestemmingSoort.LOKAAL_VELD}))
def test_another_destination_has_the_standard_of_the_region_or_must_be_named(soort: BestemmingSoort) -> None:
    found = ask(ROTTERDAM, KIND, betrokken=["lokaal-team-0599"], soort=soort)

    standard = BESTEMMINGEN[soort].standaard_organisatie
    assert told(found) == ([(standard, True)] if standard else [])


@given(
    code=st.sampled_from(OURS),
    groepen=st.frozensets(st.sampled_from(Leeftijdsgroep)),
    betrokken=st.lists(
        st.sampled_from(["lokaal-team-0599", "wmo-0502", "jeugd-0502", "lthg-1930", "x", "y"]), max_size=3
    ),
    uitkomst=st.sampled_from([None, *Uitkomst]),
    day=st.dates(date(2019, 1, 1), date(2035, 1, 1)),
)
def test_in_the_region_somebody_always_receives_and_exactly_one_carries_sight(
    code: str, groepen: frozenset[Leeftijdsgroep], betrokken: list[str], uitkomst: Uitkomst | None, day: date
) -> None:
    found = ask(code, *groepen, betrokken=betrokken, uitkomst=uitkomst, day=day)

    assert [one.draagt_zicht for one in found] == [True] + [False] * (len(found) - 1)
    assert len({one.organisatie_id for one in found}) == len(found)
    assert all(one.grond is not RouteGrond.STANDAARD for one in found)


def test_the_table_of_the_region_says_of_each_row_where_it_was_read_or_that_it_was_not() -> None:
    rows = [row for rows in RIJNMOND.regels.values() for row in rows]

    assert {row.gemeente_code for row in rows} == set(OURS)
    assert all(bool(row.bron) is not row.onzeker for row in rows)


# --- the check --------------------------------------------------------------------------------------------------

WHOLE = [row for rows in RIJNMOND.regels.values() for row in rows]
OF_ROTTERDAM = RIJNMOND.regels[ROTTERDAM][0]
WITHOUT = [row for row in WHOLE if row.gemeente_code != ROTTERDAM]


def split(*days: date, skip: int = 0) -> list[VeldRegel]:
    """Return the row of Rotterdam in parts, with days between them that nobody receives."""
    edges = [None, *days, None]
    return [
        replace(OF_ROTTERDAM, organisatie_id=f"team-{number}", van=van + timedelta(days=skip) if van else None, tot=tot)
        for number, (van, tot) in enumerate(pairwise(edges))
    ]


def test_one_team_follows_on_another_on_the_day_itself() -> None:
    veld = build_veld([*WITHOUT, *split(date(2026, 7, 1))])

    assert told(ask(ROTTERDAM, veld=veld, day=date(2026, 6, 30))) == [("team-0", True)]
    assert told(ask(ROTTERDAM, veld=veld, day=date(2026, 7, 1))) == [("team-1", True)]


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (WITHOUT, "0599: nobody receives"),
        ([*WITHOUT, *split(date(2026, 7, 1), skip=1)], "0599: nobody receives"),
        ([*WITHOUT, *split(date(2026, 7, 1), skip=-1)], "0599: two receive"),
        ([*WHOLE, OF_ROTTERDAM], "0599: two receive"),
        ([*WITHOUT, replace(OF_ROTTERDAM, van=date(2020, 1, 1))], "nobody receives"),
        ([*WITHOUT, replace(OF_ROTTERDAM, tot=date(2040, 1, 1))], "nobody receives"),
        ([*WITHOUT, replace(OF_ROTTERDAM, groep=KIND)], f"for {GROOT}"),
        ([*WITHOUT, replace(OF_ROTTERDAM, doorzettingen=frozenset({Doorzetting.LOKAAL_VELD}))], "preventieve"),
        ([*WHOLE, replace(OF_ROTTERDAM, gemeente_code="9999")], "9999: this municipality is not known"),
        ([*WHOLE, replace(OF_ROTTERDAM, van=DAY, tot=DAY)], "ends before it begins"),
        ([*WHOLE, replace(OF_ROTTERDAM, doorzettingen=frozenset())], "without a destination"),
    ],
)
def test_a_table_by_which_nobody_or_two_would_receive_is_refused(rows: list[VeldRegel], word: str) -> None:
    with pytest.raises(VeldError, match=word):
        build_veld(rows)


def test_a_row_can_send_another_destination_of_one_municipality_elsewhere() -> None:
    own = replace(
        OF_ROTTERDAM, doorzettingen=frozenset({Doorzetting.OPVANG}), organisatie_id="opvang-zuid", groep=GROOT
    )
    veld = build_veld([*WHOLE, own])

    assert told(ask(ROTTERDAM, GROOT, soort=BestemmingSoort.OPVANG, veld=veld)) == [("opvang-zuid", True)]
    # For whom no row is, the standard of the region is.
    assert told(ask(ROTTERDAM, KIND, soort=BestemmingSoort.OPVANG, veld=veld)) == [("opvang-rotterdam-rijnmond", True)]
    assert ask(ROTTERDAM, KIND, veld=veld)[0].onderdeel is None


edges = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 12))
some_rows = st.lists(
    st.builds(
        VeldRegel,
        gemeente_code=st.just(ROTTERDAM),
        doorzettingen=st.frozensets(st.sampled_from(sorted(LOKAAL)), min_size=1),
        onderdeel=st.just(VeldOnderdeel.GEBIEDSTEAM),
        organisatie_id=st.sampled_from(["a", "b", "c"]),
        groep=st.none() | st.sampled_from(Leeftijdsgroep),
        van=edges,
        tot=edges,
    ),
    max_size=6,
)


@given(rows=some_rows)
def test_the_check_agrees_with_looking_at_every_day(rows: list[VeldRegel]) -> None:
    days = [date(2025, 12, 30) + timedelta(days=number) for number in range(20)]
    whole = all(
        sum(row.holds_on(day) and doorzetting in row.doorzettingen and row.is_for(groep) for row in rows) == 1
        for day in days
        for doorzetting in LOKAAL
        for groep in Leeftijdsgroep
    ) and all(row.van is None or row.tot is None or row.van < row.tot for row in rows)

    try:
        build_veld([*WITHOUT, *rows])
    except VeldError:
        assert not whole
    else:
        assert whole
