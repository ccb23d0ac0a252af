"""How reports are read: a version as it was made definite, or the concept of now; and what editors write in them."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.monitoring.domain.gebieden import areas_of
from services.monitoring.domain.rapport import Uitgave, report_of
from services.monitoring.domain.rapportsoorten import REGIO, SOORTEN, Deel, Periode
from services.monitoring.domain.rapportteksten import PLEKKEN, REDEN_MAX, Plek, faults_of, places_of
from services.monitoring.domain.stoplichten import OPGAVEN, Kleur
from services.monitoring.handlers.access import own_gemeenten
from services.monitoring.handlers.rapporten_maken import compose
from services.monitoring.store import rapporten as store
from services.monitoring.store.rapporten import TekstRow, UitgaveRow
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import Fault, InvalidInputError, NotFoundError, OperationalError, StaleError
from shared.rules.calendar import amsterdam_day
from shared.rules.deadlines import format_day
from shared.rules.gemeenten import GEMEENTEN
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.work import WORKER_WALL, Wall, Work, working

_ABSENT = "Deze rapportage is er niet."
# A concept over half a year or a year takes all that a processor can for up to a minute.
_long = asyncio.Lock()


@dataclass(frozen=True, slots=True)
class RapportVraag:
    """Which report is asked: of a municipality, of the region, or (neither) of what is the caller's own.

    ``quick`` asks for no concept that takes long to work out.
    """

    periode: Periode
    gemeente_code: str | None = None
    regio: bool = False
    versie: int | None = None
    quick: bool = False


async def read_report(made: Resources, caller: Caller, vraag: RapportVraag, *, now: datetime) -> Uitgave:
    """Return the newest version or the one that is asked; before there is any, the concept.

    Raises ``NotFoundError`` for an area that the caller may not see or that is none of ours, and for a version that
    is not there; ``OperationalError`` when a concept that takes long is being worked out already.

    The concept of the region is for Veilig Thuis: it changes by the day, and who subtracts two days could find a single
    melding.
    """
    code = _code_for(caller, vraag)
    periode = vraag.periode
    async with in_transaction(made.engine) as conn:
        known = await store.versions(conn, periode.soort, periode.code)
        chosen = _chosen(known, vraag.versie)
        content = await store.content(conn, chosen.id, code or REGIO) if chosen else None
    if chosen is None:
        if code is None and own_gemeenten(caller) is not None:
            raise NotFoundError("De rapportage van de regio is nog niet vastgesteld.")
        if vraag.quick and periode.is_long:
            raise NotFoundError(_when(periode, made.rules, now=now))
        return await _concept_in_turn(made, periode, code, now=now)
    if content is None:
        raise NotFoundError(_ABSENT)
    inhoud, vingerafdruk = content
    return Uitgave(
        rapport=report_of(inhoud),
        versie=chosen.versie,
        vastgesteld_op=chosen.vastgesteld_op,
        reden=chosen.reden,
        vingerafdruk=vingerafdruk,
    )


def _chosen(known: Sequence[UitgaveRow], versie: int | None) -> UitgaveRow | None:
    if versie is None:
        return known[-1] if known else None
    found = next((one for one in known if one.versie == versie), None)
    if found is None:
        raise NotFoundError("Deze versie is er niet.")
    return found


def _when(periode: Periode, rules: RuleSettings, *, now: datetime) -> str:
    op = periode.vaststellen_op(rules)
    if op <= now:
        return "Deze rapportage is niet vastgesteld."
    return f"Deze rapportage is er nog niet: zij wordt vastgesteld op {format_day(amsterdam_day(op))}."


async def _concept_in_turn(made: Resources, periode: Periode, code: str | None, *, now: datetime) -> Uitgave:
    if not periode.is_long:
        return await _concept(made, periode, code, now=now)
    if _long.locked():
        raise OperationalError("Er wordt al een concept over een lange periode gemaakt; dat kan een minuut duren.")
    async with _long:
        return await _concept(made, periode, code, now=now)


async def _concept(made: Resources, periode: Periode, code: str | None, *, now: datetime) -> Uitgave:
    # Of the whole region, whoever asks: what is kept back for one follows from the figures of all, and those are
    # behind a wall for who asks about his own.
    with working(Work(Wall(WORKER_WALL), made.vault)):
        async with in_transaction(made.engine) as conn:
            gemaakt = await compose(
                conn,
                periode,
                codes=[code],
                peildatum=amsterdam_day(now),
                rules=made.rules,
                now=now,
            )
    found = gemaakt.rapporten.get(code or REGIO)
    if found is None:
        raise NotFoundError(_ABSENT)
    return Uitgave(rapport=found)


def _code_for(caller: Caller, vraag: RapportVraag) -> str | None:
    own = own_gemeenten(caller)
    asked = vraag.gemeente_code
    if vraag.regio:
        if asked is not None:
            raise InvalidInputError("Noem een gemeente of de regio, niet beide.")
        return None
    if asked is not None:
        refuse_foreign(own, asked)
        return asked
    if own is None:
        return None
    standing = areas_of(own, vraag.periode.tot)
    if len(standing) != 1:
        raise InvalidInputError("Noem met `gemeenteCode` de gemeente waarvan u de rapportage wilt, of vraag de regio.")
    return standing[0]


def refuse_foreign(own: Collection[str] | None, gemeente_code: str) -> None:
    """Raise ``NotFoundError`` for a municipality that is none of ours, or not of those that one may see."""
    if gemeente_code not in GEMEENTEN or (own is not None and gemeente_code not in own):
        raise NotFoundError(_ABSENT)


async def list_versions(made: Resources, periode: Periode) -> Sequence[UitgaveRow]:
    """Return every version of a report, the first first."""
    async with in_transaction(made.engine) as conn:
        return await store.versions(conn, periode.soort, periode.code)


# --- what editors write ---


@dataclass(frozen=True, slots=True)
class Teksten:
    """What stands in the places of a report, and which version shows what is written now."""

    gebied: str
    volgende_versie: int
    rijen: Sequence[TekstRow]

    def versie_van(self, plek: str) -> int:
        """Return which version stands in a place; 0 when nothing was written there."""
        return next((one.versie for one in self.rijen if one.plek == plek), 0)


async def list_texts(made: Resources, periode: Periode, gemeente_code: str | None) -> Teksten:
    """Return what was written for a report of one area."""
    gebied = _edited(periode, gemeente_code)
    async with in_transaction(made.engine) as conn:
        known = await store.versions(conn, periode.soort, periode.code)
        rijen = await store.texts(conn, periode.soort, periode.code, [gebied])
    return Teksten(gebied, len(known) + 1, rijen)


async def write_text(  # noqa: PLR0913, what is written and where, keyword only
    made: Resources,
    caller: Caller,
    periode: Periode,
    plek: Plek,
    *,
    gemeente_code: str | None,
    tekst: str,
    seen: int,
    now: datetime,
) -> Teksten:
    """Keep a text as the next version of its place; an empty one clears it.

    Raises ``InvalidInputError`` for a text that may not stand there, ``StaleError`` when somebody wrote meanwhile.
    """
    if plek not in places_of(periode.soort):
        raise NotFoundError(f"Een {SOORTEN[periode.soort].naam.lower()} heeft deze plek niet.")
    tekst = tekst.replace("\r\n", "\n").strip()
    _refuse(faults_of(tekst, PLEKKEN[plek].tekens_max), "tekst")
    return await _write(
        made, caller, periode, plek.value, gemeente_code=gemeente_code, tekst=tekst, kleur=None, seen=seen, now=now
    )


async def judge_task(  # noqa: PLR0913, what is judged and how, keyword only
    made: Resources,
    caller: Caller,
    periode: Periode,
    opgave: str,
    *,
    gemeente_code: str | None,
    kleur: Kleur,
    reden: str,
    seen: int,
    now: datetime,
) -> Teksten:
    """Set the light of a task that has no figure, with a reason; raises like ``write_text``."""
    if Deel.STOPLICHTEN not in SOORTEN[periode.soort].delen or opgave not in OPGAVEN:
        raise NotFoundError("Deze ontwikkelopgave is er niet.")
    if OPGAVEN[opgave].fasen:
        raise InvalidInputError("Over deze opgave beslist het cijfer; schrijf er zo nodig een toelichting bij.")
    reden = reden.strip()
    _refuse(faults_of(reden, REDEN_MAX), "reden")
    return await _write(
        made, caller, periode, opgave, gemeente_code=gemeente_code, tekst=reden, kleur=kleur.value, seen=seen, now=now
    )


def _refuse(faults: Sequence[str], veld: str) -> None:
    if faults:
        raise InvalidInputError(
            "De tekst kan zo niet worden bewaard.", faults=tuple(Fault("body", f"/{veld}", fault) for fault in faults)
        )


async def _write(  # noqa: PLR0913, one row, keyword only
    made: Resources,
    caller: Caller,
    periode: Periode,
    plek: str,
    *,
    gemeente_code: str | None,
    tekst: str,
    kleur: str | None,
    seen: int,
    now: datetime,
) -> Teksten:
    gebied = _edited(periode, gemeente_code)
    async with in_transaction(made.engine) as conn:
        known = await store.versions(conn, periode.soort, periode.code)
        before = Teksten(gebied, len(known) + 1, await store.texts(conn, periode.soort, periode.code, [gebied]))
        versie = before.versie_van(plek)
        check_version(seen, versie)
        row = TekstRow(
            gebied=gebied,
            plek=plek,
            versie=versie + 1,
            tekst=tekst,
            kleur=kleur,
            door=caller.subject,
            geschreven_op=now,
        )
        if not await store.write(conn, periode.soort, periode.code, row):
            raise StaleError("Iemand anders was u voor. Lees opnieuw en beslis dan.")
        await record(conn, caller, Act("rapportagetekst-geschreven", "rapportage", None), now=now)
    return replace(before, rijen=[*(one for one in before.rijen if one.plek != plek), row])


def _edited(periode: Periode, gemeente_code: str | None) -> str:
    if gemeente_code is None:
        return REGIO
    if gemeente_code not in _standing(periode.tot):
        raise NotFoundError(_ABSENT)
    return gemeente_code


def _standing(last_month: date) -> Sequence[str]:
    return areas_of(None, last_month)
