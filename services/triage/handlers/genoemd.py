"""Whether those who are named in a dienst are people whom its casus is about, told with all that is wrong beside it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dienst import Betrokkene, Dienst
from services.triage.store.betrokkenen import betrokkenen_of_casus
from services.triage.store.dossierdeel import meldingen_of
from shared.errors import Fault, InvalidInputError

Named = tuple[str, Betrokkene]  # where in the body, and who

_NOBODY = "is geen directbetrokkene van deze casus"


@contextmanager
def collecting(faults: list[Fault]) -> Iterator[None]:
    """Keep what a check finds wrong, so that all of it is told at once."""
    try:
        yield
    except InvalidInputError as error:
        faults.extend(error.faults)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise ``InvalidInputError`` with all that is wrong, if anything is."""
    if faults:
        raise InvalidInputError("De invoer klopt niet.", faults=tuple(faults))


async def find_strangers(conn: AsyncConnection, dienst: Dienst, named: Sequence[Named]) -> list[Fault]:
    """Return who is named and is none of the directbetrokkenen of the casus.

    A melding that came in before its directbetrokkenen were told may be about anybody.
    """
    if not named:
        return []
    known = await betrokkenen_of_casus(conn, dienst.casus_id)
    untold = set(await meldingen_of(conn, dienst.casus_id)) - {melding_id for melding_id, _ in known}
    return [
        Fault("body", pointer, _NOBODY)
        for pointer, one in named
        if (one.melding_id, one.nr) not in known and one.melding_id not in untold
    ]
