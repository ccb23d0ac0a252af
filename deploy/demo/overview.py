"""Which overdrachten there are: the player follows the list of handover, as the people of Veilig Thuis would."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from deploy.demo.deeds import Aanbod
from deploy.demo.doors import MEDEWERKER, Call, Doors, PlayError

_PAGE = "100"
_PATIENCE_SECONDS = 30.0
_WAIT_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class _Key:
    melding_id: str
    soort: str
    organisatie_id: str
    uit_dienst: bool
    opnieuw: bool


def _key_of(row: dict[str, Any]) -> _Key:
    return _Key(
        row["meldingId"],
        row["soort"],
        row["organisatieId"],
        row["dienstId"] is not None,
        row["vervangtOverdrachtId"] is not None,
    )


class Overview:
    """The ids of the overdrachten that are still to be answered, by what they are about."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._known: dict[_Key, str] = {}
        self._cursor: str | None = None
        self._lock = asyncio.Lock()

    async def find(self, melding_id: str, aanbod: Aanbod) -> str:
        """Return the id of an overdracht, waiting while its offer is on its way.

        Raises ``PlayError`` when it does not come.
        """
        one = aanbod.ontvanger
        key = _Key(melding_id, one.soort.value, one.organisatie_id, aanbod.uit_dienst, aanbod.opnieuw)
        begin = time.monotonic()
        while key not in self._known:
            if time.monotonic() - begin > _PATIENCE_SECONDS:
                raise PlayError("handover toont een aangeboden overdracht niet na 30 s; de demo stopt hier.")
            # From the start again in between: an offer may be dated before the page that was read last.
            await self._read_on(anew=time.monotonic() - begin > 1.0)
            if key not in self._known:
                await asyncio.sleep(_WAIT_SECONDS)
        return self._known[key]

    async def _read_on(self, *, anew: bool) -> None:
        """Read the list from the last full page on; offers come in the order of time."""
        async with self._lock:
            place = None if anew else self._cursor
            while True:
                params = (("limiet", _PAGE), *((("na", place),) if place else ()))
                answer = await self._doors.send(
                    Call("handover", "GET", "/overdrachten", "/overdrachten", MEDEWERKER, params=params)
                )
                self._known.update((_key_of(row), row["id"]) for row in answer["resultaten"])
                self._cursor = place
                place = answer["volgende"]
                if place is None:
                    return
