"""The three trees of goals (doelenbomen) of the Regiovisie, in our own words, with what is measured of each goal.

Source: Regiovisie Huiselijk geweld en kindermishandeling Rotterdam-Rijnmond, bijlage 3; owners from bijlage 3, the
Regionaal Actieplan (hoofdstuk 3), hoofdstuk 5 and bijlage 6. The source ties no figure to a goal: which indicator tells
something of it is our choice, and is named so on the wire.
"""

from collections.abc import Mapping
from types import MappingProxyType

from services.monitoring.domain.doelen import Activiteit, Doel, Eigenaar, Indicator, Maat, Niveau
from shared.rules.codes import TermijnSoort
from shared.rules.palet import Doelgroep

_A, _P, _D = Maat.AANTAL, Maat.PERCENTAGE, Maat.DAGEN
_GROEP = "hulpGevraagdPerDoelgroep"


def _count(code: str, naam: str, telling: str, *waarden: str) -> Indicator:
    return Indicator(code=code, naam=naam, maat=_A, telling=telling, waarden=waarden)


def _share(code: str, naam: str, telling: str, *waarden: str) -> Indicator:
    return Indicator(code=code, naam=naam, maat=_P, telling=telling, waarden=waarden)


def _days(code: str, naam: str, telling: str) -> Indicator:
    return Indicator(code=code, naam=naam, maat=_D, telling=telling)


def _in_time(code: str, naam: str, fase: TermijnSoort) -> Indicator:
    return Indicator(code=code, naam=naam, maat=_P, fase=fase)


INDICATOREN: Mapping[str, Indicator] = MappingProxyType(
    {
        one.code: one
        for one in (
            _count("meldingen", "Meldingen", "meldingen"),
            _count("hermeldingen", "Hermeldingen", "hermeldingen"),
            _count("adviezen", "Adviezen", "adviezen"),
            _count("acuut", "Meldingen die acuut onveilig bleken", "acuut"),
            _count("meldingen-omstanders", "Meldingen uit de categorie anders, waarin omstanders vallen",
                   "meldingenPerMelderCategorie", "anders"),
            _count("meldcode-volledig", "Meldingen van beroepskrachten met een volledige meldcode", "meldcodeVolledig"),
            _count("matches", "Matches in een verwijsindex", "matches"),
            _count("signalen", "Signalen in een verwijsindex", "signalenPerIndex"),
            _count("forensisch", "Aanvragen van forensisch onderzoek", "forensischPerSoort"),
            _count("seksueel-geweld-centrum", "Aanvragen bij het Centrum Seksueel Geweld", "forensischPerSoort",
                   "centrum-seksueel-geweld"),
            _in_time("op-tijd-veiligheidsbeoordeling", "Veiligheidsbeoordelingen op tijd",
                     TermijnSoort.VEILIGHEIDSBEOORDELING),
            _in_time("op-tijd-onderzoek", "Onderzoeken op tijd", TermijnSoort.ONDERZOEK),
            _in_time("op-tijd-eerste-contact", "Eerste contact van het lokale veld op tijd",
                     TermijnSoort.EERSTE_CONTACT),
            _in_time("op-tijd-acceptatie", "Overdrachten op tijd aangenomen", TermijnSoort.OVERDRACHT_ACCEPTATIE),
            _in_time("op-tijd-informatieverzoek", "Vragen om informatie op tijd beantwoord",
                     TermijnSoort.INFORMATIEVERZOEK),
            _in_time("op-tijd-plan", "Plannen op tijd gemaakt", TermijnSoort.PLAN_MAKEN),
            _in_time("op-tijd-traumascreening", "Traumascreeningen van kinderen in opvang op tijd",
                     TermijnSoort.TRAUMASCREENING),
            _days("dagen-eerste-contact", "Dagen van aanname tot eerste contact", "dagenTotEersteContact"),
            _days("dagen-hulp", "Dagen van vraag om hulp tot begin van hulp", "dagenTotHulp"),
            _days("dagen-opvang", "Dagen van aanvraag tot plaats in opvang", "opvangWachtdagen"),
            _days("dagen-uitstroom", "Dagen in opvang na klaar zijn voor vertrek", "opvangKlaarNietUitDagen"),
            _count("overdrachten-teruggegeven", "Teruggegeven overdrachten", "overdrachtenTeruggegeven"),
            _count("overdrachtsgesprekken", "Warme overdrachten (overdrachtsgesprekken)", "overdrachtsgesprekken"),
            _share("stabiel-veilig", "Planevaluaties met stabiele veiligheid", "planevaluatiesPerVeiligheid",
                   "stabiel-veilig"),
            _share("voorwaarden-gehaald", "Monitormomenten waarop de voorwaarden gehaald zijn",
                   "monitormomentenPerNaleving", "gehaald"),
            _count("opschalingen", "Opschalingen naar een tafel", "opschalingenPerSoort"),
            _count("plannen", "Plannen per fase van veiligheid", "plannenPerFase"),
            _count("hulp-gevraagd", "Vragen om hulp", _GROEP),
            _count("lacunes", "Vastgestelde lacunes in het aanbod", "lacunesPerReden"),
            _count("hulp-geweigerd", "Geweigerde vragen om hulp", "hulpGeweigerdPerReden"),
            _share("hulp-afgerond", "Hulp die is afgerond, van alle beeindigde hulp", "hulpPerAfloop", "afgerond"),
            *(
                _count(f"hulp-{groep.value}", f"Vragen om hulp: {groep.value.replace('-', ' ')}", _GROEP, groep.value)
                for groep in Doelgroep
                if groep is not Doelgroep.ALGEMEEN
            ),
        )
    }
)  # fmt: skip

_EEN = "Regiovisie, bijlage 3, doelenboom 1"
_TWEE = "Regiovisie, bijlage 3, doelenboom 2"
_DRIE = "Regiovisie, bijlage 3, doelenboom 3"
_G, _CG, _VT, _LV = Eigenaar.GEMEENTEN, Eigenaar.CENTRUMGEMEENTEN, Eigenaar.VEILIG_THUIS, Eigenaar.LOKAAL_VELD
_PL, _RIJK, _OPVANG, _ZVH = (
    Eigenaar.REGIONAAL_PROJECTLEIDER, Eigenaar.RIJK, Eigenaar.OPVANGINSTELLINGEN, Eigenaar.ZORG_EN_VEILIGHEIDSHUIS,
)  # fmt: skip


def _does(naam: str, *eigenaren: Eigenaar, afgeleid: bool = False) -> Activiteit:
    return Activiteit(naam=naam, eigenaren=eigenaren, afgeleid=afgeleid)


_BOOM_1 = (
    Doel(code="1", boom=1, niveau=Niveau.IMPACT, naam="Huiselijk geweld en kindermishandeling zijn eerder en beter "
         "in beeld", vindplaats=f"{_EEN}, beoogde impact", indicatoren=("meldingen", "adviezen", "acuut")),
    Doel(code="1.1", boom=1, niveau=Niveau.OUTCOME, onder="1", naam="Geweld wordt tijdig opgemerkt en besproken",
         vindplaats=f"{_EEN}, outcome", indicatoren=("adviezen", "hermeldingen")),
    Doel(code="1.1.1", boom=1, niveau=Niveau.OUTPUT, onder="1.1", naam="Op praten over geweld rust geen taboe",
         vindplaats=f"{_EEN}, output",
         niet_meetbaar="Hoe mensen over geweld spreken blijkt alleen uit onderzoek onder inwoners; de keten legt het "
         "niet vast.",
         activiteiten=(_does("Campagnes voor bewustwording", _G, _RIJK, afgeleid=True),)),
    Doel(code="1.1.2", boom=1, niveau=Niveau.OUTPUT, onder="1.1", naam="Omstanders en beroepskrachten merken geweld "
         "op en weten wat zij dan doen", vindplaats=f"{_EEN}, output",
         indicatoren=("meldingen-omstanders", "meldcode-volledig"),
         activiteiten=(_does("Voorlichting", _G, _VT, afgeleid=True),)),
    Doel(code="1.1.3", boom=1, niveau=Niveau.OUTPUT, onder="1.1", naam="Beroepskrachten vragen Veilig Thuis om advies",
         vindplaats=f"{_EEN}, output", indicatoren=("adviezen",),
         activiteiten=(_does("Deskundigheid bevorderen", _G, _VT, afgeleid=True),)),
    Doel(code="1.1.4", boom=1, niveau=Niveau.OUTPUT, onder="1.1", naam="Beroepskrachten doen de kindcheck",
         vindplaats=f"{_EEN}, output",
         niet_meetbaar="Of een beroepskracht de kindcheck deed staat bij hem, en komt niet met de melding mee.",
         activiteiten=(_does("Deskundigheid bevorderen", _G, _RIJK, afgeleid=True),)),
    Doel(code="1.2", boom=1, niveau=Niveau.OUTCOME, onder="1", naam="Signalen worden snel, deskundig en integraal "
         "opgevolgd", vindplaats=f"{_EEN}, outcome",
         indicatoren=("op-tijd-veiligheidsbeoordeling", "op-tijd-eerste-contact")),
    Doel(code="1.2.1", boom=1, niveau=Niveau.OUTPUT, onder="1.2", naam="Signalen over een gezin komen samen bij "
         "Veilig Thuis", vindplaats=f"{_EEN}, output", indicatoren=("signalen", "matches", "hermeldingen"),
         activiteiten=(_does("Gebruik van de meldcode bevorderen", _G, _RIJK, afgeleid=True),
                       _does("Gebruik van SISA, de verwijsindex en SluiS bevorderen", _G, afgeleid=True))),
    Doel(code="1.2.2", boom=1, niveau=Niveau.OUTPUT, onder="1.2", naam="Veilig Thuis werkt volgens het "
         "handelingsprotocol, binnen de termijnen", vindplaats=f"{_EEN}, output",
         indicatoren=("op-tijd-veiligheidsbeoordeling", "op-tijd-onderzoek", "op-tijd-informatieverzoek", "forensisch"),
         activiteiten=(_does("Veilig Thuis versterken en op de uitvoering sturen", _VT, Eigenaar.GRJR),
                       _does("Forensische deskundigheid beschikbaar hebben en inzetten", _VT, afgeleid=True))),
    Doel(code="1.2.3", boom=1, niveau=Niveau.OUTPUT, onder="1.2", naam="Hulpverleners zoeken snel zelf contact met "
         "het gezin", vindplaats=f"{_EEN}, output",
         indicatoren=("dagen-eerste-contact", "op-tijd-eerste-contact", "op-tijd-acceptatie", "overdrachtsgesprekken",
                      "overdrachten-teruggegeven"),
         activiteiten=(_does("Overdragen met genoeg informatie", _VT),
                       _does("Netwerkpartners voor deze taak toerusten", _G, _LV, afgeleid=True))),
)  # fmt: skip

_BOOM_2 = (
    Doel(code="2", boom=2, niveau=Niveau.IMPACT, naam="Het geweld stopt en de cirkel van geweld wordt duurzaam "
         "doorbroken", vindplaats=f"{_TWEE}, beoogde impact",
         indicatoren=("hermeldingen", "stabiel-veilig", "voorwaarden-gehaald")),
    Doel(code="2.1", boom=2, niveau=Niveau.OUTCOME, onder="2", naam="Interventies en hulp werken",
         vindplaats=f"{_TWEE}, outcome", indicatoren=("stabiel-veilig", "hulp-afgerond", "hermeldingen")),
    Doel(code="2.1.1", boom=2, niveau=Niveau.OUTPUT, onder="2.1", naam="Hulp voldoet aan de voorwaarden om te kunnen "
         "werken: voor het hele gezin, over vakgebieden heen, eerst veiligheid, op maat en vanuit het lokale veld",
         vindplaats=f"{_TWEE}, output", indicatoren=("plannen", "op-tijd-plan", "opschalingen", "lacunes"),
         activiteiten=(_does("Stevige regie op casus en proces, onder meer door het Centrum Huiselijk Geweld",
                             _ZVH, _LV),
                       _does("Lacunes in het aanbod vinden en opvullen", _PL, _G),
                       _does("Deskundigheid, opdracht en positie van het lokale veld op orde brengen", _G))),
    Doel(code="2.1.2", boom=2, niveau=Niveau.OUTPUT, onder="2.1", naam="Hulp is bekend, snel en zonder drempels te "
         "krijgen", vindplaats=f"{_TWEE}, output", indicatoren=("dagen-hulp", "hulp-gevraagd", "hulp-geweigerd"),
         activiteiten=(_does("Aanbod inkopen zonder wachtlijsten", _G, Eigenaar.GRJR, afgeleid=True),
                       _does("Hulp integraal afwegen en toekennen, naar problematiek en veiligheid", _G),
                       _does("Overzicht houden van het hele interventiepalet", _PL, _G, afgeleid=True))),
    Doel(code="2.1.3", boom=2, niveau=Niveau.OUTPUT, onder="2.1", naam="Opvang is goed, ook voor kinderen, en na "
         "vertrek is er passende steun", vindplaats=f"{_TWEE}, output",
         indicatoren=("dagen-opvang", "dagen-uitstroom", "op-tijd-traumascreening"),
         activiteiten=(_does("Meedoen aan landelijke trajecten en de uitkomsten invoeren", _CG, _OPVANG),
                       _does("Knelpunten bij vertrek uit opvang en bij indicatie lokaal oplossen", _G))),
)  # fmt: skip

_GROEPEN: Mapping[Doelgroep, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        Doelgroep.SEKSUEEL_GEWELD: ("Seksueel geweld", ("seksueel-geweld-centrum",)),
        Doelgroep.SEKSUELE_UITBUITING: ("Seksuele uitbuiting door loverboys", ()),
        Doelgroep.EERGERELATEERD_GEWELD: ("Eergerelateerd geweld en schadelijke traditionele praktijken", ()),
        Doelgroep.KWETSBARE_OPVOEDSITUATIE: ("Kinderen in kwetsbare opvoedsituaties", ()),
        Doelgroep.COMPLEXE_SCHEIDING: ("Complexe scheidingen", ()),
        Doelgroep.OUDERENMISHANDELING: ("Ouderenmishandeling", ()),
    }
)

_BOOM_3 = (
    Doel(code="3", boom=3, niveau=Niveau.IMPACT, naam="Alle doelgroepen zijn in beeld en krijgen hulp die werkt",
         vindplaats=f"{_DRIE}, beoogde impact", indicatoren=("hulp-gevraagd", "hulp-afgerond")),
    *(
        Doel(code=f"3.{number}", boom=3, niveau=Niveau.OUTCOME, onder="3",
             naam=f"{naam}: wordt opgemerkt en goed aangepakt", vindplaats=f"{_DRIE}, outcome",
             indicatoren=(f"hulp-{groep.value}", *more))
        for number, (groep, (naam, more)) in enumerate(_GROEPEN.items(), start=1)
    ),
    Doel(code="3.7", boom=3, niveau=Niveau.OUTPUT, onder="3", naam="Ook bij deze groepen wordt opgemerkt en de "
         "meldcode gevolgd", vindplaats=f"{_DRIE}, output", indicatoren=("meldcode-volledig",),
         activiteiten=(_does("Voorlichten en deskundigheid bevorderen", _G, afgeleid=True),)),
    Doel(code="3.8", boom=3, niveau=Niveau.OUTPUT, onder="3", naam="Passende hulp en interventies worden ingezet",
         vindplaats=f"{_DRIE}, output", indicatoren=("hulp-gevraagd", "dagen-hulp", "lacunes"),
         activiteiten=(_does("Passende hulp ontwikkelen en beschikbaar stellen", _G, afgeleid=True),)),
    Doel(code="3.9", boom=3, niveau=Niveau.OUTPUT, onder="3", naam="Ketenpartners die ertoe doen werken goed samen",
         vindplaats=f"{_DRIE}, output",
         niet_meetbaar="Hoe een netwerk samenwerkt is een oordeel van wie erin zitten; de keten telt alleen wat "
         "tussen hen wordt overgedragen.",
         activiteiten=(_does("Netwerken inrichten en onderhouden", _G, _PL, afgeleid=True),)),
)  # fmt: skip

DOELEN: tuple[Doel, ...] = (*_BOOM_1, *_BOOM_2, *_BOOM_3)

BOMEN: Mapping[int, str] = MappingProxyType(
    {1: "Eerder en beter in beeld", 2: "Stoppen en duurzaam oplossen", 3: "Specifieke doelgroepen"}
)
