"""The tables of intake: codes, times and ids in the open, everything about people sealed."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.audit import audit_table
from shared.db import room_metadata
from shared.keyring import sleutel_table
from shared.messaging.schema import messaging_tables
from shared.messaging.tasks import task_table
from shared.vernietigen import vernietiging_table
from shared.web.idempotency import idempotency_table

metadata = room_metadata()
messaging = messaging_tables(metadata)
idempotentie = idempotency_table(metadata)
audit = audit_table(metadata)
sleutel = sleutel_table(metadata)
vernietiging = vernietiging_table(metadata)
taak = task_table(metadata)

melding_kenmerk = Sequence("melding_kenmerk", metadata=metadata)

casus = Table(
    "casus",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("aangemaakt_op", DateTime(timezone=True), nullable=False),
    Column("afgesloten_op", DateTime(timezone=True)),
    Column("opgegaan_in", Uuid, ForeignKey("casus.id")),
    Column("aantal_meldingen", Integer, nullable=False),
    Column("aantal_personen", Integer, nullable=False),
    Column("bewaren_tot", Date, comment="the first day on which the file may be destroyed; counted at each closing"),
    Column("beschermingsmaatregel_tot", Date),
    Column("beschermingsmaatregel", LargeBinary, comment="why a measure needs the file, sealed"),
    Column("beperkt_op", DateTime(timezone=True), comment="since when a beperking is in force (AVG art. 18)"),
    comment="What belongs together. A casus that went up in another keeps its row, which points on.",
)
Index("ix_casus_opgegaan_in", casus.c.opgegaan_in, postgresql_where=text("opgegaan_in IS NOT NULL"))

advies = Table(
    "advies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("gegeven_op", DateTime(timezone=True), nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("gemeente_code", Text),
    Column("adviesvrager_categorie", Text, nullable=False),
    Column("aard_geweld", JSONB, nullable=False),
    Column("duur", Text),
    Column("kanaal", Text, nullable=False),
    Column("uitkomst", Text, nullable=False),
    Column("adviesvrager", LargeBinary),
    Column("melding_id", Uuid),
    Column("soort", Text, nullable=False),
    Column("eerder_advies_id", Uuid, ForeignKey("advies.id")),
    Column("startdatum", Date, nullable=False),
    Column("einddatum", Date),
    Column("adviesvrager_rol", Text, nullable=False),
    Column("adviesvrager_organisatie", Text, comment="a kind of organisation, never which one"),
    Column("veiligheidsproblematiek", ARRAY(Text), nullable=False),
    Column("adviesvrager_verwijderd_op", DateTime(timezone=True)),
    comment="Codes only; who asked is sealed, and only there with consent. Nothing about a family.",
)

melding = Table(
    "melding",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kenmerk", Text, nullable=False, unique=True),
    Column("casus_id", Uuid, ForeignKey("casus.id"), nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("ontvangen_op", DateTime(timezone=True), nullable=False),
    Column("veiligheidsbeoordeling_uiterlijk", DateTime(timezone=True), nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("melder_categorie", Text, nullable=False),
    Column("melder_soort", Text, nullable=False),
    Column("dubbel_anoniem", Boolean, nullable=False),
    Column("hermelding", Boolean, nullable=False),
    Column("vorige_afsluiting_op", DateTime(timezone=True)),
    Column("waarschuwingen", JSONB, nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("externe_identificatie", LargeBinary, comment="blind index; the value itself is in gegevens"),
    Column("inhoud", LargeBinary, nullable=False, comment="keyed hash: whether the same was sent again"),
    Column("melder", LargeBinary, nullable=False),
    Column("gegevens", LargeBinary, nullable=False),
    Column("advies_id", Uuid, ForeignKey("advies.id")),
    UniqueConstraint("organisatie_id", "externe_identificatie"),
    comment="One row a melding; who made it is sealed apart from what it says.",
)
Index("ix_melding_externe_identificatie", melding.c.externe_identificatie)

persoon = Table(
    "persoon",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, ForeignKey("melding.id"), nullable=False, index=True),
    Column("nr", SmallInteger, nullable=False),
    Column("rol", Text, nullable=False),
    Column("bsn", LargeBinary, comment="blind index of a valid number"),
    Column("gegevens", LargeBinary, nullable=False),
    comment="One row for each person in each melding, as sent.",
)

persoon_sleutel = Table(
    "persoon_sleutel",
    metadata,
    Column("persoon_id", Uuid, ForeignKey("persoon.id"), primary_key=True),
    Column("soort", Text, primary_key=True),
    Column("sleutel", LargeBinary, nullable=False, index=True),
    Column("koppelt", Boolean, nullable=False, comment="false for who is there by profession: found, never joined on"),
    comment="Blind indexes by which a person is found again.",
)

koppelvoorstel = Table(
    "koppelvoorstel",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("casus_id", Uuid, ForeignKey("casus.id"), nullable=False),
    Column("andere_casus_id", Uuid, ForeignKey("casus.id"), nullable=False, index=True),
    Column("redenen", ARRAY(Text), nullable=False),
    Column("status", Text, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("aangemaakt_op", DateTime(timezone=True), nullable=False),
    Column("besloten_op", DateTime(timezone=True)),
    Column("motivering", LargeBinary),
    Column("score", SmallInteger, comment="bits of evidence; none for what only an exact key says"),
    UniqueConstraint("casus_id", "andere_casus_id"),
    comment="Two casussen that may be one: the older first. A pair is put before a worker once.",
)

dossierverzoek = Table(
    "dossierverzoek",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("soort", Text, nullable=False),
    Column("reden", Text, nullable=False),
    Column("casus_id", Uuid, nullable=False, index=True),
    Column("persoon_id", Uuid),
    Column("hoedanigheid", Text),
    Column("ontvangen_op", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("waarschuwing", Text),
    Column("keuze", Text),
    Column("grond", Text),
    Column("gegevens", LargeBinary, comment="what was said in it; gone when the casus was destroyed"),
    Column("besloten_op", DateTime(timezone=True)),
    Column("besloten_door", Text),
    Column("bevestigd_op", DateTime(timezone=True)),
    Column("bevestigd_door", Text),
    Column("afgehandeld_op", DateTime(timezone=True)),
    CheckConstraint("bevestigd_door <> besloten_door", name="vier_ogen"),
    comment="Requests about the own file. The row outlives a destruction, without anybody in it.",
)
Index("ix_dossierverzoek_status", dossierverzoek.c.status, dossierverzoek.c.id)

correctie = Table(
    "correctie",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("verzoek_id", Uuid, ForeignKey("dossierverzoek.id"), nullable=False, index=True),
    Column("persoon_id", Uuid, ForeignKey("persoon.id"), nullable=False, index=True),
    Column("veld", Text, nullable=False),
    Column("oude_waarde", LargeBinary, nullable=False),
    Column("gecorrigeerd_op", DateTime(timezone=True), nullable=False),
    comment="What stood there before a fact was corrected.",
)
