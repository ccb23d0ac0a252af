"""What scanners find in the text of the house: bandit, and our own rules by semgrep; every exception tells why."""

import re
import subprocess
import sys
from pathlib import Path

from deploy.generated import PROJECT
from deploy.supply import rules

BIN = Path(sys.executable).parent
# "# nosec B608  # fixed words": which test, and why it is wrong here.
_EXCEPTION = re.compile(r"#\s*(nosec|nosemgrep)\b(.*)")
_WITH_REASON = re.compile(r":? ?([A-Z]\d+|[a-z][a-z-]+)(, ?([A-Z]\d+|[a-z][a-z-]+))*  # \w.{5,}")


def without_reason(folder: Path) -> list[str]:
    """Return the places where a scanner was told to look away without saying from what and why."""
    return [
        f"{file.relative_to(folder)}:{number}: {line.strip()}"
        for part in rules.WHERE
        for file in sorted((folder / part).rglob("*.py"))
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if (found := _EXCEPTION.search(line)) and not _WITH_REASON.fullmatch(found[2].rstrip())
    ]


def main() -> int:
    """Run both; show what they say, and fail when one does."""
    unexplained = without_reason(PROJECT)
    sys.stdout.writelines(f"{place}\n" for place in unexplained)
    bandit = [str(BIN / "bandit"), "--quiet", "--configfile", "pyproject.toml", "--recursive", *rules.WHERE]
    scanned = subprocess.run(bandit, cwd=PROJECT, check=False, stderr=subprocess.DEVNULL).returncode  # noqa: S603
    sys.stdout.flush()
    ruled = rules.main()
    return 1 if unexplained or scanned or ruled else 0


if __name__ == "__main__":
    sys.exit(main())
