"""How a casus is scaled up to a table or centre, who takes part and directs there, and how it is scaled down again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import actie as acties
from services.triage.domain import opschaling as rules
from services.triage.domain.actie import Actie, ActieStatus
from services.triage.domain.fouten import refuse
from services.triage.domain.opschaling import (
    Afschaling,
    Deelnemer,
    Opschaling,
    OpschalingStatus,
    Procesregie,
    TekstDeel,
    Vervolg,
    VervolgSoort,
)
from services.triage.domain.overleg import Overleg
from services.triage.handlers.common import NO_DOSSIER, Creation, Once, append_facts, create
from services.triage.handlers.fouten import judged
from services.triage.store import opschaling as store
from services.triage.store.acties import acties_of, save_actie
from services.triage.store.overleg import overleggen_of
from services.triage.store.vasthouden import hold_melding, thuis_of
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import NotFoundError
from shared.ids import new_id
from shared.log import get_logger
from shared.rules.behandelcodes import OpschalingSoort
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import BestemmingSoort
from shared.rules.opschaling import DeelnemerSoort
from shared.rules.routing import default_organisatie
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer

log = get_logger()

NO_OPSCHALING = "Deze opschaling is er niet."
NO_DEELNEMER = "Deze deelnemer is er niet."


@dataclass(frozen=True, slots=True)
class OpschalingView:
    """An opschaling with its meetings and acties, at some moment."""

    opschaling: Opschaling
    overleggen: tuple[Overleg, ...]
    acties: tuple[Actie, ...]
    now: datetime
    rules: RuleSettings


@dataclass(frozen=True, slots=True)
class OpschalingOpgave:
    """An opschaling, as the professional gave it."""

    melding_id: UUID
    soort: OpschalingSoort
    aanleiding: str
    inhoud: tuple[TekstDeel, ...]
    deelnemers: tuple[Deelnemer, ...]
    regie_organisatie_id: str
    regie_soort: DeelnemerSoort


async def record_opschaling(
    made: Resources, caller: Caller, opgave: OpschalingOpgave, once: Once[OpschalingView]
) -> Answer:
    """Scale up: start a table or centre, with the local field as a party."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> OpschalingView:
        thuis = await hold_melding(conn, opgave.melding_id)
        if thuis is None:
            raise NotFoundError(NO_DOSSIER)
        lokaal = _local_field(thuis.gemeente_code, now)
        new = Opschaling(
            id=new_id(),
            melding_id=opgave.melding_id,
            casus_id=thuis.casus_id,
            gemeente_code=thuis.gemeente_code,
            soort=opgave.soort,
            status=OpschalingStatus.GESTART,
            versie=1,
            gestart_op=now,
            aanleiding=opgave.aanleiding,
            inhoud=opgave.inhoud,
            deelnemers=rules.with_local_field(opgave.deelnemers, lokaal),
            procesregie=(Procesregie(new_id(), opgave.regie_organisatie_id, opgave.regie_soort, now),),
        )
        with judged():
            _, facts = rules.start(new)
        await store.insert_opschaling(conn, made.vault, new)
        await append_facts(conn, new.casus_id, facts, about=(new.id,), now=now)
        await record(conn, caller, Act("gestart", "opschaling", new.id, casus_id=new.casus_id), now=now)
        log.info("opschaling_started", opschaling_id=str(new.id), melding_id=str(new.melding_id))
        return OpschalingView(new, (), (), now, made.rules)

    async def casus_of(conn: AsyncConnection) -> UUID | None:
        thuis = await thuis_of(conn, opgave.melding_id)
        return thuis.casus_id if thuis else None

    return await create(made, caller, once, Creation("opschaling", make, casus_of), now=now)


def _local_field(gemeente_code: str, now: datetime) -> Deelnemer:
    organisatie = default_organisatie(BestemmingSoort.LOKAAL_VELD, gemeente_code, amsterdam_day(now))
    assert organisatie is not None  # noqa: S101, every municipality has one
    return Deelnemer(new_id(), DeelnemerSoort.LOKAAL_VELD, organisatie, None, None, None)


async def record_deelnemer(
    made: Resources, caller: Caller, opschaling_id: UUID, deelnemer: Deelnemer, once: Once[Deelnemer]
) -> Answer:
    """Let one more organisation take part."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> Deelnemer:
        before = await locked(conn, made, opschaling_id)
        with judged():
            after = rules.add_deelnemer(before, deelnemer)
        await store.save_opschaling(conn, made.vault, before, after)
        act = Act("toegevoegd", "deelnemer", deelnemer.id, casus_id=after.casus_id)
        await record(conn, caller, act, now=now)
        return deelnemer

    creation = Creation("deelnemer", make, lambda conn: store.casus_of(conn, opschaling_id))
    return await create(made, caller, once, creation, now=now)


async def record_vertrek(
    made: Resources, caller: Caller, opschaling_id: UUID, deelnemer_id: UUID, *, seen: int
) -> OpschalingView:
    """Note that an organisation takes part no more; the local field cannot leave."""

    def decide(before: Opschaling, now: datetime) -> Opschaling:
        try:
            return rules.leave(before, deelnemer_id, now=now)
        except KeyError:
            raise NotFoundError(NO_DEELNEMER) from None

    return await _change(made, caller, opschaling_id, "vertrek", decide, seen=seen)


async def record_procesregie(  # noqa: PLR0913, keyword only after where
    made: Resources, caller: Caller, opschaling_id: UUID, *, organisatie_id: str, soort: DeelnemerSoort, seen: int
) -> OpschalingView:
    """Note which organisation directs the process from now on."""

    def decide(before: Opschaling, now: datetime) -> Opschaling:
        return rules.hand_procesregie(before, Procesregie(new_id(), organisatie_id, soort, now))

    return await _change(made, caller, opschaling_id, "procesregie", decide, seen=seen)


async def _change(  # noqa: PLR0913, one step on one opschaling
    made: Resources,
    caller: Caller,
    opschaling_id: UUID,
    actie: str,
    decide: Callable[[Opschaling, datetime], Opschaling],
    *,
    seen: int,
) -> OpschalingView:
    now = made.clock()

    async def work() -> OpschalingView:
        async with in_transaction(made.engine) as conn:
            before = await locked(conn, made, opschaling_id)
            check_version(seen, before.versie)
            with judged():
                after = decide(before, now)
            if after is not before:
                await store.save_opschaling(conn, made.vault, before, after)
            await record(conn, caller, Act(actie, "opschaling", after.id, casus_id=after.casus_id), now=now)
            return await view_of(conn, made, after, now=now)

    view = await retry_conflicts(work)
    log.info("opschaling_changed", opschaling_id=str(opschaling_id), actie=actie)
    return view


# --- scaling down ------------------------------------------------------------------------------------------------


async def record_afschaling(
    made: Resources, caller: Caller, opschaling_id: UUID, afschaling: Afschaling, *, seen: int
) -> OpschalingView:
    """End a table or centre: who goes on is named, and what is still open goes along or was closed."""
    now = made.clock()

    async def work() -> OpschalingView:
        async with in_transaction(made.engine) as conn:
            before = await locked(conn, made, opschaling_id)
            check_version(seen, before.versie)
            here = await acties_of(conn, made.vault, opschaling_id)
            with judged():
                wanted = await _completed(conn, made, before, afschaling, now)
                followed = {one.id: one for one in here if one.bij_id == before.id and one.status is ActieStatus.OPEN}
                after, facts = rules.scale_down(before, wanted, open_acties=followed.keys(), now=now)
            if after is not before:
                await store.save_opschaling(conn, made.vault, before, after)
                for given in wanted.overdragen:
                    bij_id = wanted.vervolg.opschaling_id or before.id
                    passed = acties.pass_on(followed[given.actie_id], bij_id=bij_id, eigenaar=given.eigenaar)
                    await save_actie(conn, made.vault, passed)
                await append_facts(conn, after.casus_id, facts, about=(after.id,), now=now)
            await record(conn, caller, Act("afgeschaald", "opschaling", after.id, casus_id=after.casus_id), now=now)
            return await view_of(conn, made, after, now=now)

    view = await retry_conflicts(work)
    log.info("opschaling_ended", opschaling_id=str(opschaling_id))
    return view


async def _completed(
    conn: AsyncConnection, made: Resources, before: Opschaling, wanted: Afschaling, now: datetime
) -> Afschaling:
    """Return the afschaling with the local field named; raises ``InvoerError`` for a table that cannot go on."""
    vervolg = wanted.vervolg
    if vervolg.soort is VervolgSoort.LOKAAL_VELD:
        organisatie = vervolg.organisatie_id or _local_field(before.gemeente_code, now).organisatie_id
        return replace(wanted, vervolg=Vervolg(VervolgSoort.LOKAAL_VELD, organisatie))
    completed = replace(wanted, vervolg=Vervolg(VervolgSoort.OPSCHALING, None, vervolg.opschaling_id))
    if before.afschaling == completed:
        return completed  # said before, when the other table was still open
    other = await store.load_opschaling(conn, made.vault, vervolg.opschaling_id) if vervolg.opschaling_id else None
    open_here = (
        other is not None
        and other.id != before.id
        and other.casus_id == before.casus_id
        and other.status is not OpschalingStatus.AFGESCHAALD
    )
    if not open_here:
        refuse([("/vervolg/opschalingId", "is geen andere lopende opschaling van deze casus")])
    return completed


# --- what the handlers of a table share --------------------------------------------------------------------------


async def locked(conn: AsyncConnection, made: Resources, opschaling_id: UUID) -> Opschaling:
    """Return an opschaling and hold it with its casus; raises ``NotFoundError``."""
    melding_id = await store.melding_of(conn, opschaling_id)
    if melding_id is not None:
        await hold_melding(conn, melding_id)
    found = await store.load_opschaling(conn, made.vault, opschaling_id, lock=True)
    if found is None:
        raise NotFoundError(NO_OPSCHALING)
    return found


async def view_of(conn: AsyncConnection, made: Resources, of: Opschaling, *, now: datetime) -> OpschalingView:
    """Return an opschaling with its meetings and acties."""
    overleggen = await overleggen_of(conn, made.vault, of.id)
    return OpschalingView(of, overleggen, await acties_of(conn, made.vault, of.id), now, made.rules)
