"""People who go on working while something breaks: they send again what was not answered, and remember every answer."""

import itertools
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.flow.house import House

_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.1
_AGAIN = frozenset({500, 502, 503, 504})


@dataclass
class Acked:
    """What was answered: the only truth that the proof goes by."""

    meldingen: dict[str, str] = field(default_factory=dict)  # Idempotency-Key -> melding id
    besluiten: set[str] = field(default_factory=set)  # melding ids
    acceptaties: set[str] = field(default_factory=set)  # overdracht ids
    contradictions: list[str] = field(default_factory=list)  # the same key, another answer

    def add(self, other: "Acked") -> None:
        """Take over what was answered in another round."""
        self.meldingen.update(other.meldingen)
        self.besluiten.update(other.besluiten)
        self.acceptaties.update(other.acceptaties)
        self.contradictions += other.contradictions


class Load:
    """Reporters, a worker of Veilig Thuis and a local team, each in a thread of their own."""

    def __init__(self, house: House, seed: int) -> None:
        self._house = house
        self._random = random.Random(seed)
        self._stop = threading.Event()
        self._waiting: list[str] = []
        self._numbers = itertools.count(seed * 1_000_000)
        self.acked = Acked()
        self.failures: list[str] = []
        self.answered_at = time.monotonic()
        self.longest_gap = 0.0  # seconds in which no melding was answered
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), daemon=True)
            for work in (self._report, self._report, self._decide, self._accept)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=_PATIENCE_SECONDS)
        assert not any(thread.is_alive() for thread in self._threads), "somebody still waits for an answer"

    def _guarded(self, work: Any) -> None:
        try:
            with httpx.Client(timeout=10.0) as client:
                work(client)
        except Exception as error:  # noqa: BLE001, a thread has nobody else to tell it to
            self.failures.append(f"{work.__name__}: {error!r}"[:500])

    def _send(  # noqa: PLR0917, what an HTTP client asks, once more
        self,
        client: httpx.Client,
        rol: str,
        method: str,
        room: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response | None:
        """Send until there is an answer that counts; None when nothing came in all that time."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                state = self._house.state  # read anew: a house that was started again has other addresses
                answer = client.request(
                    method,
                    f"{state['urls'][room]}/v1{path}",
                    json=body,
                    headers={"Authorization": f"Bearer {state['tokens'][rol]}", **(headers or {})},
                )
            except (httpx.HTTPError, OSError):
                time.sleep(_PAUSE_SECONDS)
                continue
            if answer.status_code not in _AGAIN:
                return answer
            time.sleep(_PAUSE_SECONDS)
        return None

    def _report(self, client: httpx.Client) -> None:
        while not self._stop.is_set():
            key = str(uuid4())
            body = self._melding()
            answer = self._send(client, "ketenpartner", "POST", "intake", "/meldingen", body, {"Idempotency-Key": key})
            if answer is None or answer.status_code != 201:
                self.failures.append(f"POST meldingen: {answer and (answer.status_code, answer.text[:300])}")
                return
            melding_id = answer.json()["id"]
            if self._random.random() < 0.2:  # an impatient client sends it once more
                again = self._send(
                    client, "ketenpartner", "POST", "intake", "/meldingen", body, {"Idempotency-Key": key}
                )
                if again is None or again.json().get("id") != melding_id:
                    self.acked.contradictions.append(key)
            self.acked.meldingen[key] = melding_id
            now = time.monotonic()
            self.answered_at, self.longest_gap = now, max(self.longest_gap, now - self.answered_at)
            self._waiting.append(melding_id)
            time.sleep(0.1)  # leaves the machine something to start what must come back with

    def _melding(self) -> dict[str, Any]:
        number = next(self._numbers)
        family = number - self._random.randrange(3)  # some are about a family of just before
        return {
            "melder": {"categorie": "justitie-en-veiligheid", "soort": "professional",
                       "bekendmaking": {"openbaar": True}, "naam": "Agent Verzonnen"},
            "gemeenteCode": self._random.choice(["0599", "0489", "1621"]),
            "zorgelijkeSituatie": {"omschrijving": "Verzonnen."},
            "personen": [{"rol": "slachtoffer", "geslachtsnaam": f"Verzonnen{family}", "voornamen": "F",
                          "geboortedatum": "1985-05-05"}],
        }  # fmt: skip

    def _decide(self, client: httpx.Client) -> None:
        while not self._stop.is_set():
            if not self._waiting:
                time.sleep(0.02)
                continue
            melding_id = self._waiting.pop(0)
            if not self._step(
                client, melding_id, "acuutcheck", {"acuut": False, "motivering": "-", "interventies": []}
            ):
                continue
            besluit = {"uitkomst": "preventieve-zorgmelding", "acuutOnveilig": False, "structureelOnveilig": False,
                       "motivering": "-"}  # fmt: skip
            if self._step(client, melding_id, "besluit", besluit):
                self.acked.besluiten.add(melding_id)

    def _step(self, client: httpx.Client, melding_id: str, step: str, body: dict[str, Any]) -> bool:
        """Read and change; read again when the answer to a change got lost."""
        path = f"/veiligheidsbeoordelingen/{melding_id}"
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            found = self._send(client, "vt-medewerker", "GET", "triage", path)
            if found is None:
                break
            if found.status_code == 404:
                if self._stop.is_set():
                    return False  # the dossier has not come yet; the proof looks whether it does
                time.sleep(_PAUSE_SECONDS)
                continue
            done = self._send(
                client, "vt-medewerker", "PUT", "triage", f"{path}/{step}", body, {"If-Match": found.headers["ETag"]}
            )
            if done is not None and done.status_code == 200:
                return True
            if done is not None and done.status_code != 412:
                self.failures.append(f"PUT {step}: {done.status_code} {done.text[:300]}")
                return False
        return False

    def _accept(self, client: httpx.Client) -> None:
        while not self._stop.is_set():
            found = self._send(
                client, "lokaal-team", "GET", "handover", "/overdrachten?status=aangeboden&gemeenteCode=0599&limiet=5"
            )
            for offer in found.json()["resultaten"] if found is not None and found.status_code == 200 else ():
                done = self._send(
                    client,
                    "lokaal-team",
                    "POST",
                    "handover",
                    f"/overdrachten/{offer['id']}/acceptatie",
                    {"naam": "Team"},
                )
                if done is not None and done.status_code in {200, 201}:
                    self.acked.acceptaties.add(offer["id"])
                elif done is not None:
                    self.failures.append(f"POST acceptatie: {done.status_code} {done.text[:300]}")
            time.sleep(0.2)
