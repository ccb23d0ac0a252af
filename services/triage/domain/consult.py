"""Consults with police, OM, raad, GI and vertrouwensarts: what was asked, what came of it, and who is due."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.triage.domain.matter import Matter
from shared.events.behandeling import ConsultVastgelegd
from shared.rules.behandelcodes import ConsultPartij


class ConsultUitkomst(StrEnum):
    """What came of a consult."""

    AFGESTEMD = "afgestemd"
    ADVIES_GEGEVEN = "advies-gegeven"
    GEEN_STRAFBAAR_FEIT_VERMOED = "geen-strafbaar-feit-vermoed"
    STRAFRECHTELIJK_VERVOLG = "strafrechtelijk-vervolg"
    ANDERS = "anders"


@dataclass(frozen=True, slots=True)
class ConsultTekst:
    """What was written down of a consult; empty where it was not opened."""

    vraag: str = ""
    notitie: str | None = None
    jeugdbeschermer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consult(Matter):
    """One consult; ``begonnen_op`` is the moment at which there was conferred."""

    partij: ConsultPartij
    uitkomst: ConsultUitkomst
    strafbaar_feit_vermoed: bool
    tekst: ConsultTekst


_STRAFRECHT = frozenset({ConsultPartij.POLITIE, ConsultPartij.OPENBAAR_MINISTERIE})
AFSTEMMEN = (
    "Er wordt een strafbaar feit vermoed en daarna is er nog niet met politie of Openbaar Ministerie afgestemd "
    "(modelafspraken Veilig Thuis, politie en OM)."
)


def find_consult_faults(partij: ConsultPartij, tekst: ConsultTekst) -> Iterator[tuple[str, str]]:
    """Yield what does not go together, as a JSON pointer and a Dutch sentence."""
    if tekst.jeugdbeschermer and partij is not ConsultPartij.GECERTIFICEERDE_INSTELLING:
        yield "/jeugdbeschermer", "hoort alleen bij een consult met de gecertificeerde instelling"


def moet_afstemmen(consulten: Iterable[Consult]) -> bool:
    """Tell whether police or OM must still be consulted: a crime was suspected, and none of them since.

    The model agreement Veilig Thuis, politie en OM (2015) demands it; its text was read at second hand. A warning,
    never a block.
    """
    consulten = tuple(consulten)
    vermoed = [one.begonnen_op for one in consulten if one.strafbaar_feit_vermoed]
    afgestemd = [one.begonnen_op for one in consulten if one.partij in _STRAFRECHT]
    return bool(vermoed) and (not afgestemd or max(afgestemd) < max(vermoed))


def told(consult: Consult) -> tuple[ConsultVastgelegd, ...]:
    """Return the fact of a consult."""
    fact = ConsultVastgelegd(
        consult_id=consult.id,
        melding_id=consult.melding_id,
        gemeente_code=consult.gemeente_code,
        partij=consult.partij,
        tijdstip=consult.begonnen_op,
    )
    return (fact,)
