"""Offers that are taken back or go back by themselves, the tasks of the worker, and every step as a line."""

import sqlalchemy as sa
from alembic import op

from shared.messaging.tasks import lay_tasks
from shared.migrations import drop_wall, lay_wall

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_ENDED = (
    "(status IN ('geweigerd', 'ingetrokken', 'teruggekeerd', 'vervangen')) = "
    "(num_nonnulls(geweigerd_op, ingetrokken_op, teruggekeerd_op) = 1)"
)
_RECEIVED = dict.fromkeys(("lokaal-team", "ketenpartner"), "is_ontvanger(overdracht_id)")


def upgrade() -> None:
    """Make the columns and tables, and fill them with what is known."""
    lay_tasks(op)
    op.add_column("overdracht", sa.Column("keert_terug_op", _MOMENT))
    op.add_column("overdracht", sa.Column("ingetrokken_op", _MOMENT))
    op.add_column("overdracht", sa.Column("intrekreden", sa.Text()))
    op.add_column("overdracht", sa.Column("teruggekeerd_op", _MOMENT))
    # Five working days are seven days; of what was offered before, a feast day makes it one day sooner.
    op.execute("UPDATE overdracht SET keert_terug_op = accepteren_uiterlijk + interval '7 days'")
    op.alter_column("overdracht", "keert_terug_op", nullable=False)
    op.drop_constraint(op.f("ck_overdracht_geweigerd"), "overdracht")
    op.create_check_constraint(op.f("ck_overdracht_einde"), "overdracht", _ENDED)
    op.create_check_constraint(
        op.f("ck_overdracht_ingetrokken"), "overdracht", "(ingetrokken_op IS NULL) = (intrekreden IS NULL)"
    )
    op.execute("""
        INSERT INTO taak (id, soort, object_id, status, pogingen, mislukt, gemaakt_op, niet_voor)
        SELECT gen_random_uuid(), 'overdracht-terugkeer', id, 'open', 0, 0, aangeboden_op, keert_terug_op
        FROM overdracht WHERE status = 'aangeboden'
    """)
    op.create_table(
        "overdracht_stap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("stap", sa.Text(), nullable=False),
        sa.Column("op", _MOMENT, nullable=False),
        sa.Column("organisatie_id", sa.Text()),
        sa.Column("reden", sa.Text()),
        sa.Column("feit_id", sa.Uuid()),
        sa.Column("tekst", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_overdracht_stap"),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name="fk_overdracht_stap_overdracht_id"),
        sa.UniqueConstraint("overdracht_id", "versie", name="uq_overdracht_stap_overdracht_id_versie"),
        comment="Every step of an overdracht, by which organisation and told by which fact; what was written is sealed.",
    )
    # Who replaced what was refused was not kept, nor when: the next offer began then.
    op.execute("""
        INSERT INTO overdracht_stap (id, overdracht_id, versie, stap, op, organisatie_id, reden, feit_id)
        SELECT gen_random_uuid(), s.id, row_number() OVER (PARTITION BY s.id ORDER BY s.nr), s.stap, s.op, s.wie,
               s.reden, b.event_id
        FROM (
            SELECT id, 1 AS nr, 'aangeboden' AS stap, aangeboden_op AS op, NULL AS wie, NULL AS reden,
                   'nl.ketenradar.overdracht-aangeboden.v1' AS soort FROM overdracht
            UNION ALL
            SELECT id, 2, 'geaccepteerd', geaccepteerd_op, organisatie_id, NULL,
                   'nl.ketenradar.overdracht-geaccepteerd.v1' FROM overdracht WHERE geaccepteerd_op IS NOT NULL
            UNION ALL
            SELECT id, 2, 'geweigerd', geweigerd_op, organisatie_id, reden,
                   'nl.ketenradar.overdracht-geweigerd.v1' FROM overdracht WHERE geweigerd_op IS NOT NULL
            UNION ALL
            SELECT id, 3, 'eerste-contact', eerste_contact_op, organisatie_id, NULL,
                   'nl.ketenradar.eerste-contact-gelegd.v1' FROM overdracht WHERE eerste_contact_op IS NOT NULL
            UNION ALL
            SELECT o.id, 3, 'vervangen', n.aangeboden_op, NULL, NULL, NULL
            FROM overdracht o JOIN overdracht n ON n.id = o.vervangen_door_id
        ) s
        LEFT JOIN outbox b ON b.soort = s.soort AND b.data->>'overdrachtId' = s.id::text
    """)
    lay_wall(op, "overdracht_stap", also=_RECEIVED)


def downgrade() -> None:
    """Take them away; what was taken back or went back is an open offer again."""
    drop_wall(op, "overdracht_stap")
    op.drop_table("overdracht_stap")
    op.drop_constraint(op.f("ck_overdracht_ingetrokken"), "overdracht")
    op.drop_constraint(op.f("ck_overdracht_einde"), "overdracht")
    op.execute("UPDATE overdracht SET status = 'aangeboden' WHERE status IN ('ingetrokken', 'teruggekeerd')")
    op.execute("""
        UPDATE overdracht SET geweigerd_op = coalesce(ingetrokken_op, teruggekeerd_op)
        WHERE status = 'vervangen' AND geweigerd_op IS NULL
    """)
    op.create_check_constraint(
        op.f("ck_overdracht_geweigerd"),
        "overdracht",
        "(status IN ('geweigerd', 'vervangen')) = (geweigerd_op IS NOT NULL)",
    )
    for column in ("teruggekeerd_op", "intrekreden", "ingetrokken_op", "keert_terug_op"):
        op.drop_column("overdracht", column)
    drop_wall(op, "taak")
    op.drop_table("taak")
