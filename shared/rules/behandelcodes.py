"""The code lists of what Veilig Thuis itself does with a melding: asking, conferring, a ban, a button, a table.

The values are the wire words. ``docs/begrippen.md`` explains each of them.
"""

from enum import StrEnum


class VrijgaveReden(StrEnum):
    """Why an owner lets work go."""

    AFWEZIG = "afwezig"
    UIT_DIENST = "uit-dienst"
    CAPACITEIT = "capaciteit"
    BETROKKENHEID = "betrokkenheid"  # he knows the family, or it knows him
    DESKUNDIGHEID = "deskundigheid"  # it asks for somebody who knows more of it
    ANDERS = "anders"


class VeiligheidscheckUitkomst(StrEnum):
    """What somebody found who looked at the safety of a family that waits."""

    VEILIG = "veilig"
    ZORGEN = "zorgen"
    ACUUT_ONVEILIG = "acuut-onveilig"
    NIET_BEREIKT = "niet-bereikt"  # an attempt: nobody has looked


class InformatieverzoekSoort(StrEnum):
    """Of whom something is asked while the assessment or a dienst goes on."""

    LOKAAL_VELD = "lokaal-veld"
    INFORMANT = "informant"


class InformatieverzoekEinde(StrEnum):
    """How a question ended."""

    BEANTWOORD = "beantwoord"
    GEWEIGERD = "geweigerd"  # whoever was asked may not or will not tell
    INGETROKKEN = "ingetrokken"  # no longer needed


class VertragingReden(StrEnum):
    """Why a step is late; it explains and never stops a clock."""

    WACHT_OP_INFORMATIE = "wacht-op-informatie"
    BETROKKENEN_ONBEREIKBAAR = "betrokkenen-onbereikbaar"
    WACHT_OP_PARTNER = "wacht-op-partner"
    CAPACITEIT = "capaciteit"
    VEILIGHEID_GAAT_VOOR = "veiligheid-gaat-voor"
    COMPLEXITEIT = "complexiteit"
    STRAFRECHTELIJK_ONDERZOEK = "strafrechtelijk-onderzoek"
    ANDERS = "anders"


class OmzetReden(StrEnum):
    """Why voorwaarden en vervolg became an onderzoek."""

    GEEN_MEDEWERKING = "geen-medewerking"
    ALSNOG_ONDUIDELIJK = "alsnog-onduidelijk"  # whether there is violence turned out to be open after all
    VOORWAARDEN_NIET_HAALBAAR = "voorwaarden-niet-haalbaar"


class BevindingOordeel(StrEnum):
    """What was found of one suspicion about one person."""

    BEVESTIGD = "bevestigd"
    NIET_BEVESTIGD = "niet-bevestigd"  # neither confirmed nor refuted
    WEERLEGD = "weerlegd"


class VoorwaardeStatus(StrEnum):
    """How a veiligheidsvoorwaarde stands."""

    OPEN = "open"
    NAGEKOMEN = "nagekomen"
    DEELS_NAGEKOMEN = "deels-nagekomen"
    NIET_NAGEKOMEN = "niet-nagekomen"
    VERVALLEN = "vervallen"  # no longer needed, or replaced by another


class VtoGemeldAan(StrEnum):
    """Who must be told of a verzoek tot onderzoek (Wmo 2015 art. 4.1.1 lid 2 onder f en g)."""

    COLLEGE = "college"
    MELDER = "melder"


class VtoStatus(StrEnum):
    """How far the raad is (StUF-koppelvlak Jeugdzorg 1.0.9, notificatie)."""

    INTAKE_AFGEROND = "intake-afgerond"
    ONDERZOEK_AFGEROND = "onderzoek-afgerond"
    ZAAK_AFGEROND = "zaak-afgerond"


class VtoResultaat(StrEnum):
    """What came of a verzoek tot onderzoek (StUF-koppelvlak Jeugdzorg 1.0.9, notificatie)."""

    AFGEWEZEN = "verzoek-tot-onderzoek-afgewezen"
    GEEN_REKEST = "geen-rekest-kinderbescherming"
    MAATREGEL_OPGELEGD = "maatregel-opgelegd"
    GEEN_MAATREGEL = "geen-maatregel-opgelegd"


class ConsultPartij(StrEnum):
    """With whom Veilig Thuis confers."""

    POLITIE = "politie"
    OPENBAAR_MINISTERIE = "openbaar-ministerie"
    RAAD_VOOR_DE_KINDERBESCHERMING = "raad-voor-de-kinderbescherming"
    GECERTIFICEERDE_INSTELLING = "gecertificeerde-instelling"
    VERTROUWENSARTS = "vertrouwensarts"


class ForensischSoort(StrEnum):
    """Which examination or help is asked of a doctor or centre."""

    LETSELONDERZOEK = "letselonderzoek"
    CENTRUM_SEKSUEEL_GEWELD = "centrum-seksueel-geweld"


class ForensischEinde(StrEnum):
    """How such a request ended."""

    AFGEROND = "afgerond"
    GEWEIGERD = "geweigerd"  # by who should have been examined, or by the examiner
    INGETROKKEN = "ingetrokken"


class HuisverbodEinde(StrEnum):
    """How a tijdelijk huisverbod ended."""

    AFGELOPEN = "afgelopen"
    INGETROKKEN = "ingetrokken"


class OpschalingSoort(StrEnum):
    """The table or centre at which partners act together."""

    ZSM = "zsm"
    ZORG_EN_VEILIGHEIDSHUIS = "zorg-en-veiligheidshuis"
    CENTRUM_HUISELIJK_GEWELD = "centrum-huiselijk-geweld"
    MDO = "mdo"
    CASUSOVERLEG = "casusoverleg"


class UitstelReden(StrEnum):
    """Why the directbetrokkenen are told later (Wmo 2015, paragraph 5.3)."""

    VEILIGHEID = "veiligheid"
    ONDERZOEK = "onderzoek"


class InformeerWijze(StrEnum):
    """How somebody was told; the words of the national message of the police (StUF Jeugdzorg, wijzeVanInformering)."""

    MONDELING = "mondeling"
    SCHRIFTELIJK = "schriftelijk"
    TELEFONISCH = "telefonisch"
    E_MAIL = "e-mail"


class NietInformerenReden(StrEnum):
    """Why a directbetrokkene himself is not told."""

    VEILIGHEID = "veiligheid"
    VERBLIJFPLAATS_ONBEKEND = "verblijfplaats-onbekend"
    TE_JONG = "te-jong"  # who has gezag is told instead
    OVERLEDEN = "overleden"


class BriefAan(StrEnum):
    """To what kind of reader a letter goes."""

    MELDER = "melder"
    COLLEGE = "college"
    LOKAAL_VELD = "lokaal-veld"
    BETROKKENE = "betrokkene"


class BriefSoort(StrEnum):
    """Which letter; what each says stands in ``brieven``."""

    MELDER_ONTVANGST = "melder-ontvangst"
    MELDER_UITKOMST = "melder-uitkomst"
    COLLEGE_VERZOEK_TOT_ONDERZOEK = "college-verzoek-tot-onderzoek"
    LOKAAL_VELD_OVERDRACHT = "lokaal-veld-overdracht"
    BETROKKENE_ONTVANGST = "betrokkene-ontvangst"
    BETROKKENE_LATER = "betrokkene-later-geinformeerd"
    KIND_ONTVANGST = "kind-ontvangst"  # from twelve years on
    JONGERE_ONTVANGST = "jongere-ontvangst"  # from sixteen years on
    BETROKKENE_BEOORDELING = "betrokkene-beoordeling"
    BETROKKENE_BEVESTIGD = "betrokkene-bevestigd"
    BETROKKENE_NIET_BEVESTIGD = "betrokkene-niet-bevestigd"
    BETROKKENE_WEERLEGD = "betrokkene-weerlegd"


class VerzendWijze(StrEnum):
    """How a letter left the house."""

    POST = "post"
    OVERHANDIGD = "overhandigd"
    VEILIGE_MAIL = "veilige-mail"


# --- assessing ---------------------------------------------------------------------------------------------------


class InterventiePartij(StrEnum):
    """What kind of organisation came in a crisis."""

    POLITIE = "politie"
    CRISISINTERVENTIETEAM = "crisisinterventieteam"
    OPVANG = "opvang"
    GEMEENTE = "gemeente"  # the mayor, or the hulpofficier van justitie for him
    CENTRUM_SEKSUEEL_GEWELD = "centrum-seksueel-geweld"
    CRISISDIENST_GGZ = "crisisdienst-ggz"
    ONDERWIJS = "onderwijs"
    VEILIG_THUIS = "veilig-thuis"
    ANDERS = "anders"


class GezienWijze(StrEnum):
    """How somebody of Veilig Thuis saw or spoke with a directbetrokkene."""

    HUISBEZOEK = "huisbezoek"
    OP_KANTOOR = "op-kantoor"
    OP_SCHOOL = "op-school"
    BEELDBELLEN = "beeldbellen"
    TELEFONISCH = "telefonisch"
    ELDERS = "elders"


class NietGezienReden(StrEnum):
    """Why a directbetrokkene was not seen; the list is ours."""

    VEILIGHEID = "veiligheid"
    ONBEREIKBAAR = "onbereikbaar"
    GEWEIGERD = "geweigerd"
    NIET_NODIG = "niet-nodig"
    TE_JONG = "te-jong"
    ANDERS_GEZIEN = "anders-gezien"  # by a partner of the chain, who told Veilig Thuis
    ANDERS = "anders"


class OverlegFunctie(StrEnum):
    """In what function somebody took part in deciding; the list is ours."""

    MEDEWERKER = "medewerker"
    GEDRAGSWETENSCHAPPER = "gedragswetenschapper"
    VERTROUWENSARTS = "vertrouwensarts"
    TEAMLEIDER = "teamleider"
    JURIST = "jurist"
    POLITIE = "politie"
    RAAD_VOOR_DE_KINDERBESCHERMING = "raad-voor-de-kinderbescherming"
    GECERTIFICEERDE_INSTELLING = "gecertificeerde-instelling"
    LOKAAL_VELD = "lokaal-veld"
    ANDERS = "anders"


class InformatieverzoekGrond(StrEnum):
    """Why somebody may tell Veilig Thuis; which article carries each was not read."""

    TOESTEMMING = "toestemming"  # of the directbetrokkenen concerned
    ZONDER_TOESTEMMING = "zonder-toestemming"  # necessary for the task of Veilig Thuis; why stands in the toelichting


class AntwoordWeigering(StrEnum):
    """Why who was asked does not tell."""

    BEROEPSGEHEIM = "beroepsgeheim"
    GEEN_TOESTEMMING = "geen-toestemming"
    NIET_BEKEND = "niet-bekend"  # these people are not known there
    ANDERS = "anders"
