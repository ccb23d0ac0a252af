"""What receivers ask about overdrachten, and what Veilig Thuis answers."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, LargeBinary, Table, Text, Uuid, text

from services.handover.tables.core import metadata

_MOMENT = DateTime(timezone=True)

navraag = Table(
    "navraag",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("overdracht_id", Uuid, ForeignKey("overdracht.id"), nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("gesteld_op", _MOMENT, nullable=False),
    Column("uiterlijk", _MOMENT, nullable=False),
    Column("vraag", LargeBinary, nullable=False),
    Column("antwoord", LargeBinary),
    Column("afgerond_op", _MOMENT),
    Column("gezien_op", _MOMENT, comment="when the receiver said that he read the answer"),
    CheckConstraint("(status = 'open') = (afgerond_op IS NULL)", name="einde"),
    CheckConstraint("gezien_op IS NULL OR status = 'beantwoord'", name="gezien"),
    CheckConstraint("(status = 'beantwoord') = (antwoord IS NOT NULL)", name="antwoord"),
    comment="A question of a receiver about an overdracht, and the answer of Veilig Thuis; both sealed.",
)
Index("ix_navraag_overdracht", navraag.c.overdracht_id, navraag.c.gesteld_op, navraag.c.id)
Index("ix_navraag_open", navraag.c.uiterlijk, navraag.c.id, postgresql_where=text("status = 'open'"))
Index(
    "ix_navraag_ongezien",
    navraag.c.overdracht_id,
    navraag.c.afgerond_op,
    postgresql_where=text("status = 'beantwoord' AND gezien_op IS NULL"),
)
