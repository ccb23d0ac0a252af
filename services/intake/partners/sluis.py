"""SluiS, the reference index of the region for who is too old for SISA; it is fed to no other."""

from dataclasses import dataclass
from uuid import UUID

import httpx

from services.intake.domain.indexen import Bericht, MatchRegel
from services.intake.partners.verwijsindex import MatchPage, VerwijsindexOverHttp
from services.intake.settings import IntakeSettings


@dataclass(frozen=True, slots=True)
class Sluis:
    """SluiS as a partner."""

    index: VerwijsindexOverHttp

    async def place(self, referentie: UUID, bericht: Bericht, *, via_vir: bool) -> tuple[MatchRegel, ...]:
        """Let a signal stand; VIR is for the young and is never told from here."""
        if via_vir:
            raise ValueError("SluiS feeds no other index")
        return await self.index.place(referentie, bericht)

    async def withdraw(self, referentie: UUID) -> None:
        """Take a signal back."""
        await self.index.withdraw(referentie)

    async def matches_after(self, na: str) -> MatchPage:
        """Return what changed after a place."""
        return await self.index.matches_after(na)


def sluis(told: IntakeSettings, http: httpx.AsyncClient) -> Sluis:
    """Return SluiS as the settings describe it."""
    return Sluis(VerwijsindexOverHttp(told.sluis_url, told.multisignaal_sleutel_file, http))
