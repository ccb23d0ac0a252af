"""What people read: lists of overdrachten, one overdracht with its package, and who holds sight of safety."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.overdracht import Overdracht, Status
from services.handover.domain.pakket import Pakket, ZichtDeel, monitoring_after, with_texts, written_here
from services.handover.domain.stappen import Beschreven, Stap
from services.handover.domain.zicht import Periode, current, shielded
from services.handover.handlers.common import (
    LOKALE_SOORTEN,
    NIET_GEVONDEN,
    Kamer,
    is_receiver,
    load_visible,
    visible_to,
)
from services.handover.handlers.levergang import prove_read
from services.handover.store import casussen, overdrachten, pakketten, stappen, zichtboek
from services.handover.store.overdrachten import Teksten
from services.handover.store.pakketten import Verzegeld
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import NotFoundError, OperationalError
from shared.rules.access import Betrekking, Doel
from shared.rules.codes import Rol
from shared.web.access import toegang_of
from shared.web.auth import Caller
from shared.web.pages import Page, time_place

_PAKKET = TypeAdapter(Pakket)
# For what the other rooms are asked; for what the reader reads it stands in the audit of this room.
_DOEL_PAKKET = Doel.OVERDRACHT.value
# Everybody else reads what his organisation was offered, and the family may read it there.
_KNOWS_THE_MELDER = frozenset({Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER})
_ATTEMPTS = 3
_SPLIT = "De casus wordt op dit moment gesplitst of samengevoegd; probeer het zo weer."


@dataclass(frozen=True, slots=True)
class Gelezen:
    """One overdracht as it is read."""

    overdracht: Overdracht
    teksten: Teksten
    bij_stappen: Sequence[Beschreven]
    pakket: Pakket
    samengesteld_op: datetime
    bevroren: bool


async def list_overdrachten(
    kamer: Kamer, caller: Caller, page: Page, *, gemeente_code: str | None, status: Status | None
) -> list[Overdracht]:
    """Return the overdrachten that the caller may see: one more than asked, when there are more."""
    zicht = visible_to(caller)
    if zicht is None:
        return []
    async with in_transaction(kamer.made.engine) as conn:
        return await overdrachten.list_overdrachten(
            conn,
            zicht=zicht,
            gemeente_code=gemeente_code,
            status=status,
            na=time_place(page),
            limiet=page.limiet + 1,
        )


@dataclass(frozen=True, slots=True)
class _Told:
    """What people wrote at an overdracht as this reader may read it, and how the protection of the melders stands.

    ``stand`` is None for Veilig Thuis, which may know every melder.
    """

    teksten: Teksten
    bij_stappen: Sequence[Beschreven]
    stand: str | None


async def read_overdracht(kamer: Kamer, caller: Caller, overdracht_id: UUID, *, actueel: bool) -> Gelezen:
    """Return an overdracht with its package.

    The package is composed from the other rooms until the receiver reads it for the first time; that copy is
    kept as the proof and is what everybody reads from then on, unless ``actueel`` asks for a fresh one. Before a
    receiver is given what was kept, intake is asked whether the protection of the melders is still as it was then; if
    not, a next one is made and kept beside it. Raises ``OperationalError`` when another room does not answer: half a
    package is never given, nor one of which nobody can say that it still may be.
    """
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        found = await load_visible(conn, caller, overdracht_id)
        teksten = await _teksten(conn, kamer, overdracht_id)
        geschreven = await stappen.list_beschreven(conn, made.vault, overdracht_id)
        kept = await pakketten.find_pakket(conn, made.vault, overdracht_id)
    told = await _told(kamer, caller, found, teksten, geschreven)
    if kept is not None and not _still_stands(kept, told):
        kept = None
    fresh = await _compose(kamer, found) if kept is None or actueel else None
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        if kept is None and fresh is not None and is_receiver(caller, found):
            inhoud = _PAKKET.dump_json(fresh.pakket)
            kept = await _keep(conn, kamer, found, Verzegeld(inhoud, now, caller.organisatie_id, fresh.stand))
        overdracht = await overdrachten.find_overdracht(conn, overdracht_id)
        if overdracht is None:
            raise NotFoundError(NIET_GEVONDEN)
        if is_receiver(caller, overdracht):
            await prove_read(conn, overdracht_id, now=now)
        await record(conn, caller, Act("lezen", "overdracht", overdracht_id, casus_id=overdracht.casus_id), now=now)
    if kept is not None and not actueel:
        frozen = _PAKKET.validate_json(kept.inhoud)
        return Gelezen(overdracht, told.teksten, told.bij_stappen, frozen, kept.samengesteld_op, bevroren=True)
    if fresh is None:
        raise RuntimeError("a package is kept or composed")
    return Gelezen(overdracht, told.teksten, told.bij_stappen, fresh.pakket, now, bevroren=False)


async def _teksten(conn: AsyncConnection, kamer: Kamer, overdracht_id: UUID) -> Teksten:
    found = await overdrachten.find_with_teksten(conn, kamer.made.vault, overdracht_id)
    if found is None:
        raise NotFoundError(NIET_GEVONDEN)
    return found[1]


async def _told(
    kamer: Kamer, caller: Caller, overdracht: Overdracht, teksten: Teksten, geschreven: Sequence[Beschreven]
) -> _Told:
    if caller.rol in _KNOWS_THE_MELDER:
        return _Told(teksten, geschreven, None)
    written = [tekst for tekst in (teksten.toelichting, teksten.motivering) if tekst]
    written += [one.tekst for one in geschreven]
    cut = await kamer.casus.cut_teksten(overdracht.casus_id, written, purpose=_DOEL_PAKKET)
    following = iter(cut.teksten)
    return _Told(
        replace(
            teksten,
            toelichting=next(following) if teksten.toelichting else None,
            motivering=next(following) if teksten.motivering else None,
        ),
        [replace(one, tekst=next(following)) for one in geschreven],
        cut.stand,
    )


def _still_stands(kept: Verzegeld, told: _Told) -> bool:
    """Say whether a package that was kept may be given to this reader: nothing about a melder changed since."""
    return told.stand is None or (kept.stand == told.stand and not kept.achterhaald)


async def _keep(conn: AsyncConnection, kamer: Kamer, overdracht: Overdracht, pakket: Verzegeld) -> Verzegeld:
    """Keep a package as delivered, unless somebody else of the receiver was first; return the one that is kept."""
    vault = kamer.made.vault
    # It may have gone up in another casus meanwhile; its key belongs to the one that stays.
    casus_id = await overdrachten.lock_casus_of(conn, overdracht.id)
    if casus_id is None:
        raise NotFoundError(NIET_GEVONDEN)
    if casus_id != await casussen.locate_casus(conn, overdracht.casus_id):
        raise OperationalError(_SPLIT)
    last = await pakketten.find_pakket(conn, vault, overdracht.id)
    if last is not None and last.stand == pakket.stand and not last.achterhaald:
        return last
    await pakketten.freeze_pakket(conn, vault, casus_id=casus_id, overdracht_id=overdracht.id, pakket=pakket)
    return pakket


def _is_of(pakket: Pakket, overdracht: Overdracht) -> bool:
    """Say whether a package is about the melding of an overdracht.

    Rooms hear of a split one after the other: what is asked under the casus of before can be about another family.
    """
    meldingen = {melding.melding_id for melding in pakket.casus.meldingen}
    diensten = {dienst.dienst_id for dienst in pakket.diensten}
    other_family = bool(meldingen) and overdracht.melding_id not in meldingen
    return not other_family and (overdracht.dienst_id is None or overdracht.dienst_id in diensten)


@dataclass(frozen=True, slots=True)
class _Composed:
    """A package from the other rooms, and under which protection of the melders it was made."""

    pakket: Pakket
    stand: str


async def _compose(kamer: Kamer, overdracht: Overdracht) -> _Composed:
    """Return a package in which nothing names a hidden melder, wherever it was written.

    The protection of the melders must be the same before and after the rooms were asked: what was read in between was
    then cut by it too.
    """
    purpose, casus_id = _DOEL_PAKKET, overdracht.casus_id
    for _ in range(_ATTEMPTS):
        before = await kamer.casus.cut_teksten(casus_id, (), purpose=purpose)
        diensten = await kamer.beoordeling.read_diensten(casus_id, purpose=purpose)
        whole = Pakket(
            casus=await kamer.casus.read_casus(casus_id, purpose=purpose),
            veiligheidsbeoordeling=await kamer.beoordeling.read_besluit(overdracht.melding_id, purpose=purpose),
            diensten=diensten,
            zicht=await _zicht_of(kamer, overdracht),
            monitoring=monitoring_after(overdracht.soort, overdracht.dienst_id, diensten, kamer.made.rules),
        )
        if not _is_of(whole, overdracht):
            raise OperationalError(_SPLIT)
        cut = await kamer.casus.cut_teksten(casus_id, written_here(whole), purpose=purpose)
        if cut.stand == before.stand:
            return _Composed(with_texts(whole, cut.teksten), cut.stand)
    raise OperationalError("De bescherming van een melder verandert op dit moment; probeer het zo weer.")


async def _zicht_of(kamer: Kamer, overdracht: Overdracht) -> ZichtDeel | None:
    """Return who holds sight of safety now and since when, as its receiver may read it: he is given what is kept."""
    rol = Rol.LOKAAL_TEAM if overdracht.soort in LOKALE_SOORTEN else Rol.KETENPARTNER
    async with in_transaction(kamer.made.engine) as conn:
        perioden = await zichtboek.list_perioden(conn, overdracht.casus_id)
    running = current(shielded(perioden, rol, overdracht.organisatie_id))
    if running is None:
        return None
    houder = running.houder
    return ZichtDeel(organisatie_id=houder.organisatie_id, soort=houder.soort, vanaf=running.vanaf)


async def read_geschiedenis(kamer: Kamer, caller: Caller, overdracht_id: UUID) -> list[Stap]:
    """Return every step of an overdracht that the caller may see, from first to last."""
    async with in_transaction(kamer.made.engine) as conn:
        found = await load_visible(conn, caller, overdracht_id)
        act = Act("geschiedenis-lezen", "overdracht", overdracht_id, casus_id=found.casus_id)
        await record(conn, caller, act, now=kamer.made.clock())
        return await stappen.list_stappen(conn, overdracht_id)


async def read_zicht(kamer: Kamer, caller: Caller, casus_id: UUID) -> tuple[UUID, Sequence[Periode]]:
    """Return the casus in which this one lives now, and who held its sight of safety from first to last.

    That a shelter holds it is told to itself and to Veilig Thuis only. A receiver sees it when an overdracht of this
    casus is or was his; otherwise there is nothing here.
    """
    async with in_transaction(kamer.made.engine) as conn:
        here = await casussen.locate_casus(conn, casus_id)
        if not await casussen.knows_casus(conn, here) or not await _is_party(conn, caller, here):
            raise NotFoundError("Deze casus is er niet.")
        return here, shielded(await zichtboek.list_perioden(conn, here), caller.rol, caller.organisatie_id)


async def _is_party(conn: AsyncConnection, caller: Caller, casus_id: UUID) -> bool:
    toegang, zicht = toegang_of(caller), visible_to(caller)
    if toegang.sees_all:
        return True
    is_party = zicht is not None and await overdrachten.is_party(conn, casus_id, zicht)
    return toegang.permits({Betrekking.PARTIJ} if is_party else frozenset())
