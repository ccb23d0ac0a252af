"""Addresses and deliveries as they go over the wire."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.handover.domain.leveradres import OVERLAP_UREN_MAX, Adres, Leveradres, Opgave
from services.handover.domain.levering import (
    AfhandelWijze,
    Bewijs,
    Levering,
    LeveringStatus,
    PogingUitkomst,
)
from services.handover.handlers.leveradressen import Getoond, NieuwGeheim, Voor
from services.handover.handlers.leveringen import Bevestigd, Gelezen
from shared.rules.codes import BestemmingSoort
from shared.rules.leveringcodes import LeverWijze, VoorlegReden
from shared.web.outward import URL_MAX
from shared.web.schema import GemeenteCode, OptionalTijdstip, OrganisatieId, Schema, Tekst, Tijdstip

Url = Annotated[str, Field(min_length=8, max_length=URL_MAX, examples=["https://ontvanger.example/overdrachten"])]
EMailadres = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^\s@<>,;:\"\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", examples=["team@x.example"]),
]
Telefoonnummer = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()-]{5,24}$", examples=["+31 10 123 4567"])]
Instructie = Annotated[str, Field(min_length=1, max_length=500)]


class LeveradresWijzigingIn(Schema):
    """How the receiver is told from now on; what belongs to another wijze is refused."""

    wijze: LeverWijze
    url: Url | None = Field(None, description="Bij rest: waar berichten worden aangenomen")
    e_mailadres: EMailadres | None = Field(None, description="Bij e-mail: een functioneel postvak")
    telefoonnummer: Telefoonnummer | None = Field(
        None, description="Voor wie moet bellen, ook als het vanzelf niet lukt"
    )
    instructie: Instructie | None = Field(None, description="Wat moet weten wie belt of schrijft")
    clientcertificaat: bool = Field(default=False, description="Bij rest: of Ketenradar zijn eigen certificaat toont")

    def to_domain(self) -> Opgave:
        """Return what was given up as the domain knows it."""
        adres = Adres(
            url=self.url,
            e_mailadres=self.e_mailadres,
            telefoonnummer=self.telefoonnummer,
            instructie=self.instructie,
        )
        return Opgave(wijze=self.wijze, adres=adres, clientcertificaat=self.clientcertificaat)


class LeveradresIn(LeveradresWijzigingIn):
    organisatie_id: OrganisatieId | None = Field(
        None, description="Zonder: uw eigen organisatie, als u zelf een ontvanger bent"
    )
    gemeente_code: GemeenteCode | None = Field(None, description="Alleen voor overdrachten van deze gemeente")
    soort: BestemmingSoort | None = Field(None, description="Alleen voor overdrachten van deze soort")

    def voor(self, own: str | None) -> Voor | None:
        """Return for whom it is: without a name for ``own``, and for nobody when there is none."""
        organisatie_id = self.organisatie_id or own
        return Voor(organisatie_id, self.gemeente_code, self.soort) if organisatie_id else None


class LeveradresUit(Schema):
    id: UUID
    organisatie_id: str
    gemeente_code: str | None
    soort: BestemmingSoort | None
    wijze: LeverWijze
    url: str | None
    e_mailadres: str | None
    telefoonnummer: str | None
    instructie: str | None
    clientcertificaat: bool
    versie: int
    gemaakt_op: Tijdstip

    @classmethod
    def of(cls, adres: Leveradres) -> "LeveradresUit":
        """Return an address as it is shown."""
        return cls(**_adres_fields(adres))


class LeveradresMetGeheim(LeveradresUit):
    geheim: str | None = Field(
        description="Waarmee berichten worden ondertekend, als het nu is gemaakt; alleen nu te zien"
    )

    @classmethod
    def of_new(cls, shown: Getoond) -> "LeveradresMetGeheim":
        """Return an address with the secret that was just made."""
        return cls(**_adres_fields(shown.adres), geheim=shown.geheim)


class LeveradresLijst(Schema):
    resultaten: list[LeveradresUit]
    volgende: str | None


def _adres_fields(adres: Leveradres) -> dict[str, object]:
    where = adres.opgave.adres
    return {
        "id": adres.id,
        "organisatie_id": adres.organisatie_id,
        "gemeente_code": adres.gemeente_code,
        "soort": adres.soort,
        "wijze": adres.opgave.wijze,
        "url": where.url,
        "e_mailadres": where.e_mailadres,
        "telefoonnummer": where.telefoonnummer,
        "instructie": where.instructie,
        "clientcertificaat": adres.opgave.clientcertificaat,
        "versie": adres.versie,
        "gemaakt_op": adres.gemaakt_op,
    }


class GeheimIn(Schema):
    overlap_uren: Annotated[int, Field(ge=0, le=OVERLAP_UREN_MAX)] = Field(
        24, description="Hoe lang ook met het vorige geheim wordt ondertekend"
    )


class GeheimUit(Schema):
    id: UUID
    geheim: str = Field(description="Alleen nu te zien")
    vorige_geldig_tot: Tijdstip

    @classmethod
    def of(cls, new: NieuwGeheim) -> "GeheimUit":
        """Return a fresh secret."""
        return cls(id=new.id, geheim=new.geheim, vorige_geldig_tot=new.vorige_geldig_tot)


class LeveringItemUit(Schema):
    """One delivery in a list."""

    id: UUID
    overdracht_id: UUID
    organisatie_id: str
    soort: BestemmingSoort
    gemeente_code: str
    status: LeveringStatus
    gemaakt_op: Tijdstip
    aantal_pogingen: int
    volgende_poging_op: OptionalTijdstip
    reden: VoorlegReden | None = Field(description="Waarom een mens haar moet doen")
    voorgelegd_op: OptionalTijdstip
    uiterlijk: OptionalTijdstip = Field(description="Het eerste moment waarop een mens haar te laat afhandelt")
    bewijs: Bewijs | None = Field(description="Waaruit blijkt dat de ontvanger het weet")
    afhandeling: AfhandelWijze | None
    afgerond_op: OptionalTijdstip

    @classmethod
    def of(cls, levering: Levering) -> "LeveringItemUit":
        """Return a delivery as it is shown."""
        return cls(**_levering_fields(levering))


class LeveringLijst(Schema):
    resultaten: list[LeveringItemUit]
    volgende: str | None


class PogingUit(Schema):
    nummer: int
    tijdstip: Tijdstip
    wijze: LeverWijze
    uitkomst: PogingUitkomst
    http_status: int | None
    duur_ms: int
    volgende_op: OptionalTijdstip


class ContactUit(Schema):
    """Where somebody phones or writes."""

    telefoonnummer: str | None
    instructie: str | None


class LeveringUit(LeveringItemUit):
    wijze: LeverWijze | None = Field(description="Hoe deze ontvanger nu wordt bereikt; leeg zonder leveradres")
    pogingen: list[PogingUit] = Field(description="De laatste, van eerste tot laatste")
    contact: ContactUit | None = Field(description="Alleen voor Veilig Thuis")
    toelichting: str | None = Field(description="Wat bij het afhandelen is geschreven; alleen voor Veilig Thuis")

    @classmethod
    def of_read(cls, read: Gelezen) -> "LeveringUit":
        """Return a delivery with its attempts, as its reader may see it."""
        contact = read.adres and ContactUit(telefoonnummer=read.adres.telefoonnummer, instructie=read.adres.instructie)
        return cls(
            **_levering_fields(read.levering),
            wijze=read.wijze,
            pogingen=[PogingUit.model_validate(one, from_attributes=True) for one in read.pogingen],
            contact=contact,
            toelichting=read.toelichting,
        )


class LeveringenUit(Schema):
    resultaten: list[LeveringUit]
    volgende: str | None

    @classmethod
    def of(cls, found: Sequence[Gelezen]) -> "LeveringenUit":
        """Return the deliveries of one overdracht; there are never more than fit in one answer."""
        return cls(resultaten=[LeveringUit.of_read(one) for one in found], volgende=None)


def _levering_fields(levering: Levering) -> dict[str, object]:
    return {
        "id": levering.id,
        "overdracht_id": levering.overdracht_id,
        "organisatie_id": levering.organisatie_id,
        "soort": levering.soort,
        "gemeente_code": levering.gemeente_code,
        "status": levering.status,
        "gemaakt_op": levering.gemaakt_op,
        "aantal_pogingen": levering.pogingen,
        "volgende_poging_op": levering.volgende_poging_op,
        "reden": levering.reden,
        "voorgelegd_op": levering.voorgelegd_op,
        "uiterlijk": levering.uiterlijk,
        "bewijs": levering.bewijs,
        "afhandeling": levering.afhandeling,
        "afgerond_op": levering.afgerond_op,
    }


class AfhandelingIn(Schema):
    wijze: AfhandelWijze = Field(description="Hoe de ontvanger het heeft gehoord")
    toelichting: Tekst = Field(
        description="Wie is gesproken en wat is afgesproken; niemand buiten Veilig Thuis leest het"
    )


class OntvangstUit(Schema):
    overdracht_id: UUID
    status: str = Field(description="Altijd `ontvangen`")
    bevestigd_op: Tijdstip = Field(description="Sinds wanneer bekend is dat de ontvanger het weet")

    @classmethod
    def of(cls, known: Bevestigd) -> "OntvangstUit":
        """Return that a receiver confirmed."""
        return cls(overdracht_id=known.overdracht_id, status="ontvangen", bevestigd_op=known.bevestigd_op)
