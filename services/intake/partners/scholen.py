"""The doors of the schools: a signal goes in, a receipt comes out, and only the receipt proves that the school knows.

Signals go to addresses below the one that this installation was told, whoever names the school: an address that a
partner answers can lead anywhere. The same signal sent twice is one, by its key.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import httpx

from services.intake.domain.handle_with_care import Bewijs, Wijze
from services.intake.domain.schooltoets import CODEWOORD, Leerling, School
from services.intake.partners.leerplicht import (
    BRIN,
    NIET_AANGESLOTEN,
    ONBEKENDE_DEUR,
    ONLEESBAAR,
    PartnerFaultError,
    object_of,
    post,
)

_ONTVANGSTBEWIJS = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_DEUR = re.compile(r"(/[A-Za-z0-9-]+)+")  # no dots, no query: it can climb to nowhere


@dataclass(frozen=True, slots=True)
class Scholen:
    """The schools of the region, below one address; ``key_file`` holds the key with which we are known there."""

    url: str
    http: httpx.AsyncClient
    key_file: Path | None = None

    async def deliver(self, school: School, leerling: Leerling, *, sleutel: UUID) -> Bewijs | None:
        """Give a school the signal and return its receipt; None when the child is no pupil there.

        Raises ``PartnerFaultError``, also for a good status without a receipt.
        """
        status, body = await post(
            self.http,
            self._deur(school),
            wire(leerling),
            good={200, 201, 404},
            key_file=self.key_file,
            headers={"Idempotency-Key": str(sleutel)},
        )
        told = object_of(body)
        if status == httpx.codes.NOT_FOUND:
            if told.get("leerling") != "onbekend":
                raise PartnerFaultError(str(status))  # a wrong address, and no school that looked for the child
            return None
        ontvangstbewijs, tijdstip = told.get("ontvangstbewijs"), told.get("ontvangenOp")
        if not isinstance(ontvangstbewijs, str) or not _ONTVANGSTBEWIJS.fullmatch(ontvangstbewijs):
            raise PartnerFaultError(ONLEESBAAR)
        return Bewijs(Wijze.BERICHT, _moment(tijdstip), ontvangstbewijs)

    def _deur(self, school: School) -> str:
        if not self.url:
            raise PartnerFaultError(NIET_AANGESLOTEN)
        if school.deur is None:
            if not BRIN.fullmatch(school.brin):
                raise PartnerFaultError(ONBEKENDE_DEUR)
            return f"{self.url}/{school.brin}/signalen"
        below = school.deur.removeprefix(self.url)
        if below == school.deur or not _DEUR.fullmatch(below):
            raise PartnerFaultError(ONBEKENDE_DEUR)
        return school.deur


def wire(leerling: Leerling) -> dict[str, object]:
    """Return a signal as it leaves: these three values and no other."""
    return {"naam": leerling.naam, "geboortedatum": leerling.geboortedatum.isoformat(), "codewoord": CODEWOORD}


def _moment(told: object) -> datetime:
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise PartnerFaultError(ONLEESBAAR)
    return found
