"""The base of everything that goes over the wire, and the types that the NLGov API Design Rules ask for."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


class Schema(BaseModel):
    """Read and write camelCase, refuse what is not known, and stay as it was parsed."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", frozen=True
    )


def _date(value: Any) -> Any:  # whatever the client sent
    """Refuse what pydantic takes for a date beside a date: numbers, and instants at midnight."""
    if value is None or type(value) is date or (isinstance(value, str) and _DATE.fullmatch(value)):
        return value
    raise ValueError("een datum als 2026-01-31")


def _instant(value: Any) -> Any:  # whatever the client sent
    """Refuse what pydantic takes for an instant beside one: numbers, a blank for the T, a small z, -00:00."""
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, str) and _INSTANT.fullmatch(value) and not value.endswith("-00:00"):
        return value
    raise ValueError("een tijdstip als 2026-01-31T12:00:00Z of 2026-01-31T12:00:00+01:00")


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("een tijdstip tussen de jaren 1 en 9999") from None


def _readable(value: str) -> str:
    if not value.strip():
        raise ValueError("mag niet leeg zijn")
    return value


Datum = Annotated[date, BeforeValidator(_date)]
OptionalDatum = Annotated[
    date | None, BeforeValidator(_date), WithJsonSchema({"type": ["string", "null"], "format": "date"})
]
Tijdstip = Annotated[AwareDatetime, BeforeValidator(_instant), AfterValidator(_utc)]
OptionalTijdstip = Annotated[
    Annotated[AwareDatetime, AfterValidator(_utc)] | None,
    BeforeValidator(_instant),
    WithJsonSchema({"type": ["string", "null"], "format": "date-time"}),
]
Naam = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_readable)]
Tekst = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_readable)]
Kenmerk = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$")]
OrganisatieId = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9-]*$")]
GemeenteCode = Annotated[str, Field(pattern=r"^\d{4}$", description="CBS-code van de gemeente", examples=["0599"])]
JaarMaand = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-01"])]
# The subject of a token, which names nobody; an e-mail address would.
MedewerkerId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:|-]*(@[A-Za-z0-9-]+)?$",
        description="Het onderwerp van het token van een medewerker, of `mij`. Nooit een naam of e-mailadres.",
        examples=["mij"],
    ),
]
