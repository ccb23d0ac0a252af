"""How the local fields of the region are organised, and the check of such a table: nobody left out, no two at once.

Another region loads its own rows from a file (``KETENRADAR_LOKAAL_VELD_BESTAND``), by the same check.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from shared.rules.codes import Leeftijdsgroep, VeldOnderdeel
from shared.rules.gemeenten import EIGEN_VT, GEMEENTEN
from shared.rules.lokaal_veld import LOKAAL, Doorzetting, LokaalVeld, VeldRegel


class VeldError(ValueError):
    """A table by which a casus could reach nobody, or two at once."""


def build_veld(rows: Iterable[VeldRegel]) -> LokaalVeld:
    """Return rows as a table; raises ``VeldError`` with everything that is wrong with them."""
    given = tuple(rows)
    faults = [*_odd(given), *_overlaps(given), *_gaps(given)]
    if faults:
        raise VeldError("; ".join(faults))
    codes = dict.fromkeys(row.gemeente_code for row in given)
    return LokaalVeld(
        MappingProxyType({code: tuple(row for row in given if row.gemeente_code == code) for code in codes})
    )


def _odd(rows: Collection[VeldRegel]) -> Iterator[str]:
    for row in rows:
        if row.gemeente_code not in GEMEENTEN:
            yield f"{row.gemeente_code}: this municipality is not known here"
        if not row.doorzettingen or not row.organisatie_id:
            yield f"{row.gemeente_code}: a row without a destination or an organisation"
        if row.van is not None and row.tot is not None and row.tot <= row.van:
            yield f"{row.gemeente_code}: a row of {row.organisatie_id} ends before it begins"


_Periode = tuple[date, date]


def _periods(rows: Iterable[VeldRegel]) -> Mapping[tuple[str, Doorzetting, Leeftijdsgroep], list[_Periode]]:
    found: dict[tuple[str, Doorzetting, Leeftijdsgroep], list[_Periode]] = {}
    for row in rows:
        period = (row.van or date.min, row.tot or date.max)
        for doorzetting in row.doorzettingen:
            for groep in Leeftijdsgroep:
                if row.is_for(groep) and period[0] < period[1]:
                    found.setdefault((row.gemeente_code, doorzetting, groep), []).append(period)
    return {key: sorted(periods) for key, periods in found.items()}


def _overlaps(rows: Iterable[VeldRegel]) -> Iterator[str]:
    for (code, doorzetting, groep), periods in _periods(rows).items():
        for (_, ends), (begins, _) in pairwise(periods):
            if begins < ends:
                yield f"{code}: two receive {doorzetting} for {groep} from {begins}"


def _gaps(rows: Iterable[VeldRegel]) -> Iterator[str]:
    """Yield when nobody would receive in a municipality that our Veilig Thuis serves."""
    periods = _periods(rows)
    for row in GEMEENTEN.values():
        if all(one.organisatie != EIGEN_VT for one in row.vt_perioden):
            continue
        for doorzetting in sorted(LOKAAL):
            for groep in Leeftijdsgroep:
                covered, until = row.geldig_van or date.min, row.geldig_tot or date.max
                for begins, ends in periods.get((row.code, doorzetting, groep), ()):
                    if begins > covered:
                        break
                    covered = max(covered, ends)
                if covered < until:
                    yield f"{row.code}: nobody receives {doorzetting} for {groep} from {covered}"


# --- Rotterdam-Rijnmond ----------------------------------------------------------------------------------------

_NAMEN: Mapping[VeldOnderdeel, str] = MappingProxyType(
    {
        VeldOnderdeel.GEBIEDSTEAM: "lokaal-team",
        VeldOnderdeel.LTHG: "lthg",
        VeldOnderdeel.JEUGD: "jeugd",
        VeldOnderdeel.WMO: "wmo",
    }
)


def _row(
    code: str, onderdeel: VeldOnderdeel, bron: str, doorzettingen: frozenset[Doorzetting] = LOKAAL
) -> tuple[VeldRegel, ...]:
    groepen = {VeldOnderdeel.JEUGD: Leeftijdsgroep.MINDERJARIG, VeldOnderdeel.WMO: Leeftijdsgroep.VOLWASSEN}
    return (
        VeldRegel(
            gemeente_code=code,
            doorzettingen=doorzettingen,
            onderdeel=onderdeel,
            organisatie_id=f"{_NAMEN[onderdeel]}-{code}",
            groep=groepen.get(onderdeel),
            # A family that a gebiedsteam helps with something smaller, still goes to the specialists with violence.
            betrokkene_gaat_voor=onderdeel is not VeldOnderdeel.LTHG,
            bron=bron,
            onzeker=not bron,
        ),
    )


def _een_team(code: str, bron: str = "") -> tuple[VeldRegel, ...]:
    return _row(code, VeldOnderdeel.GEBIEDSTEAM, bron)


def _met_lthg(code: str, bron: str) -> tuple[VeldRegel, ...]:
    return (
        *_row(code, VeldOnderdeel.LTHG, bron, frozenset({Doorzetting.LOKAAL_VELD})),
        *_row(code, VeldOnderdeel.GEBIEDSTEAM, bron, frozenset({Doorzetting.PREVENTIEVE_ZORGMELDING})),
    )


def _apart(code: str, bron: str = "") -> tuple[VeldRegel, ...]:
    return (*_row(code, VeldOnderdeel.JEUGD, bron), *_row(code, VeldOnderdeel.WMO, bron))


# The Regiovisie says that part of the municipalities have an LTHG, and part of them Wmo and Jeugd apart, and names few
# of them: a row without a source is to be confirmed by the municipality itself.
_ROWS: tuple[tuple[VeldRegel, ...], ...] = (
    _een_team("0599", "Regiovisie, bijlage 1: wijkteams Rotterdam"),
    _een_team("0613"),
    _een_team("0489"),
    _apart("0502"),
    _een_team("0542"),
    _met_lthg("1621", "Presentatie aan de adviesraad Lansingerland, 2023"),
    _een_team("0597", "Lokaal verbeterplan Ridderkerk: wijkteams"),
    _een_team("0622"),
    _een_team("0606"),
    _een_team("0556"),
    _met_lthg("1930", "Regiovisie, bijlage 1: LTHG Nissewaard"),
    _een_team("0501"),
    _een_team("0530"),
    _een_team("0614"),
    _een_team("1992"),
    _een_team("1924"),
)
RIJNMOND: LokaalVeld = build_veld(row for rows in _ROWS for row in rows)
