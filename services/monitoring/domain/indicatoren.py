"""Which figures there are, where each stands in the answer, and which asked for indicators cannot be made.

The table behind ``docs/cijfers.md``; a test holds that nothing is counted that is not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Under ``tellingen``: each with what it is, in the words of who reads figures.
TELLINGEN: Mapping[str, str] = MappingProxyType(
    {
        "meldingen": "Meldingen, ook over een casus die er al is",
        "casussen": "Casussen, in de maand van hun eerste melding",
        "casussenMetHerhaling": "Casussen met twee meldingen binnen een jaar; ieder één keer, bij de tweede",
        "casussenAfgesloten": "Afgesloten casussen, naar waarmee het eindigde",
        "personen": "Personen in meldingen: wie in twee meldingen staat telt twee keer, want wie het is gaat niet mee",
        "directbetrokkenen": "Personen over wie een melding gaat, zonder wie er beroepshalve is of alleen meldt",
        "meldingenPerMelderCategorie": "Meldingen naar melder; politie staat onder justitie-en-veiligheid",
        "meldingenPerRelatie": "Meldingen naar relatie; één melding kan er meer hebben",
        "meldingenPerVorm": "Meldingen naar vorm van geweld; één melding kan er meer hebben",
        "hermeldingen": "Meldingen over een gezin dat al bekend is",
        "hermeldingenNaAfsluiting": "Hermeldingen naar hoe lang na de vorige afsluiting",
        "meldcodeVolledig": "Meldingen van professionals met alle stappen van de meldcode, naar melder",
        "meldcodeOnvolledig": "Dezelfde, met niet alle stappen",
        "zonderMeldcode": "Dezelfde, zonder iets over de meldcode",
        "dubbelAnoniem": "Meldingen van iemand die niemand kent",
        "dubbelAnoniemPerBesluit": "Wat daarover is besloten",
        "adviezen": "Adviezen",
        "adviezenPerSoort": "Adviezen naar soort",
        "adviezenPerKanaal": "Adviezen naar kanaal, chat daaronder",
        "adviezenPerAdviesvragerCategorie": "Adviezen naar wie vroeg",
        "adviesOmzettingen": "Adviezen die een melding werden, naar waarom",
        "signalenPerIndex": "Signalen in een verwijsindex",
        "matches": "Matches in een verwijsindex",
        "handleWithCare": "Handle with Care, naar hoe het afliep",
        "acuut": "Meldingen die acuut onveilig zijn",
        "uitkomsten": "Veiligheidsbeoordelingen naar besluit",
        "veiligheidPerBesluit": "Veiligheidsbeoordelingen naar acuut en structureel onveilig",
        "conclusies": "Afgeronde onderzoeken en V&V naar conclusie",
        "dienstenPerSoort": "Begonnen diensten: de verhouding tussen onderzoek en V&V",
        "dienstenOmgezet": "V&V die onderzoek werd, naar waarom",
        "monitoringNaDienst": "Afgeronde diensten naar of er monitoring op volgt",
        "monitormomentenPerNaleving": "Monitormomenten naar of de voorwaarden zijn nageleefd",
        "veiligNaEenJaar": "Gezinnen op het moment na twaalf maanden: stabiel en veilig, of niet",
        "afsluitingenPerVeiligheid": "Monitoring die eindigde, naar welke veiligheid toen was bereikt",
        "vertragingen": "Verklaarde vertraging, naar reden; de nieuwste per termijn",
        "informerenUitgesteld": "Betrokkenen die later worden geïnformeerd, naar waarom",
        "huisverbodenGescreend": "Screenings voor een huisverbod, naar advies",
        "huisverbodenOpVerzoek": "Screenings op verzoek",
        "huisverbodenKindermishandeling": "Screenings bij kindermishandeling",
        "huisverbodenOpgelegd": "Opgelegde huisverboden",
        "verzoekenTotOnderzoek": "Verzoeken aan de raad",
        "verzoekenTotOnderzoekPerResultaat": "Wat van die verzoeken kwam",
        "dagenTotAntwoordRaad": "Dagen tot de raad voor het eerst zei hoe ver het is",
        "consultenPerPartij": "Consulten van politie, OM en raad",
        "forensischPerSoort": "Letselonderzoeken en CSG",
        "awareVerleend": "Verleende AWARE-knoppen",
        "opschalingenPerSoort": "Opschalingen naar soort",
        "informatieverzoekenPerSoort": "Vragen om informatie, naar aan wie",
        "informatieverzoekenPerAfloop": "Wat daarvan kwam",
        "actiesAfgesproken": "Afspraken aan een tafel",
        "actiesPerAfloop": "Wat daarvan kwam",
        "overdrachtenPerBestemming": "Aangeboden overdrachten naar bestemming",
        "overdrachtenGeaccepteerd": "Aanvaarde overdrachten",
        "overdrachtenGeweigerd": "Geweigerde overdrachten",
        "overdrachtenIngetrokken": "Ingetrokken overdrachten, naar reden",
        "overdrachtenTeruggekeerd": "Aanbod dat onbeantwoord terugkeerde",
        "overdrachtenTeruggegeven": "Teruggegeven overdrachten, naar reden",
        "teruggavenAfgewezen": "Teruggaven die zijn afgewezen",
        "overdrachtsgesprekken": "Warme overdrachten: gesprekken",
        "zichtOvergegaan": "Hoe vaak het zicht op veiligheid overging, naar waarheen",
        "dagenTotEersteContact": "Dagen van aanvaarding tot eerste contact",
        "leveringenVoorgelegd": "Overdrachten die een mens moest bezorgen, naar waarom",
        "leveringenPerEinde": "Wat daarvan kwam",
        "navragenGesteld": "Navragen van ontvangers",
        "navragenPerEinde": "Wat daarvan kwam",
        "plannenPerFase": "Plannen en overgangen naar een fase",
        "planfasenMetAfwijking": "Overgangen met een reden in plaats van de voorwaarden",
        "plannenPerEinde": "Beëindigde plannen, naar waarmee",
        "planevaluatiesPerVeiligheid": "Evaluaties, naar veiligheid",
        "planactiesPerAfloop": "Acties in plannen, naar afloop",
        "contactpogingenPerUitkomst": "Pogingen tot contact",
        "voorwaardenGevolgdPerStatus": "Controles van veiligheidsvoorwaarden",
        "hulpGevraagdPerDoelgroep": "Gevraagde hulp naar doelgroep",
        "hulpGevraagdPerFase": "Gevraagde hulp naar fase",
        "hulpGeweigerdPerReden": "Geweigerde hulp naar reden",
        "hulpPerAfloop": "Beëindigde hulp naar afloop",
        "dagenTotHulp": "Dagen van vraag tot begin van hulp",
        "lacunesPerDoelgroepEnFase": "Hulp die er niet is, naar doelgroep en fase",
        "lacunesPerReden": "Dezelfde, naar reden",
        "opvangAangevraagd": "Gevraagde plaatsen in de opvang, naar wie",
        "opvangGeplaatst": "Plaatsingen naar soort",
        "opvangGeweigerd": "Geweigerde aanvragen naar reden",
        "opvangWachtdagen": "Dagen van aanvraag tot plaatsing",
        "opvangDoorgestroomd": "Doorstroom naar een andere plaats",
        "opvangKlaarMaarNietUit": "Wie klaar was en niet weg kon",
        "opvangKlaarNietUitDagen": "Hoeveel dagen dat duurde",
        "opvangBeeindigd": "Beëindigd verblijf, naar hoe",
        "opvangVerblijfsdagen": "Dagen van verblijf",
        "opvangOnzekereVerblijfsstatus": "Wie onzeker is van een verblijfsstatus, per stap",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of what is asked of figures; ``plaats`` None: it cannot be made of what the chain records.

    ``sinds`` is the first thing that is counted: before it there is no figure, and not a figure of nothing.
    """

    naam: str
    bron: str
    plaats: str | None
    opmerking: str = ""
    sinds: str = ""


_OP_TIJD = "`fasen[fase={fase}].totaal.percentageOpTijd` (en per maand)"
_AFGELOPEN = "de eerste termijn die afliep"
_LNVT = "afspraak LNVT 2018-2019; Regiovisie bijlage 6"

INDICATOREN: tuple[Indicator, ...] = (
    Indicator(
        "Veiligheidsbeoordelingen binnen vijf werkdagen, norm 90 %",
        _LNVT,
        _OP_TIJD.format(fase="veiligheidsbeoordeling"),
        "open en te laat telt als te laat",
        _AFGELOPEN,
    ),
    Indicator(
        "Onderzoeken binnen tien weken, norm 80 %",
        _LNVT,
        _OP_TIJD.format(fase="onderzoek"),
        "het begin van de tien weken is een instelling",
        _AFGELOPEN,
    ),
    Indicator(
        "V&V binnen tien weken, norm 80 %", _LNVT, _OP_TIJD.format(fase="voorwaarden-en-vervolg"), sinds=_AFGELOPEN
    ),
    Indicator(
        "Hetzelfde naar melder, relatie en vorm van geweld",
        "dashboards CBS",
        "`uitsplitsing` met `uitsplitsing=true`",
        "alleen van de drie fasen met een norm; relatie en vorm tellen niet op tot alle termijnen",
        "de eerste termijn",
    ),
    Indicator(
        "Doorlooptijd: mediaan, P90 en verdeling",
        "aanbeveling bij de formule",
        "`fasen[].totaal.mediaanDagen`, `p90Dagen`, en `doorlooptijden` met `histogram=true`",
        "hele dagen, per maand van het einde",
        "de eerste termijn die eindigde",
    ),
    Indicator(
        "Wachttijd en werktijd per fase",
        "kwartaalrapport Gelderland-Zuid",
        "`fasen[].totaal.wachten` en `werken`",
        "van de drie fasen met een norm; alleen waar is verteld wie het werk heeft; samen de doorlooptijd",
        "het eerste werk waarvan is verteld wie het heeft",
    ),
    Indicator(
        "Werkvoorraad per stap, met leeftijd",
        "kwartaalrapport Gelderland-Zuid §4.7, 6.3, 7.3",
        "`fasen[].voorraad`",
        "met `bekendOp` die van toen",
        "de eerste termijn",
    ),
    Indicator("Landelijke stand van de inspectie (2023, 2024)", "IGJ", None, "een landelijk cijfer, geen feit van ons"),
    Indicator("De cijfers van VTRR van januari 2025", "Regiovisie", None, "staan niet in de bronnen"),
    Indicator(
        "Adviezen, ook per chat",
        "jaarverslag Gelderland-Zuid",
        "`tellingen.adviezen`, `adviezenPerKanaal`",
        sinds="het eerste advies",
    ),
    Indicator(
        "Meldingen, hermeldingen, politie en overig, melder, per gemeente",
        "Regiovisie bijlage 2",
        "`tellingen.meldingen`, `hermeldingen`, `meldingenPerMelderCategorie`",
        "een hermelding is er alleen na een melding die de keten kent: in het begin zijn het er te weinig",
        "de eerste melding",
    ),
    Indicator(
        "Meldingen, casussen en personen apart",
        "Regiovisie hfst. I",
        "`tellingen.meldingen`, `casussen`, `personen`",
        sinds="de eerste melding",
    ),
    Indicator(
        "Unieke personen",
        "Regiovisie hfst. I",
        None,
        "wie iemand is blijft bij intake; feiten dragen alleen hoeveel er in een melding staan",
    ),
    Indicator(
        "Meldingen per 1.000 inwoners",
        "Regiovisie bijlage 2",
        None,
        "het aantal inwoners is geen feit van de keten; de teller is `tellingen.meldingen`",
    ),
    Indicator(
        "Aard van het geweld",
        "dashboards CBS",
        "`tellingen.meldingenPerRelatie`, `meldingenPerVorm`",
        sinds="de eerste melding",
    ),
    Indicator(
        "Duur van het geweld; aandeel korter dan een jaar (Rotterdam)",
        "dashboards CBS; Rotterdam",
        None,
        "de duur wordt bij een melding niet vastgelegd",
    ),
    Indicator(
        "Acuut en structureel onveilig",
        "dashboards CBS",
        "`tellingen.acuut`, `veiligheidPerBesluit`",
        sinds="de eerste acuutcheck, het eerste besluit",
    ),
    Indicator(
        "Uitkomsten van onderzoeken", "dashboards CBS", "`tellingen.conclusies`", sinds="de eerste conclusie"
    ),
    Indicator(
        "Overdrachten per bestemming",
        "Regiovisie",
        "`tellingen.overdrachtenPerBestemming`",
        sinds="de eerste aangeboden overdracht",
    ),
    Indicator(
        "Verhouding onderzoek en V&V", "Gelderland-Zuid", "`tellingen.dienstenPerSoort`", sinds="de eerste dienst"
    ),
    Indicator(
        "Aandeel monitoring na V&V en onderzoek",
        "kwartaalrapport Gelderland-Zuid §6.4, 7.4",
        "`tellingen.monitoringNaDienst`",
        "een dienst die net klaar is telt als niet gevolgd tot de overdracht is aanvaard",
        "de eerste dienst die klaar was",
    ),
    Indicator(
        "Huisverboden: gescreend en opgelegd",
        "Gelderland-Zuid",
        "`tellingen.huisverbodenGescreend`, `huisverbodenOpgelegd`",
        sinds="het eerste huisverbod dat werd gescreend of opgelegd",
    ),
    Indicator(
        "Gezinnen stabiel en veilig een jaar na passende zorg (Rotterdam)",
        "Rotterdam",
        "`tellingen.veiligNaEenJaar`",
        "een jaar na de overdracht, op het monitormoment van twaalf maanden",
        "een jaar na de eerste overdracht",
    ),
    Indicator(
        "Wachten op de raad",
        "RvdK 2019",
        "`tellingen.dagenTotAntwoordRaad`, `verzoekenTotOnderzoek`",
        "tot het eerste bericht; wanneer de raad begon vertelt die niet",
        "het eerste verzoek",
    ),
    Indicator(
        "Recidive",
        "aanbeveling",
        "`tellingen.casussenMetHerhaling`, `hermeldingenNaAfsluiting`",
        "wat er voor de keten was kent zij niet: in het begin zijn het er te weinig",
        "de tweede melding over een gezin",
    ),
)  # fmt: skip
