"""A due date with its working, as the command line gives it: one question in, one JSON object out."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import Berekening, compute_termijn
from shared.rules.settings import RuleSettings
from shared.settings import RoomSettings


def answer_line(line: str, settings: RuleSettings | None = None) -> dict[str, Any]:
    """Return the term that ``line`` (``SOORT START``) asks for, or what is wrong with it under ``fout``."""
    soort, _, start = line.strip().partition(" ")
    asked = {"soort": soort, "start": start.strip()}
    if not (soort and asked["start"]):
        return {**asked, "fout": "schrijf een soort termijn en een begin, met een spatie ertussen"}
    if soort not in set(TermijnSoort):
        return {**asked, "fout": f"onbekende soort termijn; kies uit {', '.join(TermijnSoort)}"}
    try:
        begin = datetime.fromisoformat(asked["start"])
    except ValueError:
        return {**asked, "fout": "het begin is geen tijdstip; schrijf bijvoorbeeld 2026-03-02T09:00:00+01:00"}
    try:
        return as_json(compute_termijn(TermijnSoort(soort), begin, settings or installed_settings()))
    except ValueError as error:
        return {**asked, "fout": str(error)}
    except OverflowError:
        return {**asked, "fout": "het begin ligt buiten de kalender"}


def as_json(found: Berekening) -> dict[str, Any]:
    """Return a due date with the names of the wire."""
    return {
        "soort": found.soort.value,
        "start": _utc(found.start),
        "uiterlijk": _utc(found.uiterlijk),
        "waarschuwenOp": _utc(found.waarschuwen_op),
        "uitleg": list(found.uitleg),
        "overgeslagen": [{"dag": day.dag.isoformat(), "reden": day.reden} for day in found.overgeslagen],
    }


def installed_settings() -> RuleSettings:
    """Return the rulebook's settings as the rooms of this installation read them; the addresses do not matter."""
    nowhere, secret = Path("/dev/null"), SecretStr("")
    return RoomSettings(
        database_url=secret,
        redis_url=secret,
        key_file=nowhere,
        issuer="",
        jwks_url="",
        token_url="",
        client_id="",
        client_key_file=nowhere,
        clock_file=None,
    ).rules


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
