"""The verzoek tot onderzoek (VTO): how far it is, who is told of it, and what the raad answers.

That college and melder are told is Wmo 2015 art. 4.1.1 lid 2 onder f and g.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.matter import Matter, step
from services.triage.domain.verzoek import VtoOpgave
from shared.events.behandeling import (
    VerzoekTotOnderzoekBeantwoord,
    VerzoekTotOnderzoekGedaan,
    VerzoekTotOnderzoekGemeld,
)
from shared.rules.behandelcodes import VtoGemeldAan, VtoResultaat, VtoStatus


class VtoVerzoekStatus(StrEnum):
    CONCEPT = "concept"
    GEDAAN = "gedaan"
    INTAKE_AFGEROND = "intake-afgerond"
    ONDERZOEK_AFGEROND = "onderzoek-afgerond"
    ZAAK_AFGEROND = "zaak-afgerond"
    INGETROKKEN = "ingetrokken"


class VerzoekActie(StrEnum):
    AANVULLEN = "aanvullen"
    INDIENEN = "indienen"
    KENNISGEVEN = "kennisgeven"
    INTREKKEN = "intrekken"
    BERICHT_INTAKE = "bericht-intake-afgerond"
    BERICHT_ONDERZOEK = "bericht-onderzoek-afgerond"
    BERICHT_ZAAK = "bericht-zaak-afgerond"


_S, _A = VtoVerzoekStatus, VerzoekActie

# None: refused. Messages of the raad may overtake each other: the furthest counts, and none is lost, also when the
# request was withdrawn meanwhile. Whoever must be told is told also when all is over: late is never blocked.
TRANSITIONS: Mapping[tuple[VtoVerzoekStatus, VerzoekActie], VtoVerzoekStatus | None] = MappingProxyType(
    {
        (_S.CONCEPT, _A.AANVULLEN): _S.CONCEPT,
        (_S.CONCEPT, _A.INDIENEN): _S.GEDAAN,
        (_S.CONCEPT, _A.KENNISGEVEN): None,
        (_S.CONCEPT, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.CONCEPT, _A.BERICHT_INTAKE): None,
        (_S.CONCEPT, _A.BERICHT_ONDERZOEK): None,
        (_S.CONCEPT, _A.BERICHT_ZAAK): None,
        (_S.GEDAAN, _A.AANVULLEN): None,
        (_S.GEDAAN, _A.INDIENEN): None,
        (_S.GEDAAN, _A.KENNISGEVEN): _S.GEDAAN,
        (_S.GEDAAN, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.GEDAAN, _A.BERICHT_INTAKE): _S.INTAKE_AFGEROND,
        (_S.GEDAAN, _A.BERICHT_ONDERZOEK): _S.ONDERZOEK_AFGEROND,
        (_S.GEDAAN, _A.BERICHT_ZAAK): _S.ZAAK_AFGEROND,
        (_S.INTAKE_AFGEROND, _A.AANVULLEN): None,
        (_S.INTAKE_AFGEROND, _A.INDIENEN): None,
        (_S.INTAKE_AFGEROND, _A.KENNISGEVEN): _S.INTAKE_AFGEROND,
        (_S.INTAKE_AFGEROND, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.INTAKE_AFGEROND, _A.BERICHT_INTAKE): _S.INTAKE_AFGEROND,
        (_S.INTAKE_AFGEROND, _A.BERICHT_ONDERZOEK): _S.ONDERZOEK_AFGEROND,
        (_S.INTAKE_AFGEROND, _A.BERICHT_ZAAK): _S.ZAAK_AFGEROND,
        (_S.ONDERZOEK_AFGEROND, _A.AANVULLEN): None,
        (_S.ONDERZOEK_AFGEROND, _A.INDIENEN): None,
        (_S.ONDERZOEK_AFGEROND, _A.KENNISGEVEN): _S.ONDERZOEK_AFGEROND,
        (_S.ONDERZOEK_AFGEROND, _A.INTREKKEN): None,
        (_S.ONDERZOEK_AFGEROND, _A.BERICHT_INTAKE): _S.ONDERZOEK_AFGEROND,
        (_S.ONDERZOEK_AFGEROND, _A.BERICHT_ONDERZOEK): _S.ONDERZOEK_AFGEROND,
        (_S.ONDERZOEK_AFGEROND, _A.BERICHT_ZAAK): _S.ZAAK_AFGEROND,
        (_S.ZAAK_AFGEROND, _A.AANVULLEN): None,
        (_S.ZAAK_AFGEROND, _A.INDIENEN): None,
        (_S.ZAAK_AFGEROND, _A.KENNISGEVEN): _S.ZAAK_AFGEROND,
        (_S.ZAAK_AFGEROND, _A.INTREKKEN): None,
        (_S.ZAAK_AFGEROND, _A.BERICHT_INTAKE): _S.ZAAK_AFGEROND,
        (_S.ZAAK_AFGEROND, _A.BERICHT_ONDERZOEK): _S.ZAAK_AFGEROND,
        (_S.ZAAK_AFGEROND, _A.BERICHT_ZAAK): _S.ZAAK_AFGEROND,
        (_S.INGETROKKEN, _A.AANVULLEN): None,
        (_S.INGETROKKEN, _A.INDIENEN): None,
        (_S.INGETROKKEN, _A.KENNISGEVEN): _S.INGETROKKEN,
        (_S.INGETROKKEN, _A.INTREKKEN): None,
        (_S.INGETROKKEN, _A.BERICHT_INTAKE): _S.INGETROKKEN,
        (_S.INGETROKKEN, _A.BERICHT_ONDERZOEK): _S.INGETROKKEN,
        (_S.INGETROKKEN, _A.BERICHT_ZAAK): _S.INGETROKKEN,
    }
)
_BY_BERICHT: Mapping[VtoStatus, VerzoekActie] = MappingProxyType(
    {
        VtoStatus.INTAKE_AFGEROND: _A.BERICHT_INTAKE,
        VtoStatus.ONDERZOEK_AFGEROND: _A.BERICHT_ONDERZOEK,
        VtoStatus.ZAAK_AFGEROND: _A.BERICHT_ZAAK,
    }
)
_FURTHEST = tuple(_BY_BERICHT)  # the first is the least far

_TELLEN = "Het college en de melder kunnen worden ingelicht, en berichten van de raad kunnen worden vastgelegd."
MAY_NOW: Mapping[VtoVerzoekStatus, str] = MappingProxyType(
    {
        _S.CONCEPT: "Het verzoek kan worden aangevuld, ingediend of ingetrokken.",
        _S.GEDAAN: f"Het verzoek is bij de raad en kan worden ingetrokken. {_TELLEN}",
        _S.INTAKE_AFGEROND: f"De raad heeft het in behandeling; het verzoek kan worden ingetrokken. {_TELLEN}",
        _S.ONDERZOEK_AFGEROND: f"De raad is klaar met onderzoeken; intrekken kan niet meer. {_TELLEN}",
        _S.ZAAK_AFGEROND: f"De zaak is bij de raad afgerond. {_TELLEN}",
        _S.INGETROKKEN: f"Het verzoek is ingetrokken; doe zo nodig een nieuw. Was het al ingediend: {_TELLEN.lower()}",
    }
)
_NOT_SENT = "Het verzoek is nooit bij de raad ingediend: er is niemand over in te lichten en er komt geen antwoord."

# What may come of each status. An intake can end in a refusal; every other result needs an investigation.
RESULTATEN: Mapping[VtoStatus, frozenset[VtoResultaat]] = MappingProxyType(
    {
        VtoStatus.INTAKE_AFGEROND: frozenset({VtoResultaat.AFGEWEZEN}),
        VtoStatus.ONDERZOEK_AFGEROND: frozenset(VtoResultaat),
        VtoStatus.ZAAK_AFGEROND: frozenset(VtoResultaat),
    }
)


class KennisgevingWijze(StrEnum):
    """How somebody was told."""

    BRIEF = "brief"
    BEVEILIGD_BERICHT = "beveiligd-bericht"
    TELEFONISCH = "telefonisch"
    GESPREK = "gesprek"


@dataclass(frozen=True, slots=True)
class Kennisgeving:
    """That the college or the melder was told, with its proof; or why a melder cannot be told."""

    id: UUID
    aan: VtoGemeldAan
    moment: datetime
    wijze: KennisgevingWijze | None
    bewijs: str | None
    inhoud: str | None
    niet_mogelijk: str | None


@dataclass(frozen=True, slots=True)
class Raadsbericht:
    """One message of the raad; its id follows from what the raad calls it."""

    id: UUID
    status: VtoStatus
    resultaat: VtoResultaat | None
    ontvangen_op: datetime


@dataclass(frozen=True, slots=True)
class Intrekking:
    ingetrokken_op: datetime
    reden: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vto(Matter):
    """A request with all that is known of it; for the raad and in lists without texts and kennisgevingen."""

    status: VtoVerzoekStatus
    opgave: VtoOpgave
    gedaan_op: datetime | None = None
    intrekking: Intrekking | None = None
    kennisgevingen: tuple[Kennisgeving, ...] = ()
    berichten: tuple[Raadsbericht, ...] = ()


def amend(before: Vto, opgave: VtoOpgave) -> tuple[Vto, tuple[()]]:
    """Write a concept anew; raises ``OutOfOrderError`` once it is with the raad."""
    if opgave == before.opgave:
        return before, ()
    return replace(before, status=_next(before, _A.AANVULLEN), opgave=opgave), ()


def submit(before: Vto, gedaan_op: datetime | None, now: datetime) -> tuple[Vto, tuple[VerzoekTotOnderzoekGedaan, ...]]:
    """Send a complete request, now unless a moment is given; the same again changes nothing and tells nothing."""
    if before.gedaan_op is not None and gedaan_op in {None, before.gedaan_op}:
        return before, ()
    gedaan_op = gedaan_op or now
    after = replace(before, status=_next(before, _A.INDIENEN), gedaan_op=gedaan_op)
    fact = VerzoekTotOnderzoekGedaan(
        vto_id=after.id, melding_id=after.melding_id, gemeente_code=after.gemeente_code, gedaan_op=gedaan_op
    )
    return after, (fact,)


def withdraw(before: Vto, intrekking: Intrekking) -> tuple[Vto, tuple[()]]:
    """Take a request back; raises ``OutOfOrderError`` when the raad has investigated already."""
    if before.intrekking == intrekking:
        return before, ()
    return replace(before, status=_next(before, _A.INTREKKEN), intrekking=intrekking), ()


# --- who is told -------------------------------------------------------------------------------------------------


def find_kennisgeving_faults(kennisgeving: Kennisgeving) -> Iterator[tuple[str, str]]:
    """Yield what a kennisgeving lacks or says twice, as a JSON pointer and a Dutch sentence."""
    told = {name: getattr(kennisgeving, name) for name in ("wijze", "bewijs", "inhoud")}
    if kennisgeving.niet_mogelijk is None:
        yield from ((f"/{name}", "is nodig als bewijs dat er is ingelicht") for name in told if told[name] is None)
    elif kennisgeving.aan is not VtoGemeldAan.MELDER:
        yield "/nietMogelijk", "geldt alleen voor een melder die niet bekend is: het college is altijd in te lichten"
    elif any(value is not None for value in told.values()):
        yield "/nietMogelijk", "past niet bij een wijze, bewijs of inhoud"


def notify(before: Vto, new: Kennisgeving) -> tuple[Vto, Kennisgeving, tuple[VerzoekTotOnderzoekGemeld, ...]]:
    """Note that somebody was told; of each kind the first stops the clock, and the same again is that one.

    That a melder cannot be told is told as a fact too: nobody can do more, and the clock must not run for ever.
    """
    same = next((one for one in before.kennisgevingen if replace(one, id=new.id) == new), None)
    if same is not None:
        return before, same, ()
    status = _next(before, _A.KENNISGEVEN)
    after = replace(before, status=status, kennisgevingen=(*before.kennisgevingen, new))
    if any(one.aan is new.aan for one in before.kennisgevingen):
        return after, new, ()
    fact = VerzoekTotOnderzoekGemeld(vto_id=after.id, melding_id=after.melding_id, aan=new.aan, gemeld_op=new.moment)
    return after, new, (fact,)


def find_untold(vto: Vto) -> tuple[VtoGemeldAan, ...]:
    """Return who must still be told."""
    told = {one.aan for one in vto.kennisgevingen}
    return tuple(one for one in VtoGemeldAan if vto.gedaan_op and one not in told)


# --- what the raad answers ---------------------------------------------------------------------------------------


def fits(bericht: Raadsbericht) -> bool:
    """Tell whether this result can come of this status."""
    return bericht.resultaat is None or bericht.resultaat in RESULTATEN[bericht.status]


def standing(vto: Vto) -> tuple[VtoStatus | None, VtoResultaat | None]:
    """Return the furthest status that the raad told, and the result that came with the furthest."""
    ordered = sorted(vto.berichten, key=lambda one: _FURTHEST.index(one.status))
    results = [one.resultaat for one in ordered if one.resultaat]
    return (ordered[-1].status if ordered else None), (results[-1] if results else None)


def receive(before: Vto, new: Raadsbericht) -> tuple[Vto, tuple[VerzoekTotOnderzoekBeantwoord, ...]]:
    """Take a message of the raad; the same again changes nothing, and what changes nothing that counts is not told.

    Raises ``OutOfOrderError`` for a message that contradicts an earlier one, or about a request it never got.
    """
    for known in before.berichten:
        if known == new:
            return before, ()
        if known.id == new.id:
            raise OutOfOrderError("Dit bericht kwam al binnen met een andere inhoud. Stuur een nieuw bericht.")
        if known.status is new.status and None not in (known.resultaat, new.resultaat):
            _refuse_other_result(known, new)
    status = _next(before, _BY_BERICHT[new.status])
    after = replace(before, status=status, berichten=(*before.berichten, new))
    furthest, resultaat = standing(after)
    if furthest is None or (furthest, resultaat) == standing(before):
        return after, ()
    fact = VerzoekTotOnderzoekBeantwoord(
        vto_id=after.id,
        melding_id=after.melding_id,
        gemeente_code=after.gemeente_code,
        status=furthest,
        resultaat=resultaat,
        ontvangen_op=new.ontvangen_op,
    )
    return after, (fact,)


def _refuse_other_result(known: Raadsbericht, new: Raadsbericht) -> None:
    if known.resultaat is not new.resultaat:
        raise OutOfOrderError(
            f"De raad meldde bij {known.status.value} al een ander resultaat. Zoek met de raad uit welk bericht klopt."
        )


def _next(before: Vto, actie: VerzoekActie) -> VtoVerzoekStatus:
    after = step(TRANSITIONS, MAY_NOW, before.status, actie)
    if before.status is _S.INGETROKKEN and before.gedaan_op is None:
        raise OutOfOrderError(_NOT_SENT)
    return after
