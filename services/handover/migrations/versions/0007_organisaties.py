"""The organisations that take part in the chain, with their contacts, clients and rights."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import EIGEN_ORGANISATIE, lay_wall

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TABLES = ("organisatie", "organisatie_contact", "organisatie_client", "organisatie_recht")
# Of those who work elsewhere each reads what is his own; the door asks it, and the beheerder alone writes it.
_ELSEWHERE = "('ketenpartner', 'lokaal-team', 'gemeente')"


def upgrade() -> None:
    """Make the tables and their walls, and what counts the work in hand of an organisation."""
    op.create_table(
        "organisatie",
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("oin", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("aangemaakt_op", _MOMENT, nullable=False),
        sa.Column("ingeschreven_op", _MOMENT),
        sa.Column("beeindigd_op", _MOMENT),
        sa.Column("reden", sa.Text()),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisatie_id", name="pk_organisatie"),
        comment="Organisations that take part, under the id that their tokens name; never removed.",
    )
    op.create_table(
        "organisatie_contact",
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("rol", sa.Text(), nullable=False),
        sa.Column("gegevens", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisatie_id", "rol", name="pk_organisatie_contact"),
        sa.ForeignKeyConstraint(
            ["organisatie_id"], ["organisatie.organisatie_id"], name="fk_organisatie_contact_organisatie_id"
        ),
        comment="Where a team of an organisation is reached, sealed.",
    )
    op.create_table(
        "organisatie_client",
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisatie_id", "client_id", name="pk_organisatie_client"),
        sa.ForeignKeyConstraint(
            ["organisatie_id"], ["organisatie.organisatie_id"], name="fk_organisatie_client_organisatie_id"
        ),
        comment="Which clients of the identity provider speak for an organisation; none: each may.",
    )
    op.create_table(
        "organisatie_recht",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("doel", sa.Text(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), comment="nothing: every municipality"),
        sa.Column("soort", sa.Text(), comment="nothing: every kind of destination"),
        sa.Column("geldig_van", sa.Date(), nullable=False),
        sa.Column("geldig_tot", sa.Date(), comment="the first day on which it no longer holds"),
        sa.PrimaryKeyConstraint("id", name="pk_organisatie_recht"),
        sa.ForeignKeyConstraint(
            ["organisatie_id"], ["organisatie.organisatie_id"], name="fk_organisatie_recht_organisatie_id"
        ),
        comment="What an organisation was given within the policy; ended and never removed.",
    )
    op.create_index("ix_organisatie_recht_organisatie_id", "organisatie_recht", ["organisatie_id"])
    for table in _TABLES:
        lay_wall(op, table, also={"beheerder": "true"})
        op.execute(
            f"CREATE POLICY {table}_eigen ON {table} FOR SELECT USING ("
            f"(SELECT current_setting('keten.rol', true)) IN {_ELSEWHERE} AND organisatie_id = {EIGEN_ORGANISATIE})"
        )
    # As its owner, who stands outside the walls: the beheerder may know how many they are, and nothing else of them.
    op.execute("""
        CREATE FUNCTION tel_openstaand(text) RETURNS TABLE (aangeboden bigint, zicht bigint)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
            SELECT (SELECT count(*) FROM overdracht WHERE organisatie_id = $1 AND status = 'aangeboden'),
                   (SELECT count(*) FROM zicht WHERE organisatie_id = $1 AND tot IS NULL)
        $$
    """)


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP FUNCTION tel_openstaand(text)")
    for table in reversed(_TABLES):
        op.drop_table(table)
