"""Who receives what a besluit or conclusie passes on, and to whom goes what nobody took."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.handover.domain.routering import Ander, Omstandigheden, assign, find_ander, is_genoemd
from shared.events.payloads import Bestemming
from shared.rules.codes import BestemmingSoort, Leeftijdsgroep, RouteGrond, Uitkomst, VeldOnderdeel
from shared.rules.gemeenten import GEMEENTEN
from shared.rules.routing import default_organisatie
from shared.rules.veldtabel import RIJNMOND

DAY = date(2026, 3, 2)
KIND, GROOT = Leeftijdsgroep.MINDERJARIG, Leeftijdsgroep.VOLWASSEN
LOKAAL = BestemmingSoort.LOKAAL_VELD


def om(code: str, *groepen: Leeftijdsgroep, **changes: Any) -> Omstandigheden:
    values: dict[str, Any] = {
        "gemeente_code": code,
        "uitkomst": None,
        "groepen": frozenset(groepen),
        "betrokken": (),
        "day": DAY,
    }
    return Omstandigheden(**values | changes)


def to(
    organisatie: str, *, zicht: bool = True, genoemd: bool | None = False, soort: BestemmingSoort = LOKAAL
) -> Bestemming:
    return Bestemming(soort=soort, organisatie_id=organisatie, draagt_zicht=zicht, genoemd=genoemd)


def told(found: Any) -> list[tuple[str, bool, RouteGrond]]:
    return [(one.organisatie_id, one.draagt_zicht, one.routering) for one in found]


@pytest.mark.parametrize(
    ("bestemming", "genoemd"),
    [
        (to("lokaal-team-0502", genoemd=True), True),
        (to("lokaal-team-0502", genoemd=False), False),
        # Of before it was told: another than the standard must have been named.
        (to("lokaal-team-0502", genoemd=None), False),
        (to("wmo-0502", genoemd=None), True),
    ],
)
def test_whether_somebody_was_named_is_told_or_follows_from_the_standard(bestemming: Bestemming, genoemd: bool) -> None:
    assert is_genoemd(bestemming, "0502", DAY) is genoemd


def test_the_standard_of_a_municipality_that_went_up_in_another_was_not_named_either() -> None:
    for organisatie in ("lokaal-team-0501", "lokaal-team-1992"):
        assert not is_genoemd(to(organisatie, genoemd=None), "0501", DAY)


def test_a_standard_becomes_what_the_municipality_organised_and_one_of_it_carries_sight() -> None:
    found = assign(RIJNMOND, [to("lokaal-team-0502")], om("0502", KIND, GROOT))

    assert told(found) == [("jeugd-0502", True, RouteGrond.TABEL), ("wmo-0502", False, RouteGrond.TABEL)]
    assert [one.onderdeel for one in found] == [VeldOnderdeel.JEUGD, VeldOnderdeel.WMO]
    # Both are found again by the same fact, whatever becomes of the table.
    assert [(one.standaard, one.deel) for one in found] == [("lokaal-team-0502", ()), ("lokaal-team-0502", ("1",))]


def test_a_destination_that_carries_no_sight_gives_none_to_its_parts() -> None:
    found = assign(RIJNMOND, [to("lokaal-team-0502", zicht=False)], om("0502", KIND, GROOT))

    assert [one.draagt_zicht for one in found] == [False, False]


def test_who_is_named_receives_and_is_told_as_named_also_when_it_is_the_standard() -> None:
    assert told(assign(RIJNMOND, [to("lokaal-team-0502", genoemd=True)], om("0502", KIND))) == [
        ("lokaal-team-0502", True, RouteGrond.GENOEMD)
    ]
    (part,) = assign(RIJNMOND, [to("wmo-0502", genoemd=True)], om("0502", KIND))
    assert (part.organisatie_id, part.onderdeel, part.routering) == ("wmo-0502", VeldOnderdeel.WMO, RouteGrond.GENOEMD)


def test_who_is_named_beside_the_standard_that_becomes_the_same_receives_once_with_sight() -> None:
    bestemmingen = [to("lthg-1930", zicht=False, genoemd=True), to("lokaal-team-1930")]

    assert told(assign(RIJNMOND, bestemmingen, om("1930", KIND))) == [("lthg-1930", True, RouteGrond.GENOEMD)]


def test_the_same_organisation_for_two_kinds_of_destination_receives_twice() -> None:
    bestemmingen = [
        to("een-huis", genoemd=True),
        to("een-huis", zicht=False, genoemd=True, soort=BestemmingSoort.OPVANG),
    ]

    assert len(assign(RIJNMOND, bestemmingen, om("0599"))) == 2


def test_the_uitkomst_tells_a_preventive_report_apart() -> None:
    besluit = om("1621", KIND, uitkomst=Uitkomst.PREVENTIEVE_ZORGMELDING)

    assert told(assign(RIJNMOND, [to("lokaal-team-1621")], besluit)) == [("lokaal-team-1621", True, RouteGrond.TABEL)]
    assert told(assign(RIJNMOND, [to("lokaal-team-1621")], replace(besluit, uitkomst=None))) == [
        ("lthg-1621", True, RouteGrond.TABEL)
    ]


bestemmingen = st.builds(
    to,
    st.sampled_from(["lokaal-team-0599", "lokaal-team-0502", "wmo-0502", "lthg-1930", "x"]),
    zicht=st.just(False),
    genoemd=st.sampled_from([None, True, False]),
    soort=st.sampled_from(BestemmingSoort),
)


@given(
    code=st.sampled_from([*sorted(GEMEENTEN), "0363"]),
    given_=st.lists(bestemmingen, min_size=1, max_size=4),
    carrier=st.integers(0, 3),
    groepen=st.frozensets(st.sampled_from(Leeftijdsgroep)),
    betrokken=st.lists(st.sampled_from(["lokaal-team-0599", "wmo-0502", "jeugd-0502", "x"]), max_size=2, unique=True),
    uitkomst=st.sampled_from([None, *Uitkomst]),
)
def test_exactly_one_carries_sight_and_nobody_named_is_lost(  # noqa: PLR0917, what is drawn
    code: str,
    given_: list[Bestemming],
    carrier: int,
    groepen: frozenset[Leeftijdsgroep],
    betrokken: list[str],
    uitkomst: Uitkomst | None,
) -> None:
    place = carrier % len(given_)
    asked = [replace(one, draagt_zicht=number == place) for number, one in enumerate(given_)]

    found = assign(RIJNMOND, asked, om(code, *groepen, betrokken=tuple(betrokken), uitkomst=uitkomst))

    assert sum(one.draagt_zicht for one in found) == 1
    receivers = {(one.soort, one.organisatie_id) for one in found}
    assert len(receivers) == len(found)
    assert receivers >= {(one.soort, one.organisatie_id) for one in asked if one.genoemd}
    assert {one.soort for one in found} == {one.soort for one in asked}


# --- what nobody took -------------------------------------------------------------------------------------------


def find(code: str, van: str, onderdeel: VeldOnderdeel | None = None, **changes: Any) -> Ander | None:
    values: dict[str, Any] = {"soort": LOKAAL, "genoemd": None, "van": van, "onderdeel": onderdeel}
    return find_ander(RIJNMOND, om(code, KIND, GROOT), **values | changes)


def test_what_was_for_one_part_stays_with_the_ages_of_that_part() -> None:
    for onderdeel, organisatie in ((VeldOnderdeel.JEUGD, "jeugd-0502"), (VeldOnderdeel.WMO, "wmo-0502")):
        found = find("0502", "een-ander", onderdeel)
        assert found == Ander(organisatie, onderdeel, RouteGrond.TABEL)


def test_another_of_the_field_goes_before_who_did_not_take_it() -> None:
    assert find("0502", "jeugd-0502") == Ander("wmo-0502", VeldOnderdeel.WMO, RouteGrond.TABEL)
    # When there is no other it is the same again, which may be refused for the reason that was given.
    assert find("0599", "lokaal-team-0599") == Ander("lokaal-team-0599", None, RouteGrond.TABEL)


def test_who_is_named_gets_what_nobody_took_and_an_unknown_must_be_named() -> None:
    assert find("0502", "x", genoemd="jeugd-0502") == Ander("jeugd-0502", VeldOnderdeel.JEUGD, RouteGrond.GENOEMD)
    assert find("0599", "x", soort=BestemmingSoort.ANDERS) is None
    assert find("0599", "x", soort=BestemmingSoort.OPVANG) == Ander(
        str(default_organisatie(BestemmingSoort.OPVANG, "0599")), None, RouteGrond.STANDAARD
    )
