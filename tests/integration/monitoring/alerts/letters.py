"""Letters that were made definite, without the figures that they are made of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain.monitorbrief import area_name
from services.monitoring.domain.rapport import Rapport, content_of, fingerprint
from services.monitoring.domain.rapportsoorten import REGIO, RapportSoort, read_periode
from services.monitoring.store import rapporten as store
from services.monitoring.store.rapporten import UitgaveRow
from shared.db import in_transaction
from shared.ids import new_id

MADE = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


async def publish(
    engine: AsyncEngine,
    maand: str,
    *codes: str,
    versie: int = 1,
    reden: str | None = None,
    inhoud: Mapping[str, Any] | None = None,
) -> None:
    """Keep the letter of a month as definite, of the region and some municipalities; all alike when it says what."""
    periode = read_periode(RapportSoort.MONITORBRIEF, maand)
    one = UitgaveRow(
        id=new_id(),
        versie=versie,
        peildatum=MADE.date(),
        vastgesteld_op=MADE,
        door=None,
        reden=reden,
        patroon={},
    )
    contents = {}
    for code in (None, *(codes or ("0599", "0613"))):
        rapport = Rapport(
            soort=periode.soort,
            periode=maand,
            naam=periode.naam,
            gebied=area_name(code),
            gemeente_code=code,
            peildatum=MADE.date(),
            termijnen=(),
            tellingen=(),
        )
        found = inhoud or content_of(rapport)
        contents[code or REGIO] = (found, fingerprint(found))
    async with in_transaction(engine) as conn:
        await store.add(conn, periode.soort, maand, one, contents)
