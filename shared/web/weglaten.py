"""How a room has its own texts cut by intake: what tells who a hidden melder is leaves them before anybody reads."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.errors import NotFoundError, OperationalError
from shared.rules.weglaten import Geknipt
from shared.web.client import RoomClient

_ATTEMPTS = 3
# So that a question always fits through the door, however its signs are written.
_SIGNS_MAX = 100_000
_TEKSTEN_MAX = 200


class UncutError(OperationalError):
    """Intake did not give every text back: then none of them is given to anybody."""


async def cut_teksten(
    client: RoomClient, intake_url: str, casus_id: UUID, teksten: Sequence[str], *, purpose: str
) -> Geknipt:
    """Return texts as somebody outside may read them; raises ``OperationalError`` when they cannot be had.

    When the protection of a melder changes between two questions, the texts are asked for once more.
    """
    url = f"{intake_url}/v1/casussen/{casus_id}/_weglaten"
    for _ in range(_ATTEMPTS):
        answers = [await _cut(client, url, some, purpose=purpose) for some in _in_parts(teksten)]
        if len({one.stand for one in answers}) == 1:
            return Geknipt(tuple(tekst for one in answers for tekst in one.teksten), answers[0].stand)
    raise OperationalError("De bescherming van een melder verandert op dit moment; probeer het zo weer.")


async def _cut(client: RoomClient, url: str, teksten: Sequence[str], *, purpose: str) -> Geknipt:
    try:
        answer = await client.post(url, {"teksten": list(teksten)}, purpose=purpose)
    except NotFoundError:
        raise OperationalError("Een ander deel van de keten kent dit nog niet; probeer het zo weer.") from None
    except ValueError:
        raise _uncut() from None
    return read_geknipt(answer, len(teksten))


def _in_parts(teksten: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the texts in parts that fit in one question; without texts one empty part, for how it stands."""
    part: list[str] = []
    for tekst in teksten:
        if part and (len(part) == _TEKSTEN_MAX or sum(map(len, part)) + len(tekst) > _SIGNS_MAX):
            yield part
            part = []
        part.append(tekst)
    yield part


def read_geknipt(answer: Any, expected: int) -> Geknipt:  # JSON
    """Read texts that were cut; raises ``UncutError`` when one is missing."""
    if not isinstance(answer, Mapping):
        raise _uncut()
    teksten, stand = answer.get("teksten"), answer.get("stand")
    if not isinstance(teksten, list) or len(teksten) != expected or not all(isinstance(one, str) for one in teksten):
        raise _uncut()
    if not isinstance(stand, str) or not stand:
        raise _uncut()
    return Geknipt(tuple(teksten), stand)


def _uncut() -> UncutError:
    return UncutError("Een ander deel van de keten gaf niet elke tekst terug; er is niets gedeeld.")
