"""The forms that several doors of intake share: what a number, a date or an address looks like on the wire."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, WithJsonSchema

from services.intake.domain.koppelvoorstel import Koppelvoorstel
from services.intake.domain.melding import (
    Ontvangst,
)
from shared.web.schema import Schema

LIST_MAX = 50

_PARTIAL_DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"


def _existing(value: str) -> str:
    """Refuse a day that is on no calendar; the rest of the form is the pattern's work."""
    try:
        date.fromisoformat(value + "-01-01"[len(value) - len("jjjj") :])
    except ValueError:
        raise ValueError("geen bestaande datum") from None
    return value


# In the document a full date is a date; what falls short of one is a text with a form of its own.
Geboortedatum = Annotated[
    Annotated[str, Field(pattern=f"^{_PARTIAL_DATE}$"), AfterValidator(_existing)] | None,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "pattern": r"^\d{4}(-(0[1-9]|1[0-2]))?$"},
                {"type": "null"},
            ],
            "description": "Zo volledig als bekend: jjjj, jjjj-mm of jjjj-mm-dd",
            "examples": ["1990-02-01", "1990"],
        }
    ),
]
Bsn = Annotated[
    str,
    Field(min_length=1, max_length=20, description="Nooit verplicht; een nummer dat niet klopt geeft een waarschuwing"),
]
Telefoonnummer = Annotated[str, Field(pattern=r"^[0-9+() .-]{3,25}$")]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]{1,64}@[^@\s]{1,189}$")]


def sent(value: Schema, *, exclude: set[str] | None = None) -> dict[str, Any]:
    """Return what was really sent of a value, as JSON with wire names: no empty fields, no defaults."""
    return value.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True, exclude=exclude)


def last_id(found: Sequence[Ontvangst | Koppelvoorstel], limiet: int) -> UUID | None:
    """Return the key after which the next page begins, or None when this was the last one."""
    return found[-1].id if len(found) == limiet and found else None
