"""The first tables of intake."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import protect_audit

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.execute("CREATE SEQUENCE melding_kenmerk")
    op.create_table(
        "advies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gegeven_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=True),
        sa.Column("adviesvrager_categorie", sa.Text(), nullable=False),
        sa.Column("aard_geweld", postgresql.JSONB(), nullable=False),
        sa.Column("duur", sa.Text(), nullable=True),
        sa.Column("kanaal", sa.Text(), nullable=False),
        sa.Column("uitkomst", sa.Text(), nullable=False),
        sa.Column("adviesvrager", sa.LargeBinary(), nullable=True),
        sa.Column("melding_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advies")),
        comment="Codes only; who asked is sealed, and only there with consent. Nothing about a family.",
    )
    op.create_table(
        "audit",
        sa.Column("nr", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actie", sa.Text(), nullable=False),
        sa.Column("object_soort", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("resultaat", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("rol", sa.Text(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("herkomst", sa.Text(), nullable=False),
        sa.Column("doel", sa.Text(), nullable=False),
        sa.Column("trace_id", sa.Text(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("nr", name=op.f("pk_audit")),
        comment="Acts on personal data, append-only, chained by hash.",
    )
    op.create_table(
        "casus",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("afgesloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opgegaan_in", sa.Uuid(), nullable=True),
        sa.Column("aantal_meldingen", sa.Integer(), nullable=False),
        sa.Column("aantal_personen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["opgegaan_in"], ["casus.id"], name=op.f("fk_casus_opgegaan_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_casus")),
        comment="What belongs together. A casus that went up in another keeps its row, which points on.",
    )
    op.create_index(
        "ix_casus_opgegaan_in",
        "casus",
        ["opgegaan_in"],
        unique=False,
        postgresql_where=sa.text("opgegaan_in IS NOT NULL"),
    )
    op.create_table(
        "idempotentie",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("sleutel", sa.Text(), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("antwoord", sa.LargeBinary(), nullable=True),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client", "route", "sleutel", name=op.f("pk_idempotentie")),
        comment="First answers by Idempotency-Key; the content is a keyed hash, the answer is sealed.",
    )
    op.create_table(
        "inbox_stand",
        sa.Column("bron", sa.Text(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("laatste", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bron", "casus_id", name=op.f("pk_inbox_stand")),
        comment="Up to which sequence this room has handled the facts of a casus from one source.",
    )
    op.create_table(
        "inbox_wachtend",
        sa.Column("bron", sa.Text(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), nullable=False),
        sa.Column("bericht", sa.LargeBinary(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bron", "casus_id", "volgnummer", name=op.f("pk_inbox_wachtend")),
        comment="Facts that arrived before their predecessor; handled in the transaction that fills the gap.",
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("oorzaak_id", sa.Uuid(), nullable=True),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("stream_ms", sa.BigInteger(), nullable=True),
        sa.Column("stream_nr", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("casus_id", "volgnummer", name=op.f("uq_outbox_casus_id_volgnummer")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_id")),
        comment="Facts to publish and facts published; kept, because a lost stream is filled again from here.",
    )
    op.create_index("ix_outbox_stream", "outbox", ["stream_ms", "stream_nr"], unique=False)
    op.create_index(
        "ix_outbox_te_verzenden", "outbox", ["id"], unique=False, postgresql_where=sa.text("stream_ms IS NULL")
    )
    op.create_table(
        "quarantaine",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("bron", sa.Text(), nullable=True),
        sa.Column("casus_id", sa.Uuid(), nullable=True),
        sa.Column("volgnummer", sa.BigInteger(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("soort", sa.Text(), nullable=True),
        sa.Column("bericht", sa.LargeBinary(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vrijgegeven_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("afgehandeld_op", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantaine")),
        sa.UniqueConstraint("stream", "entry_id", name=op.f("uq_quarantaine_stream_entry_id")),
        comment="Messages that could not be handled; a person releases them, nobody drops them.",
    )
    op.create_table(
        "relay_stand",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("laatste_ms", sa.BigInteger(), nullable=False),
        sa.Column("laatste_nr", sa.BigInteger(), nullable=False),
        sa.Column("bevestigd_ms", sa.BigInteger(), nullable=False),
        sa.Column("bevestigd_nr", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay_stand")),
        comment="One row: the last stream id that we published, and up to where all readers have handled.",
    )
    op.create_table(
        "volgnummer",
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("laatste", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("casus_id", name=op.f("pk_volgnummer")),
        comment="The last sequence given out within a casus; its row lock puts the facts of one casus in order.",
    )
    op.create_table(
        "koppelvoorstel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("andere_casus_id", sa.Uuid(), nullable=False),
        sa.Column("redenen", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("besloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("motivering", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["andere_casus_id"], ["casus.id"], name=op.f("fk_koppelvoorstel_andere_casus_id")),
        sa.ForeignKeyConstraint(["casus_id"], ["casus.id"], name=op.f("fk_koppelvoorstel_casus_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_koppelvoorstel")),
        sa.UniqueConstraint("casus_id", "andere_casus_id", name=op.f("uq_koppelvoorstel_casus_id_andere_casus_id")),
        comment="Two casussen that may be one: the older first. A pair is put before a worker once.",
    )
    op.create_index(op.f("ix_koppelvoorstel_andere_casus_id"), "koppelvoorstel", ["andere_casus_id"], unique=False)
    op.create_table(
        "melding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kenmerk", sa.Text(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("veiligheidsbeoordeling_uiterlijk", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("melder_categorie", sa.Text(), nullable=False),
        sa.Column("melder_soort", sa.Text(), nullable=False),
        sa.Column("dubbel_anoniem", sa.Boolean(), nullable=False),
        sa.Column("hermelding", sa.Boolean(), nullable=False),
        sa.Column("vorige_afsluiting_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waarschuwingen", postgresql.JSONB(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column(
            "externe_identificatie",
            sa.LargeBinary(),
            nullable=True,
            comment="blind index; the value itself is in gegevens",
        ),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False, comment="keyed hash: whether the same was sent again"),
        sa.Column("melder", sa.LargeBinary(), nullable=False),
        sa.Column("gegevens", sa.LargeBinary(), nullable=False),
        sa.Column("advies_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["advies_id"], ["advies.id"], name=op.f("fk_melding_advies_id")),
        sa.ForeignKeyConstraint(["casus_id"], ["casus.id"], name=op.f("fk_melding_casus_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_melding")),
        sa.UniqueConstraint("kenmerk", name=op.f("uq_melding_kenmerk")),
        sa.UniqueConstraint(
            "organisatie_id", "externe_identificatie", name=op.f("uq_melding_organisatie_id_externe_identificatie")
        ),
        comment="One row a melding; who made it is sealed apart from what it says.",
    )
    op.create_index(op.f("ix_melding_casus_id"), "melding", ["casus_id"], unique=False)
    op.create_index("ix_melding_externe_identificatie", "melding", ["externe_identificatie"], unique=False)
    op.create_table(
        "persoon",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("nr", sa.SmallInteger(), nullable=False),
        sa.Column("rol", sa.Text(), nullable=False),
        sa.Column("bsn", sa.LargeBinary(), nullable=True, comment="blind index of a valid number"),
        sa.Column("gegevens", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["melding_id"], ["melding.id"], name=op.f("fk_persoon_melding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persoon")),
        comment="One row for each person in each melding, as sent.",
    )
    op.create_index(op.f("ix_persoon_melding_id"), "persoon", ["melding_id"], unique=False)
    op.create_table(
        "persoon_sleutel",
        sa.Column("persoon_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("sleutel", sa.LargeBinary(), nullable=False),
        sa.Column(
            "koppelt",
            sa.Boolean(),
            nullable=False,
            comment="false for who is there by profession: found, never joined on",
        ),
        sa.ForeignKeyConstraint(["persoon_id"], ["persoon.id"], name=op.f("fk_persoon_sleutel_persoon_id")),
        sa.PrimaryKeyConstraint("persoon_id", "soort", name=op.f("pk_persoon_sleutel")),
        comment="Blind indexes by which a person is found again.",
    )
    op.create_index(op.f("ix_persoon_sleutel_sleutel"), "persoon_sleutel", ["sleutel"], unique=False)
    protect_audit(op)


def downgrade() -> None:
    """Remove the tables."""
    op.drop_index(op.f("ix_persoon_sleutel_sleutel"), table_name="persoon_sleutel")
    op.drop_table("persoon_sleutel")
    op.drop_index(op.f("ix_persoon_melding_id"), table_name="persoon")
    op.drop_table("persoon")
    op.drop_index("ix_melding_externe_identificatie", table_name="melding")
    op.drop_index(op.f("ix_melding_casus_id"), table_name="melding")
    op.drop_table("melding")
    op.drop_index(op.f("ix_koppelvoorstel_andere_casus_id"), table_name="koppelvoorstel")
    op.drop_table("koppelvoorstel")
    op.drop_table("volgnummer")
    op.drop_table("relay_stand")
    op.drop_table("quarantaine")
    op.drop_index("ix_outbox_te_verzenden", table_name="outbox", postgresql_where=sa.text("stream_ms IS NULL"))
    op.drop_index("ix_outbox_stream", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("inbox_wachtend")
    op.drop_table("inbox_stand")
    op.drop_table("idempotentie")
    op.drop_index("ix_casus_opgegaan_in", table_name="casus", postgresql_where=sa.text("opgegaan_in IS NOT NULL"))
    op.drop_table("casus")
    op.drop_table("audit")
    op.drop_table("advies")
    op.execute("DROP FUNCTION audit_is_append_only()")
    op.execute("DROP SEQUENCE melding_kenmerk")
