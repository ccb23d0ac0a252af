"""The clocks, the moments of the radar and the figures, as they go over the wire."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.monitoring.domain.kpis import FaseCijfers, FaseRapport, GebiedRapport, KpiRapport
from services.monitoring.domain.monitormomenten import MonitormomentStatus, is_gemist
from services.monitoring.domain.termijnen import status_of
from services.monitoring.domain.vertraging import sentence_of
from services.monitoring.handlers.monitormomenten import MomentView, UitkomstOpgave, Verplaatsing
from services.monitoring.store.monitormomenten import StoredMoment
from services.monitoring.store.termijnen import ListedTermijn
from shared.rules.behandelcodes import VertragingReden
from shared.rules.codes import MonitorVervolg, Naleving, TermijnSoort, TermijnStatus, VerplaatsingReden
from shared.web.schema import JaarMaand, Schema, Tekst


class TermijnOut(Schema):
    """One clock, with the working of its date."""

    id: UUID
    soort: TermijnSoort
    casus_id: Annotated[UUID | None, Field(description="Leeg voor een gemeente: die krijgt cijfers, geen casussen")]
    melding_id: Annotated[UUID | None, Field(description="Leeg voor een gemeente")]
    ref_id: Annotated[
        UUID | None,
        Field(
            description="Waarbij de termijn hoort: melding, dossier, dienst, overdracht, moment. Leeg voor een gemeente"
        ),
    ]
    gemeente_code: str
    start: datetime
    uiterlijk: Annotated[datetime, Field(description="Het eerste moment dat te laat is")]
    waarschuwen_op: datetime
    gestopt_op: datetime | None
    status: TermijnStatus
    vervallen: Annotated[bool, Field(description="Geëindigd zonder dat het nog hoefde te gebeuren")]
    uitleg: tuple[str, ...]
    vertraging_reden: Annotated[
        VertragingReden | None, Field(description="De nieuwste verklaring van vertraging; alleen voor Veilig Thuis")
    ] = None


class TermijnenOut(Schema):
    resultaten: tuple[TermijnOut, ...]
    volgende: str | None


def termijn_out(termijn: ListedTermijn, *, now: datetime) -> TermijnOut:
    """Return a clock as it stands at this moment."""
    late = termijn.vertraging
    return TermijnOut(
        id=termijn.id,
        soort=termijn.soort,
        casus_id=termijn.casus_id,
        melding_id=termijn.melding_id,
        ref_id=termijn.ref_id,
        gemeente_code=termijn.gemeente_code,
        start=termijn.start,
        uiterlijk=termijn.uiterlijk,
        waarschuwen_op=termijn.waarschuwen_op,
        gestopt_op=termijn.gestopt_op,
        status=status_of(
            uiterlijk=termijn.uiterlijk,
            waarschuwen_op=termijn.waarschuwen_op,
            gestopt_op=termijn.gestopt_op,
            vervallen=termijn.vervallen,
            now=now,
        ),
        vervallen=termijn.vervallen,
        uitleg=(*termijn.uitleg, *([sentence_of(late, uiterlijk=termijn.uiterlijk)] if late else [])),
        vertraging_reden=late.reden if late else None,
    )


class ContactMet(StrEnum):
    BETROKKENEN = "betrokkenen"
    PROFESSIONALS = "professionals"


class MonitormomentOut(Schema):
    """One moment of the radar, as it stands in a list."""

    id: UUID
    casus_id: UUID
    melding_id: UUID
    overdracht_id: UUID
    gemeente_code: str
    maand: Annotated[int, Field(description="Zoveel maanden na de overdracht")]
    gepland_op: datetime
    uiterlijk: datetime
    status: MonitormomentStatus
    naleving: Naleving | None
    directe_veiligheid: bool | None
    stabiele_veiligheid: bool | None
    vervolg: MonitorVervolg | None
    contact_met: tuple[ContactMet, ...]
    afgerond_op: datetime | None
    geannuleerd_op: Annotated[
        datetime | None, Field(description="Wanneer het verviel zonder te zijn gedaan, ook als het is gemist")
    ]
    gemist: Annotated[
        bool, Field(description="Of de dag voorbijging zonder uitkomst; zolang het gepland is kan het nog, te laat")
    ]
    oorspronkelijk_uiterlijk: Annotated[datetime | None, Field(description="Leeg als het nooit is verplaatst")]
    verplaatsing_reden: VerplaatsingReden | None
    verplaatst_op: datetime | None
    niet_gesproken: Annotated[
        tuple[ContactMet, ...],
        Field(description="Van een afgerond moment: wie niet is gesproken; monitoring hoort met beiden"),
    ]
    versie: Annotated[int, Field(description="Het getal in de ETag")]


class MonitormomentDetailOut(MonitormomentOut):
    toelichting: Annotated[str | None, Field(description="Alleen voor Veilig Thuis")]


class MonitormomentenOut(Schema):
    resultaten: tuple[MonitormomentOut, ...]
    volgende: str | None


class UitkomstIn(Schema):
    """What a professional found at a moment."""

    naleving: Naleving
    directe_veiligheid: bool
    stabiele_veiligheid: bool
    vervolg: MonitorVervolg
    contact_met: Annotated[tuple[ContactMet, ...], Field(min_length=1, max_length=2)]
    toelichting: Tekst | None = None

    def opgave(self) -> UitkomstOpgave:
        """Return what was found, in the words of the domain."""
        return UitkomstOpgave(
            naleving=self.naleving,
            directe_veiligheid=self.directe_veiligheid,
            stabiele_veiligheid=self.stabiele_veiligheid,
            vervolg=self.vervolg,
            contact_met=tuple(sorted({contact.value for contact in self.contact_met})),
            toelichting=self.toelichting,
        )


class VerplaatsingIn(Schema):
    """To which day a moment is put, and why."""

    dag: date
    reden: VerplaatsingReden

    def wish(self) -> Verplaatsing:
        """Return it in the words of the domain."""
        return Verplaatsing(self.dag, self.reden)


def moment_out(moment: StoredMoment, *, now: datetime) -> MonitormomentOut:
    """Return a moment without its explanation."""
    spoken = {ContactMet(contact) for contact in moment.contact_met}
    ended = moment.status is MonitormomentStatus.AFGEROND
    return MonitormomentOut(
        id=moment.id,
        casus_id=moment.casus_id,
        melding_id=moment.melding_id,
        overdracht_id=moment.overdracht_id,
        gemeente_code=moment.gemeente_code,
        maand=moment.maand,
        gepland_op=moment.gepland_op,
        uiterlijk=moment.uiterlijk,
        status=moment.status,
        naleving=moment.naleving,
        directe_veiligheid=moment.directe_veiligheid,
        stabiele_veiligheid=moment.stabiele_veiligheid,
        vervolg=moment.vervolg,
        contact_met=tuple(ContactMet(contact) for contact in moment.contact_met),
        afgerond_op=moment.afgerond_op,
        geannuleerd_op=moment.geannuleerd_op,
        gemist=is_gemist(moment.status, moment.uiterlijk, now=now),
        oorspronkelijk_uiterlijk=moment.oorspronkelijk_uiterlijk,
        verplaatsing_reden=moment.verplaatsing_reden,
        verplaatst_op=moment.verplaatst_op,
        niet_gesproken=tuple(one for one in ContactMet if ended and one not in spoken),
        versie=moment.versie,
    )


def moment_detail_out(view: MomentView, *, now: datetime) -> MonitormomentDetailOut:
    """Return a moment as its reader may see it."""
    return MonitormomentDetailOut(**dict(moment_out(view.moment, now=now)), toelichting=view.toelichting)


class CijfersOut(Schema):
    """The figures of one phase over a month or a period."""

    gestart: int
    vervallen: Annotated[int, Field(description="Termijnen waarvan de laatste dag in deze tijd viel")]
    gehaald: int
    te_laat: int
    open_te_laat: int
    percentage_op_tijd: Annotated[
        float | None, Field(description="Gehaald van alles wat verviel; open en te laat telt mee")
    ]
    mediaan_dagen: Annotated[int | None, Field(description="Doorlooptijd van wat in deze tijd werd afgerond")]
    p90_dagen: int | None


class MaandCijfersOut(CijfersOut):
    maand: JaarMaand


class VoorraadOut(Schema):
    """What waits at this moment."""

    aantal: int
    oudste_dagen: int | None
    mediaan_dagen: int | None


class FaseOut(Schema):
    fase: TermijnSoort
    norm_procent: int | None
    totaal: CijfersOut
    maanden: tuple[MaandCijfersOut, ...]
    voorraad: VoorraadOut


class TellingenMaandOut(Schema):
    maand: JaarMaand
    tellingen: dict[str, dict[str, int]]


class GebiedOut(Schema):
    gemeente_code: Annotated[str | None, Field(description="Leeg bij de regio")]
    fasen: tuple[FaseOut, ...]
    tellingen: Annotated[
        dict[str, dict[str, int]],
        Field(
            description="Per soort telling het aantal per onderdeel; een telling zonder onderdelen staat onder 'totaal'"
        ),
    ]
    tellingen_per_maand: tuple[TellingenMaandOut, ...]
    opmerkingen: Annotated[
        tuple[str, ...], Field(description="Wat u bij deze cijfers moet weten, zoals een herindeling")
    ] = ()


class NormenOut(Schema):
    veiligheidsbeoordeling_procent: int
    tien_weken_procent: int


class KpisOut(Schema):
    van: JaarMaand
    tot: JaarMaand
    bekend_op: Annotated[
        date | None, Field(description="Zoals op deze dag bekend; leeg als de cijfers van nu zijn")
    ] = None
    normen: NormenOut
    regio: GebiedOut | None
    gemeenten: tuple[GebiedOut, ...]


def kpis_out(rapport: KpiRapport) -> KpisOut:
    """Return the figures as they go over the wire."""
    return KpisOut(
        van=month_text(rapport.van),
        tot=month_text(rapport.tot),
        bekend_op=rapport.bekend_op,
        normen=NormenOut(
            veiligheidsbeoordeling_procent=rapport.norm_veiligheidsbeoordeling,
            tien_weken_procent=rapport.norm_tien_weken,
        ),
        regio=_area(rapport.regio) if rapport.regio else None,
        gemeenten=tuple(_area(area) for area in rapport.gemeenten),
    )


def month_text(month: date) -> str:
    """Return a month as it stands on the wire: ``2026-01``."""
    return f"{month:%Y-%m}"


def _area(area: GebiedRapport) -> GebiedOut:
    return GebiedOut(
        gemeente_code=area.gemeente_code,
        fasen=tuple(_fase(fase) for fase in area.fasen),
        tellingen=_named(area.tellingen),
        tellingen_per_maand=tuple(
            TellingenMaandOut(maand=month_text(month), tellingen=_named(counts))
            for month, counts in area.tellingen_per_maand.items()
        ),
        opmerkingen=area.opmerkingen,
    )


def _named(counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    return {naam: {waarde or "totaal": aantal for waarde, aantal in kinds.items()} for naam, kinds in counts.items()}


def _cijfers(cijfers: FaseCijfers) -> CijfersOut:
    return CijfersOut(
        gestart=cijfers.gestart,
        vervallen=cijfers.vervallen,
        gehaald=cijfers.gehaald,
        te_laat=cijfers.te_laat,
        open_te_laat=cijfers.open_te_laat,
        percentage_op_tijd=cijfers.percentage_op_tijd,
        mediaan_dagen=cijfers.mediaan_dagen,
        p90_dagen=cijfers.p90_dagen,
    )


def _fase(fase: FaseRapport) -> FaseOut:
    return FaseOut(
        fase=fase.fase,
        norm_procent=fase.norm,
        totaal=_cijfers(fase.totaal),
        maanden=tuple(
            MaandCijfersOut(maand=month_text(month), **dict(_cijfers(cijfers)))
            for month, cijfers in fase.maanden.items()
        ),
        voorraad=VoorraadOut(
            aantal=fase.voorraad.aantal,
            oudste_dagen=fase.voorraad.oudste_dagen,
            mediaan_dagen=fase.voorraad.mediaan_dagen,
        ),
    )


CSV_COLUMNS = ("gemeenteCode", "maand", "fase", "gegeven", "onderdeel", "waarde")
CsvRow = tuple[str, str, str, str, str, str]


def csv_rows(kpis: KpisOut) -> Iterator[CsvRow]:
    """Give every figure as one row; the region has no municipality, the stock no month and a count no phase."""
    for area in (*((kpis.regio,) if kpis.regio else ()), *kpis.gemeenten):
        code = area.gemeente_code or "regio"
        for fase in area.fasen:
            for maand in fase.maanden:
                yield from _csv_figures(code, maand.maand, fase.fase, maand, leave_out="maand")
            yield from _csv_figures(code, "", fase.fase, fase.voorraad, onderdeel="voorraad")
        for month in area.tellingen_per_maand:
            for naam, kinds in month.tellingen.items():
                for kind, aantal in kinds.items():
                    yield code, month.maand, "", naam, kind, str(aantal)


def _csv_figures(  # noqa: PLR0913, keyword only after the first four
    code: str, maand: str, fase: str, figures: Schema, *, leave_out: str = "", onderdeel: str = ""
) -> Iterator[CsvRow]:
    for naam, value in figures.model_dump(by_alias=True).items():
        if naam != leave_out:
            yield code, maand, fase, naam, onderdeel, "" if value is None else str(value)
