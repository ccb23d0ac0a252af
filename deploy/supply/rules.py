"""Our own rules for what the text of the house may not hold, run by semgrep: ``python -m deploy.supply.rules``.

First the rules are tried on lines that they must find and lines that they must leave alone (``examples.yaml``), then
on the house. Semgrep stands in an environment of its own, from its own lock; it sends nothing and asks nothing of
the network.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.generated import PROJECT

RULES = Path(__file__).with_name("semgrep")
EXAMPLES = Path(__file__).with_name("examples.yaml")
WHERE = ("shared", "services", "deploy")
_BOOTSTRAP = PROJECT / "deploy" / "local" / "bootstrap.py"
_OPTIONS = ("--metrics", "off", "--disable-version-check", "--no-git-ignore", "--strict", "--quiet", "--json")
UNREAD = "niet-leesbaar"
_SECONDS_MAX = 600  # the first time it is installed


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Where a rule was broken."""

    path: str
    line: int
    rule: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A few lines, and whether a rule must find them."""

    rule: str
    path: str
    text: str
    bad: bool


def scan(folder: Path, targets: Sequence[str], *, rules: Path = RULES) -> list[Finding]:
    """Return what the rules find in ``folder``; a file that semgrep cannot read is a finding too.

    Raises ``RuntimeError`` when semgrep does not work, or a rule is not one.
    """
    with tempfile.TemporaryDirectory(prefix="ketenradar-semgrep-") as home:
        env = {
            **os.environ,
            "SEMGREP_SEND_METRICS": "off",
            "SEMGREP_ENABLE_VERSION_CHECK": "0",
            "SEMGREP_SETTINGS_FILE": f"{home}/settings.yml",
            "SEMGREP_LOG_FILE": f"{home}/semgrep.log",
            "PWD": str(folder),
        }
        command = [*_semgrep(), "scan", *_OPTIONS, "--config", str(rules), *targets]
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=_SECONDS_MAX, check=False
        )
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError((done.stdout + done.stderr)[-2000:]) from None
    if faults := [str(error["message"]) for error in told["errors"] if "path" not in error]:
        raise RuntimeError("; ".join(faults)[:2000])
    unread = [Finding(error["path"], 1, UNREAD, "semgrep kan dit niet lezen") for error in told["errors"]]
    return sorted(
        Finding(found["path"], found["start"]["line"], found["check_id"].rsplit(".", 1)[-1], found["extra"]["message"])
        for found in told["results"]
    ) + list(dict.fromkeys(unread))


def _semgrep() -> list[str]:
    """Return the command of semgrep, which is set up first when it is not there yet."""
    done = subprocess.run(
        [sys.executable, str(_BOOTSTRAP), "semgrep"], capture_output=True, text=True, timeout=_SECONDS_MAX, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return [str(PROJECT / ".run" / "semgrep" / "bin" / "semgrep")]


def rule_names() -> list[str]:
    """Return the names of all rules."""
    return [rule["id"] for file in sorted(RULES.glob("*.yaml")) for rule in yaml.safe_load(file.read_text())["rules"]]


def examples() -> Iterator[Example]:
    """Yield what each rule is tried on."""
    known: Mapping[str, dict[str, Any]] = yaml.safe_load(EXAMPLES.read_text())
    if set(known) != set(rule_names()):
        raise RuntimeError(f"rules without examples, or the other way round: {set(known) ^ set(rule_names())}")
    for rule, told in known.items():
        for bad in (True, False):
            for text in told["bad" if bad else "good"]:
                yield Example(rule, told.get("in", "services/intake/handlers.py"), text, bad=bad)


def misjudged() -> list[Example]:
    """Return the examples that their rule judges wrongly: bad lines that it leaves, good lines that it finds."""
    planted = list(examples())
    with tempfile.TemporaryDirectory(prefix="ketenradar-voorbeelden-") as place:
        files = [f"{number}/{example.path}" for number, example in enumerate(planted)]
        for file, example in zip(files, planted, strict=True):
            (Path(place) / file).parent.mkdir(parents=True)
            (Path(place) / file).write_text(example.text + "\n")
        found = {(finding.path, finding.rule) for finding in scan(Path(place), ["."])}
    return [
        example
        for file, example in zip(files, planted, strict=True)
        if ((file, example.rule) in found) is not example.bad
    ]


def main() -> int:
    """Try the rules, then the house; say what was found."""
    wrong = misjudged()
    for example in wrong:
        sys.stdout.write(f"{example.rule} {'vindt niet' if example.bad else 'vindt ten onrechte'}:\n{example.text}\n")
    found = scan(PROJECT, WHERE)
    for finding in found:
        sys.stdout.write(f"{finding.path}:{finding.line}: {finding.rule}: {finding.message}\n")
    return 1 if wrong or found else 0


if __name__ == "__main__":
    sys.exit(main())
