"""A casus and the koppelvoorstellen between casussen on the wire."""

from uuid import UUID

from services.intake.domain.casus import CasusStatus
from services.intake.domain.koppelvoorstel import Keuze, Koppelvoorstel, KoppelvoorstelStatus
from services.intake.domain.matching import Reden
from services.intake.handlers.reading import CasusDossier
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


class KoppelvoorstelUit(Schema):
    """Twee casussen die misschien één zijn; casusId is de oudste, die blijft."""

    id: UUID
    casus_id: UUID
    andere_casus_id: UUID
    redenen: tuple[Reden, ...]
    status: KoppelvoorstelStatus
    versie: int
    aangemaakt_op: Tijdstip
    besloten_op: OptionalTijdstip
    motivering: str | None


def voorstel_uit(voorstel: Koppelvoorstel) -> KoppelvoorstelUit:
    """Return a koppelvoorstel as it goes out."""
    return KoppelvoorstelUit.model_validate({name: getattr(voorstel, name) for name in KoppelvoorstelUit.model_fields})


class KoppelvoorstelLijst(Schema):
    resultaten: tuple[KoppelvoorstelUit, ...]
    volgende: str | None


class KoppelBesluitIn(Schema):
    besluit: Keuze
    motivering: Tekst
