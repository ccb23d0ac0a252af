"""How signals are kept and found, with their attempts and matches; what a match tells is sealed under their own key."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.indexen import (
    ACTIEF,
    IntrekReden,
    Match,
    MatchRegel,
    Poging,
    PogingSoort,
    PogingUitkomst,
    Signaal,
    SignaalStatus,
)
from services.intake.store.sealed import opened_json, seal
from services.intake.tables.core import correctie, melding, taak
from services.intake.tables.indexen import index_stand, signaal, signaal_match, signaal_poging
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import Keyring, key_of, keyring_for
from shared.messaging.tasks import CLAIM, plan_task
from shared.rules.codes import Verwijsindex
from shared.vernietigen import Shredder

# A signal that keeps failing is tried every hour for days; who looks sees the newest.
_POGINGEN_SHOWN = 50
_ACTIVE = [status.value for status in ACTIEF]
_UPDATED_AT_ONCE = 100

_ADD = text("""
INSERT INTO signaal (id, melding_id, persoon_id, verwijsindex, referentie, sleutel, status, versie, via_vir,
                     aangevraagd_op, verloopt_op)
VALUES (:id, :melding_id, :persoon_id, :verwijsindex, :referentie, :sleutel, :status, :versie, :via_vir,
        :aangevraagd_op, :verloopt_op)
ON CONFLICT (verwijsindex, sleutel) WHERE status IN ('aangevraagd', 'geplaatst', 'gematcht') DO NOTHING
""")
_SAVE = text("""
UPDATE signaal SET status = :status, versie = :versie, via_vir = :via_vir, reden = :reden, fout = :fout,
    geplaatst_op = CAST(:geplaatst_op AS timestamptz), verzonden_op = CAST(:verzonden_op AS timestamptz),
    beeindigd_op = CAST(:beeindigd_op AS timestamptz), afgemeld_op = CAST(:afgemeld_op AS timestamptz)
WHERE id = :id
""")


async def add_signaal(conn: AsyncConnection, found: Signaal, *, sleutel: bytes) -> bool:
    """Keep a new signal; False when one on the same person is active in this index already."""
    values = {
        "id": found.id,
        "melding_id": found.melding_id,
        "persoon_id": found.persoon_id,
        "verwijsindex": found.index.value,
        "referentie": found.referentie,
        "sleutel": sleutel,
        "status": found.status.value,
        "versie": found.versie,
        "via_vir": found.via_vir,
        "aangevraagd_op": found.aangevraagd_op,
        "verloopt_op": found.verloopt_op,
    }
    return bool((await conn.execute(_ADD, values)).rowcount)


async def save_signaal(conn: AsyncConnection, found: Signaal) -> None:
    """Keep a locked signal as it is now."""
    await conn.execute(
        _SAVE,
        {
            "id": found.id,
            "status": found.status.value,
            "versie": found.versie,
            "via_vir": found.via_vir,
            "geplaatst_op": found.geplaatst_op,
            "verzonden_op": found.verzonden_op,
            "beeindigd_op": found.beeindigd_op,
            "afgemeld_op": found.afgemeld_op,
            "reden": found.reden.value if found.reden else None,
            "fout": found.fout.value if found.fout else None,
        },
    )


async def save_sleutel(conn: AsyncConnection, found: Signaal, sleutel: bytes) -> None:
    """Let a signal be found by who the person is after a correction, unless another one stands on him already."""
    statement = text("""
        UPDATE signaal s SET sleutel = :sleutel WHERE id = :id AND sleutel <> :sleutel AND NOT EXISTS (
            SELECT FROM signaal a WHERE a.verwijsindex = s.verwijsindex AND a.sleutel = :sleutel
                                    AND a.status IN ('aangevraagd', 'geplaatst', 'gematcht'))
    """)
    await conn.execute(statement, {"id": found.id, "sleutel": sleutel})


# --- finding ---------------------------------------------------------------------------------------------------


def _signalen() -> Select[Any]:
    return select(signaal, melding.c.casus_id, melding.c.gemeente_code).join_from(
        signaal, melding, melding.c.id == signaal.c.melding_id
    )


async def load_signaal(conn: AsyncConnection, vault: Vault, signaal_id: UUID, *, lock: bool = False) -> Signaal | None:
    """Return a signal with its attempts and matches, locked until the commit when it is about to change."""
    return await _one(conn, vault, signaal.c.id == signaal_id, lock=lock)


async def id_of(conn: AsyncConnection, referentie: UUID) -> UUID | None:
    """Return the id of the signal that an index knows by this; None when it was destroyed, or never ours."""
    return (await conn.execute(select(signaal.c.id).where(signaal.c.referentie == referentie))).scalar()


async def lock_by_referentie(conn: AsyncConnection, vault: Vault, referentie: UUID) -> Signaal | None:
    """Return the signal that an index knows by this, locked; None when it was destroyed, or never ours."""
    return await _one(conn, vault, signaal.c.referentie == referentie, lock=True)


async def _one(conn: AsyncConnection, vault: Vault, where: ColumnElement[bool], *, lock: bool) -> Signaal | None:
    statement = _signalen().where(where)
    if lock:
        statement = statement.with_for_update(of=signaal)
    rows = (await conn.execute(statement)).all()
    return next(iter(await _opened(conn, vault, rows)), None)


async def list_signalen(  # noqa: PLR0913, what a list is asked by, keyword only
    conn: AsyncConnection,
    vault: Vault,
    *,
    casus_id: UUID | None,
    status: SignaalStatus | None,
    zonder_beperkte: bool,
    na: UUID | None,
    limiet: int,
) -> Sequence[Signaal]:
    """Return signals, the oldest first; ``zonder_beperkte`` leaves out those of a casus that is limited."""
    statement = _signalen().order_by(signaal.c.id).limit(limiet)
    if casus_id is not None:
        statement = statement.where(melding.c.casus_id == casus_id)
    if status is not None:
        statement = statement.where(signaal.c.status == status.value)
    if na is not None:
        statement = statement.where(signaal.c.id > na)
    if zonder_beperkte:
        statement = statement.where(
            text("NOT EXISTS (SELECT FROM casus c WHERE c.id = melding.casus_id AND c.beperkt_op IS NOT NULL)")
        )
    return await _opened(conn, vault, (await conn.execute(statement)).all())


async def active_among(
    conn: AsyncConnection, sleutels: Collection[bytes]
) -> Mapping[bytes, Mapping[Verwijsindex, UUID]]:
    """Return in which indexes a signal is active on the people behind these keys, with the id of each signal."""
    statement = select(signaal.c.id, signaal.c.verwijsindex, signaal.c.sleutel).where(
        signaal.c.sleutel.in_(sleutels), signaal.c.status.in_(_ACTIVE)
    )
    found: dict[bytes, dict[Verwijsindex, UUID]] = {}
    for row in (await conn.execute(statement)).all():
        found.setdefault(bytes(row.sleutel), {})[Verwijsindex(row.verwijsindex)] = row.id
    return found


async def has_standing(conn: AsyncConnection, index: Verwijsindex) -> bool:
    """Say whether a signal of ours can be in an index."""
    statement = text("""
        SELECT EXISTS (SELECT FROM signaal WHERE verwijsindex = :index
                       AND status IN ('aangevraagd', 'geplaatst', 'gematcht'))
    """)
    return bool((await conn.execute(statement, {"index": index.value})).scalar())


async def outdated(conn: AsyncConnection, index: Verwijsindex, *, vir_aan: bool) -> Sequence[UUID]:
    """Return standing signals of which the index holds something else than it should.

    The person was corrected since (AVG art. 19: who was told is told again), or it was passed on to VIR, which was
    switched off.
    """
    corrected = (
        select(correctie.c.id)
        .where(correctie.c.persoon_id == signaal.c.persoon_id, correctie.c.gecorrigeerd_op > signaal.c.verzonden_op)
        .exists()
    )
    fed = signaal.c.via_vir if not vir_aan else text("false")
    statement = (
        select(signaal.c.id)
        .where(signaal.c.verwijsindex == index.value, signaal.c.status.in_(["geplaatst", "gematcht"]), corrected | fed)
        .order_by(signaal.c.id)
        .limit(_UPDATED_AT_ONCE)
    )
    return (await conn.execute(statement)).scalars().all()


async def is_corrected_since(conn: AsyncConnection, found: Signaal) -> bool:
    """Say whether the person of a standing signal was corrected after the index was last told of him."""
    statement = select(correctie.c.id).where(
        correctie.c.persoon_id == found.persoon_id, correctie.c.gecorrigeerd_op > found.verzonden_op
    )
    return (await conn.execute(statement.limit(1))).first() is not None


async def _opened(conn: AsyncConnection, vault: Vault, rows: Sequence[Row[Any]]) -> list[Signaal]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    matches = (
        await conn.execute(
            select(signaal_match).where(signaal_match.c.signaal_id.in_(ids)).order_by(signaal_match.c.ontvangen_op)
        )
    ).all()
    pogingen = (await conn.execute(_POGINGEN, {"ids": ids, "limiet": _POGINGEN_SHOWN})).all()
    keys = await keyring_for(conn, vault, [row.gegevens for row in matches])
    return [
        _signaal(
            row,
            tuple(_match(keys, match) for match in matches if match.signaal_id == row.id),
            tuple(_poging(poging) for poging in pogingen if poging.signaal_id == row.id),
        )
        for row in rows
    ]


_POGINGEN = text("""
SELECT p.* FROM unnest(CAST(:ids AS uuid[])) AS s(id)
CROSS JOIN LATERAL (SELECT * FROM signaal_poging WHERE signaal_id = s.id ORDER BY id DESC LIMIT :limiet) p
ORDER BY p.id
""")


def _signaal(row: Row[Any], matches: tuple[Match, ...], pogingen: tuple[Poging, ...]) -> Signaal:
    return Signaal(
        id=row.id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        persoon_id=row.persoon_id,
        gemeente_code=row.gemeente_code,
        index=Verwijsindex(row.verwijsindex),
        referentie=row.referentie,
        status=SignaalStatus(row.status),
        versie=row.versie,
        via_vir=row.via_vir,
        aangevraagd_op=row.aangevraagd_op,
        verloopt_op=row.verloopt_op,
        geplaatst_op=row.geplaatst_op,
        verzonden_op=row.verzonden_op,
        beeindigd_op=row.beeindigd_op,
        afgemeld_op=row.afgemeld_op,
        reden=IntrekReden(row.reden) if row.reden else None,
        fout=PogingUitkomst(row.fout) if row.fout else None,
        matches=matches,
        pogingen=pogingen,
    )


def _poging(row: Row[Any]) -> Poging:
    return Poging(soort=PogingSoort(row.soort), tijdstip=row.tijdstip, uitkomst=PogingUitkomst(row.uitkomst))


def _match(keys: Keyring, row: Row[Any]) -> Match:
    told = opened_json(keys, row.gegevens, _place(row.id))
    return Match(
        id=row.id,
        organisatie=told["organisatie"],
        contact=told["contact"],
        sinds=date.fromisoformat(told["sinds"]),
        ontvangen_op=row.ontvangen_op,
        beeindigd_op=row.beeindigd_op,
    )


def _place(match_id: UUID) -> str:
    return f"signaal_match:gegevens:{match_id}"


# --- attempts and matches --------------------------------------------------------------------------------------


async def add_poging(conn: AsyncConnection, signaal_id: UUID, poging: Poging) -> None:
    """Note how a request to an index went."""
    await conn.execute(
        text("""INSERT INTO signaal_poging (id, signaal_id, soort, tijdstip, uitkomst)
                VALUES (:id, :signaal_id, :soort, :tijdstip, :uitkomst)"""),
        {
            "id": new_id(),
            "signaal_id": signaal_id,
            "soort": poging.soort.value,
            "tijdstip": poging.tijdstip,
            "uitkomst": poging.uitkomst.value,
        },
    )


async def add_match(  # noqa: PLR0913, keyword only after what was told
    conn: AsyncConnection, vault: Vault, found: Signaal, match_id: UUID, regel: MatchRegel, *, now: datetime
) -> bool:
    """Keep a match of a locked signal; False when it was told before, and is then active again."""
    key = await key_of(conn, vault, found.id)
    told = {"organisatie": regel.organisatie, "contact": regel.contact, "sinds": regel.sinds.isoformat()}
    added = await conn.execute(
        text("""INSERT INTO signaal_match AS m (id, signaal_id, ontvangen_op, gegevens)
                VALUES (:id, :signaal_id, :nu, :gegevens)
                ON CONFLICT (id) DO UPDATE SET beeindigd_op = NULL RETURNING m.xmax = 0 AS nieuw"""),
        {"id": match_id, "signaal_id": found.id, "nu": now, "gegevens": seal(key, told, _place(match_id))},
    )
    return bool(added.scalar_one())


async def end_match(conn: AsyncConnection, match_id: UUID, *, now: datetime) -> None:
    """Note that the other organisation took its signal away; a match that we never heard of is no matter."""
    statement = text("UPDATE signaal_match SET beeindigd_op = :nu WHERE id = :id AND beeindigd_op IS NULL")
    await conn.execute(statement, {"id": match_id, "nu": now})


async def count_open_matches(conn: AsyncConnection, signaal_id: UUID) -> int:
    """Return with how many other organisations a signal matches now."""
    statement = text("SELECT count(*) FROM signaal_match WHERE signaal_id = :id AND beeindigd_op IS NULL")
    return int((await conn.execute(statement, {"id": signaal_id})).scalar_one())


# --- how far the matches were fetched --------------------------------------------------------------------------


_BEGIN = "0"


async def load_stand(conn: AsyncConnection, index: Verwijsindex) -> str:
    """Return after which place an index is asked for matches."""
    found = await conn.execute(select(index_stand.c.na).where(index_stand.c.verwijsindex == index.value))
    return found.scalar() or _BEGIN


async def save_stand(conn: AsyncConnection, index: Verwijsindex, na: str, *, now: datetime) -> None:
    """Keep how far the matches of an index were fetched."""
    await conn.execute(
        text("""INSERT INTO index_stand (verwijsindex, na, opgehaald_op) VALUES (:index, :na, :nu)
                ON CONFLICT (verwijsindex) DO UPDATE SET na = excluded.na, opgehaald_op = excluded.opgehaald_op"""),
        {"index": index.value, "na": na, "nu": now},
    )


# --- destroying ------------------------------------------------------------------------------------------------


def afmelden_in(index: Verwijsindex) -> str:
    """Return the kind of task that takes a signal out of an index: it needs to know no more than the reference."""
    return f"signaal-afmelden-{index}"


async def plan_afmelden(conn: AsyncConnection, index: Verwijsindex, referentie: UUID, *, now: datetime) -> None:
    """Let the worker take a signal out of an index; the task holds a reference, and leads to no person or casus."""
    await plan_task(conn, afmelden_in(index), referentie, casus_id=None, now=now)


async def destroy_signalen(
    conn: AsyncConnection, shredder: Shredder, of_melding: ColumnElement[bool], *, now: datetime
) -> None:
    """Destroy the signals of some meldingen with all that hangs on them, and let the indexes be told.

    ``of_melding`` is a condition on ``signaal.melding_id``. What is left is a task with a reference that leads to
    nobody. It waits until a request that may be under way is surely over, since nothing here will remember that it was.
    """
    ids = select(signaal.c.id).where(of_melding)
    await shredder.delete(signaal_match, signaal_match.c.signaal_id.in_(ids), told=True)
    await shredder.delete(signaal_poging, signaal_poging.c.signaal_id.in_(ids))
    await shredder.delete(taak, taak.c.object_id.in_(ids))
    gone = await shredder.delete(signaal, of_melding, told=True)
    await shredder.destroy_keys(*(row["id"] for row in gone))
    for row in gone:
        if row["afgemeld_op"] is not None:
            continue
        soort, referentie = afmelden_in(Verwijsindex(row["verwijsindex"])), row["referentie"]
        await conn.execute(taak.delete().where(taak.c.soort == soort, taak.c.object_id == referentie))
        await plan_task(conn, soort, referentie, casus_id=None, now=now, niet_voor=now + CLAIM)
