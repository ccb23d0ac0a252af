"""The command ``python -m deploy.demo``: play so many months of the region in a run that stands."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from deploy.demo.doors import Doors, PlayError
from deploy.demo.fiction import GEBOREN_VOOR
from deploy.demo.partners import enrol_partners
from deploy.demo.plan import BESLUITEN_PER_WERKDAG, Wishes
from deploy.demo.player import Player
from deploy.local import places
from deploy.local.state import NotRunningError, read_state, state_file
from shared.clock import SimulatedClock
from shared.rules.calendar import AMSTERDAM


def main(arguments: Sequence[str] | None = None) -> int:
    """Play; what goes wrong is told in one sentence."""
    told = _arguments(arguments)
    begin = time.monotonic()
    try:
        player = asyncio.run(_play(told))
    except (PlayError, NotRunningError) as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    seconds = time.monotonic() - begin
    counts = player.done
    print(
        f"Gespeeld: {counts['Melden']} meldingen ({counts['hermeldingen']} hermeldingen), {counts['Adviseren']} "
        f"adviezen, {counts['Besluiten']} besluiten, {counts['Accepteren']} geaccepteerde overdrachten in "
        f"{seconds:.0f} s.",
        flush=True,
    )
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description="Speel de regio in gesimuleerde tijd.")
    parser.add_argument("--maanden", type=int, default=1, choices=range(1, 121), metavar="N", help="hoeveel maanden")
    parser.add_argument("--zaad", type=int, default=1, metavar="S", help="het getal waarmee de regio zich herhaalt")
    parser.add_argument("--state", type=Path, default=state_file(places.state_folder()), help="het bestand van de run")
    parser.add_argument("--vanaf", type=_month, metavar="JJJJ-MM", help="eerste maand; zonder: waar de klok staat")
    parser.add_argument(
        "--besluiten-per-werkdag",
        type=int,
        default=BESLUITEN_PER_WERKDAG,
        metavar="N",
        help="hoeveel veiligheidsbeoordelingen de medewerkers samen afronden",
    )
    parser.add_argument("--dagen", type=int, metavar="N", help="stop na zoveel dagen van de eerste maand")
    return parser.parse_args(arguments)


def _month(text: str) -> date:
    try:
        first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007, a month has no time of day
    except ValueError:
        raise argparse.ArgumentTypeError("schrijf een maand als 2026-10") from None
    if first.year < GEBOREN_VOOR:
        raise argparse.ArgumentTypeError(f"de regio begint in {GEBOREN_VOOR}")
    return first


async def _play(told: argparse.Namespace) -> Player:
    clock_file = _clock_file(told.state)
    wishes = Wishes(
        zaad=told.zaad,
        vanaf=told.vanaf or _first_month(SimulatedClock(clock_file)()),
        maanden=told.maanden,
        besluiten_per_werkdag=told.besluiten_per_werkdag,
        dagen=told.dagen,
    )
    doors = Doors(told.state)
    try:
        await enrol_partners(doors)
        player = Player(wishes, doors, clock_file, _say)
        await player.play()
    finally:
        await doors.aclose()
    return player


def _clock_file(state: Path) -> Path:
    """Return the clock of the run; a run in real time is not played in."""
    named = os.environ.get("KETENRADAR_CLOCK_FILE") or read_state(state.parent)["clockFile"]
    if not named:
        raise PlayError("deze run gebruikt de echte tijd; start met de demo om de tijd te kunnen verzetten.")
    return Path(named)


def _first_month(now: datetime) -> date:
    """Return the month that begins now, or else the next one."""
    local = now.astimezone(AMSTERDAM) - timedelta(seconds=1)
    after = local.replace(day=28) + timedelta(days=4)
    return date(after.year, after.month, 1)


def _say(line: str) -> None:
    """Show progress: one line that is written over on a terminal, a line a day elsewhere."""
    sys.stdout.write(f"\r\x1b[2K{line}" if sys.stdout.isatty() else f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
