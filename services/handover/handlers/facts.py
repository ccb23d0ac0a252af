"""What handover does with the facts of the other rooms; each may come twice, and facts of two rooms may cross."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.overdracht import Overdracht
from services.handover.domain.routering import Toegewezen, assign
from services.handover.domain.volgen import Voorwaarde
from services.handover.domain.zicht import FeitSoort, Houder, ZichtFeit
from services.handover.handlers.aanbieden import begin
from services.handover.handlers.common import (
    accept_before,
    betrokken,
    note_zicht,
    overdracht_id_of,
    refresh_zicht,
    returns_at,
)
from services.handover.handlers.routering import load_omstandigheden
from services.handover.handlers.voortgang import Genomen
from services.handover.handlers.zicht import keep_one_open
from services.handover.store import (
    casussen,
    leeftijden,
    meldingen,
    overdrachten,
    pakketten,
    plannen,
    verhuizen,
    vernietigen,
    volgen,
)
from shared.clock import Clock
from shared.crypto import Vault
from shared.events.behandeling import VoorwaardeGesteld, VoorwaardeNagegaan
from shared.events.envelope import Event
from shared.events.payloads import (
    BekendmakingGewijzigd,
    Bestemming,
    CasusAfgesloten,
    CasusGesplitst,
    CasusSamengevoegd,
    CasusVernietigd,
    DienstAfgerond,
    MeldingOntvangen,
    VeiligheidsbeoordelingAfgerond,
)
from shared.events.plaatsen import onderwerp_of, wijziging_of
from shared.log import get_logger
from shared.plaatsen import forget_new
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.codes import Uitkomst
from shared.rules.lokaal_veld import LokaalVeld
from shared.rules.settings import RuleSettings
from shared.rules.veldtabel import RIJNMOND
from shared.vernietigen import is_destroyed

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
    uitkomst: Uitkomst | None = None  # of a besluit


@dataclass(frozen=True, slots=True)
class Luisteraar:
    """Handle the facts that this room reads, inside the transaction of the consumer."""

    vault: Vault
    clock: Clock
    rules: RuleSettings
    veilig_thuis: Houder
    veld: LokaalVeld = RIJNMOND

    async def on_melding(self, conn: AsyncConnection, event: Event) -> None:
        """Make Veilig Thuis the holder of a casus that nobody holds, and keep whom the melding is about."""
        melding = event.payload
        assert isinstance(melding, MeldingOntvangen)  # noqa: S101, routed by type
        feit = betrokken(event.casus_id, melding.ontvangen_op, melding.melding_id)
        closed = melding.vorige_afsluiting_op
        if closed is not None and closed >= melding.ontvangen_op:
            # Intake knew the closing when this came in: it was later, whatever the clocks say.
            feit = ZichtFeit(FeitSoort.HEROPEND, closed, event.casus_id, melding_id=melding.melding_id)
        casus_id = await self._place(conn, event)
        if casus_id is not None:
            await leeftijden.add_leeftijden(conn, casus_id, melding.melding_id, melding.leeftijdsgroepen)
            await meldingen.keep_melding(
                conn,
                melding.melding_id,
                casus_id,
                gemeente_code=melding.gemeente_code,
                nrs=melding.directbetrokkenen,
            )
            await note_zicht(conn, self.veilig_thuis, casus_id, feit, bron_id=melding.melding_id)
            nrs = melding.directbetrokkenen
            await plannen.add_betrokkenen(conn, nrs, melding_id=melding.melding_id, casus_id=casus_id)

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
                besluit.uitkomst,
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

    async def on_voorwaarde(self, conn: AsyncConnection, event: Event) -> None:
        """Keep that a veiligheidsvoorwaarde was set, or how it stands: its receiver follows whether it is kept."""
        told = event.payload
        assert isinstance(told, VoorwaardeGesteld | VoorwaardeNagegaan)  # noqa: S101, routed by type
        casus_id = await self._place(conn, event)
        if casus_id is None:
            return
        if isinstance(told, VoorwaardeNagegaan):
            status, stand_op = told.status, told.nagegaan_op
        else:
            status, stand_op = VoorwaardeStatus.OPEN, told.gesteld_op
        stand = Voorwaarde(
            id=told.voorwaarde_id,
            casus_id=casus_id,
            melding_id=told.melding_id,
            dienst_id=told.dienst_id,
            gemeente_code=told.gemeente_code,
            status=status,
            controle_dag=told.controle_dag,
            stand_op=stand_op,
        )
        await volgen.note_voorwaarde(conn, stand)

    async def on_moved(self, conn: AsyncConnection, event: Event) -> None:
        """Move what is kept of a casus that went up in another, or of meldingen that were split off.

        Neither makes anybody the holder by itself: two casussen that were closed stay closed.
        """
        assert isinstance(event.payload, CasusSamengevoegd | CasusGesplitst)  # noqa: S101, routed by type
        here = await casussen.locate_casus(conn, event.casus_id)
        if not await is_destroyed(conn, here):
            await self._place(conn, event)

    async def on_closing(self, conn: AsyncConnection, event: Event) -> None:
        """End what Veilig Thuis holds; a receiver who holds keeps it."""
        closing = event.payload
        assert isinstance(closing, CasusAfgesloten)  # noqa: S101, routed by type
        casus_id = await self._place(conn, event)
        feit = ZichtFeit(FeitSoort.AFGESLOTEN, closing.afgesloten_op, event.casus_id)
        if casus_id is not None:
            await note_zicht(conn, self.veilig_thuis, casus_id, feit, bron_id=event.id)

    async def on_bekendmaking(self, conn: AsyncConnection, event: Event) -> None:
        """Let no package be given out any more that was made under the agreement with a melder of before.

        It is the second lock: whoever is given a package, intake is asked then whether it still stands.
        """
        change = event.payload
        assert isinstance(change, BekendmakingGewijzigd)  # noqa: S101, routed by type
        casus_id = await self._place(conn, event)
        if casus_id is not None:
            await pakketten.overtake_pakketten(conn, casus_id, change.gewijzigd_op)

    async def on_destruction(self, conn: AsyncConnection, event: Event) -> None:
        """Destroy everything that this room holds of a casus; what comes for it later finds that, and stops."""
        destruction = event.payload
        assert isinstance(destruction, CasusVernietigd)  # noqa: S101, routed by type
        casus_id = await self._place(conn, event)
        if casus_id is not None:
            await vernietigen.destroy_casus(conn, self.vault, destruction, casus_id)
            log.info("casus_destroyed", casus_id=str(casus_id))

    async def _place(self, conn: AsyncConnection, event: Event) -> UUID | None:
        """Return the casus of what a fact is about, locked; None when its file was destroyed.

        What the fact says of where meldingen are is taken in first, and what is in another place by it is moved.
        """
        settled = await casussen.settle(conn, wijziging_of(event), named=(event.casus_id,))
        for step in settled.verhuizingen:
            await keep_one_open(conn, self.vault, step, now=self.clock())
            if step.alles:
                await verhuizen.move_all(conn, step)
            else:
                if isinstance(event.payload, CasusGesplitst | CasusVernietigd):
                    up = settled.before.casussen.get(step.naar)
                    since = up.sinds if up and up.in_casus_id else None
                    await verhuizen.mark_joint_pakketten(conn, step, since=since, now=self.clock())
                await verhuizen.move_some(conn, self.vault, step)
        for casus_id in {one for step in settled.verhuizingen for one in (step.van, step.naar)}:
            if settled.plaatsen.standing(casus_id) == casus_id:
                await refresh_zicht(conn, self.veilig_thuis, casus_id)
        here = settled.place_of(onderwerp_of(event.payload), event.casus_id)
        if await casussen.is_gone(conn, here):
            await forget_new(conn, settled)
            return None
        return here

    async def _offer(self, conn: AsyncConnection, event: Event, aanleiding: _Aanleiding) -> None:
        now = self.clock()
        casus_id = await self._place(conn, event)
        if casus_id is None:
            return
        feit = betrokken(event.casus_id, aanleiding.moment, aanleiding.melding_id)
        await note_zicht(conn, self.veilig_thuis, casus_id, feit, bron_id=aanleiding.bron_id)
        om = await load_omstandigheden(conn, casus_id, aanleiding.gemeente_code, aanleiding.uitkomst, now=now)
        untold = [
            one
            for one in aanleiding.bestemmingen
            # Told once more it stays routed as it was, whoever is involved by now.
            if not await overdrachten.find_overdracht(
                conn, overdracht_id_of(aanleiding.bron_id, one.soort, one.organisatie_id)
            )
        ]
        for one in assign(self.veld, untold, om):
            new = self._overdracht(casus_id, aanleiding, one, now)
            await begin(conn, self.vault, self.rules, new, Genomen(now=now, causation_id=event.id))

    def _overdracht(self, casus_id: UUID, aanleiding: _Aanleiding, bestemming: Toegewezen, now: datetime) -> Overdracht:
        return Overdracht(
            id=overdracht_id_of(aanleiding.bron_id, bestemming.soort, bestemming.standaard, *bestemming.deel),
            casus_id=casus_id,
            melding_id=aanleiding.melding_id,
            dienst_id=aanleiding.dienst_id,
            gemeente_code=aanleiding.gemeente_code,
            soort=bestemming.soort,
            organisatie_id=bestemming.organisatie_id,
            draagt_zicht=bestemming.draagt_zicht,
            aangeboden_op=now,
            accepteren_uiterlijk=accept_before(now, self.rules),
            keert_terug_op=returns_at(now, self.rules),
            uitkomst=aanleiding.uitkomst,
            onderdeel=bestemming.onderdeel,
            routering=bestemming.routering,
        )
