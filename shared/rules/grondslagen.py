"""The legal articles and agreements behind terms and routes, with where each was read and if it was verified.

``geverifieerd`` says that the text of the article itself was read. Most rows were read as quoted by another
document; such a row is a lead for a lawyer and no proof.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Grondslag:
    """One article, protocol chapter or agreement."""

    sleutel: str
    citaat: str  # how a Dutch reader sees it named
    onderwerp: str
    bron: str
    geverifieerd: bool
    geldig_van: date | None = None
    geldig_tot: date | None = None


_ATW_START = date(1965, 4, 1)
_WMO_START = date(2015, 1, 1)
_PROTOCOL_START = date(2019, 1, 1)
_WTH_START = date(2009, 1, 1)
_AVG_START = date(2018, 5, 25)

_ROWS: tuple[Grondslag, ...] = (
    Grondslag(
        "atw-1",
        "Algemene termijnenwet art. 1",
        "Een termijn die eindigt op een zaterdag, zondag of feestdag loopt door tot de volgende werkdag.",
        "lid 1 woordelijk aangehaald op staatsrechtpraktijk.nl (1 januari 2018)",
        geverifieerd=True,
        geldig_van=_ATW_START,
    ),
    Grondslag(
        "atw-2",
        "Algemene termijnenwet art. 2",
        "Een termijn van ten minste drie dagen bevat ten minste twee werkdagen.",
        "wettekst niet zelf gelezen",
        geverifieerd=False,
    ),
    Grondslag(
        "atw-3",
        "Algemene termijnenwet art. 3",
        "De algemeen erkende feestdagen, Goede Vrijdag en de bij koninklijk besluit gelijkgestelde dagen.",
        "woordelijk aangehaald in een openbare bron die wetten.overheid.nl (BWBR0002448) noemt",
        geverifieerd=True,
        geldig_van=_ATW_START,
    ),
    Grondslag(
        "atw-4",
        "Algemene termijnenwet art. 4",
        "Niet voor termijnen in uren, meer dan 90 dagen, twaalf weken of drie maanden, of in jaren.",
        "wettekst niet zelf gelezen",
        geverifieerd=False,
    ),
    Grondslag(
        "wmo-2015-4.1.1-lid-2",
        "Wmo 2015 art. 4.1.1 lid 2",
        "De taken van Veilig Thuis: melding, onderzoek, hulp inschakelen, politie en raad informeren.",
        "wettekst gelezen in een afdruk van het artikel",
        geverifieerd=True,
        geldig_van=_WMO_START,
    ),
    Grondslag(
        "wmo-2015-4.1.1-lid-2-f",
        "Wmo 2015 art. 4.1.1 lid 2 onder f",
        "Veilig Thuis stelt het college op de hoogte van een verzoek tot onderzoek bij de raad.",
        "Regiovisie Rotterdam-Rijnmond, bijlage 6, en een afdruk van het artikel",
        geverifieerd=True,
        geldig_van=_WMO_START,
    ),
    Grondslag(
        "wmo-2015-4.1.1-lid-2-g",
        "Wmo 2015 art. 4.1.1 lid 2 onder g",
        "Veilig Thuis laat de melder weten welke stappen zijn gezet.",
        "wettekst gelezen in een afdruk van het artikel",
        geverifieerd=True,
        geldig_van=_WMO_START,
    ),
    Grondslag(
        "wmo-2015-5.3",
        "Wmo 2015 paragraaf 5.3",
        "Veilig Thuis laat betrokkenen binnen vier weken weten dat het hun gegevens vastlegt.",
        "door Veilig Thuis-organisaties vermeld; het artikel zelf is niet gelezen",
        geverifieerd=False,
        geldig_van=_WMO_START,
    ),
    Grondslag(
        "uitvoeringsbesluit-wmo-2015-4.1.7-lid-1",
        "Uitvoeringsbesluit Wmo 2015 art. 4.1.7 lid 1",
        "Veilig Thuis besluit binnen vijf dagen of het onderzoek moet doen.",
        "aangehaald als 'uiterlijk 5 dagen'; Regiovisie en inspectie zeggen vijf werkdagen",
        geverifieerd=False,
        geldig_van=_WMO_START,
    ),
    Grondslag(
        "regiovisie-bijlage-6",
        "Regiovisie huiselijk geweld en kindermishandeling Rotterdam-Rijnmond, bijlage 6",
        "Vijf werkdagen voor de veiligheidsbeoordeling, tien weken voor onderzoek of voorwaarden en vervolg, "
        "ten hoogste anderhalf jaar monitoren.",
        "zelf gelezen",
        geverifieerd=True,
    ),
    Grondslag(
        "regiovisie-hoofdstuk-1",
        "Regiovisie huiselijk geweld en kindermishandeling Rotterdam-Rijnmond, hoofdstuk I",
        "Naar wie Veilig Thuis doorzet wanneer het zelf ophoudt.",
        "zelf gelezen",
        geverifieerd=True,
    ),
    Grondslag(
        "regiovisie-actielijn-2",
        "Regiovisie huiselijk geweld en kindermishandeling Rotterdam-Rijnmond, actielijn 2",
        "Overzicht over het totale benodigde en beschikbare interventiepalet, met wachttijden, drempels en lacunes.",
        "zelf gelezen",
        geverifieerd=True,
    ),
    Grondslag(
        "regiovisie-noot-14",
        "Regiovisie huiselijk geweld en kindermishandeling Rotterdam-Rijnmond, noot 14",
        "Handle with Care: steun voor het kind op school binnen 24 uur.",
        "zelf gelezen",
        geverifieerd=True,
    ),
    Grondslag(
        "handle-with-care-werkwijze",
        "Werkwijze Handle with Care",
        "Na politie aan de deur toetst Veilig Thuis, en weet de school het voor de lessen van de volgende schooldag; "
        "het signaal bevat alleen naam, geboortedatum en codewoord.",
        "openbare beschrijving van Augeo Foundation en van de regio Hart van Brabant",
        geverifieerd=True,
    ),
    Grondslag(
        "hof-amsterdam-2024-975",
        "Hof Amsterdam 26 maart 2024, ECLI:NL:GHAMS:2024:975",
        "De termijn van tien weken is van orde: na afloop blijft Veilig Thuis bevoegd.",
        "samenvatting gelezen",
        geverifieerd=False,
        geldig_van=date(2024, 3, 26),
    ),
    Grondslag(
        "wth-2",
        "Wet tijdelijk huisverbod art. 2",
        "Een huisverbod geldt tien dagen.",
        "Regiovisie en een toelichting; wettekst niet zelf gelezen",
        geverifieerd=False,
        geldig_van=_WTH_START,
    ),
    Grondslag(
        "wth-9",
        "Wet tijdelijk huisverbod art. 9",
        "De burgemeester kan een huisverbod verlengen tot ten hoogste vier weken.",
        "Regiovisie en een toelichting; wettekst niet zelf gelezen",
        geverifieerd=False,
        geldig_van=_WTH_START,
    ),
    Grondslag(
        "wth-mandaat",
        "Wet tijdelijk huisverbod, mandaat",
        "Opleggen kan de burgemeester aan een hulpofficier van justitie mandateren; verlengen en intrekken niet. "
        "Een volgend huisverbod vraagt nieuwe feiten.",
        "een toelichting op de wet; wettekst en artikelnummer niet zelf gelezen",
        geverifieerd=False,
        geldig_van=_WTH_START,
    ),
    Grondslag(
        "huisverbod-werkwijze",
        "Werkwijze tijdelijk huisverbod: advies op de achtste dag",
        "Rond de achtste dag adviseert Veilig Thuis de burgemeester over opheffen of verlengen.",
        "openbare werkwijze van één regio",
        geverifieerd=False,
    ),
    Grondslag(
        "protocol-2019",
        "Handelingsprotocol Veilig Thuis 2019",
        "De diensten van Veilig Thuis, de veiligheidsbeoordeling, de overdracht en het monitoren.",
        "alleen inhoudsopgave en begin konden worden gelezen",
        geverifieerd=False,
        geldig_van=_PROTOCOL_START,
    ),
    Grondslag(
        "protocol-2019-2.3",
        "Handelingsprotocol Veilig Thuis 2019, paragraaf 2.3",
        "Verzoek tot onderzoek bij de Raad voor de Kinderbescherming.",
        "alleen de inhoudsopgave kon worden gelezen",
        geverifieerd=False,
        geldig_van=_PROTOCOL_START,
    ),
    Grondslag(
        "stuf-jeugdzorg-1.0.9",
        "StUF-koppelvlak Jeugdzorg 1.0.9, statuscodes van de terugkoppeling",
        "De landelijke statuscodes waarmee Veilig Thuis de melder antwoordt.",
        "standaard zelf gelezen",
        geverifieerd=True,
    ),
    Grondslag(
        "regionale-afspraak",
        "Regionale afspraak (instelbaar)",
        "Een termijn of werkwijze die geen wet vastlegt en die de regio zelf kiest.",
        "niet openbaar; de standaard is een keuze van dit systeem",
        geverifieerd=False,
    ),
    Grondslag(
        "gefaseerde-ketenzorg",
        "Gefaseerde ketenzorg (Van Arum en Vogtländer), zoals de Regiovisie haar volgt",
        "Eerst directe veiligheid (veiligheidsplan), dan stabiele veiligheid door het wegnemen van risicofactoren "
        "(hulpverleningsplan), dan herstel (herstelplan).",
        "de fasen zijn gelezen in de Regiovisie, het werk zelf niet; de termijnen zijn een keuze van dit systeem",
        geverifieerd=False,
    ),
    Grondslag(
        "inspectie-acuut",
        "Inspectie Gezondheidszorg en Jeugd, toezicht Veilig Thuis 2023-2024",
        "Veilig Thuis kijkt meteen of een situatie acuut onveilig is.",
        "openbaar bericht gelezen; 'dezelfde dag' is een keuze van dit systeem",
        geverifieerd=False,
    ),
    Grondslag(
        "zicht-op-veiligheid",
        "Kwaliteitskader Veilig Thuis: zicht op veiligheid (LNVT, 2016)",
        "Op elk moment is er zicht op de veiligheid van een gezin, ook zolang het wacht, en iemand die daarvoor staat.",
        "alleen de inhoudsopgave kon worden gelezen; de termijnen zijn een keuze van dit systeem",
        geverifieerd=False,
    ),
    Grondslag(
        "letselonderzoek-werkwijze",
        "Werkproces letselonderzoek van de regio",
        "Zolang politie en Openbaar Ministerie er niet bij zijn kan Veilig Thuis forensisch-medisch onderzoek vragen.",
        "Regiovisie zelf gelezen; de termijn is een keuze van dit systeem",
        geverifieerd=False,
    ),
    Grondslag(
        "aware-werkwijze",
        "Werkwijze AWARE",
        "Een alarmknop voor slachtoffers van belaging, toegekend door een indicatiecommissie, ongeveer een half jaar.",
        "openbare beschrijvingen van hulporganisaties",
        geverifieerd=False,
    ),
    Grondslag(
        "verdrag-van-istanbul-4-lid-3",
        "Verdrag van Istanbul art. 4 lid 3",
        "Slachtoffers worden beschermd zonder onderscheid, ook niet naar hun status als migrant of vluchteling. Wie "
        "een onzekere verblijfsstatus heeft wordt daarom niet geweigerd. Art. 59 gaat over een eigen verblijfstitel, "
        "art. 60 over asiel: die gaan niet over opvang.",
        "de Engelse tekst van art. 4 lid 3 en 60 aangehaald gelezen, van art. 59 een samenvatting; in Nederland van "
        "kracht sinds 1 maart 2016 (algemeen bekend)",
        geverifieerd=True,
        geldig_van=date(2016, 3, 1),
    ),
    Grondslag(
        "verdrag-van-istanbul-23",
        "Verdrag van Istanbul art. 23",
        "Er zijn genoeg passende, toegankelijke plaatsen in de opvang, in het bijzonder voor vrouwen en hun kinderen.",
        "algemeen bekend; het artikel zelf is hier niet nagelezen",
        geverifieerd=False,
        geldig_van=date(2016, 3, 1),
    ),
    Grondslag(
        "kind-in-de-opvang",
        "Kwaliteitskaders kinderen in de opvang (Veerkracht; normenkader kinderen in de opvang)",
        "Elk kind in de opvang is een eigen cliënt en wordt gescreend, ook op trauma.",
        "openbare beschrijvingen van de sector; een termijn staat daar niet in en is een keuze van dit systeem",
        geverifieerd=False,
    ),
    Grondslag(
        "dubbel-anoniem-werkwijze",
        "Werkwijze van dit systeem bij een dubbel anonieme melding",
        "Wie de melder is moet bij Veilig Thuis bekend zijn; anders is er eerst een gemotiveerd besluit, dezelfde dag.",
        "Rb Noord-Holland 21-3-2023 en Hof Amsterdam 26-3-2024 in samenvatting; 'dezelfde dag' is een eigen keuze",
        geverifieerd=False,
    ),
    *(
        Grondslag(
            sleutel,
            f"Algemene verordening gegevensbescherming art. {artikel}",
            onderwerp,
            "algemeen bekend; de verordening zelf is hier niet nagelezen",
            geverifieerd=False,
            geldig_van=_AVG_START,
        )
        for sleutel, artikel, onderwerp in (
            ("avg-5", "5", "Beginselen: doelbinding, minimale gegevens, en verantwoording daarover."),
            ("avg-6-1-d", "6 lid 1 onder d", "Verwerken om vitale belangen van iemand te beschermen."),
            ("avg-12-lid-3", "12 lid 3", "Op een verzoek van een betrokkene volgt binnen een maand antwoord."),
            ("avg-15", "15", "Recht op inzage en op een afschrift."),
            ("avg-16", "16", "Recht op rectificatie, en op een aanvullende verklaring."),
            ("avg-17", "17", "Recht op wissing."),
            ("avg-18", "18", "Recht op beperking van de verwerking."),
            ("avg-32", "32", "Beveiliging van de verwerking."),
        )
    ),
    Grondslag(
        "wmo-2015-5.3.4",
        "Wmo 2015 art. 5.3.4",
        "Hoe lang gegevens worden bewaard.",
        "door anderen aangehaald (twintig jaar, of tot het jongste kind achttien is); niet zelf gelezen",
        geverifieerd=False,
        geldig_van=_WMO_START,
    ),
    Grondslag(
        "wmo-2015-5.3.5",
        "Wmo 2015 art. 5.3.5",
        "Op een verzoek tot vernietiging volgt binnen drie maanden een besluit; weigeren kan om een belang van een "
        "ander, goed hulpverlenerschap of een andere wet.",
        "door Veilig Thuis-organisaties vermeld; het artikel zelf en zijn nummer zijn niet nagelezen",
        geverifieerd=False,
        geldig_van=_WMO_START,
    ),
)

GRONDSLAGEN: Mapping[str, Grondslag] = MappingProxyType({row.sleutel: row for row in _ROWS})
