"""Why a step is late, in the words of the wire."""

from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.onderzoek import Vertraging
from services.triage.handlers.vertragingen import VertragingenView, VertragingOpgave
from shared.rules.behandelcodes import VertragingReden
from shared.rules.codes import TermijnSoort
from shared.web.schema import Schema, Tekst, Tijdstip


class VertragingIn(Schema):
    reden: VertragingReden
    toelichting: Tekst

    def to_domain(self) -> VertragingOpgave:
        """Return why it is late as the handlers know it."""
        return VertragingOpgave(self.reden, self.toelichting)


class BeoordelingVertragingIn(VertragingIn):
    acuutcheck: StrictBool = Field(
        default=False, description="Of het om de acuutcheck gaat en niet om het besluit op de veiligheidsbeoordeling"
    )

    @property
    def soort(self) -> TermijnSoort:
        """The term that is late."""
        return TermijnSoort.ACUUTCHECK if self.acuutcheck else TermijnSoort.VEILIGHEIDSBEOORDELING


class VertragingOut(Schema):
    id: UUID
    soort: TermijnSoort
    reden: VertragingReden
    toelichting: str
    verklaard_op: Tijdstip

    @classmethod
    def of(cls, vertraging: Vertraging) -> "VertragingOut":
        """Return why something is late as it is shown."""
        return cls(
            id=vertraging.id,
            soort=vertraging.soort,
            reden=vertraging.reden,
            toelichting=vertraging.toelichting,
            verklaard_op=vertraging.verklaard_op,
        )


class TermijnStandOut(Schema):
    soort: TermijnSoort
    te_laat: bool
    vertraging_onverklaard: bool


class VertragingenOut(Schema):
    resultaten: tuple[VertragingOut, ...] = Field(description="De nieuwste, die geldt, als laatste")
    termijnen: tuple[TermijnStandOut, ...]
    volgende: str | None = None

    @classmethod
    def of(cls, view: VertragingenView) -> "VertragingenOut":
        """Return why something is late, and what of that is still open."""
        return cls(
            resultaten=tuple(VertragingOut.of(one) for one in view.vertragingen),
            termijnen=tuple(
                TermijnStandOut(soort=one.soort, te_laat=one.te_laat, vertraging_onverklaard=one.onverklaard)
                for one in view.standen
            ),
        )
