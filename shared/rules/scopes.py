"""The scopes of a token: for which part of the work it was given, beside what its role may.

A scope is ``<part>:<verb>``. People's programs get ``ALLES``: what they may is decided by their role alone. A room
that asks another room gets only what its own task asks for, so that its key, once stolen, opens no other door.
"""

from collections.abc import Mapping
from types import MappingProxyType

ALLES = "ketenradar"
INTAKE_LEZEN = "intake:lezen"
TRIAGE_LEZEN = "triage:lezen"
HANDOVER_LEZEN = "handover:lezen"
MONITORING_LEZEN = "monitoring:lezen"
TOESTAND_LEZEN = "toestand:lezen"
DOSSIER_LEZEN = "dossier:lezen"

SCOPES: Mapping[str, str] = MappingProxyType(
    {
        ALLES: "alles wat de rol mag",
        INTAKE_LEZEN: "meldingen en casussen lezen bij intake",
        TRIAGE_LEZEN: "beoordelingen en diensten lezen bij triage",
        HANDOVER_LEZEN: "overdrachten lezen bij handover",
        MONITORING_LEZEN: "monitormomenten lezen bij monitoring",
        TOESTAND_LEZEN: "lezen hoe een afdeling het maakt, zonder personen",
        DOSSIER_LEZEN: "het deel van een afdeling van één casus lezen, voor een afschrift",
    }
)

SCOPES_OF_ROOM: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "intake": frozenset({DOSSIER_LEZEN}),
        "triage": frozenset({INTAKE_LEZEN}),
        "handover": frozenset({INTAKE_LEZEN, TRIAGE_LEZEN}),
        "monitoring": frozenset({TOESTAND_LEZEN}),
    }
)
