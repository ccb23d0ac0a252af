"""Signals in the reference indexes and their matches are counted once, in the month and for the municipality."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from services.monitoring.domain.fold import fold
from services.monitoring.domain.kpis import KpiKey, Meting, contributions
from shared.events.payloads import MatchOntvangen, SignaalGeplaatst
from shared.rules.codes import Verwijsindex
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import GEMEENTE, Chain, ams

MARCH = date(2026, 3, 1)


def placed(number: int, index: Verwijsindex, at: datetime) -> SignaalGeplaatst:
    return SignaalGeplaatst(
        signaal_id=UUID(int=number), melding_id=UUID(int=9), gemeente_code=GEMEENTE, index=index, geplaatst_op=at
    )


def matched(number: int, at: datetime) -> MatchOntvangen:
    return MatchOntvangen(
        match_id=UUID(int=number),
        signaal_id=UUID(int=1),
        melding_id=UUID(int=9),
        gemeente_code=GEMEENTE,
        index=Verwijsindex.SISA,
        ontvangen_op=at,
    )


def counted(chain: Chain, naam: str, waarde: str) -> int:
    found = contributions(fold(chain.facts, DEFAULT_SETTINGS))
    return found.get(KpiKey(Meting.TELLING, GEMEENTE, MARCH, naam, waarde), 0)


def test_each_signal_and_each_match_counts_once_in_its_index() -> None:
    chain, at = Chain(), ams("2026-03-31 23:30")
    chain.melding(at)
    for fact in (placed(1, Verwijsindex.SISA, at), placed(2, Verwijsindex.SISA, at), placed(3, Verwijsindex.SLUIS, at)):
        chain.add(fact, at)
    for match in (matched(1, at), matched(2, at)):
        chain.add(match, at)
    chain.facts.append(replace(chain.facts[-1], id=UUID(int=77)))  # the same match, told twice

    assert (counted(chain, "signalenPerIndex", "sisa"), counted(chain, "signalenPerIndex", "sluis")) == (2, 1)
    assert counted(chain, "matches", "sisa") == 2


def test_a_signal_counts_in_the_month_in_which_the_index_took_it() -> None:
    chain, at = Chain(), ams("2026-04-01 00:00")
    chain.melding(at)
    chain.add(placed(1, Verwijsindex.SISA, at), at)

    assert counted(chain, "signalenPerIndex", "sisa") == 0
