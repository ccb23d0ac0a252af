"""The list of parts and the file for whoever found a weakness: a slip in either is found."""

import importlib.util
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deploy.local import bootstrap
from deploy.supply import rules, sbom, security_txt
from deploy.supply.sbom import LOCK, Locked

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Parts = list[dict[str, Any]]


# --- the list of parts -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made() -> str:
    return sbom.render()


def test_the_list_holds_every_package_of_the_lock_once_with_its_hashes_licence_and_purl(made: str) -> None:
    assert sbom.faults(made, LOCK.read_text()) == []


def _without_first(parts: Parts) -> None:
    parts.pop(0)


def _first_twice(parts: Parts) -> None:
    parts.append({**parts[0], "bom-ref": "nog eens"})


def _other_hash(parts: Parts) -> None:
    parts[0]["hashes"][0]["content"] = "0" * 64


def _no_hashes(parts: Parts) -> None:
    del parts[0]["hashes"]


def _no_licence(parts: Parts) -> None:
    del parts[0]["licenses"]


def _other_version(parts: Parts) -> None:
    parts[0]["purl"] += "1"


def _no_purl(parts: Parts) -> None:
    del parts[0]["purl"]


def _unknown_field(parts: Parts) -> None:
    parts[0]["licentie"] = "MIT"


@pytest.mark.parametrize(
    "spoil",
    [
        _without_first,
        _first_twice,
        _other_hash,
        _no_hashes,
        _no_licence,
        _other_version,
        _no_purl,
        _unknown_field,
    ],
)
def test_a_list_that_is_not_right_is_found(made: str, spoil: Callable[[Parts], None]) -> None:
    told = json.loads(made)
    libraries = [part for part in told["components"] if part["type"] == "library"]
    others = [part for part in told["components"] if part["type"] != "library"]
    # An installed package, or a licence could not be missed.
    libraries.sort(key=lambda part: part["name"] != "fastapi")
    spoil(libraries)
    told["components"] = libraries + others

    assert sbom.faults(json.dumps(told), LOCK.read_text()) != []


def test_the_same_lock_gives_the_same_list_but_for_its_time(made: str) -> None:
    def without_time(text: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(text)
        del told["metadata"]["timestamp"]
        return told

    assert without_time(sbom.render()) == without_time(made)


def test_a_lock_line_that_is_not_understood_or_has_no_hash_is_refused() -> None:
    good = "fastapi==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:ab\n"

    assert sbom.locked(good) == [Locked("fastapi", "1.0", "sys_platform == 'win32'", ("ab",))]
    for bad in ("fastapi==1.0\n", "fastapi @ file:///tmp/x\n", "--index-url https://packages.example\n" + good):
        with pytest.raises(ValueError, match=r"without a hash|not a line"):
            sbom.locked(bad)


def test_the_images_of_others_stand_in_the_list(made: str) -> None:
    images = {part["name"] for part in json.loads(made)["components"] if part["type"] == "container"}

    assert {"postgres", "valkey/valkey", "keycloak/keycloak", "nginxinc/nginx-unprivileged"} <= images


# --- the file for whoever found a weakness -----------------------------------------------------------------------


def test_the_file_says_where_how_and_until_when_less_than_a_year_ahead() -> None:
    text = security_txt.written(NOW)

    assert security_txt.faults(text) == []
    assert timedelta(days=180) < security_txt.expires(text) - NOW < timedelta(days=366)
    assert security_txt.faults(security_txt.FILE.read_text()) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Contact: ", "Kontact: "),
        ("mailto:", "http://"),
        ("Expires: ", "Expires: 2027-01-01T00:00:00Z\nExpires: "),
        ("Policy: https://ketenradar.example/security\n", ""),
        ("Preferred-Languages: nl, en", "Preferred-Languages: "),
    ],
)
def test_a_file_that_is_not_right_is_found(right: str, wrong: str) -> None:
    assert security_txt.faults(security_txt.written(NOW).replace(right, wrong, 1)) != []


def test_a_file_that_nears_its_end_is_told_and_is_no_fault() -> None:
    text = security_txt.written(NOW)
    end = security_txt.expires(text)

    assert security_txt.warning(text, NOW) == ""
    assert security_txt.warning(text, end - timedelta(days=31)) == ""
    assert "29 dagen" in security_txt.warning(text, end - timedelta(days=29, hours=1))
    assert "0 dagen" in security_txt.warning(text, end + timedelta(days=3))


# --- the scanners --------------------------------------------------------------------------------------------------


def test_every_rule_has_lines_that_it_must_find_and_lines_that_it_must_leave() -> None:
    tried = list(rules.examples())

    for name in rules.rule_names():
        assert [example for example in tried if example.rule == name and example.bad], name
        assert [example for example in tried if example.rule == name and not example.bad], name


@pytest.mark.parametrize(
    ("line", "explained"),
    [
        ("x = 1  # nosec B608  # fixed words", True),
        ("x = 1  # noqa: S608  # nosec B608  # fixed words", True),
        ("x = 1  # nosemgrep: no-shell  # a word of our own", True),
        ("x = 1  # nosec", False),
        ("x = 1  # nosec B608", False),
        ("x = 1  # nosec  # fixed words", False),
        ("x = 1  # nosemgrep", False),
    ],
)
def test_a_scanner_is_told_to_look_away_only_with_what_and_why(tmp_path: Path, line: str, explained: bool) -> None:
    place = tmp_path / "shared" / "a.py"
    place.parent.mkdir()
    place.write_text(f"{line}\n")

    assert (_check_rules().without_reason(tmp_path) == []) is explained


def _check_rules() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_rules", Path(__file__).with_name("check_rules.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_tool_that_asks_for_other_versions_has_an_environment_of_its_own() -> None:
    for lock in bootstrap.ASIDE:
        assert bootstrap._home(lock) != bootstrap.VENV
        assert bootstrap._lock_file(lock).exists()
        assert all(" --hash=sha256:" in block for block in bootstrap._read(bootstrap._lock_file(lock)).split("\n\n"))
    assert {bootstrap._home(lock) for lock in bootstrap.LOCKS} == {bootstrap.VENV}
