"""What a professional does with a request to the raad, and what the raad answers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import vto as rules
from services.triage.domain.matter import Betrokkene
from services.triage.domain.verzoek import VtoOpgave, find_faults, find_missing
from services.triage.domain.vto import Intrekking, Kennisgeving, Raadsbericht, Vto, VtoVerzoekStatus
from services.triage.handlers.common import Creation, Once, append_facts, check_moment, create, told
from services.triage.handlers.matter import Subject, begin, change, load_of_casus, locked, refuse, store_change
from services.triage.store.values import Place
from services.triage.store.vto import VERZOEKEN, load_status, save_status, sent_to
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction, retry_conflicts
from shared.errors import NotFoundError
from shared.events.payloads import Fact
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.rules.access import Betrekking
from shared.rules.behandelcodes import VtoResultaat, VtoStatus
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel
from shared.web.idempotency import Answer

log = get_logger()

_ABSENT = "Dit verzoek tot onderzoek is er niet."
SUBJECT: Subject[Vto] = Subject("verzoek-tot-onderzoek", _ABSENT, VERZOEKEN)
_INCOMPLETE = "Het verzoek is nog niet compleet."


@dataclass(frozen=True, slots=True)
class BerichtOpgave:
    """A message as the raad gave it."""

    bericht_identificatie: str
    status: VtoStatus
    resultaat: VtoResultaat | None
    ontvangen_op: datetime


async def create_vto(made: Resources, caller: Caller, melding_id: UUID, opgave: VtoOpgave, once: Once[Vto]) -> Answer:
    """Begin a concept; it may lack anything, and nobody is told."""
    now = made.clock()
    refuse(find_faults(opgave, now))
    return await begin(
        made,
        caller,
        SUBJECT,
        melding_id,
        once,
        lambda thuis: Vto(
            **asdict(thuis),
            id=new_id(),
            begonnen_op=now,
            versie=1,
            status=VtoVerzoekStatus.CONCEPT,
            opgave=opgave,
        ),
        named=_named(opgave),
    )


async def put_opgave(made: Resources, caller: Caller, vto_id: UUID, opgave: VtoOpgave, *, seen: int) -> Vto:
    """Write a concept anew."""
    refuse(find_faults(opgave, made.clock()))
    return await change(
        made,
        caller,
        SUBJECT,
        vto_id,
        lambda before, _: rules.amend(before, opgave),
        seen=seen,
        actie="aangevuld",
        named=_named(opgave),
    )


async def put_indiening(made: Resources, caller: Caller, vto_id: UUID, gedaan_op: datetime | None, *, seen: int) -> Vto:
    """Send a request to the raad; raises ``InvalidInputError`` with every part that it lacks."""
    if gedaan_op is not None:
        check_moment(gedaan_op, "/gedaanOp", made.clock())

    def decide(before: Vto, now: datetime) -> tuple[Vto, Sequence[Fact]]:
        if before.status is VtoVerzoekStatus.CONCEPT:
            missing = find_missing(before.opgave)
            refuse(((f"/{name}", "ontbreekt in het verzoek") for name in missing), detail=_INCOMPLETE)
        return rules.submit(before, gedaan_op, now)

    return await change(made, caller, SUBJECT, vto_id, decide, seen=seen, actie="ingediend")


async def put_intrekking(made: Resources, caller: Caller, vto_id: UUID, intrekking: Intrekking, *, seen: int) -> Vto:
    """Take a request back."""
    check_moment(intrekking.ingetrokken_op, "/ingetrokkenOp", made.clock())
    return await change(
        made,
        caller,
        SUBJECT,
        vto_id,
        lambda before, _: rules.withdraw(before, intrekking),
        seen=seen,
        actie="ingetrokken",
    )


async def create_kennisgeving(
    made: Resources, caller: Caller, vto_id: UUID, new: Kennisgeving, once: Once[Kennisgeving]
) -> Answer:
    """Note that the college or the melder was told, with its proof."""
    now = made.clock()
    check_moment(new.moment, "/moment", now)
    refuse(rules.find_kennisgeving_faults(new))

    async def make(conn: AsyncConnection) -> Kennisgeving:
        before = await locked(conn, made.vault, SUBJECT, vto_id)
        with told():
            after, noted, facts = rules.notify(before, new)
        if after is not before:
            # Its kind makes the id of the fact: of each kind one is told, whatever happens in between.
            after = await store_change(conn, made, SUBJECT, after, ())
            await append_facts(conn, after.casus_id, facts, about=(vto_id, noted.aan), now=now)
        await record(conn, caller, Act("vastgelegd", "kennisgeving", noted.id, casus_id=after.casus_id), now=now)
        return noted

    async def casus_of(conn: AsyncConnection) -> UUID | None:
        found = await load_status(conn, vto_id)
        return found.casus_id if found else None

    return await create(made, caller, once, Creation("kennisgeving", make, casus_of), now=now)


async def read_kennisgeving(made: Resources, caller: Caller, vto_id: UUID, kennisgeving_id: UUID) -> Kennisgeving:
    """Return one kennisgeving."""
    async with in_transaction(made.engine) as conn:
        vto = await VERZOEKEN.load(conn, made.vault, vto_id)
        found = next((one for one in vto.kennisgevingen if one.id == kennisgeving_id), None) if vto else None
        if vto is None or found is None:
            raise NotFoundError("Deze kennisgeving is er niet.")
        act = Act("gelezen", "kennisgeving", kennisgeving_id, casus_id=vto.casus_id)
        await record(conn, caller, act, now=made.clock())
    return found


async def read_status(made: Resources, caller: Caller, vto_id: UUID) -> Vto:
    """Return how far a request is: the raad sees its own requests, once they were sent."""
    async with in_transaction(made.engine) as conn:
        found = _for_caller(caller, await load_status(conn, vto_id))
        act = Act("gelezen", "raadsbericht", vto_id, casus_id=found.casus_id)
        await record(conn, caller, act, now=made.clock())
    return found


async def list_raadsverzoeken(made: Resources, caller: Caller, *, after: Place | None, limit: int) -> list[Vto]:
    """Return the requests that were sent to the raad of the caller, each with how far it is: codes and times."""
    async with in_transaction(made.engine) as conn:
        return await sent_to(conn, caller.organisatie_id, after=after, limit=limit)


async def put_raadsbericht(made: Resources, caller: Caller, vto_id: UUID, opgave: BerichtOpgave) -> Vto:
    """Take a message of the raad; its own name of the message, and no version, makes a repetition harmless."""
    now = made.clock()
    check_moment(opgave.ontvangen_op, "/ontvangenOp", now)
    new = Raadsbericht(
        derived_id("raadsbericht", vto_id, opgave.bericht_identificatie),
        opgave.status,
        opgave.resultaat,
        opgave.ontvangen_op,
    )
    if not rules.fits(new):
        refuse([("/resultaat", "past niet bij deze status: alleen een afwijzing volgt al uit de intake")])

    async def work() -> Vto:
        async with in_transaction(made.engine) as conn:
            before = _for_caller(caller, await load_status(conn, vto_id, lock=True))
            with told():
                after, facts = rules.receive(before, new)
            if after is not before:
                after = replace(after, versie=before.versie + 1)
                await save_status(conn, after)
                # The id of the message makes that of the fact.
                await append_facts(conn, after.casus_id, facts, about=(new.id,), now=now)
            await record(conn, caller, Act("vastgelegd", "raadsbericht", new.id, casus_id=after.casus_id), now=now)
            return after

    after = await retry_conflicts(work)
    log.info("raadsbericht_recorded", vto_id=str(vto_id))
    return after


async def load_raad_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was written down of requests to the raad."""
    found: list[Dossierdeel] = []
    for vto in await load_of_casus(conn, vault, SUBJECT, casus_id):
        found.append(_deel(vto))
        found += (
            deel(
                "kennisgeving",
                one.moment,
                {"aan": one.aan, "wijze": one.wijze},
                one.inhoud,
                one.bewijs,
                one.niet_mogelijk,
            )
            for one in vto.kennisgevingen
        )
        found += (
            deel("raadsbericht", one.ontvangen_op, {"status": one.status, "resultaat": one.resultaat})
            for one in vto.berichten
        )
    return found


def _deel(vto: Vto) -> Dossierdeel:
    opgave = vto.opgave
    velden = {
        "status": vto.status,
        "gedaanOp": vto.gedaan_op,
        "startdatum": opgave.startdatum,
        "registratiedatum": opgave.registratiedatum,
        "spoed": opgave.spoed,
        "ongeboren": opgave.ongeboren,
        "oudersIngelicht": opgave.ouders_ingelicht,
        "documenten": [one.soort for one in opgave.documenten] or None,
        "ingetrokkenOp": vto.intrekking.ingetrokken_op if vto.intrekking else None,
    }
    return deel(
        "verzoek-tot-onderzoek",
        vto.begonnen_op,
        velden,
        opgave.motivering,
        opgave.identificatie,
        opgave.reden_niet_ingelicht,
        *(text for one in opgave.documenten for text in (one.titel, one.verwijzing)),
        vto.intrekking.reden if vto.intrekking else None,
    )


def _for_caller(caller: Caller, found: Vto | None) -> Vto:
    """Return a request that the caller may see; raises ``NotFoundError``: of another's it is not told that it is."""
    asked = found is not None and found.gedaan_op is not None and found.opgave.uitvoerder == caller.organisatie_id
    if found is None or not toegang_of(caller).permits({Betrekking.GEVRAAGD} if asked else frozenset()):
        raise NotFoundError(_ABSENT)
    return found


def _named(opgave: VtoOpgave) -> list[tuple[str, Betrokkene]]:
    lists = {"onderwerpen": opgave.onderwerpen, "belanghebbenden": opgave.belanghebbenden}
    return [(f"/{name}/{number}", one) for name, people in lists.items() for number, one in enumerate(people)]
