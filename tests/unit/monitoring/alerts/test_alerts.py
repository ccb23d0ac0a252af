"""What is decided about alerts holds for every value: each step once, episodes told once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.monitoring.domain.alerts import (
    ACUUT,
    GEDULD,
    AlarmSoort,
    DueTermijn,
    KetenEinde,
    KetenOordeel,
    Storing,
    Toestand,
    Voorwaarde,
    alert_id,
    conditions_of,
    is_silent,
    judge_chain,
    judge_rooms,
    next_step,
)
from services.monitoring.domain.berichten import KLOKKEN, mail_of
from shared.rules.codes import TermijnSoort
from shared.rules.settings import DEFAULT_SETTINGS, Eenheid, RuleSettings, Vooraf
from shared.rules.stappen import Stap

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def due(stap: Stap, uiterlijk: datetime = NOW) -> DueTermijn:
    return DueTermijn(uuid4(), TermijnSoort.ONDERZOEK, uuid4(), uuid4(), "0599", uiterlijk, stap)


def test_a_term_that_ends_at_midnight_escalates_after_five_werkdagen_of_which_its_last_day_is_none() -> None:
    monday_night = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)  # midnight after Monday 9 March, in Amsterdam

    step = next_step(due(Stap.VERSTREKEN, monday_night), DEFAULT_SETTINGS)

    assert step is not None
    assert step.op == datetime(2026, 3, 16, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "day"),
    [
        (DEFAULT_SETTINGS, 11),
        (replace(DEFAULT_SETTINGS, acceptatie_escalatie_werkdagen=3), 12),
        (
            replace(
                DEFAULT_SETTINGS,
                escaleren_na=((TermijnSoort.OVERDRACHT_ACCEPTATIE, Vooraf(1, Eenheid.WERKDAGEN)),),
            ),
            10,
        ),
        (replace(DEFAULT_SETTINGS, escaleert=False), None),
    ],
)
def test_an_offer_escalates_before_it_goes_back_unless_the_region_escalates_sooner_or_never(
    rules: RuleSettings, day: int | None
) -> None:
    monday_night = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
    offer = replace(due(Stap.VERSTREKEN, monday_night), soort=TermijnSoort.OVERDRACHT_ACCEPTATIE)

    step = next_step(offer, rules)

    assert (step.op.day if step else None) == day


def test_every_kind_of_alarm_says_whether_it_may_wake_somebody() -> None:
    assert set(ACUUT) == set(AlarmSoort)


def test_an_alert_of_another_step_or_date_is_another_alert_and_the_same_is_the_same() -> None:
    first = due(Stap.WAARSCHUWING)
    changed = [replace(first, stap=Stap.VERSTREKEN), replace(first, uiterlijk=NOW + timedelta(days=1))]
    assert alert_id(first) == alert_id(replace(first))
    assert len({alert_id(item) for item in (first, *changed)}) == 3


@pytest.mark.parametrize(
    ("toestand", "simulated", "found"),
    [
        (None, False, {Voorwaarde.GEEN_ANTWOORD}),
        (Toestand(0, 0, 0, 0), False, set()),
        (Toestand(1, 61, 0, 0), False, {Voorwaarde.NIET_VERZONDEN}),
        (Toestand(1, 61, 0, 0), True, set()),
        (Toestand(0, 0, 0, 1), True, {Voorwaarde.QUARANTAINE}),
        (Toestand(0, 0, 2, 0), False, {Voorwaarde.WACHT_OP_VOORGANGER}),
        # Some always wait in a busy room; it is wrong when the chain did not come further meanwhile.
        (Toestand(0, 0, 0, 0, 9, KetenEinde(6, b"a")), False, set()),
        (Toestand(0, 0, 0, 0, 9, KetenEinde(5, b"a")), False, {Voorwaarde.NIET_GEKETEND}),
        (Toestand(0, 0, 0, 0, 9, None), False, {Voorwaarde.NIET_GEKETEND}),
        (Toestand(0, 0, 0, 0, 0, KetenEinde(5, b"a")), False, set()),
        (Toestand(0, 0, 0, 0, 0, KetenEinde(5, b"a"), 1), True, {Voorwaarde.TAAK_OPGEGEVEN}),
    ],
)
def test_what_a_room_says_of_itself_is_judged(
    toestand: Toestand | None, simulated: bool, found: set[Voorwaarde]
) -> None:
    assert conditions_of(toestand, simulated=simulated, anker=KetenEinde(5, b"a")) == found


@pytest.mark.parametrize(
    ("einde", "anker", "oordeel"),
    [
        (None, None, KetenOordeel.GELIJK),
        (KetenEinde(1, b"a"), None, KetenOordeel.GEGROEID),
        (None, KetenEinde(1, b"a"), KetenOordeel.INGEKORT),
        (KetenEinde(4, b"a"), KetenEinde(5, b"a"), KetenOordeel.INGEKORT),
        (KetenEinde(5, b"a"), KetenEinde(5, b"a"), KetenOordeel.GELIJK),
        (KetenEinde(5, b"b"), KetenEinde(5, b"a"), KetenOordeel.GEWIJZIGD),
        (KetenEinde(6, b"b"), KetenEinde(5, b"a"), KetenOordeel.GEGROEID),
    ],
)
def test_the_end_of_a_chain_is_judged_by_the_last_one_that_was_seen(
    einde: KetenEinde | None, anker: KetenEinde | None, oordeel: KetenOordeel
) -> None:
    assert judge_chain(einde, anker) is oordeel


def test_every_alarm_of_a_room_has_a_sentence_of_its_own() -> None:
    kinds = [("afdeling", voorwaarde.value) for voorwaarde in Voorwaarde]
    kinds += [("audit-gebroken", oordeel.value) for oordeel in (KetenOordeel.INGEKORT, KetenOordeel.GEWIJZIGD)]

    mails = [
        mail_of({"soort": soort, "stap": stap, "onderwerp": "o"}, base_url="https://m.example") for soort, stap in kinds
    ]

    assert all("Er is iets mis." not in mail.tekst for mail in mails)
    assert len({mail.tekst for mail in mails}) == len(kinds)


def test_a_condition_is_told_once_when_it_has_lasted_and_again_when_it_comes_back() -> None:
    missing = {"triage": {Voorwaarde.GEEN_ANTWOORD}}
    first = judge_rooms(missing, [], now=NOW)
    known = Storing("triage", Voorwaarde.GEEN_ANTWOORD, NOW, gemeld=False)
    lasted = judge_rooms(missing, [known], now=NOW + GEDULD[Voorwaarde.GEEN_ANTWOORD])
    told = Storing("triage", Voorwaarde.GEEN_ANTWOORD, NOW, gemeld=True)
    still = judge_rooms(missing, [told], now=NOW + timedelta(days=1))
    over = judge_rooms({"triage": set()}, [told], now=NOW + timedelta(days=1))

    assert (len(first.begonnen), first.te_melden) == (1, ())
    assert lasted.te_melden == (("triage", Voorwaarde.GEEN_ANTWOORD),)
    assert still.te_melden == ()
    assert over.voorbij == (("triage", Voorwaarde.GEEN_ANTWOORD),)


def test_a_message_in_quarantine_is_told_at_once() -> None:
    judged = judge_rooms({"intake": {Voorwaarde.QUARANTAINE}}, [], now=NOW)

    assert judged.te_melden == (("intake", Voorwaarde.QUARANTAINE),)


def test_a_chore_is_silent_after_three_minutes_and_when_it_never_ran() -> None:
    assert not is_silent("sweep_termijnen", NOW - timedelta(minutes=3), now=NOW)
    assert is_silent("sweep_termijnen", NOW - timedelta(minutes=3, seconds=1), now=NOW)
    assert is_silent("sweep_termijnen", None, now=NOW)


def test_an_alarm_is_a_dutch_sentence() -> None:
    mail = mail_of(
        {"soort": "afdeling", "stap": "quarantaine", "onderwerp": "triage:quarantaine"}, base_url="https://m.example"
    )

    assert "quarantaine" in mail.tekst
    assert mail.onderwerp == "Ketenradar: alarm afdeling"


def mail_about(soort: str) -> str:
    """Return the text of the mail that such a term has passed."""
    told = {"soort": soort, "stap": "verstreken", "casusId": "c", "gemeenteCode": "0599", "uiterlijk": NOW.isoformat()}
    return mail_of(told, base_url="https://m.example").tekst


def test_every_kind_of_clock_has_a_name_in_a_mail_and_on_the_page() -> None:
    assert set(KLOKKEN) == {soort.value for soort in TermijnSoort}


@pytest.mark.parametrize(
    ("soort", "words"),
    [
        ("toewijzing", "Niemand heeft dit werk."),
        ("veiligheidscheck", "Doe een veiligheidscheck"),
        ("informatieverzoek", "nog geen antwoord"),
        ("voorwaarde-controle", "Ga het na"),
        ("verzoek-tot-onderzoek-melden", "De raad is om onderzoek gevraagd"),
        ("forensisch", "Letsel vervaagt"),
        ("aware-evaluatie", "Evalueer het"),
        ("actie", "Spreek aan"),
        ("levering", "Bel of schrijf hem"),
        ("navraag", "Beantwoord het"),
    ],
)
def test_a_mail_says_what_is_missing_and_what_to_do(soort: str, words: str) -> None:
    text = mail_about(soort)

    assert f"De termijn voor {KLOKKEN[soort]} is verstreken.\n\n" in text
    assert words in text


def test_a_mail_about_a_term_of_the_law_says_what_it_said() -> None:
    assert "is verstreken.\n\nCasus:" in mail_about("veiligheidsbeoordeling")
