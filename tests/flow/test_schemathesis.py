"""Every operation of every room, asked by an outside generator in ways that nobody thought of, as every role.

What must hold is what the OpenAPI document says, and that nothing breaks: no 500, no answer that is not described, no
door that opens without its token, no wrong input that is taken. The number of cases is small and their seed is fixed;
``KETENRADAR_SCHEMATHESIS=200`` makes it a long search, ``KETENRADAR_SCHEMATHESIS_SEED`` another one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from shared.events.catalogue import Room
from tests.flow.house import House, running_house, wait_for

pytestmark = pytest.mark.fuzz
EXAMPLES = os.environ.get("KETENRADAR_SCHEMATHESIS", "4")
SEED = os.environ.get("KETENRADAR_SCHEMATHESIS_SEED", "1")
SECONDS_MAX = 240 + 60 * int(EXAMPLES)

# Checks that are left out, each with its reason.
LEFT_OUT = {
    # What a room refuses beyond its schema is law and sense: a person needs a name or a description, an end comes after
    # its beginning, a cursor was given out by us. A schema cannot say it; the tests of the rooms do.
    "positive_data_acceptance",
}
# What is found and is not wrong: (kind of failure, operation).
KNOWN_AND_RIGHT = {
    # Two templates fit this path; the router asks the one with the id, which says that this is none.
    ("UnsupportedMethodResponse", "GET /meldingen/_batch"),
    ("UnsupportedMethodResponse", "GET /meldingen/_zoek"),
    ("UnsupportedMethodResponse", "GET /casussen/_vind"),
    ("UnsupportedMethodResponse", "GET /interventies/_zoek"),
    ("UnsupportedMethodResponse", "PUT /interventies/_zoek"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("schemathesis")) as made:
        yield made


def _something_to_ask_for(house: House) -> dict[str, str]:
    """Report one family, and return the ids that follow from it."""
    politie, vt = house.person("ketenpartner"), house.person("vt-medewerker")
    body = {
        "melder": {"categorie": "justitie-en-veiligheid", "soort": "professional", "naam": "Agent Verzonnen"},
        "gemeenteCode": "0599",
        "zorgelijkeSituatie": {"omschrijving": "Een verzonnen ruzie."},
        "personen": [{"rol": "slachtoffer", "geslachtsnaam": "Voorbeeld", "geboortedatum": "1990-02-01"}],
    }
    melding = politie.post("intake", "/meldingen", body)
    dossier = f"/veiligheidsbeoordelingen/{melding['id']}"
    wait_for(lambda: vt.call("GET", "triage", dossier).status_code == 200, 20, "no dossier")
    return {"meldingId": melding["id"], "casusId": melding["casusId"]}


def _ask_everything(house: House, room: Room, ids: dict[str, str], folder: Path) -> dict[str, Any]:
    """Let schemathesis loose on one room, and return its report."""
    url = f"{house.state['urls'][room]}/v1"
    report = folder / f"{room}.json"
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json", "--url", url),
        *("--checks", "all", "--exclude-checks", ",".join(sorted(LEFT_OUT))),
        *("--max-examples", EXAMPLES, "--seed", SEED, "--generation-allow-x00", "false"),
        *("--generation-database", "none", "--suppress-health-check", "all", "--no-color"),
        *("--report", "json", "--report-json-path", str(report)),
    ]
    env = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "tests.flow.schemathesis_hooks",
        "KETENRADAR_TEST_TOKENS": json.dumps(house.state["tokens"]),
        "KETENRADAR_TEST_IDS": json.dumps(ids),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    done = subprocess.run(  # noqa: S603, our own words
        command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=SECONDS_MAX
    )
    assert report.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    told: dict[str, Any] = json.loads(report.read_text())
    return {**told, "said": done.stdout}


def test_every_room_keeps_its_word_to_every_role_whatever_it_is_asked(house: House, tmp_path: Path) -> None:
    ids = _something_to_ask_for(house)

    with ThreadPoolExecutor(2) as pool:
        reports = dict(zip(Room, pool.map(lambda room: _ask_everything(house, room, ids, tmp_path), Room), strict=True))

    for room, told in reports.items():
        failed = {(failure["type"], operation) for failure in told["failures"] for operation in failure["operations"]}
        assert failed <= KNOWN_AND_RIGHT, f"{room}:\n{told['said'][-6000:]}"
        assert told["errors"] == [], f"{room}:\n{told['said'][-6000:]}"
        assert told["complete"]
        # Nothing was passed over, and behind each door somebody was let in: else nothing was tested but the lock.
        assert told["operations"]["tested"] == told["operations"]["total"] > 0
        assert told["warnings"]["missing_auth"] == [], f"{room}: {told['warnings']['missing_auth']}"
        assert {phase["status"] for phase in told["phases"].values()} <= {"success", "failure"}
