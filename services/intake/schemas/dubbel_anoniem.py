"""The list of meldingen of somebody whom Veilig Thuis does not know, on the wire."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator, model_validator

from services.intake.domain.dubbel_anoniem import Besluit, DubbelAnoniem, DubbelAnoniemStatus, NieuweMelder
from services.intake.domain.melding import Melder
from services.intake.handlers.dubbel_anoniem import Opgave
from services.intake.schemas.common import sent
from services.intake.schemas.melding import MelderIn
from shared.rules.codes import DubbelAnoniemKeuze
from shared.rules.disclosure import Bekendmaking
from shared.web.schema import GemeenteCode, OptionalTijdstip, Schema, Tekst, Tijdstip


class DubbelAnoniemBesluitIn(Schema):
    """Wat er met een dubbel anonieme melding gebeurt, en waarom."""

    besluit: DubbelAnoniemKeuze
    motivering: Tekst
    melder: Annotated[
        MelderIn | None,
        Field(description="Alleen bij `melder-bekend`: wie de melder is; zijn naam, of een professional"),
    ] = None

    @field_validator("melder")
    @classmethod
    def _belongs(cls, value: MelderIn | None, info: ValidationInfo) -> MelderIn | None:
        if value is None:
            return value
        if info.data.get("besluit") not in {None, DubbelAnoniemKeuze.MELDER_BEKEND}:
            raise ValueError("alleen bij `melder-bekend`")
        if _is_unknown(value):
            raise ValueError("wie de melder is moet nu bekend zijn: zijn naam, of een professional")
        return value

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.besluit is DubbelAnoniemKeuze.MELDER_BEKEND and self.melder is None:
            raise ValueError("bij `melder-bekend` hoort wie de melder is")
        return self

    def to_domain(self, gezien: int) -> Opgave:
        """Return the besluit as the handler reads it."""
        melder = self.melder
        return Opgave(
            keuze=self.besluit,
            motivering=self.motivering,
            melder=NieuweMelder(categorie=melder.categorie, soort=melder.soort, naam=melder.naam, gegevens=sent(melder))
            if melder
            else None,
            gezien=gezien,
        )


def _is_unknown(melder: MelderIn) -> bool:
    return Melder(
        categorie=melder.categorie, soort=melder.soort, naam=melder.naam, bekendmaking=Bekendmaking(), gegevens={}
    ).dubbel_anoniem


class DubbelAnoniemItem(Schema):
    """Een melding waarvan Veilig Thuis de melder niet kent, in de lijst."""

    melding_id: UUID
    casus_id: UUID
    kenmerk: str
    gemeente_code: GemeenteCode
    status: DubbelAnoniemStatus
    versie: int
    ontvangen_op: Annotated[Tijdstip, Field(description="Wanneer het signaal binnenkwam")]
    besloten_op: OptionalTijdstip


class DubbelAnoniemLijst(Schema):
    resultaten: tuple[DubbelAnoniemItem, ...]
    volgende: str | None


class DubbelAnoniemBesluitUit(Schema):
    besluit: DubbelAnoniemKeuze
    motivering: str
    besloten_op: Tijdstip
    door: str
    rol: str


class DubbelAnoniemDetail(DubbelAnoniemItem):
    besluiten: tuple[DubbelAnoniemBesluitUit, ...]


def item_uit(entry: DubbelAnoniem) -> DubbelAnoniemItem:
    """Return a signal as it stands in the list."""
    return DubbelAnoniemItem(**_head(entry))


def detail_uit(entry: DubbelAnoniem) -> DubbelAnoniemDetail:
    """Return a signal with everything that was decided on it."""
    return DubbelAnoniemDetail(**_head(entry), besluiten=tuple(_besluit(one) for one in entry.besluiten))


def _head(entry: DubbelAnoniem) -> dict[str, object]:
    own = set(DubbelAnoniemItem.model_fields) - {"besloten_op"}
    last = entry.besluiten[-1].besloten_op if entry.besluiten else None
    return {name: getattr(entry, name) for name in own} | {"besloten_op": last}


def _besluit(besluit: Besluit) -> DubbelAnoniemBesluitUit:
    return DubbelAnoniemBesluitUit(
        besluit=besluit.keuze,
        motivering=besluit.motivering,
        besloten_op=besluit.besloten_op,
        door=besluit.door,
        rol=besluit.rol,
    )
