"""Giving back what was accepted: the receiver asks with a reason, and Veilig Thuis takes it back or does not.

Until it is taken the receiver keeps what he has, sight of safety too: that changes only by who takes it over.
"""

from dataclasses import replace
from datetime import datetime

from services.handover.domain.overdracht import Actie, Overdracht, next_status, step_refused
from shared.events.overdragen import OverdrachtTeruggegeven, TeruggaveAfgewezen, TeruggaveGevraagd
from shared.rules.overdrachtcodes import TeruggaveReden


def ask_to_return(
    overdracht: Overdracht, *, reden: TeruggaveReden, uiterlijk: datetime, now: datetime
) -> tuple[Overdracht, TeruggaveGevraagd | None]:
    """Let a receiver ask to give back; the fact is None when he asked already for the same reason.

    ``uiterlijk`` is the first moment at which an answer is late.
    Raises ``StapError`` for another reason while the first request is open. After a refusal he may ask again.
    """
    after = next_status(overdracht.status, Actie.TERUGGEVEN)
    if after is overdracht.status:
        if reden is not overdracht.teruggave_reden:
            raise step_refused(overdracht.status)
        return overdracht, None
    asked = replace(
        overdracht,
        status=after,
        teruggave_reden=reden,
        teruggave_gevraagd_op=now,
        teruggave_uiterlijk=uiterlijk,
        teruggave_afgewezen_op=None,
        versie=overdracht.versie + 1,
    )
    return asked, TeruggaveGevraagd(
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        gemeente_code=overdracht.gemeente_code,
        reden=reden,
        gevraagd_op=now,
    )


def refuse_return(overdracht: Overdracht, *, now: datetime) -> tuple[Overdracht, TeruggaveAfgewezen | None]:
    """Let Veilig Thuis not take back; the fact is None when that was done before.

    Raises ``StapError`` when nobody asks.
    """
    after = next_status(overdracht.status, Actie.TERUGGAVE_AFWIJZEN)
    if after is overdracht.status:
        if overdracht.teruggave_afgewezen_op is None:
            raise step_refused(overdracht.status)
        return overdracht, None
    kept = replace(overdracht, status=after, teruggave_afgewezen_op=now, versie=overdracht.versie + 1)
    return kept, TeruggaveAfgewezen(
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        gemeente_code=overdracht.gemeente_code,
        afgewezen_op=now,
    )


def take_back(overdracht: Overdracht, *, now: datetime) -> tuple[Overdracht, OverdrachtTeruggegeven | None]:
    """Let Veilig Thuis take back what was accepted; the fact is None when that was done before.

    What it asked about sight of safety ends with it. Whether the next offer carries sight of safety is for who knows
    who holds it (``carry_on``). Raises ``StapError`` when nobody asks.
    """
    after = next_status(overdracht.status, Actie.TERUGGAVE_AANVAARDEN)
    if after is overdracht.status:
        return overdracht, None
    if overdracht.teruggave_reden is None:
        raise RuntimeError("a return that was asked for has a reason")
    back = replace(
        overdracht,
        status=after,
        teruggegeven_op=now,
        zicht_gevraagd=None,
        zicht_gevraagd_op=None,
        versie=overdracht.versie + 1,
    )
    return back, OverdrachtTeruggegeven(
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        gemeente_code=overdracht.gemeente_code,
        reden=overdracht.teruggave_reden,
        teruggegeven_op=now,
    )


def carry_on(returned: Overdracht, *, held: bool) -> Overdracht:
    """Return what was given back, carrying sight of safety to the next receiver when it was held by it."""
    return replace(returned, draagt_zicht=held)
