"""The columns that every matter about one melding has."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Index, Table, Text, Uuid

from services.triage.tables.core import TOLD, metadata

MOMENT = DateTime(timezone=True)


def matter_table(name: str, *columns: Column[object], comment: str, told: bool) -> Table:
    """Make the table of a matter; ``told`` when its ids stand in facts.

    It refers to its dossier, so that a merge or split that waits for that dossier finds the matter afterwards: without
    it the row of somebody who was writing meanwhile would be left behind in the casus that vanished.
    """
    table = Table(
        name,
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("dossier_id", Uuid, ForeignKey("dossier.id"), nullable=False, index=True),
        Column("melding_id", Uuid, nullable=False, index=True),
        Column("casus_id", Uuid, nullable=False),
        Column("gemeente_code", Text, nullable=False),
        Column("begonnen_op", MOMENT, nullable=False),
        Column("versie", BigInteger, nullable=False),
        *columns,
        comment=comment,
        info=TOLD if told else {},
    )
    Index(f"ix_{name}_volgorde", table.c.begonnen_op, table.c.id)
    Index(f"ix_{name}_casus_volgorde", table.c.casus_id, table.c.begonnen_op, table.c.id)
    return table
