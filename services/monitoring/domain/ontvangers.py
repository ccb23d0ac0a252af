"""Who is mailed about a step of a term: the worker who has the work, the team lead, or both; never nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from uuid import UUID

from shared.rules.rust import Rust
from shared.rules.stappen import Gehoor

_PREFIX = "ontvanger:"


class OntvangerSoort(StrEnum):
    MEDEWERKER = "medewerker"
    TEAMLEIDER = "teamleider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontvanger:
    """One receiver; notices name its row, so that an address stands in one place and can be taken away there."""

    id: UUID
    soort: OntvangerSoort
    postvak: str
    dagbericht: bool = True
    rust_van: time | None = None
    rust_tot: time | None = None

    @property
    def doel(self) -> str:
        """What a notice to this receiver names as its goal."""
        return f"{_PREFIX}{self.id}"

    @property
    def rust(self) -> Rust | None:
        """When he is left in peace, if he says so himself."""
        return Rust(self.rust_van, self.rust_tot) if self.rust_van is not None and self.rust_tot is not None else None


@dataclass(frozen=True, slots=True)
class Kring:
    """Everybody who can be mailed: the functional mailbox of the house, when it has one, and the receivers."""

    huis: str
    ontvangers: tuple[Ontvanger, ...] = ()

    @property
    def teamleiders(self) -> tuple[str, ...]:
        """The goals of the team leads; a mailbox that is both the house's and a team lead's is mailed once."""
        leads = (one for one in self.ontvangers if one.soort is OntvangerSoort.TEAMLEIDER)
        return (*((self.huis,) if self.huis else ()), *(one.doel for one in leads if one.postvak != self.huis))

    def medewerker(self, nr: UUID | None) -> Ontvanger | None:
        """Return a worker who can be mailed, by the number under which facts speak of him."""
        return next(
            (one for one in self.ontvangers if one.soort is OntvangerSoort.MEDEWERKER and one.id == nr),
            None,
        )


def doelen_of(gehoor: Gehoor, eigenaar_nr: UUID | None, kring: Kring) -> tuple[str, ...]:
    """Return the goals of the mails about a step; a worker who cannot be mailed is stood in for by the team lead."""
    worker = kring.medewerker(eigenaar_nr) if gehoor.names_medewerker else None
    leads = kring.teamleiders if gehoor.names_teamleider or worker is None else ()
    return (*((worker.doel,) if worker else ()), *leads)


def names_ontvanger(doel: str) -> bool:
    """Say whether a goal is the row of a receiver, and no address."""
    return doel.startswith(_PREFIX)


def by_doel(ontvangers: Iterable[Ontvanger]) -> dict[str, Ontvanger]:
    """Return receivers by what notices name."""
    return {one.doel: one for one in ontvangers}
