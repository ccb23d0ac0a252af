"""Where the teams of an organisation are reached: mailboxes and numbers that are nobody's own.

So that no person stands among the organisations, an address must say of itself that it is of a team.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class ContactRol(StrEnum):
    """What a team of an organisation is reached for."""

    OVERDRACHTEN = "overdrachten"
    BEREIKBAARHEID = "bereikbaarheid"  # outside office hours, when it cannot wait
    TECHNIEK = "techniek"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a team of an organisation is reached: a mailbox and a number that are nobody's own."""

    rol: ContactRol
    email: str
    telefoonnummer: str | None = None


# A mailbox of a team says what it is for or of whom it is; one that does not is taken for somebody's own.
FUNCTIEWOORDEN: frozenset[str] = frozenset().union(
    ("aanmelding", "aanmeldingen", "contact", "fg", "frontoffice", "helpdesk", "info", "meldingen", "overdracht"),
    ("overdrachten", "planning", "postbus", "privacy", "receptie", "secretariaat", "security", "servicedesk"),
    ("beheer", "bereikbaarheid", "crisis", "support", "techniek", "toegang", "triage", "wmo", "jeugd", "zorg"),
    ("team", "gebiedsteam", "jeugdteam", "lokaalteam", "lthg", "sociaalteam", "wijkteam", "opvang", "gemeente"),
    ("intake", "ketenpartners", "meldpunt"),
)
_EMAIL = re.compile(r"([A-Za-z0-9._+-]{1,64})@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}", re.ASCII)
_TELEFOON = re.compile(r"(\+31|0)[ -]?[1-9]\d{0,2}[ -]?\d{3,8}([ -]?\d{2,4})?", re.ASCII)
_MOBIEL = re.compile(r"(\+31|0)6")
_CIJFERS = 10


def find_contact_faults(contacten: Iterable[Contact]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with contacts: a JSON pointer and a Dutch sentence that repeats nothing."""
    seen: set[ContactRol] = set()
    for nr, contact in enumerate(contacten):
        if contact.rol in seen:
            yield f"/contacten/{nr}/rol", "deze rol staat er al"
        seen.add(contact.rol)
        if not is_functional(contact.email):
            yield f"/contacten/{nr}/email", "geef het postvak van een team, zoals overdracht@ of wijkteam-noord@"
        if contact.telefoonnummer is not None and not _is_of_a_team(contact.telefoonnummer):
            yield f"/contacten/{nr}/telefoonnummer", "geef een vast nummer van een team, en geen mobiel nummer"


def is_functional(email: str) -> bool:
    """Say whether an address is of a team: one of its words says so."""
    found = _EMAIL.fullmatch(email)
    return found is not None and not FUNCTIEWOORDEN.isdisjoint(re.split(r"[._+0-9-]+", found[1].lower()))


def _is_of_a_team(telefoonnummer: str) -> bool:
    plain = re.sub(r"[ -]", "", telefoonnummer)
    return (
        _TELEFOON.fullmatch(telefoonnummer) is not None
        and not _MOBIEL.match(plain)
        and len(plain.replace("+31", "0")) == _CIJFERS
    )
