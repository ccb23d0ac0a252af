"""Consults in the words of the wire."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.consult import AFSTEMMEN, Consult, ConsultTekst, ConsultUitkomst
from services.triage.handlers.consulten import Consulten, ConsultOpgave
from services.triage.schemas.matter import MatterOut, head_fields, shown_page
from shared.rules.behandelcodes import ConsultPartij
from shared.web.schema import Naam, Schema, Tekst, Tijdstip


class ConsultIn(Schema):
    melding_id: UUID
    partij: ConsultPartij
    moment: Tijdstip
    vraag: Tekst
    uitkomst: ConsultUitkomst
    notitie: Tekst | None = None
    strafbaar_feit_vermoed: StrictBool
    jeugdbeschermer: Naam | None = Field(default=None, description="Bij een bestaande cliënt van de GI: wie dat is")

    def to_domain(self) -> ConsultOpgave:
        """Return the consult as the handlers know it."""
        return ConsultOpgave(
            self.melding_id,
            self.partij,
            self.moment,
            self.uitkomst,
            self.strafbaar_feit_vermoed,
            ConsultTekst(self.vraag, self.notitie, self.jeugdbeschermer),
        )


class ConsultItemOut(MatterOut):
    """Een consult in een lijst: zonder wat iemand opschreef."""

    partij: ConsultPartij
    moment: Tijdstip
    uitkomst: ConsultUitkomst
    strafbaar_feit_vermoed: bool

    @classmethod
    def of(cls, one: Consult) -> "ConsultItemOut":
        """Return a consult as it is shown in a list."""
        return cls(
            **head_fields(one),
            partij=one.partij,
            moment=one.begonnen_op,
            uitkomst=one.uitkomst,
            strafbaar_feit_vermoed=one.strafbaar_feit_vermoed,
        )


class ConsultOut(ConsultItemOut):
    vraag: str
    notitie: str | None
    jeugdbeschermer: str | None

    @classmethod
    def of_whole(cls, one: Consult) -> "ConsultOut":
        """Return a consult as it is shown by itself."""
        return cls(
            **ConsultItemOut.of(one).model_dump(),
            vraag=one.tekst.vraag,
            notitie=one.tekst.notitie,
            jeugdbeschermer=one.tekst.jeugdbeschermer,
        )


class AfstemmenOut(Schema):
    """Een melding waarin nog met politie of OM moet worden afgestemd."""

    melding_id: UUID
    uitleg: str


class ConsultenOut(Schema):
    resultaten: tuple[ConsultItemOut, ...]
    volgende: str | None
    waarschuwingen: tuple[AfstemmenOut, ...]

    @classmethod
    def of(cls, consulten: Consulten, limiet: int) -> "ConsultenOut":
        """Return one page of consults with what is still due."""
        found: Sequence[Consult] = consulten.found
        return cls(
            **shown_page(found, limiet, ConsultItemOut.of),
            waarschuwingen=tuple(
                AfstemmenOut(melding_id=melding_id, uitleg=AFSTEMMEN) for melding_id in consulten.af_te_stemmen
            ),
        )
