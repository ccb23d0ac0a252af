"""Offering again what nobody has: after a refusal, a revocation, a return by itself, or one by who had accepted."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.handover.domain.overdracht import (
    Actie,
    Overdracht,
    StapError,
    Status,
    WeigerReden,
    next_status,
)
from shared.rules.codes import BestemmingSoort, RouteGrond, VeldOnderdeel

# Refusals after which the same receiver may be asked again: with more information, or when there is room.
_OPNIEUW_AAN_DEZELFDE = frozenset({WeigerReden.ONVOLDOENDE_INFORMATIE, WeigerReden.GEEN_CAPACITEIT})


@dataclass(frozen=True, slots=True)
class NieuwAanbod:
    """To whom what ended is offered again, under which id and until when."""

    id: UUID
    soort: BestemmingSoort
    organisatie_id: str
    accepteren_uiterlijk: datetime
    keert_terug_op: datetime
    onderdeel: VeldOnderdeel | None = None
    routering: RouteGrond | None = None


def offer_again(ended: Overdracht, aanbod: NieuwAanbod, *, now: datetime) -> tuple[Overdracht, Overdracht]:
    """Replace an overdracht that nobody took by an offer to a receiver: returns both.

    Who carries sight of safety goes over to the new offer. Raises ``StapError`` when the old one did not end that way,
    or was refused for a reason that the same receiver cannot overcome.
    """
    after = next_status(ended.status, Actie.VERVANGEN)
    same = (aanbod.soort, aanbod.organisatie_id) == (ended.soort, ended.organisatie_id)
    if same and ended.status is Status.GEWEIGERD and ended.reden not in _OPNIEUW_AAN_DEZELFDE:
        raise StapError("Deze ontvanger heeft geweigerd; kies een andere bestemming.")
    new = Overdracht(
        id=aanbod.id,
        casus_id=ended.casus_id,
        melding_id=ended.melding_id,
        dienst_id=ended.dienst_id,
        gemeente_code=ended.gemeente_code,
        soort=aanbod.soort,
        organisatie_id=aanbod.organisatie_id,
        draagt_zicht=ended.draagt_zicht,
        aangeboden_op=now,
        accepteren_uiterlijk=aanbod.accepteren_uiterlijk,
        keert_terug_op=aanbod.keert_terug_op,
        vervangt_id=ended.id,
        uitkomst=ended.uitkomst,
        onderdeel=aanbod.onderdeel,
        routering=aanbod.routering,
    )
    return replace(ended, status=after, vervangen_door_id=new.id, versie=ended.versie + 1), new
