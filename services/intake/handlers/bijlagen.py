"""How a file comes in piece by piece, is judged and scanned, and is given out again: never inline, never infected."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import melding as melding_rules
from services.intake.domain.bijlage import (
    STUK_BYTES,
    Bijlage,
    BijlageSoort,
    BijlageStatus,
    Judge,
    Oordeel,
    RefusedError,
)
from services.intake.handlers.aanvullen import enter_melding, may_read, tell_addition
from services.intake.handlers.reading import bekendmaking_of
from services.intake.partners import virusscanner
from services.intake.settings import IntakeSettings
from services.intake.store import bijlagen as store
from services.intake.store import meldingen
from services.intake.store.ontvangst import lock_keys
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import ConflictError, InvalidInputError, NotFoundError
from shared.ids import new_id
from shared.keyring import Key
from shared.log import get_logger
from shared.messaging.tasks import Done, GivenUp, Outcome, Task, plan_task
from shared.rules.codes import AanvullingSoort, Rol
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer
from shared.work import Work, current_work, working

log = get_logger()

SCAN = "bijlage-scannen"
TIDY = "bijlage-opruimen"
BIJLAGEN_MAX = 50  # with one melding
# What came in half is taken away when nobody can still be sending it.
_UNFINISHED = timedelta(days=1)
_GONE = "Deze bijlage is er niet."
_CREATED = 201
_OK = 200


class FileTypeError(InvalidInputError):
    """The bytes are of a kind that is not kept, whatever the file is called."""

    status = 415
    title = "Mediatype niet ondersteund"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in: how it is called, what it says of itself by a key, and its bytes as they come."""

    naam: str
    key: str | None
    stream: AsyncIterator[bytes]


async def pieces_of(stream: AsyncIterator[bytes], size: int = STUK_BYTES) -> AsyncIterator[bytes]:
    """Yield what comes in as pieces of one size, the last one shorter."""
    left = bytearray()
    async for part in stream:
        left += part
        while len(left) >= size:
            yield bytes(left[:size])
            del left[:size]
    if left:
        yield bytes(left)


async def add_bijlage(
    made: Resources, caller: Caller, melding_id: UUID, upload: Upload, *, route: str
) -> tuple[Bijlage, bool]:
    """Take in a file with a melding and tell that it is there; return it, and whether it is new.

    The same bytes of the same organisation are the same file, sent again. Raises ``FileTypeError``.
    """
    bijlage_id = new_id()
    async with in_transaction(made.engine) as conn:
        kop = await enter_melding(conn, caller, melding_id)
        if await store.count_bijlagen(conn, melding_id) >= BIJLAGEN_MAX:
            raise ConflictError(f"Een melding heeft hooguit {BIJLAGEN_MAX} bijlagen.")
        now = made.clock()
        key = await store.begin_bijlage(
            conn,
            made.vault,
            bijlage_id,
            melding_id=melding_id,
            casus_id=kop.casus_id,
            organisatie_id=caller.organisatie_id,
            naam=upload.naam,
            now=now,
        )
        await plan_task(conn, TIDY, bijlage_id, casus_id=None, now=now, niet_voor=now + _UNFINISHED)
    async with _removed_unless_kept(made, bijlage_id):
        soort, grootte, digest = await _take_in(made, key, bijlage_id, upload.stream)
        inhoud = made.vault.blind("bijlage", str(melding_id), digest)
        attempt = None
        if upload.key is not None:
            attempt = Attempt(caller.client_id, route, upload.key, made.vault.blind("idempotentie", digest))
        whole = _Whole(bijlage_id, melding_id, key, soort, grootte, inhoud)
        return await _keep(made, caller, whole, attempt)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A file of which every byte is in."""

    id: UUID
    melding_id: UUID
    key: Key
    soort: BijlageSoort
    grootte: int
    inhoud: bytes


@asynccontextmanager
async def _removed_unless_kept(made: Resources, bijlage_id: UUID) -> AsyncIterator[None]:
    """Take away at the end what did not become whole, also when the sender hung up."""
    try:
        yield
    finally:
        async with in_transaction(made.engine) as conn:
            await store.drop_unfinished(conn, bijlage_id)


async def _take_in(
    made: Resources, key: Key, bijlage_id: UUID, stream: AsyncIterator[bytes]
) -> tuple[BijlageSoort, int, str]:
    """Keep every piece as it comes; return what the file is, how large, and the hash over it."""
    judge, digest, grootte, nr = Judge(), hashlib.sha256(), 0, 0
    try:
        async for piece in pieces_of(stream):
            judge.feed(piece)
            digest.update(piece)
            async with in_transaction(made.engine) as conn:
                await store.add_stuk(conn, key, bijlage_id, nr, piece)
            grootte, nr = grootte + len(piece), nr + 1
        return judge.end(), grootte, digest.hexdigest()
    except RefusedError as error:
        raise FileTypeError(str(error)) from None


async def _keep(made: Resources, caller: Caller, whole: _Whole, attempt: Attempt | None) -> tuple[Bijlage, bool]:
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        kop = await enter_melding(conn, caller, whole.melding_id, hold=True)
        if not await store.key_is_of(conn, whole.key, kop.casus_id):
            raise ConflictError("De melding kwam intussen in een andere casus; stuur het bestand opnieuw.")
        earlier = await first_answer(conn, made.vault, attempt, now=now)
        await lock_keys(conn, [whole.inhoud])
        found = await _found(conn, made.vault, caller, whole, earlier)
        is_new = found is None
        if found is None:
            await store.end_bijlage(
                conn, whole.id, soort=whole.soort, grootte=whole.grootte, inhoud=whole.inhoud, now=now
            )
            await plan_task(conn, SCAN, whole.id, casus_id=None, now=now)
            await tell_addition(conn, kop, whole.melding_id, AanvullingSoort.BIJLAGE, whole.id, now=now)
            found = await _load(conn, made.vault, whole.id)
        if earlier is None:
            await keep_answer(conn, made.vault, attempt, Answer(_CREATED if is_new else _OK, {"id": str(found.id)}))
        act = f"bijlage-{'toegevoegd' if is_new else 'herhaald'}"
        await record(conn, caller, Act(act, "bijlage", found.id, casus_id=kop.casus_id), now=now)
    log.info("addition_received", melding_id=str(whole.melding_id), soort=AanvullingSoort.BIJLAGE)
    return found, is_new or (earlier is not None and earlier.status == _CREATED)


async def _found(
    conn: AsyncConnection, vault: Vault, caller: Caller, whole: _Whole, earlier: Answer | None
) -> Bijlage | None:
    if earlier is not None:
        return await _load(conn, vault, UUID(earlier.body["id"]))
    return await store.find_same(
        conn, vault, melding_id=whole.melding_id, organisatie_id=caller.organisatie_id, inhoud=whole.inhoud
    )


async def _load(conn: AsyncConnection, vault: Vault, bijlage_id: UUID) -> Bijlage:
    found = await store.load_bijlage(conn, vault, bijlage_id)
    if found is None:
        raise NotFoundError(_GONE)
    return found


# --- reading -------------------------------------------------------------------------------------------------------


async def list_bijlagen(made: Resources, caller: Caller, melding_id: UUID, *, now: datetime) -> tuple[Bijlage, ...]:
    """Return the files of a melding; a ketenpartner sees those that his own organisation added."""
    async with in_transaction(made.engine) as conn:
        kop = await enter_melding(conn, caller, melding_id)
        await _refuse_where_somebody_hides(conn, made.vault, caller, kop.casus_id)
        found = await store.load_bijlagen(conn, made.vault, melding_id)
        act = Act("bijlagen-gelezen", "melding", melding_id, casus_id=kop.casus_id)
        await record(conn, caller, act, now=now)
    return tuple(bijlage for bijlage in found if may_read(caller, bijlage.organisatie_id))


async def open_bijlage(
    made: Resources, caller: Caller, melding_id: UUID, bijlage_id: UUID, *, now: datetime
) -> tuple[Bijlage, AsyncIterator[bytes]]:
    """Return a file and its bytes piece by piece, after the whole of it was found to be what came in.

    Raises ``ConflictError`` for one in which the scanner found something: that is given to nobody.
    """
    async with in_transaction(made.engine) as conn:
        kop = await enter_melding(conn, caller, melding_id)
        await _refuse_where_somebody_hides(conn, made.vault, caller, kop.casus_id)
        found = await store.load_bijlage(conn, made.vault, bijlage_id)
        if found is None or found.melding_id != melding_id or not may_read(caller, found.organisatie_id):
            raise NotFoundError(_GONE)
        if found.status is BijlageStatus.BESMET:
            raise ConflictError("In dit bestand is iets schadelijks gevonden; het wordt aan niemand gegeven.")
        await record(conn, caller, Act("bijlage-gelezen", "bijlage", bijlage_id, casus_id=kop.casus_id), now=now)
    await _check(made, found)
    return found, _pieces(made, found)


async def _refuse_where_somebody_hides(conn: AsyncConnection, vault: Vault, caller: Caller, casus_id: UUID) -> None:
    """Keep files from the chain where any melder of the casus is hidden: out of a file nothing can be cut.

    The same goes where a passage was marked, and for a signal of an unknown melder, which is for Veilig Thuis alone.
    """
    if caller.rol is not Rol.SYSTEEM:
        return
    for kept in await meldingen.load_meldingen(conn, vault, casus_id=casus_id):
        agreed = bekendmaking_of(kept.dossier.melder)
        hidden = melding_rules.hidden_melder(kept.dossier, kept.melder_soort, agreed)
        if hidden or kept.dossier.passages or not kept.dossier.announced:
            raise NotFoundError(_GONE)


async def _check(made: Resources, bijlage: Bijlage) -> None:
    """Read a file once to see that no piece is missing and none is of another file."""
    digest = hashlib.sha256()
    size = 0
    async for piece in _pieces(made, bijlage):
        digest.update(piece)
        size += len(piece)
    async with in_transaction(made.engine) as conn:
        kept = await store.load_inhoud(conn, bijlage.id)
    if size != bijlage.grootte or made.vault.blind("bijlage", str(bijlage.melding_id), digest.hexdigest()) != kept:
        raise RuntimeError("a file is not what came in")


def _pieces(made: Resources, bijlage: Bijlage) -> AsyncIterator[bytes]:
    """Yield the pieces of a file, each in a transaction of its own; under the name of who asked, also afterwards.

    Who that is is looked up now: what yields them begins only when the answer is sent, and then nobody is asking.
    """
    return _pieces_for(current_work(), made, bijlage)


async def _pieces_for(work: Work | None, made: Resources, bijlage: Bijlage) -> AsyncIterator[bytes]:
    for nr in range(-(-bijlage.grootte // STUK_BYTES)):
        if work is None:
            piece = await _piece(made, bijlage.id, nr)
        else:
            with working(work):
                piece = await _piece(made, bijlage.id, nr)
        yield piece


async def _piece(made: Resources, bijlage_id: UUID, nr: int) -> bytes:
    async with in_transaction(made.engine) as conn:
        return await store.load_stuk(conn, made.vault, bijlage_id, nr)


# --- afterwards ----------------------------------------------------------------------------------------------------


async def scan_bijlage(task: Task, made: Resources, settings: IntakeSettings) -> Outcome:
    """Let the scanner look at a file; without a scanner it stays as it is, and says so to whoever reads it."""
    if not settings.virusscanner_url:
        return Done()
    async with in_transaction(made.engine) as conn:
        bijlage = await store.load_bijlage(conn, made.vault, task.object_id)
    if bijlage is None or bijlage.status is not BijlageStatus.NIET_GESCAND:
        return Done()
    oordeel = await virusscanner.scan(settings.virusscanner_url, _pieces(made, bijlage))
    if oordeel is Oordeel.TE_GROOT:
        return GivenUp(oordeel.value)
    status = BijlageStatus.BESMET if oordeel is Oordeel.BESMET else BijlageStatus.GESCAND
    async with in_transaction(made.engine) as conn:
        await store.save_scan(conn, bijlage.id, status, now=made.clock())
    log.info("bijlage_scanned", bijlage_id=str(bijlage.id), status=status)
    return Done()


async def tidy_bijlage(task: Task, made: Resources, _: IntakeSettings) -> Outcome:
    """Take away a file that never became whole because the process died that took it in."""
    async with in_transaction(made.engine) as conn:
        await store.drop_unfinished(conn, task.object_id)
    return Done()
