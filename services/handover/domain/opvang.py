"""A request for shelter (opvang): a group that came together, of whom each, also each child, is a client of its own.

One organisation is asked, for people by their place in one melding. What happens, happens to clients: so the states are
theirs, and those of a group can differ. Nothing here knows who they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.handover.domain.overdracht import StapError
from shared.events.opvang import OpvangAangevraagd, OpvangClient
from shared.rules.codes import Rol
from shared.rules.opvang import Doelgroep, OpvangSoort, ScreeningUitkomst, ScreeningVervolg, SplitsReden


class OpvangStatus(StrEnum):
    """Where somebody is on the way through a shelter."""

    AANGEVRAAGD = "aangevraagd"
    WACHTEND = "wachtend"
    GEPLAATST = "geplaatst"
    KLAAR = "klaar-maar-niet-uit"
    UITGESTROOMD = "uitgestroomd"
    ELDERS_GEPLAATST = "elders-geplaatst"
    GEWEIGERD = "geweigerd"
    INGETROKKEN = "ingetrokken"


class OpvangActie(StrEnum):
    PLAATSEN = "plaatsen"
    WACHTEN = "wachten"
    ELDERS_PLAATSEN = "elders-plaatsen"
    WEIGEREN = "weigeren"
    INTREKKEN = "intrekken"
    KLAAR_MELDEN = "klaar-melden"
    UITSTROMEN = "uitstromen"
    SCREENEN = "screenen"


_S, _A = OpvangStatus, OpvangActie

# Who has a place can get another (doorstroom), here or elsewhere, and is neither refused nor taken back.
TRANSITIONS: Mapping[tuple[OpvangStatus, OpvangActie], OpvangStatus | None] = MappingProxyType(
    {
        (_S.AANGEVRAAGD, _A.PLAATSEN): _S.GEPLAATST,
        (_S.AANGEVRAAGD, _A.WACHTEN): _S.WACHTEND,
        (_S.AANGEVRAAGD, _A.ELDERS_PLAATSEN): _S.ELDERS_GEPLAATST,
        (_S.AANGEVRAAGD, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.AANGEVRAAGD, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.AANGEVRAAGD, _A.KLAAR_MELDEN): None,
        (_S.AANGEVRAAGD, _A.UITSTROMEN): None,
        (_S.AANGEVRAAGD, _A.SCREENEN): None,
        (_S.WACHTEND, _A.PLAATSEN): _S.GEPLAATST,
        (_S.WACHTEND, _A.WACHTEN): _S.WACHTEND,
        (_S.WACHTEND, _A.ELDERS_PLAATSEN): _S.ELDERS_GEPLAATST,
        (_S.WACHTEND, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.WACHTEND, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.WACHTEND, _A.KLAAR_MELDEN): None,
        (_S.WACHTEND, _A.UITSTROMEN): None,
        (_S.WACHTEND, _A.SCREENEN): None,
        (_S.GEPLAATST, _A.PLAATSEN): _S.GEPLAATST,
        (_S.GEPLAATST, _A.WACHTEN): None,
        (_S.GEPLAATST, _A.ELDERS_PLAATSEN): _S.ELDERS_GEPLAATST,
        (_S.GEPLAATST, _A.WEIGEREN): None,
        (_S.GEPLAATST, _A.INTREKKEN): None,
        (_S.GEPLAATST, _A.KLAAR_MELDEN): _S.KLAAR,
        (_S.GEPLAATST, _A.UITSTROMEN): _S.UITGESTROOMD,
        (_S.GEPLAATST, _A.SCREENEN): _S.GEPLAATST,
        (_S.KLAAR, _A.PLAATSEN): _S.GEPLAATST,
        (_S.KLAAR, _A.WACHTEN): None,
        (_S.KLAAR, _A.ELDERS_PLAATSEN): _S.ELDERS_GEPLAATST,
        (_S.KLAAR, _A.WEIGEREN): None,
        (_S.KLAAR, _A.INTREKKEN): None,
        (_S.KLAAR, _A.KLAAR_MELDEN): _S.KLAAR,
        (_S.KLAAR, _A.UITSTROMEN): _S.UITGESTROOMD,
        (_S.KLAAR, _A.SCREENEN): _S.KLAAR,
        (_S.UITGESTROOMD, _A.PLAATSEN): None,
        (_S.UITGESTROOMD, _A.WACHTEN): None,
        (_S.UITGESTROOMD, _A.ELDERS_PLAATSEN): None,
        (_S.UITGESTROOMD, _A.WEIGEREN): None,
        (_S.UITGESTROOMD, _A.INTREKKEN): None,
        (_S.UITGESTROOMD, _A.KLAAR_MELDEN): None,
        (_S.UITGESTROOMD, _A.UITSTROMEN): None,
        (_S.UITGESTROOMD, _A.SCREENEN): None,
        (_S.ELDERS_GEPLAATST, _A.PLAATSEN): None,
        (_S.ELDERS_GEPLAATST, _A.WACHTEN): None,
        (_S.ELDERS_GEPLAATST, _A.ELDERS_PLAATSEN): None,
        (_S.ELDERS_GEPLAATST, _A.WEIGEREN): None,
        (_S.ELDERS_GEPLAATST, _A.INTREKKEN): None,
        (_S.ELDERS_GEPLAATST, _A.KLAAR_MELDEN): None,
        (_S.ELDERS_GEPLAATST, _A.UITSTROMEN): None,
        (_S.ELDERS_GEPLAATST, _A.SCREENEN): None,
        (_S.GEWEIGERD, _A.PLAATSEN): None,
        (_S.GEWEIGERD, _A.WACHTEN): None,
        (_S.GEWEIGERD, _A.ELDERS_PLAATSEN): None,
        (_S.GEWEIGERD, _A.WEIGEREN): None,
        (_S.GEWEIGERD, _A.INTREKKEN): None,
        (_S.GEWEIGERD, _A.KLAAR_MELDEN): None,
        (_S.GEWEIGERD, _A.UITSTROMEN): None,
        (_S.GEWEIGERD, _A.SCREENEN): None,
        (_S.INGETROKKEN, _A.PLAATSEN): None,
        (_S.INGETROKKEN, _A.WACHTEN): None,
        (_S.INGETROKKEN, _A.ELDERS_PLAATSEN): None,
        (_S.INGETROKKEN, _A.WEIGEREN): None,
        (_S.INGETROKKEN, _A.INTREKKEN): None,
        (_S.INGETROKKEN, _A.KLAAR_MELDEN): None,
        (_S.INGETROKKEN, _A.UITSTROMEN): None,
        (_S.INGETROKKEN, _A.SCREENEN): None,
    }
)
_NIEUW = "Wie opnieuw opvang nodig heeft krijgt een nieuwe aanvraag."
MAY_NOW: Mapping[OpvangStatus, str] = MappingProxyType(
    {
        _S.AANGEVRAAGD: "Plaatsen, op de wachtlijst zetten, elders plaatsen, weigeren en intrekken kan.",
        _S.WACHTEND: "Plaatsen, elders plaatsen, weigeren en intrekken kan.",
        _S.GEPLAATST: "Een andere plaats geven, klaar melden en laten uitstromen kan.",
        _S.KLAAR: "Een andere plaats geven en laten uitstromen kan.",
        _S.UITGESTROOMD: _NIEUW,
        _S.ELDERS_GEPLAATST: _NIEUW,
        _S.GEWEIGERD: _NIEUW,
        _S.INGETROKKEN: _NIEUW,
    }
)
VERBLIJFT = frozenset({_S.GEPLAATST, _S.KLAAR})
OPEN = VERBLIJFT | {_S.AANGEVRAAGD, _S.WACHTEND}


class OngeldigError(ValueError):
    """Something is asked that cannot be; ``fouten`` are JSON pointers into the body, each with a Dutch sentence."""

    def __init__(self, fouten: Iterable[tuple[str, str]]) -> None:
        """Keep all that is wrong."""
        super().__init__("deze invoer kan niet")
        self.fouten = tuple(fouten)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voorziening:
    """A place with beds of one kind; ``bezet`` are the numbers of the beds in which somebody sleeps."""

    id: UUID
    organisatie_id: str
    soort: OpvangSoort
    gemeente_code: str | None
    plaatsen: int
    versie: int = 1
    bezet: frozenset[int] = frozenset()

    @property
    def vrij(self) -> int:
        """How many places are left."""
        return max(self.plaatsen - len(self.bezet), 0)

    def first_free(self) -> int | None:
        """Return the number of a free bed; None when all are taken."""
        return next((nr for nr in range(1, self.plaatsen + 1) if nr not in self.bezet), None) if self.vrij else None


@dataclass(frozen=True, slots=True)
class Verblijf:
    """That somebody slept in one bed from one moment until another, or still does."""

    id: UUID
    voorziening_id: UUID
    plek: int
    van: datetime
    tot: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Somebody who needs a place, by his place in the melding; ``verblijven`` are empty for who may not know where."""

    id: UUID
    persoon_nr: int
    doelgroep: Doelgroep
    onzekere_verblijfsstatus: bool
    status: OpvangStatus = OpvangStatus.AANGEVRAAGD
    wachtend_sinds: datetime | None = None
    geplaatst_op: datetime | None = None  # for the first time
    klaar_sinds: datetime | None = None
    gescreend_op: datetime | None = None
    geeindigd_op: datetime | None = None
    verblijven: tuple[Verblijf, ...] = ()

    @property
    def verblijf(self) -> Verblijf | None:
        """Where he sleeps now."""
        return next((one for one in self.verblijven if one.tot is None), None)

    def latest(self, otherwise: datetime) -> datetime:
        """Return when something last happened to him here."""
        began = [one.van for one in self.verblijven]
        known = [self.wachtend_sinds, self.geplaatst_op, self.klaar_sinds, self.geeindigd_op, *began]
        return max((moment for moment in known if moment), default=otherwise)


@dataclass(frozen=True, slots=True)
class Splitsing:
    """Why those who came together are not together."""

    reden: SplitsReden
    toelichting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stap:
    """One step as it was written down, sealed: of whom, when and why, and where to when she went elsewhere."""

    actie: OpvangActie
    moment: datetime
    personen: tuple[int, ...] = ()
    reden: str | None = None  # a code: of the refusal, of taking it back, or where somebody went
    toelichting: str | None = None
    regio: str | None = None
    gemeente_code: str | None = None
    splitsing: Splitsing | None = None
    uitkomst: ScreeningUitkomst | None = None
    vervolg: ScreeningVervolg | None = None


@dataclass(frozen=True, slots=True)
class NietIn:
    """Where she may not be placed, for who threatens her is or looks there."""

    gemeenten: frozenset[str] = frozenset()
    regios: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Say whether there is any such place."""
        return bool(self.gemeenten or self.regios)


@dataclass(frozen=True, slots=True)
class OpvangTekst:
    """What was written down of a request; empty where it was not opened."""

    toelichting: str = ""
    niet_in: NietIn = field(default_factory=NietIn)
    stappen: tuple[Stap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aanvraag:
    """A request to one organisation for one or more people of one melding."""

    id: UUID
    casus_id: UUID
    melding_id: UUID
    gemeente_code: str
    organisatie_id: str
    aangevraagd_door: Rol
    spoed: bool
    aangevraagd_op: datetime
    clienten: tuple[Client, ...]
    tekst: OpvangTekst
    versie: int = 1

    def client(self, persoon_nr: int) -> Client | None:
        """Return the client with this place in the melding."""
        return next((one for one in self.clienten if one.persoon_nr == persoon_nr), None)


def next_status(status: OpvangStatus, actie: OpvangActie) -> OpvangStatus:
    """Return the state after a step; raises ``StapError`` when it cannot be taken in this state."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise StapError(f"De toestand is {status.value}. {MAY_NOW[status]}")
    return after


def leads_on(status: OpvangStatus, actie: OpvangActie) -> bool:
    """Say whether a step brings somebody in this state into another."""
    return TRANSITIONS[status, actie] not in {None, status}


def requested(aanvraag: Aanvraag) -> OpvangAangevraagd:
    """Return the fact that shelter was asked for."""
    return OpvangAangevraagd(
        aanvraag_id=aanvraag.id,
        melding_id=aanvraag.melding_id,
        gemeente_code=aanvraag.gemeente_code,
        spoed=aanvraag.spoed,
        aangevraagd_op=aanvraag.aangevraagd_op,
        clienten=tuple(
            OpvangClient(
                client_id=one.id, doelgroep=one.doelgroep, onzekere_verblijfsstatus=one.onzekere_verblijfsstatus
            )
            for one in aanvraag.clienten
        ),
    )


def was_done(aanvraag: Aanvraag, stap: Stap, *, named: bool) -> bool:
    """Say whether this very step was written down before; of whoever it was, when nobody was ``named``."""
    known = aanvraag.tekst.stappen
    return stap in known if named else any(replace(one, personen=()) == stap for one in known)


def with_step(aanvraag: Aanvraag, stap: Stap, changed: Iterable[Client]) -> Aanvraag:
    """Return a request with some clients changed and the step written down."""
    by_id = {one.id: one for one in changed}
    tekst = replace(aanvraag.tekst, stappen=(*aanvraag.tekst.stappen, stap))
    return replace(aanvraag, clienten=tuple(by_id.get(one.id, one) for one in aanvraag.clienten), tekst=tekst)
