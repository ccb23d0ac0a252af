"""How a delivery to the CBS goes: asked, made as a concept, approved by somebody else, and only then to be fetched."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.monitoring.domain.cbs import NIET_VASTGELEGD, VELDEN, Periode, RecordSoort
from services.monitoring.domain.cbs_kwaliteit import Kwaliteit
from services.monitoring.domain.cbs_layout import Gebrek
from shared.rules.calendar import AMSTERDAM


class CbsStatus(StrEnum):
    AANGEVRAAGD = "aangevraagd"
    CONCEPT = "concept"
    GOEDGEKEURD = "goedgekeurd"
    AFGEWEZEN = "afgewezen"
    VERVANGEN = "vervangen"  # by a later version that was asked before anybody decided
    MISLUKT = "mislukt"  # its layout cannot be used, or it cannot be made


class CbsActie(StrEnum):
    MAKEN = "maken"
    OPGEVEN = "opgeven"
    GOEDKEUREN = "goedkeuren"
    AFWIJZEN = "afwijzen"
    VERVANGEN = "vervangen"


_ENDED = (CbsStatus.GOEDGEKEURD, CbsStatus.AFGEWEZEN, CbsStatus.VERVANGEN, CbsStatus.MISLUKT)
TRANSITIONS: Mapping[tuple[CbsStatus, CbsActie], CbsStatus | None] = MappingProxyType(
    {
        (CbsStatus.AANGEVRAAGD, CbsActie.MAKEN): CbsStatus.CONCEPT,
        (CbsStatus.AANGEVRAAGD, CbsActie.OPGEVEN): CbsStatus.MISLUKT,
        (CbsStatus.AANGEVRAAGD, CbsActie.GOEDKEUREN): None,
        (CbsStatus.AANGEVRAAGD, CbsActie.AFWIJZEN): None,
        (CbsStatus.AANGEVRAAGD, CbsActie.VERVANGEN): CbsStatus.VERVANGEN,
        (CbsStatus.CONCEPT, CbsActie.MAKEN): None,
        (CbsStatus.CONCEPT, CbsActie.OPGEVEN): None,
        (CbsStatus.CONCEPT, CbsActie.GOEDKEUREN): CbsStatus.GOEDGEKEURD,
        (CbsStatus.CONCEPT, CbsActie.AFWIJZEN): CbsStatus.AFGEWEZEN,
        (CbsStatus.CONCEPT, CbsActie.VERVANGEN): CbsStatus.VERVANGEN,
        # What was decided stays; the same decision again changes nothing.
        **{(status, actie): None for status in _ENDED for actie in CbsActie},
        (CbsStatus.GOEDGEKEURD, CbsActie.GOEDKEUREN): CbsStatus.GOEDGEKEURD,
        (CbsStatus.AFGEWEZEN, CbsActie.AFWIJZEN): CbsStatus.AFGEWEZEN,
    }
)


class CbsBesluit(StrEnum):
    GOEDGEKEURD = "goedgekeurd"
    AFGEWEZEN = "afgewezen"


@dataclass(frozen=True, slots=True, kw_only=True)
class CbsBestand:
    """One file of a delivery; the hash is of its bytes."""

    naam: str
    regels: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CbsLevering:
    """One version of the delivery over a half-year, with who asked for it and who decided."""

    id: UUID
    halfjaar: str
    versie: int
    peilmoment: datetime
    status: CbsStatus
    aangevraagd_door: str
    aangevraagd_op: datetime
    gemaakt_op: datetime | None = None
    layout: str | None = None
    bestanden: tuple[CbsBestand, ...] = ()
    rapport: Mapping[str, Any] | None = None  # as it goes over the wire
    besloten_door: str | None = None
    besloten_op: datetime | None = None
    reden: str | None = None  # why it failed, in Dutch


class RefusedError(Exception):
    """A step that this delivery cannot take; the text says in Dutch why."""


class SamePersonError(Exception):
    """Who asked for a delivery does not decide on it."""


def decide(levering: CbsLevering, besluit: CbsBesluit, *, subject: str, now: datetime) -> CbsLevering:
    """Return a delivery as decided by somebody else than who asked for it.

    Raises ``SamePersonError``, and ``RefusedError`` when there is nothing to decide, or when its file would tell
    something else than the facts because the layout cannot hold them.
    """
    actie = CbsActie.GOEDKEUREN if besluit is CbsBesluit.GOEDGEKEURD else CbsActie.AFWIJZEN
    status = TRANSITIONS[levering.status, actie]
    if status is None:
        raise RefusedError(f"Over een levering met status {levering.status} kan dit besluit niet worden genomen.")
    if status is levering.status:
        return levering
    if subject == levering.aangevraagd_door:
        raise SamePersonError
    if actie is CbsActie.GOEDKEUREN and _is_garbled(levering):
        raise RefusedError("Het bestand kan niet alle gegevens bevatten; pas de layout aan en maak een nieuwe versie.")
    return replace(levering, status=status, besloten_door=subject, besloten_op=now)


def _is_garbled(levering: CbsLevering) -> bool:
    found = (levering.rapport or {}).get("bevindingen", ())
    return any(one["code"].partition(":")[0] in set(Gebrek) for one in found)


def period_of(halfjaar: str, *, peilmoment: datetime) -> Periode:
    """Return the period of a half-year, as ``2026-1`` or ``2026-2``, in Dutch time."""
    year, half = halfjaar.split("-")
    first, after = ((int(year), 1), (int(year), 7)) if half == "1" else ((int(year), 7), (int(year) + 1, 1))
    return Periode(
        datetime(*first, 1, tzinfo=AMSTERDAM),
        datetime(*after, 1, tzinfo=AMSTERDAM),
        peilmoment,
    )


def report(kwaliteit: Kwaliteit) -> dict[str, Any]:
    """Return the report on quality as it goes over the wire: filled fields, and what cannot be, with opaque ids."""
    return {
        "velden": [
            {
                "record": soort.value,
                "veld": veld,
                "rijen": kwaliteit.rijen[soort],
                "gevuld": kwaliteit.gevuld.get((soort, veld), 0),
                "percentage": _share(kwaliteit.gevuld.get((soort, veld), 0), kwaliteit.rijen[soort]),
                "nietVastgelegd": veld in NIET_VASTGELEGD[soort],
            }
            for soort in RecordSoort
            for veld in sorted(VELDEN[soort])
        ],
        "bevindingen": [
            {"code": code, "aantal": count, "voorbeelden": [str(one) for one in sorted(examples)]}
            for code, (count, examples) in sorted(kwaliteit.bevindingen.items())
        ],
    }


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
