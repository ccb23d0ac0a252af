"""How requests to the kantonrechter are recorded, and how they end."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import kantonrechterverzoek as rules
from services.triage.domain.kantonrechterverzoek import (
    KantonrechterActie,
    KantonrechterMaatregel,
    KantonrechterStatus,
    KantonrechterTekst,
    Kantonrechterverzoek,
)
from services.triage.domain.matter import Betrokkene
from services.triage.handlers.common import Once, check_moment
from services.triage.handlers.matter import Subject, begin, change, load_of_casus
from services.triage.store.kantonrechter import KANTONRECHTERVERZOEKEN
from services.triage.store.matter import Thuis
from shared.crypto import Vault
from shared.ids import new_id
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel
from shared.web.idempotency import Answer

SUBJECT: Subject[Kantonrechterverzoek] = Subject(
    "kantonrechterverzoek", "Dit verzoek aan de kantonrechter is er niet.", KANTONRECHTERVERZOEKEN
)


@dataclass(frozen=True, slots=True)
class KantonrechterOpgave:
    """A request, as the professional gave it."""

    melding_id: UUID
    persoon_nr: int
    maatregel: KantonrechterMaatregel
    gevraagd_op: datetime
    motivering: str


@dataclass(frozen=True, slots=True)
class EindeOpgave:
    """How a request ended, as the professional gave it; ``pointer`` is where its moment stands."""

    actie: KantonrechterActie
    moment: datetime
    pointer: str
    toelichting: str


async def create_kantonrechterverzoek(
    made: Resources, caller: Caller, opgave: KantonrechterOpgave, once: Once[Kantonrechterverzoek]
) -> Answer:
    """Record that the kantonrechter was asked to protect an adult."""
    check_moment(opgave.gevraagd_op, "/gevraagdOp", made.clock())

    def make(thuis: Thuis) -> Kantonrechterverzoek:
        return Kantonrechterverzoek(
            **asdict(thuis),
            id=new_id(),
            begonnen_op=opgave.gevraagd_op,
            versie=1,
            persoon_nr=opgave.persoon_nr,
            maatregel=opgave.maatregel,
            status=KantonrechterStatus.GEVRAAGD,
            geeindigd_op=None,
            tekst=KantonrechterTekst(opgave.motivering),
        )

    named = [("/persoonNr", Betrokkene(opgave.melding_id, opgave.persoon_nr))]
    return await begin(made, caller, SUBJECT, opgave.melding_id, once, make, named=named)


async def end_kantonrechterverzoek(
    made: Resources, caller: Caller, verzoek_id: UUID, opgave: EindeOpgave, *, seen: int
) -> Kantonrechterverzoek:
    """Record what the kantonrechter decided, or that the request was taken back."""
    check_moment(opgave.moment, opgave.pointer, made.clock())
    return await change(
        made,
        caller,
        SUBJECT,
        verzoek_id,
        lambda before, _: rules.end(before, opgave.actie, opgave.moment, opgave.toelichting),
        seen=seen,
        actie=opgave.actie.value,
    )


async def load_kantonrechter_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was written down of requests to the kantonrechter."""
    return [
        deel(
            "kantonrechterverzoek",
            one.begonnen_op,
            {"maatregel": one.maatregel, "status": one.status, "geeindigdOp": one.geeindigd_op},
            one.tekst.motivering,
            one.tekst.toelichting,
        )
        for one in await load_of_casus(conn, vault, SUBJECT, casus_id)
    ]
