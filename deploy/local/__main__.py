"""``python -m deploy.local`` is the command ``ketenradar``."""

from deploy.local.cli import main

if __name__ == "__main__":
    main()
