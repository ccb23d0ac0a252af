"""How AWARE is asked for, decided on, looked at again and ended, and what is agreed about the one who stalks."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import aware as rules
from services.triage.domain.aware import (
    Aware,
    AwareBeeindiging,
    AwareBesluit,
    AwareDoor,
    AwareOptreden,
    AwareStatus,
    AwareTekst,
    AwareUitvoering,
    SashNiveau,
    Verlenging,
)
from services.triage.domain.matter import Betrokkene
from services.triage.handlers.common import Creation, Once, check_moment, create, told
from services.triage.handlers.matter import Subject, begin, change, load_of_casus, locked, refuse, store_change
from services.triage.store.aware import AWARE
from services.triage.store.matter import Thuis
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.events.payloads import Fact
from shared.ids import new_id
from shared.rules.calendar import amsterdam_day
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel
from shared.web.idempotency import Answer

_ABSENT = "Deze aanvraag voor AWARE is er niet."
_NO_OPTREDEN = "Dit optreden is er niet."
SUBJECT: Subject[Aware] = Subject("aware-aanvraag", _ABSENT, AWARE)


@dataclass(frozen=True, slots=True)
class AwareOpgave:
    """A request, as the professional gave it."""

    melding_id: UUID
    persoon_nr: int
    gevraagd_op: datetime
    indicatie: str
    sash_niveau: SashNiveau | None


@dataclass(frozen=True, slots=True)
class VerlengingOpgave:
    """That it was looked at again; without a day the term of the settings."""

    verlengd_op: datetime
    evaluatie_dag: date | None
    toelichting: str


@dataclass(frozen=True, slots=True)
class OptredenOpgave:
    """What is agreed about the one who stalks."""

    door: AwareDoor
    wat: str
    uiterlijk_dag: date


async def create_aware(made: Resources, caller: Caller, opgave: AwareOpgave, once: Once[Aware]) -> Answer:
    """Record that AWARE was asked for somebody who is stalked."""
    check_moment(opgave.gevraagd_op, "/gevraagdOp", made.clock())

    def make(thuis: Thuis) -> Aware:
        return Aware(
            **asdict(thuis),
            id=new_id(),
            begonnen_op=opgave.gevraagd_op,
            versie=1,
            persoon_nr=opgave.persoon_nr,
            sash_niveau=opgave.sash_niveau,
            status=AwareStatus.AANGEVRAAGD,
            tekst=AwareTekst(opgave.indicatie),
        )

    named = [("/persoonNr", Betrokkene(opgave.melding_id, opgave.persoon_nr))]
    return await begin(made, caller, SUBJECT, opgave.melding_id, once, make, named=named)


async def put_besluit(made: Resources, caller: Caller, aware_id: UUID, besluit: AwareBesluit, *, seen: int) -> Aware:
    """Record what the indication committee decided."""
    check_moment(besluit.besloten_op, "/beslotenOp", made.clock())
    refuse(_evaluatie(besluit.evaluatie_dag, besluit.besloten_op, made.rules))
    return await change(
        made,
        caller,
        SUBJECT,
        aware_id,
        lambda before, _: rules.decide(before, besluit, made.rules),
        seen=seen,
        actie="besluit",
    )


async def put_verlenging(
    made: Resources, caller: Caller, aware_id: UUID, opgave: VerlengingOpgave, *, seen: int
) -> Aware:
    """Record that AWARE was looked at again and goes on."""
    check_moment(opgave.verlengd_op, "/verlengdOp", made.clock())
    refuse(_evaluatie(opgave.evaluatie_dag, opgave.verlengd_op, made.rules))
    dag = opgave.evaluatie_dag or rules.last_day(opgave.verlengd_op, made.rules)
    verlenging = Verlenging(opgave.verlengd_op, dag, opgave.toelichting)
    return await change(
        made,
        caller,
        SUBJECT,
        aware_id,
        lambda before, _: rules.extend(before, verlenging),
        seen=seen,
        actie="verlengd",
    )


async def put_einde(made: Resources, caller: Caller, aware_id: UUID, einde: AwareBeeindiging, *, seen: int) -> Aware:
    """Record that AWARE ended."""
    check_moment(einde.beeindigd_op, "/beeindigdOp", made.clock())
    return await change(
        made, caller, SUBJECT, aware_id, lambda before, _: rules.end(before, einde), seen=seen, actie="beeindigd"
    )


async def create_optreden(
    made: Resources, caller: Caller, aware_id: UUID, opgave: OptredenOpgave, once: Once[AwareOptreden]
) -> Answer:
    """Agree what somebody does about the one who stalks."""
    now = made.clock()
    if opgave.uiterlijk_dag < amsterdam_day(now):
        refuse([("/uiterlijkDag", "vandaag of later")])

    async def make(conn: AsyncConnection) -> AwareOptreden:
        before = await locked(conn, made.vault, SUBJECT, aware_id)
        new = AwareOptreden(new_id(), opgave.door, opgave.wat, opgave.uiterlijk_dag)
        with told():
            after = rules.agree(before, new)
        after = await store_change(conn, made, SUBJECT, after, ())
        await record(conn, caller, Act("vastgelegd", "optreden", new.id, casus_id=after.casus_id), now=now)
        return new

    async def casus_of(conn: AsyncConnection) -> UUID | None:
        found = await AWARE.load(conn, made.vault, aware_id)
        return found.casus_id if found else None

    return await create(made, caller, once, Creation("optreden", make, casus_of), now=now)


async def put_uitvoering(  # noqa: PLR0913, keyword only after the action
    made: Resources, caller: Caller, aware_id: UUID, optreden_id: UUID, uitvoering: AwareUitvoering, *, seen: int
) -> Aware:
    """Record that an action was done, or given up."""
    check_moment(uitvoering.moment, "/moment", made.clock())

    def decide(before: Aware, _: datetime) -> tuple[Aware, Sequence[Fact]]:
        if rules.find_optreden(before, optreden_id) is None:
            raise NotFoundError(_NO_OPTREDEN)
        return rules.carry_out(before, optreden_id, uitvoering)

    return await change(made, caller, SUBJECT, aware_id, decide, seen=seen, actie="uitgevoerd")


async def read_optreden(made: Resources, caller: Caller, aware_id: UUID, optreden_id: UUID) -> AwareOptreden:
    """Return one action about the one who stalks."""
    async with in_transaction(made.engine) as conn:
        aware = await AWARE.load(conn, made.vault, aware_id)
        found = rules.find_optreden(aware, optreden_id) if aware else None
        if aware is None or found is None:
            raise NotFoundError(_NO_OPTREDEN)
        act = Act("gelezen", "optreden", optreden_id, casus_id=aware.casus_id)
        await record(conn, caller, act, now=made.clock())
    return found


async def load_aware_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was written down of AWARE."""
    found: list[Dossierdeel] = []
    for one in await load_of_casus(conn, vault, SUBJECT, casus_id):
        found += _delen(one)
    return found


def _delen(one: Aware) -> Iterator[Dossierdeel]:
    tekst = one.tekst
    besluit, einde = tekst.besluit, tekst.einde
    velden = {
        "status": one.status,
        "sashNiveau": one.sash_niveau,
        "besluit": besluit.soort if besluit else None,
        "beslotenOp": one.besloten_op,
        "evaluatieDag": one.evaluatie_dag,
        "beeindigdOp": one.beeindigd_op,
        "redenEinde": one.reden_einde,
    }
    written = (besluit.motivering, *besluit.deelnemers) if besluit else ()
    extended = (each.toelichting for each in tekst.verlengingen)
    yield deel(
        "aware", one.begonnen_op, velden, tekst.indicatie, *written, *extended, einde.toelichting if einde else None
    )
    for each in tekst.optredens:
        done = each.uitvoering
        yield deel(
            "aware-optreden",
            done.moment if done else None,
            {"door": each.door, "uiterlijkDag": each.uiterlijk_dag, "gedaan": done.gedaan if done else None},
            each.wat,
            done.toelichting if done else None,
        )


def _evaluatie(dag: date | None, start: datetime, settings: RuleSettings) -> Iterator[tuple[str, str]]:
    detail = rules.fault_of_evaluatie(dag, start, settings)
    if detail:
        yield "/evaluatieDag", detail
