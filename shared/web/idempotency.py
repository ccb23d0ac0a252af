"""How the same request sent twice is done once: the key, and the first answer, in the transaction of the deed."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import orjson
from fastapi import Header, Request
from sqlalchemy import Column, DateTime, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.canonical import canonical
from shared.clock import Clock
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import ConflictError, InvalidInputError, OperationalError
from shared.keyring import keyring_for, room_key
from shared.log import get_logger
from shared.parts import pause

log = get_logger()

KEPT = timedelta(days=7)
_KEY_MAX = 255


def idempotency_table(metadata: MetaData) -> Table:
    """Add the table of first answers to the catalogue of a room and return it."""
    return Table(
        "idempotentie",
        metadata,
        Column("client", Text, primary_key=True),
        Column("route", Text, primary_key=True),
        Column("sleutel", Text, primary_key=True),
        Column("inhoud", LargeBinary, nullable=False),
        Column("status", Integer),
        Column("antwoord", LargeBinary),
        Column("aangemaakt_op", DateTime(timezone=True), nullable=False),
        comment="First answers by Idempotency-Key; the content is a keyed hash, the answer is sealed.",
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that may be a repetition: whose, of what, under which key, with which content."""

    client: str
    route: str
    key: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: dict[str, Any]


# Not a plain function: the framework would send each request to another thread and back for it.
async def idempotency_key(
    header: Annotated[
        str | None,
        Header(alias="Idempotency-Key", description="Zelfde sleutel en inhoud geven hetzelfde antwoord"),
    ] = None,
) -> str | None:
    """Return the key of the client (a dependency), or None; raises ``InvalidInputError`` when it is unusable."""
    if header is None:
        return None
    if not header.isascii() or not header.isprintable() or not 0 < len(header) <= _KEY_MAX:
        raise InvalidInputError("De Idempotency-Key bestaat uit 1 tot 255 leesbare tekens.")
    return header


def attempt_of(request: Request, key: str | None, *, client: str, vault: Vault) -> Attempt | None:
    """Return the attempt behind a request, or None when the client sent no key.

    The content is compared by meaning: the order of fields and the spacing do not count.
    """
    if key is None:
        return None
    content = canonical(request.scope.get("ketenradar.json"))
    route = f"{request.method} {request.url.path}"
    return Attempt(client, route, key, vault.blind("idempotentie", content.decode()))


async def first_answer(conn: AsyncConnection, vault: Vault, attempt: Attempt | None, *, now: datetime) -> Answer | None:
    """Claim the key; return the first answer when it was given already.

    Two at once: the second waits in the unique index until the first has committed, and then reads its answer.
    Raises ``ConflictError`` when the key was used for something else.
    """
    if attempt is None:
        return None
    values = {"client": attempt.client, "route": attempt.route, "sleutel": attempt.key}
    claimed = (
        await conn.execute(
            text("""INSERT INTO idempotentie (client, route, sleutel, inhoud, aangemaakt_op)
                    VALUES (:client, :route, :sleutel, :inhoud, :now) ON CONFLICT DO NOTHING"""),
            {**values, "inhoud": attempt.content, "now": now},
        )
    ).rowcount
    if claimed:
        return None
    row = (
        await conn.execute(
            text("SELECT * FROM idempotentie WHERE client = :client AND route = :route AND sleutel = :sleutel"),
            values,
        )
    ).one()
    if bytes(row.inhoud) != attempt.content:
        raise ConflictError("Deze Idempotency-Key is al gebruikt voor een andere inhoud.")
    keys = await keyring_for(conn, vault, [row.antwoord])
    return Answer(row.status, orjson.loads(keys.open(row.antwoord, place=_place(attempt))))


async def keep_answer(conn: AsyncConnection, vault: Vault, attempt: Attempt | None, answer: Answer) -> None:
    """Keep the first answer, in the transaction of what it tells of."""
    if attempt is None:
        return
    key = await room_key(conn, vault)
    await conn.execute(
        text("""UPDATE idempotentie SET status = :status, antwoord = :antwoord
                WHERE client = :client AND route = :route AND sleutel = :sleutel"""),
        {
            "client": attempt.client,
            "route": attempt.route,
            "sleutel": attempt.key,
            "status": answer.status,
            "antwoord": key.seal(orjson.dumps(answer.body), place=_place(attempt)),
        },
    )


async def forget_answers(conn: AsyncConnection, *, before: datetime) -> int:
    """Remove first answers that were given before a moment, and return how many."""
    gone = await conn.execute(text("DELETE FROM idempotentie WHERE aangemaakt_op < :before"), {"before": before})
    return gone.rowcount


async def run_forgetting(
    engine: AsyncEngine, clock: Clock, stop: asyncio.Event, *, every_seconds: float = 3600.0
) -> None:
    """Forget first answers that are older than anybody repeats a request, until told to stop."""
    while not stop.is_set():
        try:
            async with in_transaction(engine) as conn:
                count = await forget_answers(conn, before=clock() - KEPT)
        except (OperationalError, DBAPIError) as error:
            log.warning("answers_not_forgotten", error_type=type(error).__name__)
        else:
            if count:
                log.info("answers_forgotten", count=count)
        await pause(stop, every_seconds)


_ANSWERS = text("""
SELECT client, route, sleutel, antwoord FROM idempotentie
WHERE (client, route, sleutel) > (:client, :route, :sleutel) ORDER BY client, route, sleutel LIMIT 500
""")
_FORGET = text("DELETE FROM idempotentie WHERE client = :client AND route = :route AND sleutel = :sleutel")


async def forget_answers_about(conn: AsyncConnection, vault: Vault, names: Collection[str]) -> int:
    """Remove the first answers that name one of these ids, in their address or in what they say; return how many.

    Every answer is opened for it: they are kept for some days only (``forget_answers``).
    """
    count = 0
    place = {"client": "", "route": "", "sleutel": ""}
    wanted = {name.lower() for name in names}
    while rows := (await conn.execute(_ANSWERS, place)).all():
        keys = await keyring_for(conn, vault, [row.antwoord for row in rows])
        for row in rows:
            place = {"client": row.client, "route": row.route, "sleutel": row.sleutel}
            told = f"{row.route} {row.sleutel} "
            if row.antwoord is not None:
                attempt = Attempt(row.client, row.route, row.sleutel, b"")
                told += keys.open(row.antwoord, place=_place(attempt)).decode()
            if any(name in told.lower() for name in wanted):
                count += (await conn.execute(_FORGET, place)).rowcount
    return count


def _place(attempt: Attempt) -> str:
    return f"idempotentie:antwoord:{attempt.client}:{attempt.route}:{attempt.key}"
