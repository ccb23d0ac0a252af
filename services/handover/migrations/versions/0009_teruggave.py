"""What was accepted and is given back, sight of safety that is asked about by itself, and a term for the first contact."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Indexes = Mapping[str, tuple[list[Any], str]]

_MOMENT = sa.DateTime(timezone=True)
_COLUMNS = (
    ("teruggave_reden", sa.Text()),
    ("teruggave_gevraagd_op", _MOMENT),
    ("teruggave_afgewezen_op", _MOMENT),
    ("teruggegeven_op", _MOMENT),
    ("zicht_gevraagd", sa.Text()),
    ("zicht_gevraagd_op", _MOMENT),
    ("zicht_aanvaard_op", _MOMENT),
    ("eerste_contact_uiterlijk", _MOMENT),
)
_CHECKS = {
    "geaccepteerd": (
        "status = 'vervangen' OR (status IN ('geaccepteerd', 'teruggave-gevraagd', 'teruggegeven')) = "
        "(geaccepteerd_op IS NOT NULL)"
    ),
    "einde": (
        "(status IN ('geweigerd', 'ingetrokken', 'teruggekeerd', 'teruggegeven', 'vervangen')) = "
        "(num_nonnulls(geweigerd_op, ingetrokken_op, teruggekeerd_op, teruggegeven_op) = 1)"
    ),
    "teruggave": "(teruggave_gevraagd_op IS NULL) = (teruggave_reden IS NULL)",
    "zicht_gevraagd": (
        "(zicht_gevraagd IS NULL) = (zicht_gevraagd_op IS NULL) AND "
        "(zicht_gevraagd IS NULL OR status IN ('geaccepteerd', 'teruggave-gevraagd'))"
    ),
}
_BEFORE = {
    "geaccepteerd": "(status = 'geaccepteerd') = (geaccepteerd_op IS NOT NULL)",
    "einde": (
        "(status IN ('geweigerd', 'ingetrokken', 'teruggekeerd', 'vervangen')) = "
        "(num_nonnulls(geweigerd_op, ingetrokken_op, teruggekeerd_op) = 1)"
    ),
}
# What waits for somebody, as 0008 laid it and as it is from here on.
_CONTACT = "status IN ('geaccepteerd', 'teruggave-gevraagd') AND eerste_contact_op IS NULL"
_BY_CONTACT = sa.text("coalesce(eerste_contact_uiterlijk, geaccepteerd_op)")
_WAITING: Indexes = {
    "ix_overdracht_open_eerste_contact_gemeente": (["gemeente_code", _BY_CONTACT, "id"], _CONTACT),
    "ix_overdracht_open_eerste_contact_organisatie": (["organisatie_id", _BY_CONTACT, "id"], _CONTACT),
    "ix_overdracht_opnieuw": (
        [sa.text("coalesce(geweigerd_op, ingetrokken_op, teruggekeerd_op, teruggegeven_op)"), "id"],
        "status IN ('geweigerd', 'ingetrokken', 'teruggekeerd', 'teruggegeven')",
    ),
    "ix_overdracht_open_teruggave": (["teruggave_gevraagd_op", "id"], "status = 'teruggave-gevraagd'"),
    "ix_overdracht_open_zicht": (["zicht_gevraagd_op", "id"], "zicht_gevraagd IS NOT NULL"),
}
_WAITED: Indexes = {
    "ix_overdracht_open_eerste_contact_gemeente": (
        ["gemeente_code", "geaccepteerd_op", "id"],
        "status = 'geaccepteerd' AND eerste_contact_op IS NULL",
    ),
    "ix_overdracht_open_eerste_contact_organisatie": (
        ["organisatie_id", "geaccepteerd_op", "id"],
        "status = 'geaccepteerd' AND eerste_contact_op IS NULL",
    ),
    "ix_overdracht_opnieuw": (
        [sa.text("coalesce(geweigerd_op, ingetrokken_op, teruggekeerd_op)"), "id"],
        "status IN ('geweigerd', 'ingetrokken', 'teruggekeerd')",
    ),
}
_CARRIES = "(status = 'aangeboden' AND draagt_zicht) OR zicht_gevraagd = 'aanbieden'"


def upgrade() -> None:
    """Make the columns; of several open offers that carry sight of safety in one casus the oldest goes on doing so."""
    for name, kind in _COLUMNS:
        op.add_column("overdracht", sa.Column(name, kind))
    _replace_checks(_BEFORE, _CHECKS)
    op.execute("""
        WITH later AS (
            UPDATE overdracht SET draagt_zicht = false, versie = versie + 1
            WHERE id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER (PARTITION BY casus_id ORDER BY aangeboden_op, id) AS nr
                    FROM overdracht WHERE status = 'aangeboden' AND draagt_zicht
                ) open WHERE nr > 1
            ) RETURNING id, versie
        )
        INSERT INTO overdracht_stap (id, overdracht_id, versie, stap, op)
        SELECT gen_random_uuid(), id, versie, 'zicht-vervallen', now() FROM later
    """)
    op.create_index(
        "uq_overdracht_zicht_open", "overdracht", ["casus_id"], unique=True, postgresql_where=sa.text(_CARRIES)
    )
    _replace_indexes(_WAITED, _WAITING)


def downgrade() -> None:
    """Take them away; what was given back is accepted still, and what replaced it stands beside it."""
    _replace_indexes(_WAITING, _WAITED)
    op.drop_index("uq_overdracht_zicht_open", "overdracht")
    _drop_checks(_CHECKS)
    op.execute("UPDATE overdracht SET status = 'geaccepteerd' WHERE geaccepteerd_op IS NOT NULL")
    _make_checks(_BEFORE)
    for name, _ in reversed(_COLUMNS):
        op.drop_column("overdracht", name)


def _replace_indexes(before: Indexes, after: Indexes) -> None:
    for name in before:
        op.drop_index(name, "overdracht")
    for name, (columns, where) in after.items():
        op.create_index(name, "overdracht", columns, postgresql_where=sa.text(where))


def _replace_checks(before: dict[str, str], after: dict[str, str]) -> None:
    _drop_checks(before)
    _make_checks(after)


def _drop_checks(checks: dict[str, str]) -> None:
    for name in checks:
        op.drop_constraint(op.f(f"ck_overdracht_{name}"), "overdracht")


def _make_checks(checks: dict[str, str]) -> None:
    for name, condition in checks.items():
        op.create_check_constraint(op.f(f"ck_overdracht_{name}"), "overdracht", condition)
