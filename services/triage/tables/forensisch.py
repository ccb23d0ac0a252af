"""Requests to a forensic doctor or the Centrum Seksueel Geweld."""

from sqlalchemy import ARRAY, Boolean, Column, LargeBinary, SmallInteger, Text

from services.triage.tables.matter import MOMENT, matter_table

forensisch_verzoek = matter_table(
    "forensisch_verzoek",
    Column("soort", Text, nullable=False),
    Column("persoon_nr", SmallInteger, nullable=False),
    Column("aanvrager", Text, nullable=False),
    Column("politie_of_om_betrokken", Boolean, nullable=False),
    Column("vertrouwensarts_betrokken", Boolean, nullable=False),
    Column("minderjarig", Boolean, nullable=False),
    Column("toestemming", Text, nullable=False),
    Column("voorval_op", MOMENT),
    Column("hulp", ARRAY(Text), nullable=False),
    Column("status", Text, nullable=False),
    Column("ingepland_op", MOMENT),
    Column("onderzocht_op", MOMENT),
    Column("geeindigd_op", MOMENT),
    Column("tekst", LargeBinary, nullable=False),
    comment="A request for letselonderzoek or to the Centrum Seksueel Geweld.",
    told=True,
)
