"""How reports are kept: versions that are only added, what each says of an area, and what editors wrote."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.rapportlijst import RapportRij, UitgavePlaats
from services.monitoring.domain.rapportsoorten import RapportSoort, read_periode
from shared.canonical import canonical

_MAKING = 4_711_007
_HOLD = text("SELECT pg_try_advisory_xact_lock(:lock)")
_WAIT = text("SELECT pg_advisory_xact_lock(:lock)")
_MADE = text("SELECT soort, periode FROM rapport_uitgave WHERE versie = 1 AND periode = ANY(CAST(:perioden AS text[]))")
_FIRST_MONTH = text("SELECT min(dag) FROM kpi")
_VERSIONS = text("""
SELECT id, versie, peildatum, vastgesteld_op, door, reden, patroon FROM rapport_uitgave
WHERE soort = :soort AND periode = :periode ORDER BY versie
""")
_CONTENT = text("SELECT inhoud, vingerafdruk FROM rapport WHERE uitgave_id = :id AND gebied = :gebied")
_ADD_VERSION = text("""
INSERT INTO rapport_uitgave (id, soort, periode, versie, peildatum, vastgesteld_op, door, reden, patroon)
VALUES (:id, :soort, :periode, :versie, :peildatum, :vastgesteld_op, :door, :reden, CAST(:patroon AS jsonb))
""")
_ADD_CONTENTS = text("""
INSERT INTO rapport (uitgave_id, gebied, inhoud, vingerafdruk)
SELECT :id, r.gebied, r.inhoud, r.vingerafdruk
FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS r(gebied text, inhoud jsonb, vingerafdruk text)
""")
# Of each month the newest version, and of it what is said of some areas.
_NEWEST = text("""
SELECT DISTINCT ON (u.periode, r.gebied) u.periode, r.gebied, r.inhoud FROM rapport_uitgave u
JOIN rapport r ON r.uitgave_id = u.id AND r.gebied = ANY(CAST(:gebieden AS text[]))
WHERE u.soort = :soort AND u.periode = ANY(CAST(:perioden AS text[])) ORDER BY u.periode, r.gebied, u.versie DESC
""")
_OF_NEWEST = text("""
SELECT r.gebied, r.inhoud FROM rapport r WHERE r.uitgave_id = (
    SELECT id FROM rapport_uitgave WHERE soort = :soort AND periode = :periode ORDER BY versie DESC LIMIT 1
)
""")
# The region stands before municipalities.
_LIST = text("""
SELECT u.id, u.soort, u.periode, u.versie, u.vastgesteld_op, u.reden, r.gebied, u.versie = (
    SELECT max(n.versie) FROM rapport_uitgave n WHERE n.soort = u.soort AND n.periode = u.periode
) AS nieuwste
FROM rapport_uitgave u JOIN rapport r ON r.uitgave_id = u.id
WHERE (CAST(:soort AS text) IS NULL OR u.soort = :soort)
  AND (CAST(:gebieden AS text[]) IS NULL OR r.gebied = ANY(CAST(:gebieden AS text[])))
  AND (
    CAST(:id AS uuid) IS NULL OR (u.vastgesteld_op, u.id) < (CAST(:op AS timestamptz), CAST(:id AS uuid))
    OR (u.id = :id AND (r.gebied <> 'regio', r.gebied) > (CAST(:gebied AS text) <> 'regio', CAST(:gebied AS text)))
  )
ORDER BY u.vastgesteld_op DESC, u.id DESC, r.gebied <> 'regio', r.gebied LIMIT :limiet
""")
_TEXTS = text("""
SELECT DISTINCT ON (gebied, plek) gebied, plek, versie, tekst, kleur, door, geschreven_op FROM rapport_tekst
WHERE soort = :soort AND periode = :periode AND gebied = ANY(CAST(:gebieden AS text[]))
ORDER BY gebied, plek, versie DESC
""")
_WRITE = text("""
INSERT INTO rapport_tekst (soort, periode, gebied, plek, versie, tekst, kleur, door, geschreven_op)
VALUES (:soort, :periode, :gebied, :plek, :versie, :tekst, :kleur, :door, :geschreven_op)
ON CONFLICT (soort, periode, gebied, plek, versie) DO NOTHING RETURNING versie
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class UitgaveRow:
    """One version of a report over a period; ``patroon`` as it is kept."""

    id: UUID
    versie: int
    peildatum: date
    vastgesteld_op: datetime
    door: str | None
    reden: str | None
    patroon: Mapping[str, Sequence[Sequence[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TekstRow:
    """What was written last in one place of a report of one area."""

    gebied: str
    plek: str
    versie: int
    tekst: str
    kleur: str | None
    door: str
    geschreven_op: datetime


async def hold_making(conn: AsyncConnection, *, wait: bool) -> bool:
    """Be the only one who makes reports until the end of the transaction; False when another does and none waits."""
    if wait:
        await conn.execute(_WAIT, {"lock": _MAKING})
        return True
    return bool((await conn.execute(_HOLD, {"lock": _MAKING})).scalar_one())


async def made(conn: AsyncConnection, perioden: Collection[str]) -> frozenset[tuple[str, str]]:
    """Return of which of these periods there is a report, with its kind."""
    rows = (await conn.execute(_MADE, {"perioden": sorted(perioden)})).all()
    return frozenset((row.soort, row.periode) for row in rows)


async def first_month(conn: AsyncConnection) -> date | None:
    """Return the first day of which there is any figure."""
    found: date | None = (await conn.execute(_FIRST_MONTH)).scalar_one()
    return found


async def versions(conn: AsyncConnection, soort: RapportSoort, periode: str) -> Sequence[UitgaveRow]:
    """Return every version of a report, the first first."""
    rows = (await conn.execute(_VERSIONS, {"soort": soort.value, "periode": periode})).mappings()
    return [UitgaveRow(**row) for row in rows]


async def content(conn: AsyncConnection, uitgave_id: UUID, gebied: str) -> tuple[Mapping[str, Any], str] | None:
    """Return what a version says of an area with its hash; None when it says nothing of it, or none may see it."""
    row = (await conn.execute(_CONTENT, {"id": uitgave_id, "gebied": gebied})).one_or_none()
    return (row.inhoud, row.vingerafdruk) if row else None


async def list_made(
    conn: AsyncConnection,
    *,
    soort: RapportSoort | None,
    gebieden: Collection[str] | None,
    na: UitgavePlaats | None,
    limiet: int,
) -> Sequence[RapportRij]:
    """Return what was made definite of some areas (None is all), what was made last first."""
    values = {
        "soort": soort.value if soort else None,
        "gebieden": None if gebieden is None else sorted(gebieden),
        "op": na.vastgesteld_op if na else None,
        "id": na.uitgave_id if na else None,
        "gebied": na.gebied if na else None,
        "limiet": limiet,
    }
    return [
        RapportRij(
            periode=read_periode(RapportSoort(row.soort), row.periode),
            gebied=row.gebied,
            uitgave_id=row.id,
            versie=row.versie,
            nieuwste=row.nieuwste,
            vastgesteld_op=row.vastgesteld_op,
            reden=row.reden,
        )
        for row in (await conn.execute(_LIST, values)).all()
    ]


async def add(
    conn: AsyncConnection,
    soort: RapportSoort,
    periode: str,
    one: UitgaveRow,
    contents: Mapping[str, tuple[Mapping[str, Any], str]],
) -> None:
    """Keep a version with what it says of each area."""
    values = {
        "id": one.id,
        "soort": soort.value,
        "periode": periode,
        "versie": one.versie,
        "peildatum": one.peildatum,
        "vastgesteld_op": one.vastgesteld_op,
        "door": one.door,
        "reden": one.reden,
        "patroon": orjson.dumps(one.patroon).decode(),
    }
    await conn.execute(_ADD_VERSION, values)
    rows = [
        {"gebied": gebied, "inhoud": inhoud, "vingerafdruk": digest} for gebied, (inhoud, digest) in contents.items()
    ]
    await conn.execute(_ADD_CONTENTS, {"id": one.id, "rijen": canonical(rows).decode()})


async def newest_contents(
    conn: AsyncConnection, soort: RapportSoort, perioden: Collection[str], gebieden: Collection[str]
) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Return what the newest versions over some periods say, by area and period."""
    values = {"soort": soort.value, "perioden": sorted(perioden), "gebieden": sorted(gebieden)}
    rows = (await conn.execute(_NEWEST, values)).all()
    return {(row.gebied, row.periode): row.inhoud for row in rows}


async def texts(
    conn: AsyncConnection, soort: RapportSoort, periode: str, gebieden: Collection[str]
) -> Sequence[TekstRow]:
    """Return what was written last in each place of a report, for some areas."""
    values = {"soort": soort.value, "periode": periode, "gebieden": sorted(gebieden)}
    return [TekstRow(**row) for row in (await conn.execute(_TEXTS, values)).mappings()]


async def write(conn: AsyncConnection, soort: RapportSoort, periode: str, one: TekstRow) -> bool:
    """Keep a next version of a text; False when somebody wrote that version in the same moment."""
    values = {
        "soort": soort.value,
        "periode": periode,
        "gebied": one.gebied,
        "plek": one.plek,
        "versie": one.versie,
        "tekst": one.tekst,
        "kleur": one.kleur,
        "door": one.door,
        "geschreven_op": one.geschreven_op,
    }
    return (await conn.execute(_WRITE, values)).scalar_one_or_none() is not None


async def all_contents(conn: AsyncConnection, soort: RapportSoort, periode: str) -> Mapping[str, Mapping[str, Any]]:
    """Return what the newest version over a period says of every area."""
    rows = (await conn.execute(_OF_NEWEST, {"soort": soort.value, "periode": periode})).all()
    return {row.gebied: row.inhoud for row in rows}
