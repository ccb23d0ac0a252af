"""How a fact reaches a subscriber: signed as Standard Webhooks ask, to an address that may be called, within bounds.

Each message has a connection of its own: what a receiver sends after its answer can then not be taken for the answer
to the next message.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import httpx

from shared.errors import Fault, InvalidInputError
from shared.web.client import trusted
from shared.web.outward import AddressError, is_of_certificate, looked_up, problem_of, signature

_ANSWER_BYTES_MAX = 65_536
# So many names can hang at once before another waits for its turn; one name never takes more than one.
_LOOKUPS = 32
_GONE = 410


class WebhookError(Exception):
    """A webhook that was not taken; ``reason`` is a status or a kind of error, never a text."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.gone = gone


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """Which addresses may be called: locally also this machine, without TLS."""

    allow_private: bool = False
    timeout_seconds: float = 15.0


def check_url(url: str, rules: WebhookRules) -> None:
    """Refuse an address that may not be called, as far as its text tells; raises ``InvalidInputError``."""
    problem = problem_of(url, allow_private=rules.allow_private)
    if problem:
        fault = Fault("body", "/callbackUrl", problem)
        raise InvalidInputError("Dit adres mag niet worden aangeroepen.", faults=(fault,))


class WebhookSender:
    """Send messages, any number beside each other: no receiver uses up what another needs."""

    def __init__(self, http: httpx.AsyncClient, rules: WebhookRules, lookups: ThreadPoolExecutor) -> None:
        self._http = http
        self._rules = rules
        self._lookups = lookups
        self._under_way: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def send(self, url: str, *, keys: Sequence[str], message_id: UUID, body: bytes, now: datetime) -> None:
        """Send one message, signed with each of the secrets; ``now`` is real time, the receiver compares it.

        Raises ``WebhookError`` on everything but a whole answer of 2xx within the time; a redirect is not followed.
        """
        try:
            async with asyncio.timeout(self._rules.timeout_seconds):
                status = await self._post(url, body, _headers(keys, message_id, body, now))
        except AddressError:
            raise WebhookError("adres-niet-toegestaan") from None
        except TimeoutError:
            raise WebhookError("te-langzaam") from None
        except httpx.RemoteProtocolError:
            raise WebhookError("afgebroken") from None
        except (httpx.HTTPError, OSError, ValueError) as error:
            raise WebhookError("certificaat" if is_of_certificate(error) else "niet-bereikbaar") from None
        if not httpx.codes.is_success(status):
            raise WebhookError(f"http-{status}", gone=status == _GONE)

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Return the status of an answer that was read to its end: one that is cut off is no receipt."""
        target, host = await looked_up(url, allow_private=self._rules.allow_private, lookup=self._addresses)
        request = self._http.build_request(
            "POST",
            target,
            content=body,
            headers=headers | {"Host": host},
            extensions={"sni_hostname": httpx.URL(url).host},
        )
        answer = await self._http.send(request, stream=True)
        try:
            size = 0
            async for part in answer.aiter_raw():
                size += len(part)
                if size > _ANSWER_BYTES_MAX:
                    raise WebhookError("antwoord-te-groot")
        finally:
            await answer.aclose()
        return answer.status_code

    async def _addresses(self, host: str, port: int) -> list[str]:
        """Look a name up; who asks for the same name meanwhile gets the same answer, and takes no thread."""
        loop = asyncio.get_running_loop()
        found = self._under_way.get((host, port))
        if found is None:
            found = loop.run_in_executor(self._lookups, _lookup, host, port)
            self._under_way[host, port] = found
            found.add_done_callback(lambda _: self._under_way.pop((host, port), None))
        return await asyncio.shield(found)


def _lookup(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _headers(keys: Sequence[str], message_id: UUID, body: bytes, now: datetime) -> dict[str, str]:
    timestamp = int(now.timestamp())
    signed = (signature(key, message_id=message_id, timestamp=timestamp, body=body) for key in keys)
    return {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "Ketenradar-Webhook/1",
        "Connection": "close",
        "webhook-id": str(message_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signed),
    }


@asynccontextmanager
async def webhook_sender(rules: WebhookRules, *, trust: ssl.SSLContext | None = None) -> AsyncIterator[WebhookSender]:
    """Open what sends webhooks; the bound on how many go out at once is per receiver, and not here."""
    lookups = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="webhook-naam")
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    timeout = httpx.Timeout(rules.timeout_seconds, connect=min(5.0, rules.timeout_seconds))
    try:
        async with httpx.AsyncClient(
            timeout=timeout, limits=limits, follow_redirects=False, trust_env=False, verify=trust or trusted()
        ) as http:
            yield WebhookSender(http, rules, lookups)
    finally:
        lookups.shutdown(wait=False, cancel_futures=True)
