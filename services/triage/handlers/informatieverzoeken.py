"""How Veilig Thuis asks others, how they answer, and what each of them may read of it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.informatieverzoeken import (
    Aanleiding,
    Antwoord,
    Einde,
    Informatieverzoek,
    InformatieverzoekStatus,
    Intrekking,
    VraagOpgave,
    Weigering,
    ask,
    end,
    find_vraag_faults,
)
from services.triage.handlers.common import NO_DOSSIER, Creation, Once, append_facts, create, told
from services.triage.store import casussen, dossiers
from services.triage.store import informatieverzoeken as store
from services.triage.store.informatieverzoeken import Filter, Gevraagd, VerzoekItem
from services.triage.store.values import Place
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction, retry_conflicts
from shared.errors import Fault, InvalidInputError, NotFoundError
from shared.ids import new_id
from shared.log import get_logger
from shared.rules.access import Betrekking
from shared.rules.behandelcodes import InformatieverzoekSoort
from shared.rules.codes import Rol
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel
from shared.web.etag import check_version
from shared.web.idempotency import Answer

log = get_logger()

_NOT_THERE = "Dit informatieverzoek is er niet."


@dataclass(frozen=True, slots=True)
class VerzoekView:
    """A question as one reader may see it, at some moment."""

    verzoek: Informatieverzoek
    now: datetime
    volledig: bool  # Veilig Thuis: with the melding behind it, and every answer
    toont_einde: bool  # who gave an answer may read it back, and nobody else of those who are asked
    na_besluit: bool = False


async def create_verzoek(made: Resources, caller: Caller, opgave: VraagOpgave, once: Once[VerzoekView]) -> Answer:
    """Put a question to the local field or to an informant, in whatever state the dossier is."""
    now = made.clock()
    faults = tuple(Fault("body", *one) for one in find_vraag_faults(opgave))
    if faults:
        raise InvalidInputError("De vraag is niet volledig.", faults=faults)

    async def make(conn: AsyncConnection) -> VerzoekView:
        dossier = await dossiers.latest_dossier(conn, made.vault, opgave.melding_id, lock=True)
        if dossier is None:
            fault = Fault("body", "/meldingId", "van deze melding is er geen dossier")
            raise InvalidInputError(NO_DOSSIER, faults=(fault,))
        if opgave.dienst_id and not await store.is_dienst_of(conn, opgave.dienst_id, opgave.melding_id):
            fault = Fault("body", "/dienstId", "geen dienst van deze melding")
            raise InvalidInputError("Deze dienst is er niet.", faults=(fault,))
        van = Aanleiding(dossier.casus_id, dossier.id, dossier.gemeente_code)
        verzoek, facts = ask(opgave, van, verzoek_id=new_id(), now=now, rules=made.rules)
        await store.insert_verzoek(conn, made.vault, verzoek)
        await append_facts(conn, verzoek.casus_id, facts, about=(verzoek.id,), now=now)
        act = Act("gevraagd", "informatieverzoek", verzoek.id, casus_id=verzoek.casus_id)
        await record(conn, caller, act, now=now)
        return await _view(conn, caller, verzoek, now)

    creation = Creation("informatieverzoek", make, lambda conn: store.casus_of(conn, opgave.melding_id))
    return await create(made, caller, once, creation, now=now)


async def list_verzoeken(  # noqa: PLR0913, keyword only after the caller
    made: Resources,
    caller: Caller,
    *,
    melding_id: UUID | None,
    casus_id: UUID | None,
    status: InformatieverzoekStatus | None,
    after: Place | None,
    limit: int,
) -> list[VerzoekItem]:
    """Return questions, of who is asked only his own: codes and times, nothing is opened."""
    async with in_transaction(made.engine) as conn:
        here = await casussen.current_casus(conn, casus_id) if casus_id else None
        asked = Filter(_visible_to(caller), melding_id, here, status)
        return await store.list_verzoeken(conn, asked, after=after, limit=limit)


async def read_verzoek(made: Resources, caller: Caller, verzoek_id: UUID) -> VerzoekView:
    """Return one question; whose it is not, for him it is not there."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        verzoek = await _visible(conn, made, caller, verzoek_id)
        act = Act("gelezen", "informatieverzoek", verzoek_id, casus_id=verzoek.casus_id)
        await record(conn, caller, act, now=now)
        return await _view(conn, caller, verzoek, now)


async def end_verzoek(made: Resources, caller: Caller, verzoek_id: UUID, einde: Einde, *, seen: int) -> VerzoekView:
    """Keep an answer, that there will be none, or that the question is withdrawn; late is taken too."""
    now = made.clock()

    async def work() -> VerzoekView:
        async with in_transaction(made.engine) as conn:
            before = await _visible(conn, made, caller, verzoek_id, lock=True)
            check_version(seen, before.versie)
            with told():
                after, facts = end(before, einde, door=caller.organisatie_id, now=now)
            if after is not before:
                await store.save_einde(conn, made.vault, after)
                # Who comes back on a refusal ends it a second time: the version tells the two apart.
                await append_facts(conn, after.casus_id, facts, about=(after.id, after.versie), now=now)
            act = Act(after.status, "informatieverzoek", after.id, casus_id=after.casus_id)
            await record(conn, caller, act, now=now)
            return await _view(conn, caller, after, now)

    view = await retry_conflicts(work)
    log.info("informatieverzoek_ended", informatieverzoek_id=str(verzoek_id))
    return view


async def _visible(
    conn: AsyncConnection, made: Resources, caller: Caller, verzoek_id: UUID, *, lock: bool = False
) -> Informatieverzoek:
    found = await store.find_verzoek(conn, made.vault, verzoek_id, lock=lock)
    if found is None or not toegang_of(caller).permits(ties(caller, found)):
        raise NotFoundError(_NOT_THERE)
    return found


def ties(caller: Caller, verzoek: Informatieverzoek) -> AbstractSet[Betrekking]:
    """Return what ties a caller to a question: that it was put to him."""
    of_gemeente = verzoek.soort is InformatieverzoekSoort.LOKAAL_VELD and verzoek.gemeente_code in caller.gemeente_codes
    asked = (caller.rol is Rol.LOKAAL_TEAM and of_gemeente) or (
        caller.rol is Rol.KETENPARTNER and verzoek.organisatie_id == caller.organisatie_id
    )
    return frozenset({Betrekking.GEVRAAGD}) if asked else frozenset()


def _visible_to(caller: Caller) -> Gevraagd | None:
    if toegang_of(caller).sees_all:
        return None
    if caller.rol is Rol.LOKAAL_TEAM:
        return Gevraagd(gemeente_codes=caller.gemeente_codes)
    return Gevraagd(organisatie_id=caller.organisatie_id)


async def _view(conn: AsyncConnection, caller: Caller, verzoek: Informatieverzoek, now: datetime) -> VerzoekView:
    inside = toegang_of(caller).sees_all
    besloten_op = await store.besloten_op(conn, verzoek.dossier_id) if inside else None
    late = besloten_op is not None and verzoek.afgerond_op is not None and verzoek.afgerond_op > besloten_op
    mine = verzoek.afgerond_door == caller.organisatie_id and not isinstance(verzoek.einde, Intrekking)
    return VerzoekView(verzoek, now, inside, inside or mine, late)


async def load_informatieverzoek_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was asked and answered in a casus, for a file that somebody may read."""
    return [_deel(one) for one in await store.verzoeken_of_casus(conn, vault, casus_id)]


def _deel(one: Informatieverzoek) -> Dossierdeel:
    return deel(
        "informatieverzoek",
        one.gedaan_op,
        {
            "soort": one.soort,
            "grond": one.grond,
            "status": one.status,
            "afgerondOp": one.afgerond_op,
            "weigering": one.einde.reden if isinstance(one.einde, Weigering) else None,
        },
        *one.vragen,
        one.grond_toelichting,
        # Who was asked can be who reported: as a text, which intake cuts.
        one.organisatie_id,
        _told_by(one.einde),
    )


def _told_by(einde: Einde | None) -> str | None:
    match einde:
        case Antwoord(tekst) | Intrekking(tekst):
            return tekst
        case Weigering(_, tekst):
            return tekst
        case None:
            return None
