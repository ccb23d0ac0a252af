"""Talks that are called off, and answers that were read."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
# As the views of 0018: of the owner, and nothing for who is told by nobody.
_SOMEBODY = "(SELECT current_setting('keten.rol', true)) <> ''"
_GESPREK = (
    "SELECT g.id, g.overdracht_id, g.moment, CAST(g.moment AT TIME ZONE 'Europe/Amsterdam' AS date) AS dag "
    "FROM gesprek g WHERE NOT EXISTS (SELECT FROM gesprek_verslag v WHERE v.gesprek_id = g.id)"
)
_UNSEEN = "status = 'beantwoord' AND gezien_op IS NULL"
_ANTWOORD = "SELECT id, overdracht_id, afgerond_op FROM navraag"


def upgrade() -> None:
    """Make the columns and the views. What was answered before is taken to be read: nobody waits for that any more."""
    op.add_column("gesprek", sa.Column("afgezegd_op", _MOMENT))
    op.add_column("gesprek", sa.Column("afgezegd_door", sa.Text()))
    op.add_column("gesprek", sa.Column("afzegreden", sa.Text()))
    op.create_check_constraint("afgezegd", "gesprek", "num_nonnulls(afgezegd_op, afgezegd_door, afzegreden) IN (0, 3)")
    op.execute(f"CREATE OR REPLACE VIEW open_gesprek AS {_GESPREK} AND g.afgezegd_op IS NULL AND {_SOMEBODY}")
    op.add_column("navraag", sa.Column("gezien_op", _MOMENT, comment="when the receiver said that he read the answer"))
    op.execute("UPDATE navraag SET gezien_op = afgerond_op WHERE status = 'beantwoord'")
    op.create_check_constraint("gezien", "navraag", "gezien_op IS NULL OR status = 'beantwoord'")
    op.create_index(
        "ix_navraag_ongezien", "navraag", ["overdracht_id", "afgerond_op"], postgresql_where=sa.text(_UNSEEN)
    )
    op.execute(f"CREATE VIEW open_antwoord AS {_ANTWOORD} WHERE {_UNSEEN} AND {_SOMEBODY}")


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP VIEW open_antwoord")
    op.drop_index("ix_navraag_ongezien", "navraag")
    op.drop_column("navraag", "gezien_op")
    op.execute(f"CREATE OR REPLACE VIEW open_gesprek AS {_GESPREK} AND {_SOMEBODY}")
    for column in ("afzegreden", "afgezegd_door", "afgezegd_op"):
        op.drop_column("gesprek", column)
