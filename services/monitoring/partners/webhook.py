"""How a fact reaches a subscriber: signed as Standard Webhooks ask, to an address that may be called, in bounds."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import httpx

from shared.errors import Fault, InvalidInputError
from shared.web.outward import AddressError, looked_up, new_secret, problem_of, signature

__all__ = ["WebhookError", "WebhookRules", "check_url", "new_secret", "send", "signature"]


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


def check_url(url: str, rules: WebhookRules) -> None:
    """Refuse an address that may not be called, as far as its text tells; raises ``InvalidInputError``."""
    problem = problem_of(url, allow_private=rules.allow_private)
    if problem:
        fault = Fault("body", "/callbackUrl", problem)
        raise InvalidInputError("Dit adres mag niet worden aangeroepen.", faults=(fault,))


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
            target, host = await looked_up(url, allow_private=rules.allow_private)
            request = http.build_request(
                "POST",
                target,
                content=body,
                headers=headers | {"Host": host},
                extensions={"sni_hostname": httpx.URL(url).host},
            )
            answer = await http.send(request, stream=True)
            await answer.aclose()
    except AddressError:
        raise WebhookError("adres-niet-toegestaan") from None
    except TimeoutError:
        raise WebhookError("te-langzaam") from None
    except (httpx.HTTPError, OSError, ValueError) as error:
        raise WebhookError(type(error).__name__) from None
    if not answer.is_success:
        raise WebhookError(f"http-{answer.status_code}")
