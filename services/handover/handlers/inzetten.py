"""What people do with help under an overdracht: choose it, start or refuse it, end it, and read it."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain import inzet as domain
from services.handover.domain.behoefte import codes_of
from services.handover.domain.interventie import Aanbod
from services.handover.domain.inzet import Inzet, InzetStatus
from services.handover.domain.overdracht import Overdracht, StapError
from services.handover.domain.overdracht import Status as OverdrachtStatus
from services.handover.handlers import common
from services.handover.handlers.common import Kamer, load_visible, visible_to
from services.handover.handlers.once import Made, Once, create
from services.handover.store import casussen, interventies, overdrachten
from services.handover.store import inzetten as store
from services.handover.store.inzetten import Filter, Place, Teksten
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError
from shared.events.payloads import Fact
from shared.ids import derived_id, new_id
from shared.messaging.codec import type_of
from shared.messaging.outbox import NewFact, append
from shared.rules.access import Betrekking, Doel
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Rol
from shared.rules.palet import Doelgroep, Fase
from shared.web.access import toegang_of
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer

_NIET_GEVONDEN = "Deze inzet is er niet."
_EERST_ACCEPTEREN = "Hulp wordt ingezet onder een geaccepteerde overdracht. Accepteer haar eerst."
# Who asks to give it back has the family still, and a family can need help then just as well.
_IN_HAND = frozenset({OverdrachtStatus.GEACCEPTEERD, OverdrachtStatus.TERUGGAVE_GEVRAAGD})
_KNOWS_THE_MELDER = frozenset({Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER})


@dataclass(frozen=True, slots=True)
class Keuze:
    """Which help is chosen and for what, as the professional gave it."""

    interventie_id: UUID
    doelgroep: Doelgroep
    fase: Fase
    instemming: bool
    toelichting: str | None


@dataclass(frozen=True, slots=True)
class Gezien:
    """An inzet as one reader may see it; ``volledig``: with the casus and the overdracht behind it."""

    inzet: Inzet
    volledig: bool
    teksten: Teksten = field(default_factory=Teksten)


# --- choosing --------------------------------------------------------------------------------------------------------


async def create_inzet(kamer: Kamer, caller: Caller, overdracht_id: UUID, keuze: Keuze, once: Once[Gezien]) -> Answer:
    """Ask for help under an accepted overdracht. That every place is taken is no reason not to ask: then one waits."""
    made = kamer.made
    now = made.clock()

    async def make(conn: AsyncConnection) -> Made[Gezien]:
        overdracht = await load_accepted(conn, caller, overdracht_id)
        aanbod = await _chosen(conn, overdracht, keuze, now)
        new = Inzet(
            id=new_id(),
            overdracht_id=overdracht.id,
            melding_id=overdracht.melding_id,
            casus_id=overdracht.casus_id,
            gemeente_code=overdracht.gemeente_code,
            interventie_id=aanbod.interventie.id,
            aanbieder_id=aanbod.interventie.organisatie_id,
            aanvrager_id=caller.organisatie_id,
            doelgroep=keuze.doelgroep,
            fase=keuze.fase,
            instemming=keuze.instemming,
            aangevraagd_op=now,
        )
        await store.add_inzet(conn, made.vault, new, Teksten(toelichting=keuze.toelichting))
        await tell(conn, new, domain.asked(new), now=now)
        await record(conn, caller, _act("aangevraagd", new), now=now)
        return Made(Gezien(new, volledig=True))

    async def repeat(conn: AsyncConnection, inzet_id: UUID) -> None:
        await load_visible(conn, caller, overdracht_id)
        found = await store.find_inzet(conn, inzet_id)
        if found is None:
            raise NotFoundError(_NIET_GEVONDEN)
        await record(conn, caller, _act("herhaald", found), now=now)

    return await create(made, once, make, repeat, now=now)


async def load_accepted(conn: AsyncConnection, caller: Caller, overdracht_id: UUID) -> Overdracht:
    """Return an overdracht that the caller may see, locked; raises ``ConflictError`` when nobody accepted it yet."""
    overdracht = await load_visible(conn, caller, overdracht_id, lock=True)
    if overdracht.status not in _IN_HAND:
        raise ConflictError(_EERST_ACCEPTEREN)
    return overdracht


async def _chosen(conn: AsyncConnection, overdracht: Overdracht, keuze: Keuze, now: datetime) -> Aanbod:
    found = await interventies.find_aanbod(conn, keuze.interventie_id)
    dag = amsterdam_day(now)
    opgave = found.interventie.opgave if found else None
    if found is None or opgave is None or not opgave.geldt(dag):
        fault = Fault("body", "/interventieId", "staat nu niet in het palet")
        raise InvalidInputError("Kies hulp die er nu is.", faults=(fault,))
    if not opgave.bedient(codes_of(overdracht.gemeente_code, dag)):
        fault = Fault("body", "/interventieId", "is er niet voor deze gemeente")
        raise InvalidInputError("Kies hulp die er voor deze gemeente is.", faults=(fault,))
    if keuze.fase not in opgave.fasen:
        raise InvalidInputError(
            "Kies hulp voor deze fase.", faults=(Fault("body", "/fase", "hoort niet bij deze interventie"),)
        )
    return found


# --- steps -----------------------------------------------------------------------------------------------------------

Step = Callable[[Inzet, datetime], tuple[Inzet, Fact | None]]


async def start_inzet(kamer: Kamer, caller: Caller, inzet_id: UUID, *, seen: int) -> Gezien:
    """Let help begin; of two who want the last place at once, one gets it."""
    now = kamer.made.clock()

    async def work() -> Gezien:
        async with in_transaction(kamer.made.engine) as conn:
            gezien = await _visible(conn, caller, inzet_id, lock=True)
            check_version(seen, gezien.inzet.versie)
            aanbod = await interventies.find_aanbod(conn, gezien.inzet.interventie_id, lock=True)
            assert aanbod is not None  # noqa: S101, an offer that was chosen is never removed
            return await _take(conn, kamer, caller, gezien, lambda one, at: domain.start(one, aanbod, now=at), now=now)

    return await retry_conflicts(work)


async def take_step(  # noqa: PLR0913, who takes which step, having seen which version
    kamer: Kamer, caller: Caller, inzet_id: UUID, step: Step, *, seen: int, einde: str | None
) -> Gezien:
    """Refuse or end help, with what was written at it."""
    now = kamer.made.clock()

    async def work() -> Gezien:
        async with in_transaction(kamer.made.engine) as conn:
            gezien = await _visible(conn, caller, inzet_id, lock=True)
            check_version(seen, gezien.inzet.versie)
            return await _take(conn, kamer, caller, gezien, step, now=now, einde=einde)

    return await retry_conflicts(work)


async def _take(  # noqa: PLR0913, one step with what it needs
    conn: AsyncConnection,
    kamer: Kamer,
    caller: Caller,
    before: Gezien,
    step: Step,
    *,
    now: datetime,
    einde: str | None = None,
) -> Gezien:
    try:
        after, fact = step(before.inzet, now)
    except StapError as error:
        raise ConflictError(error.reden_nl) from None
    if fact:
        await store.save_inzet(conn, kamer.made.vault, after, Teksten(einde=einde))
        await tell(conn, after, fact, now=now)
        gap = domain.gap_of_refusal(after, lacune_id=derived_id("lacune", after.id))
        if gap and await store.add_lacune(conn, gap):
            await tell(conn, gap, domain.noted(gap), now=now)
    await record(conn, caller, _act(after.status, after), now=now)
    return replace(before, inzet=after)


async def tell(conn: AsyncConnection, about: Inzet | domain.Lacune, fact: Fact, *, now: datetime) -> None:
    """Tell a fact; each can be told once of one inzet or lacune."""
    event_id = derived_id(about.id, type_of(fact))
    await append(conn, [NewFact(event_id, about.casus_id, fact)], now=now)


# --- reading ---------------------------------------------------------------------------------------------------------


async def list_inzetten(  # noqa: PLR0913, the filters of the list, keyword only
    kamer: Kamer,
    caller: Caller,
    *,
    casus_id: UUID | None,
    overdracht_id: UUID | None,
    status: InzetStatus | None,
    na: Place | None,
    limiet: int,
) -> list[Gezien]:
    """Return inzetten: of Veilig Thuis all, of others those under their overdrachten and those of their own help."""
    zicht = visible_to(caller)
    if zicht is None:
        return []
    async with in_transaction(kamer.made.engine) as conn:
        here = await casussen.locate_casus(conn, casus_id) if casus_id else None
        own = None if toegang_of(caller).sees_all else caller.organisatie_id
        gezocht = Filter(zicht, own, casus_id=here, overdracht_id=overdracht_id, status=status)
        found = await store.list_inzetten(conn, gezocht, na=na, limiet=limiet)
        return [Gezien(one, volledig=await _is_whole(conn, caller, one)) for one in found]


async def read_inzet(kamer: Kamer, caller: Caller, inzet_id: UUID) -> Gezien:
    """Return an inzet with what was written at it, cut of who reported for everybody but Veilig Thuis.

    Who gives the help reads what is asked of him only when the family agrees. Raises ``OperationalError`` when intake
    does not answer: nothing is given of which nobody can say that it still may be.
    """
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        gezien = await _visible(conn, caller, inzet_id)
        found = await store.find_with_teksten(conn, made.vault, inzet_id)
    if found is None:
        raise NotFoundError(_NIET_GEVONDEN)
    inzet, teksten = found
    if not gezien.volledig and not inzet.instemming:
        teksten = Teksten()
    told = await _cut(kamer, caller, inzet, teksten)
    async with in_transaction(made.engine) as conn:
        await record(conn, caller, _act("gelezen", inzet), now=made.clock())
    return Gezien(inzet, gezien.volledig, told)


async def _cut(kamer: Kamer, caller: Caller, inzet: Inzet, teksten: Teksten) -> Teksten:
    written = [tekst for tekst in (teksten.toelichting, teksten.einde) if tekst]
    if not written or caller.rol in _KNOWS_THE_MELDER:
        return teksten
    cut = await kamer.casus.cut_teksten(inzet.casus_id, written, purpose=Doel.OVERDRACHT.value)
    following = iter(cut.teksten)
    return Teksten(
        next(following) if teksten.toelichting else None,
        next(following) if teksten.einde else None,
    )


def ties(caller: Caller, inzet: Inzet, overdracht: Overdracht | None) -> AbstractSet[Betrekking]:
    """Return what ties a caller to an inzet: he received its overdracht, or the help is that of his organisation."""
    gives = caller.rol in {Rol.KETENPARTNER, Rol.LOKAAL_TEAM} and inzet.aanbieder_id == caller.organisatie_id
    asks = overdracht is not None and _received(caller, overdracht)
    return frozenset({Betrekking.INZET}) if gives or asks else frozenset()


async def _visible(conn: AsyncConnection, caller: Caller, inzet_id: UUID, *, lock: bool = False) -> Gezien:
    """Return an inzet that the caller may see; otherwise it answers as if it were not there."""
    found = await store.find_inzet(conn, inzet_id, lock=lock)
    overdracht = await overdrachten.find_overdracht(conn, found.overdracht_id) if found else None
    if found is None or not toegang_of(caller).permits(ties(caller, found, overdracht)):
        raise NotFoundError(_NIET_GEVONDEN)
    whole = toegang_of(caller).sees_all or (overdracht is not None and _received(caller, overdracht))
    return Gezien(found, whole)


async def _is_whole(conn: AsyncConnection, caller: Caller, inzet: Inzet) -> bool:
    if toegang_of(caller).sees_all:
        return True
    if inzet.aanbieder_id != caller.organisatie_id:
        return True  # in his list because he received its overdracht
    overdracht = await overdrachten.find_overdracht(conn, inzet.overdracht_id)
    return overdracht is not None and _received(caller, overdracht)


def _received(caller: Caller, overdracht: Overdracht) -> bool:
    """Say whether a caller received an overdracht, and the rights of his organisation reach it."""
    return Betrekking.ONTVANGER in common.ties(caller, overdracht)


def _act(actie: str, inzet: Inzet) -> Act:
    return Act(actie, "inzet", inzet.id, casus_id=inzet.casus_id)
