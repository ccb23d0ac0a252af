"""Two looks over the wall: who has to do with a casus, and who holds its sight of safety."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ROL = "current_setting('keten.rol', true)"
_INSIDE = f"{_ROL} IN ('werker', 'systeem', 'vt-medewerker', 'vt-teamleider')"
_SOMEBODY = f"({_INSIDE} OR {_ROL} IN ('lokaal-team', 'ketenpartner'))"
# To whom a shelter may be named: to Veilig Thuis, and to itself.
_OWN = f"({_ROL} = 'ketenpartner' AND organisatie_id = current_setting('keten.organisatie', true))"


def _named(soort: str) -> str:
    return f"({soort} <> 'opvang' OR {_INSIDE} OR {_OWN})"


# With the rights of their owner, who stands outside the wall. Whoever is told by nobody is given nothing.
_PARTIJEN = f"""
    SELECT organisatie_id, soort, status, coalesce(geaccepteerd_op, aangeboden_op)
    FROM public.overdracht
    WHERE casus_id = $1 AND {_SOMEBODY} AND {_named("soort")}
      AND (status = 'geaccepteerd' OR (status = 'aangeboden' AND ({_INSIDE} OR {_OWN})))
"""  # noqa: S608  # nosec B608  # words of the migration
_HOUDERS = f"""
    SELECT c.id, z.casus_id,
           CASE WHEN {_named("organisatie_soort")} THEN z.organisatie_id ELSE 'afgeschermd' END,
           CASE WHEN {_named("organisatie_soort")} THEN z.organisatie_soort ELSE 'afgeschermd' END,
           z.vanaf
    FROM unnest($1) AS c(id)
    LEFT JOIN public.casus_alias a ON a.verdwenen_id = c.id
    JOIN public.zicht z ON z.casus_id = coalesce(a.casus_id, c.id) AND z.tot IS NULL
    WHERE {_SOMEBODY}
"""  # noqa: S608  # nosec B608  # words of the migration
_OVER_THE_WALL = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"


def upgrade() -> None:
    """Make the functions."""
    op.execute(f"""
        CREATE FUNCTION partijen_van(uuid)
        RETURNS TABLE (organisatie_id text, soort text, status text, sinds timestamptz)
        {_OVER_THE_WALL} AS $$ {_PARTIJEN} $$
    """)
    op.execute(f"""
        CREATE FUNCTION houders_van(uuid[])
        RETURNS TABLE (gevraagd_id uuid, casus_id uuid, organisatie_id text, soort text, vanaf timestamptz)
        {_OVER_THE_WALL} AS $$ {_HOUDERS} $$
    """)


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP FUNCTION houders_van(uuid[])")
    op.execute("DROP FUNCTION partijen_van(uuid)")
