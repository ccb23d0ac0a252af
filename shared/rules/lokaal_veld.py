"""Who receives a casus when nobody is named: by municipality, destination, age and who is involved already.

Each municipality organises its local field in its own way: one team for everybody, a Lokaal Team Huiselijk Geweld for
what is more than a zorgmelding, or Wmo and Jeugd apart. The table says how, from when until when; a region with another
field loads another table, which is checked before anything is routed by it. The functions only walk the table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from shared.rules.codes import BestemmingSoort, Leeftijdsgroep, RouteGrond, Uitkomst, VeldOnderdeel
from shared.rules.gemeenten import code_on
from shared.rules.routing import default_organisatie


class Doorzetting(StrEnum):
    """To whom a casus is passed on, as the Regiovisie counts it (chapter I); the last one is ours."""

    PREVENTIEVE_ZORGMELDING = "preventieve-zorgmelding"
    LOKAAL_VELD = "lokaal-veld"
    BESTAANDE_CLIENT_GI = "bestaande-client-gi"
    AANPAK_JEUGDCRIMINALITEIT = "aanpak-jeugdcriminaliteit"
    ANDERS = "anders"
    GECERTIFICEERDE_INSTELLING = "gecertificeerde-instelling"
    OPVANG = "opvang"
    JEUGDHULPAANBIEDER = "jeugdhulpaanbieder"
    VOLWASSEN_GGZ = "volwassen-ggz"
    AMBULANTE_HULP_VOLWASSENEN = "ambulante-hulp-volwassenen"
    JEUGD_GGZ = "jeugd-ggz"
    RAAD_VOOR_DE_KINDERBESCHERMING = "raad-voor-de-kinderbescherming"
    VEILIG_THUIS_ELDERS = "veilig-thuis-elders"


LOKAAL = frozenset({Doorzetting.PREVENTIEVE_ZORGMELDING, Doorzetting.LOKAAL_VELD})
# The two that one kind of destination stands for, told apart by the uitkomst.
_BY_UITKOMST: Mapping[tuple[BestemmingSoort, Uitkomst], Doorzetting] = MappingProxyType(
    {
        (BestemmingSoort.LOKAAL_VELD, Uitkomst.PREVENTIEVE_ZORGMELDING): Doorzetting.PREVENTIEVE_ZORGMELDING,
        (
            BestemmingSoort.GECERTIFICEERDE_INSTELLING,
            Uitkomst.BESTAANDE_CLIENT_GI,
        ): Doorzetting.BESTAANDE_CLIENT_GI,
    }
)


def doorzetting_of(soort: BestemmingSoort, uitkomst: Uitkomst | None) -> Doorzetting:
    """Return as what a destination counts; ``uitkomst`` is None after a dienst."""
    found = _BY_UITKOMST.get((soort, uitkomst)) if uitkomst else None
    return found or Doorzetting(soort.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class VeldRegel:
    """Which organisation receives for one municipality, from ``van`` until, not including, ``tot``.

    ``groep`` is for whom: nothing is everybody. With ``betrokkene_gaat_voor`` an organisation of the same municipality
    that accepted an overdracht of the casus before goes before the table. ``onzeker``: not read in a source.
    """

    gemeente_code: str
    doorzettingen: frozenset[Doorzetting]
    onderdeel: VeldOnderdeel
    organisatie_id: str
    groep: Leeftijdsgroep | None = None
    van: date | None = None
    tot: date | None = None
    betrokkene_gaat_voor: bool = True
    bron: str = ""
    onzeker: bool = False

    def holds_on(self, day: date) -> bool:
        """Tell whether it was so on ``day``."""
        return (self.van is None or self.van <= day) and (self.tot is None or day < self.tot)

    def is_for(self, groep: Leeftijdsgroep) -> bool:
        """Tell whether it receives for this age."""
        return self.groep in {None, groep}


@dataclass(frozen=True, slots=True)
class VeldOntvanger:
    """Who receives; ``onderdeel`` is None when the field of the municipality is one organisation."""

    organisatie_id: str
    onderdeel: VeldOnderdeel | None
    draagt_zicht: bool
    grond: RouteGrond


@dataclass(frozen=True, slots=True)
class LokaalVeld:
    """The rows by municipality; made by ``shared.rules.veldtabel.build_veld``, which checks them."""

    regels: Mapping[str, tuple[VeldRegel, ...]]

    def on(self, gemeente_code: str, day: date) -> tuple[VeldRegel, ...]:
        """Return how the field of a municipality, or of the one in which it went up, is organised on ``day``."""
        return tuple(row for row in self.regels.get(code_on(gemeente_code, day), ()) if row.holds_on(day))

    def onderdeel_of(self, gemeente_code: str, organisatie_id: str, day: date) -> VeldOnderdeel | None:
        """Return which part of a local field an organisation is; None when that field is one, or it is no part."""
        local = [row for row in self.on(gemeente_code, day) if LOKAAL & row.doorzettingen]
        if len({row.organisatie_id for row in local}) == 1:
            return None
        return next((row.onderdeel for row in local if row.organisatie_id == organisatie_id), None)


# --- who receives ----------------------------------------------------------------------------------------------

# Of several parts the one that sees the children is the candidate for sight of safety. Ours: no source says.
_RANG: Mapping[Leeftijdsgroep | None, int] = MappingProxyType(
    {Leeftijdsgroep.MINDERJARIG: 1, None: 2, Leeftijdsgroep.VOLWASSEN: 3}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vraag:
    """For whom a receiver is looked for; ``betrokken`` accepted an overdracht of the casus before.

    No ``groepen``: nobody knows how old they are, and they are taken for both. A child that is overlooked is worse than
    a team that has one casus to refuse.
    """

    soort: BestemmingSoort
    doorzetting: Doorzetting
    gemeente_code: str
    groepen: frozenset[Leeftijdsgroep]
    betrokken: tuple[str, ...] = ()  # the one that accepted first, first


def find_ontvangers(veld: LokaalVeld, vraag: Vraag, day: date) -> tuple[VeldOntvanger, ...]:
    """Return who receives, the one that carries sight of safety first: exactly one does.

    Empty when no organisation is known for this kind of destination: then it must be named.
    """
    wanted = vraag.groepen or frozenset(Leeftijdsgroep)
    here = veld.on(vraag.gemeente_code, day)
    rows = [
        row for row in here if vraag.doorzetting in row.doorzettingen and any(row.is_for(groep) for groep in wanted)
    ]
    if not rows:
        return _standard(vraag, day)
    found: dict[str, tuple[int, int, RouteGrond]] = {}
    for row in sorted(rows, key=lambda one: _RANG[one.groep]):
        involved = _involved(veld, here, row, vraag)
        organisatie = involved or row.organisatie_id
        rang = (0 if involved else 1, _RANG[row.groep], RouteGrond.BETROKKENHEID if involved else RouteGrond.TABEL)
        found[organisatie] = min(found.get(organisatie, rang), rang)
    ordered = sorted(found, key=lambda one: found[one])
    return tuple(
        VeldOntvanger(
            organisatie,
            veld.onderdeel_of(vraag.gemeente_code, organisatie, day) if vraag.doorzetting in LOKAAL else None,
            draagt_zicht=place == 0,
            grond=found[organisatie][2],
        )
        for place, organisatie in enumerate(ordered)
    )


def _standard(vraag: Vraag, day: date) -> tuple[VeldOntvanger, ...]:
    organisatie = default_organisatie(vraag.soort, vraag.gemeente_code, day)
    if organisatie is None:
        return ()
    return (VeldOntvanger(organisatie, None, draagt_zicht=True, grond=RouteGrond.STANDAARD),)


def _involved(veld: LokaalVeld, here: Iterable[VeldRegel], row: VeldRegel, vraag: Vraag) -> str | None:
    """Return who is involved already and can receive in the place of a row; itself, when it is one of them."""
    if not row.betrokkene_gaat_voor or vraag.doorzetting not in LOKAAL:
        return None
    if row.organisatie_id in vraag.betrokken:
        return row.organisatie_id
    known = {one.organisatie_id for rows in veld.regels.values() for one in rows}
    # One that stands in the table and not here now was ended, or is of another municipality.
    fits = {one.organisatie_id for one in here if one.groep in {None, row.groep}}
    return next((one for one in vraag.betrokken if one in fits or one not in known), None)
