"""How a worker weighs and places signals in the reference indexes, reads them with their matches, takes them back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import indexen as rules
from services.intake.domain.afschrift import Deel
from services.intake.domain.codes import Geslacht
from services.intake.domain.indexen import BETROKKENHEID, Betrokkene, Betrokkenheid, IntrekReden, Signaal, SignaalStatus
from services.intake.domain.melding import MeldingDossier, MeldingStatus, PersoonDossier
from services.intake.store import casussen, meldingen
from services.intake.store import indexen as store
from services.intake.store.dossierverzoeken import load_rechten
from shared.audit import Act, record
from shared.crypto import Vault, normalised
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotAllowedError, NotFoundError
from shared.events.envelope import Event
from shared.events.payloads import MeldingOntvangen
from shared.ids import new_id
from shared.log import get_logger
from shared.messaging.tasks import plan_task
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Rol, Verwijsindex
from shared.vernietigen import is_destroyed
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

PLAATSEN = "signaal-plaatsen"
VERLOPEN = "signaal-verlopen"
_CREATED = 201
_OK = 200
_NO_MELDING = "Deze melding is er niet."
_NO_PERSOON = "Deze persoon staat niet in deze melding."
_NO_SIGNAAL = "Dit signaal is er niet."


# --- weighing --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersoonVoorstellen:
    """What can be placed about one person of a melding."""

    persoon_id: UUID
    voorstellen: tuple[rules.Voorstel, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The people of a melding, with what is known of each in the indexes."""

    dossier: MeldingDossier
    beperkt: bool
    sleutels: dict[UUID, bytes]
    geplaatst: dict[UUID, dict[Verwijsindex, UUID]]

    def stand(self, persoon_id: UUID, aangesloten: Collection[Verwijsindex], now: datetime) -> rules.Stand:
        """Return what decides beside who the person is."""
        ontvangst = self.dossier.ontvangst
        return rules.Stand(
            dag=amsterdam_day(now),
            aangesloten=aangesloten,
            geplaatst=self.geplaatst.get(persoon_id, {}).keys(),
            # A melding that is for another Veilig Thuis, or only a signal as long as nobody knows its melder, is not.
            in_behandeling=ontvangst.status is MeldingStatus.ONTVANGEN and ontvangst.adressering.juist,
            beperkt=self.beperkt,
        )


async def list_voorstellen(
    made: Resources, caller: Caller, melding_id: UUID, *, aangesloten: Collection[Verwijsindex], now: datetime
) -> tuple[PersoonVoorstellen, ...]:
    """Return for every person of a melding in which index a signal can be placed, and why (not)."""
    async with in_transaction(made.engine) as conn:
        weighed = await _weighed(conn, made.vault, melding_id)
        _refuse_limited(caller, beperkt=weighed.beperkt)
        found = tuple(
            PersoonVoorstellen(
                persoon.id,
                rules.voorstellen(betrokkene_of(persoon), weighed.stand(persoon.id, aangesloten, now), made.rules),
            )
            for persoon in weighed.dossier.personen
        )
        await record(conn, caller, _seen("signaalvoorstellen-gelezen", weighed.dossier), now=now)
    return found


def _refuse_limited(caller: Caller, *, beperkt: bool) -> None:
    if beperkt and caller.rol is Rol.VT_MEDEWERKER:
        raise NotAllowedError("De verwerking van deze casus is beperkt; een teamleider kan haar lezen.")


def _seen(what: str, dossier: MeldingDossier) -> Act:
    ids = [persoon.id for persoon in dossier.personen]
    return Act(what, "melding", dossier.ontvangst.id, casus_id=dossier.ontvangst.casus_id, betrokkenen=ids)


async def _weighed(conn: AsyncConnection, vault: Vault, melding_id: UUID) -> _Weighed:
    kept = next(iter(await meldingen.load_meldingen(conn, vault, melding_id=melding_id)), None)
    if kept is None:
        raise NotFoundError(_NO_MELDING)
    rechten = await load_rechten(conn, kept.dossier.ontvangst.casus_id)
    keyed = {persoon.id: sleutel_of(vault, betrokkene_of(persoon)) for persoon in kept.dossier.personen}
    sleutels = {persoon_id: sleutel for persoon_id, sleutel in keyed.items() if sleutel is not None}
    active = await store.active_among(conn, set(sleutels.values()))
    geplaatst = {persoon_id: dict(active.get(sleutel, {})) for persoon_id, sleutel in sleutels.items()}
    return _Weighed(kept.dossier, rechten.beperkt_op is not None, sleutels, geplaatst)


def betrokkene_of(persoon: PersoonDossier) -> Betrokkene:
    """Return of a person what an index may know; nothing else of him is looked at."""
    told = persoon.gegevens

    def text(name: str) -> str | None:
        value = told.get(name)
        return value if isinstance(value, str) and value.strip() else None

    return Betrokkene(
        rol=persoon.rol,
        geslachtsnaam=text("geslachtsnaam"),
        voorvoegsel=text("voorvoegsel"),
        voornamen=text("voornamen"),
        geboortedatum=text("geboortedatum"),
        geslacht=Geslacht(text("geslacht") or Geslacht.ONBEKEND),
    )


def sleutel_of(vault: Vault, betrokkene: Betrokkene) -> bytes | None:
    """Return the blind index by which two signals on one person are one; nobody without a full name and birth date."""
    compared = tuple(
        normalised(value or "") for value in (betrokkene.geslachtsnaam, betrokkene.voornamen, betrokkene.geboortedatum)
    )
    if not all(compared) or rules.born_on(betrokkene.geboortedatum) is None:
        return None
    return vault.blind("signaal", *compared)


# --- placing ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aanvraag:
    """A signal that somebody decided to place."""

    melding_id: UUID
    persoon_id: UUID
    index: Verwijsindex


async def request_signaal(  # noqa: PLR0913, keyword only
    made: Resources,
    caller: Caller,
    aanvraag: Aanvraag,
    *,
    aangesloten: Collection[Verwijsindex],
    attempt: Attempt | None,
    now: datetime,
) -> tuple[int, Signaal]:
    """Decide to place a signal, and let the worker tell the index; return the status and the signal.

    The same person and index again gives the signal that is there. Raises ``InvalidInputError`` when the person does
    not stand in the melding, and ``ConflictError`` with every reason against it.
    """

    async def work() -> tuple[int, Signaal]:
        async with in_transaction(made.engine) as conn:
            earlier = await first_answer(conn, made.vault, attempt, now=now)
            if earlier is not None:
                known = await _load(conn, made, UUID(earlier.body["id"]))
                await record(conn, caller, _act("herhaald", known), now=now)
                return earlier.status, known
            status, found = await _request(conn, made, aanvraag, aangesloten=aangesloten, now=now)
            await keep_answer(conn, made.vault, attempt, Answer(status, {"id": str(found.id)}))
            await record(conn, caller, _act("aangevraagd" if status == _CREATED else "herhaald", found), now=now)
        return status, found

    return await retry_conflicts(work)


async def _request(
    conn: AsyncConnection,
    made: Resources,
    aanvraag: Aanvraag,
    *,
    aangesloten: Collection[Verwijsindex],
    now: datetime,
) -> tuple[int, Signaal]:
    await _lock_casus_of(conn, made.vault, aanvraag.melding_id)
    weighed = await _weighed(conn, made.vault, aanvraag.melding_id)
    persoon = next((one for one in weighed.dossier.personen if one.id == aanvraag.persoon_id), None)
    if persoon is None:
        raise InvalidInputError(_NO_PERSOON, faults=(Fault("body", "/persoonId", _NO_PERSOON),))
    standing = weighed.geplaatst.get(persoon.id, {}).get(aanvraag.index)
    if standing is not None:
        known = await _load(conn, made, standing)
        if known.persoon_id == persoon.id:
            return _OK, known
    voorstel = rules.weigh(
        betrokkene_of(persoon), aanvraag.index, weighed.stand(persoon.id, aangesloten, now), made.rules
    )
    if not voorstel.mogelijk:
        raise ConflictError(" ".join(voorstel.uitleg))
    return _CREATED, await _add(conn, made, weighed, persoon.id, aanvraag.index, now=now)


async def _lock_casus_of(conn: AsyncConnection, vault: Vault, melding_id: UUID) -> None:
    """Lock the casus first, as a merge and a destruction do: what is placed goes along with it."""
    kept = next(iter(await meldingen.load_meldingen(conn, vault, melding_id=melding_id)), None)
    if kept is None:
        raise NotFoundError(_NO_MELDING)
    await casussen.lock_casussen(conn, (kept.dossier.ontvangst.casus_id,))


async def _add(  # noqa: PLR0913, keyword only after the index
    conn: AsyncConnection, made: Resources, weighed: _Weighed, persoon_id: UUID, index: Verwijsindex, *, now: datetime
) -> Signaal:
    ontvangst = weighed.dossier.ontvangst
    found = rules.request(
        signaal_id=new_id(),
        # Not made of time, unlike the ids of rows: an index learns nothing from it.
        referentie=uuid4(),
        melding_id=ontvangst.id,
        casus_id=ontvangst.casus_id,
        persoon_id=persoon_id,
        gemeente_code=ontvangst.gemeente_code,
        index=index,
        settings=made.rules,
        now=now,
    )
    if not await store.add_signaal(conn, found, sleutel=weighed.sleutels[persoon_id]):
        raise ConflictError("Er staat al een signaal van ons over deze persoon.")
    await plan_task(conn, PLAATSEN, found.id, casus_id=None, now=now)
    await plan_task(conn, VERLOPEN, found.id, casus_id=None, now=now, niet_voor=found.verloopt_op)
    log.info("signaal_requested", casus_id=str(found.casus_id), melding_id=str(found.melding_id), soort=index.value)
    return found


async def on_melding_ontvangen(conn: AsyncConnection, event: Event, made: Resources) -> None:
    """Look in the VT-register for every directbetrokkene of a melding, when this installation does that by itself.

    Only about who surely is one, and not for a melding whose melder nobody knows: that one waits for a person.
    """
    payload = event.payload
    assert isinstance(payload, MeldingOntvangen)  # noqa: S101, registered for this payload
    if not made.rules.vt_register_automatisch or await is_destroyed(conn, event.casus_id):
        return
    index, now = Verwijsindex.VT_REGISTER, made.clock()
    try:
        await _lock_casus_of(conn, made.vault, payload.melding_id)
        weighed = await _weighed(conn, made.vault, payload.melding_id)
    except NotFoundError:
        return  # destroyed within another casus
    if weighed.dossier.dubbel_anoniem:
        return
    placed: set[bytes] = set()
    for persoon in weighed.dossier.personen:
        betrokkene, sleutel = betrokkene_of(persoon), weighed.sleutels.get(persoon.id)
        stand = weighed.stand(persoon.id, (index,), now)
        if BETROKKENHEID[persoon.rol] is not Betrokkenheid.DIRECT or sleutel is None or sleutel in placed:
            continue
        if rules.weigh(betrokkene, index, stand, made.rules).mogelijk:
            await _add(conn, made, weighed, persoon.id, index, now=now)
            placed.add(sleutel)


# --- reading and taking back -----------------------------------------------------------------------------------


async def read_signaal(made: Resources, caller: Caller, signaal_id: UUID, *, now: datetime) -> Signaal:
    """Return one signal with its attempts and matches; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        found = await _load(conn, made, signaal_id)
        _refuse_limited(caller, beperkt=(await load_rechten(conn, found.casus_id)).beperkt_op is not None)
        await record(conn, caller, _act("gelezen", found), now=now)
    return found


async def list_signalen(  # noqa: PLR0913, what a list is asked by, keyword only
    made: Resources,
    caller: Caller,
    *,
    casus_id: UUID | None,
    status: SignaalStatus | None,
    limiet: int,
    na: UUID | None,
    now: datetime,
) -> Sequence[Signaal]:
    """Return signals, the oldest first; those of a casus that vanished stand under the one that stays."""
    async with in_transaction(made.engine) as conn:
        casus = await casussen.load_casus(conn, casus_id) if casus_id else None
        here = casus.id if casus else casus_id
        found = await store.list_signalen(
            conn,
            made.vault,
            casus_id=here,
            status=status,
            zonder_beperkte=caller.rol is Rol.VT_MEDEWERKER,
            na=na,
            limiet=limiet,
        )
        concerned = sorted({signaal.persoon_id for signaal in found})
        act = Act("signalen-gelezen", "signalen", None, casus_id=casus.id if casus else None, betrokkenen=concerned)
        await record(conn, caller, act, now=now)
    return found


async def withdraw_signaal(  # noqa: PLR0913, keyword only
    made: Resources, caller: Caller, signaal_id: UUID, *, reden: IntrekReden, gezien: int, now: datetime
) -> Signaal:
    """Take a signal back, and let the worker tell the index; the same again changes nothing."""

    async def work() -> Signaal:
        async with in_transaction(made.engine) as conn:
            before = await load_locked(conn, made, signaal_id)
            if before is None:
                raise NotFoundError(_NO_SIGNAAL)
            if before.status is SignaalStatus.INGETROKKEN and before.reden is reden:
                await record(conn, caller, _act("herhaald", before), now=now)
                return before
            try:
                after = rules.withdraw(before, reden, now=now)
            except rules.RefusedError as error:
                raise ConflictError(str(error)) from None
            check_version(gezien, before.versie)
            if after is before:
                raise ConflictError("Dit signaal is al ingetrokken, met een andere reden.")
            await store.save_signaal(conn, after)
            await store.plan_afmelden(conn, after.index, after.referentie, now=now)
            await record(conn, caller, _act("ingetrokken", after), now=now)
            return after

    return await retry_conflicts(work)


async def load_locked(conn: AsyncConnection, made: Resources, signaal_id: UUID) -> Signaal | None:
    """Return a signal, locked after its casus: a merge and a destruction lock in that order too."""
    found = await store.load_signaal(conn, made.vault, signaal_id)
    if found is None:
        return None
    await casussen.lock_casussen(conn, (found.casus_id,))
    return await store.load_signaal(conn, made.vault, signaal_id, lock=True)


async def _load(conn: AsyncConnection, made: Resources, signaal_id: UUID) -> Signaal:
    found = await store.load_signaal(conn, made.vault, signaal_id)
    if found is None:
        raise NotFoundError(_NO_SIGNAAL)
    return found


def _act(what: str, signaal: Signaal) -> Act:
    concerned = [signaal.persoon_id]
    return Act(f"signaal-{what}", "signaal", signaal.id, casus_id=signaal.casus_id, betrokkenen=concerned)


# --- the rights of whom it is about ------------------------------------------------------------------------------

_OF_A_CASUS_MAX = 1_000


async def delen_of(conn: AsyncConnection, made: Resources, casus_id: UUID, own: Iterable[UUID]) -> tuple[Deel, ...]:
    """Return for an afschrift in which indexes somebody stands or stood (AVG art. 15: who was told of him).

    Whom else an index named is not among it: that another organisation knows him is for that one to tell.
    """
    mine = set(own)
    found = await store.list_signalen(
        conn, made.vault, casus_id=casus_id, status=None, zonder_beperkte=False, na=None, limiet=_OF_A_CASUS_MAX
    )
    return tuple(_deel(signaal) for signaal in found if signaal.persoon_id in mine)


def _deel(signaal: Signaal) -> Deel:
    ended = signaal.beeindigd_op
    return Deel(
        afdeling="intake",
        soort="signaal",
        tijdstip=signaal.aangevraagd_op.isoformat(),
        velden={
            "index": signaal.index.value,
            "status": signaal.status.value,
            "verlooptOp": signaal.verloopt_op.isoformat(),
            "beeindigdOp": ended.isoformat() if ended else None,
        },
    )
