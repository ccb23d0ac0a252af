"""What a webhook says, and where its secret is sealed: the same for whoever makes it and whoever sends it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from shared.canonical import plain
from shared.events.catalogue import Room
from shared.events.envelope import SPEC_VERSION, source_of


def secret_place(geheim_id: object) -> str:
    """Return the place to which a secret of an abonnement is bound."""
    return f"abonnement:geheim:{geheim_id}"


def body_of(event_id: UUID, inhoud: Mapping[str, Any], volgnummer: int | None) -> bytes:
    """Return the CloudEvent of a notice: the id and type of its fact, and what this subscriber may know of it.

    The same notice always gives the same bytes. ``sequence`` counts what this subscriber hears of a casus: the number
    of the fact itself would tell how much it does not hear.
    """
    body: dict[str, Any] = {
        "specversion": SPEC_VERSION,
        "id": event_id,
        "source": source_of(Room(inhoud["bron"])),
        "type": inhoud["soort"],
        "time": inhoud["tijdstip"],
        "datacontenttype": "application/json",
        "data": inhoud["data"],
    }
    if inhoud.get("casusId"):
        body |= {"subject": inhoud["casusId"], "sequence": str(volgnummer)}
    return orjson.dumps(body, default=plain, option=orjson.OPT_UTC_Z)
