"""What people do with the interventiepalet: keep their offers, read them, and look for help that fits."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.behoefte import Behoefte, Peildag, Treffer, codes_of, rank
from services.handover.domain.interventie import Aanbod, Interventie, Opgave, find_opgave_faults, revise
from services.handover.handlers.once import Made, Once, create
from services.handover.store import interventies as store
from services.handover.store.interventies import Gezocht
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import Fault, InvalidInputError, NotAllowedError, NotFoundError
from shared.ids import new_id
from shared.rules.access import Betrekking
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Rol
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer

NIET_IN_PALET = "Deze interventie is er niet, of u houdt haar niet bij."


@dataclass(frozen=True, slots=True)
class Gevonden:
    """Offers as they stand on a day."""

    aanbod: list[Aanbod]
    peil: Peildag


def peildag(made: Resources) -> Peildag:
    """Return the day of today, and how long a waiting time is counted on."""
    return Peildag(amsterdam_day(made.clock()), made.rules.wachttijd_verouderd_na_dagen)


def ties(caller: Caller, organisatie_id: str, gemeente_codes: AbstractSet[str]) -> AbstractSet[Betrekking]:
    """Return what ties a caller to an offer: it is his own help, or it is for his municipality and no other."""
    found = set()
    if organisatie_id == caller.organisatie_id:
        found.add(Betrekking.AANBIEDER)
    if gemeente_codes and gemeente_codes <= caller.gemeente_codes:
        found.add(Betrekking.EIGEN_GEMEENTE)
    return found


async def create_interventie(
    made: Resources, caller: Caller, organisatie_id: str | None, opgave: Opgave, once: Once[Aanbod]
) -> Answer:
    """Put help in the palet; who gives it himself need not name himself."""
    now = made.clock()
    aanbieder = organisatie_id or caller.organisatie_id
    _check(opgave, amsterdam_day(now))
    if caller.rol is Rol.KETENPARTNER and aanbieder != caller.organisatie_id:
        fault = Fault("body", "/organisatieId", "is niet uw eigen organisatie")
        raise InvalidInputError("U houdt alleen uw eigen aanbod bij.", faults=(fault,))
    if not toegang_of(caller).permits(ties(caller, aanbieder, opgave.gemeente_codes)):
        raise NotAllowedError("U houdt alleen aanbod voor uw eigen gemeente bij.")

    async def make(conn: AsyncConnection) -> Made[Aanbod]:
        new = Interventie(id=new_id(), organisatie_id=aanbieder, opgave=opgave, gewijzigd_op=now)
        await store.add_interventie(conn, new)
        await record(conn, caller, Act("vastgelegd", "interventie", new.id), now=now)
        return Made(Aanbod(new))

    async def repeat(conn: AsyncConnection, interventie_id: UUID) -> None:
        await record(conn, caller, Act("herhaald", "interventie", interventie_id), now=now)

    return await create(made, once, make, repeat, now=now)


async def change_interventie(  # noqa: PLR0913, who says what anew, having seen which version
    made: Resources, caller: Caller, interventie_id: UUID, organisatie_id: str | None, opgave: Opgave, *, seen: int
) -> Aanbod:
    """Say anew what is offered; help never goes over to another organisation, which makes an offer of its own."""
    now = made.clock()
    _check(opgave, amsterdam_day(now))

    async def work() -> Aanbod:
        async with in_transaction(made.engine) as conn:
            before = await store.find_aanbod(conn, interventie_id, lock=True)
            if before is None or not _keeps(caller, before.interventie):
                raise NotFoundError(NIET_IN_PALET)
            check_version(seen, before.interventie.versie)
            _check_kept(caller, before.interventie, organisatie_id, opgave)
            after = revise(before.interventie, opgave, now=now)
            if after is not before.interventie:
                await store.save_interventie(conn, after)
            await record(conn, caller, Act("gewijzigd", "interventie", interventie_id), now=now)
            return replace(before, interventie=after)

    return await retry_conflicts(work)


def _keeps(caller: Caller, interventie: Interventie) -> bool:
    return toegang_of(caller).permits(ties(caller, interventie.organisatie_id, interventie.opgave.gemeente_codes))


def _check_kept(caller: Caller, before: Interventie, organisatie_id: str | None, opgave: Opgave) -> None:
    if organisatie_id not in {None, before.organisatie_id}:
        fault = Fault("body", "/organisatieId", "blijft de organisatie die dit aanbod heeft")
        raise InvalidInputError("Leg het aanbod van een andere organisatie apart vast.", faults=(fault,))
    if not toegang_of(caller).permits(ties(caller, before.organisatie_id, opgave.gemeente_codes)):
        fault = Fault("body", "/gemeenteCodes", "bevat een gemeente die niet de uwe is")
        raise InvalidInputError("U houdt alleen aanbod voor uw eigen gemeente bij.", faults=(fault,))


def _check(opgave: Opgave, vandaag: date) -> None:
    faults = tuple(Fault("body", *fault) for fault in find_opgave_faults(opgave, vandaag=vandaag))
    if faults:
        raise InvalidInputError("Dit kan niet kloppen.", faults=faults)


async def read_interventie(made: Resources, interventie_id: UUID) -> Aanbod:
    """Return one offer."""
    async with in_transaction(made.engine) as conn:
        found = await store.find_aanbod(conn, interventie_id)
    if found is None:
        raise NotFoundError("Deze interventie is er niet.")
    return found


async def list_interventies(
    made: Resources, gezocht: Gezocht, gemeente_code: str | None, *, na: UUID | None, limiet: int
) -> Gevonden:
    """Return a page of the palet; without a day also what is offered no longer, or not yet."""
    peil = peildag(made)
    if gemeente_code is not None:
        gezocht = replace(gezocht, gemeente_codes=codes_of(gemeente_code, gezocht.geldig_op or peil.dag))
    async with in_transaction(made.engine) as conn:
        return Gevonden(await store.list_aanbod(conn, gezocht, na=na, limiet=limiet), peil)


async def load_palet(conn: AsyncConnection, behoefte: Behoefte, dag: date) -> list[Aanbod]:
    """Return what is offered on a day in a municipality and a phase, for the domain to judge."""
    gezocht = Gezocht(gemeente_codes=codes_of(behoefte.gemeente_code, dag), fase=behoefte.fase, geldig_op=dag)
    return await store.list_aanbod(conn, gezocht)


async def search_interventies(made: Resources, behoefte: Behoefte, *, limiet: int) -> tuple[list[Treffer], Peildag]:
    """Return the help that fits, the best first, each with why it stands there."""
    peil = peildag(made)
    async with in_transaction(made.engine) as conn:
        palet = await load_palet(conn, behoefte, peil.dag)
    return rank(palet, behoefte, peil)[:limiet], peil
