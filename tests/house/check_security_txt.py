"""The file for whoever found a weakness is there and right; when it nears its end, that is told and is no fault."""

import sys

from deploy.supply.security_txt import main

if __name__ == "__main__":
    sys.exit(main(["--check"]))
