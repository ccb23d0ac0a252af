"""Who of a receiver sees to an overdracht, and the indexes by which each side reads what waits for it."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid, text

from services.handover.tables.core import metadata, overdracht

behandelaar_regel = Table(
    "behandelaar_regel",
    metadata,
    Column("overdracht_id", Uuid, ForeignKey("overdracht.id"), primary_key=True),
    Column("versie", Integer, primary_key=True, autoincrement=False),
    Column("actie", Text, nullable=False),
    Column("behandelaar", Text),
    Column("door", Text, nullable=False),
    Column("op", DateTime(timezone=True), nullable=False),
    Column("reden", Text),
    comment="Who of the receiver saw to an overdracht, by whom that was changed and why; only ever added to.",
)

_PLAN_OP = "coalesce(plan_uiterlijk, coalesce(zicht_aanvaard_op, geaccepteerd_op))"
_ZONDER_PLAN = (
    "status IN ('geaccepteerd', 'teruggave-gevraagd') AND planstand = 'geen' "
    "AND (plan_verwacht OR (plan_verwacht IS NULL AND draagt_zicht))"
)
# What waits, in the order in which it is due: what one receiver has of one kind is one walk along one of these.
Index(
    "ix_overdracht_open_aanbod_gemeente",
    overdracht.c.gemeente_code,
    overdracht.c.accepteren_uiterlijk,
    overdracht.c.id,
    postgresql_where=text("status = 'aangeboden'"),
)
Index(
    "ix_overdracht_open_aanbod_organisatie",
    overdracht.c.organisatie_id,
    overdracht.c.accepteren_uiterlijk,
    overdracht.c.id,
    postgresql_where=text("status = 'aangeboden'"),
)
Index(
    "ix_overdracht_open_eerste_contact_gemeente",
    overdracht.c.gemeente_code,
    text("coalesce(eerste_contact_uiterlijk, geaccepteerd_op)"),
    overdracht.c.id,
    postgresql_where=text("status IN ('geaccepteerd', 'teruggave-gevraagd') AND eerste_contact_op IS NULL"),
)
Index(
    "ix_overdracht_open_eerste_contact_organisatie",
    overdracht.c.organisatie_id,
    text("coalesce(eerste_contact_uiterlijk, geaccepteerd_op)"),
    overdracht.c.id,
    postgresql_where=text("status IN ('geaccepteerd', 'teruggave-gevraagd') AND eerste_contact_op IS NULL"),
)
Index(
    "ix_overdracht_opnieuw",
    text("coalesce(vervolg_uiterlijk, coalesce(geweigerd_op, ingetrokken_op, teruggekeerd_op, teruggegeven_op))"),
    overdracht.c.id,
    postgresql_where=text("status IN ('geweigerd', 'ingetrokken', 'teruggekeerd', 'teruggegeven')"),
)
Index(
    "ix_overdracht_open_teruggave",
    text("coalesce(teruggave_uiterlijk, teruggave_gevraagd_op)"),
    overdracht.c.id,
    postgresql_where=text("status = 'teruggave-gevraagd'"),
)
Index(
    "ix_overdracht_open_zicht",
    overdracht.c.zicht_gevraagd_op,
    overdracht.c.id,
    postgresql_where=text("zicht_gevraagd IS NOT NULL"),
)
Index(
    "ix_overdracht_zonder_plan_gemeente",
    overdracht.c.gemeente_code,
    text(_PLAN_OP),
    overdracht.c.id,
    postgresql_where=text(_ZONDER_PLAN),
)
Index(
    "ix_overdracht_zonder_plan_organisatie",
    overdracht.c.organisatie_id,
    text(_PLAN_OP),
    overdracht.c.id,
    postgresql_where=text(_ZONDER_PLAN),
)
Index(
    "ix_overdracht_lopend_plan_gemeente",
    overdracht.c.gemeente_code,
    overdracht.c.id,
    postgresql_where=text("status IN ('geaccepteerd', 'teruggave-gevraagd') AND planstand = 'lopend'"),
)
Index(
    "ix_overdracht_lopend_plan_organisatie",
    overdracht.c.organisatie_id,
    overdracht.c.id,
    postgresql_where=text("status IN ('geaccepteerd', 'teruggave-gevraagd') AND planstand = 'lopend'"),
)
