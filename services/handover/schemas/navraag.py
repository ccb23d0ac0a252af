"""Questions of receivers as they go over the wire."""

from uuid import UUID

from pydantic import Field

from services.handover.domain.navraag import NavraagStatus
from services.handover.handlers.navragen import Gezien
from shared.web.schema import OptionalTijdstip, Schema, Tekst, Tijdstip


class NavraagIn(Schema):
    vraag: Tekst = Field(description="Wat u nog moet weten om te beslissen of te helpen")


class AntwoordIn(Schema):
    antwoord: Tekst = Field(description="De ontvanger leest dit; wat een verborgen melder verraadt wordt weggelaten")


class NavraagUit(Schema):
    id: UUID
    overdracht_id: UUID
    organisatie_id: str = Field(description="Wie het vraagt")
    status: NavraagStatus
    gesteld_op: Tijdstip
    uiterlijk: Tijdstip = Field(description="Het eerste moment dat te laat is; te laat is nooit geblokkeerd")
    te_laat: bool
    afgerond_op: OptionalTijdstip
    gezien_op: OptionalTijdstip = Field(description="Wanneer de ontvanger meldde dat hij het antwoord heeft gelezen")
    vraag: str
    antwoord: str | None

    @classmethod
    def of(cls, seen: Gezien) -> "NavraagUit":
        """Return a question as its reader may see it."""
        one = seen.navraag
        return cls(
            id=one.id,
            overdracht_id=one.overdracht_id,
            organisatie_id=one.organisatie_id,
            status=one.status,
            gesteld_op=one.gesteld_op,
            uiterlijk=one.uiterlijk,
            te_laat=one.is_late(seen.now),
            afgerond_op=one.afgerond_op,
            gezien_op=one.gezien_op,
            vraag=seen.vraag,
            antwoord=seen.antwoord,
        )


class NavraagLijst(Schema):
    resultaten: list[NavraagUit]
    volgende: str | None
