"""Who works on what: open work is free or has one owner, who takes it up, passes it on, or lets it go.

Ownership has a version of its own: who claims work changes nothing on which a besluit rests, and of two who claim the
same work one has seen a version that is no longer there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.voorraad import Verdeling, Werk
from shared.events.behandeling import WerkToegewezen, WerkVrijgegeven
from shared.events.payloads import Fact
from shared.ids import medewerker_nr
from shared.rules.behandelcodes import VrijgaveReden


class ToewijzingStatus(StrEnum):
    VRIJ = "vrij"
    TOEGEWEZEN = "toegewezen"
    BEEINDIGD = "beeindigd"  # there is no open work in the dossier any more


class ToewijzingActie(StrEnum):
    OPPAKKEN = "oppakken"  # a worker takes free work
    DOORGEVEN = "doorgeven"  # the owner gives it to a colleague
    TOEWIJZEN = "toewijzen"  # a team lead says whose it is
    VRIJGEVEN = "vrijgeven"
    BEEINDIGEN = "beeindigen"  # the work is done
    VEILIGHEIDSCHECK = "veiligheidscheck"  # anybody who can: danger does not wait for the owner
    CHECK_PLANNEN = "check-plannen"


_S, _A = ToewijzingStatus, ToewijzingActie

# None: refused. What somebody has is not taken from him by a colleague, only by who leads; what is done stays done.
TRANSITIONS: Mapping[tuple[ToewijzingStatus, ToewijzingActie], ToewijzingStatus | None] = MappingProxyType(
    {
        (_S.VRIJ, _A.OPPAKKEN): _S.TOEGEWEZEN,
        (_S.VRIJ, _A.DOORGEVEN): None,
        (_S.VRIJ, _A.TOEWIJZEN): _S.TOEGEWEZEN,
        (_S.VRIJ, _A.VRIJGEVEN): None,
        (_S.VRIJ, _A.BEEINDIGEN): _S.BEEINDIGD,
        (_S.VRIJ, _A.VEILIGHEIDSCHECK): _S.VRIJ,
        (_S.VRIJ, _A.CHECK_PLANNEN): _S.VRIJ,
        (_S.TOEGEWEZEN, _A.OPPAKKEN): None,
        (_S.TOEGEWEZEN, _A.DOORGEVEN): _S.TOEGEWEZEN,
        (_S.TOEGEWEZEN, _A.TOEWIJZEN): _S.TOEGEWEZEN,
        (_S.TOEGEWEZEN, _A.VRIJGEVEN): _S.VRIJ,
        (_S.TOEGEWEZEN, _A.BEEINDIGEN): _S.BEEINDIGD,
        (_S.TOEGEWEZEN, _A.VEILIGHEIDSCHECK): _S.TOEGEWEZEN,
        (_S.TOEGEWEZEN, _A.CHECK_PLANNEN): _S.TOEGEWEZEN,
        (_S.BEEINDIGD, _A.OPPAKKEN): None,
        (_S.BEEINDIGD, _A.DOORGEVEN): None,
        (_S.BEEINDIGD, _A.TOEWIJZEN): None,
        (_S.BEEINDIGD, _A.VRIJGEVEN): None,
        (_S.BEEINDIGD, _A.BEEINDIGEN): None,
        (_S.BEEINDIGD, _A.VEILIGHEIDSCHECK): None,
        (_S.BEEINDIGD, _A.CHECK_PLANNEN): None,
    }
)

MAY_NOW: Mapping[ToewijzingStatus, str] = MappingProxyType(
    {
        _S.VRIJ: (
            "Niemand heeft dit werk. Een medewerker kan het oppakken en een teamleider kan het toewijzen; een "
            "veiligheidscheck kan altijd."
        ),
        _S.TOEGEWEZEN: (
            "Dit werk heeft een eigenaar. Die kan het doorgeven of vrijgeven, en een teamleider kan het aan een ander "
            "toewijzen; een veiligheidscheck kan door iedereen."
        ),
        _S.BEEINDIGD: (
            "Dit werk is klaar en heeft geen eigenaar meer. Een nieuwe melding of een heropening opent nieuw werk."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Wie:
    """Who acts: the subject of his token, and whether he leads a team."""

    subject: str
    leidt: bool


@dataclass(frozen=True, slots=True)
class ToewijzingOpgave:
    """To whom work is given; without a team it stays with the one that it had."""

    medewerker_id: str
    team: str | None = None
    toelichting: str | None = None


@dataclass(frozen=True, slots=True)
class VrijgaveOpgave:
    """Why an owner lets work go."""

    reden: VrijgaveReden
    toelichting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regel:
    """One line of the history of ownership: what it came to, by whom and why."""

    versie: int  # of the ownership after it
    actie: ToewijzingActie
    eigenaar: str | None
    team: str | None
    door: str
    op: datetime
    reden: VrijgaveReden | None = None
    toelichting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Werkstuk:
    """The open work of one dossier as it is divided, and how its family is kept in sight meanwhile."""

    dossier_id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    versie: int
    werk: Werk | None
    acuut: bool | None = None
    structureel: bool | None = None
    eigenaar: str | None = None
    team: str | None = None
    toegewezen_op: datetime | None = None
    volgende_check: date | None = None
    laatste_contact_op: datetime | None = None
    onveilig_op: datetime | None = (
        None  # when a veiligheidscheck found it acutely unsafe, and none since said otherwise
    )
    laatste: Regel | None = None

    @property
    def status(self) -> ToewijzingStatus:
        """Whether the work is free, owned, or done."""
        if self.werk is None:
            return ToewijzingStatus.BEEINDIGD
        return ToewijzingStatus.VRIJ if self.eigenaar is None else ToewijzingStatus.TOEGEWEZEN

    @property
    def verdeling(self) -> Verdeling:
        """How it stands on the work list."""
        return Verdeling(
            versie=self.versie,
            eigenaar=self.eigenaar,
            team=self.team,
            toegewezen_op=self.toegewezen_op,
            volgende_check=self.volgende_check,
            laatste_contact_op=self.laatste_contact_op,
            onveilig_op=self.onveilig_op,
        )


Step = tuple[Werkstuk, tuple[Fact, ...]]


def next_status(status: ToewijzingStatus, actie: ToewijzingActie) -> ToewijzingStatus:
    """Return the state after a step; raises ``OutOfOrderError`` with what may be done instead."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise OutOfOrderError(MAY_NOW[status])
    return after


def assign(before: Werkstuk, opgave: ToewijzingOpgave, *, wie: Wie, now: datetime) -> Step:
    """Give work to a worker: himself, a colleague, or whom a team lead names; the same again changes nothing.

    Each new owner is told, under a number; from one owner to the next the work was never without. Raises
    ``OutOfOrderError`` for what the table refuses, and for work of a colleague.
    """
    team = opgave.team or before.team
    wanted = (opgave.medewerker_id, team, opgave.toelichting)
    if before.laatste and before.eigenaar and wanted == (before.eigenaar, before.team, before.laatste.toelichting):
        return before, ()
    actie = _actie_of(before, opgave.medewerker_id, wie)
    next_status(before.status, actie)
    since = before.toegewezen_op if before.eigenaar == opgave.medewerker_id else now
    after = _next(
        replace(before, eigenaar=opgave.medewerker_id, team=team, toegewezen_op=since),
        actie, wie=wie, now=now, toelichting=opgave.toelichting,
    )  # fmt: skip
    return after, () if before.eigenaar == after.eigenaar else (_toegewezen(after, opgave.medewerker_id, now),)


def _actie_of(before: Werkstuk, medewerker_id: str, wie: Wie) -> ToewijzingActie:
    if before.eigenaar is None and medewerker_id == wie.subject:
        return ToewijzingActie.OPPAKKEN
    if wie.leidt:
        return ToewijzingActie.TOEWIJZEN
    if medewerker_id == wie.subject != before.eigenaar:
        return ToewijzingActie.OPPAKKEN
    if before.eigenaar not in {None, wie.subject}:
        raise OutOfOrderError(MAY_NOW[before.status])
    return ToewijzingActie.DOORGEVEN


def release(before: Werkstuk, opgave: VrijgaveOpgave, *, wie: Wie, now: datetime) -> Step:
    """Let work go: it has no owner until somebody takes it up; the same again changes nothing.

    Raises ``OutOfOrderError`` when nobody owns it, or a colleague does.
    """
    last = before.laatste
    if last and (last.actie, last.reden, last.toelichting) == (_A.VRIJGEVEN, opgave.reden, opgave.toelichting):
        return before, ()
    next_status(before.status, ToewijzingActie.VRIJGEVEN)
    if not wie.leidt and before.eigenaar != wie.subject:
        raise OutOfOrderError(MAY_NOW[before.status])
    after = _next(
        replace(before, eigenaar=None, toegewezen_op=None),
        ToewijzingActie.VRIJGEVEN, wie=wie, now=now, reden=opgave.reden, toelichting=opgave.toelichting,
    )  # fmt: skip
    fact = WerkVrijgegeven(
        melding_id=after.melding_id, dossier_id=after.dossier_id, gemeente_code=after.gemeente_code, vrijgegeven_op=now
    )
    return after, (fact,)


def end(before: Werkstuk, *, wie: Wie, now: datetime) -> Werkstuk:
    """End the ownership of work that is done, and what was planned with it.

    Nothing is told: the besluit or conclusie that ends the work is a fact itself, and work that was let go would be
    looked for again.
    """
    next_status(before.status, ToewijzingActie.BEEINDIGEN)
    ended = replace(before, eigenaar=None, toegewezen_op=None, volgende_check=None)
    return _next(ended, ToewijzingActie.BEEINDIGEN, wie=wie, now=now) if before.eigenaar else ended


def _next(  # noqa: PLR0913, why, keyword only
    after: Werkstuk,
    actie: ToewijzingActie,
    *,
    wie: Wie,
    now: datetime,
    reden: VrijgaveReden | None = None,
    toelichting: str | None = None,
) -> Werkstuk:
    regel = Regel(
        versie=after.versie + 1,
        actie=actie,
        eigenaar=after.eigenaar,
        team=after.team,
        door=wie.subject,
        op=now,
        reden=reden,
        toelichting=toelichting,
    )
    return replace(after, versie=regel.versie, laatste=regel)


def _toegewezen(after: Werkstuk, medewerker_id: str, now: datetime) -> WerkToegewezen:
    return WerkToegewezen(
        melding_id=after.melding_id,
        dossier_id=after.dossier_id,
        gemeente_code=after.gemeente_code,
        toegewezen_op=now,
        medewerker_nr=medewerker_nr(medewerker_id),
    )
