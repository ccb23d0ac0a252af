"""Why a step is late, or will be: it explains, and never stops a clock or a step."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import dienst as dienst_rules
from services.triage.domain import onderzoek as rules
from services.triage.domain.dienst import DienstActie
from services.triage.domain.dossier import Dossier
from services.triage.domain.onderzoek import Vertraging
from services.triage.domain.voorraad import TERMIJN_VAN, due_acuutcheck, due_besluit
from services.triage.handlers.common import NO_DOSSIER, Creation, Once, append_facts, create, told
from services.triage.handlers.dienst import in_dienst, locked, view_of
from services.triage.store import dossiers
from services.triage.store import vertragingen as store
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.ids import new_id
from shared.rules.behandelcodes import VertragingReden
from shared.rules.codes import TermijnSoort
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer

_NOT_THERE = "Deze vertraging is er niet."


@dataclass(frozen=True, slots=True)
class VertragingOpgave:
    """Why a step is late, as the professional gave it."""

    reden: VertragingReden
    toelichting: str


@dataclass(frozen=True, slots=True)
class TermijnStand:
    """Whether one term was missed, and whether somebody said why."""

    soort: TermijnSoort
    te_laat: bool
    onverklaard: bool


@dataclass(frozen=True, slots=True)
class VertragingenView:
    vertragingen: tuple[Vertraging, ...]
    standen: tuple[TermijnStand, ...]


async def record_of_dienst(
    made: Resources, caller: Caller, dienst_id: UUID, opgave: VertragingOpgave, once: Once[Vertraging]
) -> Answer:
    """Explain why a dienst is late, or will be."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> Vertraging:
        dienst = await locked(conn, made, dienst_id)
        with told():
            dienst_rules.next_status(dienst.status, DienstActie.VERTRAGING)
        earlier = await store.vertragingen_of_dienst(conn, made.vault, dienst_id)
        new = Vertraging(new_id(), dienst_id, TERMIJN_VAN[dienst.soort], opgave.reden, opgave.toelichting, now)
        kept, facts = rules.explain_delay(earlier, new, melding_id=dienst.melding_id)
        if facts:
            await store.insert_vertraging(conn, made.vault, new, casus_id=dienst.casus_id, dossier_id=dienst.dossier_id)
            await append_facts(conn, dienst.casus_id, facts, about=(new.id,), now=now)
        await record(conn, caller, Act("vastgelegd", "vertraging", kept.id, casus_id=dienst.casus_id), now=now)
        return kept

    return await create(made, caller, once, in_dienst("vertraging", dienst_id, make), now=now)


async def list_of_dienst(made: Resources, caller: Caller, dienst_id: UUID) -> VertragingenView:
    """Return why a dienst is late, as it was told, and whether that is still open."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        view = await view_of(conn, made, dienst_id, now)
        dienst, found = view.file.dienst, view.file.vertragingen
        await record(conn, caller, Act("gelezen", "vertraging", dienst_id, casus_id=dienst.casus_id), now=now)
    late = dienst_rules.is_late(dienst, now)
    return VertragingenView(found, (_stand(TERMIJN_VAN[dienst.soort], late, found),))


async def record_of_dossier(  # noqa: PLR0913, PLR0917, which term of which melding
    made: Resources,
    caller: Caller,
    melding_id: UUID,
    soort: TermijnSoort,
    opgave: VertragingOpgave,
    once: Once[Vertraging],
) -> Answer:
    """Explain why the acuutcheck or the veiligheidsbeoordeling of a melding is late, or will be."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> Vertraging:
        dossier = await dossiers.latest_dossier(conn, made.vault, melding_id, lock=True)
        if dossier is None:
            raise NotFoundError(NO_DOSSIER)
        earlier = await store.vertragingen_of_dossier(conn, made.vault, dossier.id)
        new = Vertraging(new_id(), dossier.id, soort, opgave.reden, opgave.toelichting, now)
        kept, facts = rules.explain_delay(earlier, new, melding_id=melding_id)
        if facts:
            await store.insert_vertraging(conn, made.vault, new, casus_id=dossier.casus_id, dossier_id=dossier.id)
            await append_facts(conn, dossier.casus_id, facts, about=(new.id,), now=now)
        await record(conn, caller, Act("vastgelegd", "vertraging", kept.id, casus_id=dossier.casus_id), now=now)
        return kept

    async def casus_of(conn: AsyncConnection) -> UUID | None:
        head = await dossiers.load_head(conn, melding_id)
        return head.casus_id if head else None

    return await create(made, caller, once, Creation("vertraging", make, casus_of), now=now)


async def list_of_dossier(made: Resources, caller: Caller, melding_id: UUID) -> VertragingenView:
    """Return why the veiligheidsbeoordeling of a melding is late, as it was told, and whether that is still open."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        dossier = await dossiers.latest_dossier(conn, made.vault, melding_id)
        if dossier is None:
            raise NotFoundError(NO_DOSSIER)
        found = await store.vertragingen_of_dossier(conn, made.vault, dossier.id)
        await record(conn, caller, Act("gelezen", "vertraging", dossier.id, casus_id=dossier.casus_id), now=now)
    return VertragingenView(found, _standen(dossier, found, now, made.rules))


def _standen(
    dossier: Dossier, found: tuple[Vertraging, ...], now: datetime, settings: RuleSettings
) -> tuple[TermijnStand, ...]:
    answered = dossier.acuutcheck.gedaan_op if dossier.acuutcheck else now
    decided = dossier.besluit.besloten_op if dossier.besluit else now
    return (
        _stand(TermijnSoort.ACUUTCHECK, answered >= due_acuutcheck(dossier.geopend_op, settings), found),
        _stand(TermijnSoort.VEILIGHEIDSBEOORDELING, decided >= due_besluit(dossier.geopend_op, settings), found),
    )


def _stand(soort: TermijnSoort, te_laat: bool, found: tuple[Vertraging, ...]) -> TermijnStand:
    return TermijnStand(soort, te_laat, te_laat and all(one.soort is not soort for one in found))


async def read_vertraging(made: Resources, caller: Caller, vertraging_id: UUID) -> Vertraging:
    """Return one explanation, of a dienst or of a veiligheidsbeoordeling."""
    async with in_transaction(made.engine) as conn:
        found = await store.find_vertraging(conn, made.vault, vertraging_id)
        if found is None:
            raise NotFoundError(_NOT_THERE)
        casus_id = await store.casus_of(conn, vertraging_id)
        await record(conn, caller, Act("gelezen", "vertraging", vertraging_id, casus_id=casus_id), now=made.clock())
    return found
