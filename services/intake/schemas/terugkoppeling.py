"""What a melder hears on the wire: codes with their official labels, names of organisations, and no family."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.intake.domain.terugkoppeling import TOELICHTING_MAX, Terugkoppeling, TerugkoppelingSoort
from services.intake.handlers.terugkoppeling import Regel
from shared.rules.gemeenten import organisatie_naam
from shared.rules.statuscodes import Statuscode
from shared.web.schema import OptionalTijdstip, Schema, Tijdstip


def _readable(value: str) -> str:
    if not value.strip():
        raise ValueError("mag niet leeg zijn")
    return value


Toelichting = Annotated[str, Field(min_length=1, max_length=TOELICHTING_MAX), AfterValidator(_readable)]


class TerugkoppelingIn(Schema):
    """Wat Veilig Thuis in eigen woorden aan de melder laat weten."""

    toelichting: Annotated[Toelichting, Field(description="Voor de melder: schrijf niets dat hij niet mag weten")]


class OrganisatieUit(Schema):
    organisatie_id: str
    organisatie: Annotated[str, Field(description="De naam, voor zover bekend")]


class HoortMelder(Schema):
    """Hoeveel van een regel de melder zelf mag horen."""

    statuscode: Statuscode | None
    omschrijving: str


class TerugkoppelingUit(Schema):
    id: UUID
    melding_id: UUID
    soort: TerugkoppelingSoort
    statuscode: Annotated[Statuscode | None, Field(description="De landelijke statuscode, als die er is")]
    omschrijving: Annotated[str, Field(description="De officiële omschrijving bij de statuscode")]
    tijdstip: Tijdstip
    verantwoordelijk_voor_zicht_op_de_veiligheid: Annotated[
        OrganisatieUit | None, Field(description="Leeg: niemand meer, of het volgt niet uit deze melding")
    ]
    overdracht_aan: tuple[OrganisatieUit, ...]
    rol_in_vervolg: Annotated[
        bool,
        Field(
            description="Of de organisatie van de melder de overdracht krijgt; daarin leest zij de "
            "veiligheidsvoorwaarden en de afspraken over monitoren"
        ),
    ]
    toelichting: str | None
    opgehaald_op: Annotated[OptionalTijdstip, Field(description="Wanneer de melder dit ophaalde")]
    voor_melder: Annotated[
        HoortMelder | None, Field(description="Alleen voor Veilig Thuis: wat de melder hiervan mag horen")
    ] = None


class TerugkoppelingLijst(Schema):
    resultaten: tuple[TerugkoppelingUit, ...]
    volgende: str | None


def terugkoppeling_uit(regel: Regel, *, for_vt: bool) -> TerugkoppelingUit:
    """Return a line as it goes over the wire; only Veilig Thuis sees beside it how much the melder may hear."""
    line, heard = regel.line, regel.voor_melder if for_vt else None
    holder = line.verantwoordelijke
    return TerugkoppelingUit(
        id=line.id,
        melding_id=line.melding_id,
        soort=line.soort,
        statuscode=line.statuscode,
        omschrijving=line.omschrijving,
        tijdstip=line.tijdstip,
        verantwoordelijk_voor_zicht_op_de_veiligheid=_organisatie(holder) if holder else None,
        overdracht_aan=tuple(_organisatie(one) for one in line.overdracht_aan),
        rol_in_vervolg=regel.rol_in_vervolg,
        toelichting=line.toelichting,
        opgehaald_op=line.gegeven_op,
        voor_melder=_heard(heard) if heard else None,
    )


def _organisatie(organisatie_id: str) -> OrganisatieUit:
    return OrganisatieUit(organisatie_id=organisatie_id, organisatie=organisatie_naam(organisatie_id))


def _heard(line: Terugkoppeling) -> HoortMelder:
    return HoortMelder(statuscode=line.statuscode, omschrijving=line.omschrijving)
