"""The school attendance office (leerplicht): it says which school a child goes to, and where that school takes signals.

No office publishes an interface for this that could be read; this is the smallest that can do it, pinned in
``tests/contracts``. It is told the name and the birth date of the child, and never why it is asked.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from services.intake.domain.schooltoets import Leerling, School, SchoolBron

_TOTAL_SECONDS = 10.0
_ANSWER_BYTES_MAX = 65_536
_NAAM_MAX = 200
BRIN = re.compile(r"[0-9]{2}[A-Z]{2}([0-9]{2})?")


class PartnerFaultError(Exception):
    """Say as a code how a request to a partner went wrong; never what was sent or answered."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


NIET_AANGESLOTEN, GEEN_ANTWOORD, ONLEESBAAR, ONBEKENDE_DEUR = (
    "niet-aangesloten",
    "geen-antwoord",
    "onleesbaar-antwoord",
    "onbekende-deur",
)


@dataclass(frozen=True, slots=True)
class Leerplicht:
    """The office, spoken to in JSON; ``key_file`` holds the key with which we are known there."""

    url: str
    http: httpx.AsyncClient
    key_file: Path | None = None

    async def find_school(self, leerling: Leerling) -> School | None:
        """Return the school of a child, or None when the office knows none; raises ``PartnerFaultError``."""
        if not self.url:
            raise PartnerFaultError(NIET_AANGESLOTEN)
        status, body = await post(
            self.http, f"{self.url}/leerlingen/_zoek", wire(leerling), key_file=self.key_file, good={200, 404}
        )
        if status == httpx.codes.NOT_FOUND:
            # A wrong address answers 404 too: only the words of the office itself say that it knows no school.
            if object_of(body).get("school") is not None or "school" not in object_of(body):
                raise PartnerFaultError(ONLEESBAAR)
            return None
        return _school(object_of(body))


def wire(leerling: Leerling) -> dict[str, object]:
    """Return a question as it leaves: these values and no other."""
    naam = {"voornamen": leerling.voornamen, "geslachtsnaam": leerling.geslachtsnaam}
    if leerling.voorvoegsel:
        naam["voorvoegsel"] = leerling.voorvoegsel
    return {"naam": naam, "geboortedatum": leerling.geboortedatum.isoformat()}


def _school(body: Mapping[str, Any]) -> School:
    """Read a school: the named values and nothing else, however much is sent."""
    told = body.get("school")
    if not isinstance(told, Mapping):
        raise PartnerFaultError(ONLEESBAAR)
    brin, deur = told.get("brin"), told.get("deur")
    if not isinstance(brin, str) or not BRIN.fullmatch(brin) or not isinstance(deur, str):
        raise PartnerFaultError(ONLEESBAAR)
    return School(brin, _line(told.get("naam")), deur, SchoolBron.LEERPLICHT)


def _line(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _NAAM_MAX or not value.isprintable():
        raise PartnerFaultError(ONLEESBAAR)
    return value


# --- how both partners of Handle with Care are spoken to -------------------------------------------------------


async def post(  # noqa: PLR0913, keyword only after what is sent
    http: httpx.AsyncClient,
    url: str,
    body: Mapping[str, object],
    *,
    good: set[int],
    key_file: Path | None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, bytes]:
    """Send a message and return the status, one of ``good``, with what was answered; every wait has an end.

    Raises ``PartnerFaultError`` with the status, or with a word for what came instead of one.
    """
    sent = {"Accept": "application/json", **_key(key_file), **(headers or {})}
    try:
        async with (
            asyncio.timeout(_TOTAL_SECONDS),
            http.stream("POST", url, json=body, headers=sent) as answer,
        ):
            if answer.status_code not in good:
                raise PartnerFaultError(str(answer.status_code))
            return answer.status_code, await _read(answer)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError):
        # Its text can hold the address: only the kind goes on.
        raise PartnerFaultError(GEEN_ANTWOORD) from None


def _key(key_file: Path | None) -> dict[str, str]:
    if key_file is None:
        return {}
    try:
        return {"Authorization": f"Bearer {key_file.read_text().strip()}"}
    except (OSError, UnicodeDecodeError):
        raise PartnerFaultError(NIET_AANGESLOTEN) from None


async def _read(answer: httpx.Response) -> bytes:
    body = b""
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > _ANSWER_BYTES_MAX:
            raise PartnerFaultError(ONLEESBAAR)
    return body


def object_of(answer: bytes) -> Mapping[str, Any]:
    """Return the JSON object of an answer; a good status with anything else is not believed."""
    try:
        body = json.loads(answer)
    except (ValueError, RecursionError):
        raise PartnerFaultError(ONLEESBAAR) from None
    if not isinstance(body, Mapping):
        raise PartnerFaultError(ONLEESBAAR)
    return body
