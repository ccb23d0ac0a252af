"""What people of Veilig Thuis note of a tijdelijk huisverbod, from its screening to its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import huisverbod as rules
from services.triage.domain.dienst import Contact
from services.triage.domain.fouten import moment_faults, refuse
from services.triage.domain.huisverbod import Huisverbod, HuisverbodStatus, Step
from services.triage.domain.huisverbod_toets import (
    Advies,
    Afzien,
    Betrokkene,
    Casusregie,
    Intrekking,
    Kring,
    Oplegging,
    Periode,
    Screening,
    Verlenging,
)
from services.triage.handlers.common import NO_DOSSIER, Creation, Once, append_facts, create
from services.triage.handlers.dienst import ContactOpgave
from services.triage.handlers.fouten import judged
from services.triage.store import huisverbod as store
from services.triage.store.betrokkenen import betrokkenen_of_casus
from services.triage.store.dossierdeel import meldingen_of
from services.triage.store.huisverbod_stappen import insert_gesprek
from services.triage.store.vasthouden import hold_melding, thuis_of
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import NotFoundError
from shared.ids import new_id
from shared.log import get_logger
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer

log = get_logger()

NO_HUISVERBOD = "Dit huisverbod is er niet."


@dataclass(frozen=True, slots=True)
class HuisverbodView:
    """A huisverbod at some moment, with the rules by which its dates are explained."""

    huisverbod: Huisverbod
    now: datetime
    rules: RuleSettings


@dataclass(frozen=True, slots=True)
class _Around:
    """What a step looks at beside the huisverbod itself."""

    kring: Kring
    anderen: tuple[Periode, ...]


Decide = Callable[[Huisverbod, _Around, datetime], Step]


# --- screening ---------------------------------------------------------------------------------------------------


async def record_screening(
    made: Resources, caller: Caller, melding_id: UUID, screening: Screening, once: Once[HuisverbodView]
) -> Answer:
    """Note a screening on a melding, and tell it."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> HuisverbodView:
        thuis = await hold_melding(conn, melding_id)
        if thuis is None:
            raise NotFoundError(NO_DOSSIER)
        with judged():
            refuse(moment_faults("/gescreendOp", screening.gescreend_op, now=now))
        new = Huisverbod(
            id=new_id(),
            melding_id=melding_id,
            casus_id=thuis.casus_id,
            gemeente_code=thuis.gemeente_code,
            status=HuisverbodStatus.GESCREEND,
            versie=1,
            screening=screening,
        )
        _, facts = rules.screen(new)
        await store.insert_huisverbod(conn, made.vault, new)
        await append_facts(conn, new.casus_id, facts, about=(new.id,), now=now)
        await record(conn, caller, Act("gescreend", "huisverbod", new.id, casus_id=new.casus_id), now=now)
        log.info("huisverbod_screened", huisverbod_id=str(new.id), melding_id=str(melding_id))
        return HuisverbodView(new, now, made.rules)

    async def casus_of(conn: AsyncConnection) -> UUID | None:
        thuis = await thuis_of(conn, melding_id)
        return thuis.casus_id if thuis else None

    return await create(made, caller, once, Creation("huisverbod", make, casus_of), now=now)


# --- steps -------------------------------------------------------------------------------------------------------


async def record_oplegging(
    made: Resources, caller: Caller, huisverbod_id: UUID, oplegging: Oplegging, *, seen: int
) -> HuisverbodView:
    """Note that the ban was imposed."""

    def decide(before: Huisverbod, around: _Around, now: datetime) -> Step:
        return rules.impose(before, oplegging, kring=around.kring, anderen=around.anderen, rules=made.rules, now=now)

    return await _change(made, caller, huisverbod_id, "opgelegd", decide, seen=seen)


async def record_afzien(
    made: Resources, caller: Caller, huisverbod_id: UUID, afzien: Afzien, *, seen: int
) -> HuisverbodView:
    """Note that no ban was imposed after the screening."""
    return await _change(
        made,
        caller,
        huisverbod_id,
        "afgezien",
        lambda before, _, now: rules.abstain(before, afzien, now=now),
        seen=seen,
    )


async def record_advies(
    made: Resources, caller: Caller, huisverbod_id: UUID, advies: Advies, *, seen: int
) -> HuisverbodView:
    """Note what Veilig Thuis advised the mayor."""
    return await _change(
        made, caller, huisverbod_id, "advies", lambda before, _, now: rules.advise(before, advies, now=now), seen=seen
    )


async def record_verlenging(
    made: Resources, caller: Caller, huisverbod_id: UUID, verlenging: Verlenging, *, seen: int
) -> HuisverbodView:
    """Note that the mayor extended the ban."""

    def decide(before: Huisverbod, around: _Around, now: datetime) -> Step:
        return rules.extend(before, verlenging, anderen=around.anderen, rules=made.rules, now=now)

    return await _change(made, caller, huisverbod_id, "verlengd", decide, seen=seen)


async def record_intrekking(
    made: Resources, caller: Caller, huisverbod_id: UUID, intrekking: Intrekking, *, seen: int
) -> HuisverbodView:
    """Note that the mayor withdrew the ban."""

    def decide(before: Huisverbod, _: _Around, now: datetime) -> Step:
        return rules.withdraw(before, intrekking, now=now)

    return await _change(made, caller, huisverbod_id, "ingetrokken", decide, seen=seen)


async def record_einde(made: Resources, caller: Caller, huisverbod_id: UUID, *, seen: int) -> HuisverbodView:
    """Note that the ban ended by itself."""
    return await _change(
        made, caller, huisverbod_id, "beeindigd", lambda before, _, now: rules.close(before, now=now), seen=seen
    )


async def record_casusregie(  # noqa: PLR0913, who and where; keyword only after it
    made: Resources, caller: Caller, huisverbod_id: UUID, *, organisatie_id: str, medewerker: str, seen: int
) -> HuisverbodView:
    """Note who holds the casusregie from now on."""

    def decide(before: Huisverbod, _: _Around, now: datetime) -> Step:
        held = Casusregie(new_id(), organisatie_id, medewerker, now)
        return rules.hand_casusregie(before, held, now=now)

    return await _change(made, caller, huisverbod_id, "casusregie", decide, seen=seen)


async def _change(  # noqa: PLR0913, one step on one huisverbod
    made: Resources, caller: Caller, huisverbod_id: UUID, actie: str, decide: Decide, *, seen: int
) -> HuisverbodView:
    """Take one step on the version that was seen; its casus is held, for a ban looks at those beside it."""
    now = made.clock()

    async def work() -> HuisverbodView:
        async with in_transaction(made.engine) as conn:
            before = await _locked(conn, made, huisverbod_id)
            check_version(seen, before.versie)
            around = await _around(conn, made, before)
            with judged():
                after, facts = decide(before, around, now)
            if after is not before:
                await store.save_huisverbod(conn, made.vault, before, after)
                await append_facts(conn, after.casus_id, facts, about=(after.id, after.versie), now=now)
            await record(conn, caller, Act(actie, "huisverbod", after.id, casus_id=after.casus_id), now=now)
            return HuisverbodView(after, now, made.rules)

    view = await retry_conflicts(work)
    log.info("huisverbod_changed", huisverbod_id=str(huisverbod_id), actie=actie)
    return view


async def _locked(conn: AsyncConnection, made: Resources, huisverbod_id: UUID) -> Huisverbod:
    melding_id = await store.melding_of(conn, huisverbod_id)
    if melding_id is not None:
        await hold_melding(conn, melding_id)
    found = await store.load_huisverbod(conn, made.vault, huisverbod_id, lock=True)
    if found is None:
        raise NotFoundError(NO_HUISVERBOD)
    return found


async def _around(conn: AsyncConnection, made: Resources, before: Huisverbod) -> _Around:
    others = await store.huisverboden_of_casus(conn, made.vault, before.casus_id)
    personen = await betrokkenen_of_casus(conn, before.casus_id)
    kring = Kring(
        frozenset(await meldingen_of(conn, before.casus_id)), frozenset(Betrokkene(*persoon) for persoon in personen)
    )
    return _Around(kring, tuple(one.periode for one in others if one.id != before.id and one.periode is not None))


# --- talks -------------------------------------------------------------------------------------------------------


async def record_gesprek(
    made: Resources, caller: Caller, huisverbod_id: UUID, opgave: ContactOpgave, once: Once[Contact]
) -> Answer:
    """Note a talk around a ban, or an attempt."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> Contact:
        before = await _locked(conn, made, huisverbod_id)
        with judged():
            rules.check_gesprek(before, now=now)
            refuse(moment_faults("/tijdstip", opgave.tijdstip, now=now))
        gesprek = Contact(new_id(), opgave.soort, opgave.met, opgave.tijdstip, opgave.verslag)
        await insert_gesprek(conn, made.vault, before, gesprek)
        act = Act("vastgelegd", "huisverbodgesprek", gesprek.id, casus_id=before.casus_id)
        await record(conn, caller, act, now=now)
        return gesprek

    creation = Creation("huisverbodgesprek", make, lambda conn: store.casus_of(conn, huisverbod_id))
    return await create(made, caller, once, creation, now=now)
