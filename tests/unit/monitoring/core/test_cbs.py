"""What goes to the CBS, how a layout writes it, what cannot be, and who may decide on it."""

import itertools
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.monitoring.domain.casus import hear
from services.monitoring.domain.cbs import NIET_VASTGELEGD, VELDEN, CbsRecord, Periode, RecordSoort, records_of
from services.monitoring.domain.cbs_kwaliteit import VOORBEELDEN_MAX, Kwaliteit, Onmogelijk, impossible
from services.monitoring.domain.cbs_layout import Gebrek, Layout, LayoutError, heading, read_layout, write
from services.monitoring.domain.cbs_levering import (
    TRANSITIONS,
    CbsActie,
    CbsBesluit,
    CbsLevering,
    CbsStatus,
    RefusedError,
    SamePersonError,
    decide,
    period_of,
    report,
)
from services.monitoring.store.cbs import load_layout
from shared.rules.codes import BestemmingSoort, Uitkomst
from tests.unit.monitoring.core.builders import Chain, ams

RECEIVED = ams("2026-03-02 10:00")
NOW = datetime(2026, 7, 10, 9, tzinfo=UTC)
HALF = period_of("2026-1", peilmoment=NOW)
FIXED = """
naam = "vast"
versie = "9"
vorm = "vaste-breedte"
codering = "ascii"
regeleinde = "\\n"
kop = false
[codes.besluit]
onderzoek = "01"
overdracht = "02"
[[bestand]]
naam = "M"
record = "melding"
kolom = [
  { naam = "besluit", veld = "uitkomst", codes = "besluit", breedte = 2, leeg = "99" },
  { naam = "datum", veld = "ontvangenOp", formaat = "tijd", patroon = "%Y%m%d", breedte = 8 },
  { naam = "personen", veld = "aantalPersonen", formaat = "getal", breedte = 3 },
  { naam = "opnieuw", veld = "hermelding", formaat = "ja-nee", ja = "1", nee = "0", breedte = 1 },
  { naam = "sleutel", veld = "id", formaat = "sleutel", breedte = 4 },
]
"""


def fixed(text: str = FIXED) -> Layout:
    return read_layout(tomllib.loads(text))


def short(thing_id: UUID) -> str:
    return str(thing_id)[:4]


def rows(chain: Chain, periode: Periode = HALF) -> list[CbsRecord]:
    return list(records_of(chain.casus_id, hear(chain.facts), periode))


def wrong(chain: Chain, periode: Periode = HALF) -> set[Onmogelijk]:
    return {code for code, _ in impossible(hear(chain.facts), periode)}


def whole() -> tuple[Chain, UUID, UUID, UUID]:
    """A melding with an onderzoek that ended in an overdracht, as it should be."""
    chain = Chain()
    melding = chain.melding(ams("2026-03-02 10:00"))
    chain.acuutcheck(melding, ams("2026-03-02 11:00"))
    chain.besluit(melding, ams("2026-03-05 10:00"), Uitkomst.ONDERZOEK)
    dienst = chain.dienst(melding, ams("2026-03-05 10:01"), ontvangen_op=RECEIVED)
    chain.conclusie(melding, dienst, ams("2026-04-05 10:00"))
    overdracht = chain.bied_aan(melding, ams("2026-04-05 10:05"))
    chain.accepteer(melding, overdracht, ams("2026-04-07 10:00"))
    return chain, melding, dienst, overdracht


def test_each_thing_of_the_half_year_is_a_row_with_the_fields_of_its_kind() -> None:
    chain, melding, dienst, overdracht = whole()

    found = {row.soort: row for row in rows(chain)}

    ids = {soort: row.id for soort, row in found.items()}
    assert ids == {RecordSoort.MELDING: melding, RecordSoort.DIENST: dienst, RecordSoort.OVERDRACHT: overdracht}
    assert found[RecordSoort.MELDING].velden["uitkomst"] == "onderzoek"
    assert found[RecordSoort.MELDING].velden["veiligheidsbeoordelingOp"] == ams("2026-03-05 10:00")
    assert found[RecordSoort.MELDING].velden["acuutcheckOp"] == ams("2026-03-02 11:00")
    assert found[RecordSoort.DIENST].velden["conclusie"] == "bevestigd"
    assert found[RecordSoort.OVERDRACHT].velden["geaccepteerdOp"] == ams("2026-04-07 10:00")
    for soort, row in found.items():
        assert row.velden.keys() == VELDEN[soort] - NIET_VASTGELEGD[soort]
    assert wrong(chain) == set()


def test_an_advies_is_a_row_of_its_own() -> None:
    chain = Chain()
    chain.advies(ams("2026-06-30 23:59"), gemeente_code="0613")

    (row,) = rows(chain)

    assert (row.soort, row.velden["gemeenteCode"]) == (RecordSoort.ADVIES, "0613")
    assert row.velden.keys() == VELDEN[RecordSoort.ADVIES] - NIET_VASTGELEGD[RecordSoort.ADVIES]


@pytest.mark.parametrize(
    ("at", "halfjaar"),
    [
        ("2026-01-01 00:00", "2026-1"),
        ("2026-06-30 23:59", "2026-1"),
        ("2026-07-01 00:00", "2026-2"),
        ("2026-12-31 23:59", "2026-2"),
    ],
)
def test_a_half_year_begins_and_ends_at_midnight_in_the_netherlands(at: str, halfjaar: str) -> None:
    chain = Chain()
    chain.melding(ams(at))

    found = [half for half in ("2025-2", "2026-1", "2026-2", "2027-1") if rows(chain, period_of(half, peilmoment=NOW))]

    assert found == [halfjaar]


def late_facts(code: Onmogelijk) -> Chain:  # noqa: C901, one case a code
    chain = Chain()
    match code:
        case Onmogelijk.EINDE_VOOR_BEGIN:
            melding = chain.melding(ams("2026-03-02 10:00"))
            overdracht = chain.bied_aan(melding, ams("2026-03-05 10:00"))
            chain.accepteer(melding, overdracht, ams("2026-03-04 10:00"))
        case Onmogelijk.BESLUIT_VOOR_ONTVANGST:
            melding = chain.melding(ams("2026-03-02 10:00"))
            chain.besluit(melding, ams("2026-03-01 10:00"), Uitkomst.GEEN_VERVOLG)
        case Onmogelijk.BESLUIT_ZONDER_MELDING:
            chain.besluit(uuid4(), ams("2026-03-01 10:00"), Uitkomst.GEEN_VERVOLG)
        case Onmogelijk.DIENST_ZONDER_BESLUIT:
            chain.dienst(chain.melding(RECEIVED), ams("2026-03-05 10:00"), ontvangen_op=RECEIVED)
        case Onmogelijk.UITKOMST_ZONDER_DIENST:
            chain.besluit(chain.melding(ams("2026-03-02 10:00")), ams("2026-03-05 10:00"), Uitkomst.ONDERZOEK)
        case Onmogelijk.CONCLUSIE_ZONDER_DIENST:
            melding = chain.melding(ams("2026-03-02 10:00"))
            chain.conclusie(melding, uuid4(), ams("2026-04-05 10:00"))
        case Onmogelijk.ANTWOORD_ZONDER_AANBOD:
            chain.accepteer(chain.melding(ams("2026-03-02 10:00")), uuid4(), ams("2026-03-04 10:00"))
        case Onmogelijk.AANGENOMEN_EN_GEWEIGERD:
            melding = chain.melding(ams("2026-03-02 10:00"))
            overdracht = chain.bied_aan(melding, ams("2026-03-05 10:00"))
            chain.weiger(melding, overdracht, ams("2026-03-06 10:00"))
            chain.accepteer(melding, overdracht, ams("2026-03-07 10:00"))
        case Onmogelijk.GEMEENTE_NIET_GELDIG:
            chain.gemeente_code = "0501"
            chain.melding(ams("2026-03-02 10:00"))
        case Onmogelijk.NA_PEILMOMENT:
            chain.melding(ams("2026-06-02 10:00"))
    return chain


@pytest.mark.parametrize("code", Onmogelijk)
def test_each_thing_that_cannot_be_is_found_and_nothing_else_with_it(code: Onmogelijk) -> None:
    peil = ams("2026-05-01 00:00") if code is Onmogelijk.NA_PEILMOMENT else NOW

    assert wrong(late_facts(code), replace(HALF, peilmoment=peil)) == {code}


@pytest.mark.parametrize("code", sorted(set(Onmogelijk) - {Onmogelijk.NA_PEILMOMENT}))
def test_what_cannot_be_in_another_half_year_is_left_to_that_one(code: Onmogelijk) -> None:
    assert wrong(late_facts(code), period_of("2025-2", peilmoment=NOW)) == set()


def test_a_dienst_that_ends_before_it_begins_is_found_too() -> None:
    chain = Chain()
    melding = chain.melding(ams("2026-03-02 10:00"))
    chain.besluit(melding, ams("2026-03-05 10:00"), Uitkomst.ONDERZOEK)
    dienst = chain.dienst(melding, ams("2026-03-05 10:01"), ontvangen_op=RECEIVED)
    chain.conclusie(melding, dienst, ams("2026-03-04 10:00"))

    assert wrong(chain) == {Onmogelijk.EINDE_VOOR_BEGIN}


def test_what_follows_on_a_melding_of_before_a_merger_may_bear_its_code() -> None:
    chain = Chain(gemeente_code="0501")
    melding = chain.melding(ams("2022-12-30 10:00"))
    chain.bied_aan(melding, ams("2023-01-05 10:00"))

    assert wrong(chain, period_of("2023-1", peilmoment=NOW)) == set()


def test_the_report_tells_per_field_how_far_it_is_filled_and_never_more_than_some_ids() -> None:
    kwaliteit = Kwaliteit()
    for row in rows(whole()[0]):
        kwaliteit.add(row)
    bare = Chain()
    bare.melding(ams("2026-03-02 10:00"))
    for row in rows(bare):
        kwaliteit.add(row)
    for _ in range(50):
        kwaliteit.note(Onmogelijk.EINDE_VOOR_BEGIN, uuid4())

    told = report(kwaliteit)

    fields = {(one["record"], one["veld"]): one for one in told["velden"]}
    assert len(fields) == sum(len(velden) for velden in VELDEN.values())
    assert (fields["melding", "uitkomst"]["gevuld"], fields["melding", "uitkomst"]["percentage"]) == (1, 50.0)
    assert fields["melding", "gemeenteCode"]["percentage"] == 100.0
    assert fields["melding", "relatie"]["gevuld"] == 0
    assert fields["melding", "duurGeweld"]["nietVastgelegd"]
    assert fields["advies", "id"]["percentage"] is None
    (found,) = told["bevindingen"]
    assert (found["code"], found["aantal"], len(found["voorbeelden"])) == ("einde-voor-begin", 50, VOORBEELDEN_MAX)


# --- layouts ----------------------------------------------------------------------------------------------------------


def test_the_layout_that_comes_with_the_project_writes_csv_with_every_field_once() -> None:
    layout = load_layout(None)
    chain, melding, *_ = whole()
    bestand = next(one for one in layout.bestanden if one.record is RecordSoort.MELDING)

    lines = (heading(layout, bestand) + write(layout, bestand, rows(chain)[0], short).regel).decode().split("\r\n")

    assert lines[0].split(";")[:3] == ["meldingId", "casusId", "gemeenteCode"]
    cells = dict(zip(lines[0].split(";"), lines[1].split(";"), strict=True))
    assert (cells["meldingId"], cells["ontvangenOp"], cells["hermelding"]) == (short(melding), "2026-03-02", "nee")
    for one in layout.bestanden:
        assert sorted(kolom.veld for kolom in one.kolommen) == sorted(VELDEN[one.record])
    assert [one.record for one in layout.bestanden] == list(RecordSoort)


def test_another_layout_writes_the_same_row_in_its_own_order_form_and_codes() -> None:
    layout = fixed()
    chain, melding, *_ = whole()

    written = write(layout, layout.bestanden[0], rows(chain)[0], short)

    assert written.regel == f"01202603020020{short(melding)}\n".encode()
    assert written.gebreken == []
    assert heading(layout, layout.bestanden[0]) == b""


def test_what_a_layout_cannot_hold_is_told_and_never_cut_off() -> None:
    layout = fixed(FIXED.replace('onderzoek = "01"', 'onbekend = "01"').replace("breedte = 4", "breedte = 3"))
    record = rows(whole()[0])[0]

    written = write(layout, layout.bestanden[0], record, short)

    assert written.gebreken == [(Gebrek.CODE_ONBEKEND, "besluit"), (Gebrek.PAST_NIET, "sleutel")]
    assert written.regel == b"99202603020020   \n"


def test_a_cell_is_taken_for_no_formula_and_for_no_two_cells() -> None:
    layout = load_layout(None)
    bestand = next(one for one in layout.bestanden if one.record is RecordSoort.ADVIES)
    record = CbsRecord(RecordSoort.ADVIES, uuid4(), {"kanaal": "=1+1", "uitkomst": 'a;"b"', "soort": "x\ny"})

    line = write(layout, bestand, record, short).regel.decode()

    assert ";'=1+1;" in line
    assert '"a;""b"""' in line
    assert '"x\ny"' in line


def test_a_sign_that_the_encoding_does_not_have_is_told() -> None:
    text = FIXED.replace('onderzoek = "01"', 'onderzoek = "é"').replace('breedte = 2, leeg = "99"', "breedte = 1")
    layout = fixed(text)

    written = write(layout, layout.bestanden[0], rows(whole()[0])[0], short)

    assert (Gebrek.TEKEN_ONBEKEND, "M") in written.gebreken


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('naam = "vast"', "", "naam ontbreekt"),
        ('veld = "uitkomst"', 'veld = "naam"', "melding heeft geen veld naam"),
        ('vorm = "vaste-breedte"', 'vorm = "anders"', "een waarde past niet"),
        ('codering = "ascii"', 'codering = "geheim"', "een waarde past niet"),
        ("breedte = 4", "breedte = 0", "kolom sleutel: een vaste breedte"),
        ('codes = "besluit"', 'codes = "weg"', "weg ontbreekt"),
        ('naam = "M"', 'naam = "../M"', "een naam bestaat uit letters"),
        ('formaat = "getal"', 'vormpje = "getal"', "een waarde past niet"),
    ],
)
def test_a_layout_that_cannot_be_used_says_why(before: str, after: str, told: str) -> None:
    with pytest.raises(LayoutError, match=told):
        fixed(FIXED.replace(before, after, 1))


# --- four eyes --------------------------------------------------------------------------------------------------------


def concept(**changes: Any) -> CbsLevering:
    made = CbsLevering(
        id=uuid4(),
        halfjaar="2026-1",
        versie=1,
        peilmoment=NOW,
        status=CbsStatus.CONCEPT,
        aangevraagd_door="een",
        aangevraagd_op=NOW,
        rapport={"bevindingen": []},
    )
    return replace(made, **changes)


def test_another_person_decides_and_the_same_decision_again_changes_nothing() -> None:
    approved = decide(concept(), CbsBesluit.GOEDGEKEURD, subject="twee", now=NOW)

    assert (approved.status, approved.besloten_door) == (CbsStatus.GOEDGEKEURD, "twee")
    assert decide(approved, CbsBesluit.GOEDGEKEURD, subject="drie", now=NOW) is approved
    with pytest.raises(RefusedError):
        decide(approved, CbsBesluit.AFGEWEZEN, subject="twee", now=NOW)


@pytest.mark.parametrize("besluit", CbsBesluit)
def test_who_asked_for_a_delivery_does_not_decide_on_it(besluit: CbsBesluit) -> None:
    with pytest.raises(SamePersonError):
        decide(concept(), besluit, subject="een", now=NOW)


@pytest.mark.parametrize("code", [f"{gebrek}:meldingen.x" for gebrek in Gebrek])
def test_a_file_that_tells_something_else_than_the_facts_is_not_approved_but_can_be_refused(code: str) -> None:
    garbled = concept(rapport={"bevindingen": [{"code": code, "aantal": 1}]})

    with pytest.raises(RefusedError, match="layout"):
        decide(garbled, CbsBesluit.GOEDGEKEURD, subject="twee", now=NOW)
    assert decide(garbled, CbsBesluit.AFGEWEZEN, subject="twee", now=NOW).status is CbsStatus.AFGEWEZEN


def test_what_cannot_be_in_the_facts_does_not_stop_an_approval() -> None:
    seen = concept(rapport={"bevindingen": [{"code": Onmogelijk.EINDE_VOOR_BEGIN.value, "aantal": 1}]})

    assert decide(seen, CbsBesluit.GOEDGEKEURD, subject="twee", now=NOW).status is CbsStatus.GOEDGEKEURD


def test_every_state_says_what_becomes_of_every_act_and_only_a_concept_is_approved() -> None:
    assert set(TRANSITIONS) == {(status, actie) for status in CbsStatus for actie in CbsActie}
    approved = {status for status in CbsStatus if TRANSITIONS[status, CbsActie.GOEDKEUREN] is CbsStatus.GOEDGEKEURD}
    assert approved == {CbsStatus.CONCEPT, CbsStatus.GOEDGEKEURD}


def test_a_period_is_whole_and_without_gaps() -> None:
    halves = [period_of(f"{year}-{half}", peilmoment=NOW) for year in (2025, 2026) for half in (1, 2)]

    assert all(before.tot == after.van for before, after in itertools.pairwise(halves))
    assert halves[0].van.date() == date(2025, 1, 1)
    assert BestemmingSoort.LOKAAL_VELD.value == rows(whole()[0])[2].velden["bestemming"]
