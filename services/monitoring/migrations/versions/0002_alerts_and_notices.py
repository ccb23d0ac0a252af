"""The tables of what goes out: alerts, notices, abonnementen, heartbeats, conditions of rooms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("storing", "hartslag", "uitgezet", "bericht_poging", "bericht", "abonnement", "waarschuwing")


def upgrade() -> None:
    op.create_table(
        "waarschuwing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("stap", sa.Text(), nullable=False),
        sa.Column("termijn_id", sa.Uuid(), nullable=True),
        sa.Column("casus_id", sa.Uuid(), nullable=True),
        sa.Column("melding_id", sa.Uuid(), nullable=True),
        sa.Column("gemeente_code", sa.Text(), nullable=True),
        sa.Column("uiterlijk", sa.DateTime(timezone=True), nullable=True),
        sa.Column("onderwerp", sa.Text(), nullable=True),
        sa.Column("gemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opgelost_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escaleren_op", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waarschuwing")),
        sa.UniqueConstraint("termijn_id", "stap", "uiterlijk", name=op.f("uq_waarschuwing_termijn_id_stap_uiterlijk")),
        comment="Alerts, each once: a step of a term with its date, or a condition (`onderwerp`) while it lasts.",
    )
    op.create_index(
        "ix_waarschuwing_casus_id",
        "waarschuwing",
        ["casus_id"],
        unique=False,
        postgresql_where=sa.text("casus_id IS NOT NULL"),
    )
    op.create_index(
        "ix_waarschuwing_escaleren_op",
        "waarschuwing",
        ["escaleren_op"],
        unique=False,
        postgresql_where=sa.text("escaleren_op IS NOT NULL"),
    )
    op.create_index("ix_waarschuwing_gemaakt_op", "waarschuwing", ["gemaakt_op", "id"], unique=False)
    op.create_index("ix_waarschuwing_gemeente", "waarschuwing", ["gemeente_code", "gemaakt_op", "id"], unique=False)
    op.create_index(
        "uq_waarschuwing_lopend",
        "waarschuwing",
        ["soort", "onderwerp"],
        unique=True,
        postgresql_where=sa.text("onderwerp IS NOT NULL AND opgelost_op IS NULL"),
    )
    op.create_table(
        "abonnement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("callback_url", sa.Text(), nullable=False),
        sa.Column("soorten", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("gemeente_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("geheim", sa.LargeBinary(), nullable=False),
        sa.Column("rol", sa.Text(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beeindigd_op", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abonnement")),
        comment="Who is told of facts by webhook; `gemeente_codes` empty is the whole region. The secret is sealed.",
    )
    op.create_index(
        "ix_abonnement_lopend", "abonnement", ["id"], unique=False, postgresql_where=sa.text("beeindigd_op IS NULL")
    )
    op.create_table(
        "bericht",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kanaal", sa.Text(), nullable=False),
        sa.Column("doel", sa.Text(), nullable=False),
        sa.Column("abonnement_id", sa.Uuid(), nullable=True),
        sa.Column("waarschuwing_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("casus_id", sa.Uuid(), nullable=True),
        sa.Column("inhoud", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("pogingen", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("volgende_poging_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("geclaimd_tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["abonnement_id"], ["abonnement.id"], name=op.f("fk_bericht_abonnement_id")),
        sa.ForeignKeyConstraint(["waarschuwing_id"], ["waarschuwing.id"], name=op.f("fk_bericht_waarschuwing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bericht")),
        sa.UniqueConstraint("doel", "event_id", name=op.f("uq_bericht_doel_event_id")),
        sa.UniqueConstraint("nr", name=op.f("uq_bericht_nr")),
        comment="Notices to deliver, without personal data, kept for good; order within a casus per receiver is `nr`.",
    )
    op.create_index(
        "ix_bericht_wachtend",
        "bericht",
        ["doel", "casus_id", "nr"],
        unique=False,
        postgresql_where=sa.text("status = 'wachtend'"),
    )
    op.create_table(
        "bericht_poging",
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uitslag", sa.Text(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["bericht_id"], ["bericht.id"], name=op.f("fk_bericht_poging_bericht_id")),
        sa.PrimaryKeyConstraint("bericht_id", "nummer", name=op.f("pk_bericht_poging")),
        comment="Each attempt to deliver a notice: when, and what came of it (a status or a kind of error).",
    )
    op.create_table(
        "uitgezet",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uitgezet")),
        comment="One row: up to which fact of the outbox notices were made for the abonnementen.",
    )
    op.create_table(
        "hartslag",
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tijdstip_keten", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("naam", name=op.f("pk_hartslag")),
        comment="When each chore last ran: in real time, and in the time of the chain (which may be simulated).",
    )
    op.create_table(
        "storing",
        sa.Column("afdeling", sa.Text(), nullable=False),
        sa.Column("voorwaarde", sa.Text(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waarschuwing_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["waarschuwing_id"], ["waarschuwing.id"], name=op.f("fk_storing_waarschuwing_id")),
        sa.PrimaryKeyConstraint("afdeling", "voorwaarde", name=op.f("pk_storing")),
        comment="What is wrong with a room now, since when, and the alert that was made of it.",
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
