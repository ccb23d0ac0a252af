"""What the worker does for a signal after the commit: tell the index, take it back, let it expire, fetch matches.

Everything here is harmless when done twice: an index is spoken to under our own reference, and a match has one id.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import indexen as rules
from services.intake.domain.indexen import (
    ACTIEF,
    STAAND,
    Bericht,
    IntrekReden,
    MatchRegel,
    Poging,
    PogingSoort,
    PogingUitkomst,
    Signaal,
    SignaalStatus,
)
from services.intake.handlers.indexen import (
    PLAATSEN,
    VERLOPEN,
    betrokkene_of,
    load_locked,
    sleutel_of,
)
from services.intake.partners.indexen import IndexPartner, connected, partner_of
from services.intake.partners.verwijsindex import IndexFaultError
from services.intake.settings import IntakeSettings
from services.intake.store import indexen as store
from services.intake.store import meldingen
from services.intake.store.dossierverzoeken import load_rechten
from shared.db import in_transaction
from shared.events.payloads import MatchOntvangen, SignaalGeplaatst
from shared.ids import derived_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact, append
from shared.messaging.tasks import Again, Done, GivenUp, Outcome, Task, plan_task
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Verwijsindex
from shared.web.app import Resources
from shared.web.client import http_client

log = get_logger()

_OPHALEN = "matches-ophalen"
_PAGES_MAX = 50
_LIMITED_WAIT = timedelta(hours=1)


# --- placing ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sending:
    """What is about to leave."""

    signaal: Signaal
    bericht: Bericht
    sleutel: bytes | None
    via_vir: bool


async def place(task: Task, made: Resources, told: IntakeSettings) -> Outcome:
    """Tell an index of a signal, or tell it again what it should hold now."""
    async with in_transaction(made.engine) as conn:
        sending = await _to_send(conn, made, told, task.object_id)
    if not isinstance(sending, _Sending):
        return sending
    try:
        async with http_client() as http:
            partner = _partner(sending.signaal.index, told, http)
            matches = await partner.place(sending.signaal.referentie, sending.bericht, via_vir=sending.via_vir)
    except IndexFaultError as fault:
        return await _not_placed(made, told, sending, fault.uitkomst)
    await _placed(made, told, sending, matches)
    return Done()


def _partner(index: Verwijsindex, told: IntakeSettings, http: httpx.AsyncClient) -> IndexPartner:
    found = partner_of(index, told, http)
    if found is None:
        raise IndexFaultError(PogingUitkomst.NIET_AANGESLOTEN)
    return found


async def _to_send(
    conn: AsyncConnection, made: Resources, told: IntakeSettings, signaal_id: UUID
) -> _Sending | Outcome:
    """Return what an index must hear of a signal, or how the task ends when it must not hear anything (yet).

    Who does not belong in the index any more, because he was corrected, is taken out instead.
    """
    signaal = await load_locked(conn, made, signaal_id)
    if signaal is None:
        return Done()
    if signaal.status not in ACTIEF:
        # A worker that died after it told the index left nothing here that says so.
        await store.plan_afmelden(conn, signaal.index, signaal.referentie, now=made.clock())
        return Done()
    if (await load_rechten(conn, signaal.casus_id)).beperkt_op is not None:
        return Again(wait=_LIMITED_WAIT, failed=False)  # AVG art. 18: kept, and used for nothing
    via_vir = rules.feeds_vir(signaal.index, made.rules) and (signaal.status not in STAAND or signaal.via_vir)
    corrected = signaal.status in STAAND and await store.is_corrected_since(conn, signaal)
    if signaal.status in STAAND and not corrected and via_vir == signaal.via_vir:
        return Done()
    kept = next(iter(await meldingen.load_meldingen(conn, made.vault, melding_id=signaal.melding_id)), None)
    persoon = next((one for one in kept.dossier.personen if one.id == signaal.persoon_id), None) if kept else None
    if persoon is None:
        raise LookupError("a signal without its person")
    betrokkene = betrokkene_of(persoon)
    stand = rules.Stand(dag=amsterdam_day(signaal.aangevraagd_op), aangesloten=tuple(Verwijsindex))
    if not rules.weigh(betrokkene, signaal.index, stand, made.rules).mogelijk:
        await _end(conn, rules.withdraw(signaal, IntrekReden.VOLDOET_NIET_MEER, now=made.clock()), now=made.clock())
        return Done()
    bericht = rules.compose(betrokkene, told.index_organisatie)
    return _Sending(signaal, bericht, sleutel_of(made.vault, betrokkene), via_vir)


async def _end(conn: AsyncConnection, ended: Signaal, *, now: datetime) -> None:
    await store.save_signaal(conn, ended)
    await store.plan_afmelden(conn, ended.index, ended.referentie, now=now)
    log.info("signaal_ended", casus_id=str(ended.casus_id), status=ended.status.value, soort=ended.index.value)


async def _placed(made: Resources, told: IntakeSettings, sending: _Sending, matches: tuple[MatchRegel, ...]) -> None:
    """Note that the index holds a signal; one that ended while it was told, or is gone, is taken out again."""
    now, sent = made.clock(), sending.signaal
    async with in_transaction(made.engine) as conn:
        before = await load_locked(conn, made, sent.id)
        if before is None:
            await store.plan_afmelden(conn, sent.index, sent.referentie, now=now)
            return
        await store.add_poging(conn, sent.id, _poging(PogingSoort.PLAATSEN, PogingUitkomst.GELUKT, now))
        if before.status not in ACTIEF:
            await store.save_signaal(conn, replace(before, afgemeld_op=None))
            await store.plan_afmelden(conn, before.index, before.referentie, now=now)
            return
        after = rules.confirm(before, via_vir=sending.via_vir, now=now)
        await store.save_signaal(conn, after)
        if sending.sleutel is not None:
            await store.save_sleutel(conn, after, sending.sleutel)
        if before.geplaatst_op is None:
            await append(conn, [_placed_fact(after, now)], now=now)
        for regel in matches:
            await _hear(conn, made, told, regel, now=now)
        await plan_task(conn, fetch_in(after.index), _fetching(after.index), casus_id=None, now=now)
    log.info("signaal_placed", casus_id=str(sent.casus_id), melding_id=str(sent.melding_id), soort=sent.index.value)


def _placed_fact(signaal: Signaal, now: datetime) -> NewFact:
    payload = SignaalGeplaatst(
        signaal_id=signaal.id,
        melding_id=signaal.melding_id,
        gemeente_code=signaal.gemeente_code,
        index=signaal.index,
        geplaatst_op=now,
    )
    return NewFact(event_id=derived_id("signaal-geplaatst", signaal.id), casus_id=signaal.casus_id, payload=payload)


async def _not_placed(made: Resources, told: IntakeSettings, sending: _Sending, uitkomst: PogingUitkomst) -> Outcome:
    """Note a failure; a signal that was refused, or failed for days, is over; it is taken out in case it stands."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        before = await load_locked(conn, made, sending.signaal.id)
        if before is None:
            return Done()
        await store.add_poging(conn, before.id, _poging(PogingSoort.PLAATSEN, uitkomst, now))
        if before.status not in ACTIEF:
            return Done()
        refused = uitkomst is PogingUitkomst.GEWEIGERD
        if before.status is SignaalStatus.AANGEVRAAGD:
            if refused or now >= before.aangevraagd_op + timedelta(days=told.signaal_opgeven_dagen):
                await _end(conn, rules.fail(before, uitkomst, now=now), now=now)
                return GivenUp(uitkomst.value)
        elif refused:
            await store.save_signaal(conn, replace(before, fout=uitkomst))
            return GivenUp(uitkomst.value)
        await store.save_signaal(conn, replace(before, fout=uitkomst))
    return Again(uitkomst.value)


def _poging(soort: PogingSoort, uitkomst: PogingUitkomst, now: datetime) -> Poging:
    return Poging(soort=soort, tijdstip=now, uitkomst=uitkomst)


# --- ending ----------------------------------------------------------------------------------------------------


async def expire(task: Task, made: Resources, _: IntakeSettings) -> Outcome:
    """Let a signal end whose time is over, and take it out of the index."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        signaal = await load_locked(conn, made, task.object_id)
        if signaal is None or signaal.status not in ACTIEF:
            return Done()
        if now < signaal.verloopt_op:
            return Again(wait=signaal.verloopt_op - now, failed=False)
        await _end(conn, rules.expire(signaal, now=now), now=now)
    return Done()


async def take_out(index: Verwijsindex, task: Task, made: Resources, told: IntakeSettings) -> Outcome:
    """Tell an index that a signal stands no longer; the reference is all that is left of it when it was destroyed."""
    uitkomst = PogingUitkomst.GELUKT
    try:
        async with http_client() as http:
            await _partner(index, told, http).withdraw(task.object_id)
    except IndexFaultError as fault:
        uitkomst = fault.uitkomst
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        signaal = await store.lock_by_referentie(conn, made.vault, task.object_id)
        if signaal is not None:
            await store.add_poging(conn, signaal.id, _poging(PogingSoort.AFMELDEN, uitkomst, now))
            if uitkomst is PogingUitkomst.GELUKT:
                await store.save_signaal(conn, replace(signaal, afgemeld_op=now))
    if uitkomst is PogingUitkomst.GELUKT:
        return Done()
    # By then the index has let go of it by itself.
    over = task.gemaakt_op + timedelta(days=31 * made.rules.signaal_geldigheid_maanden)
    return GivenUp(uitkomst.value) if now >= over else Again(uitkomst.value)


# --- matches ---------------------------------------------------------------------------------------------------


def fetch_in(index: Verwijsindex) -> str:
    """Return the kind of task that asks an index for matches."""
    return f"{_OPHALEN}-{index}"


def _fetching(index: Verwijsindex) -> UUID:
    return derived_id(_OPHALEN, index)


async def fetch_matches(index: Verwijsindex, task: Task, made: Resources, told: IntakeSettings) -> Outcome:
    """Ask an index what changed in our matches, and again after a while; it never ends once a signal was placed.

    What the index should hold otherwise is looked for on the same round, and told again.
    """
    wait = timedelta(minutes=told.matches_ophalen_minuten)
    async with in_transaction(made.engine) as conn:
        if not await store.has_standing(conn, index) or index not in connected(told):
            return Again(wait=wait, failed=False)
        for signaal_id in await store.outdated(conn, index, vir_aan=made.rules.vir_aan):
            await plan_task(conn, PLAATSEN, signaal_id, casus_id=None, now=made.clock())
        na = await store.load_stand(conn, index)
    try:
        await _fetch(index, na, made, told)
    except IndexFaultError as fault:
        log.warning("matches_not_fetched", task=task.soort, reason=fault.uitkomst.value)
        return Again(fault.uitkomst.value)
    return Again(wait=wait, failed=False)


async def _fetch(index: Verwijsindex, na: str, made: Resources, told: IntakeSettings) -> None:
    async with http_client() as http:
        partner = _partner(index, told, http)
        for _ in range(_PAGES_MAX):
            page = await partner.matches_after(na)
            for regel in page.matches:
                async with in_transaction(made.engine) as conn:
                    await _hear(conn, made, told, regel, now=made.clock())
            async with in_transaction(made.engine) as conn:
                await store.save_stand(conn, index, page.laatste, now=made.clock())
            if not page.meer:
                return
            na = page.laatste


async def _hear(
    conn: AsyncConnection, made: Resources, told: IntakeSettings, regel: MatchRegel, *, now: datetime
) -> None:
    """Take in one line about a match; what is about no standing signal of ours, or about ourselves, is no matter."""
    signaal_id = await store.id_of(conn, regel.referentie)
    found = await load_locked(conn, made, signaal_id) if signaal_id else None
    if found is None or found.status not in STAAND or not rules.is_a_match(regel, told.index_organisatie_id):
        return
    match_id = rules.match_id(found, regel)
    if regel.beeindigd:
        await store.end_match(conn, match_id, now=now)
    elif await store.add_match(conn, made.vault, found, match_id, regel, now=now):
        await append(conn, [_match_fact(found, match_id, now)], now=now)
        log.info("match_received", casus_id=str(found.casus_id), soort=found.index.value)
    await store.save_signaal(conn, rules.hear_match(found, open_matches=await store.count_open_matches(conn, found.id)))


def _match_fact(signaal: Signaal, match_id: UUID, now: datetime) -> NewFact:
    payload = MatchOntvangen(
        match_id=match_id,
        signaal_id=signaal.id,
        melding_id=signaal.melding_id,
        gemeente_code=signaal.gemeente_code,
        index=signaal.index,
        ontvangen_op=now,
    )
    return NewFact(event_id=derived_id("match-ontvangen", match_id), casus_id=signaal.casus_id, payload=payload)


# --- which task is done by what --------------------------------------------------------------------------------

Perform = Callable[[Task, Resources, IntakeSettings], Awaitable[Outcome]]


def _of(
    index: Verwijsindex, perform: Callable[[Verwijsindex, Task, Resources, IntakeSettings], Awaitable[Outcome]]
) -> Perform:
    return lambda task, made, told: perform(index, task, made, told)


SIGNAAL_TASKS: Mapping[str, Perform] = MappingProxyType(
    {
        PLAATSEN: place,
        VERLOPEN: expire,
        **{store.afmelden_in(index): _of(index, take_out) for index in Verwijsindex},
        **{fetch_in(index): _of(index, fetch_matches) for index in Verwijsindex},
    }
)
