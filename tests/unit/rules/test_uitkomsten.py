"""The table of the conditions of the twelve uitkomsten."""

import pytest

from shared.rules.codes import Uitkomst
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.routing import RoutingError, route_besluit
from shared.rules.uitkomsten import TE_BEVESTIGEN, VOORWAARDEN, Ernst, Regel, UitkomstVoorwaarde, Weging

ROWS = [(uitkomst, regel) for uitkomst, regels in VOORWAARDEN.items() for regel in regels]
NOTHING = Weging(
    acuut=True,
    structureel=True,
    bestemmingen={},
    adressering_juist=True,
    samen_besloten=False,
    alle_getaxeerd=False,
    alle_gezien=False,
    persoon_acuut=False,
    persoon_structureel=False,
)


def test_every_uitkomst_has_its_row() -> None:
    assert set(VOORWAARDEN) == set(Uitkomst)


def test_every_condition_is_asked_for_somewhere() -> None:
    assert {regel.voorwaarde for _, regel in ROWS} == set(UitkomstVoorwaarde)


@pytest.mark.parametrize(("uitkomst", "regel"), ROWS)
def test_a_row_says_where_it_was_read_and_rests_on_a_known_article(uitkomst: Uitkomst, regel: Regel) -> None:
    assert regel.bron
    assert regel.uitleg.endswith(".")
    assert regel.grondslag is None or regel.grondslag in GRONDSLAGEN, uitkomst


def test_what_no_room_knows_holds_when_the_professional_says_so() -> None:
    for _, regel in ROWS:
        if regel.voorwaarde in TE_BEVESTIGEN:
            assert not regel.holds(NOTHING)


def test_a_row_that_refuses_is_refused_by_the_routing() -> None:
    refusing = [uitkomst for uitkomst, regel in ROWS if regel.ernst is Ernst.WEIGERT]

    assert refusing == [Uitkomst.OVERDRACHT]
    for uitkomst in refusing:
        with pytest.raises(RoutingError):
            route_besluit(uitkomst, (), "0599")


def test_what_cannot_be_asked_of_a_melding_that_is_not_ours_is_not_asked() -> None:
    for uitkomst in (Uitkomst.NIET_ONTVANKELIJK, Uitkomst.ONJUIST_GEADRESSEERD, Uitkomst.OMGEZET_NAAR_ADVIES):
        asked = {regel.voorwaarde for regel in VOORWAARDEN[uitkomst]}
        assert not asked & {UitkomstVoorwaarde.VEILIGHEID_PER_PERSOON, UitkomstVoorwaarde.IEDEREEN_GEZIEN}
