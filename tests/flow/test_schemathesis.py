"""Every operation of every room, asked by an outside generator in ways that nobody thought of, as every role.

What must hold is what the OpenAPI document says, and that nothing breaks: no 500, no answer that is not described, no
door that opens without its token, no wrong input that is taken. The number of cases is small and their seed is fixed;
``KETENRADAR_SCHEMATHESIS=200`` makes it a long search, ``KETENRADAR_SCHEMATHESIS_SEED`` another one, and
``KETENRADAR_SCHEMATHESIS_PHASES=fuzzing,stateful`` a short one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from shared.events.catalogue import Room
from tests.flow.house import House, Person, running_house
from tests.flow.test_chain import Chain, about

pytestmark = pytest.mark.fuzz
EXAMPLES = os.environ.get("KETENRADAR_SCHEMATHESIS", "4")
SEED = os.environ.get("KETENRADAR_SCHEMATHESIS_SEED", "1")
# The phase ``coverage`` tries the bounds of every field: it takes three quarters of the time.
PHASES = os.environ.get("KETENRADAR_SCHEMATHESIS_PHASES", "examples,coverage,fuzzing,stateful")
SECONDS_MAX = 240 + 60 * int(EXAMPLES)
# Wrong input is refused in these ways; of itself schemathesis does not know that too long or too large is refused.
CONFIG = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 414, 415, 422, 428, 429, 431, "5xx"]
"""

ORGANISATIE = {"naam": "Verzonnen huis", "oin": "00000099123456789000"}
# Nobody listens there.
ADRES = {"organisatieId": "jbrr", "wijze": "rest", "url": "http://127.0.0.1:9/overdrachten"}
VOORZIENING = {
    "organisatieId": "opvang-rotterdam-rijnmond",
    "soort": "crisisopvang-vrouwen",
    "plaatsen": 10,
    "gemeenteCode": "0599",
}
INTERVENTIE = {
    "naam": "Verzonnen hulp",
    "gemeenteCodes": ["0599"],
    "doelgroepen": ["algemeen"],
    "fasen": ["herstel"],
    "voorWie": ["gezin"],
    "eigenBijdrage": False,
    "indicatie": "geen",
    "geldigVan": "2020-01-01",
}

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
    ("UnsupportedMethodResponse", "GET /werkstukken/_toewijzen"),
    ("UnsupportedMethodResponse", "GET /interventies/_zoek"),
    ("UnsupportedMethodResponse", "PUT /interventies/_zoek"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("schemathesis")) as made:
        yield made


def _something_to_ask_for(house: House) -> dict[str, dict[str, str]]:
    """Make what the doors are about, and return the ids; what an operation ends is of that operation alone."""
    chain, lead, beheerder = Chain(house), house.person("vt-teamleider"), house.person("beheerder")
    melding = chain.report(personen=about("Voorbeeld", "1990-02-01"))
    chain.decide(melding["id"], "overdracht", bestemmingen=[{"soort": "lokaal-veld"}])
    offer = chain.offer_of(melding["casusId"])

    def made(person: Person, path: str, body: Mapping[str, Any]) -> str:
        found = person.post("handover", path, body)
        return str(found.get("id") or found["organisatieId"])

    kept, ends = (made(beheerder, "/organisaties", {**ORGANISATIE, "organisatieId": one}) for one in ("huis", "ander"))
    adres, gone = (made(lead, "/leveradressen", {**ADRES, "gemeenteCode": one}) for one in ("0599", "0622"))
    everywhere = {
        "meldingId": melding["id"],
        "casusId": melding["casusId"],
        "overdrachtId": offer["id"],
        "organisatieId": kept,
        "rechtId": made(
            beheerder, f"/organisaties/{kept}/rechten", {"doel": "hulp-verlenen", "geldigVan": "2026-01-01"}
        ),
        "interventieId": made(chain.team, "/interventies", INTERVENTIE),
        "leveradresId": adres,
        "opvangvoorzieningId": made(lead, "/opvang/voorzieningen", VOORZIENING),
    }
    return {
        "": everywhere,
        "DELETE /leveradressen/{leveradresId}": {"leveradresId": gone},
        "PUT /organisaties/{organisatieId}/beeindiging": {"organisatieId": ends},
    }


def _ask_everything(house: House, room: Room, ids: dict[str, dict[str, str]], folder: Path) -> dict[str, Any]:
    """Let schemathesis loose on one room, and return its report."""
    url = f"{house.state['urls'][room]}/v1"
    report = folder / f"{room}.json"
    config = folder / f"{room}.toml"
    config.write_text(CONFIG)
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config)),
        *("run", f"{url}/openapi.json", "--url", url, "--phases", PHASES),
        *("--checks", "all", "--exclude-checks", ",".join(sorted(LEFT_OUT))),
        *("--max-examples", EXAMPLES, "--seed", SEED, "--generation-allow-x00", "false"),
        *("--generation-database", "none", "--suppress-health-check", "all", "--no-color"),
        *("--report", "json", "--report-json-path", str(report)),
    ]
    env = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "tests.flow.schemathesis_hooks",
        "KETENRADAR_TEST_ROOM": room.value,
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
        assert {told["phases"][phase]["status"] for phase in PHASES.split(",")} <= {"success", "failure"}
