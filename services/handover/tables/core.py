"""The tables of overdrachten and of sight of safety, as SQLAlchemy Core sees them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
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
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint

from shared.audit import audit_table
from shared.db import room_metadata
from shared.keyring import sleutel_table
from shared.messaging.schema import messaging_tables
from shared.messaging.tasks import task_table
from shared.plaatsen import plaats_tables
from shared.vernietigen import vernietiging_table
from shared.web.glass import noodtoegang_table
from shared.web.idempotency import idempotency_table

metadata = room_metadata()
messaging = messaging_tables(metadata)
idempotentie = idempotency_table(metadata)
audit = audit_table(metadata)
sleutel = sleutel_table(metadata)
vernietiging = vernietiging_table(metadata)
noodtoegang = noodtoegang_table(metadata)
taak = task_table(metadata)

casus = Table(
    "casus",
    metadata,
    Column("casus_id", Uuid, primary_key=True),
    comment="Casussen that this room heard of; the lock on this row puts all that happens to one casus in order.",
)

casus_alias = Table(
    "casus_alias",
    metadata,
    Column("verdwenen_id", Uuid, primary_key=True),
    Column("casus_id", Uuid, nullable=False),
    Index("ix_casus_alias_casus_id", "casus_id"),
    comment="Casussen that went up in another: where they are now, and in which one they went up at the time.",
)
casus_plaats, onderwerp_plaats = plaats_tables(metadata)

overdracht = Table(
    "overdracht",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("casus_id", Uuid, nullable=False),
    Column("melding_id", Uuid, nullable=False),
    Column("dienst_id", Uuid),
    Column("gemeente_code", Text, nullable=False),
    Column("soort", Text, nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("draagt_zicht", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("aangeboden_op", DateTime(timezone=True), nullable=False),
    Column("accepteren_uiterlijk", DateTime(timezone=True), nullable=False),
    Column("keert_terug_op", DateTime(timezone=True), nullable=False),
    Column("vervangt_id", Uuid, ForeignKey("overdracht.id"), unique=True),
    # Written out, because the receiver of the one may not see the other.
    Column("vervangen_door_id", Uuid, ForeignKey("overdracht.id")),
    Column("geaccepteerd_op", DateTime(timezone=True)),
    Column("te_laat_geaccepteerd", Boolean, nullable=False),
    Column("warm", Boolean),
    Column("geweigerd_op", DateTime(timezone=True)),
    Column("reden", Text),
    Column("ingetrokken_op", DateTime(timezone=True)),
    Column("intrekreden", Text),
    Column("teruggekeerd_op", DateTime(timezone=True)),
    Column("teruggave_reden", Text),
    Column("teruggave_gevraagd_op", DateTime(timezone=True)),
    Column("teruggave_afgewezen_op", DateTime(timezone=True)),
    Column("teruggegeven_op", DateTime(timezone=True)),
    Column("zicht_gevraagd", Text),
    Column("zicht_gevraagd_op", DateTime(timezone=True)),
    Column("zicht_aanvaard_op", DateTime(timezone=True)),
    Column("gesprek_op", DateTime(timezone=True)),
    Column("eerste_contact_uiterlijk", DateTime(timezone=True)),
    Column("eerste_contact_op", DateTime(timezone=True)),
    Column("uitkomst", Text, comment="of its besluit; nothing: it is of a dienst, or from before that was kept"),
    Column("plan_verwacht", Boolean, comment="nothing: accepted before that was kept, and then by sight alone"),
    Column("plan_uiterlijk", DateTime(timezone=True)),
    Column("teruggave_uiterlijk", DateTime(timezone=True)),
    Column("vervolg_uiterlijk", DateTime(timezone=True)),
    Column("onderdeel", Text, comment="of a local field that is more than one organisation: only it may see this"),
    Column("routering", Text, comment="why just this organisation receives; nothing: from before that was kept"),
    Column("versie", Integer, nullable=False),
    # What people wrote, sealed: who accepted, why it was refused, why it is offered again.
    Column("naam", LargeBinary),
    Column("toelichting", LargeBinary),
    Column("motivering", LargeBinary),
    # Who of the receiver sees to it, by the subject of his token; it has a version of its own.
    Column("behandelaar", Text),
    Column("behandelaar_sinds", DateTime(timezone=True)),
    Column("behandelaar_versie", Integer, nullable=False, server_default="0"),
    Column("planstand", Text, nullable=False, server_default="geen", comment="kept by who writes plans"),
    CheckConstraint(
        "status = 'vervangen' OR (status IN ('geaccepteerd', 'teruggave-gevraagd', 'teruggegeven')) = "
        "(geaccepteerd_op IS NOT NULL)",
        name="geaccepteerd",
    ),
    CheckConstraint(
        "(status IN ('geweigerd', 'ingetrokken', 'teruggekeerd', 'teruggegeven', 'vervangen')) = "
        "(num_nonnulls(geweigerd_op, ingetrokken_op, teruggekeerd_op, teruggegeven_op) = 1)",
        name="einde",
    ),
    CheckConstraint("(teruggave_gevraagd_op IS NULL) = (teruggave_reden IS NULL)", name="teruggave"),
    CheckConstraint(
        "(zicht_gevraagd IS NULL) = (zicht_gevraagd_op IS NULL) AND "
        "(zicht_gevraagd IS NULL OR status IN ('geaccepteerd', 'teruggave-gevraagd'))",
        name="zicht_gevraagd",
    ),
    CheckConstraint("(ingetrokken_op IS NULL) = (intrekreden IS NULL)", name="ingetrokken"),
    CheckConstraint("planstand IN ('geen', 'lopend', 'ander')", name="planstand"),
    Index("ix_overdracht_casus_id", "casus_id"),
    # One open offer of a casus at most carries sight of safety.
    Index(
        "uq_overdracht_zicht_open",
        "casus_id",
        unique=True,
        postgresql_where=text("(status = 'aangeboden' AND draagt_zicht) OR zicht_gevraagd = 'aanbieden'"),
    ),
    Index("ix_overdracht_gemeente", "gemeente_code", "aangeboden_op", "id"),
    Index("ix_overdracht_organisatie", "organisatie_id", "aangeboden_op", "id"),
    Index("ix_overdracht_volgorde", "aangeboden_op", "id"),
    Index("ix_overdracht_behandelaar", "behandelaar", postgresql_where=text("behandelaar IS NOT NULL")),
    comment="One row an offer to one receiver.",
)

overdracht_stap = Table(
    "overdracht_stap",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("overdracht_id", Uuid, ForeignKey("overdracht.id"), nullable=False),
    Column("versie", Integer, nullable=False),
    Column("stap", Text, nullable=False),
    Column("op", DateTime(timezone=True), nullable=False),
    Column("organisatie_id", Text),
    Column("reden", Text),
    Column("feit_id", Uuid),
    Column("tekst", LargeBinary),
    UniqueConstraint("overdracht_id", "versie"),
    comment="Every step of an overdracht, by which organisation and told by which fact; what was written is sealed.",
)

pakket = Table(
    "pakket",
    metadata,
    Column("overdracht_id", Uuid, ForeignKey("overdracht.id"), primary_key=True),
    Column("nr", Integer, primary_key=True, autoincrement=False),
    Column("inhoud", LargeBinary, nullable=False),
    Column("samengesteld_op", DateTime(timezone=True), nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("stand", Text, comment="under which protection of the melders it was made; nothing: from before that"),
    Column("achterhaald_op", DateTime(timezone=True), comment="when something else was agreed with a melder"),
    Column(
        "mede_casus_ids",
        ARRAY(Uuid),
        nullable=False,
        server_default=text("'{}'"),
        comment="casussen that were split off since, of which it holds something too",
    ),
    comment="The package as it was delivered to the receiver, sealed: the proof of what was handed over. A next one is "
    "made when the protection of a melder has changed.",
)

zicht_feit = Table(
    "zicht_feit",
    metadata,
    Column("nr", BigInteger, Identity(always=True), primary_key=True),
    Column("casus_id", Uuid, nullable=False),
    Column("genoemde_casus_id", Uuid, nullable=False),
    Column("melding_id", Uuid),
    Column("soort", Text, nullable=False),
    Column("moment", DateTime(timezone=True), nullable=False),
    Column("organisatie_id", Text),
    Column("organisatie_soort", Text),
    Column("overdracht_id", Uuid),
    Column("bron_id", Uuid, nullable=False),
    UniqueConstraint("soort", "bron_id"),
    Index("ix_zicht_feit_casus_id", "casus_id"),
    comment="The facts from which it is worked out who holds sight of safety; only ever added to.",
)

zicht = Table(
    "zicht",
    metadata,
    Column("casus_id", Uuid, primary_key=True),
    Column("vanaf", DateTime(timezone=True), primary_key=True),
    Column("tot", DateTime(timezone=True)),
    Column("organisatie_id", Text, nullable=False),
    Column("organisatie_soort", Text, nullable=False),
    Column("overdracht_id", Uuid),
    CheckConstraint("tot > vanaf", name="duurt"),
    comment="Who held sight of safety of a casus, and when: one at every moment.",
)
Index("uq_zicht_een_houder", zicht.c.casus_id, unique=True, postgresql_where=text("tot IS NULL"))
zicht.append_constraint(
    ExcludeConstraint(
        (zicht.c.casus_id, "="),
        (func.tstzrange(zicht.c.vanaf, zicht.c.tot), "&&"),
        name="ex_zicht_geen_overlap",
        using="gist",
    )
)
