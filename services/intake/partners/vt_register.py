"""The register of all Veilig Thuis organisations: who is involved says so, and hears who else is or was.

There is no looking without being involved: the question is the signal itself, and a match tells both.
"""

from dataclasses import dataclass
from uuid import UUID

import httpx

from services.intake.domain.indexen import Bericht, MatchRegel
from services.intake.partners.verwijsindex import MatchPage, VerwijsindexOverHttp
from services.intake.settings import IntakeSettings


@dataclass(frozen=True, slots=True)
class VtRegister:
    """The register as a partner."""

    index: VerwijsindexOverHttp

    async def place(self, referentie: UUID, bericht: Bericht, *, via_vir: bool) -> tuple[MatchRegel, ...]:
        """Say that we are involved, and hear who else is."""
        if via_vir:
            raise ValueError("the register feeds no other index")
        return await self.index.place(referentie, bericht)

    async def withdraw(self, referentie: UUID) -> None:
        """Say that we are no longer involved."""
        await self.index.withdraw(referentie)

    async def matches_after(self, na: str) -> MatchPage:
        """Return what changed after a place."""
        return await self.index.matches_after(na)


def vt_register(told: IntakeSettings, http: httpx.AsyncClient) -> VtRegister:
    """Return the register as the settings describe it."""
    return VtRegister(VerwijsindexOverHttp(told.vt_register_url, told.vt_register_sleutel_file, http))
