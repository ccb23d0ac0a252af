"""A door with nothing behind it: what a 304 costs before anything of ours is done for it."""

import os

import uvicorn
from fastapi import FastAPI, Response

app = FastAPI(openapi_url=None)


@app.get("/v1/kpis")
async def read_nothing() -> Response:
    """Answer that nothing changed."""
    return Response(status_code=304, headers={"ETag": '"0"'})


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(os.environ["KETENRADAR_PORT"]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="error",
    )
