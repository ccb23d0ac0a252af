"""What waits on either side of an overdracht: which kinds there are, whose they are, and when it is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from shared.rules.codes import Rol, TermijnSoort


class Zijde(StrEnum):
    """Who must do something."""

    ONTVANGER = "ontvanger"
    VEILIG_THUIS = "veilig-thuis"


class OpenSoort(StrEnum):
    """What there is to do; the name of the thing that waits."""

    AANBOD = "aanbod"  # an offer to accept or refuse
    EERSTE_CONTACT = "eerste-contact"
    ZICHT = "zicht"  # a question about sight of safety: to take it, or to give it back
    PLAN = "plan"  # a plan that is expected of who holds sight of safety, and that was not made yet
    PLAN_EVALUATIE = "plan-evaluatie"
    PLANACTIE = "planactie"
    GESPREK = "gesprek"  # a talk about the overdracht, to be held and written down
    VOORWAARDE = "voorwaarde"  # a veiligheidsvoorwaarde of which it must be looked whether it is kept
    OPNIEUW_AANBIEDEN = "opnieuw-aanbieden"  # what nobody has (any more), and which nothing replaced yet
    TERUGGAVE = "teruggave"  # a receiver who wants to give back
    OPVANGAANVRAAG = "opvangaanvraag"  # a request for shelter in which somebody has no place and no refusal yet
    OPVANG_KLAAR = "opvang-klaar"  # somebody in the shelter who could leave, and did not
    INZET = "inzet"  # help of the palet that was asked of who gives it
    NAVRAAG = "navraag"  # a question of a receiver
    NAVRAAG_BEANTWOORD = "navraag-beantwoord"  # the answer to it, until the receiver said that he read it
    LEVERING = "levering"  # a receiver whom no system could tell: somebody must call or write him


@dataclass(frozen=True, slots=True)
class SoortRegel:
    """Whose a kind is, and where it is done: a path in which ``id`` is the thing and ``overdracht`` its overdracht.

    What is asked of an organisation itself hangs on no overdracht of its own, and is done by its own id.
    """

    zijde: Zijde
    pad: str
    alleen: Rol | None = None  # of who has this, nobody else is ever asked it


SOORTEN: Mapping[OpenSoort, SoortRegel] = MappingProxyType(
    {
        OpenSoort.AANBOD: SoortRegel(Zijde.ONTVANGER, "/v1/overdrachten/{overdracht}"),
        OpenSoort.EERSTE_CONTACT: SoortRegel(Zijde.ONTVANGER, "/v1/overdrachten/{overdracht}"),
        OpenSoort.ZICHT: SoortRegel(Zijde.ONTVANGER, "/v1/overdrachten/{overdracht}"),
        OpenSoort.PLAN: SoortRegel(Zijde.ONTVANGER, "/v1/overdrachten/{overdracht}/plannen"),
        OpenSoort.PLAN_EVALUATIE: SoortRegel(Zijde.ONTVANGER, "/v1/plannen/{id}"),
        OpenSoort.PLANACTIE: SoortRegel(Zijde.ONTVANGER, "/v1/overdrachten/{overdracht}/plannen"),
        OpenSoort.GESPREK: SoortRegel(Zijde.ONTVANGER, "/v1/overdrachten/{overdracht}/gesprekken"),
        OpenSoort.VOORWAARDE: SoortRegel(Zijde.ONTVANGER, "/v1/overdrachten/{overdracht}/voorwaarden"),
        OpenSoort.OPVANGAANVRAAG: SoortRegel(Zijde.ONTVANGER, "/v1/opvang/aanvragen/{id}", Rol.KETENPARTNER),
        OpenSoort.OPVANG_KLAAR: SoortRegel(Zijde.ONTVANGER, "/v1/opvang/aanvragen/{id}", Rol.KETENPARTNER),
        OpenSoort.INZET: SoortRegel(Zijde.ONTVANGER, "/v1/inzetten/{id}"),
        OpenSoort.OPNIEUW_AANBIEDEN: SoortRegel(Zijde.VEILIG_THUIS, "/v1/overdrachten/{overdracht}"),
        OpenSoort.TERUGGAVE: SoortRegel(Zijde.VEILIG_THUIS, "/v1/overdrachten/{overdracht}"),
        OpenSoort.NAVRAAG: SoortRegel(Zijde.VEILIG_THUIS, "/v1/overdrachten/{overdracht}/navragen/{id}"),
        OpenSoort.NAVRAAG_BEANTWOORD: SoortRegel(Zijde.ONTVANGER, "/v1/overdrachten/{overdracht}/navragen/{id}"),
        OpenSoort.LEVERING: SoortRegel(Zijde.VEILIG_THUIS, "/v1/overdrachten/{overdracht}/leveringen"),
    }
)


# For which kinds monitoring keeps a term, and which: both rooms must show the same moment. Every kind has a row, so
# that a new one is thought about.
TERMIJN_VAN: Mapping[OpenSoort, TermijnSoort | None] = MappingProxyType(
    {
        OpenSoort.AANBOD: TermijnSoort.OVERDRACHT_ACCEPTATIE,
        OpenSoort.EERSTE_CONTACT: TermijnSoort.EERSTE_CONTACT,
        OpenSoort.ZICHT: None,  # no law, protocol or agreement that we know says within how long it is answered
        OpenSoort.PLAN: TermijnSoort.PLAN_MAKEN,
        OpenSoort.PLAN_EVALUATIE: TermijnSoort.PLAN_EVALUATIE,
        OpenSoort.PLANACTIE: TermijnSoort.PLANACTIE,
        OpenSoort.GESPREK: None,  # two people agree on a day, and monitoring hears of it once it was held
        OpenSoort.VOORWAARDE: TermijnSoort.VOORWAARDE_CONTROLE,
        OpenSoort.OPVANGAANVRAAG: None,  # no source says within how long a shelter answers; how long it took is counted
        OpenSoort.OPVANG_KLAAR: None,  # where she can go is not the shelter's to say
        OpenSoort.INZET: None,  # no source says within how long who gives help answers
        OpenSoort.OPNIEUW_AANBIEDEN: TermijnSoort.OVERDRACHT_VERVOLG,
        OpenSoort.TERUGGAVE: TermijnSoort.TERUGGAVE_BESLUIT,
        OpenSoort.NAVRAAG: TermijnSoort.NAVRAAG,
        OpenSoort.NAVRAAG_BEANTWOORD: None,  # who asked knows best when he needs the answer
        OpenSoort.LEVERING: TermijnSoort.LEVERING,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One thing that waits. ``uiterlijk`` is the first moment that is late; None: no term is known for it.

    ``overdracht_id`` and ``casus_id`` are None where they are not for who must act.
    """

    soort: OpenSoort
    id: UUID
    overdracht_id: UUID | None
    casus_id: UUID | None
    gemeente_code: str
    organisatie_id: str
    sinds: datetime
    uiterlijk: datetime | None
    behandelaar: str | None

    @property
    def op(self) -> datetime:
        """The moment by which it has its place: when it is due, or else since when it waits."""
        return self.uiterlijk or self.sinds

    @property
    def link(self) -> str:
        """Where it is read and done."""
        return SOORTEN[self.soort].pad.format(overdracht=self.overdracht_id, id=self.id)

    def is_late(self, now: datetime) -> bool:
        """Say whether it should have been done before this moment."""
        return self.uiterlijk is not None and now >= self.uiterlijk


@dataclass(frozen=True, slots=True)
class Aantal:
    """How much of one kind waits, and how much of that is late."""

    soort: OpenSoort
    aantal: int
    te_laat: int


@dataclass(frozen=True, slots=True)
class Filter:
    """By what somebody narrows what waits for him."""

    gemeente_code: str | None = None
    soort: OpenSoort | None = None
    behandelaar: str | None = None
    zonder_behandelaar: bool = False


Plaats = tuple[datetime, OpenSoort, UUID]  # the last one shown, after which the next page begins


def kinds_of(zijde: Zijde, rol: Rol) -> tuple[OpenSoort, ...]:
    """Return the kinds that can wait for a role on one side, in the order of their names."""
    mine = (soort for soort, regel in SOORTEN.items() if regel.zijde is zijde and regel.alleen in {None, rol})
    return tuple(sorted(mine))
