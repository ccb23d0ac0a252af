"""The first tables of handover."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import protect_audit

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A trusted extension since PostgreSQL 13: the owner of the database may make it without being a superuser.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
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
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("casus_id", name=op.f("pk_casus")),
        comment="Casussen that this room heard of; the lock on this row puts all that happens to one casus in order.",
    )
    op.create_table(
        "casus_alias",
        sa.Column("verdwenen_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("in_casus_id", sa.Uuid(), nullable=False),
        sa.Column("samengevoegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("verdwenen_id", name=op.f("pk_casus_alias")),
        comment="Casussen that went up in another: where they are now, and in which one they went up at the time.",
    )
    op.create_index("ix_casus_alias_casus_id", "casus_alias", ["casus_id"], unique=False)
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
        "overdracht",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("dienst_id", sa.Uuid(), nullable=True),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("draagt_zicht", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("aangeboden_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepteren_uiterlijk", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vervangt_id", sa.Uuid(), nullable=True),
        sa.Column("geaccepteerd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("te_laat_geaccepteerd", sa.Boolean(), nullable=False),
        sa.Column("warm", sa.Boolean(), nullable=True),
        sa.Column("geweigerd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.Column("eerste_contact_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("naam", sa.LargeBinary(), nullable=True),
        sa.Column("toelichting", sa.LargeBinary(), nullable=True),
        sa.Column("motivering", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(status = 'geaccepteerd') = (geaccepteerd_op IS NOT NULL)", name=op.f("ck_overdracht_geaccepteerd")
        ),
        sa.CheckConstraint(
            "(status IN ('geweigerd', 'vervangen')) = (geweigerd_op IS NOT NULL)", name=op.f("ck_overdracht_geweigerd")
        ),
        sa.ForeignKeyConstraint(["vervangt_id"], ["overdracht.id"], name=op.f("fk_overdracht_vervangt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdracht")),
        sa.UniqueConstraint("vervangt_id", name=op.f("uq_overdracht_vervangt_id")),
        comment="One row an offer to one receiver.",
    )
    op.create_index("ix_overdracht_casus_id", "overdracht", ["casus_id"], unique=False)
    op.create_index("ix_overdracht_gemeente", "overdracht", ["gemeente_code", "aangeboden_op", "id"], unique=False)
    op.create_index("ix_overdracht_organisatie", "overdracht", ["organisatie_id", "aangeboden_op", "id"], unique=False)
    op.create_index("ix_overdracht_volgorde", "overdracht", ["aangeboden_op", "id"], unique=False)
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
        "zicht",
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("vanaf", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("organisatie_soort", sa.Text(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("casus_id"), "="),
            (sa.text("tstzrange(vanaf, tot)"), "&&"),
            using="gist",
            name="ex_zicht_geen_overlap",
        ),
        sa.CheckConstraint("tot > vanaf", name=op.f("ck_zicht_duurt")),
        sa.PrimaryKeyConstraint("casus_id", "vanaf", name=op.f("pk_zicht")),
        comment="Who held sight of safety of a casus, and when: one at every moment.",
    )
    op.create_index("uq_zicht_een_houder", "zicht", ["casus_id"], unique=True, postgresql_where=sa.text("tot IS NULL"))
    op.create_table(
        "zicht_feit",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("genoemde_casus_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=True),
        sa.Column("organisatie_soort", sa.Text(), nullable=True),
        sa.Column("overdracht_id", sa.Uuid(), nullable=True),
        sa.Column("bron_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("nr", name=op.f("pk_zicht_feit")),
        sa.UniqueConstraint("soort", "bron_id", name=op.f("uq_zicht_feit_soort_bron_id")),
        comment="The facts from which it is worked out who holds sight of safety; only ever added to.",
    )
    op.create_index("ix_zicht_feit_casus_id", "zicht_feit", ["casus_id"], unique=False)
    op.create_table(
        "pakket",
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
        sa.Column("samengesteld_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name=op.f("fk_pakket_overdracht_id")),
        sa.PrimaryKeyConstraint("overdracht_id", name=op.f("pk_pakket")),
        comment="The package as it was first delivered to the receiver, sealed: the proof of what was handed over.",
    )
    protect_audit(op)


def downgrade() -> None:
    op.drop_table("pakket")
    op.drop_table("zicht_feit")
    op.drop_table("zicht")
    op.drop_table("volgnummer")
    op.drop_table("relay_stand")
    op.drop_table("quarantaine")
    op.drop_table("overdracht")
    op.drop_table("outbox")
    op.drop_table("inbox_wachtend")
    op.drop_table("inbox_stand")
    op.drop_table("idempotentie")
    op.drop_table("casus_alias")
    op.drop_table("casus")
    op.drop_table("audit")
    op.execute("DROP FUNCTION audit_is_append_only()")
    op.execute("DROP EXTENSION btree_gist")
