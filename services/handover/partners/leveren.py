"""How a notice goes out, by the way that its receiver wants it; one adapter a way."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from services.handover.domain.leveradres import Adres
from services.handover.domain.leverbericht import Bericht
from services.handover.domain.levering import PogingUitkomst


@dataclass(frozen=True, slots=True)
class Uitslag:
    """What became of one attempt."""

    uitkomst: PogingUitkomst
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Zending:
    """One notice with where it goes, and what it is signed with (the newest secret first)."""

    bericht: Bericht
    adres: Adres
    geheimen: tuple[str, ...] = ()
    clientcertificaat: bool = False


@dataclass(frozen=True, slots=True)
class LeverRegels:
    """Which addresses may be called and how long is waited; locally also this machine, without TLS."""

    allow_private: bool = False
    timeout_seconds: float = 12.0
    certificaat: tuple[Path, Path] | None = None  # with its key: by which we show who we are


class Bezorger(Protocol):
    """One way to tell a receiver."""

    async def send(self, zending: Zending, *, now: datetime) -> Uitslag:
        """Try once, within bounds; ``now`` is real time. It raises nothing: what went wrong is what became of it."""
        ...
