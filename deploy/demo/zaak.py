"""One melding with its course, on its way through the play."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from deploy.demo import deeds
from deploy.demo.arrivals import Aankomst
from deploy.demo.course import Verloop
from deploy.demo.deeds import Step


@dataclass(frozen=True, slots=True)
class Zaak:
    """One melding with its course, on its way to a besluit."""

    zaad: int
    kenmerk: str
    aankomst: Aankomst
    verloop: Verloop
    acuutcheck_op: datetime
    gereed_op: datetime
    random: Random
    care: Random  # a stream of its own, so that what is drawn here moves nothing else
    help: Random  # the same, and so on
    exchange: Random

    @property
    def order(self) -> tuple[bool, datetime, str]:
        """The acute first, then whose information was together first."""
        return not self.verloop.acuut, self.gereed_op, self.kenmerk


def step_of(zaak: Zaak, tijdstip: datetime, rang: int, daad: deeds.Daad) -> Step:
    """Return a step of a melding; those of one family are done in order."""
    aankomst = zaak.aankomst
    return Step(tijdstip, rang, zaak.kenmerk, f"gezin-{aankomst.gezin}", aankomst.gemeente_code, daad)
