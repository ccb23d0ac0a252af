"""Where the local run keeps its things, and as whom its database server runs."""

import hashlib
import os
import pwd
import shutil
import stat
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SHARED_TEMPORARY = Path("/var/tmp")  # noqa: S108  # nosec B108  # only as root, in a folder that we make and check ourselves


def state_folder() -> Path:
    """Return the folder that holds what one run knows: ``.ketenradar`` unless the environment names another."""
    return Path(os.environ.get("KETENRADAR_STATE_DIR") or PROJECT / ".ketenradar").absolute()


def server_user() -> str:
    """Return the user that PostgreSQL runs as: nobody else when we are not root, which it refuses to be."""
    if os.geteuid() != 0:
        return ""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def server_folder(state: Path) -> Path:
    """Return the folder for the files of the servers, reachable for the user that PostgreSQL runs as.

    That is the state folder, except as root in a place that others cannot enter (such as ``/root``).
    """
    state.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return state
    state.chmod(0o711)
    if others_can_enter(state) and _can_be_given_away(state):
        return state
    return own_folder(outside_folder(state))


def outside_folder(state: Path) -> Path:
    """Return where the servers of a run keep their files when the state folder will not do."""
    name = hashlib.sha256(str(state).encode()).hexdigest()[:12]
    return SHARED_TEMPORARY / f"ketenradar-{name}"


def own_folder(folder: Path) -> Path:
    """Make a folder in a place that everybody may write; refuse one that somebody else put there."""
    folder.mkdir(mode=0o711, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(f"{folder} is van een ander; verwijder die map eerst")
    folder.chmod(0o711)
    return folder


def others_can_enter(folder: Path) -> bool:
    """Say whether every folder down to this one may be passed by any user."""
    return all(part.stat().st_mode & stat.S_IXOTH for part in (folder, *folder.parents))


def give_to(user: str, path: Path) -> None:
    """Make ``user`` the owner of a path, when one is named."""
    if user:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def _can_be_given_away(folder: Path) -> bool:
    """Say whether the file system knows owners; some shared folders do not."""
    probe = folder / ".eigenaar"
    probe.touch()
    try:
        give_to(server_user(), probe)
        return probe.stat().st_uid == pwd.getpwnam(server_user()).pw_uid
    except OSError:
        return False
    finally:
        probe.unlink()


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, when it is there."""
    if folder.exists():
        shutil.rmtree(folder)
