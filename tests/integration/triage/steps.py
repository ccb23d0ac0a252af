"""What tests of subjects with versions and all faults at once have in common."""

import httpx

from tests.integration.triage.room import TriageRoom


async def step(triage: TriageRoom, path: str, what: str, body: object = None) -> httpx.Response:
    """Take a step on the version that is there now."""
    return await triage.put(f"{path}/{what}", body, etag=await triage.etag(path))


def faults(answer: httpx.Response) -> set[str]:
    """Return where a refused input is wrong."""
    assert answer.status_code == 400, answer.text
    return {fault["pointer"] for fault in answer.json()["errors"]}
