"""The tijdelijk huisverbod: from the screening to its end, and who is out of the house until when.

Ten days by law, at most 28 in all. It ends by itself at its hour: nobody has to say so, a step is judged by the moment
at which it was taken and not by when it was written down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.dienst import Contact
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.fouten import refuse
from services.triage.domain.huisverbod_toets import (
    Advies,
    Afzien,
    Casusregie,
    Intrekking,
    Kring,
    Oplegging,
    Periode,
    Screening,
    Verlenging,
    advies_faults,
    afzien_faults,
    intrekking_faults,
    oplegging_faults,
    overlaps,
    verlenging_faults,
)
from shared.events.behandeling import (
    HuisverbodAdviesGegeven,
    HuisverbodBeeindigd,
    HuisverbodGescreend,
    HuisverbodOpgelegd,
    HuisverbodVerlengd,
)
from shared.events.payloads import Fact
from shared.rules.behandelcodes import HuisverbodEinde
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import Berekening, compute_termijn
from shared.rules.settings import RuleSettings


class HuisverbodStatus(StrEnum):
    GESCREEND = "gescreend"
    NIET_OPGELEGD = "niet-opgelegd"
    OPGELEGD = "opgelegd"
    VERLENGD = "verlengd"
    INGETROKKEN = "ingetrokken"
    AFGELOPEN = "afgelopen"


class HuisverbodActie(StrEnum):
    OPLEGGEN = "opleggen"
    AFZIEN = "afzien"
    ADVISEREN = "adviseren"
    VERLENGEN = "verlengen"
    INTREKKEN = "intrekken"
    BEEINDIGEN = "beeindigen"  # note that it ended by itself
    CASUSREGIE = "casusregie"
    GESPREK = "gesprek"


_S, _A = HuisverbodStatus, HuisverbodActie

# None: refused. What was screened once is decided on once; another screening is another huisverbod. Talks and the
# casusregie go on after the end, for help does.
TRANSITIONS: Mapping[tuple[HuisverbodStatus, HuisverbodActie], HuisverbodStatus | None] = MappingProxyType(
    {
        (_S.GESCREEND, _A.OPLEGGEN): _S.OPGELEGD,
        (_S.GESCREEND, _A.AFZIEN): _S.NIET_OPGELEGD,
        (_S.GESCREEND, _A.ADVISEREN): None,
        (_S.GESCREEND, _A.VERLENGEN): None,
        (_S.GESCREEND, _A.INTREKKEN): None,
        (_S.GESCREEND, _A.BEEINDIGEN): None,
        (_S.GESCREEND, _A.CASUSREGIE): None,
        (_S.GESCREEND, _A.GESPREK): _S.GESCREEND,
        (_S.NIET_OPGELEGD, _A.OPLEGGEN): None,
        (_S.NIET_OPGELEGD, _A.AFZIEN): None,
        (_S.NIET_OPGELEGD, _A.ADVISEREN): None,
        (_S.NIET_OPGELEGD, _A.VERLENGEN): None,
        (_S.NIET_OPGELEGD, _A.INTREKKEN): None,
        (_S.NIET_OPGELEGD, _A.BEEINDIGEN): None,
        (_S.NIET_OPGELEGD, _A.CASUSREGIE): None,
        (_S.NIET_OPGELEGD, _A.GESPREK): None,
        (_S.OPGELEGD, _A.OPLEGGEN): None,
        (_S.OPGELEGD, _A.AFZIEN): None,
        (_S.OPGELEGD, _A.ADVISEREN): _S.OPGELEGD,
        (_S.OPGELEGD, _A.VERLENGEN): _S.VERLENGD,
        (_S.OPGELEGD, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.OPGELEGD, _A.BEEINDIGEN): None,
        (_S.OPGELEGD, _A.CASUSREGIE): _S.OPGELEGD,
        (_S.OPGELEGD, _A.GESPREK): _S.OPGELEGD,
        (_S.VERLENGD, _A.OPLEGGEN): None,
        (_S.VERLENGD, _A.AFZIEN): None,
        (_S.VERLENGD, _A.ADVISEREN): _S.VERLENGD,
        (_S.VERLENGD, _A.VERLENGEN): _S.VERLENGD,
        (_S.VERLENGD, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.VERLENGD, _A.BEEINDIGEN): None,
        (_S.VERLENGD, _A.CASUSREGIE): _S.VERLENGD,
        (_S.VERLENGD, _A.GESPREK): _S.VERLENGD,
        (_S.INGETROKKEN, _A.OPLEGGEN): None,
        (_S.INGETROKKEN, _A.AFZIEN): None,
        (_S.INGETROKKEN, _A.ADVISEREN): None,
        (_S.INGETROKKEN, _A.VERLENGEN): None,
        (_S.INGETROKKEN, _A.INTREKKEN): None,
        (_S.INGETROKKEN, _A.BEEINDIGEN): None,
        (_S.INGETROKKEN, _A.CASUSREGIE): _S.INGETROKKEN,
        (_S.INGETROKKEN, _A.GESPREK): _S.INGETROKKEN,
        (_S.AFGELOPEN, _A.OPLEGGEN): None,
        (_S.AFGELOPEN, _A.AFZIEN): None,
        (_S.AFGELOPEN, _A.ADVISEREN): None,
        (_S.AFGELOPEN, _A.VERLENGEN): None,
        (_S.AFGELOPEN, _A.INTREKKEN): None,
        (_S.AFGELOPEN, _A.BEEINDIGEN): _S.AFGELOPEN,
        (_S.AFGELOPEN, _A.CASUSREGIE): _S.AFGELOPEN,
        (_S.AFGELOPEN, _A.GESPREK): _S.AFGELOPEN,
    }
)
# In which of them somebody is out of the house, until its hour.
LOPEND = frozenset({_S.OPGELEGD, _S.VERLENGD})

_AFTER = "Gesprekken en de casusregie kunnen nog worden vastgelegd; een volgend huisverbod vraagt een nieuwe screening."
MAY_NOW: Mapping[HuisverbodStatus, str] = MappingProxyType(
    {
        _S.GESCREEND: "Dit huisverbod is gescreend: leg vast dat het is opgelegd, of dat ervan is afgezien.",
        _S.NIET_OPGELEGD: "Van dit huisverbod is afgezien. Een nieuwe screening kan altijd.",
        _S.OPGELEGD: (
            "Dit huisverbod loopt: u kunt adviseren, een verlenging of intrekking vastleggen, en gesprekken en de "
            "casusregie. Het einde kan worden vastgelegd als de termijn voorbij is."
        ),
        _S.VERLENGD: (
            "Dit huisverbod is verlengd en loopt: u kunt adviseren, een verdere verlenging of intrekking vastleggen, "
            "en gesprekken en de casusregie. Het einde kan worden vastgelegd als de termijn voorbij is."
        ),
        _S.INGETROKKEN: f"Dit huisverbod is ingetrokken. {_AFTER}",
        _S.AFGELOPEN: f"Dit huisverbod is op dat moment afgelopen. Het einde kan worden vastgelegd. {_AFTER}",
    }
)
_OVERLAP = "Voor deze persoon geldt in die tijd al een huisverbod. Er kan er maar één tegelijk zijn."


@dataclass(frozen=True, slots=True, kw_only=True)
class Huisverbod:
    id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    status: HuisverbodStatus
    versie: int
    screening: Screening
    afzien: Afzien | None = None
    oplegging: Oplegging | None = None
    dagen: int | None = None  # counted from the imposing, all together
    eindigt_op: datetime | None = None
    adviezen: tuple[Advies, ...] = ()
    verlengingen: tuple[Verlenging, ...] = ()
    casusregie: tuple[Casusregie, ...] = ()
    intrekking: Intrekking | None = None
    beeindigd_op: datetime | None = None  # once somebody noted that it ended by itself
    gesprekken: tuple[Contact, ...] = ()

    @property
    def periode(self) -> Periode | None:
        """When somebody is out of the house, and who; None when it was not imposed."""
        if self.oplegging is None or self.eindigt_op is None:
            return None
        end = self.intrekking.ingetrokken_op if self.intrekking else self.eindigt_op
        return Periode(self.id, self.oplegging, end)


Step = tuple[Huisverbod, tuple[Fact, ...]]


def status_at(huisverbod: Huisverbod, moment: datetime) -> HuisverbodStatus:
    """Return the state at a moment: one that runs is over at its hour, to the second."""
    over = huisverbod.eindigt_op is not None and moment >= huisverbod.eindigt_op
    return _S.AFGELOPEN if over and huisverbod.status in LOPEND else huisverbod.status


def next_status(status: HuisverbodStatus, actie: HuisverbodActie) -> HuisverbodStatus:
    """Return the state after a step; raises ``OutOfOrderError`` with what may be done instead."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise OutOfOrderError(MAY_NOW[status])
    return after


def term_of(huisverbod: Huisverbod, rules: RuleSettings) -> Berekening | None:
    """Return until when the ban runs by its days, with the working; None when it was not imposed."""
    if huisverbod.oplegging is None or huisverbod.dagen is None:
        return None
    settings = replace(rules, huisverbod_dagen_maximaal=max(rules.huisverbod_dagen_maximaal, huisverbod.dagen))
    return compute_termijn(TermijnSoort.HUISVERBOD, huisverbod.oplegging.opgelegd_op, settings, dagen=huisverbod.dagen)


def advice_term_of(huisverbod: Huisverbod, rules: RuleSettings) -> Berekening | None:
    """Return until when the mayor should have the advice."""
    if huisverbod.oplegging is None:
        return None
    return compute_termijn(TermijnSoort.HUISVERBOD_ADVIES, huisverbod.oplegging.opgelegd_op, rules)


# --- decisions ---------------------------------------------------------------------------------------------------


def screen(new: Huisverbod) -> Step:
    """Return a new screening and what it tells: whether a ban is called for, which imposes nothing yet."""
    found = new.screening
    fact = HuisverbodGescreend(
        huisverbod_id=new.id,
        melding_id=new.melding_id,
        gemeente_code=new.gemeente_code,
        geadviseerd=found.geadviseerd,
        op_verzoek=found.op_verzoek,
        kindermishandeling=found.kindermishandeling,
        gescreend_op=found.gescreend_op,
    )
    return new, (fact,)


def abstain(before: Huisverbod, afzien: Afzien, *, now: datetime) -> Step:
    """Note that no ban was imposed; that was told as the screening already."""
    if before.afzien == afzien:
        return before, ()
    status = next_status(status_at(before, now), _A.AFZIEN)
    refuse(afzien_faults(afzien, before.screening.gescreend_op, now=now))
    return _step(before, status, afzien=afzien), ()


def impose(  # noqa: PLR0913, keyword only after the besluit
    before: Huisverbod,
    oplegging: Oplegging,
    *,
    kring: Kring,
    anderen: Sequence[Periode],
    rules: RuleSettings,
    now: datetime,
) -> Step:
    """Impose the ban; ``anderen`` are the other bans of the casus.

    Raises ``InvoerError`` when somebody is named who is not there or the new facts of a second ban are missing, and
    ``OutOfOrderError`` when this person is out of the house then by another.
    """
    if before.oplegging == oplegging:
        return before, ()
    status = next_status(status_at(before, now), _A.OPLEGGEN)
    gescreend_op = before.screening.gescreend_op
    refuse(oplegging_faults(before.id, oplegging, gescreend_op, kring=kring, anderen=anderen, now=now))
    term = compute_termijn(TermijnSoort.HUISVERBOD, oplegging.opgelegd_op, rules)
    after = _step(before, status, oplegging=oplegging, dagen=rules.huisverbod_dagen, eindigt_op=term.uiterlijk)
    _alone(after, anderen)
    fact = HuisverbodOpgelegd(
        huisverbod_id=after.id,
        melding_id=after.melding_id,
        gemeente_code=after.gemeente_code,
        opgelegd_op=oplegging.opgelegd_op,
    )
    return after, (fact,)


def advise(before: Huisverbod, advies: Advies, *, now: datetime) -> Step:
    """Note what Veilig Thuis advised the mayor."""
    if before.adviezen and replace(advies, id=before.adviezen[-1].id) == before.adviezen[-1]:
        return before, ()
    status = next_status(status_at(before, advies.gegeven_op), _A.ADVISEREN)
    refuse(advies_faults(advies, before.oplegging, now=now))
    after = _step(before, status, adviezen=(*before.adviezen, advies))
    fact = HuisverbodAdviesGegeven(huisverbod_id=after.id, melding_id=after.melding_id, gegeven_op=advies.gegeven_op)
    return after, (fact,)


def extend(
    before: Huisverbod, verlenging: Verlenging, *, anderen: Sequence[Periode], rules: RuleSettings, now: datetime
) -> Step:
    """Extend the ban to so many days in all; refused from the hour at which it ends, and beyond the maximum."""
    if before.verlengingen and replace(verlenging, id=before.verlengingen[-1].id) == before.verlengingen[-1]:
        return before, ()
    status = next_status(status_at(before, verlenging.besloten_op), _A.VERLENGEN)
    refuse(
        verlenging_faults(
            verlenging,
            sinds=_last_decision(before),
            dagen=before.dagen or 0,
            maximaal=rules.huisverbod_dagen_maximaal,
            now=now,
        )
    )
    lengthened = replace(before, dagen=verlenging.dagen)
    term = term_of(lengthened, rules)
    assert term is not None  # noqa: S101, the table lets only what was imposed come here
    verlengingen = (*before.verlengingen, verlenging)
    after = _step(lengthened, status, verlengingen=verlengingen, eindigt_op=term.uiterlijk)
    _alone(after, anderen)
    fact = HuisverbodVerlengd(
        huisverbod_id=after.id,
        melding_id=after.melding_id,
        dagen=verlenging.dagen,
        verlengd_op=verlenging.besloten_op,
    )
    return after, (fact,)


def withdraw(before: Huisverbod, intrekking: Intrekking, *, now: datetime) -> Step:
    """Withdraw the ban before its end, by the mayor alone."""
    if before.intrekking == intrekking:
        return before, ()
    status = next_status(status_at(before, intrekking.ingetrokken_op), _A.INTREKKEN)
    refuse(intrekking_faults(intrekking, sinds=_last_decision(before), now=now))
    after = _step(before, status, intrekking=intrekking)
    return after, (_ended(after, HuisverbodEinde.INGETROKKEN, intrekking.ingetrokken_op),)


def close(before: Huisverbod, *, now: datetime) -> Step:
    """Note that the ban ended by itself, at its hour; noting it again changes nothing."""
    status = next_status(status_at(before, now), _A.BEEINDIGEN)
    if before.beeindigd_op is not None:
        return before, ()
    assert before.eindigt_op is not None  # noqa: S101, over by its hour
    after = _step(before, status, beeindigd_op=before.eindigt_op)
    return after, (_ended(after, HuisverbodEinde.AFGELOPEN, before.eindigt_op),)


def hand_casusregie(before: Huisverbod, casusregie: Casusregie, *, now: datetime) -> Step:
    """Note who holds the casusregie from now on; who held it before stays to be read."""
    held = before.casusregie[-1] if before.casusregie else None
    if held is not None and replace(casusregie, id=held.id, vanaf=held.vanaf) == held:
        return before, ()
    status = next_status(status_at(before, now), _A.CASUSREGIE)
    kept = before.status if status is _S.AFGELOPEN else status
    return _step(before, kept, casusregie=(*before.casusregie, casusregie)), ()


def check_gesprek(before: Huisverbod, *, now: datetime) -> None:
    """Raise ``OutOfOrderError`` when no talk belongs here; a line in the diary on which no version rests."""
    next_status(status_at(before, now), _A.GESPREK)


def _step(before: Huisverbod, status: HuisverbodStatus, **changes: object) -> Huisverbod:
    return replace(before, status=status, versie=before.versie + 1, **changes)  # type: ignore[arg-type]  # named fields


def _last_decision(huisverbod: Huisverbod) -> datetime | None:
    if huisverbod.verlengingen:
        return huisverbod.verlengingen[-1].besloten_op
    return huisverbod.oplegging.opgelegd_op if huisverbod.oplegging else None


def _alone(after: Huisverbod, anderen: Sequence[Periode]) -> None:
    mine = after.periode
    if mine is not None and any(overlaps(mine, other) for other in anderen):
        raise OutOfOrderError(_OVERLAP)


def _ended(after: Huisverbod, einde: HuisverbodEinde, moment: datetime) -> HuisverbodBeeindigd:
    return HuisverbodBeeindigd(huisverbod_id=after.id, melding_id=after.melding_id, einde=einde, beeindigd_op=moment)
