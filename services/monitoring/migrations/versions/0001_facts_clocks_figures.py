"""The first tables of monitoring: facts, clocks, moments, figures, and those that every room has."""

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
        "casus",
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=True),
        sa.Column("open", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("afgesloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("afgesloten_reden", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("casus_id", name=op.f("pk_casus")),
        comment="One row a casus; its lock is taken before anything of the casus is folded, swept or changed.",
    )
    op.create_table(
        "casus_alias",
        sa.Column("verdwenen_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("verdwenen_id", name=op.f("pk_casus_alias")),
        comment="Which casus a casus went up in; always points at one that still stands.",
    )
    op.create_index(op.f("ix_casus_alias_casus_id"), "casus_alias", ["casus_id"], unique=False)
    op.create_table(
        "feit",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("bron", sa.Text(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_feit")),
        comment="Every fact that this room heard or told, under the casus to which it belongs now.",
    )
    op.create_index("ix_feit_casus_id", "feit", ["casus_id"], unique=False)
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
        "kpi",
        sa.Column("meting", sa.Text(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("waarde", sa.Text(), nullable=False),
        sa.Column("aantal", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("meting", "gemeente_code", "dag", "naam", "waarde", name=op.f("pk_kpi")),
        comment="The cells of the KPIs. `dag`: the first of the month; for `voorraad` the day on which the clock started.",
    )
    op.create_table(
        "monitormoment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("maand", sa.Integer(), nullable=False),
        sa.Column("gepland_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uiterlijk", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("naleving", sa.Text(), nullable=True),
        sa.Column("directe_veiligheid", sa.Boolean(), nullable=True),
        sa.Column("stabiele_veiligheid", sa.Boolean(), nullable=True),
        sa.Column("vervolg", sa.Text(), nullable=True),
        sa.Column("afgerond_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("geannuleerd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versie", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("contact_met", postgresql.JSONB(), nullable=True),
        sa.Column("toelichting", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitormoment")),
        comment="The moments at which a family is looked at again; planned and cancelled by the fold.",
    )
    op.create_index(op.f("ix_monitormoment_casus_id"), "monitormoment", ["casus_id"], unique=False)
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
        "termijn",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("ref_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uiterlijk", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waarschuwen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gestopt_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vervallen", sa.Boolean(), nullable=False),
        sa.Column("uitleg", postgresql.JSONB(), nullable=False),
        sa.Column("volgende_stap", sa.Text(), nullable=True),
        sa.Column("volgende_op", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_termijn")),
        comment="One row a clock. `vervallen`: ended without being done. `volgende_*`: what the sweep must do, and when.",
    )
    op.create_index(op.f("ix_termijn_casus_id"), "termijn", ["casus_id"], unique=False)
    op.create_index("ix_termijn_gemeente", "termijn", ["gemeente_code", "uiterlijk", "id"], unique=False)
    op.create_index(
        "ix_termijn_open", "termijn", ["uiterlijk", "id"], unique=False, postgresql_where=sa.text("gestopt_op IS NULL")
    )
    op.create_index("ix_termijn_uiterlijk", "termijn", ["uiterlijk", "id"], unique=False)
    op.create_index(
        "ix_termijn_volgende_op",
        "termijn",
        ["volgende_op"],
        unique=False,
        postgresql_where=sa.text("volgende_op IS NOT NULL"),
    )
    op.create_table(
        "volgnummer",
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("laatste", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("casus_id", name=op.f("pk_volgnummer")),
        comment="The last sequence given out within a casus; its row lock puts the facts of one casus in order.",
    )
    protect_audit(op)


def downgrade() -> None:
    op.drop_table("volgnummer")
    op.drop_index("ix_termijn_volgende_op", table_name="termijn", postgresql_where=sa.text("volgende_op IS NOT NULL"))
    op.drop_index("ix_termijn_uiterlijk", table_name="termijn")
    op.drop_index("ix_termijn_open", table_name="termijn", postgresql_where=sa.text("gestopt_op IS NULL"))
    op.drop_index("ix_termijn_gemeente", table_name="termijn")
    op.drop_index(op.f("ix_termijn_casus_id"), table_name="termijn")
    op.drop_table("termijn")
    op.drop_table("relay_stand")
    op.drop_table("quarantaine")
    op.drop_index("ix_outbox_te_verzenden", table_name="outbox", postgresql_where=sa.text("stream_ms IS NULL"))
    op.drop_index("ix_outbox_stream", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_monitormoment_casus_id"), table_name="monitormoment")
    op.drop_table("monitormoment")
    op.drop_table("kpi")
    op.drop_table("inbox_wachtend")
    op.drop_table("inbox_stand")
    op.drop_table("idempotentie")
    op.drop_index("ix_feit_casus_id", table_name="feit")
    op.drop_table("feit")
    op.drop_index(op.f("ix_casus_alias_casus_id"), table_name="casus_alias")
    op.drop_table("casus_alias")
    op.drop_table("casus")
    op.drop_table("audit")
    op.execute("DROP FUNCTION audit_is_append_only()")
