"""What intake asks the other rooms for an afschrift: all of it, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest

from services.intake.partners.dossierdelen import DossierdelenOverHttp
from shared.errors import NotFoundError, OperationalError
from shared.web.client import RoomClient

pytestmark = pytest.mark.anyio

CASUS, VANISHED = UUID(int=1), UUID(int=2)
DEEL = {"soort": "overdracht", "tijdstip": "2026-01-01T00:00:00Z", "velden": {"status": "aangeboden"}, "teksten": ["x"]}
LOG = {
    "starttijd": "2026-01-01T00:00:00Z",
    "naam": "overdracht-gelezen",
    "doel": "hulp-verlenen",
    "resultaat": "gelukt",
    "rol": "lokaal-team",
    "organisatieId": "wijkteam-noord",
    "verwerkingsactiviteitId": "https://ketenradar.example/verwerkingen/overdragen/v1",
    "actor": "iemand",
}


@dataclass
class Answers:
    """A client that has an answer for each part of an address."""

    given: Mapping[str, object]
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def get(self, url: str, *, purpose: str, params: dict[str, str] | None = None) -> Any:
        """Give the first answer whose key ends the address."""
        assert params is None
        self.asked.append((url, purpose))
        found = next(answer for part, answer in self.given.items() if url.endswith(part))
        if isinstance(found, Exception):
            raise found
        return found


def _rooms(given: Mapping[str, object]) -> tuple[DossierdelenOverHttp, Answers]:
    answers = Answers(given)
    return DossierdelenOverHttp(cast("RoomClient", answers), {"triage": "http://t.test"}), answers


async def test_the_parts_and_who_saw_them_come_from_every_room_under_every_id() -> None:
    rooms, answers = _rooms(
        {
            "/dossier": {"resultaten": [DEEL]},
            "limiet=200": {"resultaten": [LOG], "volgende": "abc"},
            "&na=abc": {"resultaten": [LOG], "volgende": None},
        }
    )

    delen, inzagen = await rooms.read(CASUS, (CASUS, VANISHED))

    assert [(deel.afdeling, deel.soort, deel.teksten) for deel in delen] == [("triage", "overdracht", ("x",))]
    assert [inzage.organisatie for inzage in inzagen] == ["wijkteam-noord", "wijkteam-noord"]
    assert {purpose for _, purpose in answers.asked} == {"uitvoeren-van-dossierrechten"}
    assert f"http://t.test/v1/dataverwerkingen?casusId={CASUS}&casusId={VANISHED}&limiet=200" in dict(answers.asked)


async def test_a_room_that_never_heard_of_the_casus_holds_nothing() -> None:
    rooms, _ = _rooms({"/dossier": NotFoundError("niets"), "limiet=200": {"resultaten": [], "volgende": None}})

    assert await rooms.read(CASUS, (CASUS,)) == ((), ())


@pytest.mark.parametrize(
    "wrong",
    [
        OperationalError("even niet"),
        ValueError("geen JSON"),
        [],
        {},
        {"resultaten": "x"},
        {"resultaten": [1]},
        {"resultaten": [{"soort": "x"}]},
        {"resultaten": [{**DEEL, **LOG, "tijdstip": "gisteren", "starttijd": "gisteren"}]},
    ],
)
async def test_half_a_file_is_never_given(wrong: object) -> None:
    for given in (
        {"/dossier": wrong, "limiet=200": {"resultaten": []}},
        {"/dossier": {"resultaten": []}, "limiet=200": wrong},
    ):
        with pytest.raises(OperationalError):
            await _rooms(given)[0].read(CASUS, (CASUS,))


async def test_a_log_without_an_end_is_no_whole_log() -> None:
    rooms, _ = _rooms({"/dossier": {"resultaten": []}, "": {"resultaten": [LOG], "volgende": "weer"}})

    with pytest.raises(OperationalError):
        await rooms.read(CASUS, (CASUS,))
