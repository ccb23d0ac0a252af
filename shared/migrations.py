"""How the database of a room is brought to its newest shape, and which walls stand in it."""

import os
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import MetaData, create_engine, pool, text
from sqlalchemy.dialects.postgresql import ARRAY

_LOCK = 4_711_003


def run_migrations(context: Any, metadata: MetaData) -> None:  # Alembic's module-like context
    """Run the migrations of one room as its owner role.

    A migration waits two seconds at most for a lock: it must never stand before the doors of a running room. Two
    that start at once run one after the other.
    """
    url = os.environ["KETENRADAR_MIGRATION_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.execute(text("SET lock_timeout = '2s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


def protect_audit(op: Any) -> None:  # Alembic's module-like operations
    """Make the audit table of a room append-only, for its owner too: a change must be visible as a break-in."""
    op.execute("""
        CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$
    """)
    op.execute("""
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
    """)


def protect_rows(op: Any, *tables: str) -> None:  # Alembic's module-like operations
    """Make tables append-only, for their owner too, and take the right to change them from the room itself."""
    for table in tables:
        op.execute(f"""
            CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
        """)
        # The name of a table stands in the migration itself; nothing of outside comes here.
        op.execute(f"""
            DO $$ DECLARE app text := replace(current_user, '_owner', '_app'); BEGIN
                IF app <> current_user AND EXISTS (SELECT FROM pg_roles WHERE rolname = app) THEN
                    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM %I', app);
                END IF;
            END $$
        """)  # noqa: S608  # nosec B608  # names of the migration


def lay_keys_and_audit(op: Any) -> None:  # Alembic's module-like operations
    """Make the tables of keys and of the audit chain; the audit of the first form stays to be read."""
    op.rename_table("audit", "audit_oud")
    op.execute("ALTER INDEX pk_audit RENAME TO pk_audit_oud")
    op.create_table(
        "audit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duur_ms", sa.Integer(), nullable=False),
        sa.Column("actie", sa.Text(), nullable=False),
        sa.Column("object_soort", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("casus_id", sa.Uuid(), nullable=True),
        sa.Column(
            "betrokkenen",
            ARRAY(sa.Uuid()),
            nullable=False,
            comment="the persons concerned, under their opaque ids",
        ),
        sa.Column("resultaat", sa.Text(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("rol", sa.Text(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("herkomst", sa.Text(), nullable=False, comment="the network address from which it was asked"),
        sa.Column("doel", sa.Text(), nullable=False),
        sa.Column("verwerking", sa.Text(), nullable=False, comment="id in the register of processing activities"),
        sa.Column("trace_id", sa.Text(), nullable=True),
        sa.Column("span_id", sa.Text(), nullable=True),
        sa.Column("parent_span_id", sa.Text(), nullable=True),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        comment="Acts on personal data and refusals; append-only, sealed one by one and chained afterwards.",
    )
    op.create_index("ix_audit_casus", "audit", ["casus_id"], postgresql_where=sa.text("casus_id IS NOT NULL"))
    op.create_index("ix_audit_trace", "audit", ["trace_id"])
    op.create_index("ix_audit_tijdstip", "audit", ["tijdstip"])
    op.create_table(
        "audit_wachtrij",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit_wachtrij"),
        comment="Audit rows that are not in the chain yet.",
    )
    op.create_table(
        "audit_keten",
        sa.Column("nr", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("nr", name="pk_audit_keten"),
        sa.UniqueConstraint("audit_id", name="uq_audit_keten_audit_id"),
        comment="The chain over the audit rows; append-only.",
    )
    protect_rows(op, "audit", "audit_keten")
    op.create_table(
        "sleutel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("eigenaar_id", sa.Uuid(), nullable=False),
        sa.Column("hoofdsleutel", sa.Text(), nullable=False),
        sa.Column("gewikkeld", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sleutel"),
        comment="The keys of casussen, each sealed under a master key. Without its row nothing of a casus opens.",
    )
    op.create_index("ix_sleutel_eigenaar_id", "sleutel", ["eigenaar_id"])
    op.create_index("ix_sleutel_hoofdsleutel", "sleutel", ["hoofdsleutel"])
    lay_wall(op, "sleutel", everybody=True)


def drop_keys_and_audit(op: Any) -> None:  # Alembic's module-like operations
    """Undo ``lay_keys_and_audit``; what was sealed with the keys cannot be read afterwards."""
    for table in ("sleutel", "audit_keten", "audit_wachtrij", "audit"):
        op.drop_table(table)
    op.rename_table("audit_oud", "audit")
    op.execute("ALTER INDEX pk_audit_oud RENAME TO pk_audit")


# Whose work is with every casus: the worker of the room, other rooms, and Veilig Thuis.
_INSIDE = ("werker", "systeem", "vt-medewerker", "vt-teamleider")
_ROL = "(SELECT current_setting('keten.rol', true))"
EIGEN_ORGANISATIE = "(SELECT current_setting('keten.organisatie', true))"
EIGEN_GEMEENTEN = "ANY (string_to_array((SELECT current_setting('keten.gemeenten', true)), ','))"
NOOD = "ANY (string_to_array((SELECT current_setting('keten.nood', true)), ','))"


def lay_wall(
    op: Any,  # Alembic's module-like operations
    table: str,
    *,
    also: Mapping[str, str] | None = None,
    everybody: bool = False,
) -> None:
    """Raise row-level security on a table: who is told by nobody sees and writes nothing.

    Those of the inside see every row. ``also`` gives other roles (as ``Wall.rol`` names them) a condition on the row,
    in SQL of the migration itself; ``everybody`` lets in each role that has a name. The owner, who migrates, stands
    outside the wall.
    """
    named = ", ".join(f"'{rol}'" for rol in _INSIDE)
    conditions = [f"{_ROL} <> ''"] if everybody else [f"{_ROL} IN ({named})"]
    conditions += [f"({_ROL} = '{rol}' AND {condition})" for rol, condition in (also or {}).items()]
    rule = " OR ".join(conditions)
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_muur ON {table} USING ({rule}) WITH CHECK ({rule})")


def drop_wall(op: Any, table: str) -> None:  # Alembic's module-like operations
    """Take down the wall of a table."""
    op.execute(f"DROP POLICY {table}_muur ON {table}")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
