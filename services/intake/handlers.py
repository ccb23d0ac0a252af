"""What intake does: receive, answer who may ask, gather and merge. Each handler loads, decides, saves and appends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake import store
from services.intake.domain import advies as advies_rules
from services.intake.domain import casus as casus_rules
from services.intake.domain import koppelvoorstel as voorstel_rules
from services.intake.domain import matching
from services.intake.domain import melding as melding_rules
from services.intake.domain.advies import Advies, AdviesDossier, Omzetting
from services.intake.domain.casus import Casus
from services.intake.domain.codes import PersoonRol
from services.intake.domain.koppelvoorstel import Keuze, Koppelvoorstel
from services.intake.domain.matching import SleutelSoort
from services.intake.domain.melding import Melding, MeldingDossier, MeldingStatus, Ontvangst, Persoon, PersoonDossier
from shared.audit import Act, record
from shared.crypto import Vault, normalised
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError, OperationalError
from shared.events.envelope import Event
from shared.events.payloads import CasusAfgesloten, CasusSamengevoegd, to_camel
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.messaging import outbox
from shared.messaging.outbox import NewFact
from shared.rules.codes import BekendmakingGrond, Rol, TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.disclosure import Bekendmaking
from shared.web.app import Resources
from shared.web.auth import VT, Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

_CREATED = 201
_OK = 200
# A casus that is merged or closed while a melding is placed is looked up again; more often is a fault of ours.
_PLACING_ATTEMPTS = 5
_GONE = "Deze melding, casus of dit voorstel is er niet."


# --- receiving -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A melding at the door, with the keys by which it and its people are found again."""

    melding: Melding
    organisatie_id: str
    sleutels: tuple[Mapping[SleutelSoort, bytes], ...]
    koppelt: tuple[bool, ...]
    externe_identificatie: bytes | None
    inhoud: bytes
    omzetting: Omzetting | None

    @property
    def matching(self) -> tuple[Mapping[SleutelSoort, bytes], ...]:
        """The keys of those who may tie casussen together."""
        return tuple(keys for keys, koppelt in zip(self.sleutels, self.koppelt, strict=True) if koppelt)

    @property
    def locks(self) -> list[bytes]:
        """Everything that two meldingen at the same moment may not both find free."""
        keys = [key for keys in self.matching for key in keys.values()]
        return [*keys, self.externe_identificatie] if self.externe_identificatie else keys


async def receive_melding(  # noqa: PLR0913, keyword only
    made: Resources,
    caller: Caller,
    melding: Melding,
    *,
    attempt: Attempt | None,
    now: datetime,
    omzetting: Omzetting | None = None,
) -> Answer:
    """Take in a melding: place it in the casus of the people it is about, and announce it.

    The same Idempotency-Key, or the same externeIdentificatie of the same organisatie, gives the first answer
    again when the content is the same and a ``ConflictError`` when it is not.
    """
    faults = tuple(Fault("body", pointer, detail) for pointer, detail in melding_rules.find_faults(melding, now))
    if faults:
        raise InvalidInputError(f"{len(faults)} veld(en) ongeldig.", faults=faults)
    arrival = _arrival(made.vault, caller, melding, omzetting)

    async def work() -> Answer:
        async with in_transaction(made.engine) as conn:
            earlier = await first_answer(conn, made.vault, attempt, now=now)
            if earlier is not None:
                return earlier
            answer = await _receive(conn, made, arrival, now=now)
            await keep_answer(conn, made.vault, attempt, answer)
            if answer.status == _CREATED:
                act = Act("melding-ontvangen", "melding", UUID(answer.body["id"]), "ontvangen-van-een-melding")
                await record(conn, caller, act, now=now)
            return answer

    return await retry_conflicts(work)


async def _receive(conn: AsyncConnection, made: Resources, arrival: _Arrival, *, now: datetime) -> Answer:
    if arrival.omzetting:
        earlier_id = await _converted_before(conn, made, arrival.omzetting, arrival.inhoud)
        if earlier_id:
            return Answer(_OK, _wire(await store.load_ontvangst(conn, earlier_id)))
    if arrival.locks:
        await store.lock_keys(conn, arrival.locks)
    for _ in range(_PLACING_ATTEMPTS):
        known = await store.find_known(
            conn,
            [key for keys in arrival.matching for key in keys.values()],
            organisatie_id=arrival.organisatie_id,
            externe_identificatie=arrival.externe_identificatie,
        )
        if known.earlier_id is not None:
            if known.earlier_inhoud != arrival.inhoud or arrival.omzetting:
                raise ConflictError("Onder deze externeIdentificatie is al een andere melding ontvangen.")
            return Answer(_OK, _wire(await store.load_ontvangst(conn, known.earlier_id)))
        ontvangst = await _place(conn, made, arrival, known, now=now)
        if ontvangst is not None:
            if arrival.omzetting:
                await store.link_advies(conn, arrival.omzetting.advies_id, ontvangst.id)
            log.info("melding_received", melding_id=str(ontvangst.id), casus_id=str(ontvangst.casus_id))
            return Answer(_CREATED, _wire(ontvangst))
    raise OperationalError("De casus wordt op dit moment door anderen gewijzigd; probeer het zo weer.")


async def _place(
    conn: AsyncConnection, made: Resources, arrival: _Arrival, known: store.Known, *, now: datetime
) -> Ontvangst | None:
    """Write the melding in the casus that fits; None when that casus changed since it was looked up."""
    besluit = matching.decide(arrival.matching, known.treffers)
    melding = arrival.melding
    vorige = known.afgesloten_op[besluit.casus_id] if besluit.casus_id else None
    ontvangst = Ontvangst(
        id=new_id(),
        kenmerk="",
        casus_id=besluit.casus_id or new_id(),
        status=MeldingStatus.ONTVANGEN,
        ontvangen_op=now,
        gemeente_code=melding.gemeente_code,
        hermelding=besluit.casus_id is not None,
        veiligheidsbeoordeling_uiterlijk=compute_termijn(
            TermijnSoort.VEILIGHEIDSBEOORDELING, now, made.rules
        ).uiterlijk,
    )
    fact = NewFact(
        event_id=derived_id("melding-ontvangen", ontvangst.id),
        casus_id=ontvangst.casus_id,
        payload=melding_rules.announce(melding, ontvangst, vorige),
    )
    kenmerk = await store.add_melding(
        conn,
        made.vault,
        store.NewMelding(
            melding=melding,
            ontvangst=ontvangst,
            sleutels=arrival.sleutels,
            koppelt=arrival.koppelt,
            waarschuwingen=melding_rules.find_waarschuwingen(melding),
            vorige_afsluiting_op=vorige,
            organisatie_id=arrival.organisatie_id,
            externe_identificatie=arrival.externe_identificatie,
            inhoud=arrival.inhoud,
            advies_id=arrival.omzetting.advies_id if arrival.omzetting else None,
            fact=fact,
        ),
    )
    if kenmerk is None:
        return None
    await store.add_voorstellen(conn, ontvangst.casus_id, besluit.voorstellen, now=now)
    return replace(ontvangst, kenmerk=kenmerk)


def _arrival(vault: Vault, caller: Caller, melding: Melding, omzetting: Omzetting | None) -> _Arrival:
    content = [melding.melder.gegevens, melding.gegevens, [persoon.gegevens for persoon in melding.personen]]
    externe = melding.externe_identificatie
    return _Arrival(
        melding=_with_omzetting(melding, omzetting),
        organisatie_id=caller.organisatie_id,
        sleutels=tuple(_blind_keys(vault, persoon) for persoon in melding.personen),
        koppelt=tuple(persoon.rol not in matching.DOES_NOT_MATCH for persoon in melding.personen),
        externe_identificatie=_blind_externe(vault, externe) if externe else None,
        inhoud=vault.blind("melding", orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()),
        omzetting=omzetting,
    )


def _blind_keys(vault: Vault, persoon: Persoon) -> dict[SleutelSoort, bytes]:
    found = {}
    for soort, values in matching.compared_values(persoon).items():
        compared = tuple(normalised(value) for value in values)
        if all(compared):  # a name of which nothing is left, such as "-", names nobody
            found[soort] = vault.blind(soort, *compared)
    return found


def _blind_externe(vault: Vault, externe_identificatie: str) -> bytes:
    return vault.blind("externe-identificatie", externe_identificatie)


def _with_omzetting(melding: Melding, omzetting: Omzetting | None) -> Melding:
    if omzetting is None:
        return melding
    told = {"reden": omzetting.reden.value, "motivering": omzetting.motivering}
    return replace(melding, gegevens={**melding.gegevens, "omzetting": told})


async def _converted_before(conn: AsyncConnection, made: Resources, omzetting: Omzetting, inhoud: bytes) -> UUID | None:
    """Return the melding that this advies was turned into by the same request; an advies becomes one melding."""
    found = await store.load_advies(conn, made.vault, omzetting.advies_id, lock=True)
    if found is None:
        raise NotFoundError("Dit advies is er niet.")
    if found.melding_id and await store.load_inhoud(conn, found.melding_id) != inhoud:
        raise ConflictError("Dit advies is al omgezet in een melding; voeg nieuwe informatie toe als nieuwe melding.")
    return found.melding_id


def _wire(ontvangst: Ontvangst) -> dict[str, Any]:
    """Return what the sender hears as JSON values, so that it can be kept and given again to the letter."""
    values = {to_camel(name): getattr(ontvangst, name) for name in Ontvangst.__dataclass_fields__}
    found: dict[str, Any] = orjson.loads(orjson.dumps(values, default=str, option=orjson.OPT_UTC_Z))
    return found


# --- reading ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CasusDossier:
    casus: Casus
    verdwenen_casus_ids: tuple[UUID, ...]
    meldingen: tuple[MeldingDossier, ...]
    personen: tuple[tuple[UUID, PersoonDossier], ...]


async def read_melding(
    made: Resources, caller: Caller, melding_id: UUID, *, doel: str, now: datetime
) -> MeldingDossier:
    """Return a melding as the caller may see it; raises ``NotFoundError`` when it may not know that it is there."""
    async with in_transaction(made.engine) as conn:
        found = await store.load_meldingen(conn, made.vault, melding_id=melding_id)
        if not found or not _may_see(caller, found[0]):
            raise NotFoundError(_GONE)
        await record(conn, caller, Act("melding-gelezen", "melding", melding_id, doel), now=now)
    return _as_seen(caller, found[0])


async def read_casus(made: Resources, caller: Caller, casus_id: UUID, *, doel: str, now: datetime) -> CasusDossier:
    """Return a casus with its meldingen and people; the id of one that vanished gives the one that stays."""
    async with in_transaction(made.engine) as conn:
        casus = await store.load_casus(conn, casus_id)
        if casus is None:
            raise NotFoundError(_GONE)
        kept = await store.load_meldingen(conn, made.vault, casus_id=casus.id)
        vanished = await store.load_vanished_ids(conn, casus.id)
        await record(conn, caller, Act("casus-gelezen", "casus", casus.id, doel), now=now)
    meldingen = tuple(_as_seen(caller, melding) for melding in kept)
    return CasusDossier(casus, vanished, meldingen, melding_rules.distinct_personen(meldingen))


def _may_see(caller: Caller, kept: store.KeptMelding) -> bool:
    return caller.rol is not Rol.KETENPARTNER or kept.dossier.organisatie_id == caller.organisatie_id


def _as_seen(caller: Caller, kept: store.KeptMelding) -> MeldingDossier:
    """Leave out the melder unless the caller is Veilig Thuis, the sender himself, or a rule says otherwise."""
    if caller.rol in VT or caller.rol is Rol.KETENPARTNER:
        return kept.dossier
    return melding_rules.shown_to_the_chain(kept.dossier, kept.melder_soort, _bekendmaking(kept.dossier.melder))


def _bekendmaking(melder: Mapping[str, Any] | None) -> Bekendmaking:
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
    made: Resources, caller: Caller, vraag: Zoekvraag, *, limiet: int, na: UUID | None, doel: str, now: datetime
) -> Sequence[Ontvangst]:
    """Return the meldingen that answer to a question, the newest first; a ketenpartner finds his own only."""
    key = _search_key(made.vault, vraag)
    externe = vraag.externe_identificatie
    async with in_transaction(made.engine) as conn:
        found: Sequence[Ontvangst] = ()
        if key or externe or vraag.kenmerk:  # else a number or name by which nobody is ever kept
            found = await store.search_meldingen(
                conn,
                organisatie_id=caller.organisatie_id if caller.rol is Rol.KETENPARTNER else None,
                na=na,
                limiet=limiet,
                sleutel=key,
                externe_identificatie=_blind_externe(made.vault, externe) if externe else None,
                kenmerk=vraag.kenmerk,
            )
        act = Act("meldingen-gezocht", "zoekvraag", new_id(), doel, f"{len(found)} gevonden")
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
    keys = _blind_keys(vault, asked)
    return keys.get(SleutelSoort.BSN) or keys.get(SleutelSoort.GESLACHTSNAAM_GEBOORTEDATUM)


# --- koppelvoorstellen -----------------------------------------------------------------------------------------


async def list_voorstellen(
    made: Resources, *, status: voorstel_rules.KoppelvoorstelStatus | None, limiet: int, na: UUID | None
) -> Sequence[Koppelvoorstel]:
    """Return koppelvoorstellen, the oldest first; they hold ids and codes, no person."""
    async with in_transaction(made.engine) as conn:
        return await store.list_voorstellen(conn, made.vault, status=status, na=na, limiet=limiet)


async def read_voorstel(made: Resources, voorstel_id: UUID) -> Koppelvoorstel:
    """Return one koppelvoorstel; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        found = await store.load_voorstel(conn, made.vault, voorstel_id)
    if found is None:
        raise NotFoundError(_GONE)
    return found


@dataclass(frozen=True, slots=True)
class KoppelBesluit:
    """What a worker decides on a koppelvoorstel, on which version, and why."""

    keuze: Keuze
    motivering: str
    gezien: int


async def record_koppel_besluit(
    made: Resources, caller: Caller, voorstel_id: UUID, besluit: KoppelBesluit, *, now: datetime
) -> Koppelvoorstel:
    """Decide on a koppelvoorstel; ``bevestigd`` makes one casus of two and announces it.

    Repeating the same besluit is harmless: it changes nothing and announces nothing.
    """

    async def work() -> Koppelvoorstel:
        async with in_transaction(made.engine) as conn:
            voorstel = await store.load_voorstel(conn, made.vault, voorstel_id, lock=True)
            if voorstel is None:
                raise NotFoundError(_GONE)
            if voorstel_rules.is_repetition(voorstel, besluit.keuze, besluit.motivering):
                return voorstel
            after = _decided(voorstel, besluit, now)
            await store.save_besluit(conn, made.vault, after)
            if after.status is voorstel_rules.KoppelvoorstelStatus.BEVESTIGD:
                await _merge(conn, made, after, now=now)
            act = Act(f"koppelvoorstel-{after.status}", "koppelvoorstel", voorstel_id, "samenbrengen-van-signalen")
            await record(conn, caller, act, now=now)
            return after

    return await retry_conflicts(work)


def _decided(voorstel: Koppelvoorstel, besluit: KoppelBesluit, now: datetime) -> Koppelvoorstel:
    try:
        status = voorstel_rules.status_after(voorstel, besluit.keuze)
    except voorstel_rules.RefusedError:
        raise ConflictError(f"Dit voorstel is al {voorstel.status}; er is niets meer te besluiten.") from None
    check_version(besluit.gezien, voorstel.versie)
    return replace(voorstel, status=status, versie=voorstel.versie + 1, besloten_op=now, motivering=besluit.motivering)


async def _merge(conn: AsyncConnection, made: Resources, voorstel: Koppelvoorstel, *, now: datetime) -> None:
    locked = await store.lock_casussen(conn, (voorstel.casus_id, voorstel.andere_casus_id))
    try:
        stays, vanished = casus_rules.merge(locked[voorstel.casus_id], locked[voorstel.andere_casus_id])
    except casus_rules.RefusedError:
        raise ConflictError("Een van deze casussen is al in een andere opgegaan.") from None
    await store.save_casus(conn, stays)
    await store.save_casus(conn, vanished)
    moved = await store.move_meldingen(conn, source=vanished.id, target=stays.id)
    await _redirect_voorstellen(conn, made, stays, vanished, now=now)
    payload = CasusSamengevoegd(verdwenen_casus_id=vanished.id, melding_ids=moved, samengevoegd_op=now)
    event_id = derived_id("casus-samengevoegd", stays.id, vanished.id)
    await outbox.append(conn, [NewFact(event_id=event_id, casus_id=stays.id, payload=payload)], now=now)
    log.info("casus_merged", casus_id=str(stays.id), voorstel_id=str(voorstel.id))


async def _redirect_voorstellen(
    conn: AsyncConnection, made: Resources, stays: Casus, vanished: Casus, *, now: datetime
) -> None:
    """Let what was proposed with the vanished casus stand with the one that stays, each pair once."""
    for voorstel in await store.open_voorstellen_of(conn, made.vault, vanished.id):
        other = voorstel.andere_casus_id if voorstel.casus_id == vanished.id else voorstel.casus_id
        third = await store.load_casus(conn, other)
        after = voorstel_rules.expire(voorstel, now)
        if third is not None and third.id != stays.id:
            older, younger = sorted((stays, third), key=lambda casus: casus.age_key)
            if not await store.pair_exists(conn, older.id, younger.id):
                after = voorstel_rules.redirect(voorstel, older=older.id, younger=younger.id)
        await store.save_besluit(conn, made.vault, after)


# --- closing ---------------------------------------------------------------------------------------------------


async def close_casus(conn: AsyncConnection, event: Event) -> None:
    """Mark a casus as closed by monitoring; a closure that crossed with a new melding or a merge changes nothing."""
    assert isinstance(event.payload, CasusAfgesloten)  # noqa: S101, registered for this payload
    casus = (await store.lock_casussen(conn, (event.casus_id,))).get(event.casus_id)
    if casus is None:
        raise LookupError("a closure of a casus that was never here")
    last = await store.last_melding_op(conn, casus.id) or casus.aangemaakt_op
    after = casus_rules.close(casus, event.payload.afgesloten_op, last)
    if after != casus:
        await store.save_casus(conn, after)


# --- adviezen --------------------------------------------------------------------------------------------------


async def record_advies(
    made: Resources, caller: Caller, advies: Advies, *, attempt: Attempt | None, now: datetime
) -> Answer:
    """Keep that an advies was given, without anything about a family, and announce it."""
    async with in_transaction(made.engine) as conn:
        earlier = await first_answer(conn, made.vault, attempt, now=now)
        if earlier is not None:
            return earlier
        advies_id = new_id()
        await store.add_advies(conn, made.vault, advies_id, advies, organisatie_id=caller.organisatie_id, now=now)
        fact = NewFact(
            event_id=derived_id("advies-gegeven", advies_id),
            casus_id=advies_id,
            payload=advies_rules.announce(advies_id, advies, now),
        )
        await outbox.append(conn, [fact], now=now)
        answer = Answer(_CREATED, {"id": str(advies_id)})
        await keep_answer(conn, made.vault, attempt, answer)
        await record(conn, caller, Act("advies-vastgelegd", "advies", advies_id, "advies-en-ondersteuning"), now=now)
    return answer


async def read_advies(made: Resources, caller: Caller, advies_id: UUID, *, doel: str, now: datetime) -> AdviesDossier:
    """Return an advies; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        found = await store.load_advies(conn, made.vault, advies_id)
        if found is None:
            raise NotFoundError("Dit advies is er niet.")
        await record(conn, caller, Act("advies-gelezen", "advies", advies_id, doel), now=now)
    return found
