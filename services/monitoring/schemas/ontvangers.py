"""How receivers of mail go over the wire."""

from datetime import time
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.monitoring.domain.ontvangers import Ontvanger, OntvangerSoort
from services.monitoring.store.ontvangers import OntvangerRow
from shared.ids import derived_id, medewerker_nr
from shared.web.schema import MedewerkerId, Schema, Tijdstip

Postvak = Annotated[
    str,
    Field(
        max_length=254,
        pattern=r"^[^\s@<>,;:\"\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        description="Een postvak van het werk; het staat alleen hier",
        examples=["noord@veiligthuis.example"],
    ),
]
_Van = Annotated[
    time | None,
    Field(
        description="Vanaf wanneer iemand met rust wordt gelaten, Nederlandse tijd; leeg: de rust van het huis",
        examples=["18:00"],
    ),
]
_Tot = Annotated[time | None, Field(description="Tot wanneer; eerder dan `rustVan` is een nacht", examples=["08:00"])]


class OntvangerWijzigingIn(Schema):
    """What can be changed of a receiver."""

    postvak: Postvak
    dagbericht: Annotated[bool, Field(description="Of hij elke werkdag een bericht krijgt met wat er te doen is")] = (
        True
    )
    rust_van: _Van = None
    rust_tot: _Tot = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.rust_van is None) != (self.rust_tot is None):
            raise ValueError("geef rustVan en rustTot samen, of geen van beide")
        if any(one is not None and one.tzinfo is not None for one in (self.rust_van, self.rust_tot)):
            raise ValueError("rustVan en rustTot zijn Nederlandse tijden, zonder tijdzone")
        return self

    def changed(self, before: Ontvanger) -> Ontvanger:
        """Return the receiver as he is afterwards."""
        return Ontvanger(
            id=before.id,
            soort=before.soort,
            postvak=self.postvak,
            dagbericht=self.dagbericht,
            rust_van=self.rust_van,
            rust_tot=self.rust_tot,
        )


class OntvangerIn(OntvangerWijzigingIn):
    """A new receiver: a worker by the subject of his token, or the mailbox of a team lead."""

    soort: OntvangerSoort
    medewerker_id: Annotated[
        MedewerkerId | None,
        Field(description="Bij een medewerker: het subject van zijn token; het wordt als nummer bewaard"),
    ] = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.soort is OntvangerSoort.MEDEWERKER) != (self.medewerker_id is not None):
            raise ValueError("geef medewerkerId bij een medewerker, en alleen dan")
        return self

    def to_domain(self, subject: str) -> Ontvanger:
        """Return the receiver, under the number that facts speak of, or one made of his mailbox.

        ``subject`` is whose token asks: whom `mij` means.
        """
        named = subject if self.medewerker_id == "mij" else self.medewerker_id
        key = medewerker_nr(named) if named else derived_id("teamleider", self.postvak.lower())
        return self.changed(Ontvanger(id=key, soort=self.soort, postvak=self.postvak))


class OntvangerOut(Schema):
    id: UUID = Field(description="Van een medewerker het nummer waaronder gebeurtenissen over hem spreken")
    soort: OntvangerSoort
    postvak: str
    dagbericht: bool
    rust_van: time | None
    rust_tot: time | None
    gewijzigd_op: Tijdstip
    versie: int


class OntvangerLijst(Schema):
    resultaten: tuple[OntvangerOut, ...]
    volgende: str | None


def ontvanger_out(row: OntvangerRow) -> OntvangerOut:
    """Return a receiver as he goes over the wire."""
    one = row.ontvanger
    return OntvangerOut(
        id=one.id,
        soort=one.soort,
        postvak=one.postvak,
        dagbericht=one.dagbericht,
        rust_van=one.rust_van,
        rust_tot=one.rust_tot,
        gewijzigd_op=row.gewijzigd_op,
        versie=row.versie,
    )
