"""How dossiers, diensten and the work list are read; what was opened of a casus is recorded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dienst import Contact, Dienst
from services.triage.domain.dossier import Handeling, Interventie, crisismaatregelen
from services.triage.domain.voorraad import Filter, WerkItem
from services.triage.handlers.common import NO_DIENST, NO_DOSSIER
from services.triage.store import casussen, diensten, dossiers, handelingen, werkvoorraad
from services.triage.store.diensten import DienstFile
from services.triage.store.dossiers import DossierFile
from services.triage.store.values import Place
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller


@dataclass(frozen=True, slots=True)
class DossierView:
    """A dossier with what is read together with it, at some moment."""

    file: DossierFile
    now: datetime


@dataclass(frozen=True, slots=True)
class DienstView:
    """A dienst with what is read together with it, at some moment, and the rules by which its term is read."""

    file: DienstFile
    now: datetime
    rules: RuleSettings
    crisismaatregelen: tuple[Interventie, ...] = ()


async def list_werkvoorraad(made: Resources, wanted: Filter, *, after: Place | None, limit: int) -> list[WerkItem]:
    """Return open work, the most urgent first: ids, codes and times, so it leaves no audit row."""
    async with in_transaction(made.engine) as conn:
        return await werkvoorraad.work_list(conn, wanted, after=after, limit=limit)


async def read_dossier(made: Resources, caller: Caller, melding_id: UUID) -> DossierView:
    """Return the newest dossier of a melding."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        found = await dossiers.load_file(conn, made.vault, melding_id)
        if found is None:
            raise NotFoundError(NO_DOSSIER)
        act = Act("gelezen", "veiligheidsbeoordeling", found.dossier.id, casus_id=found.dossier.casus_id)
        await record(conn, caller, act, now=now)
    return DossierView(found, now)


async def read_handeling(made: Resources, caller: Caller, melding_id: UUID, handeling_id: UUID) -> Handeling:
    """Return one handeling for a melding."""
    async with in_transaction(made.engine) as conn:
        head = await dossiers.load_head(conn, melding_id)
        found = await handelingen.find_handeling(conn, made.vault, melding_id, handeling_id) if head else None
        if head is None or found is None:
            raise NotFoundError("Deze handeling is er niet.")
        act = Act("gelezen", "handeling", handeling_id, casus_id=head.casus_id)
        await record(conn, caller, act, now=made.clock())
    return found


async def read_dienst(made: Resources, caller: Caller, dienst_id: UUID) -> DienstView:
    """Return a dienst with its contacten and veiligheidsvoorwaarden."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        found = await diensten.load_file(conn, made.vault, dienst_id)
        if found is None:
            raise NotFoundError(NO_DIENST)
        done = await crisis_of(conn, made, found.dienst)
        await record(conn, caller, Act("gelezen", "dienst", dienst_id, casus_id=found.dienst.casus_id), now=now)
    return DienstView(found, now, made.rules, crisismaatregelen=done)


async def crisis_of(conn: AsyncConnection, made: Resources, dienst: Dienst) -> tuple[Interventie, ...]:
    """Return what was done in the crisis before a dienst began, in order."""
    dossier = await dossiers.load_dossier(conn, made.vault, dienst.dossier_id)
    return crisismaatregelen(dossier) if dossier else ()


async def read_contact(made: Resources, caller: Caller, dienst_id: UUID, contact_id: UUID) -> Contact:
    """Return one contact of a dienst."""
    async with in_transaction(made.engine) as conn:
        casus_id = await diensten.casus_of(conn, dienst_id)
        found = await diensten.find_contact(conn, made.vault, dienst_id, contact_id)
        if found is None:
            raise NotFoundError("Dit contact is er niet.")
        await record(conn, caller, Act("gelezen", "contact", contact_id, casus_id=casus_id), now=made.clock())
    return found


async def list_diensten(
    made: Resources, caller: Caller, *, casus_id: UUID | None, after: Place | None, limit: int
) -> list[Dienst]:
    """Return diensten of a casus, or of all, in the order in which they started: codes, nothing is opened."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        here = await casussen.current_casus(conn, casus_id) if casus_id else None
        found = await diensten.diensten_page(conn, casus_id=here, after=after, limit=limit)
        if here:
            await record(conn, caller, Act("gelezen", "casus", here, casus_id=here), now=now)
    return found
