"""A melding of somebody whom Veilig Thuis itself does not know: a signal, until a person decides what becomes of it.

By its own rules Veilig Thuis may not simply treat it. Courts differ (Rb Noord-Holland 21-3-2023 forbade further
onderzoek, Hof Amsterdam 26-3-2024, ECLI:NL:GHAMS:2024:975, set that aside), so going on takes a besluit of a team
lead with a motivering. From that moment it is a melding in the sense of the law, and its clocks start then; that they
should start at the first receipt is the other reading, for which that moment stays on the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.intake.domain.melding import Melding, MeldingStatus
from services.intake.domain.weglating import Gegevens
from shared.events.payloads import DubbelAnoniemOntvangen, MeldingOntvangen
from shared.rules.codes import DubbelAnoniemKeuze, MelderCategorie, MelderSoort
from shared.rules.settings import RuleSettings


class DubbelAnoniemStatus(StrEnum):
    WACHT_OP_BESLUIT = "wacht-op-besluit"
    IN_BEHANDELING = "in-behandeling"
    NIET_IN_BEHANDELING = "niet-in-behandeling"
    MELDER_BEKEND = "melder-bekend"


_S, _K = DubbelAnoniemStatus, DubbelAnoniemKeuze

# What was not taken up stays a signal, and can be looked at anew: the danger may turn out greater, or the melder call
# back. What became a melding is never a signal again; its melder can still make himself known.
TRANSITIONS: Mapping[tuple[DubbelAnoniemStatus, DubbelAnoniemKeuze], DubbelAnoniemStatus | None] = MappingProxyType(
    {
        (_S.WACHT_OP_BESLUIT, _K.IN_BEHANDELING): _S.IN_BEHANDELING,
        (_S.WACHT_OP_BESLUIT, _K.NIET_IN_BEHANDELING): _S.NIET_IN_BEHANDELING,
        (_S.WACHT_OP_BESLUIT, _K.MELDER_BEKEND): _S.MELDER_BEKEND,
        (_S.IN_BEHANDELING, _K.IN_BEHANDELING): None,
        (_S.IN_BEHANDELING, _K.NIET_IN_BEHANDELING): None,
        (_S.IN_BEHANDELING, _K.MELDER_BEKEND): _S.MELDER_BEKEND,
        (_S.NIET_IN_BEHANDELING, _K.IN_BEHANDELING): _S.IN_BEHANDELING,
        (_S.NIET_IN_BEHANDELING, _K.NIET_IN_BEHANDELING): None,
        (_S.NIET_IN_BEHANDELING, _K.MELDER_BEKEND): _S.MELDER_BEKEND,
        (_S.MELDER_BEKEND, _K.IN_BEHANDELING): None,
        (_S.MELDER_BEKEND, _K.NIET_IN_BEHANDELING): None,
        (_S.MELDER_BEKEND, _K.MELDER_BEKEND): None,
    }
)
_A_MELDING = frozenset({_S.IN_BEHANDELING, _S.MELDER_BEKEND})


class RefusedError(ValueError):
    """A besluit that cannot be taken on a signal in this state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NieuweMelder:
    """Who the melder turned out to be, as JSON values with their wire names."""

    categorie: MelderCategorie
    soort: MelderSoort
    naam: str | None
    gegevens: Gegevens


@dataclass(frozen=True, slots=True, kw_only=True)
class Besluit:
    """What was decided on a signal, by whom, when and why."""

    keuze: DubbelAnoniemKeuze
    motivering: str
    besloten_op: datetime
    door: str
    rol: str
    melder_voorheen: Gegevens | None = None  # what was known of the melder until then


@dataclass(frozen=True, slots=True, kw_only=True)
class DubbelAnoniem:
    """A melding of an unknown melder, with everything that was decided on it, the first besluit first."""

    melding_id: UUID
    casus_id: UUID
    kenmerk: str
    gemeente_code: str
    status: DubbelAnoniemStatus
    versie: int
    ontvangen_op: datetime
    aankondiging: MeldingOntvangen
    besluiten: tuple[Besluit, ...]

    @property
    def announced(self) -> bool:
        """Whether the other rooms know of it."""
        return self.status in _A_MELDING

    @property
    def melding_status(self) -> MeldingStatus:
        """How the melding itself stands."""
        match self.status:
            case DubbelAnoniemStatus.WACHT_OP_BESLUIT:
                return MeldingStatus.WACHT_OP_BESLUIT
            case DubbelAnoniemStatus.NIET_IN_BEHANDELING:
                return MeldingStatus.NIET_IN_BEHANDELING
            case DubbelAnoniemStatus.IN_BEHANDELING | DubbelAnoniemStatus.MELDER_BEKEND:
                return MeldingStatus.ONTVANGEN


def waits(melding: Melding, rules: RuleSettings) -> bool:
    """Say whether a melding first waits for a besluit, because Veilig Thuis does not know who makes it."""
    return rules.dubbel_anoniem_vraagt_motivering and melding.melder.dubbel_anoniem


def announce_waiting(told: MeldingOntvangen) -> DubbelAnoniemOntvangen:
    """Return the fact that starts the clock of a signal, of what would be told of it as a melding."""
    return DubbelAnoniemOntvangen(
        melding_id=told.melding_id, ontvangen_op=told.ontvangen_op, gemeente_code=told.gemeente_code
    )


def decide(entry: DubbelAnoniem, besluit: Besluit, melder: NieuweMelder | None) -> DubbelAnoniem:
    """Return the signal after a besluit; raises ``RefusedError`` when it cannot be taken any more."""
    after = TRANSITIONS[entry.status, besluit.keuze]
    if after is None:
        raise RefusedError(entry.status.value)
    told = entry.aankondiging
    if not entry.announced and after in _A_MELDING:
        told = replace(told, ontvangen_op=besluit.besloten_op, eerst_ontvangen_op=entry.ontvangen_op)
    if melder is not None:
        told = replace(told, melder_categorie=melder.categorie, melder_soort=melder.soort)
    return replace(
        entry,
        status=after,
        versie=entry.versie + 1,
        aankondiging=told,
        besluiten=(*entry.besluiten, besluit),
    )


def is_repetition(entry: DubbelAnoniem, keuze: DubbelAnoniemKeuze, motivering: str) -> bool:
    """Say whether the same was decided last, for the same reason."""
    last = entry.besluiten[-1] if entry.besluiten else None
    return last is not None and (last.keuze, last.motivering) == (keuze, motivering)
