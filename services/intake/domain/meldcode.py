"""The meldcode: which steps a professional went through before he reported, and what is missing of them.

Nothing here is a reason to refuse a melding. The steps are those of the Besluit verplichte meldcode huiselijk geweld
en kindermishandeling, article 2; the questions those of the afwegingskader that every profession filled in for itself
(in force since 1 January 2019). Which sectors are bound, and for whom the kindcheck is meant, is read from the public
explanation of the law and not from the law itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from shared.rules.codes import MelderCategorie, MelderSoort


class MeldcodeStap(StrEnum):
    """The five steps, in the order of the law; it does not oblige to that order."""

    SIGNALEN = "signalen"  # in kaart brengen van signalen
    OVERLEG = "overleg"  # overleggen met een collega, en zo nodig Veilig Thuis raadplegen
    GESPREK = "gesprek"  # gesprek met de betrokkenen
    WEGING = "weging"  # wegen van het geweld, met het afwegingskader
    BESLISSING = "beslissing"  # is melden noodzakelijk, is hulp (ook) mogelijk


class AfwegingUitkomst(StrEnum):
    """What the professional decided."""

    MELDEN = "melden"
    HULP = "hulp"
    MELDEN_EN_HULP = "melden-en-hulp"
    AFSLUITEN = "afsluiten"  # no suspicion is left


class Ontbreekt(StrEnum):
    """What a meldcode lacks."""

    SIGNALEN = "stap-signalen"
    OVERLEG = "stap-overleg"
    GESPREK = "stap-gesprek"
    WEGING = "stap-weging"
    BESLISSING = "stap-beslissing"
    KINDCHECK = "kindcheck"
    VERMOEDEN = "afwegingskader-vermoeden-gegrond"
    ONVEILIG = "afwegingskader-acuut-of-structureel-onveilig"
    ZELF_HULP = "afwegingskader-zelf-hulp-mogelijk"
    AANVAARD = "afwegingskader-hulp-aanvaard"
    EFFECTIEF = "afwegingskader-hulp-effectief"
    UITKOMST = "afwegingskader-uitkomst"


class Opmerking(StrEnum):
    """What is remarkable about a meldcode."""

    VOLGORDE = "meldcode-volgorde"
    UITKOMST = "meldcode-uitkomst"
    GEEN_PROFESSIONAL = "meldcode-geen-professional"


@dataclass(frozen=True, slots=True)
class GezetteStap:
    gezet: bool
    op: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Afwegingskader:
    """The answers; None is a question that was not answered."""

    vermoeden_gegrond: bool | None = None
    acuut_of_structureel_onveilig: bool | None = None
    zelf_hulp_mogelijk: bool | None = None
    hulp_aanvaard: bool | None = None
    hulp_effectief: bool | None = None
    uitkomst: AfwegingUitkomst | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meldcode:
    stappen: Mapping[MeldcodeStap, GezetteStap]
    afwegingskader: Afwegingskader
    kindcheck_gedaan: bool


@dataclass(frozen=True, slots=True)
class Volledigheid:
    ontbreekt: tuple[Ontbreekt, ...]

    @property
    def volledig(self) -> bool:
        """Whether nothing is missing."""
        return not self.ontbreekt


NIETS = Meldcode(stappen={}, afwegingskader=Afwegingskader(), kindcheck_gedaan=False)
"""What a professional sends who sends nothing of it."""

_STAP: Mapping[MeldcodeStap, Ontbreekt] = MappingProxyType(
    {
        MeldcodeStap.SIGNALEN: Ontbreekt.SIGNALEN,
        MeldcodeStap.OVERLEG: Ontbreekt.OVERLEG,
        MeldcodeStap.GESPREK: Ontbreekt.GESPREK,
        MeldcodeStap.WEGING: Ontbreekt.WEGING,
        MeldcodeStap.BESLISSING: Ontbreekt.BESLISSING,
    }
)


@dataclass(frozen=True, slots=True)
class _Vraag:
    """One question of the afwegingskader; the answer ``klaar`` makes those after it needless."""

    naam: str
    ontbreekt: Ontbreekt
    klaar: bool | None
    vraagt_melding: bool | None  # the answer with which the norm is to report


_VRAGEN = (
    _Vraag("vermoeden_gegrond", Ontbreekt.VERMOEDEN, klaar=False, vraagt_melding=None),
    _Vraag("acuut_of_structureel_onveilig", Ontbreekt.ONVEILIG, klaar=True, vraagt_melding=True),
    _Vraag("zelf_hulp_mogelijk", Ontbreekt.ZELF_HULP, klaar=False, vraagt_melding=False),
    _Vraag("hulp_aanvaard", Ontbreekt.AANVAARD, klaar=False, vraagt_melding=False),
    _Vraag("hulp_effectief", Ontbreekt.EFFECTIEF, klaar=None, vraagt_melding=False),
)

# The law binds care, education, child care, social support, youth help and justice. The police, from which nearly all
# of the first category comes, works by an instruction of its own; of "anders" nothing is known.
GEBONDEN: Mapping[MelderCategorie, bool] = MappingProxyType(
    {
        MelderCategorie.JUSTITIE_EN_VEILIGHEID: False,
        MelderCategorie.GEZONDHEIDSZORG: True,
        MelderCategorie.LOKAAL_VELD: True,
        MelderCategorie.ONDERWIJS_EN_KINDEROPVANG: True,
        MelderCategorie.GECERTIFICEERDE_INSTELLING: True,
        MelderCategorie.GGZ: True,
        MelderCategorie.ANDERS: False,
    }
)
# The kindcheck asks who works with adults whether children depend on them; a school has the child before it.
KINDCHECK: Mapping[MelderCategorie, bool] = MappingProxyType(
    {
        MelderCategorie.JUSTITIE_EN_VEILIGHEID: True,
        MelderCategorie.GEZONDHEIDSZORG: True,
        MelderCategorie.LOKAAL_VELD: True,
        MelderCategorie.ONDERWIJS_EN_KINDEROPVANG: False,
        MelderCategorie.GECERTIFICEERDE_INSTELLING: False,
        MelderCategorie.GGZ: True,
        MelderCategorie.ANDERS: True,
    }
)


def read_meldcode(sent: Mapping[str, Any]) -> Meldcode:
    """Return a meldcode as it was sent, checked at the door, in the form in which it is judged."""
    stappen = {stap: sent[stap] for stap in MeldcodeStap if stap in sent}
    kader = sent.get("afwegingskader", {})
    uitkomst = kader.get("uitkomst")
    return Meldcode(
        stappen={
            stap: GezetteStap(found["gezet"], date.fromisoformat(found["op"]) if "op" in found else None)
            for stap, found in stappen.items()
        },
        afwegingskader=Afwegingskader(
            vermoeden_gegrond=kader.get("vermoedenGegrond"),
            acuut_of_structureel_onveilig=kader.get("acuutOfStructureelOnveilig"),
            zelf_hulp_mogelijk=kader.get("zelfHulpMogelijk"),
            hulp_aanvaard=kader.get("hulpAanvaard"),
            hulp_effectief=kader.get("hulpEffectief"),
            uitkomst=AfwegingUitkomst(uitkomst) if uitkomst else None,
        ),
        kindcheck_gedaan=sent.get("kindcheck", {}).get("gedaan", False),
    )


def check_volledigheid(meldcode: Meldcode, categorie: MelderCategorie) -> Volledigheid:
    """Return what is missing of a meldcode."""
    return Volledigheid(tuple(_missing(meldcode, categorie)))


def _missing(meldcode: Meldcode, categorie: MelderCategorie) -> Iterator[Ontbreekt]:
    for stap, ontbreekt in _STAP.items():
        found = meldcode.stappen.get(stap)
        if found is None or not found.gezet:
            yield ontbreekt
    if KINDCHECK[categorie] and not meldcode.kindcheck_gedaan:
        yield Ontbreekt.KINDCHECK
    yield from _unanswered(meldcode.afwegingskader)
    if meldcode.afwegingskader.uitkomst is None:
        yield Ontbreekt.UITKOMST


def _unanswered(kader: Afwegingskader) -> Iterator[Ontbreekt]:
    """Yield the first question without an answer; which ones come after it depends on that answer."""
    for vraag in _VRAGEN:
        answer = getattr(kader, vraag.naam)
        if answer is None:
            yield vraag.ontbreekt
        if answer is None or answer is vraag.klaar:
            return


def shown_volledigheid(
    meldcode: Meldcode | None, soort: MelderSoort, categorie: MelderCategorie
) -> Volledigheid | None:
    """Return what is missing of a professional's meldcode; everything when he sent none and the law binds him."""
    if soort is not MelderSoort.PROFESSIONAL or (meldcode is None and not GEBONDEN[categorie]):
        return None
    return check_volledigheid(meldcode or NIETS, categorie)


def is_volledig(meldcode: Meldcode | None, soort: MelderSoort, categorie: MelderCategorie) -> bool | None:
    """Return whether a professional's meldcode is complete; None of anybody else, and when nothing of it was sent."""
    if meldcode is None or soort is not MelderSoort.PROFESSIONAL:
        return None
    return check_volledigheid(meldcode, categorie).volledig


def find_future(meldcode: Meldcode, today: date) -> Iterator[MeldcodeStap]:
    """Yield the steps that were taken on a day that is yet to come."""
    yield from (stap for stap, found in meldcode.stappen.items() if found.op is not None and found.op > today)


def find_opmerkingen(meldcode: Meldcode | None, soort: MelderSoort) -> Iterator[tuple[Opmerking, str]]:
    """Yield what a worker should look at, with a JSON pointer; none of it is a reason to refuse."""
    if meldcode is None:
        return
    if soort is not MelderSoort.PROFESSIONAL:
        yield Opmerking.GEEN_PROFESSIONAL, "/meldcode"
    dated = [(stap, found.op) for stap in MeldcodeStap if (found := meldcode.stappen.get(stap)) and found.op]
    for (_, earlier), (stap, later) in pairwise(dated):
        if later < earlier:
            yield Opmerking.VOLGORDE, f"/meldcode/{stap}/op"
    if _contradicts(meldcode.afwegingskader):
        yield Opmerking.UITKOMST, "/meldcode/afwegingskader/uitkomst"


def _contradicts(kader: Afwegingskader) -> bool:
    """Say whether the norm is to report, by the answers, and something else was decided."""
    if kader.uitkomst not in {AfwegingUitkomst.HULP, AfwegingUitkomst.AFSLUITEN}:
        return False
    return any(
        vraag.vraagt_melding is not None and getattr(kader, vraag.naam) is vraag.vraagt_melding for vraag in _VRAGEN
    )
