"""How consults are recorded, and in which meldingen police or OM must still be consulted."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import consult as rules
from services.triage.domain.consult import Consult, ConsultTekst, ConsultUitkomst
from services.triage.handlers.common import Once, check_moment
from services.triage.handlers.matter import Asked, Subject, begin, list_matters, load_of_casus, refuse
from services.triage.store.casussen import current_casus
from services.triage.store.consulten import CONSULTEN, consulten_of
from services.triage.store.matter import Thuis
from shared.crypto import Vault
from shared.db import in_transaction
from shared.ids import new_id
from shared.rules.behandelcodes import ConsultPartij
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel
from shared.web.idempotency import Answer

SUBJECT: Subject[Consult] = Subject("consult", "Dit consult is er niet.", CONSULTEN)


@dataclass(frozen=True, slots=True)
class ConsultOpgave:
    """A consult, as the professional gave it."""

    melding_id: UUID
    partij: ConsultPartij
    moment: datetime
    uitkomst: ConsultUitkomst
    strafbaar_feit_vermoed: bool
    tekst: ConsultTekst


async def create_consult(made: Resources, caller: Caller, opgave: ConsultOpgave, once: Once[Consult]) -> Answer:
    """Record a consult."""
    check_moment(opgave.moment, "/moment", made.clock())
    refuse(rules.find_consult_faults(opgave.partij, opgave.tekst))

    def make(thuis: Thuis) -> Consult:
        return Consult(
            **asdict(thuis),
            id=new_id(),
            begonnen_op=opgave.moment,
            versie=1,
            partij=opgave.partij,
            uitkomst=opgave.uitkomst,
            strafbaar_feit_vermoed=opgave.strafbaar_feit_vermoed,
            tekst=opgave.tekst,
        )

    return await begin(made, caller, SUBJECT, opgave.melding_id, once, make, facts_of=rules.told)


@dataclass(frozen=True, slots=True)
class Consulten:
    """A page of consults, with the meldingen in which police or OM must still be consulted."""

    found: list[Consult]
    af_te_stemmen: tuple[UUID, ...]


async def list_consulten(made: Resources, asked: Asked) -> Consulten:
    """Return consults; of a melding or casus also where consulting is still due, whatever page is asked."""
    found = await list_matters(made, SUBJECT, asked)
    if asked.melding_id is None and asked.casus_id is None:
        return Consulten(found, ())
    async with in_transaction(made.engine) as conn:
        here = await current_casus(conn, asked.casus_id) if asked.casus_id else None
        by_melding = await consulten_of(conn, casus_id=here, melding_id=asked.melding_id)
    return Consulten(found, tuple(sorted(one for one, all_ in by_melding.items() if rules.moet_afstemmen(all_))))


async def load_consult_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was written down of consults."""
    return [
        deel(
            "consult",
            one.begonnen_op,
            {"partij": one.partij, "uitkomst": one.uitkomst, "strafbaarFeitVermoed": one.strafbaar_feit_vermoed},
            one.tekst.vraag,
            one.tekst.notitie,
            one.tekst.jeugdbeschermer,
        )
        for one in await load_of_casus(conn, vault, SUBJECT, casus_id)
    ]
