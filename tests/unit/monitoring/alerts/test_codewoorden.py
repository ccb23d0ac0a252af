"""How codes, and the chores of monitoring, are read in a text."""

import pytest

from services.monitoring.api.rendering import woorden
from services.monitoring.domain.alerts import STILTE_MAX
from services.monitoring.domain.codewoorden import _OTHERWISE, in_words
from services.monitoring.domain.dashboard import KLUSSEN
from shared.rules.codes import BestemmingSoort, MelderCategorie, Uitkomst


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("lokaal-veld", "Lokaal veld"),
        ("jeugd-ggz", "Jeugd-GGZ"),
        ("ggz", "GGZ"),
        ("bestaande-client-gi", "Bestaande cliënt van een GI"),
    ],
)
def test_a_code_is_read_as_people_write_it(code: str, read: str) -> None:
    assert woorden(code) == read
    assert in_words(code)[1:] == read[1:]


def test_what_is_read_otherwise_is_a_code_that_exists() -> None:
    assert set(_OTHERWISE) <= {code.value for kind in (BestemmingSoort, MelderCategorie, Uitkomst) for code in kind}


def test_every_chore_that_must_be_alive_has_a_name_that_a_team_leader_reads() -> None:
    assert KLUSSEN.keys() == STILTE_MAX.keys()
