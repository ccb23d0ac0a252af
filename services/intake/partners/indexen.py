"""Which partner keeps which reference index, and to which of them we are connected."""

from typing import Protocol, assert_never
from uuid import UUID

import httpx

from services.intake.domain.indexen import Bericht, MatchRegel
from services.intake.partners.sisa import sisa
from services.intake.partners.sluis import sluis
from services.intake.partners.verwijsindex import MatchPage
from services.intake.partners.vt_register import vt_register
from services.intake.settings import IntakeSettings
from shared.rules.codes import Verwijsindex


class IndexPartner(Protocol):
    """What every index can be asked; each raises ``IndexFaultError`` when it does not answer well."""

    async def place(self, referentie: UUID, bericht: Bericht, *, via_vir: bool) -> tuple[MatchRegel, ...]:
        """Let a signal stand, and return the matches that it has at once."""

    async def withdraw(self, referentie: UUID) -> None:
        """Take a signal back."""

    async def matches_after(self, na: str) -> MatchPage:
        """Return what changed in the matches of our signals after a place."""


def connected(told: IntakeSettings) -> frozenset[Verwijsindex]:
    """Return the indexes that we are connected to."""
    urls = {
        Verwijsindex.SISA: told.sisa_url,
        Verwijsindex.SLUIS: told.sluis_url,
        Verwijsindex.VT_REGISTER: told.vt_register_url,
    }
    return frozenset(index for index, url in urls.items() if url)


def partner_of(index: Verwijsindex, told: IntakeSettings, http: httpx.AsyncClient) -> IndexPartner | None:
    """Return who keeps an index, or None when we are not connected to it."""
    if index not in connected(told):
        return None
    match index:
        case Verwijsindex.SISA:
            return sisa(told, http)
        case Verwijsindex.SLUIS:
            return sluis(told, http)
        case Verwijsindex.VT_REGISTER:
            return vt_register(told, http)
        case never:
            assert_never(never)
