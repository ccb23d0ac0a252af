"""How a dossierverzoek is taken in, decided and carried out; to destroy a file a second person confirms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import dossierverzoek as rules
from services.intake.domain import matching
from services.intake.domain.afschrift import Bron, own_ids
from services.intake.domain.correctie import corrected, persoon_of
from services.intake.domain.dossierverzoek import Besluit, Dossierverzoek, DossierverzoekStatus, Vraag
from services.intake.domain.melding import PersoonDossier
from services.intake.handlers.keys import blind_keys, search_keys_of
from services.intake.handlers.reading import load_bronnen
from services.intake.handlers.vernietigen import destroy_casus
from services.intake.store import casussen, koppelen
from services.intake.store import dossierverzoeken as store
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotAllowedError, NotFoundError
from shared.events.payloads import DossierverzoekAfgehandeld, DossierverzoekOntvangen
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.messaging import outbox
from shared.messaging.outbox import NewFact
from shared.rules.codes import DossierverzoekSoort
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

_CREATED = 201
_GONE = "Dit dossierverzoek is er niet."
_NOBODY = "Deze casus, of deze persoon daarin, is er niet."


# --- receiving and reading -------------------------------------------------------------------------------------


async def receive_verzoek(
    made: Resources, caller: Caller, vraag: Vraag, *, attempt: Attempt | None, now: datetime
) -> Dossierverzoek:
    """Take in what somebody asks about his own file, and start its clock.

    Raises ``NotFoundError`` when the person does not stand in the casus: nobody asks about what does not concern him.
    """
    _refuse(rules.find_faults(vraag, now))
    async with in_transaction(made.engine) as conn:
        earlier = await first_answer(conn, made.vault, attempt, now=now)
        if earlier is not None:
            known = await load_verzoek(conn, made, UUID(earlier.body["id"]))
            await record(conn, caller, _act("herhaald", known), now=now)
            return known
        casus = await casussen.load_casus(conn, vraag.casus_id)
        if casus is None:
            raise NotFoundError(_NOBODY)
        bronnen = await load_bronnen(conn, made, casus.id)
        persoon = _persoon(bronnen, vraag.persoon_id)
        verzoek = rules.receive(
            replace(vraag, casus_id=casus.id),
            verzoek_id=new_id(),
            geboortedatum=persoon_of(persoon).geboortedatum,
            settings=made.rules,
        )
        await store.save_verzoek(conn, made.vault, verzoek)
        await outbox.append(conn, [received(verzoek, bronnen[-1].dossier.ontvangst.gemeente_code)], now=now)
        await keep_answer(conn, made.vault, attempt, Answer(_CREATED, {"id": str(verzoek.id)}))
        await record(conn, caller, _act("ontvangen", verzoek), now=now)
    log.info("dossierverzoek_received", verzoek_id=str(verzoek.id), casus_id=str(verzoek.casus_id))
    return verzoek


def _persoon(bronnen: Sequence[Bron], persoon_id: UUID) -> PersoonDossier:
    for bron in bronnen:
        for persoon in bron.dossier.personen:
            if persoon.id == persoon_id:
                return persoon
    raise NotFoundError(_NOBODY)


async def read_verzoek(made: Resources, caller: Caller, verzoek_id: UUID, *, now: datetime) -> Dossierverzoek:
    """Return one request; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        found = await load_verzoek(conn, made, verzoek_id)
        await record(conn, caller, _act("gelezen", found), now=now)
    return found


async def list_verzoeken(  # noqa: PLR0913, what a list is asked by, keyword only
    made: Resources,
    caller: Caller,
    *,
    status: DossierverzoekStatus | None,
    casus_id: UUID | None,
    limiet: int,
    na: UUID | None,
    now: datetime,
) -> Sequence[Dossierverzoek]:
    """Return requests, the oldest first; those on a casus that vanished stand under the one that stays."""
    async with in_transaction(made.engine) as conn:
        casus = await casussen.load_casus(conn, casus_id) if casus_id else None
        here = casus.id if casus else casus_id
        found = await store.list_verzoeken(conn, made.vault, status=status, casus_id=here, na=na, limiet=limiet)
        act = Act("dossierverzoeken-gelezen", "dossierverzoeken", None, casus_id=here, reden=f"{len(found)} gevonden")
        await record(conn, caller, act, now=now)
    return found


async def load_verzoek(
    conn: AsyncConnection, made: Resources, verzoek_id: UUID, *, lock: bool = False
) -> Dossierverzoek:
    """Return one request, locked when it is about to change; raises ``NotFoundError``."""
    found = await store.load_verzoek(conn, made.vault, verzoek_id, lock=lock)
    if found is None:
        raise NotFoundError(_GONE)
    return found


# --- deciding --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeenBesluit:
    """What somebody decides, and which version he had before him."""

    besluit: Besluit
    gezien: int


async def record_besluit(
    made: Resources, caller: Caller, verzoek_id: UUID, told: SeenBesluit, *, now: datetime
) -> Dossierverzoek:
    """Decide on a request, and carry out what takes no second person.

    Repeating the same besluit is harmless: it changes nothing and announces nothing.
    """

    async def work() -> Dossierverzoek:
        async with in_transaction(made.engine) as conn:
            before = await _load_with_casus(conn, made, verzoek_id)
            if rules.is_repetition(before, told.besluit):
                await record(conn, caller, _act("herhaald", before), now=now)
                return before
            _refuse(rules.find_besluit_faults(before.soort, told.besluit))
            after = _decided(before, told, subject=caller.subject, now=now)
            await store.save_verzoek(conn, made.vault, after)
            await _carry_out(conn, made, after, now=now)
            await announce_done(conn, before, after, now=now)
            await record(conn, caller, _act(after.status, after), now=now)
        log.info("dossierverzoek_decided", verzoek_id=str(after.id), status=after.status.value)
        return after

    return await retry_conflicts(work)


async def _load_with_casus(conn: AsyncConnection, made: Resources, verzoek_id: UUID) -> Dossierverzoek:
    """Return a request, locked after its casus: a merge locks in that order too."""
    await casussen.lock_casussen(conn, ((await load_verzoek(conn, made, verzoek_id)).casus_id,))
    return await load_verzoek(conn, made, verzoek_id, lock=True)


def _decided(before: Dossierverzoek, told: SeenBesluit, *, subject: str, now: datetime) -> Dossierverzoek:
    try:
        after = rules.decide(before, told.besluit, subject=subject, now=now)
    except rules.RefusedError as error:
        raise ConflictError(str(error)) from None
    check_version(told.gezien, before.versie)
    return after


async def _carry_out(conn: AsyncConnection, made: Resources, verzoek: Dossierverzoek, *, now: datetime) -> None:
    if verzoek.soort is DossierverzoekSoort.BEPERKING:
        await store.refresh_beperking(conn, verzoek.casus_id)
    if verzoek.soort is DossierverzoekSoort.CORRECTIE and verzoek.status is DossierverzoekStatus.TOEGEWEZEN:
        await _correct(conn, made, verzoek, now=now)


async def _correct(conn: AsyncConnection, made: Resources, verzoek: Dossierverzoek, *, now: datetime) -> None:
    """Mend the fact in every description of this human in the casus, and the keys by which he is found."""
    if verzoek.correctie is None or verzoek.persoon_id is None:
        raise ValueError("a correction without a person or a value")
    bronnen = await load_bronnen(conn, made, verzoek.casus_id)
    own = own_ids(bronnen, verzoek.persoon_id)
    described = [(bron, persoon) for bron in bronnen for persoon in bron.dossier.personen if persoon.id in own]
    for bron, persoon in described:
        nieuw = corrected(persoon, verzoek.correctie)
        await store.save_correctie(
            conn,
            made.vault,
            verzoek,
            persoon_id=persoon.id,
            oud=persoon.gegevens,
            nieuw=nieuw.gegevens,
            sleutels=blind_keys(made.vault, persoon_of(nieuw)),
            koppelt=bron.dossier.announced and persoon.rol not in matching.DOES_NOT_MATCH,
            now=now,
        )
        if bron.dossier.announced:  # the people of a signal of an unknown melder tie nothing
            await koppelen.replace_keys(conn, persoon.id, search_keys_of(made.vault, persoon_of(nieuw)))


# --- destroying ------------------------------------------------------------------------------------------------


async def confirm_vernietiging(
    made: Resources, caller: Caller, verzoek_id: UUID, *, gezien: int, now: datetime
) -> Dossierverzoek:
    """Confirm as a second person that a file is destroyed, and destroy it in the same transaction.

    Raises ``NotAllowedError`` for who decided himself. Who confirms twice gets the same answer.
    """

    async def work() -> Dossierverzoek:
        async with in_transaction(made.engine) as conn:
            before = await _load_with_casus(conn, made, verzoek_id)
            if before.status is DossierverzoekStatus.VERNIETIGD and before.bevestigd_door == caller.subject:
                await record(conn, caller, _act("herhaald", before), now=now)
                return before
            after = _confirmed(before, gezien, subject=caller.subject, now=now)
            await store.save_verzoek(conn, made.vault, after)
            await announce_done(conn, before, after, now=now)
            await record(conn, caller, _act("bevestigd", after), now=now)
            await destroy_casus(conn, made, caller, after.casus_id, reden=after.reden, verzoek_id=after.id, now=now)
            return await load_verzoek(conn, made, verzoek_id)

    return await retry_conflicts(work)


def _confirmed(before: Dossierverzoek, gezien: int, *, subject: str, now: datetime) -> Dossierverzoek:
    try:
        after = rules.confirm(before, subject=subject, now=now)
    except rules.RefusedError as error:
        raise ConflictError(str(error)) from None
    except rules.SamePersonError:
        raise NotAllowedError("Wie besloot, bevestigt niet: dat doet een ander.") from None
    check_version(gezien, before.versie)
    return after


def _refuse(faults: Iterable[tuple[str, str]]) -> None:
    """Raise ``InvalidInputError`` with every fault at once, when there is one."""
    found = tuple(Fault("body", pointer, detail) for pointer, detail in faults)
    if found:
        raise InvalidInputError(f"{len(found)} veld(en) ongeldig.", faults=found)


# --- telling ---------------------------------------------------------------------------------------------------


def received(verzoek: Dossierverzoek, gemeente_code: str) -> NewFact:
    """Return the fact that starts the clock of a request."""
    payload = DossierverzoekOntvangen(
        verzoek_id=verzoek.id,
        soort=verzoek.soort,
        ontvangen_op=verzoek.ontvangen_op,
        gemeente_code=gemeente_code,
    )
    event_id = derived_id("dossierverzoek-ontvangen", verzoek.id)
    return NewFact(event_id=event_id, casus_id=verzoek.casus_id, payload=payload)


async def announce_done(conn: AsyncConnection, before: Dossierverzoek, after: Dossierverzoek, *, now: datetime) -> None:
    """Announce that the clock of a request stopped, when it was this step that stopped it."""
    if after.afgehandeld_op is None or before.afgehandeld_op is not None:
        return
    payload = DossierverzoekAfgehandeld(verzoek_id=after.id, soort=after.soort, afgehandeld_op=after.afgehandeld_op)
    event_id = derived_id("dossierverzoek-afgehandeld", after.id)
    await outbox.append(conn, [NewFact(event_id=event_id, casus_id=after.casus_id, payload=payload)], now=now)


def _act(what: str, verzoek: Dossierverzoek) -> Act:
    concerned = [verzoek.persoon_id] if verzoek.persoon_id else []
    return Act(f"dossierverzoek-{what}", "dossierverzoek", verzoek.id, casus_id=verzoek.casus_id, betrokkenen=concerned)
