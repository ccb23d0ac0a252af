"""What a notice of an overdracht says: that it waits, under which number, and where it is read. Nothing of the family.

The receiver fetches the package by his own login: there it is cut, kept as delivered, and logged.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.handover.domain.levering import PogingUitkomst
from shared.rules.codes import BestemmingSoort

_COME_BACK = frozenset({408, 425, 429})  # the statuses below 500 that say to try again
_SUCCESS, _REDIRECT, _REFUSAL, _FAILURE = 200, 300, 400, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Bericht:
    """One notice; the same delivery always gives the same one."""

    levering_id: UUID
    overdracht_id: UUID
    organisatie_id: str
    gemeente_code: str
    soort: BestemmingSoort
    accepteren_uiterlijk: datetime
    deur_url: str  # where the door of handover is for whoever stands outside

    @property
    def pakket_url(self) -> str:
        """Where the receiver reads the package."""
        return f"{self.deur_url.rstrip('/')}/v1/overdrachten/{self.overdracht_id}"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its subject line and its text."""

    onderwerp: str
    tekst: str


def wire(bericht: Bericht) -> bytes:
    """Return a notice as it goes to a system: ids, codes, a date and two addresses, always in the same bytes."""
    content = {
        "soort": "overdracht-aangeboden",
        "leveringId": str(bericht.levering_id),
        "overdrachtId": str(bericht.overdracht_id),
        "organisatieId": bericht.organisatie_id,
        "gemeenteCode": bericht.gemeente_code,
        "bestemming": bericht.soort.value,
        "accepterenUiterlijk": bericht.accepteren_uiterlijk.isoformat().replace("+00:00", "Z"),
        "pakket": bericht.pakket_url,
        "ontvangstbevestiging": f"{bericht.pakket_url}/ontvangstbevestiging",
    }
    return json.dumps(content, separators=(",", ":")).encode()


def mail_of(bericht: Bericht) -> Mail:
    """Return a notice as a mail; it does not even say of which municipality it is."""
    return Mail(
        onderwerp="Ketenradar: er wacht een overdracht op u",
        tekst=(
            "Veilig Thuis heeft uw organisatie een overdracht aangeboden.\n\n"
            f"U leest haar na inloggen op: {bericht.pakket_url}\n\n"
            "Bevestig daar dat u haar ontving, en accepteer of weiger haar.\n\n"
            "Dit bericht is automatisch gemaakt en bevat geen persoonsgegevens. U kunt er niet op antwoorden.\n"
        ),
    )


def judge_answer(status: int, body: bytes, *, overdracht_id: UUID) -> PogingUitkomst:
    """Return what an answer is worth: only one that names the overdracht and says that it was received is proof."""
    if status >= _FAILURE or status in _COME_BACK:
        return PogingUitkomst.STORING
    if status >= _REFUSAL:
        return PogingUitkomst.GEWEIGERD
    if status >= _REDIRECT:
        return PogingUitkomst.OMGELEID
    proven = status >= _SUCCESS and _proves(body, overdracht_id)
    return PogingUitkomst.ONTVANGEN if proven else PogingUitkomst.GEEN_BEWIJS


def _proves(body: bytes, overdracht_id: UUID) -> bool:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(told, Mapping):
        return False
    return told.get("overdrachtId") == str(overdracht_id) and told.get("status") == "ontvangen"
