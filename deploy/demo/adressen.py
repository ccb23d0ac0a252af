"""Where the receivers of the region are told of overdrachten: at the server that stands in for theirs."""

from collections.abc import Iterator

from deploy.demo.course import ANDERS
from deploy.demo.doors import TEAMLEIDER, Call, Doors
from deploy.demo.sources import gemeenten
from shared.rules.routing import BESTEMMINGEN, default_organisatie
from shared.rules.veldtabel import RIJNMOND

_CREATED, _THERE_ALREADY = 201, 409


def organisaties() -> Iterator[str]:
    """Give every organisation to which the play hands over."""
    for gemeente in gemeenten():
        for soort, regel in BESTEMMINGEN.items():
            organisatie = default_organisatie(soort, gemeente.code) if regel.standaard_organisatie else None
            if organisatie:
                yield organisatie
    for rows in RIJNMOND.regels.values():
        yield from (row.organisatie_id for row in rows)
    yield from ANDERS


async def give_up_adressen(doors: Doors) -> int:
    """Give up where each receiver is told, and return how many; those of a play before this one stay."""
    if not doors.partners_url:
        return 0
    found = sorted(set(organisaties()))
    for organisatie in found:
        url = f"{doors.partners_url}/ontvangers/{organisatie}/overdrachten"
        body = {"organisatieId": organisatie, "wijze": "rest", "url": url}
        route = "/leveradressen"
        await doors.send(Call("handover", "POST", route, route, TEAMLEIDER, body, good=(_CREATED, _THERE_ALREADY)))
    return len(found)
