"""What an afschrift may never tell of shelter: that somebody else of the casus is in one, and which that is.

Whoever a family fled from has a right to his own file. So shelter stands in it for the grown-up client himself only; of
children it is left to a person, for whoever has gezag over a child may ask in its name.
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from uuid import UUID

from services.intake.domain.afschrift import Deel, Inzage, Stukken, reader_of
from shared.rules.codes import BestemmingSoort
from shared.rules.opvang import Doelgroep
from shared.rules.verwerkingen import VERWERKINGEN, VerwerkingCode
from shared.rules.weglaten import WEGGELATEN

_OPVANG = "opvang"  # the parts of handover about one client
_WITH_A_HOUDER = frozenset({"overdracht", "zicht-op-veiligheid"})
_SEEN_FOR_IT = VERWERKINGEN[VerwerkingCode.OPVANGEN].uri


def shield(stukken: Stukken, own: AbstractSet[UUID]) -> Stukken:
    """Return everything of which an afschrift is made without what tells of a shelter to who may not know of it."""
    mine = [deel for deel in stukken.delen if deel.soort == _OPVANG and _is_of(stukken, deel, own)]
    known = {deel.velden.get("organisatie") for deel in mine}
    hidden = {deel.velden.get("organisatie") for deel in stukken.delen if _names_a_shelter(deel)} - known
    kept = [deel for deel in stukken.delen if deel.soort != _OPVANG or deel in mine]
    seen = [one for one in stukken.inzagen if mine or one.verwerking != _SEEN_FOR_IT]
    return replace(
        stukken,
        delen=tuple(_without_houder(deel) if deel.velden.get("organisatie") in hidden else deel for deel in kept),
        inzagen=tuple(_without_reader(one) if one.organisatie in hidden else one for one in seen),
    )


def _is_of(stukken: Stukken, deel: Deel, own: AbstractSet[UUID]) -> bool:
    return deel.velden.get("doelgroep") != Doelgroep.KIND and reader_of(stukken.meldingen, deel.velden) in own


def _names_a_shelter(deel: Deel) -> bool:
    if deel.soort == _OPVANG:
        return True
    return deel.soort in _WITH_A_HOUDER and deel.velden.get("soort") == BestemmingSoort.OPVANG


def _without_houder(deel: Deel) -> Deel:
    """Leave out who it is, of which kind, and what it wrote."""
    velden = {**deel.velden, "organisatie": WEGGELATEN}
    if "soort" in velden:
        velden["soort"] = WEGGELATEN
    return replace(deel, velden=velden, teksten=(WEGGELATEN,) if deel.teksten else ())


def _without_reader(inzage: Inzage) -> Inzage:
    return replace(inzage, rol=WEGGELATEN, organisatie=WEGGELATEN)
