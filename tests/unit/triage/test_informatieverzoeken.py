"""A question to others as a table and as decisions, read as sentences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.informatieverzoeken import (
    MAY_NOW,
    TRANSITIONS,
    Aanleiding,
    Antwoord,
    Einde,
    Informatieverzoek,
    InformatieverzoekStatus,
    Intrekking,
    VerzoekActie,
    VraagOpgave,
    Weigering,
    ask,
    end,
    find_vraag_faults,
)
from services.triage.handlers.informatieverzoeken import ties
from shared.events.behandeling import InformatieverzoekAfgerond, InformatieverzoekGedaan
from shared.rules.access import Betrekking
from shared.rules.behandelcodes import (
    AntwoordWeigering,
    InformatieverzoekGrond,
    InformatieverzoekSoort,
)
from shared.rules.codes import Rol
from shared.rules.settings import DEFAULT_SETTINGS
from shared.web.auth import Caller

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
VRAAG = VraagOpgave(
    melding_id=UUID(int=2), soort=InformatieverzoekSoort.LOKAAL_VELD, vragen=("Kent u het gezin Voorbeeld?",)
)
VAN = Aanleiding(casus_id=UUID(int=3), dossier_id=UUID(int=1), gemeente_code="0599")
ENDS: dict[VerzoekActie, Einde] = {
    VerzoekActie.ANTWOORDEN: Antwoord("Ja."),
    VerzoekActie.WEIGEREN: Weigering(AntwoordWeigering.BEROEPSGEHEIM),
    VerzoekActie.INTREKKEN: Intrekking("Niet meer nodig."),
}


def asked(opgave: VraagOpgave = VRAAG) -> Informatieverzoek:
    return ask(opgave, VAN, verzoek_id=UUID(int=7), now=NOW, rules=DEFAULT_SETTINGS)[0]


def in_state(status: InformatieverzoekStatus) -> Informatieverzoek:
    ended: dict[InformatieverzoekStatus, Einde | None] = {
        InformatieverzoekStatus.OPEN: None,
        InformatieverzoekStatus.BEANTWOORD: Antwoord("eerder"),
        InformatieverzoekStatus.GEWEIGERD: Weigering(AntwoordWeigering.ANDERS, "eerder"),
        InformatieverzoekStatus.INGETROKKEN: Intrekking("eerder"),
    }
    einde = ended[status]
    return end(asked(), einde, door="iemand", now=NOW)[0] if einde else asked()


def after(before: Informatieverzoek, actie: VerzoekActie) -> InformatieverzoekStatus | None:
    try:
        return end(before, ENDS[actie], door="iemand", now=NOW)[0].status
    except OutOfOrderError:
        return None


def test_the_table_names_every_state_with_every_step() -> None:
    assert set(TRANSITIONS) == set(product(InformatieverzoekStatus, VerzoekActie))
    assert set(MAY_NOW) == set(InformatieverzoekStatus)


@pytest.mark.parametrize(("status", "actie"), list(product(InformatieverzoekStatus, VerzoekActie)))
def test_each_step_does_what_the_table_says(status: InformatieverzoekStatus, actie: VerzoekActie) -> None:
    assert after(in_state(status), actie) == TRANSITIONS[status, actie]


def test_a_refused_step_says_what_may_be_done() -> None:
    for status in set(InformatieverzoekStatus) - {InformatieverzoekStatus.OPEN}:
        with pytest.raises(OutOfOrderError) as refused:
            end(in_state(status), Intrekking("nu"), door="iemand", now=NOW)
        assert refused.value.reden_nl == MAY_NOW[status]


def test_without_an_organisation_the_local_field_of_the_municipality_is_asked() -> None:
    verzoek, facts = ask(VRAAG, VAN, verzoek_id=UUID(int=7), now=NOW, rules=DEFAULT_SETTINGS)

    assert verzoek.organisatie_id == "lokaal-team-0599"
    assert verzoek.uiterlijk == datetime(2026, 3, 5, 23, 0, tzinfo=UTC)  # three werkdagen, midnight here
    assert facts == (
        InformatieverzoekGedaan(
            informatieverzoek_id=UUID(int=7),
            melding_id=UUID(int=2),
            gemeente_code="0599",
            soort=InformatieverzoekSoort.LOKAAL_VELD,
            gedaan_op=NOW,
        ),
    )


@pytest.mark.parametrize("actie", list(VerzoekActie))
def test_an_end_is_told_once_also_when_it_is_said_twice(actie: VerzoekActie) -> None:
    ended, facts = end(asked(), ENDS[actie], door="school", now=NOW)

    again, nothing = end(ended, ENDS[actie], door="school", now=NOW + timedelta(days=1))

    (fact,) = facts
    assert isinstance(fact, InformatieverzoekAfgerond)
    assert (fact.einde.value, fact.afgerond_op) == (ended.status.value, NOW)
    assert (ended.afgerond_door, ended.versie) == ("school", 2)
    assert (again, nothing) == (ended, ())


def test_late_is_flagged_and_taken() -> None:
    verzoek = asked()

    assert not verzoek.is_late(verzoek.uiterlijk - timedelta(seconds=1))
    assert verzoek.is_late(verzoek.uiterlijk)
    late, _ = end(verzoek, Antwoord("toch"), door="school", now=verzoek.uiterlijk)
    assert late.status is InformatieverzoekStatus.BEANTWOORD
    assert late.is_late(NOW)
    in_time, _ = end(verzoek, Antwoord("toch"), door="school", now=NOW)
    assert not in_time.is_late(verzoek.uiterlijk + timedelta(days=9))


@pytest.mark.parametrize(
    ("opgave", "pointers"),
    [
        (VRAAG, set()),
        (replace(VRAAG, soort=InformatieverzoekSoort.INFORMANT), {"/organisatieId", "/grond"}),
        (
            replace(
                VRAAG,
                soort=InformatieverzoekSoort.INFORMANT,
                organisatie_id="school",
                grond=InformatieverzoekGrond.TOESTEMMING,
            ),
            set(),
        ),
        (replace(VRAAG, grond=InformatieverzoekGrond.ZONDER_TOESTEMMING), {"/grondToelichting"}),
        (replace(VRAAG, grond=InformatieverzoekGrond.ZONDER_TOESTEMMING, grond_toelichting="gevaar"), set()),
    ],
)
def test_a_question_to_an_informant_says_whom_and_why_it_may_be_asked(opgave: VraagOpgave, pointers: set[str]) -> None:
    assert {pointer for pointer, _ in find_vraag_faults(opgave)} == pointers


SCHOOL = replace(VRAAG, soort=InformatieverzoekSoort.INFORMANT, organisatie_id="school", grond=None)
FIELD_BY_NAME = replace(VRAAG, organisatie_id="opvang")


@pytest.mark.parametrize(
    ("rol", "organisatie", "gemeenten", "opgave", "tied"),
    [
        (Rol.LOKAAL_TEAM, "lokaal-team-0599", {"0599"}, VRAAG, True),
        (Rol.LOKAAL_TEAM, "lokaal-team-0502", {"0502"}, VRAAG, False),
        (Rol.LOKAAL_TEAM, "lokaal-team-0599", {"0599"}, SCHOOL, False),
        (Rol.LOKAAL_TEAM, "school", set(), SCHOOL, False),
        (Rol.KETENPARTNER, "school", set(), SCHOOL, True),
        (Rol.KETENPARTNER, "andere-school", {"0599"}, SCHOOL, False),
        (Rol.KETENPARTNER, "andere-school", {"0599"}, VRAAG, False),
        (Rol.KETENPARTNER, "opvang", set(), FIELD_BY_NAME, True),
        (Rol.GEMEENTE, "school", {"0599"}, SCHOOL, False),
        (Rol.GEMEENTE, "0599", {"0599"}, VRAAG, False),
    ],
)
def test_only_who_is_asked_is_tied_to_a_question(
    rol: Rol, organisatie: str, gemeenten: set[str], opgave: VraagOpgave, *, tied: bool
) -> None:
    caller = Caller("iemand", "iemand", rol, organisatie, frozenset(gemeenten))

    assert ties(caller, asked(opgave)) == (frozenset({Betrekking.GEVRAAGD}) if tied else frozenset())
