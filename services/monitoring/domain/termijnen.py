"""The clocks of a casus: which fact starts each, which stops it, and which makes it pointless.

Each function returns the clocks of one kind of happening, from what was heard. A clock that is late is flagged and
never blocks work.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

from services.monitoring.domain.behandeltermijnen import klokken_of, uitstel_of
from services.monitoring.domain.casus import (
    Heard,
    first_besluit,
    first_handeling,
    last_besluit,
)
from services.monitoring.domain.huisverbod import imposed_in
from services.monitoring.domain.klokken import End, Klok, Vertraging, computed, earliest
from services.monitoring.domain.monitormomenten import Monitormoment, sentence_of
from services.monitoring.domain.overdrachttermijnen import overdracht_klokken
from services.monitoring.domain.plantermijnen import plan_klokken
from shared.events.payloads import AcuutcheckGedaan, DienstGestart, MeldingOntvangen
from shared.ids import derived_id
from shared.rules.codes import (
    DienstSoort,
    DossierverzoekSoort,
    HandelingSoort,
    InterventieSoort,
    MelderSoort,
    TermijnSoort,
    TermijnStatus,
    Uitkomst,
)
from shared.rules.deadlines import format_moment, start_of_ten_weeks
from shared.rules.schoolvakanties import schoolregio_of
from shared.rules.settings import RuleSettings, TenWeeksAnchor


class Stap(StrEnum):
    """What the sweep must do next with a clock."""

    WAARSCHUWING = "waarschuwing"
    VERSTREKEN = "verstreken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Termijn:
    id: UUID
    soort: TermijnSoort
    melding_id: UUID
    ref_id: UUID
    gemeente_code: str
    start: datetime
    uiterlijk: datetime
    waarschuwen_op: datetime
    uitleg: tuple[str, ...]
    gestopt_op: datetime | None
    vervallen: bool  # ended without being done: it had become pointless
    gewaarschuwd: bool
    verstreken_gemeld: bool
    vertraging: Vertraging | None = None
    eigenaar_nr: UUID | None = None  # of an open clock: who has the work, so that he is told of it

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to do what the clock is about."""
        return self.gestopt_op is None

    @property
    def in_time(self) -> bool:
        """Say whether it ended before it was too late."""
        return self.gestopt_op is not None and self.gestopt_op < self.uiterlijk

    @property
    def next_step(self) -> tuple[Stap, datetime] | None:
        """What the sweep must do and when; told once for each date, so a date that moves arms it again."""
        if not self.is_open or self.verstreken_gemeld:
            return None
        if self.gewaarschuwd:
            return Stap.VERSTREKEN, self.uiterlijk
        return Stap.WAARSCHUWING, self.waarschuwen_op


def status_of(
    *, uiterlijk: datetime, waarschuwen_op: datetime, gestopt_op: datetime | None, vervallen: bool, now: datetime
) -> TermijnStatus:
    """Return how a clock stands; one that became pointless after its date stays ``verstreken``: it was not done.

    ``uiterlijk`` is the first moment at which it is late: of a term in days the midnight after the last one.
    """
    if gestopt_op is not None and gestopt_op < uiterlijk:
        return TermijnStatus.GEHAALD
    if gestopt_op is not None and not vervallen:
        return TermijnStatus.TE_LAAT
    if now >= uiterlijk:
        return TermijnStatus.VERSTREKEN
    return TermijnStatus.DREIGEND if now >= waarschuwen_op else TermijnStatus.OPEN


_NONE: frozenset[TermijnSoort] = frozenset()
_NOTHING_TO_ASSESS = frozenset(
    {TermijnSoort.ACUUTCHECK, TermijnSoort.INFORMEREN_BETROKKENEN, TermijnSoort.HANDLE_WITH_CARE}
)

# Which clocks of a melding become pointless by its besluit. A melding that turns out to be none leaves nothing to
# check, nobody to inform and no signal for a school. What the burgemeester imposed (huisverbod) goes on whatever Veilig
# Thuis decides, and a melder hears of every besluit.
VERVALT_BIJ: Mapping[Uitkomst, frozenset[TermijnSoort]] = MappingProxyType(
    {
        Uitkomst.ONDERZOEK: _NONE,
        Uitkomst.VOORWAARDEN_EN_VERVOLG: _NONE,
        Uitkomst.OVERDRACHT: _NONE,
        Uitkomst.PREVENTIEVE_ZORGMELDING: _NONE,
        Uitkomst.BESTAANDE_CLIENT_GI: _NONE,
        Uitkomst.AANPAK_JEUGDCRIMINALITEIT: _NONE,
        Uitkomst.VERZOEK_TOT_ONDERZOEK: _NONE,
        Uitkomst.GEEN_VERVOLG: _NONE,
        Uitkomst.NIET_ONTVANKELIJK: _NOTHING_TO_ASSESS,
        Uitkomst.ONJUIST_GEADRESSEERD: _NOTHING_TO_ASSESS,
        Uitkomst.REGIONAAL_MAATWERK: _NONE,
        Uitkomst.OMGEZET_NAAR_ADVIES: _NOTHING_TO_ASSESS,
    }
)

# Which act does what a clock is about; and which act makes it pointless (no advice on a ban that is over).
STOPT_DOOR: Mapping[TermijnSoort, HandelingSoort] = MappingProxyType(
    {
        TermijnSoort.INFORMEREN_BETROKKENEN: HandelingSoort.BETROKKENEN_GEINFORMEERD,
        TermijnSoort.TERUGKOPPELING_MELDER: HandelingSoort.MELDER_TERUGGEKOPPELD,
        TermijnSoort.HUISVERBOD: HandelingSoort.HUISVERBOD_BEEINDIGD,
        TermijnSoort.HUISVERBOD_ADVIES: HandelingSoort.HUISVERBOD_ADVIES_GEGEVEN,
        TermijnSoort.HANDLE_WITH_CARE: HandelingSoort.HANDLE_WITH_CARE_VERZONDEN,
    }
)
VERVALT_DOOR: Mapping[TermijnSoort, HandelingSoort] = MappingProxyType(
    {TermijnSoort.HUISVERBOD_ADVIES: HandelingSoort.HUISVERBOD_BEEINDIGD}
)

# Which clocks an intervention starts, at the moment of the intervention.
STARTS: Mapping[InterventieSoort, tuple[TermijnSoort, ...]] = MappingProxyType(
    {
        InterventieSoort.POLITIE: (),
        InterventieSoort.CRISISINTERVENTIETEAM: (),
        InterventieSoort.OPVANG: (),
        InterventieSoort.HUISVERBOD: (TermijnSoort.HUISVERBOD, TermijnSoort.HUISVERBOD_ADVIES),
        InterventieSoort.CENTRUM_SEKSUEEL_GEWELD: (),
        InterventieSoort.HANDLE_WITH_CARE: (TermijnSoort.HANDLE_WITH_CARE,),
    }
)

# A dienst that the region shaped itself has no statutory term.
TERMIJN_VAN_DIENST: Mapping[DienstSoort, TermijnSoort | None] = MappingProxyType(
    {
        DienstSoort.ONDERZOEK: TermijnSoort.ONDERZOEK,
        DienstSoort.VOORWAARDEN_EN_VERVOLG: TermijnSoort.VOORWAARDEN_EN_VERVOLG,
        DienstSoort.REGIONAAL_MAATWERK: None,
    }
)


# Whoever asks for destruction is answered within three months, everybody else within one.
TERMIJN_VAN_VERZOEK: Mapping[DossierverzoekSoort, TermijnSoort] = MappingProxyType(
    {
        DossierverzoekSoort.INZAGE: TermijnSoort.DOSSIERVERZOEK,
        DossierverzoekSoort.AFSCHRIFT: TermijnSoort.DOSSIERVERZOEK,
        DossierverzoekSoort.CORRECTIE: TermijnSoort.DOSSIERVERZOEK,
        DossierverzoekSoort.VERKLARING: TermijnSoort.DOSSIERVERZOEK,
        DossierverzoekSoort.BEPERKING: TermijnSoort.DOSSIERVERZOEK,
        DossierverzoekSoort.VERNIETIGING: TermijnSoort.VERNIETIGINGSVERZOEK,
    }
)


def termijn_id(soort: TermijnSoort, ref_id: UUID, *sleutel: str) -> UUID:
    """Return the id of a clock: the same happening always gives the same one."""
    return derived_id("termijn", soort.value, ref_id, *sleutel)


def termijnen_of(heard: Heard, momenten: tuple[Monitormoment, ...], settings: RuleSettings) -> tuple[Termijn, ...]:
    """Return every clock of a casus, open and ended."""
    clocks = _Clocks(heard, settings)
    return (
        *(clock for melding in heard.meldingen.values() for clock in clocks.of_melding(melding)),
        *clocks.of_heropeningen(),
        *clocks.of_diensten(),
        *(clocks.of_moment(moment) for moment in momenten),
        *clocks.of_verzoeken(),
        *clocks.of_dubbel_anoniem(),
        *(clocks.make(klok) for klok in overdracht_klokken(heard)),
        *(clocks.make(klok) for klok in klokken_of(heard, settings)),
        *(clocks.make(klok) for klok in plan_klokken(heard)),
    )


@dataclass(frozen=True, slots=True)
class _Clocks:
    """Make the clocks of one casus."""

    heard: Heard
    settings: RuleSettings

    def of_melding(self, melding: MeldingOntvangen) -> Iterator[Termijn]:
        """Give the three clocks that a melding starts, and those that its acuutcheck and besluiten start."""
        acuutcheck = min(
            (check.gedaan_op for check in self.heard.acuutchecks.values() if check.melding_id == melding.melding_id),
            default=None,
        )
        besluit = first_besluit(self.heard, melding.melding_id)
        yield self._side_clock(TermijnSoort.ACUUTCHECK, melding, melding.melding_id, melding.ontvangen_op, acuutcheck)
        yield self._clock(
            TermijnSoort.VEILIGHEIDSBEOORDELING,
            melding.melding_id,
            melding.melding_id,
            melding.gemeente_code,
            melding.ontvangen_op,
            End(besluit.besloten_op if besluit else None),
        )
        yield self._side_clock(TermijnSoort.INFORMEREN_BETROKKENEN, melding, melding.melding_id, melding.ontvangen_op)
        signals = tuple(self._handle_with_care(melding))
        yield from signals
        told = {TermijnSoort.HANDLE_WITH_CARE} if signals else set()
        if melding.melding_id in imposed_in(self.heard):
            told |= {TermijnSoort.HUISVERBOD, TermijnSoort.HUISVERBOD_ADVIES}
        for check in self.heard.acuutchecks.values():
            if check.melding_id == melding.melding_id:
                yield from self._of_interventies(melding, check, without=told)
        yield from self._of_terugkoppeling(melding)

    def _handle_with_care(self, melding: MeldingOntvangen) -> Iterator[Termijn]:
        """Give the clock of the schools that must know: one a melding, which ends with the last of its children.

        A worker who notes that he told the schools himself ends it too.
        """
        mine = [one for one in self.heard.hwc_gestart.values() if one.melding_id == melding.melding_id]
        if not mine:
            return
        told = [self.heard.hwc_afgeleverd.get(one.signaal_id) for one in mine]
        given_up = [self.heard.hwc_vervallen.get(one.signaal_id) for one in mine]
        arrived = [fact.afgeleverd_op for fact in told if fact]
        ended = all(fact or other for fact, other in zip(told, given_up, strict=True))
        refused = max((fact.vervallen_op for fact in given_up if fact), default=None)
        yield self._side_clock(
            TermijnSoort.HANDLE_WITH_CARE,
            melding,
            melding.melding_id,
            min(one.ontvangen_op for one in mine),
            max(arrived, default=None) if ended else None,
            dropped=refused if ended and not arrived else None,
        )

    def _of_interventies(
        self, melding: MeldingOntvangen, check: AcuutcheckGedaan, *, without: AbstractSet[TermijnSoort]
    ) -> Iterator[Termijn]:
        """Give the clocks that interventions start, without those that facts of their own have started."""
        first: dict[InterventieSoort, datetime] = {}
        for interventie in check.interventies:
            known = first.get(interventie.soort, interventie.tijdstip)
            first[interventie.soort] = min(known, interventie.tijdstip)
        for interventie_soort, tijdstip in first.items():
            for soort in STARTS[interventie_soort]:
                if soort not in without:
                    yield self._side_clock(soort, melding, check.dossier_id, tijdstip)

    def _of_terugkoppeling(self, melding: MeldingOntvangen) -> Iterator[Termijn]:
        """Give the clocks of the feedback: after a besluit and after a dienst; nobody can reach an unknown melder."""
        if melding.melder_soort is MelderSoort.ONBEKEND:
            return
        ended = [
            *(
                (b.dossier_id, b.besloten_op)
                for b in self.heard.besluiten.values()
                if b.melding_id == melding.melding_id
            ),
            *(
                (c.dienst_id, c.afgerond_op)
                for c in self.heard.conclusies.values()
                if c.melding_id == melding.melding_id
            ),
        ]
        for ref_id, op in ended:
            # Rooms have clocks of their own: what was fetched was there to be fetched.
            fetched = self.heard.teruggekoppeld.get(ref_id)
            done = max(op, fetched.gegeven_op) if fetched else None
            yield self._side_clock(TermijnSoort.TERUGKOPPELING_MELDER, melding, ref_id, op, done)

    def of_heropeningen(self) -> Iterator[Termijn]:
        """Give the five new working days of each reopened melding."""
        for opening in self.heard.heropeningen.values():
            besluit = self.heard.besluiten.get(opening.dossier_id)
            yield self._clock(
                TermijnSoort.VEILIGHEIDSBEOORDELING,
                opening.melding_id,
                opening.dossier_id,
                opening.gemeente_code,
                opening.heropend_op,
                End(besluit.besloten_op if besluit else None),
            )

    def of_diensten(self) -> Iterator[Termijn]:
        """Give the ten weeks of each dienst, counted from the moment that the region reads in the sources.

        Of one that became another the clock ends there; that of the other goes on from where the first began.
        """
        for dienst in self.heard.diensten.values():
            soort = TERMIJN_VAN_DIENST[dienst.soort]
            conclusie = self.heard.conclusies.get(dienst.dienst_id)
            omzetting = self.heard.behandeling.omzettingen.get(dienst.dienst_id)
            if soort is not None:
                yield self._clock(
                    soort,
                    dienst.melding_id,
                    dienst.dienst_id,
                    dienst.gemeente_code,
                    start_of_ten_weeks(dienst.ontvangen_op, dienst.gestart_op, self.settings),
                    earliest(conclusie.afgerond_op if conclusie else None, omzetting.omgezet_op if omzetting else None),
                    extra=(self._other_reading(soort, dienst),),
                )

    def _other_reading(self, soort: TermijnSoort, dienst: DienstGestart) -> str:
        match self.settings.ten_weeks_anchor:
            case TenWeeksAnchor.BESLUIT:
                start, words = dienst.ontvangen_op, "de ontvangst van de melding"
            case TenWeeksAnchor.ONTVANGST:
                start, words = dienst.gestart_op, "het besluit op de veiligheidsbeoordeling"
            case _:
                assert_never(self.settings.ten_weeks_anchor)
        other = computed(soort, start, self.settings)
        return (
            f"De andere lezing telt vanaf {words}: te laat vanaf {format_moment(other.uiterlijk)} (Nederlandse tijd)."
        )

    def of_moment(self, moment: Monitormoment) -> Termijn:
        """Return the clock of one moment of the radar."""
        sentence = sentence_of(moment)
        return self.make(
            Klok(
                soort=TermijnSoort.MONITORMOMENT,
                melding_id=moment.melding_id,
                ref_id=moment.id,
                gemeente_code=moment.gemeente_code,
                start=moment.start,
                end=earliest(moment.uitkomst.afgerond_op if moment.uitkomst else None, moment.geannuleerd_op),
                maanden=moment.maanden,
                afgesproken=moment.verplaatsing.dag if moment.verplaatsing else None,
                extra=(sentence,) if sentence else (),
            )
        )

    def of_verzoeken(self) -> Iterator[Termijn]:
        """Give the term within which each request about the file is answered.

        A request is about the file as a whole; its clock stands under the melding with which the file began.
        """
        first = min(self.heard.meldingen.values(), key=lambda m: (m.ontvangen_op, m.melding_id), default=None)
        if first is None:
            return
        for verzoek in self.heard.verzoeken.values():
            afgehandeld = self.heard.afgehandeld.get(verzoek.verzoek_id)
            yield self._clock(
                TERMIJN_VAN_VERZOEK[verzoek.soort],
                first.melding_id,
                verzoek.verzoek_id,
                verzoek.gemeente_code,
                verzoek.ontvangen_op,
                End(afgehandeld.afgehandeld_op if afgehandeld else None),
            )

    def _settings_of(self, soort: TermijnSoort, gemeente_code: str) -> RuleSettings:
        """Return the settings with the school holidays of this municipality, where those make a difference."""
        if soort is not TermijnSoort.HANDLE_WITH_CARE or not self.settings.schoolregio_per_gemeente:
            return self.settings
        return replace(self.settings, schoolvakantie_regio=schoolregio_of(gemeente_code, self.settings))

    def of_dubbel_anoniem(self) -> Iterator[Termijn]:
        """Give the day within which somebody decides on a melding of whom nobody knows who made it."""
        for signaal in self.heard.dubbel_anoniem.values():
            besloten = (one.besloten_op for one in self.heard.dubbel_besluiten if one.melding_id == signaal.melding_id)
            yield self._clock(
                TermijnSoort.DUBBEL_ANONIEM_BESLUIT,
                signaal.melding_id,
                signaal.melding_id,
                signaal.gemeente_code,
                signaal.ontvangen_op,
                End(min(besloten, default=None)),
            )

    def _unless_destroyed(self, start: datetime, end: End) -> End:
        """End what was still open when the file was destroyed: nobody can do it any more."""
        destroyed = self.heard.vernietigd_op
        if destroyed is None or (end.op is not None and end.op <= destroyed):
            return end
        return End(max(start, destroyed), vervallen=True)

    def _side_clock(  # noqa: PLR0913, what makes one clock differ from another
        self,
        soort: TermijnSoort,
        melding: MeldingOntvangen,
        ref_id: UUID,
        start: datetime,
        done: datetime | None = None,
        *,
        dropped: datetime | None = None,
    ) -> Termijn:
        """Make a clock that an act stops, and that a besluit, another act or its own end can make pointless."""
        if soort in STOPT_DOOR:
            handled = first_handeling(self.heard, melding.melding_id, STOPT_DOOR[soort], since=start)
            done = min((moment for moment in (handled, done) if moment), default=None)
        besluit = last_besluit(self.heard, melding.melding_id)
        pointless = [besluit.besloten_op] if besluit and soort in VERVALT_BIJ[besluit.uitkomst] else []
        if soort in VERVALT_DOOR:
            ended = first_handeling(self.heard, melding.melding_id, VERVALT_DOOR[soort], since=start)
            pointless += [ended] if ended else []
        pointless += [dropped] if dropped else []
        klok = Klok(
            soort=soort,
            melding_id=melding.melding_id,
            ref_id=ref_id,
            gemeente_code=melding.gemeente_code,
            start=start,
            end=earliest(done, min(pointless, default=None)),
        )
        if soort is TermijnSoort.INFORMEREN_BETROKKENEN:
            uitstel = uitstel_of(self.heard, melding.melding_id, self.settings)
            klok = replace(klok, uitstel=uitstel.aantal, extra=uitstel.uitleg)
        return self.make(klok)

    def _clock(  # noqa: PLR0913, PLR0917, what makes one clock differ from another
        self,
        soort: TermijnSoort,
        melding_id: UUID,
        ref_id: UUID,
        gemeente_code: str,
        start: datetime,
        end: End,
        *,
        extra: tuple[str, ...] = (),
    ) -> Termijn:
        return self.make(
            Klok(
                soort=soort,
                melding_id=melding_id,
                ref_id=ref_id,
                gemeente_code=gemeente_code,
                start=start,
                end=end,
                extra=extra,
            )
        )

    def make(self, klok: Klok) -> Termijn:
        """Return a clock with its dates, and how far the sweep is with it."""
        found = computed(
            klok.soort,
            klok.start,
            self._settings_of(klok.soort, klok.gemeente_code),
            maanden=klok.maanden,
            dagen=klok.dagen,
            uitstel=klok.uitstel,
            afgesproken=klok.afgesproken,
        )
        key = termijn_id(klok.soort, klok.ref_id, *klok.sleutel)
        told = (key, found.uiterlijk)
        end = self._unless_destroyed(found.start, klok.end)
        return Termijn(
            id=key,
            soort=klok.soort,
            melding_id=klok.melding_id,
            ref_id=klok.ref_id,
            gemeente_code=klok.gemeente_code,
            start=found.start,
            uiterlijk=found.uiterlijk,
            waarschuwen_op=found.waarschuwen_op,
            uitleg=(*found.uitleg, *klok.extra),
            gestopt_op=end.op,
            vervallen=end.vervallen,
            gewaarschuwd=told in self.heard.dreigend,
            verstreken_gemeld=told in self.heard.verstreken,
        )
