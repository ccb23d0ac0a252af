"""What goes into a package, and what never does: the answers of the other rooms are read, not trusted."""

import re
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.handover.domain.pakket import Pakket, disclosed, with_texts, written_here
from services.handover.partners.answers import IncompleteAnswerError
from services.handover.partners.intake import IntakeOverHttp, read_casus_deel
from services.handover.partners.triage import read_besluit_deel, read_dienst_deel
from shared.rules.codes import BekendmakingGrond, MelderSoort
from shared.web.weglaten import UncutError, read_geknipt

MELDING_ID = "0191e0aa-0000-7000-8000-000000000001"
NAAM = "Gemma Beschermd"


def casus(**melding: Any) -> dict[str, Any]:
    return {
        "id": MELDING_ID,
        "personen": [{"rol": "slachtoffer", "geslachtsnaam": "Voorbeeld", "adres": {"postcode": "3011AA"}}],
        "meldingen": [{"id": MELDING_ID, "zorgelijkeSituatie": {"omschrijving": "zorgen"}, **melding}],
    }


def test_a_professional_who_reports_openly_is_named() -> None:
    melder = disclosed({"soort": "professional", "naam": NAAM, "bekendmaking": {"openbaar": True}})

    assert melder is not None
    assert melder.naam == NAAM


@given(
    soort=st.sampled_from([*MelderSoort, "iets-anders", None]),
    openbaar=st.sampled_from([True, False, None, "ja"]),
    grond=st.sampled_from([*BekendmakingGrond, "d", None]),
    toestemming=st.sampled_from([True, False, None]),
)
def test_no_name_of_a_melder_leaves_unless_a_recorded_agreement_says_so(
    soort: Any, openbaar: Any, grond: Any, toestemming: Any
) -> None:
    agreed = {"openbaar": openbaar, "grond": grond, "toestemming": toestemming}

    melder = disclosed({"soort": soort, "naam": NAAM, "bekendmaking": agreed})

    allowed = (
        grond is None
        and openbaar is not False
        and (
            (soort == "professional" and openbaar is True)
            or (soort in {"omstander", "betrokkene"} and toestemming is True)
        )
    )
    assert (melder is not None) is allowed


@pytest.mark.parametrize(
    "melder", [None, "x", {}, {"naam": NAAM}, {"soort": "professional", "naam": NAAM, "bekendmaking": "ja"}]
)
def test_a_melder_about_whom_nothing_was_agreed_is_left_out_whole(melder: Any) -> None:
    deel = read_casus_deel(casus(melder=melder))

    assert deel.meldingen[0].melder is None
    assert NAAM not in repr(deel)


def test_fields_that_the_package_does_not_name_do_not_get_through() -> None:
    deel = read_casus_deel(casus(organisatieId="school-x", externeIdentificatie="PL1700", contact=NAAM))

    assert "school-x" not in repr(deel)
    assert "PL1700" not in repr(deel)
    assert NAAM not in repr(deel)


@pytest.mark.parametrize(
    "secret", [{"geheimAdres": True}, {"adresGeheim": True}, {"adres": {"postcode": "3011AA", "geheim": True}}]
)
def test_a_secret_address_stays_behind(secret: dict[str, Any]) -> None:
    answer = casus()
    answer["personen"][0] |= secret

    assert read_casus_deel(answer).personen[0].adres is None


def test_persons_of_the_meldingen_are_taken_once_when_the_casus_lists_none() -> None:
    answer = casus()
    personen = answer.pop("personen")
    answer["meldingen"] = [answer["meldingen"][0] | {"personen": personen}] * 2

    assert len(read_casus_deel(answer).personen) == 1


@pytest.mark.parametrize("missing", ["personen", "meldingen"])
def test_an_answer_of_intake_without_a_part_makes_no_package(missing: str) -> None:
    with pytest.raises(IncompleteAnswerError):
        read_casus_deel(casus() | {missing: None})


def test_the_besluit_is_read_from_the_dossier() -> None:
    besluit = {"uitkomst": "overdracht", "acuutOnveilig": True, "structureelOnveilig": False}

    assert read_besluit_deel({"status": "besloten", "besluit": besluit}).acuut_onveilig is True


def test_a_reopened_melding_gives_the_outcome_of_its_last_besluit() -> None:
    earlier = [
        {"uitkomst": "onderzoek", "beslotenOp": "2026-03-01T09:00:00Z"},
        {"uitkomst": "overdracht", "beslotenOp": "2026-03-02T09:00:00Z"},
        {"uitkomst": None, "beslotenOp": None},
    ]

    assert read_besluit_deel({"besluit": None, "eerdereDossiers": earlier}).uitkomst == "overdracht"


def test_a_dossier_without_a_besluit_makes_no_package() -> None:
    with pytest.raises(IncompleteAnswerError):
        read_besluit_deel({"status": "open", "besluit": None})


def test_a_dienst_tells_its_conditions() -> None:
    dienst = read_dienst_deel(
        {
            "id": MELDING_ID,
            "soort": "onderzoek",
            "conclusie": "bevestigd",
            "veiligheidsvoorwaarden": [{"omschrijving": "geen contact", "eigenaar": "vader", "instemming": True}],
        }
    )

    assert dienst.dienst_id == UUID(MELDING_ID)
    assert dienst.conclusie == "bevestigd"
    assert [(row.omschrijving, row.eigenaar) for row in dienst.veiligheidsvoorwaarden] == [("geen contact", "vader")]


def test_a_condition_that_cannot_be_read_makes_no_package() -> None:
    with pytest.raises(IncompleteAnswerError):
        read_dienst_deel({"id": MELDING_ID, "soort": "onderzoek", "veiligheidsvoorwaarden": [{"nr": 1}]})


# --- what was written elsewhere than in a melding ------------------------------------------------------------------


def a_pakket() -> Pakket:
    dienst = read_dienst_deel(
        {
            "id": MELDING_ID,
            "soort": "onderzoek",
            "motivering": "dienst",
            "veiligheidsvoorwaarden": [
                {"omschrijving": "een", "eigenaar": "wie", "controle": "hoe"},
                {"omschrijving": "twee"},
            ],
        }
    )
    besluit = read_besluit_deel({"besluit": {"uitkomst": "onderzoek", "motivering": "besluit"}})
    return Pakket(casus=read_casus_deel(casus()), veiligheidsbeoordeling=besluit, diensten=(dienst,))


def test_every_text_that_triage_wrote_is_cut_in_its_own_place() -> None:
    pakket = a_pakket()

    changed = with_texts(pakket, [text.upper() for text in written_here(pakket)])

    assert written_here(pakket) == ("besluit", "dienst", "een", "wie", "hoe", "twee")
    assert written_here(changed) == ("BESLUIT", "DIENST", "EEN", "WIE", "HOE", "TWEE")
    assert (changed.casus, changed.veiligheidsbeoordeling.uitkomst) == (pakket.casus, "onderzoek")


def test_no_text_of_a_package_is_forgotten_by_the_cutting() -> None:
    left = with_texts(a_pakket(), ["[weggelaten]"] * 6)

    free = {"besluit", "dienst", "een", "wie", "hoe", "twee"}
    assert not free & set(re.findall(r"'([^']*)'", repr((left.veiligheidsbeoordeling, left.diensten))))


def test_a_text_that_does_not_come_back_makes_no_package() -> None:
    with pytest.raises(ValueError, match="texts"):
        with_texts(a_pakket(), ["x"] * 5)
    for answer in ({}, {"teksten": ["x"], "stand": "1"}, {"teksten": [1, 2], "stand": "1"}, {"teksten": ["x", "y"]}):
        with pytest.raises(UncutError):
            read_geknipt(answer, 2)


class Scissors:
    """Intake behind the client: cuts nothing, and stands differently the first time that it is asked."""

    def __init__(self, stands: str) -> None:
        self.stands = iter(stands)
        self.asked: list[int] = []

    async def post(self, _: str, body: Any, *, purpose: str) -> Any:
        self.asked.append(len(body["teksten"]))
        assert purpose == "overdracht-en-zicht-op-veiligheid"
        return {"teksten": body["teksten"], "stand": next(self.stands)}


@pytest.mark.anyio
async def test_many_texts_are_cut_in_parts_under_one_protection() -> None:
    client = Scissors("abaaa")
    intake = IntakeOverHttp(client, "http://intake.test")  # type: ignore[arg-type]
    teksten = ["x" * 60_000, "y" * 60_000]

    found = await intake.cut_teksten(UUID(MELDING_ID), teksten, purpose="overdracht-en-zicht-op-veiligheid")

    assert (found.teksten, found.stand, client.asked) == (tuple(teksten), "a", [1, 1, 1, 1])
