"""Of which facts an outsider may be told by webhook: one table, and nothing is told that has no row.

A row names the roles that may subscribe to a kind of fact, each with the tie (``Betrekking``) that is demanded between
the subscriber and the fact, and the fields that go along. Each kind of fact stands either here or in ``NIET``, with
why not: a test asks for that decision. Kinds are named as in their event type: ``nl.ketenradar.<naam>.v1``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.rules.access import Betrekking
from shared.rules.codes import Rol


@dataclass(frozen=True, slots=True)
class Abonneerbaar:
    """What is told of one kind of fact, and to whom; ``binnen`` are fields for Veilig Thuis itself."""

    rollen: Mapping[Rol, Betrekking]
    velden: tuple[str, ...]
    binnen: tuple[str, ...] = ()


# Who hears of everything, and who gets figures: no casus, and no id of anything in it.
BINNEN = frozenset({Rol.VT_TEAMLEIDER, Rol.BEHEERDER})
ZONDER_CASUS = frozenset({Rol.GEMEENTE})

_VT: Mapping[Rol, Betrekking] = {Rol.VT_TEAMLEIDER: Betrekking.ALLES, Rol.BEHEERDER: Betrekking.ALLES}
_TEAM: Mapping[Rol, Betrekking] = {Rol.LOKAAL_TEAM: Betrekking.EIGEN_GEMEENTE}
_GEMEENTE: Mapping[Rol, Betrekking] = {Rol.GEMEENTE: Betrekking.EIGEN_GEMEENTE}
_ONTVANGERS: Mapping[Rol, Betrekking] = {Rol.LOKAAL_TEAM: Betrekking.ONTVANGER, Rol.KETENPARTNER: Betrekking.ONTVANGER}


def _row(rollen: Mapping[Rol, Betrekking], velden: tuple[str, ...], *, binnen: tuple[str, ...] = ()) -> Abonneerbaar:
    return Abonneerbaar(MappingProxyType(dict(rollen)), velden, binnen)


_TERMIJN = _row(
    {**_VT, **_TEAM, **_GEMEENTE, Rol.KETENPARTNER: Betrekking.ONTVANGER},
    ("termijn_id", "soort", "melding_id", "gemeente_code", "uiterlijk"),
)
_OVER = ("overdracht_id", "melding_id", "gemeente_code")
_OVERDRACHT = (*_OVER, "soort", "draagt_zicht")
_OVERDRACHT_BINNEN = ("dienst_id", "organisatie_id")

ABONNEERBAAR: Mapping[str, Abonneerbaar] = MappingProxyType(
    {
        "termijn-dreigend": _TERMIJN,
        "termijn-verstreken": _TERMIJN,
        "casus-afgesloten": _row(
            {**_VT, **_TEAM, **_GEMEENTE, Rol.KETENPARTNER: Betrekking.PARTIJ}, ("afgesloten_op",), binnen=("reden",)
        ),
        "overdracht-aangeboden": _row(
            {**_VT, **_ONTVANGERS},
            (*_OVERDRACHT, "aangeboden_op"),
            binnen=(*_OVERDRACHT_BINNEN, "vervangt_overdracht_id"),
        ),
        "overdracht-geaccepteerd": _row(
            {**_VT, **_ONTVANGERS}, (*_OVERDRACHT, "geaccepteerd_op"), binnen=_OVERDRACHT_BINNEN
        ),
        "overdracht-geweigerd": _row({**_VT, **_ONTVANGERS}, ("overdracht_id", "melding_id", "reden", "geweigerd_op")),
        "overdracht-ingetrokken": _row(
            {**_VT, **_ONTVANGERS},
            (*_OVER, "ingetrokken_op"),
            binnen=("reden", "vervolg"),
        ),
        "overdracht-teruggekeerd": _row({**_VT, **_ONTVANGERS}, (*_OVER, "teruggekeerd_op")),
        "teruggave-gevraagd": _row({**_VT, **_ONTVANGERS}, (*_OVER, "gevraagd_op"), binnen=("reden",)),
        "teruggave-afgewezen": _row({**_VT, **_ONTVANGERS}, (*_OVER, "afgewezen_op")),
        "overdracht-teruggegeven": _row({**_VT, **_ONTVANGERS}, (*_OVER, "teruggegeven_op"), binnen=("reden",)),
        "zicht-overgegaan": _row(
            {**_VT, **_ONTVANGERS}, (*_OVER, "overgegaan_op"), binnen=("organisatie_id", "bij_veilig_thuis")
        ),
        "eerste-contact-gelegd": _row({**_VT, **_ONTVANGERS}, ("overdracht_id", "melding_id", "tijdstip")),
        "monitormoment-afgerond": _row(
            {**_VT, **_TEAM},
            ("monitormoment_id", "melding_id", "maand", "vervolg", "afgerond_op"),
            binnen=("naleving", "directe_veiligheid", "stabiele_veiligheid"),
        ),
        "monitormoment-verplaatst": _row(
            {**_VT, **_TEAM}, ("monitormoment_id", "melding_id", "maand", "dag", "verplaatst_op"), binnen=("reden",)
        ),
        # Who keeps a casus under its id must know that it goes on under another.
        "casus-samengevoegd": _row({**_VT, **_TEAM}, ("verdwenen_casus_id", "samengevoegd_op")),
        # The other casus can be of another municipality: only inside is it known that it was one.
        "casus-gesplitst": _row(_VT, ("nieuwe_casus_id", "gesplitst_op")),
        # Who reported stays out, also by category: in a small place that is a person.
        "melding-ontvangen": _row(_VT, ("melding_id", "ontvangen_op", "gemeente_code", "hermelding")),
        "acuutcheck-gedaan": _row(_VT, ("melding_id", "dossier_id", "acuut", "gedaan_op")),
        "veiligheidsbeoordeling-afgerond": _row(
            _VT,
            (
                "melding_id",
                "dossier_id",
                "gemeente_code",
                "uitkomst",
                "acuut_onveilig",
                "structureel_onveilig",
                "besloten_op",
                "statuscode",
                "sluit",
            ),
        ),
        "veiligheidsbeoordeling-heropend": _row(_VT, ("melding_id", "dossier_id", "gemeente_code", "heropend_op")),
        "dienst-gestart": _row(_VT, ("dienst_id", "melding_id", "gemeente_code", "soort", "gestart_op")),
        "dienst-afgerond": _row(
            _VT, ("dienst_id", "melding_id", "gemeente_code", "soort", "conclusie", "afgerond_op", "sluit")
        ),
        "noodtoegang-verleend": _row(_VT, ("noodtoegang_id", "overdracht_id", "gemeente_code", "reden", "geldig_tot")),
    }
)

_MELDER = "kan wijzen naar wie meldde of om advies vroeg"
_DOSSIER = "gaat over de rechten van een betrokkene; die hoort het zelf"
_VERNIETIGD = "wie een dossier vernietigt, vertelt niet rond dat het er was"
_INDEX = "van verwijsindexen hoort alleen wie er zelf in kijkt"
_SCHOOL = "zegt van een kind op welke dag er iets was; alleen de school hoort dat, langs haar eigen weg"
_WERK = "hoe Veilig Thuis zijn werk verdeelt en inhaalt; de termijnen zeggen wat daarvan buiten telt"
_VRAAG = "van wie iets wordt gevraagd kan wijzen naar wie ervan weet, en zo naar de melder"
_VOORWAARDE = "wat met een gezin is afgesproken gaat met de overdracht mee, naar wie het aangaat"
_RAAD = "de raad en het college horen het langs hun eigen weg; een ander hoeft het niet te weten"
_MEDISCH = "zegt dat iemand lichamelijk wordt onderzocht"
_HUISVERBOD = "de burgemeester en de politie horen het langs hun eigen weg; een ander hoeft het niet te weten"
_DREIGING = "zegt dat iemand een alarmknop draagt; dat mag wie de dreiging is langs geen omweg horen"
_LEVERING = "gaat over hoe één ontvanger werd ingelicht; die ziet dat bij zijn overdracht"
_SCHUILPLEK = "dat en waar een gezin schuilt mag langs geen omweg bekend worden"
_NAVRAAG = "is tussen één ontvanger en Veilig Thuis; zij zien het bij de overdracht"
_TAFEL = "wie aan tafel zit hoort het daar"
_PLAN = "het plan en de gesprekken zijn van wie het gezin helpt; wie het aangaat leest het daar"
_INZET = "welke hulp een gezin krijgt hoort wie haar geeft, langs zijn eigen weg"
_LACUNE = "wat er aan hulp ontbreekt staat in de cijfers, waar kleine aantallen worden afgeschermd"

NIET: Mapping[str, str] = MappingProxyType(
    {
        "melding-aangevuld": _MELDER,
        "advies-gegeven": _MELDER,
        "advies-omgezet": _MELDER,
        "dubbel-anoniem-ontvangen": _MELDER,
        "dubbel-anoniem-besloten": _MELDER,
        "bekendmaking-gewijzigd": _MELDER,
        "terugkoppeling-gegeven": _MELDER,
        "dossierverzoek-ontvangen": _DOSSIER,
        "dossierverzoek-afgehandeld": _DOSSIER,
        "bewaartermijn-vastgesteld": _VERNIETIGD,
        "bewaartermijn-verstreken": _VERNIETIGD,
        "casus-vernietigd": _VERNIETIGD,
        "signaal-geplaatst": _INDEX,
        "match-ontvangen": _INDEX,
        "handle-with-care-gestart": _SCHOOL,
        "handle-with-care-afgeleverd": _SCHOOL,
        "handle-with-care-vervallen": _SCHOOL,
        "handle-with-care-niet-afgeleverd": _SCHOOL,
        "handeling-vastgelegd": _WERK,
        "werk-toegewezen": _WERK,
        "werk-vrijgegeven": _WERK,
        "veiligheidscheck-gepland": _WERK,
        "veiligheidscheck-gedaan": _WERK,
        "vertraging-verklaard": _WERK,
        "dienst-omgezet": _WERK,
        "informeren-uitgesteld": _WERK,
        "informatieverzoek-gedaan": _VRAAG,
        "informatieverzoek-afgerond": _VRAAG,
        "consult-vastgelegd": _VRAAG,
        "voorwaarde-gesteld": _VOORWAARDE,
        "voorwaarde-nagegaan": _VOORWAARDE,
        "verzoek-tot-onderzoek-gedaan": _RAAD,
        "verzoek-tot-onderzoek-gemeld": _RAAD,
        "verzoek-tot-onderzoek-beantwoord": _RAAD,
        "forensisch-gevraagd": _MEDISCH,
        "forensisch-afgerond": _MEDISCH,
        "huisverbod-gescreend": _HUISVERBOD,
        "huisverbod-opgelegd": _HUISVERBOD,
        "huisverbod-advies-gegeven": _HUISVERBOD,
        "huisverbod-verlengd": _HUISVERBOD,
        "huisverbod-beeindigd": _HUISVERBOD,
        "aware-verleend": _DREIGING,
        "aware-verlengd": _DREIGING,
        "aware-beeindigd": _DREIGING,
        "opschaling-gestart": _TAFEL,
        "opschaling-beeindigd": _TAFEL,
        "levering-voorgelegd": _LEVERING,
        "levering-hervat": _LEVERING,
        "levering-afgerond": _LEVERING,
        "plan-overgegaan": _PLAN,
        "overdracht-gesprek-gehouden": _TAFEL,
        "opvang-aangevraagd": _SCHUILPLEK,
        "opvang-geplaatst": _SCHUILPLEK,
        "opvang-geweigerd": _SCHUILPLEK,
        "opvang-klaargemeld": _SCHUILPLEK,
        "opvang-beeindigd": _SCHUILPLEK,
        "traumascreening-gedaan": _SCHUILPLEK,
        "navraag-gesteld": _NAVRAAG,
        "navraag-afgerond": _NAVRAAG,
        "plan-gestart": _PLAN,
        "planfase-gewijzigd": _PLAN,
        "plan-geevalueerd": _PLAN,
        "plan-beeindigd": _PLAN,
        "planactie-afgesproken": _PLAN,
        "planactie-afgerond": _PLAN,
        "contactpoging-gedaan": _PLAN,
        "voorwaarde-gevolgd": _VOORWAARDE,
        "inzet-gevraagd": _INZET,
        "inzet-geweigerd": _INZET,
        "inzet-gestart": _INZET,
        "inzet-beeindigd": _INZET,
        "lacune-vastgesteld": _LACUNE,
        "actie-afgesproken": _TAFEL,
        "actie-afgerond": _TAFEL,
    }
)


def soorten_van(rol: Rol) -> tuple[str, ...]:
    """Return the kinds of facts to which a role may subscribe."""
    return tuple(naam for naam, row in ABONNEERBAAR.items() if rol in row.rollen)


def velden_van(naam: str, rol: Rol) -> tuple[str, ...]:
    """Return which fields of a kind of fact go to a role."""
    row = ABONNEERBAAR[naam]
    return (*row.velden, *row.binnen) if rol in BINNEN else row.velden
