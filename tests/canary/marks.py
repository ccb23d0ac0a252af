"""Bodies in which every value about a human is marked, made from nothing but the published schema of a route.

A route that is added later is filled without anybody telling this module of it: every property is given a value,
each text its own mark, and what the door refuses is left out or chosen otherwise until it is taken.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.rules.bsn import is_valid_bsn
from shared.rules.calendar import amsterdam_day

_REFUSED = object()
LEFT_OUT = _REFUSED  # as a fixed value: a property of this name is never filled
_MAX_ITEMS = 2
_KINDS = {bool: "boolean", int: "integer", str: "string"}
GEMEENTE = "0599"


_SHAPES = re.compile(r"(?i:canary\d{5}q)|\+31 6 555 \d{5}|(?<!\d)999\d{6}(?!\d)")


def shapes_in(text: str) -> set[str]:
    """Return what in a text has the shape of a mark, in small letters."""
    return {hit.lower() for hit in _SHAPES.findall(text)}


class Kind(StrEnum):
    """Whom a mark would give away."""

    MELDER = "melder"
    ANDERS = "persoon of tekst"


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked value: the text to look for, where and by whom it was put in, and whom it is about."""

    text: str
    place: str
    kind: Kind
    by: str = ""


@dataclass(slots=True)
class Marker:
    """Give out marks, each once, and remember where: by the part of each by which it is found."""

    now: datetime
    by: str = ""
    marks: dict[str, Mark] = field(default_factory=dict)
    _count: int = 0

    def text(self, place: str, pattern: str = "", longest: int = 200) -> str | None:
        """Return a marked text that fits a pattern, or None when none of the forms does."""
        self._count += 1
        number = f"{self._count:05d}"
        forms = (
            f"CANARY{number}Q",
            f"canary{number}q",
            f"+31 6 555 {number}",
            f"{1000 + self._count % 9000}ZQ",
            f"https://canary{number}q.invalid/",
            f"canary{number}q@voorbeeld.invalid",
        )
        for form in forms:
            if len(form) <= longest and re.search(pattern, form):
                self._remember(form, place)
                return form
        return None

    def bsn(self, place: str) -> str:
        """Return a number that passes the test of elf and that nobody can have."""
        for _ in range(1000):
            self._count += 1
            number = f"999{self._count:06d}"
            if is_valid_bsn(number):
                self._remember(number, place)
                return number
        raise AssertionError("there is always one in eleven")

    def _remember(self, text: str, place: str) -> None:
        # A postcode of six signs is too short to look for by itself in a whole database.
        if len(text) >= 9:
            about_melder = any(word in place for word in ("/melder", "/contactpersoon", "/adviesvrager"))
            (shape,) = shapes_in(text)
            self.marks[shape] = Mark(text, place, Kind.MELDER if about_melder else Kind.ANDERS, self.by)


@dataclass(slots=True)
class Filler:
    """Fill the body of one operation; ``turn`` decides which of the choices of a list is taken."""

    schemas: Mapping[str, Any]
    marker: Marker
    known: Mapping[str, list[str]]
    fixed: Mapping[str, Any]
    turn: int = 0
    refused: set[str] = field(default_factory=set)
    bumps: Counter[str] = field(default_factory=Counter)

    def choice(self, place: str) -> int:
        """Return which of some choices is taken here: another one each time that this was refused but must stand."""
        return self.turn + sum(times for refused, times in self.bumps.items() if f"{place}/".startswith(f"{refused}/"))

    def fill(self, schema: Mapping[str, Any], place: str = "") -> Any:
        """Return a value for a schema, or ``_REFUSED`` when this place is left out."""
        name = place.rsplit("/", 1)[-1]
        if name in self.fixed and self._takes(schema, self.fixed[name]):
            return self.fixed[name]
        if "$ref" in schema:
            return self.fill(self.schemas[schema["$ref"].rsplit("/", 1)[-1]], place)
        if "anyOf" in schema:
            options = [option for option in schema["anyOf"] if option.get("type") != "null"]
            return self.fill(options[self.choice(place) % len(options)], place)
        if "enum" in schema:
            return schema["enum"][self.choice(place) % len(schema["enum"])]
        if "const" in schema:
            return schema["const"]
        return self._of_type(schema, place, name)

    def _takes(self, schema: Mapping[str, Any], value: object) -> bool:
        """Say whether a fixed value is of the kind of a schema: one name can be a word here and a yes or no there."""
        if value is LEFT_OUT:
            return True
        if "$ref" in schema:
            return self._takes(self.schemas[schema["$ref"].rsplit("/", 1)[-1]], value)
        if "anyOf" in schema:
            return any(self._takes(option, value) for option in schema["anyOf"])
        if "enum" in schema:
            return value in schema["enum"]
        kinds = schema.get("type", ())
        return _KINDS.get(type(value)) in ((kinds,) if isinstance(kinds, str) else kinds)

    def _of_type(self, schema: Mapping[str, Any], place: str, name: str) -> Any:
        kinds = schema.get("type", "object")
        kind = kinds if isinstance(kinds, str) else next(one for one in kinds if one != "null")
        match kind:
            case "object":
                return self._object(schema, place)
            case "array":
                places = [f"{place}/{i}" for i in range(_MAX_ITEMS)]
                items = [self.fill(schema.get("items", {}), one) for one in places if one not in self.refused]
                return [item for item in items if item is not _REFUSED]
            case "boolean":
                return bool(self.choice(place) % 2)
            case "integer":
                return int(schema.get("minimum", 1))  # a document may say 0.0, which a strict door does not take
            case "number":
                return schema.get("minimum", 1)
            case _:
                return self._string(schema, place, name)

    def _object(self, schema: Mapping[str, Any], place: str) -> Any:
        if "properties" not in schema:
            return {"vraag": self.marker.text(f"{place}/vraag")}
        required, numbers, found = set(schema.get("required", ())), 0, {}
        for name, inner in schema["properties"].items():
            here = f"{place}/{name}"
            if here in self.refused and name not in required:
                continue
            value = self.fill(inner, here)
            if isinstance(value, int) and not isinstance(value, bool):
                # Numbers beside each other point at different things, such as two people of one list.
                value, numbers = value + numbers, numbers + 1
            if value is not _REFUSED:
                found[name] = value
        return found

    def _string(self, schema: Mapping[str, Any], place: str, name: str) -> Any:  # noqa: PLR0911, one return a form
        match schema.get("format"):
            case "uuid":
                return (self.known.get(name) or [str(UUID(int=1))])[-1]
            case "date-time":
                return self.marker.now.astimezone(UTC).isoformat().replace("+00:00", "Z")
            case "date":
                return amsterdam_day(self.marker.now).isoformat()
        if name == "bsn":
            return self.marker.bsn(place)
        if schema.get("pattern") == r"^\d{4}$":
            return GEMEENTE
        month = f"{amsterdam_day(self.marker.now):%Y-%m}"
        if re.fullmatch(schema.get("pattern", "x"), month):
            return month
        found = self.marker.text(place, schema.get("pattern", ""), schema.get("maxLength", 200))
        return _REFUSED if found is None else found


def places_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Yield every text in a schema that may be filled: what the walk must have marked at least once."""
    if "$ref" in schema:
        yield from places_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, place)
    for option in schema.get("anyOf", ()):
        yield from places_of(option, schemas, place)
    for name, inner in schema.get("properties", {}).items():
        yield from places_of(inner, schemas, f"{place}/{name}")
    if "items" in schema:
        yield from places_of(schema["items"], schemas, f"{place}/0")
    if schema.get("type") == "string" and not {"enum", "format", "const", "pattern"} & set(schema):
        yield place
