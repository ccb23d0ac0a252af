"""How abonnementen and their deliveries go over the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.monitoring.domain.abonnementen import TYPES, AbonnementStatus, naam_of
from services.monitoring.domain.bezorgen import BerichtStatus, UitschakelReden, Uitslag
from services.monitoring.store.leveringen import LeveringRow, PogingRow
from shared.web.schema import GemeenteCode, OptionalTijdstip, Schema, Tijdstip

OVERLAP_UREN_MAX = 168


def _known(naam: str) -> str:
    if naam not in TYPES:
        raise ValueError("geen soort waarop u zich kunt abonneren")
    return naam


Soort = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": list(TYPES)})]


class AbonnementIn(Schema):
    """What a subscriber asks for."""

    callback_url: Annotated[str, Field(min_length=8, max_length=500, examples=["https://ontvanger.example/keten"])]
    soorten: Annotated[list[Soort], Field(min_length=1, max_length=50)]
    gemeente_codes: Annotated[list[GemeenteCode], Field(max_length=50)] = Field(
        default_factory=list, description="Leeg: alle gemeenten die u mag zien"
    )


class Abonnement(Schema):
    id: UUID
    callback_url: str
    soorten: list[str]
    gemeente_codes: list[str]
    aangemaakt_op: Tijdstip
    status: AbonnementStatus = Field(description="`uitgeschakeld`: wat wordt gemeld blijft staan tot u hervat")
    uitgeschakeld_op: OptionalTijdstip = Field(description="In werkelijke tijd")
    uitgeschakeld_reden: UitschakelReden | None
    mislukt_sinds: OptionalTijdstip = Field(description="Sinds wanneer de ontvanger niets meer aanneemt")


class NieuwAbonnement(Abonnement):
    geheim: str = Field(description="Waarmee elk bericht wordt ondertekend; alleen nu te zien")


class AbonnementLijst(Schema):
    resultaten: list[Abonnement]
    volgende: str | None


class GeheimIn(Schema):
    """How long the secret of before still signs beside the new one."""

    overlap_uren: Annotated[int, Field(ge=0, le=OVERLAP_UREN_MAX, description="0: het vorige geldt niet meer")] = 24


class Geheim(Schema):
    id: UUID
    geheim: str = Field(description="Waarmee elk bericht vanaf nu wordt ondertekend; alleen nu te zien")
    vorige_geldig_tot: Tijdstip = Field(description="Tot dan staat ook de handtekening met het vorige geheim erbij")


class Poging(Schema):
    """One attempt to deliver; of what the receiver answered only the status."""

    nummer: int
    tijdstip: Tijdstip = Field(description="In werkelijke tijd")
    uitslag: Uitslag
    statusklasse: str | None = Field(description="2xx, 3xx, 4xx of 5xx; leeg als er geen antwoord kwam")
    reden: str | None = Field(description="http-… of wat er misging: te-langzaam, afgebroken, certificaat, …")
    duur_ms: int | None


class Levering(Schema):
    """One notice for one abonnement; its id on the wire (`webhook-id`) is that of the fact."""

    id: UUID
    webhook_id: UUID
    soort: str
    casus_id: UUID | None = Field(description="Leeg voor een gemeente, en voor een proef")
    status: BerichtStatus
    aangemaakt_op: Tijdstip
    volgende_poging_op: OptionalTijdstip = Field(description="In werkelijke tijd; leeg: zodra het kan")
    pogingen: list[Poging] = Field(description="De laatste vijftig, de nieuwste eerst")


class LeveringLijst(Schema):
    resultaten: list[Levering]
    volgende: str | None


def levering_of(row: LeveringRow) -> Levering:
    """Return a delivery as it goes over the wire."""
    return Levering(
        id=row.id,
        webhook_id=row.event_id,
        soort=naam_of(row.soort),
        casus_id=row.casus_id,
        status=BerichtStatus(row.status),
        aangemaakt_op=row.aangemaakt_op,
        volgende_poging_op=row.volgende_poging_op,
        pogingen=[_poging_of(poging) for poging in row.pogingen],
    )


def _poging_of(row: PogingRow) -> Poging:
    return Poging(
        nummer=row.nummer,
        tijdstip=row.tijdstip,
        uitslag=Uitslag(row.uitslag),
        statusklasse=_class_of(row),
        reden=row.reden,
        duur_ms=row.duur_ms,
    )


def _class_of(row: PogingRow) -> str | None:
    if row.uitslag == Uitslag.GELUKT:
        return "2xx"
    head, _, code = (row.reden or "").partition("-")
    return f"{code[0]}xx" if head == "http" and code[:1].isdigit() else None
