"""How is kept what is done in a dienst: plans, informants, findings, offers of destruction; all persons are sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dienst import Betrokkene, Dienst
from services.triage.domain.onderzoek import (
    Aanbod,
    AanbodWijze,
    Bevestiging,
    Bevinding,
    GeplandeInformant,
    GeplandMoment,
    Informant,
    InformantOpgave,
    InformantSoort,
    Plan,
    PlanVersie,
    Vermoeden,
)
from services.triage.store.values import AnyRow, opened, seal
from services.triage.tables.onderzoek import bevinding, dienst_plan, informant, vernietigingsaanbod
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.behandelcodes import BevindingOordeel
from shared.rules.codes import Relatie, Vorm

Pair = tuple[str, int]


def pair_of(betrokkene: Betrokkene) -> Pair:
    """Return whom a value is about as it is sealed."""
    return str(betrokkene.melding_id), betrokkene.nr


def betrokkene_of(pair: Sequence[Any]) -> Betrokkene:  # as JSON gives it back
    """Return whom a sealed value is about."""
    melding_id, nr = pair
    return Betrokkene(UUID(melding_id), nr)


@dataclass(frozen=True, slots=True)
class OnderzoekFile:
    """What was done in a dienst beside its contacten and voorwaarden."""

    plannen: tuple[PlanVersie, ...] = ()
    informanten: tuple[Informant, ...] = ()
    bevindingen: tuple[Bevinding, ...] = ()
    aanbiedingen: tuple[Aanbod, ...] = ()


async def load_onderzoek(conn: AsyncConnection, vault: Vault, dienst_id: UUID) -> OnderzoekFile:
    """Return what was done in a dienst, each in the order in which it was done."""
    plans = await _rows(conn, dienst_plan, dienst_id, dienst_plan.c.nummer)
    asked = await _rows(conn, informant, dienst_id, informant.c.tijdstip, informant.c.id)
    found = await _rows(conn, bevinding, dienst_id, bevinding.c.vastgesteld_op, bevinding.c.id)
    offers = await _rows(conn, vernietigingsaanbod, dienst_id, vernietigingsaanbod.c.moment, vernietigingsaanbod.c.id)
    sealed = [*(row.tekst for row in (*plans, *asked, *found)), *(row.betrokkene for row in offers)]
    keys = await keyring_for(conn, vault, sealed)
    return OnderzoekFile(
        tuple(_plan(row, keys) for row in plans),
        tuple(_informant(row, keys) for row in asked),
        tuple(_bevinding(row, keys) for row in found),
        tuple(_aanbod(row, keys) for row in offers),
    )


async def _rows(conn: AsyncConnection, table: Table, dienst_id: UUID, *order: Any) -> Sequence[AnyRow]:  # columns
    return (await conn.execute(select(table).where(table.c.dienst_id == dienst_id).order_by(*order))).all()


async def _row(conn: AsyncConnection, table: Table, dienst_id: UUID, row_id: UUID, *, lock: bool) -> AnyRow | None:
    query = select(table).where(table.c.dienst_id == dienst_id, table.c.id == row_id)
    return (await conn.execute(query.with_for_update() if lock else query)).one_or_none()


# --- the plan ----------------------------------------------------------------------------------------------------


async def insert_plan(conn: AsyncConnection, vault: Vault, of: Dienst, new: PlanVersie) -> None:
    """Add a version of the plan to a dienst that was locked."""
    plan, row_id = new.plan, new_id()
    texts = {
        "doelen": plan.doelen,
        "vragen": plan.vragen,
        "spreken": [pair_of(one) for one in plan.spreken],
        "informanten": [[one.soort, one.wie] for one in plan.informanten],
        "momenten": [[one.dag.isoformat(), one.wat] for one in plan.momenten],
        "eigenaar": plan.eigenaar,
    }
    key = await key_of(conn, vault, of.casus_id)
    await conn.execute(
        insert(dienst_plan).values(
            id=row_id,
            dienst_id=of.id,
            nummer=new.nummer,
            opgesteld_op=new.opgesteld_op,
            tekst=seal(key, texts, f"dienst_plan:tekst:{row_id}"),
        )
    )


def _plan(row: AnyRow, keys: Keyring) -> PlanVersie:
    texts = opened(keys, row.tekst, f"dienst_plan:tekst:{row.id}")
    plan = Plan(
        doelen=tuple(texts["doelen"]),
        vragen=tuple(texts["vragen"]),
        spreken=tuple(betrokkene_of(one) for one in texts["spreken"]),
        informanten=tuple(GeplandeInformant(InformantSoort(soort), wie) for soort, wie in texts["informanten"]),
        momenten=tuple(GeplandMoment(date.fromisoformat(dag), wat) for dag, wat in texts["momenten"]),
        eigenaar=texts["eigenaar"],
    )
    return PlanVersie(row.nummer, row.opgesteld_op, plan)


# --- informants --------------------------------------------------------------------------------------------------


async def insert_informant(conn: AsyncConnection, vault: Vault, of: Dienst, new: Informant) -> None:
    """Add what an informant told to a dienst that was locked."""
    opgave = new.opgave
    texts = [opgave.organisatie, opgave.naam, opgave.motivering_zonder_toestemming, opgave.mededeling]
    key = await key_of(conn, vault, of.casus_id)
    await conn.execute(
        insert(informant).values(
            id=new.id,
            dienst_id=of.id,
            soort=opgave.soort,
            toestemming=opgave.toestemming,
            tijdstip=opgave.tijdstip,
            bevestigd=opgave.bevestigd,
            versie=new.versie,
            tekst=seal(key, texts, f"informant:tekst:{new.id}"),
        )
    )


async def find_informant(
    conn: AsyncConnection, vault: Vault, dienst_id: UUID, informant_id: UUID, *, lock: bool = False
) -> Informant | None:
    """Return one informant of a dienst."""
    row = await _row(conn, informant, dienst_id, informant_id, lock=lock)
    return _informant(row, await keyring_for(conn, vault, [row.tekst])) if row else None


async def save_bevestiging(conn: AsyncConnection, after: Informant) -> None:
    """Write whether an informant confirmed his words."""
    values = {"bevestigd": after.opgave.bevestigd, "versie": after.versie}
    await conn.execute(update(informant).where(informant.c.id == after.id).values(values))


def _informant(row: AnyRow, keys: Keyring) -> Informant:
    organisatie, naam, motivering, mededeling = opened(keys, row.tekst, f"informant:tekst:{row.id}")
    opgave = InformantOpgave(
        soort=InformantSoort(row.soort),
        organisatie=organisatie,
        naam=naam,
        toestemming=row.toestemming,
        motivering_zonder_toestemming=motivering,
        tijdstip=row.tijdstip,
        mededeling=mededeling,
        bevestigd=Bevestiging(row.bevestigd),
    )
    return Informant(row.id, opgave, row.versie)


# --- findings ----------------------------------------------------------------------------------------------------


async def insert_bevinding(conn: AsyncConnection, vault: Vault, of: Dienst, new: Bevinding) -> None:
    """Add a finding to a dienst that was locked."""
    await conn.execute(
        insert(bevinding).values(
            id=new.id,
            dienst_id=of.id,
            relatie=new.vermoeden.relatie,
            vorm=new.vermoeden.vorm,
            **await _judged(conn, vault, of, new),
        )
    )


async def save_bevinding(conn: AsyncConnection, vault: Vault, of: Dienst, after: Bevinding) -> None:
    """Write a finding as it is judged now."""
    values = await _judged(conn, vault, of, after)
    await conn.execute(update(bevinding).where(bevinding.c.id == after.id).values(values))


async def _judged(conn: AsyncConnection, vault: Vault, of: Dienst, one: Bevinding) -> dict[str, object]:
    key = await key_of(conn, vault, of.casus_id)
    texts = [pair_of(one.vermoeden.betrokkene), one.onderbouwing]
    return {
        "oordeel": one.oordeel,
        "vastgesteld_op": one.vastgesteld_op,
        "versie": one.versie,
        "tekst": seal(key, texts, f"bevinding:tekst:{one.id}"),
    }


async def find_bevinding(
    conn: AsyncConnection, vault: Vault, dienst_id: UUID, bevinding_id: UUID, *, lock: bool = False
) -> Bevinding | None:
    """Return one finding of a dienst."""
    row = await _row(conn, bevinding, dienst_id, bevinding_id, lock=lock)
    return _bevinding(row, await keyring_for(conn, vault, [row.tekst])) if row else None


def _bevinding(row: AnyRow, keys: Keyring) -> Bevinding:
    pair, onderbouwing = opened(keys, row.tekst, f"bevinding:tekst:{row.id}")
    vermoeden = Vermoeden(betrokkene_of(pair), Relatie(row.relatie), Vorm(row.vorm))
    return Bevinding(row.id, vermoeden, BevindingOordeel(row.oordeel), onderbouwing, row.vastgesteld_op, row.versie)


# --- offers of destruction ---------------------------------------------------------------------------------------


async def insert_aanbod(conn: AsyncConnection, vault: Vault, of: Dienst, new: Aanbod) -> None:
    """Note that somebody was pointed to his right; once is enough."""
    key = await key_of(conn, vault, of.casus_id)
    row = {
        "id": new.id,
        "dienst_id": of.id,
        "moment": new.moment,
        "wijze": new.wijze,
        "betrokkene": seal(key, pair_of(new.betrokkene), f"vernietigingsaanbod:betrokkene:{new.id}"),
    }
    await conn.execute(upsert(vernietigingsaanbod).values(row).on_conflict_do_nothing())


async def find_aanbod(conn: AsyncConnection, vault: Vault, dienst_id: UUID, aanbod_id: UUID) -> Aanbod | None:
    """Return one offer of a dienst."""
    row = await _row(conn, vernietigingsaanbod, dienst_id, aanbod_id, lock=False)
    return _aanbod(row, await keyring_for(conn, vault, [row.betrokkene])) if row else None


def _aanbod(row: AnyRow, keys: Keyring) -> Aanbod:
    pair = opened(keys, row.betrokkene, f"vernietigingsaanbod:betrokkene:{row.id}")
    return Aanbod(row.id, betrokkene_of(pair), row.moment, AanbodWijze(row.wijze))
