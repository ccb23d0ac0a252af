"""An afschrift holds what is kept of one person, and nothing by which another or a hidden melder is recognised."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake.domain.afschrift import Afschrift, Bron, Deel, Inzage, Stukken, make_afschrift, own_ids
from services.intake.domain.codes import PersoonRol
from services.intake.domain.leesbaar import page
from services.intake.domain.melding import (
    MeldingDossier,
    MeldingStatus,
    Ontvangst,
    PersoonDossier,
    seen_by_the_chain,
)
from shared.rules.codes import BekendmakingGrond, MelderSoort
from shared.rules.disclosure import Bekendmaking
from shared.rules.herkenning import words_of
from shared.rules.weglaten import WEGGELATEN

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CASUS = UUID(int=100)
OPEN = Bekendmaking(openbaar=True)
GROND_B = Bekendmaking(openbaar=False, grond=BekendmakingGrond.B, motivering_gegeven=True)

ANNA = {
    "rol": "ouder",
    "voornamen": "Anna",
    "voorvoegsel": "van",
    "geslachtsnaam": "Duinhoven",
    "geboortedatum": "1988-03-04",
    "bsn": "999990019",
    "telefoonnummers": ["06-11112222"],
    "adres": {"straat": "Testlaan", "huisnummer": 7, "postcode": "3011ZZ", "woonplaats": "Rotterdam"},
    "aanvullendeInformatie": "Spreekt vaak met haar zus Willemijn van Duinhoven.",
}
JORIS = {
    "rol": "pleger",
    "voornamen": "Joris",
    "geslachtsnaam": "Kwakkelstein",
    "geboortedatum": "1985-11-30",
    "bsn": "999990020",
    "telefoonnummers": ["0633334444"],
    "adres": {"straat": "Schuilkade", "huisnummer": 3, "postcode": "3022XX", "woonplaats": "Schiedam", "geheim": True},
}
WILLEMIJN = {"rol": "overige-verwant", "voornamen": "Willemijn", "voorvoegsel": "van", "geslachtsnaam": "Duinhoven"}
MELDER: dict[str, Any] = {
    "categorie": "onderwijs-en-kinderopvang",
    "soort": "professional",
    "naam": "P. Zilverschoon",
    "functie": "leerkracht",
    "organisatie": "Basisschool Het Kompas",
    "contact": {"naam": "Petra Zilverschoon", "telefoonnummer": "010-5556677", "email": "petra@kompas.example"},
}
_TELLS = """
joris kwakkelstein schuilkade schiedam 33334444 3022 999990020 1985 willemijn zilverschoon petra kompas leerkracht
5556677 onderwijs-en-kinderopvang professional bk-77
"""
TELLS = _TELLS.split()


def _persoon(number: int, gegevens: dict[str, Any], *sleutels: bytes) -> PersoonDossier:
    return PersoonDossier(
        id=UUID(int=number), rol=PersoonRol(gegevens["rol"]), sleutels=frozenset(sleutels), gegevens=gegevens
    )


def _bron(*personen: PersoonDossier, bekendmaking: Bekendmaking = GROND_B, days: int = 0, **gegevens: object) -> Bron:
    ontvangst = Ontvangst(
        id=UUID(int=200 + days),
        kenmerk="VT-2026-000001",
        casus_id=CASUS,
        status=MeldingStatus.ONTVANGEN,
        ontvangen_op=NOW - timedelta(days=days),
        gemeente_code="0599",
        hermelding=False,
        veiligheidsbeoordeling_uiterlijk=NOW,
    )
    text = (
        "Juf Petra Zilverschoon (leerkracht van Het Kompas, tel. 0105556677) zag dat Joris Kwakkelstein Anna sloeg. "
        "Anna van Duinhoven ging naar Willemijn van Duinhoven. J. Kwakkelstein, geb. 30 november 1985, BSN 9999.90.020,"
        " zit in Schiedam op Schuilkade 3 (3022 XX), 06 33334444."
    )
    dossier = MeldingDossier(
        ontvangst=ontvangst,
        organisatie_id="school-kompas",
        dubbel_anoniem=False,
        advies_id=None,
        vorige_afsluiting_op=None,
        waarschuwingen=(),
        melder=MELDER,
        personen=personen,
        gegevens={
            "externeIdentificatie": "BK-77/2026",
            "kanaal": "telefoon",
            "contactpersoon": {"naam": "Petra Zilverschoon"},
            "zorgelijkeSituatie": {"omschrijving": text, "relevanteRegistraties": ["Ref. BK 77 2026"]},
            "incident": {"omschrijving": "Joris schold.", "tijdstip": "2026-05-30T10:00:00Z"},
            "relaties": [{"van": 1, "tot": 0, "omschrijving": "ex-partner Joris"}],
            "informering": [
                {"persoon": 0, "wijze": "telefonisch", "strekkingReactie": "Schrok; belde Joris."},
                {"persoon": 1, "wijze": "schriftelijk", "strekkingReactie": "Werd boos."},
            ],
            **gegevens,
        },
    )
    return Bron(dossier=dossier, melder_soort=MelderSoort.PROFESSIONAL, bekendmaking=bekendmaking)


FAMILY = (_persoon(1, ANNA, b"anna"), _persoon(2, JORIS, b"joris"), _persoon(3, WILLEMIJN))
STUKKEN = Stukken(
    verzoek_id=UUID(int=9),
    casus_id=CASUS,
    persoon_id=UUID(int=1),
    meldingen=(_bron(*FAMILY),),
    delen=(
        Deel(
            afdeling="triage",
            soort="contact",
            tijdstip="2026-06-02T09:00:00+00:00",
            velden={"soort": "gesprek", "met": "ouder"},
            teksten=("Anna vertelt dat Joris is vertrokken; Zilverschoon belt terug.",),
        ),
    ),
    verklaringen=("Het ging niet zo als Joris zegt.",),
    inzagen=(
        Inzage(
            tijdstip="2026-06-01T12:00:00Z",
            afdeling="intake",
            wat="melding-ontvangen",
            doel="melden",
            resultaat="gelukt",
            rol="ketenpartner",
            organisatie="school-kompas",
        ),
    ),
)


def _flat(afschrift: Afschrift) -> str:
    told = {name: value for name, value in asdict(afschrift).items() if name != "verklaringen"}
    return json.dumps(told, default=str, ensure_ascii=False).casefold()


def test_nothing_tells_who_another_person_or_a_hidden_melder_is() -> None:
    told = _flat(make_afschrift(STUKKEN, NOW))

    assert [value for value in TELLS if value in told] == []


def test_what_is_about_the_person_is_there() -> None:
    afschrift = make_afschrift(STUKKEN, NOW)

    assert {**afschrift.persoon, "aanvullendeInformatie": ""} == {**ANNA, "aanvullendeInformatie": ""}
    reported, contact = afschrift.delen
    assert isinstance(reported.velden["zorgelijkeSituatie"], dict)
    assert "Anna van Duinhoven ging naar [weggelaten]" in reported.velden["zorgelijkeSituatie"]["omschrijving"]
    assert reported.velden["ingelicht"] == [{"wijze": "telefonisch", "strekkingReactie": "Schrok; belde [weggelaten]."}]
    assert contact.teksten == ("Anna vertelt dat [weggelaten] is vertrokken; [weggelaten] belt terug.",)
    assert afschrift.verklaringen == STUKKEN.verklaringen
    assert afschrift.aantal_weggelaten > 0


def test_a_melder_who_reports_openly_is_told_and_the_others_still_are_not() -> None:
    stukken = replace(STUKKEN, meldingen=(_bron(*FAMILY, bekendmaking=OPEN),))

    afschrift = make_afschrift(stukken, NOW)

    assert afschrift.delen[0].velden["melder"] == {
        "categorie": "onderwijs-en-kinderopvang",
        "soort": "professional",
        "naam": "P. Zilverschoon",
        "organisatie": "Basisschool Het Kompas",
    }
    assert afschrift.inzagen[0].organisatie == "school-kompas"
    assert not {"joris", "willemijn", "33334444"} & set(_flat(afschrift).replace('"', " ").split())


def test_a_hidden_melder_is_cut_in_every_melding_of_the_casus_and_in_the_log() -> None:
    """One protects the other: what the open melding says about the hidden melder is cut too."""
    stukken = replace(STUKKEN, meldingen=(_bron(*FAMILY), _bron(*FAMILY, bekendmaking=OPEN, days=3, contactpersoon={})))

    afschrift = make_afschrift(stukken, NOW)

    assert all("zilverschoon" not in json.dumps(deel.velden["zorgelijkeSituatie"]) for deel in afschrift.delen[:2])
    assert (afschrift.inzagen[0].rol, afschrift.inzagen[0].organisatie) == (WEGGELATEN, WEGGELATEN)


def test_why_a_melder_is_hidden_is_not_told_because_that_tells_what_he_is() -> None:
    told = _flat(make_afschrift(STUKKEN, NOW))

    assert "grond" not in told
    assert "toestemming" not in told


def test_one_human_in_two_meldingen_is_himself_and_nobody_else() -> None:
    again = _persoon(11, {**ANNA, "geslachtsnaam": "Duinhoven-Ras"}, b"anna", b"anna-2")
    third = _persoon(21, {**ANNA, "voornamen": "Annie"}, b"anna-2")
    meldingen = (_bron(*FAMILY), _bron(again, days=2), _bron(third, days=4))

    assert own_ids(meldingen, UUID(int=1)) == {UUID(int=1), UUID(int=11), UUID(int=21)}
    assert "Anna" in _text(make_afschrift(replace(STUKKEN, meldingen=meldingen), NOW))


def _text(afschrift: Afschrift) -> str:
    situatie = afschrift.delen[-2].velden["zorgelijkeSituatie"]
    assert isinstance(situatie, dict)
    return str(situatie["omschrijving"])


@pytest.mark.parametrize(
    ("met", "read"),
    [("ouder", True), ("pleger", False), ("slachtoffer", False), ("informant", False), ("betrokkene", False)],
)
def test_what_another_said_to_veilig_thuis_is_his_and_left_out(met: str, *, read: bool) -> None:
    deel = Deel(afdeling="triage", soort="contact", tijdstip=None, velden={"met": met}, teksten=("Rustig gesprek.",))

    found = make_afschrift(replace(STUKKEN, delen=(deel,)), NOW)

    (told,) = [deel for deel in found.delen if deel.soort == "contact"]
    assert told.teksten == (("Rustig gesprek.",) if read else (WEGGELATEN,))


def test_a_talk_with_one_of_two_parents_is_given_to_neither() -> None:
    other = _persoon(4, {**JORIS, "rol": "ouder-zonder-gezag"}, b"other")
    stukken = replace(STUKKEN, meldingen=(_bron(*FAMILY, other),))

    assert make_afschrift(stukken, NOW).delen[-1].teksten == (WEGGELATEN,)


@pytest.mark.parametrize("bekendmaking", [GROND_B, OPEN])
def test_what_was_told_to_a_hidden_melder_is_left_out(bekendmaking: Bekendmaking) -> None:
    deel = Deel(
        afdeling="triage",
        soort="handeling",
        tijdstip=None,
        velden={"soort": "melder-teruggekoppeld"},
        teksten=("De school weet het.",),
    )

    found = make_afschrift(replace(STUKKEN, delen=(deel,), meldingen=(_bron(*FAMILY, bekendmaking=bekendmaking),)), NOW)

    told = next(deel for deel in found.delen if deel.soort == "handeling")
    assert told.teksten == (("De school weet het.",) if bekendmaking is OPEN else (WEGGELATEN,))


@pytest.mark.parametrize("soort", ["brief", "informering"])
@pytest.mark.parametrize(
    ("nr", "melding_id", "read"),
    [
        (0, UUID(int=200), True),
        (1, UUID(int=200), False),
        (9, UUID(int=200), False),
        (0, UUID(int=201), False),
        (None, UUID(int=200), True),
    ],
)
def test_what_another_was_told_and_how_he_was_reached_is_his(
    soort: str, nr: int | None, melding_id: UUID, *, read: bool
) -> None:
    velden = {"meldingId": str(melding_id), "persoonNr": nr, "aan": "betrokkene"}
    deel = Deel(afdeling="triage", soort=soort, tijdstip=None, velden=velden, teksten=("Wij bellen op het werk.",))

    found = make_afschrift(replace(STUKKEN, delen=(deel,), meldingen=(_bron(*FAMILY, days=0),)), NOW)

    (told,) = [deel for deel in found.delen if deel.soort == soort]
    assert told.teksten == (("Wij bellen op het werk.",) if read else (WEGGELATEN,))


@pytest.mark.parametrize("bekendmaking", [GROND_B, OPEN])
def test_a_letter_to_a_hidden_melder_is_left_out(bekendmaking: Bekendmaking) -> None:
    deel = Deel(afdeling="triage", soort="brief", tijdstip=None, velden={"aan": "melder"}, teksten=("Dank u wel.",))

    found = make_afschrift(replace(STUKKEN, delen=(deel,), meldingen=(_bron(*FAMILY, bekendmaking=bekendmaking),)), NOW)

    (told,) = [deel for deel in found.delen if deel.soort == "brief"]
    assert told.teksten == (("Dank u wel.",) if bekendmaking is OPEN else (WEGGELATEN,))


def test_who_does_not_stand_in_the_casus_gets_nothing() -> None:
    with pytest.raises(LookupError):
        make_afschrift(replace(STUKKEN, persoon_id=UUID(int=77)), NOW)


def test_every_other_person_gets_his_own_afschrift_without_anna() -> None:
    told = _flat(make_afschrift(replace(STUKKEN, persoon_id=UUID(int=2), verklaringen=()), NOW))

    assert [value for value in ("anna", "1988", "999990019", "11112222", "3011zz", "testlaan") if value in told] == []
    assert "kwakkelstein" in told


def test_the_page_can_be_read_and_holds_no_markup_of_others() -> None:
    nasty = _persoon(1, {**ANNA, "voornamen": "<script>alert(1)</script>"}, b"anna")
    stukken = replace(STUKKEN, meldingen=(_bron(nasty, *FAMILY[1:]),), verklaringen=("<b>vet</b>",))

    html = page(make_afschrift(stukken, NOW))

    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;b&gt;vet" in html
    assert "Zorgelijke situatie" in html
    assert [value for value in TELLS if value in html.casefold()] == []


# --- what another room, and so a receiver, gets ----------------------------------------------------------------


def _chain(*bronnen: Bron) -> tuple[MeldingDossier, ...]:
    return seen_by_the_chain([(bron.dossier, bron.melder_soort, bron.bekendmaking) for bron in bronnen])


def test_a_receiver_reads_no_text_that_names_a_hidden_melder_also_not_in_another_melding() -> None:
    other = _bron(
        _persoon(31, {**JORIS, "beschrijving": "Broer van P. Zilverschoon."}),
        bekendmaking=OPEN,
        days=2,
        contactpersoon={},
        relaties=[{"van": 0, "tot": 0, "omschrijving": "buurman van Petra Zilverschoon"}],
    )

    told = [
        json.dumps([one.gegevens, [persoon.gegevens for persoon in one.personen]])
        for one in _chain(_bron(*FAMILY), other)
    ]

    for text in told:
        assert not {"zilverschoon", "petra", "kompas", "leerkracht", "5556677"} & set(words_of(text))
        assert "Joris" in text


def test_a_receiver_reads_of_an_open_melder_what_was_written() -> None:
    (told,) = _chain(_bron(*FAMILY, bekendmaking=OPEN))

    kept = _bron(*FAMILY, bekendmaking=OPEN).dossier
    assert (told.melder, told.gegevens, told.personen) == (kept.melder, kept.gegevens, kept.personen)


def test_a_melder_who_stands_among_the_persons_is_cut_with_what_stands_there() -> None:
    himself = _persoon(5, {"rol": "melder", "voornamen": "Floris", "geslachtsnaam": "Appelboom", "bsn": "999990032"})
    gegevens: dict[str, Any] = {"zorgelijkeSituatie": {"omschrijving": "Floris Appelboom (999990032) zag het."}}

    (told,) = _chain(_bron(*FAMILY, himself, **gegevens))

    assert told.gegevens["zorgelijkeSituatie"] == {"omschrijving": "[weggelaten] ([weggelaten]) zag het."}


def test_a_text_that_grows_by_cutting_still_fits() -> None:
    gegevens: dict[str, Any] = {"zorgelijkeSituatie": {"omschrijving": "Petra, " * 2_857}}

    (told,) = _chain(_bron(*FAMILY, **gegevens))

    situatie = told.gegevens["zorgelijkeSituatie"]
    assert isinstance(situatie, dict)
    assert len(situatie["omschrijving"]) <= 20_000
    assert "Petra" not in situatie["omschrijving"]
