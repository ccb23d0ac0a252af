"""A room of one table behind the real door: what every route of the house may count on, without any room's rules."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

import httpx
import pytest
from fastapi import Depends, Request, Response
from sqlalchemy import text

from shared.audit import Act, audit_table, record
from shared.crypto import Vault
from shared.db import create_engine, in_transaction, room_metadata
from shared.errors import NotFoundError
from shared.ids import new_id
from shared.keyring import sleutel_table
from shared.messaging.schema import messaging_tables
from shared.rules.access import Betrekking, Doel, Inhoud, Regel
from shared.rules.codes import Rol
from shared.rules.settings import DEFAULT_SETTINGS
from shared.rules.verwerkingen import VerwerkingCode
from shared.web.access import Allowed
from shared.web.app import Resources, create_app, resources, room_router
from shared.web.auth import Verifier
from shared.web.client import RoomClient
from shared.web.edge import Edge
from shared.web.etag import check_version, etag_of, seen_version
from shared.web.idempotency import (
    Answer,
    attempt_of,
    first_answer,
    idempotency_key,
    idempotency_table,
    keep_answer,
)
from shared.web.schema import Naam, OptionalDatum, Schema, Tijdstip
from tests.support import RoomDatabaseFactory, SettableClock, TestIssuer

BODY_BYTES_MAX = 4_096


class ProefIn(Schema):
    naam: Naam
    geboortedatum: OptionalDatum = None
    gezien_op: Tijdstip | None = None


class ProefOut(Schema):
    id: UUID


Made = Annotated[Resources, Depends(resources)]
Vt = Allowed

router = room_router("Proeven")


@router.post("/proeven", status_code=201, summary="Maak een proef", description="Maak een proef.")
async def create_proef(
    body: ProefIn, request: Request, caller: Vt, made: Made, key: Annotated[str | None, Depends(idempotency_key)]
) -> ProefOut:
    attempt = attempt_of(request, key, client=caller.organisatie_id, vault=made.vault)
    async with in_transaction(made.engine) as conn:
        known = await first_answer(conn, made.vault, attempt, now=made.clock())
        if known:
            proef = ProefOut.model_validate(known.body)
            await record(conn, caller, Act("maken", "proef", proef.id), now=made.clock())
            return proef
        proef_id = new_id()
        await conn.execute(text("INSERT INTO proef VALUES (:id, :naam, 1)"), {"id": proef_id, "naam": body.naam})
        await record(conn, caller, Act("maken", "proef", proef_id), now=made.clock())
        await keep_answer(conn, made.vault, attempt, Answer(201, {"id": str(proef_id)}))
    return ProefOut(id=proef_id)


@router.get("/proeven/{proefId}", summary="Lees een proef", description="Lees een proef.")
async def read_proef(proefId: UUID, response: Response, caller: Vt, made: Made) -> ProefOut:  # noqa: N803
    async with in_transaction(made.engine) as conn:
        row = (await conn.execute(text("SELECT * FROM proef WHERE id = :id"), {"id": proefId})).one()
    response.headers["ETag"] = etag_of(row.versie)
    return ProefOut(id=row.id)


@router.put("/proeven/{proefId}", summary="Wijzig een proef", description="Wijzig een proef.")
async def change_proef(
    proefId: UUID,  # noqa: N803
    body: ProefIn,
    caller: Vt,
    made: Made,
    seen: Annotated[int, Depends(seen_version)],
) -> ProefOut:
    async with in_transaction(made.engine) as conn:
        row = (await conn.execute(text("SELECT * FROM proef WHERE id = :id FOR UPDATE"), {"id": proefId})).one()
        check_version(seen, row.versie)
        await conn.execute(
            text("UPDATE proef SET naam = :naam, versie = versie + 1 WHERE id = :id"),
            {"id": proefId, "naam": body.naam},
        )
    return ProefOut(id=proefId)


@router.get("/casussen/{casusId}", summary="Lees een casus", description="Er is er nooit een.")
async def read_casus(casusId: UUID, caller: Vt, made: Made) -> ProefOut:  # noqa: N803
    raise NotFoundError("Deze casus is er niet.")


@router.get("/ontploffingen", summary="Gaat mis", description="Gaat mis.")
async def explode(caller: Vt) -> ProefOut:
    raise ZeroDivisionError("CANARY-BSN-999999990")


def _row(operation: str, inhoud: Inhoud, *, beheerder: bool = False) -> Regel:
    return Regel(
        room="proef",
        operation=operation,
        rollen={Rol.VT_MEDEWERKER: Betrekking.ALLES} | ({Rol.BEHEERDER: Betrekking.ALLES} if beheerder else {}),
        inhoud=inhoud,
        doelen=(Doel.BEHANDELING, Doel.TOEZICHT),
        verwerking=VerwerkingCode.MELDING_RAADPLEGEN,
        scope="proef:schrijven",
    )


BELEID_VAN_DE_PROEF = {
    ("proef", operation): _row(operation, inhoud, beheerder=operation == "readToestand")
    for operation, inhoud in (
        ("createProef", Inhoud.PERSONEN),
        ("readProef", Inhoud.TECHNIEK),
        ("changeProef", Inhoud.TECHNIEK),
        ("readCasus", Inhoud.PERSONEN),
        ("explode", Inhoud.TECHNIEK),
        ("readToestand", Inhoud.TECHNIEK),
        ("listDataverwerkingen", Inhoud.PERSONEN),
    )
}


@pytest.fixture
async def edge(
    room_database: RoomDatabaseFactory, issuer: TestIssuer, keys: Path, klok: SettableClock
) -> AsyncIterator[Edge]:
    engine = create_engine(room_database("scratch").owner_url, name="test", pool_size=30)
    metadata = room_metadata()
    messaging_tables(metadata)
    idempotency_table(metadata)
    audit_table(metadata)
    sleutel_table(metadata)
    async with engine.begin() as conn:
        await conn.run_sync(metadata.create_all)
        await conn.execute(text("CREATE TABLE proef (id uuid PRIMARY KEY, naam text, versie int)"))
    made = Resources(
        engine=engine,
        vault=Vault.from_file(keys),
        clock=klok,
        rules=DEFAULT_SETTINGS,
        verifier=Verifier(issuer=issuer.issuer, audience=issuer.audience, jwks=issuer.fetch_jwks),
        client=cast("RoomClient", None),
    )

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[Resources]:
        yield made

    app = create_app(
        room="proef",
        title="Proef",
        description="Proef.",
        routers=[router],
        lifespan=lifespan,
        body_bytes_max=BODY_BYTES_MAX,
        beleid=BELEID_VAN_DE_PROEF,
    )
    root = cast("Any", app)._app
    async with root.router.lifespan_context(root):
        yield app
    await engine.dispose()


@pytest.fixture
async def client(edge: Edge, issuer: TestIssuer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=edge, raise_app_exceptions=False),
        base_url="http://proef/v1",
        headers=issuer.headers("vt-medewerker", "vtrr"),
    ) as made:
        yield made
