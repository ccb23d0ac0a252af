"""Requests to the kantonrechter in the words of the wire."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.triage.domain.kantonrechterverzoek import (
    KantonrechterActie,
    KantonrechterMaatregel,
    KantonrechterStatus,
    Kantonrechterverzoek,
)
from services.triage.handlers.kantonrechter import EindeOpgave, KantonrechterOpgave
from services.triage.schemas.matter import MatterOut, PersoonNr, head_fields
from shared.web.schema import OptionalTijdstip, Schema, Tekst, Tijdstip


class KantonrechterverzoekIn(Schema):
    melding_id: UUID
    persoon_nr: PersoonNr
    meerderjarig: Literal[True] = Field(description="Voor een minderjarige is er een verzoek tot onderzoek")
    maatregel: KantonrechterMaatregel
    gevraagd_op: Tijdstip
    motivering: Tekst

    def to_domain(self) -> KantonrechterOpgave:
        """Return the request as the handlers know it."""
        return KantonrechterOpgave(self.melding_id, self.persoon_nr, self.maatregel, self.gevraagd_op, self.motivering)


class KantonrechterBeslissing(StrEnum):
    """What the kantonrechter decided."""

    TOEGEWEZEN = "toegewezen"
    AFGEWEZEN = "afgewezen"


class KantonrechterBeslissingIn(Schema):
    beslissing: KantonrechterBeslissing
    beslist_op: Tijdstip
    toelichting: Tekst

    def to_domain(self) -> EindeOpgave:
        """Return the decision as the handlers know it."""
        granted = self.beslissing is KantonrechterBeslissing.TOEGEWEZEN
        actie = KantonrechterActie.TOEWIJZEN if granted else KantonrechterActie.AFWIJZEN
        return EindeOpgave(actie, self.beslist_op, "/beslistOp", self.toelichting)


class KantonrechterIntrekkingIn(Schema):
    ingetrokken_op: Tijdstip
    reden: Tekst

    def to_domain(self) -> EindeOpgave:
        """Return why it is taken back as the handlers know it."""
        return EindeOpgave(KantonrechterActie.INTREKKEN, self.ingetrokken_op, "/ingetrokkenOp", self.reden)


class KantonrechterverzoekItemOut(MatterOut):
    """Een verzoek in een lijst: zonder wat iemand opschreef."""

    persoon_nr: int
    maatregel: KantonrechterMaatregel
    status: KantonrechterStatus
    gevraagd_op: Tijdstip
    geeindigd_op: OptionalTijdstip

    @classmethod
    def of(cls, one: Kantonrechterverzoek) -> "KantonrechterverzoekItemOut":
        """Return a request as it is shown in a list."""
        return cls(
            **head_fields(one),
            persoon_nr=one.persoon_nr,
            maatregel=one.maatregel,
            status=one.status,
            gevraagd_op=one.begonnen_op,
            geeindigd_op=one.geeindigd_op,
        )


class KantonrechterverzoekenOut(Schema):
    resultaten: tuple[KantonrechterverzoekItemOut, ...]
    volgende: str | None


class KantonrechterverzoekOut(KantonrechterverzoekItemOut):
    motivering: str
    toelichting: str | None

    @classmethod
    def of_whole(cls, one: Kantonrechterverzoek) -> "KantonrechterverzoekOut":
        """Return a request as it is shown by itself."""
        return cls(
            **KantonrechterverzoekItemOut.of(one).model_dump(),
            motivering=one.tekst.motivering,
            toelichting=one.tekst.toelichting,
        )
