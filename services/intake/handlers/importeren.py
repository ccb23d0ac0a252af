"""How a file with many meldingen comes in, and how the worker makes a melding of every row: by the same door as all.

A file is never in memory: it stands in sealed pieces, and a hundred rows are worked on at a time. A worker that dies
does its last hundred again, and finds under each row the answer that it gave before.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import importeren as rules
from services.intake.domain.importeren import (
    PERSONEN_MAX,
    RIJEN_MAX,
    STUK_BYTES,
    BrokenOffError,
    Import,
    ImportFout,
    ImportSoort,
    ImportStatus,
    Kop,
    Record,
    Rij,
    RijResultaat,
    RijStatus,
    Splitter,
)
from services.intake.domain.melding import Melding
from services.intake.handlers.bijlagen import pieces_of
from services.intake.handlers.receiving import receive_melding
from services.intake.settings import IntakeSettings
from services.intake.store import importen as store
from services.intake.store.importen import BESTAND, RIJEN, Opdracht
from services.intake.store.ontvangst import lock_keys
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import CallerError, Fault, InvalidInputError, NotFoundError
from shared.ids import new_id
from shared.keyring import Key
from shared.log import get_logger
from shared.messaging.tasks import Again, Done, Outcome, Task, plan_task
from shared.rules.access import BELEID, Betrekking, Toegang, judge
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer
from shared.work import INTAKE_WALL, Wall, Work, current_work, working

log = get_logger()

WORK = "import-verwerken"
TIDY = "import-opruimen"
FORGET = "import-vergeten"
_GONE = "Deze import is er niet."
_ROWS_AT_A_TIME = 100
_MELDINGEN_AT_ONCE = 4
_UNFINISHED = timedelta(days=1)
_FETCH_SECONDS = 30.0
_CREATED = 201
_ACCEPTED = 202
_OK = 200

Lees = Callable[[Mapping[str, Any]], Melding | tuple[Fault, ...]]
"""Read the JSON of a melding as the door does: the melding, or everything that is wrong with it."""


# --- at the door -----------------------------------------------------------------------------------------------------


async def add_import(  # noqa: PLR0913, keyword only after the caller
    made: Resources,
    caller: Caller,
    *,
    soort: ImportSoort,
    stream: AsyncIterator[bytes],
    key: str | None,
    route: str,
) -> tuple[Import, bool]:
    """Take in a file with meldingen; return what is known of it, and whether it is new.

    The same bytes of the same organisation are the same import, sent again, as long as its report is kept.
    """
    import_id, work = new_id(), current_work()
    values = {
        "organisatie_id": caller.organisatie_id,
        "rol": caller.rol.value,
        "actor": caller.subject,
        "client": caller.client_id,
        "herkomst": work.origin if work else "",
        "soort": soort.value,
    }
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        sealing = await store.begin_import(conn, made.vault, import_id, {**values, "nu": now})
        await plan_task(conn, TIDY, import_id, casus_id=None, now=now, niet_voor=now + _UNFINISHED)
    async with _removed_unless_kept(made, import_id):
        deel = RIJEN if soort is ImportSoort.CSV else BESTAND
        grootte, digest = await _take_in(made, sealing, import_id, deel, stream)
        inhoud = made.vault.blind("import", digest)
        attempt = Attempt(caller.client_id, route, key, made.vault.blind("idempotentie", digest)) if key else None
        return await _keep(made, caller, _Whole(import_id, grootte, inhoud), attempt)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A file of which every byte is in."""

    id: UUID
    grootte: int
    inhoud: bytes


@asynccontextmanager
async def _removed_unless_kept(made: Resources, import_id: UUID) -> AsyncIterator[None]:
    """Take away at the end what did not become whole, also when the sender hung up."""
    try:
        yield
    finally:
        async with in_transaction(made.engine) as conn:
            await store.drop_unfinished(conn, import_id)


async def _take_in(
    made: Resources, key: Key, import_id: UUID, deel: str, stream: AsyncIterator[bytes]
) -> tuple[int, str]:
    digest, grootte, nr = hashlib.sha256(), 0, 0
    async for piece in pieces_of(stream, STUK_BYTES):
        digest.update(piece)
        async with in_transaction(made.engine) as conn:
            await store.add_stuk(conn, key, import_id, deel, nr, piece)
        grootte, nr = grootte + len(piece), nr + 1
    if not grootte:
        raise InvalidInputError("Het bestand is leeg.")
    return grootte, digest.hexdigest()


async def _keep(made: Resources, caller: Caller, whole: _Whole, attempt: Attempt | None) -> tuple[Import, bool]:
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        earlier = await first_answer(conn, made.vault, attempt, now=now)
        await lock_keys(conn, [whole.inhoud])
        if earlier is not None:
            found = await store.load_import(conn, UUID(earlier.body["id"]))
        else:
            found = await store.find_same(conn, organisatie_id=caller.organisatie_id, inhoud=whole.inhoud)
        is_new = found is None
        if found is None:
            await store.end_import(conn, whole.id, grootte=whole.grootte, inhoud=whole.inhoud)
            await plan_task(conn, WORK, whole.id, casus_id=None, now=now)
            found = await store.load_import(conn, whole.id)
        if found is None:
            raise NotFoundError(_GONE)
        if earlier is None:
            await keep_answer(conn, made.vault, attempt, Answer(_ACCEPTED if is_new else _OK, {"id": str(found.id)}))
        act = f"import-{'ontvangen' if is_new else 'herhaald'}"
        await record(conn, caller, Act(act, "import", found.id, reden=f"{found.grootte} bytes"), now=now)
    log.info("import_received", import_id=str(found.id))
    return found, is_new or (earlier is not None and earlier.status == _ACCEPTED)


async def read_import(made: Resources, caller: Caller, import_id: UUID) -> Import:
    """Return how far an import is; raises ``NotFoundError`` for one of another organisation."""
    async with in_transaction(made.engine) as conn:
        found = await store.load_import(conn, import_id)
    return _of_caller(caller, found)


async def list_resultaten(
    made: Resources, caller: Caller, import_id: UUID, *, na: int, limiet: int
) -> list[RijResultaat]:
    """Return what became of the rows of an import, in the order of the file."""
    async with in_transaction(made.engine) as conn:
        _of_caller(caller, await store.load_import(conn, import_id))
        return await store.list_resultaten(conn, import_id, na=na, limiet=limiet)


def _of_caller(caller: Caller, found: Import | None) -> Import:
    ties = {Betrekking.EIGEN_MELDING} if found and found.organisatie_id == caller.organisatie_id else set()
    if found is None or not toegang_of(caller).permits(ties):
        raise NotFoundError(_GONE)
    return found


# --- in the worker ---------------------------------------------------------------------------------------------------


async def work_on_import(task: Task, made: Resources, settings: IntakeSettings, *, lees: Lees) -> Outcome:
    """Prepare a file, or make meldingen of its next hundred rows; the task goes on until every row was worked on."""
    async with in_transaction(made.engine) as conn:
        opdracht = await store.load_opdracht(conn, task.object_id)
    if opdracht is None or opdracht.gezien.status not in {ImportStatus.WACHT, ImportStatus.BEZIG}:
        return Done()
    try:
        if opdracht.gezien.status is ImportStatus.WACHT:
            await _prepare(made, opdracht.gezien)
            return Again(failed=False)
        kop = rules.read_header((await _first_record(made, opdracht.gezien)).bytes)
        batch = await _next_rows(made, opdracht, kop)
    except BrokenOffError as error:
        await _break_off(made, opdracht.gezien.id, error, settings)
        return Done()
    if not batch.rijen:
        await _finish(made, opdracht.gezien.id, settings)
        return Done()
    await _work_on(made, opdracht, batch, lees)
    return Again(failed=False)


async def _prepare(made: Resources, gezien: Import) -> None:
    """Unpack an Excel file to rows, read the header, and count the rows; raises ``BrokenOffError``."""
    if gezien.soort is ImportSoort.XLSX:
        await _unpack(made, gezien)
    kop: Kop | None = None
    plaats, count, group, last = 0, 0, 0, ""
    async for record_ in _records(made, gezien.id, begin=0):
        if kop is None:
            kop = rules.read_header(record_.bytes)
            plaats = record_.end
            continue
        if record_.is_empty:
            continue
        count += 1
        externe = rules.read_row(kop, count, record_.bytes).externe_identificatie
        group = group + 1 if externe and externe == last else 1
        last = externe
        if count > RIJEN_MAX:
            raise BrokenOffError(ImportFout.TE_VEEL_RIJEN)
        if group > PERSONEN_MAX:
            raise BrokenOffError(ImportFout.TE_VEEL_PERSONEN)
    if kop is None:
        raise BrokenOffError(ImportFout.GEEN_KOP)
    if not count:
        raise BrokenOffError(ImportFout.GEEN_RIJEN)
    async with in_transaction(made.engine) as conn:
        await store.remove_stukken(conn, gezien.id, BESTAND)
        await store.save_counted(conn, gezien.id, rijen=count, plaats=plaats)


async def _unpack(made: Resources, gezien: Import) -> None:
    """Write the first sheet of an Excel file as pieces of CSV; what a worker that died had written goes first."""
    loop = asyncio.get_running_loop()
    async with in_transaction(made.engine) as conn:
        await store.remove_stukken(conn, gezien.id, RIJEN)
        key = await store.key_for_pieces(conn, made.vault, gezien.id)

    async def fetch(nr: int) -> bytes:
        async with in_transaction(made.engine) as conn:
            return await store.load_stuk(conn, made.vault, gezien.id, BESTAND, nr)

    async def keep(nr: int, piece: bytes) -> None:
        async with in_transaction(made.engine) as conn:
            await store.add_stuk(conn, key, gezien.id, RIJEN, nr, piece)

    def unpack() -> None:
        from services.intake.handlers.werkblad import as_csv  # noqa: PLC0415, what reads Excel is large and seldom needed

        def fetched(nr: int) -> bytes:
            return asyncio.run_coroutine_threadsafe(fetch(nr), loop).result(_FETCH_SECONDS)

        for nr, piece in enumerate(as_csv(fetched, gezien.grootte)):
            asyncio.run_coroutine_threadsafe(keep(nr, piece), loop).result(_FETCH_SECONDS)

    await asyncio.to_thread(unpack)
    async with in_transaction(made.engine) as conn:
        await store.remove_stukken(conn, gezien.id, BESTAND)


async def _records(made: Resources, import_id: UUID, *, begin: int) -> AsyncIterator[Record]:
    """Yield the rows of a file from a byte on, a piece at a time."""
    splitter = Splitter(begin)
    nr, skip = divmod(begin, STUK_BYTES)
    while True:
        async with in_transaction(made.engine) as conn:
            piece = await store.load_stuk(conn, made.vault, import_id, RIJEN, nr)
        for one in splitter.feed(piece[skip:]):
            yield one
        nr, skip = nr + 1, 0
        if len(piece) < STUK_BYTES:
            break
    for one in splitter.end():
        yield one


async def _first_record(made: Resources, gezien: Import) -> Record:
    async for one in _records(made, gezien.id, begin=0):
        return one
    raise BrokenOffError(ImportFout.GEEN_KOP)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows that are worked on together, and where those behind them begin."""

    rijen: tuple[Rij, ...]
    plaats: int
    volgende_rij: int


async def _next_rows(made: Resources, opdracht: Opdracht, kop: Kop) -> _Batch:
    """Return the next hundred rows or so: what is one melding stays together."""
    rijen: list[Rij] = []
    plaats, nr = opdracht.plaats, opdracht.volgende_rij
    async for one in _records(made, opdracht.gezien.id, begin=opdracht.plaats):
        if not one.is_empty:
            rij = rules.read_row(kop, nr, one.bytes)
            if len(rijen) >= _ROWS_AT_A_TIME and not rij.goes_with(rijen[-1]):
                break
            rijen.append(rij)
        plaats, nr = one.end, nr + 1
    return _Batch(tuple(rijen), plaats, nr)


async def _work_on(made: Resources, opdracht: Opdracht, batch: _Batch, lees: Lees) -> None:
    """Make meldingen of some rows, a few at once, and write what became of each row."""
    groups = list(rules.gathered(batch.rijen))
    resultaten: list[RijResultaat] = []
    for begin in range(0, len(groups), _MELDINGEN_AT_ONCE):
        some = groups[begin : begin + _MELDINGEN_AT_ONCE]
        for found in await asyncio.gather(*(_one_melding(made, opdracht, rijen, lees) for rijen in some)):
            resultaten += found
    async with in_transaction(made.engine) as conn:
        await store.save_progress(
            conn,
            opdracht.gezien.id,
            resultaten,
            was=opdracht.plaats,
            plaats=batch.plaats,
            volgende_rij=batch.volgende_rij,
        )


async def _one_melding(made: Resources, opdracht: Opdracht, rijen: Sequence[Rij], lees: Lees) -> list[RijResultaat]:
    """Receive the melding of some rows as if whoever sent the file sent it; return what became of each row."""
    ontwerp = rules.draft(rijen)
    if ontwerp.fouten:
        return _refused(rijen, ontwerp.fouten)
    melding = lees(ontwerp.body)
    if isinstance(melding, tuple):
        return _refused(rijen, _placed(melding, rijen))
    content = orjson.dumps(ontwerp.body, option=orjson.OPT_SORT_KEYS).decode()
    attempt = Attempt(
        opdracht.client,
        route_of(opdracht.gezien.id),
        str(rijen[0].nr),
        made.vault.blind("idempotentie", content),
    )
    try:
        with working(_work_of(made, opdracht)):
            answer = await receive_melding(made, _caller_of(opdracht), melding, attempt=attempt, now=made.clock())
    except InvalidInputError as error:
        placed = _placed(error.faults, rijen) if error.faults else {rijen[0].nr: [("", error.detail)]}
        return _refused(rijen, placed)
    except CallerError as error:
        return _refused(rijen, {rijen[0].nr: [("", error.detail)]})
    status = RijStatus.ONTVANGEN if answer.status == _CREATED else RijStatus.HERHAALD
    return [RijResultaat(rij.nr, status, UUID(answer.body["id"])) for rij in rijen]


def _refused(rijen: Sequence[Rij], fouten: Mapping[int, Sequence[tuple[str, str]]]) -> list[RijResultaat]:
    with_others = (("", "een andere rij van deze melding is geweigerd"),)
    return [RijResultaat(rij.nr, RijStatus.GEWEIGERD, fouten=tuple(fouten.get(rij.nr, with_others))) for rij in rijen]


def _placed(faults: Sequence[Fault], rijen: Sequence[Rij]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for fault in faults:
        nr, kolom = rules.place_of(fault.pointer, rijen)
        found.setdefault(nr, []).append((kolom, fault.detail))
    return found


def route_of(import_id: UUID) -> str:
    """Return the name under which the first answers to the rows of an import are kept."""
    return f"import {import_id}"


def _work_of(made: Resources, opdracht: Opdracht) -> Work:
    wall = Wall(rol=INTAKE_WALL, organisatie_id=opdracht.gezien.organisatie_id)
    return Work(wall=wall, vault=made.vault, origin=opdracht.herkomst)


def _caller_of(opdracht: Opdracht) -> Caller:
    """Return whoever sent the file, let in as for a melding of his own."""
    regel = BELEID["intake", "createMelding"]
    toegang = judge(regel, rol=opdracht.rol, scopes=(regel.scope,), doel=None)
    if not isinstance(toegang, Toegang):
        raise TypeError("a rol that may send no melding sent a file of them")
    return Caller(opdracht.actor, opdracht.client, opdracht.rol, opdracht.gezien.organisatie_id, frozenset(), toegang)


async def _break_off(made: Resources, import_id: UUID, error: BrokenOffError, settings: IntakeSettings) -> None:
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        await store.break_off(conn, import_id, error.fout, error.fouten, now=now)
        await _plan_forgetting(conn, import_id, settings, now=now)
    log.warning("import_broken_off", import_id=str(import_id), reason=error.fout)


async def _finish(made: Resources, import_id: UUID, settings: IntakeSettings) -> None:
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        await store.finish(conn, import_id, route=route_of(import_id), now=now)
        await _plan_forgetting(conn, import_id, settings, now=now)
    log.info("import_done", import_id=str(import_id))


async def _plan_forgetting(conn: AsyncConnection, import_id: UUID, settings: IntakeSettings, *, now: datetime) -> None:
    """Plan that the report of an import goes when its time is over."""
    later = now + timedelta(days=settings.import_rapport_dagen)
    await plan_task(conn, FORGET, import_id, casus_id=None, now=now, niet_voor=later)


FORGET = "import-vergeten"


async def forget_import(task: Task, made: Resources, _: IntakeSettings) -> Outcome:
    """Remove the report of an import."""
    async with in_transaction(made.engine) as conn:
        await store.forget_import(conn, task.object_id)
    return Done()


async def tidy_import(task: Task, made: Resources, _: IntakeSettings) -> Outcome:
    """Take away a file that never became whole because the process died that took it in."""
    async with in_transaction(made.engine) as conn:
        await store.drop_unfinished(conn, task.object_id)
    return Done()
