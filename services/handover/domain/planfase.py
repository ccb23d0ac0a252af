"""The phases of a plan: which follows which, and what must be so before it does.

Going back to safety needs nothing but a reason in words: whoever sees new violence must not first explain why other
goals are open. Going on when a condition is not met is a decision with a reason, and stays visible as such.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from services.handover.domain.overdracht import StapError
from shared.rules.plancodes import Fase


class FaseStap(StrEnum):
    """What can be decided about the phase of a plan."""

    NAAR_VEILIGHEID = "naar-veiligheidsplan"
    NAAR_HULPVERLENING = "naar-hulpverleningsplan"
    NAAR_HERSTEL = "naar-herstelplan"


_F, _S = Fase, FaseStap

# None: refused. No phase is passed over, and the one that runs is not begun anew.
TRANSITIONS: Mapping[tuple[Fase, FaseStap], Fase | None] = MappingProxyType(
    {
        (_F.VEILIGHEIDSPLAN, _S.NAAR_VEILIGHEID): None,
        (_F.VEILIGHEIDSPLAN, _S.NAAR_HULPVERLENING): _F.HULPVERLENINGSPLAN,
        (_F.VEILIGHEIDSPLAN, _S.NAAR_HERSTEL): None,
        (_F.HULPVERLENINGSPLAN, _S.NAAR_VEILIGHEID): _F.VEILIGHEIDSPLAN,
        (_F.HULPVERLENINGSPLAN, _S.NAAR_HULPVERLENING): None,
        (_F.HULPVERLENINGSPLAN, _S.NAAR_HERSTEL): _F.HERSTELPLAN,
        (_F.HERSTELPLAN, _S.NAAR_VEILIGHEID): _F.VEILIGHEIDSPLAN,
        (_F.HERSTELPLAN, _S.NAAR_HULPVERLENING): _F.HULPVERLENINGSPLAN,
        (_F.HERSTELPLAN, _S.NAAR_HERSTEL): None,
    }
)
MAY_NOW: Mapping[Fase, str] = MappingProxyType(
    {
        _F.VEILIGHEIDSPLAN: "Dit plan is in de fase veiligheidsplan; daarna komt het hulpverleningsplan.",
        _F.HULPVERLENINGSPLAN: (
            "Dit plan is in de fase hulpverleningsplan; daarna komt het herstelplan, en terug naar het veiligheidsplan "
            "kan altijd."
        ),
        _F.HERSTELPLAN: (
            "Dit plan is in de fase herstelplan; het kan worden beëindigd, en terug naar een eerdere fase kan altijd."
        ),
    }
)
# What a caller asks for is the phase; this is the step that leads there.
STAP_NAAR: Mapping[Fase, FaseStap] = MappingProxyType(
    {
        _F.VEILIGHEIDSPLAN: _S.NAAR_VEILIGHEID,
        _F.HULPVERLENINGSPLAN: _S.NAAR_HULPVERLENING,
        _F.HERSTELPLAN: _S.NAAR_HERSTEL,
    }
)


class Eis(StrEnum):
    """What must be so before a phase, or the whole plan, may end."""

    CASUSREGIE_BELEGD = "casusregie-belegd"
    ELK_LID_IN_BEELD = "elk-lid-in-beeld"  # everybody whom the melding is about has a goal of his own, or says why not
    DOELEN_AFGEROND = "doelen-afgerond"  # of each goal it was said what became of it
    VOORWAARDEN_NAGEKOMEN = "voorwaarden-nagekomen"  # the veiligheidsvoorwaarden that Veilig Thuis set
    DIRECT_VEILIG = "direct-veilig"  # by the last evaluatie since the phase began
    STABIEL_VEILIG = "stabiel-veilig"  # the same
    HERSTELFASE_BEREIKT = "herstelfase-bereikt"


EIS_NL: Mapping[Eis, str] = MappingProxyType(
    {
        Eis.CASUSREGIE_BELEGD: "er is geen casusregie belegd",
        Eis.ELK_LID_IN_BEELD: "niet ieder lid van het huishouden heeft in deze fase een eigen doel of een reden",
        Eis.DOELEN_AFGEROND: "van een of meer doelen is niet vastgelegd wat ervan is geworden",
        Eis.VOORWAARDEN_NAGEKOMEN: "niet elke veiligheidsvoorwaarde die geldt is nagekomen bevonden",
        Eis.DIRECT_VEILIG: "de laatste evaluatie in deze fase zegt niet dat het direct veilig is",
        Eis.STABIEL_VEILIG: "de laatste evaluatie in deze fase zegt niet dat het stabiel veilig is",
        Eis.HERSTELFASE_BEREIKT: "het plan is nog niet in de fase herstelplan",
    }
)
# Each way from phase to phase has a row, also where nothing is demanded.
EISEN: Mapping[tuple[Fase, Fase], tuple[Eis, ...]] = MappingProxyType(
    {
        (_F.VEILIGHEIDSPLAN, _F.HULPVERLENINGSPLAN): (
            Eis.CASUSREGIE_BELEGD,
            Eis.ELK_LID_IN_BEELD,
            Eis.DOELEN_AFGEROND,
            Eis.VOORWAARDEN_NAGEKOMEN,
            Eis.DIRECT_VEILIG,
        ),
        (_F.HULPVERLENINGSPLAN, _F.HERSTELPLAN): (
            Eis.CASUSREGIE_BELEGD,
            Eis.ELK_LID_IN_BEELD,
            Eis.DOELEN_AFGEROND,
            Eis.DIRECT_VEILIG,
            Eis.STABIEL_VEILIG,
        ),
        (_F.HULPVERLENINGSPLAN, _F.VEILIGHEIDSPLAN): (),
        (_F.HERSTELPLAN, _F.VEILIGHEIDSPLAN): (),
        (_F.HERSTELPLAN, _F.HULPVERLENINGSPLAN): (),
    }
)
EISEN_EINDE = (Eis.HERSTELFASE_BEREIKT, Eis.DOELEN_AFGEROND, Eis.DIRECT_VEILIG, Eis.STABIEL_VEILIG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How a plan stands, as far as a condition asks for it."""

    fase: Fase
    casusregie: bool
    leden_buiten_beeld: int
    open_doelen: int
    open_voorwaarden: int  # that hold and were not found to be kept
    direct_veilig: bool  # by the last evaluatie since the phase began
    stabiel_veilig: bool


def next_fase(fase: Fase, stap: FaseStap) -> Fase:
    """Return the phase after a step; raises ``StapError`` with what may be done instead."""
    after = TRANSITIONS[fase, stap]
    if after is None:
        raise StapError(MAY_NOW[fase])
    return after


def unmet(eisen: tuple[Eis, ...], stand: Stand) -> tuple[Eis, ...]:
    """Return which of these conditions are not met."""
    met: Mapping[Eis, bool] = {
        Eis.CASUSREGIE_BELEGD: stand.casusregie,
        Eis.ELK_LID_IN_BEELD: stand.leden_buiten_beeld == 0,
        Eis.DOELEN_AFGEROND: stand.open_doelen == 0,
        Eis.VOORWAARDEN_NAGEKOMEN: stand.open_voorwaarden == 0,
        Eis.DIRECT_VEILIG: stand.direct_veilig,
        Eis.STABIEL_VEILIG: stand.stabiel_veilig,
        Eis.HERSTELFASE_BEREIKT: stand.fase is Fase.HERSTELPLAN,
    }
    return tuple(eis for eis in eisen if not met[eis])
