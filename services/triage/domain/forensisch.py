"""A request for letselonderzoek or to the Centrum Seksueel Geweld, from the question to what the doctor found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.matter import Matter, step
from shared.events.behandeling import ForensischAfgerond, ForensischGevraagd
from shared.rules.behandelcodes import ForensischEinde, ForensischSoort
from shared.rules.forensisch import (
    ForensischAanvrager,
    ForensischeHulp,
    Toestemming,
    faults_of_consent,
    faults_of_help,
    wrong_asker,
)


class ForensischStatus(StrEnum):
    GEVRAAGD = "gevraagd"
    INGEPLAND = "ingepland"
    ONDERZOCHT = "onderzocht"
    AFGEROND = "afgerond"
    GEWEIGERD = "geweigerd"
    INGETROKKEN = "ingetrokken"


class ForensischActie(StrEnum):
    INPLANNEN = "inplannen"
    ONDERZOEKEN = "onderzoeken"
    AFRONDEN = "afronden"
    WEIGEREN = "weigeren"
    INTREKKEN = "intrekken"


_S, _A = ForensischStatus, ForensischActie

# An examination that cannot wait is not planned first. What was seen is seen: it ends with what was found.
TRANSITIONS: Mapping[tuple[ForensischStatus, ForensischActie], ForensischStatus | None] = MappingProxyType(
    {
        (_S.GEVRAAGD, _A.INPLANNEN): _S.INGEPLAND,
        (_S.GEVRAAGD, _A.ONDERZOEKEN): _S.ONDERZOCHT,
        (_S.GEVRAAGD, _A.AFRONDEN): None,
        (_S.GEVRAAGD, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.GEVRAAGD, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.INGEPLAND, _A.INPLANNEN): _S.INGEPLAND,
        (_S.INGEPLAND, _A.ONDERZOEKEN): _S.ONDERZOCHT,
        (_S.INGEPLAND, _A.AFRONDEN): None,
        (_S.INGEPLAND, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.INGEPLAND, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.ONDERZOCHT, _A.INPLANNEN): None,
        (_S.ONDERZOCHT, _A.ONDERZOEKEN): None,
        (_S.ONDERZOCHT, _A.AFRONDEN): _S.AFGEROND,
        (_S.ONDERZOCHT, _A.WEIGEREN): None,
        (_S.ONDERZOCHT, _A.INTREKKEN): None,
        (_S.AFGEROND, _A.INPLANNEN): None,
        (_S.AFGEROND, _A.ONDERZOEKEN): None,
        (_S.AFGEROND, _A.AFRONDEN): None,
        (_S.AFGEROND, _A.WEIGEREN): None,
        (_S.AFGEROND, _A.INTREKKEN): None,
        (_S.GEWEIGERD, _A.INPLANNEN): None,
        (_S.GEWEIGERD, _A.ONDERZOEKEN): None,
        (_S.GEWEIGERD, _A.AFRONDEN): None,
        (_S.GEWEIGERD, _A.WEIGEREN): None,
        (_S.GEWEIGERD, _A.INTREKKEN): None,
        (_S.INGETROKKEN, _A.INPLANNEN): None,
        (_S.INGETROKKEN, _A.ONDERZOEKEN): None,
        (_S.INGETROKKEN, _A.AFRONDEN): None,
        (_S.INGETROKKEN, _A.WEIGEREN): None,
        (_S.INGETROKKEN, _A.INTREKKEN): None,
    }
)
_VOORAF = "Het kan worden ingepland, onderzocht, geweigerd of ingetrokken."
_NIEUW = "Een nieuw onderzoek vraagt een nieuw verzoek."
MAY_NOW: Mapping[ForensischStatus, str] = MappingProxyType(
    {
        _S.GEVRAAGD: _VOORAF,
        _S.INGEPLAND: _VOORAF,
        _S.ONDERZOCHT: "De uitslag kan worden vastgelegd.",
        _S.AFGEROND: f"De uitslag staat vast. {_NIEUW}",
        _S.GEWEIGERD: f"Het verzoek is geweigerd. {_NIEUW}",
        _S.INGETROKKEN: f"Het verzoek is ingetrokken. {_NIEUW}",
    }
)
_EINDE: Mapping[ForensischStatus, ForensischEinde] = MappingProxyType(
    {
        _S.AFGEROND: ForensischEinde.AFGEROND,
        _S.GEWEIGERD: ForensischEinde.GEWEIGERD,
        _S.INGETROKKEN: ForensischEinde.INGETROKKEN,
    }
)
EERST_DE_VERTROUWENSARTS = "Het eerste aanspreekpunt is de vertrouwensarts van Veilig Thuis; die is nog niet betrokken."
_FIRST_RESULT = "Bij een letselonderzoek hoort de uitslag of het letsel past bij het verhaal."


class LetselPast(StrEnum):
    """Whether the injury fits the story that was told."""

    JA = "ja"
    NEE = "nee"
    ONDUIDELIJK = "onduidelijk"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForensischOpgave:
    """A request, as the professional gave it; in a list without its three texts."""

    soort: ForensischSoort
    persoon_nr: int
    aanvrager: ForensischAanvrager
    politie_of_om_betrokken: bool
    vertrouwensarts_betrokken: bool
    minderjarig: bool
    toestemming: Toestemming
    gevraagd_op: datetime
    voorval_op: datetime | None
    hulp: tuple[ForensischeHulp, ...]
    partij: str = ""
    reden: str = ""
    grond_zonder_toestemming: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForensischVerzoek(Matter):
    """One request; ``stappen`` are what was written down of each step, by its action."""

    opgave: ForensischOpgave
    status: ForensischStatus
    ingepland_op: datetime | None = None
    onderzocht_op: datetime | None = None
    geeindigd_op: datetime | None = None
    stappen: Mapping[str, str | None] = field(default_factory=dict)
    letsel_past: LetselPast | None = None


def find_faults(opgave: ForensischOpgave) -> Iterator[tuple[str, str]]:
    """Yield what does not go together in a request, as a JSON pointer and a Dutch sentence."""
    instead = wrong_asker(opgave.aanvrager, politie_of_om_betrokken=opgave.politie_of_om_betrokken)
    if instead:
        yield "/aanvrager", instead
    yield from faults_of_consent(
        opgave.toestemming, minderjarig=opgave.minderjarig, grond=opgave.grond_zonder_toestemming
    )
    yield from faults_of_help(opgave.soort, opgave.hulp)
    if opgave.voorval_op and opgave.voorval_op > opgave.gevraagd_op:
        yield "/voorvalOp", "ligt na het verzoek"


def find_warnings(opgave: ForensischOpgave) -> tuple[str, ...]:
    """Return in Dutch what deserves attention and blocks nothing."""
    return () if opgave.vertrouwensarts_betrokken else (EERST_DE_VERTROUWENSARTS,)


def asked(verzoek: ForensischVerzoek) -> tuple[ForensischGevraagd, ...]:
    """Return the fact of a new request."""
    fact = ForensischGevraagd(
        forensisch_id=verzoek.id,
        melding_id=verzoek.melding_id,
        gemeente_code=verzoek.gemeente_code,
        soort=verzoek.opgave.soort,
        gevraagd_op=verzoek.opgave.gevraagd_op,
    )
    return (fact,)


def take_step(
    before: ForensischVerzoek,
    actie: ForensischActie,
    moment: datetime,
    toelichting: str | None,
    *,
    letsel_past: LetselPast | None = None,
) -> tuple[ForensischVerzoek, tuple[ForensischAfgerond, ...]]:
    """Take one step of the work process; the same step again changes nothing and tells nothing.

    Raises ``OutOfOrderError`` for a step that the state does not allow, and for a result without its answer.
    """
    stappen = {**before.stappen, actie.value: toelichting}
    after = _at(replace(before, stappen=stappen, letsel_past=letsel_past or before.letsel_past), actie, moment)
    if actie.value in before.stappen and after == before:
        return before, ()
    after = replace(after, status=step(TRANSITIONS, MAY_NOW, before.status, actie))
    if actie is _A.AFRONDEN and before.opgave.soort is ForensischSoort.LETSELONDERZOEK and letsel_past is None:
        raise OutOfOrderError(_FIRST_RESULT)
    if after.status not in _EINDE:
        return after, ()
    fact = ForensischAfgerond(
        forensisch_id=after.id,
        melding_id=after.melding_id,
        soort=after.opgave.soort,
        einde=_EINDE[after.status],
        afgerond_op=moment,
    )
    return after, (fact,)


def _at(verzoek: ForensischVerzoek, actie: ForensischActie, moment: datetime) -> ForensischVerzoek:
    match actie:
        case ForensischActie.INPLANNEN:
            return replace(verzoek, ingepland_op=moment)
        case ForensischActie.ONDERZOEKEN:
            return replace(verzoek, onderzocht_op=moment)
        case ForensischActie.AFRONDEN | ForensischActie.WEIGEREN | ForensischActie.INTREKKEN:
            return replace(verzoek, geeindigd_op=moment)
        case _:
            assert_never(actie)
