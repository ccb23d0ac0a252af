"""How requests to the kantonrechter are kept."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.triage.domain.kantonrechterverzoek import (
    KantonrechterMaatregel,
    KantonrechterStatus,
    KantonrechterTekst,
    Kantonrechterverzoek,
)
from services.triage.store.matter import OneTable, head_of
from services.triage.store.values import AnyRow
from services.triage.tables.raad import kantonrechterverzoek


def _columns(one: Kantonrechterverzoek) -> Mapping[str, object]:
    return {
        "persoon_nr": one.persoon_nr,
        "maatregel": one.maatregel,
        "status": one.status,
        "geeindigd_op": one.geeindigd_op,
    }


def _read(row: AnyRow, tekst: Mapping[str, Any]) -> Kantonrechterverzoek:
    return Kantonrechterverzoek(
        **head_of(row),
        persoon_nr=row.persoon_nr,
        maatregel=KantonrechterMaatregel(row.maatregel),
        status=KantonrechterStatus(row.status),
        geeindigd_op=row.geeindigd_op,
        tekst=KantonrechterTekst(**tekst),
    )


KANTONRECHTERVERZOEKEN: OneTable[Kantonrechterverzoek] = OneTable(
    kantonrechterverzoek, _columns, lambda one: asdict(one.tekst), _read
)
