"""What our letters say: templates as data, in Dutch of language level B1, so that another text is another row here.

No template holds a name, nor anything of the melder. ``[naam]``, ``[adres]`` and ``[kenmerk]`` are filled in by whoever
prints and sends the letter: triage knows nobody by name (docs/adr/0018). Places between braces are filled in when a
letter is made. Every letter tells what we know, what happens now, what the reader can do, and whom he calls.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from shared.rules.behandelcodes import BriefAan, BriefSoort
from shared.rules.codes import Conclusie, Uitkomst

TELEFOON = "0800-2000"
VERSIE_EERSTE = 1

_PLACES = re.compile(r"\{(\w+)\}")
_BELLEN = f"""## Wie kunt u bellen?

Bel Veilig Thuis op {TELEFOON}. Bellen is gratis. Het kan dag en nacht. Is er nu gevaar? Bel 112."""
_BELLEN_JIJ = f"""## Wie kun je bellen?

Bel Veilig Thuis op {TELEFOON}. Bellen is gratis. Het kan dag en nacht. Is er nu gevaar? Bel 112."""
_RECHTEN = """## Wat zijn uw rechten?

U mag uw dossier lezen. U krijgt een kopie als u daarom vraagt. Staat er een fout in? Dan mag u vragen om die te
verbeteren. U mag ook uw eigen verhaal toevoegen. En u mag vragen om het dossier te vernietigen. Bent u het niet met ons
eens? Dan kunt u een klacht indienen. Bel ons, dan leggen wij uit hoe dat gaat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sjabloon:
    """The text of one letter; a new text has a new ``versie``, and letters that were made keep theirs."""

    versie: int
    aan: BriefAan
    informeert: bool  # who reads it knows that Veilig Thuis records data of him
    aanvulbaar: bool  # a worker may add texts, which intake cuts first
    tekst: str


def _letter(
    *paragraphs: str, aan: BriefAan = BriefAan.BETROKKENE, informeert: bool = False, aanvulbaar: bool = True
) -> Sjabloon:
    return Sjabloon(
        versie=VERSIE_EERSTE,
        aan=aan,
        informeert=informeert,
        aanvulbaar=aanvulbaar,
        tekst="\n\n".join(paragraphs),
    )


_EIND = "Met vriendelijke groet,\n\nVeilig Thuis"
_BESTE = "[adres]\n\nKenmerk: [kenmerk]\n\nBeste [naam],"
_MEER = "{aanvullingen}"
_MELDER_VRAGEN = (
    "U kunt ons vragen wie ons belde of schreef. Soms mogen wij dat niet vertellen. Dan leggen wij uit waarom."
)

SJABLONEN: Mapping[BriefSoort, Sjabloon] = MappingProxyType(
    {
        BriefSoort.MELDER_ONTVANGST: _letter(
            _BESTE,
            "## Wat weten wij?\n\nOp {ontvangen_op} kregen wij uw melding. Dank u wel dat u uw zorgen met ons deelt.",
            "## Wat gebeurt er nu?\n\nWij kijken eerst of er direct gevaar is. Daarna beoordelen wij hoe veilig het "
            "is. "
            "Dat doen wij binnen vijf werkdagen. Lukt dat niet op tijd? Dan blijven wij letten op de veiligheid.",
            "## Wat kunt u doen?\n\nWeet u iets nieuws? Bel ons dan. Maakt u zich meer zorgen? Wacht niet en bel.",
            _BELLEN,
            "## Wat zijn uw rechten?\n\nU hoort van ons als wij de melding hebben beoordeeld. Niet alles mogen wij u "
            "vertellen. Wij bewaren ook gegevens over u. Die mag u lezen. Wilt u dat het gezin niet weet wie u bent? "
            "Bespreek dat met ons.",
            _EIND,
            aan=BriefAan.MELDER,
            aanvulbaar=False,
        ),
        BriefSoort.MELDER_UITKOMST: _letter(
            _BESTE,
            "## Wat weten wij?\n\nOp {ontvangen_op} kregen wij uw melding. Wij hebben uw melding nu beoordeeld.",
            "## Wat gebeurt er nu?\n\nWij weten wat er nodig is. Over het gezin mogen wij u niets schrijven. Meldde u "
            "voor uw werk? Dan leest u in ons systeem of er een vervolg komt en bij wie.",
            "## Wat kunt u doen?\n\nZiet of hoort u weer iets? Bel ons dan opnieuw. Ook kleine dingen kunnen "
            "belangrijk "
            "zijn.",
            _BELLEN,
            "## Wat zijn uw rechten?\n\nWij bewaren gegevens over u. Die mag u lezen. Heeft u een klacht over ons? Bel "
            "ons, dan leggen wij uit hoe dat gaat.",
            _EIND,
            aan=BriefAan.MELDER,
            aanvulbaar=False,
        ),
        BriefSoort.COLLEGE_VERZOEK_TOT_ONDERZOEK: _letter(
            "Aan het college van burgemeester en wethouders\n\n[adres]\n\nKenmerk: [kenmerk]\n\nGeacht college,",
            "## Wat weten wij?\n\nOp {ontvangen_op} kregen wij een melding over een kind in uw gemeente. Wij hebben de "
            "Raad voor de Kinderbescherming gevraagd om onderzoek te doen. Wij moeten u dat laten weten. Dat staat in "
            "de Wmo 2015, artikel 4.1.1, tweede lid.",
            "## Wat gebeurt er nu?\n\nDe Raad besluit of hij een onderzoek start. Tot iemand het overneemt, letten wij "
            "op de veiligheid.",
            "## Wat kunt u doen?\n\nU hoeft nu niets te doen. Deze brief noemt geen namen. Uw gemeente hoort van de "
            "Raad wat hij nodig heeft.",
            _BELLEN,
            _EIND,
            aan=BriefAan.COLLEGE,
            aanvulbaar=False,
        ),
        BriefSoort.LOKAAL_VELD_OVERDRACHT: _letter(
            _BESTE,
            "## Wat weten wij?\n\nOp {ontvangen_op} kregen wij een melding. Wij vragen u om hulp te geven. U vindt de "
            "overdracht in Ketenradar.",
            _MEER,
            "## Wat gebeurt er nu?\n\nU kijkt of u de overdracht aanneemt. Tot dat moment letten wij op de "
            "veiligheid. Daarna doet u dat.",
            "## Wat kunt u doen?\n\nNeem de overdracht aan, of weiger haar met een reden. Mist u iets? Bel ons dan. "
            "Wij "
            "dragen graag over in een gesprek.",
            _BELLEN,
            _EIND,
            aan=BriefAan.LOKAAL_VELD,
        ),
        BriefSoort.BETROKKENE_ONTVANGST: _letter(
            _BESTE,
            "## Wat weten wij?\n\nOp {ontvangen_op} kregen wij een melding. Iemand maakt zich zorgen over hoe het "
            "thuis "
            "gaat. De melding gaat ook over u. Daarom bewaren wij gegevens over u. Dat moeten wij u vertellen.",
            _MEER,
            "## Wat gebeurt er nu?\n\nWij kijken of iedereen veilig is. Daarna besluiten wij wat er nodig is. U hoort "
            "van ons wat wij besluiten. Wij willen ook graag uw verhaal horen.",
            f"## Wat kunt u doen?\n\nBel ons als u vragen heeft. U mag altijd uw kant vertellen. {_MELDER_VRAGEN}",
            _BELLEN,
            _RECHTEN,
            _EIND,
            informeert=True,
        ),
        BriefSoort.BETROKKENE_LATER: _letter(
            _BESTE,
            "## Wat weten wij?\n\nOp {ontvangen_op} kregen wij een melding. De melding gaat ook over u. Daarom bewaren "
            "wij gegevens over u. Wij vertellen u dat later dan u gewend bent van ons. Eerder kon het niet. Wij "
            "moesten "
            "eerst zeker weten dat het kon.",
            _MEER,
            "## Wat gebeurt er nu?\n\nWij praten graag met u. U hoort van ons wat wij besluiten.",
            "## Wat kunt u doen?\n\nBel ons als u wilt weten waarom wij wachtten. Wij vertellen wat wij mogen "
            f"vertellen. {_MELDER_VRAGEN}",
            _BELLEN,
            _RECHTEN,
            _EIND,
            informeert=True,
        ),
        BriefSoort.KIND_ONTVANGST: _letter(
            "[adres]\n\nKenmerk: [kenmerk]\n\nHoi [naam],",
            "## Wat weten wij?\n\nWij zijn Veilig Thuis. Wij helpen als het thuis niet veilig is. Iemand maakt zich "
            "zorgen over jullie thuis. Die zorgen gaan ook over jou. Daarom schrijven wij dingen over jou op. Jij hebt "
            "niets fout gedaan.",
            _MEER,
            "## Wat gebeurt er nu?\n\nWij kijken hoe het met iedereen gaat. Wij willen graag weten wat jij ervan "
            "vindt.",
            "## Wat kun je doen?\n\nJe mag met ons praten. Dat mag ook zonder je ouders. Je mag ook een vraag stellen. "
            "Of iets vertellen aan iemand die je vertrouwt.",
            _BELLEN_JIJ,
            "## Wat zijn jouw rechten?\n\nJij mag lezen wat wij over jou opschrijven. Klopt er iets niet? Zeg het ons. "
            "Dan kijken wij of wij het kunnen veranderen. Snap je iets niet? Dan leggen wij het uit.",
            "Groetjes,\n\nVeilig Thuis",
            informeert=True,
        ),
        BriefSoort.JONGERE_ONTVANGST: _letter(
            "[adres]\n\nKenmerk: [kenmerk]\n\nBeste [naam],",
            "## Wat weten wij?\n\nOp {ontvangen_op} kregen wij een melding. Iemand maakt zich zorgen over hoe het bij "
            "jou thuis gaat. De melding gaat ook over jou. Daarom bewaren wij gegevens over jou.",
            _MEER,
            "## Wat gebeurt er nu?\n\nWij kijken of iedereen veilig is. Daarna besluiten wij wat er nodig is. Wij "
            "horen "
            "graag hoe jij het ziet. Je hoort van ons wat wij besluiten.",
            "## Wat kun je doen?\n\nBel ons, of praat met iemand die je vertrouwt. Je mag alleen met ons praten, "
            "zonder "
            "je ouders. Je mag zelf zeggen wat jij nodig hebt.",
            _BELLEN_JIJ,
            "## Wat zijn jouw rechten?\n\nJe bent zestien of ouder. Jij beslist daarom zelf over jouw rechten. Je mag "
            "je dossier lezen. Staat er een fout in? Dan mag je vragen om die te verbeteren. Je mag jouw verhaal "
            "toevoegen. En je mag vragen om het dossier te vernietigen. Je kunt ook een klacht indienen.",
            _EIND,
            informeert=True,
        ),
        BriefSoort.BETROKKENE_BEOORDELING: _letter(
            _BESTE,
            "## Wat weten wij?\n\nOp {ontvangen_op} kregen wij een melding die ook over u gaat. Op {besloten_op} namen "
            "wij een besluit. {uitkomst}",
            "{motivering}",
            _MEER,
            "## Wat gebeurt er nu?\n\n{vervolg}",
            "## Wat kunt u doen?\n\nHeeft u vragen over ons besluit? Bel ons dan. Verandert er thuis iets? Vertel het "
            "ons.",
            _BELLEN,
            _RECHTEN,
            _EIND,
        ),
        BriefSoort.BETROKKENE_BEVESTIGD: _letter(
            _BESTE,
            "## Wat weten wij?\n\nWij deden onderzoek na de melding van {ontvangen_op}. Ons onderzoek is klaar. Wij "
            "denken dat er thuis geweld of mishandeling was.",
            "{motivering}",
            _MEER,
            "## Wat gebeurt er nu?\n\nWij vragen anderen om u te helpen. Zij nemen contact met u op. Wij kijken later "
            "of het veilig blijft.",
            "## Wat kunt u doen?\n\nDenkt u er anders over? Vertel het ons. Wij schrijven uw verhaal op in het "
            "dossier. Werk samen met wie u helpt.",
            _BELLEN,
            _RECHTEN,
            _EIND,
        ),
        BriefSoort.BETROKKENE_NIET_BEVESTIGD: _letter(
            _BESTE,
            "## Wat weten wij?\n\nWij deden onderzoek na de melding van {ontvangen_op}. Ons onderzoek is klaar. Wij "
            "weten niet zeker of er thuis geweld of mishandeling was. Wij kunnen ook niet zeggen dat het er niet was.",
            "{motivering}",
            _MEER,
            "## Wat gebeurt er nu?\n\nOns onderzoek stopt. Soms vragen wij anderen om u te helpen. Dan hoort u dat van "
            "ons.",
            "## Wat kunt u doen?\n\nWilt u hulp? Bel ons, of vraag het aan het wijkteam. Denkt u anders over ons "
            "onderzoek? Vertel het ons.",
            _BELLEN,
            _RECHTEN,
            _EIND,
        ),
        BriefSoort.BETROKKENE_WEERLEGD: _letter(
            _BESTE,
            "## Wat weten wij?\n\nWij deden onderzoek na de melding van {ontvangen_op}. Ons onderzoek is klaar. Er was "
            "thuis geen geweld of mishandeling. De melding klopte niet.",
            "{motivering}",
            _MEER,
            "## Wat gebeurt er nu?\n\nWij stoppen. Wij doen verder niets met de melding.",
            "## Wat kunt u doen?\n\nU mag ons vragen om het dossier te vernietigen. Na deze uitkomst zeggen wij daar "
            "ja "
            "op. Bel of schrijf ons. Vraagt u niets? Dan bewaren wij het dossier zolang de wet dat wil.",
            _BELLEN,
            "## Wat zijn uw rechten?\n\nU heeft recht op vernietiging van het dossier. U mag het dossier eerst lezen. "
            "U "
            "krijgt een kopie als u daarom vraagt. Bent u het niet met ons eens? Dan kunt u een klacht indienen.",
            _EIND,
        ),
    }
)

_ZELF = "Wij gaan zelf aan de slag. U hoort van ons wanneer wij met u willen praten."
_ANDEREN = "Wij vragen een andere organisatie om u te helpen. Zij neemt contact met u op. Tot die tijd letten wij op."
_KLAAR = "Wij doen nu niets meer. Komt er een nieuwe melding? Dan kijken wij opnieuw."

# What a besluit is called in a letter, and what happens after it.
VAN_UITKOMST: Mapping[Uitkomst, tuple[str, str]] = MappingProxyType(
    {
        Uitkomst.ONDERZOEK: ("Wij gaan onderzoek doen.", _ZELF),
        Uitkomst.VOORWAARDEN_EN_VERVOLG: ("Wij maken met u afspraken over de veiligheid.", _ZELF),
        Uitkomst.OVERDRACHT: ("Wij vinden dat er hulp nodig is.", _ANDEREN),
        Uitkomst.PREVENTIEVE_ZORGMELDING: ("Wij vinden dat er hulp nodig is.", _ANDEREN),
        Uitkomst.BESTAANDE_CLIENT_GI: ("Wij geven de melding door aan wie u al helpt.", _ANDEREN),
        Uitkomst.AANPAK_JEUGDCRIMINALITEIT: ("Wij vinden dat er hulp nodig is.", _ANDEREN),
        Uitkomst.VERZOEK_TOT_ONDERZOEK: (
            "Wij vroegen de Raad voor de Kinderbescherming om onderzoek te doen.",
            "De Raad neemt contact met u op. Tot die tijd letten wij op.",
        ),
        Uitkomst.GEEN_VERVOLG: ("Er is geen vervolg nodig.", _KLAAR),
        Uitkomst.NIET_ONTVANKELIJK: ("Wij nemen de melding niet in behandeling.", _KLAAR),
        Uitkomst.ONJUIST_GEADRESSEERD: (
            "De melding was voor een andere Veilig Thuis.",
            "Wij vragen die Veilig Thuis om verder te gaan. Tot die tijd letten wij op.",
        ),
        Uitkomst.REGIONAAL_MAATWERK: ("Wij gaan u zelf helpen.", _ZELF),
        Uitkomst.OMGEZET_NAAR_ADVIES: ("Wij gaven advies aan wie ons belde of schreef.", _KLAAR),
    }
)

# The letter that tells how an onderzoek ended.
VAN_CONCLUSIE: Mapping[BriefSoort, Conclusie] = MappingProxyType(
    {
        BriefSoort.BETROKKENE_BEVESTIGD: Conclusie.BEVESTIGD,
        BriefSoort.BETROKKENE_NIET_BEVESTIGD: Conclusie.NIET_BEVESTIGD,
        BriefSoort.BETROKKENE_WEERLEGD: Conclusie.WEERLEGD,
    }
)


def fill(soort: BriefSoort, values: Mapping[str, str], *, aanvullingen: Sequence[str] = ()) -> str:
    """Return the text of a letter; a paragraph that is only a place without a value is left out.

    What is put in is not looked into again: braces in it stay what they are.
    """
    known = {**values, "aanvullingen": "\n\n".join(aanvullingen)}
    paragraphs = (_filled(paragraph, known) for paragraph in SJABLONEN[soort].tekst.split("\n\n"))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _filled(paragraph: str, known: Mapping[str, str]) -> str:
    return _PLACES.sub(lambda place: known.get(place[1], ""), paragraph).strip()
