"""The tables of the organisations that take part in the chain, and of what each was given."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid

from services.handover.tables.core import metadata

_MOMENT = DateTime(timezone=True)

organisatie = Table(
    "organisatie",
    metadata,
    Column("organisatie_id", Text, primary_key=True),
    Column("naam", Text, nullable=False),
    Column("oin", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("aangemaakt_op", _MOMENT, nullable=False),
    Column("ingeschreven_op", _MOMENT),
    Column("beeindigd_op", _MOMENT),
    Column("reden", Text),
    Column("versie", Integer, nullable=False),
    comment="Organisations that take part, under the id that their tokens name; never removed.",
)

organisatie_contact = Table(
    "organisatie_contact",
    metadata,
    Column("organisatie_id", Text, ForeignKey("organisatie.organisatie_id"), primary_key=True),
    Column("rol", Text, primary_key=True),
    Column("gegevens", LargeBinary, nullable=False),
    comment="Where a team of an organisation is reached, sealed.",
)

organisatie_client = Table(
    "organisatie_client",
    metadata,
    Column("organisatie_id", Text, ForeignKey("organisatie.organisatie_id"), primary_key=True),
    Column("client_id", Text, primary_key=True),
    comment="Which clients of the identity provider speak for an organisation; none: each may.",
)

organisatie_recht = Table(
    "organisatie_recht",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organisatie_id", Text, ForeignKey("organisatie.organisatie_id"), nullable=False),
    Column("doel", Text, nullable=False),
    Column("gemeente_code", Text, comment="nothing: every municipality"),
    Column("soort", Text, comment="nothing: every kind of destination"),
    Column("geldig_van", Date, nullable=False),
    Column("geldig_tot", Date, comment="the first day on which it no longer holds"),
    comment="What an organisation was given within the policy; ended and never removed.",
)
Index("ix_organisatie_recht_organisatie_id", organisatie_recht.c.organisatie_id)
