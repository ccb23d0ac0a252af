"""Who may do what in handover, written out by hand beside the policy: a row of the policy that is wrong turns it red.

The visitors are people with a role, an organisation and municipalities; ``ties`` say what ties them to what is asked
about: an overdracht to the shelter of this region, in a casus that is the local team's of 0599 too. What stands in a
row is what each of them is answered: ``in``, ``404`` as if it were not there, ``403``, ``leeg``: let in to a list in
which nothing is his, or ``eigen``: let in for what is his own, by what he says in the body.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.rules.access import BELEID, Betrekking
from shared.rules.codes import Rol

GEMEENTE, OTHER_GEMEENTE = "0599", "0502"
POLITIE, RAAD, STRANGER = "politie-eenheid-rotterdam", "raad-voor-de-kinderbescherming", "vreemde-partner"
OPVANG, OTHER_OPVANG = "opvang-rotterdam-rijnmond", "opvang-elders"

IN, UIT, WEG, LEEG, EIGEN = "in", "403", "404", "leeg", "eigen"
_T = Betrekking


@dataclass(frozen=True, slots=True)
class Bezoeker:
    """Somebody at the door."""

    rol: Rol
    organisatie: str
    gemeenten: tuple[str, ...] = ()
    ties: frozenset[Betrekking] = frozenset()

    @property
    def name(self) -> str:
        """How a test calls him."""
        return f"{self.rol} {self.organisatie}"


BEZOEKERS = (
    Bezoeker(Rol.VT_MEDEWERKER, "vtrr"),
    Bezoeker(Rol.VT_TEAMLEIDER, "vtrr"),
    Bezoeker(
        Rol.KETENPARTNER,
        OPVANG,
        (),
        # Who walks through the doors names this organisation wherever he must name one, so also as one at a table.
        frozenset({_T.ONTVANGER, _T.PARTIJ, _T.AANBIEDER, _T.INZET, _T.GEVRAAGD, _T.DEELNEMER}),
    ),
    Bezoeker(Rol.KETENPARTNER, OTHER_OPVANG),
    Bezoeker(Rol.KETENPARTNER, POLITIE, (), frozenset({_T.EIGEN_MELDING, _T.DEELNEMER, _T.ACTIEHOUDER})),
    Bezoeker(Rol.KETENPARTNER, RAAD, (), frozenset({_T.EIGEN_ORGANISATIE})),
    Bezoeker(Rol.KETENPARTNER, STRANGER),
    Bezoeker(
        Rol.LOKAAL_TEAM,
        "lokaal-team-0599",
        (GEMEENTE,),
        frozenset({_T.EIGEN_GEMEENTE, _T.PARTIJ, _T.INZET, _T.DEELNEMER}),
    ),
    Bezoeker(Rol.LOKAAL_TEAM, "lokaal-team-0502", (OTHER_GEMEENTE,)),
    Bezoeker(Rol.GEMEENTE, GEMEENTE, (GEMEENTE,), frozenset({_T.EIGEN_GEMEENTE})),
    Bezoeker(Rol.GEMEENTE, OTHER_GEMEENTE, (OTHER_GEMEENTE,)),
    Bezoeker(Rol.BEHEERDER, "vtrr"),
    Bezoeker(Rol.SYSTEEM, "ketenradar-lokaal"),
)

# --- by hand ----------------------------------------------------------------------------------------------------
#
#                            VT VT | shelter other | police raad stranger | team other | gemeente other | beheer systeem
_ROWS = {
    "listOpenstaand":          "in in   in   leeg   leeg leeg leeg   in   leeg   403 403   403 403",
    "listOverdrachten":        "in in   in   leeg   leeg leeg leeg   in   leeg   403 403   403 in",
    "readOverdracht":          "in in   in   404    404  404  404    404  404    403 403   403 403",
    "readGeschiedenis":        "in in   in   404    404  404  404    404  404    403 403   403 403",
    "readBehandelaar":         "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "recordBehandelaar":       "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "offerOverdrachtAgain":    "in in   403  403    403  403  403    403  403    403 403   403 403",
    "revokeOverdracht":        "in in   403  403    403  403  403    403  403    403 403   403 403",
    "acceptOverdracht":        "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "refuseOverdracht":        "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "recordEersteContact":     "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "openOverdracht":          "403 403 in   in     in   in   in     in   in     403 403   403 403",
    "readZichtOpVeiligheid":   "in in   in   404    404  404  404    in   404    403 403   403 in",
    "listPartijen":            "in in   in   404    404  404  404    in   404    403 403   403 403",
    "searchHouder":            "in in   in   in     in   in   in     in   in     403 403   403 403",
    "listOrganisaties":        "in in   leeg leeg   leeg in   leeg   leeg leeg   leeg leeg in  403",
    "readOrganisatie":         "in in   404  404    404  in   404    404  404    404 404   in  403",
    "readContacten":           "in in   404  404    404  in   404    404  404    404 404   in  403",
    "readClients":             "in in   404  404    404  in   404    404  404    404 404   in  403",
    "readRechten":             "in in   404  404    404  in   404    404  404    404 404   in  403",
    "createOrganisatie":       "403 403 403  403    403  403  403    403  403    403 403   in  403",
    "putContacten":            "403 403 403  403    403  403  403    403  403    403 403   in  403",
    "putClients":              "403 403 403  403    403  403  403    403  403    403 403   in  403",
    "createRecht":             "403 403 403  403    403  403  403    403  403    403 403   in  403",
    "putRechtEinde":           "403 403 403  403    403  403  403    403  403    403 403   in  403",
    "putInschrijving":         "403 403 403  403    403  403  403    403  403    403 403   in  403",
    "putBeeindiging":          "403 403 403  403    403  403  403    403  403    403 403   in  403",
    "askTeruggave":            "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "acceptTeruggave":         "in  in  403  403    403  403  403    403  403    403 403   403 403",
    "refuseTeruggave":         "in  in  403  403    403  403  403    403  403    403 403   403 403",
    "askAboutZicht":           "in  in  403  403    403  403  403    403  403    403 403   403 403",
    "acceptZicht":             "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "listPlannen":             "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "readPlan":                "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "createPlan":              "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "putPlanLid":              "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "createPlanDoel":          "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "putPlanDoeluitkomst":     "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "createPlanactie":         "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "putPlanactieAfronding":   "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "putPlanRegie":            "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "createPlanEvaluatie":     "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "putPlanFase":             "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "putPlanEinde":            "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "listContactpogingen":     "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "listVoorwaarden":         "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "createContactpoging":     "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "createVoorwaardecontrole":"403 403 in   404    404  404  404    404  404    403 403   403 403",
    "listInterventies":        "in  in  in   in     in   in   in     in   in     in  in    in  403",
    "readInterventie":         "in  in  in   in     in   in   in     in   in     in  in    in  403",
    "searchInterventies":      "in  in  in   in     in   in   in     in   in     in  in    in  403",
    "createInterventie":       "403 in  in   eigen  eigen eigen eigen  in   eigen  403 403   in  403",
    "putInterventie":          "403 in  in   404    404  404  404    in   404    403 403   in  403",
    "listInzetten":            "in  in  in   leeg   leeg leeg leeg   in   leeg   403 403   403 403",
    "listLacunes":             "in  in  in   leeg   leeg leeg leeg   in   leeg   403 403   403 403",
    "createLacune":            "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "createInzet":             "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "readInzet":               "in  in  in   404    404  404  404    in   404    403 403   403 403",
    "putInzetStart":           "in  in  in   404    404  404  404    in   404    403 403   403 403",
    "putInzetWeigering":       "in  in  in   404    404  404  404    in   404    403 403   403 403",
    "putInzetAfbreking":       "in  in  in   404    404  404  404    in   404    403 403   403 403",
    "putInzetAfronding":       "in  in  in   404    404  404  404    in   404    403 403   403 403",
    "listGesprekken":          "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "readGesprek":             "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "planGesprek":             "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "noteGesprek":             "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "callOffGesprek":          "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "listOpvangaanvragen":     "in  in  in   leeg   leeg leeg leeg   in   leeg   403 403   403 403",
    "listOpvangwachtlijst":    "in  in  in   leeg   leeg leeg leeg   403  403    403 403   403 403",
    "readOpvangbezetting":     "in  in  in   leeg   leeg leeg leeg   403  403    403 403   403 403",
    "readOpvangvoorziening":   "in  in  in   404    404  404  404    403  403    403 403   403 403",
    "readOpvangaanvraag":      "in  in  in   404    404  404  404    in   404    403 403   403 403",
    "createOpvangaanvraag":    "in  in  403  403    403  403  403    in   eigen  403 403   403 403",
    "putOpvangintrekking":     "in  in  403  403    403  403  403    in   404    403 403   403 403",
    "putOpvangplaatsing":      "in  in  in   404    404  404  404    403  403    403 403   403 403",
    "putOpvangwacht":          "in  in  in   404    404  404  404    403  403    403 403   403 403",
    "putOpvangelders":         "in  in  in   404    404  404  404    403  403    403 403   403 403",
    "putOpvangweigering":      "in  in  in   404    404  404  404    403  403    403 403   403 403",
    "putOpvangklaar":          "in  in  in   404    404  404  404    403  403    403 403   403 403",
    "putOpvanguitstroom":      "in  in  in   404    404  404  404    403  403    403 403   403 403",
    "putTraumascreening":      "in  in  in   404    404  404  404    403  403    403 403   403 403",
    "putOpvangNietIn":         "in  in  in   404    404  404  404    403  403    403 403   403 403",
    "createOpvangvoorziening": "403 in  403  403    403  403  403    403  403    403 403   403 403",
    "putOpvangvoorziening":    "403 in  in   404    404  404  404    403  403    403 403   403 403",
    "listLeveradressen":       "403 in  leeg leeg   leeg in   leeg   leeg leeg   403 403   in  403",
    "readLeveradres":          "403 in  404  404    404  in   404    404  404    403 403   in  403",
    "addLeveradres":           "403 in  eigen eigen eigen in  eigen  eigen eigen 403 403   in  403",
    "replaceLeveradres":       "403 in  404  404    404  in   404    404  404    403 403   in  403",
    "endLeveradres":           "403 in  404  404    404  in   404    404  404    403 403   in  403",
    "rotateLeveradresGeheim":  "403 in  404  404    404  in   404    404  404    403 403   in  403",
    "listLeveringen":          "in  in  403  403    403  403  403    403  403    403 403   403 403",
    "listOverdrachtLeveringen":"in  in  in   404    404  404  404    404  404    403 403   403 403",
    "restartLevering":         "in  in  403  403    403  403  403    403  403    403 403   403 403",
    "settleLevering":          "in  in  403  403    403  403  403    403  403    403 403   403 403",
    "confirmOntvangst":        "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "listNavragen":           "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "readNavraag":            "in  in  in   404    404  404  404    404  404    403 403   403 403",
    "askNavraag":             "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "answerNavraag":          "in  in  403  403    403  403  403    403  403    403 403   403 403",
    "confirmAntwoord":        "403 403 in   404    404  404  404    404  404    403 403   403 403",
    "readToestand":            "403 in  403  403    403  403  403    403  403    403 403   in  in",
    "listDataverwerkingen":    "403 in  403  403    403  403  403    403  403    403 403   403 in",
    "readDossierdeel":         "403 403 403  403    403  403  403    403  403    403 403   403 in",
}  # fmt: skip
HANDOVER: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        operation: dict(zip((one.name for one in BEZOEKERS), row.split(), strict=True))
        for operation, row in _ROWS.items()
    }
)


# --- by the policy ----------------------------------------------------------------------------------------------


def by_policy(room: str, operation: str, bezoeker: Bezoeker, *, names_an_object: bool) -> str:
    """Return what the policy makes of somebody at a door."""
    tie = BELEID[room, operation].rollen.get(bezoeker.rol)
    if tie is None:
        return UIT
    if tie in {Betrekking.ALLES, Betrekking.NOOD} or tie in bezoeker.ties:
        return IN
    if names_an_object:
        return WEG
    # A party in a casus finds in a list what of it is his own.
    if tie is Betrekking.ONTVANGER and Betrekking.PARTIJ in bezoeker.ties:
        return IN
    return LEEG if BELEID[room, operation].reads else EIGEN
