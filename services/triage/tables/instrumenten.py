"""How safety is weighed: the estimate of each person, and whether he was seen; answers stand with the besluit."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from services.triage.tables.core import metadata

_MOMENT = DateTime(timezone=True)

veiligheidstaxatie = Table(
    "veiligheidstaxatie",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dossier_id", Uuid, ForeignKey("dossier.id"), nullable=False),
    Column("persoon_nr", SmallInteger, nullable=False),
    Column("cijfer", SmallInteger),
    Column("acuut_onveilig", Boolean),
    Column("structureel_onveilig", Boolean),
    Column("getaxeerd_op", _MOMENT),
    Column("gezien", Boolean),
    Column("gezien_op", _MOMENT),
    Column("gezien_wijze", Text),
    Column("niet_gezien_reden", Text),
    Column("tekst", LargeBinary, nullable=False),
    Column("vastgelegd_op", _MOMENT, nullable=False),
    Column("vervangen_op", _MOMENT),
    comment="How safe a directbetrokkene is and whether he was seen; what was replaced stays.",
)
Index(None, veiligheidstaxatie.c.dossier_id)
Index(
    "uq_veiligheidstaxatie_geldig",
    veiligheidstaxatie.c.dossier_id,
    veiligheidstaxatie.c.persoon_nr,
    unique=True,
    postgresql_where=text("vervangen_op IS NULL"),
)
