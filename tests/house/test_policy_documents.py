"""That what the documents of the policy call proved, is a test that exists."""

import re
from pathlib import Path

import pytest

from deploy.generated import PROJECT

DOCUMENTS = sorted([*(PROJECT / "docs" / "policy").glob("*.md"), PROJECT / "SECURITY.md"])
DEFINED = {
    name
    for file in (PROJECT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.MULTILINE)
}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_test_that_a_document_names_exists(document: Path) -> None:
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", document.read_text()))

    assert sorted(named - DEFINED) == []


def test_the_threat_model_and_the_dpia_lean_on_tests() -> None:
    for name in ("threats.md", "dpia.md"):
        text = (PROJECT / "docs" / "policy" / name).read_text()

        assert len(set(re.findall(r"`(test_[a-z0-9_]+)`", text))) >= 8, name


@pytest.mark.parametrize("kind", ["S", "T", "R", "I", "D", "E"])
def test_the_threat_model_looks_at_every_kind_of_threat(kind: str) -> None:
    rows = re.findall(r"^\| ([STRIDE ]+) \|", (PROJECT / "docs" / "policy" / "threats.md").read_text(), re.MULTILINE)

    assert sum(kind in row.split() for row in rows) >= 1
