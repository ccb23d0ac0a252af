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
    MELDER_TERUGKOPPELEN = "melder-terugkoppelen"
    ADVIES_GEVEN = "advies-geven"
    SIGNALEN_SAMENBRENGEN = "signalen-samenbrengen"
    VERWIJSINDEXEN = "verwijsindexen-gebruiken"
    MELDER_BESCHERMEN = "melder-beschermen"
    HANDLE_WITH_CARE = "handle-with-care"
    VEILIGHEID_BEOORDELEN = "veiligheid-beoordelen"
    DIENST_UITVOEREN = "dienst-uitvoeren"
    INFORMATIE_VRAGEN = "informatie-vragen"
    RAAD_VERZOEKEN = "raad-of-rechter-verzoeken"
    CONSULTEREN = "consulteren"
    FORENSISCH_ONDERZOEKEN = "forensisch-onderzoeken"
    AWARE_TOEKENNEN = "aware-toekennen"
    HUISVERBOD = "huisverbod-begeleiden"
    OPSCHALEN = "opschalen"
    BETROKKENEN_INFORMEREN = "betrokkenen-informeren"
    OVERDRAGEN = "overdragen"
    PLANNEN = "hulp-en-veiligheid-plannen"
    VOLGEN = "contact-en-voorwaarden-volgen"
    LEVEREN = "overdrachten-aankondigen"
    ZICHT_HOUDEN = "zicht-houden"
    HULP_INZETTEN = "hulp-inzetten"
    CASUS_VINDEN = "casus-vinden"
    OPVANGEN = "opvangen"
    TERMIJNEN_BEWAKEN = "termijnen-bewaken"
    MONITOREN = "monitoren"
    VERANTWOORDEN = "verantwoorden"
    BELEIDSINFORMATIE = "beleidsinformatie-leveren"
    PARTNERS_INFORMEREN = "partners-informeren"
    PARTNERS_BEHEREN = "partners-inschrijven"
    DOSSIERRECHTEN = "dossierrechten-uitvoeren"
    VERNIETIGEN = "bewaren-en-vernietigen"
    TOEGANG_VERANTWOORDEN = "toegang-verantwoorden"
    NOODTOEGANG = "noodtoegang"
    MEDEWERKERS_BERICHTEN = "medewerkers-berichten"
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
        code=VerwerkingCode.MELDER_TERUGKOPPELEN,
        naam="De melder laten weten wat er van zijn melding werd",
        doel="De melder vertellen of er een vervolg is en bij wie, zonder gegevens van het gezin",
        grondslagen=("wmo-2015-4.1.1-lid-2-g",),
        betrokkenen="de melder",
        gegevens="landelijke statuscodes, tijdstippen, namen van organisaties, en een toelichting van Veilig Thuis",
        ontvangers="Veilig Thuis; de organisatie die de melding deed",
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
        bewaartermijn="wie het advies vroeg: zes maanden (instelling); de codes blijven als cijfer",
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
        code=VerwerkingCode.MELDER_BESCHERMEN,
        naam="De melder beschermen",
        doel="Vastleggen of de melder bekend mag zijn, en weglaten wat hem verraadt bij wie dat niet mag weten",
        grondslagen=_WMO,
        betrokkenen="de melder",
        gegevens="wat met de melder is afgesproken, met de eerdere afspraken, en de plaatsen die hem verraden",
        ontvangers="Veilig Thuis",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.VERWIJSINDEXEN,
        naam="Een signaal plaatsen in een verwijsindex",
        doel="Weten welke andere organisatie bij dezelfde persoon betrokken is, zonder te zeggen waarom wij dat zijn",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen van wie naam en geboortedatum volledig bekend zijn",
        gegevens="naam, geboortedatum, geslacht en onze organisatie; nooit inhoud",
        ontvangers="de houder van de index; bij een match de andere organisatie",
        bewaartermijn="twee jaar in de index; bij ons zo lang als het dossier",
    ),
    Verwerking(
        code=VerwerkingCode.HANDLE_WITH_CARE,
        naam="De school inlichten (Handle with Care)",
        doel="Een kind dat thuis geweld meemaakte de volgende schooldag steun geven op school",
        grondslagen=(*_WMO, "handle-with-care-werkwijze"),
        betrokkenen="kinderen van vier tot en met zeventien jaar",
        gegevens="naam, geboortedatum en codewoord; welke school het is, en het bewijs dat zij het weet",
        ontvangers="leerplicht (naam en geboortedatum) en de school van het kind (met het codewoord)",
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
        code=VerwerkingCode.INFORMATIE_VRAGEN,
        naam="Informatie vragen aan het lokale veld en aan informanten",
        doel="Weten wat anderen over de veiligheid van het gezin weten, zolang de beoordeling of een dienst loopt",
        grondslagen=_WMO,
        betrokkenen=_GEZIN,
        gegevens="de vraag zoals Veilig Thuis haar stelt, op welke grond, en het antwoord of waarom dat er niet komt",
        ontvangers="Veilig Thuis; wie iets wordt gevraagd leest die vraag en niets anders",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.RAAD_VERZOEKEN,
        naam="De raad of de kantonrechter om bescherming vragen",
        doel="Een onderzoek door de raad voor een kind, of bewind, mentorschap of curatele voor een volwassene",
        grondslagen=("wmo-2015-4.1.1-lid-2", "wmo-2015-4.1.1-lid-2-f", "protocol-2019-2.3"),
        betrokkenen=_GEZIN,
        gegevens="het verzoek met zijn onderdelen en motivering, wie is ingelicht, en wat raad of rechter besliste",
        ontvangers="Veilig Thuis; de raad leest en meldt alleen hoe ver het eigen verzoek is",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.CONSULTEREN,
        naam="Overleggen met politie, OM, raad, GI of vertrouwensarts",
        doel="Afstemmen wie wat doet, en bij een vermoeden van een strafbaar feit politie en OM betrekken",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen",
        gegevens="de vraag, de uitkomst, en bij een bestaande cliënt wie de jeugdbeschermer is",
        ontvangers="Veilig Thuis",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.FORENSISCH_ONDERZOEKEN,
        naam="Letselonderzoek of het Centrum Seksueel Geweld inzetten",
        doel="Laten onderzoeken of letsel past bij het verhaal, en hulp geven na seksueel geweld",
        grondslagen=("wmo-2015-4.1.1-lid-2", "letselonderzoek-werkwijze"),
        betrokkenen="wie is of wordt onderzocht",
        gegevens="wie het vroeg, met welke toestemming, en de uitslag: gegevens over gezondheid",
        ontvangers="Veilig Thuis",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.AWARE_TOEKENNEN,
        naam="AWARE aanvragen, verlenen en evalueren",
        doel="Wie wordt belaagd een alarmknop geven, en afspreken wat richting de belager gebeurt",
        grondslagen=("wmo-2015-4.1.1-lid-2", "aware-werkwijze"),
        betrokkenen="wie wordt belaagd, en wie belaagt",
        gegevens="de indicatie, het besluit en wie meebesliste, en de afspraken met politie, OM en hulpverlening",
        ontvangers="Veilig Thuis",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.HUISVERBOD,
        naam="Een tijdelijk huisverbod begeleiden",
        doel="Screenen, de burgemeester adviseren en de casusregie voeren zolang iemand het huis uit is",
        grondslagen=(*_WMO, "wth-2", "wth-9", "huisverbod-werkwijze"),
        betrokkenen="directbetrokkenen",
        gegevens="de screening met haar antwoorden, de besluiten met hun motivering, adviezen en gespreksverslagen",
        ontvangers="Veilig Thuis; de burgemeester het advies",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.OPSCHALEN,
        naam="Opschalen naar een tafel of centrum",
        doel="Met partners samen besluiten wat er nodig is, en zien dat het gebeurt",
        grondslagen=(*_WMO, "regionale-afspraak"),
        betrokkenen="directbetrokkenen, en wie aan de tafel zit",
        gegevens="de aanleiding, wat aan tafel is besproken naar onderdeel, en de acties met hun eigenaar",
        ontvangers="Veilig Thuis; elke deelnemer alleen de onderdelen die hij mag zien",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.BETROKKENEN_INFORMEREN,
        naam="Betrokkenen informeren, en brieven maken",
        doel=(
            "Wie het aangaat laten weten dat Veilig Thuis gegevens vastlegt en wat het besluit, en de melder, het "
            "college en het lokale veld wat zij moeten weten"
        ),
        grondslagen=("wmo-2015-5.3", "wmo-2015-4.1.1-lid-2-f", "wmo-2015-4.1.1-lid-2-g"),
        betrokkenen="directbetrokkenen en de melder",
        gegevens="wie wanneer en hoe is geïnformeerd, of waarom niet of later; de tekst van brieven, zonder namen",
        ontvangers="directbetrokkenen; de melder; het college van B en W; het lokale veld",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.OVERDRAGEN,
        naam="Overdragen aan het lokale veld of een ketenpartner",
        doel="De hulp laten beginnen bij wie haar geeft, met wat die daarvoor moet weten en niet meer",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen",
        gegevens=(
            "het overdrachtspakket; elke stap met wie haar zette en wat daarbij is geschreven; de melder alleen als "
            "vastligt dat hij bekend mag zijn"
        ),
        ontvangers="het lokale team of de ketenpartner aan wie wordt overgedragen",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.PLANNEN,
        naam="Het plan van een huishouden maken en volgen",
        doel="Na de overdracht met een gezin en elk lid ervan afspreken wat er gebeurt, en nagaan of het werkt",
        grondslagen=(*_WMO, "gefaseerde-ketenzorg"),
        betrokkenen="directbetrokkenen, aangewezen met hun plaats in de melding",
        gegevens="doelen, acties, evaluaties en wie de regie heeft, in de woorden van de ontvanger",
        ontvangers="de ontvanger van de overdracht, en Veilig Thuis",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.VOLGEN,
        naam="Volgen of het gezin is bereikt en of de veiligheidsvoorwaarden worden nagekomen",
        doel="Weten of de hulp na de overdracht begint, en of het gezin zo veilig is als was afgesproken",
        grondslagen=(*_WMO, "regiovisie-bijlage-6"),
        betrokkenen="directbetrokkenen",
        gegevens="pogingen tot contact, en wat de ontvanger bij het nagaan van een voorwaarde vond",
        ontvangers="de ontvanger van de overdracht, en Veilig Thuis",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.CASUS_VINDEN,
        naam="Vinden wie een gezin in zicht heeft",
        doel="Een professional vertellen welke organisatie hij moet bellen, zonder iets van de inhoud",
        grondslagen=_WMO,
        betrokkenen="wie gezocht wordt",
        gegevens="BSN of naam en geboortedatum om mee te zoeken, die niet worden bewaard; wie zocht, en waarvoor",
        ontvangers="lokale teams en ketenpartners: alleen of het gezin bekend is en welke organisatie zicht houdt",
        bewaartermijn="het zoeken staat in het logboek; wat gezocht is wordt niet bewaard",
    ),
    Verwerking(
        code=VerwerkingCode.LEVEREN,
        naam="Een ontvanger laten weten dat er een overdracht wacht",
        doel="Zeker weten dat de ontvanger van een overdracht weet, en anders een mens hem laten inlichten",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen, onder een nummer; wie bij de ontvanger bereikbaar is",
        gegevens="nummers, codes en tijdstippen; waar de ontvanger bereikbaar is, en hoe een mens hem inlichtte",
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
        code=VerwerkingCode.HULP_INZETTEN,
        naam="Hulp kiezen uit het interventiepalet, en inzetten",
        doel="Een gezin de hulp geven die bij de casus past, en weten welke hulp er niet is",
        grondslagen=(*_WMO, "regiovisie-actielijn-2"),
        betrokkenen="directbetrokkenen",
        gegevens=(
            "welke hulp is gevraagd, voor welke doelgroep en in welke fase, hoe dat afliep, en een toelichting die de "
            "aanbieder alleen leest als het gezin daarmee instemt"
        ),
        ontvangers="Veilig Thuis, wie de overdracht kreeg, en de aanbieder van de hulp",
        bewaartermijn=_DOSSIER,
    ),
    Verwerking(
        code=VerwerkingCode.OPVANGEN,
        naam="Een plaats in de opvang regelen",
        doel="Wie niet veilig thuis kan zijn een plaats geven, elk kind als eigen cliënt, en niemand laten wachten",
        grondslagen=(*_WMO, "verdrag-van-istanbul-23", "verdrag-van-istanbul-4-lid-3"),
        betrokkenen="wie een plaats nodig heeft, onder een plaats in de melding",
        gegevens="voor wie en waarom, waar zij niet mogen zijn, elke stap, waar zij verblijven, of hun verblijfsstatus "
        "onzeker is, en van kinderen de screening op trauma: gegevens over gezondheid",
        ontvangers="Veilig Thuis; de opvang die is gevraagd; het lokale team dat de casus heeft alleen dát iemand in "
        "de opvang is",
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
        code=VerwerkingCode.BELEIDSINFORMATIE,
        naam="Beleidsinformatie voor het CBS",
        doel="Elk halfjaar leveren wat het CBS over Veilig Thuis publiceert; een tweede persoon keurt goed",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen, en wie advies vraagt of meldt, zonder dat iemand is te herkennen",
        gegevens="codes, tijden en een gemeente per melding, advies, dienst en overdracht, onder een eigen sleutel",
        ontvangers="het CBS, van wie het bestand ophaalt",
        bewaartermijn="onbeperkt: wat geleverd is moet zijn na te rekenen",
    ),
    Verwerking(
        code=VerwerkingCode.PARTNERS_INFORMEREN,
        naam="Partners op de hoogte houden",
        doel="Een systeem van een partner vertellen dat er iets is gebeurd, zonder personen",
        grondslagen=_WMO,
        betrokkenen="directbetrokkenen, onder een nummer",
        gegevens="nummers, codes en tijdstippen; het adres van de ontvanger",
        ontvangers="wie een abonnement heeft; een gemeente zonder te horen van welke casus",
        bewaartermijn="nummers, codes en tijdstippen blijven; wat wacht gaat weg als het dossier wordt vernietigd",
    ),
    Verwerking(
        code=VerwerkingCode.PARTNERS_BEHEREN,
        naam="Ketenpartners inschrijven",
        doel="Vastleggen welke organisatie voor welk doel, welke gemeente en welke bestemming gegevens mag krijgen",
        grondslagen=("avg-5", "avg-32"),
        betrokkenen="geen: alleen organisaties en postvakken van teams",
        gegevens="naam en OIN van de organisatie, functionele contactgegevens, systemen die voor haar spreken, rechten",
        ontvangers="beheerders en Veilig Thuis; de organisatie zelf",
        bewaartermijn="zolang de organisatie is ingeschreven en daarna zolang het logboek ernaar verwijst",
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
        code=VerwerkingCode.MEDEWERKERS_BERICHTEN,
        naam="Medewerkers bericht geven over hun werk",
        doel="Wie een casus heeft op tijd laten weten wat er moet gebeuren, en hem daarbuiten met rust laten",
        grondslagen=("avg-5", "avg-32"),
        betrokkenen="medewerkers en teamleiders van Veilig Thuis, onder een nummer",
        gegevens="het postvak van het werk, of hij een dagelijks bericht wil, en wanneer hij met rust wordt gelaten",
        ontvangers="teamleiders en beheerders",
        bewaartermijn="tot de ontvanger wordt verwijderd; berichten noemen alleen het nummer",
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
