"""The steps of a delivery: what each attempt, each person and the offer itself make of it, and what is told of that."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from services.handover.domain.levering import (
    AfhandelWijze,
    Bewijs,
    Levering,
    LeveringActie,
    LeveringStatus,
    PogingUitkomst,
    next_status,
    what_may_be_done,
)
from services.handover.domain.overdracht import StapError
from shared.events.levering import LeveringAfgerond, LeveringHervat, LeveringVoorgelegd
from shared.events.payloads import Fact
from shared.rules.codes import BestemmingSoort
from shared.rules.leveringcodes import LeveringEinde, LeverWijze, VoorlegReden

_S = LeveringStatus

VENSTER = timedelta(hours=24)
GEWEIGERD_MAX = 3  # tries in a row that the receiver refused: more will not change his mind
ZONDER_BEVESTIGING_MAX = timedelta(hours=72)  # a mail of Friday afternoon is read on Monday
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=2)


_EINDE: Mapping[LeveringStatus, LeveringEinde] = MappingProxyType(
    {
        _S.VERZONDEN: LeveringEinde.VERZONDEN,
        _S.ONTVANGEN: LeveringEinde.ONTVANGEN,
        _S.AFGEHANDELD: LeveringEinde.AFGEHANDELD,
        _S.VERVALLEN: LeveringEinde.VERVALLEN,
    }
)


Step = tuple[Levering, tuple[Fact, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aanbod:
    """What a delivery takes over of the overdracht that it is of."""

    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    soort: BestemmingSoort
    organisatie_id: str


def begin(aanbod: Aanbod, wijze: LeverWijze | None, *, levering_id: UUID, uiterlijk: datetime, now: datetime) -> Step:
    """Return a new delivery: tried at once, or laid before a person when that is how it goes (or nobody knows how).

    Here and below ``uiterlijk`` is the first moment at which a person is late with what is laid before him now.
    """
    new = Levering(
        id=levering_id,
        overdracht_id=aanbod.overdracht_id,
        melding_id=aanbod.melding_id,
        gemeente_code=aanbod.gemeente_code,
        soort=aanbod.soort,
        organisatie_id=aanbod.organisatie_id,
        gemaakt_op=now,
        begonnen_op=now,
        volgende_poging_op=now,
    )
    by_hand = by_hand_reden(wijze)
    return _lay_before(new, by_hand, uiterlijk, now) if by_hand else (new, ())


def by_hand_reden(wijze: LeverWijze | None) -> VoorlegReden | None:
    """Return why a person must do it, by how the receiver is reached; None when it goes by itself."""
    match wijze:
        case None:
            return VoorlegReden.GEEN_ADRES
        case LeverWijze.HANDMATIG:
            return VoorlegReden.HANDMATIG
        case _:
            return None


def after_attempt(
    levering: Levering, uitkomst: PogingUitkomst, *, uiterlijk: datetime, now: datetime, spread: float
) -> Step:
    """Return what an attempt leads to; ``spread`` (0 to 1) keeps what failed together from being tried together."""
    match uitkomst:
        case PogingUitkomst.ONTVANGEN:
            return prove(levering, Bewijs.ANTWOORD, now=now)
        case PogingUitkomst.VERZONDEN:
            return _sent(levering, now)
        case _:
            return _failed(levering, uitkomst, uiterlijk, now, spread)


def _sent(levering: Levering, now: datetime) -> Step:
    after = next_status(levering.status, LeveringActie.VERZENDEN)
    if after is levering.status:
        return levering, ()
    waits = replace(
        levering,
        status=after,
        geweigerd=0,
        volgende_poging_op=now + ZONDER_BEVESTIGING_MAX,
        voorgelegd_op=None,
        reden=None,
        afgerond_op=now,
    )
    return waits, (_ended(waits, now),)


def _failed(levering: Levering, uitkomst: PogingUitkomst, uiterlijk: datetime, now: datetime, spread: float) -> Step:
    refused = levering.geweigerd + 1 if uitkomst is PogingUitkomst.GEWEIGERD else 0
    last = levering.begonnen_op + VENSTER
    if refused >= GEWEIGERD_MAX:
        return _lay_before(replace(levering, geweigerd=refused), VoorlegReden.GEWEIGERD, uiterlijk, now)
    if now >= last:
        return _lay_before(replace(levering, geweigerd=refused), VoorlegReden.NIET_GELUKT, uiterlijk, now)
    if next_status(levering.status, LeveringActie.OPNIEUW) is not LeveringStatus.OPEN:
        return levering, ()
    # The last attempt is at the end of the day, whatever the wait would have been.
    following = min(now + wait_after(levering.pogingen, spread), last)
    return replace(levering, geweigerd=refused, volgende_poging_op=following), ()


def wait_after(pogingen: int, spread: float) -> timedelta:
    """Return how long to wait after so many attempts: doubling from half a minute to two hours, spread by a quarter."""
    wait = min(_FIRST_WAIT * 2 ** min(max(pogingen - 1, 0), 20), _LONGEST_WAIT)
    spread_wait: timedelta = wait * (0.75 + spread / 2)
    return spread_wait


def unconfirmed(levering: Levering, *, uiterlijk: datetime, now: datetime) -> Step:
    """Lay a mail before a person of which nobody showed that it was read, when its time has come."""
    due = levering.volgende_poging_op
    if levering.status is not LeveringStatus.VERZONDEN or due is None or now < due:
        return levering, ()
    return _lay_before(levering, VoorlegReden.NIET_BEVESTIGD, uiterlijk, now)


def by_hand(levering: Levering, reden: VoorlegReden, *, uiterlijk: datetime, now: datetime) -> Step:
    """Lay a delivery before a person because the receiver cannot be reached by itself any more."""
    return _lay_before(levering, reden, uiterlijk, now)


def _lay_before(levering: Levering, reden: VoorlegReden, uiterlijk: datetime, now: datetime) -> Step:
    after = next_status(levering.status, LeveringActie.VOORLEGGEN)
    if after is levering.status:
        return levering, ()
    waits = replace(
        levering,
        status=after,
        reden=reden,
        voorgelegd_op=now,
        uiterlijk=uiterlijk,
        volgende_poging_op=None,
        afgerond_op=None,
    )
    told = LeveringVoorgelegd(
        levering_id=waits.id,
        overdracht_id=waits.overdracht_id,
        melding_id=waits.melding_id,
        gemeente_code=waits.gemeente_code,
        reden=reden,
        voorgelegd_op=now,
    )
    return waits, (told,)


def prove(levering: Levering, bewijs: Bewijs, *, now: datetime) -> Step:
    """Keep that the receiver knows; what a person settled, or what ended, stays as it was."""
    after = next_status(levering.status, LeveringActie.BEWIJZEN)
    if after is levering.status:
        return levering, ()
    known = replace(levering, status=after, bewijs=bewijs, volgende_poging_op=None, afgerond_op=now)
    return known, (_ended(known, now),)


def settle(levering: Levering, wijze: AfhandelWijze, *, now: datetime) -> Step:
    """Let a person say how he told the receiver; the same again is the same.

    Raises ``StapError`` when it was settled in another way, or needs no settling.
    """
    after = next_status(levering.status, LeveringActie.AFHANDELEN)
    if after is levering.status:
        if wijze is not levering.afhandeling:
            raise StapError(what_may_be_done(levering.status))
        return levering, ()
    done = replace(levering, status=after, afhandeling=wijze, volgende_poging_op=None, afgerond_op=now)
    return done, (_ended(done, now),)


def restart(levering: Levering, wijze: LeverWijze | None, *, now: datetime) -> Step:
    """Let it be tried again at once, for another day.

    Raises ``StapError`` when it needs no trying, or when only a person can do it.
    """
    after = next_status(levering.status, LeveringActie.HERSTARTEN)
    if by_hand_reden(wijze):
        raise StapError("Deze ontvanger heeft geen leveradres dat vanzelf gaat; handel de levering af.")
    again = replace(
        levering,
        status=after,
        begonnen_op=now,
        geweigerd=0,
        volgende_poging_op=now,
        reden=None,
        voorgelegd_op=None,
        afgerond_op=None,
    )
    if levering.status is LeveringStatus.OPEN:
        return again, ()
    told = LeveringHervat(
        levering_id=again.id,
        overdracht_id=again.overdracht_id,
        melding_id=again.melding_id,
        gemeente_code=again.gemeente_code,
        hervat_op=now,
    )
    return again, (told,)


def lapse(levering: Levering, *, now: datetime) -> Step:
    """End a delivery whose offer ended; what was received or settled stays so."""
    after = next_status(levering.status, LeveringActie.VERVALLEN)
    if after is levering.status:
        return levering, ()
    gone = replace(levering, status=after, volgende_poging_op=None, afgerond_op=now)
    return gone, (_ended(gone, now),)


def _ended(levering: Levering, now: datetime) -> LeveringAfgerond:
    return LeveringAfgerond(
        levering_id=levering.id,
        overdracht_id=levering.overdracht_id,
        melding_id=levering.melding_id,
        gemeente_code=levering.gemeente_code,
        einde=_EINDE[levering.status],
        afgerond_op=now,
    )
