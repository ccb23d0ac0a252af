"""On what it depends who receives, as this room knows it, and the table of local fields that it was started with."""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.routering import Omstandigheden
from services.handover.handlers.common import LOKALE_SOORTEN
from services.handover.store import leeftijden, overdrachten
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Leeftijdsgroep, Uitkomst, VeldOnderdeel
from shared.rules.gemeenten import code_on, with_predecessors
from shared.rules.lokaal_veld import Doorzetting, LokaalVeld, VeldRegel
from shared.rules.veldtabel import RIJNMOND, VeldError, build_veld


async def load_omstandigheden(
    conn: AsyncConnection, casus_id: UUID, gemeente_code: str, uitkomst: Uitkomst | None, *, now: datetime
) -> Omstandigheden:
    """Return what is known of a locked casus by which it is decided who receives."""
    day = amsterdam_day(now)
    codes = with_predecessors({gemeente_code, code_on(gemeente_code, day)})
    betrokken = await overdrachten.list_betrokken(conn, casus_id, codes, LOKALE_SOORTEN)
    return Omstandigheden(
        gemeente_code=gemeente_code,
        uitkomst=uitkomst,
        groepen=await leeftijden.read_leeftijden(conn, casus_id),
        betrokken=tuple(betrokken),
        day=day,
    )


# --- the table of an installation ------------------------------------------------------------------------------


class _Strict(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class _Regel(_Strict):
    gemeente_code: str = Field(pattern=r"^\d{4}$")
    doorzettingen: frozenset[Doorzetting]
    onderdeel: VeldOnderdeel
    organisatie_id: str = Field(max_length=80, pattern=r"^[a-z0-9][a-z0-9-]*$")
    groep: Leeftijdsgroep | None = None
    van: date | None = None
    tot: date | None = None
    betrokkene_gaat_voor: bool = True
    bron: str = ""
    onzeker: bool = False


class _Bestand(_Strict):
    regels: tuple[_Regel, ...]


def load_veld(file: Path | None) -> LokaalVeld:
    """Return the local fields of this installation: of a file (docs/routering.md), or of Rotterdam-Rijnmond.

    Raises ``VeldError`` with what is wrong: a room that could leave a family with nobody does not start.
    """
    if file is None:
        return RIJNMOND
    try:
        told = _Bestand.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise VeldError(f"{file.name} holds no table of local fields: {error}") from error
    return build_veld(VeldRegel(**{name: getattr(row, name) for name in _Regel.model_fields}) for row in told.regels)
