"""How consults are kept."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.consult import Consult, ConsultTekst, ConsultUitkomst
from services.triage.store.matter import OneTable, head_of
from services.triage.store.values import AnyRow
from services.triage.tables.raad import consult
from shared.rules.behandelcodes import ConsultPartij


def _columns(one: Consult) -> Mapping[str, object]:
    return {
        "partij": one.partij,
        "uitkomst": one.uitkomst,
        "strafbaar_feit_vermoed": one.strafbaar_feit_vermoed,
    }


def _read(row: AnyRow, tekst: Mapping[str, Any]) -> Consult:
    return Consult(
        **head_of(row),
        partij=ConsultPartij(row.partij),
        uitkomst=ConsultUitkomst(row.uitkomst),
        strafbaar_feit_vermoed=row.strafbaar_feit_vermoed,
        tekst=ConsultTekst(**tekst),
    )


CONSULTEN: OneTable[Consult] = OneTable(consult, _columns, lambda one: asdict(one.tekst), _read)


async def consulten_of(
    conn: AsyncConnection, *, casus_id: UUID | None, melding_id: UUID | None
) -> dict[UUID, list[Consult]]:
    """Return the consults of a melding or a casus, by melding; no text is opened."""
    query = select(consult)
    query = query.where(consult.c.melding_id == melding_id) if melding_id else query
    query = query.where(consult.c.casus_id == casus_id) if casus_id else query
    found: dict[UUID, list[Consult]] = {}
    for row in (await conn.execute(query)).all():
        found.setdefault(row.melding_id, []).append(_read(row, {}))
    return found
