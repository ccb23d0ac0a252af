"""The code lists of what a receiver tells before and beside a plan: attempts at contact, and how voorwaarden are kept.

The values are ours; they are the wire words, and ``docs/begrippen.md`` explains each of them.
"""

from enum import StrEnum

from shared.rules.behandelcodes import VoorwaardeStatus


class ContactWijze(StrEnum):
    """Along which way the receiver tried to reach a family."""

    TELEFOON = "telefoon"
    BERICHT = "bericht"
    BRIEF = "brief"
    HUISBEZOEK = "huisbezoek"
    SCHOOL = "school"
    VIA_DERDE = "via-derde"


class PogingUitkomst(StrEnum):
    """What came of an attempt; that the family was spoken with is the first contact, and no attempt."""

    GEEN_GEHOOR = "geen-gehoor"
    NIET_THUIS = "niet-thuis"
    ONJUISTE_GEGEVENS = "onjuiste-gegevens"
    AFSPRAAK_GEMAAKT = "afspraak-gemaakt"
    AFGEWEZEN = "afgewezen"  # they do not want to be spoken with
    ONVEILIG = "onveilig"  # it was not safe to go on


# What a receiver can find when he looks whether a veiligheidsvoorwaarde is kept. Setting one and giving one up is the
# work of Veilig Thuis.
GEVOLGD = (VoorwaardeStatus.NAGEKOMEN, VoorwaardeStatus.DEELS_NAGEKOMEN, VoorwaardeStatus.NIET_NAGEKOMEN)
