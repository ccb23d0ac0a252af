"""A notice to the system of a receiver: signed as Standard Webhooks ask, and only an answer that proves it counts."""

import asyncio
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

import httpx

from services.handover.domain.leverbericht import judge_answer, wire
from services.handover.domain.levering import PogingUitkomst
from services.handover.partners.leveren import LeverRegels, Uitslag, Zending
from shared.web.outward import AddressError, is_of_certificate, looked_up, signature

_ANSWER_BYTES_MAX = 65_536
_CONNECT_SECONDS = 5.0


@dataclass(slots=True)
class RestBezorger:
    """Call receivers over HTTPS, with or without the certificate of this house."""

    regels: LeverRegels
    _plain: httpx.AsyncClient = field(init=False)
    _known: httpx.AsyncClient | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        # With the authorities of SSL_CERT_FILE, when that is set: not every receiver has a certificate of a public one.
        self._plain = _client(self.regels, ssl.create_default_context())
        if self.regels.certificaat:
            context = ssl.create_default_context()
            context.load_cert_chain(*map(str, self.regels.certificaat))
            self._known = _client(self.regels, context)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._plain.aclose()
        if self._known:
            await self._known.aclose()

    async def send(self, zending: Zending, *, now: datetime) -> Uitslag:
        """Try once; a redirect is not followed, and an answer is read no further than it can be proof."""
        http = self._known if zending.clientcertificaat else self._plain
        if http is None or not zending.geheimen or zending.adres.url is None:
            return Uitslag(PogingUitkomst.NIET_INGERICHT)
        try:
            async with asyncio.timeout(self.regels.timeout_seconds):
                return await self._call(http, zending.adres.url, zending, now)
        except AddressError:
            return Uitslag(PogingUitkomst.ADRES_NIET_TOEGESTAAN)
        except (httpx.HTTPError, OSError, TimeoutError, ValueError) as error:
            return Uitslag(PogingUitkomst.CERTIFICAAT if is_of_certificate(error) else PogingUitkomst.GEEN_ANTWOORD)

    async def _call(self, http: httpx.AsyncClient, url: str, zending: Zending, now: datetime) -> Uitslag:
        target, host = await looked_up(url, allow_private=self.regels.allow_private)
        body = wire(zending.bericht)
        request = http.build_request(
            "POST",
            target,
            content=body,
            headers=_headers(zending, body, now) | {"Host": host},
            extensions={"sni_hostname": httpx.URL(url).host},
        )
        answer = await http.send(request, stream=True)
        try:
            read = await _read(answer)
        finally:
            await answer.aclose()
        uitkomst = judge_answer(answer.status_code, read, overdracht_id=zending.bericht.overdracht_id)
        return Uitslag(uitkomst, answer.status_code)


def _headers(zending: Zending, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers of a notice; while a secret is being replaced there is a signature of both."""
    timestamp, message_id = int(now.timestamp()), zending.bericht.levering_id
    signed = [signature(one, message_id=message_id, timestamp=timestamp, body=body) for one in zending.geheimen]
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Accept": "application/json",
        "User-Agent": "Ketenradar-Levering/1",
        "webhook-id": str(message_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signed),
    }


async def _read(answer: httpx.Response) -> bytes:
    body = b""
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > _ANSWER_BYTES_MAX:
            return b""  # longer than any proof: it is none
    return body


def _client(regels: LeverRegels, context: ssl.SSLContext) -> httpx.AsyncClient:
    timeout = httpx.Timeout(regels.timeout_seconds, connect=_CONNECT_SECONDS)
    return httpx.AsyncClient(
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        verify=context,
        # A receiver that hangs keeps its connections, and takes none of anybody else. None is kept for the next notice:
        # they are known by the number of the machine, and of two names on one machine each shows its own certificate.
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
    )
