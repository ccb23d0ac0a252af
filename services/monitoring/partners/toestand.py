"""How monitoring asks the rooms, itself included, how they are."""

import asyncio
from collections.abc import Mapping
from typing import Any

from services.monitoring.domain.alerts import KetenEinde, Toestand
from shared.errors import KetenError
from shared.rules.access import Doel
from shared.web.client import RoomClient

_PURPOSE = Doel.BEHEER.value
_SECONDS = 5.0


async def ask_rooms(client: RoomClient, urls: Mapping[str, str]) -> dict[str, Toestand | None]:
    """Return what each room says of itself, asked all at once; None for one that does not answer well."""
    answers = await asyncio.gather(*(_ask(client, url) for url in urls.values()))
    return dict(zip(urls, answers, strict=True))


async def _ask(client: RoomClient, url: str) -> Toestand | None:
    try:
        async with asyncio.timeout(_SECONDS):
            answer = await client.get(f"{url}/v1/toestand", purpose=_PURPOSE)
        return Toestand(
            te_verzenden=int(answer["teVerzenden"]),
            oudste_seconden=float(answer["oudsteSeconden"]),
            wachtend_op_voorganger=int(answer["wachtendOpVoorganger"]),
            in_quarantaine=int(answer["inQuarantaine"]),
            te_ketenen=int(answer["auditTeKetenen"]),
            keten=_keten(answer["auditKeten"]),
            taken_opgegeven=int(answer["takenOpgegeven"]),
        )
    except (KetenError, TimeoutError, KeyError, TypeError, ValueError):
        return None


def _keten(found: Mapping[str, Any] | None) -> KetenEinde | None:
    return None if found is None else KetenEinde(int(found["nr"]), bytes.fromhex(found["hash"]))
