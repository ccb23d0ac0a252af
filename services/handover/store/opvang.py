"""Requests for shelter, with who is in them and where each sleeps; what was written down is sealed under the casus."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, insert, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.opvang import OPEN, VERBLIJFT, Aanvraag, Client, OpvangStatus, OpvangTekst, Verblijf
from services.handover.domain.opvangplaatsing import Medeclient
from services.handover.domain.overdracht import Status
from services.handover.store.casussen import lock_casus
from services.handover.store.opvangtekst import as_kept, of_kept
from services.handover.store.overdrachten import Zicht, addressed_to
from services.handover.store.values import opened
from services.handover.tables import opvang as t
from services.handover.tables.core import overdracht
from shared.crypto import Vault
from shared.errors import ConflictError
from shared.keyring import key_of, keyring_for
from shared.rules.access import Reikwijdte
from shared.rules.codes import BestemmingSoort, Rol
from shared.rules.opvang import Doelgroep

_MERGES_MAX = 100
_HAS_A_BED = "Iemand van deze aanvraag heeft al een plaats. Overleg met Veilig Thuis voordat u verder gaat."
_LOPEND = (Status.AANGEBODEN.value, Status.GEACCEPTEERD.value, Status.TERUGGAVE_GEVRAAGD.value)
_MOMENTS = ("wachtend_sinds", "geplaatst_op", "klaar_sinds", "gescreend_op", "geeindigd_op")


@dataclass(frozen=True, slots=True)
class OpvangZicht:
    """For whom a list of requests is: nothing given is everything.

    ``partij`` is whoever has an overdracht in the casus now; ``reikwijdte`` what the rights of a shelter leave of it.
    """

    organisatie_id: str | None = None
    partij: Zicht | None = None
    reikwijdte: frozenset[Reikwijdte] | None = None


@dataclass(frozen=True, slots=True)
class Gevraagd:
    """Which requests a list shows, and after which of them it begins."""

    casus_id: UUID | None
    status: OpvangStatus | None
    na: tuple[datetime, UUID] | None
    limiet: int


async def lock_casus_of(conn: AsyncConnection, aanvraag_id: UUID) -> UUID | None:
    """Lock the casus in which a request is now, and return it; None when it is not there."""
    for _ in range(_MERGES_MAX):
        query = select(t.opvangaanvraag.c.casus_id).where(t.opvangaanvraag.c.id == aanvraag_id)
        casus_id = await conn.scalar(query)
        if casus_id is None:
            return None
        here = await lock_casus(conn, casus_id)
        # Between looking and locking it may have been split off.
        if await conn.scalar(query) == here:
            return here
    raise RuntimeError("a request kept on moving while its casus was being locked")


async def insert_aanvraag(conn: AsyncConnection, vault: Vault, new: Aanvraag) -> None:
    """Add a request of a locked casus."""
    row = {
        "id": new.id,
        "casus_id": new.casus_id,
        "melding_id": new.melding_id,
        "gemeente_code": new.gemeente_code,
        "organisatie_id": new.organisatie_id,
        "aangevraagd_door": new.aangevraagd_door.value,
        "spoed": new.spoed,
        "aangevraagd_op": new.aangevraagd_op,
        "versie": new.versie,
        "tekst": await _sealed(conn, vault, new),
    }
    await conn.execute(insert(t.opvangaanvraag).values(row))
    await conn.execute(insert(t.opvangclient), [_client_row(new.id, one) for one in new.clienten])


async def save_aanvraag(conn: AsyncConnection, vault: Vault, before: Aanvraag, after: Aanvraag) -> None:
    """Save a changed request of a locked casus: what is written down, and who is another than before."""
    c = t.opvangaanvraag.c
    values = {"versie": after.versie, "tekst": await _sealed(conn, vault, after)}
    await conn.execute(update(t.opvangaanvraag).where(c.id == after.id).values(values))
    for was, now in zip(before.clienten, after.clienten, strict=True):
        if was != now:
            row = _client_row(after.id, now)
            await conn.execute(update(t.opvangclient).where(t.opvangclient.c.id == now.id).values(row))
            await _save_stays(conn, after, was, now)


async def _save_stays(conn: AsyncConnection, aanvraag: Aanvraag, was: Client, now: Client) -> None:
    """Save the stays of somebody: those that ended before the one that began, for a person has one bed.

    Raises ``ConflictError`` for who has a bed by another request, maybe in a shelter of which this one may not know.
    """
    for stay in sorted(set(now.verblijven) - set(was.verblijven), key=lambda stay: stay.tot is None):
        row = {
            "id": stay.id,
            "client_id": now.id,
            "melding_id": aanvraag.melding_id,
            "persoon_nr": now.persoon_nr,
            "voorziening_id": stay.voorziening_id,
            "plek": stay.plek,
            "van": stay.van,
            "tot": stay.tot,
        }
        statement = upsert(t.opvangverblijf).values(row)
        try:
            await conn.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"tot": stay.tot}))
        except IntegrityError as error:
            if t.EEN_PER_PERSOON not in str(error.orig):
                raise
            raise ConflictError(_HAS_A_BED) from None


async def find_aanvraag(
    conn: AsyncConnection, vault: Vault, aanvraag_id: UUID, *, lock: bool = False
) -> Aanvraag | None:
    """Return a request with what was written down, locked when it is going to change."""
    query = select(t.opvangaanvraag).where(t.opvangaanvraag.c.id == aanvraag_id)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        return None
    keys = await keyring_for(conn, vault, [row.tekst])
    tekst = of_kept(opened(keys, row.tekst, place=_place(row.id)))
    (found,) = await _with_clients(conn, [(row, tekst)])
    return found


async def list_aanvragen(conn: AsyncConnection, zicht: OpvangZicht, gevraagd: Gevraagd) -> list[Aanvraag]:
    """Return requests in the order in which they were made; no text is opened."""
    c = t.opvangaanvraag.c
    query = _seen_by(zicht).order_by(c.aangevraagd_op, c.id).limit(gevraagd.limiet)
    if gevraagd.casus_id is not None:
        query = query.where(c.casus_id == gevraagd.casus_id)
    if gevraagd.status is not None:
        query = query.where(_has_client(t.opvangclient.c.status == gevraagd.status.value))
    if gevraagd.na is not None:
        query = query.where(tuple_(c.aangevraagd_op, c.id) > tuple_(*gevraagd.na))
    return await _with_clients(conn, [(row, OpvangTekst()) for row in (await conn.execute(query)).all()])


async def list_wachtlijst(
    conn: AsyncConnection, zicht: OpvangZicht, *, na: tuple[bool, datetime, UUID] | None, limiet: int
) -> list[Aanvraag]:
    """Return requests in which somebody waits: what cannot wait first, then by when it was asked."""
    c = t.opvangaanvraag.c
    order = (~c.spoed, c.aangevraagd_op, c.id)
    waiting = _has_client(t.opvangclient.c.status == OpvangStatus.WACHTEND.value)
    query = _seen_by(zicht).where(waiting).order_by(*order).limit(limiet)
    if na is not None:
        query = query.where(tuple_(*order) > tuple_(*na))
    return await _with_clients(conn, [(row, OpvangTekst()) for row in (await conn.execute(query)).all()])


async def is_seen_by(conn: AsyncConnection, aanvraag_id: UUID, zicht: OpvangZicht) -> bool:
    """Say whether a request is among those that somebody may see."""
    return (await conn.execute(_seen_by(zicht).where(t.opvangaanvraag.c.id == aanvraag_id))).first() is not None


async def has_overdracht(conn: AsyncConnection, casus_id: UUID, partij: Zicht) -> bool:
    """Say whether an overdracht of a casus was offered to these and not refused."""
    query = select(overdracht.c.id).where(overdracht.c.casus_id == casus_id, *_running(partij)).limit(1)
    return (await conn.execute(query)).first() is not None


async def open_clients(conn: AsyncConnection, melding_id: UUID, organisatie_id: str) -> frozenset[int]:
    """Return who of a melding is in a request to an organisation that is still open."""
    a, c = t.opvangaanvraag.c, t.opvangclient.c
    query = (
        select(c.persoon_nr)
        .join(t.opvangaanvraag, a.id == c.aanvraag_id)
        .where(a.melding_id == melding_id, a.organisatie_id == organisatie_id, _in(c.status, OPEN))
    )
    return frozenset(await conn.scalars(query))


async def placed_elsewhere(conn: AsyncConnection, aanvraag: Aanvraag) -> list[Medeclient]:
    """Return who else of a casus has a place now by another request; a shelter sees those in itself."""
    a, c = t.opvangaanvraag.c, t.opvangclient.c
    query = (
        select(a.melding_id, c.doelgroep)
        .join(t.opvangaanvraag, a.id == c.aanvraag_id)
        .where(a.casus_id == aanvraag.casus_id, a.id != aanvraag.id, _in(c.status, VERBLIJFT))
    )
    return [Medeclient(row.melding_id, Doelgroep(row.doelgroep)) for row in (await conn.execute(query)).all()]


async def aanvragen_of(conn: AsyncConnection, casus_id: UUID) -> Sequence[UUID]:
    """Return the requests of a casus in the order in which they were made."""
    c = t.opvangaanvraag.c
    return (await conn.scalars(select(c.id).where(c.casus_id == casus_id).order_by(c.aangevraagd_op, c.id))).all()


def _seen_by(zicht: OpvangZicht) -> Select[Any]:
    c = t.opvangaanvraag.c
    seen: ColumnElement[bool] = true()
    if zicht.organisatie_id is not None:
        seen = c.organisatie_id == zicht.organisatie_id
    if zicht.partij is not None:
        of_casus = (overdracht.c.casus_id == c.casus_id, *_running(zicht.partij))
        seen = select(overdracht.c.id).where(*of_casus).exists()
    if zicht.reikwijdte is not None:
        seen = and_(seen, or_(false(), *(_reaches(one) for one in sorted(zicht.reikwijdte, key=str))))
    return select(t.opvangaanvraag).where(seen)


def _running(partij: Zicht) -> Iterable[ColumnElement[bool]]:
    """Give the conditions on an overdracht that somebody has now: who refused it, or from whom it went back, is out."""
    yield overdracht.c.status.in_(_LOPEND)
    yield from addressed_to(partij)


def _reaches(reikwijdte: Reikwijdte) -> ColumnElement[bool]:
    if reikwijdte.soort not in {None, BestemmingSoort.OPVANG}:
        return false()
    codes = reikwijdte.gemeente_codes
    return true() if codes is None else t.opvangaanvraag.c.gemeente_code.in_(sorted(codes))


def _has_client(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    c = t.opvangclient.c
    return select(c.id).where(c.aanvraag_id == t.opvangaanvraag.c.id, condition).exists()


def _in(column: ColumnElement[Any], states: Iterable[OpvangStatus]) -> ColumnElement[bool]:
    return or_(*(column == status.value for status in sorted(states)))


async def _with_clients(conn: AsyncConnection, rows: Sequence[tuple[Any, OpvangTekst]]) -> list[Aanvraag]:
    ids = [row.id for row, _ in rows]
    c, v = t.opvangclient.c, t.opvangverblijf.c
    clients = (await conn.execute(select(t.opvangclient).where(c.aanvraag_id.in_(ids)).order_by(c.persoon_nr))).all()
    named = [one.id for one in clients]
    stays: dict[UUID, list[Verblijf]] = {}
    for row in (await conn.execute(select(t.opvangverblijf).where(v.client_id.in_(named)).order_by(v.van))).all():
        stays.setdefault(row.client_id, []).append(Verblijf(row.id, row.voorziening_id, row.plek, row.van, row.tot))
    by_request: dict[UUID, list[Client]] = {}
    for row in clients:
        by_request.setdefault(row.aanvraag_id, []).append(_client(row, stays.get(row.id, ())))
    return [_aanvraag(row, tekst, by_request.get(row.id, ())) for row, tekst in rows]


def _aanvraag(row: Any, tekst: OpvangTekst, clienten: Iterable[Client]) -> Aanvraag:
    return Aanvraag(
        id=row.id,
        casus_id=row.casus_id,
        melding_id=row.melding_id,
        gemeente_code=row.gemeente_code,
        organisatie_id=row.organisatie_id,
        aangevraagd_door=Rol(row.aangevraagd_door),
        spoed=row.spoed,
        aangevraagd_op=row.aangevraagd_op,
        clienten=tuple(clienten),
        tekst=tekst,
        versie=row.versie,
    )


def _client(row: Any, stays: Iterable[Verblijf]) -> Client:
    return Client(
        id=row.id,
        persoon_nr=row.persoon_nr,
        doelgroep=Doelgroep(row.doelgroep),
        onzekere_verblijfsstatus=row.onzekere_verblijfsstatus,
        status=OpvangStatus(row.status),
        **{name: getattr(row, name) for name in _MOMENTS},
        verblijven=tuple(stays),
    )


def _client_row(aanvraag_id: UUID, one: Client) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "aanvraag_id": aanvraag_id,
        "persoon_nr": one.persoon_nr,
        "doelgroep": one.doelgroep.value,
        "onzekere_verblijfsstatus": one.onzekere_verblijfsstatus,
        "status": one.status.value,
        **{name: getattr(one, name) for name in _MOMENTS},
    }


async def _sealed(conn: AsyncConnection, vault: Vault, aanvraag: Aanvraag) -> bytes:
    key = await key_of(conn, vault, aanvraag.casus_id)
    return key.seal(as_kept(aanvraag.tekst), place=_place(aanvraag.id))


def _place(aanvraag_id: UUID) -> str:
    return f"opvangaanvraag:tekst:{aanvraag_id}"
