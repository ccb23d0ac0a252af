"""The municipalities of the region: how long each existed, what followed it, and which Veilig Thuis serves it when.

A code that is not in the table is a municipality outside the region, never an error: which Veilig Thuis serves it is
not known here (no list of the whole country was at hand), and is found out by a person. ``onzeker`` names, per row,
what was not read in a source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

VT_ROTTERDAM_RIJNMOND = "veilig-thuis-rotterdam-rijnmond"
VT_ZUID_HOLLAND_ZUID = "veilig-thuis-zuid-holland-zuid"
EIGEN_VT = VT_ROTTERDAM_RIJNMOND
VT_ONBEKEND = "veilig-thuis-onbekend"  # in facts: served by another Veilig Thuis, and nobody knows yet by which


@dataclass(frozen=True, slots=True)
class VtOrganisatie:
    """A Veilig Thuis organisation as the national messages name it."""

    id: str
    naam: str
    oin: str
    # The real numbers were not read in a source: what stands here has the form of one, and points at nobody.
    oin_fictief: bool = True


VT_ORGANISATIES: Mapping[str, VtOrganisatie] = MappingProxyType(
    {
        one.id: one
        for one in (
            VtOrganisatie(VT_ROTTERDAM_RIJNMOND, "Veilig Thuis Rotterdam-Rijnmond", "99999999000000001000"),
            VtOrganisatie(VT_ZUID_HOLLAND_ZUID, "Veilig Thuis Zuid-Holland Zuid", "99999999000000002000"),
        )
    }
)


@dataclass(frozen=True, slots=True)
class VtPeriode:
    """Which Veilig Thuis serves a municipality from one day until, not including, another."""

    organisatie: str
    van: date | None = None
    tot: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether this was so on ``day``."""
        return (self.van is None or self.van <= day) and (self.tot is None or day < self.tot)


_SERVED_BY_US = (VtPeriode(VT_ROTTERDAM_RIJNMOND),)


@dataclass(frozen=True, slots=True)
class Gemeente:
    """One municipality in the period in which it existed."""

    code: str
    naam: str
    centrumregio: str
    vt_perioden: tuple[VtPeriode, ...] = _SERVED_BY_US  # the oldest first
    geldig_van: date | None = None
    geldig_tot: date | None = None  # the first day on which it no longer existed
    opvolger_code: str | None = None
    onzeker: tuple[str, ...] = ()

    def exists_on(self, day: date) -> bool:
        """Tell whether the municipality existed on ``day``."""
        started = self.geldig_van is None or self.geldig_van <= day
        return started and (self.geldig_tot is None or day < self.geldig_tot)

    @property
    def vt_organisatie(self) -> str:
        """The Veilig Thuis that serves it by the newest period."""
        return self.vt_perioden[-1].organisatie

    def vt_organisatie_on(self, day: date) -> str:
        """Return the Veilig Thuis that serves it on ``day``; outside every period, that of the newest."""
        found = (periode.organisatie for periode in self.vt_perioden if periode.holds_on(day))
        return next(found, self.vt_organisatie)


_MERGER = date(2023, 1, 1)
_CODE = "code"
_CENTRUM = "centrumregio"
_GELDIGHEID = "geldigheid"

_ROWS: tuple[Gemeente, ...] = (
    Gemeente("0599", "Rotterdam", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0613", "Albrandswaard", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0489", "Barendrecht", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0502", "Capelle aan den IJssel", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0542", "Krimpen aan den IJssel", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("1621", "Lansingerland", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0597", "Ridderkerk", "Rotterdam", onzeker=(_CODE,)),
    Gemeente("0622", "Vlaardingen", "Vlaardingen", onzeker=(_CODE,)),
    Gemeente("0606", "Schiedam", "Vlaardingen", onzeker=(_CODE, _CENTRUM)),
    Gemeente("0556", "Maassluis", "Vlaardingen", onzeker=(_CODE, _CENTRUM)),
    Gemeente("1930", "Nissewaard", "Nissewaard", onzeker=(_CODE,)),
    Gemeente(
        "0501",
        "Brielle",
        "Nissewaard",
        geldig_tot=_MERGER,
        opvolger_code="1992",
        onzeker=(_CODE, _CENTRUM, _GELDIGHEID),
    ),
    Gemeente(
        "0530",
        "Hellevoetsluis",
        "Nissewaard",
        geldig_tot=_MERGER,
        opvolger_code="1992",
        onzeker=(_CODE, _CENTRUM, _GELDIGHEID),
    ),
    Gemeente(
        "0614",
        "Westvoorne",
        "Nissewaard",
        geldig_tot=_MERGER,
        opvolger_code="1992",
        onzeker=(_CODE, _CENTRUM, _GELDIGHEID),
    ),
    Gemeente("1992", "Voorne aan Zee", "Nissewaard", geldig_van=_MERGER, onzeker=(_CODE, _CENTRUM, _GELDIGHEID)),
    Gemeente("1924", "Goeree-Overflakkee", "Nissewaard", onzeker=(_CODE, _CENTRUM)),
    # The sixteenth municipality of the Regiovisie: centrumregio Nissewaard, but its meldingen go to another
    # Veilig Thuis.
    Gemeente("1963", "Hoeksche Waard", "Nissewaard", (VtPeriode(VT_ZUID_HOLLAND_ZUID),), onzeker=(_CODE,)),
)

GEMEENTEN: Mapping[str, Gemeente] = MappingProxyType({row.code: row for row in _ROWS})


def grjr_on(day: date) -> tuple[str, ...]:
    """Return the municipalities that commission Veilig Thuis Rotterdam-Rijnmond on ``day``.

    The Regiovisie counts fifteen; after the merger of 2023 there are thirteen.
    """
    return tuple(row.code for row in _ROWS if row.exists_on(day) and row.vt_organisatie_on(day) == EIGEN_VT)


# As the Regiovisie counts them: before the merger.
GRJR_GEMEENTEN: tuple[str, ...] = grjr_on(date(2022, 12, 31))


def gemeente(code: str) -> Gemeente | None:
    """Return the municipality with this CBS code, or nothing when it lies outside the region."""
    return GEMEENTEN.get(code)


def current_gemeente(code: str, day: date) -> Gemeente | None:
    """Return the municipality that answers for ``code`` on ``day``: itself, or the one it was merged into."""
    return GEMEENTEN.get(code_on(code, day))


def code_on(code: str, day: date) -> str:
    """Return under which code things of ``code`` stand on ``day``; a code outside the table stands for itself."""
    for _ in GEMEENTEN:  # a chain of successors is never longer than the table
        row = GEMEENTEN.get(code)
        if row is None or row.opvolger_code is None or row.exists_on(day):
            break
        # Before its own beginning a municipality has no successor yet.
        if row.geldig_van is not None and day < row.geldig_van:
            break
        code = row.opvolger_code
    return code


def _predecessors(code: str) -> frozenset[str]:
    direct = [row.code for row in _ROWS if row.opvolger_code == code]
    return frozenset(direct).union(*map(_predecessors, direct))


PREDECESSORS: Mapping[str, frozenset[str]] = MappingProxyType(
    {row.code: _predecessors(row.code) for row in _ROWS if _predecessors(row.code)}
)


def with_predecessors(codes: Iterable[str]) -> frozenset[str]:
    """Return codes with those of the municipalities that went up in them: what was recorded there is now theirs."""
    asked = frozenset(codes)
    return asked.union(*(PREDECESSORS.get(code, frozenset()) for code in asked))


def standing_codes(codes: Iterable[str], day: date) -> frozenset[str]:
    """Return which of ``codes`` exist on ``day``; when none of them does, all of them: somebody asked for just those.

    A code outside the table is taken to exist.
    """
    asked = frozenset(codes)
    return frozenset(code for code in asked if code not in GEMEENTEN or GEMEENTEN[code].exists_on(day)) or asked


@dataclass(frozen=True, slots=True)
class Adressering:
    """Whether a melding about a municipality is for us; ``vt`` is None when it is not and nobody knows for whom."""

    juist: bool
    vt: VtOrganisatie | None

    @property
    def vt_organisatie(self) -> str | None:
        """What a fact tells of it: nothing when it is ours."""
        if self.juist:
            return None
        return self.vt.id if self.vt else VT_ONBEKEND


def adressering_of(code: str, day: date) -> Adressering:
    """Return for which Veilig Thuis a melding is that came in on ``day`` about this municipality."""
    row = current_gemeente(code, day)
    if row is None:
        return Adressering(juist=False, vt=None)
    organisatie = row.vt_organisatie_on(day)
    return Adressering(juist=organisatie == EIGEN_VT, vt=VT_ORGANISATIES[organisatie])


# How the ids of the teams of a municipality begin (shared/rules/veldtabel.py), and what people call such a team.
_TEAMS: Mapping[str, str] = MappingProxyType(
    {
        "lokaal-team": "Lokaal team",
        "lthg": "Lokaal Team Huiselijk Geweld",
        "jeugd": "Jeugdteam",
        "wmo": "Wmo-team",
    }
)


def organisatie_naam(organisatie_id: str) -> str:
    """Return the name of an organisation as far as it follows from its id; else the id, which names it too."""
    if organisatie_id in VT_ORGANISATIES:
        return VT_ORGANISATIES[organisatie_id].naam
    team, _, code = organisatie_id.rpartition("-")
    return f"{_TEAMS[team]} {GEMEENTEN[code].naam}" if team in _TEAMS and code in GEMEENTEN else organisatie_id
