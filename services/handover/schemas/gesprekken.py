"""The talks about overdrachten, as they go over the wire."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.handover.domain.gesprek import Deelnemer, Gesprek
from services.handover.handlers.gesprekken import Notitie, Plan
from shared.rules.overdrachtcodes import AfzegReden, DeelnemerRol
from shared.web.schema import OptionalTijdstip, OrganisatieId, Schema, Tekst, Tijdstip

_DEELNEMERS_MAX = 30


class DeelnemerIn(Schema):
    rol: DeelnemerRol = Field(description="`netwerk`: mensen om het gezin heen. Geen namen")
    organisatie_id: OrganisatieId | None = None


Deelnemers = Annotated[list[DeelnemerIn], Field(min_length=1, max_length=_DEELNEMERS_MAX)]


class GesprekIn(Schema):
    moment: Tijdstip
    deelnemers: Deelnemers

    def to_domain(self) -> Plan:
        """Return what is planned."""
        return Plan(self.moment, _people(self.deelnemers))


class GesprekVerslagIn(Schema):
    gehouden_op: Tijdstip
    deelnemers: Deelnemers
    verslag: Tekst

    def to_domain(self) -> Notitie:
        """Return what came of a talk."""
        return Notitie(self.gehouden_op, _people(self.deelnemers), self.verslag)


class GesprekAfzeggingIn(Schema):
    reden: AfzegReden


def _people(given: Iterable[DeelnemerIn]) -> tuple[Deelnemer, ...]:
    return tuple(Deelnemer(one.rol, one.organisatie_id) for one in given)


class DeelnemerUit(Schema):
    rol: DeelnemerRol
    organisatie_id: str | None


class GesprekVerslagUit(Schema):
    gehouden_op: Tijdstip
    deelnemers: list[DeelnemerUit]
    verslag: str
    versie: int = Field(description="Elke verbetering is een volgende versie; wat er stond blijft bewaard")
    door: str
    vastgelegd_op: Tijdstip


class GesprekUit(Schema):
    id: UUID
    overdracht_id: UUID
    moment: Tijdstip
    deelnemers: list[DeelnemerUit]
    gepland_door: str
    gehouden_op: OptionalTijdstip
    afgezegd_op: OptionalTijdstip
    afgezegd_door: str | None
    afzegreden: AfzegReden | None
    verslag: GesprekVerslagUit | None
    versie: int


class GesprekLijst(Schema):
    resultaten: list[GesprekUit]


def gesprek_uit(gesprek: Gesprek) -> GesprekUit:
    """Return a talk as it goes over the wire."""
    verslag, said = gesprek.verslag, gesprek.afzegging
    return GesprekUit(
        id=gesprek.id,
        overdracht_id=gesprek.overdracht_id,
        moment=gesprek.moment,
        deelnemers=_shown(gesprek.deelnemers),
        gepland_door=gesprek.gepland_door,
        gehouden_op=verslag.gehouden_op if verslag else None,
        afgezegd_op=said.op if said else None,
        afgezegd_door=said.door if said else None,
        afzegreden=said.reden if said else None,
        verslag=GesprekVerslagUit(
            gehouden_op=verslag.gehouden_op,
            deelnemers=_shown(verslag.deelnemers),
            verslag=verslag.tekst,
            versie=verslag.versie,
            door=verslag.door,
            vastgelegd_op=verslag.vastgelegd_op,
        )
        if verslag
        else None,
        versie=gesprek.versie,
    )


def _shown(deelnemers: Iterable[Deelnemer]) -> list[DeelnemerUit]:
    return [DeelnemerUit(rol=one.rol, organisatie_id=one.organisatie_id) for one in deelnemers]
