"""What was joined and taken apart: each merge and split with its number, and what was decided on it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from shared.migrations import drop_wall, lay_wall

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = ("verplaatsing", "thuis", "koppelbesluit")

# What was merged before this was kept is known from what was told of it.
_EARLIER = """
INSERT INTO verplaatsing (id, soort, volgorde, casus_id, andere_casus_id, melding_ids, tijdstip, rol, door)
SELECT o.event_id, 'samenvoeging', nextval('verplaatsing_volgorde'), o.casus_id,
       CAST(o.data->>'verdwenenCasusId' AS uuid),
       ARRAY(SELECT CAST(m.id AS uuid) FROM jsonb_array_elements_text(o.data->'meldingIds') AS m(id)),
       o.tijdstip, 'onbekend', 'onbekend'
FROM (SELECT * FROM outbox WHERE soort = 'nl.ketenradar.casus-samengevoegd.v1' ORDER BY id) o
"""
# What came with the first merge was at home in the casus that vanished by it.
_HOMES = """
INSERT INTO thuis (onderwerp_id, thuis_id)
SELECT DISTINCT ON (m.id) m.id, v.andere_casus_id FROM verplaatsing v CROSS JOIN LATERAL unnest(v.melding_ids) AS m(id)
ORDER BY m.id, v.volgorde
"""


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.execute("CREATE SEQUENCE verplaatsing_volgorde")
    op.create_table(
        "verplaatsing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("volgorde", sa.BigInteger(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("andere_casus_id", sa.Uuid(), nullable=False),
        sa.Column("melding_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rol", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("voorstel_id", sa.Uuid(), nullable=True),
        sa.Column(
            "motivering",
            sa.LargeBinary(),
            nullable=True,
            comment="why it was split off; of a merge it stands with the koppelvoorstel",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verplaatsing"),
        sa.UniqueConstraint("volgorde", name="uq_verplaatsing_volgorde"),
        comment="Merges and splits. casus_id: the one that stayed, or from which was split off. The rows stay when "
        "one of both is destroyed, without words.",
    )
    op.create_index("ix_verplaatsing_casus_id", "verplaatsing", ["casus_id"])
    op.create_index("ix_verplaatsing_andere_casus_id", "verplaatsing", ["andere_casus_id"])
    op.create_index("ix_verplaatsing_voorstel_id", "verplaatsing", ["voorstel_id"])
    op.create_table(
        "thuis",
        sa.Column("onderwerp_id", sa.Uuid(), nullable=False),
        sa.Column("thuis_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("onderwerp_id", name="pk_thuis"),
        comment="In which casus a melding or dossierverzoek is at home, once it was joined or split off.",
    )
    op.create_table(
        "koppelbesluit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("voorstel_id", sa.Uuid(), nullable=False),
        sa.Column("keuze", sa.Text(), nullable=False),
        sa.Column("rol", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("motivering", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["voorstel_id"], ["koppelvoorstel.id"], name="fk_koppelbesluit_voorstel_id"),
        sa.PrimaryKeyConstraint("id", name="pk_koppelbesluit"),
        comment="Everything that was decided on a koppelvoorstel, also what was taken back.",
    )
    op.create_index("ix_koppelbesluit_voorstel_id", "koppelbesluit", ["voorstel_id", "id"])
    op.execute(_EARLIER)
    op.execute(_HOMES)
    for table in _TABLES:
        lay_wall(op, table)


def downgrade() -> None:
    """Take them away."""
    for table in reversed(_TABLES):
        drop_wall(op, table)
        op.drop_table(table)
    op.execute("DROP SEQUENCE verplaatsing_volgorde")
