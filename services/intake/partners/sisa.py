"""SISA, the reference index of the region for the young; it passes signals on to the national one (VIR) if told to."""

from dataclasses import dataclass
from uuid import UUID

import httpx

from services.intake.domain.indexen import Bericht, MatchRegel
from services.intake.partners.verwijsindex import MatchPage, VerwijsindexOverHttp
from services.intake.settings import IntakeSettings

_VIR = "vir"


@dataclass(frozen=True, slots=True)
class Sisa:
    """SISA as a partner."""

    index: VerwijsindexOverHttp

    async def place(self, referentie: UUID, bericht: Bericht, *, via_vir: bool) -> tuple[MatchRegel, ...]:
        """Let a signal stand here, and in VIR only with ``via_vir``."""
        return await self.index.place(referentie, bericht, doorgeven=_VIR if via_vir else "")

    async def withdraw(self, referentie: UUID) -> None:
        """Take a signal back, also from VIR."""
        await self.index.withdraw(referentie)

    async def matches_after(self, na: str) -> MatchPage:
        """Return what changed after a place."""
        return await self.index.matches_after(na)


def sisa(told: IntakeSettings, http: httpx.AsyncClient) -> Sisa:
    """Return SISA as the settings describe it."""
    return Sisa(VerwijsindexOverHttp(told.sisa_url, told.multisignaal_sleutel_file, http))
