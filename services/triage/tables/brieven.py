"""The table of the letters."""

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, LargeBinary, SmallInteger, Table, Text, Uuid

from services.triage.tables.core import metadata

_MOMENT = DateTime(timezone=True)

brief = Table(
    "brief",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, nullable=False, index=True),
    Column("casus_id", Uuid, nullable=False),
    Column("soort", Text, nullable=False),
    Column("sjabloon_versie", Integer, nullable=False),
    Column("persoon_nr", SmallInteger),
    Column("status", Text, nullable=False),
    Column("versie", BigInteger, nullable=False),
    Column("stand", Text, nullable=False),  # a blind value: under which protection of the melders it was cut
    Column("gemaakt_op", _MOMENT, nullable=False),
    Column("tekst", LargeBinary, nullable=False),
    Column("verzonden_op", _MOMENT),
    Column("verzend_wijze", Text),
    comment="A letter as it was made; its text never changes.",
)
Index("ix_brief_casus_volgorde", brief.c.casus_id, brief.c.gemaakt_op, brief.c.id)
Index("ix_brief_volgorde", brief.c.gemaakt_op, brief.c.id)
