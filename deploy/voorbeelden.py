"""The example of a letter in ``docs/examples``: ``python -m deploy.voorbeelden`` writes it, from figures of nobody.

The figures are made up by a rule, of a region in which every municipality has as many meldingen as the rule says. What
the letter shows of them went through what every letter goes through: counts under five are kept back, and others with
them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from deploy.generated import PROJECT
from services.monitoring.api.rapportvormen import as_pdf
from services.monitoring.domain.kpis import Cell, GebiedRapport, KpiKey, KpiRapport, Meting, months_between, report_area
from services.monitoring.domain.monitorbrief import Cijfer, write_brief
from services.monitoring.domain.rapport import Omgeving, Rapport, Uitgave, trend_months, write_report
from services.monitoring.domain.rapportsoorten import RapportSoort, read_periode
from services.monitoring.domain.rapportteksten import Plek
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.gemeenten import grjr_on
from shared.rules.settings import DEFAULT_SETTINGS

VOORBEELD = PROJECT / "docs" / "examples" / "monitorbrief-voorbeeld.pdf"
GEMEENTE = "0606"
PERIODE = read_periode(RapportSoort.MONITORBRIEF, "2026-03")
# As hundredths of what the rule below counts; of the others a little under one.
_GROOTTE = {"0599": 1000, GEMEENTE: 350}
_TEKSTEN = {
    Plek.ONTWIKKELINGEN: (
        "Dit is een **voorbeeld**. De gemeente, de maand en de vorm zijn echt; de cijfers zijn verzonnen en zeggen "
        "niets over wie dan ook.\n\n"
        "In maart begonnen drie nieuwe medewerkers. Zij werken zich in en nemen in april hun eerste casussen over."
    ),
    Plek.TERMIJNEN: (
        "Het aandeel veiligheidsbeoordelingen dat op tijd is, ligt nog onder de norm. Daaraan werken wij zo:\n\n"
        "- elke ochtend kijkt een teamleider naar wat die week afloopt;\n"
        "- wat acuut is gaat *altijd* voor, ook als daardoor iets anders te laat komt;\n"
        "- wie wacht, wordt elke week gebeld."
    ),
    Plek.AANTALLEN: "Meer meldingen kan ook betekenen dat mensen eerder durven te melden.",
    Plek.BIJLAGE: (
        "Deze keer: de ochtend van een triagist.\n\n"
        "Om half negen leest zij wat er in de nacht is binnengekomen. Bij elke melding is de eerste vraag dezelfde: is "
        "er nu iemand in gevaar? Pas daarna komt de rest: wie zijn erbij betrokken, wie kent het gezin al, en wie kan "
        "vandaag langsgaan.\n\n"
        "Niet elke melding leidt tot een onderzoek. Vaak is er al hulp, en is de vraag of die genoeg is."
    ),
}


@cache
def voorbeeld() -> Uitgave:
    """Return the example: a definite letter of one municipality over one month."""
    letters = {f"{month:%Y-%m}": _figures(month) for month in trend_months(PERIODE.tot)[2:-1]}
    return Uitgave(
        rapport=_report(letters),
        versie=1,
        vastgesteld_op=datetime(2026, 4, 1, 5, 0, tzinfo=UTC),
        vingerafdruk="0" * 64,
    )


def _report(letters: dict[str, tuple[Cijfer, ...]]) -> Rapport:
    brief = write_brief(_kpis(PERIODE.van), gemeente_code=GEMEENTE)
    assert brief is not None  # noqa: S101, the region holds the municipality
    omgeving = Omgeving(maandbrieven=letters, teksten=_TEKSTEN, oordelen={})
    peildatum = amsterdam_day(PERIODE.vaststellen_op(DEFAULT_SETTINGS))
    return write_report(PERIODE, brief, doelen=(), omgeving=omgeving, peildatum=peildatum)


def _figures(month: date) -> tuple[Cijfer, ...]:
    brief = write_brief(_kpis(month), gemeente_code=GEMEENTE)
    assert brief is not None  # noqa: S101, the region holds the municipality
    return brief.termijnen + brief.tellingen


def _kpis(month: date) -> KpiRapport:
    codes = grjr_on(month)
    cells = [cell for code in codes for cell in _cells(code, month)]
    areas = [_area(cells, code, month) for code in (None, *codes)]
    return KpiRapport(month, month, 90, 80, areas[0], tuple(areas[1:]))


def _area(cells: list[Cell], code: str | None, month: date) -> GebiedRapport:
    return report_area(
        cells,
        gemeente_code=code,
        months=months_between(month, month),
        fasen=tuple(TermijnSoort),
        settings=DEFAULT_SETTINGS,
        today=date(month.year + month.month // 12, month.month % 12 + 1, 1),
    )


_PER_MELDER = {"justitie-en-veiligheid": 11, "zorg": 7, "onderwijs": 5, "anders": 4, "kinderopvang": 1}
_PER_SOORT = {"advies": 15, "vervolgadvies": 6, "ondersteuning": 2}
_TERMIJNEN = {
    TermijnSoort.VEILIGHEIDSBEOORDELING: (19, 9, 11),
    TermijnSoort.ONDERZOEK: (8, 6, 9),
    TermijnSoort.VOORWAARDEN_EN_VERVOLG: (9, 2, 7),
    TermijnSoort.OVERDRACHT_ACCEPTATIE: (14, 5, 6),
    TermijnSoort.EERSTE_CONTACT: (12, 7, 6),
}
_TELLINGEN = {
    "hermeldingen": {"": 9},
    "acuut": {"": 6},
    "uitkomsten": {"overdracht": 13, "onderzoek": 8, "voorwaarden-en-vervolg": 7},
    "overdrachtenPerBestemming": {"lokaal-team": 12, "ketenpartner": 6, "veilig-thuis-elders": 2},
    "overdrachtenGeaccepteerd": {"": 15},
    "overdrachtenGeweigerd": {"": 2},
}


def _cells(code: str, month: date) -> Iterator[Cell]:
    """Give the cells of a municipality: the same each time, and each a little different."""
    size = _GROOTTE.get(code, 80 + 7 * (int(code) % 9))
    step = int(code) + 5 * month.month + month.year

    def of(count: int, salt: int) -> int:
        return count * size * (85 + (step * (salt + 3)) % 31) // 10_000

    for naam, whole, kinds in (
        ("meldingenPerMelderCategorie", "meldingen", _PER_MELDER),
        ("adviezenPerSoort", "adviezen", _PER_SOORT),
    ):
        counts = {kind: of(count, number) for number, (kind, count) in enumerate(kinds.items())}
        for kind, aantal in counts.items():
            yield _cell(Meting.TELLING, code, month, naam, kind, aantal)
        yield _cell(Meting.TELLING, code, month, whole, "", sum(counts.values()))
    for naam, kinds in _TELLINGEN.items():
        for number, (kind, count) in enumerate(kinds.items()):
            yield _cell(Meting.TELLING, code, month, naam, kind, of(count, number + len(naam)))
    for number, (fase, (in_time, late, waiting)) in enumerate(_TERMIJNEN.items()):
        yield _cell(Meting.GESTART, code, month, fase.value, "", of(in_time + late, number))
        yield _cell(Meting.GEHAALD, code, month, fase.value, "", of(in_time, number))
        yield _cell(Meting.TE_LAAT, code, month, fase.value, "", of(late, number + 1))
        yield _cell(Meting.DOORLOOPTIJD, code, month, fase.value, str(4 + 9 * number), of(in_time, number))
        yield _cell(Meting.DOORLOOPTIJD, code, month, fase.value, str(9 + 16 * number), of(late, number + 1))
        yield _cell(Meting.VOORRAAD, code, month, fase.value, "", of(waiting, number + 2))


def _cell(meting: Meting, code: str, day: date, naam: str, waarde: str, aantal: int) -> Cell:  # noqa: PLR0913, PLR0917
    return Cell(KpiKey(meting, code, day, naam, waarde), aantal)


def write(place: Path = VOORBEELD) -> None:
    """Write the example."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(as_pdf(voorbeeld()))


if __name__ == "__main__":
    write()
