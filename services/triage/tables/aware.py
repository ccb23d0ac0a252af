"""AWARE: requests, and what is agreed about the one who stalks."""

from sqlalchemy import Column, Date, LargeBinary, SmallInteger, Text

from services.triage.tables.matter import MOMENT, matter_table

aware = matter_table(
    "aware",
    Column("persoon_nr", SmallInteger, nullable=False),
    Column("sash_niveau", Text),
    Column("status", Text, nullable=False),
    Column("besloten_op", MOMENT),
    Column("evaluatie_dag", Date),
    Column("beeindigd_op", MOMENT),
    Column("reden_einde", Text),
    Column("tekst", LargeBinary, nullable=False),
    comment="A request for AWARE; who decided, what was agreed and why stands in the sealed text.",
    told=True,
)
