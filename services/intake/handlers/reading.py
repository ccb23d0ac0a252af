"""How meldingen and casussen are read and found: each by whom the policy lets see it, and only as far as that goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import melding as melding_rules
from services.intake.domain.aanvulling import without_additions_of_others
from services.intake.domain.afschrift import Bron
from services.intake.domain.casus import Casus
from services.intake.domain.codes import PersoonRol
from services.intake.domain.matching import SleutelSoort
from services.intake.domain.melding import MeldingDossier, Ontvangst, Persoon, PersoonDossier
from services.intake.handlers.keys import blind_externe, blind_keys
from services.intake.handlers.terugkoppeling import with_statuscodes
from services.intake.store import casussen, meldingen
from services.intake.store.dossierverzoeken import Rechten, load_rechten
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import NotAllowedError, NotFoundError
from shared.rules.access import Betrekking
from shared.rules.codes import BekendmakingGrond, Rol
from shared.rules.disclosure import Bekendmaking
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller

_GONE = "Deze melding of casus is er niet."


@dataclass(frozen=True, slots=True)
class CasusDossier:
    casus: Casus
    verdwenen_casus_ids: tuple[UUID, ...]
    meldingen: tuple[MeldingDossier, ...]
    personen: tuple[tuple[UUID, PersoonDossier], ...]
    rechten: Rechten


async def read_melding(made: Resources, caller: Caller, melding_id: UUID, *, now: datetime) -> MeldingDossier:
    """Return a melding as the caller may see it; raises ``NotFoundError`` when it may not know that it is there."""
    async with in_transaction(made.engine) as conn:
        kept = next(iter(await meldingen.load_meldingen(conn, made.vault, melding_id=melding_id)), None)
        if kept is None or not toegang_of(caller).permits(ties(caller, kept.dossier)):
            raise NotFoundError(_GONE)
        await _refuse_limited(conn, caller, kept.dossier.ontvangst.casus_id)
        seen = next(iter(_as_seen(caller, (kept,))), None)
        if seen is None:
            raise NotFoundError(_GONE)
        (stands,) = await with_statuscodes(conn, caller, (seen.ontvangst,))
        seen = replace(seen, ontvangst=stands)
        shown = [persoon.id for persoon in seen.personen]
        casus_id = seen.ontvangst.casus_id
        act = Act("melding-gelezen", "melding", melding_id, casus_id=casus_id, betrokkenen=shown)
        await record(conn, caller, act, now=now)
    return seen


async def read_casus(made: Resources, caller: Caller, casus_id: UUID, *, now: datetime) -> CasusDossier:
    """Return a casus with its meldingen and people; the id of one that vanished gives the one that stays."""
    async with in_transaction(made.engine) as conn:
        casus = await casussen.load_casus(conn, casus_id)
        if casus is None:
            raise NotFoundError(_GONE)
        rechten = await _refuse_limited(conn, caller, casus.id)
        kept = await meldingen.load_meldingen(conn, made.vault, casus_id=casus.id)
        vanished = await casussen.load_vanished_ids(conn, casus.id)
        seen = _as_seen(caller, kept)
        if not seen:
            raise NotFoundError(_GONE)
        shown = [persoon.id for melding in seen for persoon in melding.personen]
        act = Act("casus-gelezen", "casus", casus.id, casus_id=casus.id, betrokkenen=shown)
        await record(conn, caller, act, now=now)
    return CasusDossier(casus, vanished, seen, melding_rules.distinct_personen(seen), rechten)


def ties(caller: Caller, dossier: MeldingDossier) -> frozenset[Betrekking]:
    """Return what ties a caller to a melding."""
    own = dossier.organisatie_id == caller.organisatie_id
    return frozenset({Betrekking.EIGEN_MELDING}) if own else frozenset()


def _only_of(caller: Caller) -> str | None:
    """Return the sender whose meldingen are all that the caller may find, or None when it may find every one."""
    match toegang_of(caller).betrekking:
        case Betrekking.ALLES:
            return None
        case Betrekking.EIGEN_MELDING:
            return caller.organisatie_id
        case (
            Betrekking.EIGEN_GEMEENTE
            | Betrekking.ONTVANGER
            | Betrekking.PARTIJ
            | Betrekking.GEVRAAGD
            | Betrekking.DEELNEMER
            | Betrekking.ACTIEHOUDER
            | Betrekking.AANBIEDER
            | Betrekking.INZET
            | Betrekking.EIGEN_ABONNEMENT
            | Betrekking.EIGEN_ORGANISATIE
            | Betrekking.NOOD
        ):
            raise NotAllowedError("Deze rol mag dit niet.")
        case never:
            assert_never(never)


# Veilig Thuis hears who made a melding, and a ketenpartner reads only what he sent himself. This is about the role and
# not about the tie: another room asks on behalf of those who receive an overdracht, also when it is of Veilig Thuis.
_HEARS_THE_MELDER = frozenset({Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER, Rol.KETENPARTNER})


def _as_seen(caller: Caller, kept: Sequence[meldingen.KeptMelding]) -> tuple[MeldingDossier, ...]:
    """Leave out the melder unless the caller is Veilig Thuis, the sender himself, or a rule says otherwise.

    What is written in one melding can name who made another: it is cut in all that are read together. A signal of an
    unknown melder is for Veilig Thuis alone.
    """
    if caller.rol is Rol.KETENPARTNER:
        return tuple(_as_sent(melding.dossier, caller.organisatie_id) for melding in kept)
    if caller.rol in _HEARS_THE_MELDER:
        return tuple(melding.dossier for melding in kept)
    seen = melding_rules.seen_by_the_chain([for_reading(melding) for melding in kept])
    return tuple(dossier for dossier in seen if dossier.announced)


def _as_sent(dossier: MeldingDossier, organisatie_id: str) -> MeldingDossier:
    """Return a melding to its sender: without what others added to it."""
    return replace(dossier, gegevens=without_additions_of_others(dossier.gegevens, organisatie_id))


def for_reading(kept: meldingen.KeptMelding) -> melding_rules.KeptForReading:
    """Return a melding with what decides who may see what of it."""
    return kept.dossier, kept.melder_soort, bekendmaking_of(kept.dossier.melder)


async def _refuse_limited(conn: AsyncConnection, caller: Caller, casus_id: UUID) -> Rechten:
    """Return what was granted on a casus; raises ``NotAllowedError`` for a worker when it is limited (AVG art. 18)."""
    rechten = await load_rechten(conn, casus_id)
    if rechten.beperkt_op is not None and caller.rol is Rol.VT_MEDEWERKER:
        raise NotAllowedError("De verwerking van deze casus is beperkt; een teamleider kan haar lezen.")
    return rechten


async def load_bronnen(conn: AsyncConnection, made: Resources, casus_id: UUID) -> tuple[Bron, ...]:
    """Return the meldingen of a casus as Veilig Thuis reads them, with what was agreed with each melder."""
    return tuple(
        Bron(
            dossier=kept.dossier,
            melder_soort=kept.melder_soort,
            bekendmaking=bekendmaking_of(kept.dossier.melder),
        )
        for kept in await meldingen.load_meldingen(conn, made.vault, casus_id=casus_id)
    )


def bekendmaking_of(melder: Mapping[str, Any] | None) -> Bekendmaking:
    """Return what was agreed with a melder, from what was sent."""
    agreed = (melder or {}).get("bekendmaking") or {}
    grond = agreed.get("grond")
    return Bekendmaking(
        openbaar=agreed.get("openbaar"),
        grond=BekendmakingGrond(grond) if grond else None,
        toestemming=agreed.get("toestemming"),
        motivering_gegeven=bool(agreed.get("motivering")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Zoekvraag:
    """One way to look for meldingen; exactly one of them is filled."""

    bsn: str | None = None
    geslachtsnaam: str | None = None
    geboortedatum: str | None = None
    externe_identificatie: str | None = None
    kenmerk: str | None = None


async def search_meldingen(  # noqa: PLR0913, keyword only
    made: Resources, caller: Caller, vraag: Zoekvraag, *, limiet: int, na: UUID | None, now: datetime
) -> Sequence[Ontvangst]:
    """Return the meldingen that answer to a question, the newest first; a ketenpartner finds his own only."""
    key = _search_key(made.vault, vraag)
    externe = vraag.externe_identificatie
    async with in_transaction(made.engine) as conn:
        found: Sequence[Ontvangst] = ()
        if key or externe or vraag.kenmerk:  # else a number or name by which nobody is ever kept
            found = await meldingen.search_meldingen(
                conn,
                organisatie_id=_only_of(caller),
                zonder_beperkte=caller.rol is Rol.VT_MEDEWERKER,
                na=na,
                limiet=limiet,
                sleutel=key,
                externe_identificatie=blind_externe(made.vault, externe) if externe else None,
                kenmerk=vraag.kenmerk,
            )
        found = await with_statuscodes(conn, caller, found)
        act = Act("meldingen-gezocht", "meldingen", None, reden=f"{len(found)} gevonden")
        await record(conn, caller, act, now=now)
    return found


def _search_key(vault: Vault, vraag: Zoekvraag) -> bytes | None:
    asked = Persoon(
        rol=PersoonRol.OVERIG,
        bsn=vraag.bsn,
        geslachtsnaam=vraag.geslachtsnaam,
        geboortedatum=vraag.geboortedatum,
        gegevens={},
    )
    keys = blind_keys(vault, asked)
    return keys.get(SleutelSoort.BSN) or keys.get(SleutelSoort.GESLACHTSNAAM_GEBOORTEDATUM)
