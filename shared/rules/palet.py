"""The interventiepalet: its code lists, and by which points help is put in order for a casus.

Target groups and phases are those of the Regiovisie Rotterdam-Rijnmond (chapter I and III); the points are ours, and a
region changes them here. They say what stands first and why, and never what must be chosen.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Doelgroep(StrEnum):
    """For whom help is meant: the six special groups of the Regiovisie, and everybody else."""

    SEKSUEEL_GEWELD = "seksueel-geweld"
    SEKSUELE_UITBUITING = "seksuele-uitbuiting"  # by loverboys
    EERGERELATEERD_GEWELD = "eergerelateerd-geweld"  # and schadelijke traditionele praktijken
    KWETSBARE_OPVOEDSITUATIE = "kwetsbare-opvoedsituatie"
    COMPLEXE_SCHEIDING = "complexe-scheiding"
    OUDERENMISHANDELING = "ouderenmishandeling"
    ALGEMEEN = "algemeen"


class Fase(StrEnum):
    """In which phase of safety help is used (gefaseerde ketenzorg, Van Arum and Vogtlander), acute safety before it."""

    ACUTE_VEILIGHEID = "acute-veiligheid"
    DIRECTE_VEILIGHEID = "directe-veiligheid"  # with a veiligheidsplan
    STABIELE_VEILIGHEID = "stabiele-veiligheid"  # with a hulpverleningsplan
    HERSTEL = "herstel"  # with a herstelplan


class VoorWie(StrEnum):
    """Who of a household gets the help. The Regiovisie asks for help to plegers and to children by itself."""

    SLACHTOFFER = "slachtoffer"
    PLEGER = "pleger"
    KIND = "kind"
    GEZIN = "gezin"


class Indicatie(StrEnum):
    """What somebody needs before the help can begin."""

    GEEN = "geen"
    WMO = "wmo"
    JEUGDHULP = "jeugdhulp"
    VERWIJZING = "verwijzing"  # of a doctor


class InzetWeigering(StrEnum):
    """Why who was asked for help does not give it."""

    GEEN_PLAATS = "geen-plaats"
    WACHTTIJD_TE_LANG = "wachttijd-te-lang"
    DREMPEL = "drempel"  # no indicatie, or an eigen bijdrage that the family cannot pay
    NIET_PASSEND = "niet-passend"
    GEZIN_WIL_NIET = "gezin-wil-niet"
    ANDERS = "anders"


class InzetAfbreking(StrEnum):
    """Why help that was asked or given ended before it was done."""

    INGETROKKEN = "ingetrokken"  # by who asked
    GEZIN_STOPT = "gezin-stopt"
    AANBIEDER_STOPT = "aanbieder-stopt"
    VERHUISD = "verhuisd"
    ANDERE_HULP = "andere-hulp"
    ANDERS = "anders"


class LacuneReden(StrEnum):
    """What was missing where help was asked for and there was none."""

    GEEN_AANBOD = "geen-aanbod"  # nobody offers it here to these people in this phase
    DREMPEL = "drempel"  # only with an eigen bijdrage or an indicatie
    GEEN_PLAATS = "geen-plaats"
    WACHTTIJD_TE_LANG = "wachttijd-te-lang"
    NIET_PASSEND = "niet-passend"  # there is some, and the professional judges that it does not fit


# Of a refusal, what it says of the palet; nothing where it says something of the family only.
LACUNE_BIJ_WEIGERING: Mapping[InzetWeigering, LacuneReden | None] = MappingProxyType(
    {
        InzetWeigering.GEEN_PLAATS: LacuneReden.GEEN_PLAATS,
        InzetWeigering.WACHTTIJD_TE_LANG: LacuneReden.WACHTTIJD_TE_LANG,
        InzetWeigering.DREMPEL: LacuneReden.DREMPEL,
        InzetWeigering.NIET_PASSEND: LacuneReden.NIET_PASSEND,
        InzetWeigering.GEZIN_WIL_NIET: None,
        InzetWeigering.ANDERS: None,
    }
)


class Punt(StrEnum):
    """What counts for or against help, in the order in which it is told."""

    DOELGROEP = "doelgroep"
    DOELGROEP_ALGEMEEN = "doelgroep-algemeen"
    GEMEENTE = "gemeente"
    REGIO = "regio"
    PLAATS_VRIJ = "plaats-vrij"
    PLAATSEN_BEZET = "plaatsen-bezet"
    WACHTTIJD_KORT = "wachttijd-kort"
    WACHTTIJD_MATIG = "wachttijd-matig"
    WACHTTIJD_LANG = "wachttijd-lang"
    WACHTTIJD_VEROUDERD = "wachttijd-verouderd"
    WACHTTIJD_ONBEKEND = "wachttijd-onbekend"
    GEEN_EIGEN_BIJDRAGE = "geen-eigen-bijdrage"
    EIGEN_BIJDRAGE = "eigen-bijdrage"
    EIGEN_BIJDRAGE_ONGEWENST = "eigen-bijdrage-ongewenst"
    GEEN_INDICATIE = "geen-indicatie"
    INDICATIE = "indicatie"
    INDICATIE_ONGEWENST = "indicatie-ongewenst"


# A place that is free now weighs heavier than anything but help that was made for this group: families wait.
PUNTEN: Mapping[Punt, int] = MappingProxyType(
    {
        Punt.DOELGROEP: 45,  # for each of the groups that were asked
        Punt.DOELGROEP_ALGEMEEN: 10,
        Punt.GEMEENTE: 10,
        Punt.REGIO: 5,
        Punt.PLAATS_VRIJ: 30,
        Punt.PLAATSEN_BEZET: 0,
        Punt.WACHTTIJD_KORT: 20,
        Punt.WACHTTIJD_MATIG: 10,
        Punt.WACHTTIJD_LANG: 0,
        Punt.WACHTTIJD_VEROUDERD: 0,
        Punt.WACHTTIJD_ONBEKEND: 0,
        Punt.GEEN_EIGEN_BIJDRAGE: 5,
        Punt.EIGEN_BIJDRAGE: 0,
        Punt.EIGEN_BIJDRAGE_ONGEWENST: -20,
        Punt.GEEN_INDICATIE: 5,
        Punt.INDICATIE: 0,
        Punt.INDICATIE_ONGEWENST: -20,
    }
)

WACHTTIJD_KORT_DAGEN = 14
WACHTTIJD_MATIG_DAGEN = 42
