"""How opschalingen are read: whole by Veilig Thuis, as one participant would get it, and for a file."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.actie import Actie
from services.triage.domain.beeld import Beeld, beeld_of
from services.triage.domain.opschaling import Deelnemer, Opschaling, OpschalingStatus, TekstDeel
from services.triage.domain.overleg import Overleg
from services.triage.handlers.opschaling import NO_DEELNEMER, NO_OPSCHALING, OpschalingView, view_of
from services.triage.store import casussen
from services.triage.store import opschaling as store
from services.triage.store.acties import acties_of
from services.triage.store.betrokkenen import betrokkenen_of_melding
from services.triage.store.overleg import overleggen_of
from services.triage.store.values import AnyRow, Place
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.rules.behandelcodes import OpschalingSoort
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel


@dataclass(frozen=True, slots=True)
class BeeldView:
    """What one participant would get of a table."""

    view: OpschalingView
    deelnemer: Deelnemer
    beeld: Beeld


async def read_opschaling(made: Resources, caller: Caller, opschaling_id: UUID) -> OpschalingView:
    """Return one opschaling with its meetings and acties."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        found = await store.load_opschaling(conn, made.vault, opschaling_id)
        if found is None:
            raise NotFoundError(NO_OPSCHALING)
        await record(conn, caller, Act("gelezen", "opschaling", opschaling_id, casus_id=found.casus_id), now=now)
        return await view_of(conn, made, found, now=now)


async def read_beeld(made: Resources, caller: Caller, opschaling_id: UUID, deelnemer_id: UUID) -> BeeldView:
    """Return what one participant would get."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        found = await store.load_opschaling(conn, made.vault, opschaling_id)
        deelnemer = next((one for one in found.deelnemers if one.id == deelnemer_id), None) if found else None
        if found is None or deelnemer is None:
            raise NotFoundError(NO_DEELNEMER)
        view = await view_of(conn, made, found, now=now)
        personen = sorted(await betrokkenen_of_melding(conn, found.melding_id))
        act = Act("beeld-gelezen", "deelnemer", deelnemer_id, casus_id=found.casus_id)
        await record(conn, caller, act, now=now)
    beeld = beeld_of(deelnemer, found, overleggen=view.overleggen, acties=view.acties, personen=personen)
    return BeeldView(view, deelnemer, beeld)


async def list_opschalingen(  # noqa: PLR0913, filters, keyword only
    made: Resources,
    caller: Caller,
    *,
    melding_id: UUID | None,
    casus_id: UUID | None,
    soort: OpschalingSoort | None,
    status: OpschalingStatus | None,
    after: Place | None,
    limit: int,
) -> list[AnyRow]:
    """Return opschalingen in the order in which they started: codes, nothing is opened."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        here = await casussen.current_casus(conn, casus_id) if casus_id else None
        found = await store.opschalingen_page(
            conn, melding_id=melding_id, casus_id=here, soort=soort, status=status, after=after, limit=limit
        )
        if here:
            await record(conn, caller, Act("gelezen", "casus", here, casus_id=here), now=now)
    return list(found)


# --- for a file --------------------------------------------------------------------------------------------------


async def load_opschaling_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was written down of the opschalingen of a casus; who sat at a table is given as text, to be cut."""
    found: list[Dossierdeel] = []
    for one in await store.opschalingen_of_casus(conn, vault, casus_id):
        found.append(_opschaling_deel(one))
        found += [_overleg_deel(overleg) for overleg in await overleggen_of(conn, vault, one.id)]
        agreed = await acties_of(conn, vault, one.id)
        found += [_actie_deel(actie) for actie in agreed if actie.opschaling_id == one.id]
    return found


def _opschaling_deel(one: Opschaling) -> Dossierdeel:
    afschaling = one.afschaling
    velden: dict[str, Any] = {
        "soort": one.soort,
        "status": one.status,
        "afgeschaaldOp": one.afgeschaald_op,
        "vervolg": afschaling.vervolg.soort if afschaling else None,
    }
    people = [text for who in one.deelnemers for text in (who.organisatie_id, who.functie, who.naam)]
    return deel(
        "opschaling",
        one.gestart_op,
        velden,
        one.aanleiding,
        *_teksten(one.inhoud),
        *people,
        *(regie.organisatie_id for regie in one.procesregie),
        afschaling.motivering if afschaling else None,
        afschaling.vervolg.organisatie_id if afschaling else None,
    )


def _overleg_deel(one: Overleg) -> Dossierdeel:
    verslag = one.verslag
    velden = {"status": one.status, "gehoudenOp": verslag.gehouden_op if verslag else None}
    return deel("overleg", one.gepland_op, velden, *_teksten(one.agenda), *_teksten(verslag.teksten if verslag else ()))


def _actie_deel(one: Actie) -> Dossierdeel:
    return deel(
        "actie",
        one.afgesproken_op,
        {"status": one.status, "uiterlijkDag": one.uiterlijk_dag, "afgerondOp": one.afgerond_op},
        one.besluit,
        one.eigenaar.organisatie_id,
        one.eigenaar.naam,
        one.afronding.toelichting if one.afronding else None,
    )


def _teksten(delen: tuple[TekstDeel, ...]) -> tuple[str, ...]:
    return tuple(one.tekst for one in delen)
