"""Which organisations take part in the chain, and what each was given: a right only takes away from the policy.

A right says for which doel, of which municipality and for which kind of destination an organisation gets data, from
one day until another. Before an organisation is enrolled its rights hold nothing back; afterwards it has no more than
they say, and never more than the policy (shared/rules/access.py) allows its role.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.handover.domain.organisatiecontacten import Contact, ContactRol
from shared.rules.access import BELEID, PARTNERROLLEN, Doel, Inhoud, Reikwijdte
from shared.rules.codes import BestemmingSoort
from shared.rules.gemeenten import GEMEENTEN


class OrganisatieStatus(StrEnum):
    CONCEPT = "concept"
    INGESCHREVEN = "ingeschreven"
    BEEINDIGD = "beeindigd"


class OrganisatieActie(StrEnum):
    WIJZIGEN = "wijzigen"
    INSCHRIJVEN = "inschrijven"
    BEEINDIGEN = "beeindigen"


_S, _A = OrganisatieStatus, OrganisatieActie
TRANSITIONS: Mapping[tuple[OrganisatieStatus, OrganisatieActie], OrganisatieStatus | None] = MappingProxyType(
    {
        (_S.CONCEPT, _A.WIJZIGEN): _S.CONCEPT,
        (_S.CONCEPT, _A.INSCHRIJVEN): _S.INGESCHREVEN,
        (_S.CONCEPT, _A.BEEINDIGEN): _S.BEEINDIGD,
        (_S.INGESCHREVEN, _A.WIJZIGEN): _S.INGESCHREVEN,
        (_S.INGESCHREVEN, _A.INSCHRIJVEN): _S.INGESCHREVEN,
        (_S.INGESCHREVEN, _A.BEEINDIGEN): _S.BEEINDIGD,
        # What was given stays as it was when it ended; who comes back is enrolled again first.
        (_S.BEEINDIGD, _A.WIJZIGEN): None,
        (_S.BEEINDIGD, _A.INSCHRIJVEN): _S.INGESCHREVEN,
        (_S.BEEINDIGD, _A.BEEINDIGEN): _S.BEEINDIGD,
    }
)


class EindeReden(StrEnum):
    """Why an organisation takes part no longer."""

    OPGEHEVEN = "opgeheven"
    GEFUSEERD = "gefuseerd"
    TAAK_BEEINDIGD = "taak-beeindigd"
    OP_VERZOEK = "op-verzoek"
    MISBRUIK = "misbruik"


class OrganisatieError(ValueError):
    """A step that cannot be taken with an organisation now; ``reden_nl`` says what may be done."""

    def __init__(self, reden_nl: str) -> None:
        """Keep the Dutch reason as an attribute and as the text of the error."""
        super().__init__(reden_nl)
        self.reden_nl = reden_nl


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisatie:
    """An organisation under the id that its tokens name."""

    organisatie_id: str
    naam: str
    oin: str
    aangemaakt_op: datetime
    status: OrganisatieStatus = OrganisatieStatus.CONCEPT
    ingeschreven_op: datetime | None = None
    beeindigd_op: datetime | None = None
    reden: EindeReden | None = None
    versie: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Recht:
    """For which doel an organisation gets data of a municipality, for a kind of destination; None is every one.

    It holds from ``geldig_van`` until, not including, ``geldig_tot``.
    """

    id: UUID
    doel: Doel
    gemeente_code: str | None
    soort: BestemmingSoort | None
    geldig_van: date
    geldig_tot: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the right holds on ``day``."""
        return self.geldig_van <= day and (self.geldig_tot is None or day < self.geldig_tot)

    def may_still_hold(self, day: date) -> bool:
        """Tell whether the right holds on ``day`` or some day after it."""
        return self.geldig_tot is None or max(day, self.geldig_van) < self.geldig_tot


@dataclass(frozen=True, slots=True)
class Stand:
    """What the door asks of an organisation: whether it takes part, which systems speak for it, what it was given."""

    status: OrganisatieStatus
    clients: frozenset[str]
    rechten: tuple[Recht, ...]


RECHTEN_MAX = 500
CLIENTS_MAX = 50

# For which purposes the policy lets in somebody from elsewhere, in this room: a right on another would promise nothing.
TOE_TE_KENNEN: frozenset[Doel] = frozenset(
    doel
    for regel in BELEID.values()
    if regel.room == "handover"
    and regel.inhoud in {Inhoud.PERSONEN, Inhoud.CODES}
    and PARTNERROLLEN & set(regel.rollen)
    for doel in regel.doelen
)


# --- the life of an organisation -------------------------------------------------------------------------------


def next_status(status: OrganisatieStatus, actie: OrganisatieActie) -> OrganisatieStatus:
    """Return the state after a step; raises ``OrganisatieError`` when it cannot be taken in this state."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise OrganisatieError("Deze organisatie is beëindigd; schrijf haar eerst opnieuw in.")
    return after


def change(before: Organisatie) -> Organisatie:
    """Return an organisation of which contacts, clients or rights change."""
    return replace(before, status=next_status(before.status, OrganisatieActie.WIJZIGEN), versie=before.versie + 1)


def enrol(
    before: Organisatie, *, contacten: Collection[Contact], rechten: Collection[Recht], now: datetime, day: date
) -> Organisatie:
    """Let the rights of an organisation hold; the same again changes nothing.

    Raises ``OrganisatieError`` while it could not be reached, or would be let in for nothing.
    """
    after = next_status(before.status, OrganisatieActie.INSCHRIJVEN)
    if after is before.status:
        return before
    missing = [
        *([] if any(one.rol is ContactRol.OVERDRACHTEN for one in contacten) else ["een contact voor overdrachten"]),
        *([] if any(one.may_still_hold(day) for one in rechten) else ["een recht dat nog geldt"]),
    ]
    if missing:
        raise OrganisatieError(
            f"Leg eerst vast: {' en '.join(missing)}. Daarna kan deze organisatie worden ingeschreven."
        )
    return replace(before, status=after, ingeschreven_op=now, beeindigd_op=None, reden=None, versie=before.versie + 1)


@dataclass(frozen=True, slots=True)
class Openstaand:
    """What an organisation still has in hand: offers without an answer, and casussen whose safety it watches."""

    aangeboden: int
    zicht: int


def end(before: Organisatie, *, reden: EindeReden, openstaand: Openstaand, now: datetime) -> Organisatie:
    """End an organisation: from then on nobody of it comes in. The same again changes nothing.

    Raises ``OrganisatieError`` with how much it still has in hand: a family would be left with who can do nothing.
    """
    after = next_status(before.status, OrganisatieActie.BEEINDIGEN)
    if after is before.status:
        if reden is not before.reden:
            raise OrganisatieError("Deze organisatie is al beëindigd, om een andere reden; dat blijft staan.")
        return before
    if openstaand.aangeboden or openstaand.zicht:
        raise OrganisatieError(
            f"Deze organisatie heeft nog {openstaand.aangeboden} overdracht(en) zonder antwoord en houdt zicht op de "
            f"veiligheid van {openstaand.zicht} casus(sen). Bied die eerst aan een ander aan."
        )
    return replace(before, status=after, beeindigd_op=now, reden=reden, versie=before.versie + 1)


# --- rights ----------------------------------------------------------------------------------------------------


def find_recht_faults(recht: Recht) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a right: a JSON pointer and a Dutch sentence."""
    if recht.doel not in TOE_TE_KENNEN:
        yield "/doel", f"voor dit doel geeft het beleid een partner niets; kies uit {', '.join(sorted(TOE_TE_KENNEN))}"
    if recht.gemeente_code is not None and recht.gemeente_code not in GEMEENTEN:
        yield "/gemeenteCode", "deze gemeente is hier niet bekend"
    if recht.geldig_tot is not None and recht.geldig_tot <= recht.geldig_van:
        yield "/geldigTot", "ligt niet na geldigVan: het recht zou geen dag gelden"


def end_recht(recht: Recht, *, geldig_tot: date, day: date) -> Recht:
    """Let a right hold until, not including, a day from now on; the same day again changes nothing.

    Raises ``OrganisatieError`` for a day that is over, or when it ended before that: what held, held.
    """
    if recht.geldig_tot == geldig_tot:
        return recht
    if geldig_tot < day:
        raise OrganisatieError("Een recht eindigt vandaag of later: wat gold, blijft gelden voor toen.")
    if recht.geldig_tot is not None and recht.geldig_tot < geldig_tot:
        raise OrganisatieError("Dit recht eindigt al eerder. Geef een nieuw recht als het langer moet gelden.")
    # One that did not begin yet never holds: it ends on the day on which it would begin.
    return replace(recht, geldig_tot=max(geldig_tot, recht.geldig_van))


# --- the door --------------------------------------------------------------------------------------------------


class Dicht(StrEnum):
    """Why an organisation is not let in."""

    NIET_INGESCHREVEN = "niet-ingeschreven"
    BEEINDIGD = "beeindigd"
    CLIENT = "client"
    GEEN_RECHT = "geen-recht"


def judge_client(stand: Stand | None, *, client_id: str, verplicht: bool) -> Dicht | None:
    """Say why nobody comes in under this client for an organisation, or None."""
    if stand is None or stand.status is OrganisatieStatus.CONCEPT:
        return Dicht.NIET_INGESCHREVEN if verplicht else None
    if stand.status is OrganisatieStatus.BEEINDIGD:
        return Dicht.BEEINDIGD
    if stand.clients and client_id not in stand.clients:
        return Dicht.CLIENT
    return None


def reikwijdte_of(stand: Stand | None, *, doel: Doel, day: date) -> frozenset[Reikwijdte] | None:
    """Return where an organisation may do what it came for on ``day``; None when its rights hold nothing back."""
    if stand is None or stand.status is not OrganisatieStatus.INGESCHREVEN:
        return None
    return frozenset(
        Reikwijdte(recht.gemeente_code, recht.soort)
        for recht in stand.rechten
        if recht.doel is doel and recht.holds_on(day)
    )
