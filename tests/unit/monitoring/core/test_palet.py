"""What one casus adds to the figures of help: asked, begun, refused, ended, and not there."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.monitoring.domain.fold import fold
from services.monitoring.domain.kpis import Meting, contributions
from shared.events.palet import InzetBeeindigd, InzetGestart, InzetGevraagd, InzetGeweigerd, LacuneVastgesteld
from shared.rules.palet import Doelgroep, Fase, InzetAfbreking, InzetWeigering, LacuneReden
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import Chain, ams

MONDAY = ams("2026-03-30 10:00")
LATER = ams("2026-04-09 00:30").astimezone(UTC)  # in Amsterdam a day later than in UTC
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


class HelpedChain(Chain):
    """A casus in which help is asked."""

    def gevraagd(self, melding_id: UUID, at: datetime, fase: Fase = Fase.HERSTEL) -> UUID:
        inzet_id = uuid4()
        payload = InzetGevraagd(
            inzet_id=inzet_id,
            overdracht_id=uuid4(),
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            doelgroep=Doelgroep.OUDERENMISHANDELING,
            fase=fase,
            gevraagd_op=at,
        )
        self.add(payload, at)
        return inzet_id

    def gestart(self, melding_id: UUID, inzet_id: UUID, at: datetime) -> None:
        self.add(InzetGestart(inzet_id=inzet_id, melding_id=melding_id, gestart_op=at), at)

    def geweigerd(self, melding_id: UUID, inzet_id: UUID, at: datetime) -> None:
        reden = InzetWeigering.GEEN_PLAATS
        self.add(InzetGeweigerd(inzet_id=inzet_id, melding_id=melding_id, reden=reden, geweigerd_op=at), at)

    def beeindigd(self, melding_id: UUID, inzet_id: UUID, at: datetime, afbreking: InzetAfbreking | None) -> None:
        payload = InzetBeeindigd(inzet_id=inzet_id, melding_id=melding_id, afbreking=afbreking, beeindigd_op=at)
        self.add(payload, at)

    def lacune(self, melding_id: UUID, at: datetime, reden: LacuneReden = LacuneReden.GEEN_AANBOD) -> UUID:
        lacune_id = uuid4()
        payload = LacuneVastgesteld(
            lacune_id=lacune_id,
            overdracht_id=uuid4(),
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            doelgroep=Doelgroep.COMPLEXE_SCHEIDING,
            fase=Fase.ACUTE_VEILIGHEID,
            reden=reden,
            vastgesteld_op=at,
        )
        self.add(payload, at)
        return lacune_id


def counted(chain: Chain) -> dict[tuple[date, str, str], int]:
    """Return the counts of help of a casus: month, name, kind."""
    names = ("hulp", "lacunes", "dagenTotHulp")
    return {
        (key.dag, key.naam, key.waarde): count
        for key, count in contributions(fold(chain.facts, DEFAULT_SETTINGS)).items()
        if key.meting == Meting.TELLING and key.naam.startswith(names)
    }


def helped() -> tuple[HelpedChain, UUID]:
    chain = HelpedChain()
    return chain, chain.melding(MONDAY)


def test_help_counts_by_group_and_by_phase_when_it_was_asked_and_its_wait_when_it_began() -> None:
    chain, melding = helped()
    chain.gestart(melding, chain.gevraagd(melding, MONDAY), LATER)
    chain.gevraagd(melding, MONDAY, Fase.ACUTE_VEILIGHEID)

    assert counted(chain) == {
        (MARCH, "hulpGevraagdPerDoelgroep", "ouderenmishandeling"): 2,
        (MARCH, "hulpGevraagdPerFase", "herstel"): 1,
        (MARCH, "hulpGevraagdPerFase", "acute-veiligheid"): 1,
        (APRIL, "dagenTotHulp", "10"): 1,
    }


@pytest.mark.parametrize(("afbreking", "afloop"), [(None, "afgerond"), (InzetAfbreking.GEZIN_STOPT, "gezin-stopt")])
def test_how_help_ended_counts_when_it_ended(afbreking: InzetAfbreking | None, afloop: str) -> None:
    chain, melding = helped()
    chain.beeindigd(melding, chain.gevraagd(melding, MONDAY), LATER, afbreking)

    assert (APRIL, "hulpPerAfloop", afloop) in counted(chain)


def test_what_was_refused_and_what_was_not_there_counts_by_what_was_missing() -> None:
    chain, melding = helped()
    chain.geweigerd(melding, chain.gevraagd(melding, MONDAY), LATER)
    chain.lacune(melding, LATER)
    chain.lacune(melding, MONDAY, LacuneReden.DREMPEL)

    found = counted(chain)
    assert found[APRIL, "hulpGeweigerdPerReden", "geen-plaats"] == 1
    assert found[APRIL, "lacunesPerDoelgroepEnFase", "complexe-scheiding/acute-veiligheid"] == 1
    assert found[APRIL, "lacunesPerReden", "geen-aanbod"] == 1
    assert found[MARCH, "lacunesPerReden", "drempel"] == 1


def test_facts_that_come_twice_or_before_what_they_are_about_count_once_and_where_help_was_asked() -> None:
    chain, melding = helped()
    for step in (chain.gestart, chain.geweigerd):
        step(melding, chain.gevraagd(melding, MONDAY), LATER)
    chain.lacune(melding, MONDAY)
    whole = counted(chain)

    for seed in range(20):
        chain.facts = [*chain.facts, *chain.facts[:3]]
        random.Random(seed).shuffle(chain.facts)
        assert counted(chain) == whole
    unknown = HelpedChain()
    unknown.gestart(unknown.melding(MONDAY), uuid4(), LATER)
    assert counted(unknown) == {}  # nobody told in which municipality: it counts when that is heard


def test_of_two_facts_about_one_thing_the_first_counts() -> None:
    chain, melding = helped()
    inzet = chain.gevraagd(melding, MONDAY)
    chain.gestart(melding, inzet, MONDAY + timedelta(days=4))
    chain.gestart(melding, inzet, MONDAY + timedelta(days=1))
    chain.facts.reverse()

    assert (date(2026, 3, 1), "dagenTotHulp", "1") in counted(chain)


def test_help_keeps_no_casus_open_and_closes_none() -> None:
    chain, melding = helped()
    before = fold(chain.facts, DEFAULT_SETTINGS)

    chain.gevraagd(melding, MONDAY + timedelta(days=1))
    after = fold(chain.facts, DEFAULT_SETTINGS)

    assert (after.closing, Counter(after.termijnen)) == (before.closing, Counter(before.termijnen))
