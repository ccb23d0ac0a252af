"""Webhooks in order per casus: receivers that can be switched off, secrets that follow each other, attempts timed.

Notices are made in the transaction of the fact from now on, so it is no longer kept how far they were made.
"""

import sqlalchemy as sa
from alembic import op

from shared.migrations import EIGEN_ORGANISATIE, drop_wall, lay_wall

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COMMENT = "Who is told of facts by webhook; `gemeente_codes` empty is the whole region."
_MOMENT = sa.DateTime(timezone=True)
_SUBSCRIBERS = ("gemeente", "lokaal-team", "ketenpartner")


# Whose a notice is stands in it: a look at the abonnement for each row would cost more than what is looked for.
_OWN = {rol: f"eigenaar_id = {EIGEN_ORGANISATIE} AND eigenaar_rol = '{rol}'" for rol in _SUBSCRIBERS} | {
    "beheerder": "abonnement_id IS NOT NULL"
}


def _under(table: str, column: str, above: str) -> dict[str, str]:
    """Return who sees what hangs under something: whoever sees that."""
    seen = f"EXISTS (SELECT FROM {above} a WHERE a.id = {table}.{column})"  # nosec B608  # fixed words
    return dict.fromkeys((*_SUBSCRIBERS, "beheerder"), seen)


def upgrade() -> None:
    """Add the columns, carry over the secrets and what waits, and let subscribers see their own notices."""
    op.add_column("abonnement", sa.Column("status", sa.Text(), server_default=sa.text("'lopend'"), nullable=False))
    op.add_column("abonnement", sa.Column("uitgeschakeld_op", _MOMENT, nullable=True))
    op.add_column("abonnement", sa.Column("uitgeschakeld_reden", sa.Text(), nullable=True))
    op.add_column("abonnement", sa.Column("mislukt_sinds", _MOMENT, nullable=True))
    op.add_column("abonnement", sa.Column("mislukkingen", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("abonnement", sa.Column("rusten", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("abonnement", sa.Column("rust_vanaf", _MOMENT, nullable=True))
    op.add_column("abonnement", sa.Column("rust_tot", _MOMENT, nullable=True))
    op.create_table_comment("abonnement", _COMMENT, existing_comment=f"{_COMMENT} The secret is sealed.")
    op.execute("UPDATE abonnement SET status = 'beeindigd' WHERE beeindigd_op IS NOT NULL")
    op.create_table(
        "abonnement_geheim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("abonnement_id", sa.Uuid(), nullable=False),
        sa.Column("geheim", sa.LargeBinary(), nullable=False),
        sa.Column("vanaf", _MOMENT, nullable=False),
        sa.Column("tot", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["abonnement_id"], ["abonnement.id"], name=op.f("fk_abonnement_geheim_abonnement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abonnement_geheim")),
        comment="The secrets with which notices are signed, sealed; until `tot` (real time) beside the one that "
        "followed.",
    )
    op.create_index(op.f("ix_abonnement_geheim_abonnement_id"), "abonnement_geheim", ["abonnement_id"], unique=False)
    # A secret is sealed for its place, which is its own id: the first of an abonnement has that of the abonnement.
    op.execute(
        "INSERT INTO abonnement_geheim (id, abonnement_id, geheim, vanaf) "
        "SELECT id, id, geheim, aangemaakt_op FROM abonnement"
    )
    op.drop_column("abonnement", "geheim")
    op.add_column(
        "bericht",
        sa.Column(
            "eigenaar_rol", sa.Text(), nullable=True, comment="of a webhook: whose its abonnement is, for the wall"
        ),
    )
    op.add_column("bericht", sa.Column("eigenaar_id", sa.Text(), nullable=True))
    op.execute(
        "UPDATE bericht b SET eigenaar_rol = a.rol, eigenaar_id = a.organisatie_id FROM abonnement a "
        "WHERE a.id = b.abonnement_id"
    )
    op.add_column(
        "bericht",
        sa.Column(
            "volgnummer",
            sa.BigInteger(),
            nullable=True,
            comment="of a webhook: its place among what this receiver hears of this casus",
        ),
    )
    op.add_column(
        "bericht",
        sa.Column("mislukt_sinds", _MOMENT, nullable=True, comment="of a webhook: its first attempt that failed"),
    )
    op.execute(
        "UPDATE bericht SET volgnummer = CAST(inhoud->>'volgnummer' AS bigint), "
        "inhoud = (inhoud - 'volgnummer' - 'oorzaakId') || "
        "jsonb_build_object('bron', 'monitoring', 'casusId', casus_id) WHERE kanaal = 'webhook'"
    )
    op.execute(
        "UPDATE bericht b SET status = 'vervallen' FROM abonnement a "
        "WHERE a.id = b.abonnement_id AND a.status = 'beeindigd' AND b.status IN ('wachtend', 'mislukt')"
    )
    op.add_column("bericht_poging", sa.Column("duur_ms", sa.Integer(), nullable=True))
    _index("te_bezorgen", ["abonnement_id", "kanaal", "nr"], "status = 'wachtend'")
    _index("onderweg", ["abonnement_id"], "status = 'wachtend' AND geclaimd_tot IS NOT NULL")
    _index("voorganger", ["abonnement_id", "casus_id", "nr"], "status IN ('wachtend', 'mislukt')")
    _index("volgnummer", ["abonnement_id", "casus_id", "volgnummer"])
    _index("levering", ["abonnement_id", "nr"])
    _index("casus", ["casus_id"], "casus_id IS NOT NULL")
    drop_wall(op, "uitgezet")
    op.drop_table("uitgezet")
    lay_wall(op, "abonnement_geheim", also=_under("abonnement_geheim", "abonnement_id", "abonnement"))
    drop_wall(op, "bericht")
    lay_wall(op, "bericht", also=_OWN)
    drop_wall(op, "bericht_poging")
    lay_wall(op, "bericht_poging", also=_under("bericht_poging", "bericht_id", "bericht"))


def _index(name: str, columns: list[str], where: str | None = None) -> None:
    condition = sa.text(where) if where else None
    op.create_index(f"ix_bericht_{name}", "bericht", columns, unique=False, postgresql_where=condition)


def downgrade() -> None:
    """Take it back; a secret that replaced another stays and cannot be opened: that abonnement must be made anew."""
    for table in ("bericht_poging", "bericht", "abonnement_geheim"):
        drop_wall(op, table)
    lay_wall(op, "bericht")
    lay_wall(op, "bericht_poging")
    op.create_table(
        "uitgezet",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uitgezet")),
        comment="One row: up to which fact of the outbox notices were made for the abonnementen.",
    )
    lay_wall(op, "uitgezet")
    op.execute("INSERT INTO uitgezet (id, outbox_id) SELECT 1, coalesce(max(id), 0) FROM outbox")
    for name in ("casus", "levering", "volgnummer", "voorganger", "onderweg", "te_bezorgen"):
        op.drop_index(f"ix_bericht_{name}", table_name="bericht")
    op.drop_column("bericht_poging", "duur_ms")
    op.execute("UPDATE bericht SET status = 'vervallen' WHERE kanaal = 'webhook-proef' AND status = 'wachtend'")
    op.execute(
        "UPDATE bericht SET inhoud = inhoud || jsonb_build_object('volgnummer', volgnummer, 'oorzaakId', NULL) "
        "WHERE kanaal = 'webhook'"
    )
    for column in ("mislukt_sinds", "volgnummer", "eigenaar_id", "eigenaar_rol"):
        op.drop_column("bericht", column)
    op.add_column("abonnement", sa.Column("geheim", sa.LargeBinary(), nullable=True))
    op.execute(
        "UPDATE abonnement a SET geheim = (SELECT g.geheim FROM abonnement_geheim g WHERE g.abonnement_id = a.id "
        "ORDER BY g.vanaf DESC LIMIT 1)"
    )
    op.alter_column("abonnement", "geheim", nullable=False)
    op.drop_table("abonnement_geheim")
    op.create_table_comment("abonnement", f"{_COMMENT} The secret is sealed.", existing_comment=_COMMENT)
    for column in (
        "rust_tot",
        "rust_vanaf",
        "rusten",
        "mislukkingen",
        "mislukt_sinds",
        "uitgeschakeld_reden",
        "uitgeschakeld_op",
        "status",
    ):
        op.drop_column("abonnement", column)
