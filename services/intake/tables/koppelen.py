"""By what people are found again, beside the exact keys: the keys of the scored comparison."""

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, Uuid

from services.intake.tables.core import metadata

persoon_zoeksleutel = Table(
    "persoon_zoeksleutel",
    metadata,
    Column("persoon_id", Uuid, ForeignKey("persoon.id"), primary_key=True),
    Column("sleutel", LargeBinary, primary_key=True, index=True),
    comment="Blind indexes of how somebody sounds, with a birth date, address or number. None for professionals.",
)
