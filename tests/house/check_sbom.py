"""The list of parts (SBOM) is made, valid, and holds every package of the lock of what runs exactly once."""

import sys

from deploy.supply.sbom import main

if __name__ == "__main__":
    sys.exit(main(["--check"]))
