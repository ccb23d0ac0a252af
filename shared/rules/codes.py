"""The code lists of the chain: each word of the law, the protocol or the wire that a program must choose between.

The values are the wire words. ``docs/begrippen.md`` explains each of them.
"""

from enum import StrEnum


class MelderCategorie(StrEnum):
    """Where a melding comes from; the seven categories of the Regiovisie, chapter I."""

    JUSTITIE_EN_VEILIGHEID = "justitie-en-veiligheid"
    GEZONDHEIDSZORG = "gezondheidszorg"
    LOKAAL_VELD = "lokaal-veld"
    ONDERWIJS_EN_KINDEROPVANG = "onderwijs-en-kinderopvang"
    GECERTIFICEERDE_INSTELLING = "gecertificeerde-instelling"
    GGZ = "ggz"
    ANDERS = "anders"


class MelderSoort(StrEnum):
    """In which quality somebody reports; it decides who may know the name (Wmo 2015, open unless)."""

    PROFESSIONAL = "professional"
    OMSTANDER = "omstander"
    BETROKKENE = "betrokkene"
    ONBEKEND = "onbekend"


class BekendmakingGrond(StrEnum):
    """Why the name of a professional melder is kept from the family."""

    A = "a"  # a threat to the persons concerned
    B = "b"  # a threat to the melder or to his staff
    C = "c"  # harm to the relation of trust with the persons concerned


class Relatie(StrEnum):
    PARTNERGEWELD = "partnergeweld"
    KINDERMISHANDELING = "kindermishandeling"
    OUDERMISHANDELING = "oudermishandeling"
    OUDERENMISHANDELING = "ouderenmishandeling"
    TUSSEN_KINDEREN = "geweld-tussen-kinderen"
    TUSSEN_VOLWASSENEN = "geweld-tussen-volwassenen"


class Vorm(StrEnum):
    FYSIEK = "fysiek"
    PSYCHISCH = "psychisch"
    SEKSUEEL = "seksueel"
    VERWAARLOZING = "verwaarlozing"
    FINANCIEEL = "financieel-misbruik"
    SCHENDING_VAN_RECHTEN = "schending-van-rechten"
    GETUIGE = "getuige-van-geweld"
    COMPLEXE_SCHEIDING = "complexe-scheiding"
    BELAGING = "belaging"
    EERGERELATEERD = "eergerelateerd-geweld"
    UITBUITING = "seksuele-uitbuiting"


class AdviesSoort(StrEnum):
    """What was asked of Veilig Thuis without a melding."""

    ADVIES = "advies"
    VERVOLGADVIES = "vervolgadvies"  # the same adviesvrager comes back on an earlier advies
    ONDERSTEUNING = "ondersteuning"  # Veilig Thuis goes along for a while, and does not take over


class AanvullingSoort(StrEnum):
    """What was added to a melding after it came in."""

    AANVULLING = "aanvulling"  # a text
    BIJLAGE = "bijlage"  # a file


class OmzettingReden(StrEnum):
    """Why an advies became a melding."""

    OMZETTEN = "omzetten"  # the adviesvrager asks for it
    AMBTSHALVE = "ambtshalve"  # Veilig Thuis does it itself: there is serious danger, and the adviesvrager does not act


class Uitkomst(StrEnum):
    """The twelve ways in which a veiligheidsbeoordeling can end."""

    ONDERZOEK = "onderzoek"
    VOORWAARDEN_EN_VERVOLG = "voorwaarden-en-vervolg"
    OVERDRACHT = "overdracht"
    PREVENTIEVE_ZORGMELDING = "preventieve-zorgmelding"
    BESTAANDE_CLIENT_GI = "bestaande-client-gi"
    AANPAK_JEUGDCRIMINALITEIT = "aanpak-jeugdcriminaliteit"
    VERZOEK_TOT_ONDERZOEK = "verzoek-tot-onderzoek"
    GEEN_VERVOLG = "geen-vervolg"
    NIET_ONTVANKELIJK = "niet-ontvankelijk"
    ONJUIST_GEADRESSEERD = "onjuist-geadresseerd"
    REGIONAAL_MAATWERK = "regionaal-maatwerk"
    OMGEZET_NAAR_ADVIES = "omgezet-naar-advies"


class DienstSoort(StrEnum):
    """What Veilig Thuis itself takes up after the besluit."""

    ONDERZOEK = "onderzoek"
    VOORWAARDEN_EN_VERVOLG = "voorwaarden-en-vervolg"
    REGIONAAL_MAATWERK = "regionaal-maatwerk"


class Conclusie(StrEnum):
    BEVESTIGD = "bevestigd"
    NIET_BEVESTIGD = "niet-bevestigd"
    WEERLEGD = "weerlegd"
    VOORWAARDEN_VASTGESTELD = "voorwaarden-vastgesteld"


class BestemmingSoort(StrEnum):
    """To whom a casus can be handed over; the list of the Regiovisie, chapter I."""

    LOKAAL_VELD = "lokaal-veld"
    GECERTIFICEERDE_INSTELLING = "gecertificeerde-instelling"
    AANPAK_JEUGDCRIMINALITEIT = "aanpak-jeugdcriminaliteit"
    RAAD_VOOR_DE_KINDERBESCHERMING = "raad-voor-de-kinderbescherming"
    OPVANG = "opvang"
    JEUGDHULPAANBIEDER = "jeugdhulpaanbieder"
    JEUGD_GGZ = "jeugd-ggz"
    VOLWASSEN_GGZ = "volwassen-ggz"
    AMBULANTE_HULP_VOLWASSENEN = "ambulante-hulp-volwassenen"
    VEILIG_THUIS_ELDERS = "veilig-thuis-elders"  # ours: the Veilig Thuis of another region
    ANDERS = "anders"


class Leeftijdsgroep(StrEnum):
    """Whether somebody is a child or grown up; who that is, and how old, stays in intake."""

    MINDERJARIG = "minderjarig"
    VOLWASSEN = "volwassen"


class VeldOnderdeel(StrEnum):
    """Which team of the local field of a municipality (Regiovisie, chapter III, actielijn 1)."""

    GEBIEDSTEAM = "gebiedsteam"  # for everybody, under Wmo and Jeugdwet
    LTHG = "lokaal-team-huiselijk-geweld"
    JEUGD = "jeugd"
    WMO = "wmo"


class RouteGrond(StrEnum):
    """Why just this organisation receives a casus."""

    GENOEMD = "genoemd"  # by the professional who decided
    BETROKKENHEID = "betrokkenheid"  # it accepted an overdracht of this casus before
    TABEL = "tabel"  # the municipality organised it so
    STANDAARD = "standaard"  # nothing else is known


class InterventieSoort(StrEnum):
    """What is done at once when a casus is acutely unsafe."""

    POLITIE = "politie"
    CRISISINTERVENTIETEAM = "crisisinterventieteam"
    OPVANG = "opvang"
    HUISVERBOD = "huisverbod"
    CENTRUM_SEKSUEEL_GEWELD = "centrum-seksueel-geweld"
    HANDLE_WITH_CARE = "handle-with-care"


class HandelingSoort(StrEnum):
    """An act of Veilig Thuis that stops one of the clocks beside the two main ones."""

    BETROKKENEN_GEINFORMEERD = "betrokkenen-geinformeerd"
    MELDER_TERUGGEKOPPELD = "melder-teruggekoppeld"
    HUISVERBOD_ADVIES_GEGEVEN = "huisverbod-advies-gegeven"
    HUISVERBOD_BEEINDIGD = "huisverbod-beeindigd"
    HANDLE_WITH_CARE_VERZONDEN = "handle-with-care-verzonden"


class TermijnSoort(StrEnum):
    ACUUTCHECK = "acuutcheck"
    VEILIGHEIDSBEOORDELING = "veiligheidsbeoordeling"
    ONDERZOEK = "onderzoek"
    VOORWAARDEN_EN_VERVOLG = "voorwaarden-en-vervolg"
    OVERDRACHT_ACCEPTATIE = "overdracht-acceptatie"
    INFORMEREN_BETROKKENEN = "informeren-betrokkenen"
    TERUGKOPPELING_MELDER = "terugkoppeling-melder"
    HUISVERBOD = "huisverbod"
    HUISVERBOD_ADVIES = "huisverbod-advies"
    HANDLE_WITH_CARE = "handle-with-care"
    MONITORMOMENT = "monitormoment"
    DOSSIERVERZOEK = "dossierverzoek"
    VERNIETIGINGSVERZOEK = "vernietigingsverzoek"
    DUBBEL_ANONIEM_BESLUIT = "dubbel-anoniem-besluit"
    TOEWIJZING = "toewijzing"
    VEILIGHEIDSCHECK = "veiligheidscheck"
    INFORMATIEVERZOEK = "informatieverzoek"
    VOORWAARDE_CONTROLE = "voorwaarde-controle"
    VERZOEK_TOT_ONDERZOEK_MELDEN = "verzoek-tot-onderzoek-melden"
    FORENSISCH = "forensisch"
    AWARE_EVALUATIE = "aware-evaluatie"
    ACTIE = "actie"
    OVERDRACHT_VERVOLG = "overdracht-vervolg"
    TERUGGAVE_BESLUIT = "teruggave-besluit"
    EERSTE_CONTACT = "eerste-contact"
    PLAN_MAKEN = "plan-maken"
    PLAN_EVALUATIE = "plan-evaluatie"
    PLANACTIE = "planactie"
    TRAUMASCREENING = "traumascreening"
    LEVERING = "levering"
    NAVRAAG = "navraag"


class DubbelAnoniemKeuze(StrEnum):
    """What can be decided on a signal of somebody whom Veilig Thuis itself does not know."""

    IN_BEHANDELING = "in-behandeling"
    NIET_IN_BEHANDELING = "niet-in-behandeling"
    MELDER_BEKEND = "melder-bekend"  # he made himself known after all


class SchoolRegio(StrEnum):
    """In which of the three regions a school has its holidays."""

    NOORD = "noord"
    MIDDEN = "midden"
    ZUID = "zuid"


class HandleWithCareReden(StrEnum):
    """Why a Handle with Care signal had not reached a school when the lessons began."""

    GEEN_SCHOOL = "geen-school"  # nobody knows which school the child goes to
    NIET_BEVESTIGD = "niet-bevestigd"  # the school did not answer


class DossierverzoekSoort(StrEnum):
    """What somebody can ask about the file that is kept of him (AVG art. 15 to 18, Wmo 2015 paragraph 5.3)."""

    INZAGE = "inzage"
    AFSCHRIFT = "afschrift"
    CORRECTIE = "correctie"
    VERKLARING = "verklaring"
    BEPERKING = "beperking"
    VERNIETIGING = "vernietiging"


class VernietigingReden(StrEnum):
    """Why a file is destroyed."""

    VERZOEK = "verzoek"
    BEWAARTERMIJN = "bewaartermijn"


class TermijnStatus(StrEnum):
    OPEN = "open"
    DREIGEND = "dreigend"  # open, and warned
    GEHAALD = "gehaald"  # done in time
    TE_LAAT = "te-laat"  # done, after the term
    VERSTREKEN = "verstreken"  # not done, after the term


class Naleving(StrEnum):
    """How far the veiligheidsvoorwaarden are kept at a monitormoment."""

    GEHAALD = "gehaald"
    DEELS = "deels"
    NIET = "niet"


class MonitorVervolg(StrEnum):
    DOORGAAN = "doorgaan"
    INTENSIVEREN = "intensiveren"
    HEROPENEN = "heropenen"
    AFSLUITEN = "afsluiten"


class VerplaatsingReden(StrEnum):
    """Why a monitormoment is on another day than the region plans."""

    BETROKKENEN_NIET_BEREIKT = "betrokkenen-niet-bereikt"
    OP_VERZOEK_BETROKKENEN = "op-verzoek-van-betrokkenen"
    PROFESSIONAL_NIET_BESCHIKBAAR = "professional-niet-beschikbaar"
    ZORGEN = "zorgen"  # somebody wants to look sooner
    SAMEN_MET_ANDER_MOMENT = "samen-met-ander-moment"
    CAPACITEIT = "capaciteit"
    ANDERS = "anders"


class Rol(StrEnum):
    """The roles in a token; each route names those that it lets in."""

    KETENPARTNER = "ketenpartner"
    VT_MEDEWERKER = "vt-medewerker"
    VT_TEAMLEIDER = "vt-teamleider"
    LOKAAL_TEAM = "lokaal-team"
    GEMEENTE = "gemeente"
    BEHEERDER = "beheerder"
    SYSTEEM = "systeem"


class Verwijsindex(StrEnum):
    """In which index organisations find out that they are with the same person; none of them holds more than that."""

    SISA = "sisa"  # of the region, for the young; feeds the national one
    SLUIS = "sluis"  # of the region, for who is older
    VT_REGISTER = "vt-register"  # of all Veilig Thuis organisations


class NoodReden(StrEnum):
    """Why somebody reads what lies outside his own task."""

    ACUUT_GEVAAR = "acuut-gevaar"
    VERMISSING = "vermissing"
    ONTVANGER_ONBEREIKBAAR = "ontvanger-onbereikbaar"
