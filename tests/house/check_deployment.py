"""The deployment through the tools of others: hadolint for the Dockerfile, Kubernetes' schemas for the manifests."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def main() -> int:
    """Run both, show what they say, and fail when one does."""
    manifests = sorted(
        str(file) for file in (PROJECT / "deploy" / "k8s").glob("*.yaml") if file.name != "kustomization.yaml"
    )
    commands = (
        [str(BIN / "hadolint"), str(PROJECT / "deploy" / "Dockerfile")],
        [str(BIN / "kubernetes-validate"), "--strict", "--quiet", *manifests],
    )
    results = [subprocess.run(command, cwd=PROJECT, check=False).returncode for command in commands]  # noqa: S603
    return 1 if any(results) else 0


if __name__ == "__main__":
    sys.exit(main())
