"""Lets the workers of Veilig Thuis place signals in the reference indexes, for a part of the meldingen."""

from deploy.demo.chance import chance_of
from deploy.demo.doors import MEDEWERKER, Call, Doors
from shared.rules.codes import Verwijsindex

# How often somebody finds a signal needed, in our own estimate.
_SHARE = 0.25
_LOOKED_AT = (Verwijsindex.SISA, Verwijsindex.SLUIS)


async def weigh_and_place(doors: Doors, zaad: int, kenmerk: str, melding_id: str) -> int:
    """Place what can be placed about the people of a melding when it is one of those; return how many signals."""
    if chance_of("signaal", zaad, kenmerk).random() >= _SHARE:
        return 0
    path, route = f"/meldingen/{melding_id}/signaalvoorstellen", "/meldingen/{meldingId}/signaalvoorstellen"
    offered = await doors.send(Call("intake", "GET", path, route, MEDEWERKER))
    wanted = [
        {"persoonId": row["persoonId"], "index": one["index"]}
        for row in offered["resultaten"]
        for one in row["indexen"]
        if one["mogelijk"] and one["index"] in _LOOKED_AT
    ]
    path, route = f"/meldingen/{melding_id}/signalen", "/meldingen/{meldingId}/signalen"
    for body in wanted:
        key = (("Idempotency-Key", f"demo-signaal-{kenmerk}-{body['persoonId']}"),)
        # The same child can stand in a melding twice: the second time there is a signal already.
        await doors.send(Call("intake", "POST", path, route, MEDEWERKER, body, key, good=(200, 201, 409)))
    return len(wanted)
