"""The work list in the words of the wire."""

from uuid import UUID

from pydantic import Field

from services.triage.domain.voorraad import Stap, WerkItem, WerkOntbreekt, explain, is_check_late, is_late, missing
from shared.web.schema import GemeenteCode, OptionalDatum, OptionalTijdstip, Schema, Tijdstip


class WerkItemOut(Schema):
    melding_id: UUID
    casus_id: UUID
    dossier_id: UUID
    dienst_id: UUID | None
    gemeente_code: GemeenteCode
    stap: Stap
    acuut: bool | None
    structureel_onveilig: bool | None
    ontvangen_op: Tijdstip
    aangevuld_op: OptionalTijdstip = None
    uiterlijk: Tijdstip
    te_laat: bool
    versie: int = Field(description="Van de toewijzing, voor `_toewijzen`")
    eigenaar: str | None
    team: str | None
    toegewezen_op: OptionalTijdstip
    volgende_veiligheidscheck: OptionalDatum
    veiligheidscheck_te_laat: bool
    laatste_contact_op: OptionalTijdstip
    ontbreekt: tuple[WerkOntbreekt, ...]
    uitleg: tuple[str, ...]

    @classmethod
    def of(cls, item: WerkItem, now: Tijdstip) -> "WerkItemOut":
        """Return a line of the work list as it is shown."""
        verdeling = item.verdeling
        return cls(
            melding_id=item.melding_id,
            casus_id=item.casus_id,
            dossier_id=item.dossier_id,
            dienst_id=item.dienst_id,
            gemeente_code=item.gemeente_code,
            stap=item.werk.stap,
            acuut=item.acuut,
            structureel_onveilig=item.structureel,
            ontvangen_op=item.ontvangen_op,
            aangevuld_op=item.aangevuld_op,
            uiterlijk=item.werk.uiterlijk,
            te_laat=is_late(item.werk, now),
            versie=verdeling.versie,
            eigenaar=verdeling.eigenaar,
            team=verdeling.team,
            toegewezen_op=verdeling.toegewezen_op,
            volgende_veiligheidscheck=verdeling.volgende_check,
            veiligheidscheck_te_laat=is_check_late(verdeling.volgende_check, now),
            laatste_contact_op=verdeling.laatste_contact_op,
            ontbreekt=missing(verdeling),
            uitleg=explain(item, now),
        )


class WerkvoorraadOut(Schema):
    resultaten: tuple[WerkItemOut, ...]
    volgende: str | None
