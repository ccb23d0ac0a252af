"""The self-assessment (zelfevaluatie, nulmeting) of the local field of a municipality: its questions and its states.

The Regiovisie asks for a written nulmeting of the local field of its fifteen municipalities and names what it is about
(hoofdstuk 3, actielijn 3): expertise, the commission that a municipality gave, the position of its teams towards
regional partners and towards the voorliggend veld, and the ties between care, safety and youth. The national tool with
its questions could not be read. The questions here were derived from those subjects and from the tasks that the source
gives to the local field; they are ours, and ``VRAGENLIJST`` says so on the wire.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from statistics import fmean
from types import MappingProxyType
from uuid import UUID

from shared.rules.gemeenten import GEMEENTEN, PREDECESSORS, current_gemeente, grjr_on

VRAGENLIJST = "2019-1"  # another list of questions is another version: answers stay with the one that was asked
JAAR_EERSTE = 2019  # the year of the nulmeting
LAAGST, HOOGST = 1, 4
REGIO_MINIMUM = 3  # of fewer municipalities a mean would tell one of them what another answered


class Thema(StrEnum):
    EXPERTISE = "expertise"
    OPDRACHT = "opdracht"
    POSITIONERING = "positionering"
    VERBINDING = "verbinding"


@dataclass(frozen=True, slots=True)
class Vraag:
    code: str
    thema: Thema
    tekst: str
    vindplaats: str


_ACTIELIJN_3 = "Regiovisie, hoofdstuk 3, actielijn 3"
_NIVEAUS = "Regiovisie, hoofdstuk 5"

VRAGEN: Mapping[str, Vraag] = MappingProxyType(
    {
        one.code: one
        for one in (
            Vraag("expertise-signaleren", Thema.EXPERTISE,
                  "Medewerkers herkennen geweld in huis, ook incidenteel geweld, en volgen de meldcode.",
                  "Regiovisie, bijlage 6, meldcode"),
            Vraag("expertise-analyse", Thema.EXPERTISE,
                  "Medewerkers kunnen de problemen van het hele gezin analyseren.",
                  "Regiovisie, hoofdstuk 3, actielijn 2"),
            Vraag("expertise-plannen", Thema.EXPERTISE,
                  "Medewerkers maken veiligheids-, hulpverlenings- en herstelplannen van goede kwaliteit.",
                  "Regiovisie, hoofdstuk 3, actielijn 2"),
            Vraag("expertise-zorgmijding", Thema.EXPERTISE,
                  "Medewerkers kunnen werken met gezinnen die geen hulp vragen of hulp mijden.", _NIVEAUS),
            Vraag("expertise-beschikbaar", Thema.EXPERTISE,
                  "Deskundigheid die het team zelf niet heeft is snel in te zetten.",
                  "Regiovisie, hoofdstuk 3, actielijn 2"),
            Vraag("opdracht-doelgroep", Thema.OPDRACHT,
                  "Het lokale veld heeft de uitdrukkelijke opdracht deze gezinnen te helpen.",
                  "Regiovisie, bijlage 3, doelenboom 2"),
            Vraag("opdracht-regie", Thema.OPDRACHT,
                  "Vastgelegd is wie de regie op een casus heeft en wie daarop aanspreekbaar is.", _NIVEAUS),
            Vraag("opdracht-voorwaarden", Thema.OPDRACHT,
                  "Het lokale veld handhaaft de veiligheidsvoorwaarden van Veilig Thuis en volgt de veiligheid.",
                  "Regiovisie, bijlage 6, overdracht"),
            Vraag("opdracht-toegang", Thema.OPDRACHT,
                  "Hulp en ondersteuning kunnen snel en voor het hele gezin worden toegekend.", _NIVEAUS),
            Vraag("positie-veilig-thuis", Thema.POSITIONERING,
                  "De samenwerkingsafspraken met Veilig Thuis over overdracht worden nagekomen.",
                  "Regiovisie, bijlage 6, samenwerkingsafspraken"),
            Vraag("positie-ketenpartners", Thema.POSITIONERING,
                  "Regionale ketenpartners weten het team te vinden, en het team hen.", _ACTIELIJN_3),
            Vraag("positie-voorliggend-veld", Thema.POSITIONERING,
                  "Scholen, huisartsen, jeugdgezondheidszorg en welzijnswerk weten het team te vinden.", _ACTIELIJN_3),
            Vraag("verbinding-ketens", Thema.VERBINDING,
                  "Zorg, veiligheid en jeugd werken lokaal samen aan dezelfde gezinnen.", _ACTIELIJN_3),
            Vraag("verbinding-visie", Thema.VERBINDING,
                  "Alle partners werken vanuit de visie van gefaseerde ketenzorg.", _ACTIELIJN_3),
        )
    }
)  # fmt: skip


class ZelfevaluatieStatus(StrEnum):
    CONCEPT = "concept"
    VASTGESTELD = "vastgesteld"


class ZelfevaluatieActie(StrEnum):
    HERZIEN = "herzien"
    VASTSTELLEN = "vaststellen"


# What was vastgesteld is what later years are compared with: it is not changed any more, and vaststellen twice is once.
TRANSITIONS: Mapping[tuple[ZelfevaluatieStatus, ZelfevaluatieActie], ZelfevaluatieStatus | None] = MappingProxyType(
    {
        (ZelfevaluatieStatus.CONCEPT, ZelfevaluatieActie.HERZIEN): ZelfevaluatieStatus.CONCEPT,
        (ZelfevaluatieStatus.CONCEPT, ZelfevaluatieActie.VASTSTELLEN): ZelfevaluatieStatus.VASTGESTELD,
        (ZelfevaluatieStatus.VASTGESTELD, ZelfevaluatieActie.HERZIEN): None,
        (ZelfevaluatieStatus.VASTGESTELD, ZelfevaluatieActie.VASTSTELLEN): ZelfevaluatieStatus.VASTGESTELD,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zelfevaluatie:
    """One version of the self-assessment of a municipality over a year; an earlier version stays as it was."""

    id: UUID
    gemeente_code: str
    jaar: int
    versie: int
    vragenlijst: str
    antwoorden: Mapping[str, int]
    ingediend_op: datetime
    vastgesteld_op: datetime | None = None

    @property
    def status(self) -> ZelfevaluatieStatus:
        """Whether it is definite."""
        return ZelfevaluatieStatus.VASTGESTELD if self.vastgesteld_op else ZelfevaluatieStatus.CONCEPT


@dataclass(frozen=True, slots=True)
class Gebrek:
    """What is wrong with an input: which field of the body, and why."""

    veld: str
    uitleg: str


def judge_opgave(gemeente_code: str, jaar: int, antwoorden: Mapping[str, int], *, today: date) -> tuple[Gebrek, ...]:
    """Return all that is wrong with answers, in Dutch; none when they can be kept."""
    return (*_judge_jaar(jaar, today), *_judge_gemeente(gemeente_code, jaar), *_judge_antwoorden(antwoorden))


def _judge_jaar(jaar: int, today: date) -> Iterable[Gebrek]:
    if jaar > today.year:
        yield Gebrek("jaar", f"het jaar {jaar} is nog niet begonnen")
    elif jaar < JAAR_EERSTE:
        yield Gebrek("jaar", f"de nulmeting is van {JAAR_EERSTE}; over een eerder jaar is er geen")


def _judge_gemeente(gemeente_code: str, jaar: int) -> Iterable[Gebrek]:
    if not 1 <= jaar <= date.max.year:
        return
    day = date(jaar, 12, 31)  # as with the figures: the municipalities of a period are those of its last day
    if gemeente_code in grjr_on(day):
        return
    row = GEMEENTEN.get(gemeente_code)
    if row is None:
        yield Gebrek("gemeenteCode", "deze gemeente hoort niet bij de regio")
    elif row.exists_on(day):
        yield Gebrek("gemeenteCode", f"{row.naam} hoort bij een andere Veilig Thuis-regio en doet hier niet mee")
    elif row.geldig_van is not None and day < row.geldig_van:
        names = ", ".join(f"{GEMEENTEN[code].naam} ({code})" for code in sorted(PREDECESSORS.get(row.code, ())))
        yield Gebrek("gemeenteCode", f"{row.naam} bestond in {jaar} nog niet; toen waren dit {names}")
    else:
        now = current_gemeente(gemeente_code, day)
        naar = f"; gebruik {now.naam} ({now.code})" if now else ""
        yield Gebrek("gemeenteCode", f"{row.naam} bestond in {jaar} niet meer{naar}")


def _judge_antwoorden(antwoorden: Mapping[str, int]) -> Iterable[Gebrek]:
    for code in VRAGEN:
        if code not in antwoorden:
            yield Gebrek(f"antwoorden/{code}", "deze vraag is niet beantwoord")
    for code, antwoord in antwoorden.items():
        if code not in VRAGEN:
            yield Gebrek("antwoorden", "er is een antwoord bij een vraag die niet in de lijst staat")
        elif not LAAGST <= antwoord <= HOOGST:
            yield Gebrek(f"antwoorden/{code}", f"een antwoord is een getal van {LAAGST} tot en met {HOOGST}")


def next_versie(
    newest: Zelfevaluatie | None, antwoorden: Mapping[str, int], *, new_id: UUID, place: tuple[str, int], now: datetime
) -> Zelfevaluatie | None:
    """Return the version that these answers make, the newest itself when it has them already, None when it is frozen.

    ``place`` is the municipality and the year.
    """
    if newest is not None and newest.antwoorden == antwoorden:
        return newest
    status = newest.status if newest else ZelfevaluatieStatus.CONCEPT
    if TRANSITIONS[status, ZelfevaluatieActie.HERZIEN] is None:
        return None
    return Zelfevaluatie(
        id=new_id,
        gemeente_code=place[0],
        jaar=place[1],
        versie=newest.versie + 1 if newest else 1,
        vragenlijst=VRAGENLIJST,
        antwoorden=dict(antwoorden),
        ingediend_op=now,
    )


def vastgesteld(one: Zelfevaluatie, *, now: datetime) -> Zelfevaluatie:
    """Return it as definite; what was so already stays as it was."""
    return one if one.vastgesteld_op else replace(one, vastgesteld_op=now)


@dataclass(frozen=True, slots=True)
class RegioCijfer:
    """What the definite self-assessments of a year add up to for one question."""

    jaar: int
    vraag: str
    gemeenten: int
    som: int

    @property
    def gemiddelde(self) -> float | None:
        """The mean, or None while so few municipalities are in it that it would tell of one of them."""
        return round(self.som / self.gemeenten, 2) if self.gemeenten >= REGIO_MINIMUM else None


@dataclass(frozen=True, slots=True)
class VraagVergelijking:
    vraag: Vraag
    antwoord: int
    regio: float | None
    verschil_met_vorige: int | None  # with the last year of which there are answers to this question


@dataclass(frozen=True, slots=True)
class JaarVergelijking:
    """How one year stands beside the year before it of which there are answers, and beside the region."""

    jaar: int
    versie: int
    status: ZelfevaluatieStatus
    gemiddelde: float
    per_thema: Mapping[Thema, float]
    regio_gemeenten: int
    vragen: tuple[VraagVergelijking, ...]


def compare_years(newest: Sequence[Zelfevaluatie], regio: Iterable[RegioCijfer]) -> tuple[JaarVergelijking, ...]:
    """Return the years side by side, the first first; ``newest`` holds the newest version of each year."""
    known = {(one.jaar, one.vraag): one for one in regio}
    years: list[JaarVergelijking] = []
    before: dict[str, int] = {}
    for one in sorted(newest, key=lambda found: found.jaar):
        years.append(_year(one, before, known))
        before |= one.antwoorden
    return tuple(years)


def _year(
    one: Zelfevaluatie, before: Mapping[str, int], regio: Mapping[tuple[int, str], RegioCijfer]
) -> JaarVergelijking:
    themas = {
        thema: [one.antwoorden[code] for code, vraag in VRAGEN.items() if vraag.thema is thema] for thema in Thema
    }
    beside = {code: regio.get((one.jaar, code)) for code in VRAGEN}
    return JaarVergelijking(
        jaar=one.jaar,
        versie=one.versie,
        status=one.status,
        gemiddelde=round(fmean(one.antwoorden.values()), 2),
        per_thema={thema: round(fmean(answers), 2) for thema, answers in themas.items()},
        regio_gemeenten=max((found.gemeenten for found in beside.values() if found), default=0),
        vragen=tuple(
            VraagVergelijking(
                vraag,
                one.antwoorden[code],
                found.gemiddelde if (found := beside[code]) else None,
                one.antwoorden[code] - before[code] if code in before else None,
            )
            for code, vraag in VRAGEN.items()
        ),
    )
