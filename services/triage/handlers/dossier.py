"""What a professional does in a dossier: the acute question, the besluit, and acts that stop a clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import dossier as rules
from services.triage.domain.dossier import AcuutcheckOpgave, BesluitOpgave, Handeling, Interventie, is_repetition
from services.triage.handlers.common import (
    NO_DOSSIER,
    Creation,
    Once,
    append_facts,
    check_moment,
    create,
    moment_faults,
    told,
)
from services.triage.handlers.instrumenten import check_instrument
from services.triage.handlers.reading import DossierView
from services.triage.handlers.toewijzing import end_ownership
from services.triage.store import diensten, dossiers, handelingen
from services.triage.store.dossiers import DossierFile
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import Fault, InvalidInputError, NotFoundError
from shared.events.payloads import HandelingVastgelegd
from shared.ids import derived_id
from shared.log import get_logger
from shared.rules.codes import HandelingSoort
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer

log = get_logger()


@dataclass(frozen=True, slots=True)
class HandelingOpgave:
    """A handeling, as the professional gave it."""

    soort: HandelingSoort
    tijdstip: datetime
    toelichting: str | None


async def record_acuutcheck(
    made: Resources, caller: Caller, melding_id: UUID, opgave: AcuutcheckOpgave, *, seen: int
) -> DossierView:
    """Answer the acute question of a melding, or mend the answer before the besluit."""
    now = made.clock()
    _check_interventies(opgave.interventies, now)

    async def work() -> DossierView:
        async with in_transaction(made.engine) as conn:
            found = await locked_file(conn, made, melding_id)
            before = found.dossier
            check_version(seen, before.versie)
            with told():
                after, facts = rules.answer_acuutcheck(before, opgave, now=now, rules=made.rules)
            if after is not before:
                await dossiers.save_acuutcheck(conn, made.vault, after)
                # An answer that is mended is a fact of its own: the version tells the two apart.
                await append_facts(conn, after.casus_id, facts, about=(after.id, after.versie), now=now)
            act = Act("acuutcheck", "veiligheidsbeoordeling", after.id, casus_id=after.casus_id)
            await record(conn, caller, act, now=now)
            return DossierView(replace(found, dossier=after), now)

    view = await retry_conflicts(work)
    log.info("acuutcheck_recorded", melding_id=str(melding_id), dossier_id=str(view.file.dossier.id))
    return view


async def record_besluit(
    made: Resources, caller: Caller, melding_id: UUID, opgave: BesluitOpgave, *, seen: int
) -> DossierView:
    """Take the besluit on the veiligheidsbeoordeling, start the dienst that follows, and announce both."""
    now = made.clock()
    if opgave.overleg is not None:
        check_moment(opgave.overleg.moment, "/overleg/moment", now)

    async def work() -> DossierView:
        async with in_transaction(made.engine) as conn:
            found = await locked_file(conn, made, melding_id)
            before = found.dossier
            check_version(seen, before.versie)
            # What was taken stays readable, and the same again is the same, whichever instruments are known by now.
            if opgave.instrument is not None and not is_repetition(before, opgave):
                check_instrument(opgave.instrument, made.rules)
            dienst_id = derived_id(before.id, "dienst")
            with told():
                after, dienst, facts = rules.take_besluit(
                    before, opgave, dienst_id=dienst_id, now=now, rules=made.rules
                )
            if after is not before:
                if after.werk is None:
                    await end_ownership(conn, made, caller, after.id, now=now)
                await dossiers.save_besluit(conn, made.vault, after)
                if dienst is not None:
                    await diensten.insert_dienst(conn, dienst)
                await append_facts(conn, after.casus_id, facts, about=(after.id,), now=now)
            act = Act("besluit", "veiligheidsbeoordeling", after.id, casus_id=after.casus_id)
            await record(conn, caller, act, now=now)
            return DossierView(replace(found, dossier=after), now)

    view = await retry_conflicts(work)
    log.info("besluit_recorded", melding_id=str(melding_id), dossier_id=str(view.file.dossier.id))
    return view


def _check_interventies(interventies: Sequence[Interventie], now: datetime) -> None:
    """Refuse moments that cannot have been, and who came before he was asked."""
    moments = [
        (f"/interventies/{number}/{name}", moment)
        for number, one in enumerate(interventies)
        for name, moment in (
            ("tijdstip", one.tijdstip),
            ("gevraagdOp", one.gevraagd_op),
            ("aangekomenOp", one.aangekomen_op),
        )
    ]
    faults = [
        *moment_faults(moments, now),
        *(
            Fault("body", f"/interventies/{number}/aangekomenOp", "ligt voor het moment waarop erom is gevraagd")
            for number, one in enumerate(interventies)
            if one.gevraagd_op and one.aangekomen_op and one.aangekomen_op < one.gevraagd_op
        ),
    ]
    if faults:
        raise InvalidInputError("Het tijdstip kan niet kloppen.", faults=tuple(faults))


async def record_handeling(
    made: Resources, caller: Caller, melding_id: UUID, opgave: HandelingOpgave, once: Once[Handeling]
) -> Answer:
    """Note an act that stops a clock; the same act at the same moment is one, however often it is sent."""
    now = made.clock()
    check_moment(opgave.tijdstip, "/tijdstip", now)
    handeling_id = derived_id("handeling", melding_id, opgave.soort, opgave.tijdstip.isoformat())

    async def make(conn: AsyncConnection) -> Handeling:
        head = await dossiers.load_head(conn, melding_id, lock=True)
        if head is None:
            raise NotFoundError(NO_DOSSIER)
        with told():
            rules.next_status(head.status, rules.DossierActie.HANDELING)
        new = Handeling(handeling_id, opgave.soort, opgave.tijdstip, opgave.toelichting)
        noted = await note_handeling(conn, made, new, casus_id=head.casus_id, melding_id=melding_id, now=now)
        act = Act("vastgelegd", "handeling", handeling_id, casus_id=head.casus_id)
        await record(conn, caller, act, now=now)
        return noted

    async def casus_of(conn: AsyncConnection) -> UUID | None:
        head = await dossiers.load_head(conn, melding_id)
        return head.casus_id if head else None

    return await create(made, caller, once, Creation("handeling", make, casus_of), now=now)


async def note_handeling(  # noqa: PLR0913, keyword only
    conn: AsyncConnection, made: Resources, new: Handeling, *, casus_id: UUID, melding_id: UUID, now: datetime
) -> Handeling:
    """Keep a handeling and announce it, or return the one that was kept before."""
    if await handelingen.insert_handeling(conn, made.vault, new, casus_id=casus_id, melding_id=melding_id):
        fact = HandelingVastgelegd(melding_id=melding_id, soort=new.soort, tijdstip=new.tijdstip)
        await append_facts(conn, casus_id, (fact,), about=(new.id,), now=now)
        return new
    known = await handelingen.find_handeling(conn, made.vault, melding_id, new.id)
    if known is None:
        raise NotFoundError(NO_DOSSIER)
    return known


async def locked_file(conn: AsyncConnection, made: Resources, melding_id: UUID) -> DossierFile:
    """Return what is known of a melding, held for this transaction; raises ``NotFoundError``."""
    found = await dossiers.load_file(conn, made.vault, melding_id, lock=True)
    if found is None:
        raise NotFoundError(NO_DOSSIER)
    return found
