"""How huisverboden are kept and found; what somebody wrote down is sealed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dossier import Instrument
from services.triage.domain.huisverbod import LOPEND, Huisverbod, HuisverbodStatus
from services.triage.domain.huisverbod_toets import Afzien, Betrokkene, Intrekking, Oplegging, Screening
from services.triage.store.huisverbod_stappen import Stappen, new_rows, stappen_of
from services.triage.store.values import AnyRow, Place, beyond, opened, seal
from services.triage.tables.huisverbod import huisverbod, huisverbod_stap
from shared.crypto import Vault
from shared.keyring import Key, Keyring, key_of, keyring_for
from shared.rules.huisverbod import HuisverbodGezag


async def insert_huisverbod(conn: AsyncConnection, vault: Vault, new: Huisverbod) -> None:
    """Add a screening."""
    key = await key_of(conn, vault, new.casus_id)
    one = new.screening
    text = {
        "instrument": [one.instrument.naam, one.instrument.versie, one.instrument.antwoorden],
        "motivering": one.motivering,
    }
    row = {
        "id": new.id,
        "melding_id": new.melding_id,
        "casus_id": new.casus_id,
        "gemeente_code": new.gemeente_code,
        "gescreend_op": one.gescreend_op,
        "geadviseerd": one.geadviseerd,
        "op_verzoek": one.op_verzoek,
        "kindermishandeling": one.kindermishandeling,
        "screening_tekst": seal(key, text, f"huisverbod:screening_tekst:{new.id}"),
    }
    await conn.execute(insert(huisverbod).values(**row, **_changing(key, new)))


async def save_huisverbod(conn: AsyncConnection, vault: Vault, before: Huisverbod, after: Huisverbod) -> None:
    """Write what a step changed of a huisverbod that was locked, and the lines that it added."""
    key = await key_of(conn, vault, after.casus_id)
    await conn.execute(update(huisverbod).where(huisverbod.c.id == after.id).values(**_changing(key, after)))
    rows = new_rows(key, before, after)
    if rows:
        await conn.execute(insert(huisverbod_stap).values(rows))


def _changing(key: Key, of: Huisverbod) -> dict[str, Any]:
    oplegging, einde = of.oplegging, of.intrekking or of.afzien
    values: dict[str, Any] = {
        "status": of.status,
        "versie": of.versie,
        "dagen": of.dagen,
        "eindigt_op": of.eindigt_op,
        "beeindigd_op": of.beeindigd_op,
        "afgezien_op": of.afzien.afgezien_op if of.afzien else None,
        "ingetrokken_op": of.intrekking.ingetrokken_op if of.intrekking else None,
        "hulp_aanvaard": of.intrekking.hulp_aanvaard if of.intrekking else None,
        "einde_tekst": seal(key, einde.motivering, f"huisverbod:einde_tekst:{of.id}") if einde else None,
    }
    if oplegging is None:
        return values
    text = {"motivering": oplegging.motivering, "nieuweFeiten": oplegging.nieuwe_feiten}
    return {
        **values,
        "opgelegd_op": oplegging.opgelegd_op,
        "door": oplegging.door,
        "uithuisgeplaatste": _plain(oplegging.uithuisgeplaatste),
        "achterblijvers": [_plain(one) for one in oplegging.achterblijvers],
        "ander_persoon": list(oplegging.ander_persoon),
        "oplegging_tekst": seal(key, text, f"huisverbod:oplegging_tekst:{of.id}"),
    }


async def load_huisverbod(
    conn: AsyncConnection, vault: Vault, huisverbod_id: UUID, *, lock: bool = False
) -> Huisverbod | None:
    """Return a huisverbod with all that was noted in it; ``lock`` keeps others from changing it meanwhile."""
    query = select(huisverbod).where(huisverbod.c.id == huisverbod_id)
    found = (await conn.execute(query.with_for_update() if lock else query)).all()
    return next(iter(await _opened(conn, vault, found)), None)


async def huisverboden_of_casus(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Huisverbod]:
    """Return every huisverbod of a casus, the first screened first."""
    c = huisverbod.c
    query = select(huisverbod).where(c.casus_id == casus_id).order_by(c.gescreend_op, c.id)
    return await _opened(conn, vault, (await conn.execute(query)).all())


async def melding_of(conn: AsyncConnection, huisverbod_id: UUID) -> UUID | None:
    """Return the melding of a huisverbod."""
    found: UUID | None = await conn.scalar(select(huisverbod.c.melding_id).where(huisverbod.c.id == huisverbod_id))
    return found


async def casus_of(conn: AsyncConnection, huisverbod_id: UUID) -> UUID | None:
    """Return the casus of a huisverbod."""
    found: UUID | None = await conn.scalar(select(huisverbod.c.casus_id).where(huisverbod.c.id == huisverbod_id))
    return found


async def huisverboden_page(  # noqa: PLR0913, keyword only
    conn: AsyncConnection,
    *,
    melding_id: UUID | None,
    casus_id: UUID | None,
    status: HuisverbodStatus | None,
    now: datetime,
    after: Place | None,
    limit: int,
) -> list[Huisverbod]:
    """Return huisverboden in the order in which they were screened; what was written down is not opened."""
    c = huisverbod.c
    query = select(huisverbod).order_by(c.gescreend_op, c.id).limit(limit)
    if melding_id is not None:
        query = query.where(c.melding_id == melding_id)
    if casus_id is not None:
        query = query.where(c.casus_id == casus_id)
    if status is not None:
        query = query.where(_in_status(status, now))
    if after is not None:
        query = query.where(beyond(c.gescreend_op, c.id, after))
    nothing: Stappen = Stappen((), (), (), ())
    return [_huisverbod(row, None, nothing) for row in (await conn.execute(query)).all()]


def _in_status(status: HuisverbodStatus, now: datetime) -> ColumnElement[bool]:
    """Return the condition of a state as it is at a moment: one that runs is over at its hour."""
    c = huisverbod.c
    if status in LOPEND:
        return and_(c.status == status, c.eindigt_op > now)
    if status is HuisverbodStatus.AFGELOPEN:
        return or_(c.status == status, and_(c.status.in_(LOPEND), c.eindigt_op <= now))
    return c.status == status


# --- rows --------------------------------------------------------------------------------------------------------


async def _opened(conn: AsyncConnection, vault: Vault, rows: Sequence[AnyRow]) -> list[Huisverbod]:
    s = huisverbod_stap.c
    query = (
        select(huisverbod_stap).where(s.huisverbod_id.in_([row.id for row in rows])).order_by(s.huisverbod_id, s.nummer)
    )
    steps = (await conn.execute(query)).all()
    sealed = [value for row in rows for value in (row.screening_tekst, row.oplegging_tekst, row.einde_tekst)]
    keys = await keyring_for(conn, vault, [*sealed, *(step.tekst for step in steps)])
    grouped = {one: stappen_of(lines, keys) for one, lines in groupby(steps, key=lambda step: step.huisverbod_id)}
    return [_huisverbod(row, keys, grouped.get(row.id, Stappen((), (), (), ()))) for row in rows]


def _huisverbod(row: AnyRow, keys: Keyring | None, stappen: Stappen) -> Huisverbod:
    return Huisverbod(
        id=row.id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        gemeente_code=row.gemeente_code,
        status=HuisverbodStatus(row.status),
        versie=row.versie,
        screening=_screening(row, keys),
        afzien=Afzien(row.afgezien_op, _einde_tekst(row, keys)) if row.afgezien_op else None,
        oplegging=_oplegging(row, keys) if row.oplegging_tekst else None,
        dagen=row.dagen,
        eindigt_op=row.eindigt_op,
        intrekking=_intrekking(row, keys) if row.ingetrokken_op else None,
        beeindigd_op=row.beeindigd_op,
        adviezen=stappen.adviezen,
        verlengingen=stappen.verlengingen,
        casusregie=stappen.casusregie,
        gesprekken=stappen.gesprekken,
    )


def _screening(row: AnyRow, keys: Keyring | None) -> Screening:
    # Without keys: for a list, which shows codes only.
    text = opened(keys, row.screening_tekst, f"huisverbod:screening_tekst:{row.id}") if keys is not None else {}
    return Screening(
        gescreend_op=row.gescreend_op,
        geadviseerd=row.geadviseerd,
        op_verzoek=row.op_verzoek,
        kindermishandeling=row.kindermishandeling,
        instrument=Instrument(*text.get("instrument", ("", "", {}))),
        motivering=text.get("motivering", ""),
    )


def _oplegging(row: AnyRow, keys: Keyring | None) -> Oplegging:
    text = opened(keys, row.oplegging_tekst, f"huisverbod:oplegging_tekst:{row.id}") if keys is not None else {}
    return Oplegging(
        opgelegd_op=row.opgelegd_op,
        door=HuisverbodGezag(row.door),
        uithuisgeplaatste=_betrokkene(row.uithuisgeplaatste),
        achterblijvers=tuple(_betrokkene(one) for one in row.achterblijvers),
        motivering=text.get("motivering", ""),
        nieuwe_feiten=text.get("nieuweFeiten"),
        ander_persoon=tuple(row.ander_persoon),
    )


def _intrekking(row: AnyRow, keys: Keyring | None) -> Intrekking:
    return Intrekking(row.ingetrokken_op, HuisverbodGezag.BURGEMEESTER, row.hulp_aanvaard, _einde_tekst(row, keys))


def _einde_tekst(row: AnyRow, keys: Keyring | None) -> str:
    return str(opened(keys, row.einde_tekst, f"huisverbod:einde_tekst:{row.id}")) if keys is not None else ""


def _plain(one: Betrokkene) -> list[str | int]:
    return [str(one.melding_id), one.nr]


def _betrokkene(plain: Iterable[Any]) -> Betrokkene:
    melding_id, nr = plain
    return Betrokkene(UUID(melding_id), nr)
