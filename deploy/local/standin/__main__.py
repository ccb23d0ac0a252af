"""Serve the stand-in partners: ``python -m deploy.local.standin``; refuses outside a local run."""

import os

import uvicorn

from deploy.local.standin.server import create_app


def main() -> None:
    """Serve where the environment says."""
    if os.environ.get("KETENRADAR_OMGEVING") != "lokaal":
        raise SystemExit("De nagespeelde partners starten alleen met KETENRADAR_OMGEVING=lokaal.")
    uvicorn.run(
        create_app(),
        host=os.environ["KETENRADAR_HOST"],
        port=int(os.environ["KETENRADAR_PORT"]),
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()
