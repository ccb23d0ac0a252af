"""Wipe what runs in this folder left behind: data, keys, logs, mail. Refuses while a run holds the folder."""

import fcntl
import sys

from deploy.local import places


def main() -> int:
    """Remove the folders of this run, when nothing runs in them."""
    state = places.state_folder()
    lock = state / "slot"
    if lock.exists():
        with lock.open() as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                sys.stderr.write("ketenradar: in deze map draait Ketenradar nog; stop het eerst met Ctrl-C.\n")
                return 1
    for folder in (state, places.outside_folder(state)):
        if folder.exists():
            places.remove(folder)
            sys.stdout.write(f"{folder} is gewist.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
