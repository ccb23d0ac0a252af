"""An advies on the wire; there is no field in which anything about a family fits."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.intake.domain.advies import Advies, AdviesDossier, Omzetting
from services.intake.domain.codes import (
    AdviesUitkomst,
    Duur,
    Kanaal,
    OmzettingReden,
)
from services.intake.schemas.common import LIST_MAX, Email, Telefoonnummer, sent
from services.intake.schemas.melding import GeweldAard, MeldingIn
from shared.events.payloads import AardGeweld
from shared.rules.codes import MelderCategorie
from shared.web.schema import GemeenteCode, Schema, Tekst, Tijdstip


class AdviesvragerContact(Schema):
    telefoonnummer: Telefoonnummer | None = None
    email: Email | None = None


class AdviesvragerGegevens(Schema):
    """Wie advies vraagt; naam en contact alleen met toestemming."""

    categorie: MelderCategorie
    toestemming: bool = False
    naam: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\d]+$")] | None = None
    contact: AdviesvragerContact | None = None


class AdviesvragerIn(AdviesvragerGegevens):
    @model_validator(mode="after")
    def _only_with_consent(self) -> Self:
        if not self.toestemming and (self.naam is not None or self.contact is not None):
            raise ValueError("naam en contact van de adviesvrager alleen met toestemming")
        return self


class AdviesIn(Schema):
    """Een advies. Er is geen veld voor wie het gaat: over een gezin wordt bij een advies niets vastgelegd."""

    adviesvrager: AdviesvragerIn
    gemeente_code: GemeenteCode | None = None
    aard_geweld: Annotated[tuple[GeweldAard, ...], Field(max_length=LIST_MAX)] = ()
    duur: Duur | None = None
    kanaal: Kanaal = Kanaal.ONBENOEMD
    uitkomst: AdviesUitkomst = AdviesUitkomst.ONBENOEMD

    def to_domain(self) -> Advies:
        """Return the advies as the domain reads it."""
        asked_by = sent(self.adviesvrager, exclude={"categorie", "toestemming"})
        return Advies(
            adviesvrager_categorie=self.adviesvrager.categorie,
            gemeente_code=self.gemeente_code,
            aard_geweld=tuple(AardGeweld(relatie=aard.relatie, vorm=aard.vorm) for aard in self.aard_geweld),
            duur=self.duur,
            kanaal=self.kanaal,
            uitkomst=self.uitkomst,
            adviesvrager=asked_by or None,
        )


class AdviesUit(Schema):
    id: UUID
    gegeven_op: Tijdstip
    melding_id: UUID | None
    adviesvrager: AdviesvragerGegevens
    gemeente_code: GemeenteCode | None
    aard_geweld: tuple[GeweldAard, ...]
    duur: Duur | None
    kanaal: Kanaal
    uitkomst: AdviesUitkomst


def advies_uit(dossier: AdviesDossier) -> AdviesUit:
    """Return an advies as it goes out."""
    advies = dossier.advies
    asked_by = {**(advies.adviesvrager or {}), "toestemming": advies.adviesvrager is not None}
    return AdviesUit(
        id=dossier.id,
        gegeven_op=dossier.gegeven_op,
        melding_id=dossier.melding_id,
        adviesvrager=AdviesvragerGegevens.model_validate({**asked_by, "categorie": advies.adviesvrager_categorie}),
        gemeente_code=advies.gemeente_code,
        aard_geweld=tuple(GeweldAard(relatie=aard.relatie, vorm=aard.vorm) for aard in advies.aard_geweld),
        duur=advies.duur,
        kanaal=advies.kanaal,
        uitkomst=advies.uitkomst,
    )


class OmzettingIn(Schema):
    """Waarom een advies een melding wordt, en de melding zelf."""

    reden: OmzettingReden
    motivering: Tekst
    melding: MeldingIn

    def to_domain(self, advies_id: UUID) -> Omzetting:
        """Return the conversion as the domain reads it."""
        return Omzetting(advies_id, self.reden, self.motivering)
