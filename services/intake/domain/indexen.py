"""The reference indexes: about whom a signal may stand in which, what is in it, and how one begins, matches and ends.

A signal says that we are with a person, and never why: name, birth date, sex and organisation leave the house, and
nothing else has a place to stand (``Bericht``). Who needs to know more calls the other organisation.
"""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.intake.domain.codes import Geslacht, PersoonRol
from shared.ids import derived_id
from shared.rules.calendar import amsterdam_day, midnight_before
from shared.rules.codes import Verwijsindex
from shared.rules.deadlines import add_months
from shared.rules.settings import RuleSettings

_FULL_DATE = len("jjjj-mm-dd")
_NAAM_MAX = 100
_IN_A_NAME = frozenset(" .'\u2019-")


# --- about whom ------------------------------------------------------------------------------------------------


class Betrokkenheid(StrEnum):
    """Whether somebody in this role is a directbetrokkene (who commits or undergoes it, and their household)."""

    DIRECT = "direct"
    MISSCHIEN = "misschien"  # a person decides: a witness can be the child of the house or a neighbour
    NIET = "niet"  # is there by profession, or made the melding


BETROKKENHEID: Mapping[PersoonRol, Betrokkenheid] = MappingProxyType(
    {
        PersoonRol.BROER_OF_ZUS: Betrokkenheid.DIRECT,
        PersoonRol.CONTACTPERSOON: Betrokkenheid.NIET,
        PersoonRol.GROOTOUDER: Betrokkenheid.MISSCHIEN,
        PersoonRol.HALFBROER_OF_ZUS: Betrokkenheid.DIRECT,
        PersoonRol.HULPVERLENER: Betrokkenheid.NIET,
        PersoonRol.INFORMANT: Betrokkenheid.NIET,
        PersoonRol.JEUGDIGE: Betrokkenheid.DIRECT,
        PersoonRol.KIND: Betrokkenheid.DIRECT,
        PersoonRol.MELDER: Betrokkenheid.NIET,
        PersoonRol.ONDERWIJSGEVENDE: Betrokkenheid.NIET,
        PersoonRol.OPVOEDER_VERZORGER: Betrokkenheid.DIRECT,
        PersoonRol.OUDER_MET_GEZAG: Betrokkenheid.DIRECT,
        PersoonRol.OUDER_ZONDER_GEZAG: Betrokkenheid.DIRECT,
        PersoonRol.OUDER_GEZAG_NIET_BENOEMD: Betrokkenheid.DIRECT,
        PersoonRol.OUDER_NIET_JURIDISCH: Betrokkenheid.DIRECT,
        PersoonRol.OVERIGE_PROFESSIONAL: Betrokkenheid.NIET,
        PersoonRol.OVERIGE_VERWANT: Betrokkenheid.MISSCHIEN,
        PersoonRol.PLEEGBROER_OF_ZUS: Betrokkenheid.DIRECT,
        PersoonRol.PLEEGOUDER: Betrokkenheid.DIRECT,
        PersoonRol.STIEFBROER_OF_ZUS: Betrokkenheid.DIRECT,
        PersoonRol.STIEFOUDER: Betrokkenheid.DIRECT,
        PersoonRol.MEDISCH_PROFESSIONAL: Betrokkenheid.NIET,
        PersoonRol.VOOGD: Betrokkenheid.NIET,
        PersoonRol.SLACHTOFFER: Betrokkenheid.DIRECT,
        PersoonRol.PLEGER: Betrokkenheid.DIRECT,
        PersoonRol.OUDER: Betrokkenheid.DIRECT,
        PersoonRol.GETUIGE: Betrokkenheid.MISSCHIEN,
        PersoonRol.GEZINSLID: Betrokkenheid.DIRECT,
        PersoonRol.OVERIG: Betrokkenheid.MISSCHIEN,
    }
)


@dataclass(frozen=True, slots=True)
class IndexRegel:
    """For which ages an index is: whole years on the day of the signal, both ends included."""

    naam: str
    leeftijd_van: int | None = None
    leeftijd_tot_en_met: int | None = None


def index_regels(settings: RuleSettings) -> Mapping[Verwijsindex, IndexRegel]:
    """Return for whom each index is."""
    oldest = settings.sisa_leeftijd_tot_en_met
    return {
        Verwijsindex.SISA: IndexRegel("SISA", leeftijd_van=0, leeftijd_tot_en_met=oldest),
        Verwijsindex.SLUIS: IndexRegel("SluiS", leeftijd_van=oldest + 1),
        Verwijsindex.VT_REGISTER: IndexRegel("het VT-register"),
    }


class Bezwaar(StrEnum):
    """Why no signal can be placed."""

    GEEN_DIRECTBETROKKENE = "geen-directbetrokkene"
    NAAM_ONVOLLEDIG = "naam-onvolledig"
    NAAM_GEEN_NAAM = "naam-geen-naam"  # holds signs that no name has: something else may stand there
    GEBOORTEDATUM_ONVOLLEDIG = "geboortedatum-onvolledig"
    GEBOORTEDATUM_IN_TOEKOMST = "geboortedatum-in-de-toekomst"
    TE_JONG = "te-jong"
    TE_OUD = "te-oud"
    NIET_IN_BEHANDELING = "melding-niet-in-behandeling"
    VERWERKING_BEPERKT = "verwerking-beperkt"
    NIET_AANGESLOTEN = "index-niet-aangesloten"
    AL_GEPLAATST = "al-geplaatst"


@dataclass(frozen=True, slots=True, kw_only=True)
class Betrokkene:
    """A person of a melding, as far as an index may know him; everything is as it was sent."""

    rol: PersoonRol
    geslachtsnaam: str | None
    voorvoegsel: str | None
    voornamen: str | None
    geboortedatum: str | None
    geslacht: Geslacht


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What else decides whether a signal can be placed, beside who it is about."""

    dag: date  # the Amsterdam day of the signal
    aangesloten: Collection[Verwijsindex]
    geplaatst: Collection[Verwijsindex] = ()  # where a signal of ours on this person is active already
    in_behandeling: bool = True
    beperkt: bool = False  # AVG art. 18: what is limited is kept, and used for nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Voorstel:
    """Whether a signal on this person can be placed in this index; ``uitleg`` says why (not), and names nobody."""

    index: Verwijsindex
    bezwaren: tuple[Bezwaar, ...]
    uitleg: tuple[str, ...]

    @property
    def mogelijk(self) -> bool:
        """Whether nothing is against it; whether it is right is for a person."""
        return not self.bezwaren


def weigh(betrokkene: Betrokkene, index: Verwijsindex, stand: Stand, settings: RuleSettings) -> Voorstel:
    """Return whether a signal can be placed, with every reason against it."""
    found = (
        *_against_person(betrokkene),
        *_against_age(betrokkene, index, stand.dag, settings),
        *_against_state(index, stand),
    )
    told = _uitleg(betrokkene, index, stand.dag, settings)
    return Voorstel(index=index, bezwaren=found, uitleg=(*(_SENTENCES[one] for one in found), *told))


def voorstellen(betrokkene: Betrokkene, stand: Stand, settings: RuleSettings) -> tuple[Voorstel, ...]:
    """Return what can be placed in each index."""
    return tuple(weigh(betrokkene, index, stand, settings) for index in Verwijsindex)


def _against_person(betrokkene: Betrokkene) -> Iterator[Bezwaar]:
    if BETROKKENHEID[betrokkene.rol] is Betrokkenheid.NIET:
        yield Bezwaar.GEEN_DIRECTBETROKKENE
    names = (betrokkene.geslachtsnaam, betrokkene.voornamen)
    if not all(name and any(sign.isalpha() for sign in name) for name in names):
        yield Bezwaar.NAAM_ONVOLLEDIG
    if not all(is_a_name(name) for name in (*names, betrokkene.voorvoegsel) if name):
        yield Bezwaar.NAAM_GEEN_NAAM
    if born_on(betrokkene.geboortedatum) is None:
        yield Bezwaar.GEBOORTEDATUM_ONVOLLEDIG


def _against_age(betrokkene: Betrokkene, index: Verwijsindex, dag: date, settings: RuleSettings) -> Iterator[Bezwaar]:
    born = born_on(betrokkene.geboortedatum)
    if born is None:
        return
    if born > dag:
        yield Bezwaar.GEBOORTEDATUM_IN_TOEKOMST
        return
    regel, age = index_regels(settings)[index], age_on(born, dag)
    if regel.leeftijd_van is not None and age < regel.leeftijd_van:
        yield Bezwaar.TE_JONG
    if regel.leeftijd_tot_en_met is not None and age > regel.leeftijd_tot_en_met:
        yield Bezwaar.TE_OUD


def _against_state(index: Verwijsindex, stand: Stand) -> Iterator[Bezwaar]:
    if not stand.in_behandeling:
        yield Bezwaar.NIET_IN_BEHANDELING
    if stand.beperkt:
        yield Bezwaar.VERWERKING_BEPERKT
    if index not in stand.aangesloten:
        yield Bezwaar.NIET_AANGESLOTEN
    if index in stand.geplaatst:
        yield Bezwaar.AL_GEPLAATST


_SENTENCES: Mapping[Bezwaar, str] = MappingProxyType(
    {
        Bezwaar.GEEN_DIRECTBETROKKENE: "Wie er beroepshalve bij is, of de melding deed, krijgt nooit een signaal.",
        Bezwaar.NAAM_ONVOLLEDIG: "Een signaal vraagt geslachtsnaam en voornamen.",
        Bezwaar.NAAM_GEEN_NAAM: "In de naam staat iets dat in een naam niet voorkomt; verbeter haar eerst.",
        Bezwaar.GEBOORTEDATUM_ONVOLLEDIG: "Een signaal vraagt de volledige geboortedatum.",
        Bezwaar.GEBOORTEDATUM_IN_TOEKOMST: "De geboortedatum ligt in de toekomst.",
        Bezwaar.TE_JONG: "Deze persoon is te jong voor deze index.",
        Bezwaar.TE_OUD: "Deze persoon is te oud voor deze index.",
        Bezwaar.NIET_IN_BEHANDELING: "Deze melding is niet bij ons in behandeling.",
        Bezwaar.VERWERKING_BEPERKT: "De verwerking van deze casus is beperkt (AVG art. 18).",
        Bezwaar.NIET_AANGESLOTEN: "Wij zijn op deze index niet aangesloten.",
        Bezwaar.AL_GEPLAATST: "Er staat al een signaal van ons over deze persoon.",
    }
)


def _uitleg(betrokkene: Betrokkene, index: Verwijsindex, dag: date, settings: RuleSettings) -> Iterator[str]:
    regel, born = index_regels(settings)[index], born_on(betrokkene.geboortedatum)
    if regel.leeftijd_van is None:
        yield f"In {regel.naam} kan iedere directbetrokkene staan; alleen wie er zelf bij is, zoekt daarin."
    else:
        until = "jaar of ouder" if regel.leeftijd_tot_en_met is None else f"tot en met {regel.leeftijd_tot_en_met} jaar"
        yield f"{regel.naam} is voor wie op de dag van het signaal {regel.leeftijd_van} {until} is."
        if born is not None and born <= dag:
            yield f"Op {dag:%d-%m-%Y} is deze persoon {age_on(born, dag)} jaar."
    if BETROKKENHEID[betrokkene.rol] is Betrokkenheid.MISSCHIEN:
        yield f"Of een {betrokkene.rol} tot het gezin of huishouden hoort, beoordeelt een medewerker."


def born_on(geboortedatum: str | None) -> date | None:
    """Return a birth date when it is known to the day."""
    if geboortedatum is None or len(geboortedatum) != _FULL_DATE:
        return None
    return date.fromisoformat(geboortedatum)


def age_on(born: date, dag: date) -> int:
    """Return how many whole years somebody is on a day; born on 29 February he is a year older on 1 March."""
    return dag.year - born.year - ((dag.month, dag.day) < (born.month, born.day))


def is_a_name(text: str) -> bool:
    """Say whether a text can be a name: letters and what stands between them. Anything else could be content."""
    return len(text) <= _NAAM_MAX and all(
        sign.isalpha() or unicodedata.combining(sign) or sign in _IN_A_NAME for sign in text
    )


# --- what leaves the house -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bericht:
    """All that an index is told. It has no other field, and may never get one that says why."""

    geslachtsnaam: str
    voorvoegsel: str | None
    voornamen: str
    geboortedatum: date
    geslacht: Geslacht
    organisatie: str


def compose(betrokkene: Betrokkene, organisatie: str) -> Bericht:
    """Return the message on a person about whom nothing is against a signal."""
    born = born_on(betrokkene.geboortedatum)
    if born is None or not betrokkene.geslachtsnaam or not betrokkene.voornamen:
        raise ValueError("a signal on somebody who is not fully known")
    return Bericht(
        geslachtsnaam=betrokkene.geslachtsnaam,
        voorvoegsel=betrokkene.voorvoegsel,
        voornamen=betrokkene.voornamen,
        geboortedatum=born,
        geslacht=betrokkene.geslacht,
        organisatie=organisatie,
    )


# --- a signal --------------------------------------------------------------------------------------------------


class SignaalStatus(StrEnum):
    AANGEVRAAGD = "aangevraagd"  # decided here; the index did not confirm it yet
    GEPLAATST = "geplaatst"
    GEMATCHT = "gematcht"  # at least one other organisation has an active signal on the same person
    MISLUKT = "mislukt"  # the index refused, or did not answer for days
    INGETROKKEN = "ingetrokken"
    VERLOPEN = "verlopen"


class SignaalAction(StrEnum):
    BEVESTIGEN = "bevestigen"  # the index says that it stands
    MISLUKKEN = "mislukken"
    MATCHEN = "matchen"
    LOSLATEN = "loslaten"  # the last other organisation took its signal away
    INTREKKEN = "intrekken"
    VERLOPEN = "verlopen"


_S, _A = SignaalStatus, SignaalAction

# Every pair is written out. An answer or a match can come after the end, or twice: that changes nothing any more.
TRANSITIONS: Mapping[tuple[SignaalStatus, SignaalAction], SignaalStatus | None] = MappingProxyType(
    {
        (_S.AANGEVRAAGD, _A.BEVESTIGEN): _S.GEPLAATST,
        (_S.AANGEVRAAGD, _A.MISLUKKEN): _S.MISLUKT,
        (_S.AANGEVRAAGD, _A.MATCHEN): None,
        (_S.AANGEVRAAGD, _A.LOSLATEN): None,
        (_S.AANGEVRAAGD, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.AANGEVRAAGD, _A.VERLOPEN): _S.VERLOPEN,
        (_S.GEPLAATST, _A.BEVESTIGEN): _S.GEPLAATST,
        (_S.GEPLAATST, _A.MISLUKKEN): None,
        (_S.GEPLAATST, _A.MATCHEN): _S.GEMATCHT,
        (_S.GEPLAATST, _A.LOSLATEN): _S.GEPLAATST,
        (_S.GEPLAATST, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.GEPLAATST, _A.VERLOPEN): _S.VERLOPEN,
        (_S.GEMATCHT, _A.BEVESTIGEN): _S.GEMATCHT,
        (_S.GEMATCHT, _A.MISLUKKEN): None,
        (_S.GEMATCHT, _A.MATCHEN): _S.GEMATCHT,
        (_S.GEMATCHT, _A.LOSLATEN): _S.GEPLAATST,
        (_S.GEMATCHT, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.GEMATCHT, _A.VERLOPEN): _S.VERLOPEN,
        (_S.MISLUKT, _A.BEVESTIGEN): None,
        (_S.MISLUKT, _A.MISLUKKEN): _S.MISLUKT,
        (_S.MISLUKT, _A.MATCHEN): None,
        (_S.MISLUKT, _A.LOSLATEN): None,
        (_S.MISLUKT, _A.INTREKKEN): None,
        (_S.MISLUKT, _A.VERLOPEN): None,
        (_S.INGETROKKEN, _A.BEVESTIGEN): None,
        (_S.INGETROKKEN, _A.MISLUKKEN): None,
        (_S.INGETROKKEN, _A.MATCHEN): None,
        (_S.INGETROKKEN, _A.LOSLATEN): None,
        (_S.INGETROKKEN, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.INGETROKKEN, _A.VERLOPEN): None,
        (_S.VERLOPEN, _A.BEVESTIGEN): None,
        (_S.VERLOPEN, _A.MISLUKKEN): None,
        (_S.VERLOPEN, _A.MATCHEN): None,
        (_S.VERLOPEN, _A.LOSLATEN): None,
        (_S.VERLOPEN, _A.INTREKKEN): None,
        (_S.VERLOPEN, _A.VERLOPEN): _S.VERLOPEN,
    }
)

ACTIEF = frozenset({SignaalStatus.AANGEVRAAGD, SignaalStatus.GEPLAATST, SignaalStatus.GEMATCHT})
STAAND = frozenset({SignaalStatus.GEPLAATST, SignaalStatus.GEMATCHT})  # as far as we know, it is in the index


class IntrekReden(StrEnum):
    """Why a signal was taken back; a code, for the word would be content."""

    NIET_MEER_BETROKKEN = "niet-meer-betrokken"
    ONTERECHT_GEPLAATST = "onterecht-geplaatst"
    OP_VERZOEK = "op-verzoek-van-betrokkene"
    VERKEERDE_PERSOON = "verkeerde-persoon"
    VOLDOET_NIET_MEER = "voldoet-niet-meer"  # after a correction the person does not belong in this index


class PogingSoort(StrEnum):
    PLAATSEN = "plaatsen"
    AFMELDEN = "afmelden"


class PogingUitkomst(StrEnum):
    """How one request to an index went."""

    GELUKT = "gelukt"
    GEEN_ANTWOORD = "geen-antwoord"
    STORING = "storing"  # the index says that it is its own fault, or that we must wait
    ONLEESBAAR_ANTWOORD = "onleesbaar-antwoord"  # also a good status with a body that is no answer to this
    GEWEIGERD = "geweigerd"  # sending the same again will not help
    NIET_TOEGELATEN = "niet-toegelaten"  # our key is not accepted
    NIET_AANGESLOTEN = "niet-aangesloten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Poging:
    soort: PogingSoort
    tijdstip: datetime
    uitkomst: PogingUitkomst


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRegel:
    """What an index tells of another organisation with a signal on the same person; it has no place for content."""

    referentie: UUID  # our signal
    kenmerk: str  # by what the index knows the match
    organisatie_id: str
    organisatie: str
    contact: str
    sinds: date
    beeindigd: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    id: UUID
    organisatie: str
    contact: str
    sinds: date
    ontvangen_op: datetime
    beeindigd_op: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signaal:
    """Our own signal; ``referentie`` is all by which the index knows it, and says nothing."""

    id: UUID
    melding_id: UUID
    casus_id: UUID
    persoon_id: UUID
    gemeente_code: str
    index: Verwijsindex
    referentie: UUID
    status: SignaalStatus
    versie: int
    via_vir: bool
    aangevraagd_op: datetime
    verloopt_op: datetime
    geplaatst_op: datetime | None = None
    verzonden_op: datetime | None = None  # when what the index holds was last sent
    beeindigd_op: datetime | None = None
    afgemeld_op: datetime | None = None  # when the index confirmed that it is gone
    reden: IntrekReden | None = None
    fout: PogingUitkomst | None = None
    matches: tuple[Match, ...] = ()
    pogingen: tuple[Poging, ...] = ()


class RefusedError(ValueError):
    """Say in Dutch why a step cannot be taken now."""


def request(  # noqa: PLR0913, what a signal begins with, keyword only
    *,
    signaal_id: UUID,
    referentie: UUID,
    melding_id: UUID,
    casus_id: UUID,
    persoon_id: UUID,
    gemeente_code: str,
    index: Verwijsindex,
    settings: RuleSettings,
    now: datetime,
) -> Signaal:
    """Return a new signal; its two years are counted from now, so that it never outlives those of the index."""
    return Signaal(
        id=signaal_id,
        melding_id=melding_id,
        casus_id=casus_id,
        persoon_id=persoon_id,
        gemeente_code=gemeente_code,
        index=index,
        referentie=referentie,
        status=SignaalStatus.AANGEVRAAGD,
        versie=1,
        via_vir=feeds_vir(index, settings),
        aangevraagd_op=now,
        verloopt_op=midnight_before(add_months(amsterdam_day(now), settings.signaal_geldigheid_maanden)),
    )


def feeds_vir(index: Verwijsindex, settings: RuleSettings) -> bool:
    """Say whether a signal that is placed now may be passed on to the national index."""
    return index is Verwijsindex.SISA and settings.vir_aan


def confirm(signaal: Signaal, *, via_vir: bool, now: datetime) -> Signaal:
    """Return a signal that the index says to hold; raises ``RefusedError`` when it should not stand there."""
    found = _step(signaal, SignaalAction.BEVESTIGEN)
    placed = signaal.geplaatst_op or now
    return replace(found, geplaatst_op=placed, verzonden_op=now, via_vir=via_vir, fout=None)


def fail(signaal: Signaal, fout: PogingUitkomst, *, now: datetime) -> Signaal:
    """Return a signal that could not be placed."""
    return _ended(signaal, SignaalAction.MISLUKKEN, now, fout=fout)


def withdraw(signaal: Signaal, reden: IntrekReden, *, now: datetime) -> Signaal:
    """Return a signal that is taken back; once more changes nothing. Raises ``RefusedError`` when it ended."""
    return _ended(signaal, SignaalAction.INTREKKEN, now, reden=reden)


def expire(signaal: Signaal, *, now: datetime) -> Signaal:
    """Return a signal whose time is over; raises ``RefusedError`` when it ended otherwise."""
    return _ended(signaal, SignaalAction.VERLOPEN, now)


def hear_match(signaal: Signaal, *, open_matches: int) -> Signaal:
    """Return a signal as it is with so many matches open; raises ``RefusedError`` when it does not stand."""
    return _step(signaal, SignaalAction.MATCHEN if open_matches else SignaalAction.LOSLATEN)


def may_withdraw(signaal: Signaal) -> bool:
    """Say whether there is something to take back."""
    return signaal.status in ACTIEF


def is_a_match(regel: MatchRegel, own: str) -> bool:
    """Say whether this is of another organisation: one that is twice with a person does not match itself."""
    return regel.organisatie_id != own


def match_id(signaal: Signaal, regel: MatchRegel) -> UUID:
    """Return the id that a match always gets, however often it is told."""
    return derived_id("match", signaal.id, regel.kenmerk)


def _step(signaal: Signaal, action: SignaalAction) -> Signaal:
    status = TRANSITIONS[signaal.status, action]
    if status is None:
        raise RefusedError(_what_now(signaal))
    return replace(signaal, status=status, versie=signaal.versie + (status is not signaal.status))


def _ended(
    signaal: Signaal,
    action: SignaalAction,
    now: datetime,
    *,
    reden: IntrekReden | None = None,
    fout: PogingUitkomst | None = None,
) -> Signaal:
    found = _step(signaal, action)
    if found.status is signaal.status:
        return signaal
    return replace(found, beeindigd_op=now, reden=reden, fout=fout)


def _what_now(signaal: Signaal) -> str:
    more = "het kan worden ingetrokken" if may_withdraw(signaal) else "er is niets meer aan te veranderen"
    return f"Dit signaal is {signaal.status}; {more}."
