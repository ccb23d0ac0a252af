"""How the processes of a room are made and run: its resources, its HTTP server, and its worker."""

import asyncio
import gc
import os
import resource
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from shared.chain import run_chain
from shared.clock import clock_from
from shared.db import create_engine
from shared.events.catalogue import Room
from shared.keyring import run_rewrap
from shared.kms import vault_from
from shared.log import configure_logging, get_logger
from shared.messaging.connect import connect_redis
from shared.messaging.consumer import Consumer, Handler
from shared.messaging.relay import Relay
from shared.parts import leave, run_together
from shared.settings import RoomSettings
from shared.web.app import Resources
from shared.web.auth import Verifier
from shared.web.client import http_client, room_client
from shared.web.connection import GuardedProtocol
from shared.web.edge import Edge
from shared.web.idempotency import run_forgetting
from shared.web.jwks import jwks_over_http
from shared.web.limits import Limiter, SharedBuckets, rates_of
from shared.work import WORKER_WALL

log = get_logger()

_OPEN_FILES = 8_192

HandlerMaker = Callable[[Resources], Handler]
Alongside = Callable[[Resources, asyncio.Event], Coroutine[Any, Any, None]]


@asynccontextmanager
async def open_resources(room: Room, settings: RoomSettings, *, rol: str = "") -> AsyncIterator[Resources]:
    """Make what a room works with, and close it again; ``rol`` is as whom it sees rows when nobody asks."""
    engine = create_engine(
        settings.database_url.get_secret_value(), name=f"ketenradar-{room}", pool_size=settings.pool_size, rol=rol
    )
    async with http_client() as http:
        yield Resources(
            engine=engine,
            vault=vault_from(settings, http),
            clock=clock_from(settings.clock_file),
            rules=settings.rules,
            verifier=Verifier(
                issuer=settings.issuer,
                audience=settings.audience,
                jwks=jwks_over_http(settings.jwks_url),
                client_certificate_header=settings.client_certificate_header,
                person_seconds_max=settings.person_token_seconds_max,
                room_seconds_max=settings.room_token_seconds_max,
            ),
            client=room_client(room, settings, http),
        )
    await engine.dispose()


def serve(room: Room, app: Edge, settings: RoomSettings) -> None:
    """Serve a room over HTTP until it is told to stop; requests under way are finished."""
    configure_logging(room, settings.log_level)
    app.limiter = open_limiter(room, settings, app)
    # Everything that lives as long as the process is taken out of the collector's rounds (p99 50 ms -> 18 ms).
    gc.collect()
    gc.freeze()
    _allow_many_connections()
    uvicorn.Server(
        http_config(
            app,
            host=settings.host,
            port=settings.port,
            certificate=settings.tls_certificate_file,
            key=settings.tls_key_file,
        )
    ).run()


def http_config(
    app: ASGIApp, *, host: str, port: int, certificate: Path | None = None, key: Path | None = None
) -> uvicorn.Config:
    """Return how a door speaks HTTP, over TLS when it has a certificate.

    The bounds of a connection are in ``GuardedProtocol``.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=GuardedProtocol,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
        backlog=2_048,
        ssl_certfile=str(certificate) if certificate else None,
        ssl_keyfile=str(key) if key else None,
    )


def open_limiter(room: Room, settings: RoomSettings, app: Edge) -> Limiter:
    """Return the limits of a door; Redis is looked for when there is something to tell it, and not before."""

    def hide(source: str) -> str:
        made: Resources = app.api.state.resources
        return made.vault.blind("limiet", source).hex()

    redis = connect_redis(settings.redis_url.get_secret_value(), name=f"ketenradar-{room}-deur", connections_max=1)
    return Limiter(
        rates_of(settings),
        room=room,
        shared=SharedBuckets(redis),
        hide=hide,
        gateways=settings.gateway_networks,
    )


def _allow_many_connections() -> None:
    """Take as many open files as this process may have: a connection is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def work(room: Room, settings: RoomSettings, handle_with: HandlerMaker, *alongside: Alongside) -> None:
    """Run the worker of a room, its relay and its consumer, until it is told to stop.

    What stands ``alongside`` runs beside them, until the event that it is given is set.
    """
    configure_logging(room, settings.log_level)
    asyncio.run(_work(room, settings, handle_with, alongside))


async def _work(
    room: Room, settings: RoomSettings, handle_with: HandlerMaker, alongside: tuple[Alongside, ...]
) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    worker = settings.worker_name or f"{socket.gethostname()}-{os.getpid()}"
    redis = connect_redis(settings.redis_url.get_secret_value(), name=f"ketenradar-{room}")
    async with open_resources(room, settings, rol=WORKER_WALL) as made:
        relay = Relay(made.engine, redis, room, poll_seconds=settings.relay_poll_seconds)
        consumer = Consumer(
            made.engine,
            redis,
            room,
            handle_with(made),
            clock=made.clock,
            worker=worker,
            batch_max=settings.stream_batch_max,
            claim_idle_seconds=settings.stream_claim_idle_seconds,
            attempts_max=settings.quarantine_after_attempts,
        )
        log.info("worker_started", worker=worker)
        parts = [
            relay.run(stop),
            consumer.run(stop),
            run_chain(made.engine, stop),
            run_rewrap(made.engine, made.vault, stop, every_seconds=settings.keys_check_seconds),
            run_forgetting(made.engine, made.clock, stop),
            *(more(made, stop) for more in alongside),
        ]
        if not await run_together(parts, stop):
            leave()  # whoever keeps the processes running starts it again
    await redis.aclose()
