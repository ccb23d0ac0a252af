"""A broken glass as it goes over the wire."""

from uuid import UUID

from shared.rules.codes import NoodReden
from shared.web.glass import Noodtoegang
from shared.web.schema import Schema, Tekst, Tijdstip


class NoodtoegangIn(Schema):
    """Why somebody must read, now, what is not his."""

    reden: NoodReden
    toelichting: Tekst


class NoodtoegangUit(Schema):
    id: UUID
    overdracht_id: UUID
    reden: NoodReden
    geldig_van: Tijdstip
    geldig_tot: Tijdstip


def noodtoegang_uit(given: Noodtoegang) -> NoodtoegangUit:
    """Return a broken glass as it is answered."""
    return NoodtoegangUit(
        id=given.id,
        overdracht_id=given.object_id,
        reden=given.reden,
        geldig_van=given.geldig_van,
        geldig_tot=given.geldig_tot,
    )
