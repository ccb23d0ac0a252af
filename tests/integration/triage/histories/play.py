"""How a history is played: by chance, one after another or several at once, against the real door and database."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.triage.tables import metadata
from shared.rules.codes import MonitorVervolg
from tests.integration.triage.histories.base import Known, Move
from tests.integration.triage.histories.moves import MOVES
from tests.integration.triage.room import TriageRoom

STEPS = (8, 22)
DRAWS = 6  # until something is drawn for which there is an object
_KIND = re.compile(r"{([a-zA-Z]+)}")
_GOOD = {200, 201}
_REFUSED = {400, 404, 409, 412}
# These tell that something was asked, not what came of it.
_BESIDE = {"audit", "audit_wachtrij", "audit_keten", "audit_oud", "idempotentie", "sleutel"}
_COUNT = " UNION ALL ".join(
    f"SELECT '{table.name}', count(*), max(xmin::text::bigint) FROM {table.name}"  # noqa: S608, names of our own
    for table in metadata.sorted_tables
    if table.name not in _BESIDE
)


@dataclass
class Tally:
    """What happened in all histories together."""

    histories: int = 0
    asked: Counter[tuple[str, int]] = field(default_factory=Counter)
    pairs: set[tuple[str, str, str]] = field(default_factory=set)  # machine, state and step that were tried
    at_once: int = 0
    repeated: int = 0

    def told(self) -> str:
        """Return all of it as one line."""
        by_status = Counter[int]()
        for (_, status), count in self.asked.items():
            by_status[status] += count
        return (
            f"histories: {self.histories}, requests: {self.asked.total()}, at once: {self.at_once}, "
            f"repeated: {self.repeated}, pairs of state and step: {len(self.pairs)}, answers: {dict(by_status)}"
        )


@dataclass
class History:
    """One play: what the people in it know, and what they are told."""

    room: TriageRoom
    chance: Random
    tally: Tally
    known: Known
    casus_ids: list[UUID] = field(default_factory=list)
    volgorde: int = 0
    done: int = 0  # how many requests were taken
    wrong: list[str] = field(default_factory=list)

    async def play(self) -> None:
        """Let meldingen come in, and everybody do what comes up."""
        self.tally.histories += 1
        await self._receive()
        for _ in range(self.chance.randint(*STEPS)):
            drawn = self.chance.random()
            if drawn < 0.12:
                self._pass_time()
            elif drawn < 0.2:
                await self._hear_something()
            elif drawn < 0.32:
                await self._at_once()
            else:
                await self._one()

    # --- facts of others -----------------------------------------------------------------------------------------

    async def _receive(self, casus_id: UUID | None = None) -> None:
        here = casus_id or uuid4()
        melding_id = await self.room.receive(casus_id=here)
        self.known.note("meldingId", str(melding_id))
        self.known.note("dossierId", await self.room.dossier_of(melding_id))
        if here not in self.casus_ids:
            self.casus_ids.append(here)

    async def _hear_something(self) -> None:
        drawn = self.chance.random()
        if drawn < 0.35:
            await self._receive(self.chance.choice(self.casus_ids) if self.chance.random() < 0.5 else None)
        elif drawn < 0.6 and len(self.casus_ids) > 1:
            stays, goes = self.chance.sample(self.casus_ids, 2)
            self.casus_ids.remove(goes)
            self.volgorde += 1
            await self.room.hear(self.room.merge(verdwenen=goes, blijft=stays, volgorde=self.volgorde))
        elif drawn < 0.75:
            self.volgorde += 1
            melding_id, new = UUID(self.chance.choice(self.known.ids["meldingId"])), uuid4()
            here = await self._casus_of(melding_id)
            await self.room.hear(self.room.split(here, new, melding_id, volgorde=self.volgorde))
            self.casus_ids.append(new)
        else:
            melding_id = UUID(self.chance.choice(self.known.ids["meldingId"]))
            vervolg = self.chance.choice([MonitorVervolg.HEROPENEN, MonitorVervolg.DOORGAAN])
            event = self.room.moment(melding_id, await self._casus_of(melding_id), vervolg)
            await self.room.hear(event)
            await self.room.hear(event)  # a fact that comes twice changes nothing

    async def _casus_of(self, melding_id: UUID) -> UUID:
        (row,) = await self.room.rows("SELECT casus_id FROM dossier WHERE melding_id = :id LIMIT 1", id=melding_id)
        found: UUID = row.casus_id
        return found

    def _pass_time(self) -> None:
        self.room.klok.now += self.chance.choice(
            [timedelta(minutes=7), timedelta(hours=5), timedelta(days=1), timedelta(days=9), timedelta(days=80)]
        )
        self.known.now = self.room.klok()

    # --- people --------------------------------------------------------------------------------------------------

    def _draw(self) -> Move:
        return self.chance.choices(MOVES, [move.weight for move in MOVES])[0]

    async def _one(self) -> None:
        asked = None
        for _ in range(DRAWS):
            move = self._draw()
            asked = await self._prepare(move)
            if asked is not None:
                break
        if asked is None:
            return
        before = await self._stored()
        answer = await self._send(asked)
        self._judge(asked, answer)
        if answer.status_code not in _GOOD and await self._stored() != before:
            self.wrong.append(f"{move.name} was refused with {answer.status_code} and stored something")
        if answer.status_code in _GOOD and self.chance.random() < 0.25:
            await self._again(asked, answer)

    async def _at_once(self) -> None:
        """Let several people ask at the same moment, from what they saw before."""
        moves = [self._draw() for _ in range(self.chance.randint(2, 4))]
        if self.chance.random() < 0.5:
            moves = [moves[0]] * len(moves)
        prepared = [one for one in [await self._prepare(move, judged=False) for move in moves] if one]
        self.tally.at_once += len(prepared)
        for asked, answer in zip(prepared, await asyncio.gather(*map(self._send, prepared)), strict=True):
            self._judge(asked, answer)

    async def _prepare(self, move: Move, *, judged: bool = True) -> "Asked | None":
        picked = {kind: self.known.pick(kind, self.chance) for kind in _KIND.findall(move.path + move.seen)}
        if not all(picked.values()):
            return None
        ids = {kind: str(one) for kind, one in picked.items()}
        body = move.body(self.chance, self.known)
        if body is None:
            return None
        headers, allowed = self.room.headers(move.rol), None
        if move.seen:
            read = await self.room.get(move.seen.format(**ids))
            if read.status_code != 200:
                return None
            if move.method == "PUT":
                headers["If-Match"] = read.headers["ETag"]
            if move.machine and move.machine.action and judged:
                status = move.machine.status(read.json()["status"])
                self.tally.pairs.add((move.machine.status.__name__, status.value, str(move.machine.action.value)))
                allowed = move.machine.transitions[status, move.machine.action] is not None
        if move.method == "POST":
            headers["Idempotency-Key"] = str(UUID(int=self.chance.getrandbits(128)))
        return Asked(move, move.path.format(**ids), ids, body, headers, allowed)

    async def _send(self, asked: "Asked") -> httpx.Response:
        address = f"/v1{asked.path}"
        return await self.room.http.request(asked.move.method, address, json=asked.body, headers=asked.headers)

    def _judge(self, asked: "Asked", answer: httpx.Response) -> None:
        """Note what is wrong with an answer, whatever was asked."""
        move, status = asked.move, answer.status_code
        self.tally.asked[move.name, status] += 1
        if status not in _GOOD | _REFUSED:
            self.wrong.append(f"{move.name}: {status} {answer.text[:300]}")
            return
        if status in _REFUSED and not answer.json().get("detail"):
            self.wrong.append(f"{move.name}: {status} does not say why")
        if asked.allowed is False and status in _GOOD and not self._unchanged(asked, answer):
            self.wrong.append(f"{move.name}: was let through in a state that does not allow it")
        if status in _GOOD:
            self.done += 1
            self._note(move, answer.json())

    @staticmethod
    def _unchanged(asked: "Asked", answer: httpx.Response) -> bool:
        return bool(asked.headers.get("If-Match") == answer.headers.get("ETag"))

    def _note(self, move: Move, told: Any) -> None:
        if move.makes:
            self.known.note(move.makes, told["id"])
        for kind in ("dienstId", "dossierId"):
            if told.get(kind):
                self.known.note(kind, told[kind])

    async def _again(self, asked: "Asked", first: httpx.Response) -> None:
        """Send the same once more: a creating request gets its first answer, a change changes nothing more."""
        self.tally.repeated += 1
        if asked.move.method == "PUT":
            asked.headers["If-Match"] = first.headers["ETag"]
        before = await self._stored()
        answer = await self._send(asked)
        if answer.status_code not in _GOOD | {409}:
            self.wrong.append(f"{asked.move.name} again: {answer.status_code} {answer.text[:300]}")
        if await self._stored() != before:
            self.wrong.append(f"{asked.move.name} again: stored something")

    async def _stored(self) -> Sequence[Any]:
        """Return how much is stored of everything, and every version: what a refusal may not change."""
        return await self.room.rows(_COUNT)


@dataclass(frozen=True)
class Asked:
    """A request that is ready; ``allowed`` is what the table of its machine says, when it was asked."""

    move: Move
    path: str
    ids: dict[str, str]
    body: Any
    headers: dict[str, str]
    allowed: bool | None
