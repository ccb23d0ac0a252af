"""Where to tell a weakness (RFC 9116): ``python -m deploy.supply.security_txt`` writes it anew, ``--check`` weighs it.

The file says until when it is true, less than a year ahead as the RFC advises. That it nears its end is told by
``make check`` and is no fault: the same text must not be right today and wrong next month.
"""

import argparse
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path

from shared.clock import system_clock

FILE = Path(__file__).resolve().parents[1] / "gateway" / "security.txt"
CONTACT = "mailto:security@ketenradar.example"
POLICY = "https://ketenradar.example/security"
LASTS = timedelta(days=360)
WARN_BEFORE = timedelta(days=30)
_ONCE = ("Expires", "Preferred-Languages")


def written(now: datetime, *, contact: str = CONTACT, policy: str = POLICY) -> str:
    """Return the file as it must stand from now."""
    expires = (now + LASTS).strftime("%Y-%m-%dT00:00:00Z")
    return (
        "# Iets gevonden? Vertel het ons eerst; SECURITY.md zegt wat u van ons mag verwachten.\n"
        f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: nl, en\nPolicy: {policy}\n"
    )


def faults(text: str) -> list[str]:
    """Return what RFC 9116 has against a file, apart from how long it lasts."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    fields = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    names = [name for name, _ in fields]
    found = [
        f"{name} ontbreekt" for name in ("Contact", "Expires", "Policy", "Preferred-Languages") if name not in names
    ]
    found += [f"{name} staat er meer dan één keer" for name in _ONCE if names.count(name) > 1]
    found += [f"geen veld: {name}" for name, value in fields if not value or not re.fullmatch(r"[A-Z][A-Za-z-]+", name)]
    found += [
        f"{name} is geen adres dat mag"
        for name, value in fields
        if name in ("Contact", "Policy") and not value.startswith(("mailto:", "https://", "tel:"))
    ]
    return found


def expires(text: str) -> datetime:
    """Return until when a file is true."""
    return datetime.fromisoformat(next(line for line in text.splitlines() if line.startswith("Expires: "))[9:])


def warning(text: str, now: datetime) -> str:
    """Return what to tell whoever keeps the house, or nothing."""
    left = expires(text) - now
    if left > timedelta(days=366):
        return "let op: security.txt loopt meer dan een jaar vooruit; RFC 9116 raadt dat af"
    if left < WARN_BEFORE:
        return (
            f"let op: security.txt is nog {max(left.days, 0)} dagen geldig; draai python -m deploy.supply.security_txt"
        )
    return ""


def main(argv: list[str]) -> int:
    """Write the file, or weigh the one that is there."""
    parser = argparse.ArgumentParser(prog="python -m deploy.supply.security_txt")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--contact", default=CONTACT, help="mailto:, https: of tel:")
    parser.add_argument("--beleid", default=POLICY, help="het adres van het beleid")
    told = parser.parse_args(argv)
    now = system_clock()
    if not told.check:
        FILE.write_text(written(now, contact=told.contact, policy=told.beleid))
    text = FILE.read_text()
    wrong = faults(text)
    sys.stdout.writelines(f"security.txt: {fault}\n" for fault in wrong)
    if not wrong and (told_now := warning(text, now)):
        sys.stdout.write(f"{told_now}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
