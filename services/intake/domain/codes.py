"""The code lists that only intake uses; the values are the wire words."""

from enum import StrEnum


class PersoonRol(StrEnum):
    """In which quality a person stands in a melding.

    The first 23 are the jeugdzorgrollen of the StUF-koppelvlak Jeugdzorg 1.0.9; the others are the words of the
    chain itself.
    """

    BROER_OF_ZUS = "broer-of-zus"
    CONTACTPERSOON = "contactpersoon"
    GROOTOUDER = "grootouder"
    HALFBROER_OF_ZUS = "halfbroer-of-zus"
    HULPVERLENER = "hulpverlener"
    INFORMANT = "informant"
    JEUGDIGE = "jeugdige"
    KIND = "kind"
    MELDER = "melder"
    ONDERWIJSGEVENDE = "onderwijsgevende"
    OPVOEDER_VERZORGER = "opvoeder-verzorger"
    OUDER_MET_GEZAG = "ouder-met-gezag"
    OUDER_ZONDER_GEZAG = "ouder-zonder-gezag"
    OUDER_GEZAG_NIET_BENOEMD = "ouder-gezag-niet-benoemd"
    OUDER_NIET_JURIDISCH = "ouder-niet-juridisch"
    OVERIGE_PROFESSIONAL = "overige-professional"
    OVERIGE_VERWANT = "overige-verwant"
    PLEEGBROER_OF_ZUS = "pleegbroer-of-zus"
    PLEEGOUDER = "pleegouder"
    STIEFBROER_OF_ZUS = "stiefbroer-of-zus"
    STIEFOUDER = "stiefouder"
    MEDISCH_PROFESSIONAL = "verpleegkundige-arts-of-medisch-specialist"
    VOOGD = "voogd"

    SLACHTOFFER = "slachtoffer"
    PLEGER = "pleger"
    OUDER = "ouder"
    GETUIGE = "getuige"
    GEZINSLID = "gezinslid"
    OVERIG = "overig"


class Kanaal(StrEnum):
    """How a melding or a question for advies came in."""

    TELEFOON = "telefoon"
    E_MAIL = "e-mail"
    CHAT = "chat"
    BRIEF = "brief"
    BALIE = "balie"
    FORMULIER = "formulier"
    BERICHTENVERKEER = "berichtenverkeer"
    ONBENOEMD = "onbenoemd"


class Duur(StrEnum):
    """How long the violence has gone on, as far as the melder or adviesvrager supposes."""

    EENMALIG = "eenmalig"
    KORTER_DAN_EEN_MAAND = "korter-dan-een-maand"
    MAAND_TOT_JAAR = "maand-tot-jaar"
    JAAR_TOT_VIJF_JAAR = "jaar-tot-vijf-jaar"
    LANGER_DAN_VIJF_JAAR = "langer-dan-vijf-jaar"
    ONBEKEND = "onbekend"


class Geslacht(StrEnum):
    MAN = "man"
    VROUW = "vrouw"
    ANDERS = "anders"
    ONBEKEND = "onbekend"


class SashNiveau(StrEnum):
    """The level of the police's risk instrument."""

    LAAG = "laag"
    MATIG = "matig"
    HOOG = "hoog"


class Informeringswijze(StrEnum):
    """How somebody was told that a melding was made."""

    MONDELING = "mondeling"
    SCHRIFTELIJK = "schriftelijk"
    TELEFONISCH = "telefonisch"
    E_MAIL = "e-mail"
    ONBENOEMD = "onbenoemd"


class AdviesUitkomst(StrEnum):
    """How an advies ended; it never leads to a file on a family by itself."""

    ADVIES_GEGEVEN = "advies-gegeven"
    ONDERSTEUNING_GEBODEN = "ondersteuning-geboden"
    GEADVISEERD_TE_MELDEN = "geadviseerd-te-melden"
    VERWEZEN = "verwezen"
    ONBENOEMD = "onbenoemd"


class AdviesvragerRol(StrEnum):
    """The role or function in which somebody asks for advies, a subject of the Informatieprotocol of CBS.

    The words are ours: the code list of the protocol could not be read. Each belongs to one MelderSoort.
    """

    HUISARTS = "huisarts"
    ANDERE_MEDISCHE_PROFESSIONAL = "andere-medische-professional"
    JEUGDGEZONDHEIDSZORG = "jeugdarts-of-jeugdverpleegkundige"
    LEERKRACHT = "leerkracht"
    ZORGCOORDINATOR_SCHOOL = "intern-begeleider-of-zorgcoordinator"
    PEDAGOGISCH_MEDEWERKER = "pedagogisch-medewerker"
    MAATSCHAPPELIJK_WERKER = "maatschappelijk-werker"
    WIJKTEAMMEDEWERKER = "wijkteammedewerker"
    JEUGDHULPVERLENER = "jeugdhulpverlener"
    GGZ_BEHANDELAAR = "ggz-behandelaar"
    POLITIEMEDEWERKER = "politiemedewerker"
    ANDERE_PROFESSIONAL = "andere-professional"

    FAMILIELID = "familielid-buiten-het-huishouden"
    VRIEND_OF_KENNIS = "vriend-of-kennis"
    BUUR = "buur"
    VRIJWILLIGER = "vrijwilliger"
    ANDERE_OMSTANDER = "andere-omstander"

    SLACHTOFFER = "slachtoffer"
    PLEGER = "pleger"
    OUDER_OF_VERZORGER = "ouder-of-verzorger"
    ANDER_GEZINSLID = "ander-gezinslid"

    ONBEKEND = "onbekend"


class AdviesvragerOrganisatie(StrEnum):
    """In what kind of organisation an adviesvrager works; never which one. The words are ours."""

    HUISARTSENPRAKTIJK = "huisartsenpraktijk"
    ZIEKENHUIS = "ziekenhuis"
    JEUGDGEZONDHEIDSZORG = "jeugdgezondheidszorg"
    GGZ = "ggz"
    ANDERE_ZORG = "andere-zorg"
    KINDEROPVANG = "kinderopvang"
    BASISONDERWIJS = "basisonderwijs"
    VOORTGEZET_ONDERWIJS = "voortgezet-onderwijs"
    VERVOLGONDERWIJS = "beroeps-of-hoger-onderwijs"
    LOKAAL_TEAM = "lokaal-team"
    MAATSCHAPPELIJKE_ONDERSTEUNING = "maatschappelijke-ondersteuning"
    JEUGDHULPAANBIEDER = "jeugdhulpaanbieder"
    GECERTIFICEERDE_INSTELLING = "gecertificeerde-instelling"
    OPVANG = "opvang"
    POLITIE = "politie"
    JUSTITIE = "justitie"
    GEMEENTE = "gemeente"
    ANDERS = "anders"


class Veiligheidsproblematiek(StrEnum):
    """What else bears on safety, as the adviesvrager tells it; a subject of the Informatieprotocol, the words are ours.

    It stands for what others would write in a free text.
    """

    ALCOHOL_OF_DRUGS = "alcohol-of-drugs"
    PSYCHISCHE_PROBLEMATIEK = "psychische-problematiek"
    SUICIDALITEIT = "suicidaliteit"
    VERSTANDELIJKE_BEPERKING = "verstandelijke-beperking"
    SCHULDEN_OF_ARMOEDE = "schulden-of-armoede"
    WONEN = "problemen-met-wonen"
    SOCIAAL_ISOLEMENT = "sociaal-isolement"
    OVERBELASTE_VERZORGER = "overbelaste-verzorger"
    WAPENS = "wapens"
    BEDREIGING = "bedreiging"
    ZWANGERSCHAP = "zwangerschap"
    KINDEREN_IN_HUIS = "kinderen-in-huis"
    EERDER_GEWELD = "eerder-geweld"
    HULP_WORDT_GEWEIGERD = "hulp-wordt-geweigerd"


class AmbtshalveGevaar(StrEnum):
    """Which serious danger makes Veilig Thuis turn an advies into a melding by itself."""

    ACUUT_ONVEILIG = "acuut-onveilig"
    STRUCTUREEL_ONVEILIG = "structureel-onveilig"
    ACUUT_EN_STRUCTUREEL_ONVEILIG = "acuut-en-structureel-onveilig"


class NietHandelen(StrEnum):
    """Why the adviesvrager does not act himself, which an ambtshalve melding supposes."""

    WIL_NIET = "wil-niet"
    DURFT_NIET = "durft-niet"
    KAN_NIET = "kan-niet"
    NIET_BEREIKBAAR = "niet-bereikbaar"


class RelatieSoort(StrEnum):
    """What one person is of another: the 43 codes 001 to 043 of the message of the police, as words."""

    AANVERWANTE_FAMILIE = "aanverwante-familie"  # 001
    BEGELEIDER = "begeleider"  # 002
    BROER_ZUS = "broer-zus"  # 003
    CONTACT = "contact"  # 004
    CURATOR = "curator"  # 005
    ECHTGENOOT_ECHTGENOTE = "echtgenoot-echtgenote"  # 006
    EIGENAAR = "eigenaar"  # 007
    EX_PARTNER = "ex-partner"  # 008
    GARANTONTVANGER = "garantontvanger"  # 009
    GARANTSTELLER = "garantsteller"  # 010
    GROOTOUDER = "grootouder"  # 011
    HORECABEZOEKER = "horecabezoeker"  # 012
    HULPONTVANGER = "hulpontvanger"  # 013
    HUURDER = "huurder"  # 014
    KIND = "kind"  # 015
    KLEINKIND = "kleinkind"  # 016
    LEERLING = "leerling"  # 017
    LEIDINGGEVENDE = "leidinggevende"  # 018
    MEDEDADER = "mededader"  # 019
    MEDEREIZIGER = "medereiziger"  # 020
    NEEF_NICHT = "neef-nicht"  # 021
    ONDERTOEZICHTGESTELDE = "ondertoezichtgestelde"  # 022
    ONDER_VOOGDIJ = "onder-voogdij"  # 023
    ONDERDAAN = "onderdaan"  # 024
    ONDER_LEIDING_VAN = "onder-leiding-van"  # 025
    OOM_TANTE = "oom-tante"  # 026
    OUDER = "ouder"  # 027
    PARTNER = "partner"  # 028
    PUPIL = "pupil"  # 029
    REFERENT = "referent"  # 030
    SCHOONZOON_SCHOONDOCHTER = "schoonzoon-schoondochter"  # 031
    SCHOONOUDER = "schoonouder"  # 032
    UITGENODIGDE = "uitgenodigde"  # 033
    VERANTWOORDELIJK = "verantwoordelijk"  # 034
    VERHUURDER = "verhuurder"  # 035
    VERTEGENWOORDIGD = "vertegenwoordigd"  # 036
    VERZORGD_DOOR = "verzorgd-door"  # 037
    VERZORGER = "verzorger"  # 038
    VOOGD = "voogd"  # 039
    VRIEND_VRIENDIN = "vriend-vriendin"  # 040
    WERKGEVER = "werkgever"  # 041
    WERKNEMER = "werknemer"  # 042
    ZWAGER_SCHOONZUS = "zwager-schoonzus"  # 043


class Leefgebied(StrEnum):
    """On which field of life there are worries: the codes 01 to 12 of the generic message, as words."""

    FINANCIEN = "financien"  # 01
    IDENTITEIT = "identiteit"  # 02
    HOUDING_GEDRAG_EN_VAARDIGHEDEN = "houding-gedrag-en-vaardigheden"  # 03
    WERK_EN_OPLEIDING = "werk-en-opleiding"  # 04
    TIJDSBESTEDING = "tijdsbesteding"  # 05
    HUISVESTING = "huisvesting"  # 06
    HUISELIJKE_RELATIES = "huiselijke-relaties"  # 07
    GEESTELIJKE_GEZONDHEID = "geestelijke-gezondheid"  # 08
    LICHAMELIJKE_GEZONDHEID = "lichamelijke-gezondheid"  # 09
    PROBLEMATISCH_MIDDELENGEBRUIK_EN_VERSLAVING = "problematisch-middelengebruik-en-verslaving"  # 10
    SOCIAAL_NETWERK = "sociaal-netwerk"  # 11
    JUSTITIE_EN_POLITIE = "justitie-en-politie"  # 12


class AdresSoort(StrEnum):
    """What kind of address it is: the 22 codes of SoortAdresType, as words."""

    POSTADRES = "postadres"  # 01
    WOON_OF_VERBLIJFADRES = "woon-of-verblijfadres"  # 02
    BRP_ADRES = "brp-adres"  # 03
    VESTIGINGSADRES = "vestigingsadres"  # 04
    ZONDER_VASTE_WOON_OF_VERBLIJFPLAATS = "zonder-vaste-woon-of-verblijfplaats"  # 05
    FACTUURADRES = "factuuradres"  # 06
    DETENTIEADRES_ADMINISTRATIEF = "detentieadres-administratief"  # 07
    DETENTIEADRES_FEITELIJK = "detentieadres-feitelijk"  # 08
    WERKADRES = "werkadres"  # 09
    AFLEVERADRES = "afleveradres"  # 10
    DOMICILIE_ADRES = "domicilie-adres"  # 11
    ZETEL = "zetel"  # 12
    VERTROKKEN_ONBEKEND_WAARHEEN = "vertrokken-onbekend-waarheen"  # 13
    UITSTROOMADRES = "uitstroomadres"  # 14
    VERLOFADRES = "verlofadres"  # 15
    LAATST_BEKEND_ADRES = "laatst-bekend-adres"  # 16
    RESOCIALISATIEADRES = "resocialisatieadres"  # 17
    ADRES_VAN_DAGBESTEDING = "adres-van-dagbesteding"  # 18
    GEPLAND_VERLOFADRES = "gepland-verlofadres"  # 19
    REGIMEADRES = "regimeadres"  # 20
    BRP_WOONADRES = "brp-woonadres"  # 51
    BRP_BRIEFADRES = "brp-briefadres"  # 52


class IncidentHoedanigheid(StrEnum):
    """In what quality the police met a person: the codes 001 to 005, as words."""

    VERDACHTE = "verdachte"  # 001
    SLACHTOFFER = "slachtoffer"  # 002
    BENADEELDE = "benadeelde"  # 003
    GETUIGE = "getuige"  # 004
    AANGEVER = "aangever"  # 005


class InstantieRol(StrEnum):
    """What an organisation is in a melding: the codes 001 to 007 of the generic message, as words."""

    DIPLOMATIEKE_VERTEGENWOORDIGER = "diplomatieke-vertegenwoordiger"  # 001
    HULPVERLENER = "hulpverlener"  # 002
    LERAAR = "leraar"  # 003
    TRAINER = "trainer"  # 004
    VERVOERDER = "vervoerder"  # 005
    TOLK = "tolk"  # 006
    JURIST = "jurist"  # 007


class BerichtSoort(StrEnum):
    """For whom a generic message is meant: not-acute care, Veilig Thuis, or a Zorg- en Veiligheidshuis."""

    NAZ = "niet-acute-zorg"
    VT = "veilig-thuis"
    ZVH = "zorg-en-veiligheidshuis"
