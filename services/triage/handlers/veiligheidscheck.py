"""How families that wait are kept in sight: checks that were done, the day of the next, and talks that count as one."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import veiligheidscheck as rules
from services.triage.domain.dienst import Contact
from services.triage.domain.toewijzing import Regel
from services.triage.domain.veiligheidscheck import Veiligheidscheck
from services.triage.handlers.common import Creation, Once, append_facts, check_moment, create, told
from services.triage.handlers.toewijzing import NO_WERK, WerkView, change_werk, lock_werk
from services.triage.store import toewijzing as werk_store
from services.triage.store import veiligheidschecks as store
from services.triage.store.toewijzing import load_history
from services.triage.store.values import Place
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import Fault, InvalidInputError, NotFoundError
from shared.ids import new_id
from shared.rules.behandelcodes import VeiligheidscheckUitkomst
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel
from shared.web.idempotency import Answer


@dataclass(frozen=True, slots=True)
class CheckOpgave:
    """A check, as the professional gave it; without a moment it was done now."""

    uitkomst: VeiligheidscheckUitkomst
    notitie: str
    tijdstip: datetime | None
    volgende_dag: date | None


async def record_veiligheidscheck(
    made: Resources, caller: Caller, dossier_id: UUID, opgave: CheckOpgave, once: Once[Veiligheidscheck]
) -> Answer:
    """Note a look at the safety of a family, move the work to where what was found puts it, and tell it."""
    now = made.clock()
    if opgave.tijdstip is not None:
        check_moment(opgave.tijdstip, "/tijdstip", now)
    if opgave.volgende_dag is not None:
        _check_day(made, opgave.volgende_dag, "/volgendeDag", now)

    async def make(conn: AsyncConnection) -> Veiligheidscheck:
        before = await lock_werk(conn, made, dossier_id)
        moment = opgave.tijdstip or now
        check = Veiligheidscheck(new_id(), opgave.uitkomst, moment, opgave.notitie, opgave.volgende_dag, caller.subject)
        with told():
            after, facts = rules.do_check(before, check, now=now)
        await store.insert_check(conn, made.vault, before, check)
        await werk_store.save_werkstuk(conn, made.vault, before, after)
        await append_facts(conn, after.casus_id, facts, about=(check.id,), now=now)
        await record(conn, caller, Act("vastgelegd", "veiligheidscheck", check.id, casus_id=after.casus_id), now=now)
        return check

    creation = Creation("veiligheidscheck", make, lambda conn: store.casus_of(conn, dossier_id))
    return await create(made, caller, once, creation, now=now)


async def record_volgende_dag(made: Resources, caller: Caller, dossier_id: UUID, dag: date, *, seen: int) -> WerkView:
    """Agree until which day somebody looks again, and tell it."""
    _check_day(made, dag, "/dag", made.clock())
    return await change_werk(
        made, caller, dossier_id, lambda before, now: rules.plan_check(before, dag, now=now),
        what="veiligheidscheck-gepland", seen=seen,
    )  # fmt: skip


async def note_contact(
    conn: AsyncConnection, made: Resources, dossier_id: UUID, contact: Contact, *, now: datetime
) -> None:
    """Let a talk in a dienst count as a look at the family, in the transaction that keeps the talk."""
    before = await lock_werk(conn, made, dossier_id)
    after, facts = rules.speak(before, contact, now=now)
    if after is not before:
        await werk_store.save_werkstuk(conn, made.vault, before, after)
        await append_facts(conn, after.casus_id, facts, about=(contact.id,), now=now)


async def list_checks(
    made: Resources, caller: Caller, dossier_id: UUID, *, after: Place | None, limit: int
) -> list[Veiligheidscheck]:
    """Return the checks of a dossier in the order in which they were done."""
    async with in_transaction(made.engine) as conn:
        casus_id = await store.casus_of(conn, dossier_id)
        if casus_id is None:
            raise NotFoundError(NO_WERK)
        found = await store.checks_page(conn, made.vault, dossier_id, after=after, limit=limit)
        act = Act("veiligheidschecks-gelezen", "werk", dossier_id, casus_id=casus_id)
        await record(conn, caller, act, now=made.clock())
    return found


async def read_check(made: Resources, caller: Caller, dossier_id: UUID, check_id: UUID) -> Veiligheidscheck:
    """Return one check of a dossier."""
    async with in_transaction(made.engine) as conn:
        casus_id = await store.casus_of(conn, dossier_id)
        found = await store.find_check(conn, made.vault, dossier_id, check_id)
        if found is None:
            raise NotFoundError("Deze veiligheidscheck is er niet.")
        act = Act("gelezen", "veiligheidscheck", check_id, casus_id=casus_id)
        await record(conn, caller, act, now=made.clock())
    return found


async def load_toewijzing_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was written down with the work of a casus; which worker had it is not about the family."""
    found: list[Dossierdeel] = []
    for dossier_id in await store.dossiers_of(conn, casus_id):
        found += [_of_regel(regel) for regel in reversed(await load_history(conn, vault, dossier_id, limit=None))]
        found += [_of_check(check) for check in await store.checks_page(conn, vault, dossier_id)]
    return found


def _of_regel(regel: Regel) -> Dossierdeel:
    return deel("toewijzing", regel.op, {"actie": regel.actie, "reden": regel.reden}, regel.toelichting)


def _of_check(check: Veiligheidscheck) -> Dossierdeel:
    codes = {"uitkomst": check.uitkomst, "volgendeDag": check.volgende_dag}
    return deel("veiligheidscheck", check.gedaan_op, codes, check.notitie)


def _check_day(made: Resources, dag: date, pointer: str, now: datetime) -> None:
    faults = tuple(Fault("body", pointer, why) for why in rules.find_day_faults(dag, now=now, rules=made.rules))
    if faults:
        raise InvalidInputError("De dag kan niet kloppen.", faults=faults)
