"""What Veilig Thuis asks about sight of safety, as it goes over the wire."""

from enum import StrEnum

from pydantic import Field

from shared.rules.overdrachtcodes import ZichtVraag
from shared.web.schema import Schema, Tekst


class ZichtStap(StrEnum):
    """What Veilig Thuis can do: ask one of two things, or stop asking."""

    AANBIEDEN = "aanbieden"
    TERUGVRAGEN = "terugvragen"
    INTREKKEN = "intrekken"


class ZichtAanbodIn(Schema):
    stap: ZichtStap = Field(
        description=(
            "`aanbieden`: aan een ontvanger die al heeft geaccepteerd. `terugvragen`: van wie het zicht heeft. "
            "`intrekken`: wat openstaat hoeft niet meer te worden beantwoord"
        )
    )
    motivering: Tekst

    @property
    def vraag(self) -> ZichtVraag | None:
        """What is asked; None is that nothing is asked any longer."""
        return None if self.stap is ZichtStap.INTREKKEN else ZichtVraag(self.stap.value)
