"""What the worker spends on one melding in PostgreSQL: finding, opening, weighing, and putting before a worker."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bench.matching.corpus import Region, describe, second_descriptions
from bench.stand import Stand
from deploy.local import identity
from services.intake.domain.melding import Persoon
from services.intake.handlers.keys import search_keys_of
from services.intake.handlers.koppelen import on_melding_ontvangen
from services.intake.store.sealed import seal
from services.intake.tables import core
from services.intake.tables.koppelen import persoon_zoeksleutel
from shared.crypto import Vault
from shared.db import create_engine, in_transaction
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import MeldingOntvangen
from shared.ids import new_id
from shared.keyring import make_key
from shared.log import configure_logging
from shared.rules.codes import MelderCategorie, MelderSoort
from shared.rules.settings import DEFAULT_SETTINGS
from shared.web.app import Resources
from shared.work import WORKER_WALL

PEOPLE = 20_000
ASKED = 500
SEED = 7
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_AT_ONCE = 500
_OF_ONE_MELDING = 2


def measure_storage(where: Stand) -> None:
    """Fill a room with people, let meldingen be heard one by one, and print what each took."""
    configure_logging("bench", "WARNING")
    asyncio.run(_measure(where))


async def _measure(where: Stand) -> None:
    vault = Vault.from_text(identity.new_room_keys())
    engine = create_engine(where.database("intake").app_url, name="bench-koppelen", pool_size=2, rol=WORKER_WALL)
    try:
        region = Region(SEED)
        region.fill(PEOPLE)
        people = [describe(mens) for mens in region.people]
        pairs = [people[at : at + _OF_ONE_MELDING] for at in range(0, len(people), _OF_ONE_MELDING)]
        await _fill(engine, vault, pairs, found=True)
        asked = [[vraag.beschrijving] for vraag in second_descriptions(region, ASKED, SEED)]
        meldingen = await _fill(engine, vault, asked, found=False)
        looked = sorted(await _hear(engine, vault, meldingen[::2], new=False))
        joined = sorted(await _hear(engine, vault, meldingen[1::2], new=True))
        async with in_transaction(engine) as conn:
            proposed = (await conn.execute(text("SELECT count(*) FROM koppelvoorstel"))).scalar_one()
            size = (await conn.execute(text("SELECT pg_total_relation_size('persoon_zoeksleutel')"))).scalar_one()
            keys = (await conn.execute(text("SELECT count(*) FROM persoon_zoeksleutel"))).scalar_one()
    finally:
        await engine.dispose()
    print(f"\n{PEOPLE} people in PostgreSQL, {keys / PEOPLE:.1f} search keys each, {size / keys:.0f} bytes a key")
    print(f"{ASKED} meldingen heard, {proposed} voorstellen; ms per melding, transaction and opening included:")
    for name, spent in (("look and propose", looked), ("and join when sure", joined)):
        print(f"{name}: mean {sum(spent) / len(spent):.1f}, p95 {spent[int(len(spent) * 0.95)]:.1f}", end="")
        print(f", most {spent[-1]:.1f}")


async def _hear(engine: AsyncEngine, vault: Vault, meldingen: Sequence[tuple[UUID, UUID]], *, new: bool) -> list[float]:
    # Hearing asks for the keys and the clock only.
    nothing = cast("Any", None)
    made = Resources(
        engine=engine, vault=vault, clock=lambda: NOW, rules=DEFAULT_SETTINGS, verifier=nothing, client=nothing
    )
    spent = []
    for casus_id, melding_id in meldingen:
        begin = time.perf_counter()
        async with in_transaction(engine) as conn:
            await on_melding_ontvangen(conn, _event(casus_id, melding_id, new=new), made)
        spent.append((time.perf_counter() - begin) * 1000)
    return spent


def _event(casus_id: UUID, melding_id: UUID, *, new: bool) -> Event:
    payload = MeldingOntvangen(
        melding_id=melding_id,
        ontvangen_op=NOW,
        gemeente_code="0599",
        melder_categorie=MelderCategorie.GGZ,
        melder_soort=MelderSoort.PROFESSIONAL,
        hermelding=not new,
        vorige_afsluiting_op=None,
        aantal_personen=1,
        aard_geweld=(),
    )
    return Event(id=new_id(), room=Room.INTAKE, casus_id=casus_id, sequence=1, time=NOW, payload=payload)


async def _fill(
    engine: AsyncEngine, vault: Vault, meldingen: Sequence[Sequence[Persoon]], *, found: bool
) -> list[tuple[UUID, UUID]]:
    """Write meldingen, each in a casus of its own; ``found`` writes the search keys of their people too."""
    ids = []
    for at in range(0, len(meldingen), _AT_ONCE):
        async with in_transaction(engine) as conn:
            ids += await _write(conn, vault, meldingen[at : at + _AT_ONCE], found=found)
    async with engine.connect() as conn:
        await (await conn.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    return ids


async def _write(
    conn: AsyncConnection, vault: Vault, meldingen: Sequence[Sequence[Persoon]], *, found: bool
) -> list[tuple[UUID, UUID]]:
    rows: dict[str, list[dict[str, Any]]] = {"casus": [], "sleutel": [], "melding": [], "persoon": [], "gevonden": []}
    for personen in meldingen:
        casus_id, melding_id = new_id(), new_id()
        made = await make_key(vault, casus_id)
        rows["casus"].append(_casus(casus_id, len(personen)))
        rows["sleutel"].append(dict(made.row))
        rows["melding"].append(_melding(casus_id, melding_id))
        for nr, persoon in enumerate(personen, start=1):
            persoon_id = new_id()
            sealed = seal(made.key, _sent(persoon), f"persoon:gegevens:{persoon_id}")
            row = {"id": persoon_id, "melding_id": melding_id, "nr": nr, "rol": persoon.rol.value, "gegevens": sealed}
            rows["persoon"].append(row)
            keys = search_keys_of(vault, persoon) if found else ()
            rows["gevonden"] += [{"persoon_id": persoon_id, "sleutel": key} for key in keys]
    tables = (core.casus, core.sleutel, core.melding, core.persoon, persoon_zoeksleutel)
    for table, own in zip(tables, rows.values(), strict=True):
        if own:
            await conn.execute(insert(table), own)
    return [(row["casus_id"], row["id"]) for row in rows["melding"]]


def _casus(casus_id: UUID, people: int) -> dict[str, Any]:
    return {"id": casus_id, "status": "open", "aangemaakt_op": NOW, "aantal_meldingen": 1, "aantal_personen": people}


def _melding(casus_id: UUID, melding_id: UUID) -> dict[str, Any]:
    return {
        "id": melding_id,
        "kenmerk": str(melding_id),
        "casus_id": casus_id,
        "status": "ontvangen",
        "ontvangen_op": NOW,
        "veiligheidsbeoordeling_uiterlijk": NOW,
        "gemeente_code": "0599",
        "melder_categorie": "ggz",
        "melder_soort": "professional",
        "dubbel_anoniem": False,
        "hermelding": False,
        "waarschuwingen": [],
        "organisatie_id": "bench",
        "inhoud": melding_id.bytes,
        "melder": b"",
        "gegevens": b"",
    }


def _sent(persoon: Persoon) -> dict[str, object]:
    return {
        **persoon.gegevens,
        "bsn": persoon.bsn,
        "geslachtsnaam": persoon.geslachtsnaam,
        "voornamen": persoon.voornamen,
        "geboortedatum": persoon.geboortedatum,
        "adres": {"postcode": persoon.postcode, "huisnummer": persoon.huisnummer},
    }
