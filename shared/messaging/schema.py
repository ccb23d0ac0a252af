"""The tables that every room keeps for its facts: sequence, outbox, inbox position, waiting room, quarantine.

Each room has them in its own database; nobody else reads them.
"""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True, slots=True)
class MessagingTables:
    volgnummer: Table
    outbox: Table
    relay_stand: Table
    inbox_stand: Table
    inbox_wachtend: Table
    quarantaine: Table


def messaging_tables(metadata: MetaData) -> MessagingTables:
    """Add the tables of the messaging to the catalogue of a room and return them."""
    volgnummer = Table(
        "volgnummer",
        metadata,
        Column("casus_id", Uuid, primary_key=True),
        Column("laatste", BigInteger, nullable=False),
        comment="The last sequence given out within a casus; its row lock puts the facts of one casus in order.",
    )
    outbox = Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("event_id", Uuid, nullable=False, unique=True),
        Column("soort", Text, nullable=False),
        Column("casus_id", Uuid, nullable=False),
        Column("volgnummer", BigInteger, nullable=False),
        Column("tijdstip", DateTime(timezone=True), nullable=False),
        Column("data", JSONB, nullable=False),
        Column("oorzaak_id", Uuid),
        Column("traceparent", Text),
        # Where the relay put it: a Redis stream id in two numbers, so that it can be compared.
        Column("stream_ms", BigInteger),
        Column("stream_nr", BigInteger),
        UniqueConstraint("casus_id", "volgnummer"),
        comment="Facts to publish and facts published; kept, because a lost stream is filled again from here.",
    )
    Index("ix_outbox_te_verzenden", outbox.c.id, postgresql_where=text("stream_ms IS NULL"))
    Index("ix_outbox_stream", outbox.c.stream_ms, outbox.c.stream_nr)
    relay_stand = Table(
        "relay_stand",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("laatste_ms", BigInteger, nullable=False),
        Column("laatste_nr", BigInteger, nullable=False),
        Column("bevestigd_ms", BigInteger, nullable=False),
        Column("bevestigd_nr", BigInteger, nullable=False),
        comment="One row: the last stream id that we published, and up to where all readers have handled.",
    )
    inbox_stand = Table(
        "inbox_stand",
        metadata,
        Column("bron", Text, primary_key=True),
        Column("casus_id", Uuid, primary_key=True),
        Column("laatste", BigInteger, nullable=False),
        comment="Up to which sequence this room has handled the facts of a casus from one source.",
    )
    inbox_wachtend = Table(
        "inbox_wachtend",
        metadata,
        Column("bron", Text, primary_key=True),
        Column("casus_id", Uuid, primary_key=True),
        Column("volgnummer", BigInteger, primary_key=True),
        Column("bericht", LargeBinary, nullable=False),
        Column("sinds", DateTime(timezone=True), nullable=False),
        comment="Facts that arrived before their predecessor; handled in the transaction that fills the gap.",
    )
    quarantaine = Table(
        "quarantaine",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("stream", Text, nullable=False),
        Column("entry_id", Text, nullable=False),
        Column("bron", Text),
        Column("casus_id", Uuid),
        Column("volgnummer", BigInteger),
        Column("event_id", Uuid),
        Column("soort", Text),
        Column("bericht", LargeBinary, nullable=False),
        Column("reden", Text, nullable=False),
        Column("pogingen", Integer, nullable=False),
        Column("sinds", DateTime(timezone=True), nullable=False),
        Column("vrijgegeven_op", DateTime(timezone=True)),
        Column("afgehandeld_op", DateTime(timezone=True)),
        UniqueConstraint("stream", "entry_id"),
        comment="Messages that could not be handled; a person releases them, nobody drops them.",
    )
    return MessagingTables(volgnummer, outbox, relay_stand, inbox_stand, inbox_wachtend, quarantaine)
