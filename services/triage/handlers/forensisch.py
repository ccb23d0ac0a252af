"""How letselonderzoek and the Centrum Seksueel Geweld are asked, and what came of it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import forensisch as rules
from services.triage.domain.forensisch import (
    ForensischActie,
    ForensischOpgave,
    ForensischStatus,
    ForensischVerzoek,
    LetselPast,
)
from services.triage.domain.matter import Betrokkene
from services.triage.handlers.common import Once, check_moment
from services.triage.handlers.matter import Subject, begin, change, load_of_casus, refuse
from services.triage.store.forensisch import FORENSISCHE_VERZOEKEN
from services.triage.store.matter import Thuis
from shared.crypto import Vault
from shared.ids import new_id
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel
from shared.web.idempotency import Answer

SUBJECT: Subject[ForensischVerzoek] = Subject(
    "forensisch-verzoek", "Dit forensisch verzoek is er niet.", FORENSISCHE_VERZOEKEN
)


@dataclass(frozen=True, slots=True)
class StapOpgave:
    """One step of the work process, as the professional gave it."""

    actie: ForensischActie
    moment: datetime
    pointer: str
    toelichting: str | None
    letsel_past: LetselPast | None = None


async def create_forensisch_verzoek(
    made: Resources, caller: Caller, melding_id: UUID, opgave: ForensischOpgave, once: Once[ForensischVerzoek]
) -> Answer:
    """Record that an examination was asked for, by whom and with whose consent."""
    check_moment(opgave.gevraagd_op, "/gevraagdOp", made.clock())
    refuse(rules.find_faults(opgave))

    def make(thuis: Thuis) -> ForensischVerzoek:
        return ForensischVerzoek(
            **asdict(thuis),
            id=new_id(),
            begonnen_op=opgave.gevraagd_op,
            versie=1,
            opgave=opgave,
            status=ForensischStatus.GEVRAAGD,
        )

    named = [("/persoonNr", Betrokkene(melding_id, opgave.persoon_nr))]
    return await begin(made, caller, SUBJECT, melding_id, once, make, named=named, facts_of=rules.asked)


async def take_step(
    made: Resources, caller: Caller, verzoek_id: UUID, opgave: StapOpgave, *, seen: int
) -> ForensischVerzoek:
    """Take one step; only what is planned may lie ahead."""
    if opgave.actie is not ForensischActie.INPLANNEN:
        check_moment(opgave.moment, opgave.pointer, made.clock())
    return await change(
        made,
        caller,
        SUBJECT,
        verzoek_id,
        lambda before, _: rules.take_step(
            before, opgave.actie, opgave.moment, opgave.toelichting, letsel_past=opgave.letsel_past
        ),
        seen=seen,
        actie=opgave.actie.value,
    )


async def load_forensisch_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was written down of forensic requests."""
    return [_deel(one) for one in await load_of_casus(conn, vault, SUBJECT, casus_id)]


def _deel(one: ForensischVerzoek) -> Dossierdeel:
    opgave = one.opgave
    velden = {
        "soort": opgave.soort,
        "status": one.status,
        "aanvrager": opgave.aanvrager,
        "toestemming": opgave.toestemming,
        "hulp": list(opgave.hulp) or None,
        "voorvalOp": opgave.voorval_op,
        "onderzochtOp": one.onderzocht_op,
        "geeindigdOp": one.geeindigd_op,
        "letselPast": one.letsel_past,
    }
    written = (opgave.partij, opgave.reden, opgave.grond_zonder_toestemming)
    return deel("forensisch-verzoek", one.begonnen_op, velden, *written, *one.stappen.values())
