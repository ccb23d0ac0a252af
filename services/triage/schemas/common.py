"""What the forms of triage have in common: who receives."""

from typing import Annotated

from pydantic import Field

from shared.rules.codes import BestemmingSoort
from shared.rules.routing import Bestemming, Routering
from shared.web.schema import OrganisatieId, Schema

_BESTEMMINGEN_MAX = 20
# More people than any melding holds: a place beyond it is a mistake.
PERSOON_NR_MAX = 999


class BestemmingIn(Schema):
    """A receiver; without an organisation the one that serves the municipality is taken."""

    soort: BestemmingSoort
    organisatie_id: OrganisatieId | None = None

    def to_domain(self) -> Bestemming:
        """Return the receiver as the rulebook knows it."""
        return Bestemming(self.soort, self.organisatie_id)


Bestemmingen = Annotated[tuple[BestemmingIn, ...], Field(max_length=_BESTEMMINGEN_MAX)]


class BestemmingOut(Schema):
    soort: BestemmingSoort
    organisatie_id: str
    draagt_zicht: bool


def bestemmingen_out(routering: Routering) -> tuple[BestemmingOut, ...]:
    """Return the receivers as they are shown."""
    return tuple(
        BestemmingOut(soort=one.soort, organisatie_id=one.organisatie_id, draagt_zicht=one.draagt_zicht)
        for one in routering.bestemmingen
    )
