"""When each of the twelve uitkomsten of a veiligheidsbeoordeling fits: one row per condition, and what it says if not.

A row refuses only where the besluit could not be carried out (``shared.rules.routing`` holds that line); every other
row warns, because a professional who was there knows more than a table. What no room of ours can look up (an age, a
measure of a GI) the professional confirms.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.rules.codes import BestemmingSoort, Uitkomst


class Ernst(StrEnum):
    """What a condition does that does not hold."""

    WEIGERT = "weigert"
    WAARSCHUWT = "waarschuwt"


class UitkomstVoorwaarde(StrEnum):
    """What must hold for an uitkomst to fit; the words are ours."""

    BESTEMMING_GENOEMD = "bestemming-genoemd"
    VEILIGHEID_PER_PERSOON = "veiligheid-per-persoon"
    IEDEREEN_GEZIEN = "iedereen-gezien"
    OORDEEL_PAST_BIJ_PERSONEN = "oordeel-past-bij-personen"
    SAMEN_BESLOTEN = "samen-besloten"
    NIET_ACUUT = "niet-acuut"
    ONVEILIGHEID_UITGELEGD = "onveiligheid-uitgelegd"
    MINDERJARIGE_OF_ONGEBOREN = "minderjarige-of-ongeboren"
    MINDERJARIGE_VERDACHTE = "minderjarige-verdachte"
    GI_GENOEMD = "gi-genoemd"
    GI_VOERT_MAATREGEL_UIT = "gi-voert-maatregel-uit"
    ADVIESVRAGER_KAN_ZELF = "adviesvrager-kan-zelf"
    GEEN_MELDING = "geen-melding"
    GEMEENTE_ELDERS = "gemeente-elders"


# What is not in any room: it holds when the professional says so with the besluit.
TE_BEVESTIGEN = frozenset(
    {
        UitkomstVoorwaarde.ONVEILIGHEID_UITGELEGD,
        UitkomstVoorwaarde.MINDERJARIGE_OF_ONGEBOREN,
        UitkomstVoorwaarde.MINDERJARIGE_VERDACHTE,
        UitkomstVoorwaarde.GI_VOERT_MAATREGEL_UIT,
        UitkomstVoorwaarde.ADVIESVRAGER_KAN_ZELF,
        UitkomstVoorwaarde.GEEN_MELDING,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weging:
    """What is known when a besluit is taken, as far as a condition can ask for it."""

    acuut: bool
    structureel: bool
    bestemmingen: Mapping[BestemmingSoort, bool]  # which were named, and whether with an organisation
    adressering_juist: bool
    samen_besloten: bool
    alle_getaxeerd: bool
    alle_gezien: bool  # or there is a reason why not
    persoon_acuut: bool
    persoon_structureel: bool
    bevestigd: frozenset[UitkomstVoorwaarde] = frozenset()


@dataclass(frozen=True, slots=True)
class Regel:
    """One condition, with where it was read and the Dutch sentence for who decides."""

    voorwaarde: UitkomstVoorwaarde
    ernst: Ernst
    bron: str
    grondslag: str | None  # a key of ``GRONDSLAGEN``; None: our own reading
    uitleg: str
    holds: Callable[[Weging], bool]
    applies: Callable[[Weging], bool] = lambda _: True


_V = UitkomstVoorwaarde
_EIGEN = "eigen lezing"


def _confirmed(voorwaarde: UitkomstVoorwaarde) -> Callable[[Weging], bool]:
    return lambda weging: voorwaarde in weging.bevestigd


_PER_PERSOON = Regel(
    _V.VEILIGHEID_PER_PERSOON,
    Ernst.WAARSCHUWT,
    "Handelingsprotocol: de veiligheidsbeoordeling bevat een veiligheidstaxatie; per persoon is eigen lezing",
    "protocol-2019",
    "Niet voor iedere directbetrokkene is de veiligheid getaxeerd.",
    lambda weging: weging.alle_getaxeerd,
)
_GEZIEN = Regel(
    _V.IEDEREEN_GEZIEN,
    Ernst.WAARSCHUWT,
    _EIGEN,
    None,
    "Niet van iedere directbetrokkene staat er dat hij is gezien, of waarom niet.",
    lambda weging: weging.alle_gezien,
)
_PAST = Regel(
    _V.OORDEEL_PAST_BIJ_PERSONEN,
    Ernst.WAARSCHUWT,
    _EIGEN,
    None,
    "Voor een persoon is het onveiliger getaxeerd dan het besluit zegt.",
    lambda weging: (
        (weging.acuut or not weging.persoon_acuut) and (weging.structureel or not weging.persoon_structureel)
    ),
)
_SAMEN = Regel(
    _V.SAMEN_BESLOTEN,
    Ernst.WAARSCHUWT,
    "werkwijze van één regio (Gelderland-Zuid): multidisciplinair besloten; de rest is eigen lezing",
    None,
    "Er staat niet met wie samen is besloten.",
    lambda weging: weging.samen_besloten,
)
_NIET_ACUUT = Regel(
    _V.NIET_ACUUT,
    Ernst.WAARSCHUWT,
    "acuut gevaar wordt altijd meteen behandeld",
    "inspectie-acuut",
    "Het is acuut onveilig. Doe eerst wat nu nodig is, en leg in de motivering uit waarom dit besluit dan past.",
    lambda weging: not weging.acuut,
)
_ASSESSED = (_PER_PERSOON, _GEZIEN, _PAST)

VOORWAARDEN: Mapping[Uitkomst, tuple[Regel, ...]] = MappingProxyType(
    {
        Uitkomst.ONDERZOEK: (*_ASSESSED, _SAMEN),
        Uitkomst.VOORWAARDEN_EN_VERVOLG: _ASSESSED,
        Uitkomst.OVERDRACHT: (
            Regel(
                _V.BESTEMMING_GENOEMD,
                Ernst.WEIGERT,
                "een overdracht gaat naar iemand",
                "zicht-op-veiligheid",
                "Bij 'overdracht' hoort ten minste één bestemming.",
                lambda weging: bool(weging.bestemmingen),
            ),
            *_ASSESSED,
        ),
        # A zorgmelding over youth need not be about violence at all (Regiovisie, figure of chapter I).
        Uitkomst.PREVENTIEVE_ZORGMELDING: (_NIET_ACUUT, *_ASSESSED),
        Uitkomst.BESTAANDE_CLIENT_GI: (
            Regel(
                _V.GI_GENOEMD,
                Ernst.WAARSCHUWT,
                "Regiovisie, hoofdstuk I (bestaande cliënt JBRR)",
                "regiovisie-hoofdstuk-1",
                "Er is geen gecertificeerde instelling genoemd; die van de regio is genomen.",
                lambda weging: weging.bestemmingen.get(BestemmingSoort.GECERTIFICEERDE_INSTELLING, False),
            ),
            Regel(
                _V.GI_VOERT_MAATREGEL_UIT,
                Ernst.WAARSCHUWT,
                "Regiovisie, hoofdstuk I (bestaande cliënt JBRR)",
                "regiovisie-hoofdstuk-1",
                "Bevestig dat de gecertificeerde instelling dit gezin nu begeleidt.",
                _confirmed(_V.GI_VOERT_MAATREGEL_UIT),
            ),
            *_ASSESSED,
        ),
        Uitkomst.AANPAK_JEUGDCRIMINALITEIT: (
            Regel(
                _V.MINDERJARIGE_VERDACHTE,
                Ernst.WAARSCHUWT,
                "Regiovisie, hoofdstuk I (Pak je Kans); dat de verdachte minderjarig is, is eigen lezing",
                "regiovisie-hoofdstuk-1",
                "Bevestig dat het om een minderjarige verdachte gaat.",
                _confirmed(_V.MINDERJARIGE_VERDACHTE),
            ),
            *_ASSESSED,
        ),
        Uitkomst.VERZOEK_TOT_ONDERZOEK: (
            Regel(
                _V.MINDERJARIGE_OF_ONGEBOREN,
                Ernst.WAARSCHUWT,
                "StUF-koppelvlak Jeugdzorg 1.0.9 (vto: een kind of een ongeboren kind)",
                "stuf-jeugdzorg-1.0.9",
                "Bevestig dat het om een minderjarige of een ongeboren kind gaat.",
                _confirmed(_V.MINDERJARIGE_OF_ONGEBOREN),
            ),
            *_ASSESSED,
        ),
        Uitkomst.GEEN_VERVOLG: (
            Regel(
                _V.ONVEILIGHEID_UITGELEGD,
                Ernst.WAARSCHUWT,
                _EIGEN,
                None,
                "Het is onveilig en er komt geen vervolg. Bevestig dat in de motivering staat waarom.",
                _confirmed(_V.ONVEILIGHEID_UITGELEGD),
                applies=lambda weging: weging.acuut or weging.structureel,
            ),
            Regel(
                _V.SAMEN_BESLOTEN,
                Ernst.WAARSCHUWT,
                _EIGEN,
                None,
                "Er staat niet met wie samen is besloten, hoewel het structureel onveilig is.",
                lambda weging: weging.samen_besloten,
                applies=lambda weging: weging.structureel,
            ),
            *_ASSESSED,
        ),
        Uitkomst.NIET_ONTVANKELIJK: (
            _NIET_ACUUT,
            Regel(
                _V.GEEN_MELDING,
                Ernst.WAARSCHUWT,
                "Handelingsprotocol, bladzijde 26 tot 30, zoals aangehaald: een vermoeden van geweld en een bekende "
                "melder maken een melding",
                "protocol-2019",
                "Bevestig dat het niet over geweld of mishandeling gaat, of dat niet bekend is wie meldt.",
                _confirmed(_V.GEEN_MELDING),
            ),
        ),
        Uitkomst.ONJUIST_GEADRESSEERD: (
            _NIET_ACUUT,
            Regel(
                _V.GEMEENTE_ELDERS,
                Ernst.WAARSCHUWT,
                "StUF-koppelvlak Jeugdzorg 1.0.9 (VT-99)",
                "stuf-jeugdzorg-1.0.9",
                "Deze gemeente wordt door ons bediend: zo sluit de melding hier zonder dat iemand haar overneemt.",
                lambda weging: not weging.adressering_juist,
            ),
        ),
        Uitkomst.REGIONAAL_MAATWERK: _ASSESSED,
        # Nothing of the family is kept of an advies, so that nobody is estimated or seen for it.
        Uitkomst.OMGEZET_NAAR_ADVIES: (
            _NIET_ACUUT,
            Regel(
                _V.ADVIESVRAGER_KAN_ZELF,
                Ernst.WAARSCHUWT,
                "CBS: bij een advies blijft de adviesvrager verantwoordelijk",
                None,
                "Bevestig dat wie meldde het zelf kan en verantwoordelijk blijft.",
                _confirmed(_V.ADVIESVRAGER_KAN_ZELF),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Toets:
    """A condition of the uitkomst that was chosen, and whether it holds."""

    regel: Regel
    voldaan: bool


def judge_uitkomst(uitkomst: Uitkomst, weging: Weging) -> tuple[Toets, ...]:
    """Return every condition that applies to an uitkomst, and whether it holds."""
    return tuple(Toets(regel, regel.holds(weging)) for regel in VOORWAARDEN[uitkomst] if regel.applies(weging))
