"""From where is read what waits: one row a kind, each with what is open of it and when it is due.

Whoever adds a kind adds a row here and to ``domain.openstaand``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, func, text
from sqlalchemy.sql.elements import TextClause

from services.handover.domain.openstaand import OpenSoort
from services.handover.tables import core as t

_OVERDRACHT = t.overdracht.c
# Since when nobody has an overdracht, in one of four ways.
_ENDED_OP = func.coalesce(
    _OVERDRACHT.geweigerd_op,
    _OVERDRACHT.ingetrokken_op,
    _OVERDRACHT.teruggekeerd_op,
    _OVERDRACHT.teruggegeven_op,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bron:
    """How one kind is read. ``van`` holds ``overdracht``, by which it is known whose it is."""

    van: FromClause
    id: ColumnElement[UUID]
    sinds: ColumnElement[Any]
    uiterlijk: ColumnElement[Any] | None
    zonder_termijn: bool = False  # some have no ``uiterlijk``: those have their place by when they began
    # Text of our own, for a bound value would hide from the planner that a partial index holds all of it.
    open_: TextClause

    @property
    def op(self) -> ColumnElement[datetime]:
        """The moment by which it has its place."""
        if self.uiterlijk is None:
            return self.sinds
        return func.coalesce(self.uiterlijk, self.sinds) if self.zonder_termijn else self.uiterlijk


BRONNEN: Mapping[OpenSoort, Bron] = MappingProxyType(
    {
        OpenSoort.AANBOD: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=_OVERDRACHT.aangeboden_op,
            uiterlijk=_OVERDRACHT.accepteren_uiterlijk,
            open_=text("overdracht.status = 'aangeboden'"),
        ),
        OpenSoort.EERSTE_CONTACT: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=_OVERDRACHT.geaccepteerd_op,
            uiterlijk=_OVERDRACHT.eerste_contact_uiterlijk,
            zonder_termijn=True,
            open_=text(
                "overdracht.status IN ('geaccepteerd', 'teruggave-gevraagd') AND overdracht.eerste_contact_op IS NULL"
            ),
        ),
        OpenSoort.ZICHT: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=_OVERDRACHT.zicht_gevraagd_op,
            uiterlijk=None,
            open_=text("overdracht.zicht_gevraagd IS NOT NULL"),
        ),
        OpenSoort.TERUGGAVE: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=_OVERDRACHT.teruggave_gevraagd_op,
            uiterlijk=None,
            open_=text("overdracht.status = 'teruggave-gevraagd'"),
        ),
        OpenSoort.OPNIEUW_AANBIEDEN: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=_ENDED_OP,
            uiterlijk=None,
            # As ``must_be_offered_again`` says; and when the casus was closed since, nobody has to look any more.
            open_=text("""
                overdracht.status IN ('geweigerd', 'ingetrokken', 'teruggekeerd', 'teruggegeven')
                AND (overdracht.draagt_zicht OR overdracht.intrekreden IS DISTINCT FROM 'niet-meer-nodig')
                AND NOT EXISTS (
                    SELECT FROM zicht_feit f WHERE f.casus_id = overdracht.casus_id AND f.soort = 'afgesloten'
                    AND f.moment >= coalesce(
                        overdracht.geweigerd_op, overdracht.ingetrokken_op, overdracht.teruggekeerd_op,
                        overdracht.teruggegeven_op))
            """),
        ),
    }
)
