"""How a melder is protected: passages are marked, what was agreed changes, and texts of others are cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import bescherming as rules
from services.intake.domain import melding as melding_rules
from services.intake.domain.bescherming import Plaats, Voorstel, Wijziging
from services.intake.domain.melding import MeldingDossier
from services.intake.domain.weglating import Passage
from services.intake.handlers.reading import bekendmaking_of, for_reading
from services.intake.store import bescherming as store
from services.intake.store import casussen, meldingen
from services.intake.store.meldingen import KeptMelding
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import Fault, InvalidInputError, NotFoundError
from shared.events.payloads import BekendmakingGewijzigd
from shared.ids import derived_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact, append
from shared.rules.disclosure import Lezer, Oordeel, check_bekendmaking, melder_visible
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version

log = get_logger()

_GONE = "Deze melding is er niet."
_GEEN_CASUS = "Deze casus is er niet."


# --- passages ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passages:
    """What is marked in a melding, and which of it no longer fits because its text changed."""

    versie: int
    passages: tuple[Passage, ...]
    verouderd: frozenset[Passage]


async def read_passages(made: Resources, caller: Caller, melding_id: UUID, *, now: datetime) -> Passages:
    """Return what is marked in the texts of a melding; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        kept = await _load(conn, made, melding_id)
        await record(conn, caller, _act("passages-gelezen", kept.dossier), now=now)
    return _passages(kept.dossier)


async def put_passages(  # noqa: PLR0913, keyword only
    made: Resources, caller: Caller, melding_id: UUID, plaatsen: Sequence[Plaats], *, gezien: int, now: datetime
) -> Passages:
    """Mark these places in the texts of a melding, and no others; the same places again change nothing."""
    async with in_transaction(made.engine) as conn:
        casus_id = await store.lock_melding(conn, melding_id)
        before = await _load(conn, made, melding_id)
        texts = melding_rules.texts_of(before.dossier)
        _refuse(plaatsen, texts)
        marked = rules.mark(plaatsen, texts)
        if casus_id is None:
            raise NotFoundError(_GONE)
        if marked == before.dossier.passages:
            await record(conn, caller, _act("passages-herhaald", before.dossier), now=now)
            return _passages(before.dossier)
        check_version(gezien, before.dossier.bescherming_versie)
        await store.save_passages(conn, made.vault, casus_id=casus_id, melding_id=melding_id, passages=marked)
        after = await _load(conn, made, melding_id)
        await record(conn, caller, _act("passages-gemarkeerd", after.dossier), now=now)
    log.info("passages_marked", melding_id=str(melding_id), count=len(marked))
    return _passages(after.dossier)


def _refuse(plaatsen: Sequence[Plaats], texts: dict[str, str]) -> None:
    faults = tuple(Fault("body", pointer, detail) for pointer, detail in rules.find_faults(plaatsen, texts))
    if faults:
        raise InvalidInputError(f"{len(faults)} veld(en) ongeldig.", faults=faults)


def _passages(dossier: MeldingDossier) -> Passages:
    texts = melding_rules.texts_of(dossier)
    outdated = frozenset(one for one in dossier.passages if rules.is_outdated(one, texts))
    return Passages(dossier.bescherming_versie, dossier.passages, outdated)


async def read_voorstellen(made: Resources, caller: Caller, melding_id: UUID, *, now: datetime) -> tuple[Voorstel, ...]:
    """Return places in the texts of a melding that may reveal its melder, or another hidden melder of the casus."""
    async with in_transaction(made.engine) as conn:
        kept = await _load(conn, made, melding_id)
        casus_id = kept.dossier.ontvangst.casus_id
        together = await meldingen.load_meldingen(conn, made.vault, casus_id=casus_id)
        await record(conn, caller, _act("passages-voorgesteld", kept.dossier), now=now)
    return rules.propose(kept.dossier, kept.melder_soort, [for_reading(one) for one in together])


async def _load(conn: AsyncConnection, made: Resources, melding_id: UUID) -> KeptMelding:
    found = next(iter(await meldingen.load_meldingen(conn, made.vault, melding_id=melding_id)), None)
    if found is None:
        raise NotFoundError(_GONE)
    return found


def _act(what: str, dossier: MeldingDossier) -> Act:
    return Act(what, "melding", dossier.ontvangst.id, casus_id=dossier.ontvangst.casus_id)


# --- what was agreed ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bekendmakingen:
    """What is agreed with a melder now, whether the chain hears his name by it, and what was agreed before."""

    versie: int
    afspraak: dict[str, Any]
    oordeel: Oordeel
    wijzigingen: tuple[Wijziging, ...]


async def read_bekendmaking(made: Resources, caller: Caller, melding_id: UUID, *, now: datetime) -> Bekendmakingen:
    """Return what was agreed with a melder about making his name known; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        kept = await _load(conn, made, melding_id)
        found = await _bekendmakingen(conn, made, kept)
        await record(conn, caller, _act("bekendmaking-gelezen", kept.dossier), now=now)
    return found


async def put_bekendmaking(  # noqa: PLR0913, keyword only
    made: Resources, caller: Caller, melding_id: UUID, afspraak: dict[str, Any], *, gezien: int, now: datetime
) -> Bekendmakingen:
    """Record what is agreed with a melder from now on; every output that is made after the answer follows it.

    The same agreement again changes nothing. Raises ``InvalidInputError`` when it does not go with this kind of melder.
    """
    async with in_transaction(made.engine) as conn:
        casus_id = await store.lock_melding(conn, melding_id)
        before = await _load(conn, made, melding_id)
        melder = before.dossier.melder
        if casus_id is None or melder is None:
            raise NotFoundError(_GONE)
        errors = check_bekendmaking(before.melder_soort, bekendmaking_of({"bekendmaking": afspraak}))
        if errors:
            faults = tuple(Fault("body", "", error) for error in errors)
            raise InvalidInputError("Deze afspraak past niet bij deze melder.", faults=faults)
        if melder.get("bekendmaking", {}) == afspraak:
            await record(conn, caller, _act("bekendmaking-herhaald", before.dossier), now=now)
            return await _bekendmakingen(conn, made, before)
        check_version(gezien, before.dossier.bescherming_versie)
        wijziging = _wijziging(before.dossier, afspraak, caller, now)
        versie = await store.save_bekendmaking(
            conn,
            made.vault,
            casus_id=casus_id,
            melding_id=melding_id,
            melder={**melder, "bekendmaking": afspraak},
            wijziging=wijziging,
        )
        await announce_change(conn, before.dossier, versie, now=now)
        after = await _load(conn, made, melding_id)
        await record(conn, caller, _act("bekendmaking-gewijzigd", after.dossier), now=now)
        found = await _bekendmakingen(conn, made, after)
    log.info("bekendmaking_changed", melding_id=str(melding_id))
    return found


def _wijziging(dossier: MeldingDossier, afspraak: dict[str, Any], caller: Caller, now: datetime) -> Wijziging:
    before = (dossier.melder or {}).get("bekendmaking") or {}
    assert isinstance(before, dict)  # noqa: S101, checked at the door
    return Wijziging(gewijzigd_op=now, door=caller.subject, rol=caller.rol.value, van=before, naar=afspraak)


async def announce_change(conn: AsyncConnection, dossier: MeldingDossier, versie: int, *, now: datetime) -> None:
    """Tell the other rooms that a melder whom they may have heard of is protected otherwise than before."""
    if not dossier.announced:
        return
    melding_id, casus_id = dossier.ontvangst.id, dossier.ontvangst.casus_id
    payload = BekendmakingGewijzigd(melding_id=melding_id, gewijzigd_op=now)
    event_id = derived_id("bekendmaking-gewijzigd", melding_id, versie)
    await append(conn, [NewFact(event_id=event_id, casus_id=casus_id, payload=payload)], now=now)


async def _bekendmakingen(conn: AsyncConnection, made: Resources, kept: KeptMelding) -> Bekendmakingen:
    melder = kept.dossier.melder or {}
    afspraak = melder.get("bekendmaking") or {}
    assert isinstance(afspraak, dict)  # noqa: S101, checked at the door
    return Bekendmakingen(
        versie=kept.dossier.bescherming_versie,
        afspraak=afspraak,
        oordeel=melder_visible(kept.melder_soort, bekendmaking_of(melder), Lezer.KETENPARTNER),
        wijzigingen=await store.load_wijzigingen(conn, made.vault, kept.dossier.ontvangst.id),
    )


# --- texts of other rooms ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Geknipt:
    """Texts without what tells who a hidden melder is, and a seal on everything on which the cutting depended."""

    teksten: tuple[str, ...]
    stand: str


async def cut_teksten(
    made: Resources, caller: Caller, casus_id: UUID, teksten: Sequence[str], *, now: datetime
) -> Geknipt:
    """Cut texts that were written about a casus elsewhere, as those of its meldingen are cut for the chain.

    ``stand`` is the same as long as nothing changed about the protection of its melders: what was cut under another
    one may not be given out any more. Raises ``NotFoundError`` when the casus is not there.
    """
    async with in_transaction(made.engine) as conn:
        casus = await casussen.load_casus(conn, casus_id)
        if casus is None:
            raise NotFoundError(_GEEN_CASUS)
        kept = [for_reading(one) for one in await meldingen.load_meldingen(conn, made.vault, casus_id=casus.id)]
        await record(conn, caller, Act("teksten-weggelaten", "casus", casus.id, casus_id=casus.id), now=now)
    schaar = melding_rules.schaar_of(kept)
    stand = made.vault.blind("stand-van-bescherming", rules.describe(kept)).hex()
    return Geknipt(tuple(schaar.cut(tekst)[0] for tekst in teksten), stand)
