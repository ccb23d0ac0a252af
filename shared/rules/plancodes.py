"""The code lists of phased care (gefaseerde ketenzorg): the plan of a household after an accepted overdracht.

The three phases are those of Van Arum and Vogtländer as the region follows them; the other values are ours. They are
the wire words, and ``docs/begrippen.md`` explains each of them.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from shared.rules.codes import BestemmingSoort, Uitkomst


class Fase(StrEnum):
    """The phases of the care for a household, each with a plan of its own, in their order."""

    VEILIGHEIDSPLAN = "veiligheidsplan"  # direct safety
    HULPVERLENINGSPLAN = "hulpverleningsplan"  # stable safety: the risk factors are taken away
    HERSTELPLAN = "herstelplan"  # recovery


class PlanEinde(StrEnum):
    """What a plan ended with."""

    DOELEN_BEREIKT = "doelen-bereikt"
    DEELS_BEREIKT = "deels-bereikt"
    NIET_BEREIKT = "niet-bereikt"
    GEZIN_STOPT = "gezin-stopt"
    VERHUISD = "verhuisd"
    ANDERE_HULP = "andere-hulp"  # it goes on where another organisation helps already


class AfwijkReden(StrEnum):
    """Why a step is taken although not every condition of it is met."""

    VEILIGHEID_VRAAGT_HET = "veiligheid-vraagt-het"
    GEZIN_WERKT_NIET_MEE = "gezin-werkt-niet-mee"
    WACHTLIJST = "wachtlijst"
    ANDERS = "anders"


class RegieSoort(StrEnum):
    """What somebody directs: what happens with one family, or that the organisations do together what they agreed."""

    CASUSREGIE = "casusregie"
    PROCESREGIE = "procesregie"


# Who makes a plan once he holds sight of safety, and who does not. Every kind has a row, so that a new one is thought
# about; that the local field makes the veiligheidsplan stands in the Regiovisie (bijlage 6).
MAAKT_PLAN: Mapping[BestemmingSoort, bool] = MappingProxyType(
    {
        BestemmingSoort.LOKAAL_VELD: True,
        BestemmingSoort.GECERTIFICEERDE_INSTELLING: True,
        BestemmingSoort.AANPAK_JEUGDCRIMINALITEIT: True,
        BestemmingSoort.RAAD_VOOR_DE_KINDERBESCHERMING: False,  # it investigates, and helps nobody itself
        BestemmingSoort.OPVANG: True,
        BestemmingSoort.JEUGDHULPAANBIEDER: True,
        BestemmingSoort.JEUGD_GGZ: True,
        BestemmingSoort.VOLWASSEN_GGZ: True,
        BestemmingSoort.AMBULANTE_HULP_VOLWASSENEN: True,
        BestemmingSoort.VEILIG_THUIS_ELDERS: False,  # it assesses anew, by its own steps
        BestemmingSoort.ANDERS: False,  # of an unknown task nothing is demanded
    }
)
# After these besluiten nothing need be wrong in a family: who gets it weighs first whether there is anything to plan.
ZONDER_PLAN = frozenset({Uitkomst.PREVENTIEVE_ZORGMELDING})


def plan_is_expected(soort: BestemmingSoort, uitkomst: Uitkomst | None, *, draagt_zicht: bool) -> bool:
    """Say whether a receiver must make the plan of the household; ``uitkomst`` is None after a dienst."""
    return draagt_zicht and MAAKT_PLAN[soort] and uitkomst not in ZONDER_PLAN
