"""What a notice says: Dutch sentences about a kind of term, a date and an opaque id; nothing about a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from services.monitoring.domain import dagbericht
from shared.rules.deadlines import format_day, format_moment

KLOKKEN: Mapping[str, str] = MappingProxyType(
    {
        "acuutcheck": "acuutcheck",
        "veiligheidsbeoordeling": "veiligheidsbeoordeling",
        "onderzoek": "onderzoek",
        "voorwaarden-en-vervolg": "voorwaarden en vervolg",
        "overdracht-acceptatie": "acceptatie van de overdracht",
        "informeren-betrokkenen": "informeren van betrokkenen",
        "terugkoppeling-melder": "terugkoppeling aan de melder",
        "huisverbod": "huisverbod",
        "huisverbod-advies": "advies over het huisverbod",
        "handle-with-care": "handle with care",
        "monitormoment": "monitormoment",
        "dossierverzoek": "antwoord op een dossierverzoek",
        "vernietigingsverzoek": "besluit op een verzoek tot vernietiging",
        "dubbel-anoniem-besluit": "besluit op een dubbel anonieme melding",
        "toewijzing": "toewijzing van het werk",
        "veiligheidscheck": "veiligheidscheck",
        "informatieverzoek": "antwoord op een informatieverzoek",
        "voorwaarde-controle": "controle van een veiligheidsvoorwaarde",
        "verzoek-tot-onderzoek-melden": "melden van een verzoek tot onderzoek",
        "forensisch": "forensisch onderzoek of hulp",
        "aware-evaluatie": "evaluatie van AWARE",
        "actie": "actie uit een overleg",
        "overdracht-vervolg": "nieuw aanbod van de overdracht",
        "teruggave-besluit": "antwoord op een teruggave",
        "eerste-contact": "eerste contact met het gezin",
        "plan-maken": "plan van het huishouden",
        "plan-evaluatie": "evaluatie van het plan",
        "planactie": "actie uit een plan",
        "traumascreening": "screening van een kind op trauma",
        "levering": "levering van een overdracht",
        "navraag": "antwoord op een navraag",
    }
)
# What is missing and what to do about it, for the terms that Veilig Thuis sets itself.
_WAT_NU: Mapping[str, str] = MappingProxyType(
    {
        "toewijzing": "Niemand heeft dit werk. Wijs het toe aan iemand, of neem het zelf.",
        "veiligheidscheck": (
            "Niemand heeft sinds de vorige keer naar de veiligheid gekeken. Doe een veiligheidscheck en leg die vast."
        ),
        "informatieverzoek": "Er is nog geen antwoord. Vraag ernaar, of trek het in als het niet meer nodig is.",
        "voorwaarde-controle": (
            "Niemand heeft nagegaan of de veiligheidsvoorwaarde wordt nagekomen. Ga het na en leg vast hoe het staat."
        ),
        "verzoek-tot-onderzoek-melden": (
            "De raad is om onderzoek gevraagd, en wie dat moet weten heeft het nog niet gehoord. De uitleg van de "
            "termijn zegt wie dat is."
        ),
        "forensisch": "Er is nog geen uitslag. Letsel vervaagt: bel wie het is gevraagd.",
        "aware-evaluatie": "Niemand heeft bekeken of AWARE nog nodig is. Evalueer het, en verleng of beëindig het.",
        "actie": "Wat in het overleg is afgesproken is nog niet gedaan. Spreek aan wie het zou doen.",
        "overdracht-vervolg": (
            "Niemand heeft deze overdracht: zij is geweigerd, ingetrokken, teruggekeerd of teruggegeven. Bied haar "
            "opnieuw aan."
        ),
        "teruggave-besluit": (
            "De ontvanger wil de overdracht teruggeven en wacht op antwoord. Aanvaard de teruggave of wijs haar af."
        ),
        "eerste-contact": "De ontvanger heeft nog niet vastgelegd dat hij het gezin heeft gesproken. Bel hem.",
        "plan-maken": "De ontvanger heeft nog geen plan van het huishouden gemaakt. Vraag ernaar.",
        "plan-evaluatie": "Niemand heeft bekeken of het plan werkt. Vraag de ontvanger het te evalueren.",
        "planactie": "Wat in het plan is afgesproken is nog niet gedaan. Vraag de ontvanger hoe het staat.",
        "traumascreening": "Een kind is nog niet gescreend. Vraag wie het opvangt dat te doen en vast te leggen.",
        "levering": (
            "De ontvanger van een overdracht weet nog van niets. Bel of schrijf hem en leg dat vast, of herstart de "
            "levering als zijn systeem weer werkt."
        ),
        "navraag": "Een ontvanger vroeg iets na over een overdracht en heeft nog geen antwoord. Beantwoord het.",
    }
)
STAPPEN: Mapping[str, str] = MappingProxyType(
    {"waarschuwing": "verloopt binnenkort", "verstreken": "is verstreken", "geescaleerd": "is nog steeds niet gehaald"}
)
_ALARMEN: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (
            "abonnement-uitgeschakeld",
            "dag-niet-bezorgd",
        ): "Een ontvanger van webhooks nam een dag lang niets aan. Wat wacht blijft staan; hervat het abonnement.",
        (
            "abonnement-uitgeschakeld",
            "ontvanger-weg",
        ): "Een ontvanger van webhooks zegt dat hij er niet meer is. Wat wacht blijft staan; vraag na wat er is.",
        ("afdeling", "geen-antwoord"): "Een afdeling antwoordt niet.",
        ("afdeling", "quarantaine"): "Er staan berichten in quarantaine; iemand moet ze bekijken en vrijgeven.",
        ("afdeling", "niet-verzonden"): "Een afdeling verzendt haar gebeurtenissen niet op tijd.",
        ("afdeling", "wacht-op-voorganger"): "Een afdeling wacht al een tijd op een gebeurtenis die ontbreekt.",
        ("afdeling", "niet-geketend"): "Een afdeling zet haar auditregels niet in de keten.",
        ("afdeling", "taak-opgegeven"): "Een afdeling heeft iets opgegeven dat niet lukte; een mens moet het afmaken.",
        (
            "audit-gebroken",
            "ingekort",
        ): "De audit van een afdeling is ingekort: regels die er waren zijn weg.",
        ("audit-gebroken", "gewijzigd"): "De audit van een afdeling is gewijzigd na te zijn vastgelegd.",
        ("bericht", "mislukt"): "Een bericht kon ook na de laatste poging niet worden bezorgd.",
        ("cbs-levering", "lukt-niet"): (
            "Een levering aan het CBS wil niet lukken; het wordt nog geprobeerd. Het logboek van de werker zegt waarom."
        ),
        ("hartslag", "stil"): "Een klus van monitoring draait niet meer.",
        (
            "hermelding-tijdens-monitoring",
            "ontvangen",
        ): "Over een gezin dat wordt gemonitord kwam een nieuwe melding; bekijk of de monitoring anders moet.",
        (
            "match-tijdens-monitoring",
            "ontvangen",
        ): "Een andere organisatie gaf een signaal over een gezin dat wordt gemonitord; neem contact met haar op.",
        ("kalender", "gelijkgestelde-dagen"): "De gelijkgestelde dagen raken op; lees het nieuwe besluit.",
        ("kalender", "schoolvakanties"): "De schoolvakanties raken op; zet het volgende schooljaar in de tabel.",
        (
            "noodtoegang",
            "verleend",
        ): "Iemand las met noodtoegang een overdracht buiten zijn taak; ga na of dat terecht was.",
        ("voorwaarde-niet-nagekomen", "gevonden"): (
            "Een ontvanger vond dat een veiligheidsvoorwaarde niet wordt nagekomen; bekijk met hem wat nodig is."
        ),
        (
            "opvang-geweigerd",
            "onzekere-verblijfsstatus",
        ): "Een opvang weigerde iemand met een onzekere verblijfsstatus. Dat mag nooit de reden zijn; ga na waarom.",
        ("levering", "niet-gelukt"): (
            "Een overdracht kon een etmaal lang niet worden geleverd; iemand moet de ontvanger bellen of schrijven."
        ),
        ("levering", "geweigerd"): (
            "Het systeem van een ontvanger weigert een overdracht aan te nemen; iemand moet hem bellen of schrijven."
        ),
        ("levering", "niet-bevestigd"): (
            "Een ontvanger liet niet blijken dat hij de e-mail over een overdracht las; iemand moet hem bellen."
        ),
        ("sweep", "mislukt"): "Een termijn kon niet worden verwerkt.",
    }
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its subject line and its text."""

    onderwerp: str
    tekst: str


def mail_of(inhoud: Mapping[str, Any], *, base_url: str) -> Mail:
    """Return the mail of a notice; ``base_url`` is where monitoring can be asked for more."""
    if inhoud["soort"] == dagbericht.SOORT:
        return _mail_of_day(inhoud, base_url)
    if "casusId" in inhoud:
        return _mail_of_term(inhoud, base_url)
    return _mail_of_alarm(inhoud, base_url)


_WIE: Mapping[str, str] = MappingProxyType({"medewerker": "uw werk", "teamleider": "het team"})


def _mail_of_day(inhoud: Mapping[str, Any], base_url: str) -> Mail:
    names = dict(KLOKKEN)
    late = dagbericht.lines_of(inhoud["teLaat"], inhoud["teLaatTotaal"], names, base_url=base_url)
    due = dagbericht.lines_of(inhoud["vervalt"], inhoud["vervaltTotaal"], names, base_url=base_url)
    still = [f"- {names.get(soort, soort)}: {aantal}" for soort, aantal in sorted(inhoud["open"].items())]
    parts = [
        (f"Te laat ({inhoud['teLaatTotaal']})", late),
        (f"Loopt binnenkort af ({inhoud['vervaltTotaal']})", due),
        ("Alles wat openstaat", still),
    ]
    text = "\n\n".join("\n".join([f"{title}:", *(lines or ["- niets"])]) for title, lines in parts)
    dag = format_day(date.fromisoformat(inhoud["dag"]))
    return Mail(
        onderwerp=f"Ketenradar: de termijnen van {dag}",
        tekst=(
            f"De stand van {_WIE[inhoud['voor']]} op {dag}.\n\n{text}\n\n"
            "Dit bericht komt hooguit een keer per werkdag, en niet als er niets te doen is. Het is automatisch "
            "gemaakt en bevat geen persoonsgegevens.\n"
        ),
    )


def _mail_of_term(inhoud: Mapping[str, str], base_url: str) -> Mail:
    klok = KLOKKEN.get(inhoud["soort"], inhoud["soort"])
    stap = STAPPEN.get(inhoud["stap"], inhoud["stap"])
    uiterlijk = format_moment(datetime.fromisoformat(inhoud["uiterlijk"]))
    wat_nu = f"{_WAT_NU[inhoud['soort']]}\n\n" if inhoud["soort"] in _WAT_NU else ""
    return Mail(
        onderwerp=f"Ketenradar: termijn {klok} {stap}",
        tekst=(
            f"De termijn voor {klok} {stap}.\n\n{wat_nu}"
            f"Casus:        {inhoud['casusId']}\n"
            f"Gemeente:     {inhoud['gemeenteCode']}\n"
            f"Te laat vanaf: {uiterlijk}\n\n"
            f"Waar deze termijn op berust: {base_url}/v1/termijnen?casusId={inhoud['casusId']}\n\n"
            "Dit bericht is automatisch gemaakt en bevat geen persoonsgegevens.\n"
        ),
    )


def _mail_of_alarm(inhoud: Mapping[str, str], base_url: str) -> Mail:
    zin = _ALARMEN.get((inhoud["soort"], inhoud["stap"]), "Er is iets mis.")
    wanneer = ""
    if "uiterlijk" in inhoud:
        wanneer = f"Vanaf:     {format_moment(datetime.fromisoformat(inhoud['uiterlijk']))}\n"
    return Mail(
        onderwerp=f"Ketenradar: alarm {inhoud['soort']}",
        tekst=(
            f"{zin}\n\nWaar:      {inhoud['onderwerp']}\n{wanneer}\n"
            f"Alle waarschuwingen: {base_url}/v1/waarschuwingen?soort={inhoud['soort']}\n\n"
            "Dit bericht is automatisch gemaakt en bevat geen persoonsgegevens.\n"
        ),
    )
