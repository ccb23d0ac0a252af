"""How opschalingen are kept and found, with who takes part and who directs; what somebody wrote down is sealed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.actie import Eigenaar
from services.triage.domain.opschaling import (
    Afschaling,
    Deelnemer,
    Meegegeven,
    Opschaling,
    OpschalingStatus,
    Procesregie,
    TekstDeel,
    Vervolg,
    VervolgSoort,
)
from services.triage.store.values import AnyRow, Place, beyond, opened, seal
from services.triage.tables.opschaling import opschaling, opschaling_deelnemer, opschaling_regie
from shared.crypto import Vault
from shared.keyring import Key, Keyring, key_of, keyring_for
from shared.rules.behandelcodes import OpschalingSoort
from shared.rules.opschaling import DeelnemerSoort, Onderdeel


async def insert_opschaling(conn: AsyncConnection, vault: Vault, new: Opschaling) -> None:
    """Add an opschaling with its first participants and who directs."""
    key = await key_of(conn, vault, new.casus_id)
    text = {"aanleiding": new.aanleiding, "inhoud": plain_delen(new.inhoud)}
    await conn.execute(
        insert(opschaling).values(
            id=new.id,
            melding_id=new.melding_id,
            casus_id=new.casus_id,
            gemeente_code=new.gemeente_code,
            soort=new.soort,
            status=new.status,
            versie=new.versie,
            gestart_op=new.gestart_op,
            tekst=seal(key, text, f"opschaling:tekst:{new.id}"),
        )
    )
    await _insert_deelnemers(conn, key, new, 0)
    await _insert_regie(conn, new, 0)


async def save_opschaling(conn: AsyncConnection, vault: Vault, before: Opschaling, after: Opschaling) -> None:
    """Write what a step changed of an opschaling that was locked."""
    key = await key_of(conn, vault, after.casus_id)
    values = {"status": after.status, "versie": after.versie, **_afschaling_columns(key, after)}
    await conn.execute(update(opschaling).where(opschaling.c.id == after.id).values(**values))
    await _insert_deelnemers(conn, key, after, len(before.deelnemers))
    await _insert_regie(conn, after, len(before.procesregie))
    for was, now in zip(before.deelnemers, after.deelnemers, strict=False):
        if was != now:
            gone = update(opschaling_deelnemer).where(opschaling_deelnemer.c.id == now.id)
            await conn.execute(gone.values(vertrokken_op=now.vertrokken_op))


def _afschaling_columns(key: Key, after: Opschaling) -> dict[str, Any]:
    if after.afschaling is None:
        return {}
    vervolg = after.afschaling.vervolg
    text = {
        "motivering": after.afschaling.motivering,
        "overdragen": [
            [str(one.actie_id), [one.eigenaar.organisatie_id, one.eigenaar.naam] if one.eigenaar else None]
            for one in after.afschaling.overdragen
        ],
    }
    return {
        "vervolg_soort": vervolg.soort,
        "vervolg_organisatie_id": vervolg.organisatie_id,
        "vervolg_opschaling_id": vervolg.opschaling_id,
        "afgeschaald_op": after.afgeschaald_op,
        "afschaling_tekst": seal(key, text, f"opschaling:afschaling_tekst:{after.id}"),
    }


async def _insert_deelnemers(conn: AsyncConnection, key: Key, of: Opschaling, known: int) -> None:
    rows = [
        {
            "id": one.id,
            "opschaling_id": of.id,
            "nummer": nummer,
            "soort": one.soort,
            "organisatie_id": one.organisatie_id,
            "mag_zien": None if one.mag_zien is None else sorted(one.mag_zien),
            "tekst": seal(key, [one.functie, one.naam], f"opschaling_deelnemer:tekst:{one.id}"),
        }
        for nummer, one in enumerate(of.deelnemers[known:], known + 1)
    ]
    if rows:
        await conn.execute(insert(opschaling_deelnemer).values(rows))


async def _insert_regie(conn: AsyncConnection, of: Opschaling, known: int) -> None:
    rows = [
        {
            "id": one.id,
            "opschaling_id": of.id,
            "nummer": nummer,
            "organisatie_id": one.organisatie_id,
            "soort": one.soort,
            "vanaf": one.vanaf,
        }
        for nummer, one in enumerate(of.procesregie[known:], known + 1)
    ]
    if rows:
        await conn.execute(insert(opschaling_regie).values(rows))


async def load_opschaling(
    conn: AsyncConnection, vault: Vault, opschaling_id: UUID, *, lock: bool = False
) -> Opschaling | None:
    """Return an opschaling with who takes part; ``lock`` keeps others from changing it meanwhile."""
    query = select(opschaling).where(opschaling.c.id == opschaling_id)
    rows = (await conn.execute(query.with_for_update() if lock else query)).all()
    return next(iter(await _opened(conn, vault, rows)), None)


async def opschalingen_of_casus(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Opschaling]:
    """Return every opschaling of a casus in the order in which they started."""
    c = opschaling.c
    query = select(opschaling).where(c.casus_id == casus_id).order_by(c.gestart_op, c.id)
    return await _opened(conn, vault, (await conn.execute(query)).all())


async def melding_of(conn: AsyncConnection, opschaling_id: UUID) -> UUID | None:
    """Return the melding of an opschaling."""
    found: UUID | None = await conn.scalar(select(opschaling.c.melding_id).where(opschaling.c.id == opschaling_id))
    return found


async def casus_of(conn: AsyncConnection, opschaling_id: UUID) -> UUID | None:
    """Return the casus of an opschaling."""
    found: UUID | None = await conn.scalar(select(opschaling.c.casus_id).where(opschaling.c.id == opschaling_id))
    return found


async def opschalingen_page(  # noqa: PLR0913, filters, keyword only
    conn: AsyncConnection,
    *,
    melding_id: UUID | None,
    casus_id: UUID | None,
    soort: OpschalingSoort | None,
    status: OpschalingStatus | None,
    after: Place | None,
    limit: int,
) -> Sequence[AnyRow]:
    """Return rows of opschalingen in the order in which they started: codes, nothing is opened."""
    c = opschaling.c
    shown = (
        c.id,
        c.melding_id,
        c.casus_id,
        c.gemeente_code,
        c.soort,
        c.status,
        c.versie,
        c.gestart_op,
        c.afgeschaald_op,
        c.vervolg_soort,
        c.vervolg_opschaling_id,
    )
    query = select(*shown).order_by(c.gestart_op, c.id).limit(limit)
    wanted = {c.melding_id: melding_id, c.casus_id: casus_id, c.soort: soort, c.status: status}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(beyond(c.gestart_op, c.id, after))
    return (await conn.execute(query)).all()


# --- rows --------------------------------------------------------------------------------------------------------


def plain_delen(delen: Sequence[TekstDeel]) -> list[list[str]]:
    """Return texts with their parts as they are sealed."""
    return [[one.onderdeel.value, one.tekst] for one in delen]


def delen_of(plain: Sequence[Sequence[str]]) -> tuple[TekstDeel, ...]:
    """Return texts with their parts as they were sealed."""
    return tuple(TekstDeel(Onderdeel(onderdeel), tekst) for onderdeel, tekst in plain)


async def _opened(conn: AsyncConnection, vault: Vault, rows: Sequence[AnyRow]) -> list[Opschaling]:
    ids = [row.id for row in rows]
    d, r = opschaling_deelnemer.c, opschaling_regie.c
    people = (await conn.execute(select(opschaling_deelnemer).where(d.opschaling_id.in_(ids)).order_by(d.nummer))).all()
    regie = (await conn.execute(select(opschaling_regie).where(r.opschaling_id.in_(ids)).order_by(r.nummer))).all()
    sealed = [value for row in rows for value in (row.tekst, row.afschaling_tekst)]
    keys = await keyring_for(conn, vault, [*sealed, *(one.tekst for one in people)])
    return [
        _opschaling(
            row,
            keys,
            tuple(_deelnemer(one, keys) for one in people if one.opschaling_id == row.id),
            tuple(_regie(one) for one in regie if one.opschaling_id == row.id),
        )
        for row in rows
    ]


def _opschaling(
    row: AnyRow, keys: Keyring, deelnemers: tuple[Deelnemer, ...], regie: tuple[Procesregie, ...]
) -> Opschaling:
    text = opened(keys, row.tekst, f"opschaling:tekst:{row.id}")
    return Opschaling(
        id=row.id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        gemeente_code=row.gemeente_code,
        soort=OpschalingSoort(row.soort),
        status=OpschalingStatus(row.status),
        versie=row.versie,
        gestart_op=row.gestart_op,
        aanleiding=text["aanleiding"],
        inhoud=delen_of(text["inhoud"]),
        deelnemers=deelnemers,
        procesregie=regie,
        afschaling=_afschaling(row, keys) if row.afschaling_tekst else None,
        afgeschaald_op=row.afgeschaald_op,
    )


def _afschaling(row: AnyRow, keys: Keyring) -> Afschaling:
    text = opened(keys, row.afschaling_tekst, f"opschaling:afschaling_tekst:{row.id}")
    vervolg = Vervolg(VervolgSoort(row.vervolg_soort), row.vervolg_organisatie_id, row.vervolg_opschaling_id)
    overdragen = tuple(
        Meegegeven(UUID(actie_id), Eigenaar(*eigenaar) if eigenaar else None)
        for actie_id, eigenaar in text["overdragen"]
    )
    return Afschaling(vervolg, text["motivering"], overdragen)


def _deelnemer(row: AnyRow, keys: Keyring) -> Deelnemer:
    functie, naam = opened(keys, row.tekst, f"opschaling_deelnemer:tekst:{row.id}")
    mag_zien = None if row.mag_zien is None else frozenset(Onderdeel(one) for one in row.mag_zien)
    return Deelnemer(row.id, DeelnemerSoort(row.soort), row.organisatie_id, functie, naam, mag_zien, row.vertrokken_op)


def _regie(row: AnyRow) -> Procesregie:
    return Procesregie(row.id, row.organisatie_id, DeelnemerSoort(row.soort), row.vanaf)
