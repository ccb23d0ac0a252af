"""The meldcode on the wire: five steps, the afwegingskader, the kindcheck; and what is missing of them."""

from typing import Annotated

from pydantic import Field

from services.intake.domain import meldcode as rules
from services.intake.domain.meldcode import AfwegingUitkomst, Ontbreekt
from services.intake.schemas.common import sent
from shared.web.schema import OptionalDatum, Schema, Tekst

_KINDEREN_MAX = 50


class Stap(Schema):
    gezet: bool
    op: OptionalDatum = None
    toelichting: Tekst | None = None


class Afwegingskader(Schema):
    """De vijf vragen van het afwegingskader; leeg is niet beantwoord, of niet meer nodig na een ander antwoord."""

    vermoeden_gegrond: Annotated[
        bool | None, Field(description="Is er na de stappen 1 tot en met 4 een vermoeden?")
    ] = None
    acuut_of_structureel_onveilig: bool | None = None
    zelf_hulp_mogelijk: Annotated[
        bool | None, Field(description="Kan de professional effectieve hulp bieden of organiseren?")
    ] = None
    hulp_aanvaard: Annotated[bool | None, Field(description="Aanvaarden de betrokkenen de hulp?")] = None
    hulp_effectief: Annotated[
        bool | None, Field(description="Leidt de hulp binnen de gewenste termijn tot duurzame veiligheid?")
    ] = None
    uitkomst: AfwegingUitkomst | None = None


class Kindcheck(Schema):
    gedaan: bool
    kinderen: Annotated[int | None, Field(ge=0, le=_KINDEREN_MAX, description="Hoeveel kinderen afhankelijk zijn")] = (
        None
    )
    toelichting: Tekst | None = None


class Meldcode(Schema):
    """De stappen van de meldcode die een professional heeft gezet; wat ontbreekt is nooit een reden om te weigeren."""

    signalen: Annotated[Stap | None, Field(description="1: in kaart brengen van signalen")] = None
    overleg: Annotated[Stap | None, Field(description="2: overleggen met een collega of met Veilig Thuis")] = None
    gesprek: Annotated[Stap | None, Field(description="3: gesprek met de betrokkenen")] = None
    weging: Annotated[Stap | None, Field(description="4: wegen van het geweld, met het afwegingskader")] = None
    beslissing: Annotated[Stap | None, Field(description="5: beslissen")] = None
    afwegingskader: Afwegingskader | None = None
    kindcheck: Kindcheck | None = None

    def to_domain(self) -> rules.Meldcode:
        """Return the meldcode as the domain judges it, without the texts."""
        return rules.read_meldcode(sent(self))


class MeldcodeVolledigheid(Schema):
    """Wat er van de meldcode ontbreekt; leeg als de melder geen professional is of een sector zonder meldcode."""

    volledig: bool
    ontbreekt: tuple[Ontbreekt, ...]


def volledigheid_uit(found: rules.Volledigheid | None) -> MeldcodeVolledigheid | None:
    """Return what is missing of a meldcode as it goes out."""
    return MeldcodeVolledigheid(volledig=found.volledig, ontbreekt=found.ontbreekt) if found else None
