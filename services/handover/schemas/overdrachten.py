"""Overdrachten and the steps in their life, as they go over the wire."""

from uuid import UUID

from pydantic import Field

from services.handover.domain.overdracht import Overdracht, Status, WeigerReden
from services.handover.handlers.reading import Gelezen
from services.handover.schemas.pakket import PakketUit
from shared.rules.codes import BestemmingSoort, RouteGrond, VeldOnderdeel
from shared.rules.overdrachtcodes import IntrekReden, OverdrachtStap, TeruggaveReden, ZichtVraag
from shared.web.schema import Naam, OptionalTijdstip, OrganisatieId, Schema, Tekst, Tijdstip


class AcceptatieIn(Schema):
    naam: Naam | None = Field(None, description="Wie namens de ontvanger accepteert")
    warm: bool | None = Field(None, description="Of er een warme overdracht is: in gesprek, niet alleen op schrift")
    toelichting: Tekst | None = None


class WeigeringIn(Schema):
    reden: WeigerReden
    toelichting: Tekst


class EersteContactIn(Schema):
    tijdstip: Tijdstip = Field(description="Wanneer de ontvanger het gezin voor het eerst sprak")


class BestemmingIn(Schema):
    soort: BestemmingSoort
    organisatie_id: OrganisatieId | None = Field(None, description="Zonder: de organisatie die de gemeente bedient")


class HeraanbodIn(Schema):
    vervangt_overdracht_id: UUID
    bestemming: BestemmingIn
    motivering: Tekst


class OverdrachtUit(Schema):
    id: UUID
    casus_id: UUID
    melding_id: UUID
    dienst_id: UUID | None
    gemeente_code: str
    soort: BestemmingSoort
    organisatie_id: str
    draagt_zicht: bool = Field(description="Of de ontvanger door te accepteren het zicht op veiligheid krijgt")
    status: Status
    aangeboden_op: Tijdstip
    accepteren_uiterlijk: Tijdstip = Field(description="Het eerste moment dat te laat is; te laat is nooit geblokkeerd")
    keert_terug_op: Tijdstip = Field(
        description="Wanneer zij vanzelf teruggaat naar Veilig Thuis, als de ontvanger dan nog niet heeft geantwoord"
    )
    vervangt_overdracht_id: UUID | None
    geaccepteerd_op: OptionalTijdstip
    te_laat_geaccepteerd: bool
    warm: bool | None
    gesprek_op: OptionalTijdstip = Field(description="Wanneer het eerste gesprek over deze overdracht was")
    warm_zonder_gesprek: bool = Field(description="Warm genoemd, zonder dat een gesprek is vastgelegd")
    geweigerd_op: OptionalTijdstip
    reden: WeigerReden | None
    ingetrokken_op: OptionalTijdstip
    intrekreden: IntrekReden | None
    teruggekeerd_op: OptionalTijdstip
    teruggave_reden: TeruggaveReden | None = Field(description="Waarom de ontvanger het laatst wilde teruggeven")
    teruggave_gevraagd_op: OptionalTijdstip
    teruggave_afgewezen_op: OptionalTijdstip
    teruggegeven_op: OptionalTijdstip
    zicht_gevraagd: ZichtVraag | None = Field(
        description="Wat Veilig Thuis vraagt over het zicht op veiligheid en nog niet is beantwoord"
    )
    zicht_gevraagd_op: OptionalTijdstip
    zicht_aanvaard_op: OptionalTijdstip
    eerste_contact_uiterlijk: OptionalTijdstip
    plan_uiterlijk: OptionalTijdstip = Field(
        description="Het eerste moment waarop het plan van het huishouden te laat is; leeg als er geen wordt verwacht"
    )
    teruggave_uiterlijk: OptionalTijdstip = Field(
        description="Het eerste moment waarop het antwoord op het laatste verzoek om terug te geven te laat is"
    )
    vervolg_uiterlijk: OptionalTijdstip = Field(
        description="Het eerste moment waarop opnieuw aanbieden te laat is, als niemand haar meer heeft"
    )
    eerste_contact_op: OptionalTijdstip
    onderdeel: VeldOnderdeel | None = Field(
        description="Van een lokaal veld dat uit meer organisaties bestaat; alleen deze ziet de overdracht"
    )
    routering: RouteGrond | None = Field(description="Waarom juist deze organisatie ontvangt")
    versie: int


class BijStapUit(Schema):
    stap: OverdrachtStap
    op: Tijdstip
    tekst: str


class OverdrachtMetPakket(OverdrachtUit):
    geaccepteerd_door: str | None = Field(description="De naam die bij de acceptatie is opgegeven")
    toelichting: str | None = Field(description="Wat de ontvanger bij acceptatie of weigering schreef")
    motivering: str | None = Field(description="Waarom Veilig Thuis opnieuw aanbood")
    bij_stappen: list[BijStapUit] = Field(description="Wat bij latere stappen is geschreven, van eerste tot laatste")
    vervangen_door_overdracht_id: UUID | None
    samengesteld_op: Tijdstip
    zoals_overhandigd: bool = Field(
        description=(
            "Of dit het pakket is zoals de ontvanger het las. Verandert de bescherming van een melder, dan komt er een "
            "volgend pakket"
        )
    )
    pakket: PakketUit


class OverdrachtLijst(Schema):
    resultaten: list[OverdrachtUit]
    volgende: str | None


def overdracht_uit(overdracht: Overdracht) -> OverdrachtUit:
    """Return an overdracht as it goes over the wire, without its package."""
    return OverdrachtUit(**_fields(overdracht))


def overdracht_met_pakket(gelezen: Gelezen) -> OverdrachtMetPakket:
    """Return an overdracht with its package as it goes over the wire."""
    return OverdrachtMetPakket(
        **_fields(gelezen.overdracht),
        geaccepteerd_door=gelezen.teksten.naam,
        toelichting=gelezen.teksten.toelichting,
        motivering=gelezen.teksten.motivering,
        bij_stappen=[BijStapUit(stap=one.stap.stap, op=one.stap.op, tekst=one.tekst) for one in gelezen.bij_stappen],
        vervangen_door_overdracht_id=gelezen.overdracht.vervangen_door_id,
        samengesteld_op=gelezen.samengesteld_op,
        zoals_overhandigd=gelezen.bevroren,
        pakket=PakketUit.model_validate(gelezen.pakket, from_attributes=True),
    )


def _fields(overdracht: Overdracht) -> dict[str, object]:
    fields: dict[str, object] = {name: getattr(overdracht, name) for name in Overdracht.__slots__}
    fields["vervangt_overdracht_id"] = fields.pop("vervangt_id")
    fields["warm_zonder_gesprek"] = overdracht.warm_zonder_gesprek
    del fields["vervangen_door_id"]  # stands only in the answer with the package
    del fields["uitkomst"], fields["plan_verwacht"]  # of whom a plan is expected has a moment for it
    return fields
