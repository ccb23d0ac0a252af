"""Giving people a place, here or elsewhere: a bed that is free, not where she may not be, together or with a reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.handover.domain.opvang import (
    VERBLIJFT,
    Aanvraag,
    Client,
    NietIn,
    OngeldigError,
    OpvangActie,
    OpvangStatus,
    Splitsing,
    Stap,
    Verblijf,
    Voorziening,
    next_status,
    was_done,
    with_step,
)
from services.handover.domain.opvangstappen import Changed, Wie, check_moment, ended_fact, ended_stay, meant_by
from services.handover.domain.overdracht import StapError
from shared.events.opvang import OpvangGeplaatst
from shared.rules.gemeenten import gemeente, with_predecessors
from shared.rules.opvang import VOOR_WIE, Doelgroep, OpvangEinde

Voorzieningen = Mapping[UUID, Voorziening]
_A, _S = OpvangActie, OpvangStatus

_ABSENT = "deze voorziening is er niet bij de organisatie die is gevraagd"
_TOGETHER = "wie samen kwam blijft samen, tenzij met een reden"
_UNKNOWN = (
    "van deze voorziening is de gemeente niet bekend, en er is een gemeente of regio waar dit gezin niet mag zijn"
)
_FORBIDDEN = "hier mag dit gezin niet worden geplaatst"
_FULL = "Er is geen plaats vrij. Zet op de wachtlijst, plaats elders, of kies een andere voorziening."


@dataclass(frozen=True, slots=True)
class Plek:
    """Who gets a place where, under which id it is kept."""

    persoon_nr: int
    voorziening_id: UUID
    verblijf_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Plaatsing:
    """A place for one or more people of a request."""

    plekken: tuple[Plek, ...]
    moment: datetime
    toelichting: str | None = None
    splitsing: Splitsing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elders:
    """A place elsewhere in the country: in the region of which Veilig Thuis, and in which municipality if it counts."""

    regio: str
    gemeente_code: str | None
    toelichting: str | None = None
    splitsing: Splitsing | None = None


def place(before: Aanvraag, plaatsing: Plaatsing, voorzieningen: Voorzieningen) -> Changed:
    """Give people a bed in the shelter that was asked; who had another one leaves that (doorstroom).

    Raises ``OngeldigError`` for who is not in the request, a kind of place that is not for him, or where he may not be;
    ``StapError`` for one who has ended, and when nothing is free.
    """
    stap = Stap(
        actie=_A.PLAATSEN,
        moment=plaatsing.moment,
        personen=tuple(one.persoon_nr for one in plaatsing.plekken),
        toelichting=plaatsing.toelichting,
        splitsing=plaatsing.splitsing,
    )
    if was_done(before, stap, named=True) and all(_stays_there(before, one) for one in plaatsing.plekken):
        return before, ()
    _refuse(_faults(before, plaatsing, voorzieningen))
    clienten = [one for plek in plaatsing.plekken if (one := before.client(plek.persoon_nr))]
    check_moment(before, clienten, Wie(None, plaatsing.moment, "geplaatstOp"))
    bezet = {one.id: set(one.bezet) for one in voorzieningen.values()}
    changed: list[Client] = []
    for client, plek in zip(clienten, plaatsing.plekken, strict=True):
        voorziening = replace(voorzieningen[plek.voorziening_id], bezet=frozenset(bezet[plek.voorziening_id]))
        after, bed = _placed(client, plek, voorziening, plaatsing.moment)
        bezet[plek.voorziening_id].add(bed)
        changed.append(after)
    after_all = with_step(before, stap, changed)
    _check_together(before, after_all, voorzieningen, plaatsing.splitsing)
    facts = tuple(
        _placed_fact(before, client, after, voorzieningen) for client, after in zip(clienten, changed, strict=True)
    )
    return after_all, facts


def _placed(client: Client, plek: Plek, voorziening: Voorziening, moment: datetime) -> tuple[Client, int]:
    status = next_status(client.status, _A.PLAATSEN)
    if client.verblijf and client.verblijf.voorziening_id == voorziening.id:
        raise StapError("Deze persoon heeft hier al een plaats. Kies een andere voorziening.")
    bed = voorziening.first_free()
    if bed is None:
        raise StapError(_FULL)
    stay = Verblijf(plek.verblijf_id, voorziening.id, bed, moment)
    after = replace(
        client,
        status=status,
        geplaatst_op=client.geplaatst_op or moment,
        klaar_sinds=None,
        verblijven=(*ended_stay(client, moment), stay),
    )
    return after, bed


def _placed_fact(before: Aanvraag, client: Client, after: Client, voorzieningen: Voorzieningen) -> OpvangGeplaatst:
    stay = after.verblijf
    assert stay is not None  # noqa: S101, it was just begun
    return OpvangGeplaatst(
        client_id=after.id,
        aanvraag_id=before.id,
        melding_id=before.melding_id,
        gemeente_code=before.gemeente_code,
        soort=voorzieningen[stay.voorziening_id].soort,
        doelgroep=after.doelgroep,
        onzekere_verblijfsstatus=after.onzekere_verblijfsstatus,
        aangevraagd_op=before.aangevraagd_op,
        geplaatst_op=stay.van,
        doorstroom=client.verblijf is not None,
        klaar_sinds=client.klaar_sinds,
    )


def place_elsewhere(before: Aanvraag, wie: Wie, elders: Elders, voorzieningen: Voorzieningen) -> Changed:
    """Record that people got a place elsewhere in the country; who had one here leaves it."""
    stap = Stap(
        actie=_A.ELDERS_PLAATSEN,
        moment=wie.moment,
        toelichting=elders.toelichting,
        regio=elders.regio,
        gemeente_code=elders.gemeente_code,
        splitsing=elders.splitsing,
    )
    meant = meant_by(before, wie, _A.ELDERS_PLAATSEN)
    whole = replace(stap, personen=tuple(one.persoon_nr for one in meant))
    if was_done(before, whole if wie.personen else stap, named=bool(wie.personen)):
        return before, ()
    if not meant:
        raise StapError("Niemand van deze aanvraag kan nog elders worden geplaatst.")
    _refuse(_faults_elsewhere(before.tekst.niet_in, elders))
    check_moment(before, meant, wie)
    changed = [
        replace(
            one,
            status=next_status(one.status, _A.ELDERS_PLAATSEN),
            geeindigd_op=wie.moment,
            verblijven=tuple(ended_stay(one, wie.moment)),
        )
        for one in meant
    ]
    after = with_step(before, whole, changed)
    _check_together(before, after, voorzieningen, elders.splitsing)
    return after, tuple(ended_fact(before, one, OpvangEinde.ELDERS_GEPLAATST) for one in changed)


def _stays_there(before: Aanvraag, plek: Plek) -> bool:
    client = before.client(plek.persoon_nr)
    return client is not None and any(one.voorziening_id == plek.voorziening_id for one in client.verblijven)


def _refuse(fouten: Iterator[tuple[str, str]]) -> None:
    found = tuple(fouten)
    if found:
        raise OngeldigError(found)


def _faults(before: Aanvraag, plaatsing: Plaatsing, voorzieningen: Voorzieningen) -> Iterator[tuple[str, str]]:
    seen: set[int] = set()
    for place_in_body, plek in enumerate(plaatsing.plekken):
        here = f"/plaatsen/{place_in_body}"
        client, voorziening = before.client(plek.persoon_nr), voorzieningen.get(plek.voorziening_id)
        if client is None:
            yield f"{here}/persoonNr", "deze persoon staat niet in de aanvraag"
        if plek.persoon_nr in seen:
            yield f"{here}/persoonNr", "deze persoon krijgt hier al een plaats"
        seen.add(plek.persoon_nr)
        if voorziening is None or voorziening.organisatie_id != before.organisatie_id:
            yield f"{here}/voorzieningId", _ABSENT
            continue
        if client and client.doelgroep not in VOOR_WIE[voorziening.soort]:
            yield f"{here}/voorzieningId", "deze plaatsen zijn niet voor wie dit is"
        wrong = fault_of_place(before.tekst.niet_in, voorziening.gemeente_code)
        if wrong:
            yield f"{here}/voorzieningId", wrong


def fault_of_place(niet_in: NietIn, gemeente_code: str | None) -> str | None:
    """Return in Dutch why nobody may be placed in a municipality; one that is not known is refused where it counts."""
    if not niet_in:
        return None
    if gemeente_code is None:
        return _UNKNOWN
    codes = with_predecessors({gemeente_code})
    if codes & with_predecessors(niet_in.gemeenten):
        return _FORBIDDEN
    known = gemeente(gemeente_code)
    if niet_in.regios and known is None:
        return _UNKNOWN
    return _FORBIDDEN if known and known.vt_organisatie in niet_in.regios else None


def _faults_elsewhere(niet_in: NietIn, elders: Elders) -> Iterator[tuple[str, str]]:
    if elders.regio in niet_in.regios:
        yield "/regio", _FORBIDDEN
    if elders.gemeente_code is None and niet_in.gemeenten:
        yield "/gemeenteCode", "noem de gemeente: er is een gemeente waar dit gezin niet mag zijn"
    elif elders.gemeente_code and with_predecessors({elders.gemeente_code}) & with_predecessors(niet_in.gemeenten):
        yield "/gemeenteCode", _FORBIDDEN


def _check_together(
    before: Aanvraag, after: Aanvraag, voorzieningen: Voorzieningen, splitsing: Splitsing | None
) -> None:
    """Raise ``OngeldigError`` when a group is split by this step and nobody says why."""
    if splitsing is None and _places(after, voorzieningen) > 1 >= _places(before, voorzieningen):
        raise OngeldigError([("/splitsing", _TOGETHER)])


def _places(aanvraag: Aanvraag, voorzieningen: Voorzieningen) -> int:
    """Count in how many places the people of a request are; who was taken back or has left is in none."""
    found: set[object] = set()
    for client in aanvraag.clienten:
        if client.status in VERBLIJFT:
            stay = client.verblijf
            here = voorzieningen.get(stay.voorziening_id) if stay else None
            found.add(("hier", here.gemeente_code if here else None))
        elif client.status is _S.ELDERS_GEPLAATST:
            found.add("elders")
        elif client.status not in {_S.INGETROKKEN, _S.UITGESTROOMD}:
            found.add("zonder")
    return len(found)


# --- what somebody should look at --------------------------------------------------------------------------------


class WaarschuwingSoort(StrEnum):
    MOGELIJK_DUBBEL = "mogelijk-dubbel-geplaatst"
    NIET_IN_GEMEENTE = "verblijft-waar-het-niet-mag"


@dataclass(frozen=True, slots=True)
class Waarschuwing:
    """What somebody should look at, and of whom."""

    soort: WaarschuwingSoort
    personen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Medeclient:
    """Somebody else of the same casus who has a place now, by another request."""

    melding_id: UUID
    doelgroep: Doelgroep


def warnings_of(
    aanvraag: Aanvraag, others: Sequence[Medeclient], voorzieningen: Voorzieningen
) -> Iterator[Waarschuwing]:
    """Give what should be looked at: one human can have two places when he stands in two meldingen of a casus.

    Nothing here knows whether two places in meldingen are one human. Several children are usual: only adults count.
    """
    placed = [one for one in aanvraag.clienten if one.status in VERBLIJFT]
    elsewhere = {one.doelgroep for one in others if one.melding_id != aanvraag.melding_id} - {Doelgroep.KIND}
    double = tuple(one.persoon_nr for one in placed if one.doelgroep in elsewhere)
    if double:
        yield Waarschuwing(WaarschuwingSoort.MOGELIJK_DUBBEL, double)
    wrong = tuple(one.persoon_nr for one in placed if _stays_wrong(one, aanvraag.tekst.niet_in, voorzieningen))
    if wrong:
        yield Waarschuwing(WaarschuwingSoort.NIET_IN_GEMEENTE, wrong)


def _stays_wrong(client: Client, niet_in: NietIn, voorzieningen: Voorzieningen) -> bool:
    here = voorzieningen.get(client.verblijf.voorziening_id) if client.verblijf else None
    return here is not None and fault_of_place(niet_in, here.gemeente_code) is not None
