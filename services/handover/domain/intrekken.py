"""Offers that end without an answer: Veilig Thuis takes one back, or it goes back by itself when nobody answers.

Neither moves sight of safety: whoever was offered it and never accepted does not hold it.
"""

from dataclasses import replace
from datetime import datetime

from services.handover.domain.overdracht import Actie, Overdracht, Status, next_status, step_refused
from shared.events.overdragen import OverdrachtIngetrokken, OverdrachtTeruggekeerd
from shared.rules.overdrachtcodes import IntrekReden


def revoke(
    overdracht: Overdracht, *, reden: IntrekReden, now: datetime
) -> tuple[Overdracht, OverdrachtIngetrokken | None]:
    """Take back an offer; the fact is None when that was done before for the same reason.

    Raises ``StapError`` once somebody accepted or refused, and for another reason: what was told stays told.
    """
    after = next_status(overdracht.status, Actie.INTREKKEN)
    if after is overdracht.status:
        if reden is not overdracht.intrekreden:
            raise step_refused(overdracht.status)
        return overdracht, None
    revoked = replace(overdracht, status=after, ingetrokken_op=now, intrekreden=reden, versie=overdracht.versie + 1)
    return revoked, OverdrachtIngetrokken(
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        gemeente_code=overdracht.gemeente_code,
        reden=reden,
        vervolg=must_be_offered_again(revoked),
        ingetrokken_op=now,
    )


def give_up_waiting(overdracht: Overdracht, *, now: datetime) -> tuple[Overdracht, OverdrachtTeruggekeerd | None]:
    """Let an offer go back that nobody answered; the fact is None while it is not time, or when it was answered."""
    after = next_status(overdracht.status, Actie.TERUGKEREN)
    if after is overdracht.status or now < overdracht.keert_terug_op:
        return overdracht, None
    returned = replace(overdracht, status=after, teruggekeerd_op=now, versie=overdracht.versie + 1)
    return returned, OverdrachtTeruggekeerd(
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        gemeente_code=overdracht.gemeente_code,
        teruggekeerd_op=now,
    )


def due_again(ended: Overdracht, uiterlijk: datetime) -> Overdracht:
    """Return what ended with until when Veilig Thuis offers it again, if it has to."""
    return replace(ended, vervolg_uiterlijk=uiterlijk) if must_be_offered_again(ended) else ended


def must_be_offered_again(overdracht: Overdracht) -> bool:
    """Say whether Veilig Thuis still has to find somebody: after every end without an answer but one.

    Who is not needed any more needs no successor, unless the family would then have nobody but Veilig Thuis in sight.
    """
    if overdracht.status is Status.INGETROKKEN:
        return overdracht.draagt_zicht or overdracht.intrekreden is not IntrekReden.NIET_MEER_NODIG
    return overdracht.status in {Status.GEWEIGERD, Status.TERUGGEKEERD, Status.TERUGGEGEVEN}
