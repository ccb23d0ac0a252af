"""Which rows are a caller's, by the tie that the policy demands of his role."""

from collections.abc import Set as AbstractSet
from typing import assert_never

from services.monitoring.domain.zicht import VERBORGEN
from shared.errors import NotAllowedError
from shared.rules.access import Betrekking
from shared.rules.codes import Rol, TermijnSoort
from shared.rules.gemeenten import with_predecessors
from shared.web.access import toegang_of
from shared.web.auth import Caller


def own_gemeenten(caller: Caller) -> frozenset[str] | None:
    """Return the municipalities to which a caller is bound; None when no tie is demanded of him."""
    betrekking = toegang_of(caller).betrekking
    match betrekking:
        case Betrekking.ALLES:
            return None
        case Betrekking.EIGEN_GEMEENTE:
            return caller.gemeente_codes
        case (
            Betrekking.EIGEN_MELDING
            | Betrekking.ONTVANGER
            | Betrekking.PARTIJ
            | Betrekking.GEVRAAGD
            | Betrekking.DEELNEMER
            | Betrekking.ACTIEHOUDER
            | Betrekking.AANBIEDER
            | Betrekking.INZET
            | Betrekking.EIGEN_ABONNEMENT
            | Betrekking.EIGEN_ORGANISATIE
            | Betrekking.NOOD
        ):
            return frozenset()  # nothing of a municipality is anybody's in this way
        case _:
            assert_never(betrekking)


def gemeenten_of(caller: Caller, asked: str | None) -> frozenset[str] | None:
    """Return of which municipalities a caller may see what is asked; None is all of them."""
    own = own_gemeenten(caller)
    if own is None:
        return None if asked is None else with_predecessors({asked})
    return own if asked is None else own & with_predecessors({asked})


def ties(caller: Caller, gemeente_code: str) -> AbstractSet[Betrekking]:
    """Return what ties a caller to what belongs to a municipality."""
    return {Betrekking.EIGEN_GEMEENTE} if gemeente_code in caller.gemeente_codes else frozenset()


def hidden_clocks(caller: Caller) -> frozenset[TermijnSoort]:
    """Return which kinds of clocks a caller may not know of: who is bound to a municipality, those of ``VERBORGEN``."""
    return frozenset() if own_gemeenten(caller) is None else VERBORGEN


def sees_casussen(caller: Caller) -> bool:
    """Say whether a caller may know which casus a figure is of: a municipality gets figures, and no families."""
    return caller.rol is not Rol.GEMEENTE


def refuse_filter_on_casus(caller: Caller, casus_id: object | None) -> None:
    """Raise ``NotAllowedError`` when somebody who may know of no casus asks for one."""
    if casus_id is not None and not sees_casussen(caller):
        raise NotAllowedError("Deze rol ziet geen casussen; vraag zonder casusId.")
