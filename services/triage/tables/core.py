"""The tables that every subject of triage stands on: dossiers, diensten, and where a casus lives on."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.audit import audit_table
from shared.db import room_metadata
from shared.keyring import sleutel_table
from shared.messaging.schema import messaging_tables
from shared.plaatsen import plaats_tables
from shared.vernietigen import vernietiging_table
from shared.web.idempotency import idempotency_table

metadata = room_metadata()
messaging = messaging_tables(metadata)
idempotentie = idempotency_table(metadata)
audit = audit_table(metadata)
sleutel = sleutel_table(metadata)
vernietiging = vernietiging_table(metadata)

_MOMENT = DateTime(timezone=True)
# Of a table whose ids stand in facts: those stay there when the rows are destroyed (``shared.vernietigen``).
TOLD = {"told": True}

dossier = Table(
    "dossier",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, nullable=False),
    Column("nummer", Integer, nullable=False),
    Column("casus_id", Uuid, nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("ontvangen_op", _MOMENT, nullable=False),
    Column("geopend_op", _MOMENT, nullable=False),
    Column("hermelding", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("versie", BigInteger, nullable=False),
    Column("acuut", Boolean),
    Column("gedaan_op", _MOMENT),
    Column("interventies", JSONB(none_as_null=True)),  # codes and moments; the rest is in the sealed text
    Column("acuutcheck_tekst", LargeBinary),
    Column("uitkomst", Text),
    Column("acuut_onveilig", Boolean),
    Column("structureel_onveilig", Boolean),
    Column("besloten_op", _MOMENT),
    Column("dienst_soort", Text),
    Column("statuscode", Text),
    Column("sluit", Boolean),
    Column("grondslagen", ARRAY(Text)),
    Column("genoemd", JSONB(none_as_null=True)),  # the bestemmingen as the professional named them
    Column("bestemmingen", JSONB(none_as_null=True)),  # and as the chain addresses them
    Column("besluit_tekst", LargeBinary),
    Column("dienst_id", Uuid),
    Column("stap", Text),
    Column("uiterlijk", _MOMENT),
    Column("urgentie_op", _MOMENT),
    Column("aangevuld_op", _MOMENT),
    # How the work is divided stands here too: the work list is read in one walk, whoever asks for it.
    Column("eigenaar", Text),
    Column("team", Text),
    Column("toegewezen_op", _MOMENT),
    Column("toewijzing_versie", BigInteger, nullable=False, server_default="1"),
    Column("volgende_check", Date),
    Column("laatste_contact_op", _MOMENT),
    Column("onveilig_op", _MOMENT),
    UniqueConstraint("melding_id", "nummer"),
    CheckConstraint("(stap IS NULL) = (urgentie_op IS NULL) AND (stap IS NULL) = (uiterlijk IS NULL)", name="werk"),
    comment="One veiligheidsbeoordeling of a melding, with the open step by which it stands on the work list.",
    info=TOLD,
)
# The work list is read in the order of these: six ways in, each only over what is still to be done.
_OPEN = text("stap IS NOT NULL")
Index("ix_dossier_werkvoorraad", dossier.c.urgentie_op, dossier.c.id, postgresql_where=_OPEN)
Index(
    "ix_dossier_werkvoorraad_gemeente",
    dossier.c.gemeente_code,
    dossier.c.urgentie_op,
    dossier.c.id,
    postgresql_where=_OPEN,
)
Index("ix_dossier_werkvoorraad_stap", dossier.c.stap, dossier.c.urgentie_op, dossier.c.id, postgresql_where=_OPEN)
Index(
    "ix_dossier_werkvoorraad_eigenaar", dossier.c.eigenaar, dossier.c.urgentie_op, dossier.c.id, postgresql_where=_OPEN
)
Index("ix_dossier_werkvoorraad_team", dossier.c.team, dossier.c.urgentie_op, dossier.c.id, postgresql_where=_OPEN)
Index(
    "ix_dossier_werkvoorraad_vrij",
    dossier.c.urgentie_op,
    dossier.c.id,
    postgresql_where=text("stap IS NOT NULL AND eigenaar IS NULL"),
)
Index(None, dossier.c.casus_id)

dienst = Table(
    "dienst",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dossier_id", Uuid, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("melding_id", Uuid, nullable=False),
    Column("casus_id", Uuid, nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("soort", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("gestart_op", _MOMENT, nullable=False),
    Column("uiterlijk", _MOMENT, nullable=False),
    Column("versie", BigInteger, nullable=False),
    Column("conclusie", Text),
    Column("afgerond_op", _MOMENT),
    Column("statuscode", Text),
    Column("sluit", Boolean),
    Column("grondslagen", ARRAY(Text)),
    Column("genoemd", JSONB(none_as_null=True)),
    Column("bestemmingen", JSONB(none_as_null=True)),
    Column("conclusie_tekst", LargeBinary),
    Column("vorige_dienst_id", Uuid, ForeignKey("dienst.id"), unique=True),
    Column("omgezet_op", _MOMENT),
    Column("omzet_reden", Text),
    Column("omzet_tekst", LargeBinary),
    comment="What Veilig Thuis itself takes up after a besluit.",
    info=TOLD,
)
Index("ix_dienst_open", dienst.c.dossier_id, unique=True, postgresql_where=text("status = 'open'"))
Index("ix_dienst_volgorde", dienst.c.gestart_op, dienst.c.id)
Index("ix_dienst_casus_volgorde", dienst.c.casus_id, dienst.c.gestart_op, dienst.c.id)

contact = Table(
    "contact",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dienst_id", Uuid, ForeignKey("dienst.id"), nullable=False),
    Column("soort", Text, nullable=False),
    Column("met", Text, nullable=False),
    Column("tijdstip", _MOMENT, nullable=False),
    Column("verslag", LargeBinary),
    Column("kanaal", Text),
    # Sealed, as everywhere in the tables of a dienst: the melding of who is named may be split off and destroyed by
    # itself, and nothing may point at it then.
    Column("betrokkene", LargeBinary),
    comment="A talk in a dienst, or an attempt; with whom by role.",
)
Index(None, contact.c.dienst_id)

veiligheidsvoorwaarde = Table(
    "veiligheidsvoorwaarde",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dienst_id", Uuid, ForeignKey("dienst.id"), nullable=False),
    Column("controle_op", Date, nullable=False),
    Column("instemming", Boolean),
    Column("tekst", LargeBinary, nullable=False),
    Column("gesteld_op", _MOMENT, nullable=False),
    Column("status", Text, nullable=False),
    Column("versie", BigInteger, nullable=False),
    comment="What must at least happen to make it directly safe.",
    info=TOLD,
)
Index(None, veiligheidsvoorwaarde.c.dienst_id)

handeling = Table(
    "handeling",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, nullable=False),
    Column("soort", Text, nullable=False),
    Column("tijdstip", _MOMENT, nullable=False),
    Column("toelichting", LargeBinary),
    comment="An act that stops one of the clocks beside the two main ones.",
)
Index(None, handeling.c.melding_id)

directbetrokkene = Table(
    "directbetrokkene",
    metadata,
    Column("melding_id", Uuid, primary_key=True),
    Column("nr", SmallInteger, primary_key=True),
    Column("casus_id", Uuid, nullable=False, index=True),
    comment="Whom a melding is about, by their places in it: intake knows who they are.",
    info=TOLD,
)

casus_alias = Table(
    "casus_alias",
    metadata,
    Column("verdwenen_id", Uuid, primary_key=True),
    Column("casus_id", Uuid, nullable=False),
    comment="A casus that went up in another, and the one in which it lives on.",
)
casus_plaats, onderwerp_plaats = plaats_tables(metadata)
Index(None, casus_alias.c.casus_id)
