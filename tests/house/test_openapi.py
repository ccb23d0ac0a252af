"""The committed documents say what the code says, and an outside reader takes them."""

import json
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate

from deploy import docs, generated, openapi
from deploy.generated import PROJECT
from deploy.k8s import make as k8s
from shared.events.catalogue import CATALOGUE, Room
from shared.rules.codes import Uitkomst
from shared.rules.deadlines import TERMIJNEN


@pytest.fixture(scope="module")
def openapi_files() -> generated.Generated:
    return openapi.generated()


def test_the_openapi_of_every_room_is_the_one_that_is_committed(openapi_files: generated.Generated) -> None:
    assert {file.parent.name for file in openapi_files} == set(Room)
    assert generated.stale(openapi_files) == []


def test_every_openapi_document_is_valid(openapi_files: generated.Generated) -> None:
    for text in openapi_files.values():
        validate(json.loads(text))


def test_every_document_drawn_from_the_tables_is_the_one_that_is_committed() -> None:
    files = docs.generated()
    drawn = {file for file in files if file.parent.name == "statemachines"}

    assert generated.stale(files) == []
    assert set((PROJECT / "docs" / "statemachines").glob("*.md")) == drawn
    assert {file.name.split("-")[0] for file in drawn} == set(Room)


def test_the_manifests_are_the_ones_that_the_table_makes() -> None:
    files = k8s.generated()

    assert generated.stale(files) == []
    assert {file.name for file in (PROJECT / "deploy" / "k8s").glob("*.yaml")} - {"kustomization.yaml"} == {
        file.name for file in files
    }
    kept = yaml.safe_load((PROJECT / "deploy" / "k8s" / "kustomization.yaml").read_text())
    assert set(kept["resources"]) == {file.name for file in files}


def test_a_drawing_shows_every_step_and_lists_every_refusal() -> None:
    for room, subject, table in docs.tables():
        text = docs.diagram(room, subject, table)
        refused = sum(1 for after in table.values() if after is None)

        assert text.count(" --> ") - text.count("[*]") == len(table) - refused
        assert sum(line.startswith("| ") for line in text.splitlines()) == (refused + 1 if refused else 0)


def test_the_asyncapi_document_names_every_event_with_its_room_and_its_readers() -> None:
    document = docs.asyncapi()
    sent = _messages(document, "send")
    received = _messages(document, "receive")

    for row in CATALOGUE.values():
        key = row.payload.__name__
        message = document["components"]["messages"][key]
        assert message["name"] == row.name
        assert sent[key] == {f"{row.publisher}Meldt"}
        assert received.get(key, set()) == {f"{reader}Leest{row.publisher.capitalize()}" for reader in row.readers}
        assert key in document["components"]["schemas"]


def _messages(document: dict[str, dict[str, dict[str, object]]], action: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, operation in document["operations"].items():
        if operation["action"] == action:
            for ref in operation["messages"]:  # type: ignore[attr-defined]
                found.setdefault(ref["$ref"].rsplit("/", 1)[1], set()).add(name)
    return found


def test_the_pages_for_the_reader_of_the_law_hold_every_term_and_every_route() -> None:
    termijnen, routes = docs.termijnen(), docs.routes()

    assert all(f"| {soort} |" in termijnen for soort in TERMIJNEN)
    assert all(f"| {uitkomst} |" in routes for uitkomst in Uitkomst)


def test_a_file_that_fell_behind_is_named_and_not_written_when_only_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generated, "PROJECT", tmp_path)
    file = tmp_path / "docs" / "a.md"

    asked = generated.run("maak", lambda: {file: "nieuw\n"}, ["--check"])
    written = generated.run("maak", lambda: {file: "nieuw\n"}, [])
    again = generated.run("maak", lambda: {file: "nieuw\n"}, ["--check"])

    assert (asked, written, again) == (1, 0, 0)
    assert file.read_text() == "nieuw\n"
    assert "docs/a.md klopt niet meer" in capsys.readouterr().err


# --- publiccode.yml --------------------------------------------------------------------------------------------


def test_publiccode_has_what_the_standard_demands() -> None:
    told = yaml.safe_load((PROJECT / "publiccode.yml").read_text())

    for key in ("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType"):
        assert told[key], key
    assert told["legal"]["license"] == "EUPL-1.2"
    assert told["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert told["softwareType"] == "standalone/backend"
    assert {"localisationReady", "availableLanguages"} <= set(told["localisation"])
    assert told["maintenance"]["type"] == "community"
    assert told["maintenance"]["contacts"][0]["name"]
    for text in told["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]
    assert (PROJECT / "LICENSE").read_text().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
