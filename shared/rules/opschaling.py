"""Who sits at a table or in a centre, and which parts of what is said there each kind of participant may see.

No law that could be read gives this list: it is our reading of what each needs for his own task, and unverified. Who
made the melding is no part of it at all: nobody hears that at a table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class DeelnemerSoort(StrEnum):
    """What kind of organisation takes part."""

    VEILIG_THUIS = "veilig-thuis"
    LOKAAL_VELD = "lokaal-veld"
    POLITIE = "politie"
    OPENBAAR_MINISTERIE = "openbaar-ministerie"
    RECLASSERING = "reclassering"
    RAAD_VOOR_DE_KINDERBESCHERMING = "raad-voor-de-kinderbescherming"
    GECERTIFICEERDE_INSTELLING = "gecertificeerde-instelling"
    ZORGAANBIEDER = "zorgaanbieder"
    SLACHTOFFERHULP = "slachtofferhulp"
    ZORG_EN_VEILIGHEIDSHUIS = "zorg-en-veiligheidshuis"
    CENTRUM_HUISELIJK_GEWELD = "centrum-huiselijk-geweld"
    ANDERS = "anders"


class Onderdeel(StrEnum):
    """The parts of what is said at a table; each text belongs to one."""

    PERSONEN = "personen"
    GEBEURTENIS = "gebeurtenis"
    STRAFRECHT = "strafrecht"
    GEZONDHEID = "gezondheid"
    PLAN = "plan"
    BESLUITEN = "besluiten"


@dataclass(frozen=True, slots=True)
class DeelnemerRegel:
    """What one kind of participant may see; ``altijd`` cannot be kept from him, ``vast`` cannot leave."""

    mag_zien: frozenset[Onderdeel]
    altijd: frozenset[Onderdeel] = frozenset()
    vast: bool = False
    grondslag: str = "regionale-afspraak"  # key of ``GRONDSLAGEN``


_O = Onderdeel
_ALLES = frozenset(Onderdeel)
_BASIS = frozenset({_O.PERSONEN, _O.GEBEURTENIS, _O.PLAN, _O.BESLUITEN})

DEELNEMERS: Mapping[DeelnemerSoort, DeelnemerRegel] = MappingProxyType(
    {
        DeelnemerSoort.VEILIG_THUIS: DeelnemerRegel(_ALLES),
        # A table is never where a casus ends: the local field goes on, and must know with whom and with what.
        DeelnemerSoort.LOKAAL_VELD: DeelnemerRegel(
            _BASIS, altijd=frozenset({_O.PERSONEN, _O.PLAN, _O.BESLUITEN}), vast=True
        ),
        DeelnemerSoort.POLITIE: DeelnemerRegel(_BASIS | {_O.STRAFRECHT}),
        DeelnemerSoort.OPENBAAR_MINISTERIE: DeelnemerRegel(_BASIS | {_O.STRAFRECHT}),
        DeelnemerSoort.RECLASSERING: DeelnemerRegel(_BASIS | {_O.STRAFRECHT}),
        DeelnemerSoort.RAAD_VOOR_DE_KINDERBESCHERMING: DeelnemerRegel(_ALLES),
        DeelnemerSoort.GECERTIFICEERDE_INSTELLING: DeelnemerRegel(_BASIS | {_O.GEZONDHEID}),
        DeelnemerSoort.ZORGAANBIEDER: DeelnemerRegel(_BASIS | {_O.GEZONDHEID}),
        DeelnemerSoort.SLACHTOFFERHULP: DeelnemerRegel(frozenset({_O.PERSONEN, _O.PLAN, _O.BESLUITEN})),
        DeelnemerSoort.ZORG_EN_VEILIGHEIDSHUIS: DeelnemerRegel(_BASIS | {_O.STRAFRECHT}),
        DeelnemerSoort.CENTRUM_HUISELIJK_GEWELD: DeelnemerRegel(_BASIS | {_O.GEZONDHEID}),
        DeelnemerSoort.ANDERS: DeelnemerRegel(frozenset({_O.PLAN, _O.BESLUITEN})),
    }
)


def visible(soort: DeelnemerSoort, gekozen: frozenset[Onderdeel] | None) -> frozenset[Onderdeel]:
    """Return what a participant sees of what the table allows: all of it, or the part that was chosen for him."""
    regel = DEELNEMERS[soort]
    return regel.mag_zien if gekozen is None else (regel.mag_zien & gekozen) | regel.altijd
