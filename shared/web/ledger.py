"""The log of data processing, to be read: who saw or changed what, of which casus, for which purpose.

The form follows Logboek Dataverwerkingen 1.0 and its draft extension for reading: at least one of trace, processing
activity, person or casus must be named. Reading the log is itself a deed that is recorded.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.audit import Act, Resultaat, record
from shared.db import in_transaction
from shared.errors import InvalidInputError
from shared.web.access import Allowed
from shared.web.pages import Page, encode_cursor, id_place, page
from shared.web.routes import Resources, resources, room_router
from shared.web.schema import OptionalTijdstip, Schema, Tijdstip

_CASUSSEN_MAX = 50
# A wrong question of the caller is no fault of the processing: its status is "Unset" (LDV 3.3.2.3).
_STATUS = {Resultaat.GELUKT: "Ok"}


class Dataverwerking(Schema):
    id: UUID
    trace_id: str | None
    span_id: str | None
    parent_span_id: str | None
    status: str
    naam: str
    resultaat: str
    starttijd: Tijdstip
    eindtijd: Tijdstip
    verwerkingsactiviteit_id: str
    betrokkene_ids: tuple[UUID, ...]
    casus_id: UUID | None
    object_soort: str
    object_id: UUID | None
    doel: str
    actor: str
    rol: str
    organisatie_id: str
    herkomst: str
    client: str


class DataverwerkingLijst(Schema):
    resultaten: tuple[Dataverwerking, ...]
    volgende: str | None


_FIND = text("""
SELECT * FROM audit
WHERE (CAST(:casussen AS uuid[]) IS NULL OR casus_id = ANY(CAST(:casussen AS uuid[])))
  AND (CAST(:object AS uuid) IS NULL OR object_id = :object)
  AND (CAST(:trace_id AS text) IS NULL OR trace_id = :trace_id)
  AND (CAST(:verwerking AS text) IS NULL OR verwerking = :verwerking)
  AND (CAST(:betrokkene AS uuid) IS NULL OR betrokkenen @> ARRAY[CAST(:betrokkene AS uuid)])
  AND (CAST(:van AS timestamptz) IS NULL OR tijdstip >= :van)
  AND (CAST(:tot AS timestamptz) IS NULL OR tijdstip < :tot)
  AND (CAST(:na AS uuid) IS NULL OR id > :na)
ORDER BY id LIMIT :limiet
""")


def ledger_router() -> APIRouter:
    """Return the route by which every room lets its log be read."""
    router = room_router("Dataverwerkingen")

    @router.get(
        "/dataverwerkingen",
        summary="Wie wat zag of wijzigde",
        description=(
            "Het logboek van deze afdeling, de oudste regel eerst. Noem ten minste één casus, trace, betrokkene, "
            "object of verwerkingsactiviteit. Ook weigeringen staan erin: onder het object waarnaar werd gevraagd, en "
            "onder de casus als die in de vraag stond. Het lezen van het logboek komt zelf in het logboek."
        ),
    )
    async def list_dataverwerkingen(  # noqa: PLR0913, PLR0917, one parameter a filter
        caller: Allowed,
        made: Annotated[Resources, Depends(resources)],
        part: Annotated[Page, Depends(page)],
        casus_id: Annotated[list[UUID] | None, Query(alias="casusId", max_length=_CASUSSEN_MAX)] = None,
        trace_id: Annotated[str | None, Query(alias="traceId", pattern=r"^[0-9a-f]{32}$")] = None,
        verwerking: Annotated[str | None, Query(alias="verwerkingsactiviteitId", max_length=200)] = None,
        betrokkene: Annotated[UUID | None, Query(alias="betrokkeneId")] = None,
        object_id: Annotated[UUID | None, Query(alias="objectId", description="Melding, overdracht, dienst")] = None,
        van: Annotated[OptionalTijdstip, Query(description="Vanaf dit tijdstip")] = None,
        tot: Annotated[OptionalTijdstip, Query(description="Tot dit tijdstip")] = None,
    ) -> DataverwerkingLijst:
        if not (casus_id or trace_id or verwerking or betrokkene or object_id):
            raise InvalidInputError("Noem een casusId, traceId, betrokkeneId, objectId of verwerkingsactiviteitId.")
        wanted = {
            "casussen": casus_id or None,
            "trace_id": trace_id,
            "verwerking": verwerking,
            "betrokkene": betrokkene,
            "object": object_id,
            "van": van,
            "tot": tot,
        }
        act = Act("logboek-gelezen", "dataverwerkingen", None, casus_id[0] if casus_id else None)
        async with in_transaction(made.engine) as conn:
            found = await _find(conn, wanted, part)
            await record(conn, caller, act, now=made.clock())
        shown = found[: part.limiet]
        more = len(found) > part.limiet
        return DataverwerkingLijst(
            resultaten=tuple(_shown(row) for row in shown), volgende=encode_cursor(str(shown[-1].id)) if more else None
        )

    return router


async def _find(conn: AsyncConnection, wanted: dict[str, Any], part: Page) -> list[Row[Any]]:
    rows = await conn.execute(_FIND, {**wanted, "na": id_place(part), "limiet": part.limiet + 1})
    return list(rows.all())


def _shown(row: Row[Any]) -> Dataverwerking:
    start: datetime = row.tijdstip
    end = start + timedelta(milliseconds=row.duur_ms)
    return Dataverwerking(
        id=row.id,
        trace_id=row.trace_id,
        span_id=row.span_id,
        parent_span_id=row.parent_span_id,
        status=_STATUS.get(Resultaat(row.resultaat), "Unset"),
        naam=row.actie,
        resultaat=row.resultaat,
        starttijd=start,
        eindtijd=end,
        verwerkingsactiviteit_id=row.verwerking,
        betrokkene_ids=tuple(row.betrokkenen),
        casus_id=row.casus_id,
        object_soort=row.object_soort,
        object_id=row.object_id,
        doel=row.doel,
        actor=row.actor,
        rol=row.rol,
        organisatie_id=row.organisatie_id,
        herkomst=row.herkomst,
        client=row.client,
    )
