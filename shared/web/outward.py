"""What a room needs to call somebody outside: which addresses may be called, and how a message is signed.

The address is looked up once and the connection goes to what was looked up: a name that points elsewhere a moment
later (DNS rebinding) does not help whoever wants us to knock on our own doors.
"""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import secrets
import socket
import ssl
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit
from uuid import UUID

import httpx

SECRET_PREFIX = "whsec_"  # noqa: S105, the prefix that the standard gives to a secret
_SECRET_BYTES = 32
URL_MAX = 500


class AddressError(Exception):
    """An address that may not be called, as it was looked up."""


def new_secret() -> str:
    """Return a fresh secret in the form of Standard Webhooks."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, *, message_id: UUID, timestamp: int, body: bytes) -> str:
    """Return the ``webhook-signature`` of a message: HMAC-SHA256 over id, timestamp and body."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def problem_of(url: str, *, allow_private: bool) -> str | None:  # noqa: PLR0911, one reason a line
    """Return in Dutch why an address may not be called, as far as its text tells; None when it may.

    ``allow_private`` also lets in this machine, and calls without TLS: for a local run.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "geen geldig webadres"
    if len(url) > URL_MAX or not parts.hostname or port == 0 or not url.isascii() or not url.isprintable():
        return "geen geldig webadres"
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not allow_private):
        return "alleen https"
    if parts.username or parts.password or parts.fragment:
        return "zonder naam, wachtwoord of fragment"
    if _is_literal(parts.hostname) and not _may_reach(parts.hostname, allow_private=allow_private):
        return "geen intern adres"
    if not allow_private and ("." not in parts.hostname or parts.hostname.endswith((".local", ".internal"))):
        return "geen intern adres"
    return None


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _may_reach(address: str, *, allow_private: bool) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    if inner.is_multicast or inner.is_unspecified or inner.is_reserved:
        return False
    return allow_private or (found.is_global and inner.is_global)


def is_of_certificate(error: BaseException) -> bool:
    """Say whether a call broke on a certificate, theirs or ours, however deep that stands; not when it was cut."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError | ssl.SSLSyscallError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


async def _looked_up_here(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


async def looked_up(
    url: str, *, allow_private: bool, lookup: Callable[[str, int], Awaitable[list[str]]] = _looked_up_here
) -> tuple[httpx.URL, str]:
    """Return the address with the number of its machine in the place of its name, and the name with its port.

    ``lookup`` is for who calls so many at once that names must not wait for each other. Raises ``AddressError`` when it
    may not be called, ``OSError`` when nobody goes by that name.
    """
    if problem_of(url, allow_private=allow_private):
        raise AddressError
    parsed = httpx.URL(url)
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    addresses = await lookup(parsed.host, port)
    if not addresses or not all(_may_reach(address, allow_private=allow_private) for address in addresses):
        raise AddressError
    return parsed.copy_with(host=addresses[0].partition("%")[0]), parsed.netloc.decode()
