"""Veiligheidsvoorwaarden: what must at least happen to make it safe, who agrees, and whether it is kept.

They outlive the dienst in which they were set: each check is recorded also after the conclusie, for handover and
monitoring rest on them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.dienst import Betrokkene, Dienst, DienstActie, rest_upon
from services.triage.domain.errors import OutOfOrderError
from shared.events.behandeling import VoorwaardeGesteld, VoorwaardeNagegaan
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.settings import RuleSettings


class VoorwaardeActie(StrEnum):
    NAGEKOMEN = "nagekomen-bevonden"
    DEELS_NAGEKOMEN = "deels-nagekomen-bevonden"
    NIET_NAGEKOMEN = "niet-nagekomen-bevonden"
    LATEN_VERVALLEN = "laten-vervallen"
    HEROPENEN = "heropenen"
    INSTEMMING = "instemming-vastleggen"


class Instemt(StrEnum):
    """Whether one of the directbetrokkenen agrees with a voorwaarde."""

    JA = "ja"
    NEE = "nee"
    NOG_NIET_GEVRAAGD = "nog-niet-gevraagd"


_S, _A = VoorwaardeStatus, VoorwaardeActie

# None: refused. What was checked can be checked again, with the same outcome too. What has lapsed must first be
# reopened, so that nobody takes it for one that holds.
TRANSITIONS: Mapping[tuple[VoorwaardeStatus, VoorwaardeActie], VoorwaardeStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.NAGEKOMEN): _S.NAGEKOMEN,
        (_S.OPEN, _A.DEELS_NAGEKOMEN): _S.DEELS_NAGEKOMEN,
        (_S.OPEN, _A.NIET_NAGEKOMEN): _S.NIET_NAGEKOMEN,
        (_S.OPEN, _A.LATEN_VERVALLEN): _S.VERVALLEN,
        (_S.OPEN, _A.HEROPENEN): None,
        (_S.OPEN, _A.INSTEMMING): _S.OPEN,
        (_S.NAGEKOMEN, _A.NAGEKOMEN): _S.NAGEKOMEN,
        (_S.NAGEKOMEN, _A.DEELS_NAGEKOMEN): _S.DEELS_NAGEKOMEN,
        (_S.NAGEKOMEN, _A.NIET_NAGEKOMEN): _S.NIET_NAGEKOMEN,
        (_S.NAGEKOMEN, _A.LATEN_VERVALLEN): _S.VERVALLEN,
        (_S.NAGEKOMEN, _A.HEROPENEN): _S.OPEN,
        (_S.NAGEKOMEN, _A.INSTEMMING): _S.NAGEKOMEN,
        (_S.DEELS_NAGEKOMEN, _A.NAGEKOMEN): _S.NAGEKOMEN,
        (_S.DEELS_NAGEKOMEN, _A.DEELS_NAGEKOMEN): _S.DEELS_NAGEKOMEN,
        (_S.DEELS_NAGEKOMEN, _A.NIET_NAGEKOMEN): _S.NIET_NAGEKOMEN,
        (_S.DEELS_NAGEKOMEN, _A.LATEN_VERVALLEN): _S.VERVALLEN,
        (_S.DEELS_NAGEKOMEN, _A.HEROPENEN): _S.OPEN,
        (_S.DEELS_NAGEKOMEN, _A.INSTEMMING): _S.DEELS_NAGEKOMEN,
        (_S.NIET_NAGEKOMEN, _A.NAGEKOMEN): _S.NAGEKOMEN,
        (_S.NIET_NAGEKOMEN, _A.DEELS_NAGEKOMEN): _S.DEELS_NAGEKOMEN,
        (_S.NIET_NAGEKOMEN, _A.NIET_NAGEKOMEN): _S.NIET_NAGEKOMEN,
        (_S.NIET_NAGEKOMEN, _A.LATEN_VERVALLEN): _S.VERVALLEN,
        (_S.NIET_NAGEKOMEN, _A.HEROPENEN): _S.OPEN,
        (_S.NIET_NAGEKOMEN, _A.INSTEMMING): _S.NIET_NAGEKOMEN,
        (_S.VERVALLEN, _A.NAGEKOMEN): None,
        (_S.VERVALLEN, _A.DEELS_NAGEKOMEN): None,
        (_S.VERVALLEN, _A.NIET_NAGEKOMEN): None,
        (_S.VERVALLEN, _A.LATEN_VERVALLEN): None,
        (_S.VERVALLEN, _A.HEROPENEN): _S.OPEN,
        (_S.VERVALLEN, _A.INSTEMMING): None,
    }
)

_FOLLOWS = "Zij kan worden nagegaan, vervallen of weer open worden gezet, en de instemming kan worden vastgelegd."
MAY_NOW: Mapping[VoorwaardeStatus, str] = MappingProxyType(
    {
        _S.OPEN: (
            "De veiligheidsvoorwaarde is open. Zij kan worden nagegaan of vervallen, en de instemming kan worden "
            "vastgelegd."
        ),
        _S.NAGEKOMEN: f"De veiligheidsvoorwaarde is nagekomen. {_FOLLOWS}",
        _S.DEELS_NAGEKOMEN: f"De veiligheidsvoorwaarde is deels nagekomen. {_FOLLOWS}",
        _S.NIET_NAGEKOMEN: f"De veiligheidsvoorwaarde is niet nagekomen. {_FOLLOWS}",
        _S.VERVALLEN: "De veiligheidsvoorwaarde is vervallen. Zij kan alleen weer open worden gezet.",
    }
)

# What a caller asks for is the state; this is the step that leads there.
STAP_NAAR: Mapping[VoorwaardeStatus, VoorwaardeActie] = MappingProxyType(
    {
        _S.OPEN: _A.HEROPENEN,
        _S.NAGEKOMEN: _A.NAGEKOMEN,
        _S.DEELS_NAGEKOMEN: _A.DEELS_NAGEKOMEN,
        _S.NIET_NAGEKOMEN: _A.NIET_NAGEKOMEN,
        _S.VERVALLEN: _A.LATEN_VERVALLEN,
    }
)


@dataclass(frozen=True, slots=True)
class VoorwaardeOpgave:
    """A veiligheidsvoorwaarde, as the professional gave it."""

    omschrijving: str
    eigenaar: str
    controle: str
    controle_op: date
    instemming: bool | None


@dataclass(frozen=True, slots=True)
class Instemming:
    """Whether one of the directbetrokkenen agrees, and when he said so."""

    betrokkene: Betrokkene
    instemt: Instemt
    moment: datetime | None = None
    toelichting: str | None = None


@dataclass(frozen=True, slots=True)
class ControleOpgave:
    """What came of a check, as the professional gave it."""

    status: VoorwaardeStatus
    uitkomst: str
    nagegaan_op: datetime
    volgende_controle_op: date | None = None


@dataclass(frozen=True, slots=True)
class Controle:
    """One check; ``nummer`` is the version of the voorwaarde that it made."""

    nummer: int
    opgave: ControleOpgave


@dataclass(frozen=True, slots=True, kw_only=True)
class Veiligheidsvoorwaarde:
    """What must at least happen to make it directly safe: who sees to it, and how and when that is checked."""

    id: UUID
    dienst_id: UUID
    omschrijving: str
    eigenaar: str
    controle: str
    gesteld_op: datetime
    status: VoorwaardeStatus = VoorwaardeStatus.OPEN
    versie: int = 1
    controle_op: date  # the day until which it must have been checked (again)
    instemming: bool | None  # of all together; None when it is not known of all
    instemmingen: tuple[Instemming, ...] = ()
    controles: tuple[Controle, ...] = ()

    @property
    def geldt(self) -> bool:
        """Tell whether it still holds: kept or not, it was not given up."""
        return self.status is not VoorwaardeStatus.VERVALLEN


def next_status(status: VoorwaardeStatus, actie: VoorwaardeActie) -> VoorwaardeStatus:
    """Return the state after a step; raises ``OutOfOrderError`` with what may be done instead."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise OutOfOrderError(MAY_NOW[status])
    return after


def pose(
    before: Dienst, opgave: VoorwaardeOpgave, *, voorwaarde_id: UUID, now: datetime
) -> tuple[Dienst, Veiligheidsvoorwaarde, tuple[VoorwaardeGesteld, ...]]:
    """Set a veiligheidsvoorwaarde in a dienst: a new version of it, for the conclusie rests on them."""
    dienst = rest_upon(before, DienstActie.VEILIGHEIDSVOORWAARDE)
    new = Veiligheidsvoorwaarde(
        id=voorwaarde_id,
        dienst_id=before.id,
        omschrijving=opgave.omschrijving,
        eigenaar=opgave.eigenaar,
        controle=opgave.controle,
        gesteld_op=now,
        controle_op=opgave.controle_op,
        instemming=opgave.instemming,
    )
    fact = VoorwaardeGesteld(
        voorwaarde_id=new.id,
        dienst_id=dienst.id,
        melding_id=dienst.melding_id,
        gemeente_code=dienst.gemeente_code,
        gesteld_op=now,
        controle_dag=new.controle_op,
    )
    return dienst, new, (fact,)


def check(
    before: Veiligheidsvoorwaarde, opgave: ControleOpgave, dienst: Dienst, rules: RuleSettings
) -> tuple[Veiligheidsvoorwaarde, tuple[VoorwaardeNagegaan, ...]]:
    """Note what came of a check, also after the dienst has ended; the same check again changes nothing.

    One that still holds is always checked again: on the day that was agreed, or else after the time that the region
    chose. Raises ``OutOfOrderError``.
    """
    if before.controles and before.controles[-1].opgave == opgave:
        return before, ()
    status = next_status(before.status, STAP_NAAR[opgave.status])
    again = None if status is VoorwaardeStatus.VERVALLEN else opgave.volgende_controle_op or _default_day(opgave, rules)
    versie = before.versie + 1
    after = replace(
        before,
        status=status,
        versie=versie,
        controle_op=again or before.controle_op,
        controles=(*before.controles, Controle(versie, opgave)),
    )
    fact = VoorwaardeNagegaan(
        voorwaarde_id=after.id,
        dienst_id=after.dienst_id,
        melding_id=dienst.melding_id,
        gemeente_code=dienst.gemeente_code,
        status=status,
        nagegaan_op=opgave.nagegaan_op,
        controle_dag=again,
    )
    return after, (fact,)


def _default_day(opgave: ControleOpgave, rules: RuleSettings) -> date:
    uiterlijk = compute_termijn(TermijnSoort.VOORWAARDE_CONTROLE, opgave.nagegaan_op, rules).uiterlijk
    return amsterdam_day(uiterlijk - timedelta(microseconds=1))


def agree(before: Veiligheidsvoorwaarde, instemmingen: Sequence[Instemming]) -> Veiligheidsvoorwaarde:
    """Return a voorwaarde with who agrees, in the place of what was known of that; the same again changes nothing."""
    status = next_status(before.status, VoorwaardeActie.INSTEMMING)
    given = tuple(sorted(instemmingen, key=lambda one: one.betrokkene))
    if given == before.instemmingen:
        return before
    return replace(before, status=status, versie=before.versie + 1, instemmingen=given, instemming=_together(given))


def _together(instemmingen: Sequence[Instemming]) -> bool | None:
    """Return whether all agree: one who does not is enough, and of nobody it is not known."""
    answers = {one.instemt for one in instemmingen}
    if Instemt.NEE in answers:
        return False
    return True if answers == {Instemt.JA} else None
