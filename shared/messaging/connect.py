"""How a process reaches Redis: bounded waits, a pool that makes callers queue instead of failing."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


def connect_redis(url: str, *, name: str, connections_max: int = 20) -> Redis:
    """Return a client of the Redis at ``url``; ``name`` shows in CLIENT LIST.

    Library defaults that matter are written out: no silent retry (a command sent twice is our decision), and
    every wait has an end, longer than the blocking read of a consumer.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections_max,
        timeout=5,
        socket_timeout=5,
        socket_connect_timeout=2,
        socket_keepalive=True,
        health_check_interval=15,
        client_name=name,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis.from_pool(pool)
