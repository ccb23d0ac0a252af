"""The tables of informeren: who was told, or why not, and each time that it was postponed."""

from sqlalchemy import Column, DateTime, Integer, LargeBinary, SmallInteger, Table, Text, UniqueConstraint, Uuid

from services.triage.tables.core import TOLD, metadata

_MOMENT = DateTime(timezone=True)

informering = Table(
    "informering",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, nullable=False),
    Column("casus_id", Uuid, nullable=False, index=True),
    Column("nummer", Integer, nullable=False),
    Column("persoon_nr", SmallInteger, nullable=False),
    Column("actie", Text, nullable=False),
    Column("tijdstip", _MOMENT, nullable=False),
    Column("wijze", Text),
    Column("reden", Text),
    Column("gezag_nr", SmallInteger),
    Column("tekst", LargeBinary, nullable=False),  # the toelichting, and by whom
    UniqueConstraint("melding_id", "nummer"),
    comment="That a directbetrokkene was told that data of him is recorded, or why not; the last of a person counts.",
)

informeren_uitstel = Table(
    "informeren_uitstel",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, nullable=False),
    Column("casus_id", Uuid, nullable=False, index=True),
    Column("nummer", Integer, nullable=False),
    Column("reden", Text, nullable=False),
    Column("uitgesteld_op", _MOMENT, nullable=False),
    Column("motivering", LargeBinary, nullable=False),
    UniqueConstraint("melding_id", "nummer"),
    comment="Each time that telling the directbetrokkenen of a melding was postponed.",
    info=TOLD,
)
