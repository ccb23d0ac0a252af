"""A few days of the region in real processes: played through the doors, and counted again from the rows."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from deploy.demo.deeds import Accepteren
from deploy.demo.hulp import PALET, asks
from deploy.demo.partners import ORGANISATIES
from deploy.demo.plan import Wishes, plan
from deploy.local import places
from shared.clock import SimulatedClock
from shared.rules.calendar import AMSTERDAM
from shared.rules.codes import BestemmingSoort
from tests.flow.house import House, running_house

DAYS = 2
ZAAD = 7


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("region"), SIMULATED="1", KETENRADAR_LOG_LEVEL="WARNING") as made:
        yield made


def _run(house: House, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, "--state", str(house.folder / "state.json"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=places.PROJECT, timeout=200)  # noqa: S603, ours


def test_what_was_planned_is_what_the_rooms_know_and_every_figure_is_counted_again(house: House) -> None:
    clock = SimulatedClock(house.folder / "klok")
    vanaf = _next_month(clock())

    played = _run(house, "deploy.demo", "--zaad", str(ZAAD), "--vanaf", f"{vanaf:%Y-%m}", "--dagen", str(DAYS))
    checked = _run(house, "deploy.demo.controle")

    assert played.returncode == 0, played.stdout + played.stderr
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert " 0 verschillen" in checked.stdout
    wishes = Wishes(ZAAD, vanaf, 1, dagen=DAYS)
    planned = Counter(type(step.daad).__name__ for step in plan(wishes))
    assert house.scalar("intake", "SELECT count(*) FROM melding") == planned["Melden"] > 0
    assert house.scalar("intake", "SELECT count(*) FROM advies") == planned["Adviseren"] > 0
    assert house.scalar("triage", "SELECT count(*) FROM dossier WHERE gedaan_op IS NOT NULL") == planned["Acuutchecken"]
    assert house.scalar("triage", "SELECT count(*) FROM dossier WHERE uitkomst IS NOT NULL") == planned["Besluiten"]
    assert house.scalar("handover", "SELECT count(*) FROM interventie") == len(PALET)
    accepted = [(step.kenmerk, step.daad.aanbod) for step in plan(wishes) if isinstance(step.daad, Accepteren)]
    local = [kenmerk for kenmerk, one in accepted if one.ontvanger.soort is BestemmingSoort.LOKAAL_VELD]
    found = "SELECT (SELECT count(*) FROM inzet) + (SELECT count(*) FROM lacune WHERE inzet_id IS NULL)"
    assert house.scalar("handover", found) == sum(asks(ZAAD, kenmerk) for kenmerk in local)
    enrolled = "SELECT count(*) FROM organisatie WHERE status = 'ingeschreven'"
    assert house.scalar("handover", enrolled) == len(ORGANISATIES)
    owned = planned["Oppakken"] + planned["Toewijzen"]
    assert house.scalar("triage", "SELECT count(*) FROM toewijzing WHERE actie <> 'beeindigen'") == owned > 0
    assert house.scalar("triage", "SELECT count(*) FROM informatieverzoek") == planned["Navragen"] > 0
    assert house.scalar("handover", "SELECT count(*) FROM opvangaanvraag") == planned["OpvangAanvragen"]
    assert house.scalar("handover", "SELECT count(*) FROM navraag") == planned["NavraagStellen"]
    assert house.scalar("handover", "SELECT count(*) FROM gesprek") == planned["GesprekPlannen"]
    assert house.scalar("triage", "SELECT count(*) FROM huisverbod") == planned["Screenen"]
    assert house.scalar("monitoring", "SELECT count(*) FROM quarantaine") == 0
    # What is recorded carries the time of the play, and the play leaves the clock at its end, running.
    received = house.scalar("intake", "SELECT max(ontvangen_op) FROM melding")
    assert wishes.begin <= received < wishes.einde <= clock()


def test_a_month_that_is_past_is_not_played_again(house: House) -> None:
    again = _run(house, "deploy.demo", "--zaad", str(ZAAD), "--vanaf", "2024-01")

    assert again.returncode == 1
    assert "kies een latere maand met --vanaf" in again.stderr
    assert "Traceback" not in again.stderr


def _next_month(now: datetime) -> date:
    local = now.astimezone(AMSTERDAM)
    return date(local.year + local.month // 12, local.month % 12 + 1, 1)
