"""A question of Veilig Thuis to the local field or to an informant, and how it ends.

Who is asked reads what a worker wrote and nothing else: no persons, no melding, no melder. A besluit ends no question.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

from services.triage.domain.errors import OutOfOrderError
from shared.events.behandeling import InformatieverzoekAfgerond, InformatieverzoekGedaan
from shared.events.payloads import Fact
from shared.rules.behandelcodes import (
    AntwoordWeigering,
    InformatieverzoekEinde,
    InformatieverzoekGrond,
    InformatieverzoekSoort,
)
from shared.rules.codes import BestemmingSoort, TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.routing import default_organisatie
from shared.rules.settings import RuleSettings


class InformatieverzoekStatus(StrEnum):
    OPEN = "open"
    BEANTWOORD = "beantwoord"
    GEWEIGERD = "geweigerd"
    INGETROKKEN = "ingetrokken"


class VerzoekActie(StrEnum):
    ANTWOORDEN = "antwoorden"
    WEIGEREN = "weigeren"
    INTREKKEN = "intrekken"


_S, _A = InformatieverzoekStatus, VerzoekActie

# None: refused. What was answered stands; who knows more later is asked again, so that each answer keeps its question.
# After a question was withdrawn nothing more is told: it is no longer needed, and so may not be.
TRANSITIONS: Mapping[tuple[InformatieverzoekStatus, VerzoekActie], InformatieverzoekStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.ANTWOORDEN): _S.BEANTWOORD,
        (_S.OPEN, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.OPEN, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.BEANTWOORD, _A.ANTWOORDEN): None,
        (_S.BEANTWOORD, _A.WEIGEREN): None,
        (_S.BEANTWOORD, _A.INTREKKEN): None,
        # Who did not want to tell may come back on it.
        (_S.GEWEIGERD, _A.ANTWOORDEN): _S.BEANTWOORD,
        (_S.GEWEIGERD, _A.WEIGEREN): None,
        (_S.GEWEIGERD, _A.INTREKKEN): None,
        (_S.INGETROKKEN, _A.ANTWOORDEN): None,
        (_S.INGETROKKEN, _A.WEIGEREN): None,
        (_S.INGETROKKEN, _A.INTREKKEN): None,
    }
)

MAY_NOW: Mapping[InformatieverzoekStatus, str] = MappingProxyType(
    {
        _S.OPEN: "De vraag is open: zij kan worden beantwoord, geweigerd of ingetrokken.",
        _S.BEANTWOORD: "De vraag is beantwoord en dat staat vast. Is er meer te vragen, stel dan een nieuwe vraag.",
        _S.GEWEIGERD: "Het antwoord is geweigerd. Wie daarop terugkomt kan de vraag alsnog beantwoorden.",
        _S.INGETROKKEN: "De vraag is ingetrokken: een antwoord is niet meer nodig. Stel zo nodig een nieuwe vraag.",
    }
)

WAARSCHUWING_VRAAG = (
    "Wie u vraagt leest deze tekst letterlijk. Schrijf over wie het gaat en wat u wilt weten, en niets waaruit blijkt "
    "wie heeft gemeld."
)
WAARSCHUWING_ANTWOORD = (
    "U ziet alleen deze vraag. Wie zich bij Veilig Thuis heeft gemeld wordt u niet verteld; noem dat ook niet in uw "
    "antwoord. Met uw antwoord krijgt u geen bericht over het vervolg."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VraagOpgave:
    """What is asked of whom, as the professional gave it."""

    melding_id: UUID
    soort: InformatieverzoekSoort
    vragen: tuple[str, ...]
    organisatie_id: str | None = None
    grond: InformatieverzoekGrond | None = None
    grond_toelichting: str | None = None
    dienst_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Antwoord:
    """What who was asked told."""

    antwoord: str


@dataclass(frozen=True, slots=True)
class Weigering:
    """That who was asked does not tell, and why."""

    reden: AntwoordWeigering
    toelichting: str | None = None


@dataclass(frozen=True, slots=True)
class Intrekking:
    """That it need not be told any more."""

    motivering: str


Einde = Antwoord | Weigering | Intrekking


@dataclass(frozen=True, slots=True, kw_only=True)
class Informatieverzoek:
    id: UUID
    melding_id: UUID
    casus_id: UUID
    dossier_id: UUID
    dienst_id: UUID | None
    gemeente_code: str
    soort: InformatieverzoekSoort
    organisatie_id: str
    vragen: tuple[str, ...]
    grond: InformatieverzoekGrond | None
    grond_toelichting: str | None
    status: InformatieverzoekStatus
    versie: int
    gedaan_op: datetime
    uiterlijk: datetime
    einde: Einde | None = None
    afgerond_op: datetime | None = None
    afgerond_door: str | None = None  # the organisation

    def is_late(self, now: datetime) -> bool:
        """Say whether it ended too late, or is open past its term; that is told and stops nothing."""
        return (self.afgerond_op or now) >= self.uiterlijk


def find_vraag_faults(opgave: VraagOpgave) -> Iterator[tuple[str, str]]:
    """Yield what is missing in a question, as a JSON pointer and a Dutch sentence."""
    if opgave.soort is InformatieverzoekSoort.INFORMANT:
        if opgave.organisatie_id is None:
            yield "/organisatieId", "is nodig bij een informant"
        if opgave.grond is None:
            yield "/grond", "is nodig bij een informant"
    if opgave.grond is InformatieverzoekGrond.ZONDER_TOESTEMMING and opgave.grond_toelichting is None:
        yield "/grondToelichting", "is nodig zonder toestemming: waarom het toch moet"


@dataclass(frozen=True, slots=True)
class Aanleiding:
    """From where a question comes: what of its melding is plain."""

    casus_id: UUID
    dossier_id: UUID
    gemeente_code: str


def ask(
    opgave: VraagOpgave, van: Aanleiding, *, verzoek_id: UUID, now: datetime, rules: RuleSettings
) -> tuple[Informatieverzoek, tuple[Fact, ...]]:
    """Return a new question with its fact; without an organisation the local field of the municipality is asked."""
    organisatie = opgave.organisatie_id or default_organisatie(BestemmingSoort.LOKAAL_VELD, van.gemeente_code)
    assert organisatie is not None  # noqa: S101, the local field has one for every municipality
    verzoek = Informatieverzoek(
        id=verzoek_id,
        melding_id=opgave.melding_id,
        casus_id=van.casus_id,
        dossier_id=van.dossier_id,
        dienst_id=opgave.dienst_id,
        gemeente_code=van.gemeente_code,
        soort=opgave.soort,
        organisatie_id=organisatie,
        vragen=opgave.vragen,
        grond=opgave.grond,
        grond_toelichting=opgave.grond_toelichting,
        status=InformatieverzoekStatus.OPEN,
        versie=1,
        gedaan_op=now,
        uiterlijk=compute_termijn(TermijnSoort.INFORMATIEVERZOEK, now, rules).uiterlijk,
    )
    fact = InformatieverzoekGedaan(
        informatieverzoek_id=verzoek.id,
        melding_id=verzoek.melding_id,
        gemeente_code=verzoek.gemeente_code,
        soort=verzoek.soort,
        gedaan_op=now,
    )
    return verzoek, (fact,)


def end(
    before: Informatieverzoek, einde: Einde, *, door: str, now: datetime
) -> tuple[Informatieverzoek, tuple[Fact, ...]]:
    """End a question; the same end again changes nothing and tells nothing. Late is as good as in time.

    Raises ``OutOfOrderError`` when it ended in another way.
    """
    if before.einde == einde:
        return before, ()
    actie, told = _named(einde)
    status = TRANSITIONS[before.status, actie]
    if status is None:
        raise OutOfOrderError(MAY_NOW[before.status])
    after = replace(before, status=status, versie=before.versie + 1, einde=einde, afgerond_op=now, afgerond_door=door)
    fact = InformatieverzoekAfgerond(
        informatieverzoek_id=after.id, melding_id=after.melding_id, einde=told, afgerond_op=now
    )
    return after, (fact,)


def _named(einde: Einde) -> tuple[VerzoekActie, InformatieverzoekEinde]:
    match einde:
        case Antwoord():
            return _A.ANTWOORDEN, InformatieverzoekEinde.BEANTWOORD
        case Weigering():
            return _A.WEIGEREN, InformatieverzoekEinde.GEWEIGERD
        case Intrekking():
            return _A.INTREKKEN, InformatieverzoekEinde.INGETROKKEN
        case _:
            assert_never(einde)
