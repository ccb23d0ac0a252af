"""Handle with Care: which children a melding is about, what was decided on each, and what a worker did himself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import handle_with_care as rules
from services.intake.domain import schooltoets
from services.intake.domain.afschrift import Deel
from services.intake.domain.handle_with_care import (
    Bewijs,
    HandleWithCare,
    HandleWithCareStatus,
    SignaalBesluit,
    SignaalKeuze,
)
from services.intake.domain.melding import Gegevens, PersoonDossier
from services.intake.domain.schooltoets import Gevolg, Oordeel
from services.intake.store import casussen, meldingen
from services.intake.store import handle_with_care as store
from services.intake.store.dossierverzoeken import load_rechten
from services.intake.store.handle_with_care import Earlier, Poging
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import (
    ConflictError,
    Fault,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    OperationalError,
)
from shared.events.envelope import Event
from shared.events.payloads import (
    HandleWithCareAfgeleverd,
    HandleWithCareGestart,
    HandleWithCareVervallen,
    MeldingOntvangen,
)
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact, append
from shared.rules.codes import MelderCategorie, Rol, TermijnSoort
from shared.rules.deadlines import Berekening, compute_termijn
from shared.rules.schoolvakanties import schoolregio_of
from shared.rules.settings import RuleSettings
from shared.vernietigen import is_destroyed
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

AFLEVEREN = "handle-with-care-afleveren"
_CREATED = 201
_NO_SIGNAAL = "Dit signaal is er niet."
_NO_MELDING = "Deze melding is er niet."
_NO_PERSOON = "Deze persoon staat niet als kind in deze melding."
_NO_CHILD = "Deze persoon heeft niet de leeftijd waarop een school wordt ingelicht."
_LIMITED = "De verwerking van deze casus is beperkt; een teamleider kan haar lezen."
# A casus that is merged or split while it is locked is looked up again; more often is a fault of ours.
_LOCK_ATTEMPTS = 5


# --- testing the criteria --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Getoetst:
    """A person of a melding, with what the criteria say of him."""

    persoon: PersoonDossier
    oordelen: tuple[Oordeel, ...]
    gevolg: Gevolg
    herhaald: bool  # there was a signal about this child after the same incident


@dataclass(frozen=True, slots=True)
class _Melding:
    """A melding with its people tested."""

    casus_id: UUID
    gemeente_code: str
    ontvangen_op: datetime
    beperkt: bool
    getoetst: tuple[Getoetst, ...]


async def on_melding_ontvangen(conn: AsyncConnection, event: Event, made: Resources) -> None:
    """Let the school know of each child that the police found where there was violence, or ask a person.

    Nothing is opened of a melding that cannot be of the police.
    """
    payload = event.payload
    assert isinstance(payload, MeldingOntvangen)  # noqa: S101, registered for this payload
    police = payload.melder_categorie is MelderCategorie.JUSTITIE_EN_VEILIGHEID
    if not police or await is_destroyed(conn, event.casus_id):
        return
    found = await _test(conn, made, payload.melding_id)
    if found is None:
        return  # destroyed within another casus
    chosen: list[PersoonDossier] = []
    for one in found.getoetst:
        twice = one.herhaald or any(schooltoets.same_child(one.persoon, other) for other in chosen)
        if one.gevolg is Gevolg.GEEN or twice:
            continue
        chosen.append(one.persoon)
        status = (
            HandleWithCareStatus.TE_VERZENDEN if one.gevolg is Gevolg.VANZELF else HandleWithCareStatus.TE_BEOORDELEN
        )
        await _add(conn, made, _new(found, payload.melding_id, one, status), now=made.clock())


async def _test(conn: AsyncConnection, made: Resources, melding_id: UUID, *, lock: bool = True) -> _Melding | None:
    """Return a melding with its people tested, its casus locked when something will be added; None without one."""
    casus_id = await lock_casus_of(conn, melding_id) if lock else await store.casus_of(conn, melding_id)
    kept = next(iter(await meldingen.load_meldingen(conn, made.vault, melding_id=melding_id)), None)
    if casus_id is None or kept is None:
        return None
    dossier = kept.dossier
    beperkt = (await load_rechten(conn, casus_id)).beperkt_op is not None
    bericht = schooltoets.bericht_of(dossier, beperkt=beperkt)
    earlier = await store.load_earlier(conn, casus_id, melding_id=melding_id)
    people = await _people(conn, made, casus_id) if earlier else {}
    getoetst = []
    for persoon in dossier.personen:
        mine = _about(persoon, earlier, people)
        kind = schooltoets.kind_of(persoon, bezwaar=_objected(mine))
        if kind is None:
            continue
        oordelen = schooltoets.toets(bericht, kind, made.rules)
        herhaald = schooltoets.is_repeated(bericht.ontvangen_op, (one.ontvangen_op for one in mine), made.rules)
        getoetst.append(Getoetst(persoon, oordelen, schooltoets.gevolg_of(oordelen, made.rules), herhaald))
    ontvangst = dossier.ontvangst
    return _Melding(casus_id, ontvangst.gemeente_code, ontvangst.ontvangen_op, beperkt, tuple(getoetst))


async def lock_casus_of(conn: AsyncConnection, melding_id: UUID) -> UUID | None:
    """Lock the casus in which a melding is, and return it: merges, splits and destructions lock it first too."""
    for _ in range(_LOCK_ATTEMPTS):
        casus_id = await store.casus_of(conn, melding_id)
        if casus_id is None:
            return None
        await casussen.lock_casussen(conn, (casus_id,))
        if await store.casus_of(conn, melding_id) == casus_id:
            return casus_id
    raise OperationalError("De casus wordt op dit moment door anderen gewijzigd; probeer het zo weer.")


async def _people(conn: AsyncConnection, made: Resources, casus_id: UUID) -> dict[UUID, PersoonDossier]:
    kept = await meldingen.load_meldingen(conn, made.vault, casus_id=casus_id)
    return {persoon.id: persoon for melding in kept for persoon in melding.dossier.personen}


def _about(
    persoon: PersoonDossier, earlier: Iterable[Earlier], people: dict[UUID, PersoonDossier]
) -> tuple[Earlier, ...]:
    return tuple(
        one for one in earlier if one.persoon_id in people and schooltoets.same_child(persoon, people[one.persoon_id])
    )


def _objected(earlier: Iterable[Earlier]) -> bool:
    """Say whether Veilig Thuis noted that the school is not told, and did not decide otherwise since."""
    objected = False
    for one in earlier:
        objected = one.niet_informeren or (objected and one.keuze is not SignaalKeuze.BEVESTIGD)
    return objected


def _new(found: _Melding, melding_id: UUID, one: Getoetst, status: HandleWithCareStatus) -> HandleWithCare:
    return HandleWithCare(
        id=new_id(),
        melding_id=melding_id,
        casus_id=found.casus_id,
        persoon_id=one.persoon.id,
        gemeente_code=found.gemeente_code,
        ontvangen_op=found.ontvangen_op,
        status=status,
        versie=1,
        toets=one.oordelen,
    )


async def _add(conn: AsyncConnection, made: Resources, signaal: HandleWithCare, *, now: datetime) -> bool:
    """Keep a new signal, start its clock, and let it be sent when nobody has to look; False when it was there."""
    if not await store.add_signaal(conn, made.vault, signaal):
        return False
    if signaal.status is not HandleWithCareStatus.GEWEIGERD:
        await append(conn, [started(signaal)], now=now)
    if signaal.status is HandleWithCareStatus.TE_VERZENDEN:
        await store.plan_at_once(conn, AFLEVEREN, signaal.id, now=now)
    log.info("handle_with_care_started", melding_id=str(signaal.melding_id), status=signaal.status.value)
    return True


# --- reading ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gelezen:
    """A signal as Veilig Thuis reads it: with the child as it is known now, and the newest attempts."""

    signaal: HandleWithCare
    kind: Gegevens
    pogingen: tuple[Poging, ...] = ()


async def read_toets(
    made: Resources, caller: Caller, melding_id: UUID, *, now: datetime
) -> tuple[Sequence[Getoetst], dict[UUID, UUID]]:
    """Return what the criteria say now of everybody in a melding, and the signals that there are by person."""
    async with in_transaction(made.engine) as conn:
        found = await _test(conn, made, melding_id, lock=False)
        if found is None:
            raise NotFoundError(_NO_MELDING)
        _refuse_limited(caller, beperkt=found.beperkt)
        people = [one.persoon.id for one in found.getoetst]
        signals = await store.list_signalen(conn, made.vault, melding_id=melding_id, limiet=len(people) + 1)
        act = Act("handle-with-care-getoetst", "melding", melding_id, casus_id=found.casus_id, betrokkenen=people)
        await record(conn, caller, act, now=now)
    return found.getoetst, {signaal.persoon_id: signaal.id for signaal in signals}


def _refuse_limited(caller: Caller, *, beperkt: bool) -> None:
    if beperkt and caller.rol is Rol.VT_MEDEWERKER:
        raise NotAllowedError(_LIMITED)


async def read_signaal(made: Resources, caller: Caller, signaal_id: UUID, *, now: datetime) -> Gelezen:
    """Return one signal with its newest attempts; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        signaal = await _load(conn, made, caller, signaal_id)
        pogingen = await store.load_pogingen(conn, signaal_id)
        found = await _with_child(conn, made, signaal)
        await record(conn, caller, _act("gelezen", signaal), now=now)
    return replace(found, pogingen=pogingen)


async def list_signalen(  # noqa: PLR0913, what a list is asked by, keyword only
    made: Resources,
    caller: Caller,
    *,
    status: HandleWithCareStatus | None,
    casus_id: UUID | None,
    limiet: int,
    na: UUID | None,
    now: datetime,
) -> Sequence[Gelezen]:
    """Return signals, the oldest first; those of a casus that vanished stand under the one that stays."""
    async with in_transaction(made.engine) as conn:
        casus = await casussen.load_casus(conn, casus_id) if casus_id else None
        here = casus.id if casus else casus_id
        found = await store.list_signalen(
            conn,
            made.vault,
            status=status,
            casus_id=here,
            zonder_beperkte=caller.rol is Rol.VT_MEDEWERKER,
            na=na,
            limiet=limiet,
        )
        kinderen = await store.load_kinderen(conn, made.vault, {signaal.persoon_id for signaal in found})
        act = Act(
            "handle-with-care-lijst-gelezen",
            "handle-with-care",
            None,
            casus_id=casus.id if casus else None,
            betrokkenen=sorted(kinderen),
        )
        await record(conn, caller, act, now=now)
    return [Gelezen(signaal, kinderen.get(signaal.persoon_id, {})) for signaal in found]


async def _load(
    conn: AsyncConnection, made: Resources, caller: Caller, signaal_id: UUID, *, lock: bool = False
) -> HandleWithCare:
    """Return a signal, locked after its casus when it is about to change."""
    found = await store.load_signaal(conn, made.vault, signaal_id)
    if found is not None and lock:
        await lock_casus_of(conn, found.melding_id)
        found = await store.load_signaal(conn, made.vault, signaal_id, lock=True)
    if found is None:
        raise NotFoundError(_NO_SIGNAAL)
    _refuse_limited(caller, beperkt=(await load_rechten(conn, found.casus_id)).beperkt_op is not None)
    return found


async def _with_child(conn: AsyncConnection, made: Resources, signaal: HandleWithCare) -> Gelezen:
    kinderen = await store.load_kinderen(conn, made.vault, (signaal.persoon_id,))
    return Gelezen(signaal, kinderen.get(signaal.persoon_id, {}))


async def delen_of(conn: AsyncConnection, made: Resources, casus_id: UUID, own: Iterable[UUID]) -> tuple[Deel, ...]:
    """Return for an afschrift of which signals somebody was the child: a person may know who was told of him."""
    mine = set(own)
    found = await store.list_signalen(conn, made.vault, casus_id=casus_id, limiet=_OF_A_CASUS_MAX)
    return tuple(_deel(signaal) for signaal in found if signaal.persoon_id in mine)


_OF_A_CASUS_MAX = 1_000


def _deel(signaal: HandleWithCare) -> Deel:
    school, bewijs = signaal.school, signaal.bewijs
    arrived = signaal.afgeleverd_op
    return Deel(
        afdeling="intake",
        soort="handle-with-care",
        tijdstip=signaal.ontvangen_op.isoformat(),
        velden={
            "status": signaal.status.value,
            "school": (school.naam or school.brin) if school and arrived else None,
            "afgeleverdOp": arrived.isoformat() if arrived else None,
            "wijze": bewijs.wijze.value if bewijs else None,
        },
        teksten=(signaal.besluit.motivering,) if signaal.besluit else (),
    )


# --- deciding --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NieuwSignaal:
    """A child on whom somebody of Veilig Thuis decides without being asked."""

    melding_id: UUID
    persoon_id: UUID
    besluit: SignaalBesluit


async def create_signaal(
    made: Resources, caller: Caller, nieuw: NieuwSignaal, *, attempt: Attempt | None, now: datetime
) -> Gelezen:
    """Decide on a child for whom nothing went by itself: tell its school, or note that it is not told.

    The clock then begins now: nobody knew earlier that a school had to know. Raises ``ConflictError`` when there is a
    signal after this melding, on which can be decided itself.
    """

    async def work() -> Gelezen:
        async with in_transaction(made.engine) as conn:
            earlier = await first_answer(conn, made.vault, attempt, now=now)
            if earlier is not None:
                known = await _load(conn, made, caller, UUID(earlier.body["id"]))
                await record(conn, caller, _act("herhaald", known), now=now)
                return await _with_child(conn, made, known)
            signaal = await _decided_unasked(conn, made, caller, nieuw, now=now)
            if not await _add(conn, made, signaal, now=now):
                raise ConflictError("Over dit kind is er na deze melding al een signaal; besluit daarop.")
            await keep_answer(conn, made.vault, attempt, Answer(_CREATED, {"id": str(signaal.id)}))
            await record(conn, caller, _act(nieuw.besluit.keuze, signaal), now=now)
            return await _with_child(conn, made, signaal)

    return await retry_conflicts(work)


async def _decided_unasked(
    conn: AsyncConnection, made: Resources, caller: Caller, nieuw: NieuwSignaal, *, now: datetime
) -> HandleWithCare:
    found = await _test(conn, made, nieuw.melding_id)
    if found is None:
        raise InvalidInputError(_NO_MELDING, faults=(Fault("body", "/meldingId", _NO_MELDING),))
    _refuse_limited(caller, beperkt=found.beperkt)
    one = next((one for one in found.getoetst if one.persoon.id == nieuw.persoon_id), None)
    if one is None:
        raise InvalidInputError(_NO_PERSOON, faults=(Fault("body", "/persoonId", _NO_PERSOON),))
    if schooltoets.is_no_child(one.oordelen):
        raise InvalidInputError(_NO_CHILD, faults=(Fault("body", "/persoonId", _NO_CHILD),))
    waiting = _new(found, nieuw.melding_id, one, HandleWithCareStatus.TE_BEOORDELEN)
    decided = rules.decide(waiting, nieuw.besluit, subject=caller.subject, now=now)
    return replace(decided, versie=1, ontvangen_op=now)


async def record_besluit(  # noqa: PLR0913, keyword only
    made: Resources, caller: Caller, signaal_id: UUID, besluit: SignaalBesluit, *, gezien: int, now: datetime
) -> Gelezen:
    """Decide on a signal: send it (again), or not. Repeating the same besluit changes nothing."""

    async def work() -> Gelezen:
        async with in_transaction(made.engine) as conn:
            before = await _load(conn, made, caller, signaal_id, lock=True)
            if rules.is_repetition(before, besluit):
                await record(conn, caller, _act("herhaald", before), now=now)
                return await _with_child(conn, made, before)
            try:
                after = rules.decide(before, besluit, subject=caller.subject, now=now)
            except rules.RefusedError as error:
                raise ConflictError(str(error)) from None
            check_version(gezien, before.versie)
            await store.save_signaal(conn, made.vault, after)
            if after.status is HandleWithCareStatus.TE_VERZENDEN:
                await store.plan_at_once(conn, AFLEVEREN, after.id, now=now)
            await announce(conn, before, after, now=now)
            await record(conn, caller, _act(besluit.keuze, after), now=now)
            return await _with_child(conn, made, after)

    return await retry_conflicts(work)


async def record_bevestiging(  # noqa: PLR0913, keyword only
    made: Resources, caller: Caller, signaal_id: UUID, bewijs: Bewijs, *, gezien: int, now: datetime
) -> Gelezen:
    """Note that a worker told the school himself, which proves as much as a receipt. The same again changes nothing."""

    async def work() -> Gelezen:
        async with in_transaction(made.engine) as conn:
            before = await _load(conn, made, caller, signaal_id, lock=True)
            if before.bewijs == bewijs:
                await record(conn, caller, _act("herhaald", before), now=now)
                return await _with_child(conn, made, before)
            faults = tuple(Fault("body", place, why) for place, why in rules.find_bewijs_faults(before, bewijs, now))
            if faults:
                raise InvalidInputError(f"{len(faults)} veld(en) ongeldig.", faults=faults)
            try:
                after = rules.confirm_by_hand(before, bewijs, subject=caller.subject)
            except rules.RefusedError as error:
                raise ConflictError(str(error)) from None
            check_version(gezien, before.versie)
            await store.save_signaal(conn, made.vault, after)
            await announce(conn, before, after, now=now)
            await record(conn, caller, _act("bevestigd-door-medewerker", after), now=now)
            return await _with_child(conn, made, after)

    return await retry_conflicts(work)


def _act(what: str, signaal: HandleWithCare) -> Act:
    return Act(
        f"handle-with-care-{what}",
        "handle-with-care",
        signaal.id,
        casus_id=signaal.casus_id,
        betrokkenen=[signaal.persoon_id],
    )


# --- telling ---------------------------------------------------------------------------------------------------


def started(signaal: HandleWithCare) -> NewFact:
    """Return the fact that starts the clock of a signal."""
    payload = HandleWithCareGestart(
        signaal_id=signaal.id,
        melding_id=signaal.melding_id,
        gemeente_code=signaal.gemeente_code,
        ontvangen_op=signaal.ontvangen_op,
    )
    return NewFact(derived_id("handle-with-care-gestart", signaal.id), signaal.casus_id, payload)


async def announce(conn: AsyncConnection, before: HandleWithCare, after: HandleWithCare, *, now: datetime) -> None:
    """Announce that a signal arrived or was refused, when it was this step that did it."""
    if after.status is before.status:
        return
    if after.status is HandleWithCareStatus.AFGELEVERD and after.afgeleverd_op is not None:
        arrived = HandleWithCareAfgeleverd(
            signaal_id=after.id, melding_id=after.melding_id, afgeleverd_op=after.afgeleverd_op
        )
        fact = NewFact(derived_id("handle-with-care-afgeleverd", after.id), after.casus_id, arrived)
    elif after.status is HandleWithCareStatus.GEWEIGERD:
        refused = HandleWithCareVervallen(signaal_id=after.id, melding_id=after.melding_id, vervallen_op=now)
        fact = NewFact(derived_id("handle-with-care-vervallen", after.id), after.casus_id, refused)
    else:
        return
    await append(conn, [fact], now=now)


def term_of(signaal: HandleWithCare, settings: RuleSettings) -> Berekening:
    """Return until when the school of a child must know, with the school holidays of its municipality."""
    here = replace(settings, schoolvakantie_regio=schoolregio_of(signaal.gemeente_code, settings))
    return compute_termijn(TermijnSoort.HANDLE_WITH_CARE, signaal.ontvangen_op, here)
