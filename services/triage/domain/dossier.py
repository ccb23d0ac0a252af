"""The dossier of a melding: from the acute question to the besluit, and what each step makes true.

One melding has one dossier, and one more each time the radar sends it back. A term that has passed never blocks a
step (Hof Amsterdam, ECLI:NL:GHAMS:2024:975).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.triage.domain.besluitoverleg import Overleg
from services.triage.domain.dienst import Dienst, DienstStatus, told
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.voorraad import Stap, Werk, due_acuutcheck, due_besluit, due_conclusie, place
from shared.events import payloads
from shared.events.payloads import (
    AcuutcheckGedaan,
    DienstGestart,
    Fact,
    VeiligheidsbeoordelingAfgerond,
    VeiligheidsbeoordelingHeropend,
)
from shared.rules.behandelcodes import InterventiePartij
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import BestemmingSoort, HandelingSoort, InterventieSoort, Uitkomst
from shared.rules.gemeenten import adressering_of
from shared.rules.routing import Bestemming, Routering, route_besluit
from shared.rules.settings import RuleSettings
from shared.rules.uitkomsten import UitkomstVoorwaarde


class DossierStatus(StrEnum):
    WACHT_OP_ACUUTCHECK = "wacht-op-acuutcheck"
    IN_BEOORDELING = "in-beoordeling"
    BEOORDEELD = "beoordeeld"


class DossierActie(StrEnum):
    ACUUTCHECK = "acuutcheck"
    TAXATIE = "taxatie"
    BESLUIT = "besluit"
    HANDELING = "handeling"
    HEROPENING = "heropening"


_S, _A = DossierStatus, DossierActie

# None: refused. An acuutcheck and the taxatie of a person may be mended until the besluit rests on them. A handeling (a
# letter, a call) never depends on the state. A heropening leaves this dossier as it is and opens the next one; while
# one is open the melding is being judged already, and a second would hide it.
TRANSITIONS: Mapping[tuple[DossierStatus, DossierActie], DossierStatus | None] = MappingProxyType(
    {
        (_S.WACHT_OP_ACUUTCHECK, _A.ACUUTCHECK): _S.IN_BEOORDELING,
        (_S.WACHT_OP_ACUUTCHECK, _A.TAXATIE): _S.WACHT_OP_ACUUTCHECK,
        (_S.WACHT_OP_ACUUTCHECK, _A.BESLUIT): None,
        (_S.WACHT_OP_ACUUTCHECK, _A.HANDELING): _S.WACHT_OP_ACUUTCHECK,
        (_S.WACHT_OP_ACUUTCHECK, _A.HEROPENING): None,
        (_S.IN_BEOORDELING, _A.ACUUTCHECK): _S.IN_BEOORDELING,
        (_S.IN_BEOORDELING, _A.TAXATIE): _S.IN_BEOORDELING,
        (_S.IN_BEOORDELING, _A.BESLUIT): _S.BEOORDEELD,
        (_S.IN_BEOORDELING, _A.HANDELING): _S.IN_BEOORDELING,
        (_S.IN_BEOORDELING, _A.HEROPENING): None,
        (_S.BEOORDEELD, _A.ACUUTCHECK): None,
        (_S.BEOORDEELD, _A.TAXATIE): None,
        (_S.BEOORDEELD, _A.BESLUIT): None,
        (_S.BEOORDEELD, _A.HANDELING): _S.BEOORDEELD,
        (_S.BEOORDEELD, _A.HEROPENING): _S.BEOORDEELD,
    }
)

MAY_NOW: Mapping[DossierStatus, str] = MappingProxyType(
    {
        _S.WACHT_OP_ACUUTCHECK: (
            "Doe eerst de acuutcheck; daarna kan het besluit worden genomen. Per persoon kan de veiligheid al worden "
            "getaxeerd."
        ),
        _S.IN_BEOORDELING: ("De acuutcheck en de taxaties kunnen worden gewijzigd en het besluit kan worden genomen."),
        _S.BEOORDEELD: (
            "Het besluit is genomen en staat vast. Handelingen kunnen worden vastgelegd, en een dienst die is gestart "
            "gaat verder via zijn conclusie. Een nieuwe melding of een heropening opent een nieuw dossier."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Interventie:
    """What is done at once, by whom; without ``tijdstip`` and ``aangekomen_op`` it was done at the acuutcheck."""

    soort: InterventieSoort
    tijdstip: datetime | None = None
    organisatie: str | None = None
    toelichting: str | None = None
    partij: InterventiePartij | None = None
    gevraagd_op: datetime | None = None
    aangekomen_op: datetime | None = None  # when they were there, or had done it

    def done_at(self, gedaan_op: datetime) -> datetime:
        """Return when it was done, for an acuutcheck of ``gedaan_op``."""
        return self.tijdstip or self.aangekomen_op or gedaan_op


@dataclass(frozen=True, slots=True)
class AcuutcheckOpgave:
    """The answer to the acute question, as the professional gave it."""

    acuut: bool
    motivering: str
    interventies: tuple[Interventie, ...] = ()


@dataclass(frozen=True, slots=True)
class Acuutcheck:
    opgave: AcuutcheckOpgave
    gedaan_op: datetime  # of the first answer: mending it later does not make it late


@dataclass(frozen=True, slots=True)
class Instrument:
    """The instrument with which safety was weighed, and its answers in its own form."""

    naam: str
    versie: str
    antwoorden: Any


@dataclass(frozen=True, slots=True)
class BesluitOpgave:
    """The besluit, as the professional gave it; ``bevestigd`` is what he says that no room can look up."""

    uitkomst: Uitkomst
    acuut_onveilig: bool
    structureel_onveilig: bool
    motivering: str
    instrument: Instrument | None = None
    bestemmingen: tuple[Bestemming, ...] = ()
    overleg: Overleg | None = None
    bevestigd: frozenset[UitkomstVoorwaarde] = frozenset()


@dataclass(frozen=True, slots=True)
class Besluit:
    opgave: BesluitOpgave
    besloten_op: datetime
    routering: Routering


@dataclass(frozen=True, slots=True)
class Handeling:
    """An act that stops one of the clocks beside the two main ones."""

    id: UUID
    soort: HandelingSoort
    tijdstip: datetime
    toelichting: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    id: UUID
    melding_id: UUID
    nummer: int  # the first dossier of a melding is 1
    casus_id: UUID
    gemeente_code: str
    ontvangen_op: datetime  # of the melding
    geopend_op: datetime  # from which its terms count: receipt, or the heropening
    hermelding: bool
    status: DossierStatus
    versie: int
    acuutcheck: Acuutcheck | None = None
    besluit: Besluit | None = None
    dienst_id: UUID | None = None
    aangevuld_op: datetime | None = None  # when something was last added to the melding
    werk: Werk | None = None


@dataclass(frozen=True, slots=True)
class VoorstelBesluit:
    """A besluit that lies ready; a professional takes it, or another."""

    uitkomst: Uitkomst
    bestemmingen: tuple[Bestemming, ...]
    toelichting: str


_ELDERS = "Deze gemeente wordt bediend door {naam}: bied de melding daar aan. Tot de acceptatie houdt u zicht."
_UITZOEKEN = (
    "Deze gemeente ligt buiten de regio. Zoek uit welke Veilig Thuis haar bedient en noem die als bestemming; "
    "tot de acceptatie houdt u zicht."
)


def propose_besluit(dossier: Dossier) -> VoorstelBesluit | None:
    """Return the besluit that lies ready in a dossier: of a melding that another Veilig Thuis should have had.

    It is shown from the start and can be taken after the acuutcheck only: danger first, whoever it was meant for.
    """
    if dossier.besluit is not None:
        return None
    adressering = adressering_of(dossier.gemeente_code, amsterdam_day(dossier.ontvangen_op))
    if adressering.juist:
        return None
    if adressering.vt is None:
        return VoorstelBesluit(Uitkomst.ONJUIST_GEADRESSEERD, (), _UITZOEKEN)
    elders = Bestemming(BestemmingSoort.VEILIG_THUIS_ELDERS, adressering.vt.id)
    return VoorstelBesluit(Uitkomst.ONJUIST_GEADRESSEERD, (elders,), _ELDERS.format(naam=adressering.vt.naam))


def next_status(status: DossierStatus, actie: DossierActie) -> DossierStatus:
    """Return the state after a step; raises ``OutOfOrderError`` with what may be done instead."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise OutOfOrderError(MAY_NOW[status])
    return after


def open_dossier(  # noqa: PLR0913, what the fact tells, keyword only
    *,
    dossier_id: UUID,
    melding_id: UUID,
    casus_id: UUID,
    gemeente_code: str,
    ontvangen_op: datetime,
    hermelding: bool,
    rules: RuleSettings,
) -> Dossier:
    """Return the first dossier of a melding: it waits for the acute question."""
    return Dossier(
        id=dossier_id,
        melding_id=melding_id,
        nummer=1,
        casus_id=casus_id,
        gemeente_code=gemeente_code,
        ontvangen_op=ontvangen_op,
        geopend_op=ontvangen_op,
        hermelding=hermelding,
        status=DossierStatus.WACHT_OP_ACUUTCHECK,
        versie=1,
        werk=_waits_for_acuutcheck(ontvangen_op, rules),
    )


def reopen(
    before: Dossier, *, dossier_id: UUID, now: datetime, rules: RuleSettings
) -> tuple[Dossier, tuple[Fact, ...]] | None:
    """Return the next dossier of the melding of ``before``; None when that one is still open."""
    if TRANSITIONS[before.status, DossierActie.HEROPENING] is None:
        return None
    after = replace(
        before,
        id=dossier_id,
        nummer=before.nummer + 1,
        geopend_op=now,
        status=DossierStatus.WACHT_OP_ACUUTCHECK,
        versie=1,
        acuutcheck=None,
        besluit=None,
        dienst_id=None,
        werk=_waits_for_acuutcheck(now, rules),
    )
    fact = VeiligheidsbeoordelingHeropend(
        melding_id=after.melding_id, dossier_id=after.id, gemeente_code=after.gemeente_code, heropend_op=now
    )
    return after, (fact,)


def _waits_for_acuutcheck(geopend_op: datetime, rules: RuleSettings) -> Werk:
    return place(Stap.ACUUTCHECK, due_acuutcheck(geopend_op, rules), acuut=None, structureel=None)


def answer_acuutcheck(
    before: Dossier, opgave: AcuutcheckOpgave, *, now: datetime, rules: RuleSettings
) -> tuple[Dossier, tuple[Fact, ...]]:
    """Answer the acute question, or mend the answer; the same answer again changes nothing and tells nothing.

    Raises ``OutOfOrderError`` once the besluit rests on it.
    """
    if before.acuutcheck is not None and before.acuutcheck.opgave == opgave:
        return before, ()
    status = next_status(before.status, DossierActie.ACUUTCHECK)
    gedaan_op = before.acuutcheck.gedaan_op if before.acuutcheck else now
    uiterlijk = due_besluit(before.geopend_op, rules)
    after = replace(
        before,
        status=status,
        versie=before.versie + 1,
        acuutcheck=Acuutcheck(opgave, gedaan_op),
        werk=place(Stap.VEILIGHEIDSBEOORDELING, uiterlijk, acuut=opgave.acuut, structureel=None),
    )
    fact = AcuutcheckGedaan(
        melding_id=after.melding_id,
        dossier_id=after.id,
        acuut=opgave.acuut,
        gedaan_op=gedaan_op,
        interventies=tuple(
            payloads.Interventie(soort=one.soort, tijdstip=one.done_at(gedaan_op)) for one in opgave.interventies
        ),
    )
    return after, (fact,)


def crisismaatregelen(dossier: Dossier) -> tuple[Interventie, ...]:
    """Return what was done in the crisis in the order in which it happened: with this the plan of a dienst begins."""
    if dossier.acuutcheck is None:
        return ()
    gedaan_op = dossier.acuutcheck.gedaan_op
    placed = (replace(one, tijdstip=one.done_at(gedaan_op)) for one in dossier.acuutcheck.opgave.interventies)
    return tuple(sorted(placed, key=lambda one: one.done_at(gedaan_op)))


def is_repetition(dossier: Dossier, opgave: BesluitOpgave) -> bool:
    """Say whether exactly this besluit was taken already."""
    return dossier.besluit is not None and dossier.besluit.opgave == opgave


def take_besluit(
    before: Dossier, opgave: BesluitOpgave, *, dienst_id: UUID, now: datetime, rules: RuleSettings
) -> tuple[Dossier, Dienst | None, tuple[Fact, ...]]:
    """Take the besluit and start the dienst that follows from it; the same besluit again changes nothing.

    Raises ``OutOfOrderError`` before the acuutcheck and after another besluit, and ``RoutingError`` when the
    bestemmingen do not fit the uitkomst.
    """
    if is_repetition(before, opgave):
        return before, None, ()
    status = next_status(before.status, DossierActie.BESLUIT)
    routering = route_besluit(opgave.uitkomst, opgave.bestemmingen, before.gemeente_code, amsterdam_day(now))
    decided = replace(
        before, status=status, versie=before.versie + 1, besluit=Besluit(opgave, now, routering), werk=None
    )
    afgerond = _afgerond(decided, opgave, routering, now)
    if routering.dienst is None:
        return decided, None, (afgerond,)
    dienst = Dienst(
        id=dienst_id,
        dossier_id=before.id,
        melding_id=before.melding_id,
        casus_id=before.casus_id,
        gemeente_code=before.gemeente_code,
        soort=routering.dienst,
        status=DienstStatus.OPEN,
        gestart_op=now,
        uiterlijk=due_conclusie(routering.dienst, geopend_op=before.geopend_op, gestart_op=now, rules=rules),
        versie=1,
    )
    werk = place(Stap.DIENST, dienst.uiterlijk, acuut=opgave.acuut_onveilig, structureel=opgave.structureel_onveilig)
    return replace(decided, dienst_id=dienst.id, werk=werk), dienst, (afgerond, _gestart(decided, dienst))


def _afgerond(
    dossier: Dossier, opgave: BesluitOpgave, routering: Routering, now: datetime
) -> VeiligheidsbeoordelingAfgerond:
    return VeiligheidsbeoordelingAfgerond(
        melding_id=dossier.melding_id,
        dossier_id=dossier.id,
        gemeente_code=dossier.gemeente_code,
        uitkomst=opgave.uitkomst,
        acuut_onveilig=opgave.acuut_onveilig,
        structureel_onveilig=opgave.structureel_onveilig,
        besloten_op=now,
        statuscode=routering.statuscode,
        bestemmingen=told(routering),
        sluit=routering.sluit,
        grondslagen=routering.grondslagen,
    )


def _gestart(dossier: Dossier, dienst: Dienst) -> DienstGestart:
    return DienstGestart(
        dienst_id=dienst.id,
        melding_id=dossier.melding_id,
        gemeente_code=dossier.gemeente_code,
        soort=dienst.soort,
        gestart_op=dienst.gestart_op,
        # After a heropening the terms begin anew: a receipt of long ago would make every dienst late at once.
        ontvangen_op=dossier.geopend_op,
    )
