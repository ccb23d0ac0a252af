"""The instruments that are known: files, one per name and version, read once."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

import shared.rules
from services.triage.domain.dossier import Instrument
from services.triage.domain.instrumenten import (
    Aanwijzing,
    Catalogus,
    FrameError,
    InstrumentVersie,
    build_catalogus,
    find_instrument_faults,
    find_versie,
    suggest,
)
from services.triage.settings import InstrumentenSettings
from shared.errors import Fault, InvalidInputError, NotFoundError
from shared.rules.settings import RuleSettings

_SHIPPED = Path(shared.rules.__path__[0]) / "instrumenten"
_VERSIE = TypeAdapter(InstrumentVersie)


def load_catalogus() -> Catalogus:
    """Return every instrument that is known here; raises ``ValueError`` for a file that is none."""
    extra = InstrumentenSettings().instrumenten_map
    return _read((_SHIPPED, extra) if extra else (_SHIPPED,))


@cache
def _read(folders: tuple[Path, ...]) -> Catalogus:
    return build_catalogus(_load(file) for folder in folders for file in sorted(folder.glob("*.json")))


def _load(file: Path) -> InstrumentVersie:
    told = json.loads(file.read_text(encoding="utf-8"))
    found = _VERSIE.validate_python(told, strict=False)
    unknown = set(_keys(told)) - set(_keys(_VERSIE.dump_python(found, mode="json")))
    if unknown:
        raise FrameError(f"{file.name}: {', '.join(sorted(unknown))} means nothing")
    return found


def _keys(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for name, value in told.items():
            yield name
            yield from _keys(value)
    elif isinstance(told, list):
        for value in told:
            yield from _keys(value)


def read_instrument(instrument_id: str) -> tuple[InstrumentVersie, ...]:
    """Return the versions of one instrument, the oldest first."""
    catalogus = load_catalogus()
    if instrument_id not in catalogus:
        raise NotFoundError("Dit instrument is er niet.")
    return catalogus[instrument_id]


def check_instrument(instrument: Instrument, rules: RuleSettings) -> None:
    """Refuse answers that do not fit the version that is named, with every fault at once."""
    found = find_instrument_faults(
        load_catalogus(), instrument.naam, instrument.versie, instrument.antwoorden, vrij=rules.instrument_vrij
    )
    faults = tuple(Fault("body", pointer, detail) for pointer, detail in found)
    if faults:
        raise InvalidInputError("Het ingevulde instrument kan niet kloppen.", faults=faults)


def suggestion_of(instrument: Instrument | None) -> Aanwijzing | None:
    """Return what a filled in instrument suggests; None for one that is not known here."""
    if instrument is None or not isinstance(instrument.antwoorden, dict):
        return None
    versie = find_versie(load_catalogus(), instrument.naam, instrument.versie)
    return suggest(versie, instrument.antwoorden) if versie else None
