"""Who of a receiver sees to an overdracht, as it goes over the wire."""

from uuid import UUID

from pydantic import Field

from services.handover.domain.behandelaar import BehandelActie, BehandelStatus, OvernameReden, Regel, Toedeling
from services.handover.handlers.behandelaar import BehandelingView
from shared.web.auth import Caller
from shared.web.schema import MedewerkerId, OptionalTijdstip, Schema, Tijdstip

MIJ = "mij"


def named(medewerker_id: str, caller: Caller) -> str:
    """Return the id that is meant: of the caller himself where he says so."""
    return caller.subject if medewerker_id == MIJ else medewerker_id


class BehandelaarIn(Schema):
    medewerker_id: MedewerkerId | None = Field(description="Wie de overdracht behandelt; `null` geeft haar vrij")
    reden: OvernameReden | None = Field(
        None, description="Waarom, als nu een collega haar behandelt; die hoeft er niet voor aanwezig te zijn"
    )

    def to_domain(self, caller: Caller) -> Toedeling:
        """Return to whom it goes as the domain knows it."""
        return Toedeling(named(self.medewerker_id, caller) if self.medewerker_id else None, self.reden)


class BehandelaarRegelUit(Schema):
    versie: int
    actie: BehandelActie
    behandelaar: str | None
    door: str
    op: Tijdstip
    reden: OvernameReden | None

    @classmethod
    def of(cls, regel: Regel) -> "BehandelaarRegelUit":
        """Return a line of the history as it is shown."""
        return cls(
            versie=regel.versie,
            actie=regel.actie,
            behandelaar=regel.behandelaar,
            door=regel.door,
            op=regel.op,
            reden=regel.reden,
        )


class BehandelaarUit(Schema):
    overdracht_id: UUID
    status: BehandelStatus
    behandelaar: str | None
    sinds: OptionalTijdstip
    versie: int
    geschiedenis: list[BehandelaarRegelUit]

    @classmethod
    def of(cls, view: BehandelingView) -> "BehandelaarUit":
        """Return who sees to an overdracht as it is shown."""
        found = view.behandeling
        return cls(
            overdracht_id=found.overdracht_id,
            status=found.status,
            behandelaar=found.behandelaar,
            sinds=found.sinds,
            versie=found.versie,
            geschiedenis=[BehandelaarRegelUit.of(regel) for regel in view.geschiedenis],
        )
