"""How letters are made, read and sent: nothing of ours stands in one before intake has cut it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import brieven as rules
from services.triage.domain.brieven import (
    Aanleiding,
    Brief,
    BriefOpgave,
    BriefStatus,
    Verzending,
    Voorstel,
    Weglater,
)
from services.triage.domain.dossier import Handeling
from services.triage.domain.informeren import InformeerStatus, is_person
from services.triage.handlers.common import NO_DOSSIER, Creation, Once, check_moment, create, told
from services.triage.handlers.dossier import note_handeling
from services.triage.handlers.informeren import InformeringOpgave, note_informering
from services.triage.store import brieven as store
from services.triage.store.casussen import current_casus
from services.triage.store.informeren import load_boek
from services.triage.store.values import Place
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.rules.behandelcodes import BriefAan, BriefSoort
from shared.rules.brieven import SJABLONEN
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import HandelingSoort
from shared.rules.weglaten import Geknipt
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel
from shared.web.etag import check_version
from shared.web.idempotency import Answer

log = get_logger()

_NO_BRIEF = "Deze brief is er niet."
_MOVED = "De casus is zojuist verplaatst; probeer het opnieuw."
_TEKSTEN_NONE: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kamer:
    """What a letter is made with: the resources of the room, and who cuts."""

    made: Resources
    weglater: Weglater


# --- reading -----------------------------------------------------------------------------------------------------


async def list_brieven(
    made: Resources, *, melding_id: UUID | None, casus_id: UUID | None, after: Place | None, limit: int
) -> list[Brief]:
    """Return letters in the order in which they were made: codes and times, nothing is opened."""
    async with in_transaction(made.engine) as conn:
        here = await current_casus(conn, casus_id) if casus_id else None
        return await store.brieven_page(conn, melding_id=melding_id, casus_id=here, after=after, limit=limit)


async def list_voorstellen(made: Resources, caller: Caller, melding_id: UUID) -> list[Voorstel]:
    """Return for whom a letter of a melding is called for."""
    async with in_transaction(made.engine) as conn:
        why = await _why(conn, made, melding_id)
        act = Act("briefvoorstellen-gelezen", "melding", melding_id, casus_id=why.boek.casus_id)
        await record(conn, caller, act, now=made.clock())
        return rules.propose(why, await store.brieven_of(conn, melding_id))


async def read_brief(kamer: Kamer, caller: Caller, brief_id: UUID) -> tuple[Brief, bool]:
    """Return a letter, and whether it may still be printed.

    One that waits to be sent is held against the protection of the melders as it is now: raises ``OperationalError``
    when intake does not answer, for then nobody knows.
    """
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        found = await _find(conn, made, brief_id)
        await record(conn, caller, _act("gelezen", found), now=made.clock())
    if found.status is not BriefStatus.GEREED:
        return found, found.status is BriefStatus.VERZONDEN
    return found, found.stand == await _stand_of(kamer, found.casus_id)


# --- making ------------------------------------------------------------------------------------------------------


async def create_brief(kamer: Kamer, caller: Caller, opgave: BriefOpgave, once: Once[Brief]) -> Answer:
    """Make a letter that does not change any more; one of the same sort that was not sent gives way.

    Raises ``OperationalError`` when intake does not cut what we wrote: then there is no letter.
    """
    made, now = kamer.made, kamer.made.clock()
    async with in_transaction(made.engine) as conn:
        seen = await _checked(conn, made, opgave)
    cut = await kamer.weglater.cut_teksten(seen.boek.casus_id, rules.written_here(opgave, seen))

    async def make(conn: AsyncConnection) -> Brief:
        why = await _checked(conn, made, opgave, lock=True)
        # What was cut must be what is written now, under the protection of the casus in which it is now.
        if why.boek.casus_id != seen.boek.casus_id or rules.written_here(opgave, why) != rules.written_here(
            opgave, seen
        ):
            raise ConflictError(_MOVED)
        new = _frozen(opgave, why, cut, now)
        await store.withdraw_ready(conn, new.melding_id, new.persoon_nr, soort=new.soort)
        await store.insert_brief(conn, made.vault, new)
        await record(conn, caller, _act("gemaakt", new), now=now)
        return new

    async def casus_of(conn: AsyncConnection) -> UUID | None:
        boek = await load_boek(conn, made.vault, opgave.melding_id)
        return boek.casus_id if boek else None

    answer = await create(made, caller, once, Creation("brief", make, casus_of), now=now)
    log.info("brief_made", melding_id=str(opgave.melding_id))
    return answer


def _frozen(opgave: BriefOpgave, why: Aanleiding, cut: Geknipt, now: datetime) -> Brief:
    return Brief(
        id=new_id(),
        melding_id=opgave.melding_id,
        casus_id=why.boek.casus_id,
        soort=opgave.soort,
        sjabloon_versie=SJABLONEN[opgave.soort].versie,
        persoon_nr=opgave.persoon_nr,
        status=BriefStatus.GEREED,
        versie=1,
        stand=cut.stand,
        gemaakt_op=now,
        tekst=rules.write(opgave, why, cut),
    )


async def _checked(conn: AsyncConnection, made: Resources, opgave: BriefOpgave, *, lock: bool = False) -> Aanleiding:
    why = await _why(conn, made, opgave.melding_id, lock=lock)
    _check(opgave, why)
    with told():
        rules.check_reason(opgave, why)
    return why


def _check(opgave: BriefOpgave, why: Aanleiding) -> None:
    sjabloon, faults = SJABLONEN[opgave.soort], []
    if sjabloon.aan is not BriefAan.BETROKKENE and opgave.persoon_nr is not None:
        faults.append(Fault("body", "/persoonNr", "alleen bij een brief aan een betrokkene"))
    if sjabloon.aan is BriefAan.BETROKKENE and (
        opgave.persoon_nr is None or not is_person(why.boek, opgave.persoon_nr)
    ):
        faults.append(Fault("body", "/persoonNr", "een persoon van deze melding"))
    if opgave.aanvullingen and not sjabloon.aanvulbaar:
        faults.append(Fault("body", "/aanvullingen", "deze brief heeft geen aanvullingen"))
    if faults:
        raise InvalidInputError("De brief kan zo niet worden gemaakt.", faults=tuple(faults))


# --- sending -----------------------------------------------------------------------------------------------------


async def send_brief(kamer: Kamer, caller: Caller, brief_id: UUID, verzending: Verzending, *, seen: int) -> Brief:
    """Record that a letter left the house, and that who reads it was told.

    The protection of the melders is asked for once more: what was cut under another one does not leave.
    """
    made, now = kamer.made, kamer.made.clock()
    check_moment(verzending.moment, "/moment", now)
    async with in_transaction(made.engine) as conn:
        before = await _find(conn, made, brief_id)
    check_version(seen, before.versie)
    stand = before.stand if before.status is not BriefStatus.GEREED else await _stand_of(kamer, before.casus_id)

    async def work() -> Brief:
        async with in_transaction(made.engine) as conn:
            boek = await load_boek(conn, made.vault, before.melding_id, lock=True)
            held = await _find(conn, made, brief_id)
            check_version(seen, held.versie)
            if boek is None or held.casus_id != before.casus_id:
                raise ConflictError(_MOVED)
            if amsterdam_day(verzending.moment) < amsterdam_day(held.gemaakt_op):
                fault = Fault("body", "/moment", "een tijdstip nadat de brief is gemaakt")
                raise InvalidInputError("Het tijdstip kan niet kloppen.", faults=(fault,))
            with told():
                after = rules.send(held, verzending, stand=stand)
            if after is not held:
                await store.save_verzending(conn, after)
                await _tell(conn, made, caller, after)
            await record(conn, caller, _act("verzonden", after), now=now)
            return after

    sent = await retry_conflicts(work)
    log.info("brief_sent", brief_id=str(brief_id))
    return sent


async def _tell(conn: AsyncConnection, made: Resources, caller: Caller, sent: Brief) -> None:
    """Record what a letter that was sent does: a person was told, or the melder has his feedback."""
    assert sent.verzending is not None  # noqa: S101, told of after it was sent
    now = made.clock()
    if sent.soort is BriefSoort.MELDER_UITKOMST:
        soort, moment = HandelingSoort.MELDER_TERUGGEKOPPELD, sent.verzending.moment
        done = Handeling(derived_id("handeling", sent.melding_id, soort, moment.isoformat()), soort, moment, None)
        await note_handeling(conn, made, done, casus_id=sent.casus_id, melding_id=sent.melding_id, now=now)
    if sent.persoon_nr is None or not SJABLONEN[sent.soort].informeert:
        return
    boek = await load_boek(conn, made.vault, sent.melding_id)
    if boek is None or boek.status(sent.persoon_nr) is InformeerStatus.GEINFORMEERD:
        return
    opgave = InformeringOpgave(
        persoon_nr=sent.persoon_nr, tijdstip=sent.verzending.moment, wijze=rules.WIJZE_VAN[sent.verzending.wijze]
    )
    await note_informering(conn, made, caller, boek, opgave, now=now)


# --- common ------------------------------------------------------------------------------------------------------


async def _stand_of(kamer: Kamer, casus_id: UUID) -> str:
    return (await kamer.weglater.cut_teksten(casus_id, _TEKSTEN_NONE)).stand


async def _why(conn: AsyncConnection, made: Resources, melding_id: UUID, *, lock: bool = False) -> Aanleiding:
    boek = await load_boek(conn, made.vault, melding_id, lock=lock)
    if boek is None:
        raise NotFoundError(NO_DOSSIER)
    return await store.load_aanleiding(conn, made.vault, boek)


async def _find(conn: AsyncConnection, made: Resources, brief_id: UUID) -> Brief:
    found = await store.find_brief(conn, made.vault, brief_id)
    if found is None:
        raise NotFoundError(_NO_BRIEF)
    return found


def _act(actie: str, brief: Brief) -> Act:
    return Act(actie, "brief", brief.id, casus_id=brief.casus_id)


async def load_brieven_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return the letters of a casus with their texts, for a file that somebody may read."""
    found = [await store.find_brief(conn, vault, one) for one in await store.brief_ids_of_casus(conn, casus_id)]
    return [
        deel(
            "brief",
            one.gemaakt_op,
            {
                "meldingId": str(one.melding_id),
                "soort": one.soort,
                "aan": one.aan,
                "persoonNr": one.persoon_nr,
                "status": one.status,
                "verzondenOp": one.verzending.moment if one.verzending else None,
            },
            one.tekst,
        )
        for one in found
        if one is not None
    ]
