"""How a reference index is spoken to: our own words for place, withdraw and ask for matches, with bounded waits.

The indexes of the region (MULTIsignaal) and the VT-register publish no interface that could be read, so this is the
smallest one that can do it, pinned in ``tests/contracts``; what a real index asks otherwise is mended in its adapter.
Each request names our own reference, so that doing it again does nothing more. A good status is not believed: only a
body that answers to this very reference is.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from services.intake.domain.indexen import Bericht, MatchRegel, PogingUitkomst

_TOTAL_SECONDS = 10.0
_ANSWER_BYTES_MAX = 262_144
_MATCHES_MAX = 200
_NAAM_MAX = 200
_KENMERK = re.compile(r"[A-Za-z0-9-]{1,80}")
_WILL_NOT_HELP = frozenset({400, 409, 410, 413, 415, 422})
_NOT_LET_IN = frozenset({401, 403})


class IndexFaultError(Exception):
    """Say how a request to an index went wrong."""

    def __init__(self, uitkomst: PogingUitkomst) -> None:
        super().__init__(uitkomst.value)
        self.uitkomst = uitkomst


@dataclass(frozen=True, slots=True)
class MatchPage:
    """A part of what an index has to tell; ``laatste`` is the place to ask after next time."""

    matches: tuple[MatchRegel, ...]
    laatste: str
    meer: bool


@dataclass(frozen=True, slots=True)
class VerwijsindexOverHttp:
    """One index, spoken to in JSON over HTTPS; ``key_file`` holds the key with which we are known there."""

    url: str
    key_file: Path | None
    http: httpx.AsyncClient

    async def place(self, referentie: UUID, bericht: Bericht, *, doorgeven: str = "") -> tuple[MatchRegel, ...]:
        """Let a signal stand, and return the matches that it has at once; raises ``IndexFaultError``.

        ``doorgeven`` names another index that it may be passed on to; without it, that one must let go of it.
        """
        address = f"/signalen/{referentie}?doorgeven={doorgeven}" if doorgeven else f"/signalen/{referentie}"
        answer = await self._ask("PUT", address, body=wire(bericht), good={200, 201})
        body = _object(answer)
        if body.get("referentie") != str(referentie) or body.get("status") != "actief":
            raise IndexFaultError(PogingUitkomst.ONLEESBAAR_ANTWOORD)
        found = _matches(body.get("matches"))
        if any(regel.referentie != referentie for regel in found):
            raise IndexFaultError(PogingUitkomst.ONLEESBAAR_ANTWOORD)
        return found

    async def withdraw(self, referentie: UUID) -> None:
        """Let a signal stand no longer, whether it stood or not; raises ``IndexFaultError``.

        Only 204 is believed: a 404 can come from a wrong address, and the signal would stand for ever.
        """
        await self._ask("DELETE", f"/signalen/{referentie}", body=None, good={204})

    async def matches_after(self, na: str) -> MatchPage:
        """Return what changed in the matches of our signals after a place; raises ``IndexFaultError``."""
        body = _object(await self._ask("GET", f"/matches?na={na}", body=None, good={200}))
        laatste, meer = body.get("laatste"), body.get("meer")
        if not isinstance(laatste, str) or not _KENMERK.fullmatch(laatste) or not isinstance(meer, bool):
            raise IndexFaultError(PogingUitkomst.ONLEESBAAR_ANTWOORD)
        return MatchPage(_matches(body.get("matches")), laatste, meer)

    async def _ask(self, method: str, address: str, *, body: Mapping[str, object] | None, good: set[int]) -> bytes:
        headers = {"Accept": "application/json", **self._key()}
        try:
            async with (
                asyncio.timeout(_TOTAL_SECONDS),
                self.http.stream(method, f"{self.url}{address}", json=body, headers=headers) as answer,
            ):
                if answer.status_code not in good:
                    raise IndexFaultError(_fault_of(answer.status_code))
                return await _read(answer)
        except (httpx.HTTPError, OSError, TimeoutError):
            # Its text holds the address, and the address our reference: only the kind goes on.
            raise IndexFaultError(PogingUitkomst.GEEN_ANTWOORD) from None

    def _key(self) -> dict[str, str]:
        if self.key_file is None:
            return {}
        try:
            return {"Authorization": f"Bearer {self.key_file.read_text().strip()}"}
        except (OSError, UnicodeDecodeError):
            raise IndexFaultError(PogingUitkomst.NIET_TOEGELATEN) from None


def wire(bericht: Bericht) -> dict[str, object]:
    """Return a message as it leaves: these values and no other."""
    naam = {"geslachtsnaam": bericht.geslachtsnaam, "voornamen": bericht.voornamen}
    if bericht.voorvoegsel:
        naam["voorvoegsel"] = bericht.voorvoegsel
    return {
        "naam": naam,
        "geboortedatum": bericht.geboortedatum.isoformat(),
        "geslacht": bericht.geslacht.value,
        "organisatie": bericht.organisatie,
    }


def _fault_of(status: int) -> PogingUitkomst:
    if status in _NOT_LET_IN:
        return PogingUitkomst.NIET_TOEGELATEN
    return PogingUitkomst.GEWEIGERD if status in _WILL_NOT_HELP else PogingUitkomst.STORING


async def _read(answer: httpx.Response) -> bytes:
    body = b""
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > _ANSWER_BYTES_MAX:
            raise IndexFaultError(PogingUitkomst.ONLEESBAAR_ANTWOORD)
    return body


def _object(answer: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(answer)
    except (ValueError, RecursionError):
        raise IndexFaultError(PogingUitkomst.ONLEESBAAR_ANTWOORD) from None
    if not isinstance(body, Mapping):
        raise IndexFaultError(PogingUitkomst.ONLEESBAAR_ANTWOORD)
    return body


def _matches(rows: object) -> tuple[MatchRegel, ...]:
    if not isinstance(rows, list) or len(rows) > _MATCHES_MAX:
        raise IndexFaultError(PogingUitkomst.ONLEESBAAR_ANTWOORD)
    return tuple(_match(row) for row in rows)


_ENDED = {"actief": False, "beeindigd": True}


def _match(row: object) -> MatchRegel:
    """Read a match: the named values and nothing else, however much an index sends."""
    if not isinstance(row, Mapping):
        raise IndexFaultError(PogingUitkomst.ONLEESBAAR_ANTWOORD)
    try:
        return MatchRegel(
            referentie=UUID(_text(row["referentie"])),
            kenmerk=_kenmerk(row["kenmerk"]),
            organisatie_id=_kenmerk(row["organisatieId"]),
            organisatie=_text(row["organisatie"]),
            contact=_text(row["contact"]),
            sinds=date.fromisoformat(_text(row["sinds"])),
            beeindigd=_ENDED[row["status"]],
        )
    except (LookupError, TypeError, ValueError):
        raise IndexFaultError(PogingUitkomst.ONLEESBAAR_ANTWOORD) from None


def _text(value: object) -> str:
    """Return a short line of readable text: an organisation and its telephone are no more than that."""
    if not isinstance(value, str) or not 0 < len(value) <= _NAAM_MAX or not value.isprintable():
        raise ValueError("no line of text")
    return value


def _kenmerk(value: object) -> str:
    if not isinstance(value, str) or not _KENMERK.fullmatch(value):
        raise ValueError("no name of a thing")
    return value
