"""The tables behind the rights on a file: until when it is kept, and what was destroyed."""

from sqlalchemy import Column, Date, Index, Table, Uuid, text

from services.monitoring.tables.core import metadata
from shared.vernietigen import vernietiging_table

vernietiging = vernietiging_table(metadata)

bewaartermijn = Table(
    "bewaartermijn",
    metadata,
    Column("casus_id", Uuid, primary_key=True),
    Column("bewaren_tot", Date, nullable=False),
    Column("voorstellen_op", Date),
    comment="Until which day the file of a closed casus is kept; `voorstellen_op` until destruction was proposed.",
)
Index(
    "ix_bewaartermijn_voorstellen_op",
    bewaartermijn.c.voorstellen_op,
    postgresql_where=text("voorstellen_op IS NOT NULL"),
)
