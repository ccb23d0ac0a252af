"""What every matter about one melding shows on the wire, and how people are named in it."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field

from services.triage.domain.matter import Betrokkene, Matter
from services.triage.schemas.common import PERSOON_NR_MAX
from shared.web.pages import encode_cursor
from shared.web.schema import GemeenteCode, Schema

_PEOPLE_MAX = 50

PersoonNr = Annotated[
    int, Field(ge=0, le=PERSOON_NR_MAX, description="De plaats van de persoon in de melding, vanaf 0")
]

M = TypeVar("M", bound=Matter)
S = TypeVar("S", bound=Schema)


class BetrokkeneRef(Schema):
    """Een directbetrokkene: de melding waarin hij staat, en zijn plaats daarin."""

    melding_id: UUID
    nr: PersoonNr

    def to_domain(self) -> Betrokkene:
        """Return the person as the domain knows him."""
        return Betrokkene(self.melding_id, self.nr)

    @classmethod
    def of(cls, one: Betrokkene) -> "BetrokkeneRef":
        """Return a person as he is shown."""
        return cls(melding_id=one.melding_id, nr=one.nr)


Betrokkenen = Annotated[tuple[BetrokkeneRef, ...], Field(max_length=_PEOPLE_MAX)]


class MatterOut(Schema):
    id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: GemeenteCode
    versie: int


def head_fields(matter: Matter) -> dict[str, Any]:
    """Return what every matter shows."""
    return {
        "id": matter.id,
        "melding_id": matter.melding_id,
        "casus_id": matter.casus_id,
        "gemeente_code": matter.gemeente_code,
        "versie": matter.versie,
    }


def shown_page(found: Sequence[M], limiet: int, show: Callable[[M], S]) -> dict[str, Any]:
    """Return one page of a list of which one item too many was asked, and where the next begins."""
    shown = found[:limiet]
    last = shown[-1] if len(found) > limiet else None
    return {
        "resultaten": tuple(show(one) for one in shown),
        "volgende": encode_cursor(last.begonnen_op, str(last.id)) if last else None,
    }
