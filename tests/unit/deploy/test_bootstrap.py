"""The set-up on a bare machine: what it refuses in one sentence, and when it has nothing to do."""

import ast
import os
import shutil
import sys
from pathlib import Path

import pytest

from deploy.local import bootstrap
from deploy.local.bootstrap import SetupError


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project as far as the set-up looks at it."""
    (tmp_path / "locks").mkdir()
    for lock in (*bootstrap.LOCKS, "tools"):
        (tmp_path / "locks" / f"{lock}.txt").write_text(f"{lock}==1 \\\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    for name, place in {
        "PROJECT": tmp_path,
        "RUN": tmp_path / ".run",
        "VENV": tmp_path / ".venv",
        "LOG": tmp_path / ".run" / "setup.log",
    }.items():
        monkeypatch.setattr(bootstrap, name, place)
    return tmp_path


def stamp(lock: str) -> None:
    bootstrap._stamp(lock).write_text(bootstrap._fingerprint(lock))


@pytest.mark.parametrize(
    ("has", "wants", "ready"),
    [
        ("local", "local", True),
        ("dev", "local", True),
        ("check", "dev", True),
        ("local", "dev", False),
        ("dev", "check", False),
    ],
)
def test_a_fuller_environment_is_enough_and_a_smaller_one_is_not(
    clone: Path, has: str, wants: str, ready: bool
) -> None:
    assert clone.exists()
    stamp(has)

    assert bootstrap._is_ready(wants) is ready


def test_a_changed_lock_is_installed_again(clone: Path) -> None:
    stamp("local")

    (clone / "locks" / "local.txt").write_text("local==2 \\\n")

    assert not bootstrap._is_ready("local")


def test_what_is_compiled_once_is_kept_for_the_next_process(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert clone.exists()
    stamp("local")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    kept: list[bool] = []
    monkeypatch.setattr(os, "execv", lambda *_: kept.append("PYTHONDONTWRITEBYTECODE" not in os.environ))
    monkeypatch.setattr(os, "chdir", lambda _place: None)

    bootstrap.main(["local", "python"])

    assert kept == [True]


def test_an_old_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with pytest.raises(SetupError, match=r"Python 3\.9 is te oud; Ketenradar vraagt Python 3\.11"):
        bootstrap._use_new_enough_python()


def test_a_newer_python_that_is_near_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[list[str]] = []
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == "python3.12" else None)
    monkeypatch.setattr(os, "execv", lambda _program, argv: used.append(argv))

    with pytest.raises(SetupError):  # execv does not return outside a test
        bootstrap._use_new_enough_python()

    assert used[0][0] == "/usr/bin/python3.12"


def test_windows_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")

    with pytest.raises(SetupError, match="WSL 2"):
        bootstrap._check_platform()


def test_a_folder_that_cannot_be_written_gets_a_sentence(clone: Path) -> None:
    (clone / ".run").write_text("a file where the folder must come")

    with pytest.raises(SetupError, match="kan niet worden geschreven"):
        bootstrap._check_writable()


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("error: error sending request for url (x): dns error", "geen verbinding met het netwerk"),
        ("WARNING: Retrying after NewConnectionError", "geen verbinding met het netwerk"),
        ("invalid peer certificate: UnknownIssuer", "certificaat"),
        ("Hash mismatch for `x==1`", "vingerafdruk"),
        ("OSError: [Errno 28] No space left on device", "schijf is vol"),
        ("x==1 has no usable wheels and building from source is disabled", "niet kant-en-klaar"),
        ("iets anders", "lukt niet. De melding staat in"),
    ],
)
def test_what_the_installer_says_becomes_one_sentence(clone: Path, output: str, reason: str) -> None:
    (clone / ".run").mkdir()
    bootstrap.LOG.write_text(output)

    told = bootstrap._explain("de pakketten installeren")

    assert reason in told
    assert "\n" not in told


def test_a_failing_step_ends_with_a_sentence_and_no_trace(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (clone / ".run").mkdir()

    with pytest.raises(SetupError):
        bootstrap._run([sys.executable, "-c", "raise SystemExit('dns error')"], "iets ophalen")

    assert "dns error" in bootstrap.LOG.read_text()
    assert "Traceback" not in capsys.readouterr().err


def test_it_is_readable_for_an_old_python() -> None:
    """An old Python must get as far as the sentence that tells so."""
    source = Path(bootstrap.__file__).read_text()

    ast.parse(source, feature_version=(3, 6))

    annotations = [node.returns for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    written = {ast.unparse(found) for found in annotations if found}
    assert not [name for name in written if name.startswith(("list[", "dict[", "tuple[")) or "|" in name]
