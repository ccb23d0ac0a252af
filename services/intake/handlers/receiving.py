"""How a melding is taken in: found again, placed in the casus of its people, and announced."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import dubbel_anoniem, matching
from services.intake.domain import melding as melding_rules
from services.intake.domain.advies import Omzetting
from services.intake.domain.matching import SleutelSoort
from services.intake.domain.melding import Melding, MeldingStatus, Ontvangst
from services.intake.handlers.adviezen import tell_omzetting
from services.intake.handlers.keys import blind_externe, blind_keys
from services.intake.handlers.terugkoppeling import note_misaddressed
from services.intake.store import adviezen, koppelvoorstellen, meldingen
from services.intake.store import ontvangst as store
from services.intake.store.dubbel_anoniem import add_entry
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError, OperationalError
from shared.events.payloads import to_camel
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.gemeenten import code_on
from shared.rules.statuscodes import Statuscode
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

_CREATED = 201
_OK = 200
# A casus that is merged or closed while a melding is placed is looked up again; more often is a fault of ours.
_PLACING_ATTEMPTS = 5


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
    persoon_ids: tuple[UUID, ...]

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
                await record(conn, caller, _repeated(earlier), now=now)
                return earlier
            answer = await _receive(conn, made, arrival, now=now)
            await keep_answer(conn, made.vault, attempt, answer)
            act = _received(answer, arrival) if answer.status == _CREATED else _repeated(answer)
            await record(conn, caller, act, now=now)
            return answer

    return await retry_conflicts(work)


def _received(answer: Answer, arrival: _Arrival) -> Act:
    melding_id, casus_id = UUID(answer.body["id"]), UUID(answer.body["casusId"])
    return Act("melding-ontvangen", "melding", melding_id, casus_id=casus_id, betrokkenen=arrival.persoon_ids)


def _repeated(answer: Answer) -> Act:
    """Return what is recorded of a melding that was here already; its answer shows no person."""
    melding_id, casus_id = UUID(answer.body["id"]), UUID(answer.body["casusId"])
    return Act("melding-herhaald", "melding", melding_id, casus_id=casus_id)


async def record_batch(made: Resources, caller: Caller, *, ontvangen: int, totaal: int, now: datetime) -> None:
    """Record that some meldingen of a batch were refused; those that were received have a row of their own."""
    reden = f"{ontvangen} van {totaal} ontvangen"
    async with in_transaction(made.engine) as conn:
        await record(conn, caller, Act("meldingen-ontvangen", "meldingen", None, reden=reden), now=now)


async def _receive(conn: AsyncConnection, made: Resources, arrival: _Arrival, *, now: datetime) -> Answer:
    if arrival.omzetting:
        earlier_id = await _converted_before(conn, arrival.omzetting, arrival.inhoud)
        if earlier_id:
            return Answer(_OK, _wire(await meldingen.load_ontvangst(conn, earlier_id)))
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
            return Answer(_OK, _wire(await meldingen.load_ontvangst(conn, known.earlier_id)))
        ontvangst = await _place(conn, made, arrival, known, now=now)
        if ontvangst is not None:
            if arrival.omzetting:
                await tell_omzetting(conn, arrival.omzetting, ontvangst.id, now=now)
            log.info("melding_received", melding_id=str(ontvangst.id), casus_id=str(ontvangst.casus_id))
            return Answer(_CREATED, _wire(ontvangst))
    raise OperationalError("De casus wordt op dit moment door anderen gewijzigd; probeer het zo weer.")


async def _place(
    conn: AsyncConnection, made: Resources, arrival: _Arrival, known: store.Known, *, now: datetime
) -> Ontvangst | None:
    """Write the melding in the casus that fits; None when that casus changed since it was looked up."""
    melding = arrival.melding
    wacht = dubbel_anoniem.waits(melding, made.rules)
    # A signal of an unknown melder stands by itself, and ties nothing: a person decides first.
    besluit = matching.Besluit(None, ()) if wacht else matching.decide(arrival.matching, known.treffers)
    vorige = known.afgesloten_op[besluit.casus_id] if besluit.casus_id else None
    ontvangst = Ontvangst(
        id=new_id(),
        kenmerk="",
        casus_id=besluit.casus_id or new_id(),
        status=MeldingStatus.WACHT_OP_BESLUIT if wacht else MeldingStatus.ONTVANGEN,
        ontvangen_op=now,
        gemeente_code=code_on(melding.gemeente_code, amsterdam_day(now)),
        hermelding=besluit.casus_id is not None,
        veiligheidsbeoordeling_uiterlijk=compute_termijn(
            TermijnSoort.VEILIGHEIDSBEOORDELING, now, made.rules
        ).uiterlijk,
    )
    direct = tuple(nr for nr, koppelt in enumerate(arrival.koppelt) if koppelt)
    told = melding_rules.announce(melding, ontvangst, vorige, direct)
    fact = NewFact(
        event_id=derived_id("dubbel-anoniem-ontvangen" if wacht else "melding-ontvangen", ontvangst.id),
        casus_id=ontvangst.casus_id,
        payload=dubbel_anoniem.announce_waiting(told) if wacht else told,
    )
    kenmerk = await store.add_melding(
        conn,
        made.vault,
        store.NewMelding(
            melding=melding,
            ontvangst=ontvangst,
            persoon_ids=arrival.persoon_ids,
            sleutels=arrival.sleutels,
            koppelt=tuple(not wacht and koppelt for koppelt in arrival.koppelt),
            waarschuwingen=melding_rules.find_waarschuwingen(melding, now),
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
    if wacht:
        await add_entry(conn, told)
    await note_misaddressed(conn, ontvangst)
    await koppelvoorstellen.add_voorstellen(conn, ontvangst.casus_id, besluit.voorstellen, now=now)
    return replace(ontvangst, kenmerk=kenmerk)


def _arrival(vault: Vault, caller: Caller, melding: Melding, omzetting: Omzetting | None) -> _Arrival:
    content = [melding.melder.gegevens, melding.gegevens, [persoon.gegevens for persoon in melding.personen]]
    externe = melding.externe_identificatie
    return _Arrival(
        melding=_with_omzetting(melding, omzetting),
        organisatie_id=caller.organisatie_id,
        sleutels=tuple(blind_keys(vault, persoon) for persoon in melding.personen),
        koppelt=tuple(persoon.rol not in matching.DOES_NOT_MATCH for persoon in melding.personen),
        externe_identificatie=blind_externe(vault, externe) if externe else None,
        inhoud=vault.blind("melding", orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()),
        omzetting=omzetting,
        persoon_ids=tuple(new_id() for _ in melding.personen),
    )


def _with_omzetting(melding: Melding, omzetting: Omzetting | None) -> Melding:
    if omzetting is None:
        return melding
    return replace(melding, gegevens={**melding.gegevens, "omzetting": omzetting.told})


async def _converted_before(conn: AsyncConnection, omzetting: Omzetting, inhoud: bytes) -> UUID | None:
    """Return the melding that this advies was turned into by the same request; an advies becomes one melding."""
    found = await adviezen.lock_advies(conn, omzetting.advies_id)
    if found is None:
        raise NotFoundError("Dit advies is er niet.")
    if found.melding_id and await meldingen.load_inhoud(conn, found.melding_id) != inhoud:
        raise ConflictError("Dit advies is al omgezet in een melding; voeg nieuwe informatie toe als nieuwe melding.")
    return found.melding_id


def _wire(ontvangst: Ontvangst) -> dict[str, Any]:
    """Return what the sender hears as JSON values, so that it can be kept and given again to the letter."""
    values = {to_camel(name): getattr(ontvangst, name) for name in Ontvangst.__dataclass_fields__}
    del values["statuscode"]
    if not ontvangst.adressering.juist:
        values["statuscode"] = Statuscode.ONJUIST_GEADRESSEERD
        values["routerenNaarInstantie"] = ontvangst.routeren_naar_instantie
    found: dict[str, Any] = orjson.loads(orjson.dumps(values, default=str, option=orjson.OPT_UTC_Z))
    return found
