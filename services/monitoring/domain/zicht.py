"""Which kinds of clocks are for Veilig Thuis alone, and why.

Whoever receives an overdracht of a casus reads the clocks of his municipality too, and is told of them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from shared.rules.codes import TermijnSoort

_OF_MELDER = "zegt iets over de melder: dat niemand die kent, of dat die te bereiken is"
_ASKED = "van wie iets wordt gevraagd kan wijzen naar wie ervan weet, en zo naar de melder"
_MEDICAL = "zegt dat iemand lichamelijk wordt onderzocht; de uitslag komt als dat mag met de overdracht"
_SHELTER = "zegt dat een kind, en dus iemand van dit gezin, in de opvang verblijft"
_THREAT = "zegt dat iemand een alarmknop draagt; dat mag wie de dreiging is langs geen omweg horen"

_OF_QUESTION = "is tussen één ontvanger en Veilig Thuis"
_OF_RECEIVER = "zegt dat een ontvanger niet is bereikt; dat is van hem en van Veilig Thuis"

# ``None``: whoever receives an overdracht may know. Every kind has a row, so that a new one is thought about.
ALLEEN_VEILIG_THUIS: Mapping[TermijnSoort, str | None] = MappingProxyType(
    {
        TermijnSoort.ACUUTCHECK: None,
        TermijnSoort.VEILIGHEIDSBEOORDELING: None,
        TermijnSoort.ONDERZOEK: None,
        TermijnSoort.VOORWAARDEN_EN_VERVOLG: None,
        TermijnSoort.OVERDRACHT_ACCEPTATIE: None,
        TermijnSoort.INFORMEREN_BETROKKENEN: None,
        TermijnSoort.TERUGKOPPELING_MELDER: _OF_MELDER,
        TermijnSoort.HUISVERBOD: None,
        TermijnSoort.HUISVERBOD_ADVIES: None,
        TermijnSoort.HANDLE_WITH_CARE: None,
        TermijnSoort.MONITORMOMENT: None,
        TermijnSoort.DOSSIERVERZOEK: None,
        TermijnSoort.VERNIETIGINGSVERZOEK: None,
        TermijnSoort.DUBBEL_ANONIEM_BESLUIT: _OF_MELDER,
        TermijnSoort.TOEWIJZING: None,  # a municipality watches over families that wait
        TermijnSoort.VEILIGHEIDSCHECK: None,  # the same
        TermijnSoort.INFORMATIEVERZOEK: _ASKED,
        TermijnSoort.VOORWAARDE_CONTROLE: None,  # the local field keeps the voorwaarden
        TermijnSoort.VERZOEK_TOT_ONDERZOEK_MELDEN: _OF_MELDER,  # one beside that of the college: he can be reached
        TermijnSoort.FORENSISCH: _MEDICAL,
        TermijnSoort.AWARE_EVALUATIE: _THREAT,
        TermijnSoort.ACTIE: None,  # it sits at the table
        TermijnSoort.OVERDRACHT_VERVOLG: None,
        TermijnSoort.TERUGGAVE_BESLUIT: None,
        TermijnSoort.EERSTE_CONTACT: None,
        TermijnSoort.PLAN_MAKEN: None,  # it is the receiver's own work
        TermijnSoort.PLAN_EVALUATIE: None,  # the same
        TermijnSoort.PLANACTIE: None,  # the same
        TermijnSoort.TRAUMASCREENING: _SHELTER,
        TermijnSoort.LEVERING: _OF_RECEIVER,
        TermijnSoort.NAVRAAG: _OF_QUESTION,
    }
)
VERBORGEN = frozenset(soort for soort, reden in ALLEEN_VEILIG_THUIS.items() if reden)
OVER_DE_MELDER = frozenset(soort for soort, reden in ALLEEN_VEILIG_THUIS.items() if reden == _OF_MELDER)
