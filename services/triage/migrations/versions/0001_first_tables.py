"""The first tables of triage: dossiers, handelingen, diensten, and what every room keeps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import protect_audit

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
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
        "casus_alias",
        sa.Column("verdwenen_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("samengevoegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("verdwenen_id", name=op.f("pk_casus_alias")),
        comment="A casus that went up in another, and the one in which it lives on.",
    )
    op.create_index(op.f("ix_casus_alias_casus_id"), "casus_alias", ["casus_id"], unique=False)
    op.create_table(
        "dossier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("geopend_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hermelding", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("acuut", sa.Boolean(), nullable=True),
        sa.Column("gedaan_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interventies", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("acuutcheck_tekst", sa.LargeBinary(), nullable=True),
        sa.Column("uitkomst", sa.Text(), nullable=True),
        sa.Column("acuut_onveilig", sa.Boolean(), nullable=True),
        sa.Column("structureel_onveilig", sa.Boolean(), nullable=True),
        sa.Column("besloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dienst_soort", sa.Text(), nullable=True),
        sa.Column("statuscode", sa.Text(), nullable=True),
        sa.Column("sluit", sa.Boolean(), nullable=True),
        sa.Column("grondslagen", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("genoemd", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("bestemmingen", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("besluit_tekst", sa.LargeBinary(), nullable=True),
        sa.Column("dienst_id", sa.Uuid(), nullable=True),
        sa.Column("stap", sa.Text(), nullable=True),
        sa.Column("uiterlijk", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urgentie_op", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(stap IS NULL) = (urgentie_op IS NULL) AND (stap IS NULL) = (uiterlijk IS NULL)",
            name=op.f("ck_dossier_werk"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("melding_id", "nummer", name=op.f("uq_dossier_melding_id_nummer")),
        comment="One veiligheidsbeoordeling of a melding, with the open step by which it stands on the work list.",
    )
    op.create_index(op.f("ix_dossier_casus_id"), "dossier", ["casus_id"], unique=False)
    op.create_index(
        "ix_dossier_werkvoorraad",
        "dossier",
        ["urgentie_op", "id"],
        unique=False,
        postgresql_where=sa.text("stap IS NOT NULL"),
    )
    op.create_index(
        "ix_dossier_werkvoorraad_gemeente",
        "dossier",
        ["gemeente_code", "urgentie_op", "id"],
        unique=False,
        postgresql_where=sa.text("stap IS NOT NULL"),
    )
    op.create_index(
        "ix_dossier_werkvoorraad_stap",
        "dossier",
        ["stap", "urgentie_op", "id"],
        unique=False,
        postgresql_where=sa.text("stap IS NOT NULL"),
    )
    op.create_table(
        "handeling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("toelichting", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handeling")),
        comment="An act that stops one of the clocks beside the two main ones.",
    )
    op.create_index(op.f("ix_handeling_melding_id"), "handeling", ["melding_id"], unique=False)
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
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
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
        "dienst",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("gestart_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uiterlijk", sa.DateTime(timezone=True), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("conclusie", sa.Text(), nullable=True),
        sa.Column("afgerond_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statuscode", sa.Text(), nullable=True),
        sa.Column("sluit", sa.Boolean(), nullable=True),
        sa.Column("grondslagen", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("genoemd", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("bestemmingen", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("conclusie_tekst", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dienst_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dienst")),
        sa.UniqueConstraint("dossier_id", name=op.f("uq_dienst_dossier_id")),
        comment="What Veilig Thuis itself takes up after a besluit.",
    )
    op.create_index("ix_dienst_casus_volgorde", "dienst", ["casus_id", "gestart_op", "id"], unique=False)
    op.create_index("ix_dienst_volgorde", "dienst", ["gestart_op", "id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dienst_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("met", sa.Text(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verslag", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["dienst_id"], ["dienst.id"], name=op.f("fk_contact_dienst_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        comment="A talk in a dienst, or an attempt; with whom by role.",
    )
    op.create_index(op.f("ix_contact_dienst_id"), "contact", ["dienst_id"], unique=False)
    op.create_table(
        "veiligheidsvoorwaarde",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dienst_id", sa.Uuid(), nullable=False),
        sa.Column("controle_op", sa.Date(), nullable=False),
        sa.Column("instemming", sa.Boolean(), nullable=True),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dienst_id"], ["dienst.id"], name=op.f("fk_veiligheidsvoorwaarde_dienst_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_veiligheidsvoorwaarde")),
        comment="What must at least happen to make it directly safe.",
    )
    op.create_index(op.f("ix_veiligheidsvoorwaarde_dienst_id"), "veiligheidsvoorwaarde", ["dienst_id"], unique=False)
    protect_audit(op)


def downgrade() -> None:
    op.drop_index(op.f("ix_veiligheidsvoorwaarde_dienst_id"), table_name="veiligheidsvoorwaarde")
    op.drop_table("veiligheidsvoorwaarde")
    op.drop_index(op.f("ix_contact_dienst_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_index("ix_dienst_volgorde", table_name="dienst")
    op.drop_index("ix_dienst_casus_volgorde", table_name="dienst")
    op.drop_table("dienst")
    op.drop_table("volgnummer")
    op.drop_table("relay_stand")
    op.drop_table("quarantaine")
    op.drop_index("ix_outbox_te_verzenden", table_name="outbox", postgresql_where=sa.text("stream_ms IS NULL"))
    op.drop_index("ix_outbox_stream", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("inbox_wachtend")
    op.drop_table("inbox_stand")
    op.drop_table("idempotentie")
    op.drop_index(op.f("ix_handeling_melding_id"), table_name="handeling")
    op.drop_table("handeling")
    op.drop_index("ix_dossier_werkvoorraad_stap", table_name="dossier", postgresql_where=sa.text("stap IS NOT NULL"))
    op.drop_index(
        "ix_dossier_werkvoorraad_gemeente", table_name="dossier", postgresql_where=sa.text("stap IS NOT NULL")
    )
    op.drop_index("ix_dossier_werkvoorraad", table_name="dossier", postgresql_where=sa.text("stap IS NOT NULL"))
    op.drop_index(op.f("ix_dossier_casus_id"), table_name="dossier")
    op.drop_table("dossier")
    op.drop_index(op.f("ix_casus_alias_casus_id"), table_name="casus_alias")
    op.drop_table("casus_alias")
    op.drop_table("audit")
    op.execute("DROP FUNCTION audit_is_append_only")
