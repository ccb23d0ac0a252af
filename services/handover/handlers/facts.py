"""What handover does with the facts of the other rooms; each may come twice, and facts of two rooms may cross."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover import store
from services.handover.domain import overdracht as domain
from services.handover.domain.overdracht import Overdracht
from services.handover.domain.zicht import FeitSoort, Houder, ZichtFeit
from services.handover.handlers.common import accept_before, betrokken, note_zicht, overdracht_id_of, refresh_zicht
from shared.clock import Clock
from shared.crypto import Vault
from shared.events.envelope import Event
from shared.events.payloads import (
    Bestemming,
    CasusAfgesloten,
    CasusSamengevoegd,
    CasusVernietigd,
    DienstAfgerond,
    MeldingOntvangen,
    VeiligheidsbeoordelingAfgerond,
)
from shared.ids import derived_id
from shared.log import get_logger
from shared.messaging.outbox import NewFact, append
from shared.rules.settings import RuleSettings

log = get_logger()


@dataclass(frozen=True, slots=True)
class _Aanleiding:
    """What makes overdrachten: a besluit or a conclusie, with all its receivers."""

    bron_id: UUID
    melding_id: UUID
    dienst_id: UUID | None
    gemeente_code: str
    moment: datetime
    bestemmingen: Sequence[Bestemming]


@dataclass(frozen=True, slots=True)
class Luisteraar:
    """Handle the facts that this room reads, inside the transaction of the consumer."""

    vault: Vault
    clock: Clock
    rules: RuleSettings
    veilig_thuis: Houder

    async def on_melding(self, conn: AsyncConnection, event: Event) -> None:
        """Make Veilig Thuis the holder of a casus that nobody holds."""
        melding = event.payload
        assert isinstance(melding, MeldingOntvangen)  # noqa: S101, routed by type
        feit = betrokken(event.casus_id, melding.ontvangen_op)
        closed = melding.vorige_afsluiting_op
        if closed is not None and closed >= melding.ontvangen_op:
            # Intake knew the closing when this came in: it was later, whatever the clocks say.
            feit = ZichtFeit(FeitSoort.HEROPEND, closed, event.casus_id)
        casus_id = await store.lock_kept(conn, event.casus_id)
        if casus_id is not None:
            await note_zicht(conn, self.veilig_thuis, casus_id, feit, bron_id=melding.melding_id)

    async def on_besluit(self, conn: AsyncConnection, event: Event) -> None:
        """Offer the casus to every receiver that the besluit names."""
        besluit = event.payload
        assert isinstance(besluit, VeiligheidsbeoordelingAfgerond)  # noqa: S101, routed by type
        await self._offer(
            conn,
            event,
            _Aanleiding(
                besluit.dossier_id,
                besluit.melding_id,
                None,
                besluit.gemeente_code,
                besluit.besloten_op,
                besluit.bestemmingen,
            ),
        )

    async def on_dienst(self, conn: AsyncConnection, event: Event) -> None:
        """Offer the casus to every receiver that the conclusie names."""
        dienst = event.payload
        assert isinstance(dienst, DienstAfgerond)  # noqa: S101, routed by type
        await self._offer(
            conn,
            event,
            _Aanleiding(
                dienst.dienst_id,
                dienst.melding_id,
                dienst.dienst_id,
                dienst.gemeente_code,
                dienst.afgerond_op,
                dienst.bestemmingen,
            ),
        )

    async def on_merge(self, conn: AsyncConnection, event: Event) -> None:
        """Move what is kept of the vanished casus to the one that stays.

        Merging alone makes nobody the holder: two casussen that were closed stay closed.
        """
        merge = event.payload
        assert isinstance(merge, CasusSamengevoegd)  # noqa: S101, routed by type
        stays, vanished = await store.lock_two(conn, event.casus_id, merge.verdwenen_casus_id)
        if await store.is_gone(conn, stays) or stays == vanished:
            return
        await store.merge_casus(conn, vanished=vanished, stays=stays, moment=merge.samengevoegd_op)
        await refresh_zicht(conn, self.veilig_thuis, stays)

    async def on_closing(self, conn: AsyncConnection, event: Event) -> None:
        """End what Veilig Thuis holds; a receiver who holds keeps it."""
        closing = event.payload
        assert isinstance(closing, CasusAfgesloten)  # noqa: S101, routed by type
        casus_id = await store.lock_kept(conn, event.casus_id)
        feit = ZichtFeit(FeitSoort.AFGESLOTEN, closing.afgesloten_op, event.casus_id)
        if casus_id is not None:
            await note_zicht(conn, self.veilig_thuis, casus_id, feit, bron_id=event.id)

    async def on_destruction(self, conn: AsyncConnection, event: Event) -> None:
        """Destroy everything that this room holds of a casus; what comes for it later finds that, and stops."""
        destruction = event.payload
        assert isinstance(destruction, CasusVernietigd)  # noqa: S101, routed by type
        casus_id = await store.lock_kept(conn, event.casus_id)
        if casus_id is not None:
            await store.destroy_casus(conn, self.vault, destruction, casus_id)
            log.info("casus_destroyed", casus_id=str(casus_id))

    async def _offer(self, conn: AsyncConnection, event: Event, aanleiding: _Aanleiding) -> None:
        now = self.clock()
        casus_id = await store.lock_kept(conn, event.casus_id)
        if casus_id is None:
            return
        feit = betrokken(event.casus_id, aanleiding.moment)
        await note_zicht(conn, self.veilig_thuis, casus_id, feit, bron_id=aanleiding.bron_id)
        facts = []
        for bestemming in aanleiding.bestemmingen:
            new = self._overdracht(casus_id, aanleiding, bestemming, now)
            if await store.add_overdracht(conn, self.vault, new):
                event_id = derived_id(new.id, "overdracht-aangeboden")
                facts.append(NewFact(event_id, casus_id, domain.offered(new), causation_id=event.id))
        await append(conn, facts, now=now)

    def _overdracht(self, casus_id: UUID, aanleiding: _Aanleiding, bestemming: Bestemming, now: datetime) -> Overdracht:
        return Overdracht(
            id=overdracht_id_of(aanleiding.bron_id, bestemming.soort, bestemming.organisatie_id),
            casus_id=casus_id,
            melding_id=aanleiding.melding_id,
            dienst_id=aanleiding.dienst_id,
            gemeente_code=aanleiding.gemeente_code,
            soort=bestemming.soort,
            organisatie_id=bestemming.organisatie_id,
            draagt_zicht=bestemming.draagt_zicht,
            aangeboden_op=now,
            accepteren_uiterlijk=accept_before(now, self.rules),
        )
