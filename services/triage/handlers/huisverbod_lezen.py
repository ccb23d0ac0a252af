"""How huisverboden are read, one by one, in a list, and for a file."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dienst import Contact
from services.triage.domain.huisverbod import Huisverbod, HuisverbodStatus
from services.triage.handlers.huisverbod import NO_HUISVERBOD, HuisverbodView
from services.triage.store import casussen
from services.triage.store import huisverbod as store
from services.triage.store.values import Place
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel


async def read_huisverbod(made: Resources, caller: Caller, huisverbod_id: UUID) -> HuisverbodView:
    """Return one huisverbod with all that was noted in it."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        found = await store.load_huisverbod(conn, made.vault, huisverbod_id)
        if found is None:
            raise NotFoundError(NO_HUISVERBOD)
        await record(conn, caller, Act("gelezen", "huisverbod", huisverbod_id, casus_id=found.casus_id), now=now)
    return HuisverbodView(found, now, made.rules)


async def read_gesprek(made: Resources, caller: Caller, huisverbod_id: UUID, gesprek_id: UUID) -> Contact:
    """Return one talk around a huisverbod."""
    async with in_transaction(made.engine) as conn:
        found = await store.load_huisverbod(conn, made.vault, huisverbod_id)
        gesprek = next((one for one in found.gesprekken if one.id == gesprek_id), None) if found else None
        if found is None or gesprek is None:
            raise NotFoundError("Dit gesprek is er niet.")
        act = Act("gelezen", "huisverbodgesprek", gesprek_id, casus_id=found.casus_id)
        await record(conn, caller, act, now=made.clock())
    return gesprek


async def list_huisverboden(  # noqa: PLR0913, keyword only
    made: Resources,
    caller: Caller,
    *,
    melding_id: UUID | None,
    casus_id: UUID | None,
    status: HuisverbodStatus | None,
    after: Place | None,
    limit: int,
) -> list[HuisverbodView]:
    """Return huisverboden in the order in which they were screened: codes, nothing is opened."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        here = await casussen.current_casus(conn, casus_id) if casus_id else None
        found = await store.huisverboden_page(
            conn, melding_id=melding_id, casus_id=here, status=status, now=now, after=after, limit=limit
        )
        if here:
            await record(conn, caller, Act("gelezen", "casus", here, casus_id=here), now=now)
    return [HuisverbodView(one, now, made.rules) for one in found]


async def load_huisverbod_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was written down of the huisverboden of a casus."""
    found: list[Dossierdeel] = []
    for one in await store.huisverboden_of_casus(conn, vault, casus_id):
        found += [_deel(one), *_stap_delen(one)]
    return found


def _deel(one: Huisverbod) -> Dossierdeel:
    screening, oplegging, intrekking = one.screening, one.oplegging, one.intrekking
    instrument = screening.instrument
    return deel(
        "huisverbod",
        screening.gescreend_op,
        {
            "status": one.status,
            "geadviseerd": screening.geadviseerd,
            "opVerzoek": screening.op_verzoek,
            "kindermishandeling": screening.kindermishandeling,
            "instrument": {
                "naam": instrument.naam,
                "versie": instrument.versie,
                "antwoorden": instrument.antwoorden,
            },
            "afgezienOp": one.afzien.afgezien_op if one.afzien else None,
            "opgelegdOp": oplegging.opgelegd_op if oplegging else None,
            "door": oplegging.door if oplegging else None,
            "dagen": one.dagen,
            "eindigtOp": one.eindigt_op,
            "ingetrokkenOp": intrekking.ingetrokken_op if intrekking else None,
            "hulpAanvaard": intrekking.hulp_aanvaard if intrekking else None,
        },
        screening.motivering,
        one.afzien.motivering if one.afzien else None,
        oplegging.motivering if oplegging else None,
        oplegging.nieuwe_feiten if oplegging else None,
        intrekking.motivering if intrekking else None,
    )


def _stap_delen(one: Huisverbod) -> list[Dossierdeel]:
    return [
        *(deel("huisverbodadvies", a.gegeven_op, {"advies": a.advies}, a.motivering) for a in one.adviezen),
        *(deel("huisverbodverlenging", v.besloten_op, {"dagen": v.dagen}, v.motivering) for v in one.verlengingen),
        *(deel("huisverbodcasusregie", c.vanaf, {}, c.organisatie_id, c.medewerker) for c in one.casusregie),
        *(deel("huisverbodgesprek", g.tijdstip, {"soort": g.soort, "met": g.met}, g.verslag) for g in one.gesprekken),
    ]
