"""How receivers are told of overdrachten: where each is reached, and every delivery with its attempts."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from services.handover.tables.core import metadata

_MOMENT = DateTime(timezone=True)

leveradres = Table(
    "leveradres",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organisatie_id", Text, nullable=False),
    Column("gemeente_code", Text),
    Column("soort", Text),
    Column("wijze", Text, nullable=False),
    Column("clientcertificaat", Boolean, nullable=False),
    Column("adres", LargeBinary, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("gemaakt_op", _MOMENT, nullable=False),
    Column("beeindigd_op", _MOMENT),
    comment="Where and how a receiver is told; for all that he is offered, or for one municipality or kind. The "
    "address is sealed: it can be that of a person.",
)
Index(
    "uq_leveradres_lopend",
    leveradres.c.organisatie_id,
    leveradres.c.gemeente_code,
    leveradres.c.soort,
    unique=True,
    postgresql_where=text("beeindigd_op IS NULL"),
    postgresql_nulls_not_distinct=True,
)

leveradres_geheim = Table(
    "leveradres_geheim",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("leveradres_id", Uuid, ForeignKey("leveradres.id"), nullable=False, index=True),
    Column("geheim", LargeBinary, nullable=False),
    Column("gemaakt_op", _MOMENT, nullable=False),
    Column("geldig_tot", _MOMENT),
    comment="With what notices to an address are signed, sealed; during a rotation with two.",
)

levering = Table(
    "levering",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("overdracht_id", Uuid, ForeignKey("overdracht.id"), nullable=False, index=True),
    Column("organisatie_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("gemaakt_op", _MOMENT, nullable=False),
    Column("begonnen_op", _MOMENT, nullable=False),
    Column("pogingen", Integer, nullable=False),
    Column("geweigerd", Integer, nullable=False),
    Column("volgende_poging_op", _MOMENT),
    Column("geclaimd_tot", _MOMENT),
    Column("reden", Text),
    Column("voorgelegd_op", _MOMENT),
    Column("uiterlijk", _MOMENT, comment="for who it was laid before last; nothing: never, or before that was kept"),
    Column("bewijs", Text),
    Column("afhandeling", Text),
    Column("afgerond_op", _MOMENT),
    Column("toelichting", LargeBinary),
    CheckConstraint("status <> 'wacht-op-mens' OR voorgelegd_op IS NOT NULL", name="voorgelegd"),
    CheckConstraint("status NOT IN ('open', 'verzonden') OR volgende_poging_op IS NOT NULL", name="volgende"),
    comment="How one receiver is told of one overdracht, and what became of it. volgende_poging_op follows the "
    "clock of the room, geclaimd_tot the clock of the machine.",
)
Index(
    "ix_levering_te_doen",
    levering.c.volgende_poging_op,
    postgresql_where=text("status IN ('open', 'verzonden')"),
)
Index(
    "ix_levering_wacht_op_mens",
    levering.c.gemaakt_op,
    levering.c.id,
    postgresql_where=text("status = 'wacht-op-mens'"),
)
Index(
    "ix_levering_voorgelegd",
    text("coalesce(uiterlijk, voorgelegd_op)"),
    levering.c.id,
    postgresql_where=text("status = 'wacht-op-mens'"),
)
Index("ix_levering_geclaimd", levering.c.geclaimd_tot, postgresql_where=text("geclaimd_tot IS NOT NULL"))
Index("ix_levering_volgorde", levering.c.gemaakt_op, levering.c.id)

levering_poging = Table(
    "levering_poging",
    metadata,
    Column("levering_id", Uuid, ForeignKey("levering.id"), primary_key=True),
    Column("nummer", Integer, primary_key=True, autoincrement=False),
    Column("tijdstip", _MOMENT, nullable=False),
    Column("wijze", Text, nullable=False),
    Column("uitkomst", Text, nullable=False),
    Column("http_status", Integer),
    Column("duur_ms", Integer, nullable=False),
    Column("volgende_op", _MOMENT),
    comment="Each attempt to tell a receiver: when, how, what came of it, how long it took and when the next one is.",
)
