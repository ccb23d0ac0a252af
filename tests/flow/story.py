"""A story told in Markdown with its REST calls, and how those calls are made: what a reader sees is what is run.

Three kinds of blocks count. ``klok`` says what time it is from there on. ``http`` is a request: the method, the room
and the path, then headers, an empty line and the body. ``json`` under it is what the answer holds, at least. A word
between ``<`` and ``>`` is taken from the first answer in which it stands, and put in wherever it comes back.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from shared.clock import write_clock
from tests.flow.house import House, Person, wait_for

ANSWER_SECONDS = 30.0
_BLOCK = re.compile(r"^```(klok|http|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_WORD = re.compile(r"<([a-zA-Z]+)>")
_AS = "Als"
_SEEN = "If-Match"


@dataclass(frozen=True, slots=True)
class Klok:
    """From here on it is this moment."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the story, and what its answer holds at least; ``line`` is where it stands."""

    line: int
    method: str
    room: str
    path: str
    headers: Mapping[str, str]
    body: str
    expected: str


Step = Klok | Call


def read_story(text: str) -> list[Step]:
    """Return the steps of a story in order; raises ``ValueError`` for a block that cannot be read."""
    steps: list[Step] = []
    for block in _BLOCK.finditer(text):
        kind, content = block.group(1), block.group(2)
        line = text.count("\n", 0, block.start()) + 1
        if kind == "klok":
            steps.append(Klok(datetime.fromisoformat(content.strip())))
        elif kind == "http":
            steps.append(_call(content, line))
        else:
            before = steps[-1] if steps else None
            if not isinstance(before, Call) or before.expected:
                raise ValueError(f"line {line}: an answer without a question")
            steps[-1] = Call(before.line, before.method, before.room, before.path, before.headers, before.body, content)
    return steps


def _call(content: str, line: int) -> Call:
    head, _, body = content.partition("\n\n")
    first, *rest = head.strip().splitlines()
    method, room, path = first.split()
    headers = {name.strip(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    if _AS not in headers:
        raise ValueError(f"line {line}: nobody asks this")
    return Call(line, method, room, path, headers, body.strip(), "")


@dataclass
class Telling:
    """A story that is being told in a running house."""

    house: House
    known: dict[str, str] = field(default_factory=dict)

    def tell(self, step: Step) -> None:
        """Do one step; fails with the line of the story when the house answers something else."""
        if isinstance(step, Klok):
            self.house.settle()
            write_clock(self.house.folder / "klok", step.moment, 1)
            return
        self.house.settle()
        if step.method == "GET" and step.expected:
            wait_for(lambda: self._answers(step), ANSWER_SECONDS, f"line {step.line}", also=lambda: self._said(step))
        elif not self._answers(step):
            raise AssertionError(self._said(step))

    def _answers(self, step: Call) -> bool:
        answer = self._ask(step)
        if answer.status_code not in {200, 201}:
            return False
        if not step.expected:
            return True
        found = dict(self.known)
        if not matches(json.loads(step.expected), answer.json(), found):
            return False
        self.known = found
        return True

    def _ask(self, step: Call) -> httpx.Response:
        who = self._person(step.headers[_AS])
        headers = {name: self._filled(value) for name, value in step.headers.items() if name not in {_AS, _SEEN}}
        if _SEEN in step.headers:
            headers[_SEEN] = who.call("GET", step.room, self._path(step.headers[_SEEN])).headers["ETag"]
        body = json.loads(self._filled(step.body)) if step.body else None
        return who.call(step.method, step.room, self._path(step.path), body, headers=headers)

    def _path(self, path: str) -> str:
        return self._filled(path).removeprefix("/v1")

    def _person(self, told: str) -> Person:
        rol, organisatie, *gemeenten = told.split()
        return self.house.person(rol, organisatie, *gemeenten)

    def _filled(self, text: str) -> str:
        return _WORD.sub(lambda word: self.known.get(word.group(1), word.group(0)), text)

    def _said(self, step: Call) -> str:
        answer = self._ask(step)
        return f"line {step.line}: {step.method} {step.path}: {answer.status_code} {answer.text[:4000]}"


def matches(expected: Any, found: Any, known: dict[str, str]) -> bool:
    """Say whether an answer holds what is expected of it; words that are new are noted in ``known``.

    Of an object every field that is named must be there; of a list every element must have its like, in any order.
    """
    match expected:
        case dict():
            return isinstance(found, dict) and all(
                name in found and matches(value, found[name], known) for name, value in expected.items()
            )
        case list():
            return isinstance(found, list) and all(_has_like(one, found, known) for one in expected)
        case str() if word := _WORD.fullmatch(expected):
            if word.group(1) not in known and found is not None:
                known[word.group(1)] = str(found)
            return known.get(word.group(1)) == str(found)
        case _:
            return bool(expected == found) and type(expected) is type(found)


def _has_like(one: Any, found: list[Any], known: dict[str, str]) -> bool:
    for candidate in found:
        tried = dict(known)
        if matches(one, candidate, tried):
            known.update(tried)
            return True
    return False


def calls(steps: list[Step]) -> Iterator[Call]:
    """Yield the requests of a story."""
    yield from (step for step in steps if isinstance(step, Call))
