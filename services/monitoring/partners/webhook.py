"""How a fact reaches a subscriber: signed as Standard Webhooks ask, to an address that may be reached, within bounds.

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
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from shared.errors import Fault, InvalidInputError

SECRET_PREFIX = "whsec_"  # noqa: S105, the prefix that the standard gives to a secret
_SECRET_BYTES = 32
_URL_MAX = 500


class WebhookError(Exception):
    """A webhook that was not taken; ``reason`` is a status or a kind of error, never a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """Which addresses may be called: locally also this machine, without TLS."""

    allow_private: bool = False
    timeout_seconds: float = 5.0


def new_secret() -> str:
    """Return a fresh secret in the form of Standard Webhooks."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, *, message_id: UUID, timestamp: int, body: bytes) -> str:
    """Return the ``webhook-signature`` of a message: HMAC-SHA256 over id, timestamp and body."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def check_url(url: str, rules: WebhookRules) -> None:
    """Refuse an address that may not be called, as far as its text tells; raises ``InvalidInputError``."""
    problem = _problem_of(url, rules)
    if problem:
        fault = Fault("body", "/callbackUrl", problem)
        raise InvalidInputError("Dit adres mag niet worden aangeroepen.", faults=(fault,))


def _problem_of(url: str, rules: WebhookRules) -> str | None:  # noqa: PLR0911, one reason a line
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "geen geldig webadres"
    if len(url) > _URL_MAX or not parts.hostname or port == 0 or not url.isascii() or not url.isprintable():
        return "geen geldig webadres"
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not rules.allow_private):
        return "alleen https"
    if parts.username or parts.password or parts.fragment:
        return "zonder naam, wachtwoord of fragment"
    if _is_literal(parts.hostname) and not _may_reach(parts.hostname, rules):
        return "geen intern adres"
    if not rules.allow_private and ("." not in parts.hostname or parts.hostname.endswith((".local", ".internal"))):
        return "geen intern adres"
    return None


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _may_reach(address: str, rules: WebhookRules) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    if inner.is_multicast or inner.is_unspecified or inner.is_reserved:
        return False
    return rules.allow_private or (found.is_global and inner.is_global)


async def send(  # noqa: PLR0913, one message, keyword only
    http: httpx.AsyncClient,
    url: str,
    *,
    secret: str,
    message_id: UUID,
    body: bytes,
    now: datetime,
    rules: WebhookRules,
) -> None:
    """Send one message; ``now`` is real time, for the receiver compares it with its own.

    Raises ``WebhookError`` on everything but a 2xx within the time; a redirect is not followed.
    """
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "Ketenradar-Webhook/1",
        "webhook-id": str(message_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id=message_id, timestamp=timestamp, body=body),
    }
    try:
        async with asyncio.timeout(rules.timeout_seconds):
            target, host = await _looked_up(url, rules)
            request = http.build_request(
                "POST", target, content=body, headers=headers | {"Host": host}, extensions={"sni_hostname": _name(url)}
            )
            answer = await http.send(request, stream=True)
            await answer.aclose()
    except TimeoutError:
        raise WebhookError("te-langzaam") from None
    except (httpx.HTTPError, OSError, ValueError) as error:
        raise WebhookError(type(error).__name__) from None
    if not answer.is_success:
        raise WebhookError(f"http-{answer.status_code}")


async def _looked_up(url: str, rules: WebhookRules) -> tuple[httpx.URL, str]:
    """Return the address with the number of its machine in the place of its name, and the name."""
    if _problem_of(url, rules):
        raise WebhookError("adres-niet-toegestaan")
    parsed = httpx.URL(url)
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(parsed.host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(_may_reach(address, rules) for address in addresses):
        raise WebhookError("adres-niet-toegestaan")
    return parsed.copy_with(host=addresses[0].partition("%")[0]), parsed.netloc.decode()


def _name(url: str) -> str:
    return httpx.URL(url).host
