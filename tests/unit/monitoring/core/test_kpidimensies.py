"""Terms by melder and kind of violence, waiting apart from working, and every figure in the table of figures."""

import ast
import inspect
from dataclasses import replace
from datetime import date, timedelta
from types import ModuleType
from uuid import UUID

import pytest

from services.monitoring.domain import (
    behandeltellingen,
    leveringen,
    meldingtellingen,
    opvang,
    overdrachttellingen,
    palet,
    plannen,
)
from services.monitoring.domain.fold import fold
from services.monitoring.domain.indicatoren import INDICATOREN, TELLINGEN
from services.monitoring.domain.kpidimensies import Dimensie
from services.monitoring.domain.kpis import Cell, GebiedRapport, Meting, contributions, report_area
from services.monitoring.schemas.kpis import area_json, area_out, area_rows
from shared.events.payloads import AardGeweld, CasusAfgesloten, MeldingOntvangen
from shared.rules.codes import DienstSoort, Relatie, TermijnSoort, Uitkomst, Vorm
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import Chain, ams, new_id
from tests.unit.monitoring.core.treatment import TreatedChain

VB, ONDERZOEK = TermijnSoort.VEILIGHEIDSBEOORDELING, TermijnSoort.ONDERZOEK
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
MONDAY = ams("2026-03-02 10:00")
DAY = timedelta(days=1)


def area(
    *chains: Chain,
    months: tuple[date, ...] = (MARCH, APRIL, MAY),
    fasen: tuple[TermijnSoort, ...] = tuple(TermijnSoort),
) -> GebiedRapport:
    cells = [
        Cell(key, aantal)
        for chain in chains
        for key, aantal in contributions(fold(chain.facts, DEFAULT_SETTINGS)).items()
    ]
    return report_area(
        cells,
        gemeente_code=None,
        months=months,
        fasen=fasen,
        settings=DEFAULT_SETTINGS,
        today=date(2026, 6, 1),
    )


def stages(chain: Chain, fase: TermijnSoort = VB) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    (found,) = [one.totaal for one in area(chain).fasen if one.fase is fase]
    return dict(found.wachttijden), dict(found.werktijden), dict(found.doorlooptijden)


# --- waiting and working ---


def test_waiting_and_working_are_the_lead_time_apart_and_together() -> None:
    chain, dossier = TreatedChain(), new_id()
    melding = chain.melding(MONDAY)
    chain.toegewezen(melding, dossier, MONDAY + 2 * DAY)
    chain.besluit(melding, MONDAY + 5 * DAY)

    assert stages(chain) == ({2: 1}, {3: 1}, {5: 1})


def test_work_that_was_let_go_waits_again_until_the_next_owner() -> None:
    chain, dossier = TreatedChain(), new_id()
    melding = chain.melding(MONDAY)
    chain.toegewezen(melding, dossier, MONDAY + DAY)
    chain.vrijgegeven(melding, dossier, MONDAY + 3 * DAY)
    chain.toegewezen(melding, dossier, MONDAY + 7 * DAY)
    chain.besluit(melding, MONDAY + 9 * DAY)

    assert stages(chain) == ({5: 1}, {4: 1}, {9: 1})


def test_where_nobody_was_told_to_own_the_work_nothing_is_known_of_waiting() -> None:
    chain = TreatedChain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY + 5 * DAY)

    assert stages(chain) == ({}, {}, {5: 1})


def test_a_dienst_of_work_that_is_owned_does_not_wait() -> None:
    chain, dossier = TreatedChain(), new_id()
    melding = chain.melding(MONDAY)
    chain.toegewezen(melding, dossier, MONDAY + DAY)
    chain.besluit(melding, MONDAY + 2 * DAY, Uitkomst.ONDERZOEK)
    dienst = chain.dienst(melding, MONDAY + 2 * DAY, DienstSoort.ONDERZOEK, ontvangen_op=MONDAY)
    chain.conclusie(melding, dienst, MONDAY + 30 * DAY)

    assert stages(chain, ONDERZOEK) == ({0: 1}, {28: 1}, {28: 1})


# --- by melder and kind of violence ---


def told(chain: Chain, *aard: tuple[Relatie, Vorm], at: int = 0) -> UUID:
    melding = chain.melding(MONDAY + at * DAY)
    fact = chain.facts[-1]
    assert isinstance(fact.payload, MeldingOntvangen)
    kinds = tuple(AardGeweld(relatie=relatie, vorm=vorm) for relatie, vorm in aard)
    chain.facts[-1] = replace(
        fact, payload=replace(fact.payload, aard_geweld=kinds, aantal_personen=4, directbetrokkenen=(0, 2, 3))
    )
    return melding


def test_a_term_counts_once_under_each_kind_that_its_melding_tells() -> None:
    chain = Chain()
    melding = told(
        chain,
        (Relatie.PARTNERGEWELD, Vorm.FYSIEK),
        (Relatie.PARTNERGEWELD, Vorm.PSYCHISCH),
        (Relatie.KINDERMISHANDELING, Vorm.GETUIGE),
    )
    chain.besluit(melding, MONDAY + 20 * DAY)

    found = {(one.dimensie, one.onderdeel): one.cijfers for one in area(chain).uitsplitsing if one.fase is VB}

    assert set(found) == {
        (Dimensie.MELDER_CATEGORIE, "justitie-en-veiligheid"),
        (Dimensie.RELATIE, "partnergeweld"),
        (Dimensie.RELATIE, "kindermishandeling"),
        (Dimensie.VORM, "fysiek"),
        (Dimensie.VORM, "psychisch"),
        (Dimensie.VORM, "getuige-van-geweld"),
    }
    assert {(one.gestart, one.te_laat, one.percentage_op_tijd) for one in found.values()} == {(1, 1, 0.0)}


def test_only_the_phases_with_a_norm_are_counted_once_more() -> None:
    chain = Chain()
    chain.acuutcheck(told(chain, (Relatie.PARTNERGEWELD, Vorm.FYSIEK)), MONDAY)

    keys = [key for key in contributions(fold(chain.facts, DEFAULT_SETTINGS)) if key.meting == Meting.UITSPLITSING]

    assert {key.naam for key in keys} == {VB.value}


# --- meldingen, casussen, persons ---


def test_meldingen_casussen_and_persons_are_counted_apart() -> None:
    chain, other = Chain(), Chain()
    for at in (0, 10, 20):
        told(chain, (Relatie.PARTNERGEWELD, Vorm.FYSIEK), (Relatie.PARTNERGEWELD, Vorm.BELAGING), at=at)
    told(other, at=40)

    counted = area(chain, other).tellingen

    assert (counted["meldingen"], counted["casussen"], counted["casussenMetHerhaling"]) == ({"": 4}, {"": 2}, {"": 1})
    assert (counted["personen"], counted["directbetrokkenen"]) == ({"": 16}, {"": 12})
    assert (counted["meldingenPerRelatie"], counted["meldingenPerVorm"]) == (
        {"partnergeweld": 3},
        {"belaging": 3, "fysiek": 3},
    )


@pytest.mark.parametrize(("after", "back"), [(365, 1), (366, 0)])
def test_a_casus_comes_back_when_two_meldingen_lie_within_a_year(after: int, back: int) -> None:
    chain = Chain()
    chain.melding(MONDAY)
    chain.melding(MONDAY + after * DAY)

    counted = area(chain, months=(date(2027, 3, 1),)).tellingen

    assert sum(counted.get("casussenMetHerhaling", {}).values()) == back


@pytest.mark.parametrize(("days", "kind"), [(300, "binnen-een-jaar"), (500, "binnen-twee-jaar"), (900, "later")])
def test_a_hermelding_tells_how_long_it_was_quiet(days: int, kind: str) -> None:
    chain = Chain()
    chain.melding(MONDAY, hermelding=True)
    fact = chain.facts[-1]
    assert isinstance(fact.payload, MeldingOntvangen)
    chain.facts[-1] = replace(fact, payload=replace(fact.payload, vorige_afsluiting_op=MONDAY - days * DAY))

    assert area(chain).tellingen["hermeldingenNaAfsluiting"] == {kind: 1}


def test_a_casus_counts_as_closed_when_it_was_told_and_by_what_it_ended_with() -> None:
    chain = Chain()
    chain.besluit(chain.melding(MONDAY), MONDAY + DAY)
    closing = fold(chain.facts, DEFAULT_SETTINGS).closing
    assert closing is not None
    before = area(chain).tellingen.get("casussenAfgesloten")
    end = chain.add(CasusAfgesloten(afgesloten_op=closing.afgesloten_op, reden=closing.reden), MONDAY + DAY)
    chain.facts[-1] = replace(end, id=closing.event_id)

    assert before is None
    assert area(chain).tellingen["casussenAfgesloten"] == {closing.reden: 1}


def test_of_one_phase_only_its_own_terms_are_told_by_their_dimensions() -> None:
    chain = TreatedChain()
    told(chain, (Relatie.PARTNERGEWELD, Vorm.FYSIEK))

    assert {one.fase for one in area(chain).uitsplitsing} == {VB}
    assert area(chain, fasen=(TermijnSoort.ONDERZOEK,)).uitsplitsing == ()


# --- over the wire ---


def test_what_was_not_asked_for_is_left_out_and_what_was_stands_in_the_csv() -> None:
    chain, dossier = TreatedChain(), new_id()
    melding = told(chain, (Relatie.PARTNERGEWELD, Vorm.FYSIEK))
    chain.toegewezen(melding, dossier, MONDAY + 2 * DAY)
    chain.besluit(melding, MONDAY + 5 * DAY)
    report = area(chain, months=(MARCH,))

    text = area_json(report, histogram=False, uitsplitsing=False).decode()
    whole = list(area_rows(area_out(report, histogram=True, uitsplitsing=True)))
    rows = {row[1:5]: row[5] for row in whole}

    assert "doorlooptijden" not in text
    assert "uitsplitsing" not in text
    assert rows["2026-03", VB, "doorlooptijden", "5"] == "1"
    assert rows["2026-03", VB, "dagen", "wachten/2"] == "1"
    assert rows["2026-03", VB, "mediaanDagen", "werken"] == "3"
    assert rows["", VB, "gehaald", "vorm/fysiek"] == "1"
    assert len(rows) == len(whole), "no two rows tell of the same figure"


# --- the table of figures ---

_COUNTING: tuple[ModuleType, ...] = (
    meldingtellingen, behandeltellingen, overdrachttellingen, plannen, palet, opvang, leveringen,
)  # fmt: skip


def _counted() -> set[str]:
    """Every name that a module that counts gives: the last text but one of what it yields."""
    names = set()
    for module in _COUNTING:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            given = node.value if isinstance(node, ast.Yield) else None
            elements = given.elts if isinstance(given, ast.Tuple) else ()
            name = elements[-2] if len(elements) > 2 else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                names.add(name.value)
    return names


def test_every_count_is_in_the_table_of_figures_and_nothing_else() -> None:
    by_another_way = {
        "personen",
        "directbetrokkenen",
        "opvangOnzekereVerblijfsstatus",
        *meldingtellingen.MELDCODE.values(),
    }

    assert len(_counted()) > 50
    assert _counted() | by_another_way == set(TELLINGEN)


def test_what_the_table_says_of_a_count_points_at_one_that_is_there() -> None:
    pointed = {
        word.strip("`").removeprefix("tellingen.")
        for one in INDICATOREN
        if one.plaats and one.plaats.startswith("`tellingen.")
        for word in one.plaats.split(", ")
    }

    assert pointed <= set(TELLINGEN)
    assert [one.naam for one in INDICATOREN if not one.plaats and not one.opmerking] == []
    # What can be asked says since when, and nothing else does.
    assert [one.naam for one in INDICATOREN if bool(one.plaats) != bool(one.sinds)] == []
