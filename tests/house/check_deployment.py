"""The deployment as others read it: hadolint, the schemas of Kubernetes, and our own narrower one of Compose."""

import subprocess
import sys
from pathlib import Path

from deploy.supply.compose import faults, missing_files

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def main() -> int:
    """Run all, show what they say, and fail when one does."""
    manifests = sorted(
        str(file) for file in (PROJECT / "deploy" / "k8s").glob("*.yaml") if file.name != "kustomization.yaml"
    )
    compose = (PROJECT / "docker-compose.yml").read_text()
    wrong = faults(compose) or missing_files(compose, PROJECT)
    sys.stdout.writelines(f"docker-compose.yml: {fault}\n" for fault in wrong)
    sys.stdout.flush()
    commands = (
        [str(BIN / "hadolint"), str(PROJECT / "deploy" / "Dockerfile")],
        [str(BIN / "kubernetes-validate"), "--strict", "--quiet", *manifests],
    )
    results = [subprocess.run(command, cwd=PROJECT, check=False).returncode for command in commands]  # noqa: S603
    return 1 if wrong or any(results) else 0


if __name__ == "__main__":
    sys.exit(main())
