"""Reporters who send as fast as they are answered, over plain sockets: the client must not be what is measured."""

import asyncio
import json
import statistics
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of some clients saw; times in milliseconds."""

    clients: int
    answered: int
    seconds: float
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        """How many were answered each second."""
        return self.answered / self.seconds


def melding(number: int) -> bytes:
    """Return a melding of about 1,5 kB on two people who were never seen before."""
    body: dict[str, Any] = {
        "melder": {
            "categorie": "justitie-en-veiligheid",
            "soort": "professional",
            "naam": "Agent Verzonnen",
            "bekendmaking": {"openbaar": True},
        },
        "gemeenteCode": "0599",
        "incident": {"tijdstip": "2026-03-02T21:40:00Z", "locatie": "Verzonnenstraat 1", "omschrijving": "a" * 300},
        "zorgelijkeSituatie": {"omschrijving": "b" * 500},
        "aardGeweld": [{"relatie": "partnergeweld", "vorm": "fysiek"}],
        "personen": [
            {
                "rol": rol,
                "geslachtsnaam": f"Verzonnen{number}{rol}",
                "voornamen": "Fictia",
                "geboortedatum": "1990-02-01",
                "adres": {"postcode": "3011AA", "huisnummer": 1 + number % 900},
            }
            for rol in ("slachtoffer", "pleger")
        ],
    }
    return json.dumps(body).encode()


async def post_meldingen(port: int, token: str, *, clients: int, seconds: float, start: int) -> Run:
    """Post meldingen from a number of clients for a number of seconds."""
    until = time.perf_counter() + seconds
    begin = time.perf_counter()
    found = await asyncio.gather(
        *(_client(port, token, until, start + client * 1_000_000) for client in range(clients))
    )
    passed = time.perf_counter() - begin
    times = sorted(duration for one in found for duration in one)
    return Run(
        clients,
        len(times),
        passed,
        statistics.median(times) * 1000,
        times[min(len(times) - 1, int(len(times) * 0.99))] * 1000,
    )


async def _client(port: int, token: str, until: float, number: int) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    while (begin := time.perf_counter()) < until:
        body = melding(number)
        number += 1
        writer.write(
            b"POST /v1/meldingen HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + f"Authorization: Bearer {token}\r\nIdempotency-Key: {uuid4()}\r\n".encode()
            + f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        status = await read_answer(reader)
        if status != 201:
            raise RuntimeError(f"the door answered {status}")
        times.append(time.perf_counter() - begin)
    writer.close()
    return times


async def read_answer(reader: asyncio.StreamReader) -> int:
    """Read one whole answer and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(lines[0].split()[1])
