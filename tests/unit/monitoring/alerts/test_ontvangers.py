"""Who is mailed, what the mail of a day says, and that somebody always is."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.berichten import mail_of
from services.monitoring.domain.dagbericht import REGELS_MAX, DagStand, OpenTelling, OpenTermijn, inhoud_of
from services.monitoring.domain.ontvangers import Kring, Ontvanger, OntvangerSoort, by_doel, doelen_of, names_ontvanger
from shared.ids import medewerker_nr
from shared.rules.rust import Rust
from shared.rules.stappen import Gehoor

HUIS = "team@voorbeeld.invalid"
ANNA = Ontvanger(id=medewerker_nr("anna"), soort=OntvangerSoort.MEDEWERKER, postvak="anna@voorbeeld.invalid")
LEAD = Ontvanger(id=uuid4(), soort=OntvangerSoort.TEAMLEIDER, postvak="noord@voorbeeld.invalid")
KRING = Kring(HUIS, (ANNA, LEAD))
NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


def test_each_step_goes_to_whom_its_row_names() -> None:
    assert doelen_of(Gehoor.MEDEWERKER, ANNA.id, KRING) == (ANNA.doel,)
    assert doelen_of(Gehoor.TEAMLEIDER, ANNA.id, KRING) == (HUIS, LEAD.doel)
    assert doelen_of(Gehoor.BEIDEN, ANNA.id, KRING) == (ANNA.doel, HUIS, LEAD.doel)


@given(st.sampled_from(Gehoor), st.sampled_from([None, ANNA.id, UUID(int=7)]), st.booleans(), st.booleans())
def test_somebody_is_mailed_about_every_step_and_nobody_twice(
    gehoor: Gehoor,
    eigenaar_nr: UUID | None,
    anna: bool,
    lead: bool,
) -> None:
    kring = Kring(HUIS, (*((ANNA,) if anna else ()), *((LEAD,) if lead else ())))

    found = doelen_of(gehoor, eigenaar_nr, kring)

    assert found
    assert len(set(found)) == len(found)
    if not (anna and eigenaar_nr == ANNA.id):
        assert HUIS in found  # the team lead stands in for a worker who cannot be mailed


def test_a_mailbox_that_is_the_house_and_a_team_lead_too_is_mailed_once() -> None:
    same = replace(LEAD, postvak=HUIS)

    assert doelen_of(Gehoor.TEAMLEIDER, None, Kring(HUIS, (same,))) == (HUIS,)


def test_a_notice_names_a_row_and_never_an_address() -> None:
    assert names_ontvanger(ANNA.doel)
    assert not names_ontvanger(HUIS)
    assert ANNA.postvak not in ANNA.doel
    assert by_doel(KRING.ontvangers)[ANNA.doel] is ANNA


def test_quiet_hours_of_ones_own_take_both_ends() -> None:
    assert ANNA.rust is None
    assert replace(ANNA, rust_van=time(20)).rust is None
    assert replace(ANNA, rust_van=time(20), rust_tot=time(9)).rust == Rust(time(20), time(9))


def _stand(late: int, due: int, *, total: int | None = None) -> DagStand:
    one = OpenTermijn("onderzoek", uuid4(), NOW)
    return DagStand(
        dag=date(2026, 3, 10),
        voor="medewerker",
        tellingen=(OpenTelling("onderzoek", 40, late if total is None else total), OpenTelling("actie", 1, 0)),
        te_laat=(one,) * late,
        vervalt=(one,) * due,
        vervalt_totaal=due,
    )


def test_a_day_with_nothing_late_and_nothing_due_is_not_written_about() -> None:
    assert inhoud_of(_stand(0, 0)) is None


def test_the_mail_of_a_day_says_in_dutch_what_is_late_due_and_open_and_how_much_there_is_beyond() -> None:
    stand = _stand(REGELS_MAX, 1, total=30)
    inhoud = inhoud_of(stand)
    assert inhoud is not None

    mail = mail_of(inhoud, base_url="https://monitoring.example")

    assert mail.onderwerp == "Ketenradar: de termijnen van dinsdag 10 maart 2026"
    assert "De stand van uw werk" in mail.tekst
    assert "Te laat (30):" in mail.tekst
    assert "- en nog 5" in mail.tekst
    assert "Loopt binnenkort af (1):" in mail.tekst
    assert "- onderzoek: 40" in mail.tekst
    assert "- actie uit een overleg: 1" in mail.tekst
    assert f"https://monitoring.example/v1/termijnen?casusId={stand.vervalt[0].casus_id}" in mail.tekst


def test_of_what_is_not_late_the_mail_says_so() -> None:
    inhoud = inhoud_of(replace(_stand(0, 2), voor="teamleider"))
    assert inhoud is not None

    mail = mail_of(inhoud, base_url="")

    assert "De stand van het team" in mail.tekst
    assert "Te laat (0):\n- niets" in mail.tekst
