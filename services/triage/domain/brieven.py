"""A letter: which ones there is a reason for, what stands in them, and what may be done with one that was made.

A letter that was made does not change: what is decided or protected anew needs a new letter, and an older one of the
same sort to the same reader that was not sent is not sent any more.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, assert_never
from uuid import UUID

from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.informeren import Boek, InformeerStatus
from shared.rules.behandelcodes import BriefAan, BriefSoort, InformeerWijze, NietInformerenReden, VerzendWijze
from shared.rules.brieven import SJABLONEN, VAN_CONCLUSIE, VAN_UITKOMST, fill
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import BestemmingSoort, Conclusie, Uitkomst
from shared.rules.deadlines import format_day
from shared.rules.weglaten import Geknipt


class BriefStatus(StrEnum):
    GEREED = "gereed"
    VERZONDEN = "verzonden"
    VERVALLEN = "vervallen"  # another one was made in its place, or it is not safe any more


class BriefActie(StrEnum):
    VERZENDEN = "verzenden"
    VERVANGEN = "vervangen"


_S, _A = BriefStatus, BriefActie

# None: refused. What was sent cannot be taken back; a second letter beside it replaces nothing.
TRANSITIONS: Mapping[tuple[BriefStatus, BriefActie], BriefStatus | None] = MappingProxyType(
    {
        (_S.GEREED, _A.VERZENDEN): _S.VERZONDEN,
        (_S.GEREED, _A.VERVANGEN): _S.VERVALLEN,
        (_S.VERZONDEN, _A.VERZENDEN): None,
        (_S.VERZONDEN, _A.VERVANGEN): None,
        (_S.VERVALLEN, _A.VERZENDEN): None,
        (_S.VERVALLEN, _A.VERVANGEN): None,
    }
)

MAY_NOW: Mapping[BriefStatus, str] = MappingProxyType(
    {
        _S.GEREED: "De brief is gereed: verzend hem, of maak een nieuwe die hem vervangt.",
        _S.VERZONDEN: "De brief is al verzonden en staat vast. Maak een nieuwe brief als er iets bij moet.",
        _S.VERVALLEN: "Deze brief is vervangen, of niet meer veilig: verzend hem niet. Maak zo nodig een nieuwe.",
    }
)

ANDERE_STAND = "De bescherming van een melder is veranderd sinds deze brief is gemaakt: maak de brief opnieuw."
_UNSAFE = (
    "Voor deze persoon is vastgelegd dat hij om de veiligheid niet wordt geïnformeerd. "
    "Is dat anders geworden, geef dan `alsnog` mee."
)

# How a letter that left the house told somebody.
WIJZE_VAN: Mapping[VerzendWijze, InformeerWijze] = MappingProxyType(
    {
        VerzendWijze.POST: InformeerWijze.SCHRIFTELIJK,
        VerzendWijze.OVERHANDIGD: InformeerWijze.SCHRIFTELIJK,
        VerzendWijze.VEILIGE_MAIL: InformeerWijze.E_MAIL,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefOpgave:
    """The letter that is asked for."""

    melding_id: UUID
    soort: BriefSoort
    persoon_nr: int | None
    aanvullingen: tuple[str, ...] = ()
    met_motivering: bool = False
    alsnog: bool = False  # it is safe now to write to who was not told because of safety


@dataclass(frozen=True, slots=True, kw_only=True)
class Verzending:
    """That a letter left the house; triage sends nothing itself."""

    moment: datetime
    wijze: VerzendWijze


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    id: UUID
    melding_id: UUID
    casus_id: UUID
    soort: BriefSoort
    sjabloon_versie: int
    persoon_nr: int | None
    status: BriefStatus
    versie: int
    stand: str  # under which protection of the melders it was cut
    gemaakt_op: datetime
    tekst: str = ""
    verzending: Verzending | None = None

    @property
    def aan(self) -> BriefAan:
        """To what kind of reader it goes."""
        return SJABLONEN[self.soort].aan


@dataclass(frozen=True, slots=True)
class Besloten:
    """A besluit on the melding, as far as letters tell of it."""

    uitkomst: Uitkomst
    besloten_op: datetime
    motivering: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aanleiding:
    """What happened with a melding that letters tell of."""

    boek: Boek
    besluit: Besloten | None = None
    conclusies: Mapping[Conclusie, str] = field(default_factory=dict)  # with their motivation
    bestemmingen: Collection[BestemmingSoort] = ()


@dataclass(frozen=True, slots=True)
class Voorstel:
    """A letter for which there is a reason, and which was not made yet."""

    soort: BriefSoort
    persoon_nr: int | None
    reden: str


class Weglater(Protocol):
    """Who leaves out of texts what tells who a hidden melder is."""

    async def cut_teksten(self, casus_id: UUID, teksten: Sequence[str]) -> Geknipt:
        """Return texts as somebody outside may read them; raises ``OperationalError`` when they cannot be had."""
        ...


# --- making ------------------------------------------------------------------------------------------------------


def check_reason(opgave: BriefOpgave, why: Aanleiding) -> None:
    """Refuse a letter that would not be true or not be safe; raises ``OutOfOrderError`` with what must come first."""
    soort = opgave.soort
    _check_safe(opgave, why.boek)
    if soort is BriefSoort.BETROKKENE_LATER and not why.boek.uitstellen:
        raise OutOfOrderError("Het informeren is niet uitgesteld: maak de gewone brief na ontvangst.")
    if soort in {BriefSoort.BETROKKENE_BEOORDELING, BriefSoort.MELDER_UITKOMST} and why.besluit is None:
        raise OutOfOrderError("Er is nog geen besluit: deze brief kan pas na de veiligheidsbeoordeling.")
    if soort is BriefSoort.LOKAAL_VELD_OVERDRACHT and BestemmingSoort.LOKAAL_VELD not in why.bestemmingen:
        raise OutOfOrderError("De casus gaat niet naar het lokale veld: deze brief zou niet kloppen.")
    conclusie = VAN_CONCLUSIE.get(soort)
    if conclusie is not None and conclusie not in why.conclusies:
        raise OutOfOrderError(f"Er is geen dienst met conclusie '{conclusie}': deze brief zou niet kloppen.")


def _check_safe(opgave: BriefOpgave, boek: Boek) -> None:
    last = None if opgave.persoon_nr is None else boek.laatste(opgave.persoon_nr)
    if last is not None and last.reden is NietInformerenReden.VEILIGHEID and not opgave.alsnog:
        raise OutOfOrderError(_UNSAFE)


def written_here(opgave: BriefOpgave, why: Aanleiding) -> tuple[str, ...]:
    """Return every text of ours that would go into a letter: the motivation, if it is wanted, and what is added."""
    return (*_motivering(opgave, why), *opgave.aanvullingen)


def _motivering(opgave: BriefOpgave, why: Aanleiding) -> tuple[str, ...]:
    if not opgave.met_motivering:
        return ()
    conclusie = VAN_CONCLUSIE.get(opgave.soort)
    if conclusie is not None:
        return (why.conclusies[conclusie],) if conclusie in why.conclusies else ()
    if opgave.soort is BriefSoort.BETROKKENE_BEOORDELING and why.besluit is not None:
        return (why.besluit.motivering,)
    return ()


def write(opgave: BriefOpgave, why: Aanleiding, cut: Geknipt) -> str:
    """Return the text of a letter, of which what we wrote ourselves was cut."""
    had_motivering = len(_motivering(opgave, why))
    values = {"ontvangen_op": format_day(amsterdam_day(why.boek.ontvangen_op))}
    if why.besluit is not None:
        values["uitkomst"], values["vervolg"] = VAN_UITKOMST[why.besluit.uitkomst]
        values["besloten_op"] = format_day(amsterdam_day(why.besluit.besloten_op))
    if had_motivering:
        values["motivering"] = cut.teksten[0]
    return fill(opgave.soort, values, aanvullingen=cut.teksten[had_motivering:])


# --- sending -----------------------------------------------------------------------------------------------------


def send(before: Brief, verzending: Verzending, *, stand: str) -> Brief:
    """Note that a letter left the house; the same again changes nothing.

    Raises ``OutOfOrderError`` when it was sent or replaced, and when the protection changed since it was made.
    """
    if before.verzending == verzending:
        return before
    status = TRANSITIONS[before.status, BriefActie.VERZENDEN]
    if status is None:
        raise OutOfOrderError(MAY_NOW[before.status])
    if before.stand != stand:
        raise OutOfOrderError(ANDERE_STAND)
    return replace(before, status=status, versie=before.versie + 1, verzending=verzending)


# --- proposing ---------------------------------------------------------------------------------------------------

_CHILD = "Is dit een kind? Kies 'kind-ontvangst' vanaf 12 jaar of 'jongere-ontvangst' vanaf 16 jaar."


def propose(why: Aanleiding, made: Collection[Brief]) -> list[Voorstel]:
    """Return for whom a letter is called for that lies not ready, and was not sent."""
    there = {(one.soort, one.persoon_nr) for one in made if one.status is not BriefStatus.VERVALLEN}
    told = {one.persoon_nr for one in made if SJABLONEN[one.soort].informeert and one.status is BriefStatus.GEREED}
    return [
        one
        for one in (*_of_others(why), *_of_persons(why))
        if (one.soort, one.persoon_nr) not in there and not (SJABLONEN[one.soort].informeert and one.persoon_nr in told)
    ]


def _of_others(why: Aanleiding) -> Iterator[Voorstel]:
    yield Voorstel(BriefSoort.MELDER_ONTVANGST, None, "De melding is ontvangen.")
    if why.besluit is not None:
        yield Voorstel(BriefSoort.MELDER_UITKOMST, None, "Het besluit is genomen.")
    if BestemmingSoort.RAAD_VOOR_DE_KINDERBESCHERMING in why.bestemmingen:
        yield Voorstel(BriefSoort.COLLEGE_VERZOEK_TOT_ONDERZOEK, None, "De raad is om onderzoek gevraagd.")
    if BestemmingSoort.LOKAAL_VELD in why.bestemmingen:
        yield Voorstel(BriefSoort.LOKAAL_VELD_OVERDRACHT, None, "De casus gaat naar het lokale veld.")


def _of_persons(why: Aanleiding) -> Iterator[Voorstel]:
    for nr in sorted(why.boek.personen):
        status = why.boek.status(nr)
        match status:
            case InformeerStatus.OPEN:
                later = bool(why.boek.uitstellen)
                soort = BriefSoort.BETROKKENE_LATER if later else BriefSoort.BETROKKENE_ONTVANGST
                yield Voorstel(soort, nr, f"Deze persoon is nog niet geïnformeerd. {_CHILD}")
            case InformeerStatus.GEINFORMEERD:
                yield from _outcomes(why, nr)
            case InformeerStatus.NIET_GEINFORMEERD:
                continue
            case _:
                assert_never(status)


def _outcomes(why: Aanleiding, nr: int) -> Iterator[Voorstel]:
    if why.besluit is not None:
        yield Voorstel(BriefSoort.BETROKKENE_BEOORDELING, nr, "Het besluit is genomen.")
    for soort, conclusie in VAN_CONCLUSIE.items():
        if conclusie in why.conclusies:
            yield Voorstel(soort, nr, f"Het onderzoek is afgerond: {conclusie}.")
