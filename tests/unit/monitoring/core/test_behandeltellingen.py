"""What is counted of treatment: each thing once, where and when it was, and a converted dienst as what it became."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from services.monitoring.domain.fold import fold
from services.monitoring.domain.kpis import KpiKey, Meting, contributions
from shared.rules.behandelcodes import (
    InformatieverzoekEinde,
    UitstelReden,
    VertragingReden,
    VtoResultaat,
    VtoStatus,
)
from shared.rules.codes import DienstSoort, TermijnSoort, Uitkomst
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import GEMEENTE, ams
from tests.unit.monitoring.core.treatment import TreatedChain

MONDAY = ams("2026-03-02 10:00")
LATER = ams("2026-04-20 10:00")
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
OLD = {
    "meldingen",
    "meldingenPerMelderCategorie",
    "zonderMeldcode",
    "uitkomsten",
    "conclusies",
    "casussen",
    "personen",
    "veiligheidPerBesluit",
    "monitoringNaDienst",
    "dagenTotAntwoordRaad",
}


def started() -> tuple[TreatedChain, UUID]:
    chain = TreatedChain()
    return chain, chain.melding(MONDAY)


def counted(chain: TreatedChain) -> dict[tuple[date, str, str], int]:
    found = contributions(fold([*chain.facts, replace(chain.facts[-1], id=uuid4())], DEFAULT_SETTINGS))
    assert {key.gemeente_code for key in found} == {GEMEENTE}
    return {
        (key.dag, key.naam, key.waarde): aantal
        for key, aantal in found.items()
        if key.meting == Meting.TELLING and key.naam not in OLD
    }


def test_bans_that_were_looked_into_are_counted_beside_those_that_were_imposed() -> None:
    chain, melding = started()
    advised = chain.screen(melding, MONDAY)
    chain.screen(melding, MONDAY, geadviseerd=False)
    chain.leg_op(melding, LATER, advised)

    assert counted(chain) == {
        (MARCH, "huisverbodenGescreend", "geadviseerd"): 1,
        (MARCH, "huisverbodenGescreend", "niet-geadviseerd"): 1,
        (MARCH, "huisverbodenOpVerzoek", ""): 1,
        (MARCH, "huisverbodenKindermishandeling", ""): 1,
        (APRIL, "huisverbodenOpgelegd", ""): 1,
    }


def test_a_converted_dienst_counts_as_the_onderzoek_that_it_became_in_the_month_of_its_start() -> None:
    chain, melding = started()
    chain.besluit(melding, MONDAY, Uitkomst.VOORWAARDEN_EN_VERVOLG)
    dienst = chain.dienst(melding, MONDAY, DienstSoort.VOORWAARDEN_EN_VERVOLG, ontvangen_op=MONDAY)
    before = counted(chain)

    chain.zet_om(melding, dienst, LATER, MONDAY, MONDAY)

    assert before == {(MARCH, "dienstenPerSoort", "voorwaarden-en-vervolg"): 1}
    assert counted(chain) == {
        (MARCH, "dienstenPerSoort", "onderzoek"): 1,
        (APRIL, "dienstenOmgezet", "geen-medewerking"): 1,
    }


def test_of_several_reasons_for_one_delay_the_newest_counts_where_the_melding_is() -> None:
    chain, melding = started()
    dossier, soort = uuid4(), TermijnSoort.VEILIGHEIDSBEOORDELING
    chain.verklaar(melding, dossier, LATER, soort, VertragingReden.CAPACITEIT)
    chain.verklaar(melding, dossier, MONDAY, soort, VertragingReden.ANDERS)
    chain.verklaar(uuid4(), uuid4(), MONDAY, soort, VertragingReden.COMPLEXITEIT)  # its melding was not heard yet

    assert counted(chain) == {(APRIL, "vertragingen", "capaciteit"): 1}


def test_questions_and_actions_are_counted_with_what_became_of_them_when_they_were_asked() -> None:
    chain, melding = started()
    chain.vraag(melding, MONDAY)
    for einde, days in (
        (InformatieverzoekEinde.BEANTWOORD, 1),
        (InformatieverzoekEinde.GEWEIGERD, 50),
        (InformatieverzoekEinde.INGETROKKEN, 1),
    ):
        chain.antwoord(melding, chain.vraag(melding, MONDAY), MONDAY + timedelta(days=days), einde)
    table = chain.opgeschaald(melding, MONDAY)
    chain.actie(melding, table, MONDAY, date(2026, 3, 10))
    for days, gedaan in ((1, True), (50, True), (1, False)):
        actie = chain.actie(melding, table, MONDAY, date(2026, 3, 10))
        chain.actie_af(melding, table, actie, MONDAY + timedelta(days=days), gedaan=gedaan)

    assert counted(chain) == {
        (MARCH, "informatieverzoekenPerSoort", "informant"): 4,
        (MARCH, "informatieverzoekenPerAfloop", "op-tijd"): 1,
        (MARCH, "informatieverzoekenPerAfloop", "te-laat"): 1,
        (MARCH, "informatieverzoekenPerAfloop", "ingetrokken"): 1,
        (MARCH, "opschalingenPerSoort", "mdo"): 1,
        (MARCH, "actiesAfgesproken", ""): 4,
        (MARCH, "actiesPerAfloop", "op-tijd"): 1,
        (MARCH, "actiesPerAfloop", "te-laat"): 1,
        (MARCH, "actiesPerAfloop", "niet-gedaan"): 1,
    }


def test_what_is_done_with_partners_and_what_came_of_a_vto_is_counted() -> None:
    chain, melding = started()
    vto = chain.vto(melding, MONDAY)
    chain.raad(melding, vto, MONDAY, VtoStatus.INTAKE_AFGEROND)
    chain.raad(melding, vto, MONDAY, VtoStatus.ONDERZOEK_AFGEROND, VtoResultaat.GEEN_REKEST)
    chain.raad(melding, vto, LATER, VtoStatus.ZAAK_AFGEROND, VtoResultaat.MAATREGEL_OPGELEGD)
    chain.forensisch(melding, MONDAY)
    chain.aware(melding, MONDAY, date(2026, 9, 1))
    chain.stel_uit(melding, 1, MONDAY, UitstelReden.ONDERZOEK)
    chain.consult(melding, MONDAY)

    assert counted(chain) == {
        (MARCH, "verzoekenTotOnderzoek", ""): 1,
        (APRIL, "verzoekenTotOnderzoekPerResultaat", "maatregel-opgelegd"): 1,
        (MARCH, "forensischPerSoort", "letselonderzoek"): 1,
        (MARCH, "awareVerleend", ""): 1,
        (MARCH, "informerenUitgesteld", "onderzoek"): 1,
        (MARCH, "consultenPerPartij", "politie"): 1,
    }


def test_each_kind_of_clock_has_its_own_figures() -> None:
    chain, melding = started()
    chain.antwoord(melding, chain.vraag(melding, MONDAY), MONDAY, InformatieverzoekEinde.BEANTWOORD)

    found = contributions(fold(chain.facts, DEFAULT_SETTINGS))

    assert found[KpiKey(Meting.GEHAALD, GEMEENTE, MARCH, "informatieverzoek", "")] == 1
    assert found[KpiKey(Meting.VOORRAAD, GEMEENTE, MONDAY.date(), "toewijzing", "")] == 1
