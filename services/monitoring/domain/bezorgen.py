"""What becomes of a notice after an attempt to deliver it, and of the receiver that did not take it.

Pure decisions. Two things can be wrong: one notice that a receiver chokes on, and a receiver that takes nothing. The
first waits by itself, with what follows in its casus; the second is left in peace for longer and longer, and after a
day its abonnement is switched off. Nothing is dropped: what waits is delivered when the abonnement is resumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never


class BerichtStatus(StrEnum):
    WACHTEND = "wachtend"
    VERZONDEN = "verzonden"
    MISLUKT = "mislukt"  # after its last attempt; kept, and alarmed
    VERVALLEN = "vervallen"  # its abonnement ended before it was sent


class BerichtActie(StrEnum):
    BEZORGD = "bezorgd"
    GEWEIGERD = "geweigerd"  # and tried again later
    OPGEGEVEN = "opgegeven"
    VERVALLEN = "vervallen"
    HERHAALD = "herhaald"  # somebody asks for it again


class Uitslag(StrEnum):
    """What became of one attempt to deliver."""

    GELUKT = "gelukt"
    MISLUKT = "mislukt"
    WEG = "weg"  # the receiver says that it is there no more (410)


class UitschakelReden(StrEnum):
    """Why an abonnement was switched off."""

    DAG_NIET_BEZORGD = "dag-niet-bezorgd"
    ONTVANGER_WEG = "ontvanger-weg"


TRANSITIONS: Mapping[tuple[BerichtStatus, BerichtActie], BerichtStatus | None] = MappingProxyType(
    {
        (BerichtStatus.WACHTEND, BerichtActie.BEZORGD): BerichtStatus.VERZONDEN,
        (BerichtStatus.WACHTEND, BerichtActie.GEWEIGERD): BerichtStatus.WACHTEND,
        (BerichtStatus.WACHTEND, BerichtActie.OPGEGEVEN): BerichtStatus.MISLUKT,
        (BerichtStatus.WACHTEND, BerichtActie.VERVALLEN): BerichtStatus.VERVALLEN,
        (BerichtStatus.WACHTEND, BerichtActie.HERHAALD): BerichtStatus.WACHTEND,
        (BerichtStatus.VERZONDEN, BerichtActie.BEZORGD): None,
        (BerichtStatus.VERZONDEN, BerichtActie.GEWEIGERD): None,
        (BerichtStatus.VERZONDEN, BerichtActie.OPGEGEVEN): None,
        (BerichtStatus.VERZONDEN, BerichtActie.VERVALLEN): None,
        (BerichtStatus.VERZONDEN, BerichtActie.HERHAALD): BerichtStatus.WACHTEND,
        (BerichtStatus.MISLUKT, BerichtActie.BEZORGD): None,
        (BerichtStatus.MISLUKT, BerichtActie.GEWEIGERD): None,
        (BerichtStatus.MISLUKT, BerichtActie.OPGEGEVEN): None,
        (BerichtStatus.MISLUKT, BerichtActie.VERVALLEN): BerichtStatus.VERVALLEN,
        (BerichtStatus.MISLUKT, BerichtActie.HERHAALD): BerichtStatus.WACHTEND,
        (BerichtStatus.VERVALLEN, BerichtActie.BEZORGD): None,
        (BerichtStatus.VERVALLEN, BerichtActie.GEWEIGERD): None,
        (BerichtStatus.VERVALLEN, BerichtActie.OPGEGEVEN): None,
        (BerichtStatus.VERVALLEN, BerichtActie.VERVALLEN): None,
        (BerichtStatus.VERVALLEN, BerichtActie.HERHAALD): None,
    }
)

# --- mail --------------------------------------------------------------------------------------------------------

POGINGEN_MAX = 14  # of a mail: 1, 2, 4 … minutes and then a day each, about four days in all


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast attempts follow each other: the first wait, and the longest."""

    eerste: timedelta
    langste: timedelta


MAIL = Tempo(timedelta(minutes=1), timedelta(hours=24))
WEBHOOK = Tempo(timedelta(seconds=5), timedelta(hours=2))


def backoff(pogingen: int, spread: float, tempo: Tempo = MAIL) -> timedelta:
    """Return how long to wait after so many attempts: doubling up to the longest.

    ``spread`` (0 to 1) shifts it by at most a quarter, so that what failed together is not tried together.
    """
    wait = min(tempo.eerste * 2 ** min(pogingen - 1, 20), tempo.langste)
    spread_wait: timedelta = wait * (0.75 + spread / 2)
    return min(spread_wait, tempo.langste)


@dataclass(frozen=True, slots=True)
class AfterAttempt:
    status: BerichtStatus
    volgende_poging_op: datetime | None


def after_mail(uitslag: Uitslag, *, pogingen: int, now: datetime, spread: float) -> AfterAttempt:
    """Return what becomes of a waiting mail after attempt number ``pogingen``."""
    match uitslag:
        case Uitslag.GELUKT:
            return AfterAttempt(BerichtStatus.VERZONDEN, None)
        case Uitslag.MISLUKT | Uitslag.WEG:
            if pogingen >= POGINGEN_MAX:
                return AfterAttempt(BerichtStatus.MISLUKT, None)
            return AfterAttempt(BerichtStatus.WACHTEND, now + backoff(pogingen, spread))
        case _:
            assert_never(uitslag)


# --- webhooks ----------------------------------------------------------------------------------------------------

VOLHOUDEN = timedelta(hours=24)
# How many notices one receiver is sent at once, whoever delivers: a slow one takes its own places and no others.
PLAATSEN = 8
# Of how many casussen the first attempt must fail, with nothing taken between, before it is the receiver that ails.
_ZIEK_VANAF = 3


@dataclass(frozen=True, slots=True)
class Gezondheid:
    """How a receiver has done since it last took a notice; all in real time."""

    mislukt_sinds: datetime | None = None
    mislukkingen: int = 0  # notices whose first attempt failed
    rusten: int = 0
    rust_vanaf: datetime | None = None
    rust_tot: datetime | None = None

    @property
    def is_ill(self) -> bool:
        """Say whether the receiver itself seems to be the trouble."""
        return self.mislukkingen >= _ZIEK_VANAF

    @property
    def plaatsen(self) -> int:
        """How many notices it may be sent at once: one, to feel whether it is there again, while it ails."""
        return 1 if self.is_ill else PLAATSEN

    def may_be_called(self, now: datetime) -> bool:
        """Say whether the receiver is not left in peace at this moment."""
        return self.rust_tot is None or self.rust_tot <= now


GEZOND = Gezondheid()


@dataclass(frozen=True, slots=True)
class Poging:
    """One attempt: its number since the notice was put in the queue, and since when it fails."""

    uitslag: Uitslag
    nummer: int
    begonnen_op: datetime
    geeindigd_op: datetime
    mislukt_sinds: datetime | None = None


@dataclass(frozen=True, slots=True)
class Oordeel:
    """What follows from an attempt, for the notice and for its receiver."""

    actie: BerichtActie
    gezondheid: Gezondheid
    volgende_poging_op: datetime | None = None
    uitschakelen: UitschakelReden | None = None

    @property
    def status(self) -> BerichtStatus:
        """The status of the notice after this: it was waiting."""
        return TRANSITIONS[BerichtStatus.WACHTEND, self.actie] or BerichtStatus.WACHTEND


def judge_attempt(poging: Poging, gezondheid: Gezondheid, *, spread: float) -> Oordeel:
    """Decide what follows from an attempt; ``gezondheid`` is of the receiver as it is now."""
    match poging.uitslag:
        case Uitslag.GELUKT:
            return Oordeel(BerichtActie.BEZORGD, GEZOND)
        case Uitslag.WEG:
            return Oordeel(BerichtActie.GEWEIGERD, gezondheid, uitschakelen=UitschakelReden.ONTVANGER_WEG)
        case Uitslag.MISLUKT:
            return _judge_failure(poging, gezondheid, spread)
        case _:
            assert_never(poging.uitslag)


def _judge_failure(poging: Poging, before: Gezondheid, spread: float) -> Oordeel:
    now = poging.geeindigd_op
    after = _worse(poging, before, spread)
    sinds = poging.mislukt_sinds or now
    if after.mislukt_sinds and now - after.mislukt_sinds >= VOLHOUDEN:
        return Oordeel(BerichtActie.GEWEIGERD, after, uitschakelen=UitschakelReden.DAG_NIET_BEZORGD)
    if now - sinds >= VOLHOUDEN:
        return Oordeel(BerichtActie.OPGEGEVEN, after)  # it took others meanwhile: only this casus waits for a person
    # The last attempt is a day after the first, and no later.
    volgende = min(now + backoff(poging.nummer, spread, WEBHOOK), sinds + VOLHOUDEN)
    return Oordeel(BerichtActie.GEWEIGERD, after, volgende)


def _worse(poging: Poging, before: Gezondheid, spread: float) -> Gezondheid:
    """Return how a receiver does after it did not take a notice.

    What was under way when it was left in peace says nothing new: only an attempt after that makes the rest longer.
    """
    now = poging.geeindigd_op
    after = replace(
        before,
        mislukt_sinds=before.mislukt_sinds or now,
        mislukkingen=before.mislukkingen + (poging.nummer == 1),
    )
    is_old_news = before.rust_vanaf is not None and poging.begonnen_op < before.rust_vanaf
    if not after.is_ill or is_old_news:
        return after
    rusten = before.rusten + 1
    until = now + backoff(rusten, spread, WEBHOOK)
    end = (after.mislukt_sinds or now) + VOLHOUDEN
    return replace(after, rusten=rusten, rust_vanaf=now, rust_tot=min(until, end) if end > now else until)


def judge_proef(uitslag: Uitslag) -> BerichtActie:
    """Decide what becomes of a test notice: it is tried once, and says nothing about the receiver."""
    return BerichtActie.BEZORGD if uitslag is Uitslag.GELUKT else BerichtActie.OPGEGEVEN
