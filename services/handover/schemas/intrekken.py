"""Taking back an offer, as it goes over the wire."""

from pydantic import Field

from shared.rules.overdrachtcodes import IntrekReden
from shared.web.schema import Schema, Tekst


class IntrekkingIn(Schema):
    reden: IntrekReden = Field(
        description=(
            "`ontvanger-afwezig`: wie bij de ontvanger zou antwoorden is er niet. `niet-meer-nodig`: deze ontvanger "
            "hoeft niets meer te doen"
        )
    )
    toelichting: Tekst
