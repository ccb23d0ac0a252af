"""How old somebody can be by a birth date that may be incomplete, and what a Dutch postcode looks like."""

import re
from datetime import date

_LAST = {4: "-12-31", 7: "-28"}
_POSTCODE = re.compile(r"[1-9]\d{3} ?[A-Z]{2}", re.ASCII | re.IGNORECASE)


def youngest_age(geboortedatum: str | None, today: date) -> int | None:
    """Return the youngest age that fits a birth date (jjjj, jjjj-mm or jjjj-mm-dd); None when nothing is known."""
    if not geboortedatum:
        return None
    # The 28th stands for the end of a month: three days at most, of no weight for a remark.
    born = date.fromisoformat(geboortedatum + _LAST.get(len(geboortedatum), ""))
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def is_dutch_postcode(postcode: str) -> bool:
    """Say whether a postcode can be one of the Netherlands."""
    return bool(_POSTCODE.fullmatch(postcode.strip()))
