"""How alerts, heartbeats and abonnementen go over the wire."""

from uuid import UUID

from pydantic import Field

from services.monitoring.store.alerts import WaarschuwingRow
from shared.web.schema import OptionalTijdstip, Schema, Tijdstip


class Waarschuwing(Schema):
    """One alert: a step of a term, or a condition of the house itself for as long as it lasts."""

    id: UUID
    soort: str = Field(
        description="Een soort termijn, of: abonnement-uitgeschakeld, afdeling, audit-gebroken, bericht, cbs-levering, "
        "hartslag, hermelding-tijdens-monitoring, kalender, levering, match-tijdens-monitoring, noodtoegang, "
        "opvang-geweigerd, sweep, voorwaarde-niet-nagekomen"
    )
    stap: str = Field(description="waarschuwing, verstreken of geescaleerd; anders wat er aan de hand is")
    termijn_id: UUID | None
    casus_id: UUID | None = Field(description="Leeg voor een gemeente: die krijgt cijfers, geen casussen")
    melding_id: UUID | None = Field(description="Leeg voor een gemeente")
    gemeente_code: str | None
    uiterlijk: OptionalTijdstip
    onderwerp: str | None = Field(description="Waar het over gaat als het geen termijn is")
    gemaakt_op: Tijdstip
    opgelost_op: OptionalTijdstip


class WaarschuwingLijst(Schema):
    resultaten: list[Waarschuwing]
    volgende: str | None
    stil: list[str] = Field(description="Klussen die stilstaan: zolang hier iets staat kunnen waarschuwingen ontbreken")


class Hartslag(Schema):
    """When a chore last ran, and whether that is too long ago."""

    naam: str
    tijdstip: OptionalTijdstip = Field(description="Laatste keer, in werkelijke tijd")
    tijdstip_keten: OptionalTijdstip = Field(description="Laatste keer, in de tijd van de keten")
    stil: bool


class HartslagLijst(Schema):
    resultaten: list[Hartslag]
    volgende: str | None
    stil: bool = Field(description="Waar als een van de klussen stilstaat")


def waarschuwing_of(row: WaarschuwingRow) -> Waarschuwing:
    """Return an alert as it goes over the wire."""
    return Waarschuwing(**{name: getattr(row, name) for name in WaarschuwingRow.__slots__})
