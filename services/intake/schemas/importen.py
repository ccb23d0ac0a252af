"""Imports on the wire, and how the rows of one are read as the door reads a melding."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, ValidationError

from services.intake.domain.importeren import Import, ImportFout, ImportSoort, ImportStatus, RijResultaat, RijStatus
from services.intake.domain.melding import Melding
from services.intake.schemas.melding import MeldingIn
from shared.errors import Fault
from shared.web.problems import faults_of
from shared.web.schema import OptionalTijdstip, Schema, Tijdstip


def read_melding(body: Mapping[str, Any]) -> Melding | tuple[Fault, ...]:
    """Return the melding that some JSON is, or everything that is wrong with it: the very check of the door."""
    try:
        return MeldingIn.model_validate(body).to_domain()
    except ValidationError as error:
        return faults_of(error.errors(), location="body")


class ImportUit(Schema):
    """Hoe ver een import is; geteld in rijen van het bestand, zonder de kop."""

    id: UUID
    status: ImportStatus
    fout: Annotated[ImportFout | None, Field(description="Waarom het bestand als geheel niet kon worden gelezen")]
    soort: ImportSoort
    grootte: int
    rijen: Annotated[int | None, Field(description="Hoeveel er zijn; leeg zolang dat niet is geteld")]
    verwerkt: int
    ontvangen: int
    herhaald: int
    geweigerd: int
    aangemaakt_op: Tijdstip
    klaar_op: OptionalTijdstip


def import_uit(found: Import) -> ImportUit:
    """Return an import as it goes out."""
    return ImportUit.model_validate({name: getattr(found, name) for name in ImportUit.model_fields})


class RijFout(Schema):
    """Wat er mis is in een kolom; een lege kolom is de rij als geheel. Nooit wat er stond."""

    kolom: str
    detail: str


class RijUit(Schema):
    rij: int
    status: RijStatus
    melding_id: UUID | None
    kenmerk: str | None
    fouten: tuple[RijFout, ...]


def rij_uit(found: RijResultaat) -> RijUit:
    """Return what became of a row as it goes out."""
    return RijUit(
        rij=found.nr,
        status=found.status,
        melding_id=found.melding_id,
        kenmerk=found.kenmerk,
        fouten=tuple(RijFout(kolom=kolom, detail=detail) for kolom, detail in found.fouten),
    )


class RijLijst(Schema):
    resultaten: tuple[RijUit, ...]
    volgende: str | None
