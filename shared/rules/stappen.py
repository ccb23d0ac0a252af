"""Who is told at each step of a term, when somebody higher up hears, and what may wake somebody at night.

One row of ``STAPPEN`` is one term with its three steps: it threatens to pass (when: ``vooraf`` in the table of terms),
it has passed, and it has been passed for so long that it is escalated. No law says who hears of it: the rows are ours,
and a region changes when one escalates by ``RuleSettings.escaleren_na``. Nothing here blocks work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from shared.rules.calendar import ONE_DAY, Kalender, amsterdam_day, midnight_after, working_day_from
from shared.rules.codes import TermijnSoort
from shared.rules.settings import Eenheid, RuleSettings, Vooraf


class Stap(StrEnum):
    """The steps of a term for which somebody is told, each once."""

    WAARSCHUWING = "waarschuwing"
    VERSTREKEN = "verstreken"
    GEESCALEERD = "geescaleerd"


class Gehoor(StrEnum):
    """Who is told of a step; a worker who is not known, or has no mailbox here, is stood in for by the team lead."""

    MEDEWERKER = "medewerker"  # who owns the work
    TEAMLEIDER = "teamleider"
    BEIDEN = "beiden"

    @property
    def names_medewerker(self) -> bool:
        """Say whether the owner of the work is told."""
        return self is not Gehoor.TEAMLEIDER

    @property
    def names_teamleider(self) -> bool:
        """Say whether the team lead is told."""
        return self is not Gehoor.MEDEWERKER


@dataclass(frozen=True, slots=True)
class StappenRegel:
    """The steps of one term."""

    waarschuwing: Gehoor
    verstreken: Gehoor
    geescaleerd: Gehoor
    escaleren_na: Vooraf  # after the term has passed
    acuut: bool  # safety is at stake within hours: no quiet hours hold back any step of it
    bron: str  # key of ``GRONDSLAGEN``: on what the row leans; the numbers are ours

    def gehoor_of(self, stap: Stap) -> Gehoor:
        """Return who hears of a step."""
        match stap:
            case Stap.WAARSCHUWING:
                return self.waarschuwing
            case Stap.VERSTREKEN:
                return self.verstreken
            case Stap.GEESCALEERD:
                return self.geescaleerd
            case _:
                assert_never(stap)


_ACUUT, _REGIO, _ZICHT = "inspectie-acuut", "regionale-afspraak", "zicht-op-veiligheid"
_M, _L, _B = Gehoor.MEDEWERKER, Gehoor.TEAMLEIDER, Gehoor.BEIDEN


def _acute(uren: int, bron: str) -> StappenRegel:
    """Return the steps of a term about the next hours: both hear of each, at night too."""
    return StappenRegel(_B, _B, _B, Vooraf(uren, Eenheid.UREN), acuut=True, bron=bron)


def _own_work(werkdagen: int, bron: str) -> StappenRegel:
    """Return the steps of a term of one's own work: the worker is warned, and both hear when it passed."""
    return StappenRegel(_M, _B, _L, Vooraf(werkdagen, Eenheid.WERKDAGEN), acuut=False, bron=bron)


def _team_work(werkdagen: int, bron: str) -> StappenRegel:
    """Return the steps of a term of which no worker is the owner by himself."""
    return StappenRegel(_L, _L, _L, Vooraf(werkdagen, Eenheid.WERKDAGEN), acuut=False, bron=bron)


STAPPEN: Mapping[TermijnSoort, StappenRegel] = MappingProxyType(
    {
        TermijnSoort.ACUUTCHECK: _acute(2, _ACUUT),
        TermijnSoort.VEILIGHEIDSBEOORDELING: _own_work(5, _REGIO),
        TermijnSoort.ONDERZOEK: _own_work(5, _REGIO),
        TermijnSoort.VOORWAARDEN_EN_VERVOLG: _own_work(5, _REGIO),
        # The number is ``acceptatie_escalatie_werkdagen``: before the offer goes back by itself.
        TermijnSoort.OVERDRACHT_ACCEPTATIE: _own_work(2, _ZICHT),
        TermijnSoort.INFORMEREN_BETROKKENEN: _own_work(5, _REGIO),
        TermijnSoort.TERUGKOPPELING_MELDER: _own_work(5, _REGIO),
        # That a ban ends is known for days; that it ended without anybody looking is for the same day.
        TermijnSoort.HUISVERBOD: _acute(4, _ACUUT),
        TermijnSoort.HUISVERBOD_ADVIES: _own_work(1, _ACUUT),
        TermijnSoort.HANDLE_WITH_CARE: _acute(2, "handle-with-care-werkwijze"),
        TermijnSoort.MONITORMOMENT: _own_work(5, _REGIO),
        TermijnSoort.DOSSIERVERZOEK: _team_work(5, "avg-12-lid-3"),
        TermijnSoort.VERNIETIGINGSVERZOEK: _team_work(5, "wmo-2015-5.3.5"),
        TermijnSoort.DUBBEL_ANONIEM_BESLUIT: _acute(2, _ACUUT),
        # Nobody owns it yet: that is what it says.
        TermijnSoort.TOEWIJZING: _team_work(1, _ZICHT),
        TermijnSoort.VEILIGHEIDSCHECK: _own_work(2, _ZICHT),
        TermijnSoort.INFORMATIEVERZOEK: _own_work(5, _REGIO),
        TermijnSoort.VOORWAARDE_CONTROLE: _own_work(5, _ZICHT),
        TermijnSoort.VERZOEK_TOT_ONDERZOEK_MELDEN: _own_work(2, "wmo-2015-4.1.1-lid-2-f"),
        TermijnSoort.FORENSISCH: _acute(2, "letselonderzoek-werkwijze"),
        TermijnSoort.AWARE_EVALUATIE: _own_work(2, "aware-werkwijze"),
        TermijnSoort.ACTIE: _own_work(5, _REGIO),
        TermijnSoort.OVERDRACHT_VERVOLG: _own_work(2, _ZICHT),
        TermijnSoort.TERUGGAVE_BESLUIT: _own_work(2, _ZICHT),
        TermijnSoort.EERSTE_CONTACT: _own_work(5, _ZICHT),
        TermijnSoort.PLAN_MAKEN: _own_work(5, "gefaseerde-ketenzorg"),
        TermijnSoort.PLAN_EVALUATIE: _own_work(5, "gefaseerde-ketenzorg"),
        TermijnSoort.PLANACTIE: _own_work(5, "gefaseerde-ketenzorg"),
        TermijnSoort.TRAUMASCREENING: _own_work(5, "kind-in-de-opvang"),
        TermijnSoort.LEVERING: _team_work(1, _ZICHT),
        TermijnSoort.NAVRAAG: _own_work(2, _REGIO),
    }
)


def escalates_after(soort: TermijnSoort, rules: RuleSettings) -> Vooraf | None:
    """Return how long after a term somebody higher up hears of it; None where the region wants none of it."""
    if not rules.escaleert:
        return None
    regel = STAPPEN[soort].escaleren_na
    if soort is TermijnSoort.OVERDRACHT_ACCEPTATIE:
        regel = Vooraf(rules.acceptatie_escalatie_werkdagen, Eenheid.WERKDAGEN)
    return dict(rules.escaleren_na).get(soort, regel)


def escalates_at(soort: TermijnSoort, uiterlijk: datetime, rules: RuleSettings) -> datetime | None:
    """Return the moment at which a term that passed at ``uiterlijk`` is escalated, or None.

    Raises ``ValueError`` for a unit in which no region can escalate.
    """
    after = escalates_after(soort, rules)
    if after is None:
        return None
    match after.eenheid:
        case Eenheid.UREN:
            return uiterlijk + timedelta(hours=after.aantal)
        case Eenheid.DAGEN:
            return midnight_after(_last_day(uiterlijk) + after.aantal * ONE_DAY)
        case Eenheid.WERKDAGEN:
            return werkdagen_after(uiterlijk, after.aantal, rules)
        case _:
            raise ValueError("een termijn escaleert na uren, dagen of werkdagen")


def werkdagen_after(instant: datetime, aantal: int, rules: RuleSettings) -> datetime:
    """Return the end of the ``aantal``-th werkdag after the Amsterdam day of ``instant``."""
    day = _last_day(instant)
    for _ in range(aantal):
        day = working_day_from(day + ONE_DAY, Kalender.WERKDAG, rules)
    return midnight_after(day)


def _last_day(instant: datetime) -> date:
    return amsterdam_day(instant - timedelta(microseconds=1))  # a term ends at midnight: that is the day before
