"""What the deeds of this room share: what they work with, who may see what, and keeping the timeline."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.overdracht import Overdracht
from services.handover.domain.pakket import BeoordelingSource, CasusSource
from services.handover.domain.zicht import FeitSoort, Houder, ZichtFeit, timeline
from services.handover.store import overdrachten, zichtboek
from services.handover.store.overdrachten import Zicht
from shared.errors import NotFoundError
from shared.ids import derived_id
from shared.rules.access import Betrekking
from shared.rules.codes import BestemmingSoort, Rol, TermijnSoort
from shared.rules.deadlines import compute_termijn, keert_terug
from shared.rules.lokaal_veld import LokaalVeld
from shared.rules.routing import BESTEMMINGEN
from shared.rules.settings import RuleSettings
from shared.rules.veldtabel import RIJNMOND
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller

LOKALE_SOORTEN = frozenset(soort for soort, regel in BESTEMMINGEN.items() if regel.lokaal)
NIET_GEVONDEN = "Deze overdracht is er niet."


@dataclass(frozen=True, slots=True)
class Kamer:
    """What a deed works with: the resources of the room, the other rooms, and the name of Veilig Thuis."""

    made: Resources
    veilig_thuis: Houder
    casus: CasusSource
    beoordeling: BeoordelingSource
    veld: LokaalVeld = RIJNMOND


def visible_to(caller: Caller) -> Zicht | None:
    """Return which overdrachten a caller may see by the tie that is demanded of him, or None when there are none."""
    betrekking = toegang_of(caller).betrekking
    match betrekking:
        case Betrekking.ALLES:
            return Zicht()
        case Betrekking.ONTVANGER | Betrekking.PARTIJ | Betrekking.INZET:
            return _addressed_to(caller)
        case (
            Betrekking.EIGEN_GEMEENTE
            | Betrekking.EIGEN_MELDING
            | Betrekking.GEVRAAGD
            | Betrekking.DEELNEMER
            | Betrekking.ACTIEHOUDER
            | Betrekking.AANBIEDER
            | Betrekking.EIGEN_ABONNEMENT
            | Betrekking.EIGEN_ORGANISATIE
            | Betrekking.NOOD
        ):
            return None  # no overdracht is anybody's in this way
        case _:
            assert_never(betrekking)


def _addressed_to(caller: Caller) -> Zicht | None:
    """Return which overdrachten are addressed to a caller: to the local field of his gemeente, or to his house.

    Of those it is what the rights of his organisation leave.
    """
    reikwijdte = toegang_of(caller).reikwijdte
    if caller.rol is Rol.LOKAAL_TEAM:
        return Zicht(
            gemeente_codes=caller.gemeente_codes,
            soorten=LOKALE_SOORTEN,
            onderdeel_van=caller.organisatie_id,
            reikwijdte=reikwijdte,
        )
    if caller.rol is Rol.KETENPARTNER:
        return Zicht(organisatie_id=caller.organisatie_id, reikwijdte=reikwijdte)
    return None


def is_receiver(caller: Caller, overdracht: Overdracht) -> bool:
    """Say whether a caller is the receiver: only he takes responsibility, nobody does it for him.

    Of a local field that is one organisation it is whoever comes for the municipality; of one in parts, only that part.
    """
    if caller.rol is Rol.LOKAAL_TEAM:
        of_gemeente = overdracht.soort in LOKALE_SOORTEN and overdracht.gemeente_code in caller.gemeente_codes
        return of_gemeente and (overdracht.onderdeel is None or overdracht.organisatie_id == caller.organisatie_id)
    return caller.rol is Rol.KETENPARTNER and overdracht.organisatie_id == caller.organisatie_id


def ties(caller: Caller, overdracht: Overdracht) -> AbstractSet[Betrekking]:
    """Return what ties a caller to an overdracht: its receiver is a party in its casus too.

    What the rights of his organisation do not reach ties him to nothing.
    """
    reached = toegang_of(caller).covers(overdracht.gemeente_code, overdracht.soort)
    if reached and is_receiver(caller, overdracht):
        return frozenset({Betrekking.ONTVANGER, Betrekking.PARTIJ})
    return frozenset()


async def load_visible(conn: AsyncConnection, caller: Caller, overdracht_id: UUID, *, lock: bool = False) -> Overdracht:
    """Return an overdracht that the caller may see; otherwise it answers as if it were not there."""
    found = await overdrachten.find_overdracht(conn, overdracht_id)
    if found is None or not toegang_of(caller).permits(ties(caller, found)):
        raise NotFoundError(NIET_GEVONDEN)
    if not lock:
        return found
    # The casus first, then the overdracht: everyone locks in this order.
    await overdrachten.lock_casus_of(conn, overdracht_id)
    locked = await overdrachten.find_overdracht(conn, overdracht_id, lock=True)
    if locked is None:
        raise NotFoundError(NIET_GEVONDEN)
    return locked


async def note_zicht(
    conn: AsyncConnection, veilig_thuis: Houder, casus_id: UUID, feit: ZichtFeit, *, bron_id: UUID
) -> None:
    """Add a fact on sight of safety of a locked casus and bring its timeline up to date."""
    await zichtboek.add_feit(conn, casus_id, feit, bron_id=bron_id)
    await refresh_zicht(conn, veilig_thuis, casus_id)


async def refresh_zicht(conn: AsyncConnection, veilig_thuis: Houder, casus_id: UUID) -> None:
    """Work out the timeline of a locked casus again and keep it."""
    boek = await zichtboek.read_boek(conn, casus_id, veilig_thuis=veilig_thuis)
    await zichtboek.save_perioden(conn, casus_id, timeline(boek, casus_id))


def betrokken(casus_id: UUID, moment: datetime, melding_id: UUID) -> ZichtFeit:
    """Return the fact that Veilig Thuis has to do with a casus because of a melding."""
    return ZichtFeit(FeitSoort.BETROKKEN, moment, casus_id, melding_id=melding_id)


def overdracht_id_of(bron_id: UUID, soort: BestemmingSoort, organisatie_id: str, *deel: str) -> UUID:
    """Return the id of the overdracht that this dossier, dienst or refused overdracht makes for this receiver.

    ``deel`` tells the next parts of a local field from the first.
    """
    return derived_id("overdracht", bron_id, soort, organisatie_id, *deel)


def accept_before(now: datetime, rules: RuleSettings) -> datetime:
    """Return the first moment at which an acceptance is late."""
    return compute_termijn(TermijnSoort.OVERDRACHT_ACCEPTATIE, now, rules).uiterlijk


def returns_at(now: datetime, rules: RuleSettings) -> datetime:
    """Return when an offer that is made now goes back to Veilig Thuis, if nobody answers it."""
    return keert_terug(now, rules)


def contact_before(now: datetime, rules: RuleSettings) -> datetime:
    """Return the first moment at which the first contact of who accepts now is late."""
    return compute_termijn(TermijnSoort.EERSTE_CONTACT, now, rules).uiterlijk


def plan_before(now: datetime, rules: RuleSettings) -> datetime:
    """Return the first moment at which the plan of who takes sight of safety now is late."""
    return compute_termijn(TermijnSoort.PLAN_MAKEN, now, rules).uiterlijk


def answer_before(now: datetime, rules: RuleSettings) -> datetime:
    """Return the first moment at which an answer to who asks now to give back is late."""
    return compute_termijn(TermijnSoort.TERUGGAVE_BESLUIT, now, rules).uiterlijk


def again_before(now: datetime, rules: RuleSettings) -> datetime:
    """Return the first moment at which offering again what nobody has from now on is late."""
    return compute_termijn(TermijnSoort.OVERDRACHT_VERVOLG, now, rules).uiterlijk
