"""The figures of the goals of the Regiovisie in a report, as they may be read, in a first version and in later ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.monitoring.domain.doelen import Indicator, Maat, stand_of
from services.monitoring.domain.doelenbomen import BOMEN, DOELEN, INDICATOREN
from services.monitoring.domain.kpis import GebiedRapport
from services.monitoring.domain.monitorbrief import AFGESCHERMD, NIETS, TELLINGEN, share, shown
from services.monitoring.domain.openbaar import GEHAALD, TOTAAL_VAN
from services.monitoring.domain.publicatie import KLEIN, added
from services.monitoring.domain.rapportsoorten import SOORTEN, Deel, RapportSoort
from services.monitoring.domain.rapportversies import Openbaarder
from shared.rules.settings import RuleSettings


@dataclass(frozen=True, slots=True)
class DoelCijfer:
    """The figure of one indicator of one goal, as it may be read."""

    boom: str
    doel: str
    doel_naam: str
    indicator: str
    waarde: str
    norm: str = ""
    vorige: str = ""

    @property
    def plaats(self) -> tuple[str, str]:
        """Of what it is a figure."""
        return self.doel, self.indicator


def counts_in(soort: RapportSoort) -> frozenset[str]:
    """Return which counts a kind of report reads: those of the letter, and with goals those of their indicators.

    A median is none of them: whether it may be read follows from how many it is of, and not from the table.
    """
    goals = INDICATOREN.values() if Deel.DOELEN in SOORTEN[soort].delen else ()
    return frozenset(TELLINGEN) | {one.telling for one in goals if one.telling and one.maat is not Maat.DAGEN}


def goal_figures(gebied: GebiedRapport, openbaar: Openbaarder, rules: RuleSettings) -> tuple[DoelCijfer, ...]:
    """Return the figures of the goals of the Regiovisie for one area, as they may be read, by line of action."""
    return tuple(
        DoelCijfer(
            boom=BOMEN[doel.boom],
            doel=doel.code,
            doel_naam=doel.naam,
            indicator=INDICATOREN[code].naam,
            waarde=_published(INDICATOREN[code], gebied, openbaar, rules),
            norm=_norm(INDICATOREN[code], gebied, rules),
        )
        for doel in DOELEN
        for code in doel.indicatoren
    )


def _norm(indicator: Indicator, gebied: GebiedRapport, rules: RuleSettings) -> str:
    norm = stand_of(indicator, gebied, rules).norm
    return f"{norm} %" if norm else ""


def _published(indicator: Indicator, gebied: GebiedRapport, openbaar: Openbaarder, rules: RuleSettings) -> str:
    code = gebied.gemeente_code
    if indicator.fase is not None:
        due = openbaar.termijnen(indicator.fase, None, code)
        return share(due, openbaar.termijnen(indicator.fase, GEHAALD, code))
    telling = indicator.telling or ""
    total = openbaar.totaal(telling, code)
    parts = [openbaar.telling(telling, waarde, code) for waarde in indicator.waarden] or [total]
    known = [part for part in parts if part is not None]
    part = added(known) if len(known) == len(parts) else None
    match indicator.maat:
        case Maat.AANTAL:
            return shown(part)
        case Maat.PERCENTAGE:
            return share(total, part)
        case Maat.DAGEN:
            stand = stand_of(indicator, gebied, rules)
            if stand.waarde is None:
                return NIETS
            return AFGESCHERMD if (stand.van_aantal or 0) < KLEIN else f"{stand.waarde:.0f}"


def corrected_goals(
    nieuw: Sequence[DoelCijfer], eerder: Sequence[DoelCijfer], withheld: frozenset[str]
) -> tuple[DoelCijfer, ...]:
    """Return the goals of a later version: what was kept back, or may not be corrected, stays as it was."""
    before = {one.plaats: one for one in eerder}
    tables = {one.naam: f"termijn:{one.fase}" if one.fase else f"telling:{_table(one)}" for one in INDICATOREN.values()}

    def stays(one: DoelCijfer) -> bool:
        known = before.get(one.plaats)
        return known is not None and (known.waarde == AFGESCHERMD or tables[one.indicator] in withheld)

    return tuple(before[one.plaats] if stays(one) else one for one in nieuw)


def _table(indicator: Indicator) -> str:
    return TOTAAL_VAN.get(indicator.telling or "", indicator.telling or "")
