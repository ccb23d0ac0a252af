"""More protection never shows more, marks do not shift, and what reveals a melder is proposed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.afschrift import Bron, Stukken, make_afschrift
from services.intake.domain.bescherming import Plaats, describe, find_faults, is_outdated, mark, propose
from services.intake.domain.codes import PersoonRol
from services.intake.domain.melding import (
    KeptForReading,
    MeldingDossier,
    MeldingStatus,
    Ontvangst,
    PersoonDossier,
    schaar_of,
    seen_by_the_chain,
    texts_of,
)
from services.intake.domain.weglating import PassageReden
from shared.rules.codes import MelderSoort
from shared.rules.disclosure import Bekendmaking
from shared.rules.weglaten import WEGGELATEN

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OPEN, HIDDEN = Bekendmaking(openbaar=True), Bekendmaking()
VELD = "/zorgelijkeSituatie/omschrijving"
TEXT = "Juf Anna van De Regenboog zag het, en buurvrouw Bo hoorde 's nachts geschreeuw. \U0001f6aa dicht."
NAMES = ("Anna Zilverberg", "Bo Kwakkel", "Regenboog", "Corrie")
MELDER = {
    "categorie": "onderwijs-en-kinderopvang",
    "soort": "professional",
    "naam": "Anna Zilverberg",
    "functie": "intern begeleider",
    "organisatie": "Basisschool De Regenboog",
}


def a_melding(number: int = 1, melder: dict[str, Any] | None = None, **gegevens: Any) -> MeldingDossier:
    who = melder or MELDER
    return MeldingDossier(
        ontvangst=Ontvangst(
            id=UUID(int=number),
            kenmerk=f"M-2026-{number:06d}",
            casus_id=UUID(int=99),
            status=MeldingStatus.ONTVANGEN,
            ontvangen_op=NOW,
            gemeente_code="0599",
            hermelding=False,
            veiligheidsbeoordeling_uiterlijk=NOW,
        ),
        organisatie_id=None,
        dubbel_anoniem=False,
        advies_id=None,
        vorige_afsluiting_op=None,
        waarschuwingen=(),
        melder=who,
        personen=(
            PersoonDossier(
                id=UUID(int=number * 10),
                rol=PersoonRol.KIND,
                sleutels=frozenset(),
                gegevens={"rol": "kind", "geslachtsnaam": "Duinhoven", "beschrijving": "In de klas van Anna."},
            ),
        ),
        gegevens={"zorgelijkeSituatie": {"omschrijving": TEXT}, **gegevens},
    )


def marked(dossier: MeldingDossier, *plaatsen: Plaats) -> MeldingDossier:
    return replace(dossier, passages=mark(plaatsen, texts_of(dossier)))


def plaats(words: str, reden: PassageReden = PassageReden.FEIT, veld: str = VELD, text: str = TEXT) -> Plaats:
    van = text.index(words)
    return Plaats(veld, van, van + len(words), reden)


def told(*kept: KeptForReading) -> list[str]:
    return [text for dossier in seen_by_the_chain(kept) for text in texts_of(dossier).values()]


# --- places ------------------------------------------------------------------------------------------------------


def test_a_marked_passage_is_left_out_of_what_the_chain_reads_also_when_the_melder_may_be_known() -> None:
    dossier = marked(a_melding(), plaats("buurvrouw Bo"), plaats(" hoorde 's nachts"))

    (text, _) = told((dossier, MelderSoort.PROFESSIONAL, OPEN))

    assert text == f"Juf Anna van De Regenboog zag het, en {WEGGELATEN} geschreeuw. \U0001f6aa dicht."


def test_places_are_counted_in_code_points() -> None:
    dossier = marked(a_melding(), plaats("dicht"))

    assert told((dossier, MelderSoort.PROFESSIONAL, OPEN))[0].endswith(f"\U0001f6aa {WEGGELATEN}.")


def test_the_same_words_are_left_out_wherever_they_stand_again_and_the_family_keeps_its_name() -> None:
    text = "Oma Duinhoven belde; oma Duinhoven past op. Duinhoven is de naam van het gezin."
    first = a_melding(1, zorgelijkeSituatie={"omschrijving": text})
    first = marked(
        first,
        plaats("Oma Duinhoven", PassageReden.NAAM, text=text),
        plaats("Duinhoven is", PassageReden.NAAM, text=text),
    )
    other = a_melding(2, zorgelijkeSituatie={"omschrijving": "Volgens oma Duinhoven is er hulp. Dhr. Duinhoven niet."})
    other = marked(other, Plaats("/personen/0/beschrijving", 15, 19, PassageReden.NAAM))

    seen = told((first, MelderSoort.PROFESSIONAL, OPEN), (other, MelderSoort.PROFESSIONAL, OPEN))

    assert seen[0] == f"{WEGGELATEN} belde; {WEGGELATEN} past op. {WEGGELATEN} de naam van het gezin."
    assert seen[2] == f"Volgens {WEGGELATEN} er hulp. Dhr. Duinhoven niet."
    assert "Anna" not in seen[1] + seen[3]


def test_a_single_word_that_is_only_a_fact_is_left_out_where_it_was_marked_and_nowhere_else() -> None:
    dossier = marked(a_melding(1), plaats("dicht"))
    other = a_melding(2, zorgelijkeSituatie={"omschrijving": "De deur was dicht."})

    seen = told((dossier, MelderSoort.PROFESSIONAL, OPEN), (other, MelderSoort.PROFESSIONAL, OPEN))

    assert seen[2] == "De deur was dicht."


def test_a_text_that_changed_since_it_was_marked_is_left_out_whole_and_says_so() -> None:
    dossier = marked(a_melding(), plaats("buurvrouw Bo"))
    changed = replace(dossier, gegevens={"zorgelijkeSituatie": {"omschrijving": f"Gecorrigeerd. {TEXT}"}})

    assert told((changed, MelderSoort.PROFESSIONAL, OPEN))[0] == WEGGELATEN
    assert is_outdated(dossier.passages[0], texts_of(changed))
    assert not is_outdated(dossier.passages[0], texts_of(dossier))


def test_places_stay_right_when_the_melder_is_taken_out_of_the_list_of_persons() -> None:
    dossier = a_melding()
    himself = replace(dossier.personen[0], id=UUID(int=7), rol=PersoonRol.MELDER, gegevens={"rol": "melder"})
    both = replace(dossier, personen=(himself, *dossier.personen))
    both = marked(both, Plaats("/personen/1/beschrijving", 3, 10, PassageReden.FEIT))

    (seen,) = seen_by_the_chain([(both, MelderSoort.PROFESSIONAL, HIDDEN)])

    assert [one.gegevens["beschrijving"] for one in seen.personen] == [f"In {WEGGELATEN} van {WEGGELATEN}."]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (Plaats(VELD, 0, len(TEXT) + 1, PassageReden.FEIT), "/1/tot"),
        (Plaats(VELD, 5, 5, PassageReden.FEIT), "/1/tot"),
        (Plaats(VELD, 6, 5, PassageReden.FEIT), "/1/tot"),
        (Plaats("/melder/naam", 0, 1, PassageReden.NAAM), "/1/veld"),
        (Plaats("/personen/4/beschrijving", 0, 1, PassageReden.NAAM), "/1/veld"),
        (Plaats("/gemeenteCode", 0, 1, PassageReden.NAAM), "/1/veld"),
    ],
)
def test_a_place_outside_the_texts_is_pointed_at(wrong: Plaats, pointer: str) -> None:
    right = Plaats(VELD, 0, len(TEXT), PassageReden.FEIT)

    assert [fault[0] for fault in find_faults([right, wrong], texts_of(a_melding()))] == [pointer]


# --- more protection never shows more ----------------------------------------------------------------------------

_LETTERS = (
    "Anna ",
    "Zilverberg ",
    "Bo ",
    "de ",
    "Regen",
    "boog ",
    "Corrie ",
    "juf",
    " - ",
    "\U0001f6aa",
    "Duinhoven ",
    "x",
)
texts = st.lists(st.sampled_from(_LETTERS), min_size=1, max_size=12).map("".join)
agreements = st.sampled_from([OPEN, HIDDEN])
names = st.sampled_from(NAMES)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[MeldingDossier], list[list[Plaats]], list[Bekendmaking]]:
    dossiers, places, agreed = [], [], []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        text = draw(texts)
        melder = {**MELDER, "naam": draw(names), "organisatie": draw(names)}
        dossiers.append(a_melding(number, melder, zorgelijkeSituatie={"omschrijving": text}))
        here = []
        for _ in range(draw(st.integers(0, 3))):
            van = draw(st.integers(0, len(text) - 1))
            here.append(Plaats(VELD, van, draw(st.integers(van + 1, len(text))), draw(st.sampled_from(PassageReden))))
        places.append(here)
        agreed.append(draw(agreements))
    return dossiers, places, agreed


def kept_signs(dossiers: Sequence[MeldingDossier], agreed: Sequence[Bekendmaking]) -> list[set[int]]:
    """Return per text which signs of what was sent are still read."""
    from services.intake.domain.weglating import marked_by  # noqa: PLC0415

    schaar = schaar_of([(one, MelderSoort.PROFESSIONAL, how) for one, how in zip(dossiers, agreed, strict=True)])
    found = []
    for dossier in dossiers:
        text = texts_of(dossier)[VELD]
        gone = {
            at for van, tot in schaar.merged(text, marked_by(dossier.passages)(VELD, text)) for at in range(van, tot)
        }
        found.append(set(range(len(text))) - gone)
    return found


@settings(max_examples=250)
@given(cases(), st.data())
def test_more_passages_and_more_hidden_melders_only_leave_out_more(
    case: tuple[list[MeldingDossier], list[list[Plaats]], list[Bekendmaking]], data: st.DataObject
) -> None:
    dossiers, places, agreed = case
    fewer = [here[: data.draw(st.integers(0, len(here)))] for here in places]
    looser = [how if data.draw(st.booleans()) else OPEN for how in agreed]

    less = kept_signs([marked(one, *here) for one, here in zip(dossiers, fewer, strict=True)], looser)
    more = kept_signs([marked(one, *here) for one, here in zip(dossiers, places, strict=True)], agreed)

    assert all(strict <= loose for strict, loose in zip(more, less, strict=True))


@settings(max_examples=150)
@given(cases(), st.randoms(use_true_random=False))
def test_it_does_not_matter_in_which_order_was_marked(
    case: tuple[list[MeldingDossier], list[list[Plaats]], list[Bekendmaking]], shuffle: Any
) -> None:
    dossiers, places, agreed = case
    mixed = [[*here, *here[:1]] for here in places]
    for here in mixed:
        shuffle.shuffle(here)

    def seen(each: list[list[Plaats]]) -> list[str]:
        kept = zip(dossiers, each, agreed, strict=True)
        return told(*((marked(one, *here), MelderSoort.PROFESSIONAL, how) for one, here, how in kept))

    assert seen(places) == seen(mixed)


# --- an afschrift ------------------------------------------------------------------------------------------------


def test_the_family_reads_no_passage_in_an_afschrift_and_what_others_wrote_of_it_neither() -> None:
    dossier = marked(
        a_melding(incident={"omschrijving": "Gebeld door de trainer."}),
        plaats("buurvrouw Bo", PassageReden.NAAM),
        Plaats("/personen/0/beschrijving", 6, 10, PassageReden.FEIT),
    )
    stukken = Stukken(
        verzoek_id=UUID(int=1),
        casus_id=UUID(int=99),
        persoon_id=UUID(int=10),
        meldingen=(Bron(dossier=dossier, melder_soort=MelderSoort.PROFESSIONAL, bekendmaking=OPEN),),
        delen=(),
        verklaringen=(),
        inzagen=(),
    )

    afschrift = make_afschrift(stukken, NOW)

    (deel,) = afschrift.delen
    assert "Bo" not in str(deel.velden["zorgelijkeSituatie"])
    assert afschrift.persoon["beschrijving"] == f"In de {WEGGELATEN} van Anna."
    assert deel.velden["overU"] == [afschrift.persoon]


# --- help --------------------------------------------------------------------------------------------------------


def test_names_organisations_and_functies_are_proposed_and_words_of_the_kind_of_melder() -> None:
    other = a_melding(2, {**MELDER, "naam": "Bo Kwakkel", "functie": "trainer", "organisatie": "FC Fictief"})
    text = "Anna is intern begeleider op de Regenboog. Bo is trainer. De juf keek mee."
    dossier = a_melding(1, zorgelijkeSituatie={"omschrijving": text})
    kept = [(dossier, MelderSoort.PROFESSIONAL, OPEN), (other, MelderSoort.PROFESSIONAL, HIDDEN)]

    found = [one for one in propose(dossier, MelderSoort.PROFESSIONAL, kept) if one.veld == VELD]

    assert [(text[one.van : one.tot], one.reden.value, one.vanzelf) for one in found] == [
        ("Anna", "naam", False),
        ("intern begeleider", "functie", False),
        ("Regenboog", "organisatie", False),
        ("trainer", "functie", True),
        ("juf", "functie", False),
    ]


# --- how it stands -----------------------------------------------------------------------------------------------


def test_how_it_stands_changes_with_every_change_and_not_by_what_hides_nobody() -> None:
    one, other = a_melding(1), a_melding(2, {**MELDER, "naam": "Corrie"})
    open_one = (one, MelderSoort.PROFESSIONAL, OPEN)

    stands = [
        describe([open_one]),
        describe([(one, MelderSoort.PROFESSIONAL, HIDDEN)]),
        describe([(replace(one, bescherming_versie=1), MelderSoort.PROFESSIONAL, OPEN)]),
        describe([(replace(one, bescherming_versie=2), MelderSoort.PROFESSIONAL, OPEN)]),
        describe([(replace(marked(one, plaats("Anna")), bescherming_versie=2), MelderSoort.PROFESSIONAL, OPEN)]),
        describe([open_one, (other, MelderSoort.PROFESSIONAL, HIDDEN)]),
    ]

    assert len(set(stands)) == len(stands)
    assert describe([open_one]) == describe([open_one, (other, MelderSoort.PROFESSIONAL, OPEN)])
