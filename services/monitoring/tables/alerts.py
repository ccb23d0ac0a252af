"""The tables of what goes out: alerts, notices with their attempts, abonnementen, heartbeats, conditions of rooms."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.monitoring.tables.core import metadata

waarschuwing = Table(
    "waarschuwing",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("soort", Text, nullable=False),
    Column("stap", Text, nullable=False),
    Column("termijn_id", Uuid),
    Column("casus_id", Uuid),
    Column("melding_id", Uuid),
    Column("gemeente_code", Text),
    Column("uiterlijk", DateTime(timezone=True)),
    Column("onderwerp", Text),
    Column("gemaakt_op", DateTime(timezone=True), nullable=False),
    Column("opgelost_op", DateTime(timezone=True)),
    Column("escaleren_op", DateTime(timezone=True)),
    UniqueConstraint("termijn_id", "stap", "uiterlijk"),
    comment="Alerts, each once: a step of a term with its date, or a condition (`onderwerp`) while it lasts.",
)
Index("ix_waarschuwing_gemaakt_op", waarschuwing.c.gemaakt_op, waarschuwing.c.id)
Index("ix_waarschuwing_casus_id", waarschuwing.c.casus_id, postgresql_where=text("casus_id IS NOT NULL"))
Index("ix_waarschuwing_gemeente", waarschuwing.c.gemeente_code, waarschuwing.c.gemaakt_op, waarschuwing.c.id)
Index(
    "uq_waarschuwing_lopend",
    waarschuwing.c.soort,
    waarschuwing.c.onderwerp,
    unique=True,
    postgresql_where=text("onderwerp IS NOT NULL AND opgelost_op IS NULL"),
)
Index(
    "ix_waarschuwing_escaleren_op",
    waarschuwing.c.escaleren_op,
    postgresql_where=text("escaleren_op IS NOT NULL"),
)

abonnement = Table(
    "abonnement",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("callback_url", Text, nullable=False),
    Column("soorten", ARRAY(Text), nullable=False),
    Column("gemeente_codes", ARRAY(Text), nullable=False),
    Column("rol", Text, nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("aangemaakt_op", DateTime(timezone=True), nullable=False),
    Column("beeindigd_op", DateTime(timezone=True)),
    Column("status", Text, nullable=False, server_default=text("'lopend'")),
    Column("uitgeschakeld_op", DateTime(timezone=True)),
    Column("uitgeschakeld_reden", Text),
    # How its receiver did since it last took a notice, in real time.
    Column("mislukt_sinds", DateTime(timezone=True)),
    Column("mislukkingen", Integer, nullable=False, server_default=text("0")),
    Column("rusten", Integer, nullable=False, server_default=text("0")),
    Column("rust_vanaf", DateTime(timezone=True)),
    Column("rust_tot", DateTime(timezone=True)),
    comment="Who is told of facts by webhook; `gemeente_codes` empty is the whole region.",
)
Index("ix_abonnement_lopend", abonnement.c.id, postgresql_where=text("beeindigd_op IS NULL"))

abonnement_geheim = Table(
    "abonnement_geheim",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("abonnement_id", Uuid, ForeignKey("abonnement.id"), nullable=False, index=True),
    Column("geheim", LargeBinary, nullable=False),
    Column("vanaf", DateTime(timezone=True), nullable=False),
    Column("tot", DateTime(timezone=True)),
    comment="The secrets with which notices are signed, sealed; until `tot` (real time) beside the one that followed.",
)

bericht = Table(
    "bericht",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("nr", BigInteger, Identity(always=True), nullable=False),
    Column("kanaal", Text, nullable=False),
    Column("doel", Text, nullable=False),
    Column("abonnement_id", Uuid, ForeignKey("abonnement.id")),
    Column("eigenaar_rol", Text, comment="of a webhook: whose its abonnement is, for the wall"),
    Column("eigenaar_id", Text),
    Column("waarschuwing_id", Uuid, ForeignKey("waarschuwing.id")),
    Column("event_id", Uuid),
    Column("casus_id", Uuid),
    Column("inhoud", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("pogingen", Integer, nullable=False, server_default=text("0")),
    Column("volgende_poging_op", DateTime(timezone=True)),
    Column("geclaimd_tot", DateTime(timezone=True)),
    Column("aangemaakt_op", DateTime(timezone=True), nullable=False),
    Column("volgnummer", BigInteger, comment="of a webhook: its place among what this receiver hears of this casus"),
    Column("mislukt_sinds", DateTime(timezone=True), comment="of a webhook: its first attempt that failed"),
    Column(
        "acuut", Boolean, nullable=False, server_default=text("true"), comment="of a mail: quiet hours do not hold it"
    ),
    UniqueConstraint("nr"),
    UniqueConstraint("doel", "event_id"),
    comment="Notices to deliver, without personal data, kept for good; order within a casus per receiver is `nr`.",
)
Index(
    "ix_bericht_wachtend",
    bericht.c.doel,
    bericht.c.casus_id,
    bericht.c.nr,
    postgresql_where=text("status = 'wachtend'"),
)

Index(
    "ix_bericht_te_bezorgen",
    bericht.c.abonnement_id,
    bericht.c.kanaal,
    bericht.c.nr,
    postgresql_where=text("status = 'wachtend'"),
)
Index(
    "ix_bericht_onderweg",
    bericht.c.abonnement_id,
    postgresql_where=text("status = 'wachtend' AND geclaimd_tot IS NOT NULL"),
)
Index(
    "ix_bericht_voorganger",
    bericht.c.abonnement_id,
    bericht.c.casus_id,
    bericht.c.nr,
    postgresql_where=text("status IN ('wachtend', 'mislukt')"),
)
Index("ix_bericht_volgnummer", bericht.c.abonnement_id, bericht.c.casus_id, bericht.c.volgnummer)
Index("ix_bericht_levering", bericht.c.abonnement_id, bericht.c.nr)
Index("ix_bericht_casus", bericht.c.casus_id, postgresql_where=text("casus_id IS NOT NULL"))

bericht_poging = Table(
    "bericht_poging",
    metadata,
    Column("bericht_id", Uuid, ForeignKey("bericht.id"), primary_key=True),
    Column("nummer", Integer, primary_key=True),
    Column("tijdstip", DateTime(timezone=True), nullable=False),
    Column("uitslag", Text, nullable=False),
    Column("reden", Text),
    Column("duur_ms", Integer),
    comment="Each attempt to deliver a notice: when, and what came of it (a status or a kind of error).",
)

hartslag = Table(
    "hartslag",
    metadata,
    Column("naam", Text, primary_key=True),
    Column("tijdstip", DateTime(timezone=True), nullable=False),
    Column("tijdstip_keten", DateTime(timezone=True), nullable=False),
    comment="When each chore last ran: in real time, and in the time of the chain (which may be simulated).",
)

regelboek = Table(
    "regelboek",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("vingerafdruk", Text, nullable=False),
    Column("geteld_op", DateTime(timezone=True), nullable=False),
    comment="One row: by which terms, calendar and settings every date was counted last.",
)

storing = Table(
    "storing",
    metadata,
    Column("afdeling", Text, primary_key=True),
    Column("voorwaarde", Text, primary_key=True),
    Column("sinds", DateTime(timezone=True), nullable=False),
    Column("waarschuwing_id", Uuid, ForeignKey("waarschuwing.id")),
    comment="What is wrong with a room now, since when, and the alert that was made of it.",
)
