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


class OmzettingReden(StrEnum):
    """Why an advies became a melding."""

    OMZETTEN = "omzetten"  # the adviesvrager asks for it
    AMBTSHALVE = "ambtshalve"  # Veilig Thuis does it itself, because of what it knows
