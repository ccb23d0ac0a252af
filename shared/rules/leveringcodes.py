"""The words of a delivery (levering): how a receiver is told of an overdracht, and what became of it."""

from enum import StrEnum


class LeverWijze(StrEnum):
    """How a receiver is told that an overdracht waits for him."""

    REST = "rest"  # a signed notice to his system, which proves that it took it
    E_MAIL = "e-mail"  # a notice without content to a functional mailbox
    HANDMATIG = "handmatig"  # a person phones or writes


class VoorlegReden(StrEnum):
    """Why a person must do a delivery."""

    HANDMATIG = "handmatig"  # the receiver wants it so
    GEEN_ADRES = "geen-adres"  # nobody told us how to reach him
    NIET_GELUKT = "niet-gelukt"  # it was tried for a day
    GEWEIGERD = "geweigerd"  # his system says that it does not take it
    NIET_BEVESTIGD = "niet-bevestigd"  # a mail went out, and nobody showed that it was read


# What was tried and did not come about: somebody is alarmed at once, and does not wait for the term.
ALARMEERT: frozenset[VoorlegReden] = frozenset(
    {VoorlegReden.NIET_GELUKT, VoorlegReden.GEWEIGERD, VoorlegReden.NIET_BEVESTIGD}
)


class LeveringEinde(StrEnum):
    """How a delivery ended."""

    ONTVANGEN = "ontvangen"  # there is proof
    VERZONDEN = "verzonden"  # a mail server took it; proof can still come
    AFGEHANDELD = "afgehandeld"  # a person told the receiver
    VERVALLEN = "vervallen"  # the offer ended before anybody was told


class NavraagEinde(StrEnum):
    """How a question of a receiver ended."""

    BEANTWOORD = "beantwoord"
    VERVALLEN = "vervallen"  # the overdracht is not with him any more
