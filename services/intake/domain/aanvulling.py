"""What is told after a melding came in: a text that belongs to it, and never takes the place of what was said first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Aanvulling:
    id: UUID
    melding_id: UUID
    organisatie_id: str
    toegevoegd_op: datetime
    tekst: str
    toegevoegd_door: str | None = None


def with_aanvullers(gegevens: Mapping[str, object]) -> dict[str, object]:
    """Return what a melding says with, in each aanvulling, who added it; where that was left out it stays out."""
    texts, people = _rows(gegevens, "aanvullingen"), _rows(gegevens, "aanvullers")
    by_id = {row["id"]: row for row in people}
    found = {name: value for name, value in gegevens.items() if name != "aanvullers"}
    if texts:
        found["aanvullingen"] = [{**by_id.get(row["id"], {}), **row} for row in texts]
    return found


def without_additions_of_others(gegevens: Mapping[str, object], organisatie_id: str) -> dict[str, object]:
    """Return what a melding says as its sender reads it: with what his own organisation added, and no more."""
    own = {row["id"] for row in _rows(gegevens, "aanvullers") if row["organisatieId"] == organisatie_id}
    found = dict(gegevens)
    for name in ("aanvullingen", "aanvullers", "bijlagen"):
        rows = _rows(gegevens, name)
        kept = [row for row in rows if row["id"] in own or row.get("organisatieId") == organisatie_id]
        if rows:
            found[name] = kept
    return found


def _rows(gegevens: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    rows = gegevens.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
