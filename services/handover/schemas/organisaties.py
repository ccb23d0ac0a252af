"""Organisations and what was given to them, as they go over the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.handover.domain.organisatiecontacten import Contact, ContactRol
from services.handover.domain.organisaties import (
    CLIENTS_MAX,
    EindeReden,
    Organisatie,
    OrganisatieStatus,
    Recht,
)
from services.handover.handlers.organisaties import RechtOpgave
from shared.rules.access import Doel
from shared.rules.codes import BestemmingSoort
from shared.web.schema import (
    Datum,
    GemeenteCode,
    Naam,
    OptionalDatum,
    OptionalTijdstip,
    OrganisatieId,
    Schema,
    Tijdstip,
)

# As a token names a client (shared/web/auth.py): any visible sign.
ClientId = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]


class OrganisatieIn(Schema):
    organisatie_id: OrganisatieId = Field(description="Zoals `organisatieId` in de tokens van deze organisatie")
    naam: Naam
    oin: Annotated[str, Field(min_length=20, max_length=20, pattern=r"^[0-9A-Z]{20}$")] = Field(
        description="Twintig posities: een voorvoegsel van acht dat het register noemt, het nummer daarin, en nullen"
    )


class OrganisatieUit(Schema):
    organisatie_id: str
    naam: str
    oin: str
    status: OrganisatieStatus
    aangemaakt_op: Tijdstip
    ingeschreven_op: OptionalTijdstip
    beeindigd_op: OptionalTijdstip
    reden: EindeReden | None
    versie: int


class OrganisatieLijst(Schema):
    resultaten: list[OrganisatieUit]
    volgende: str | None


class ContactIn(Schema):
    rol: ContactRol
    email: Annotated[str, Field(min_length=6, max_length=254)] = Field(
        description="Het postvak van een team, en van niemand zelf"
    )
    telefoonnummer: Annotated[str, Field(min_length=10, max_length=20)] | None = Field(
        None, description="Een vast nummer van een team"
    )


class ContactenIn(Schema):
    contacten: Annotated[tuple[ContactIn, ...], Field(max_length=len(ContactRol))]

    def to_domain(self) -> tuple[Contact, ...]:
        """Return the contacts as the domain knows them."""
        return tuple(Contact(one.rol, one.email, one.telefoonnummer) for one in self.contacten)


class ContactUit(Schema):
    rol: ContactRol
    email: str
    telefoonnummer: str | None


class ContactenUit(Schema):
    contacten: list[ContactUit]
    versie: int


class ClientsIn(Schema):
    clients: Annotated[tuple[ClientId, ...], Field(max_length=CLIENTS_MAX)] = Field(
        description="De clients van de identiteitsprovider die voor deze organisatie spreken; geen: elke"
    )


class ClientsUit(Schema):
    clients: list[str]
    versie: int


class RechtIn(Schema):
    doel: Doel
    gemeente_code: GemeenteCode | None = Field(None, description="Zonder: elke gemeente")
    soort: BestemmingSoort | None = Field(None, description="Zonder: elke soort bestemming")
    geldig_van: Datum
    geldig_tot: OptionalDatum = Field(None, description="De eerste dag waarop het niet meer geldt")

    def to_domain(self) -> RechtOpgave:
        """Return the right as it is given."""
        return RechtOpgave(**{name: getattr(self, name) for name in type(self).model_fields})


class RechtEindeIn(Schema):
    geldig_tot: Datum = Field(description="De eerste dag waarop het niet meer geldt: vandaag of later")


class RechtUit(Schema):
    id: UUID
    doel: Doel
    gemeente_code: str | None
    soort: BestemmingSoort | None
    geldig_van: Datum
    geldig_tot: OptionalDatum

    @classmethod
    def of(cls, recht: Recht) -> "RechtUit":
        """Return a right as it is shown."""
        return cls(**{name: getattr(recht, name) for name in Recht.__slots__})


class RechtenUit(Schema):
    resultaten: list[RechtUit]
    volgende: str | None
    versie: int


class BeeindigingIn(Schema):
    reden: EindeReden


def organisatie_uit(one: Organisatie) -> OrganisatieUit:
    """Return an organisation as it is shown."""
    return OrganisatieUit(**{name: getattr(one, name) for name in Organisatie.__slots__})
