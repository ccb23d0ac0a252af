"""The register of processing activities (AVG art. 30) as data: what is done with personal data, why, and why it may be.

Each route, chore and audit row names one of these rows. A row that changes in meaning gets a new ``versie``, so that
what was recorded under the old one keeps its old text (Logboek Dataverwerkingen 1.0, ``processing_activity_id``).
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

_REGISTER = "https://ketenradar.example/verwerkingen"
_DOSSIER = "20 jaar na het einde van de bemoeienis, of tot het jongste kind 18 is"


class VerwerkingCode(StrEnum):
    MELDING_ONTVANGEN = "melding-ontvangen"
    MELDING_RAADPLEGEN = "melding-raadplegen"
    ADVIES_GEVEN = "advies-geven"
    SIGNALEN_SAMENBRENGEN = "signalen-samenbrengen"
    VEILIGHEID_BEOORDELEN = "veiligheid-beoordelen"
    DIENST_UITVOEREN = "dienst-uitvoeren"
    OVERDRAGEN = "overdragen"
    ZICHT_HOUDEN = "zicht-houden"
    TERMIJNEN_BEWAKEN = "termijnen-bewaken"
    MONITOREN = "monitoren"
    VERANTWOORDEN = "verantwoorden"
    PARTNERS_INFORMEREN = "partners-informeren"
    DOSSIERRECHTEN = "dossierrechten-uitvoeren"
    VERNIETIGEN = "bewaren-en-vernietigen"
    TOEGANG_VERANTWOORDEN = "toegang-verantwoorden"
    NOODTOEGANG = "noodtoegang"
    BEHEREN = "beheren"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verwerking:
    """One processing activity; ``grondslagen`` are keys of ``shared.rules.grondslagen``."""

    code: VerwerkingCode
    versie: int = 1
    naam: str
    doel: str
    grondslagen: tuple[str, ...]
    betrokkenen: str
    gegevens: str
    ontvangers: str
    bewaartermijn: str

    @property
    def uri(self) -> str:
        """The name under which log records point at this row; another version has another name."""
        return f"{_REGISTER}/{self.code}/v{self.versie}"


_GEZIN = "directbetrokkenen, en de melder"
_WMO = ("wmo-2015-4.1.1-lid-2",)

_ROWS = (
    Verwerking(
        code=VerwerkingCode.MELDING_ONTVANGEN,
        naam="Een melding ontvangen",
        doel="Een vermoeden van huiselijk geweld of kindermishandeling in ontvangst nemen en aan een casus verbinden",
        grondslagen=_WMO,
        betrokkenen=_GEZIN,
        gegevens="wie meldt, wat er is gezien, en de namen, geboortedata, adressen en BSN's van het gezin",
        ontvangers="Veilig Thuis",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.MELDING_RAADPLEGEN,
        naam="Een melding of casus raadplegen",
        doel="Een melding behandelen, of terugvinden wat over een gezin bekend is",
        grondslagen=_WMO,
        betrokkenen=_GEZIN,
        gegevens="het dossier van de melding of de casus",
        ontvangers="Veilig Thuis; de melder leest wat hij zelf meldde",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.ADVIES_GEVEN,
        naam="Advies geven",
        doel="Iemand die zich zorgen maakt op weg helpen; over het gezin wordt niets vastgelegd",
        grondslagen=_WMO,
        betrokkenen="de adviesvrager, als die daarmee instemt",
        gegevens="codes van het advies; naam en contact van de adviesvrager met toestemming",
        ontvangers="Veilig Thuis",
        bewaartermijn="de termijn van een advies, korter dan die van een dossier (instelling)",
    ),
    Verwerking(
        code=VerwerkingCode.SIGNALEN_SAMENBRENGEN,
        naam="Signalen over dezelfde personen samenbrengen",
        doel="Zien dat meldingen over hetzelfde gezin gaan, en een mens daarover laten besluiten",
        grondslagen=_WMO,
        betrokkenen=_GEZIN,
        gegevens="blinde sleutels van naam, geboortedatum, adres en BSN, en de motivering van het besluit",
        ontvangers="Veilig Thuis",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.VEILIGHEID_BEOORDELEN,
        naam="De veiligheid beoordelen",
        doel="De acute vraag beantwoorden en binnen vijf werkdagen besluiten wat er nodig is",
        grondslagen=_WMO,
        betrokkenen=_GEZIN,
        gegevens="de beoordeling, de motivering en de handelingen",
        ontvangers="Veilig Thuis",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.DIENST_UITVOEREN,
        naam="Onderzoek doen, of voorwaarden stellen",
        doel="Binnen tien weken onderzoeken of er geweld is, of met het gezin veiligheidsvoorwaarden afspreken",
        grondslagen=_WMO,
        betrokkenen=_GEZIN,
        gegevens="gespreksverslagen, veiligheidsvoorwaarden en de conclusie",
        ontvangers="Veilig Thuis",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.OVERDRAGEN,
        naam="Overdragen aan het lokale veld of een ketenpartner",
        doel="De hulp laten beginnen bij wie haar geeft, met wat die daarvoor moet weten en niet meer",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen",
        gegevens="het overdrachtspakket; de melder alleen als vastligt dat hij bekend mag zijn",
        ontvangers="het lokale team of de ketenpartner aan wie wordt overgedragen",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.ZICHT_HOUDEN,
        naam="Weten wie het zicht op veiligheid heeft",
        doel="Op elk moment één partij aanwijzen die het zicht op veiligheid heeft",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen, onder een nummer",
        gegevens="het nummer van de casus en de houder",
        ontvangers="Veilig Thuis en wie de casus kreeg aangeboden",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.TERMIJNEN_BEWAKEN,
        naam="Termijnen bewaken",
        doel="Waarschuwen voordat een wettelijke termijn verstrijkt",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen, onder een nummer",
        gegevens="nummers, codes en tijdstippen",
        ontvangers="Veilig Thuis; een gemeente of lokaal team over de eigen gemeente",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.MONITOREN,
        naam="Monitoren na de overdracht",
        doel="Tot achttien maanden na de overdracht nagaan of de veiligheid blijft",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen",
        gegevens="de uitkomst van elk monitormoment, met een toelichting voor Veilig Thuis",
        ontvangers="Veilig Thuis; een lokaal team de codes van de eigen gemeente",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.VERANTWOORDEN,
        naam="Cijfers en verantwoording",
        doel="Gemeenten en bestuur laten zien hoe de keten werkt, zonder personen",
        grondslagen=_WMO,
        betrokkenen="geen: alleen aantallen",
        gegevens="aantallen en percentages, kleine aantallen onderdrukt waar wordt gepubliceerd",
        ontvangers="gemeenten, bestuur, en wie de monitorbrief leest",
        bewaartermijn="onbeperkt",
    ),
    Verwerking(
        code=VerwerkingCode.PARTNERS_INFORMEREN,
        naam="Partners op de hoogte houden",
        doel="Een systeem van een partner vertellen dat er iets is gebeurd, zonder personen",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen, onder een nummer",
        gegevens="nummers, codes en tijdstippen; het adres van de ontvanger",
        ontvangers="wie een abonnement heeft",
        bewaartermijn="tot het bericht is aangekomen",
    ),
    Verwerking(
        code=VerwerkingCode.DOSSIERRECHTEN,
        naam="Rechten op het dossier uitvoeren",
        doel="Inzage, afschrift, correctie, eigen verklaring, beperking en vernietiging op verzoek",
        grondslagen=("avg-15", "avg-16", "avg-17", "avg-18"),
        betrokkenen="wie het verzoek doet",
        gegevens="het verzoek, het besluit met zijn motivering, en wat is verstrekt",
        ontvangers="de verzoeker",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.VERNIETIGEN,
        naam="Bewaren en vernietigen",
        doel="Een dossier na zijn bewaartermijn, of op verzoek, onherstelbaar vernietigen",
        grondslagen=("avg-17", "wmo-2015-5.3.4"),
        betrokkenen=_GEZIN,
        gegevens="alles over de casus; wat blijft is een verklaring zonder inhoud",
        ontvangers="geen",
        bewaartermijn="de verklaring blijft",
    ),
    Verwerking(
        code=VerwerkingCode.TOEGANG_VERANTWOORDEN,
        naam="Verantwoorden wie wat deed",
        doel="Laten zien wie welk dossier zag of wijzigde, aan toezicht en aan de betrokkene",
        grondslagen=("avg-5", "avg-15"),
        betrokkenen="medewerkers, en directbetrokkenen onder een nummer",
        gegevens="wie, wat, wanneer, waarvoor, vanwaar, met welk resultaat",
        ontvangers="de teamleider, de functionaris gegevensbescherming, en de betrokkene",
        bewaartermijn="zo lang als het dossier",
    ),
    Verwerking(
        code=VerwerkingCode.NOODTOEGANG,
        naam="Noodtoegang",
        doel="Bij acuut gevaar kort bij een dossier kunnen dat buiten de eigen taak ligt, met een reden",
        grondslagen=("avg-6-1-d",),
        betrokkenen="directbetrokkenen",
        gegevens="het dossier waarvoor de noodtoegang geldt",
        ontvangers="wie de noodtoegang vroeg",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.BEHEREN,
        naam="De techniek beheren",
        doel="Zien of de afdelingen werken",
        grondslagen=("avg-32",),
        betrokkenen="geen",
        gegevens="aantallen berichten en wachttijden",
        ontvangers="beheerders",
        bewaartermijn="niet bewaard",
    ),
)

VERWERKINGEN = MappingProxyType({row.code: row for row in _ROWS})
