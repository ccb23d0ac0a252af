"""How shelter is asked for and read: who may know of a request, and how much of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.opvang import Aanvraag, Client, NietIn, OpvangStatus, OpvangTekst, Stap, requested
from services.handover.domain.opvangplaatsing import Waarschuwing, warnings_of
from services.handover.handlers.common import LOKALE_SOORTEN, Kamer
from services.handover.store import casussen, meldingen, opvangplaatsen
from services.handover.store import opvang as store
from services.handover.store.meldingen import BekendeMelding
from services.handover.store.opvang import Gevraagd, OpvangZicht
from services.handover.store.overdrachten import Zicht
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError
from shared.ids import derived_id, new_id
from shared.messaging.outbox import NewFact, append
from shared.rules.access import Betrekking, Doel
from shared.rules.codes import BestemmingSoort
from shared.rules.opvang import INZICHT, Doelgroep, Inzicht
from shared.rules.routing import default_organisatie
from shared.web.access import toegang_of
from shared.web.auth import Caller
from shared.web.pages import Page, time_place

SOORT = "opvangaanvraag"
ABSENT = "Deze aanvraag voor opvang is er niet."
_NO_MELDING = "Van deze melding is hier niets bekend."


@dataclass(frozen=True, slots=True)
class ClientOpgave:
    """For whom a place is asked, by his place in the melding."""

    persoon_nr: int
    doelgroep: Doelgroep
    onzekere_verblijfsstatus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AanvraagOpgave:
    """A request, as the professional gave it; without an organisation the shelter of the region is asked."""

    melding_id: UUID
    organisatie_id: str | None
    spoed: bool
    aangevraagd_op: datetime
    clienten: tuple[ClientOpgave, ...]
    toelichting: str
    niet_in: NietIn


@dataclass(frozen=True, slots=True)
class Getoond:
    """A request as somebody may see it."""

    aanvraag: Aanvraag
    inzicht: Inzicht
    waarschuwingen: tuple[Waarschuwing, ...] = ()


def visible_to(caller: Caller) -> OpvangZicht | None:
    """Return which requests a caller may know of by the tie that is demanded of him, or None when there are none."""
    toegang = toegang_of(caller)
    betrekking = toegang.betrekking
    match betrekking:
        case Betrekking.ALLES:
            return OpvangZicht()
        case Betrekking.GEVRAAGD:
            return OpvangZicht(organisatie_id=caller.organisatie_id, reikwijdte=toegang.reikwijdte)
        case Betrekking.PARTIJ:
            zicht = Zicht(gemeente_codes=caller.gemeente_codes, soorten=LOKALE_SOORTEN, reikwijdte=toegang.reikwijdte)
            return OpvangZicht(partij=zicht)
        case (
            Betrekking.EIGEN_GEMEENTE
            | Betrekking.EIGEN_MELDING
            | Betrekking.ONTVANGER
            | Betrekking.EIGEN_ABONNEMENT
            | Betrekking.EIGEN_ORGANISATIE
            | Betrekking.DEELNEMER
            | Betrekking.ACTIEHOUDER
            | Betrekking.AANBIEDER
            | Betrekking.INZET
            | Betrekking.NOOD
        ):
            return None  # no request for shelter is anybody's in this way
        case _:
            assert_never(betrekking)


async def load_visible(
    conn: AsyncConnection, kamer: Kamer, caller: Caller, aanvraag_id: UUID, *, lock: bool = False
) -> Aanvraag:
    """Return a request that the caller may know of; otherwise it answers as if it were not there."""
    zicht = visible_to(caller)
    if zicht is None or not await store.is_seen_by(conn, aanvraag_id, zicht):
        raise NotFoundError(ABSENT)
    if lock:
        # The casus first, then the request: everyone locks in this order.
        await store.lock_casus_of(conn, aanvraag_id)
    found = await store.find_aanvraag(conn, kamer.made.vault, aanvraag_id, lock=lock)
    if found is None:
        raise NotFoundError(ABSENT)
    return found


async def create_aanvraag(
    conn: AsyncConnection, kamer: Kamer, caller: Caller, opgave: AanvraagOpgave, *, now: datetime
) -> Getoond:
    """Ask one shelter for people of one melding.

    Raises ``NotFoundError`` for a melding of which the caller may not know, ``InvalidInputError`` for somebody who does
    not stand in it, and ``ConflictError`` for who is in an open request to the same shelter.
    """
    melding = await meldingen.hold_melding(conn, opgave.melding_id)
    if melding is None or not await _may_ask(conn, caller, melding):
        raise NotFoundError(_NO_MELDING)
    _check_people(melding, opgave)
    organisatie_id = opgave.organisatie_id or _asked_by_default(melding.gemeente_code)
    double = await store.open_clients(conn, melding.melding_id, organisatie_id)
    if double & {one.persoon_nr for one in opgave.clienten}:
        raise ConflictError("Iemand van deze aanvraag staat al in een lopende aanvraag; ga daarmee verder.")
    new = Aanvraag(
        id=new_id(),
        casus_id=melding.casus_id,
        melding_id=melding.melding_id,
        gemeente_code=melding.gemeente_code,
        organisatie_id=organisatie_id,
        aangevraagd_door=caller.rol,
        spoed=opgave.spoed,
        aangevraagd_op=opgave.aangevraagd_op,
        clienten=tuple(
            Client(
                id=new_id(),
                persoon_nr=one.persoon_nr,
                doelgroep=one.doelgroep,
                onzekere_verblijfsstatus=one.onzekere_verblijfsstatus,
            )
            for one in opgave.clienten
        ),
        tekst=OpvangTekst(opgave.toelichting, opgave.niet_in),
    )
    await store.insert_aanvraag(conn, kamer.made.vault, new)
    fact = NewFact(derived_id("opvang-aangevraagd", new.id), new.casus_id, requested(new))
    await append(conn, [fact], now=now)
    await record(conn, caller, act("aangevraagd", new), now=now)
    return Getoond(new, INZICHT[caller.rol])


async def _may_ask(conn: AsyncConnection, caller: Caller, melding: BekendeMelding) -> bool:
    zicht = visible_to(caller)
    if zicht is None or toegang_of(caller).sees_all:
        return zicht is not None
    return zicht.partij is not None and await store.has_overdracht(conn, melding.casus_id, zicht.partij)


def _check_people(melding: BekendeMelding, opgave: AanvraagOpgave) -> None:
    known, nrs = melding.directbetrokkenen, [one.persoon_nr for one in opgave.clienten]
    faults = [
        Fault("body", f"/clienten/{place}/persoonNr", "is geen directbetrokkene van deze melding")
        for place, nr in enumerate(nrs)
        if known and nr not in known
    ]
    faults += [
        Fault("body", f"/clienten/{place}/persoonNr", "staat hier al")
        for place, nr in enumerate(nrs)
        if nr in nrs[:place]
    ]
    if faults:
        raise InvalidInputError("Deze personen kunnen niet kloppen.", faults=tuple(faults))


def _asked_by_default(gemeente_code: str) -> str:
    found = default_organisatie(BestemmingSoort.OPVANG, gemeente_code)
    if found is None:
        fault = Fault("body", "/organisatieId", "dit veld is verplicht: er is geen opvang voor deze gemeente")
        raise InvalidInputError("Noem de opvang die wordt gevraagd.", faults=(fault,))
    return found


async def read_aanvraag(kamer: Kamer, caller: Caller, aanvraag_id: UUID) -> Getoond:
    """Return a request with what was written down, without the melders who must stay hidden from who reads it."""
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        found = await load_visible(conn, kamer, caller, aanvraag_id)
        warned = await warn_of(conn, found)
        await record(conn, caller, act("gelezen", found), now=made.clock())
    if not toegang_of(caller).sees_all:
        found = await _cut(kamer, found)
    return Getoond(found, INZICHT[caller.rol], warned)


async def _cut(kamer: Kamer, aanvraag: Aanvraag) -> Aanvraag:
    """Return a request in whose texts no melder is named that must stay hidden."""
    tekst = aanvraag.tekst
    written = [tekst.toelichting, *(text for stap in tekst.stappen for text in _texts(stap))]
    cut = await kamer.casus.cut_teksten(aanvraag.casus_id, written, purpose=Doel.OVERDRACHT.value)
    following = iter(cut.teksten)
    toelichting = next(following)
    stappen = tuple(_with_texts(stap, [next(following) for _ in _texts(stap)]) for stap in tekst.stappen)
    return replace(aanvraag, tekst=replace(tekst, toelichting=toelichting, stappen=stappen))


def _texts(stap: Stap) -> list[str]:
    split = stap.splitsing
    return [text for text in (stap.toelichting, split.toelichting if split else None) if text]


def _with_texts(stap: Stap, texts: list[str]) -> Stap:
    following = iter(texts)
    toelichting = next(following) if stap.toelichting else stap.toelichting
    split = stap.splitsing
    return replace(
        stap,
        toelichting=toelichting,
        splitsing=replace(split, toelichting=next(following)) if split and split.toelichting else split,
    )


async def warn_of(conn: AsyncConnection, aanvraag: Aanvraag) -> tuple[Waarschuwing, ...]:
    """Return what somebody should look at in a request."""
    others = await store.placed_elsewhere(conn, aanvraag)
    found = await opvangplaatsen.list_voorzieningen(conn, organisatie_id=aanvraag.organisatie_id)
    return tuple(warnings_of(aanvraag, others, {one.id: one for one in found}))


async def list_aanvragen(
    kamer: Kamer, caller: Caller, page: Page, *, casus_id: UUID | None, status: OpvangStatus | None
) -> list[Getoond]:
    """Return the requests that the caller may know of: one more than asked, when there are more."""
    zicht = visible_to(caller)
    if zicht is None:
        return []
    async with in_transaction(kamer.made.engine) as conn:
        here = await casussen.locate_casus(conn, casus_id) if casus_id else None
        found = await store.list_aanvragen(conn, zicht, Gevraagd(here, status, time_place(page), page.limiet + 1))
        await record(conn, caller, Act("lijst-gelezen", SOORT, None, casus_id=here), now=kamer.made.clock())
    return [Getoond(one, INZICHT[caller.rol]) for one in found]


async def list_wachtlijst(kamer: Kamer, caller: Caller, page: Page) -> list[Getoond]:
    """Return the requests in which somebody waits, what cannot wait first."""
    zicht = visible_to(caller)
    if zicht is None:
        return []
    async with in_transaction(kamer.made.engine) as conn:
        found = await store.list_wachtlijst(conn, zicht, na=_waiting_place(page), limiet=page.limiet + 1)
        await record(conn, caller, Act("wachtlijst-gelezen", SOORT, None), now=kamer.made.clock())
    return [Getoond(one, INZICHT[caller.rol]) for one in found]


def _waiting_place(page: Page) -> tuple[bool, datetime, UUID] | None:
    if page.na is None:
        return None
    kept = page.na[:1]
    if not kept or not isinstance(kept[0], bool):
        raise InvalidInputError("`na` is geen plaats in deze lijst.")
    place = time_place(replace(page, na=page.na[1:]))
    assert place is not None  # noqa: S101, there is a place
    return kept[0], *place


def act(actie: str, aanvraag: Aanvraag) -> Act:
    """Return what is recorded of a deed with a request."""
    return Act(actie, SOORT, aanvraag.id, casus_id=aanvraag.casus_id)
