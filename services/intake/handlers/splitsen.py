"""How meldingen that do not belong together are taken apart: by hand, and by undoing a merge."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import casus as casus_rules
from services.intake.domain import matching
from services.intake.domain import splitsen as rules
from services.intake.domain.casus import Casus
from services.intake.domain.koppelvoorstel import Koppelvoorstel
from services.intake.domain.matching import Reden, SleutelSoort
from services.intake.domain.splitsen import Afsplitsing, Verplaatsing, VerplaatsingSoort
from services.intake.store import casussen, dossierverzoeken, koppelvoorstellen, ontvangst
from services.intake.store import splitsen as store
from services.intake.store.splitsen import Move
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError, OperationalError
from shared.events.payloads import CasusGesplitst
from shared.ids import derived_id, new_id
from shared.keyring import Key
from shared.log import get_logger
from shared.messaging import outbox
from shared.messaging.outbox import NewFact
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

_CREATED = 201
_GONE_CASUS = "Deze casus is er niet."
_GONE = "Deze splitsing is er niet."
_HOLDING_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Wie:
    """Who moves meldingen: a role, and the subject of a token or the name of a part of this room."""

    rol: str
    door: str

    @classmethod
    def of(cls, caller: Caller) -> "Wie":
        """Return who a caller is."""
        return cls(caller.rol.value, caller.subject)


@dataclass(frozen=True, slots=True)
class SplitsVraag:
    """Which meldingen a worker takes out of a casus, and why."""

    melding_ids: tuple[UUID, ...]
    motivering: str


async def split_casus(  # noqa: PLR0913, keyword only after the question
    made: Resources, caller: Caller, casus_id: UUID, vraag: SplitsVraag, *, attempt: Attempt | None, now: datetime
) -> Verplaatsing:
    """Take meldingen that were joined wrongly out into a casus of their own, and tell the other rooms.

    Raises ``InvalidInputError`` for meldingen that do not stand in the casus, ``ConflictError`` when nothing would be
    left of it.
    """

    async def work() -> Verplaatsing:
        async with in_transaction(made.engine) as conn:
            earlier = await first_answer(conn, made.vault, attempt, now=now)
            if earlier is not None:
                known = await _load(conn, made, UUID(earlier.body["id"]))
                await record(conn, caller, _act("herhaald", known), now=now)
                return known
            van = await hold_casus(conn, casus_id)
            going = _split_off(await store.load_samenhang(conn, van.id), vraag.melding_ids)
            new = await _split(conn, made, van, going, vraag, wie=Wie.of(caller), now=now)
            await keep_answer(conn, made.vault, attempt, Answer(_CREATED, {"id": str(new.id)}))
            await record(conn, caller, _act("gesplitst", new), now=now)
            return new

    return await retry_conflicts(work)


def _split_off(samenhang: rules.Samenhang, melding_ids: tuple[UUID, ...]) -> Afsplitsing:
    try:
        return rules.split_off(samenhang, melding_ids)
    except rules.UnknownMeldingError as error:
        faults = tuple(Fault("body", f"/meldingIds/{place}", str(error)) for place in error.plaatsen)
        raise InvalidInputError(f"{len(faults)} melding(en) staan niet in deze casus.", faults=faults) from None
    except rules.RefusedError as error:
        raise ConflictError(str(error)) from None


async def hold_casus(conn: AsyncConnection, casus_id: UUID) -> Casus:
    """Return the casus that answers to an id, held with the keys of its people until the end of the transaction.

    A melding about these people waits at the door, and then finds each where he is. Raises ``NotFoundError``.
    """
    for _ in range(_HOLDING_ATTEMPTS):
        casus = await casussen.load_casus(conn, casus_id)
        if casus is None:
            raise NotFoundError(_GONE_CASUS)
        await ontvangst.lock_keys(conn, await store.keys_of_people(conn, casus.id))
        held = (await casussen.lock_casussen(conn, (casus.id,))).get(casus.id)
        if held is not None and held.opgegaan_in is None:
            return held
    raise OperationalError("De casus wordt op dit moment door anderen gewijzigd; probeer het zo weer.")


async def _split(  # noqa: PLR0913, keyword only after what goes
    conn: AsyncConnection,
    made: Resources,
    van: Casus,
    going: Afsplitsing,
    vraag: SplitsVraag,
    *,
    wie: Wie,
    now: datetime,
) -> Verplaatsing:
    casus_rules.split(van)
    naar = casus_rules.begin(new_id(), now)
    await store.add_casus(conn, naar.id, now=now)
    going = replace(going, verzoek_ids=await store.verzoeken_about(conn, van.id, going.melding_ids))
    key = await _move(conn, made, van.id, naar.id, going)
    await store.copy_maatregel(conn, made.vault, source=van.id, target=naar.id, key=key)
    await store.set_homes(conn, going.melding_ids, naar.id)
    shared = await store.shared_keys(conn, van=van.id, naar=naar.id)
    redenen = sorted({matching.reden_of(SleutelSoort(soort)) for soort in shared})
    voorstel_id = await store.add_split_pair(conn, van=van.id, naar=naar.id, redenen=redenen, now=now)
    return await _announce(
        conn,
        made,
        Verplaatsing(
            id=new_id(),
            soort=VerplaatsingSoort.SPLITSING,
            volgorde=await store.next_volgorde(conn),
            casus_id=van.id,
            andere_casus_id=naar.id,
            melding_ids=tuple(sorted(going.melding_ids)),
            tijdstip=now,
            rol=wie.rol,
            door=wie.door,
            voorstel_id=voorstel_id,
            motivering=vraag.motivering,
        ),
        going,
        now=now,
    )


async def undo_merge(
    conn: AsyncConnection, made: Resources, voorstel: Koppelvoorstel, *, wie: Wie, now: datetime
) -> Verplaatsing:
    """Let the casus that went up by this koppelvoorstel stand again, with what it brought; raises ``ConflictError``."""
    merge = await store.merge_of(conn, voorstel)
    if merge is None:
        raise ConflictError("Van deze samenvoeging is niet bewaard wat zij bijeenbracht; splits de casus met de hand.")
    terug_id = merge.andere_casus_id
    van = await hold_casus(conn, terug_id)
    try:
        going = rules.let_return(await store.load_samenhang(conn, van.id), terug_id)
        locked = await casussen.lock_casussen(conn, (terug_id, *sorted(going.casus_ids)))
        casus_rules.split(van)
        terug = casus_rules.come_back(locked[terug_id])
    except (rules.RefusedError, casus_rules.RefusedError) as error:
        raise ConflictError(str(error)) from None
    about = await store.verzoeken_about(conn, van.id, going.melding_ids)
    going = replace(going, verzoek_ids=going.verzoek_ids | about)
    await casussen.save_casus(conn, terug)
    await _move(conn, made, van.id, terug.id, going)
    return await _announce(
        conn,
        made,
        Verplaatsing(
            id=new_id(),
            soort=VerplaatsingSoort.HERSTEL,
            volgorde=await store.next_volgorde(conn),
            casus_id=van.id,
            andere_casus_id=terug.id,
            melding_ids=tuple(sorted(going.melding_ids)),
            tijdstip=now,
            rol=wie.rol,
            door=wie.door,
            voorstel_id=voorstel.id,
        ),
        going,
        now=now,
    )


async def _move(conn: AsyncConnection, made: Resources, van: UUID, naar: UUID, going: Afsplitsing) -> Key:
    what = Move(
        van=van,
        naar=naar,
        melding_ids=going.melding_ids,
        verzoek_ids=going.verzoek_ids,
        casus_ids=going.casus_ids,
    )
    key = await store.move(conn, made.vault, what)
    await store.set_homes(conn, going.verzoek_ids, naar)
    for casus_id in (van, naar):
        await dossierverzoeken.refresh_beperking(conn, casus_id)
    return key


async def _announce(
    conn: AsyncConnection, made: Resources, new: Verplaatsing, going: Afsplitsing, *, now: datetime
) -> Verplaatsing:
    """Keep a split, put open questions about the one casus to the other too, and tell the other rooms."""
    await store.add_verplaatsing(conn, made.vault, new)
    await _ask_again(conn, made, van=new.casus_id, naar=new.andere_casus_id, now=now)
    payload = CasusGesplitst(
        nieuwe_casus_id=new.andere_casus_id,
        melding_ids=new.melding_ids,
        gesplitst_op=now,
        herstelt_samenvoeging=new.soort is VerplaatsingSoort.HERSTEL,
        volgorde=new.volgorde,
        verzoek_ids=tuple(sorted(going.verzoek_ids)),
    )
    event_id = derived_id("casus-gesplitst", new.id)
    await outbox.append(conn, [NewFact(event_id=event_id, casus_id=new.casus_id, payload=payload)], now=now)
    log.info("casus_split", casus_id=str(new.casus_id), voorstel_id=str(new.voorstel_id))
    return new


async def _ask_again(conn: AsyncConnection, made: Resources, *, van: UUID, naar: UUID, now: datetime) -> None:
    """Put every open question about a casus to what was split off as well: nobody wrote down whom it was about."""
    waiting = await koppelvoorstellen.open_voorstellen_of(conn, made.vault, van)
    others = [
        matching.Voorstel(
            voorstel.andere_casus_id if voorstel.casus_id == van else voorstel.casus_id,
            tuple(Reden(reden) for reden in voorstel.redenen),
            voorstel.score,
        )
        for voorstel in waiting
        if naar not in {voorstel.casus_id, voorstel.andere_casus_id}
    ]
    await store.revive_voorstellen(conn, (naar,))
    await koppelvoorstellen.add_voorstellen(conn, naar, others, now=now)


# --- reading ---------------------------------------------------------------------------------------------------


async def read_splitsing(made: Resources, caller: Caller, splitsing_id: UUID, *, now: datetime) -> Verplaatsing:
    """Return one split with its reason; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        found = await _load(conn, made, splitsing_id)
        await record(conn, caller, _act("splitsing-gelezen", found), now=now)
    return found


async def read_geschiedenis(made: Resources, casus_id: UUID, *, limiet: int, na: int | None) -> Sequence[Verplaatsing]:
    """Return the merges and splits of a casus and of what went up in it; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        casus = await casussen.load_casus(conn, casus_id)
        if casus is None:
            raise NotFoundError(_GONE_CASUS)
        gone = await casussen.load_vanished_ids(conn, casus.id)
        return await store.list_verplaatsingen(conn, {casus_id, casus.id, *gone}, na=na, limiet=limiet)


async def _load(conn: AsyncConnection, made: Resources, splitsing_id: UUID) -> Verplaatsing:
    found = await store.load_verplaatsing(conn, made.vault, splitsing_id)
    if found is None or found.soort is VerplaatsingSoort.SAMENVOEGING:
        raise NotFoundError(_GONE)
    return found


async def with_besluiten(
    conn: AsyncConnection, made: Resources, voorstellen: Collection[Koppelvoorstel]
) -> list[Koppelvoorstel]:
    """Return koppelvoorstellen with everything that was decided on them."""
    decided = await store.load_besluiten(conn, made.vault, [voorstel.id for voorstel in voorstellen])
    return [replace(voorstel, besluiten=decided.get(voorstel.id, ())) for voorstel in voorstellen]


def _act(what: str, verplaatsing: Verplaatsing) -> Act:
    return Act(f"casus-{what}", "casus", verplaatsing.casus_id, casus_id=verplaatsing.casus_id)
