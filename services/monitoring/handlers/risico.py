"""How the risk scores are computed: of the published figures, or of a later year that somebody of beheer loaded."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.monitoring.domain.openbaar import TOTAAL_VAN
from services.monitoring.domain.publicatie import Gepubliceerd, Tabel
from services.monitoring.domain.risico import RisicoParameters, Risicoscore, parameters_of, risk_scores
from services.monitoring.domain.risico_laden import as_factoren, as_gemeenten, read_cijfers
from services.monitoring.handlers.publicatie import read_publication
from services.monitoring.store import risico as store
from services.monitoring.store.reports import risk_data
from services.monitoring.store.risico import RisicoVersie
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError
from shared.ids import new_id
from shared.rules.calendar import amsterdam_day
from shared.rules.gemeenten import GEMEENTEN
from shared.web.app import Resources
from shared.web.auth import Caller

_CODES = {row.naam: row.code for row in GEMEENTEN.values()}
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class RisicoView:
    """The scores with their codes, highest first; without a year they are of the figures of the Regiovisie."""

    jaar: int | None
    versie: int | None
    parameters: RisicoParameters
    scores: Sequence[tuple[str, Risicoscore]]


async def load(
    made: Resources, caller: Caller, jaar: int, content: bytes, *, now: datetime
) -> tuple[RisicoVersie, bool]:
    """Keep the figures of a year as its next version, and say whether it is new: the same file makes no second one.

    Raises ``InvalidInputError`` with every fault of the file; nothing of it is kept then.
    """
    try:
        told = content.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInputError("Het bestand is geen UTF-8.") from None
    factoren, _ = risk_data()
    known = {factor.sleutel for factor in factoren}
    cijfers, wrong = read_cijfers(told, jaar, known=known, today=amsterdam_day(now))
    if wrong:
        raise InvalidInputError(
            "De cijfers kunnen zo niet worden geladen; er is niets bewaard.",
            faults=tuple(Fault("body", f"/regel/{fault.regel}", fault.uitleg) for fault in wrong),
        )
    inhoud = hashlib.sha256(content).digest()
    async with in_transaction(made.engine) as conn:
        for _ in range(_ROUNDS):
            newest = await store.find(conn, jaar)
            if newest is not None and newest.inhoud == inhoud:
                return newest, False
            one = RisicoVersie(new_id(), jaar, newest.versie + 1 if newest else 1, inhoud, cijfers, now)
            if await store.insert(conn, one):
                await record(conn, caller, Act("risicocijfers-geladen", "risicocijfers", one.id), now=now)
                return one, True
    raise ConflictError("Anderen laadden op hetzelfde moment cijfers; probeer het zo weer.")


async def read_scores(made: Resources, jaar: int | None, versie: int | None, *, now: datetime) -> RisicoView:
    """Return the scores of the published figures, or of a year; raises ``NotFoundError`` when it was not loaded."""
    parameters = parameters_of(made.rules)
    if jaar is None:
        if versie is not None:
            raise InvalidInputError("Noem bij een versie ook het jaar.")
        published = risk_scores(*risk_data(), parameters)
        return RisicoView(None, None, parameters, [(_CODES[score.gemeente], score) for score in published])
    async with in_transaction(made.engine) as conn:
        found = await store.find(conn, jaar, versie)
    if found is None:
        raise NotFoundError("Van dit jaar zijn er geen cijfers geladen, of niet in deze versie.")
    meldingen: Mapping[str, int] = {}
    if jaar < amsterdam_day(now).year:  # of a year that runs on, nothing can be said per inhabitant
        meldingen = await _published_meldingen(made, jaar, now=now)
    klassen = {_CODES[row.gemeente]: row.klasse for row in risk_data()[1] if row.klasse}
    gemeenten = as_gemeenten(found.cijfers, klassen, meldingen)
    scores = risk_scores(as_factoren(found.cijfers), gemeenten, parameters)
    named = [(score.gemeente, _named(score)) for score in scores]
    return RisicoView(jaar, found.versie, parameters, named)


async def _published_meldingen(made: Resources, jaar: int, *, now: datetime) -> Mapping[str, int]:
    """Return how many meldingen each municipality had, as its publication over the year says it, if there is one.

    Per thousand inhabitants a number can be counted back: another one than is published would tell what that rounds or
    keeps back.
    """
    try:
        publicatie = await read_publication(made, date(jaar, 1, 1), date(jaar, 12, 1), now=now)
    except NotFoundError:  # a year before there were figures
        return {}
    tabel = publicatie.tabellen.get(TOTAAL_VAN["meldingen"], Gepubliceerd(Tabel({}), {}))
    found = {code: tabel[code, None] for code in publicatie.gemeente_codes}
    return {code: aantal for code, aantal in found.items() if aantal}


def _named(score: Risicoscore) -> Risicoscore:
    return replace(score, gemeente=GEMEENTEN[score.gemeente].naam)
