"""What an organisation is asked for itself and has to answer: shelter, and help of the palet; for its own list."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import EIGEN_ORGANISATIE

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# As the views of 0018: of the owner, ids and moments and nothing that was written down. No overdracht stands beside them
# whose wall would judge, so each is of who is asked alone, as the walls of their tables have it; and of help it does not
# say of which casus it is.
_ROL = "(SELECT current_setting('keten.rol', true))"
_OF_SHELTER = f"a.organisatie_id = {EIGEN_ORGANISATIE} AND {_ROL} = 'ketenpartner'"
_OF_HELP = f"aanbieder_id = {EIGEN_ORGANISATIE} AND {_ROL} IN ('ketenpartner', 'lokaal-team')"
_WAITING = (
    "SELECT a.id, a.casus_id, a.gemeente_code, a.organisatie_id, a.aangevraagd_op FROM opvangaanvraag a JOIN ("
    "SELECT aanvraag_id FROM opvangclient WHERE status IN ('aangevraagd', 'wachtend') GROUP BY aanvraag_id"
    ") w ON w.aanvraag_id = a.id"
)
_READY = (
    "SELECT a.id, a.casus_id, a.gemeente_code, a.organisatie_id, k.klaar_sinds FROM opvangaanvraag a JOIN ("
    "SELECT aanvraag_id, min(klaar_sinds) AS klaar_sinds FROM opvangclient WHERE status = 'klaar-maar-niet-uit' "
    "GROUP BY aanvraag_id) k ON k.aanvraag_id = a.id"
)
_VIEWS = {
    "open_opvangaanvraag": (_WAITING, _OF_SHELTER),
    "open_opvang_klaar": (_READY, _OF_SHELTER),
    "open_inzet": (
        "SELECT id, gemeente_code, aanbieder_id, aangevraagd_op FROM inzet",
        f"status = 'aangevraagd' AND {_OF_HELP}",
    ),
}
_INDEXES = {
    "ix_inzet_aangevraagd": ("inzet", ["aanbieder_id", "aangevraagd_op", "id"], "status = 'aangevraagd'"),
    "ix_opvangclient_zonder_plaats": ("opvangclient", ["aanvraag_id"], "status IN ('aangevraagd', 'wachtend')"),
    "ix_opvangclient_klaar": ("opvangclient", ["aanvraag_id", "klaar_sinds"], "status = 'klaar-maar-niet-uit'"),
}


def upgrade() -> None:
    """Lay the indexes and make the views."""
    for name, (table, columns, where) in _INDEXES.items():
        op.create_index(name, table, columns, postgresql_where=sa.text(where))
    for name, (query, condition) in _VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query} WHERE {condition}")


def downgrade() -> None:
    """Take them away."""
    for name in reversed(_VIEWS):
        op.execute(f"DROP VIEW {name}")
    for name, (table, _, _) in reversed(_INDEXES.items()):
        op.drop_index(name, table)
