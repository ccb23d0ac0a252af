"""Requests to a forensic doctor or the Centrum Seksueel Geweld in the words of the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.forensisch import (
    ForensischActie,
    ForensischOpgave,
    ForensischStatus,
    ForensischVerzoek,
    LetselPast,
    find_warnings,
)
from services.triage.handlers.forensisch import StapOpgave
from services.triage.schemas.matter import MatterOut, PersoonNr, head_fields
from shared.rules.behandelcodes import ForensischSoort
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.forensisch import ForensischAanvrager, ForensischeHulp, Toestemming, is_acute
from shared.rules.settings import RuleSettings
from shared.web.schema import Naam, OptionalTijdstip, Schema, Tekst, Tijdstip


class ForensischVerzoekIn(Schema):
    """Zijn politie of OM betrokken, dan is een van hen de aanvrager; anders vraagt Veilig Thuis het zelf."""

    melding_id: UUID
    soort: ForensischSoort
    persoon_nr: PersoonNr
    politie_of_om_betrokken: StrictBool
    aanvrager: ForensischAanvrager
    vertrouwensarts_betrokken: StrictBool
    partij: Naam = Field(description="De arts, dienst of organisatie aan wie het is gevraagd")
    minderjarig: StrictBool
    toestemming: Toestemming
    grond_zonder_toestemming: Tekst | None = None
    gevraagd_op: Tijdstip
    voorval_op: OptionalTijdstip = None
    reden: Tekst
    hulp: Annotated[tuple[ForensischeHulp, ...], Field(max_length=3)] = ()

    def to_domain(self) -> ForensischOpgave:
        """Return the request as the domain knows it."""
        return ForensischOpgave(
            soort=self.soort,
            persoon_nr=self.persoon_nr,
            aanvrager=self.aanvrager,
            politie_of_om_betrokken=self.politie_of_om_betrokken,
            vertrouwensarts_betrokken=self.vertrouwensarts_betrokken,
            minderjarig=self.minderjarig,
            toestemming=self.toestemming,
            gevraagd_op=self.gevraagd_op,
            voorval_op=self.voorval_op,
            hulp=tuple(dict.fromkeys(self.hulp)),
            partij=self.partij,
            reden=self.reden,
            grond_zonder_toestemming=self.grond_zonder_toestemming,
        )


class ForensischeStap(StrEnum):
    """The steps that need no result."""

    INPLANNEN = "inplannen"
    ONDERZOEKEN = "onderzoeken"
    WEIGEREN = "weigeren"
    INTREKKEN = "intrekken"


class ForensischeStapIn(Schema):
    """Bij inplannen is het moment dat van de afspraak; anders dat waarop het gebeurde."""

    stap: ForensischeStap
    moment: Tijdstip
    toelichting: Tekst | None = None

    def to_domain(self) -> StapOpgave:
        """Return the step as the handlers know it."""
        return StapOpgave(ForensischActie(self.stap.value), self.moment, "/moment", self.toelichting)


class ForensischResultaatIn(Schema):
    afgerond_op: Tijdstip
    letsel_past: LetselPast | None = Field(default=None, description="Of het letsel past bij het verhaal")
    toelichting: Tekst

    def to_domain(self) -> StapOpgave:
        """Return the result as the handlers know it."""
        return StapOpgave(ForensischActie.AFRONDEN, self.afgerond_op, "/afgerondOp", self.toelichting, self.letsel_past)


class ForensischVerzoekItemOut(MatterOut):
    """Een verzoek in een lijst: zonder wat iemand opschreef en zonder de uitslag."""

    soort: ForensischSoort
    persoon_nr: int
    aanvrager: ForensischAanvrager
    status: ForensischStatus
    gevraagd_op: Tijdstip
    acuut: bool = Field(description="Bij het Centrum Seksueel Geweld: binnen de dagen waarin sporen te vinden zijn")
    uiterlijk: Tijdstip
    te_laat: bool
    ingepland_op: OptionalTijdstip
    onderzocht_op: OptionalTijdstip
    geeindigd_op: OptionalTijdstip

    @classmethod
    def of(cls, one: ForensischVerzoek, now: datetime, rules: RuleSettings) -> "ForensischVerzoekItemOut":
        """Return a request as it is shown in a list."""
        return cls(**_item_fields(one, now, rules))


class ForensischeVerzoekenOut(Schema):
    resultaten: tuple[ForensischVerzoekItemOut, ...]
    volgende: str | None


class ForensischVerzoekOut(ForensischVerzoekItemOut):
    politie_of_om_betrokken: bool
    vertrouwensarts_betrokken: bool
    minderjarig: bool
    toestemming: Toestemming
    grond_zonder_toestemming: str | None
    partij: str
    reden: str
    voorval_op: OptionalTijdstip
    hulp: tuple[ForensischeHulp, ...]
    letsel_past: LetselPast | None
    toelichtingen: dict[str, str | None] = Field(description="Wat bij elke stap is opgeschreven")
    waarschuwingen: tuple[str, ...]

    @classmethod
    def of_whole(cls, one: ForensischVerzoek, now: datetime, rules: RuleSettings) -> "ForensischVerzoekOut":
        """Return a request as it is shown by itself."""
        opgave = one.opgave
        return cls(
            **_item_fields(one, now, rules),
            politie_of_om_betrokken=opgave.politie_of_om_betrokken,
            vertrouwensarts_betrokken=opgave.vertrouwensarts_betrokken,
            minderjarig=opgave.minderjarig,
            toestemming=opgave.toestemming,
            grond_zonder_toestemming=opgave.grond_zonder_toestemming,
            partij=opgave.partij,
            reden=opgave.reden,
            voorval_op=opgave.voorval_op,
            hulp=opgave.hulp,
            letsel_past=one.letsel_past,
            toelichtingen=dict(one.stappen),
            waarschuwingen=find_warnings(opgave),
        )


def _item_fields(one: ForensischVerzoek, now: datetime, rules: RuleSettings) -> dict[str, Any]:
    opgave = one.opgave
    uiterlijk = compute_termijn(TermijnSoort.FORENSISCH, opgave.gevraagd_op, rules).uiterlijk
    return {
        **head_fields(one),
        "soort": opgave.soort,
        "persoon_nr": opgave.persoon_nr,
        "aanvrager": opgave.aanvrager,
        "status": one.status,
        "gevraagd_op": opgave.gevraagd_op,
        "acuut": is_acute(opgave.soort, voorval_op=opgave.voorval_op, gevraagd_op=opgave.gevraagd_op, rules=rules),
        "uiterlijk": uiterlijk,
        "te_laat": (one.geeindigd_op or now) >= uiterlijk,
        "ingepland_op": one.ingepland_op,
        "onderzocht_op": one.onderzocht_op,
        "geeindigd_op": one.geeindigd_op,
    }
