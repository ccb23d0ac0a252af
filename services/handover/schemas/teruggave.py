"""Giving back what was accepted, as it goes over the wire."""

from pydantic import Field

from shared.rules.overdrachtcodes import TeruggaveReden
from shared.web.schema import Schema, Tekst


class TeruggaveIn(Schema):
    reden: TeruggaveReden = Field(
        description=(
            "`niet-passend`: wat u kunt is niet wat het gezin nodig heeft. `hulp-geweigerd`: het gezin laat niemand "
            "toe. `onveiliger`: dan bij de overdracht werd gedacht"
        )
    )
    toelichting: Tekst


class TeruggaveAfwijzingIn(Schema):
    toelichting: Tekst = Field(description="Waarom Veilig Thuis de overdracht niet terugneemt")
