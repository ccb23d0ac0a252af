"""Where a casus goes after a besluit or a conclusie: one row per uitkomst, per bestemming and per conclusie.

The functions only walk the tables. They complete the receivers with the organisation that serves the
municipality, take out doubles, and put first who is the candidate for holding sight of safety; it becomes the
holder when it accepts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from shared.rules.behandelcodes import BevindingOordeel
from shared.rules.codes import BestemmingSoort, Conclusie, DienstSoort, Uitkomst
from shared.rules.gemeenten import EIGEN_VT, adressering_of, code_on
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings

GEMEENTE_CODE_LENGTH = 4


class RoutingError(ValueError):
    """A besluit or conclusie that can not be routed; ``reden_nl`` tells the professional why."""

    def __init__(self, reden_nl: str) -> None:
        """Keep the Dutch reason as an attribute and as the text of the error."""
        super().__init__(reden_nl)
        self.reden_nl = reden_nl


class BestemmingEis(StrEnum):
    """Whether receivers are named with a besluit or conclusie."""

    VERPLICHT = "verplicht"  # at least one must be named
    AANGEVULD = "aangevuld"  # the default is always among the receivers
    STANDAARD = "standaard"  # the default is taken when none is named
    TOEGESTAAN = "toegestaan"
    VERBODEN = "verboden"
    DOORGEROUTEERD = "doorgerouteerd"  # to the Veilig Thuis that serves the municipality, when that is not us


@dataclass(frozen=True, slots=True)
class Bestemming:
    """A receiver as the professional names it."""

    soort: BestemmingSoort
    organisatie_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ontvanger:
    """A receiver as the chain addresses it."""

    soort: BestemmingSoort
    organisatie_id: str
    draagt_zicht: bool
    genoemd: bool = False  # by the professional; else it is the standard, and handover finds out who receives


@dataclass(frozen=True, slots=True)
class Routering:
    """Everything that follows from one besluit or conclusie."""

    dienst: DienstSoort | None
    bestemmingen: tuple[Ontvanger, ...]
    sluit: bool
    statuscode: str
    grondslagen: tuple[str, ...]  # keys of ``GRONDSLAGEN``


@dataclass(frozen=True, slots=True)
class BestemmingRegel:
    """What holds for one kind of receiver."""

    rang: int  # the lowest among several receivers becomes the candidate holder of sight of safety
    lokaal: bool  # addressed to the local field of the municipality
    standaard_organisatie: str | None  # may hold ``{gemeente_code}``; nothing: the professional must name it
    vt_monitort: bool  # whether Veilig Thuis itself keeps the finger on the pulse afterwards


@dataclass(frozen=True, slots=True)
class Route:
    """What follows from one uitkomst of the veiligheidsbeoordeling."""

    dienst: DienstSoort | None
    eis: BestemmingEis
    standaard: BestemmingSoort | None
    sluit: bool
    statuscode: str  # national code of the feedback to the melder (StUF Jeugdzorg)
    grondslagen: tuple[str, ...]
    college_informeren: bool = False


@dataclass(frozen=True, slots=True)
class ConclusieRegel:
    """What follows from one conclusie of a dienst."""

    diensten: frozenset[DienstSoort]
    eis: BestemmingEis
    standaard: BestemmingSoort | None
    sluit_zonder_bestemming: bool
    biedt_vernietiging_aan: bool  # the family must be pointed to the right to have the file destroyed
    grondslagen: tuple[str, ...]


BESTEMMINGEN: Mapping[BestemmingSoort, BestemmingRegel] = MappingProxyType(
    {
        # Another Veilig Thuis has the same task as we; when it takes over, its sight of safety is the whole.
        BestemmingSoort.VEILIG_THUIS_ELDERS: BestemmingRegel(
            5, lokaal=False, standaard_organisatie=None, vt_monitort=False
        ),
        # A GI has a statutory duty of its own to watch over the child, so it comes first and Veilig Thuis
        # does not monitor.
        BestemmingSoort.GECERTIFICEERDE_INSTELLING: BestemmingRegel(
            10, lokaal=False, standaard_organisatie="jbrr", vt_monitort=False
        ),
        BestemmingSoort.LOKAAL_VELD: BestemmingRegel(
            20, lokaal=True, standaard_organisatie="lokaal-team-{gemeente_code}", vt_monitort=True
        ),
        BestemmingSoort.AANPAK_JEUGDCRIMINALITEIT: BestemmingRegel(
            30, lokaal=False, standaard_organisatie="pak-je-kans", vt_monitort=True
        ),
        BestemmingSoort.OPVANG: BestemmingRegel(
            40, lokaal=False, standaard_organisatie="opvang-rotterdam-rijnmond", vt_monitort=True
        ),
        BestemmingSoort.JEUGDHULPAANBIEDER: BestemmingRegel(
            50, lokaal=False, standaard_organisatie="jeugdhulp-rijnmond", vt_monitort=True
        ),
        BestemmingSoort.JEUGD_GGZ: BestemmingRegel(
            60, lokaal=False, standaard_organisatie="jeugd-ggz-rijnmond", vt_monitort=True
        ),
        BestemmingSoort.VOLWASSEN_GGZ: BestemmingRegel(
            70, lokaal=False, standaard_organisatie="volwassen-ggz-rijnmond", vt_monitort=True
        ),
        BestemmingSoort.AMBULANTE_HULP_VOLWASSENEN: BestemmingRegel(
            80, lokaal=False, standaard_organisatie="ambulante-hulp-rijnmond", vt_monitort=True
        ),
        # The raad investigates and gives no help: it holds sight only when nobody else receives the casus.
        BestemmingSoort.RAAD_VOOR_DE_KINDERBESCHERMING: BestemmingRegel(
            90, lokaal=False, standaard_organisatie="raad-voor-de-kinderbescherming", vt_monitort=True
        ),
        BestemmingSoort.ANDERS: BestemmingRegel(100, lokaal=False, standaard_organisatie=None, vt_monitort=True),
    }
)

_TAKEN = "wmo-2015-4.1.1-lid-2"
_TERUGKOPPELING = "wmo-2015-4.1.1-lid-2-g"
_BESTEMMING = "regiovisie-hoofdstuk-1"
_CODES = "stuf-jeugdzorg-1.0.9"

ROUTES: Mapping[Uitkomst, Route] = MappingProxyType(
    {
        Uitkomst.ONDERZOEK: Route(
            DienstSoort.ONDERZOEK,
            BestemmingEis.VERBODEN,
            None,
            sluit=False,
            statuscode="VT-01-01",
            grondslagen=(_TAKEN, "uitvoeringsbesluit-wmo-2015-4.1.7-lid-1", "regiovisie-bijlage-6"),
        ),
        Uitkomst.VOORWAARDEN_EN_VERVOLG: Route(
            DienstSoort.VOORWAARDEN_EN_VERVOLG,
            BestemmingEis.VERBODEN,
            None,
            sluit=False,
            statuscode="VT-01-01",
            grondslagen=(_TAKEN, "protocol-2019", "regiovisie-bijlage-6"),
        ),
        Uitkomst.OVERDRACHT: Route(
            None,
            BestemmingEis.VERPLICHT,
            None,
            sluit=False,
            statuscode="VT-01-02",
            grondslagen=(_TAKEN, "protocol-2019", _BESTEMMING),
        ),
        Uitkomst.PREVENTIEVE_ZORGMELDING: Route(
            None,
            BestemmingEis.AANGEVULD,
            BestemmingSoort.LOKAAL_VELD,
            sluit=False,
            statuscode="VT-01-02",
            grondslagen=(_TAKEN, _BESTEMMING),
        ),
        Uitkomst.BESTAANDE_CLIENT_GI: Route(
            None,
            BestemmingEis.AANGEVULD,
            BestemmingSoort.GECERTIFICEERDE_INSTELLING,
            sluit=False,
            statuscode="VT-01-02",
            grondslagen=(_TAKEN, _BESTEMMING),
        ),
        Uitkomst.AANPAK_JEUGDCRIMINALITEIT: Route(
            None,
            BestemmingEis.AANGEVULD,
            BestemmingSoort.AANPAK_JEUGDCRIMINALITEIT,
            sluit=False,
            statuscode="VT-01-02",
            grondslagen=(_TAKEN, _BESTEMMING),
        ),
        # There is no official code for a verzoek tot onderzoek: overdracht, with the raad as the responsible
        # body.
        Uitkomst.VERZOEK_TOT_ONDERZOEK: Route(
            None,
            BestemmingEis.AANGEVULD,
            BestemmingSoort.RAAD_VOOR_DE_KINDERBESCHERMING,
            sluit=False,
            statuscode="VT-01-02",
            grondslagen=("wmo-2015-4.1.1-lid-2-f", "protocol-2019-2.3", _TERUGKOPPELING),
            college_informeren=True,
        ),
        Uitkomst.GEEN_VERVOLG: Route(
            None,
            BestemmingEis.VERBODEN,
            None,
            sluit=True,
            statuscode="VT-01-03",
            grondslagen=(_TAKEN, "protocol-2019"),
        ),
        Uitkomst.NIET_ONTVANKELIJK: Route(
            None,
            BestemmingEis.VERBODEN,
            None,
            sluit=True,
            statuscode="VT-00",
            grondslagen=("protocol-2019", _CODES),
        ),
        # It closes here only when there is nobody to route it to: a municipality of our own.
        Uitkomst.ONJUIST_GEADRESSEERD: Route(
            None,
            BestemmingEis.DOORGEROUTEERD,
            None,
            sluit=True,
            statuscode="VT-99",
            grondslagen=(_CODES,),
        ),
        Uitkomst.REGIONAAL_MAATWERK: Route(
            DienstSoort.REGIONAAL_MAATWERK,
            BestemmingEis.VERBODEN,
            None,
            sluit=False,
            statuscode="VT-01-04",
            grondslagen=(_TAKEN, _CODES, "regionale-afspraak"),
        ),
        # There is no official code for this one either; no next steps by Veilig Thuis is the nearest true
        # answer.
        Uitkomst.OMGEZET_NAAR_ADVIES: Route(
            None,
            BestemmingEis.VERBODEN,
            None,
            sluit=True,
            statuscode="VT-01-03",
            grondslagen=(_TAKEN, "protocol-2019"),
        ),
    }
)

_MAATWERK = DienstSoort.REGIONAAL_MAATWERK

CONCLUSIES: Mapping[Conclusie, ConclusieRegel] = MappingProxyType(
    {
        Conclusie.BEVESTIGD: ConclusieRegel(
            frozenset({DienstSoort.ONDERZOEK, _MAATWERK}),
            BestemmingEis.STANDAARD,
            BestemmingSoort.LOKAAL_VELD,
            sluit_zonder_bestemming=False,
            biedt_vernietiging_aan=False,
            grondslagen=(_TAKEN, "protocol-2019", "regiovisie-bijlage-6"),
        ),
        Conclusie.NIET_BEVESTIGD: ConclusieRegel(
            frozenset({DienstSoort.ONDERZOEK, _MAATWERK}),
            BestemmingEis.TOEGESTAAN,
            None,
            sluit_zonder_bestemming=True,
            biedt_vernietiging_aan=False,
            grondslagen=(_TAKEN, "protocol-2019"),
        ),
        Conclusie.WEERLEGD: ConclusieRegel(
            frozenset({DienstSoort.ONDERZOEK}),
            BestemmingEis.VERBODEN,
            None,
            sluit_zonder_bestemming=True,
            biedt_vernietiging_aan=True,
            grondslagen=(_TAKEN, "protocol-2019"),
        ),
        Conclusie.VOORWAARDEN_VASTGESTELD: ConclusieRegel(
            frozenset({DienstSoort.VOORWAARDEN_EN_VERVOLG, _MAATWERK}),
            BestemmingEis.STANDAARD,
            BestemmingSoort.LOKAAL_VELD,
            sluit_zonder_bestemming=False,
            biedt_vernietiging_aan=False,
            grondslagen=(_TAKEN, "protocol-2019", "regiovisie-bijlage-6"),
        ),
    }
)


class Verhouding(StrEnum):
    """How a conclusie stands to one finding of the same dienst."""

    PAST = "past"
    WAARSCHUWT = "waarschuwt"  # shown with the conclusie; it is taken
    BOTST = "botst"  # it says the opposite: refused


_P, _W, _B = Verhouding.PAST, Verhouding.WAARSCHUWT, Verhouding.BOTST
_O = BevindingOordeel
# Ours: no source says how the conclusie of an onderzoek follows from what was found of each person. It is confirmed as
# soon as one suspicion is. What is refuted may be destroyed on request, so nothing confirmed may be hidden in it; what
# stayed open in it is shown, and for the professional to judge.
BEVINDINGEN: Mapping[tuple[Conclusie, BevindingOordeel], Verhouding] = MappingProxyType(
    {
        (Conclusie.BEVESTIGD, _O.BEVESTIGD): _P,
        (Conclusie.BEVESTIGD, _O.NIET_BEVESTIGD): _P,
        (Conclusie.BEVESTIGD, _O.WEERLEGD): _P,
        (Conclusie.NIET_BEVESTIGD, _O.BEVESTIGD): _B,
        (Conclusie.NIET_BEVESTIGD, _O.NIET_BEVESTIGD): _P,
        (Conclusie.NIET_BEVESTIGD, _O.WEERLEGD): _P,
        (Conclusie.WEERLEGD, _O.BEVESTIGD): _B,
        (Conclusie.WEERLEGD, _O.NIET_BEVESTIGD): _W,
        (Conclusie.WEERLEGD, _O.WEERLEGD): _P,
        (Conclusie.VOORWAARDEN_VASTGESTELD, _O.BEVESTIGD): _P,
        (Conclusie.VOORWAARDEN_VASTGESTELD, _O.NIET_BEVESTIGD): _P,
        (Conclusie.VOORWAARDEN_VASTGESTELD, _O.WEERLEGD): _P,
    }
)
# Which finding a conclusie is expected to rest on; without one it is taken with a warning.
RUST_OP: Mapping[Conclusie, BevindingOordeel | None] = MappingProxyType(
    {
        Conclusie.BEVESTIGD: _O.BEVESTIGD,
        Conclusie.NIET_BEVESTIGD: None,
        Conclusie.WEERLEGD: None,
        Conclusie.VOORWAARDEN_VASTGESTELD: None,
    }
)


def compare_bevinding(conclusie: Conclusie, oordeel: BevindingOordeel) -> Verhouding:
    """Return how a conclusie stands to a finding."""
    return BEVINDINGEN[conclusie, oordeel]


STATUSCODE_OVERDRACHT = "VT-02"
STATUSCODE_ZONDER_OVERDRACHT = "VT-03"

# Veilig Thuis sets veiligheidsvoorwaarden in these diensten, and monitors where it set them.
_SETS_VOORWAARDEN = frozenset({DienstSoort.ONDERZOEK, DienstSoort.VOORWAARDEN_EN_VERVOLG})


def default_organisatie(soort: BestemmingSoort, gemeente_code: str, day: date | None = None) -> str | None:
    """Return the organisation that serves this municipality for ``soort``, when there is one.

    With ``day`` a municipality that no longer exists is served by the organisation of its successor; without, it is
    taken as it stands in the table now.
    """
    if soort is BestemmingSoort.VEILIG_THUIS_ELDERS:
        adressering = adressering_of(gemeente_code, day or date.max)
        return None if adressering.juist or adressering.vt is None else adressering.vt.id
    organisatie = BESTEMMINGEN[soort].standaard_organisatie
    code = gemeente_code if day is None else code_on(gemeente_code, day)
    return None if organisatie is None else organisatie.format(gemeente_code=code)


def _complete(bestemming: Bestemming, gemeente_code: str, day: date | None) -> tuple[BestemmingSoort, str]:
    organisatie = bestemming.organisatie_id or default_organisatie(bestemming.soort, gemeente_code, day)
    if organisatie is None:
        raise RoutingError(f"Noem de organisatie: voor bestemming '{bestemming.soort}' is er geen standaard.")
    if bestemming.soort is BestemmingSoort.VEILIG_THUIS_ELDERS and organisatie == EIGEN_VT:
        raise RoutingError("Dit is uw eigen Veilig Thuis: noem die van de andere regio.")
    return bestemming.soort, organisatie


def _receivers(bestemmingen: Iterable[Bestemming], gemeente_code: str, day: date | None) -> tuple[Ontvanger, ...]:
    if len(gemeente_code) != GEMEENTE_CODE_LENGTH or not (gemeente_code.isascii() and gemeente_code.isdigit()):
        raise RoutingError("Een gemeentecode bestaat uit vier cijfers.")
    named: dict[tuple[BestemmingSoort, str], bool] = {}
    for bestemming in bestemmingen:
        pair = _complete(bestemming, gemeente_code, day)
        named[pair] = named.get(pair, False) or bestemming.organisatie_id is not None
    ordered = sorted(named, key=lambda pair: BESTEMMINGEN[pair[0]].rang)
    return tuple(
        Ontvanger(soort, organisatie, draagt_zicht=place == 0, genoemd=named[soort, organisatie])
        for place, (soort, organisatie) in enumerate(ordered)
    )


def _apply_eis(
    eis: BestemmingEis,
    standaard: BestemmingSoort | None,
    bestemmingen: tuple[Bestemming, ...],
    onderwerp: str,
) -> tuple[Bestemming, ...]:
    if eis is BestemmingEis.VERPLICHT and not bestemmingen:
        raise RoutingError(f"Bij '{onderwerp}' hoort ten minste één bestemming.")
    if eis is BestemmingEis.VERBODEN and bestemmingen:
        raise RoutingError(f"Bij '{onderwerp}' hoort geen bestemming.")
    named = {bestemming.soort for bestemming in bestemmingen}
    wants_default = (eis is BestemmingEis.AANGEVULD and standaard not in named) or (
        eis is BestemmingEis.STANDAARD and not named
    )
    if standaard is not None and wants_default:
        return (Bestemming(standaard), *bestemmingen)
    return bestemmingen


def _rerouted(bestemmingen: tuple[Bestemming, ...], gemeente_code: str, day: date | None) -> tuple[Bestemming, ...]:
    """Return to which other Veilig Thuis a melding goes that was not for us; nobody, for a municipality of our own.

    Where another serves the municipality somebody must take it over: until then it stays with us.
    """
    if any(bestemming.soort is not BestemmingSoort.VEILIG_THUIS_ELDERS for bestemming in bestemmingen):
        raise RoutingError("Een onjuist geadresseerde melding gaat alleen naar een andere Veilig Thuis.")
    if bestemmingen:
        return bestemmingen
    elders = Bestemming(BestemmingSoort.VEILIG_THUIS_ELDERS)
    adressering = adressering_of(gemeente_code, day or date.max)
    if adressering.juist:
        return ()
    if adressering.vt is None:
        raise RoutingError(
            "Zoek uit welke Veilig Thuis deze gemeente bedient, en noem die met soort 'veilig-thuis-elders': "
            "tot zij de melding overneemt, houdt u zicht."
        )
    return (elders,)


def route_besluit(
    uitkomst: Uitkomst, bestemmingen: Iterable[Bestemming], gemeente_code: str, day: date | None = None
) -> Routering:
    """Return what follows from a besluit on the veiligheidsbeoordeling, by the municipalities as they are on ``day``.

    Raises ``RoutingError`` when a receiver lacks that the uitkomst demands, or is named where none belongs.
    """
    route = ROUTES[uitkomst]
    if route.eis is BestemmingEis.DOORGEROUTEERD:
        completed = _rerouted(tuple(bestemmingen), gemeente_code, day)
    else:
        completed = _apply_eis(route.eis, route.standaard, tuple(bestemmingen), uitkomst)
    ontvangers = _receivers(completed, gemeente_code, day)
    return Routering(
        dienst=route.dienst,
        bestemmingen=ontvangers,
        sluit=route.sluit and not ontvangers,
        statuscode=route.statuscode,
        grondslagen=route.grondslagen,
    )


def route_conclusie(
    dienst: DienstSoort,
    conclusie: Conclusie,
    bestemmingen: Iterable[Bestemming],
    gemeente_code: str,
    day: date | None = None,
) -> Routering:
    """Return what follows from the conclusie of a dienst.

    Raises ``RoutingError`` when the dienst can not end with this conclusie or the receivers do not fit it.
    """
    regel = CONCLUSIES[conclusie]
    if dienst not in regel.diensten:
        raise RoutingError(f"De dienst '{dienst}' kan niet eindigen met conclusie '{conclusie}'.")
    completed = _apply_eis(regel.eis, regel.standaard, tuple(bestemmingen), conclusie)
    ontvangers = _receivers(completed, gemeente_code, day)
    return Routering(
        dienst=None,
        bestemmingen=ontvangers,
        sluit=regel.sluit_zonder_bestemming and not ontvangers,
        statuscode=STATUSCODE_OVERDRACHT if ontvangers else STATUSCODE_ZONDER_OVERDRACHT,
        grondslagen=regel.grondslagen,
    )


def vt_monitors(
    soort: BestemmingSoort, na_dienst: DienstSoort | None, settings: RuleSettings = DEFAULT_SETTINGS
) -> bool:
    """Tell whether Veilig Thuis monitors afterwards; ``na_dienst`` is ``None`` after a direct overdracht."""
    if not BESTEMMINGEN[soort].vt_monitort:
        return False
    return na_dienst in _SETS_VOORWAARDEN or settings.monitoring_after_direct_handover


def monitor_maanden(na_dienst: DienstSoort | None, settings: RuleSettings = DEFAULT_SETTINGS) -> tuple[int, ...]:
    """Return after how many months a family is looked at again, by the dienst that came before the overdracht."""
    for dienst, maanden in settings.monitor_offsets_per_dienst:
        if dienst is na_dienst:
            return maanden
    return settings.monitor_offsets_months
