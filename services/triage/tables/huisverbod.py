"""The tijdelijk huisverbod: screening, imposing, advice, extension, end."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
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
)
from sqlalchemy.dialects.postgresql import JSONB

from services.triage.tables.core import TOLD, metadata

_MOMENT = DateTime(timezone=True)

huisverbod = Table(
    "huisverbod",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, nullable=False),
    Column("casus_id", Uuid, nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("versie", BigInteger, nullable=False),
    Column("gescreend_op", _MOMENT, nullable=False),
    Column("geadviseerd", Boolean, nullable=False),
    Column("op_verzoek", Boolean, nullable=False),
    Column("kindermishandeling", Boolean, nullable=False),
    Column("screening_tekst", LargeBinary, nullable=False, comment="the instrument with its answers, and why"),
    Column("afgezien_op", _MOMENT),
    Column("opgelegd_op", _MOMENT),
    Column("door", Text),
    Column("uithuisgeplaatste", JSONB(none_as_null=True)),  # a melding and a place in it
    Column("achterblijvers", JSONB(none_as_null=True)),
    Column("ander_persoon", ARRAY(Uuid)),
    Column("oplegging_tekst", LargeBinary),
    Column("dagen", SmallInteger),
    Column("eindigt_op", _MOMENT),
    Column("ingetrokken_op", _MOMENT),
    Column("hulp_aanvaard", Boolean),
    Column("einde_tekst", LargeBinary, comment="why it was not imposed, or why it was withdrawn"),
    Column("beeindigd_op", _MOMENT),
    comment="A screening for a tijdelijk huisverbod, and the ban when it was imposed.",
    info=TOLD,
)
Index("ix_huisverbod_volgorde", huisverbod.c.gescreend_op, huisverbod.c.id)
Index(None, huisverbod.c.casus_id)
Index(None, huisverbod.c.melding_id)

huisverbod_stap = Table(
    "huisverbod_stap",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("huisverbod_id", Uuid, ForeignKey("huisverbod.id"), nullable=False),
    Column("nummer", SmallInteger, nullable=False),
    Column("soort", Text, nullable=False),
    Column("tijdstip", _MOMENT, nullable=False),
    Column("code", Text),
    Column("met", Text),
    Column("dagen", SmallInteger),
    Column("organisatie_id", Text),
    Column("tekst", LargeBinary),
    comment="An advice, an extension, a talk, or who holds the casusregie: in the order in which they were noted.",
)
Index(None, huisverbod_stap.c.huisverbod_id)
