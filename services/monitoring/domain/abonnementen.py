"""Who is told of a fact by webhook, what he is told of it, and whether his abonnement runs.

Pure decisions over the table in ``shared.rules.abonneerbaar``. What a subscriber is told are ids, codes and times; who
may not know of casussen gets none of the ids either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

from services.monitoring.domain.fold import CasusState
from services.monitoring.domain.zicht import VERBORGEN
from shared.events.catalogue import BY_PAYLOAD, CATALOGUE
from shared.events.envelope import Event
from shared.events.payloads import Fact, OverdrachtAangeboden, to_camel
from shared.rules.abonneerbaar import ABONNEERBAAR, BINNEN, ZONDER_CASUS, velden_van
from shared.rules.access import Betrekking
from shared.rules.codes import Rol
from shared.rules.routing import BESTEMMINGEN


class AbonnementStatus(StrEnum):
    LOPEND = "lopend"
    UITGESCHAKELD = "uitgeschakeld"  # its receiver took nothing; what is told meanwhile waits
    BEEINDIGD = "beeindigd"


class AbonnementActie(StrEnum):
    UITSCHAKELEN = "uitschakelen"
    HERVATTEN = "hervatten"
    BEEINDIGEN = "beeindigen"


TRANSITIONS: Mapping[tuple[AbonnementStatus, AbonnementActie], AbonnementStatus | None] = MappingProxyType(
    {
        (AbonnementStatus.LOPEND, AbonnementActie.UITSCHAKELEN): AbonnementStatus.UITGESCHAKELD,
        (AbonnementStatus.LOPEND, AbonnementActie.HERVATTEN): AbonnementStatus.LOPEND,
        (AbonnementStatus.LOPEND, AbonnementActie.BEEINDIGEN): AbonnementStatus.BEEINDIGD,
        (AbonnementStatus.UITGESCHAKELD, AbonnementActie.UITSCHAKELEN): AbonnementStatus.UITGESCHAKELD,
        (AbonnementStatus.UITGESCHAKELD, AbonnementActie.HERVATTEN): AbonnementStatus.LOPEND,
        (AbonnementStatus.UITGESCHAKELD, AbonnementActie.BEEINDIGEN): AbonnementStatus.BEEINDIGD,
        (AbonnementStatus.BEEINDIGD, AbonnementActie.UITSCHAKELEN): None,
        (AbonnementStatus.BEEINDIGD, AbonnementActie.HERVATTEN): None,
        (AbonnementStatus.BEEINDIGD, AbonnementActie.BEEINDIGEN): None,
    }
)

# What a test of an abonnement is called on the wire: no fact, so that nobody takes it for one.
PROEF = "nl.ketenradar.abonnement-beproefd.v1"

_LOKAAL = frozenset(soort for soort, regel in BESTEMMINGEN.items() if regel.lokaal)


@dataclass(frozen=True, slots=True)
class Abonnee:
    """What decides of which facts somebody is told; no municipality at all is every one that his role may see."""

    id: UUID
    rol: Rol
    organisatie_id: str
    gemeente_codes: frozenset[str]
    soorten: frozenset[str]  # event types
    sinds: datetime


def soort_of(payload: Fact) -> str:
    """Return how a kind of fact is named in the table of what can be subscribed to."""
    return naam_of(BY_PAYLOAD[type(payload)].name)


def naam_of(type_name: str) -> str:
    """Return the kind in an event type: ``nl.ketenradar.<naam>.v1``."""
    return type_name.split(".")[2]


_TYPE_OF = {naam_of(type_name): type_name for type_name in CATALOGUE}
# The event type of each kind that can be subscribed to.
TYPES: Mapping[str, str] = MappingProxyType({naam: _TYPE_OF[naam] for naam in ABONNEERBAAR})


def hears(abonnee: Abonnee, event: Event, casus: CasusState) -> bool:
    """Say whether a subscriber is told of a fact of a casus; never of what was told before it subscribed."""
    payload = event.payload
    row = ABONNEERBAAR.get(soort_of(payload))
    if row is None or BY_PAYLOAD[type(payload)].name not in abonnee.soorten or event.time < abonnee.sinds:
        return False
    betrekking = row.rollen.get(abonnee.rol)
    if betrekking is None or casus.is_destroyed:
        return False
    if abonnee.rol not in BINNEN and getattr(payload, "soort", None) in VERBORGEN:
        return False
    code = gemeente_of(payload, casus)
    if abonnee.gemeente_codes and code not in abonnee.gemeente_codes:
        return False
    return _is_own(betrekking, abonnee, payload, casus, code)


def _is_own(betrekking: Betrekking, abonnee: Abonnee, payload: Fact, casus: CasusState, code: str | None) -> bool:
    match betrekking:
        case Betrekking.ALLES:
            return True
        case Betrekking.EIGEN_GEMEENTE:
            return code is not None and code in abonnee.gemeente_codes
        case Betrekking.ONTVANGER:
            offer = _offer_of(payload, casus)
            return offer is not None and _is_receiver(abonnee, offer)
        case (
            Betrekking.EIGEN_MELDING
            | Betrekking.GEVRAAGD
            | Betrekking.EIGEN_ABONNEMENT
            | Betrekking.EIGEN_ORGANISATIE
            | Betrekking.AANBIEDER
            | Betrekking.INZET
            | Betrekking.DEELNEMER
            | Betrekking.ACTIEHOUDER
            | Betrekking.NOOD
        ):
            return False  # nothing here knows who sent a melding, or of whom something was asked
        case Betrekking.PARTIJ:
            heard = casus.heard
            accepted = (heard.geaccepteerd.keys() & heard.aangeboden.keys()) - heard.teruggegeven.keys()
            return any(_is_receiver(abonnee, heard.aangeboden[key]) for key in accepted)
        case _:
            assert_never(betrekking)


def gemeente_of(payload: Fact, casus: CasusState) -> str | None:
    """Return the municipality of a fact: the one that it names, else that of its casus."""
    told = getattr(payload, "gemeente_code", None)
    return told if isinstance(told, str) else casus.gemeente_code


def _offer_of(payload: Fact, casus: CasusState) -> OverdrachtAangeboden | None:
    """Return the overdracht that a fact is about: named by it, or by the clock that it is about."""
    termijn_id = getattr(payload, "termijn_id", None)
    if termijn_id is None:
        overdracht_id = getattr(payload, "overdracht_id", None)
    else:
        overdracht_id = next((clock.ref_id for clock in casus.termijnen if clock.id == termijn_id), None)
    return casus.heard.aangeboden.get(overdracht_id) if overdracht_id else None


def _is_receiver(abonnee: Abonnee, offer: OverdrachtAangeboden) -> bool:
    if abonnee.rol is Rol.LOKAAL_TEAM:
        return offer.soort in _LOKAAL and offer.gemeente_code in abonnee.gemeente_codes
    return offer.organisatie_id == abonnee.organisatie_id


def told_of(abonnee: Abonnee, event: Event, casus: CasusState) -> dict[str, object]:
    """Return the fields of a fact that go to a subscriber, by their names on the wire, and its municipality."""
    names = velden_van(soort_of(event.payload), abonnee.rol)
    values = {name: getattr(event.payload, name) for name in names}
    if abonnee.rol in ZONDER_CASUS:
        values = {name: value for name, value in values.items() if not isinstance(value, UUID)}
    return {"gemeenteCode": gemeente_of(event.payload, casus)} | {
        to_camel(name): value for name, value in values.items()
    }


def sees_casus(rol: Rol) -> bool:
    """Say whether a role may know which casus a notice is about."""
    return rol not in ZONDER_CASUS
