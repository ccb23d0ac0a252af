"""The figures of one month as they may be published: each indicator as a table of municipalities by kinds.

What is one number under two names is one number here too, or the one would tell the other: the meldingen of a
municipality are the total of its meldingen by melder, and its adviezen that of its adviezen by kind.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from datetime import date
from types import MappingProxyType

from services.monitoring.domain.kpis import FaseCijfers, GebiedRapport, KpiRapport
from services.monitoring.domain.perioden import publish
from services.monitoring.domain.publicatie import Gepubliceerd, Getal, Tabel
from services.monitoring.domain.tegenbeelden import Stand
from shared.rules.codes import TermijnSoort

GEHAALD, TE_LAAT, OPEN_TE_LAAT = "gehaald", "te-laat", "open-te-laat"
FASE = "fase:"  # before the name of a phase, as a table of how its terms went
# In the region, and of no municipality that is reported on.
_ELDERS = "elders"
# Of which the total by kind is published under a name of its own.
TOTAAL_VAN: Mapping[str, str] = MappingProxyType(
    {"meldingen": "meldingenPerMelderCategorie", "adviezen": "adviezenPerSoort"}
)


Count = tuple[str, str, int]
"""Indicator, kind, how many."""

# What is published of a period. No two of them have a total in common, or a total that is kept back in one could be
# read in the other: of the adviezen, which are counted by kind, by channel and by who asked, there is one.
GEPUBLICEERD = frozenset(
    {
        "meldingenPerMelderCategorie",
        "meldingenPerRelatie",
        "meldingenPerVorm",
        "hermeldingen",
        "casussen",
        "acuut",
        "uitkomsten",
        "conclusies",
        "dienstenPerSoort",
        "adviezenPerSoort",
        "huisverbodenGescreend",
        "huisverbodenOpgelegd",
        "overdrachtenPerBestemming",
        "overdrachtenGeaccepteerd",
        "overdrachtenGeweigerd",
        "monitormomentenPerNaleving",
        "veiligNaEenJaar",
    }
)


class Openbaar:
    """What may be read of one month; asked for by municipality, or by None for the region."""

    def __init__(
        self,
        rapport: KpiRapport,
        gepubliceerd: Mapping[str, Gepubliceerd] = MappingProxyType({}),
        kept: MutableMapping[str, Stand] | None = None,
    ) -> None:
        """Work out every table of a report of the whole region over one month; what was published is read as it was."""
        found = dict(gepubliceerd)
        for naam, tabel in every_table(rapport).items():
            if naam not in found:
                found[naam] = publish(tabel, kept)
        self._tellingen = {naam: one for naam, one in found.items() if not naam.startswith(FASE)}
        self._termijnen = {naam.removeprefix(FASE): one for naam, one in found.items() if naam.startswith(FASE)}
        stock = _tables(_whole(rapport), rapport.gemeenten, _stock_of)
        self._voorraad = {naam: publish(tabel, kept) for naam, tabel in stock.items()}

    def onderdelen(self, naam: str, gemeente: str | None) -> list[str]:
        """Return of which kinds of a count anything can be read, if only that it is kept back."""
        found = self._tellingen.get(naam)
        places = found.waarden.items() if found else ()
        return [soort for (code, soort), aantal in places if code == gemeente and soort is not None and aantal != 0]

    def telling(self, naam: str, onderdeel: str, gemeente: str | None) -> Getal | None:
        """Return a count as it may be read, None when it is kept back."""
        if naam in TOTAAL_VAN:
            return self._of(self._tellingen, TOTAAL_VAN[naam], gemeente, None)
        return self._of(self._tellingen, naam, gemeente, onderdeel)

    def termijnen(self, fase: TermijnSoort, afloop: str | None, gemeente: str | None) -> Getal | None:
        """Return how many terms ended in this way, or fell due when ``afloop`` is None; None when it is kept back."""
        return self._of(self._termijnen, fase.value, gemeente, afloop)

    def voorraad(self, fase: TermijnSoort, gemeente: str | None) -> Getal | None:
        """Return how many wait, None when it is kept back."""
        return self._of(self._voorraad, fase.value, gemeente, None)

    @staticmethod
    def _of(tables: Mapping[str, Gepubliceerd], naam: str, gemeente: str | None, soort: str | None) -> Getal | None:
        found = tables.get(naam)
        return found.getal((gemeente, soort)) if found else Getal(0)


def every_table(rapport: KpiRapport) -> dict[str, Tabel]:
    """Return every table of a report of the whole region: the counts, and the terms by phase."""
    regio, areas = _whole(rapport), rapport.gemeenten
    counts, terms = _tables(regio, areas, _counts_of), _tables(regio, areas, _terms_of)
    return {
        **{naam: tabel for naam, tabel in counts.items() if naam not in TOTAAL_VAN},
        **{f"{FASE}{naam}": tabel for naam, tabel in terms.items()},
    }


def tabellen_of(rapport: KpiRapport, months: Iterable[date]) -> dict[str, Tabel]:
    """Return every table of some of the months of a report of the whole region: the counts, and the terms by phase.

    What waits is none of them: it is how things stand on a day, and two days would tell what came and went.
    """
    regio, wanted = _whole(rapport), tuple(months)
    tables = _tables(regio, rapport.gemeenten, lambda gebied: _of_months(gebied, wanted))
    return {naam: tabel for naam, tabel in tables.items() if naam in GEPUBLICEERD or naam.startswith(FASE)}


def _of_months(gebied: GebiedRapport, months: Iterable[date]) -> Iterator[Count]:
    sums: Counter[tuple[str, str]] = Counter()
    for month in months:
        for naam, kinds in gebied.tellingen_per_maand[month].items():
            for soort, aantal in kinds.items():
                sums[naam, soort] += aantal
        for rapport in gebied.fasen:
            cijfers = rapport.maanden[month]
            for soort, aantal in (
                (GEHAALD, cijfers.gehaald),
                (TE_LAAT, cijfers.te_laat),
                (OPEN_TE_LAAT, cijfers.open_te_laat),
            ):
                sums[f"{FASE}{rapport.fase.value}", soort] += aantal
    return ((naam, soort, aantal) for (naam, soort), aantal in sums.items())


def _whole(rapport: KpiRapport) -> GebiedRapport:
    if rapport.regio is None:
        raise ValueError("only a report of the whole region can be published")
    return rapport.regio


def _tables(
    regio: GebiedRapport, gemeenten: Iterable[GebiedRapport], counts: Callable[[GebiedRapport], Iterator[Count]]
) -> dict[str, Tabel]:
    cells: dict[str, dict[tuple[str, str], int]] = {}
    for gebied in gemeenten:
        for naam, soort, aantal in counts(gebied):
            cells.setdefault(naam, {})[gebied.gemeente_code or _ELDERS, soort] = aantal
    for naam, soort, aantal in counts(regio):
        here = cells.setdefault(naam, {})
        rest = aantal - sum(n for (_, kind), n in here.items() if kind == soort)
        if rest:
            here[_ELDERS, soort] = rest
    return {naam: Tabel(found, frozenset({_ELDERS})) for naam, found in cells.items()}


def _counts_of(gebied: GebiedRapport) -> Iterator[Count]:
    for naam, kinds in gebied.tellingen.items():
        yield from ((naam, soort, aantal) for soort, aantal in kinds.items())


def _terms_of(gebied: GebiedRapport) -> Iterator[Count]:
    for rapport in gebied.fasen:
        cijfers: FaseCijfers = rapport.totaal
        yield rapport.fase.value, GEHAALD, cijfers.gehaald
        yield rapport.fase.value, TE_LAAT, cijfers.te_laat
        yield rapport.fase.value, OPEN_TE_LAAT, cijfers.open_te_laat


def _stock_of(gebied: GebiedRapport) -> Iterator[Count]:
    for rapport in gebied.fasen:
        yield rapport.fase.value, "", rapport.voorraad.aantal
