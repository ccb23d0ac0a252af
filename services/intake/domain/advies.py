"""An advies: somebody asked what to do. There is no field in which anything about a family could be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.codes import AdviesUitkomst, Duur, Kanaal, OmzettingReden
from shared.events.payloads import AardGeweld, AdviesGegeven
from shared.rules.codes import MelderCategorie


@dataclass(frozen=True, slots=True, kw_only=True)
class Advies:
    adviesvrager_categorie: MelderCategorie
    gemeente_code: str | None
    aard_geweld: tuple[AardGeweld, ...]
    duur: Duur | None
    kanaal: Kanaal
    uitkomst: AdviesUitkomst
    adviesvrager: Mapping[str, object] | None  # naam and contact, only with his consent


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviesDossier:
    """An advies as it is kept."""

    id: UUID
    gegeven_op: datetime
    melding_id: UUID | None  # the melding that it was turned into
    advies: Advies


@dataclass(frozen=True, slots=True)
class Omzetting:
    """Why and how an advies becomes a melding."""

    advies_id: UUID
    reden: OmzettingReden
    motivering: str


def announce(advies_id: UUID, advies: Advies, gegeven_op: datetime) -> AdviesGegeven:
    """Return the fact that tells monitoring of an advies."""
    return AdviesGegeven(
        advies_id=advies_id,
        gegeven_op=gegeven_op,
        gemeente_code=advies.gemeente_code,
        adviesvrager_categorie=advies.adviesvrager_categorie,
        kanaal=advies.kanaal,
    )
