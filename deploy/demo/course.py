"""What happens with one melding: every choice about it, from its number alone and from nothing that a server answers.

The destinations follow the published shares; the rest are assumptions, each a named value. No choice depends on
another melding: who is busy, and what that delays, is the work of ``plan``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from deploy.demo.arrivals import Aankomst
from deploy.demo.chance import chance_of, pick
from deploy.demo.sources import HUISVERBODEN_PER_JAAR, MELDINGEN_PER_JAAR, BestemmingAandeel, bestemmingen
from shared.rules.codes import (
    BestemmingSoort,
    Conclusie,
    DienstSoort,
    InterventieSoort,
    MelderCategorie,
    Relatie,
    Uitkomst,
    Vorm,
)
from shared.rules.routing import default_organisatie

ACUUT = 0.10  # crisis interventions: about one melding in ten
HANDLE_WITH_CARE = 0.06  # of what the police report about violence at home with a child
TWEEDE_ONTVANGER = 0.04  # besluiten that name a second receiver beside the local field
WEIGERING = 0.03
GEEN_ANTWOORD = 0.01
STRUCTUREEL = 0.35

# What the veiligheidsbeoordeling leads to: one in eight is kept, of which 30 : 70 onderzoek and V&V.
ZELF_OPGEPAKT = 0.12
ONDERZOEK = 0.30
_NIET_OVERGEDRAGEN: Mapping[Uitkomst, float] = MappingProxyType(
    {
        Uitkomst.GEEN_VERVOLG: 0.035,
        Uitkomst.OMGEZET_NAAR_ADVIES: 0.008,
        Uitkomst.REGIONAAL_MAATWERK: 0.007,
        Uitkomst.NIET_ONTVANKELIJK: 0.005,
        Uitkomst.ONJUIST_GEADRESSEERD: 0.005,
    }
)
DIENST_OF: Mapping[Uitkomst, DienstSoort] = MappingProxyType(
    {
        Uitkomst.ONDERZOEK: DienstSoort.ONDERZOEK,
        Uitkomst.VOORWAARDEN_EN_VERVOLG: DienstSoort.VOORWAARDEN_EN_VERVOLG,
        Uitkomst.REGIONAAL_MAATWERK: DienstSoort.REGIONAAL_MAATWERK,
    }
)

# A huisverbod is imposed on acute meldingen, in so many per cent of them as gives the number of a year.
HUISVERBOD_PROCENT = 100 * HUISVERBODEN_PER_JAAR / (MELDINGEN_PER_JAAR * ACUUT)
_INTERVENTIES: Mapping[InterventieSoort, float] = MappingProxyType(
    {
        InterventieSoort.POLITIE: 55 - HUISVERBOD_PROCENT,
        InterventieSoort.CRISISINTERVENTIETEAM: 22,
        InterventieSoort.OPVANG: 20,
        InterventieSoort.HUISVERBOD: HUISVERBOD_PROCENT,
        InterventieSoort.CENTRUM_SEKSUEEL_GEWELD: 3,
    }
)

# In how many werkdagen the information for the besluit is together: acute, preventive, and the rest.
_GEREED_ACUUT: Mapping[int, float] = MappingProxyType({0: 55, 1: 35, 2: 10})
_GEREED_PREVENTIEF: Mapping[int, float] = MappingProxyType({1: 14, 2: 20, 3: 22, 4: 20, 5: 10, 6: 6, 7: 5, 9: 3})
_GEREED_ANDERS: Mapping[int, float] = MappingProxyType({1: 6, 2: 13, 3: 18, 4: 22, 5: 14, 6: 10, 7: 8, 8: 5, 10: 4})

# An offer goes back by itself at the end of the tenth werkdag: whoever answers, answers before.
_ACCEPTATIE: Mapping[int, float] = MappingProxyType({0: 14, 1: 24, 2: 20, 3: 14, 4: 9, 5: 6, 6: 5, 7: 4, 8: 2, 9: 2})
_EERSTE_CONTACT: Mapping[int, float] = MappingProxyType({1: 14, 2: 18, 3: 16, 4: 12, 5: 10, 7: 10, 9: 6, 12: 4, 15: 2})
_INFORMEREN: Mapping[int, float] = MappingProxyType({0: 30, 1: 25, 2: 15, 4: 10, 7: 8, 10: 6, 15: 4, 22: 2})
_TERUGKOPPELEN: Mapping[int, float] = MappingProxyType({0: 55, 1: 18, 2: 10, 3: 6, 4: 4, 6: 4, 8: 3})

WEIGER_REDENEN: Mapping[str, float] = MappingProxyType(
    {"onvoldoende-informatie": 40, "geen-capaciteit": 35, "al-bekend-elders": 15, "niet-bevoegd": 10}
)
_OPNIEUW_AAN_DEZELFDE = frozenset({"onvoldoende-informatie", "geen-capaciteit"})
ANDERS = ("huisartsenpost-rijnmond", "verslavingszorg-rijnmond", "bovenwettelijke-taken-vtrr")
_TWEEDE = (BestemmingSoort.JEUGD_GGZ, BestemmingSoort.VOLWASSEN_GGZ, BestemmingSoort.AMBULANTE_HULP_VOLWASSENEN)

# Days from the besluit to the conclusie: half within six and a half weeks, four in five within ten.
_DIENST_MEDIAAN_DAGEN = 46
_DIENST_SPREIDING = 0.48
_DIENST_DAGEN_MIN = 8
_DIENST_DAGEN_MAX = 160
_CONCLUSIE: Mapping[Conclusie, float] = MappingProxyType(
    {Conclusie.BEVESTIGD: 56, Conclusie.NIET_BEVESTIGD: 32, Conclusie.WEERLEGD: 12}
)
_BESLUIT_IN_AVOND = 0.12  # acute questions of the day that are answered only in the evening
_VOLGENDE_OCHTEND = 0.02  # and that are answered the morning after


@dataclass(frozen=True, slots=True)
class Ontvanger:
    soort: BestemmingSoort
    organisatie_id: str


@dataclass(frozen=True, slots=True)
class OverdrachtVerloop:
    """What a receiver does with an offer; numbers are werkdagen, and None is never."""

    ontvanger: Ontvanger
    antwoord_na: int | None
    weigert_om: str | None
    opnieuw_aan: Ontvanger | None
    opnieuw_na: int
    alsnog_na: int
    eerste_contact_na: int | None
    warm: bool


@dataclass(frozen=True, slots=True)
class DienstVerloop:
    """What Veilig Thuis does in a dienst; numbers are days after the besluit."""

    soort: DienstSoort
    contacten: tuple[tuple[int, str, str], ...]  # day, how it went, with whom
    voorwaarden: tuple[int, ...]
    conclusie: Conclusie
    dagen: int
    overdracht: OverdrachtVerloop | None


@dataclass(frozen=True, slots=True)
class Verloop:
    """Every choice about one melding."""

    acuut: bool
    interventies: tuple[InterventieSoort, ...]
    acuutcheck_na_minuten: int
    acuutcheck_volgende_ochtend: bool
    gereed_na: int
    uitkomst: Uitkomst
    structureel: bool
    overdrachten: tuple[OverdrachtVerloop, ...]
    dienst: DienstVerloop | None
    informeren_na: int
    terugkoppelen_na: int
    verloopt_huisverbod: bool  # nobody notes the end of the ban


def course_of(zaad: int, jaar: int, aankomst: Aankomst) -> Verloop:
    """Return what happens with a melding."""
    random = chance_of("verloop", zaad, jaar, aankomst.nummer)
    acuut = random.random() < ACUUT
    uitkomst, bestemming = _uitkomst(random)
    soort_dienst = DIENST_OF.get(uitkomst)
    gereed = _GEREED_ACUUT if acuut else _gereed(uitkomst)
    return Verloop(
        acuut=acuut,
        interventies=_interventies(random, aankomst, acuut=acuut),
        acuutcheck_na_minuten=random.randint(10, 45) if acuut else _minutes(random),
        acuutcheck_volgende_ochtend=not acuut and random.random() < _VOLGENDE_OCHTEND,
        gereed_na=pick(random, gereed),
        uitkomst=uitkomst,
        structureel=soort_dienst is not None or random.random() < STRUCTUREEL,
        overdrachten=_overdrachten(random, bestemming, aankomst.gemeente_code) if bestemming else (),
        dienst=_dienst(random, soort_dienst, aankomst.gemeente_code) if soort_dienst else None,
        informeren_na=pick(random, _INFORMEREN),
        terugkoppelen_na=pick(random, _TERUGKOPPELEN),
        verloopt_huisverbod=random.random() < 0.2,  # noqa: PLR2004, one in five
    )


def _gereed(uitkomst: Uitkomst) -> Mapping[int, float]:
    return _GEREED_PREVENTIEF if uitkomst is Uitkomst.PREVENTIEVE_ZORGMELDING else _GEREED_ANDERS


def _minutes(random: Random) -> int:
    if random.random() < _BESLUIT_IN_AVOND:
        return random.randint(300, 540)
    return random.randint(20, 150)


def _uitkomst(random: Random) -> tuple[Uitkomst, BestemmingAandeel | None]:
    """Return the uitkomst and, for a direct overdracht, the published destination that it is."""
    left = random.random()
    if left < ZELF_OPGEPAKT:
        own = Uitkomst.ONDERZOEK if left < ZELF_OPGEPAKT * ONDERZOEK else Uitkomst.VOORWAARDEN_EN_VERVOLG
        return own, None
    left -= ZELF_OPGEPAKT
    for uitkomst, share in _NIET_OVERGEDRAGEN.items():
        if left < share:
            return uitkomst, None
        left -= share
    aandeel = _published(random)
    return aandeel.uitkomst, aandeel


def _published(random: Random) -> BestemmingAandeel:
    return pick(random, {one: one.procent for one in bestemmingen()})


def _interventies(random: Random, aankomst: Aankomst, *, acuut: bool) -> tuple[InterventieSoort, ...]:
    found: list[InterventieSoort] = []
    if acuut:
        found.append(pick(random, _INTERVENTIES))
    child = any(relatie is Relatie.KINDERMISHANDELING or vorm is Vorm.GETUIGE for relatie, vorm in aankomst.aard)
    police = aankomst.categorie is MelderCategorie.JUSTITIE_EN_VEILIGHEID
    if police and child and random.random() < HANDLE_WITH_CARE * 3:
        found.append(InterventieSoort.HANDLE_WITH_CARE)
    return tuple(found)


def receiver_of(random: Random, soort: BestemmingSoort, gemeente_code: str) -> Ontvanger:
    """Return the organisation that gets what goes to ``soort``."""
    return Ontvanger(soort, default_organisatie(soort, gemeente_code) or random.choice(ANDERS))


def _overdrachten(random: Random, bestemming: BestemmingAandeel, gemeente_code: str) -> tuple[OverdrachtVerloop, ...]:
    first = receiver_of(random, bestemming.soort, gemeente_code)
    found = [_overdracht(random, first, gemeente_code)]
    local = bestemming.uitkomst is Uitkomst.OVERDRACHT and bestemming.soort is BestemmingSoort.LOKAAL_VELD
    if local and random.random() < TWEEDE_ONTVANGER:
        found.append(_overdracht(random, receiver_of(random, random.choice(_TWEEDE), gemeente_code), gemeente_code))
    return tuple(found)


def _overdracht(random: Random, ontvanger: Ontvanger, gemeente_code: str) -> OverdrachtVerloop:
    reden = pick(random, WEIGER_REDENEN) if random.random() < WEIGERING else None
    contact = pick(random, _EERSTE_CONTACT) if random.random() > 0.06 else None  # noqa: PLR2004, never met
    return OverdrachtVerloop(
        ontvanger=ontvanger,
        antwoord_na=None if random.random() < GEEN_ANTWOORD else pick(random, _ACCEPTATIE),
        weigert_om=reden,
        opnieuw_aan=_again(random, ontvanger, reden, gemeente_code) if reden else None,
        opnieuw_na=random.randint(0, 2),
        alsnog_na=random.randint(0, 3),
        eerste_contact_na=contact,
        warm=random.random() < 0.25,  # noqa: PLR2004, one in four is handed over in a talk
    )


def _again(random: Random, refused: Ontvanger, reden: str, gemeente_code: str) -> Ontvanger:
    if reden in _OPNIEUW_AAN_DEZELFDE:
        return refused
    return another_than(random, refused, gemeente_code)


def another_than(random: Random, before: Ontvanger, gemeente_code: str) -> Ontvanger:
    """Return who gets what ``before`` has not: the local field, or who helps youth when that was the one."""
    local = before.soort is BestemmingSoort.LOKAAL_VELD
    other = BestemmingSoort.JEUGDHULPAANBIEDER if local else BestemmingSoort.LOKAAL_VELD
    return receiver_of(random, other, gemeente_code)


def _dienst(random: Random, soort: DienstSoort, gemeente_code: str) -> DienstVerloop:
    drawn = _DIENST_MEDIAAN_DAGEN * random.lognormvariate(0, _DIENST_SPREIDING)
    dagen = max(_DIENST_DAGEN_MIN, min(_DIENST_DAGEN_MAX, round(drawn)))
    conclusie = Conclusie.VOORWAARDEN_VASTGESTELD
    if soort is not DienstSoort.VOORWAARDEN_EN_VERVOLG:
        conclusie = pick(random, _CONCLUSIE)
    if soort is DienstSoort.REGIONAAL_MAATWERK and conclusie is Conclusie.WEERLEGD:
        conclusie = Conclusie.NIET_BEVESTIGD
    handed_over = conclusie in (Conclusie.BEVESTIGD, Conclusie.VOORWAARDEN_VASTGESTELD)
    sets = conclusie in (Conclusie.BEVESTIGD, Conclusie.VOORWAARDEN_VASTGESTELD)
    return DienstVerloop(
        soort=soort,
        contacten=_contacten(random, dagen),
        voorwaarden=tuple(sorted(random.randint(dagen // 2, dagen - 2) for _ in range(random.randint(1, 3))))
        if sets
        else (),
        conclusie=conclusie,
        dagen=dagen,
        overdracht=_overdracht(random, receiver_of(random, _published(random).soort, gemeente_code), gemeente_code)
        if handed_over
        else None,
    )


_MET = ("slachtoffer", "ouder", "pleger", "kind", "professional", "informant")
OF_THE_FAMILY = frozenset({"slachtoffer", "ouder", "pleger", "kind"})
_HOE = ("gesproken", "gesproken", "gesproken", "geprobeerd", "geweigerd")


def _contacten(random: Random, dagen: int) -> tuple[tuple[int, str, str], ...]:
    count = random.randint(3, 6)
    days = sorted(random.randint(1, dagen - 1) for _ in range(count))
    return tuple((day, random.choice(_HOE), random.choice(_MET)) for day in days)
