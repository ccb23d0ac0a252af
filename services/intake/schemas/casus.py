"""A casus and the koppelvoorstellen between casussen on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.intake.domain.casus import CasusStatus
from services.intake.domain.koppelvoorstel import Keuze, Koppelvoorstel, KoppelvoorstelStatus
from services.intake.domain.matching import Reden
from services.intake.domain.splitsen import Verplaatsing, VerplaatsingSoort
from services.intake.handlers.reading import CasusDossier
from services.intake.handlers.splitsen import SplitsVraag
from services.intake.schemas.melding import MeldingDetail, PersoonUit, melding_detail, persoon_uit
from shared.web.schema import OptionalTijdstip, Schema, Tekst, Tijdstip


class CasusUit(Schema):
    """Een casus met alles wat erin is samengebracht; elke persoon één keer, zoals het laatst beschreven."""

    id: UUID
    status: CasusStatus
    aangemaakt_op: Tijdstip
    afgesloten_op: OptionalTijdstip
    verdwenen_casus_ids: tuple[UUID, ...]
    beperkt_op: OptionalTijdstip
    heeft_verklaring: bool
    meldingen: tuple[MeldingDetail, ...]
    personen: tuple[PersoonUit, ...]


def casus_uit(dossier: CasusDossier) -> CasusUit:
    """Return a casus with what this reader may see of it."""
    return CasusUit(
        id=dossier.casus.id,
        status=dossier.casus.status,
        aangemaakt_op=dossier.casus.aangemaakt_op,
        afgesloten_op=dossier.casus.afgesloten_op,
        verdwenen_casus_ids=dossier.verdwenen_casus_ids,
        beperkt_op=dossier.rechten.beperkt_op,
        heeft_verklaring=dossier.rechten.heeft_verklaring,
        meldingen=tuple(melding_detail(melding) for melding in dossier.meldingen),
        personen=tuple(persoon_uit(melding_id, persoon) for melding_id, persoon in dossier.personen),
    )


class KoppelBesluitUit(Schema):
    """Wat over een koppelvoorstel is besloten, ook als dat later ongedaan is gemaakt."""

    besluit: Keuze
    motivering: str
    tijdstip: Tijdstip
    rol: Annotated[str, Field(description="In welke rol is besloten; systeem: door vergelijken, zonder twijfel")]


class KoppelvoorstelUit(Schema):
    """Twee casussen die misschien één zijn; casusId is de oudste, die blijft."""

    id: UUID
    casus_id: UUID
    andere_casus_id: UUID
    redenen: tuple[Reden, ...]
    score: Annotated[int | None, Field(description="Bewijskracht in bits; null als alleen een exacte sleutel spreekt")]
    status: KoppelvoorstelStatus
    versie: int
    aangemaakt_op: Tijdstip
    besloten_op: OptionalTijdstip
    motivering: str | None
    besluiten: Annotated[tuple[KoppelBesluitUit, ...], Field(description="Alles wat is besloten, het eerste eerst")]


def voorstel_uit(voorstel: Koppelvoorstel) -> KoppelvoorstelUit:
    """Return a koppelvoorstel as it goes out."""
    values = {name: getattr(voorstel, name) for name in KoppelvoorstelUit.model_fields if name != "besluiten"}
    besluiten = tuple(
        KoppelBesluitUit(besluit=taken.keuze, motivering=taken.motivering, tijdstip=taken.tijdstip, rol=taken.rol)
        for taken in voorstel.besluiten
    )
    return KoppelvoorstelUit.model_validate({**values, "besluiten": besluiten})


class KoppelvoorstelLijst(Schema):
    resultaten: tuple[KoppelvoorstelUit, ...]
    volgende: str | None


class KoppelBesluitIn(Schema):
    besluit: Keuze
    motivering: Tekst


class SplitsingIn(Schema):
    melding_ids: Annotated[
        tuple[UUID, ...],
        Field(min_length=1, max_length=200, description="Wat er niet bij hoort; ten minste één melding blijft"),
    ]
    motivering: Tekst

    def to_domain(self) -> SplitsVraag:
        """Return what is asked; a melding that is named twice is named once."""
        return SplitsVraag(tuple(dict.fromkeys(self.melding_ids)), self.motivering)


class SplitsingUit(Schema):
    """Meldingen die uit een casus zijn gehaald; casusId is de casus waar zij in zaten."""

    id: UUID
    casus_id: UUID
    nieuwe_casus_id: UUID
    melding_ids: tuple[UUID, ...]
    gesplitst_op: Tijdstip
    herstelt_samenvoeging: Annotated[bool, Field(description="De nieuwe casus heeft haar eigen nummer terug")]
    voorstel_id: Annotated[UUID | None, Field(description="Bevestig dit koppelvoorstel om weer samen te voegen")]
    rol: str
    motivering: Annotated[str | None, Field(description="Bij een herstel staat zij bij het koppelvoorstel")]


def splitsing_uit(found: Verplaatsing) -> SplitsingUit:
    """Return a split as it goes out."""
    return SplitsingUit(
        id=found.id,
        casus_id=found.casus_id,
        nieuwe_casus_id=found.andere_casus_id,
        melding_ids=found.melding_ids,
        gesplitst_op=found.tijdstip,
        herstelt_samenvoeging=found.soort is VerplaatsingSoort.HERSTEL,
        voorstel_id=found.voorstel_id,
        rol=found.rol,
        motivering=found.motivering,
    )


class VerplaatsingUit(Schema):
    """Eén samenvoeging of splitsing: casusId bleef, andereCasusId ging erin op of ging eraf."""

    id: UUID
    soort: VerplaatsingSoort
    casus_id: UUID
    andere_casus_id: UUID
    melding_ids: tuple[UUID, ...]
    tijdstip: Tijdstip
    rol: Annotated[str, Field(description="In welke rol dit is gedaan")]
    voorstel_id: UUID | None


class Geschiedenis(Schema):
    resultaten: tuple[VerplaatsingUit, ...]
    volgende: str | None


def verplaatsing_uit(found: Verplaatsing) -> VerplaatsingUit:
    """Return a merge or split without its reason."""
    return VerplaatsingUit.model_validate({name: getattr(found, name) for name in VerplaatsingUit.model_fields})
