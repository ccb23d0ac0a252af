"""The order of the work list: a moment per item, computed once, by which the list is sorted ascending.

``urgentie_op`` is the end of the term minus a bonus. Acute stands before everything, an unanswered acute
question before everything that is not acute, structural danger before age. Because the moment never changes while
time passes, an old ordinary item overtakes a fresh structural one after the length of the bonus: nothing sinks for
ever.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Ten years: no queue is older, so nothing overtakes an acute item.
BONUS_ACUUT = timedelta(days=3650)
# Five years. Unknown danger weighs more than any known danger that is not acute, until somebody has looked: the
# question must be answered on the day itself, and a pile of old work may not bury it. Answering takes it off the top.
BONUS_ACUUT_ONBEANTWOORD = timedelta(days=1825)
# Two weeks: about the time after which waiting itself is a danger, and the size with which structural cases
# rise.
BONUS_STRUCTUREEL = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Urgentie:
    """The place of an item on the work list and the sentences that explain it."""

    urgentie_op: datetime
    uitleg: tuple[str, ...]


def _bonuses(*, acuut: bool | None, structureel: bool | None) -> tuple[tuple[timedelta, str], ...]:
    bonuses: list[tuple[timedelta, str]] = []
    if acuut:
        bonuses.append((BONUS_ACUUT, "Acuut onveilig: gaat voor alles."))
    if acuut is None:
        sentence = "De acuutcheck is niet beantwoord: gaat voor alles wat niet acuut onveilig is."
        bonuses.append((BONUS_ACUUT_ONBEANTWOORD, sentence))
    if structureel:
        bonuses.append((BONUS_STRUCTUREEL, "Structureel onveilig: telt als 14 dagen ouder."))
    return tuple(bonuses)


def urgentie(uiterlijk: datetime, *, acuut: bool | None, structureel: bool | None) -> Urgentie:
    """Return the moment by which an item is sorted, earliest first, with its explanation.

    ``acuut`` is ``None`` while the acute question has not been answered.
    """
    if uiterlijk.tzinfo is None:
        raise ValueError("een tijdstip zonder tijdzone kan niet op de werkvoorraad")
    bonuses = _bonuses(acuut=acuut, structureel=structureel)
    urgentie_op = uiterlijk.astimezone(UTC) - sum((bonus for bonus, _ in bonuses), timedelta())
    reasons = tuple(reason for _, reason in bonuses)
    return Urgentie(
        urgentie_op,
        (*reasons, "Verder geldt: de vroegste termijn staat bovenaan."),
    )
