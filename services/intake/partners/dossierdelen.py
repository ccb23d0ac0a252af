"""What intake asks every other room for an afschrift: its part of the casus, and who saw it there."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.domain.afschrift import Deel, Inzage
from shared.errors import NotFoundError, OperationalError
from shared.rules.access import Doel
from shared.web.client import RoomClient

_PAGES_MAX = 50
_PAGE = 200


@dataclass(frozen=True, slots=True)
class DossierdelenOverHttp:
    """Ask the other rooms over HTTP, all at once."""

    client: RoomClient
    urls: Mapping[str, str]  # of each room, by its name

    async def read(self, casus_id: UUID, casus_ids: Sequence[UUID]) -> tuple[tuple[Deel, ...], tuple[Inzage, ...]]:
        """Return what the rooms hold of a casus, and who saw it under any of its ids.

        Raises ``OperationalError`` when one of them does not answer: half a file is never given.
        """
        rooms = sorted(self.urls)
        delen, inzagen = await asyncio.gather(
            asyncio.gather(*(self._delen(room, casus_id) for room in rooms)),
            asyncio.gather(*(self._inzagen(room, casus_ids) for room in rooms)),
        )
        return (
            tuple(deel for found in delen for deel in found),
            tuple(inzage for found in inzagen for inzage in found),
        )

    async def _delen(self, room: str, casus_id: UUID) -> tuple[Deel, ...]:
        try:
            answer = await self._get(f"{self.urls[room]}/v1/casussen/{casus_id}/dossier")
        except NotFoundError:
            return ()  # this room never heard of the casus
        return tuple(_deel(room, row) for row in _rows(answer))

    async def _inzagen(self, room: str, casus_ids: Sequence[UUID]) -> tuple[Inzage, ...]:
        asked = "&".join(f"casusId={casus_id}" for casus_id in casus_ids)
        url = f"{self.urls[room]}/v1/dataverwerkingen?{asked}&limiet={_PAGE}"
        found: list[Inzage] = []
        following = ""
        for _ in range(_PAGES_MAX):
            answer = await self._get(f"{url}{following}")
            found += (_inzage(room, row) for row in _rows(answer))
            if not answer.get("volgende"):
                return tuple(found)
            following = f"&na={answer['volgende']}"
        raise _incomplete()

    async def _get(self, url: str) -> Mapping[str, Any]:
        try:
            answer = await self.client.get(url, purpose=Doel.DOSSIERRECHTEN)
        except ValueError:
            raise _incomplete() from None
        if not isinstance(answer, Mapping):
            raise _incomplete()
        return answer


def _rows(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    rows = answer.get("resultaten")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise _incomplete()
    yield from rows


def _deel(room: str, row: Mapping[str, Any]) -> Deel:
    velden, teksten = row.get("velden"), row.get("teksten")
    if not isinstance(velden, Mapping) or not isinstance(teksten, list) or "soort" not in row:
        raise _incomplete()
    moment = row.get("tijdstip")
    if moment is not None:
        _check_moment(moment)
    return Deel(
        afdeling=room,
        soort=str(row["soort"]),
        tijdstip=str(moment) if moment else None,
        velden=velden,
        teksten=tuple(str(tekst) for tekst in teksten),
    )


def _inzage(room: str, row: Mapping[str, Any]) -> Inzage:
    _check_moment(row.get("starttijd"))
    try:
        return Inzage(
            tijdstip=str(row["starttijd"]),
            afdeling=room,
            wat=str(row["naam"]),
            doel=str(row["doel"]),
            resultaat=str(row["resultaat"]),
            rol=str(row["rol"]),
            organisatie=str(row["organisatieId"]),
            verwerking=str(row["verwerkingsactiviteitId"]),
        )
    except KeyError:
        raise _incomplete() from None


def _check_moment(moment: object) -> None:
    try:
        datetime.fromisoformat(str(moment))
    except ValueError:
        raise _incomplete() from None


def _incomplete() -> OperationalError:
    return OperationalError("Een ander deel van de keten gaf een onvolledig antwoord; er is geen half afschrift.")
